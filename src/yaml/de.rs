//! Typed reading: a serde `Deserializer` over the tree, so that the author of a schema gets the
//! same places as the author of a document.
//!
//! Text is as written: a field of type `String` that says `8.10` or `no` gets just that. What
//! serde calls self-describing reading (`deserialize_any`) resolves by the core schema.

use std::fmt;

use serde::{
    Deserialize,
    de::{
        self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor,
        value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_spanned::de::SpannedDeserializer;

use super::{
    scalar::{Form, Scalar},
    tree::{Entries, Items, Kind, Node},
};
use crate::text::{Span, nearest, quoted};

/// Why a node is not the value that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeError {
    /// The narrowest place that shows it.
    pub span: Option<Span>,
    /// What is the case.
    pub message: String,
    /// What closes it.
    pub help: Option<String>,
}

impl fmt::Display for DeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DeError {}

impl de::Error for DeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { span: None, message: message.to_string(), help: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let message = format!("{} is expected here, not {}", wanted(&expected.to_string()), shown(found));
        Self { span: None, message, help: None }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("value", variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("key", field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            span: None,
            message: format!("there is no `{field}` here"),
            help: Some(format!("write `{field}: ..`")),
        }
    }
}

/// What serde says that it expects, in the words of a person who writes YAML.
fn wanted(expected: &str) -> &str {
    match expected {
        "a sequence" => "a list",
        "a map" => "a mapping",
        "a string" => "a text",
        "a boolean" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        of if of.starts_with("struct ") => "a mapping",
        other => other,
    }
}

/// What there is, likewise.
fn shown(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Map => "a mapping".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Unit => "nothing".to_owned(),
        Unexpected::Str(text) => quoted(text),
        Unexpected::Bool(value) => quoted(&value.to_string()),
        Unexpected::Unsigned(number) => quoted(&number.to_string()),
        Unexpected::Signed(number) => quoted(&number.to_string()),
        Unexpected::Float(number) => quoted(&number.to_string()),
        other => other.to_string(),
    }
}

impl DeError {
    fn unknown(what: &str, name: &str, expected: &[&str]) -> Self {
        let help = match nearest(name, expected.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", expected.join(", ")),
        };
        Self { span: None, message: format!("there is no {what} {} here", quoted(name)), help: Some(help) }
    }

    /// The innermost place wins.
    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

/// Reads a node as a value of type `T`. Places are kept by fields of type
/// [`Spanned`](serde_spanned::Spanned), in bytes.
///
/// # Errors
///
/// The first thing that does not fit, with its place: a wrong value at the value, an unknown
/// field at its key, a missing field at the mapping.
pub fn from_node<'de, T: Deserialize<'de>>(node: Node<'de>) -> Result<T, DeError> {
    T::deserialize(Value(node))
}

#[derive(Clone, Copy)]
struct Value<'de>(Node<'de>);

impl<'de> Value<'de> {
    fn scalar(self) -> Option<Scalar<'de>> {
        match self.0.kind() {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    fn visit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.0.kind() {
            Kind::Sequence(sequence) => visitor.visit_seq(SequenceAccess(sequence.items())),
            Kind::Mapping(mapping) => {
                visitor.visit_map(MappingAccess { entries: mapping.entries(), value: None })
            }
            Kind::Scalar(scalar) => match scalar.form() {
                Form::Null => visitor.visit_unit(),
                Form::Bool(value) => visitor.visit_bool(value),
                Form::Integer => match (scalar.integer(), scalar.text.parse::<u64>()) {
                    (Some(value), _) if value >= 0 => visitor.visit_u64(value.unsigned_abs()),
                    (Some(value), _) => visitor.visit_i64(value),
                    (None, Ok(value)) => visitor.visit_u64(value),
                    (None, Err(_)) => visitor.visit_f64(scalar.number().unwrap_or(f64::NAN)),
                },
                Form::Float => visitor.visit_f64(scalar.number().unwrap_or(f64::NAN)),
                Form::Text => visitor.visit_borrowed_str(scalar.text),
            },
        }
    }
}

impl<'de> IntoDeserializer<'de, DeError> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.visit(visitor).map_err(|error: DeError| error.at(self.0.span()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    /// Text as written, whatever it looks like; only an absent value is none.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.scalar() {
            Some(scalar) if !scalar.is_null() => {
                visitor.visit_borrowed_str(scalar.text).map_err(|error: DeError| error.at(self.0.span()))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        let read = match self.scalar() {
            Some(scalar) => visitor.visit_enum(BorrowedStrDeserializer::new(scalar.text)),
            None => {
                Err(DeError { span: None, message: "a single name is expected here".to_owned(), help: None })
            }
        };
        read.map_err(|error: DeError| error.at(self.0.span()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if serde_spanned::de::is_spanned(name) {
            visitor.visit_map(SpannedDeserializer::new(self, self.0.span().range()))
        } else if matches!(self.0.kind(), Kind::Sequence(_)) {
            // Serde would take a list as the values in the order in which they are declared.
            Err(<DeError as de::Error>::invalid_type(Unexpected::Seq, &visitor).at(self.0.span()))
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}

struct SequenceAccess<'de>(Items<'de>);

impl<'de> de::SeqAccess<'de> for SequenceAccess<'de> {
    type Error = DeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DeError> {
        self.0.next().map(|item| seed.deserialize(Value(item))).transpose()
    }
}

struct MappingAccess<'de> {
    entries: Entries<'de>,
    value: Option<Node<'de>>,
}

impl<'de> de::MapAccess<'de> for MappingAccess<'de> {
    type Error = DeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DeError> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Key(key)).map(Some).map_err(|error| error.at(key.span()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DeError> {
        let value = self.value.take().expect("serde asks for a key before its value");
        seed.deserialize(Value(value))
    }
}

/// A key: text as written, or `Spanned` of it.
#[derive(Clone, Copy)]
struct Key<'de>(Node<'de>);

impl<'de> IntoDeserializer<'de, DeError> for Key<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.0.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Err(DeError {
                span: Some(self.0.span()),
                message: format!("{} is no name for a key", quoted(self.0.written())),
                help: None,
            }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if serde_spanned::de::is_spanned(name) {
            visitor.visit_map(SpannedDeserializer::new(self, self.0.span().range()))
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0.text().unwrap_or_default()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use serde_spanned::Spanned;

    use super::*;
    use crate::{
        text::Source,
        yaml::{Limits, read},
    };

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rule {
        id: Spanned<String>,
        #[serde(default)]
        weight: Option<u8>,
        level: Level,
        #[serde(default)]
        tags: Vec<Spanned<String>>,
        #[serde(default)]
        when: BTreeMap<Spanned<String>, bool>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Level {
        Error,
        OwnRule,
    }

    fn typed<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, (Option<(u32, u32)>, String)> {
        let stream = read(Arc::new(Source::new("test.yaml", text)), &Limits::default());
        assert!(stream.problems().is_empty(), "{:?}", stream.problems());
        from_node(stream.documents().next().unwrap()).map_err(|error| {
            let at = error.span.map(|span| stream.source().position(span.start));
            (at.map(|at| (at.line, at.column)), error.message)
        })
    }

    #[test]
    fn a_struct_is_read_with_places_of_keys_and_values() {
        let rule: Rule =
            typed("id: CHG-04\nlevel: own-rule\nweight: 3\ntags: [8.10, 'no']\nwhen: {open: true}\n")
                .unwrap();
        assert_eq!((rule.id.as_ref().as_str(), rule.id.span()), ("CHG-04", 4..10));
        assert_eq!((rule.weight, rule.level), (Some(3), Level::OwnRule));
        let tags: Vec<(&str, usize)> =
            rule.tags.iter().map(|tag| (tag.as_ref().as_str(), tag.span().start)).collect();
        assert_eq!(tags, [("8.10", 44), ("no", 50)], "text is as written");
        let (key, value) = rule.when.first_key_value().unwrap();
        assert_eq!((key.as_ref().as_str(), key.span(), *value), ("open", 63..67, true));
    }

    #[test]
    fn an_error_points_at_the_narrowest_place() {
        let error = |text: &str| typed::<Rule>(text).unwrap_err();
        assert_eq!(error("id: A\nlevel: error\nweigth: 1\n").0, Some((3, 1)), "an unknown field at its key");
        assert_eq!(error("id: A\nlevel: fatal\n").0, Some((2, 8)), "an unknown name at the value");
        assert_eq!(
            error("id: A\nlevel: error\nweight: 300\n").0,
            Some((3, 9)),
            "a number out of range at the number"
        );
        assert_eq!(
            error("id: A\nlevel: error\ntags: [a, {b: c}]\n").0,
            Some((3, 11)),
            "a wrong item at the item"
        );
        assert_eq!(error("level: error\n").0, Some((1, 1)), "a missing field at the mapping");
        assert_eq!(error("id:\nlevel: error\n").0, Some((1, 3)), "an absent value at its colon");
    }

    #[test]
    fn a_value_of_another_kind_is_told_in_plain_words() {
        let told = |text: &str| typed::<Rule>(text).unwrap_err().1;
        assert_eq!(told("- id: A\n"), "a mapping is expected here, not a list");
        assert_eq!(told("id: [A]\nlevel: error\n"), "a text is expected here, not a list");
        assert_eq!(told("id:\nlevel: error\n"), "a text is expected here, not nothing");
        assert_eq!(
            told("id: A\nlevel: error\nweight: heavy\n"),
            "a whole number is expected here, not `heavy`"
        );
        assert_eq!(told("id: A\nlevel: error\ntags: 1\n"), "a list is expected here, not `1`");
        assert_eq!(
            told("id: A\nlevel: error\nwhen: {open: maybe}\n"),
            "true or false is expected here, not `maybe`"
        );
    }

    #[test]
    fn untyped_values_follow_the_core_schema() {
        let value: serde_json::Value =
            typed("[1, -2, 18446744073709551615, 1.5, true, no, ~, '1', 012, {a: [], 1: x}]").unwrap();
        let expected = serde_json::json!([1, -2, 18_446_744_073_709_551_615_u64, 1.5, true, "no", null, "1", "012", {"a": [], "1": "x"}]);
        assert_eq!(value, expected);
    }

    #[test]
    fn aliases_and_merges_are_read_as_what_they_stand_for() {
        let value: serde_json::Value = typed("a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: *a\n").unwrap();
        assert_eq!(value, serde_json::json!({"a": {"x": 1}, "b": {"x": 1, "y": 2}, "c": {"x": 1}}));
    }
}
