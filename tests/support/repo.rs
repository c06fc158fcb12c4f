//! A git repository that grows commit by commit, on fixed days and by several people.

#![allow(dead_code, reason = "each test uses a part")]

use std::{fs, path::PathBuf};

use git2::{IndexAddOption, ObjectType, Oid, Repository, Signature, Time, build::CheckoutBuilder};
use ssh_key::{HashAlg, LineEnding, PrivateKey, private::Ed25519Keypair};
use tempfile::TempDir;

/// A repository in a folder of its own.
pub struct Repo {
    pub folder: TempDir,
    pub repository: Repository,
    /// When the next commit is made, in seconds since 1970.
    seconds: i64,
}

/// Noon in UTC on 1 March 2026.
const BEGIN: i64 = 1_772_366_400;
const DAY: i64 = 86_400;

/// Somebody who commits: a name and an address.
pub type Who = (&'static str, &'static str);

impl Repo {
    /// Begins on 1 March 2026.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        repository.set_head("refs/heads/main").unwrap();
        Self { folder, repository, seconds: BEGIN }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Replaces a part of a file, which has to be there once.
    pub fn edit(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {name}:\n{text}");
        self.write(name, text.replace(old, new));
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Lets days pass before the next commit.
    pub fn wait(&mut self, days: i64) {
        self.seconds += days * DAY;
    }

    fn stamp(&mut self, who: Who) -> Signature<'static> {
        Signature::new(who.0, who.1, &Time::new(self.seconds, 60)).unwrap()
    }

    fn tree(&self) -> Oid {
        let mut index = self.repository.index().unwrap();
        index.add_all(["*"], IndexAddOption::FORCE, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        index.write_tree().unwrap()
    }

    fn head(&self) -> Option<Oid> {
        self.repository.head().ok().and_then(|head| head.target())
    }

    /// Commits what is on disk, a day after the commit before.
    pub fn commit(&mut self, who: Who, message: &str) -> Oid {
        self.commit_as(who, who, message)
    }

    /// The same, put in by somebody else than its author.
    pub fn commit_as(&mut self, author: Who, committer: Who, message: &str) -> Oid {
        let parents: Vec<Oid> = self.head().into_iter().collect();
        let tree = self.tree();
        self.put(author, committer, message, tree, &parents)
    }

    fn put(&mut self, author: Who, committer: Who, message: &str, tree: Oid, parents: &[Oid]) -> Oid {
        let (author, committer) = (self.stamp(author), self.stamp(committer));
        self.seconds += DAY;
        let tree = self.repository.find_tree(tree).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| self.repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        self.repository.commit(Some("HEAD"), &author, &committer, message, &tree, &parents).unwrap()
    }

    /// Commits what is on disk under a signature, which may be made for another text than the commit's.
    pub fn commit_signed(&mut self, who: Who, message: &str, key: &PrivateKey, forged: bool) -> Oid {
        let stamp = self.stamp(who);
        self.seconds += DAY;
        let tree = self.repository.find_tree(self.tree()).unwrap();
        let parents: Vec<_> =
            self.head().map(|id| self.repository.find_commit(id).unwrap()).into_iter().collect();
        let parents: Vec<_> = parents.iter().collect();
        let buffer = self.repository.commit_create_buffer(&stamp, &stamp, message, &tree, &parents).unwrap();
        let text = str::from_utf8(&buffer).unwrap();
        let signed = if forged { "something else" } else { text };
        let id = self.repository.commit_signed(text, &sign(key, signed.as_bytes()), None).unwrap();
        self.repository.reference("refs/heads/main", id, true, "signed").unwrap();
        id
    }

    /// An annotated tag, signed if there is a key.
    pub fn tag(&mut self, name: &str, target: Oid, who: Who, message: &str, key: Option<&PrivateKey>) {
        let mut data = format!(
            "object {target}\ntype commit\ntag {name}\ntagger {} <{}> {} +0100\n\n{message}\n",
            who.0, who.1, self.seconds
        );
        if let Some(key) = key {
            let signature = sign(key, data.as_bytes());
            data.push_str(&signature);
            data.push('\n');
        }
        let id = self.repository.odb().unwrap().write(ObjectType::Tag, data.as_bytes()).unwrap();
        self.repository.reference(&format!("refs/tags/{name}"), id, true, "tag").unwrap();
    }

    /// A branch at the present commit.
    pub fn branch(&self, name: &str) {
        let head = self.repository.find_commit(self.head().unwrap()).unwrap();
        self.repository.branch(name, &head, true).unwrap();
    }

    /// Goes to a branch, with what it holds on disk.
    pub fn switch(&self, name: &str) {
        self.repository.set_head(&format!("refs/heads/{name}")).unwrap();
        let mut options = CheckoutBuilder::new();
        self.repository.checkout_head(Some(options.force().remove_untracked(true))).unwrap();
    }

    /// Sets the branch back to a commit, as a push by force does.
    pub fn reset(&self, to: Oid) {
        let object = self.repository.find_object(to, None).unwrap();
        self.repository.reset(&object, git2::ResetType::Hard, None).unwrap();
    }

    /// Merges a branch; what is on disk afterwards, if anything, is written by `resolve`.
    pub fn merge(&mut self, name: &str, who: Who, resolve: impl FnOnce(&Self)) -> Oid {
        let ours = self.head().unwrap();
        let theirs = self.repository.revparse_single(name).unwrap().id();
        let commits = [ours, theirs].map(|id| self.repository.find_commit(id).unwrap());
        let mut index = self.repository.merge_commits(&commits[0], &commits[1], None).unwrap();
        drop(commits);
        let mut options = CheckoutBuilder::new();
        options.force().allow_conflicts(true);
        self.repository.checkout_index(Some(&mut index), Some(&mut options)).unwrap();
        resolve(self);
        let tree = self.tree();
        self.put(who, who, &format!("Merge {name}"), tree, &[ours, theirs])
    }

    /// A clean checkout of a commit, elsewhere.
    pub fn checkout(&self, id: Oid) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let clone = Repository::clone(self.folder.path().to_str().unwrap(), folder.path()).unwrap();
        let object = clone.find_object(id, None).unwrap();
        clone.checkout_tree(&object, Some(CheckoutBuilder::new().force().remove_untracked(true))).unwrap();
        clone.set_head_detached(id).unwrap();
        folder
    }

    /// A clone that knows of the last commit only, elsewhere.
    pub fn shallow(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        Repository::clone(self.folder.path().to_str().unwrap(), folder.path()).unwrap();
        // The objects are there; that git takes them for absent, this file says.
        fs::write(folder.path().join(".git/shallow"), format!("{}\n", self.head().unwrap())).unwrap();
        folder
    }
}

/// A key that is the same each time.
pub fn key(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

/// Its fingerprint, as people write it down.
pub fn fingerprint(key: &PrivateKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

fn sign(key: &PrivateKey, text: &[u8]) -> String {
    key.sign("git", HashAlg::Sha512, text).unwrap().to_pem(LineEnding::LF).unwrap()
}
