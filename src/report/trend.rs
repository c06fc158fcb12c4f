//! Readiness over history, one file per format.

pub mod json;
pub mod table;
