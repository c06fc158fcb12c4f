//! The nouns: what the floors above speak of, without how any of it is found or shown.

mod assessment;
mod attachment;
mod calendar;
mod deadline;
mod digest;
mod finding;
mod function;
mod history;
mod judged;
mod mistake;
mod names;
mod patterns;
mod period;
mod profile;
mod proof;
mod record_type;
mod review;
mod rule;
mod sample;
mod settings;
mod signature;
mod snapshot;
mod standard;
mod trail;

pub use assessment::{
    Assessment, Confidence, Degree, Determination, Found, Judgement, MachineState, Material, Occurrence,
    Shown, Signal, Status,
};
pub use attachment::{Attachments, Missing, Target, with_line_feeds};
pub use calendar::{Duration, month_of};
pub use deadline::{Counting, Deadline, LimitBasis, Side};
pub use digest::{Digest, hmac, sha256};
pub use finding::{Draft, Fact, Finding, Findings, Note, Place, Range, Tested, Untested, Waived};
pub use function::Function;
pub use history::{APPROVAL_TAG, Account, Blind, Blob, Commit, History, Past, Seen, Tag, Touch};
pub use judged::Judged;
pub use mistake::Mistake;
pub use patterns::Patterns;
pub use period::{Period, PeriodError};
pub use profile::{Beside, ExportLimit, GoesTo, Profile, ProfileColumn, RecordProfile, Take};
pub use proof::{ProofAsked, Rung};
pub use record_type::{
    Category, Complete, Condition, Counted, DateRole, Expected, Format, Home, Kind, NeededBy, RecordType,
    Schema,
};
pub use review::{Opinion, Review, reviews};
pub use rule::{Basis, Cause, Computed, LeftTo, Level, Part, Rule, RuleTally, Scope, Template, Tier};
pub use sample::{Size, Sizes, Usual};
pub use settings::{HistoryUse, Origin, Settings, Sourced};
pub use signature::{KeyKind, Signature};
pub use snapshot::{Content, File, Held, Oddity, OddityKind, Snapshot, may_hold_documents};
pub use standard::{
    Answer, Artefact, Checked, Clause, Confirmed, Covers, Crosswalk, Grade, Mode, Point, Prerequisite,
    Remedy, ReviewInput, Standard, TypicalFinding, Wave, Within, is_within,
};
pub use trail::{Ask, Step, Trail};
