//! Keys that a mapping holds twice.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    problem::{Problem, ProblemKind},
    tree::{Shape, Stream},
};
use crate::text::quoted;

/// Up to so many keys, comparing each with each costs less than hashing.
const FEW: usize = 8;

impl Stream {
    /// The keys that the mapping that ends the tree so far holds twice, first and again.
    pub(super) fn duplicate_keys(&self, mapping: usize) -> Vec<(usize, usize)> {
        let keys = self.keys(mapping);
        let mut twice = Vec::new();
        if keys.len() <= FEW {
            for (position, key) in keys.iter().enumerate().skip(1) {
                let name = self.key_name(*key);
                let earlier = keys[..position].iter().find(|earlier| self.key_name(**earlier) == name);
                twice.extend(earlier.filter(|_| name.is_some()).map(|first| (*first, *key)));
            }
        } else {
            let mut seen = HashMap::with_capacity(keys.len());
            for key in keys {
                let Some(name) = self.key_name(key) else { continue };
                match seen.entry(name) {
                    Entry::Occupied(first) => twice.push((*first.get(), key)),
                    Entry::Vacant(place) => {
                        place.insert(key);
                    }
                }
            }
        }
        twice
    }

    fn keys(&self, mapping: usize) -> Vec<usize> {
        let mut keys = Vec::new();
        let mut key = mapping + 1;
        while key < self.nodes.len() {
            keys.push(key);
            let value = self.nodes[key].after as usize;
            key = self.nodes.get(value).map_or(self.nodes.len(), |value| value.after as usize);
        }
        keys
    }

    /// What makes a key the same as another: its text, and whether it merges.
    fn key_name(&self, key: usize) -> Option<(bool, &str)> {
        let raw = &self.nodes[key];
        let raw = if raw.shape == Shape::Alias { &self.nodes[raw.data as usize] } else { raw };
        let merges = raw.shape == Shape::MergeKey;
        (merges || matches!(raw.shape, Shape::Scalar(_))).then(|| (merges, self.scalar_text(raw)))
    }

    /// What is wrong with a key that stands twice.
    pub(super) fn duplicate(&self, first: usize, again: usize) -> Problem {
        let (merges, name) = self.key_name(again).unwrap_or_default();
        let help = if merges {
            "merge several at once: `<<: [*a, *b]`"
        } else {
            "keep one of the two; readers disagree about which one counts"
        };
        let message = format!("key {} stands twice in one mapping", quoted(name));
        Problem::new(ProblemKind::DuplicateKey, self.nodes[again].span, message)
            .label("again here")
            .related(self.nodes[first].span, "first here")
            .help(help)
            .fact("key", name)
    }
}
