//! Days that wait for somebody: what begins the time until then, how long it is, and what that rests on.

use super::{calendar::Duration, names::names};
use crate::expression::{Expression, Kind};

/// Something that has to be done by a day, for each document of a type that it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// Its id: `L03`.
    pub id: String,
    /// What is done by then, or at the earliest: `stage 2 begins`.
    pub limits: String,
    /// The record type, or the category, of the documents that begin it.
    pub record_type: String,
    /// The list whose items begin it, each called `it`; none if the document does.
    pub items: Option<Expression>,
    /// What an item is called, so that several with one day are told together.
    pub names: Option<Expression>,
    /// Whether somebody still waits for it. The day itself is called `due` here.
    pub when: Option<Expression>,
    /// The day that somebody wrote down for it, which needs no counting.
    pub set: Option<Expression>,
    /// What the time is counted from, in words.
    pub from: Option<String>,
    /// The day from which time is counted.
    pub begins: Option<Expression>,
    /// The time that documents of the organization set.
    pub interval: Option<Expression>,
    /// The time if nobody set another one.
    pub limit: Option<Duration>,
    /// The name under `[own]` in `probity.toml` by which the organization sets another one.
    pub own: Option<String>,
    /// How the time is counted.
    pub counted: Counting,
    /// Whether it is the last day for it or the first.
    pub side: Side,
    /// The field that is pointed at: of the item, or of the document.
    pub at: Vec<String>,
    /// The fields that tell whose it is; the first that is filled counts, and the owner after them.
    pub whose: Vec<String>,
    /// What it rests on, as long as nobody has set a day or a time of their own.
    pub basis: LimitBasis,
    /// The clause of the standard that it belongs to.
    pub clause: Option<String>,
    /// What else there is to know of it.
    pub note: Option<String>,
}

names! {
    /// What a day rests on.
    LimitBasis {
        /// A requirement that certification bodies are held to.
        Norm = "norm",
        /// What is common, and differs from one certification body or organization to the next.
        Usual = "usual",
        /// An interval or a limit that the organization has set for itself.
        Own = "own",
        /// A day that somebody wrote down.
        Set = "set",
    }
    /// How the time until a day is counted.
    Counting {
        /// From the day that begins it.
        After = "after",
        /// Backwards from that day.
        Before = "before",
        /// From that day, and on to the end of the calendar year.
        YearEnd = "year-end",
    }
    /// Which side of a day is the right one.
    Side {
        /// The day is the last one.
        Latest = "latest",
        /// The day is the first one.
        Earliest = "earliest",
    }
}

impl LimitBasis {
    /// What people are told.
    pub fn words(self) -> &'static str {
        match self {
            Self::Norm => "rule for certification bodies",
            Self::Usual => "usual",
            Self::Own => "own rule",
            Self::Set => "day set",
        }
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the enum cannot mark a default")]
impl Default for Counting {
    fn default() -> Self {
        Self::After
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the enum cannot mark a default")]
impl Default for Side {
    fn default() -> Self {
        Self::Latest
    }
}

impl Deadline {
    /// The field that the day is written down in, of the item or of the document, if it is a field.
    pub fn set_in(&self) -> Option<Vec<String>> {
        let path = path_of(self.set.as_ref()?)?;
        Some(path.split('.').map(str::to_owned).collect())
    }

    /// The field that it points at, as a path without places in lists: `notifications.due_at`.
    pub fn field(&self) -> String {
        let list = self.items.as_ref().and_then(path_of);
        list.into_iter().chain(self.at.iter().cloned()).collect::<Vec<_>>().join(".")
    }
}

/// The path of a field that is named from `self` or from `it`: `self.notifications`.
fn path_of(list: &Expression) -> Option<String> {
    match &list.kind {
        Kind::Field(of, name) => match &of.kind {
            Kind::Name(_) => Some(name.clone()),
            _ => Some(format!("{}.{name}", path_of(of)?)),
        },
        _ => None,
    }
}
