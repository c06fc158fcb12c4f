//! Exports of a tool as records of ours: columns by a profile, rows folded into records, and how much of the truth they
//! can show. Nothing is written here.

mod beside;
mod columns;
mod coverage;
mod people;
mod refused;
mod rows;
mod times;
mod values;

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use super::export::{Cell, Export, NoExport};
use crate::{
    catalog::Catalog,
    model::{Period, Profile, RecordType},
};

pub use columns::{ColumnTold, ColumnUse};
pub use coverage::Indicator;
pub use people::Tokens;
pub use refused::Refused;
pub use times::DayOrder;

/// The header stands on one of so many rows that are not empty.
pub const HEADERS: usize = 20;

/// What is to be made of exports.
pub struct Wish<'w> {
    /// The record types and rules there are.
    pub catalog: &'w Catalog,
    /// How the exports of the source are read.
    pub profile: &'w Profile,
    /// What the records are.
    pub record_type: &'w RecordType,
    /// The zone of times that say none.
    pub zone: Option<Tz>,
    /// Where days end.
    pub home: Tz,
    /// Whether the day or the month stands first.
    pub order: Option<DayOrder>,
    /// Whether what people wrote as they liked is taken in.
    pub free_text: bool,
    /// The days that the exports cover, if somebody says so.
    pub covers: Option<Period>,
    /// Whether a document of one of some types has an id.
    pub known: &'w dyn Fn(&[String], &str) -> bool,
    /// How tokens for people are made.
    pub tokens: &'w Tokens,
}

/// What an export was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub file: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// The table that it is, if it tells more of the records of another file.
    pub table: Option<String>,
    /// Its rows below the header.
    pub rows: u64,
    /// The line, or row, of its header.
    pub header: u64,
    /// How it was read, and what is odd about it.
    pub told: Vec<String>,
}

/// A record, as a line of an extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// It as JSON, on one line.
    pub line: String,
}

/// What came of exports.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The exports.
    pub seen: Vec<Seen>,
    /// Their columns.
    pub columns: Vec<ColumnTold>,
    /// What cannot be taken.
    pub refused: Vec<Refused>,
    /// The records, in the order of their ids.
    pub records: Vec<Record>,
    /// The days that they cover.
    pub period: Option<Period>,
    /// Totals.
    pub indicators: Vec<Indicator>,
    /// What they cannot show.
    pub cannot: Vec<String>,
    /// Fields that nothing is known of.
    pub without: Vec<String>,
    /// What else there is to know.
    pub told: Vec<String>,
}

/// Makes records of exports.
///
/// # Errors
///
/// If one of them cannot be read. What cannot be taken of one that can is told in the result, which then is not to be used.
pub fn import(exports: &[Export], wish: &Wish<'_>) -> Result<Import, NoExport> {
    rows::import(exports, wish)
}

/// Whether a row of cells may be the header of an export of a profile.
pub fn is_header(profile: &Profile, record_type: &RecordType) -> impl Fn(&[Cell<'_>]) -> bool {
    let ids = columns::id_names(&columns::targets(profile, record_type));
    let beside: Vec<Vec<String>> = profile
        .of(&record_type.id)
        .into_iter()
        .flat_map(|record| record.beside.iter().map(|beside| beside.known_by.clone()))
        .collect();
    move |cells: &[Cell<'_>]| {
        columns::names_one(cells, &ids) || beside.iter().any(|names| columns::names_one(cells, names))
    }
}

/// The day of an instant in a zone.
fn day_in(instant: DateTime<FixedOffset>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}
