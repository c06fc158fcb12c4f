//! What documents are judged by: a day, a period, and what the organization has set for itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Level, Period, ProofAsked};

/// What documents are judged by.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The day judged on.
    pub as_of: NaiveDate,
    /// The audit period.
    pub period: Period,
    /// The time zone in which days begin.
    pub time_zone: Tz,
    /// The organization whose management system it is.
    pub organization: Option<String>,
    /// The language of documents that name none, such as `en`.
    pub language: String,
    /// Whether rules of the extended tier are on.
    pub extended: bool,
    /// Levels that the organization has set, by rule; none switches the rule off.
    pub levels: BTreeMap<String, Option<Level>>,
    /// The organization's own intervals, limits and targets, by name.
    pub own: BTreeMap<String, String>,
    /// How well approvals have to be proved.
    pub proof: ProofAsked,
}

#[cfg(test)]
impl Judged {
    /// By a day, and the year to it, with nothing set.
    pub(crate) fn on(day: &str) -> Self {
        let as_of = day.parse().unwrap();
        Self {
            as_of,
            period: Period::year_to(as_of),
            time_zone: Tz::UTC,
            organization: None,
            language: "en".to_owned(),
            extended: false,
            levels: BTreeMap::new(),
            own: BTreeMap::new(),
            proof: ProofAsked::default(),
        }
    }
}
