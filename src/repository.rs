//! The folder and git: which files belong to the management system, and their bytes.
//!
//! Only this module knows git. What the files hold is left to the floors above; what cannot be
//! read is noted in the [`Snapshot`] and never skipped in silence.

mod archive;
mod attachments;
mod folders;
mod history;
mod index;
mod objects;
mod point;
mod read;
mod select;
mod signature;
mod tag;
mod uncommitted;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::model::{File, Patterns, Snapshot};

pub use archive::{Archive, Line, Step, Wanted};
pub use attachments::WorkTree;
pub use history::history;
pub use point::Point;
pub use read::read;
pub use select::{Selected, Selection, select};
pub use signature::{checked_for, fingerprint, sign_for};
pub use tag::{sign_tag, user};
pub use uncommitted::uncommitted;

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
    /// Git is asked, and there is no repository.
    #[error("`{}` is in no git repository", crate::text::safe(&folder.display().to_string()))]
    NoRepository {
        /// The folder.
        folder: PathBuf,
    },
    /// Git does not give what it is asked for.
    #[error("the git repository cannot be read: {}", crate::text::safe(reason))]
    Refused {
        /// Why.
        reason: String,
        /// What a person can do.
        help: &'static str,
    },
    /// A merge has left conflicts in the index.
    #[error("the index holds conflicts of a merge")]
    Conflicts,
    /// There is no commit yet.
    #[error("there is no commit yet")]
    NoCommits,
    /// No commit has the name.
    #[error("there is no commit {}", crate::text::quoted(revision))]
    UnknownRevision {
        /// As it was given.
        revision: String,
    },
    /// All commits are younger.
    #[error("there was no commit by the end of {day}")]
    NoCommitBy {
        /// The day.
        day: NaiveDate,
    },
    /// Two commits have none in common.
    #[error("the commits {one} and {other} have no commit in common{}", if *shallow { " in this shallow clone" } else { "" })]
    NoMergeBase {
        /// The one, by its id.
        one: String,
        /// The other.
        other: String,
        /// Whether older commits may be missing here.
        shallow: bool,
    },
    /// The clone does not go back so far.
    #[error("the clone is shallow and does not go back to {day}")]
    Shallow {
        /// The day.
        day: NaiveDate,
    },
}

/// How to come from a shallow clone to a whole one.
const WHOLE: &str =
    "`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`, in GitLab CI `GIT_DEPTH: 0`";

impl RepositoryError {
    /// What a person can do.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unlistable { .. } => return None,
            Self::NoRepository { .. } => "run it in a clone, or leave the revision out".to_owned(),
            Self::Refused { help, .. } => (*help).to_owned(),
            Self::Conflicts => "settle them, and `git add` the files".to_owned(),
            Self::NoCommits => "commit something first, or use `--staged`".to_owned(),
            Self::UnknownRevision { .. } => {
                format!("name a commit, a branch or a tag that is here; a shallow clone lacks most: {WHOLE}")
            }
            Self::NoMergeBase { shallow: false, .. } => {
                "name a branch or a commit that this one comes from".to_owned()
            }
            Self::NoCommitBy { .. } => "name a later day".to_owned(),
            Self::NoMergeBase { shallow: true, .. } | Self::Shallow { .. } => WHOLE.to_owned(),
        })
    }
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

/// The organization's own profiles of sources as they are on disk.
pub fn own_profiles(root: &Path) -> Vec<File> {
    select::own(root, "profiles").into_iter().map(read::file).collect()
}

/// What the organization says of the points of the standard, as it is on disk.
pub fn own_standard(root: &Path) -> Vec<File> {
    select::own(root, "standard").into_iter().map(read::file).collect()
}

/// The organization's own templates as they are on disk.
pub fn own_templates(root: &Path) -> Vec<File> {
    select::own_templates(root).into_iter().map(read::file).collect()
}

/// A file that is kept outside of the management system, under the name by which it is to be known.
pub fn file_beside(name: String, file: &Path) -> File {
    read::file(Selected { path: name, file: file.to_path_buf() })
}

/// Where a folder is in the git repository around it, with a slash at the end; empty if it is its root, or in none.
pub fn prefix(folder: &Path) -> String {
    let prefix = archive::around(folder).map(|(_, prefix)| prefix).unwrap_or_default();
    String::from_utf8_lossy(&prefix).into_owned()
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
