//! Whether a signature is right for what it stands under.
//!
//! Whose key it is, and whether that person was to use it on that day, is for the register of persons to say.

use std::fmt;

/// What the signature of a commit or a tag is worth by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    None,
    /// It was made with this key, for exactly this commit or tag.
    Valid {
        /// What kind of key it is.
        kind: KeyKind,
        /// Its fingerprint, as the identities of a person have it.
        key: String,
    },
    /// It was not made for what it stands under, or cannot be a signature at all.
    Invalid {
        /// Why.
        reason: String,
    },
    /// It cannot be told here.
    Untestable {
        /// Why, and what would help.
        reason: String,
    },
}

/// A kind of key that signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Its fingerprint is the one that `ssh-keygen -l` shows: `SHA256:` and 43 signs.
    Ssh,
    /// Its fingerprint is that of the primary key, in upper-case hexadecimal without spaces.
    OpenPgp,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ssh => "ssh",
            Self::OpenPgp => "openpgp",
        })
    }
}
