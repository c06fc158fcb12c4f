//! The next id of a type: as those that there are, one further.

use std::collections::BTreeMap;

use crate::{
    corpus::Documents,
    model::{Category, RecordType},
};

/// An id that ends in a number: what stands before it, the number, and how many digits it has at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbered<'i> {
    before: &'i str,
    number: u64,
    digits: usize,
}

impl<'i> Numbered<'i> {
    fn of(id: &'i str) -> Option<Self> {
        let before = id.trim_end_matches(|character: char| character.is_ascii_digit());
        let digits = &id[before.len()..];
        Some(Self { before, number: digits.parse().ok()?, digits: digits.len() })
    }
}

/// The ids that there are, and those that are given to new documents.
#[derive(Clone, Debug)]
pub struct Ids {
    of_type: BTreeMap<String, Vec<String>>,
    all: Vec<String>,
    year: i32,
}

impl Ids {
    /// Those of documents; new ones are of a year.
    pub fn of(documents: &Documents<'_>, year: i32) -> Self {
        let mut ids = Self { of_type: BTreeMap::new(), all: Vec::new(), year };
        ids.all.extend(documents.ids().map(|(id, _)| id.to_owned()));
        for document in documents {
            if let (Some(record_type), Some((id, _))) = (document.record_type, document.id()) {
                ids.of_type.entry(record_type.id.clone()).or_default().push(id.to_owned());
            }
        }
        ids
    }

    /// Whether an id is taken, be it in other letters.
    pub fn has(&self, id: &str) -> bool {
        self.all.iter().any(|known| known.eq_ignore_ascii_case(id))
    }

    /// Takes an id.
    pub fn take(&mut self, record_type: &RecordType, id: &str) {
        self.of_type.entry(record_type.id.clone()).or_default().push(id.to_owned());
        self.all.push(id.to_owned());
    }

    /// The next one for a type, which is taken from then on.
    pub fn next(&mut self, record_type: &RecordType) -> String {
        let of_type = self.of_type.get(&record_type.id).map(Vec::as_slice).unwrap_or_default();
        let id = next_of(of_type, &self.all, record_type, self.year);
        self.take(record_type, &id);
        id
    }
}

/// The id for a new document of a type: one more than the highest of those that are written like the last of its type
/// or, if there is none, like that of the example. In a series by years, the year is the one that is given.
fn next_of(of_type: &[String], all: &[String], record_type: &RecordType, year: i32) -> String {
    let last = of_type.iter().filter_map(|id| Numbered::of(id)).max_by_key(|id| (id.number, id.before));
    let example = example_id(record_type);
    let (before, digits) = match (last, Numbered::of(&example)) {
        (Some(last), _) => (last.before.to_owned(), last.digits),
        (None, Some(example)) => (example.before.to_owned(), example.digits),
        (None, None) => (format!("{example}-"), 3),
    };
    let before = this_year(&before, year);
    // A number by itself is the year of what there is once a year.
    let is_year = |id: &Numbered<'_>| id.digits == 4 && (2000..2100).contains(&id.number);
    let taken = all.iter().filter_map(|id| Numbered::of(id));
    let taken = taken.filter(|id| id.before.eq_ignore_ascii_case(&before)).map(|id| id.number).max();
    let number = match (taken, Numbered::of(&example).filter(is_year)) {
        (Some(taken), _) => taken.saturating_add(1),
        (None, Some(_)) => u64::try_from(year).unwrap_or(1),
        (None, None) => 1,
    };
    format!("{before}{number:0digits$}")
}

/// The id in the smallest example of a type, or one that is made of its name.
fn example_id(record_type: &RecordType) -> String {
    let written = record_type.smallest.lines().find_map(|line| line.trim_start().strip_prefix("id: "));
    written.map_or_else(
        || {
            let letters = record_type.id.chars().filter(char::is_ascii_alphabetic).take(3);
            let letters: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
            format!(
                "{letters}-{:0>width$}",
                1,
                width = if record_type.category == Category::Record { 4 } else { 3 }
            )
        },
        |id| id.trim().trim_matches(['"', '\'']).to_owned(),
    )
}

/// A beginning such as `AUD-2026-`, of this year.
fn this_year(before: &str, year: i32) -> String {
    let is_year =
        |part: &str| part.len() == 4 && part.starts_with("20") && part.bytes().all(|b| b.is_ascii_digit());
    let parts = before.split('-').map(|part| if is_year(part) { year.to_string() } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        catalog::Catalog,
        corpus,
        model::{Content, File, Snapshot},
        text::Source,
        yaml::Limits,
    };

    fn next(text: &str, name: &str) -> String {
        let content = Content::Text(Arc::new(Source::new("a.yaml", text)));
        let snapshot =
            Snapshot { files: vec![File { path: "a.yaml".to_owned(), content }], ..Snapshot::default() };
        let corpus = corpus::read(&snapshot, &Limits::default());
        let catalog = Catalog::embedded();
        let documents = Documents::of(&corpus, &catalog);
        Ids::of(&documents, 2027).next(catalog.record_type(name).unwrap())
    }

    #[test]
    fn the_first_is_written_like_the_example() {
        assert_eq!(next("", "risk"), "RSK-001");
        assert_eq!(next("", "incident"), "INC-0001");
        assert_eq!(next("", "internal-audit-plan"), "AUD-2027-01");
        assert_eq!(next("", "internal-audit-programme"), "AUP-2027");
        assert_eq!(next("", "availability-measurement"), "AVM-2027-04-SVC-001");
    }

    #[test]
    fn the_next_is_one_more_than_the_highest_of_its_series() {
        let risks = "collection: risk\nentries:\n- {id: R9, title: a}\n- {id: R10, title: b}\n";
        assert_eq!(next(risks, "risk"), "R11");
        let policies = "type: service-management-policy\nid: POL-007\ntitle: a\nstatus: draft\n";
        assert_eq!(next(policies, "change-management-policy"), "POL-008", "types may share a series");
        let lower = "type: role\nid: pol-007\ntitle: a\n";
        assert_eq!(next(lower, "change-management-policy"), "POL-008", "ids are unique when case is folded");
    }
}
