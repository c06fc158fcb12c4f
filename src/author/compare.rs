//! Whether what was read back is what was there, and what was meant.

use super::value::{Fields, Value};
use crate::yaml::{Form, Kind, Mapping, Node};

/// Whether two nodes hold the same, written in the same way.
pub(super) fn same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (Kind::Scalar(one), Kind::Scalar(other)) => {
            one.text == other.text && one.style == other.style && one.form() == other.form()
        }
        (Kind::Sequence(one), Kind::Sequence(other)) => all_same(one.items(), other.items()),
        (Kind::Mapping(one), Kind::Mapping(other)) => same_but(one, other, &[]),
        _ => false,
    }
}

/// Whether two mappings hold the same under the same keys, some keys set aside.
pub(super) fn same_but(one: Mapping<'_>, other: Mapping<'_>, aside: &[&str]) -> bool {
    let (one, other) = (flat(one, aside), flat(other, aside));
    one.len() == other.len() && one.into_iter().zip(other).all(|(one, other)| same(one, other))
}

/// Keys and values in turn.
fn flat<'n>(mapping: Mapping<'n>, aside: &[&str]) -> Vec<Node<'n>> {
    let kept = mapping.entries().filter(|(key, _)| key.text().is_none_or(|name| !aside.contains(&name)));
    kept.flat_map(|(key, value)| [key, value]).collect()
}

/// Whether two lists hold the same.
pub(super) fn all_same<'n>(
    mut one: impl Iterator<Item = Node<'n>>,
    mut other: impl Iterator<Item = Node<'n>>,
) -> bool {
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if same(one, other) => {}
            _ => return false,
        }
    }
}

/// Whether a node holds these keys with these values, and no others.
pub(super) fn holds(node: Node<'_>, fields: &Fields) -> bool {
    let Some(mapping) = node.mapping() else { return false };
    mapping.entries().count() == fields.len()
        && mapping
            .entries()
            .zip(fields)
            .all(|((key, found), (name, value))| key.text() == Some(name) && is(found, value))
}

/// Whether a node holds a value.
pub(super) fn is(node: Node<'_>, value: &Value) -> bool {
    match (node.kind(), value) {
        (Kind::Scalar(scalar), Value::Text(text)) => scalar.text == text && scalar.form() == Form::Text,
        (Kind::Scalar(scalar), Value::Day(day)) => scalar.text == day.to_string(),
        (Kind::Sequence(list), Value::List(items)) => {
            list.items().count() == items.len()
                && list.items().zip(items).all(|(node, value)| is(node, value))
        }
        (Kind::Scalar(scalar), Value::Plain(plain)) => scalar.text == plain && scalar.form() != Form::Text,
        (Kind::Mapping(_), Value::Fields(fields)) => holds(node, fields),
        _ => false,
    }
}
