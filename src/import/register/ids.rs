//! Ids for documents that have none yet.

use std::collections::HashSet;

use crate::model::RecordType;

/// Gives the next free id, in the pattern that most of those have that there are.
pub(super) struct Ids {
    taken: HashSet<String>,
    stem: String,
    digits: usize,
    next: u64,
}

impl Ids {
    /// `all` are the ids of all documents, `own` those of the type.
    pub(super) fn new<'i>(
        all: impl Iterator<Item = &'i str>,
        own: impl Iterator<Item = &'i str>,
        record_type: &RecordType,
    ) -> Self {
        let own: Vec<(&str, &str)> = own.filter_map(parted).collect();
        let many = |stem: &str| own.iter().filter(|(known, _)| *known == stem).count();
        // Of two with as many, the later one.
        let stem = own.iter().map(|(stem, _)| *stem).max_by_key(|stem| (many(stem), *stem));
        let line = record_type.smallest.lines().find_map(|line| line.strip_prefix("id: "));
        let first = line.map(str::trim).and_then(parted);
        let of_stem = own.iter().filter(|(known, _)| Some(*known) == stem);
        let last = of_stem.clone().filter_map(|(_, number)| number.parse::<u64>().ok()).max();
        let digits = of_stem.map(|(_, number)| number.len()).max();
        let stem = stem.or(first.map(|(stem, _)| stem)).unwrap_or(&record_type.id).to_owned();
        let (stem, digits) = match (digits, first) {
            (Some(digits), _) => (stem, digits),
            (None, Some((_, number))) => (stem, number.len()),
            (None, None) => (stem + "-", 3),
        };
        let taken = all.map(str::to_lowercase).collect();
        Self { taken, stem, digits, next: last.map_or(1, |last| last.saturating_add(1)) }
    }

    /// Takes an id, unless it is taken. Capital letters make no other.
    pub(super) fn take(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_lowercase())
    }

    pub(super) fn next(&mut self) -> String {
        loop {
            let id = format!("{}{:0digits$}", self.stem, self.next, digits = self.digits);
            self.next = self.next.saturating_add(1);
            if self.take(&id) {
                return id;
            }
        }
    }
}

/// An id as what stands before its number, and the number.
fn parted(id: &str) -> Option<(&str, &str)> {
    let stem = id.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = &id[stem.len()..];
    (!number.is_empty() && number.len() < 18).then_some((stem, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_next_id_goes_on_as_most_do() {
        let catalog = Catalog::embedded();
        let risk = catalog.record_type("risk").unwrap();
        let next = |own: &[&str], other: &[&str]| {
            let all = own.iter().chain(other).copied();
            let mut ids = Ids::new(all, own.iter().copied(), risk);
            [ids.next(), ids.next()]
        };
        assert_eq!(next(&[], &[]), ["RSK-001", "RSK-002"]);
        assert_eq!(next(&["RSK-009", "RSK-003", "X7"], &["rsk-011"]), ["RSK-010", "RSK-012"]);
        assert_eq!(next(&["R.2026.99"], &[]), ["R.2026.100", "R.2026.101"]);
        assert_eq!(next(&["main"], &[]), ["RSK-001", "RSK-002"]);
    }
}
