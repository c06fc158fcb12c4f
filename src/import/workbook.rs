//! A workbook that `report` made and people filled in: the rows that they changed.
//!
//! Which they are shows by the hidden sheet that keeps what was answered when the workbook was made. Rows may be sorted,
//! filtered and hidden, columns moved. What cannot be read is told cell by cell.

pub(super) mod cells;
pub(super) mod days;
mod hidden;
mod sound;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::{
    report::workbook::columns::{Answer, CUT, FACTS, FORMAT, ORIGIN, POINT, REQUIREMENTS, SIGNALS, VERSION},
    text::{nearest, quoted},
};
pub(super) use cells::{Cells, Held, address, all_sheets};
pub(super) use sound::parts;

/// A workbook that is larger than this is not read.
pub const SIZE_LIMIT: u64 = 32 * 1024 * 1024;
/// The header stands on one of so many rows.
const HEADERS: u32 = 20;

/// Why a file is no workbook of answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswers {
    /// It is no workbook, or a broken one.
    #[error("it is no workbook that can be read: {why}")]
    Broken {
        /// Why.
        why: String,
    },
    /// It is larger than it has to be.
    #[error("it holds more than {limit}")]
    TooMuch {
        /// Than what.
        limit: String,
    },
    /// It is another workbook.
    #[error("it is no workbook that `probity report --format xlsx` of this version made: {why}")]
    Other {
        /// How it shows.
        why: String,
    },
    /// It has no list that is looked for.
    #[error("no list of documents is found in it: {why}")]
    NoList {
        /// How it shows.
        why: String,
    },
}

/// A cell that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCell {
    /// Where: `Requirements!M17`.
    pub at: String,
    /// What is the case.
    pub message: String,
    /// What can stand there.
    pub help: Option<String>,
}

/// What stands in a workbook.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The standard that it is about, with edition and amendments.
    pub catalogue: String,
    /// The day that was judged on when it was made.
    pub as_of: String,
    /// The commit that it was made from, if it was one.
    pub commit: Option<String>,
    /// So many rows it was made with.
    pub made_with: usize,
    /// So many of them are no longer there.
    pub gone: usize,
    /// The rows that somebody changed, as they stand on the sheet.
    pub changed: Vec<Row>,
    /// What cannot be taken as it is.
    pub refused: Vec<RefusedCell>,
}

/// A row that somebody changed.
#[derive(Clone, Debug)]
pub struct Row {
    /// The point.
    pub point: String,
    /// Where it stands.
    pub at: String,
    /// The fingerprints of findings that the workbook told of when it was made.
    pub known: Vec<String>,
    answers: BTreeMap<Answer, Given>,
}

/// What stands in a cell that a person fills.
#[derive(Clone, Debug, Default)]
struct Given {
    at: String,
    text: String,
    /// What stood there when the workbook was made.
    before: String,
    is_changed: bool,
}

impl Row {
    /// What stands in a column; nothing where it is empty, or says nothing of a new judgement.
    pub fn text(&self, answer: Answer) -> Option<&str> {
        let given = self.answers.get(&answer)?;
        let is_said = given.is_changed || !answer.is_of_the_one_before();
        Some(given.text.as_str()).filter(|text| is_said && !text.is_empty())
    }

    /// The items of a column: one on each line, or with `;` between them. What was there before stays as it was.
    pub fn items(&self, answer: Answer) -> Vec<String> {
        let Some(given) = self.answers.get(&answer) else { return Vec::new() };
        let parts = |line: &str| -> Vec<String> {
            let sign = if given.before.lines().any(|before| before == line) { '\n' } else { ';' };
            line.split(sign).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
        };
        given.text.lines().flat_map(parts).collect()
    }

    /// Why a cell cannot be taken as it is.
    pub fn refused(&self, answer: Answer, message: impl Into<String>, help: Option<String>) -> RefusedCell {
        let at = self.answers.get(&answer).map_or_else(|| self.at.clone(), |given| given.at.clone());
        RefusedCell { at, message: message.into(), help }
    }
}

/// What stands in a workbook.
///
/// # Errors
///
/// If it is none, or none that is read here.
pub fn read(bytes: &[u8]) -> Result<Filled, NoAnswers> {
    let (origin, filled, is_1904) = cells::sheets(bytes, ORIGIN, REQUIREMENTS)?;
    let origin = Origin::read(&origin)?;
    let mut read = Filled {
        catalogue: origin.facts[0].clone(),
        as_of: origin.facts[1].clone(),
        commit: Some(origin.facts[2].clone()).filter(|commit| !commit.is_empty()),
        made_with: origin.points.len(),
        gone: 0,
        changed: Vec::new(),
        refused: Vec::new(),
    };
    let columns = match Columns::find(&filled) {
        Ok(columns) => columns,
        Err(refused) => {
            read.refused = refused;
            return Ok(read);
        }
    };
    let mut met: HashSet<&str> = HashSet::new();
    for row in filled.rows().filter(|row| *row > columns.row) {
        let at = address(REQUIREMENTS, row, columns.point);
        let (point, is_formula) = match filled.at(row, columns.point) {
            None => (String::new(), false),
            Some(Held::Formula(_)) => (String::new(), true),
            Some(held) => (held.text(false, is_1904).unwrap_or_default(), false),
        };
        let given = Given::all(&filled, row, &columns, is_1904, &mut read.refused);
        let refuse = |message: String, help: Option<String>| RefusedCell { at: at.clone(), message, help };
        let is_filled = given.values().any(|given| !given.text.is_empty());
        if is_formula {
            read.refused.push(refuse("a formula stands here, and only values are read".to_owned(), None));
            continue;
        }
        let Some((known, before)) = origin.points.get_key_value(point.as_str()) else {
            // A remark below the table is none of ours.
            if is_filled {
                read.refused.push(unknown(&point, &origin, refuse));
            }
            continue;
        };
        if !met.insert(known.as_str()) {
            let help = "keep one of the rows".to_owned();
            read.refused.push(refuse(format!("the point {} stands here twice", quoted(&point)), Some(help)));
            continue;
        }
        let mut answers = given;
        for (answer, given) in &mut answers {
            given.before = before.answers.get(answer).cloned().unwrap_or_default();
            given.is_changed = given.before != given.text;
        }
        if answers.values().any(|given| given.is_changed) {
            let row = Row { point, at, known: before.signals.clone(), answers };
            read.refused.extend(cut(&row));
            read.changed.push(row);
        }
    }
    read.gone = origin.points.len() - met.len();
    Ok(read)
}

fn unknown(
    point: &str,
    origin: &Origin,
    refuse: impl Fn(String, Option<String>) -> RefusedCell,
) -> RefusedCell {
    if point.is_empty() {
        return refuse(
            "the row is filled in and names no point".to_owned(),
            Some("write its id here, as in `8.6.1/03`, or empty the row".to_owned()),
        );
    }
    let near = nearest(point, origin.points.keys().map(String::as_str));
    let help = near.map(|near| format!("did you mean `{near}`?"));
    refuse(format!("the workbook was made without a point {}", quoted(point)), help)
}

/// Texts that were too long for a cell when the workbook was made, and would lose what was cut.
fn cut(row: &Row) -> Vec<RefusedCell> {
    let is_cut = |given: &&Given| given.text.ends_with(CUT);
    let cells = row.answers.values().filter(is_cut);
    cells
        .map(|given| RefusedCell {
            at: given.at.clone(),
            message: "the text was cut when the workbook was made".to_owned(),
            help: Some(
                "write what is to stand there, or judge with `probity judge` or a file of answers".to_owned(),
            ),
        })
        .collect()
}

impl Given {
    /// What stands in the columns that a person fills.
    fn all(
        filled: &Cells,
        row: u32,
        columns: &Columns,
        is_1904: bool,
        refused: &mut Vec<RefusedCell>,
    ) -> BTreeMap<Answer, Self> {
        let mut answers = BTreeMap::new();
        for (answer, column) in &columns.answers {
            let at = address(REQUIREMENTS, row, *column);
            let text = match filled.at(row, *column) {
                None => Ok(String::new()),
                Some(held) => held.text(answer.is_day(), is_1904),
            };
            let text = text.unwrap_or_else(|(message, help)| {
                refused.push(RefusedCell { at: at.clone(), message, help: help.map(str::to_owned) });
                String::new()
            });
            answers.insert(*answer, Self { at, text, ..Self::default() });
        }
        answers
    }
}

/// A day as a text in a cell has it.
pub fn day(text: &str) -> Option<NaiveDate> {
    days::written(text)
}

/// What the workbook was made with.
struct Origin {
    facts: [String; FACTS.len()],
    points: HashMap<String, Before>,
}

/// What stood in a row when the workbook was made.
struct Before {
    answers: BTreeMap<Answer, String>,
    signals: Vec<String>,
}

impl Origin {
    fn read(cells: &Cells) -> Result<Self, NoAnswers> {
        let other = |why: &str| NoAnswers::Other { why: why.to_owned() };
        let text = |row: u32, column: u32| match cells.at(row, column) {
            Some(held) => held.text(false, false).unwrap_or_default(),
            None => String::new(),
        };
        if text(0, 0) != FORMAT {
            return Err(other("its hidden sheet holds something else"));
        }
        if text(0, 1) != VERSION {
            return Err(other("it was made by another version"));
        }
        let mut facts = FACTS.map(|_| String::new());
        for (row, (fact, name)) in (1..).zip(facts.iter_mut().zip(FACTS)) {
            if text(row, 0) != name {
                return Err(other("its hidden sheet was changed"));
            }
            *fact = text(row, 1);
        }
        let header = 1 + u32::try_from(FACTS.len()).unwrap_or_default();
        let names = std::iter::once(POINT).chain(Answer::ALL.map(Answer::header)).chain([SIGNALS]);
        if (0..).zip(names).any(|(column, name)| text(header, column) != name) {
            return Err(other("its hidden sheet was changed"));
        }
        let signals = 1 + u32::try_from(Answer::ALL.len()).unwrap_or_default();
        let before = |row: u32| Before {
            answers: (1..).zip(Answer::ALL).map(|(column, answer)| (answer, text(row, column))).collect(),
            signals: text(row, signals).lines().map(str::to_owned).collect(),
        };
        let rows = cells.rows().filter(|row| *row > header);
        Ok(Self { facts, points: rows.map(|row| (text(row, 0), before(row))).collect() })
    }
}

/// Where the columns are that are read.
struct Columns {
    row: u32,
    point: u32,
    answers: BTreeMap<Answer, u32>,
}

impl Columns {
    /// Finds them by their names.
    fn find(cells: &Cells) -> Result<Self, Vec<RefusedCell>> {
        let header = |row: u32| -> Vec<(u32, String)> {
            let of_row = cells.row(row);
            of_row.filter_map(|(column, held)| Some((column, held.text(false, false).ok()?))).collect()
        };
        let is_header = |row: &u32| header(*row).iter().any(|(_, text)| text == POINT);
        let Some(row) = cells.rows().take_while(|row| *row < HEADERS).find(is_header) else {
            let at = format!("{REQUIREMENTS}!A1");
            let message = format!("no column is headed `{POINT}`");
            let help = Some("give the column with the ids of points its name again".to_owned());
            return Err(vec![RefusedCell { at, message, help }]);
        };
        let names = header(row);
        let wanted: Vec<&str> = std::iter::once(POINT).chain(Answer::ALL.map(Answer::header)).collect();
        let others = || names.iter().filter(|(_, name)| !wanted.contains(&name.as_str()));
        let (mut found, mut refused) = (HashMap::new(), Vec::new());
        for name in &wanted {
            let columns: Vec<u32> =
                names.iter().filter(|(_, known)| known == name).map(|(column, _)| *column).collect();
            match columns.as_slice() {
                [] => {
                    let near = nearest(name, others().map(|(_, other)| other.as_str()));
                    let near = near.and_then(|near| others().find(|(_, other)| other == near));
                    refused.push(match near {
                        Some((column, other)) => RefusedCell {
                            at: address(REQUIREMENTS, row, *column),
                            message: format!(
                                "{} is no column that is read, and `{name}` is missing",
                                quoted(other)
                            ),
                            help: Some(format!("head it `{name}`")),
                        },
                        None => RefusedCell {
                            at: format!("{REQUIREMENTS}!{}", row + 1),
                            message: format!("the column `{name}` is missing"),
                            help: Some("give it its name again, or bring it back".to_owned()),
                        },
                    });
                }
                [column] => {
                    found.insert(*name, *column);
                }
                [_, second, ..] => refused.push(RefusedCell {
                    at: address(REQUIREMENTS, row, *second),
                    message: format!("the column `{name}` is there twice"),
                    help: Some("keep one of them".to_owned()),
                }),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let column = |name: &str| found.get(name).copied().unwrap_or_default();
        let answers = Answer::ALL.iter().map(|answer| (*answer, column(answer.header()))).collect();
        Ok(Self { row, point: column(POINT), answers })
    }
}
