//! The answers in a workbook that `report` made: the rows that somebody changed, all of them or none.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use chrono::NaiveDate;

use super::{Arguments, confidence, degree, occurrence, pen::Pen};
use crate::{
    assess::{Seen, follows},
    cli::{Assessed, CliError, Output, Read, files, in_order},
    import::workbook::{self, Filled, RefusedCell, Row},
    judge::{Campaign, Entry, Judge, Opinion, Others, Refused},
    lens,
    model::{Degree, Judgement, Occurrence, Point, Status},
    report::workbook::columns::Answer,
    text::{nearest, quoted, safe_line},
};

pub(super) fn run(
    before: &Read,
    arguments: &Arguments,
    file: &Path,
    output: Output,
    pen: &mut Pen<'_>,
) -> Result<(), CliError> {
    let bytes = files::bytes(file, workbook::SIZE_LIMIT)?;
    let no_answers = |why| CliError::NoWorkbook { file: file.to_path_buf(), why };
    let filled = workbook::read(&bytes).map_err(no_answers)?;
    lens::look(before, |assessed| {
        let here = Seen::catalogue(assessed.documents.catalog.standard());
        if filled.catalogue != here {
            return Err(CliError::OtherStandard { there: filled.catalogue.clone(), here });
        }
        let desk = Desk::new(assessed, arguments, &filled.changed);
        let (mut planned, mut known, mut refused) = (Vec::new(), Vec::new(), filled.refused.clone());
        for row in &filled.changed {
            match desk.entries(row, &pen.campaign) {
                Ok(Some(entries)) => planned.extend(entries),
                Ok(None) => known.push(row.point.as_str()),
                Err(cells) => refused.extend(cells),
            }
        }
        if !refused.is_empty() {
            return Err(CliError::Cells { cells: in_order(refused) });
        }
        if let Some(id) = arguments.supersede.iter().find(|id| !desk.is_replaced(id, &filled.changed)) {
            return Err(Refused::NotCurrent { id: id.clone(), near: None }.into());
        }
        output.print(&told(&filled, &known))?;
        write(assessed, planned, before, pen)
    })
}

/// Writes the judgements clause by clause. Nothing is written unless all of it could be.
fn write(
    assessed: &Assessed<'_>,
    planned: Vec<Entry>,
    before: &Read,
    pen: &mut Pen<'_>,
) -> Result<(), CliError> {
    let mut clauses: Vec<Vec<Entry>> = Vec::new();
    let standard = assessed.documents.catalog.standard();
    let place = |entry: &Entry| standard.points().position(|point| point.id == entry.point);
    let mut planned = planned;
    planned.sort_by_key(place);
    for entry in planned {
        match clauses.last_mut() {
            Some(last) if last.iter().all(|other| other.clause == entry.clause) => last.push(entry),
            Some(_) | None => clauses.push(vec![entry]),
        }
    }
    let mut rehearsal = Pen::new(before, pen.campaign.clone(), true);
    for entries in &clauses {
        rehearsal.write(entries.clone())?;
    }
    clauses.into_iter().try_for_each(|entries| pen.write(entries))
}

/// What was found in the workbook, in a few words.
fn told(filled: &Filled, known: &[&str]) -> String {
    let from = match &filled.commit {
        Some(commit) => format!("commit {}", safe_line(commit.get(..10).unwrap_or(commit))),
        None => "files on disk".to_owned(),
    };
    let mut text = format!(
        "workbook of {}, judged on {}: {} of {} rows changed\n",
        from,
        safe_line(&filled.as_of),
        filled.changed.len(),
        filled.made_with
    );
    if filled.gone > 0 {
        let _ = writeln!(text, "no longer on the sheet, and left as they are: {}", filled.gone);
    }
    if !known.is_empty() {
        let known: Vec<_> = known.iter().map(|point| safe_line(point)).collect();
        let _ = writeln!(text, "written before: {}", known.join(", "));
    }
    text
}

/// Where rows become judgements.
struct Desk<'a> {
    assessed: &'a Assessed<'a>,
    arguments: &'a Arguments,
    /// Those who judge, by id.
    judges: BTreeMap<&'a str, Result<Judge<'a>, Refused>>,
}

impl<'a> Desk<'a> {
    fn new(assessed: &'a Assessed<'a>, arguments: &'a Arguments, rows: &'a [Row]) -> Self {
        let as_of = assessed.settings.as_of.value;
        let mut judges = BTreeMap::new();
        for by in rows.iter().filter_map(|row| by(row, arguments)) {
            judges
                .entry(by)
                .or_insert_with(|| Judge::new(assessed.documents, assessed.assessment, as_of, by));
        }
        Self { assessed, arguments, judges }
    }

    /// What a row is to be written as; none if it was written before.
    fn entries(&self, row: &'a Row, campaign: &Campaign) -> Result<Option<Vec<Entry>>, Vec<RefusedCell>> {
        let standard = self.assessed.documents.catalog.standard();
        let Some((_, point)) = standard.point(&row.point) else {
            let near = nearest(&row.point, standard.points().map(|point| point.id.as_str()));
            let refused =
                Refused::Unknown { what: "point", name: row.point.clone(), near: near.map(str::to_owned) };
            return Err(vec![RefusedCell {
                at: row.at.clone(),
                message: refused.to_string(),
                help: Some(refused.help()),
            }]);
        };
        let mut refused = Vec::new();
        let judge = match by(row, self.arguments).map(|by| self.judges.get(by)) {
            Some(Some(Ok(judge))) => Some(judge),
            Some(Some(Err(why))) => {
                refused.push(row.refused(Answer::Assessor, why.to_string(), Some(why.help())));
                None
            }
            Some(None) | None => {
                let help = "write the id of a person here, or name them with `--by`".to_owned();
                refused.push(row.refused(Answer::Assessor, "the row does not say who judges", Some(help)));
                None
            }
        };
        let opinion = self.opinion(row, point, &mut refused);
        let Some((judge, opinion)) = judge.zip(opinion) else { return Err(refused) };
        if self.is_known(row, point, &opinion) {
            return if refused.is_empty() { Ok(None) } else { Err(refused) };
        }
        let objections = judge.objections(&[point], &opinion);
        refused
            .extend(objections.iter().map(|why| row.refused(column(why), why.to_string(), Some(why.help()))));
        if !refused.is_empty() {
            return Err(refused);
        }
        let entries = judge.entries(&[point], &opinion, campaign);
        let mut entries =
            entries.map_err(|why| vec![row.refused(column(&why), why.to_string(), Some(why.help()))])?;
        // Of what was found since the workbook was made, its reader knew nothing.
        for entry in &mut entries {
            entry.seen.signals.retain(|signal| row.known.contains(signal));
        }
        Ok(Some(entries))
    }

    /// What a row says; none if a cell that has to be read cannot be.
    fn opinion(&self, row: &Row, point: &Point, refused: &mut Vec<RefusedCell>) -> Option<Opinion> {
        let before = refused.len();
        let mut facts = [None; 4];
        let columns = [Answer::Documented, Answer::Implemented, Answer::Evidenced, Answer::Effective];
        for (number, (fact, answer)) in facts.iter_mut().zip(columns).enumerate() {
            *fact = value(row, answer, refused, |text| degree(number, text).ok());
        }
        let happened = value(row, Answer::Occurrence, refused, |text| occurrence(text).ok());
        let status = value(row, Answer::Status, refused, Status::named);
        let sure = value(row, Answer::Confidence, refused, |text| confidence(text).ok());
        let on = day(row, Answer::Date, refused);
        let valid_until = day(row, Answer::ValidUntil, refused);
        // What could not be read is told already.
        let are_read = refused.len() == before;
        let status = status.or_else(|| following(facts, happened));
        if status.is_none() && are_read {
            refused.push(row.refused(
                Answer::Status,
                "no status stands here, and none follows from the facts",
                Some(format!(
                    "choose {}, or fill in documented, implemented and evidenced",
                    listed(&Answer::Status.values())
                )),
            ));
        }
        if sure.is_none() && row.text(Answer::Confidence).is_none() {
            let help = format!("choose {}", listed(&Answer::Confidence.values()));
            refused.push(row.refused(
                Answer::Confidence,
                "the row does not say how sure they are",
                Some(help),
            ));
        }
        let (status, confidence) = status.zip(sure).filter(|_| are_read)?;
        let others = match (self.arguments.second_reader, self.replaced(point)) {
            (true, _) => Others::Stay,
            (false, replaced) if replaced.is_empty() => Others::None,
            (false, replaced) => Others::Superseded(replaced),
        };
        Some(Opinion {
            status,
            facts,
            occurrence: happened,
            confidence,
            evidence: row.items(Answer::Evidence),
            interviewees: row.items(Answer::Interviewees),
            rationale: row.text(Answer::Rationale).unwrap_or_default().to_owned(),
            on: on.or(self.arguments.on).unwrap_or(self.assessed.settings.as_of.value),
            valid_until,
            others,
        })
    }

    /// The judgements on a point that are to be superseded.
    fn replaced(&self, point: &Point) -> Vec<String> {
        let named = self.arguments.supersede.iter();
        named.filter(|id| self.current(&point.id).any(|judgement| judgement.id == **id)).cloned().collect()
    }

    fn is_replaced(&self, id: &str, rows: &[Row]) -> bool {
        rows.iter().any(|row| self.current(&row.point).any(|judgement| judgement.id == id))
    }

    fn current(&self, point: &str) -> impl Iterator<Item = &'a Judgement> {
        self.assessed.assessment.of(point).into_iter().flat_map(|found| &found.judgements)
    }

    /// Whether the same person wrote the same before, so that a workbook can be read again.
    fn is_known(&self, row: &Row, point: &Point, opinion: &Opinion) -> bool {
        let is_same = |judgement: &Judgement| {
            by(row, self.arguments) == Some(judgement.by.as_str())
                && judgement.written == opinion.status
                && judgement.facts == opinion.facts
                && judgement.occurrence == opinion.occurrence
                && judgement.confidence == Some(opinion.confidence)
                && judgement.evidence == opinion.evidence
                && judgement.interviewees == opinion.interviewees
                && judgement.rationale.as_deref().map(str::trim) == Some(opinion.rationale.trim())
                && opinion.valid_until.is_none_or(|until| judgement.valid_until == Some(until))
                // A day that is not said is that on which the workbook was read first.
                && (judgement.on == opinion.on || row.text(Answer::Date).is_none() && self.arguments.on.is_none())
        };
        self.current(&point.id).any(is_same)
    }
}

/// Who judges: whom the row names anew, or else the command line.
fn by<'a>(row: &'a Row, arguments: &'a Arguments) -> Option<&'a str> {
    row.text(Answer::Assessor).or(arguments.by.as_deref())
}

/// What follows from the facts, if enough of them are known.
fn following(facts: [Option<Degree>; 4], happened: Option<Occurrence>) -> Option<Status> {
    let [documented, implemented, evidenced, _] = facts;
    documented.and(implemented).and(evidenced)?;
    Some(follows(facts, happened == Some(Occurrence::NoneYet)))
}

/// A value that is chosen from several. Capital letters, and blanks in the place of hyphens, mean the same.
fn value<T>(
    row: &Row,
    answer: Answer,
    refused: &mut Vec<RefusedCell>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = row.text(answer)?;
    let value = read(&text.to_lowercase().replace(' ', "-"));
    if value.is_none() {
        let values = answer.values();
        let allowed = format!("choose {}", listed(&values));
        let help = match nearest(text, values.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? {allowed}"),
            None => allowed,
        };
        refused.push(row.refused(answer, format!("{} cannot stand here", quoted(text)), Some(help)));
    }
    value
}

fn day(row: &Row, answer: Answer, refused: &mut Vec<RefusedCell>) -> Option<NaiveDate> {
    let text = row.text(answer)?;
    let day = workbook::day(text);
    if day.is_none() {
        let help = "write a day of the calendar, as in 2026-01-31".to_owned();
        refused.push(row.refused(answer, format!("{} is no day", quoted(text)), Some(help)));
    }
    day
}

/// The cell that a person looks at first.
fn column(refused: &Refused) -> Answer {
    match refused {
        Refused::Unknown { what: "role", .. } | Refused::OtherType { what: "role", .. } => {
            Answer::Interviewees
        }
        Refused::NoReason => Answer::Rationale,
        Refused::EmptyEvidence
        | Refused::Evidence { .. }
        | Refused::NoEvidence { .. }
        | Refused::OneSource => Answer::Evidence,
        Refused::LowConfidence => Answer::Confidence,
        Refused::Unsupported { .. } | Refused::NoMeans { .. } => Answer::Status,
        Refused::Later { .. } | Refused::LaterOwn { .. } => Answer::Date,
        Refused::OverBefore { .. } => Answer::ValidUntil,
        Refused::Unknown { .. }
        | Refused::OtherType { .. }
        | Refused::NoPoint { .. }
        | Refused::Heading { .. }
        | Refused::ExceptOfPoint
        | Refused::NothingLeft { .. }
        | Refused::Machine { .. }
        | Refused::TwoAtOnce { .. }
        | Refused::NotCurrent { .. }
        | Refused::Others { .. } => Answer::Assessor,
    }
}

/// `a, b or c`.
fn listed(values: &[String]) -> String {
    match values {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        values => values.join(""),
    }
}
