//! The knowledge in `schemas/`, embedded in the binary and read when it is first asked for, and the
//! record types of the organization's own beside it.

mod file;
mod own;
mod rules;
mod schema;
mod types;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    model::{Category, File, Mistake, RecordType},
    text::Source,
};

pub use rules::{rule, rules};

/// Path below `schemas/` and text of every embedded file, sorted by path.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The embedded files of one folder of `schemas/`.
fn embedded(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}

/// The record types there are for a management system.
#[derive(Debug)]
pub struct Catalog {
    types: BTreeMap<String, Entry>,
    register: OnceLock<RecordType>,
}

/// A record type, composed when somebody asks for it.
#[derive(Debug)]
struct Entry {
    source: Text,
    read: OnceLock<RecordType>,
}

#[derive(Debug)]
enum Text {
    /// In the binary: path below `schemas/`, and text.
    Embedded(&'static str, &'static str),
    /// Of the organization's own.
    Own(Arc<Source>),
}

impl Catalog {
    /// The types that everybody has.
    pub fn embedded() -> Self {
        let name = |path: &str| path.trim_start_matches("types/").trim_end_matches(".yaml").to_owned();
        let types = embedded("types/").map(|(path, text)| {
            let source = Text::Embedded(path, text);
            (name(path), Entry { source, read: OnceLock::new() })
        });
        Self { types: types.collect(), register: OnceLock::new() }
    }

    /// These, and the organization's own: the files of `probity/types/`.
    ///
    /// # Errors
    ///
    /// With what is wrong in each file.
    pub fn with_own(files: &[File]) -> Result<Self, Vec<Mistake>> {
        let mut catalog = Self::embedded();
        own::add(&mut catalog, files)?;
        Ok(catalog)
    }

    /// The ids of all record types, in order.
    pub fn type_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// Whether there is a record type of this id.
    pub fn knows(&self, id: &str) -> bool {
        self.types.contains_key(id)
    }

    /// The record type with an id.
    pub fn record_type(&self, id: &str) -> Option<&RecordType> {
        let (id, entry) = self.types.get_key_value(id)?;
        Some(entry.read.get_or_init(|| {
            let source = match &entry.source {
                Text::Embedded(path, text) => Arc::new(Source::new(*path, *text)),
                Text::Own(source) => Arc::clone(source),
            };
            types::compose(self, id, source, None).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
        }))
    }

    /// All record types, in the order of ids.
    pub fn record_types(&self) -> impl Iterator<Item = &RecordType> {
        self.type_ids().filter_map(|id| self.record_type(id))
    }

    /// What the list itself of a collection holds, as a controlled document: the common parts alone.
    pub fn register(&self) -> &RecordType {
        self.register.get_or_init(|| {
            let source = Arc::new(Source::new("register", types::REGISTER));
            types::compose(self, "register", source, None)
                .unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
        })
    }
}

/// The fields that every type of a category has.
pub fn shared_fields(category: Category) -> &'static [String] {
    types::shared_fields(category)
}
