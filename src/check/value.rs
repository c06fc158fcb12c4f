//! Values while a rule is evaluated: borrowed from the documents, and given their meaning by the schema
//! of the field only when somebody asks.

use std::{borrow::Cow, rc::Rc};

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::{
    model::{Duration, Format, Kind as Holds, Schema},
    text::Span,
    yaml::{Form, Kind, Node},
};

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value<'d> {
    Null,
    Truth(bool),
    Number(f64),
    Text(Cow<'d, str>),
    Day(NaiveDate),
    Instant(DateTime<FixedOffset>),
    Duration(Duration),
    /// A document by its number.
    Document(u32),
    /// Documents by their numbers.
    Documents(Cow<'d, [u32]>),
    /// Fields within a document.
    Fields(Node<'d>, &'d Schema),
    /// A list within a document, and what its items are.
    Items(Node<'d>, &'d Schema),
    List(Rc<[Value<'d>]>),
    /// What is the same in some documents, or the month of all of them.
    Group(Rc<Group<'d>>),
    /// Something that somebody wrote, and where.
    Said(Rc<Said<'d>>),
    Period,
}

/// Something that somebody wrote.
#[derive(Debug)]
pub(super) struct Said<'d> {
    pub(super) text: Cow<'d, str>,
    pub(super) span: Span,
    /// The field that holds it; none if it stands behind front matter.
    pub(super) node: Option<Node<'d>>,
}

/// Documents that have something in common.
#[derive(Debug)]
pub(super) struct Group<'d> {
    /// What that is.
    pub(super) key: Cow<'d, str>,
    /// Their type, as far as it is known.
    pub(super) of: Option<&'d str>,
    pub(super) items: Vec<u32>,
    /// How many were grouped.
    pub(super) whole: usize,
    /// Of a month, how many there are in a month.
    pub(super) usual: Option<f64>,
}

impl<'d> Value<'d> {
    /// What a node holds in a field; none if it is nothing, or not what the field holds.
    pub(super) fn of(node: Node<'d>, schema: &'d Schema) -> Option<Self> {
        match (schema.kind, node.kind()) {
            (Holds::Object, Kind::Mapping(_)) => Some(Self::Fields(node, schema)),
            (Holds::List, Kind::Sequence(_)) => Some(Self::Items(node, schema.items.as_deref()?)),
            (Holds::Truth, Kind::Scalar(scalar)) => match scalar.form() {
                Form::Bool(value) => Some(Self::Truth(value)),
                _ => None,
            },
            (Holds::Number | Holds::Integer, Kind::Scalar(scalar)) => scalar.number().map(Self::Number),
            (Holds::Text, Kind::Scalar(scalar)) if !scalar.is_null() => match schema.format {
                Some(Format::Date) => scalar.text.parse().ok().map(Self::Day),
                Some(Format::DateTime) => DateTime::parse_from_rfc3339(scalar.text).ok().map(Self::Instant),
                Some(Format::Duration) => Duration::parse(scalar.text).map(Self::Duration),
                _ if scalar.text.is_empty() => None,
                _ => Some(Self::Text(Cow::Borrowed(scalar.text))),
            },
            _ => None,
        }
    }

    /// The items, if it is a list; those that are nothing are left out.
    pub(super) fn items(&self) -> Option<Items<'_, 'd>> {
        match self {
            Self::Documents(numbers) => Some(Items::Documents(numbers.iter())),
            Self::List(items) => Some(Items::List(items.iter())),
            Self::Items(node, schema) => match node.kind() {
                Kind::Sequence(sequence) => Some(Items::Nodes(sequence.items(), schema)),
                Kind::Scalar(_) | Kind::Mapping(_) => None,
            },
            _ => None,
        }
    }

    /// Whether two values are the same; none if they are of kinds that never are.
    pub(super) fn same(&self, other: &Self) -> Option<bool> {
        Some(match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Null, _) | (_, Self::Null) => false,
            (Self::Truth(a), Self::Truth(b)) => a == b,
            #[expect(clippy::float_cmp, reason = "two numbers are the same if they are written the same")]
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Day(a), Self::Day(b)) => a == b,
            (Self::Instant(a), Self::Instant(b)) => a == b,
            (Self::Duration(a), Self::Duration(b)) => a.about_seconds() == b.about_seconds(),
            (Self::Document(a), Self::Document(b)) => a == b,
            (Self::Said(a), Self::Said(b)) => a.text.to_lowercase() == b.text.to_lowercase(),
            _ => return None,
        })
    }

    /// Which comes first; none if the values have no order.
    pub(super) fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Day(a), Self::Day(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => a.partial_cmp(b),
            _ => None,
        }
    }
}

/// The items of a list.
pub(super) enum Items<'v, 'd> {
    Documents(std::slice::Iter<'v, u32>),
    List(std::slice::Iter<'v, Value<'d>>),
    Nodes(crate::yaml::Items<'d>, &'d Schema),
}

impl<'d> Iterator for Items<'_, 'd> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        match self {
            Self::Documents(numbers) => numbers.next().map(|number| Value::Document(*number)),
            Self::List(items) => items.next().cloned(),
            Self::Nodes(nodes, schema) => nodes.find_map(|node| Value::of(node, schema)),
        }
    }
}
