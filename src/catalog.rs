//! The knowledge in `schemas/`, embedded in the binary and read when it is first asked for, and what the
//! organization has of its own beside it: record types, rules, and what it says of the standard.

mod artefacts;
mod confirmed;
mod file;
mod intake;
mod lifecycle;
mod own;
mod profiles;
mod reviews;
mod rules;
mod samples;
mod scaffold;
mod schema;
mod signatures;
mod stages;
mod standard;
mod trails;
mod types;
mod typing;
mod wording;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    expression::{self, Expression},
    model::{Category, Deadline, File, Mistake, RecordType, Rule, Sizes, Standard, Trail, Usual},
    text::{Source, Span},
};

pub use intake::{Named, named};
pub use profiles::plain_name;
pub use rules::{own_values, rule, rules};
pub use scaffold::{First, Places, places};
pub use wording::{Wording, wording};

/// Path below `schemas/` and text of every embedded file, sorted by path.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The embedded files of one folder of `schemas/`.
fn embedded(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}

/// The record types, the rules and the standard there are for a management system.
#[derive(Debug)]
pub struct Catalog {
    types: BTreeMap<String, Entry>,
    register: OnceLock<RecordType>,
    /// The computed rules that everybody has, by what they are about, read when somebody asks.
    rules: BTreeMap<String, OnceLock<Vec<Rule>>>,
    /// The organization's own, by what they are about.
    own_rules: BTreeMap<String, Vec<Rule>>,
    /// The standard with what the organization says of its points, if it says something.
    own_standard: Option<Standard>,
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
        let types: BTreeMap<String, Entry> = types.collect();
        let about = types.keys().map(String::as_str).chain(rules::CATEGORIES);
        let rules = about.map(|name| (name.to_owned(), OnceLock::new())).collect();
        Self { types, register: OnceLock::new(), rules, own_rules: BTreeMap::new(), own_standard: None }
    }

    /// These, and the organization's own: the files of `probity/types/`, `probity/rules/` and
    /// `probity/standard/`.
    ///
    /// # Errors
    ///
    /// With what is wrong in each file.
    pub fn with_own(
        own_types: &[File],
        own_rules: &[File],
        own_standard: &[File],
    ) -> Result<Self, Vec<Mistake>> {
        let mut catalog = Self::embedded();
        own::add_types(&mut catalog, own_types)?;
        own::add_rules(&mut catalog, own_rules)?;
        // Reading the standard takes longer than a check of a small system, so only who needs it waits.
        if !own_standard.is_empty() {
            catalog.own_standard = Some(confirmed::standard(standard::standard(), own_standard)?);
        }
        Ok(catalog)
    }

    /// The computed rules about documents of a type: those of the type, of its category, and of all.
    pub fn rules_of(&self, id: &str) -> impl Iterator<Item = &Rule> {
        let category = self.record_type(id).map(|found| found.category.to_string()).unwrap_or_default();
        let about = [id.to_owned(), category, "any".to_owned()];
        about.into_iter().flat_map(|name| {
            let embedded = self.rules.get(&name).map(|read| read.get_or_init(|| rules::computed(&name)));
            embedded.into_iter().flatten().chain(self.own_rules.get(&name).into_iter().flatten())
        })
    }

    /// Every rule, in the order of ids.
    pub fn rules(&self) -> Vec<&Rule> {
        let mut all: Vec<&Rule> = rules::rules().collect();
        all.extend(self.own_rules.values().flatten());
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// The names of intervals, limits and targets of the organization's own that some rule or some deadline
    /// asks for.
    pub fn own_values(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.rules().into_iter().flat_map(rules::own_values).collect();
        names.extend(self.deadlines().iter().flat_map(lifecycle::own_values));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The rule with an id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        rules::rule(id).or_else(|| self.own_rules.values().flatten().find(|rule| rule.id == id))
    }

    /// What is wrong with the fields, functions and values that the rules of everybody name: nothing, as
    /// a test holds.
    ///
    /// # Errors
    ///
    /// With the first mistake of each file.
    pub fn check_rules(&self) -> Result<usize, Vec<Mistake>> {
        rules::check_embedded(self)
    }

    /// Whether the standard has a point of this id, by itself or with the id of the standard before it.
    pub fn has_point(&self, id: &str) -> bool {
        let id = id.strip_prefix(standard::ID).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id);
        standard::has_point(id)
    }

    /// Whether the standard has an artefact of this name.
    pub fn has_artefact(&self, name: &str) -> bool {
        standard::has_artefact(name)
    }

    /// The standard that is judged by, with what the organization says of its points; read when somebody
    /// first asks.
    pub fn standard(&self) -> &Standard {
        self.own_standard.as_ref().unwrap_or_else(|| standard::standard())
    }

    /// What waits for somebody until a day, read when somebody first asks.
    pub fn deadlines(&self) -> &'static [Deadline] {
        lifecycle::deadlines()
    }

    /// How many records are usually read, by how many there are.
    pub fn sizes(&self) -> &'static Sizes {
        samples::sizes()
    }

    /// The records of a type that auditors usually add to a draw.
    pub fn usual(&self, record_type: &str) -> impl Iterator<Item = &'static Usual> {
        samples::usual().iter().filter(move |usual| usual.record_type == record_type)
    }

    /// The trails that auditors follow, in the order of their names.
    pub fn trails(&self) -> &'static [Trail] {
        trails::trails()
    }

    /// A condition about `self`, a document of a type, as somebody gave it; `origin` is what it is called.
    ///
    /// # Errors
    ///
    /// If it is no condition, or names a field or a function that there is not.
    pub fn condition(&self, origin: &str, record_type: &str, text: &str) -> Result<Expression, Mistake> {
        let mistake = |span: Span, message: String, help: Option<String>| Mistake {
            source: Arc::new(Source::new(origin, text)),
            span,
            message,
            help,
        };
        let condition = expression::parse(text).map_err(|error| mistake(error.span, error.message, None))?;
        typing::check_condition(self, record_type, &condition)
            .map_err(|wrong| mistake(wrong.span, wrong.message, wrong.help))?;
        Ok(condition)
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
