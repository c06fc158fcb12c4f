//! Whether a workbook can be given to a reader: what it unpacks to, and what it only claims.

use std::io::{Cursor, Read as _};

use memchr::memmem;
use zip::ZipArchive;

use super::NoAnswers;

/// All its parts together unpack to no more than this.
const UNPACKED: u64 = 128 * 1024 * 1024;
/// It has no more parts than this.
const PARTS: usize = 2_000;
/// No list in it claims to be longer: a reader would make room for it.
const CLAIMED: u64 = 2_000_000;
const CLAIM: &[u8] = b"uniqueCount";

/// Whether a workbook can be read without harm.
///
/// # Errors
///
/// If it is no archive, unpacks to too much, or is written as no program does.
pub(super) fn look(bytes: &[u8]) -> Result<(), NoAnswers> {
    parts(bytes, &mut |_, _| {})
}

/// The same, with each part of it, by name and unpacked.
pub(in crate::import) fn parts(bytes: &[u8], found: &mut dyn FnMut(&str, &[u8])) -> Result<(), NoAnswers> {
    let broken = |why: String| NoAnswers::Broken { why };
    let too_much = |limit: String| NoAnswers::TooMuch { limit };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    if archive.len() > PARTS {
        return Err(too_much(format!("{PARTS} parts")));
    }
    let mut left = UNPACKED;
    let mut part = Vec::new();
    for number in 0..archive.len() {
        let file = archive.by_index(number).map_err(|error| broken(error.to_string()))?;
        let name = file.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        part.clear();
        // What it says of its size may be untrue.
        file.take(left + 1).read_to_end(&mut part).map_err(|error| broken(error.to_string()))?;
        left = left
            .checked_sub(part.len() as u64)
            .ok_or_else(|| too_much(format!("{} MiB when it is unpacked", UNPACKED >> 20)))?;
        // What looks at claims reads UTF-8, as all programs write it.
        if part.starts_with(&[0xfe, 0xff])
            || part.starts_with(&[0xff, 0xfe])
            || part.starts_with(b"<\0")
            || part.starts_with(b"\0")
        {
            return Err(broken("a part of it is not UTF-8".to_owned()));
        }
        if claims(&part).any(|claim| claim > CLAIMED) {
            return Err(too_much(format!("{CLAIMED} texts")));
        }
        found(&name, &part);
    }
    Ok(())
}

/// The lengths that lists in a part claim to have.
fn claims(part: &[u8]) -> impl Iterator<Item = u64> {
    memmem::find_iter(part, CLAIM).map(|at| {
        let behind = &part[at + CLAIM.len()..];
        let number = behind.iter().skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>');
        number
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |sum: u64, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_claims_is_seen_however_it_is_written() {
        for (part, expected) in [
            ("<sst uniqueCount=\"12\" count='3'>", vec![12]),
            ("<sst uniqueCount = '99999999999999999999999'>", vec![u64::MAX]),
            ("<sst uniqueCount=''><si>7</si>", vec![0]),
            ("<sst uniqueCount=\"1\"/><x uniqueCount=\"2\"/>", vec![1, 2]),
            ("uniqueCount", vec![0]),
        ] {
            assert_eq!(claims(part.as_bytes()).collect::<Vec<_>>(), expected, "{part}");
        }
    }
}
