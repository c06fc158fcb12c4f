//! A view into bytes: one file per format.

mod causes;
pub mod clause;
pub mod deadline;
pub mod due;
mod excerpt;
pub mod json;
pub mod listing;
pub mod record_type;
pub mod rule;
pub mod schema;
pub mod settings;
pub mod terminal;
