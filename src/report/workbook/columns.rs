//! The sheets and columns that are read back from a workbook, by the names that they have in it.

use crate::{
    judge::DEGREES,
    model::{Confidence, Occurrence, Status},
};

/// The sheet with one row for each point.
pub const REQUIREMENTS: &str = "Requirements";
/// The hidden sheet that keeps what the answers were when the workbook was made.
pub const ORIGIN: &str = "Origin";
/// What stands in the first cell of [`ORIGIN`].
pub const FORMAT: &str = "probity-workbook";
/// The version of what is read back.
pub const VERSION: &str = "1";
/// What stands on the lines of [`ORIGIN`] before its table, behind the format: each with its value.
pub const FACTS: [&str; 4] = ["catalogue", "as_of", "commit", "report"];
/// The column with the id of a point.
pub const POINT: &str = "Point";
/// The last column of [`ORIGIN`]: the fingerprints of findings against a point that its row told of.
pub const SIGNALS: &str = "Signals";
/// What a text ends with that is longer than a cell can be; the number of its characters stands before.
pub const CUT: &str = " characters; the rest does not fit into a cell]";

/// A column that a person fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Whether it is written down.
    Documented,
    /// Whether it is done.
    Implemented,
    /// Whether records show it.
    Evidenced,
    /// Whether it has its effect.
    Effective,
    /// Whether it has happened in the period.
    Occurrence,
    /// What is held, in one word.
    Status,
    /// How sure they are.
    Confidence,
    /// What was seen.
    Evidence,
    /// The roles that were asked.
    Interviewees,
    /// Why the judgement is this and no other.
    Rationale,
    /// Who judges.
    Assessor,
    /// On which day.
    Date,
    /// The last day on which it may be relied on.
    ValidUntil,
}

impl Answer {
    /// From left to right.
    pub const ALL: [Self; 13] = [
        Self::Documented,
        Self::Implemented,
        Self::Evidenced,
        Self::Effective,
        Self::Occurrence,
        Self::Status,
        Self::Confidence,
        Self::Evidence,
        Self::Interviewees,
        Self::Rationale,
        Self::Assessor,
        Self::Date,
        Self::ValidUntil,
    ];

    /// What stands above the column.
    pub fn header(self) -> &'static str {
        match self {
            Self::Documented => "Documented",
            Self::Implemented => "Implemented",
            Self::Evidenced => "Evidenced",
            Self::Effective => "Effective",
            Self::Occurrence => "Occurrence",
            Self::Status => "Status",
            Self::Confidence => "Confidence",
            Self::Evidence => "Evidence",
            Self::Interviewees => "Interviewees",
            Self::Rationale => "Rationale",
            Self::Assessor => "Assessor",
            Self::Date => "Date",
            Self::ValidUntil => "Valid until",
        }
    }

    /// What it can be, where that is closed.
    pub fn values(self) -> Vec<String> {
        match self {
            Self::Documented => texts(DEGREES[0]),
            Self::Implemented => texts(DEGREES[1]),
            Self::Evidenced => texts(DEGREES[2]),
            Self::Effective => texts(DEGREES[3]),
            Self::Occurrence => {
                texts(&[Occurrence::Occurred, Occurrence::NoneYet, Occurrence::NotEventDriven])
            }
            Self::Status => texts(&Status::ALL),
            Self::Confidence => texts(&[Confidence::Low, Confidence::Medium, Confidence::High]),
            Self::Evidence
            | Self::Interviewees
            | Self::Rationale
            | Self::Assessor
            | Self::Date
            | Self::ValidUntil => Vec::new(),
        }
    }

    /// Whether it is a day.
    pub fn is_day(self) -> bool {
        matches!(self, Self::Date | Self::ValidUntil)
    }

    /// Whether it belongs to the judgement that stands in the row, so that it says nothing of a new one unless it
    /// is changed, too.
    pub fn is_of_the_one_before(self) -> bool {
        matches!(self, Self::Assessor | Self::Date | Self::ValidUntil)
    }

    /// The field of a judgement in a report.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Implemented => "implemented",
            Self::Evidenced => "evidenced",
            Self::Effective => "effective",
            Self::Occurrence => "occurrence",
            Self::Status => "status",
            Self::Confidence => "confidence",
            Self::Evidence => "evidence",
            Self::Interviewees => "interviewees",
            Self::Rationale => "rationale",
            Self::Assessor => "by",
            Self::Date => "on",
            Self::ValidUntil => "valid_until",
        }
    }

    /// What to fill in.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Documented => "Whether it is written down, where it has to be.",
            Self::Implemented => "Whether it is done.",
            Self::Evidenced => {
                "Whether records show it. If nothing has happened yet: whether one is ready for it."
            }
            Self::Effective => "Whether it has its effect; may stay empty.",
            Self::Occurrence => "Whether what the point speaks of has happened in the period.",
            Self::Status => {
                "Leave it empty, and it follows from the four facts when the workbook is read back. A stricter word is \
                 taken as it is; a better one than follows is refused."
            }
            Self::Confidence => {
                "High with records, document and interview; medium with two of them; low with one. Low never supports \
                 fulfilled."
            }
            Self::Evidence => "Ids, paths, addresses or sentences: one on each line, or with ; between them.",
            Self::Interviewees => {
                "The ids of the roles that were asked: one on each line, or with ; between them."
            }
            Self::Rationale => "Why the judgement is this and no other, in a sentence or two.",
            Self::Assessor => {
                "The id of the person who judges. What stands here is of the judgement before; change it, or name \
                 who judges with --by."
            }
            Self::Date => {
                "The day of the judgement. What stands here is of the judgement before; if it stays, or is empty, it is \
                 the day of --on, or the day judged on."
            }
            Self::ValidUntil => "The last day on which the judgement may be relied on; may stay empty.",
        }
    }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
