//! What people filled in elsewhere, read back: values with their places, and nothing that would run. And what there is
//! already, in other kinds of files.

pub mod intake;
pub mod register;
pub mod workbook;
