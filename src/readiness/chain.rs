//! The earliest honest day for an audit, as links: each names a day before which the audit makes no sense,
//! what that rests on, and where to change it.

use chrono::NaiveDate;

use super::{Target, named, text};
use crate::{
    corpus::Documents,
    gap::Gap,
    model::{Duration, Judged, MachineState},
};

/// How many records of the work are wanted, and how long an audit and a review take: by the names of the
/// values of the organization's own that take their place.
const RECORDS: (&str, &str) = ("readiness.records", "P3M");
const AUDIT: (&str, &str) = ("readiness.audit", "P1M");
const REVIEW: (&str, &str) = ("readiness.review", "P1M");

/// The values of the organization's own that the chain asks for.
pub const OWN_VALUES: [&str; 3] = [RECORDS.0, AUDIT.0, REVIEW.0];

/// The artefacts of the standard that tell of an internal audit and of a management review.
const AUDIT_REPORT: &str = "internal-audit-report";
const REVIEW_MINUTES: &str = "management-review-minutes";

/// At most so many links are told.
const MOST: usize = 5;

/// A day before which an audit makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The day.
    pub day: NaiveDate,
    /// Why.
    pub because: String,
    /// What that rests on.
    pub rests_on: Rest,
    /// Where to change it.
    pub change: String,
}

/// What a day rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Rest {
    /// The standard asks for it.
    Requirement,
    /// The organization set the day.
    OwnPlan,
    /// Auditors commonly expect it; no clause says so.
    Practice,
}

/// The links, by day.
pub(super) fn links(gap: &Gap<'_>, documents: &Documents<'_>, judged: &Judged, target: Target) -> Vec<Link> {
    let search = Search { gap, documents, judged };
    let mut links: Vec<Link> = search.work().into_iter().collect();
    if target != Target::Stage1 {
        links.extend(search.records());
        links.extend(search.operation());
        let audit = search.audit();
        let after = audit.as_ref().map_or(judged.as_of, |link| link.day);
        links.extend(audit);
        links.extend(search.review(after));
        links.extend(search.nonconformities());
    }
    links.retain(|link| link.day > judged.as_of);
    links.sort();
    let surplus = links.len().saturating_sub(MOST);
    links.split_off(surplus)
}

struct Search<'a> {
    gap: &'a Gap<'a>,
    documents: &'a Documents<'a>,
    judged: &'a Judged,
}

impl Search<'_> {
    fn own(&self, (name, usual): (&str, &str)) -> Option<Duration> {
        self.judged.own.get(name).and_then(|text| Duration::parse(text)).or_else(|| Duration::parse(usual))
    }

    fn is_found(&self, artefact: &str) -> bool {
        let found = self.gap.assessment.artefacts.get(artefact);
        found.is_some_and(|found| found.state == MachineState::MaterialFound)
    }

    /// The work that is planned for an artefact, and its last day.
    fn planned(&self, artefact: &str) -> Option<(NaiveDate, &str)> {
        let points = self.gap.standard.artefacts.get(artefact).map(|artefact| artefact.points.as_slice());
        let work = points.unwrap_or_default().iter().flat_map(|point| self.gap.gaps.actions_of(point));
        let work = work.filter(|action| action.is_open());
        let due = work.filter_map(|action| {
            Some((action.due.filter(|due| *due > self.judged.as_of)?, action.id.as_str()))
        });
        due.min()
    }

    /// The last planned work is done.
    fn work(&self) -> Option<Link> {
        let open = self.gap.gaps.actions.iter().filter(|action| action.is_open());
        let (day, action) =
            open.filter_map(|action| Some((action.due?, action))).max_by_key(|(day, _)| *day)?;
        Some(Link {
            day,
            because: format!("the last planned work is due: {} {}", action.id, action.title),
            rests_on: Rest::OwnPlan,
            change: format!("`due_on` of {}", action.id),
        })
    }

    /// The records that take longest have built up.
    fn records(&self) -> Option<Link> {
        let last = self.gap.open().filter_map(|view| {
            let work = self.gap.gaps.actions_of(&view.point.id).into_iter().find(|action| action.is_open());
            let soak = work.and_then(|action| Duration::parse(action.soak.as_deref()?));
            let wait = soak.or_else(|| Duration::parse(view.point.remedy.wait.as_deref()?))?;
            let begin = work
                .and_then(|action| action.due)
                .map_or(self.judged.as_of, |due| due.max(self.judged.as_of));
            Some((wait.after(begin)?, wait, begin, view.point))
        });
        // Of several with one day, the first in the order of the standard.
        let (day, wait, begin, point) =
            last.fold(None, |latest: Option<(NaiveDate, _, _, _)>, next| match latest {
                Some(latest) if latest.0 >= next.0 => Some(latest),
                _ => Some(next),
            })?;
        Some(Link {
            day,
            because: format!("records for {} build up for {wait}, from {begin} at the earliest", point.id),
            rests_on: Rest::Practice,
            change: format!("begin with it: `probity explain {}`", point.id),
        })
    }

    /// The processes have been at work for long enough to show a pattern.
    fn operation(&self) -> Option<Link> {
        let least = self.own(RECORDS)?;
        let begun = ["incident", "change-request", "service-request", "problem"].into_iter().flat_map(|of| {
            self.documents.of_type(of).iter().filter_map(|number| {
                let document = self.documents.at(*number);
                let counted = document.record_type?.counted.as_ref()?;
                document.day(&counted.begins)
            })
        });
        let first = begun.filter(|day| *day <= self.judged.as_of).min();
        let from = first.unwrap_or(self.judged.as_of);
        let because = match first {
            Some(first) => {
                format!("the first records of the work are of {first}, and {least} of them are wanted")
            }
            None => format!("there are no records of the work yet, and {least} of them are wanted"),
        };
        Some(Link {
            day: least.after(from)?,
            because,
            rests_on: Rest::Practice,
            change: "`readiness.records` under `[own]` in `probity.toml`".to_owned(),
        })
    }

    /// An internal audit has been held and reported.
    fn audit(&self) -> Option<Link> {
        if self.is_found(AUDIT_REPORT) {
            return None;
        }
        let planned = self.documents.of_type("internal-audit-plan").iter().filter_map(|number| {
            let day = self.documents.at(*number).day("held_to")?;
            (day > self.judged.as_of).then_some((day, *number))
        });
        if let Some((day, number)) = planned.min() {
            return Some(Link {
                day,
                because: "the internal audit is held, as planned".to_owned(),
                rests_on: Rest::OwnPlan,
                change: format!("`held_to` of {}", self.id(number)),
            });
        }
        match self.planned(AUDIT_REPORT) {
            Some((day, work)) => Some(Link {
                day,
                because: format!("the internal audit is held and reported, as planned in {work}"),
                rests_on: Rest::OwnPlan,
                change: format!("`due_on` of {work}"),
            }),
            None => Some(Link {
                day: self.own(AUDIT)?.after(self.judged.as_of)?,
                because: "an internal audit is held and reported; none is planned".to_owned(),
                rests_on: Rest::Requirement,
                change:
                    "plan one; `readiness.audit` under `[own]` in `probity.toml` is the time that it takes"
                        .to_owned(),
            }),
        }
    }

    /// A management review has been held after the audit, and what it decided is done.
    fn review(&self, after: NaiveDate) -> Option<Link> {
        if !self.is_found(REVIEW_MINUTES) || after > self.judged.as_of {
            let planned = self.documents.of_type("management-review").iter().filter_map(|number| {
                self.documents
                    .at(*number)
                    .day("next_on")
                    .filter(|day| *day >= after && *day > self.judged.as_of)
            });
            if let Some(day) = planned.min() {
                return Some(Link {
                    day,
                    because: "the management review is held after the audit, as planned".to_owned(),
                    rests_on: Rest::OwnPlan,
                    change: "`next_on` of the last management review".to_owned(),
                });
            }
            return match self.planned(REVIEW_MINUTES).filter(|(day, _)| *day >= after) {
                Some((day, work)) => Some(Link {
                    day,
                    because: format!("the management review is held after the audit, as planned in {work}"),
                    rests_on: Rest::OwnPlan,
                    change: format!("`due_on` of {work}"),
                }),
                None => Some(Link {
                    day: self.own(REVIEW)?.after(after)?,
                    because: "a management review is held after the audit, and its first actions are done".to_owned(),
                    rests_on: Rest::Requirement,
                    change: "hold it; `readiness.review` under `[own]` in `probity.toml` is the time that it takes"
                        .to_owned(),
                }),
            };
        }
        let (_, last) = self
            .documents
            .of_type("management-review")
            .iter()
            .filter_map(|number| Some((self.documents.at(*number).day("held_on")?, *number)))
            .filter(|(day, _)| *day <= self.judged.as_of)
            .max()?;
        let id = self.id(last);
        let actions = self.documents.of_type("action-item").iter().filter(|number| {
            named(self.documents, **number, "origin").contains(&id.as_str())
                && matches!(text(self.documents, **number, "state"), Some("open" | "in-progress"))
        });
        let (day, action) =
            actions.filter_map(|number| Some((self.documents.at(*number).day("due_on")?, *number))).max()?;
        Some(Link {
            day,
            because: format!("the last action of management review {id} is due: {}", self.id(action)),
            rests_on: Rest::OwnPlan,
            change: format!("`due_on` of {}", self.id(action)),
        })
    }

    /// Nonconformities are closed.
    fn nonconformities(&self) -> Option<Link> {
        let open = self.documents.of_type("nonconformity").iter().filter(|number| {
            !matches!(text(self.documents, **number, "state"), Some("verified" | "closed" | "rejected"))
        });
        let (day, number) = open
            .filter_map(|number| Some((self.documents.at(*number).day("closure_due_on")?, *number)))
            .max()?;
        Some(Link {
            day,
            because: format!("the last open nonconformity is to be closed: {}", self.id(number)),
            rests_on: Rest::OwnPlan,
            change: format!("`closure_due_on` of {}", self.id(number)),
        })
    }

    fn id(&self, number: u32) -> String {
        self.documents.at(number).id().map_or("-", |(id, _)| id).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_artefacts_that_are_asked_for_are_those_of_the_standard() {
        let catalog = Catalog::embedded();
        for name in [AUDIT_REPORT, REVIEW_MINUTES] {
            assert!(catalog.standard().artefacts.contains_key(name), "{name}");
        }
    }
}
