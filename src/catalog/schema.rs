//! The closed subset of JSON Schema in which record types say what they hold: as it is written, and
//! whether its keywords fit each other.

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog,
    file::{Loaded, OneOrMore, Ordered},
};
use crate::{
    model::{DateRole, Format, Kind, Mistake, Schema},
    text::{nearest, quoted},
};

/// The keywords there are; any other is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own")]
pub(super) struct SchemaFile {
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
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
    #[serde(default, rename = "x-history")]
    history: bool,
}

/// The schema of a field, or what does not fit in it.
pub(super) fn checked<T>(
    catalog: &Catalog,
    file: &Loaded<T>,
    name: &Spanned<String>,
    schema: &SchemaFile,
) -> Result<Schema, Mistake> {
    keywords_fit(file, schema)?;
    for target in &schema.refers_to.0 {
        let id = target.as_ref().as_str();
        if id != "any" && !catalog.knows(id) {
            let at = if target.span().is_empty() { name } else { target };
            return Err(unknown(file, at, "record type", id, catalog.type_ids()));
        }
    }
    let mut fields: Vec<(String, Schema)> = Vec::new();
    for (name, field) in &schema.properties.0 {
        fields.push((name.as_ref().clone(), checked(catalog, file, name, field)?));
    }
    for required in &schema.required {
        match fields.iter_mut().find(|(field, _)| field == required.as_ref()) {
            // What cannot be left out cannot be left empty either.
            Some((_, field))
                if field.kind == Kind::Text && field.values.is_empty() && field.format.is_none() =>
            {
                field.min_length = field.min_length.or(Some(1));
            }
            Some(_) => {}
            None => {
                let known = fields.iter().map(|(name, _)| name.as_str());
                return Err(unknown(file, required, "field", required.as_ref(), known));
            }
        }
    }
    let items = schema.items.as_deref().map(|items| checked(catalog, file, name, items)).transpose()?;
    Ok(Schema {
        title: schema.title.clone(),
        description: schema.description.clone(),
        kind: *schema.kind.as_ref(),
        values: schema.values.clone(),
        items: items.map(Box::new),
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
        history: schema.history,
    })
}

fn keywords_fit<T>(file: &Loaded<T>, schema: &SchemaFile) -> Result<(), Mistake> {
    let kind = *schema.kind.as_ref();
    let text_only = !schema.values.is_empty()
        || schema.format.is_some()
        || schema.min_length.is_some()
        || !schema.refers_to.0.is_empty()
        || schema.evidence;
    let dated = matches!(schema.format, Some(Format::Date | Format::DateTime));
    let wrong = [
        (
            text_only && kind != Kind::Text,
            "enum, format, minLength, x-ref and x-evidence belong to a `string`",
        ),
        (
            (schema.minimum.is_some() || schema.maximum.is_some())
                && !matches!(kind, Kind::Number | Kind::Integer),
            "minimum and maximum belong to a number",
        ),
        ((kind == Kind::List) != schema.items.is_some(), "an `array`, and nothing else, has items"),
        (schema.min_items.is_some() && kind != Kind::List, "minItems belongs to an `array`"),
        (
            (kind == Kind::Object) == schema.properties.0.is_empty(),
            "an `object`, and nothing else, has properties",
        ),
        (
            dated != schema.date.is_some(),
            "a date, and nothing else, has an x-date that says what the day is: `event`, `due` or `planned`",
        ),
    ];
    let first = wrong.into_iter().find_map(|(wrong, message)| wrong.then_some(message));
    first.map_or(Ok(()), |message| Err(file.mistake(&schema.kind, message)))
}

/// What to tell of a name that nothing has.
pub(super) fn unknown<'a, T>(
    file: &Loaded<T>,
    at: &Spanned<String>,
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Mistake {
    let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    Mistake { help, ..file.mistake(at, format!("there is no {what} {}", quoted(name))) }
}
