//! How the exports of a tool are read: which of its columns is which field of a record, and what its values mean.

use chrono_tz::Tz;

use super::names::names;

/// What is known of the exports of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its id, which is also the name of its file: `servicenow`.
    pub id: String,
    /// Its name: `ServiceNow`.
    pub title: String,
    /// What exports it is about.
    pub describes: String,
    /// What stands for a value that is not known; an empty cell always does.
    pub unknown: Vec<String>,
    /// The zone of times that are written as a database has them, `2026-01-31 14:00:00`, in files that are no workbook.
    pub stored_zone: Option<Tz>,
    /// Rows at which exports of the tool stop.
    pub limits: Vec<ExportLimit>,
    /// Whether columns may be headed with the names and the titles of fields.
    pub own_names: bool,
    /// In JSON, the keys that may hold the list of records.
    pub rows_in: Vec<String>,
    /// What no export of the source can show.
    pub cannot: Vec<String>,
    /// How the records of a type are read.
    pub records: Vec<RecordProfile>,
    /// The file of the organization's own that it was read from, or that adds to it.
    pub own: Option<String>,
}

/// A number of rows at which exports stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLimit {
    /// So many.
    pub rows: u64,
    /// Why.
    pub says: String,
}

/// How the records of one type are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordProfile {
    /// The type.
    pub record_type: String,
    /// The columns that tell when a row was written, where one record has several.
    pub ordered_by: Vec<String>,
    /// The columns, by what they are.
    pub columns: Vec<ProfileColumn>,
    /// What such an export cannot show.
    pub cannot: Vec<String>,
    /// Other tables that may be given beside it.
    pub beside: Vec<Beside>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileColumn {
    /// What becomes of it.
    pub goes_to: GoesTo,
    /// How it may be headed.
    pub names: Vec<String>,
    /// Values of ours, each with those that mean it.
    pub values: Vec<(String, Vec<String>)>,
    /// How a value is taken out of a cell.
    pub take: Take,
    /// What stands between several values in one cell.
    pub between: Option<String>,
    /// Whether people write into it what they like.
    pub free_text: bool,
    /// Whether it tells who somebody is.
    pub personal: bool,
    /// What cannot be told where it is all there is.
    pub cannot: Option<String>,
}

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoesTo {
    /// The field of the record.
    Field(String),
    /// It is kept as the source says it, under a name, and nothing is concluded from it.
    Says(String),
    /// It is left out; why.
    Left(String),
}

/// A table of a tool that tells more of the same records.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// Its name in the tool: `task_sla`.
    pub table: String,
    /// The column that names the record.
    pub of: Vec<String>,
    /// The column by which the table is recognized.
    pub known_by: Vec<String>,
    /// Rows that are left out: a column, and its values.
    pub without: Option<(Vec<String>, Vec<String>)>,
    /// The field that is true where one of the rows says so.
    pub any: Option<(String, Vec<String>)>,
    /// The field that is told where all rows agree on it.
    pub same: Option<(String, Vec<String>)>,
    /// What names a row in what the source says.
    pub named: Vec<String>,
}

names! {
    /// How a value is taken out of a cell.
    Take {
        /// As it stands.
        Whole = "whole",
        /// The number in front: 3 of `3 - Moderate`.
        Number = "number-in-front",
        /// What is left of the time agreed, `2:15`; with a minus, it is over.
        RemainingTime = "remaining-time",
    }
}

impl Profile {
    /// How the records of a type are read.
    pub fn of(&self, record_type: &str) -> Option<&RecordProfile> {
        self.records.iter().find(|record| record.record_type == record_type)
    }
}
