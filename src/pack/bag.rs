//! A bag as RFC 8493 has it: what it holds in `data/`, and beside that what tells of each file which bytes it has.
//!
//! It is made in a folder of its own. The file by which a folder counts as a bag is written last, so that nothing
//! half-made can be taken for one.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that write"))]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
};

use chrono::{Datelike as _, NaiveDate};
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{PackError, write::Sign};

/// What makes a folder a bag.
pub(super) const DECLARATION: &str = "bagit.txt";
pub(super) const DECLARED: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// What tells of the bag as a whole.
pub(super) const INFO: &str = "bag-info.txt";
/// What tells of each file in `data/` which bytes it has.
pub(super) const MANIFEST: &str = "manifest-sha256.txt";
/// The same of the files beside it.
pub(super) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The signature under that.
pub(super) const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";
/// The folder of what it holds.
pub(super) const PAYLOAD: &str = "data/";

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) sha256: String,
    pub(super) size: u64,
}

impl Known {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { sha256: crate::model::sha256(bytes), size: bytes.len() as u64 }
    }
}

/// A bag that is being filled.
#[derive(Debug)]
pub(super) struct Bag {
    root: PathBuf,
    /// Of each file, by its path from the root.
    files: BTreeMap<String, Known>,
}

impl Bag {
    /// In a folder that is there and empty.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), files: BTreeMap::new() }
    }

    /// Writes a file.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<Known, PackError> {
        let known = Known::of(bytes);
        self.put_known(path, bytes, known.clone())?;
        Ok(known)
    }

    /// Writes a file of which it is known already what it has.
    pub(super) fn put_known(&mut self, path: &str, bytes: &[u8], known: Known) -> Result<(), PackError> {
        let unwritten = |source| PackError::Unwritten { path: path.to_owned(), source };
        let file = self.root.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(unwritten)?;
        }
        File::create_new(&file).and_then(|mut file| file.write_all(bytes)).map_err(unwritten)?;
        self.files.insert(path.to_owned(), known);
        Ok(())
    }

    /// The files in `data/`.
    pub(super) fn payload(&self) -> impl Iterator<Item = (&str, &Known)> {
        let payload = self.files.iter().filter(|(path, _)| path.starts_with(PAYLOAD));
        payload.map(|(path, known)| (path.as_str(), known))
    }

    /// How many bytes `data/` has.
    pub(super) fn bytes(&self) -> u64 {
        self.payload().map(|(_, known)| known.size).sum()
    }

    /// Writes what makes it a bag, signed if somebody signs. Gives how many files there are.
    pub(super) fn finish(mut self, info: &[(&str, String)], sign: Sign<'_>) -> Result<usize, PackError> {
        let oxum = format!("{}.{}", self.bytes(), self.payload().count());
        let mut text = String::new();
        for (name, value) in info.iter().chain(&[("Payload-Oxum", oxum)]) {
            let _ = writeln!(text, "{name}: {}", value.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        self.put(INFO, text.as_bytes())?;
        let payload = lines(self.payload());
        self.put(MANIFEST, payload.as_bytes())?;
        // It tells of the declaration, too, which is written when all is there.
        self.files.insert(DECLARATION.to_owned(), Known::of(DECLARED.as_bytes()));
        let beside = self.files.iter().filter(|(path, _)| !path.starts_with(PAYLOAD));
        let tags = lines(beside.map(|(path, known)| (path.as_str(), known)));
        self.put(TAG_MANIFEST, tags.as_bytes())?;
        if let Some(signature) = sign(tags.as_bytes())? {
            self.put(SIGNATURE, signature.as_bytes())?;
        }
        self.put(DECLARATION, DECLARED.as_bytes())?;
        Ok(self.files.len())
    }
}

/// The lines of a manifest.
fn lines<'f>(files: impl Iterator<Item = (&'f str, &'f Known)>) -> String {
    files.map(|(path, known)| format!("{}  {}\n", known.sha256, encoded(path))).collect()
}

/// A path as a manifest has it.
pub(super) fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The path that a manifest means.
pub(super) fn decoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let (character, length) = match rest.get(at + 1..at + 3) {
            Some("25") => ('%', 3),
            Some("0D" | "0d") => ('\r', 3),
            Some("0A" | "0a") => ('\n', 3),
            _ => ('%', 1),
        };
        text.push(character);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}

/// Puts a bag into an archive, in a folder of this name: files in order, all of one day and one mode.
pub(super) fn archive(
    root: &Path,
    name: &str,
    day: NaiveDate,
    to: &mut File,
    done: &mut dyn FnMut(u64),
) -> Result<(), PackError> {
    let mut paths = Vec::new();
    collect(root, root, &mut paths)?;
    paths.sort();
    let broken = |path: &str, error: zip::result::ZipError| PackError::Unwritten {
        path: path.to_owned(),
        source: io::Error::other(error),
    };
    let year = u16::try_from(day.year()).unwrap_or(1980).clamp(1980, 2107);
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    let stamp =
        DateTime::from_date_and_time(year, small(day.month()), small(day.day()), 0, 0, 0).unwrap_or_default();
    let mut archive = ZipWriter::new(io::BufWriter::new(to));
    let mut buffer = vec![0; 256 * 1024];
    for path in paths {
        let unread = |source| PackError::Unwritten { path: path.clone(), source };
        let file = File::open(root.join(&path)).map_err(unread)?;
        let size = file.metadata().map_err(unread)?.len();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(stamp)
            .unix_permissions(0o644)
            .large_file(size >= u64::from(u32::MAX) / 2);
        archive.start_file(format!("{name}/{path}"), options).map_err(|error| broken(&path, error))?;
        let mut file = BufReader::new(file);
        loop {
            let count = file.read(&mut buffer).map_err(unread)?;
            if count == 0 {
                break;
            }
            archive.write_all(&buffer[..count]).map_err(unread)?;
            done(count as u64);
        }
    }
    let mut writer = archive.finish().map_err(|error| broken("", error))?;
    writer.flush().map_err(|source| PackError::Unwritten { path: String::new(), source })
}

/// The files below a folder, relative to the root, with forward slashes.
fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) -> Result<(), PackError> {
    let unread = |source| PackError::Unwritten { path: folder.display().to_string(), source };
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            collect(root, &path, paths)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            paths.push(parts.join("/"));
        }
    }
    Ok(())
}

/// The digest and the size of what is read, in pieces.
pub(super) fn measured(mut from: impl io::Read, limit: u64) -> io::Result<Option<Known>> {
    let mut hasher = Sha256::new();
    let (mut size, mut buffer) = (0, vec![0; 256 * 1024]);
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        size += count as u64;
        if size > limit {
            return Ok(None);
        }
        hasher.update(&buffer[..count]);
    }
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(Known { sha256, size }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_the_same_after_it_stood_in_a_manifest() {
        for path in ["data/a%b", "data/a\nb\r", "data/%25%0A", "data/ü 100%"] {
            assert_eq!(decoded(&encoded(path)), path);
            assert!(!encoded(path).contains(['\n', '\r']));
        }
        assert_eq!(decoded("a%zz%"), "a%zz%");
    }
}
