//! The folder and git: which files belong to the management system, and their bytes.
//!
//! Only this module knows git. What the files hold is left to the floors above; what cannot be
//! read is noted in the [`Snapshot`] and never skipped in silence.

mod index;
mod read;
mod select;

use std::path::{Path, PathBuf};

use crate::model::{Patterns, Snapshot};

pub use read::read;
pub use select::{Selected, Selection, select};

/// Files beyond this are not read.
pub const FILE_SIZE_LIMIT: u64 = 16 * 1024 * 1024;

/// Why the folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The root cannot be listed.
    #[error("cannot read the folder `{}`", crate::text::safe(&folder.display().to_string()))]
    Unlistable {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

/// The files of the work tree as they are on disk.
///
/// # Errors
///
/// If the root itself cannot be listed.
pub fn work_tree_snapshot(root: &Path, patterns: &Patterns) -> Result<Snapshot, RepositoryError> {
    Ok(read(select(root, patterns)?))
}
