//! A snapshot of the bytes that git has, chosen in the same way as those on disk.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    FILE_SIZE_LIMIT, RepositoryError,
    objects::{Entry, Objects, Wanted, blob_of},
    select::{self, OWN_FOLDER, may_hold_documents, path_from, shown},
};
use crate::{
    model::{Content, File, Held, Missing, Oddity, OddityKind, Patterns, Snapshot},
    text,
};

/// The files below a folder at a point of git. All that git tracks counts, as in a checkout of it.
///
/// # Errors
///
/// If the folder is in no repository that can be read, or the point is not there.
pub fn snapshot_at(
    folder: &Path,
    patterns: &Patterns,
    extracts: Option<&Path>,
    wanted: &Wanted,
) -> Result<Snapshot, RepositoryError> {
    let objects = Objects::open(folder, extracts, wanted)?;
    let (mut chosen, mut oddities) = (BTreeSet::new(), BTreeSet::new());
    let (mut own_types, mut own_rules, mut own_standard) = (Vec::new(), Vec::new(), Vec::new());
    for (bytes, entry) in &objects.entries {
        let Some(relative) = path_from(bytes.clone()) else { continue };
        if relative.starts_with(OWN_FOLDER) {
            for (what, list) in
                [("types", &mut own_types), ("rules", &mut own_rules), ("standard", &mut own_standard)]
            {
                if select::is_own(&relative, what) && !entry.is_link() {
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
    let chosen: Vec<(PathBuf, Entry)> = chosen
        .into_iter()
        .filter_map(|path| {
            let entry = objects.entries.get(path.as_os_str().as_encoded_bytes()).copied();
            Some((path, entry?))
        })
        .collect();
    let read = chosen.into_par_iter().map_init(
        || objects.again(),
        |repository, (path, entry)| {
            let bytes = match repository {
                Some(repository) => blob_of(repository, entry, FILE_SIZE_LIMIT),
                None => objects.blob(entry, FILE_SIZE_LIMIT),
            };
            file(&path, bytes)
        },
    );
    let mut files: Vec<File> = read.collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let held = objects.held.clone();
    Ok(Snapshot {
        files,
        own_types,
        own_rules,
        own_standard,
        oddities: oddities.into_iter().collect(),
        held,
        attachments: Box::new(objects),
    })
}

/// The bytes of one file at a point of git, by its path from a folder; none if it is not there.
///
/// # Errors
///
/// If the folder is in no repository that can be read, or the point is not there.
pub fn file_at(
    folder: &Path,
    path: &str,
    wanted: &Wanted,
) -> Result<(Option<Vec<u8>>, Held), RepositoryError> {
    let objects = Objects::open(folder, None, wanted)?;
    let entry = objects.at(path).ok();
    Ok((entry.and_then(|entry| objects.blob(entry, FILE_SIZE_LIMIT).ok()), objects.held))
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
