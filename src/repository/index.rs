//! What git tracks.

use std::path::Path;

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

/// A file mode of git's index: a submodule.
pub(super) const GITLINK: u32 = 0o160_000;

/// The tracked paths below a folder, relative to it, as git has them: bytes, with slashes. None
/// outside of a work tree.
///
/// # Errors
///
/// Why the index cannot be read, in git's words.
pub(super) fn tracked(folder: &Path) -> Result<Option<Vec<Vec<u8>>>, String> {
    let told = |error: git2::Error| match error.code() {
        ErrorCode::Owner => "the repository belongs to another user".to_owned(),
        _ => error.message().to_owned(),
    };
    let Some(repository) = open(folder).map_err(told)? else { return Ok(None) };
    let Some(work_tree) = repository.workdir() else { return Ok(None) };
    let index = repository.index().map_err(told)?;
    let Some(prefix) = prefix_of(work_tree, folder) else { return Ok(None) };
    let files = index.iter().filter(|entry| entry.mode != GITLINK);
    Ok(Some(
        files.filter_map(|entry| entry.path.strip_prefix(prefix.as_slice()).map(<[u8]>::to_vec)).collect(),
    ))
}

/// The repository around a folder. None if there is none.
pub(super) fn open(folder: &Path) -> Result<Option<Repository>, git2::Error> {
    let no_ceilings: [&Path; 0] = [];
    match Repository::open_ext(folder, RepositoryOpenFlags::empty(), no_ceilings) {
        Ok(repository) => Ok(Some(repository)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The path of a folder within a work tree, as git has it, with a slash at the end unless it is empty. None if
/// the folder is elsewhere.
pub(super) fn prefix_of(work_tree: &Path, folder: &Path) -> Option<Vec<u8>> {
    // Git gives the real path of its work tree; the folder may have been named through a link.
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let below = real(folder).strip_prefix(real(work_tree)).ok()?.to_path_buf();
    let mut prefix = below.into_os_string().into_encoded_bytes();
    if cfg!(windows) {
        prefix.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    }
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    Some(prefix)
}
