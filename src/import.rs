//! What people filled in elsewhere, read back: values with their places, and nothing that would run.

pub mod register;
pub mod workbook;
