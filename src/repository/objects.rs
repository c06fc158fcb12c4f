//! The files that git has at a point, its index or a commit: names, and bytes from the database of objects.
//! Nothing is checked out and nothing is written.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

use git2::{Commit, ObjectType, Oid, Repository, TreeEntry};

use super::{
    ATTACHMENT_SIZE_LIMIT, RepositoryError, archive::unreadable, attachments::WorkTree, index::GITLINK,
};
use crate::model::{Attachments, Blob, Missing};

/// A file mode of git: a symbolic link.
const LINK: u32 = 0o120_000;
/// So many links are followed, one after the other.
const LINKS: usize = 8;

/// The files below a folder at one point of git.
pub(super) struct Objects {
    repository: Arc<Mutex<Repository>>,
    /// By path relative to the folder, as git has it: bytes with slashes.
    pub(super) entries: BTreeMap<Vec<u8>, Entry>,
    /// What is kept outside of git is looked for on disk.
    disk: WorkTree,
}

/// A file that git has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: Oid,
    pub(super) mode: u32,
}

impl Entry {
    pub(super) fn new(id: Oid, mode: u32) -> Self {
        Self { id, mode }
    }

    /// What a folder has.
    pub(super) fn of(entry: &TreeEntry<'_>) -> Self {
        Self::new(entry.id(), entry.filemode().unsigned_abs())
    }

    /// The name of its bytes.
    pub(super) fn name(self) -> Option<Blob> {
        self.id.as_bytes().try_into().ok()
    }

    pub(super) fn is_link(self) -> bool {
        self.mode == LINK
    }
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Objects").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Objects {
    /// These files of a repository, below a folder.
    pub(super) fn new(
        repository: Arc<Mutex<Repository>>,
        entries: BTreeMap<Vec<u8>, Entry>,
        folder: &Path,
    ) -> Self {
        Self { repository, entries, disk: WorkTree { root: folder.to_path_buf(), extracts: None } }
    }

    /// The same, with another folder where sealed extracts are looked for.
    pub(super) fn with_extracts(mut self, extracts: Option<&Path>) -> Self {
        self.disk.extracts = extracts.map(Path::to_path_buf);
        self
    }

    /// The bytes of a file, up to a limit.
    pub(super) fn blob(&self, entry: Entry, limit: u64) -> Result<Vec<u8>, Missing> {
        let repository = self.repository.lock().expect("nobody panics while holding it");
        blob_of(&repository, entry, limit)
    }

    /// The same repository once more, for a worker of its own: one alone is read by one at a time.
    pub(super) fn again(&self) -> Option<Repository> {
        let repository = self.repository.lock().expect("nobody panics while holding it");
        Repository::open(repository.path()).ok()
    }

    /// Where a link leads, from the folder.
    pub(super) fn target(&self, entry: Entry) -> Option<String> {
        String::from_utf8(self.blob(entry, 4096).ok()?).ok()
    }

    /// The file at a path, through links. They may lead anywhere in the folder, and not out of it.
    pub(super) fn at(&self, path: &str) -> Result<Entry, Missing> {
        let mut parts: Vec<String> = Vec::new();
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    parts.pop().ok_or(Missing::LeadsOut)?;
                    continue;
                }
                name => parts.push(name.to_owned()),
            }
            let Some(entry) = self.entries.get(parts.join("/").as_bytes()).filter(|entry| entry.is_link())
            else {
                continue;
            };
            links += 1;
            let target = self.target(*entry).filter(|_| links <= LINKS).ok_or(Missing::Absent)?;
            if target.starts_with('/') {
                return Err(Missing::LeadsOut);
            }
            parts.pop();
            rest.extend(target.split('/').rev().map(str::to_owned));
        }
        let path = parts.join("/");
        match self.entries.get(path.as_bytes()) {
            Some(entry) => Ok(*entry),
            None if self.has_folder(&path) => Err(Missing::NotAFile),
            None => Err(Missing::Absent),
        }
    }

    /// Whether there are files below a path.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        let below = format!("{path}/").into_bytes();
        path.is_empty()
            || self.entries.range(below.clone()..).next().is_some_and(|(known, _)| known.starts_with(&below))
    }
}

/// The bytes of a file of a repository, up to a limit.
pub(super) fn blob_of(repository: &Repository, entry: Entry, limit: u64) -> Result<Vec<u8>, Missing> {
    let database = repository.odb().map_err(|error| Missing::Unreadable(error.message().to_owned()))?;
    // A clone that is partial knows the name of an object and not its bytes.
    let absent = |_| Missing::Unreadable("this clone does not hold its bytes".to_owned());
    let (size, kind) = database.read_header(entry.id).map_err(absent)?;
    if kind != ObjectType::Blob {
        return Err(Missing::NotAFile);
    }
    if size as u64 > limit {
        return Err(Missing::TooLarge { size: size as u64, limit });
    }
    let object = database.read(entry.id).map_err(absent)?;
    Ok(object.data().to_vec())
}

impl Attachments for Objects {
    fn find(&self, path: &str) -> Result<(), Missing> {
        self.at(path).map(drop)
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.blob(self.at(path)?, ATTACHMENT_SIZE_LIMIT)
    }

    fn extract(&self, path: &str) -> Result<Vec<u8>, Missing> {
        match self.bytes(path) {
            // Extracts lie outside of git; which one is meant, its digest says.
            Err(Missing::Absent) => self.disk.extract(path),
            other => other,
        }
    }
}

/// The files of a commit below a path.
pub(super) fn of_commit(
    repository: &Repository,
    commit: &Commit<'_>,
    prefix: &[u8],
) -> Result<BTreeMap<Vec<u8>, Entry>, RepositoryError> {
    let mut entries = BTreeMap::new();
    let mut open = vec![(Vec::new(), commit.tree_id())];
    while let Some((path, id)) = open.pop() {
        let tree = repository.find_tree(id).map_err(|error| unreadable(&error))?;
        for entry in &tree {
            let mut path: Vec<u8> = path.clone();
            path.extend(entry.name_bytes());
            let found = Entry::of(&entry);
            if entry.kind() == Some(ObjectType::Tree) {
                path.push(b'/');
                // Only what lies on the way to the folder, or below it.
                if path.starts_with(prefix) || prefix.starts_with(&path) {
                    open.push((path, entry.id()));
                }
            } else if found.mode != GITLINK
                && let Some(below) = path.strip_prefix(prefix)
            {
                entries.insert(below.to_vec(), found);
            }
        }
    }
    Ok(entries)
}
