//! `probity.toml`: where it is, what it says, and the settings that follow.
//!
//! [`find`] looks for the file as git looks for its own, [`load`] reads it and collects everything
//! that is wrong with it, [`settle`] joins it with the flags and the day of today into
//! [`Settings`](crate::model::Settings), each value with its origin.

mod find;
mod read;
mod settle;

use std::path::PathBuf;

use crate::model::Mistake;

pub use find::{FILE_NAME, Found, find};
pub use read::{Written, load, of_bytes};
pub use settle::{Flags, settle};

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`", crate::text::safe(&file.display().to_string()))]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is not UTF-8.
    #[error("`{}` is not UTF-8 text", crate::text::safe(&file.display().to_string()))]
    NotText {
        /// The file.
        file: PathBuf,
    },
    /// The file says something that cannot be.
    #[error("`{FILE_NAME}` cannot be used as it is")]
    Invalid {
        /// What is wrong, in the order of places.
        mistakes: Vec<Mistake>,
    },
}
