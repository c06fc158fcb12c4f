//! A register that comes back as a workbook, or that somebody else keeps in one: which fields of which documents change,
//! and which documents are new.
//!
//! [`Table::read`] finds the list in the workbook and its columns; [`plan`] compares it with what there is. A workbook of
//! ours keeps what each cell held, so that what somebody changed shows, and what has changed in the files since is not
//! overwritten. Of another, what differs is what changes, and an empty cell says nothing.
//!
//! Nothing is guessed: a column that is no field is told, a value that cannot stand is refused with its cell.

mod ids;
mod plan;
mod table;
mod values;

pub use super::workbook::days::Order;
pub use plan::{Changed, Goal, New, NewIn, Plan, plan};
pub use table::{Origin, Row, Table};

/// Whether a file is a workbook of `list documents --format xlsx`.
pub fn is_ours(bytes: &[u8]) -> bool {
    table::is_ours(bytes)
}

/// How a workbook of somebody else is to be understood.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The sheet with the list; the one that fits best, if none is named.
    pub sheet: Option<String>,
    /// In which order the parts of a day are written.
    pub days: Option<Order>,
    /// Headers, each with the field that it stands for.
    pub columns: Vec<(String, String)>,
}
