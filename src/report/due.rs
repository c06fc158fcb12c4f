//! What waits for somebody: for a person, for programs, and for a calendar.

pub mod icalendar;
pub mod json;
pub mod lines;

use chrono::NaiveDate;

use crate::{
    due::{Counted, Item},
    model::{Counting, Sourced},
};

/// What is shown of what waits for somebody.
#[derive(Debug)]
pub struct Shown<'d> {
    /// The day judged on.
    pub as_of: &'d Sourced<NaiveDate>,
    /// The last day that is looked ahead to; none if only what is overdue is shown.
    pub until: Option<NaiveDate>,
    /// What is shown, in the order of days.
    pub items: Vec<Item<'d>>,
    /// How many come later.
    pub later: usize,
    /// How many files could not be read, or not as a whole.
    pub unread: usize,
}

impl Shown<'_> {
    fn overdue(&self) -> usize {
        self.items.iter().filter(|item| item.is_overdue()).count()
    }
}

/// What the day rests on, and how it was counted: `I01, own rule: 3 months after 2026-04-14`.
fn basis(item: &Item<'_>) -> String {
    let words = item.basis.words();
    let deadline = item.deadline.map(|id| format!("{id}, ")).unwrap_or_default();
    let Some(Counted { from, time, how, .. }) = item.counted else { return format!("{deadline}{words}") };
    match how {
        Counting::After => format!("{deadline}{words}: {time} after {from}"),
        Counting::Before => format!("{deadline}{words}: {time} before {from}"),
        Counting::YearEnd => format!("{deadline}{words}: {time} after {from}, to year's end"),
    }
}
