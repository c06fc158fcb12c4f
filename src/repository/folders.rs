//! Files that commits have, looked up one by one: a large folder of the past is read once for all that is asked of it.

use std::{
    collections::HashMap,
    path::{Component, Path},
};

use git2::{Oid, Repository};

use super::objects::Entry;
use crate::model::Missing;

/// What a folder holds, by name.
type Folder = HashMap<Vec<u8>, Entry>;

/// Folders of no more entries libgit2 keeps itself, which is faster; larger ones it would read again for each file.
const SMALL: usize = 100;
/// So many entries of large folders are kept, some ten megabytes.
const KEPT: usize = 100_000;
/// The mode of an entry that is a folder.
const FOLDER: u32 = 0o040_000;

/// Large folders that were read. Git names each by what it holds, so that none of them ever changes.
#[derive(Default)]
pub(super) struct Folders {
    read: HashMap<Oid, Folder>,
    entries: usize,
}

impl Folders {
    /// The file, link or folder that a commit has at a path.
    pub(super) fn entry(
        &mut self,
        repository: &Repository,
        commit: &str,
        path: &Path,
    ) -> Result<Entry, Missing> {
        let tree = Oid::from_str(commit).and_then(|id| Ok(repository.find_commit(id)?.tree_id()));
        let mut entry = Entry::new(tree.map_err(unreadable)?, FOLDER);
        for part in path.components() {
            let name = match part {
                Component::Normal(name) => name.as_encoded_bytes(),
                Component::CurDir => continue,
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(Missing::Absent);
                }
            };
            if entry.mode != FOLDER {
                return Err(Missing::Absent);
            }
            entry = self.within(repository, entry.id, name)?;
        }
        Ok(entry)
    }

    /// What a folder has by a name.
    fn within(&mut self, repository: &Repository, id: Oid, name: &[u8]) -> Result<Entry, Missing> {
        if let Some(folder) = self.read.get(&id) {
            return folder.get(name).copied().ok_or(Missing::Absent);
        }
        let tree = repository.find_tree(id).map_err(unreadable)?;
        if tree.len() > SMALL {
            if self.entries + tree.len() > KEPT {
                self.read.clear();
                self.entries = 0;
            }
            self.entries += tree.len();
            let folder = tree.iter().map(|entry| (entry.name_bytes().to_vec(), Entry::of(&entry)));
            self.read.insert(id, folder.collect());
        }
        tree.get_name_bytes(name).as_ref().map(Entry::of).ok_or(Missing::Absent)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn unreadable(error: git2::Error) -> Missing {
    Missing::Unreadable(error.message().to_owned())
}
