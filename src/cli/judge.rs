//! `probity judge`: write down what a person holds.

mod answers;
mod interview;
mod pen;
mod prompt;
mod workbook;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde::de::DeserializeOwned;

use super::{Assessed, CliError, Global, Inputs, Outcome, Output, Read, as_if, day, read};
use crate::{
    author,
    judge::{Campaign, DEGREES, Entry, Judge, Opinion, Others},
    lens,
    model::{Confidence, Degree, Determination, Occurrence, Shown, Status, is_within},
    report::written::Written,
    text::safe,
};
use pen::Pen;

#[derive(Debug, Args)]
#[command(next_help_heading = "Judgement")]
pub(super) struct Arguments {
    /// The clause whose points are judged, or one point; of an interview, the clause that it keeps to
    #[arg(value_name = "CLAUSE|POINT", required_unless_present_any = ["interview", "from_workbook"])]
    what: Option<String>,
    #[command(flatten)]
    verdict: Verdict,
    /// Leave out these points of the clause: 07,11
    #[arg(long, value_name = "POINTS", value_delimiter = ',')]
    except: Vec<String>,
    /// Who judges: the id of a person; in a workbook, where its row does not say it
    #[arg(long, value_name = "PERSON", required_unless_present = "from_workbook")]
    by: Option<String>,
    /// Why the judgement is this and no other
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["interview", "from_workbook"])]
    because: Option<String>,
    /// How sure they are: high with records, document and interview, medium with two of them, low with one
    #[arg(long, value_name = "HOW", required_unless_present_any = ["interview", "from_workbook"], value_parser = confidence)]
    confidence: Option<Confidence>,
    /// What was seen: an id, a path, an address or a sentence; can be given again
    #[arg(long, value_name = "WHAT")]
    evidence: Vec<String>,
    /// A role that was asked; can be given again
    #[arg(long = "interviewee", value_name = "ROLE")]
    interviewees: Vec<String>,
    /// The day of the judgement [default: the day judged on]
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// The last day on which it may be relied on
    #[arg(long, value_name = "DATE", value_parser = day)]
    valid_until: Option<NaiveDate>,
    /// Whether it is written down: full, partial, none or not-needed
    #[arg(long, value_name = "HOW", value_parser = |text: &str| degree(0, text))]
    documented: Option<Degree>,
    /// Whether it is done: full, partial or none
    #[arg(long, value_name = "HOW", value_parser = |text: &str| degree(1, text))]
    implemented: Option<Degree>,
    /// Whether records show it: full, partial or none
    #[arg(long, value_name = "HOW", value_parser = |text: &str| degree(2, text))]
    evidenced: Option<Degree>,
    /// Whether it has its effect: full, partial, none or unknown
    #[arg(long, value_name = "HOW", value_parser = |text: &str| degree(3, text))]
    effective: Option<Degree>,
    /// Whether it has happened in the period: occurred, none-yet or not-event-driven
    #[arg(long, value_name = "WHETHER", value_parser = occurrence)]
    occurrence: Option<Occurrence>,
    /// Write it beside the judgements of other people
    #[arg(long, conflicts_with = "supersede")]
    second_reader: bool,
    /// Write it in the place of this judgement of somebody else; can be given again
    #[arg(long, value_name = "JUDGEMENT")]
    supersede: Vec<String>,
    /// The round of judging that it belongs to [default: the month, as in 2026-11]
    #[arg(long, value_name = "NAME")]
    campaign: Option<String>,
    /// Take the answers of the interview from this file
    #[arg(long, value_name = "FILE", requires = "interview")]
    answers: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER")]
    extracts: Option<PathBuf>,
}

/// What is held, in one word, or that it is still to be asked.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
#[command(next_help_heading = "Judgement")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of which one is given")]
struct Verdict {
    /// Done and shown wholly
    #[arg(long)]
    fulfilled: bool,
    /// One weakness that would be an isolated lapse
    #[arg(long)]
    mostly: bool,
    /// Done or shown in part
    #[arg(long)]
    partly: bool,
    /// Not done, or not shown although it should have happened
    #[arg(long)]
    not_fulfilled: bool,
    /// Ask for each point that nobody has judged, or that is to be confirmed
    #[arg(
        long,
        conflicts_with_all = [
            "except", "because", "confidence", "evidence", "interviewees", "on", "valid_until", "documented",
            "implemented", "evidenced", "effective", "occurrence", "second_reader", "supersede",
        ]
    )]
    interview: bool,
    /// Take the rows that somebody changed in a workbook of `report --format xlsx`, all of them or none
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "what", "except", "because", "confidence", "evidence", "interviewees", "valid_until", "documented",
            "implemented", "evidenced", "effective", "occurrence", "answers",
        ]
    )]
    from_workbook: Option<PathBuf>,
}

impl Verdict {
    fn status(&self) -> Option<Status> {
        let given = [self.fulfilled, self.mostly, self.partly, self.not_fulfilled];
        Status::ALL.into_iter().zip(given).find(|(_, given)| *given).map(|(status, _)| status)
    }
}

/// A value by the name that files have for it.
fn named<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

fn confidence(text: &str) -> Result<Confidence, String> {
    named(text).ok_or_else(|| "write low, medium or high".to_owned())
}

fn occurrence(text: &str) -> Result<Occurrence, String> {
    named(text).ok_or_else(|| "write occurred, none-yet or not-event-driven".to_owned())
}

/// What a fact is, by its place among the four.
fn degree(fact: usize, text: &str) -> Result<Degree, String> {
    named(text).filter(|degree| DEGREES[fact].contains(degree)).ok_or_else(|| {
        let names: Vec<String> = DEGREES[fact].iter().map(ToString::to_string).collect();
        format!("write {}", names.join(", "))
    })
}

impl Arguments {
    fn opinion(&self, status: Status, as_of: NaiveDate) -> Opinion {
        let others = match (self.second_reader, self.supersede.is_empty()) {
            (true, _) => Others::Stay,
            (false, true) => Others::None,
            (false, false) => Others::Superseded(self.supersede.clone()),
        };
        Opinion {
            status,
            facts: [self.documented, self.implemented, self.evidenced, self.effective],
            occurrence: self.occurrence,
            confidence: self.confidence.unwrap_or(Confidence::Low),
            evidence: self.evidence.clone(),
            interviewees: self.interviewees.clone(),
            rationale: self.because.clone().unwrap_or_default(),
            on: self.on.unwrap_or(as_of),
            valid_until: self.valid_until,
            others,
        }
    }

    /// The campaign that is named, or that of the month.
    fn campaign(&self, on: NaiveDate) -> Result<Campaign, CliError> {
        Ok(self.campaign.as_deref().map(Campaign::named).transpose()?.unwrap_or_else(|| Campaign::of(on)))
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    // What is judged is written into the files on disk, so that only these are read.
    let before = read(global, &Inputs::on_disk(arguments.extracts.clone()))?;
    let as_of = before.settings.as_of.value;
    let campaign = arguments.campaign(arguments.on.unwrap_or(as_of))?;
    let mut pen = Pen::new(&before, campaign, arguments.dry_run);
    match (arguments.verdict.status(), &arguments.what, &arguments.verdict.from_workbook) {
        (_, _, Some(file)) => workbook::run(&before, arguments, file, output, &mut pen)?,
        (Some(status), Some(what), None) => lens::look(&before, |assessed| {
            let judge = judge(assessed, arguments)?;
            let points = judge.points(what, &arguments.except)?;
            let entries = judge.entries(&points, &arguments.opinion(status, as_of), &pen.campaign)?;
            pen.write(entries)
        })?,
        _ => interview::run(global, &before, arguments, output, &mut pen)?,
    }
    let written = pen.written;
    if written.entries.is_empty() {
        output.print("nothing was written\n")?;
        return Ok(Outcome::Passed);
    }
    if arguments.dry_run && !global.quiet {
        let entries: Vec<Entry> = written.entries.iter().map(|(_, entry)| entry.clone()).collect();
        output.print(&format!("{}\n", safe(&author::shown(&entries))))?;
    }
    show(global, arguments, before, &written, output)?;
    Ok(Outcome::Passed)
}

fn judge<'a>(assessed: &Assessed<'a>, arguments: &'a Arguments) -> Result<Judge<'a>, CliError> {
    let as_of = assessed.settings.as_of.value;
    // It is left out only where a workbook says it.
    let by = arguments.by.as_deref().unwrap_or_default();
    Ok(Judge::new(assessed.documents, assessed.assessment, as_of, by)?)
}

/// Tells what was written, and what is shown now of what is read again.
fn show(
    global: &Global,
    arguments: &Arguments,
    before: Read,
    written: &Written,
    output: Output,
) -> Result<(), CliError> {
    let after = if arguments.dry_run {
        as_if(before, &written.drafts)
    } else {
        read(global, &Inputs::on_disk(arguments.extracts.clone()))?
    };
    lens::look(&after, |assessed| {
        output.print(&written.as_text(assessed.assessment, output.look(false, false).width))?;
        let mut entries = written.entries.iter();
        if let Some((path, _)) = entries.find(|(_, entry)| assessed.documents.find(&entry.id).is_none()) {
            return Err(CliError::NotRead { path: path.clone() });
        }
        output.next(global, &next(assessed, arguments, written))
    })
}

/// What one would do next: go on asking, or see what lacks.
fn next(assessed: &Assessed<'_>, arguments: &Arguments, written: &Written) -> String {
    let last = written.entries.last().map(|(_, entry)| entry.clause.0.as_str());
    let within = if arguments.verdict.interview { arguments.what.as_deref() } else { last };
    let Some(by) = arguments.by.as_deref().filter(|_| arguments.verdict.from_workbook.is_none()) else {
        return "probity gap".to_owned();
    };
    let is_open = |found: &Determination| {
        found.shown == Shown::NotJudged && within.is_none_or(|within| is_within(&found.point, within))
    };
    let named = |before: &str| within.map(|within| format!("{before}{}", safe(within))).unwrap_or_default();
    if assessed.assessment.determinations.iter().any(is_open) {
        format!("probity judge --interview{} --by {}", named(" "), safe(by))
    } else {
        format!("probity gap{}", named(" --clause "))
    }
}
