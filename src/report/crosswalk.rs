//! What answers to the clauses in another standard, as a table and for programs, and on the page of a
//! clause.

use std::{collections::BTreeMap, fmt::Write as _};

use comfy_table::Cell;
use serde::Serialize;

use super::{json, record_type, words::hanging};
use crate::model::{Answer, Clause, Crosswalk, Standard};

/// A map as a program gets it.
#[derive(Serialize)]
struct Report<'s> {
    map: &'s str,
    title: &'s str,
    edition: &'s str,
    /// What the names of the answers are.
    names: &'s str,
    basis: &'s str,
    /// Who else draws the pairs that are confirmed.
    confirmed_by: Option<&'s str>,
    note: Option<&'s str>,
    clauses: Vec<Row<'s>>,
}

#[derive(Serialize)]
struct Row<'s> {
    id: &'s str,
    title: &'s str,
    /// None of a clause that asks for nothing; empty if nothing answers to it.
    answers: Option<Vec<AnswerRow<'s>>>,
}

#[derive(Serialize)]
struct AnswerRow<'s> {
    name: &'s str,
    sure: Sure,
    /// The clause for which it is confirmed: this one, or one that it is part of.
    confirmed_for: Option<&'s str>,
}

/// How sure it is that something answers to a clause.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Sure {
    Confirmed,
    Judgement,
}

impl<'s> AnswerRow<'s> {
    fn of(answer: &'s Answer) -> Self {
        let sure = if answer.confirmed_for.is_some() { Sure::Confirmed } else { Sure::Judgement };
        Self { name: &answer.name, sure, confirmed_for: answer.confirmed_for.as_deref() }
    }
}

/// A map as an object with the clauses.
pub fn map_as_json(standard: &Standard, map: &str, crosswalk: &Crosswalk) -> String {
    let clauses = standard.clauses.iter().map(|clause| Row {
        id: &clause.id,
        title: &clause.title,
        answers: clause.crosswalk.get(map).map(|answers| answers.iter().map(AnswerRow::of).collect()),
    });
    json::text(&Report {
        map,
        title: &crosswalk.title,
        edition: &crosswalk.edition,
        names: &crosswalk.names,
        basis: &crosswalk.basis,
        confirmed_by: crosswalk.confirmed_by.as_deref(),
        note: crosswalk.note.as_deref(),
        clauses: clauses.collect(),
    })
}

/// A map as a table in so many columns. Its last line says what is confirmed and what is our judgement.
pub fn map_as_table(standard: &Standard, map: &str, crosswalk: &Crosswalk, width: usize) -> String {
    let mut table = record_type::table(width, ["clause", "title", "confirmed", "judgement"]);
    for clause in &standard.clauses {
        let (confirmed, judgement) = match clause.crosswalk.get(map).map(Vec::as_slice) {
            None => (String::new(), String::new()),
            Some([]) => ("-".to_owned(), "-".to_owned()),
            Some(answers) => (confirmed(clause, answers), judged(answers)),
        };
        table.add_row([
            Cell::new(&clause.id),
            Cell::new(&clause.title),
            Cell::new(confirmed),
            Cell::new(judgement),
        ]);
    }
    format!("{}{}", record_type::lines(&table), explained(standard, map, crosswalk, width))
}

/// How to read a map: what its names are, how the pairs came about, what the marks mean, how sure it is.
fn explained(standard: &Standard, map: &str, crosswalk: &Crosswalk, width: usize) -> String {
    let answered = standard.clauses.iter().filter_map(|clause| Some((clause, clause.crosswalk.get(map)?)));
    let (mut pairs, mut sure, mut nothing, mut as_a_whole) = (0, 0, false, false);
    for (clause, answers) in answered {
        nothing |= answers.is_empty();
        pairs += answers.len();
        for of in answers.iter().filter_map(|answer| answer.confirmed_for.as_ref()) {
            sure += 1;
            as_a_whole |= *of != clause.id;
        }
    }
    let marks = [
        nothing.then_some("`-`: nothing there answers to the clause."),
        as_a_whole.then_some("A number in brackets: confirmed for that clause as a whole."),
    ];
    let paragraphs = [
        format!("{}: {}. {}", crosswalk.title, crosswalk.names, crosswalk.basis),
        crosswalk.note.clone().unwrap_or_default(),
        marks.into_iter().flatten().collect::<Vec<_>>().join(" "),
        how_sure(sure, pairs, crosswalk.confirmed_by.as_deref()),
    ];
    // The numbers of standards are not to be broken at their hyphens.
    let options = textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let written = paragraphs.iter().filter(|paragraph| !paragraph.is_empty());
    written.fold(String::new(), |mut text, paragraph| {
        let _ = write!(text, "\n{}\n", textwrap::fill(paragraph, &options));
        text
    })
}

fn how_sure(confirmed: usize, all: usize, by: Option<&str>) -> String {
    match by {
        Some(by) => format!(
            "confirmed: {confirmed} of {all} pairs, since {by}; judgement: the other {}, which are ours alone",
            all - confirmed
        ),
        None => format!("confirmed: none of {all} pairs; judgement: all of them, which are ours alone"),
    }
}

/// What answers to a clause elsewhere, by standard, with how sure that is.
pub(super) fn section(standard: &Standard, clause: &Clause, width: usize) -> String {
    let mut text = String::new();
    if clause.crosswalk.is_empty() {
        return text;
    }
    text.push_str("\nWhat answers to it elsewhere\n\n");
    let mut a_confirmed_one = None;
    for (map, answers) in &clause.crosswalk {
        let title = standard.crosswalks.get(map).map_or(map, |crosswalk| &crosswalk.title);
        let _ = writeln!(text, "  {title}");
        let (confirmed, judged) = (confirmed(clause, answers), judged(answers));
        if !confirmed.is_empty() {
            a_confirmed_one.get_or_insert(map);
            text.push_str(&hanging("    confirmed  ", &confirmed, width));
        }
        if !judged.is_empty() {
            text.push_str(&hanging("    judgement  ", &judged, width));
        }
        if answers.is_empty() {
            text.push_str(&hanging("    judgement  ", "nothing", width));
        }
    }
    let map = a_confirmed_one.or_else(|| clause.crosswalk.keys().next()).expect("there is one, as was asked");
    let mut told = format!("`probity list clauses --map {map}` tells who confirmed what. Judgement is ours.");
    let mut answers = clause.crosswalk.values().flatten();
    if answers.any(|answer| answer.confirmed_for.as_ref().is_some_and(|of| *of != clause.id)) {
        told.push_str(" A number in brackets: confirmed for that clause as a whole.");
    }
    let _ = write!(text, "\n{}", hanging("  ", &told, width));
    text
}

/// The answers that somebody else gives, too: `A.8.19, A.8.31`, and with the clause behind them those that
/// are confirmed for a clause as a whole that this one is part of: `A.5.19, A.5.20 (8.3.4)`.
fn confirmed(clause: &Clause, answers: &[Answer]) -> String {
    let mut by_clause: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for answer in answers {
        if let Some(of) = &answer.confirmed_for {
            by_clause.entry(of).or_default().push(&answer.name);
        }
    }
    let shown = by_clause.into_iter().rev().map(|(of, names)| {
        let names = names.join(", ");
        if of == clause.id { names } else { format!("{names} ({of})") }
    });
    shown.collect::<Vec<_>>().join("; ")
}

/// The answers that only we give.
fn judged(answers: &[Answer]) -> String {
    let ours = answers.iter().filter(|answer| answer.confirmed_for.is_none());
    ours.map(|answer| answer.name.as_str()).collect::<Vec<_>>().join(", ")
}
