//! What commits took away: documents that stood in a file, and stand nowhere today.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use memchr::memmem;
use rayon::prelude::*;

use super::{
    Sight,
    past::{Kept, Reader},
};
use crate::model::{Blob, Touch, may_hold_documents};

/// A document that is gone and may be missed.
#[derive(Clone, Debug)]
pub struct Removed {
    pub(super) was: Kept,
    /// The file in which it stood last.
    pub(super) path: String,
    /// The commit that removed it.
    pub commit: u32,
}

impl Removed {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.was.id
    }

    /// The id of its record type.
    pub fn record_type(&self) -> &str {
        &self.was.record_type
    }
}

/// All of them, by id; nothing from before the history begins that is looked at.
pub(super) fn removed(sight: &Sight<'_, '_>, reader: &Reader<'_>) -> Vec<Removed> {
    let files: Vec<(&String, &Vec<Touch>)> = reader
        .history
        .touches
        .iter()
        .filter(|(path, _)| may_hold_documents(Path::new(path)) && sight.admits(path))
        .collect();
    let found: Vec<Removed> = files
        .into_par_iter()
        .flat_map_iter(|(path, touches)| from_file(sight, reader, path, touches))
        .collect();
    let mut last: BTreeMap<String, Removed> = BTreeMap::new();
    for removed in found {
        // What was removed more than once, and brought back between, counts when it went last.
        let is_later = last
            .get(&removed.was.id)
            .is_none_or(|known| (removed.commit, &removed.path) < (known.commit, &known.path));
        if is_later {
            last.insert(removed.was.id.clone(), removed);
        }
    }
    last.into_values().collect()
}

fn from_file(sight: &Sight<'_, '_>, reader: &Reader<'_>, path: &str, touches: &[Touch]) -> Vec<Removed> {
    let mut removed = Vec::new();
    let mut texts = Texts { reader, last: None };
    for touch in touches.iter().filter(|touch| !sight.is_early(touch.commit)) {
        for parent in &reader.history.commit(touch.commit).parents {
            let Some(blob) = reader.blob(path, *parent) else { continue };
            if !texts.lose(sight, touch.blob, blob) {
                continue;
            }
            let after = reader.kept(path, touch.commit);
            let gone = reader.kept(path, *parent).into_iter().filter(|was| {
                sight.documents.find(&was.id).is_none() && after.iter().all(|still| still.id != was.id)
            });
            removed.extend(gone.map(|was| Removed { was, path: path.to_owned(), commit: touch.commit }));
        }
    }
    removed
}

/// The bytes of versions of one file. Most versions lose nothing, and need not be read as YAML to know that.
struct Texts<'r, 'h> {
    reader: &'r Reader<'h>,
    /// From one version to the next one below, each is asked for twice.
    last: Option<(Blob, Vec<u8>)>,
}

impl Texts<'_, '_> {
    /// Whether some id stands in what was, and neither in what is now nor in a document of today.
    fn lose(&mut self, sight: &Sight<'_, '_>, now: Option<Blob>, was: Blob) -> bool {
        let now = now.map(|blob| self.bytes(blob)).unwrap_or_default();
        let still: HashSet<&[u8]> = ids(&now).collect();
        let was_bytes = self.bytes(was);
        let lost = ids(&was_bytes).any(|id| {
            !still.contains(id) && std::str::from_utf8(id).is_ok_and(|id| sight.documents.find(id).is_none())
        });
        self.last = Some((was, was_bytes));
        lost
    }

    fn bytes(&mut self, blob: Blob) -> Vec<u8> {
        match self.last.take_if(|(known, _)| *known == blob) {
            Some((_, bytes)) => bytes,
            None => self.reader.history.past.bytes(&blob).unwrap_or_default(),
        }
    }
}

/// What stands behind a key that may be `id`, and some more: rather too much than too little.
fn ids(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    memmem::find_iter(text, b"id").filter_map(|at| {
        let begins = at == 0 || !is_part_of_a_name(text[at - 1]);
        let rest = text[at + 2..].trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let value = rest.trim_ascii_start().strip_prefix(b":").filter(|_| begins)?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| !is_part_of_a_name(*byte)).unwrap_or(value.len());
        (end > 0).then(|| &value[..end])
    })
}

/// Whether a byte may stand in an id, or in the name of a key.
fn is_part_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_seen_in_every_style() {
        let text = "id: POL-1\n- {title: T, id: RSK-2, x: 1}\n- \"id\" : 'R.3'\n  id:\n    \"A_4\"\nvalid: NO-5\nids: NO-6\n";
        let seen: Vec<&str> = ids(text.as_bytes()).map(|id| std::str::from_utf8(id).unwrap()).collect();
        assert_eq!(seen, ["POL-1", "RSK-2", "R.3", "A_4"]);
    }
}
