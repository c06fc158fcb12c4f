//! The files that git has at a point, its index or a commit: names, and bytes from the database of objects.
//! Nothing is checked out and nothing is written.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Mutex,
};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use git2::{Commit, ErrorCode, Index, ObjectType, Oid, Repository};

use super::{
    ATTACHMENT_SIZE_LIMIT, RepositoryError, attachments::WorkTree, history::day_of, index, index::GITLINK,
};
use crate::model::{Attachments, Blob, Held, Missing};

/// A file mode of git: a symbolic link.
const LINK: u32 = 0o120_000;
/// So many links are followed, one after the other.
const LINKS: usize = 8;

/// Which point of git is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What the next commit would hold: the index of the repository, or the one in this file, which git prepares
    /// for the hooks of some commits.
    Index(Option<PathBuf>),
    /// A commit, by any name that git has for one.
    Revision(String),
    /// The last commit of the first line of parents that was made by the end of a day.
    Day(NaiveDate, Tz),
}

/// The files below a folder at one point of git.
pub(super) struct Objects {
    repository: Mutex<Repository>,
    /// By path relative to the folder, as git has it: bytes with slashes.
    pub(super) entries: BTreeMap<Vec<u8>, Entry>,
    /// What point it is.
    pub(super) held: Held,
    /// What is kept outside of git is looked for on disk.
    disk: WorkTree,
}

/// A file that git has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    id: Oid,
    mode: u32,
}

impl Entry {
    pub(super) fn new(id: Oid, mode: u32) -> Self {
        Self { id, mode }
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
        formatter.debug_struct("Objects").field("held", &self.held).finish_non_exhaustive()
    }
}

impl Objects {
    /// The files below a folder.
    ///
    /// # Errors
    ///
    /// If the folder is in no repository that can be read, or the point is not there.
    pub(super) fn open(
        folder: &Path,
        extracts: Option<&Path>,
        wanted: &Wanted,
    ) -> Result<Self, RepositoryError> {
        let none = || RepositoryError::NoRepository { folder: folder.to_path_buf() };
        let repository = index::open(folder).map_err(|error| unreadable(&error))?.ok_or_else(none)?;
        let prefix = match repository.workdir() {
            Some(work_tree) => index::prefix_of(work_tree, folder).ok_or_else(none)?,
            None => Vec::new(),
        };
        let mut entries = BTreeMap::new();
        let held = match wanted {
            Wanted::Index(file) => {
                let index = match file {
                    Some(file) => Index::open(file),
                    None => repository.index(),
                };
                let index = index.map_err(|error| unreadable(&error))?;
                if index.has_conflicts() {
                    return Err(RepositoryError::Conflicts);
                }
                for entry in index.iter().filter(|entry| entry.mode != GITLINK) {
                    if let Some(path) = entry.path.strip_prefix(prefix.as_slice()) {
                        entries.insert(path.to_vec(), Entry { id: entry.id, mode: entry.mode });
                    }
                }
                Held::Index
            }
            Wanted::Revision(name) => {
                let object = repository.revparse_single(name);
                let commit = object.and_then(|object| object.peel_to_commit());
                let commit =
                    commit.map_err(|_| RepositoryError::UnknownRevision { revision: name.clone() })?;
                of_commit(&repository, &commit, &prefix, &mut entries)?
            }
            Wanted::Day(day, zone) => {
                let commit = last_by(&repository, *day, *zone)?;
                of_commit(&repository, &commit, &prefix, &mut entries)?
            }
        };
        let disk = WorkTree { root: folder.to_path_buf(), extracts: extracts.map(Path::to_path_buf) };
        Ok(Self { repository: Mutex::new(repository), entries, held, disk })
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

/// Why git does not give what it is asked for, and what a person can do.
pub(super) fn unreadable(error: &git2::Error) -> RepositoryError {
    let told = error.message();
    let (reason, help) = if error.code() == ErrorCode::Owner {
        ("it belongs to another user", "`git config --global --add safe.directory FOLDER` trusts it")
    } else if told.contains("object format") {
        (
            "its objects have SHA-256 ids",
            "read a clone with SHA-1 ids; what is on disk can be read all the same",
        )
    } else if told.contains("refstorage") {
        ("its references are in a reftable", "`git refs migrate --ref-format=files` writes them as files")
    } else {
        (told, "`git fsck` tells more")
    };
    RepositoryError::Refused { reason: reason.to_owned(), help }
}

/// The files of a commit below a path.
fn of_commit(
    repository: &Repository,
    commit: &Commit<'_>,
    prefix: &[u8],
    entries: &mut BTreeMap<Vec<u8>, Entry>,
) -> Result<Held, RepositoryError> {
    let mut open = vec![(Vec::new(), commit.tree_id())];
    while let Some((path, id)) = open.pop() {
        let tree = repository.find_tree(id).map_err(|error| unreadable(&error))?;
        for entry in &tree {
            let mut path: Vec<u8> = path.clone();
            path.extend(entry.name_bytes());
            let mode = entry.filemode().unsigned_abs();
            if entry.kind() == Some(ObjectType::Tree) {
                path.push(b'/');
                // Only what lies on the way to the folder, or below it.
                if path.starts_with(prefix) || prefix.starts_with(&path) {
                    open.push((path, entry.id()));
                }
            } else if mode != GITLINK
                && let Some(below) = path.strip_prefix(prefix)
            {
                entries.insert(below.to_vec(), Entry { id: entry.id(), mode });
            }
        }
    }
    Ok(Held::Commit { id: commit.id().to_string(), day: day_of(commit.time()) })
}

/// The last commit of the first line of parents from the present one that was made by the end of a day.
fn last_by(repository: &Repository, day: NaiveDate, zone: Tz) -> Result<Commit<'_>, RepositoryError> {
    let head = repository.head().and_then(|head| head.peel_to_commit());
    let mut commit = head.map_err(|_| RepositoryError::NoCommits)?;
    loop {
        let made = DateTime::from_timestamp(commit.time().seconds(), 0).unwrap_or_default();
        if made.with_timezone(&zone).date_naive() <= day {
            return Ok(commit);
        }
        commit = match commit.parent(0) {
            Ok(parent) => parent,
            Err(_) if repository.is_shallow() => return Err(RepositoryError::Shallow { day }),
            Err(_) => return Err(RepositoryError::NoCommitBy { day }),
        };
    }
}
