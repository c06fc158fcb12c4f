//! The tree, held compactly: twenty bytes a node, and text only where the source has it otherwise.

use std::{fmt, sync::Arc};

use super::{
    build::index,
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
    /// Streams without problems, of parts of one text that follow each other, as one.
    pub(super) fn joined(source: Arc<Source>, parts: Vec<Stream>) -> Self {
        let sum = |count: fn(&Self) -> usize| parts.iter().map(count).sum();
        let mut whole = Self {
            source,
            nodes: Vec::with_capacity(sum(|part| part.nodes.len())),
            cooked: String::with_capacity(sum(|part| part.cooked.len())),
            cooked_ends: Vec::with_capacity(sum(|part| part.cooked_ends.len())),
            roots: Vec::with_capacity(sum(|part| part.roots.len())),
            broken: 0,
            problems: Vec::new(),
        };
        for part in parts {
            let (nodes, texts) = (index(whole.nodes.len()), index(whole.cooked_ends.len()));
            let cooked = index(whole.cooked.len());
            whole.nodes.extend(part.nodes.into_iter().map(|raw| {
                let data = match raw.shape {
                    Shape::Alias => raw.data + nodes,
                    _ if raw.data > 0 => raw.data + texts,
                    _ => 0,
                };
                Raw { after: raw.after + nodes, data, ..raw }
            }));
            whole.cooked.push_str(&part.cooked);
            whole.cooked_ends.extend(part.cooked_ends.into_iter().map(|end| end + cooked));
            whole.roots.extend(part.roots.into_iter().map(|root| root + nodes));
        }
        whole
    }

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

    /// Where the node stands: of an alias, the alias itself; of a block of text, its lines without
    /// the sign that opens it; of an absent value, an empty span at the sign after which it would be.
    pub fn span(self) -> Span {
        self.stream.raw(self.id).span
    }

    /// The text that it stands in.
    pub fn source(self) -> &'a Source {
        &self.stream.source
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

    /// Whether it only stands for what is written elsewhere: an alias, or what `<<` merges in.
    pub fn is_alias(self) -> bool {
        self.stream.raw(self.id).shape == Shape::Alias
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
    /// Whether it is the very same, and not only like the other.
    pub fn is(self, other: Self) -> bool {
        std::ptr::eq(self.of.stream, other.of.stream) && self.of.id == other.of.id
    }

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
        let stream = self.of.stream;
        let (mut key, after) = (self.of.id + 1, stream.raw(self.of.id).after);
        while key < after {
            let (id, raw) = (key, stream.raw(key));
            let value = raw.after;
            key = stream.raw(value).after;
            // What is written as it is read, and has another length, is told by its length.
            let plain = raw.shape == Shape::Scalar(Style::Plain) && raw.data == 0;
            if plain && raw.span.range().len() != name.len() || raw.shape == Shape::MergeKey {
                continue;
            }
            let id = Node { stream, id };
            if id.text() == Some(name) {
                return Some((id, Node { stream, id: value }));
            }
        }
        None
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, ProblemKind, read};

    fn stream(text: &str) -> Stream {
        read(Arc::new(Source::new("test.yaml", text)), &Limits::default())
    }

    /// The first document as `Debug` shows it, and no problems.
    fn shown(text: &str) -> String {
        let stream = stream(text);
        assert!(stream.problems().is_empty(), "{:?}", stream.problems());
        format!("{:?}", stream.documents().next().unwrap())
    }

    #[test]
    fn scalars_keep_their_text_and_style() {
        let text = "- 8.10\n- 2.0\n- no\n- 2026-02-30\n- 012\n- 1e3\n- ~\n- 'it''s'\n- \"a\\tb\"\n- |\n  x\n- >-\n  y\n  z\n- !!str 5\n";
        let stream = stream(text);
        let root = stream.documents().next().unwrap();
        let Kind::Sequence(items) = root.kind() else { panic!("a list") };
        let scalars = items.items().map(|item| match item.kind() {
            Kind::Scalar(scalar) => (scalar.text, item.written(), scalar.style, scalar.form()),
            other => panic!("{other:?}"),
        });
        let expected = [
            ("8.10", "8.10", Style::Plain, Form::Float),
            ("2.0", "2.0", Style::Plain, Form::Float),
            ("no", "no", Style::Plain, Form::Text),
            ("2026-02-30", "2026-02-30", Style::Plain, Form::Text),
            ("012", "012", Style::Plain, Form::Text),
            ("1e3", "1e3", Style::Plain, Form::Float),
            ("~", "~", Style::Plain, Form::Null),
            ("it's", "'it''s'", Style::SingleQuoted, Form::Text),
            ("a\tb", "\"a\\tb\"", Style::DoubleQuoted, Form::Text),
            ("x\n", "x\n", Style::Literal, Form::Text),
            ("y z", "y\n  z\n", Style::Folded, Form::Text),
            ("5", "5", Style::Plain, Form::Text),
        ];
        assert_eq!(scalars.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_key_and_value_has_its_span() {
        let stream = stream("a: 1\nb:\n  - {c: 'x', d: [y]}\ne:\n");
        let written = |node: Node<'_>| stream.source().slice(node.span()).to_owned();
        let root = stream.documents().next().unwrap().mapping().unwrap();
        let entries: Vec<(String, String)> =
            root.entries().map(|(key, value)| (written(key), written(value))).collect();
        let expected = [("a", "1"), ("b", "- {c: 'x', d: [y]}"), ("e", "")];
        assert_eq!(entries, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_stream_holds_its_documents_and_its_anchors_are_theirs() {
        let two = stream("a: &x 1\n---\nb: 2\n...\n");
        assert_eq!(two.documents().len(), 2);
        let other = stream("a: &x 1\n---\nb: *x\n");
        assert_eq!(other.problems()[0].kind, ProblemKind::UnknownAlias);
        assert_eq!(stream("# nothing\n").documents().len(), 0);
        assert!(stream("---\n---\na: 1\n").documents().next().unwrap().is_null());
    }

    #[test]
    fn an_alias_stands_where_it_is_written_and_holds_what_it_stands_for() {
        let stream = stream("a: &x {b: 1}\nc: *x\n");
        let alias = stream.documents().next().unwrap().mapping().unwrap().get("c").unwrap();
        assert_eq!(stream.source().slice(alias.span()), "*x");
        assert_eq!(format!("{alias:?}"), "{\"b\": 1}");
        assert_eq!(shown("- &a 1\n- &a 2\n- *a\n"), "[1, 2, 2]", "the last anchor of a name counts");
        assert_eq!(shown("- &k key\n- *k : value\n"), "[\"key\", {\"key\": \"value\"}]");
    }

    #[test]
    fn own_keys_count_before_merged_ones_and_earlier_before_later() {
        assert_eq!(
            shown("- &d {a: 1, b: 2}\n- <<: *d\n  b: 3\n"),
            "[{\"a\": 1, \"b\": 2}, {\"b\": 3, \"a\": 1}]"
        );
        assert_eq!(
            shown("- &x {a: 1}\n- &y {a: 2, c: 3}\n- <<: [*x, *y]\n"),
            "[{\"a\": 1}, {\"a\": 2, \"c\": 3}, {\"a\": 1, \"c\": 3}]"
        );
        assert_eq!(shown("<<: {a: 1}\n"), "{\"a\": 1}");
        assert_eq!(
            shown("- &x {a: 1}\n- &y {<<: *x, b: 2}\n- {<<: *y}\n"),
            "[{\"a\": 1}, {\"b\": 2, \"a\": 1}, {\"b\": 2, \"a\": 1}]"
        );
        assert_eq!(shown("\"<<\": 1\n"), "{\"<<\": 1}", "in quotes it is a key like any other");
    }

    #[test]
    fn a_merged_value_points_at_where_it_is_written() {
        let stream = stream("d: &d {owner: ROL-1}\nr:\n  <<: *d\n");
        let risk = stream.documents().next().unwrap().mapping().unwrap().get("r").unwrap().mapping().unwrap();
        let (key, value) = risk.entry("owner").unwrap();
        assert_eq!((key.span().start, value.span().start), (7, 14));
    }

    #[test]
    fn a_broken_document_does_not_hide_the_others() {
        let stream = stream("a: 1\n---\nb: [\n---\nc: 3\n---\nd: \"x\n---\ne: 5\n");
        let shown: Vec<String> = stream.documents().map(|document| format!("{document:?}")).collect();
        assert_eq!(shown, ["{\"a\": 1}", "{\"c\": 3}", "{\"e\": 5}"]);
        assert_eq!(stream.broken(), 2);
        let kinds: Vec<ProblemKind> = stream.problems().iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Syntax, ProblemKind::UnclosedQuote]);
    }

    #[test]
    fn each_line_of_json_lines_is_a_document() {
        let text = "\u{feff}{\"a\": \"\\ud83d\\ude42 \\/\"}\r\n\n{\"b\":1,\t\"c\": [true, null]}\n{\"d\": \"x\n{\"e\": {}}";
        let stream = crate::yaml::read_lines(Arc::new(Source::new("test.jsonl", text)), &Limits::default());
        let shown: Vec<String> = stream
            .documents()
            .map(|document| {
                let at = stream.source().position(document.span().start);
                format!("{}:{} {document:?}", at.line, at.column)
            })
            .collect();
        assert_eq!(
            shown,
            ["1:1 {\"a\": \"🙂 /\"}", "3:1 {\"b\": 1, \"c\": [true, null]}", "5:1 {\"e\": {}}"]
        );
        assert_eq!(stream.broken(), 1);
        let problem = &stream.problems()[0];
        assert_eq!(stream.source().position(problem.span.start).line, 4);
    }

    #[test]
    fn paths_tell_keys_and_items() {
        let stream = stream("targets:\n  - id: T-1\n    a b: {x: 1, x: 2}\n  - {y: 1, y: 2}\n");
        let paths: Vec<(String, String)> = stream
            .problems()
            .iter()
            .map(|problem| problem.path.as_ref().unwrap())
            .map(|path| (path.to_string(), path.stable()))
            .collect();
        assert_eq!(paths[0], ("targets[0][\"a b\"].x".to_owned(), "targets[id=T-1][\"a b\"].x".to_owned()));
        assert_eq!(paths[1].0, "targets[1].y");
        assert!(paths[1].1.starts_with("targets[#") && paths[1].1.ends_with("].y"), "{}", paths[1].1);
    }

    #[test]
    fn of_very_many_mistakes_the_rest_is_counted() {
        let stream = stream(&"a: 1\n".repeat(150));
        assert_eq!(stream.problems().len(), 100);
        let last = &stream.problems()[99].message;
        assert_eq!(last, "key `a` stands twice in one mapping, and 49 more of this kind follow in the file");
    }

    #[test]
    fn levels_reached_through_aliases_count() {
        let chain: String = (1..=99).map(|level| format!("- &a{level} [*a{}]\n", level - 1)).collect();
        let stream = stream(&format!("- &a0 [x]\n{chain}"));
        assert_eq!(stream.problems()[0].kind, ProblemKind::TooDeep);
    }
}
