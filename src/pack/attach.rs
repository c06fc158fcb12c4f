//! Files that documents point to, one after the other, so that no more than one is in memory; and those that are not there.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    PackError, Stock,
    bag::{Bag, Known},
    inside::{self, Inside},
    items::{Pointed, Pointer},
    manifest::{Attached, Missing},
    names::{self, Names},
};
use crate::model::Attachments;

/// The folder that they lie in.
const FOLDER: &str = "data/70-files";

/// What came of the files that are pointed to.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) attached: Vec<Attached>,
    pub(super) missing: Vec<Missing>,
    /// What was found in files that go in as they are: path, kind, how often.
    pub(super) scanned: Vec<(String, &'static str, usize)>,
}

/// What is wanted, by what it is, with the items that point to it.
pub(super) type Wanted = BTreeMap<Pointer, BTreeSet<String>>;

/// Puts files into the bag.
pub(super) fn put(
    bag: &mut Bag,
    names: &mut Names,
    wanted: &Wanted,
    stock: Stock<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Files, PackError> {
    let Stock { assessed, history, order, veil } = stock;
    let mut files = Files::default();
    // The same bytes under the same name go in once.
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (number, (pointer, of)) in wanted.iter().enumerate() {
        progress(number as u64);
        let of: Vec<String> = of.iter().cloned().collect();
        let (Pointed::Path(path) | Pointed::Extract(path)) = &pointer.target else {
            let Pointed::Address(address) = &pointer.target else { continue };
            files.missing.push(Missing {
                of,
                target: Some(address.clone()).filter(|_| veil.is_open()),
                state: "elsewhere".to_owned(),
                reason: "it is kept elsewhere, and not in the repository".to_owned(),
            });
            continue;
        };
        let is_opened = order.open_files.iter().any(|file| file == path);
        let shown = Some(path.clone()).filter(|_| veil.is_open() || is_opened);
        let gone = |state: &str, reason: String| Missing {
            of: of.clone(),
            target: shown.clone(),
            state: state.to_owned(),
            reason,
        };
        let then = pointer.at.and_then(|commit| {
            let history = history?;
            Some(std::sync::Arc::clone(&history.past).files(&history.commit(commit).id))
        });
        let from: &dyn Attachments = then.as_deref().unwrap_or(assessed.documents.attachments);
        if !veil.is_open() && !is_opened {
            let reason = match from.find(path) {
                Ok(()) => "a file cannot be redacted, and was not opened by name",
                Err(_) => "it is not there",
            };
            files.missing.push(gone("held-back", reason.to_owned()));
            continue;
        }
        let bytes =
            if matches!(pointer.target, Pointed::Extract(_)) { from.extract(path) } else { from.bytes(path) };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(missing) => {
                files.missing.push(gone("not-there", missing.told(path)));
                continue;
            }
        };
        let looked = if veil.is_open() { inside::look_for_secrets(&bytes) } else { inside::look(&bytes) };
        let Inside { secrets, personal, unseen } = looked;
        if let Some(kind) = secrets.keys().next().filter(|_| !veil.is_open()) {
            files.missing.push(gone("held-back", format!("the scan found in it: {kind}")));
            continue;
        }
        // What went in unseen is told.
        let kinds: Vec<_> = secrets.into_iter().chain(personal).chain(unseen).collect();
        let stored = Known::of(&bytes);
        let digest = stored.sha256.clone();
        if let Some(place) = known.get(&(path.clone(), digest.clone())) {
            let attached: &mut Attached = &mut files.attached[*place];
            attached.of.extend(of);
            attached.of.sort();
            attached.of.dedup();
            continue;
        }
        let [place] = names.free(FOLDER, &name(path), [ending(path)]);
        bag.put_known(&place, &bytes, stored.clone())?;
        files.scanned.extend(kinds.into_iter().map(|(kind, count)| (place.clone(), kind, count)));
        known.insert((path.clone(), digest), files.attached.len());
        files.attached.push(Attached {
            path: place,
            sha256: stored.sha256,
            size: stored.size,
            media_type: media_type(path).to_owned(),
            source_path: shown,
            of,
        });
    }
    files.attached.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The name of a file without its folders and its ending.
fn name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(ending(path)).map_or(name, |stem| stem.trim_end_matches('.'));
    names::plain(stem)
}

/// The ending of a file, if it is a plain one.
fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, ending)| ending);
    let is_plain = (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { ending } else { "" }
}

fn media_type(path: &str) -> &'static str {
    match ending(path).to_ascii_lowercase().as_str() {
        "md" | "markdown" => "text/markdown",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "json" => "application/json",
        "jsonl" => "application/x-ndjson",
        "yaml" | "yml" => "application/yaml",
        "html" | "htm" => "text/html",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_name_and_a_plain_ending() {
        let both = |path: &str| (name(path), ending(path).to_owned());
        assert_eq!(both("a/raci matrix.docx"), ("raci-matrix".to_owned(), "docx".to_owned()));
        assert_eq!(both("a/.hidden"), ("hidden".to_owned(), String::new()));
        assert_eq!(both("a/x.y z"), ("x.y-z".to_owned(), String::new()));
        assert_eq!(both("a/NUL.txt"), ("x-NUL".to_owned(), "txt".to_owned()));
    }
}
