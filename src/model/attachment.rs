//! Files that documents point to and that hold no documents themselves: Word files, scans, minutes,
//! sealed extracts.

use std::{collections::BTreeMap, fmt};

use crate::text::quoted;

/// What a text in a field such as `held_in` points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An address, such as `https://..`; nothing here looks behind it.
    Address,
    /// A file of the repository: relative to the root, with forward slashes.
    Path(String),
    /// A path that leads out of the repository: absolute, on a drive or a share, or above the root.
    Elsewhere,
}

impl Target {
    /// Backslashes are read as slashes, since people on Windows write them.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(':') {
            Some((scheme, _)) if is_scheme(scheme) => return Self::Address,
            Some((drive, _)) if drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                return Self::Elsewhere;
            }
            _ => {}
        }
        let text = text.replace('\\', "/");
        if text.starts_with('/') || text.starts_with('~') {
            return Self::Elsewhere;
        }
        let mut parts = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Self::Elsewhere;
                    }
                }
                name => parts.push(name),
            }
        }
        Self::Path(parts.join("/"))
    }
}

/// RFC 3986, section 3.1, but for one letter alone, which is a drive.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Why an attachment cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is nothing at the path.
    Absent,
    /// It is a folder, or something else that has no bytes of its own.
    NotAFile,
    /// The path is, or goes through, a link that leads out of the repository.
    LeadsOut,
    /// It is larger than the limit.
    TooLarge {
        /// In bytes.
        size: u64,
        /// In bytes.
        limit: u64,
    },
    /// The operating system, or git, did not give it; why.
    Unreadable(String),
}

impl Missing {
    /// What is the case with a path, in one line.
    pub fn told(&self, path: &str) -> String {
        let path = quoted(path);
        match self {
            Self::Absent => format!("there is no file {path}"),
            Self::NotAFile => format!("{path} is no file"),
            Self::LeadsOut => format!("{path} leads out of the repository, by a link"),
            Self::TooLarge { size, limit } => {
                let mebibytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
                let (size, limit) = (mebibytes(*size), mebibytes(*limit));
                format!("{path} has {size} MiB, more than the limit of {limit} MiB")
            }
            Self::Unreadable(reason) => format!("{path} cannot be read: {reason}"),
        }
    }
}

/// The attachments at one point: those of the work tree, of a revision, or of a pack. They are
/// looked at one by one when somebody asks, since most are large and few are needed.
pub trait Attachments: fmt::Debug + Send + Sync {
    /// Whether there is a file at a path of [`Target::Path`].
    fn find(&self, path: &str) -> Result<(), Missing>;

    /// All its bytes.
    fn bytes(&self, path: &str) -> Result<Vec<u8>, Missing>;

    /// The bytes of a sealed extract, which may be kept outside of the repository.
    fn extract(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.bytes(path)
    }
}

/// Attachments held in memory, by path.
impl Attachments for BTreeMap<String, Vec<u8>> {
    fn find(&self, path: &str) -> Result<(), Missing> {
        if self.contains_key(path) { Ok(()) } else { Err(Missing::Absent) }
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.get(path).cloned().ok_or(Missing::Absent)
    }
}

/// Bytes as they are where lines end with a line feed: git on Windows gives texts other line ends.
/// What holds a zero byte, or is not UTF-8, is no text and stays as it is.
pub fn with_line_feeds(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.contains(&0) || !bytes.contains(&b'\r') {
        return bytes;
    }
    match String::from_utf8(bytes) {
        Ok(text) => text.replace("\r\n", "\n").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn paths_stay_inside_and_are_written_in_one_way() {
        let path = |text: &str| Target::Path(text.to_owned());
        assert_eq!(Target::of("policies/a.docx"), path("policies/a.docx"));
        assert_eq!(Target::of("policies\\2026\\a.docx"), path("policies/2026/a.docx"));
        assert_eq!(Target::of("./a//b/../c.pdf"), path("a/c.pdf"));
        assert_eq!(Target::of("minutes 2026-01: board.md"), path("minutes 2026-01: board.md"));
        for outside in
            ["../a.docx", "a/../../b", "/srv/a.docx", "S:\\QM\\a.docx", "\\\\server\\share\\a", "~/a"]
        {
            assert_eq!(Target::of(outside), Target::Elsewhere, "{outside}");
        }
        for address in ["https://wiki.example/a", "mailto:qm@example.org", "onenote:///a", "urn:isbn:1"] {
            assert_eq!(Target::of(address), Target::Address, "{address}");
        }
    }
}
