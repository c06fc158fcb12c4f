//! The git repository around a folder: which points it has, and how they hang together.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;
use git2::{Commit, ErrorCode, Index, Oid, Repository, Time};

use super::{
    RepositoryError,
    index::{self, GITLINK},
    objects::{self, Entry, Objects},
    point::Point,
};
use crate::{model::Held, text::Source};

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

/// The git repository around a folder. What was read at one point is not read again at another that has the same.
pub struct Archive {
    folder: PathBuf,
    /// Where the folder is in the repository, as git has it.
    prefix: Vec<u8>,
    repository: Arc<Mutex<Repository>>,
    /// The text of each file as it was read last. Points that follow each other have most in common, so that the
    /// last one is enough.
    texts: Mutex<HashMap<PathBuf, (Oid, Arc<Source>)>>,
}

/// The repository that a folder lies in, and where it lies in there, as git has it.
///
/// # Errors
///
/// If there is none that can be read.
pub(super) fn around(folder: &Path) -> Result<(Repository, Vec<u8>), RepositoryError> {
    let none = || RepositoryError::NoRepository { folder: folder.to_path_buf() };
    let repository = index::open(folder).map_err(|error| unreadable(&error))?.ok_or_else(none)?;
    let prefix = match repository.workdir() {
        Some(work_tree) => index::prefix_of(work_tree, folder).ok_or_else(none)?,
        None => Vec::new(),
    };
    Ok((repository, prefix))
}

/// A commit of the first line of parents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id, in hexadecimal.
    pub id: String,
    /// The day on which it was made, where it was made.
    pub day: NaiveDate,
    /// The tags that name it, sorted.
    pub tags: Vec<String>,
    /// Whether the folder is other than in the commit before it.
    pub changes: bool,
}

/// The first line of parents: what the branch looked like, merge by merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The oldest first.
    pub steps: Vec<Step>,
    /// Why older ones are not among them, if there are any.
    pub cut: Option<String>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Archive").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Archive {
    /// The repository that a folder lies in.
    ///
    /// # Errors
    ///
    /// If there is none that can be read.
    pub fn around(folder: &Path) -> Result<Self, RepositoryError> {
        let (repository, prefix) = around(folder)?;
        Ok(Self {
            folder: folder.to_path_buf(),
            prefix,
            repository: Arc::new(Mutex::new(repository)),
            texts: Mutex::default(),
        })
    }

    /// The files that the folder has at a point.
    ///
    /// # Errors
    ///
    /// If the point is not there.
    pub fn at(&self, wanted: &Wanted) -> Result<Point<'_>, RepositoryError> {
        let repository = self.lock();
        let (entries, held) = match wanted {
            Wanted::Index(file) => (self.of_index(&repository, file.as_deref())?, Held::Index),
            Wanted::Revision(_) | Wanted::Day(..) => {
                let commit = commit(&repository, wanted)?;
                let entries = objects::of_commit(&repository, &commit, &self.prefix)?;
                (entries, Held::Commit { id: commit.id().to_string(), day: day_of(commit.time()) })
            }
        };
        let repository = Arc::clone(&self.repository);
        Ok(Point { archive: self, objects: Objects::new(repository, entries, &self.folder), held })
    }

    fn of_index(
        &self,
        repository: &Repository,
        file: Option<&Path>,
    ) -> Result<BTreeMap<Vec<u8>, Entry>, RepositoryError> {
        let index = match file {
            Some(file) => Index::open(file),
            None => repository.index(),
        };
        let index = index.map_err(|error| unreadable(&error))?;
        if index.has_conflicts() {
            return Err(RepositoryError::Conflicts);
        }
        let files = index.iter().filter(|entry| entry.mode != GITLINK);
        let below = files.filter_map(|entry| {
            let path = entry.path.strip_prefix(self.prefix.as_slice())?.to_vec();
            Some((path, Entry { id: entry.id, mode: entry.mode }))
        });
        Ok(below.collect())
    }

    /// The last commit that two have in common, by its id.
    ///
    /// # Errors
    ///
    /// If one of them is not there, or they have none in common.
    pub fn merge_base(&self, one: &Wanted, other: &Wanted) -> Result<String, RepositoryError> {
        let repository = self.lock();
        let (first, second) = (commit(&repository, one)?.id(), commit(&repository, other)?.id());
        let base = repository.merge_base(first, second);
        let none = |_| RepositoryError::NoMergeBase {
            one: short(first),
            other: short(second),
            shallow: repository.is_shallow(),
        };
        base.map(|id| id.to_string()).map_err(none)
    }

    /// The first line of parents from the present commit.
    ///
    /// # Errors
    ///
    /// If there is no commit.
    pub fn first_line(&self) -> Result<Line, RepositoryError> {
        let repository = self.lock();
        let mut commit = commit(&repository, &Wanted::Revision("HEAD".to_owned()))
            .map_err(|_| RepositoryError::NoCommits)?;
        let tags = tags(&repository);
        let mut steps = Vec::new();
        let cut = loop {
            let parent = (commit.parent_count() > 0).then(|| commit.parent(0));
            let before = match &parent {
                Some(Ok(parent)) => self.folder_of(parent),
                Some(Err(_)) | None => None,
            };
            let now = self.folder_of(&commit);
            steps.push(Step {
                id: commit.id().to_string(),
                day: day_of(commit.time()),
                tags: tags.get(&commit.id()).cloned().unwrap_or_default(),
                changes: now != before,
            });
            match parent {
                Some(Ok(parent)) => commit = parent,
                Some(Err(_)) | None if repository.is_shallow() => {
                    break Some("the clone is shallow".to_owned());
                }
                Some(Err(error)) => break Some(error.message().to_owned()),
                None => break None,
            }
        };
        steps.reverse();
        Ok(Line { steps, cut })
    }

    /// The tree that the folder is in a commit, if it has it.
    fn folder_of(&self, commit: &Commit<'_>) -> Option<Oid> {
        let Some(path) = self.prefix.strip_suffix(b"/") else { return Some(commit.tree_id()) };
        let path = super::select::path_from(path.to_vec())?;
        Some(commit.tree().ok()?.get_path(&path).ok()?.id())
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Repository> {
        self.repository.lock().expect("nobody panics while holding it")
    }

    /// The text of a file, if it was the same when it was read last.
    pub(super) fn known(&self, path: &Path, id: Oid) -> Option<Arc<Source>> {
        let texts = self.texts.lock().expect("nobody panics while holding it");
        texts.get(path).filter(|(known, _)| *known == id).map(|(_, source)| Arc::clone(source))
    }

    pub(super) fn keep(&self, path: PathBuf, id: Oid, source: Arc<Source>) {
        self.texts.lock().expect("nobody panics while holding it").insert(path, (id, source));
    }
}

fn commit<'r>(repository: &'r Repository, wanted: &Wanted) -> Result<Commit<'r>, RepositoryError> {
    match wanted {
        Wanted::Day(day, zone) => last_by(repository, *day, *zone),
        Wanted::Revision(name) => {
            let object = repository.revparse_single(name).and_then(|object| object.peel_to_commit());
            object.map_err(|_| RepositoryError::UnknownRevision { revision: name.clone() })
        }
        // What the index will be committed onto.
        Wanted::Index(_) => head(repository),
    }
}

fn head(repository: &Repository) -> Result<Commit<'_>, RepositoryError> {
    repository.head().and_then(|head| head.peel_to_commit()).map_err(|_| RepositoryError::NoCommits)
}

/// The last commit of the first line of parents from the present one that was made by the end of a day.
fn last_by(repository: &Repository, day: NaiveDate, zone: Tz) -> Result<Commit<'_>, RepositoryError> {
    let mut commit = head(repository)?;
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

/// The day on which a commit was made, where it was made.
pub(super) fn day_of(time: Time) -> NaiveDate {
    let instant = DateTime::from_timestamp(time.seconds(), 0).unwrap_or_default();
    FixedOffset::east_opt(time.offset_minutes() * 60)
        .map_or(instant.date_naive(), |offset| instant.with_timezone(&offset).date_naive())
}

/// The tags of commits.
fn tags(repository: &Repository) -> HashMap<Oid, Vec<String>> {
    let mut tags: HashMap<Oid, Vec<String>> = HashMap::new();
    let references = repository.references_glob("refs/tags/*").into_iter().flatten().flatten();
    for reference in references {
        if let Ok(commit) = reference.peel_to_commit() {
            let name = String::from_utf8_lossy(reference.shorthand_bytes()).into_owned();
            tags.entry(commit.id()).or_default().push(name);
        }
    }
    for names in tags.values_mut() {
        names.sort();
    }
    tags
}

fn short(id: Oid) -> String {
    id.to_string().chars().take(10).collect()
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
