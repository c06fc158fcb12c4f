//! Where a new document goes: `schemas/scaffold/places.yaml`.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

use super::{embedded, file::load};
use crate::{
    model::{Category, RecordType},
    text::Source,
};

/// Where new documents go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// What a management system begins with.
    pub first: First,
    otherwise: Otherwise,
    folders: BTreeMap<String, Vec<String>>,
}

/// The file that a person fills in the first hour.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// The file.
    pub file: String,
    /// The types that it has room for.
    pub types: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Otherwise {
    document: String,
    register: String,
    record: String,
}

impl Places {
    /// The folder for documents of a type.
    pub fn folder(&self, record_type: &RecordType) -> &str {
        let named = self.folders.iter().find(|(_, types)| types.contains(&record_type.id));
        named.map_or(
            match record_type.category {
                Category::Document => &self.otherwise.document,
                Category::Register => &self.otherwise.register,
                Category::Record => &self.otherwise.record,
            },
            |(folder, _)| folder,
        )
    }

    /// The file for one document of a type. There are many records of one type, and few of anything else.
    pub fn file(&self, record_type: &RecordType, id: &str) -> String {
        let folder = self.folder(record_type);
        match record_type.category {
            Category::Record => format!("{folder}/{}/{id}.yaml", record_type.id),
            Category::Document | Category::Register => format!("{folder}/{id}.yaml"),
        }
    }
}

/// The places, read when somebody first asks.
pub fn places() -> &'static Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    PLACES.get_or_init(|| {
        let (path, text) = embedded("scaffold/").next().expect("the places are embedded");
        let read = load::<Places>(Arc::new(Source::new(path, text)));
        read.unwrap_or_else(|mistake| panic!("schemas/{mistake}")).content
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_type_that_has_a_place_is_one() {
        let (catalog, places) = (Catalog::embedded(), places());
        let named = places.folders.values().flatten().chain(&places.first.types);
        let unknown: Vec<&String> = named.filter(|name| !catalog.knows(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let mut once: Vec<&String> = places.folders.values().flatten().collect();
        let count = once.len();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), count, "no type goes to two places");
    }

    #[test]
    fn a_type_of_ones_own_goes_where_its_category_goes() {
        let catalog = Catalog::embedded();
        let folder = |name: &str| places().folder(catalog.record_type(name).unwrap());
        assert_eq!(
            [folder("procedure"), folder("risk"), folder("capacity-plan"), folder("management-review")],
            ["procedures", "registers", "plans", "records"]
        );
    }
}
