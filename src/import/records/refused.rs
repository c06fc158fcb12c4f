//! What cannot be taken, grouped: a thousand cells of one kind are one thing to mend.

use crate::text::quoted;

/// So many places are told of a group.
const PLACES: usize = 3;

/// Cells of one column that cannot be taken for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The header of the column.
    pub column: String,
    /// What is the case.
    pub message: String,
    /// What can stand there, or what to do.
    pub help: String,
    /// So many cells.
    pub count: usize,
    /// The first of them, each with its value.
    pub places: Vec<(String, String)>,
}

/// All that cannot be taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals(Vec<Refused>);

impl Refusals {
    /// One more cell. Its place is only looked for where it is told.
    pub(super) fn add(
        &mut self,
        column: &str,
        message: impl Into<String>,
        value: &str,
        help: impl FnOnce() -> String,
        place: impl FnOnce() -> String,
    ) {
        let message = message.into();
        let known = self.0.iter().position(|known| known.column == column && known.message == message);
        let group = match known {
            Some(known) => &mut self.0[known],
            None => {
                let (column, places) = (column.to_owned(), Vec::new());
                self.0.push(Refused { column, message, help: help(), count: 0, places });
                self.0.last_mut().expect("it was just added")
            }
        };
        group.count += 1;
        if group.places.len() < PLACES {
            group.places.push((place(), quoted(value)));
        }
    }

    pub(super) fn into_groups(self) -> Vec<Refused> {
        self.0
    }
}
