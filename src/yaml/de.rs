//! Typed reading: a serde `Deserializer` over the tree, so that the author of a schema gets the
//! same places as the author of a document.
//!
//! Text is as written: a field of type `String` that says `8.10` or `no` gets just that. What
//! serde calls self-describing reading (`deserialize_any`) resolves by the core schema.

use std::fmt;

use serde::{
    Deserialize,
    de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};
use serde_spanned::de::SpannedDeserializer;

use super::{
    scalar::{Form, Scalar},
    tree::{Entries, Items, Kind, Node},
};
use crate::text::{Span, quoted};

/// Why a node is not the value that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeError {
    /// The narrowest place that shows it.
    pub span: Option<Span>,
    /// What is the case.
    pub message: String,
}

impl fmt::Display for DeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DeError {}

impl de::Error for DeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { span: None, message: message.to_string() }
    }
}

impl DeError {
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
            None => Err(DeError { span: None, message: "a single name is expected here".to_owned() }),
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
