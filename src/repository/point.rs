//! A snapshot of the bytes that git has, chosen in the same way as those on disk.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    FILE_SIZE_LIMIT,
    archive::Archive,
    objects::{Entry, Objects, blob_of},
    select::{self, OWN_FOLDER, may_hold_documents, path_from, shown},
};
use crate::{
    model::{Content, File, Held, Missing, Oddity, OddityKind, Patterns, Snapshot},
    text,
};

/// Fewer files than these are read one after the other.
const FEW: usize = 32;

/// The files that a folder has at one point of git. All that git tracks counts, as in a checkout of it.
#[derive(Debug)]
pub struct Point<'a> {
    pub(super) archive: &'a Archive,
    pub(super) objects: Objects,
    pub(super) held: Held,
}

impl Point<'_> {
    /// Which bytes these are.
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// The bytes of one file, by its path from the folder; none if it is not there.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.objects.blob(self.objects.at(path).ok()?, FILE_SIZE_LIMIT).ok()
    }

    /// The files that the patterns admit. Sealed extracts that are not where their documents say are looked for in
    /// the folder `extracts`.
    pub fn snapshot(self, patterns: &Patterns, extracts: Option<&Path>) -> Snapshot {
        let Self { archive, objects, held } = self;
        let objects = objects.with_extracts(extracts);
        let (mut chosen, mut oddities) = (BTreeSet::new(), BTreeSet::new());
        let (mut own_types, mut own_rules) = (Vec::new(), Vec::new());
        let (mut own_standard, mut own_templates) = (Vec::new(), Vec::new());
        for (bytes, entry) in &objects.entries {
            let Some(relative) = path_from(bytes.clone()) else { continue };
            if relative.starts_with(OWN_FOLDER) {
                for (folders, list) in [
                    (["types"].as_slice(), &mut own_types),
                    (["rules"].as_slice(), &mut own_rules),
                    (["standard"].as_slice(), &mut own_standard),
                    (select::TEMPLATES.as_slice(), &mut own_templates),
                ] {
                    let is_own = folders.iter().any(|what| select::is_own(&relative, what));
                    if is_own && !entry.is_link() {
                        list.push(file(&relative, objects.blob(*entry, FILE_SIZE_LIMIT)));
                    }
                }
                continue;
            }
            let hidden = relative.components().any(|component| match component {
                Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
                _ => true,
            });
            if hidden || !patterns.admit(&relative) {
                continue;
            }
            if entry.is_link() {
                oddities.extend(link(&objects, &relative, *entry));
            } else if may_hold_documents(&relative) {
                chosen.insert(relative);
            }
        }
        oddities.extend(select::of_names(&chosen));
        let files = texts(archive, &objects, chosen);
        Snapshot {
            files,
            own_types,
            own_rules,
            own_standard,
            own_templates,
            oddities: oddities.into_iter().collect(),
            held,
            attachments: Box::new(objects),
        }
    }
}

/// The files, sorted by path: those that are as they were read last, and the others read.
fn texts(archive: &Archive, objects: &Objects, chosen: BTreeSet<PathBuf>) -> Vec<File> {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for path in chosen {
        let Some(entry) = objects.entries.get(path.as_os_str().as_encoded_bytes()) else { continue };
        match archive.known(&path, entry.id) {
            Some(source) => files.push(File { path: shown(&path), content: Content::Text(source) }),
            None => unread.push((path, *entry)),
        }
    }
    // A worker needs the repository once more, which costs as much as some files.
    let read: Vec<(PathBuf, Entry, File)> = if unread.len() < FEW {
        let read = unread.into_iter().map(|(path, entry)| {
            let file = file(&path, objects.blob(entry, FILE_SIZE_LIMIT));
            (path, entry, file)
        });
        read.collect()
    } else {
        let read = unread.into_par_iter().map_init(
            || objects.again(),
            |repository, (path, entry)| {
                let bytes = match repository {
                    Some(repository) => blob_of(repository, entry, FILE_SIZE_LIMIT),
                    None => objects.blob(entry, FILE_SIZE_LIMIT),
                };
                let file = file(&path, bytes);
                (path, entry, file)
            },
        );
        read.collect()
    };
    for (path, entry, file) in read {
        if let Content::Text(source) = &file.content {
            archive.keep(path, entry.id, Arc::clone(source));
        }
        files.push(file);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn file(relative: &Path, bytes: Result<Vec<u8>, Missing>) -> File {
    let path = shown(relative);
    let content = match bytes {
        Ok(bytes) => match text::decode(&path, bytes) {
            Ok(source) => Content::Text(Arc::new(source)),
            Err(undecodable) => Content::Undecodable(undecodable),
        },
        Err(Missing::TooLarge { size, limit }) => Content::TooLarge { size, limit },
        Err(other) => Content::Unreadable(match other {
            Missing::Unreadable(reason) => reason,
            _ => "it is no file".to_owned(),
        }),
    };
    File { path, content }
}

/// A link counts only if it could bring in documents, under the name of one; where it leads to in the folder, the
/// files are found as they are.
fn link(objects: &Objects, relative: &Path, entry: Entry) -> Option<Oddity> {
    let path = shown(relative);
    let target = objects.target(entry)?;
    let kind = match objects.at(&path) {
        Ok(_) | Err(Missing::NotAFile) => return None,
        Err(Missing::LeadsOut) => OddityKind::LinkLeaves { target },
        Err(_) => OddityKind::LinkBroken { target },
    };
    may_hold_documents(relative).then_some(Oddity { path, kind })
}
