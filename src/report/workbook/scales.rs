//! What each value means, how a status follows, and what the colours say.

use rust_xlsxwriter::XlsxError;
use serde_json::Value;

use super::{
    COLOURS, FOUND, SHOWN,
    columns::Answer,
    page::{Cell, Column, Page},
    style::Style,
};

/// Scale, value, meaning.
const MEANINGS: [(&str, &str, &str); 40] = [
    ("Documented", "full", "Written down as it is done, approved and in force"),
    ("Documented", "partial", "Written down in part, or not as it is done"),
    ("Documented", "none", "Not written down, although it has to be"),
    ("Documented", "not-needed", "Nothing asks for it to be written down"),
    ("Implemented", "full", "Done everywhere it is to be done"),
    ("Implemented", "partial", "Done in part, or by some"),
    ("Implemented", "none", "Not done"),
    (
        "Evidenced",
        "full",
        "Records of the period show it; if nothing has happened yet, one is shown to be ready",
    ),
    ("Evidenced", "partial", "Records show it in part, or for a part of the period"),
    ("Evidenced", "none", "No record shows it"),
    ("Effective", "full", "It has the effect that it is for"),
    ("Effective", "partial", "It has some of it"),
    ("Effective", "none", "It has none"),
    ("Effective", "unknown", "Nobody can tell yet"),
    ("Occurrence", "occurred", "It has happened in the period"),
    ("Occurrence", "none-yet", "It has not, so that one can only be ready for it"),
    ("Occurrence", "not-event-driven", "It does not depend on anything that happens"),
    ("Status", "fulfilled", "Written where needed, done, shown, and not without effect"),
    ("Status", "mostly", "One weakness that would be an isolated lapse"),
    ("Status", "partly", "Done or shown in part, or not written where it has to be"),
    ("Status", "not fulfilled", "Not done, or not shown although it should have happened"),
    ("Confidence", "high", "Records, a document and an interview, within the period"),
    ("Confidence", "medium", "Two of them"),
    ("Confidence", "low", "One of them, or evidence from outside the period; never supports fulfilled"),
    ("State shown", "fulfilled", "A person judged so"),
    ("State shown", "mostly", "A person judged so"),
    ("State shown", "partly", "A person judged so"),
    ("State shown", "not fulfilled", "A person judged so"),
    ("State shown", "to be confirmed", "Judged once, and not to be relied on without a new look"),
    ("State shown", "not judged", "Nobody has judged it; that a machine found something is no judgement"),
    (
        "What was found",
        "material found",
        "There are documents, as far as a machine can tell; whether they will do, people judge",
    ),
    ("What was found", "partly found", "There are some, and something lacks"),
    ("What was found", "nothing found", "There is nothing"),
    ("What was found", "no occurrence stated", "There is nothing, and somebody states that nothing happened"),
    ("What was found", "not testable", "The data do not tell"),
    ("Clause", "red", "A blocker is open, or a quarter of the points is not fulfilled"),
    ("Clause", "amber", "Something is less than fulfilled, or not all is judged"),
    ("Clause", "green", "All is judged and fulfilled"),
    ("Clause", "grey", "Nobody has judged"),
    ("Blocker", "yes", "Known to lack, it would stop the audit"),
];

/// How a status follows from the facts, the first that applies.
const FOLLOWS: [(&str, &str); 4] = [
    ("not fulfilled", "implemented is none; or evidenced is none, although it should have happened"),
    ("partly", "documented is none; or two or more of the four facts are weak"),
    ("mostly", "one of them is weak: documented, implemented or evidenced partial, or effective none"),
    ("fulfilled", "none of them is weak"),
];

const NOTES: [&str; 5] = [
    "Blue columns on the sheet Requirements are for you. `probity judge --from-workbook FILE` reads the rows back that you \
     changed, all of them or none; rows may be sorted and filtered, columns moved.",
    "An empty status follows from the four facts, when documented, implemented and evidenced are filled in. A stricter word \
     than follows is taken as it is, a better one is refused.",
    "Fulfilled rests on two sources at least: a document, a record, or who was asked.",
    "Assessor, date and valid until are of the judgement that stands in the row. They say nothing of a new one unless they \
     are changed, too.",
    "Priorities: p1 is a blocker, or much stands on it and nothing is there, or its records take months; p2 an auditor would \
     hardly overlook; p3 is a detail; p4 is worth improving.",
];

pub(super) fn page<'s>(_: &Value, style: &'s Style) -> Result<Page<'s>, XlsxError> {
    let mut page = Page::new("Scales", style)?;
    page.widths(&[22.0, 22.0, 90.0])?;
    page.heading("What a value means")?;
    let mut words: Vec<&str> = [FOUND.as_slice(), &SHOWN, &COLOURS].concat();
    let values: Vec<String> = Answer::ALL.iter().flat_map(|answer| answer.values()).collect();
    words.extend(values.iter().map(String::as_str));
    words.sort_unstable();
    words.dedup();
    let columns = [
        Column::new("Scale", 0.0),
        Column::new("Value", 0.0).coloured(&words),
        Column::new("What it means", 0.0),
    ];
    let rows = MEANINGS
        .iter()
        .map(|(scale, value, meaning)| vec![Cell::text(*scale), Cell::text(*value), Cell::text(*meaning)]);
    page.table(&columns, rows)?;
    page.heading("How a status follows from the facts: the first that applies")?;
    let columns = [Column::new("", 0.0), Column::new("Status", 0.0).coloured(&SHOWN), Column::new("If", 0.0)];
    let rows = (1..).zip(FOLLOWS).map(|(number, (status, rule))| {
        vec![Cell::Number(f64::from(number)), Cell::text(status), Cell::text(rule)]
    });
    page.table(&columns, rows)?;
    page.heading("How to fill it in")?;
    for note in NOTES {
        page.prose(note)?;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::follows,
        model::{Degree, Status},
    };

    #[test]
    fn each_value_that_can_be_chosen_is_explained() {
        for answer in Answer::ALL {
            for value in answer.values() {
                let told =
                    MEANINGS.iter().any(|(scale, known, _)| *scale == answer.header() && *known == value);
                assert!(told, "{}: {value}", answer.header());
            }
        }
        for (scale, words) in
            [("State shown", SHOWN.as_slice()), ("What was found", &FOUND), ("Clause", &COLOURS)]
        {
            for word in words {
                assert!(MEANINGS.iter().any(|(of, known, _)| *of == scale && known == word), "{word}");
            }
        }
    }

    #[test]
    fn a_status_follows_as_it_is_told() {
        let (full, partial, none) = (Some(Degree::Full), Some(Degree::Partial), Some(Degree::None));
        let told = |facts: [Option<Degree>; 4]| {
            let weak = [facts[0] == partial, facts[1] == partial, facts[2] == partial, facts[3] == none];
            let weak = weak.iter().filter(|weak| **weak).count();
            if facts[1] == none || facts[2] == none {
                Status::NotFulfilled
            } else if facts[0] == none || weak >= 2 {
                Status::Partly
            } else if weak == 1 {
                Status::Mostly
            } else {
                Status::Fulfilled
            }
        };
        for documented in [full, partial, none, Some(Degree::NotNeeded)] {
            for implemented in [full, partial, none] {
                for evidenced in [full, partial, none] {
                    for effective in [full, partial, none, Some(Degree::Unknown), None] {
                        let facts = [documented, implemented, evidenced, effective];
                        assert_eq!(told(facts), follows(facts, false), "{facts:?}");
                    }
                }
            }
        }
    }
}
