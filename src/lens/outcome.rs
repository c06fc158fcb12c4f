//! Which findings are new between two points, which are gone, and whether the documents did that or the days.

use std::collections::HashSet;

use crate::model::{Finding, Findings};

/// Why something is other than it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Documents, settings or rules are other.
    Data,
    /// Only the day judged on, or the period, is another.
    Time,
    /// Both had a part in it.
    Both,
}

/// A finding that is there at one of two points only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange {
    /// As it is where it is there.
    pub finding: Finding,
    /// Why it came, or went.
    pub why: Why,
}

impl Why {
    /// By what it was before, what the same bytes give on the days of afterwards, and what is afterwards. Without the
    /// second, the days are the same.
    pub(super) fn of<T: PartialEq>(before: &T, later: Option<&T>, after: &T) -> Self {
        match later {
            None => Self::Data,
            Some(later) if later == after => Self::Time,
            Some(later) if later == before => Self::Data,
            Some(_) => Self::Both,
        }
    }

    /// In a word or three.
    pub fn told(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Time => "time",
            Self::Both => "data and time",
        }
    }
}

/// The new findings and those that are gone, in their order.
pub(super) fn changes(
    before: &Findings,
    later: Option<&Findings>,
    after: &Findings,
) -> (Vec<FindingChange>, Vec<FindingChange>) {
    let prints = |findings: &Findings| -> HashSet<String> {
        findings.iter().map(|finding| finding.fingerprint.clone()).collect()
    };
    let (then, now) = (prints(before), prints(after));
    let later = later.map(prints);
    let of = |findings: &Findings, other: &HashSet<String>| -> Vec<FindingChange> {
        let only_here = findings.iter().filter(|finding| !other.contains(&finding.fingerprint));
        let change = |finding: &Finding| {
            let there = |prints: &HashSet<String>| prints.contains(&finding.fingerprint);
            let why = Why::of(&there(&then), later.as_ref().map(there).as_ref(), &there(&now));
            FindingChange { finding: finding.clone(), why }
        };
        only_here.map(change).collect()
    };
    (of(after, &then), of(before, &now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_same_bytes_give_later_tells_time_from_data() {
        assert_eq!(Why::of(&1, None, &2), Why::Data);
        assert_eq!(Why::of(&1, Some(&2), &2), Why::Time);
        assert_eq!(Why::of(&1, Some(&1), &2), Why::Data);
        assert_eq!(Why::of(&1, Some(&2), &3), Why::Both);
    }
}
