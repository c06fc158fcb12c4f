//! Readiness over history: the numbers at many points of the first line of parents, each judged on the day on which its
//! commit was made.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use super::{Assessed, Lens, LensError};
use crate::{
    assess::{Numbers, documented},
    config::Flags,
    model::{Level, MachineState},
    repository::{Step, Wanted},
};

/// Which commits make a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// The last one of each month that has one.
    Month,
    /// Those that a tag names.
    Tag,
    /// Those in which the folder is other than in the one before.
    Commit,
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// One for each of these.
    pub every: Every,
    /// Only commits made on this day or later.
    pub since: Option<NaiveDate>,
    /// Only so many of the youngest.
    pub last: Option<usize>,
    /// The day to judge all of them on, instead of the one of each commit.
    pub as_of: Option<NaiveDate>,
}

/// Readiness over history.
#[derive(Clone, Debug)]
pub struct Trend {
    /// What was wanted.
    pub wish: Wish,
    /// The oldest first.
    pub rows: Vec<Row>,
    /// Why history does not go back further, if that is not because it begins there.
    pub cut: Option<String>,
}

/// One point of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it stands for: the month, the tags, or none.
    pub name: Option<String>,
    /// The commit, by its id.
    pub commit: String,
    /// The day on which it was made.
    pub day: NaiveDate,
    /// What was counted, or why it could not be looked at.
    pub counted: Result<Counted, String>,
}

/// What is counted at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Documents that could be read.
    pub documents: usize,
    /// Files of which nothing could be tested.
    pub untested_files: usize,
    /// Findings of the level of an error, without those waived.
    pub errors: usize,
    /// The same of warnings.
    pub warnings: usize,
    /// Findings that are waived.
    pub waived: usize,
    /// Documented information that the standard asks for and that is found in whole.
    pub found: usize,
    /// How much it asks for.
    pub asked_for: usize,
    /// Points of the standard.
    pub points: usize,
    /// Of these, those of which a machine found material.
    pub material: usize,
    /// Those that people have judged, so that it stands.
    pub judged: usize,
    /// Those that people have judged to be fulfilled.
    pub fulfilled: usize,
}

impl Counted {
    fn of(assessed: &Assessed<'_>) -> Self {
        let Assessed { documents, findings, assessment, .. } = assessed;
        let standard = documents.catalog.standard();
        let numbers = Numbers::of(assessment, standard.points());
        let (found, asked_for) = documented(standard, assessment);
        let has_material = assessment
            .determinations
            .iter()
            .filter(|determination| determination.machine == MachineState::MaterialFound);
        Self {
            documents: findings.tested.documents,
            untested_files: findings.tested.untested_files,
            errors: findings.count(Level::Error),
            warnings: findings.count(Level::Warning),
            waived: findings.waived(),
            found,
            asked_for,
            points: numbers.points,
            material: has_material.count(),
            judged: numbers.judged,
            fulfilled: numbers.fulfilled,
        }
    }
}

/// Counts at each point that is wanted.
///
/// # Errors
///
/// If there is no history. A single point that cannot be looked at says so in its row.
pub fn trend(lens: &Lens, wish: Wish) -> Result<Trend, LensError> {
    let line = lens.archive()?.first_line()?;
    let mut chosen = chosen(&line.steps, wish);
    if let Some(last) = wish.last {
        chosen.drain(..chosen.len().saturating_sub(last));
    }
    let row = |(name, step): (Option<String>, &Step)| Row {
        name,
        commit: step.id.clone(),
        day: step.day,
        counted: counted(lens, step, wish.as_of).map_err(|error| told(&error)),
    };
    Ok(Trend { wish, rows: chosen.into_iter().map(row).collect(), cut: line.cut })
}

fn counted(lens: &Lens, step: &Step, as_of: Option<NaiveDate>) -> Result<Counted, LensError> {
    let flags = Flags { as_of: Some(as_of.unwrap_or(step.day)), period: lens.flags.period };
    let read = lens.at_by(&Wanted::Revision(step.id.clone()), flags)?;
    lens.look_by(&read, &read.settings.judged(), |assessed| Ok(Counted::of(assessed)))
}

/// Why a point cannot be looked at, on one line.
fn told(error: &LensError) -> String {
    match error.mistakes().first() {
        None => error.to_string(),
        Some(mistake) => {
            let position = mistake.source.position(mistake.span.start);
            let place = format!("{}:{}:{}", mistake.source.name(), position.line, position.column);
            format!("{place}: {}", mistake.message)
        }
    }
}

/// The commits that make a row, each with its name.
fn chosen(steps: &[Step], wish: Wish) -> Vec<(Option<String>, &Step)> {
    let young = steps.iter().filter(|step| wish.since.is_none_or(|since| step.day >= since));
    match wish.every {
        Every::Commit => young.filter(|step| step.changes).map(|step| (None, step)).collect(),
        Every::Tag => young
            .filter(|step| !step.tags.is_empty())
            .map(|step| (Some(step.tags.join(", ")), step))
            .collect(),
        Every::Month => {
            let month = |step: &Step| format!("{:04}-{:02}", step.day.year(), step.day.month());
            let mut seen = BTreeSet::new();
            let last = young.rev().filter(|step| seen.insert(month(step)));
            let mut last: Vec<_> = last.map(|step| (Some(month(step)), step)).collect();
            last.reverse();
            last
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str, day: &str, tags: &[&str], changes: bool) -> Step {
        let tags = tags.iter().map(ToString::to_string).collect();
        Step { id: id.to_owned(), day: day.parse().unwrap(), tags, changes }
    }

    fn ids(every: Every, since: Option<&str>) -> Vec<(Option<String>, String)> {
        let steps = [
            step("a", "2026-01-10", &[], true),
            step("b", "2026-01-20", &["v1"], true),
            step("c", "2026-02-01", &[], false),
            step("d", "2026-04-30", &["v2", "v2.0"], true),
        ];
        let since = since.map(|day| day.parse().unwrap());
        let wish = Wish { every, since, last: None, as_of: None };
        chosen(&steps, wish).into_iter().map(|(name, step)| (name, step.id.clone())).collect()
    }

    #[test]
    fn a_month_is_what_its_last_commit_is() {
        let names = |every, since| -> Vec<String> {
            let rows = ids(every, since).into_iter();
            rows.map(|(name, id)| format!("{} {id}", name.unwrap_or_default())).collect()
        };
        assert_eq!(names(Every::Month, None), ["2026-01 b", "2026-02 c", "2026-04 d"]);
        assert_eq!(names(Every::Month, Some("2026-02-01")), ["2026-02 c", "2026-04 d"]);
        assert_eq!(names(Every::Tag, None), ["v1 b", "v2, v2.0 d"]);
        assert_eq!(names(Every::Commit, None), [" a", " b", " d"], "nothing changed in c");
    }
}
