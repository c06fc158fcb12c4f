//! A view into bytes: one file per format.

pub mod approvals;
mod causes;
pub mod clause;
mod code;
pub mod crosswalk;
pub mod deadline;
pub mod diff;
pub mod due;
mod excerpt;
pub mod gap;
pub mod gap_json;
pub mod interview;
pub mod json;
pub mod listing;
pub mod log;
pub mod readiness;
pub mod record_type;
pub mod required;
pub mod rule;
pub mod schema;
pub mod settings;
pub mod since;
pub mod terminal;
mod totals;
pub mod trend;
mod words;
pub mod written;
