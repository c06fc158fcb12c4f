//! How well an approval is proved.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A rung of the ladder of proof. Each says more of who approved than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Rung {
    /// A name stands in a field.
    Claimed,
    /// Minutes, or another file or document, tell of it.
    #[default]
    Recorded,
    /// A review that a forge has exported tells that an account of the approver approved this content.
    Reviewed,
    /// The approver has committed the approval.
    Committed,
    /// The approver has signed it, with a key that is known and was in use on that day.
    Signed,
}

impl Rung {
    /// All, from the lowest.
    pub const ALL: [Self; 5] = [Self::Claimed, Self::Recorded, Self::Reviewed, Self::Committed, Self::Signed];

    /// What it takes to stand on it.
    pub fn takes(self) -> &'static str {
        match self {
            Self::Claimed => "a name in a field",
            Self::Recorded => "minutes, or another file or document, in `approval.evidence`",
            Self::Reviewed => "a review that a forge has exported, in `approval.evidence`",
            Self::Committed => "that the approver commits the approval",
            Self::Signed => "a commit or a tag that the approver signs with a known key",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Claimed => "claimed",
            Self::Recorded => "recorded",
            Self::Reviewed => "reviewed",
            Self::Committed => "committed",
            Self::Signed => "signed",
        })
    }
}

impl FromStr for Rung {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|rung| rung.to_string() == text).ok_or(())
    }
}

/// How well approvals have to be proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProofAsked {
    /// Of documents of any type.
    pub usual: Rung,
    /// Of those of some types, by type.
    pub of_types: BTreeMap<String, Rung>,
}

impl ProofAsked {
    /// Of documents of a type.
    pub fn of(&self, record_type: &str) -> Rung {
        self.of_types.get(record_type).copied().unwrap_or(self.usual)
    }
}
