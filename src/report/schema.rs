//! A record type as JSON Schema 2020-12, for editors and other programs.
//!
//! What we check is what this schema says. Keywords that begin with `x-` are ours and mean nothing
//! to a validator.

use serde_json::{Map, Value, json};

use super::json;
use crate::{
    catalog::Catalog,
    model::{Format, Kind, RecordType, Schema},
    text::Source,
    yaml::{self, Limits},
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of one type.
pub fn of_type(catalog: &Catalog, record_type: &RecordType) -> String {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!(DIALECT));
    schema.append(&mut document(catalog, record_type));
    json::text(&schema)
}

/// One schema for documents of all types, each by its `type`, and for lists of them, each by its `collection`.
pub fn of_all(catalog: &Catalog) -> String {
    let types: Vec<&RecordType> = catalog.record_types().collect();
    let ids: Vec<&str> = types.iter().map(|record_type| record_type.id.as_str()).collect();
    let by_type = types.iter().map(|RecordType { id, shape, .. }| {
        json!({
            "if": {"required": ["type"], "properties": {"type": {"const": id}}},
            "then": {"$ref": format!("#/$defs/{id}"), "required": shape.required},
        })
    });
    // What an entry has from the defaults of its list, it need not say itself.
    let by_collection = types.iter().map(|RecordType { id, .. }| {
        let entry = json!({"$ref": format!("#/$defs/{id}")});
        json!({
            "if": {"required": ["collection"], "properties": {"collection": {"const": id}}},
            "then": {"properties": {"defaults": entry, "entries": {"type": "array", "items": entry}}},
        })
    });
    let definitions: Map<String, Value> = types
        .iter()
        .map(|record_type| {
            let mut definition = document(catalog, record_type);
            definition.remove("required");
            (record_type.id.clone(), Value::Object(definition))
        })
        .collect();
    let mut register = value(catalog, &catalog.register().shape);
    // The collection says of which type it is.
    register.insert("required".to_owned(), json!(["id", "title", "status"]));
    json::text(&json!({
        "$schema": DIALECT,
        "title": "A document of a service management system, or a list of documents of one type",
        "type": "object",
        "properties": {
            "type": {"description": "The record type, by its id", "type": "string", "enum": ids},
        },
        "if": {"required": ["collection"]},
        "then": {
            "required": ["entries"],
            "properties": {
                "collection": {"description": "The record type of the entries, by its id", "type": "string", "enum": ids},
                "register": register,
                "defaults": {"description": "What each entry has unless it says otherwise", "type": "object"},
                "entries": {"description": "The documents, without `type`", "type": "array"},
            },
        },
        "else": {"required": ["type"]},
        "allOf": by_type.chain(by_collection).collect::<Vec<_>>(),
        "$defs": definitions,
    }))
}

fn document(catalog: &Catalog, record_type: &RecordType) -> Map<String, Value> {
    let mut schema = value(catalog, &record_type.shape);
    if let Some(Value::Object(fields)) = schema.get_mut("properties")
        && let Some(Value::Object(type_field)) = fields.get_mut("type")
    {
        type_field.insert("const".to_owned(), json!(record_type.id));
    }
    let examples = [&record_type.smallest, &record_type.full].into_iter().filter(|text| !text.is_empty());
    let examples: Vec<Value> = examples.map(|text| example(text)).collect();
    if !examples.is_empty() {
        schema.insert("examples".to_owned(), Value::Array(examples));
    }
    schema
}

/// An example as a value.
fn example(text: &str) -> Value {
    let stream = yaml::read(std::sync::Arc::new(Source::new("example", text)), &Limits::default());
    stream.documents().next().and_then(|root| yaml::from_node(root).ok()).unwrap_or_default()
}

fn value(catalog: &Catalog, schema: &Schema) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |keyword: &str, value: Value| {
        map.insert(keyword.to_owned(), value);
    };
    if !schema.title.is_empty() {
        put("title", json!(schema.title));
    }
    if !schema.description.is_empty() {
        put("description", json!(schema.description));
    }
    put("type", json!(schema.kind));
    if !schema.values.is_empty() {
        put("enum", json!(schema.values));
    }
    if let Some(format) = schema.format {
        match format {
            Format::Date | Format::DateTime | Format::Duration => put("format", json!(format)),
            Format::Time => put("pattern", json!("^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")),
            Format::Id => put("pattern", json!("^[A-Za-z0-9][A-Za-z0-9._-]*$")),
            Format::Sha256 => put("pattern", json!("^[0-9a-f]{64}$")),
            Format::Month => put("pattern", json!("^[0-9]{4}-(0[1-9]|1[0-2])$")),
            Format::Currency => put("pattern", json!("^[A-Z]{3}$")),
            Format::RecordType => put("enum", json!(catalog.type_ids().collect::<Vec<_>>())),
        }
    }
    for (keyword, limit) in [("minimum", schema.minimum), ("maximum", schema.maximum)] {
        if let Some(limit) = limit {
            put(keyword, number(limit));
        }
    }
    for (keyword, limit) in [("minLength", schema.min_length), ("minItems", schema.min_items)] {
        if let Some(limit) = limit {
            put(keyword, json!(limit));
        }
    }
    if let Some(items) = &schema.items {
        put("items", Value::Object(value(catalog, items)));
    }
    if schema.kind == Kind::Object {
        let fields =
            schema.fields.iter().map(|(name, field)| (name.clone(), Value::Object(value(catalog, field))));
        put("properties", Value::Object(fields.collect()));
        if !schema.required.is_empty() {
            put("required", json!(schema.required));
        }
        put("additionalProperties", json!(false));
    }
    match schema.refers_to.as_slice() {
        [] => {}
        [only] => put("x-ref", json!(only)),
        several => put("x-ref", json!(several)),
    }
    if let Some(role) = schema.date {
        put("x-date", json!(role.to_string()));
    }
    for (keyword, set) in [
        ("x-personal", schema.personal),
        ("x-control", schema.control),
        ("x-evidence", schema.evidence),
        ("x-history", schema.history),
    ] {
        if set {
            put(keyword, json!(true));
        }
    }
    map
}

/// Whole limits without a fraction, as their authors wrote them.
#[expect(clippy::cast_possible_truncation, reason = "limits are small")]
fn number(limit: f64) -> Value {
    if limit.fract() == 0.0 { json!(limit as i64) } else { json!(limit) }
}
