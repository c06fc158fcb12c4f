//! The nouns: what the floors above speak of, without how any of it is found or shown.

mod attachment;
mod digest;
mod finding;
mod mistake;
mod patterns;
mod period;
mod record_type;
mod rule;
mod settings;
mod snapshot;

pub use attachment::{Attachments, Missing, Target, with_line_feeds};
pub use digest::{Digest, sha256};
pub use finding::{Draft, Fact, Finding, Findings, Note, Place, Range, Tested, Untested};
pub use mistake::Mistake;
pub use patterns::Patterns;
pub use period::{Period, PeriodError};
pub use record_type::{
    Category, Complete, Condition, DateRole, Expected, Format, Home, Kind, NeededBy, RecordType, Schema,
};
pub use rule::{Basis, Cause, Level, Rule};
pub use settings::{Origin, Settings, Sourced};
pub use snapshot::{Content, File, Oddity, OddityKind, Snapshot};
