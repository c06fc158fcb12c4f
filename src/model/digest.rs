//! What an approval was given for, as one line.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The approved digest of a document: `v1:sha256:` and 64 digits. It stays the same while the
/// content does, whatever happens to the file around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// The digest of a canonical form.
    pub fn of(canonical: &str) -> Self {
        Self(format!("v1:sha256:{}", sha256(canonical.as_bytes())))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// SHA-256 in hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
