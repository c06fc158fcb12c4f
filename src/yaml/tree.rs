//! The tree, held compactly: twenty bytes a node, and text only where the source has it otherwise.

use std::{fmt, sync::Arc};

use super::{
    problem::Problem,
    scalar::{Form, Scalar, Style},
};
use crate::text::{Source, Span};

/// The documents of one text, and what is wrong with them.
pub struct Stream {
    pub(super) source: Arc<Source>,
    /// Nodes in the order in which they were written; the children of a collection follow it.
    pub(super) nodes: Vec<Raw>,
    /// Texts that differ from their source (escapes, folding, indentation), end to end.
    pub(super) cooked: String,
    /// Where each of these texts ends.
    pub(super) cooked_ends: Vec<u32>,
    pub(super) roots: Vec<u32>,
    pub(super) broken: usize,
    pub(super) problems: Vec<Problem>,
}

/// A node as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) span: Span,
    /// One past the last node of this subtree: where the next sibling stands.
    pub(super) after: u32,
    /// Of a scalar, one more than the number of its cooked text, or zero when the source has it.
    /// Of an alias, the node it stands for, never another alias.
    pub(super) data: u32,
    pub(super) shape: Shape,
    pub(super) tagged: Tagged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar(Style),
    Sequence,
    Mapping,
    Alias,
    /// The key `<<`; the entries it merges stand at the end of the mapping.
    MergeKey,
}

/// The form that a tag gives a scalar, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tagged {
    No,
    Text,
    Null,
    True,
    False,
    Integer,
    Float,
}

impl From<Form> for Tagged {
    fn from(form: Form) -> Self {
        match form {
            Form::Null => Self::Null,
            Form::Bool(true) => Self::True,
            Form::Bool(false) => Self::False,
            Form::Integer => Self::Integer,
            Form::Float => Self::Float,
            Form::Text => Self::Text,
        }
    }
}

impl Tagged {
    fn form(self) -> Option<Form> {
        match self {
            Self::No => None,
            Self::Text => Some(Form::Text),
            Self::Null => Some(Form::Null),
            Self::True => Some(Form::Bool(true)),
            Self::False => Some(Form::Bool(false)),
            Self::Integer => Some(Form::Integer),
            Self::Float => Some(Form::Float),
        }
    }
}

impl Stream {
    /// The text that was read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The documents that could be read, in order; an empty one is a null scalar.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.roots.iter().map(|id| Node { stream: self, id: *id })
    }

    /// How many documents could not be read at all.
    pub fn broken(&self) -> usize {
        self.broken
    }

    /// Everything that is wrong with the text, in the order of places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(super) fn raw(&self, id: u32) -> &Raw {
        &self.nodes[id as usize]
    }

    pub(super) fn scalar_text(&self, raw: &Raw) -> &str {
        if let Some(number) = (raw.data as usize).checked_sub(1) {
            let start = number.checked_sub(1).map_or(0, |before| self.cooked_ends[before] as usize);
            return &self.cooked[start..self.cooked_ends[number] as usize];
        }
        let written = self.source.slice(raw.span);
        match raw.shape {
            Shape::Scalar(Style::SingleQuoted | Style::DoubleQuoted) => &written[1..written.len() - 1],
            _ => written,
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Stream")
            .field("documents", &self.documents().collect::<Vec<_>>())
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// A key or a value: what it holds, and where it stands.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) stream: &'a Stream,
    pub(super) id: u32,
}

/// What a node holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// A single value.
    Scalar(Scalar<'a>),
    /// A list.
    Sequence(Sequence<'a>),
    /// Keys with their values.
    Mapping(Mapping<'a>),
}

impl<'a> Node<'a> {
    /// What the node holds; an alias holds what it stands for.
    pub fn kind(self) -> Kind<'a> {
        let content = self.content();
        let raw = self.stream.raw(content);
        let of = Node { stream: self.stream, id: content };
        match raw.shape {
            Shape::Sequence => Kind::Sequence(Sequence { of }),
            Shape::Mapping => Kind::Mapping(Mapping { of }),
            Shape::Scalar(style) => {
                Kind::Scalar(Scalar { text: self.stream.scalar_text(raw), style, tagged: raw.tagged.form() })
            }
            Shape::MergeKey => Kind::Scalar(Scalar { text: "<<", style: Style::Plain, tagged: None }),
            Shape::Alias => unreachable!("an alias is resolved to what it stands for when it is built"),
        }
    }

    /// Where the node stands: of an alias, the alias itself; of an absent value, the place where
    /// it would be.
    pub fn span(self) -> Span {
        self.stream.raw(self.id).span
    }

    /// The source text of the node, with its quotes.
    pub fn written(self) -> &'a str {
        self.stream.source.slice(self.span())
    }

    /// The text, if the node is a single value; see [`Scalar::text`].
    pub fn text(self) -> Option<&'a str> {
        match self.kind() {
            Kind::Scalar(scalar) => Some(scalar.text),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The mapping, if the node is one.
    pub fn mapping(self) -> Option<Mapping<'a>> {
        match self.kind() {
            Kind::Mapping(mapping) => Some(mapping),
            Kind::Scalar(_) | Kind::Sequence(_) => None,
        }
    }

    /// Whether the node is a scalar without a value.
    pub fn is_null(self) -> bool {
        matches!(self.kind(), Kind::Scalar(scalar) if scalar.is_null())
    }

    /// The node that holds the content: itself, or what it is an alias of.
    pub(super) fn content(self) -> u32 {
        let raw = self.stream.raw(self.id);
        if raw.shape == Shape::Alias { raw.data } else { self.id }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Scalar(scalar) => match scalar.form() {
                Form::Text => write!(formatter, "{:?}", scalar.text),
                Form::Null | Form::Bool(_) | Form::Integer | Form::Float => {
                    write!(formatter, "{}", scalar.text)
                }
            },
            Kind::Sequence(sequence) => formatter.debug_list().entries(sequence.items()).finish(),
            Kind::Mapping(mapping) => formatter.debug_map().entries(mapping.entries()).finish(),
        }
    }
}

/// A list.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    of: Node<'a>,
}

impl<'a> Sequence<'a> {
    /// The items in order.
    pub fn items(self) -> Items<'a> {
        Items { stream: self.of.stream, next: self.of.id + 1, after: self.of.stream.raw(self.of.id).after }
    }
}

/// Keys with their values.
#[derive(Clone, Copy, Debug)]
pub struct Mapping<'a> {
    of: Node<'a>,
}

impl<'a> Mapping<'a> {
    /// The entries in the order written, then those merged in by `<<` that it does not have itself.
    pub fn entries(self) -> Entries<'a> {
        Entries {
            nodes: Items {
                stream: self.of.stream,
                next: self.of.id + 1,
                after: self.of.stream.raw(self.of.id).after,
            },
        }
    }

    /// The entry of a key, as key and value.
    pub fn entry(self, name: &str) -> Option<(Node<'a>, Node<'a>)> {
        self.entries().find(|(key, _)| key.text() == Some(name))
    }

    /// The value of a key.
    pub fn get(self, name: &str) -> Option<Node<'a>> {
        self.entry(name).map(|(_, value)| value)
    }
}

/// The items of a list; see [`Sequence::items`].
#[derive(Clone, Debug)]
pub struct Items<'a> {
    stream: &'a Stream,
    next: u32,
    after: u32,
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        (self.next < self.after).then(|| {
            let node = Node { stream: self.stream, id: self.next };
            self.next = self.stream.raw(self.next).after;
            node
        })
    }
}

/// The entries of a mapping; see [`Mapping::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    nodes: Items<'a>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Node<'a>, Node<'a>);

    fn next(&mut self) -> Option<(Node<'a>, Node<'a>)> {
        loop {
            let key = self.nodes.next()?;
            let value = self.nodes.next()?;
            if key.stream.raw(key.id).shape != Shape::MergeKey {
                return Some((key, value));
            }
        }
    }
}
