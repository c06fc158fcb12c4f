//! Documents that were in force and are gone: they have to be withdrawn before, or superseded.

use std::collections::HashSet;

use super::{
    Sight,
    removed::Removed,
    told::{Told, rule},
};
use crate::{
    corpus::Documents,
    model::{Draft, Place},
    text::quoted,
    yaml::Node,
};

const RULE: &str = "DOC-12";

pub(super) fn look(sight: &Sight<'_, '_>, removed: &[Removed], told: &mut Told<'_, '_, '_>) {
    let Ok(reader) = &sight.reader else { return };
    let superseded = superseded(sight.documents);
    for Removed { was, path, commit } in removed.iter().filter(|removed| removed.was.is_in_force) {
        if superseded.contains(was.id.as_str()) {
            told.kept(RULE);
            continue;
        }
        let removed = reader.history.commit(*commit);
        let version =
            was.version.as_ref().map_or(String::new(), |version| format!(", version {}", quoted(version)));
        let message = format!(
            "{}{version} was in force when it was removed, by {}",
            quoted(&was.id),
            sight.people.told(removed)
        );
        let help = format!(
            "bring it back with `status: withdrawn` and `withdrawn_on`: `git show {}^:{path}` has it",
            removed.short()
        );
        told.broken(Draft::new(rule(RULE), Place::file(path), message).subject(&was.id).help(help));
    }
}

/// What other documents say that they supersede.
fn superseded<'c>(documents: &Documents<'c>) -> HashSet<&'c str> {
    documents.iter().filter_map(|document| document.get("supersedes").and_then(Node::text)).collect()
}
