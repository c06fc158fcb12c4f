//! The commits that led to a point, in one walk: who made them and which files each of them touched.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use git2::{Mailmap, ObjectType, Oid, Repository, Sort, Time, Tree, TreeEntry};

use super::{
    ATTACHMENT_SIZE_LIMIT, RepositoryError,
    archive::{around, day_of, unreadable},
    folders::Folders,
    index::GITLINK,
    objects::{Entry, blob_of},
    select::{path_from, shown},
    signature::signature_of,
};
use crate::model::{
    APPROVAL_TAG, Account, Attachments, Blob, Commit, Held, History, Missing, Past, Signature, Tag, Touch,
};

/// A file that a commit left otherwise than a parent had it.
struct Change {
    /// Its path as git has it.
    path: Vec<u8>,
    /// What it was with the parent.
    old: Option<Entry>,
    /// What it is now.
    new: Option<Entry>,
}

/// The history that led to what is held of a folder. It begins where the organization says, by any name that git has
/// for a commit.
///
/// # Errors
///
/// If the folder is in no repository that can be read, or there is no such commit.
pub fn history(folder: &Path, held: &Held, begins: Option<&str>) -> Result<History, RepositoryError> {
    let failed = |error: git2::Error| unreadable(&error);
    let (repository, prefix) = around(folder)?;
    let prefix = path_from(prefix).unwrap_or_default();
    let last = match held {
        Held::Commit { id, .. } => Oid::from_str(id).map_err(failed)?,
        Held::WorkTree | Held::Index => {
            let tip = repository.head().and_then(|tip| tip.peel_to_commit());
            tip.map_err(|_| RepositoryError::NoCommits)?.id()
        }
    };
    let mut names = Names::of(&repository, last);
    let mut walk = repository.revwalk().map_err(failed)?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(failed)?;
    walk.push(last).map_err(failed)?;
    let (mut commits, mut touches) = (Vec::new(), HashMap::new());
    let (mut numbers, mut parents, mut links) = (HashMap::new(), Vec::new(), HashSet::new());
    for id in walk {
        let id = id.map_err(failed)?;
        let commit = repository.find_commit(id).map_err(failed)?;
        let number = u32::try_from(commits.len()).expect("more commits than that fit into no memory");
        for Change { path, old, new } in touched(&repository, &commit, &prefix).map_err(failed)? {
            links
                .extend([old, new].into_iter().flatten().filter(|entry| entry.is_link()).map(|link| link.id));
            let touch =
                Touch { commit: number, blob: new.and_then(Entry::name), was: old.and_then(Entry::name) };
            let path = String::from_utf8(path).unwrap_or_else(|error| {
                path_from(error.into_bytes()).map_or_else(String::new, |p| shown(&p))
            });
            let of_file: &mut Vec<Touch> = touches.entry(path).or_default();
            of_file.push(touch);
        }
        numbers.insert(id, number);
        parents.push(commit.parent_ids().collect::<Vec<_>>());
        commits.push(names.told(&commit));
    }
    for (commit, parents) in commits.iter_mut().zip(&parents) {
        commit.parents = parents.iter().filter_map(|parent| numbers.get(parent).copied()).collect();
    }
    let begins = begins.map(|name| {
        let unknown = |_| RepositoryError::UnknownRevision { revision: name.to_owned() };
        let id = repository
            .revparse_single(name)
            .and_then(|object| object.peel_to_commit())
            .map_err(unknown)?
            .id();
        // One that did not lead here has nothing behind it here.
        Ok::<_, RepositoryError>(numbers.get(&id).copied())
    });
    let begins = begins.transpose()?.flatten();
    let mut tags = tags(&repository, &mut names).map_err(failed)?;
    let later = later(&repository, last, &tags, &numbers).map_err(failed)?;
    tags.retain(|tag| !later.contains(&tag.target));
    let opened = Opened { repository, folders: Folders::default() };
    let past = Stored { opened: Mutex::new(opened), prefix, links };
    Ok(History { commits, touches, tags, begins, past: Arc::new(past) })
}

/// The accounts of a repository, under the names that its `.mailmap` has for them.
struct Names {
    map: Option<Mailmap>,
    known: HashMap<Account, Account>,
}

impl Names {
    /// By the file at the root of a commit; what a user has configured elsewhere does not count.
    fn of(repository: &Repository, commit: Oid) -> Self {
        let file = || {
            let tree = repository.find_commit(commit).ok()?.tree().ok()?;
            let blob = repository.find_blob(tree.get_name(".mailmap")?.id()).ok()?;
            Mailmap::from_buffer(std::str::from_utf8(blob.content()).ok()?).ok()
        };
        Self { map: file(), known: HashMap::new() }
    }

    fn account(&mut self, name: &[u8], email: &[u8]) -> Account {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let written = Account { name: text(name), email: text(email) };
        let Some(map) = &self.map else { return written };
        if let Some(known) = self.known.get(&written) {
            return known.clone();
        }
        let resolved = git2::Signature::new(&written.name, &written.email, &Time::new(0, 0))
            .and_then(|signature| map.resolve_signature(&signature))
            .map_or_else(
                |_| written.clone(),
                |found| Account { name: text(found.name_bytes()), email: text(found.email_bytes()) },
            );
        self.known.insert(written, resolved.clone());
        resolved
    }

    fn of_signature(&mut self, signature: &git2::Signature<'_>) -> Account {
        self.account(signature.name_bytes(), signature.email_bytes())
    }

    /// A commit without its parents.
    fn told(&mut self, commit: &git2::Commit<'_>) -> Commit {
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        let is_parent = |line: &&str| line.starts_with("parent ");
        let parents = String::from_utf8_lossy(commit.raw_header_bytes()).lines().filter(is_parent).count();
        Commit {
            id: commit.id().to_string(),
            day: day_of(commit.time()),
            author: self.of_signature(&commit.author()),
            committer: self.of_signature(&commit.committer()),
            co_authors: self.trailers(&message, &["co-authored-by"]),
            approvers: self.trailers(&message, &["approved-by", "reviewed-by", "acked-by"]),
            subject: message.lines().next().unwrap_or_default().to_owned(),
            parents: Vec::new(),
            is_cut: parents > commit.parent_count(),
        }
    }

    /// Whom the end of a message names under some keys: `Co-authored-by: Name <address>`.
    fn trailers(&mut self, message: &str, keys: &[&str]) -> Vec<Account> {
        let Ok(trailers) = git2::message_trailers_strs(message) else { return Vec::new() };
        let is_wanted = |key: &str| keys.iter().any(|wanted| key.eq_ignore_ascii_case(wanted));
        let named = trailers.iter().filter(|(key, _)| is_wanted(key));
        let written = named.filter_map(|(_, value)| {
            let (name, rest) = value.split_once('<')?;
            Some((name.to_owned(), rest.split_once('>')?.0.to_owned()))
        });
        let written: Vec<(String, String)> = written.collect();
        written.iter().map(|(name, email)| self.account(name.as_bytes(), email.as_bytes())).collect()
    }
}

/// The files below a path that are otherwise in a commit than in each of its parents, as they differ from the first.
fn touched(
    repository: &Repository,
    commit: &git2::Commit<'_>,
    prefix: &Path,
) -> Result<Vec<Change>, git2::Error> {
    let tree = below(repository, &commit.tree()?, prefix);
    let mut of_parents = Vec::new();
    for parent in commit.parents() {
        let parent = below(repository, &parent.tree()?, prefix);
        let mut changes = Vec::new();
        compare(repository, parent.as_ref(), tree.as_ref(), &mut Vec::new(), &mut changes)?;
        // What is as one parent had it, nobody touched in merging.
        if changes.is_empty() {
            return Ok(changes);
        }
        of_parents.push(changes);
    }
    let mut of_parents = of_parents.into_iter();
    let Some(mut changes) = of_parents.next() else {
        let mut all = Vec::new();
        compare(repository, None, tree.as_ref(), &mut Vec::new(), &mut all)?;
        return Ok(all);
    };
    for others in of_parents {
        let paths: HashSet<Vec<u8>> = others.into_iter().map(|change| change.path).collect();
        changes.retain(|change| paths.contains(&change.path));
    }
    Ok(changes)
}

fn below<'r>(repository: &'r Repository, tree: &Tree<'r>, prefix: &Path) -> Option<Tree<'r>> {
    if prefix.as_os_str().is_empty() {
        return Some(tree.clone());
    }
    repository.find_tree(tree.get_path(prefix).ok()?.id()).ok()
}

/// Collects the files that differ between two folders, down to those whose ids differ.
fn compare(
    repository: &Repository,
    before: Option<&Tree<'_>>,
    after: Option<&Tree<'_>>,
    path: &mut Vec<u8>,
    changes: &mut Vec<Change>,
) -> Result<(), git2::Error> {
    if before.map(Tree::id) == after.map(Tree::id) {
        return Ok(());
    }
    let (mut left, mut right) = (0, 0);
    loop {
        let (old, new) = match (entry(before, left), entry(after, right)) {
            (Some(old), Some(new)) => match order(&old, &new) {
                Ordering::Less => (Some(old), None),
                Ordering::Greater => (None, Some(new)),
                Ordering::Equal => (Some(old), Some(new)),
            },
            either => either,
        };
        left += usize::from(old.is_some());
        right += usize::from(new.is_some());
        let Some(either) = old.as_ref().or(new.as_ref()) else { return Ok(()) };
        let is_same = |(old, new): (&TreeEntry<'_>, &TreeEntry<'_>)| {
            old.id() == new.id() && old.filemode() == new.filemode()
        };
        if old.as_ref().zip(new.as_ref()).is_some_and(is_same) {
            continue;
        }
        let length = path.len();
        path.extend(either.name_bytes());
        if either.kind() == Some(ObjectType::Tree) {
            let tree = |entry: Option<&TreeEntry<'_>>| {
                entry.map(|entry| repository.find_tree(entry.id())).transpose()
            };
            let (old, new) = (tree(old.as_ref())?, tree(new.as_ref())?);
            path.push(b'/');
            compare(repository, old.as_ref(), new.as_ref(), path, changes)?;
        } else if either.filemode().unsigned_abs() != GITLINK {
            let entry = |entry: Option<TreeEntry<'_>>| entry.as_ref().map(Entry::of);
            changes.push(Change { path: path.clone(), old: entry(old), new: entry(new) });
        }
        path.truncate(length);
    }
}

fn entry<'t>(tree: Option<&'t Tree<'_>>, number: usize) -> Option<TreeEntry<'t>> {
    tree.filter(|tree| number < tree.len())?.get(number)
}

/// The order in which git keeps the entries of a folder: folders as if their names ended with a slash.
fn order(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> Ordering {
    fn name<'e>(entry: &'e TreeEntry<'_>) -> impl Iterator<Item = u8> + use<'e> {
        let is_folder = entry.kind() == Some(ObjectType::Tree);
        entry.name_bytes().iter().copied().chain(is_folder.then_some(b'/'))
    }
    name(one).cmp(name(other))
}

fn tags(repository: &Repository, names: &mut Names) -> Result<Vec<Tag>, git2::Error> {
    let mut tags = Vec::new();
    for reference in repository.references_glob(&format!("refs/tags/{APPROVAL_TAG}*"))? {
        let reference = reference?;
        let Ok(name) = reference.shorthand() else { continue };
        // One that names no commit approves nothing.
        let Ok(target) = reference.peel_to_commit() else { continue };
        let tag = reference.target().and_then(|id| repository.find_tag(id).ok());
        let tagger = tag.as_ref().and_then(|tag| {
            let tagger = tag.tagger()?;
            Some((names.of_signature(&tagger), day_of(tagger.when())))
        });
        let message = tag.as_ref().and_then(|tag| tag.message_bytes()).unwrap_or_default();
        tags.push(Tag {
            name: name.to_owned(),
            id: tag.as_ref().map(|tag| tag.id().to_string()),
            target: target.id().to_string(),
            tagger,
            message: String::from_utf8_lossy(message).into_owned(),
        });
    }
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tags)
}

/// The commits, by id, that tags name and that the point led to: nobody could know of these at the point.
fn later(
    repository: &Repository,
    point: Oid,
    tags: &[Tag],
    numbers: &HashMap<Oid, u32>,
) -> Result<HashSet<String>, git2::Error> {
    let targets = tags.iter().filter_map(|tag| Oid::from_str(&tag.target).ok());
    let unknown: Vec<Oid> = targets.filter(|target| !numbers.contains_key(target)).collect();
    let mut walk = repository.revwalk()?;
    // Parents come first, so that each commit knows whether the point led to them.
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
    unknown.iter().try_for_each(|target| walk.push(*target))?;
    walk.hide(point)?;
    let mut led_to = HashSet::from([point]);
    for id in walk {
        let id = id?;
        if repository.find_commit(id)?.parent_ids().any(|parent| led_to.contains(&parent)) {
            led_to.insert(id);
        }
    }
    Ok(unknown.iter().filter(|target| led_to.contains(target)).map(Oid::to_string).collect())
}

/// The past as the database of objects has it.
struct Stored {
    opened: Mutex<Opened>,
    /// The folder whose files count.
    prefix: PathBuf,
    /// The names of where links led.
    links: HashSet<Oid>,
}

/// A repository, and what was read of it.
struct Opened {
    repository: Repository,
    folders: Folders,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stored").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Stored {
    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().expect("nobody panics while holding it")
    }

    fn entry(&self, opened: &mut Opened, commit: &str, path: &str) -> Result<Entry, Missing> {
        opened.folders.entry(&opened.repository, commit, &self.prefix.join(path))
    }
}

impl Past for Stored {
    fn files(self: Arc<Self>, commit: &str) -> Box<dyn Attachments> {
        Box::new(AtCommit { stored: self, commit: commit.to_owned() })
    }

    fn blob(&self, commit: &str, path: &str) -> Option<Blob> {
        self.entry(&mut self.opened(), commit, path).ok()?.name()
    }

    fn bytes(&self, blob: &Blob) -> Result<Vec<u8>, Missing> {
        let id = Oid::from_bytes(blob).map_err(|error| Missing::Unreadable(error.message().to_owned()))?;
        if self.links.contains(&id) {
            return Err(link());
        }
        blob_of(&self.opened().repository, Entry::new(id, 0), ATTACHMENT_SIZE_LIMIT)
    }

    fn signature(&self, object: &str) -> Signature {
        match Oid::from_str(object) {
            Ok(id) => signature_of(&self.opened().repository, id),
            Err(error) => Signature::Untestable { reason: error.message().to_owned() },
        }
    }
}

/// Why a link has no bytes: where it led then is not followed.
fn link() -> Missing {
    Missing::Unreadable("it was a link".to_owned())
}

/// The files of a commit, looked up one by one.
#[derive(Debug)]
struct AtCommit {
    stored: Arc<Stored>,
    commit: String,
}

impl Attachments for AtCommit {
    fn find(&self, path: &str) -> Result<(), Missing> {
        self.stored.entry(&mut self.stored.opened(), &self.commit, path).map(drop)
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let mut opened = self.stored.opened();
        let entry = self.stored.entry(&mut opened, &self.commit, path)?;
        if entry.is_link() {
            return Err(link());
        }
        blob_of(&opened.repository, entry, ATTACHMENT_SIZE_LIMIT)
    }
}
