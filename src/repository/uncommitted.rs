//! What is on disk and in no commit.

use std::path::Path;

use git2::{Status, StatusOptions};

use super::index;

/// How many files below a folder differ from the newest commit, or are new and not ignored; none if git does not tell.
pub fn uncommitted(folder: &Path) -> Option<usize> {
    let repository = index::open(folder).ok()??;
    let work_tree = repository.workdir()?;
    let prefix = index::prefix_of(work_tree, folder)?;
    let mut options = StatusOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .include_ignored(false)
        .exclude_submodules(true);
    let statuses = repository.statuses(Some(&mut options)).ok()?;
    let is_other = |status: Status| status != Status::CURRENT && !status.is_ignored();
    let below =
        statuses.iter().filter(|entry| entry.path_bytes().starts_with(&prefix) && is_other(entry.status()));
    Some(below.count())
}
