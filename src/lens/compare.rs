//! Two points side by side: what changed, and whether the documents did that or the days.

use chrono::NaiveDate;

use super::{
    Assessed, LensError, Read,
    bends::{Bend, Bending, bends},
    documents::{self, Approval, DocumentChange},
    look_by,
    outcome::{self, FindingChange, Why},
    points::{self, PointChange},
};
use crate::{
    assess::{Numbers, documented},
    corpus::Shelf,
    model::{Assessment, Finding, Findings, Held, Level, Period, Sourced, Tested},
};

/// Two points side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The one that it begins with.
    pub before: Side,
    /// The other.
    pub after: Side,
    /// What bends the result and is other, what is loosened first.
    pub bends: Vec<Bend>,
    /// Documents that are other, by what became of them and by id.
    pub documents: Vec<DocumentChange>,
    /// Approvals that came or no longer hold, the latter first.
    pub approvals: Vec<Approval>,
    /// Findings that were not there before.
    pub new: Vec<FindingChange>,
    /// Findings that are not there any more.
    pub gone: Vec<FindingChange>,
    /// Points of which something else is shown or found.
    pub points: Vec<PointChange>,
    /// Findings because of which something could not be tested afterwards.
    pub untested: Vec<Finding>,
}

/// One of two points.
#[derive(Clone, Debug)]
pub struct Side {
    /// Which bytes it has.
    pub held: Held,
    /// The day judged on.
    pub as_of: Sourced<NaiveDate>,
    /// The audit period.
    pub period: Sourced<Period>,
    /// What was read and what was not.
    pub tested: Tested,
    /// How many findings there are of each level from error to info, without those waived.
    pub findings: [usize; 3],
    /// How many points are what.
    pub numbers: Numbers,
    /// Of the documented information that the standard asks for, what is found and how much that is.
    pub documented: (usize, usize),
}

impl Side {
    fn of(assessed: &Assessed<'_>) -> Self {
        let Assessed { settings, documents, findings, assessment, .. } = assessed;
        let standard = documents.catalog.standard();
        Self {
            held: settings.held.clone(),
            as_of: settings.as_of.clone(),
            period: settings.period.clone(),
            tested: findings.tested,
            findings: [Level::Error, Level::Warning, Level::Info].map(|level| findings.count(level)),
            numbers: Numbers::of(assessment, standard.points()),
            documented: documented(standard, assessment),
        }
    }
}

impl Comparison {
    /// Whether both are judged on the same day and by the same period.
    pub fn is_of_one_day(&self) -> bool {
        let days = |side: &Side| (side.as_of.value, side.period.value);
        days(&self.before) == days(&self.after)
    }

    /// Findings and points that are other because of the days alone.
    pub fn by_time(&self) -> usize {
        let findings = self.new.iter().chain(&self.gone).map(|change| change.why);
        findings.chain(self.points.iter().map(|change| change.why)).filter(|why| *why == Why::Time).count()
    }
}

/// Judges two points, each by its own settings, and the first on the days of the second as well if they differ.
///
/// # Errors
///
/// If the settings of one speak of something that there is not.
pub fn compare(before: &Read, after: &Read) -> Result<Comparison, LensError> {
    let (judged, judged_after) = (before.settings.judged(), after.settings.judged());
    let mut judged_later = judged.clone();
    judged_later.as_of = judged_after.as_of;
    judged_later.period = judged_after.period;
    let is_other_day = (judged.as_of, judged.period) != (judged_later.as_of, judged_later.period);
    let shelf = Shelf::default();
    look_by(before, &judged, before.history()?, &shelf, |then| {
        let keep = |later: &Assessed<'_>| -> Result<(Findings, Assessment), LensError> {
            Ok((later.findings.clone(), later.assessment.clone()))
        };
        let later = is_other_day
            .then(|| look_by(before, &judged_later, before.history()?, &shelf, keep))
            .transpose()?;
        look_by(after, &judged_after, after.history()?, &shelf, |now| Ok(compared(then, later.as_ref(), now)))
    })
}

fn compared(then: &Assessed<'_>, later: Option<&(Findings, Assessment)>, now: &Assessed<'_>) -> Comparison {
    let (documents, approvals) = documents::changes(then.documents, now.documents);
    let (new, gone) = outcome::changes(then.findings, later.map(|(findings, _)| findings), now.findings);
    let later = later.map(|(_, assessment)| assessment);
    Comparison {
        before: Side::of(then),
        after: Side::of(now),
        bends: bends(&Bending::from(then), &Bending::from(now)),
        documents,
        approvals,
        new,
        gone,
        points: points::changes(then.assessment, later, now.assessment),
        untested: now.findings.iter().filter(|finding| finding.untested.is_some()).cloned().collect(),
    }
}
