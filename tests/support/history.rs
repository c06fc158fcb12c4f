//! A repository that grows commit by commit, and the program run on it.

#![allow(dead_code, reason = "each test uses a part")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use git2::{IndexAddOption, Oid, Repository, Signature, Time, build::CheckoutBuilder};
use tempfile::TempDir;

/// Runs the program, and gives its exit code and what it printed.
pub fn probity(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_probity"))
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("HOME", folder)
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A repository that grows commit by commit, each a day after the one before.
pub struct History {
    pub folder: TempDir,
    pub repository: Repository,
    seconds: i64,
}

impl History {
    /// Begins on 1 March 2026, at noon in UTC.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        Self { folder, repository, seconds: 1_772_366_400 }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Commits what is on disk.
    pub fn commit(&mut self, message: &str) -> Oid {
        let mut index = self.repository.index().unwrap();
        index.add_all(["*"], IndexAddOption::FORCE, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = self.repository.find_tree(index.write_tree().unwrap()).unwrap();
        let author = Signature::new("Aoife", "aoife@example.org", &Time::new(self.seconds, 60)).unwrap();
        self.seconds += 86_400;
        let parent = self.repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        self.repository.commit(Some("HEAD"), &author, &author, message, &tree, &parents).unwrap()
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
}
