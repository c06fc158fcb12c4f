//! Record types as they are written, and how one is composed: what its own file says, the parts of its
//! category, and what the organization adds.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, Ordered, load},
    schema::{SchemaFile, checked, unknown},
};
use crate::{
    model::{
        Basis, Category, Complete, Condition, Counted, Expected, Format, Home, Kind, Mistake, NeededBy,
        RecordType, Schema,
    },
    text::{Source, quoted},
};

/// The part that every type has.
const COMMON: &str = "common";

/// What the list itself of a collection is.
pub(super) const REGISTER: &str = "\
title: Register
category: document
describes: A list as a controlled document
properties: {}
examples:
  smallest: |
    collection: role
    register: {id: REG-001, title: Roles, status: draft}
    entries: []
  full: |
    collection: role
    register: {id: REG-001, title: Roles, status: draft, version: '1.0'}
    entries: []
";

/// A record type as its file says it. What may be left out, an organization's own type mostly does;
/// tests hold that the embedded ones say all of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeFile {
    title: String,
    category: Category,
    describes: String,
    #[serde(default)]
    clauses: Vec<String>,
    #[serde(default = "in_the_repository")]
    home: Home,
    #[serde(default = "at_no_stage")]
    needed_by: NeededBy,
    #[serde(default = "if_wanted")]
    expected: Expected,
    properties: Ordered<SchemaFile>,
    /// Common fields that tell, in this type, who somebody is.
    #[serde(default)]
    personal: Vec<Spanned<String>>,
    #[serde(default)]
    settled: Conditions,
    #[serde(default)]
    ended: Conditions,
    #[serde(default)]
    complete: Vec<CompleteFile>,
    counted: Option<CountedFile>,
    #[serde(default)]
    auditor_test: String,
    #[serde(default)]
    examples: Examples,
}

fn in_the_repository() -> Home {
    Home::Repository
}

fn at_no_stage() -> NeededBy {
    NeededBy::Neither
}

fn if_wanted() -> Expected {
    Expected::Optional
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    smallest: String,
    full: String,
}

/// Fields that several types have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartFile {
    properties: Ordered<SchemaFile>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    settled: Conditions,
    #[serde(default)]
    ended: Conditions,
    #[serde(default)]
    complete: Vec<CompleteFile>,
}

/// What an organization adds to a type that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtensionFile {
    /// The type, which is also the name of the file.
    pub(super) extends: Spanned<String>,
    #[serde(default)]
    properties: Ordered<SchemaFile>,
    #[serde(default)]
    complete: Vec<CompleteFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompleteFile {
    basis: Basis,
    fields: Vec<Spanned<String>>,
    #[serde(default)]
    when: Conditions,
    #[serde(default)]
    unless: Conditions,
    #[serde(default)]
    or_in_text: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountedFile {
    begins: Spanned<String>,
    ends: Option<Spanned<String>>,
    #[serde(default)]
    by: Vec<Spanned<String>>,
}

type Conditions = Ordered<Vec<Spanned<String>>>;

fn part(name: &str) -> Result<Loaded<PartFile>, Mistake> {
    let path = format!("parts/{name}.yaml");
    let text = embedded("parts/").find(|(file, _)| *file == path).map_or("", |(_, text)| text);
    load(Arc::new(Source::new(path, text)))
}

/// The fields that every type of a category has.
pub(super) fn shared_fields(category: Category) -> &'static [String] {
    static SHARED: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| {
        let names = |name: &str| {
            let part = part(name).unwrap_or_else(|mistake| panic!("schemas/{mistake}"));
            part.content.properties.0.into_iter().map(|(field, _)| field.into_inner()).collect::<Vec<_>>()
        };
        let categories =
            [Category::Document, Category::Register, Category::Record].map(|category| category.to_string());
        categories
            .into_iter()
            .map(|category| (category.clone(), [names(COMMON), names(&category)].concat()))
            .collect()
    });
    shared.get(&category.to_string()).map_or(&[], Vec::as_slice)
}

/// The fields that every type has.
pub(super) fn common_fields() -> &'static [String] {
    static COMMON_FIELDS: OnceLock<Vec<String>> = OnceLock::new();
    COMMON_FIELDS.get_or_init(|| {
        let part = part(COMMON).unwrap_or_else(|mistake| panic!("schemas/{mistake}"));
        part.content.properties.0.into_iter().map(|(field, _)| field.into_inner()).collect()
    })
}

/// What of a type is put together from several files.
struct Composed<'c> {
    catalog: &'c Catalog,
    shape: Schema,
    settled: Vec<Condition>,
    ended: Vec<Condition>,
    complete: Vec<Complete>,
}

/// Joins a type with the parts of its category, and with what the organization adds to it.
pub(super) fn compose(
    catalog: &Catalog,
    id: &str,
    source: Arc<Source>,
    extension: Option<&Loaded<ExtensionFile>>,
) -> Result<RecordType, Mistake> {
    const IDENTITY: [&str; 5] = ["type", "id", "title", "status", "version"];
    let file: Loaded<TypeFile> = load(source)?;
    let [common, category] = [part(COMMON)?, part(&file.content.category.to_string())?];
    let shape = Schema {
        title: file.content.title.clone(),
        description: file.content.describes.clone(),
        ..Schema::default()
    };
    let mut composed =
        Composed { catalog, shape, settled: Vec::new(), ended: Vec::new(), complete: Vec::new() };
    composed.add_fields(&common, &common.content.properties)?;
    composed.add_fields(&file, &file.content.properties)?;
    if let Some(extension) = extension {
        composed.add_fields(extension, &extension.content.properties)?;
    }
    composed.add_fields(&category, &category.content.properties)?;
    let required = [&common, &category].into_iter().flat_map(|part| part.content.required.iter().cloned());
    composed.shape.required.extend(required);
    // Identity first, then what the type is about, then how it is kept.
    composed.shape.fields.sort_by_key(|(name, _)| {
        let of_common = common.content.properties.0.iter().any(|(field, _)| field.as_ref() == name);
        let identity = IDENTITY.iter().position(|known| known == name).unwrap_or(IDENTITY.len());
        (identity, of_common)
    });
    for name in &file.content.personal {
        match composed.shape.fields.iter_mut().find(|(field, _)| field == name.as_ref()) {
            Some((_, field)) => field.personal = true,
            None => return Err(composed.unknown_field(&file, name)),
        }
    }
    for part in [&common, &category] {
        composed.add_conditions(part, &part.content.settled, &part.content.ended, &part.content.complete)?;
    }
    // What assessors write for themselves, no clause asks to be controlled.
    if file.content.expected == Expected::WorkingPaper {
        composed.complete.iter_mut().for_each(|group| group.basis = group.basis.max(Basis::Practice));
    }
    let TypeFile { settled, ended, complete, .. } = &file.content;
    composed.add_conditions(&file, settled, ended, complete)?;
    if let Some(extension) = extension {
        let none = Conditions::default();
        composed.add_conditions(extension, &none, &none, &extension.content.complete)?;
    }
    let counted =
        file.content.counted.as_ref().map(|counted| composed.counted(&file, counted)).transpose()?;
    let Composed { shape, settled, ended, complete, .. } = composed;
    let TypeFile {
        title,
        category,
        describes,
        clauses,
        home,
        needed_by,
        expected,
        auditor_test,
        examples,
        ..
    } = file.content;
    let Examples { smallest, full } = examples;
    Ok(RecordType {
        id: id.to_owned(),
        title,
        category,
        describes,
        clauses,
        home,
        needed_by,
        expected,
        shape,
        settled,
        ended,
        complete,
        counted,
        auditor_test,
        smallest,
        full,
        own: extension.map(|extension| extension.source.name().to_owned()),
    })
}

impl Composed<'_> {
    fn add_fields<T>(&mut self, file: &Loaded<T>, fields: &Ordered<SchemaFile>) -> Result<(), Mistake> {
        for (name, schema) in &fields.0 {
            let field = quoted(name.as_ref());
            if self.shape.fields.iter().any(|(known, _)| known == name.as_ref()) {
                return Err(file.mistake(name, format!("there is a field {field} already")));
            }
            if schema.title.is_empty() || schema.description.is_empty() {
                return Err(file.mistake(name, format!("field {field} lacks its title or description")));
            }
            self.shape.fields.push((name.as_ref().clone(), checked(self.catalog, file, name, schema)?));
        }
        Ok(())
    }

    fn add_conditions<T>(
        &mut self,
        file: &Loaded<T>,
        settled: &Conditions,
        ended: &Conditions,
        complete: &[CompleteFile],
    ) -> Result<(), Mistake> {
        self.settled.extend(self.conditions(file, settled)?);
        self.ended.extend(self.conditions(file, ended)?);
        for group in complete {
            if let Some(field) = group.fields.iter().find(|field| self.shape.at(field.as_ref()).is_none()) {
                return Err(self.unknown_field(file, field));
            }
            self.complete.push(Complete {
                basis: group.basis,
                fields: group.fields.iter().map(|field| field.as_ref().clone()).collect(),
                when: self.conditions(file, &group.when)?,
                unless: self.conditions(file, &group.unless)?,
                or_in_text: group.or_in_text,
            });
        }
        Ok(())
    }

    fn counted<T>(&self, file: &Loaded<T>, counted: &CountedFile) -> Result<Counted, Mistake> {
        for date in [Some(&counted.begins), counted.ends.as_ref()].into_iter().flatten() {
            let format = self.shape.at(date.as_ref()).and_then(|schema| schema.format);
            if !matches!(format, Some(Format::Date | Format::DateTime)) {
                let message = format!("{} is no field with a date", quoted(date.as_ref()));
                return Err(file.mistake(date, message));
            }
        }
        if let Some(field) = counted.by.iter().find(|field| self.shape.at(field.as_ref()).is_none()) {
            return Err(self.unknown_field(file, field));
        }
        Ok(Counted {
            begins: counted.begins.as_ref().clone(),
            ends: counted.ends.as_ref().map(|field| field.as_ref().clone()),
            by: counted.by.iter().map(|field| field.as_ref().clone()).collect(),
        })
    }

    fn conditions<T>(&self, file: &Loaded<T>, written: &Conditions) -> Result<Vec<Condition>, Mistake> {
        let mut conditions = Vec::new();
        for (field, values) in &written.0 {
            let Some(schema) = self.shape.at(field.as_ref()) else {
                return Err(self.unknown_field(file, field));
            };
            let possible: Vec<&str> = match schema.kind {
                Kind::Truth => vec!["true", "false"],
                Kind::Text | Kind::Number | Kind::Integer | Kind::List | Kind::Object => {
                    schema.values.iter().map(String::as_str).collect()
                }
            };
            let wrong = values.iter().find(|value| !possible.contains(&value.as_ref().as_str()));
            if let Some(value) = wrong.filter(|_| !possible.is_empty()) {
                return Err(unknown(file, value, "value", value.as_ref(), possible));
            }
            let values = values.iter().map(|value| value.as_ref().clone()).collect();
            conditions.push(Condition { field: field.as_ref().clone(), values });
        }
        Ok(conditions)
    }

    fn unknown_field<T>(&self, file: &Loaded<T>, field: &Spanned<String>) -> Mistake {
        let known = self.shape.fields.iter().map(|(name, _)| name.as_str());
        unknown(file, field, "field", field.as_ref(), known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
title: Test
category: register
describes: A type for tests.
clauses: []
home: repo
needed_by: none
expected: optional
properties:
  state: {title: State, description: Where it stands, type: string, enum: [open, closed]}
  count: {title: Count, description: How many, type: integer, minimum: 0}
settled: {state: [closed]}
complete:
  - {basis: practice, fields: [count], when: {state: [closed]}}
auditor_test: Look
examples: {smallest: 'id: T', full: 'id: T'}
";

    fn composed(text: &str) -> Result<RecordType, Mistake> {
        compose(&Catalog::embedded(), "test", Arc::new(Source::new("types/test.yaml", text)), None)
    }

    fn told(good: &str, bad: &str) -> String {
        assert!(GOOD.contains(good), "{good}");
        composed(&GOOD.replace(good, bad)).unwrap_err().to_string()
    }

    #[test]
    fn every_type_can_be_read() {
        let catalog = Catalog::embedded();
        let mistakes: Vec<String> = embedded("types/")
            .filter_map(|(path, text)| compose(&catalog, path, Arc::new(Source::new(path, text)), None).err())
            .map(|mistake| mistake.to_string())
            .collect();
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
        assert!(catalog.type_ids().len() >= 89);
    }

    #[test]
    fn every_type_that_everybody_has_says_all_there_is_to_say() {
        for record_type in Catalog::embedded().record_types() {
            let RecordType { id, auditor_test, smallest, full, complete, .. } = record_type;
            assert!(
                !auditor_test.is_empty() && !smallest.is_empty() && !full.is_empty() && !complete.is_empty(),
                "{id}"
            );
            let evidences = matches!(record_type.expected, Expected::Always | Expected::IfEvent);
            assert!(
                !evidences || !record_type.clauses.is_empty() || id == "nil-return" || id == "extract",
                "{id}"
            );
        }
    }

    #[test]
    fn a_register_is_a_document_without_content_of_its_own() {
        let catalog = Catalog::embedded();
        let register = catalog.register();
        assert!(register.smallest.starts_with("collection: role\nregister: {id: REG-001"));
        let fields = &register.shape.fields;
        assert!(
            fields.iter().any(|(name, _)| name == "approval")
                && fields.iter().any(|(name, _)| name == "owner")
        );
        assert_eq!(register.shape.required, ["type", "id", "title", "status"]);
    }

    #[test]
    fn a_type_has_the_fields_of_its_category_and_its_own() {
        let test = composed(GOOD).unwrap();
        let names: Vec<&str> = test.shape.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[..5], ["type", "id", "title", "state", "count"]);
        assert!(names.contains(&"reviewed_on") && names.contains(&"owner"));
        assert_eq!(test.shape.required, ["type", "id", "title"]);
    }

    #[test]
    fn mistakes_have_places() {
        assert_eq!(told("minimum: 0", "minimun: 0").split(": ").next(), Some("types/test.yaml:10:63"));
        assert!(
            told("type: integer, minimum: 0", "type: string, minimum: 0")
                .contains("10:54: minimum and maximum")
        );
        assert_eq!(
            told("fields: [count]", "fields: [cuont]"),
            "types/test.yaml:13:32: there is no field `cuont`; did you mean `count`?"
        );
        assert_eq!(
            told("when: {state: [closed]}", "when: {state: [closd]}"),
            "types/test.yaml:13:55: there is no value `closd`; did you mean `closed`?"
        );
        assert!(
            told("  count: {title: Count", "  owner: {title: Count")
                .contains("10:3: there is a field `owner` already")
        );
        assert!(told("description: How many, ", "").contains("10:3: field `count` lacks"));
        assert!(
            told("category: register", "category: list")
                .contains("2:11: there is no value `list` here; it is one of")
        );
        assert!(
            told("type: integer, minimum: 0", "type: string, x-ref: [rol]").contains("did you mean `role`?")
        );
    }
}
