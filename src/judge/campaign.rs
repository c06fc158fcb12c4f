//! The campaign that a judgement belongs to: part of its id, and the name of a folder.

use std::fmt;

use chrono::NaiveDate;

use crate::text::quoted;

/// A round of judging, such as that of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign(String);

/// Why something is no name of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is no name for a campaign", quoted(.0))]
pub struct NoCampaign(pub String);

/// Names stay short: they are part of every id.
const LONGEST: usize = 40;

impl Campaign {
    /// The campaign of a name: letters, digits, hyphens, dots and underscores, as in an id.
    ///
    /// # Errors
    ///
    /// If the name cannot be part of an id or the name of a folder everywhere.
    pub fn named(name: &str) -> Result<Self, NoCampaign> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let sound = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(plain)
            && !name.ends_with('.')
            && name.len() <= LONGEST;
        if sound { Ok(Self(name.to_owned())) } else { Err(NoCampaign(name.to_owned())) }
    }

    /// That of a day's month: `2026-11`.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.format("%Y-%m").to_string())
    }
}

impl fmt::Display for Campaign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_an_id_and_in_a_path() {
        for name in ["2026-11", "stage-1", "v1.2", "A"] {
            assert!(Campaign::named(name).is_ok(), "{name}");
        }
        for name in ["", "..", ".git", "a/b", "a b", "a.", "Ä", "-a", "a\u{202e}"] {
            assert!(Campaign::named(name).is_err(), "{name}");
        }
        assert_eq!(Campaign::of("2026-11-18".parse().unwrap()).to_string(), "2026-11");
    }
}
