//! Documents that were in force and are gone: they have to be withdrawn before, or superseded.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use super::{Sight, past::InForce, told::Told};
use crate::{
    catalog,
    model::{Category, Draft, Place, Touch, may_hold_documents},
    text::quoted,
    yaml::Node,
};

const RULE: &str = "DOC-12";

/// A document that is gone.
struct Gone {
    was: InForce,
    path: String,
    /// The commit that removed it.
    commit: u32,
}

pub(super) fn look(sight: &Sight<'_, '_>, told: &mut Told<'_, '_, '_>) {
    let Ok(reader) = &sight.reader else { return };
    let history = reader.history;
    let shared = shared(sight);
    let mut gone: BTreeMap<String, Gone> = BTreeMap::new();
    for (path, touches) in &history.touches {
        if !may_hold_documents(Path::new(path)) || !sight.admits(path) {
            continue;
        }
        for touch in removing(touches, shared.contains(path.as_str())) {
            if sight.is_early(touch.commit) {
                continue;
            }
            for parent in &history.commit(touch.commit).parents {
                let before = reader.in_force(path, *parent);
                let after =
                    if touch.blob.is_some() { reader.in_force(path, touch.commit) } else { Vec::new() };
                for was in before {
                    let is_known = sight.documents.find(&was.id).is_some();
                    if is_known || after.iter().any(|still| still.id == was.id) {
                        continue;
                    }
                    // What was removed more than once, and brought back between, counts when it went last.
                    let is_later = gone
                        .get(&was.id)
                        .is_none_or(|known| (touch.commit, path) < (known.commit, &known.path));
                    if is_later {
                        gone.insert(was.id.clone(), Gone { was, path: path.clone(), commit: touch.commit });
                    }
                }
            }
        }
    }
    let superseded: HashSet<&str> = sight
        .documents
        .iter()
        .filter_map(|document| document.get("supersedes").and_then(Node::text))
        .collect();
    for (id, Gone { was, path, commit }) in gone {
        if superseded.contains(id.as_str()) {
            told.kept(RULE);
            continue;
        }
        let removed = history.commit(commit);
        let version = was.version.map_or(String::new(), |version| format!(", version {}", quoted(&version)));
        let message = format!(
            "{}{version} was in force when it was removed, by {}",
            quoted(&id),
            sight.people.told(removed)
        );
        let help = format!(
            "bring it back with `status: withdrawn` and `withdrawn_on`: `git show {}^:{path}` has it",
            removed.short()
        );
        let rule = catalog::rule(RULE).unwrap_or_else(|| panic!("`schemas/rules/` has no rule {RULE}"));
        told.broken(Draft::new(rule, Place::file(path), message).subject(id).help(help));
    }
}

/// The commits that may have removed documents from a file: those that deleted it and, where several share it, all.
fn removing(touches: &[Touch], is_shared: bool) -> impl Iterator<Item = &Touch> {
    touches.iter().filter(move |touch| is_shared || touch.blob.is_none())
}

/// The files that hold controlled documents together with others.
fn shared<'c>(sight: &Sight<'_, 'c>) -> HashSet<&'c str> {
    let mut counts: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for document in sight.documents {
        let is_controlled = document.record_type.is_some_and(|found| found.category == Category::Document);
        let (count, any) = counts.entry(document.source.name()).or_default();
        *count += 1;
        *any |= is_controlled;
    }
    counts.into_iter().filter(|(_, (count, any))| *count > 1 && *any).map(|(path, _)| path).collect()
}
