//! What the names and titles of files tell of what they are: `schemas/intake/words.yaml`.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

use super::{embedded, file::load};
use crate::text::Source;

/// What a file is, and the phrases that tell so.
#[derive(Debug, Deserialize)]
#[serde(from = "Entry")]
pub struct Named {
    /// The record type.
    pub record_type: String,
    /// What a procedure is for.
    pub covers: Option<String>,
    /// The clause, where it is another than the first of the type.
    pub clause: Option<String>,
    /// The phrases by language.
    pub phrases: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "type")]
    record_type: String,
    covers: Option<String>,
    clause: Option<String>,
    en: Vec<String>,
    de: Vec<String>,
}

impl From<Entry> for Named {
    fn from(Entry { record_type, covers, clause, en, de }: Entry) -> Self {
        let phrases = BTreeMap::from([("en".to_owned(), en), ("de".to_owned(), de)]);
        Self { record_type, covers, clause, phrases }
    }
}

/// The words, read when somebody first asks.
pub fn named() -> &'static [Named] {
    static NAMED: OnceLock<Vec<Named>> = OnceLock::new();
    NAMED.get_or_init(|| {
        let (path, text) = embedded("intake/").next().expect("the words are embedded");
        let read = load::<Vec<Named>>(Arc::new(Source::new(path, text)));
        read.unwrap_or_else(|mistake| panic!("schemas/{mistake}")).content
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn what_the_words_stand_for_is_there() {
        let catalog = Catalog::embedded();
        for Named { record_type, covers, clause, phrases } in named() {
            let found = catalog.record_type(record_type).unwrap_or_else(|| panic!("no type {record_type}"));
            if let Some(covers) = covers {
                let field = found.shape.at("covers").unwrap();
                assert!(field.values.contains(covers), "{covers}");
            }
            let clause = clause.as_ref().or(found.clauses.first()).unwrap();
            assert!(catalog.standard().clause(clause).is_some(), "{clause}");
            assert!(
                phrases.values().flatten().all(|phrase| *phrase == phrase.to_lowercase()),
                "{record_type}"
            );
        }
    }
}
