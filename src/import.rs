//! What people filled in elsewhere, and what their tools export, read back: values with their places, and nothing that would
//! run. And what there is already, in other kinds of files.

pub mod export;
pub mod intake;
pub mod records;
pub mod register;
pub mod workbook;
