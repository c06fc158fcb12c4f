//! Populations and draws: for a person, and for programs.

pub mod draw;
pub mod json;
pub mod population;
