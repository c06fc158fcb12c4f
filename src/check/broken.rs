//! What is told of a rule that is broken: where, and in which words.

use super::{
    evaluate::{Evaluator, node_in},
    rules::{Active, Target},
    value::Value,
};
use crate::{
    corpus::{Document, Documents},
    model::{Computed, Draft, Finding, Part, Place, Template},
    text::{Span, quoted, safe},
    yaml::{Kind, Node},
};

/// The finding of a rule that is broken by a document, or by an item of one.
pub(super) fn broken<'d>(
    evaluator: &mut Evaluator<'d>,
    documents: &'d Documents<'d>,
    active: Active<'d>,
    target: &Target<'d>,
) -> Finding {
    let Active { rule, computed, level, .. } = active;
    let about = about(documents, target);
    let message = rendered(evaluator, &computed.message, target);
    let help = rendered(evaluator, &computed.help, target);
    let mut draft = match &about {
        Some(document) => {
            let (span, node) = pointed(document, computed, target);
            let place = Place::within(document.source, span);
            let mut draft = Draft::new(rule, place, message);
            if let Some(node) = node {
                let shown = node.path().to_string();
                let shown = shown
                    .strip_prefix("entries")
                    .and_then(|rest| rest.split_once("]."))
                    .map_or(shown.as_str(), |(_, field)| field);
                draft = draft.field(shown, node.path().stable());
            }
            if let Some((id, _)) = document.id() {
                draft = draft.subject(id);
            }
            draft
        }
        None => Draft::new(rule, Place::file("probity.toml"), message),
    };
    if let Some(Value::Group(group)) = &target.item {
        draft = draft.fact("group", group.key.as_ref());
    }
    draft = draft.help(help);
    for related in &computed.related {
        let Ok(value) = evaluator.value(related) else { continue };
        let numbers: Vec<u32> = match &value {
            Value::Document(number) => vec![*number],
            other => other
                .items()
                .into_iter()
                .flatten()
                .filter_map(|item| match item {
                    Value::Document(number) => Some(number),
                    _ => None,
                })
                .collect(),
        };
        for number in numbers.into_iter().take(5) {
            let other = documents.at(number);
            let Some((id, node)) = other.id() else { continue };
            let name = other.record_type.map_or("document", |found| found.id.as_str());
            draft = draft.note(Place::within(other.source, node.span()), format!("{name} {}", quoted(id)));
        }
    }
    let mut finding = draft.finish();
    finding.level = level;
    if let Some((when, severity)) = &computed.escalate
        && evaluator.holds(when) == Ok(true)
    {
        finding.level = finding.level.max(*severity);
    }
    finding
}

/// The document that a finding is about.
fn about<'d>(documents: &'d Documents<'d>, target: &Target<'d>) -> Option<&'d Document<'d>> {
    let number = match (&target.item, target.document) {
        (_, Some(number)) => number,
        (Some(Value::Document(number)), None) => *number,
        (Some(Value::Group(group)), None) => *group.items.first()?,
        _ => return None,
    };
    Some(documents.at(number))
}

/// The narrowest place: the field, or what is around it if it is absent.
fn pointed<'d>(
    document: &'d Document<'d>,
    computed: &Computed,
    target: &Target<'d>,
) -> (Span, Option<Node<'d>>) {
    if let Some(Value::Said(said)) = &target.item {
        return (first_line_of(document, said.span), said.node);
    }
    let node = match target.node {
        // An item is pointed at itself unless a part of it is named.
        Some(item) => within(item, &computed.at).or(Some(item)),
        None => computed.at.split_first().and_then(|(first, rest)| within(node_in(document, first)?.0, rest)),
    };
    let head = || document.id().map_or(document.head(), |(_, node)| node.span());
    let span = node.map_or_else(head, |node| first_line(document, node));
    (span, node)
}

/// Of a block, its first line shows the place; of an item, its first key.
fn first_line(document: &Document<'_>, node: Node<'_>) -> Span {
    let span = match node.kind() {
        Kind::Mapping(mapping) => {
            mapping.entries().next().map_or(node.span(), |(key, value)| key.span().to(value.span()))
        }
        Kind::Scalar(_) | Kind::Sequence(_) => node.span(),
    };
    first_line_of(document, span)
}

fn first_line_of(document: &Document<'_>, span: Span) -> Span {
    let first = document.source.slice(span).lines().next().unwrap_or_default().trim_end().len();
    Span::new(span.start as usize, span.start as usize + first)
}

fn within<'d>(node: Node<'d>, path: &[String]) -> Option<Node<'d>> {
    path.iter().try_fold(node, |node, name| match node.kind() {
        Kind::Mapping(mapping) => mapping.get(name),
        Kind::Scalar(_) | Kind::Sequence(_) => None,
    })
}

fn rendered<'d>(evaluator: &Evaluator<'d>, template: &'d Template, target: &Target<'d>) -> String {
    template.parts.iter().fold(String::new(), |mut text, part| {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Field(path) => text.push_str(&safe(&evaluator.shown(path, target.document))),
        }
        text
    })
}

/// A rule that asks for what makes no sense: told once for each document, since nothing can be told of it.
pub(super) fn defective(
    documents: &Documents<'_>,
    active: Active<'_>,
    subject: Option<u32>,
    why: &str,
) -> Finding {
    let document = subject.map(|number| documents.at(number));
    let place = document.map_or(Place::file("probity.toml"), |document| {
        Place::within(document.source, document.id().map_or(document.head(), |(_, node)| node.span()))
    });
    let message = format!("rule `{}` cannot be evaluated: {why}", active.rule.id);
    let help = match &active.rule.own {
        Some(file) => format!("mend the rule in {}", quoted(file)),
        None => "switch it off in `probity.toml`, and tell the makers of Probity".to_owned(),
    };
    let mut draft =
        Draft::new(super::rule("RULE-01"), place, message).help(help).fact("rule", active.rule.id.as_str());
    if let Some((id, _)) = document.and_then(Document::id) {
        draft = draft.subject(id);
    }
    draft.finish()
}

impl<'d> Evaluator<'d> {
    /// A field in words, for a message: of the subject, or of what is named first.
    pub(super) fn shown(&self, path: &'d [String], subject: Option<u32>) -> String {
        let Some((first, rest)) = path.split_first() else { return String::new() };
        let below = |root: Value<'d>, path: &'d [String]| {
            path.iter().try_fold(root, |holder, name| self.field(&holder, name))
        };
        // A field of the document comes before what is called so everywhere, such as the period.
        let named = self.names.iter().any(|(known, _)| known == first);
        let value = match subject.map(Value::Document).filter(|_| !named) {
            Some(document) => below(document, path).or_else(|_| below(self.name(first)?, rest)),
            None if named => self.name(first).and_then(|root| below(root, rest)),
            None => {
                self.name("it").and_then(|root| below(root, path)).or_else(|_| below(self.name(first)?, rest))
            }
        };
        value.map_or_else(|_| "-".to_owned(), |value| self.in_words(&value))
    }

    pub(super) fn in_words(&self, value: &Value<'d>) -> String {
        match value {
            Value::Null => "nothing".to_owned(),
            Value::Truth(value) => value.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.chars().take(80).collect(),
            Value::Day(day) => day.to_string(),
            Value::Instant(instant) => instant.format("%Y-%m-%d %H:%M").to_string(),
            Value::Duration(duration) => duration.to_string(),
            Value::Document(number) => self.documents.at(*number).id().map_or("-", |(id, _)| id).to_owned(),
            Value::Period => self.judged.period.to_string(),
            Value::Group(group) => group.key.to_string(),
            Value::Said(said) => said.text.chars().take(80).collect(),
            Value::Fields(..) => "-".to_owned(),
            Value::Documents(_) | Value::Items(..) | Value::List(_) => {
                let items: Vec<String> =
                    value.items().into_iter().flatten().map(|item| self.in_words(&item)).collect();
                items.join(", ")
            }
        }
    }
}
