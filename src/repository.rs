//! The folder and git: which files belong to the management system, and their bytes.
//!
//! Only this module knows git. What the files hold is left to the floors above; what cannot be
//! read is noted in the [`Snapshot`] and never skipped in silence.

mod attachments;
mod index;
mod read;
mod select;

use std::path::{Path, PathBuf};

use crate::model::{File, Patterns, Snapshot};

pub use attachments::WorkTree;

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

/// Files that documents point to, and extracts, beyond this are not read.
pub const ATTACHMENT_SIZE_LIMIT: u64 = 128 * 1024 * 1024;

/// The organization's own record types as they are on disk.
pub fn own_types(root: &Path) -> Vec<File> {
    select::own(root, "types").into_iter().map(read::file).collect()
}

/// The organization's own rules as they are on disk.
pub fn own_rules(root: &Path) -> Vec<File> {
    select::own(root, "rules").into_iter().map(read::file).collect()
}

/// What the organization says of the points of the standard, as it is on disk.
pub fn own_standard(root: &Path) -> Vec<File> {
    select::own(root, "standard").into_iter().map(read::file).collect()
}

/// The files of the work tree as they are on disk. Sealed extracts that are not where their documents
/// say are looked for in the folder `extracts`.
///
/// # Errors
///
/// If the root itself cannot be listed.
pub fn work_tree_snapshot(
    root: &Path,
    patterns: &Patterns,
    extracts: Option<&Path>,
) -> Result<Snapshot, RepositoryError> {
    let attachments = WorkTree { root: root.to_path_buf(), extracts: extracts.map(Path::to_path_buf) };
    Ok(read(select(root, patterns)?, Box::new(attachments)))
}
