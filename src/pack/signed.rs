//! The signature under a pack, and whether the key is one of those that are to be trusted.

use chrono::NaiveDate;

use super::NAMESPACE;
use crate::{
    model::Signature,
    repository::{checked_for, fingerprint},
};

/// What is known of the signature under a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// Nobody signed.
    Not,
    /// It is right, by a key of which nobody asked whose it is.
    By { key: String },
    /// It is right, by a key of somebody who is trusted.
    ByTrusted { key: String, who: String },
    /// It is right, by a key of nobody who is trusted.
    ByStranger { key: String, why: String },
    /// It is wrong.
    Wrong { why: String },
    /// It cannot be told.
    Untestable { why: String },
}

/// What there is to say of a signature under some bytes. Who is trusted stands in a list as OpenSSH has it; a key has to
/// have been in use on the day.
pub(crate) fn signature_of(
    armored: Option<&str>,
    bytes: &[u8],
    signers: Option<&str>,
    day: Option<NaiveDate>,
) -> Signed {
    let Some(armored) = armored else { return Signed::Not };
    let key = match checked_for(NAMESPACE, armored, bytes) {
        Signature::Valid { key, .. } => key,
        Signature::Invalid { reason } => return Signed::Wrong { why: reason },
        Signature::None => return Signed::Not,
        Signature::Untestable { reason } => return Signed::Untestable { why: reason },
        #[allow(unreachable_patterns, reason = "other states are of OpenPGP")]
        _ => return Signed::Untestable { why: "it is of another kind".to_owned() },
    };
    let Some(signers) = signers else { return Signed::By { key } };
    let mut why = "nobody in the list has it".to_owned();
    for line in signers.lines() {
        let Some(signer) = Signer::of(line).filter(|signer| signer.key == key) else { continue };
        match signer.doubt(day) {
            None => return Signed::ByTrusted { key, who: signer.who },
            Some(doubt) => doubt.clone_into(&mut why),
        }
    }
    Signed::ByStranger { key, why }
}

/// A line of a list of those who are trusted.
#[derive(Debug, PartialEq, Eq)]
struct Signer {
    who: String,
    key: String,
    namespaces: Option<String>,
    after: Option<NaiveDate>,
    before: Option<NaiveDate>,
    is_authority: bool,
}

impl Signer {
    fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let words = words(line);
        let (who, rest) = words.split_first()?;
        // A key is its kind and its bytes; what stands before these is options.
        let at = rest.iter().position(|word| {
            ["ssh-", "ecdsa-", "sk-"].iter().any(|begins| word.starts_with(begins)) && !word.contains('=')
        })?;
        let key = fingerprint(&format!("{} {}", rest[at], rest.get(at + 1)?))?;
        let mut signer =
            Self { who: who.clone(), key, namespaces: None, after: None, before: None, is_authority: false };
        for option in rest[..at].iter().flat_map(|options| split(options)) {
            let (name, value) = option.split_once('=').unwrap_or((&option, ""));
            let value = value.trim_matches('"').to_owned();
            let day = || NaiveDate::parse_from_str(value.get(..8)?, "%Y%m%d").ok();
            match name.to_ascii_lowercase().as_str() {
                "namespaces" => signer.namespaces = Some(value),
                "valid-after" => signer.after = Some(day()?),
                "valid-before" => signer.before = Some(day()?),
                "cert-authority" => signer.is_authority = true,
                // Whatever it means, it is not met.
                _ => return None,
            }
        }
        Some(signer)
    }

    /// Why the key does not count.
    fn doubt(&self, day: Option<NaiveDate>) -> Option<&'static str> {
        if self.is_authority {
            return Some("the list has it as a key that certifies others");
        }
        let is_for_packs =
            |list: &str| list.split(',').any(|name| name == NAMESPACE || name == "*" || name == "probity-*");
        if self.namespaces.as_deref().is_some_and(|list| !is_for_packs(list)) {
            return Some("the list has it for other purposes");
        }
        let is_outside = self.after.is_some_and(|after| day.is_none_or(|day| day < after))
            || self.before.is_some_and(|before| day.is_none_or(|day| day > before));
        is_outside.then_some("by the list, it was not in use on the day of the pack")
    }
}

/// The words of a line; what stands between quotes belongs to one.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '"' => {
                is_quoted = !is_quoted;
                word.push(sign);
            }
            sign if sign.is_whitespace() && !is_quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            sign => word.push(sign),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Options, which are divided by commas outside of quotes.
fn split(options: &str) -> Vec<String> {
    let (mut list, mut option, mut is_quoted) = (Vec::new(), String::new(), false);
    for sign in options.chars() {
        if sign == ',' && !is_quoted {
            list.push(std::mem::take(&mut option));
            continue;
        }
        is_quoted ^= sign == '"';
        option.push(sign);
    }
    list.push(option);
    list.retain(|option| !option.is_empty());
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEoSOMKMcm8isitpHbBTl7q8x3y7yqGu9x9qi0Ew4OLu";

    #[test]
    fn a_line_of_trusted_signers_is_read_as_openssh_reads_it() {
        let day = |text: &str| Some(text.parse().unwrap());
        let doubt = |line: &str| Signer::of(line).unwrap().doubt(day("2026-06-30"));
        assert_eq!(Signer::of(&format!("qm@x.example {KEY} comment")).unwrap().who, "qm@x.example");
        assert_eq!(doubt(&format!("a {KEY}")), None);
        assert_eq!(doubt(&format!("a namespaces=\"git,probity-pack\" {KEY}")), None);
        assert!(doubt(&format!("a namespaces=\"git\" {KEY}")).is_some());
        assert!(doubt(&format!("a cert-authority {KEY}")).is_some());
        assert_eq!(doubt(&format!("a valid-after=\"20260101\",valid-before=\"20261231Z\" {KEY}")), None);
        assert!(doubt(&format!("a valid-before=\"20260101\" {KEY}")).is_some());
        for none in
            ["", "# a", "a", "a ssh-ed25519", "a ssh-ed25519 AAAA", &format!("a no-touch=\"x\" {KEY}")]
        {
            assert_eq!(Signer::of(none), None, "{none}");
        }
    }
}
