//! The record types: `schemas/types/`, each composed with the parts of its category from
//! `schemas/parts/`, and checked when it is first asked for.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    embedded,
    file::{Loaded, Mistake, OneOrMore, Ordered, load, mistake},
};
use crate::{
    model::{
        Basis, Category, Complete, Condition, DateRole, Expected, Format, Home, Kind, NeededBy, RecordType,
        Schema,
    },
    text::{nearest, quoted},
};

/// The part that every type has.
const COMMON: &str = "common";

static TYPES: OnceLock<BTreeMap<&'static str, (&'static str, OnceLock<RecordType>)>> = OnceLock::new();

/// The ids of all record types, in order.
pub fn type_ids() -> impl ExactSizeIterator<Item = &'static str> {
    all().keys().copied()
}

/// The record type with an id.
pub fn record_type(id: &str) -> Option<&'static RecordType> {
    let (name, (text, read)) = all().get_key_value(id)?;
    Some(read.get_or_init(|| compose(name, text).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))))
}

/// The fields that every type of a category has.
pub fn shared_fields(category: Category) -> Vec<&'static str> {
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
    shared.get(&category.to_string()).into_iter().flatten().map(String::as_str).collect()
}

/// What the list itself of a collection holds, as a controlled document: the common parts alone.
pub fn register() -> &'static RecordType {
    static REGISTER: OnceLock<RecordType> = OnceLock::new();
    REGISTER.get_or_init(|| {
        let text = "{title: Register, category: document, describes: A list as a controlled document, clauses: [], \
            home: repo, needed_by: none, expected: optional, properties: {}, complete: [], auditor_test: '', \
            examples: {smallest: \"collection: role\\nregister: {id: REG-001, title: Roles, status: draft}\\nentries: []\", \
            full: \"collection: role\\nregister: {id: REG-001, title: Roles, status: draft, version: '1.0'}\\nentries: []\"}}";
        compose("register", text).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
    })
}

fn all() -> &'static BTreeMap<&'static str, (&'static str, OnceLock<RecordType>)> {
    TYPES.get_or_init(|| {
        let name = |path: &'static str| path.trim_start_matches("types/").trim_end_matches(".yaml");
        embedded("types/").map(|(path, text)| (name(path), (text, OnceLock::new()))).collect()
    })
}

/// A type as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeFile {
    title: String,
    category: Category,
    describes: String,
    clauses: Vec<String>,
    home: Home,
    needed_by: NeededBy,
    expected: Expected,
    properties: Ordered<SchemaFile>,
    #[serde(default)]
    settled: Ordered<Vec<Spanned<String>>>,
    complete: Vec<CompleteFile>,
    auditor_test: String,
    examples: Examples,
}

#[derive(Debug, Deserialize)]
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
    settled: Ordered<Vec<Spanned<String>>>,
    #[serde(default)]
    complete: Vec<CompleteFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompleteFile {
    basis: Basis,
    fields: Vec<Spanned<String>>,
    #[serde(default)]
    when: Ordered<Vec<Spanned<String>>>,
    #[serde(default)]
    unless: Ordered<Vec<Spanned<String>>>,
}

/// The keywords there are; any other is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(rename = "type")]
    kind: Spanned<Kind>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    items: Option<Box<SchemaFile>>,
    #[serde(default)]
    properties: Ordered<SchemaFile>,
    #[serde(default)]
    required: Vec<Spanned<String>>,
    format: Option<Format>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    #[serde(rename = "minLength")]
    min_length: Option<u64>,
    #[serde(rename = "minItems")]
    min_items: Option<u64>,
    #[serde(default, rename = "x-ref")]
    refers_to: OneOrMore,
    #[serde(default, rename = "x-personal")]
    personal: bool,
    #[serde(rename = "x-date")]
    date: Option<DateRole>,
    #[serde(default, rename = "x-control")]
    control: bool,
    #[serde(default, rename = "x-evidence")]
    evidence: bool,
}

fn part(name: &str) -> Result<Loaded<PartFile>, Mistake> {
    let path = format!("parts/{name}.yaml");
    let text = embedded("parts/").find(|(file, _)| *file == path).map_or("", |(_, text)| text);
    load(&path, text)
}

/// Joins a type with the parts of its category.
fn compose(id: &str, text: &str) -> Result<RecordType, Mistake> {
    const IDENTITY: [&str; 5] = ["type", "id", "title", "status", "version"];
    let file: Loaded<TypeFile> = load(&format!("types/{id}.yaml"), text)?;
    let parts = [part(COMMON)?, part(&file.content.category.to_string())?];
    let mut shape = Schema { title: file.content.title.clone(), ..Schema::default() };
    shape.description.clone_from(&file.content.describes);
    let [common, category] = &parts;
    add_fields(&mut shape, common, &common.content.properties)?;
    add_fields(&mut shape, &file, &file.content.properties)?;
    add_fields(&mut shape, category, &category.content.properties)?;
    shape.required.extend(parts.iter().flat_map(|part| part.content.required.iter().cloned()));
    // Identity first, then what the type is about, then how it is kept.
    shape.fields.sort_by_key(|(name, _)| {
        let of_common = common.content.properties.0.iter().any(|(field, _)| field.as_ref() == name);
        let identity = IDENTITY.iter().position(|known| known == name).unwrap_or(IDENTITY.len());
        (identity, of_common)
    });

    let mut settled = Vec::new();
    let mut complete = Vec::new();
    for part in &parts {
        settled.extend(conditions(part, &shape, &part.content.settled)?);
        complete.extend(completeness(part, &shape, &part.content.complete)?);
    }
    settled.extend(conditions(&file, &shape, &file.content.settled)?);
    complete.extend(completeness(&file, &shape, &file.content.complete)?);
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
        complete,
        auditor_test,
        smallest,
        full,
    })
}

fn add_fields<T>(shape: &mut Schema, file: &Loaded<T>, fields: &Ordered<SchemaFile>) -> Result<(), Mistake> {
    for (name, schema) in &fields.0 {
        if shape.fields.iter().any(|(known, _)| known == name.as_ref()) {
            return Err(
                file.mistake(name, format!("field {} is in a common part already", quoted(name.as_ref())))
            );
        }
        if schema.title.is_empty() || schema.description.is_empty() {
            return Err(
                file.mistake(name, format!("field {} lacks its title or description", quoted(name.as_ref())))
            );
        }
        shape.fields.push((name.as_ref().clone(), checked(file, name, schema)?));
    }
    Ok(())
}

/// A schema whose keywords fit each other.
fn checked<T>(file: &Loaded<T>, name: &Spanned<String>, schema: &SchemaFile) -> Result<Schema, Mistake> {
    let kind = *schema.kind.as_ref();
    let told = |message: &str| mistake(&file.source, schema.kind.span().start, message);
    let number = matches!(kind, Kind::Number | Kind::Integer);
    let text_only = !schema.values.is_empty()
        || schema.format.is_some()
        || schema.min_length.is_some()
        || !schema.refers_to.0.is_empty()
        || schema.evidence;
    if text_only && kind != Kind::Text {
        return Err(told("enum, format, minLength, x-ref and x-evidence belong to a `string`"));
    }
    if (schema.minimum.is_some() || schema.maximum.is_some()) && !number {
        return Err(told("minimum and maximum belong to a number"));
    }
    if (kind == Kind::List) != schema.items.is_some() {
        return Err(told("an `array`, and nothing else, has items"));
    }
    if schema.min_items.is_some() && kind != Kind::List {
        return Err(told("minItems belongs to an `array`"));
    }
    if (kind == Kind::Object) == schema.properties.0.is_empty() {
        return Err(told("an `object`, and nothing else, has properties"));
    }
    let dated = matches!(schema.format, Some(Format::Date | Format::DateTime));
    if dated != schema.date.is_some() {
        return Err(told("a date, and nothing else, has an x-date that says what the day is"));
    }
    for target in &schema.refers_to.0 {
        let target_name = target.as_ref().as_str();
        if target_name != "any" && !all().contains_key(target_name) {
            let at = if target.span().is_empty() { name } else { target };
            return Err(unknown(file, at, "record type", target_name, type_ids()));
        }
    }
    let mut fields = Vec::new();
    for (name, field) in &schema.properties.0 {
        fields.push((name.as_ref().clone(), checked(file, name, field)?));
    }
    for required in &schema.required {
        if !fields.iter().any(|(field, _)| field == required.as_ref()) {
            return Err(unknown(
                file,
                required,
                "field",
                required.as_ref(),
                fields.iter().map(|(name, _)| name.as_str()),
            ));
        }
    }
    Ok(Schema {
        title: schema.title.clone(),
        description: schema.description.clone(),
        kind,
        values: schema.values.clone(),
        items: schema.items.as_deref().map(|items| checked(file, name, items)).transpose()?.map(Box::new),
        fields,
        required: schema.required.iter().map(|name| name.as_ref().clone()).collect(),
        format: schema.format,
        minimum: schema.minimum,
        maximum: schema.maximum,
        min_length: schema.min_length,
        min_items: schema.min_items,
        refers_to: schema.refers_to.0.iter().map(|name| name.as_ref().clone()).collect(),
        personal: schema.personal,
        date: schema.date,
        control: schema.control,
        evidence: schema.evidence,
    })
}

fn completeness<T>(
    file: &Loaded<T>,
    shape: &Schema,
    groups: &[CompleteFile],
) -> Result<Vec<Complete>, Mistake> {
    let mut complete = Vec::new();
    for group in groups {
        for field in &group.fields {
            if shape.at(field.as_ref()).is_none() {
                return Err(unknown_field(file, field, shape));
            }
        }
        complete.push(Complete {
            basis: group.basis,
            fields: group.fields.iter().map(|field| field.as_ref().clone()).collect(),
            when: conditions(file, shape, &group.when)?,
            unless: conditions(file, shape, &group.unless)?,
        });
    }
    Ok(complete)
}

fn conditions<T>(
    file: &Loaded<T>,
    shape: &Schema,
    written: &Ordered<Vec<Spanned<String>>>,
) -> Result<Vec<Condition>, Mistake> {
    let mut conditions = Vec::new();
    for (field, values) in &written.0 {
        let Some(schema) = shape.at(field.as_ref()) else { return Err(unknown_field(file, field, shape)) };
        let possible: Vec<&str> = match schema.kind {
            Kind::Truth => vec!["true", "false"],
            Kind::Text | Kind::Number | Kind::Integer | Kind::List | Kind::Object => {
                schema.values.iter().map(String::as_str).collect()
            }
        };
        for value in values {
            if !possible.is_empty() && !possible.contains(&value.as_ref().as_str()) {
                return Err(unknown(file, value, "value", value.as_ref(), possible));
            }
        }
        let values = values.iter().map(|value| value.as_ref().clone()).collect();
        conditions.push(Condition { field: field.as_ref().clone(), values });
    }
    Ok(conditions)
}

fn unknown_field<T>(file: &Loaded<T>, field: &Spanned<String>, shape: &Schema) -> Mistake {
    unknown(file, field, "field", field.as_ref(), shape.fields.iter().map(|(name, _)| name.as_str()))
}

fn unknown<'a, T>(
    file: &Loaded<T>,
    at: &Spanned<String>,
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Mistake {
    let near = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    file.mistake(at, format!("there is no {what} {}{near}", quoted(name)))
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

    fn told(good: &str, bad: &str) -> String {
        assert!(GOOD.contains(good), "{good}");
        compose("test", &GOOD.replace(good, bad)).unwrap_err().to_string()
    }

    #[test]
    fn every_type_can_be_read() {
        let mistakes: Vec<String> = all()
            .iter()
            .filter_map(|(id, (text, _))| compose(id, text).err())
            .map(|mistake| mistake.to_string())
            .collect();
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
        assert!(all().len() >= 89);
    }

    #[test]
    fn a_register_is_a_document_without_content_of_its_own() {
        assert!(register().smallest.starts_with("collection: role\nregister: {id: REG-001"));
        let fields = &register().shape.fields;
        assert!(
            fields.iter().any(|(name, _)| name == "approval")
                && fields.iter().any(|(name, _)| name == "owner")
        );
        assert_eq!(register().shape.required, ["type", "id", "title", "status"]);
    }

    #[test]
    fn a_type_has_the_fields_of_its_category_and_its_own() {
        let test = compose("test", GOOD).unwrap();
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
                .contains("10:3: field `owner` is in a common part")
        );
        assert!(told("description: How many, ", "").contains("10:3: field `count` lacks"));
        assert!(told("category: register", "category: list").contains("2:11: unknown variant `list`"));
        assert!(
            told("type: integer, minimum: 0", "type: string, x-ref: [rol]").contains("did you mean `role`?")
        );
    }
}
