//! From the parser's events to the tree, under limits.

use std::{collections::HashMap, ops::Range, sync::Arc};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StrInput, StructureStyle, Tag};

use super::{
    Limits, diagnose,
    problem::{Problem, ProblemKind, grouped},
    problems::Problems,
    scalar::Style,
    tags,
    tree::{Raw, Shape, Stream, Tagged},
    unreadable,
};
use crate::text::{Source, Span, quoted};

/// Reads a whole text.
pub fn read(source: Arc<Source>, limits: &Limits) -> Stream {
    let whole = Span::new(0, source.text().len());
    read_within(source, whole, limits)
}

/// Reads a part of a text, such as the front matter of a Markdown file; places are those of the
/// whole text.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is one of builders of one lifetime only"
)]
pub fn read_within(source: Arc<Source>, part: Span, limits: &Limits) -> Stream {
    built(source, part, limits, |builder, text| builder.run(text)).stream
}

/// Reads a part of a text of which each line is a document. Lines of white space count for nothing.
pub(super) fn read_each_line(source: Arc<Source>, part: Span, limits: &Limits) -> Built {
    built(source, part, limits, |builder, text| {
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() && !builder.exhausted {
                builder.run(line);
            }
            builder.base += line.len();
        }
    })
}

/// What was read of a part of a text.
pub(super) struct Built {
    pub(super) stream: Stream,
    /// How many nodes there are, aliases expanded.
    pub(super) expanded: usize,
}

fn built(
    source: Arc<Source>,
    part: Span,
    limits: &Limits,
    read: impl FnOnce(&mut Builder<'_>, &str),
) -> Built {
    let holder = Arc::clone(&source);
    let mut builder = Builder::new(source, part.start as usize, limits);
    let unreadable = unreadable::problems(&holder, part);
    if unreadable.is_empty() {
        read(&mut builder, holder.slice(part));
    } else {
        builder.stream.broken = 1;
        for problem in unreadable {
            builder.problems.add(problem, None);
        }
    }
    let expanded = builder.expanded;
    Built { stream: builder.finish(), expanded }
}

struct Builder<'l> {
    stream: Stream,
    /// Where the part that is read begins in the text.
    base: usize,
    limits: &'l Limits,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    /// Nodes so far, aliases expanded.
    expanded: usize,
    problems: Problems,
    document: Document,
    /// Whether the limits leave room for no further document.
    exhausted: bool,
}

/// Where the document being read begins, in the nodes and in the problems.
#[derive(Default)]
struct Document {
    first_node: usize,
    first_problem: usize,
}

/// A collection that is not finished.
struct Open {
    node: usize,
    mapping: bool,
    flow: bool,
    children: usize,
    anchor: usize,
    expanded: usize,
    height: usize,
    merges: bool,
    /// Where the last child ends: the parser ends a block collection only at the next token.
    end: u32,
}

/// A node with an anchor.
#[derive(Clone, Copy)]
enum Anchor {
    /// Not finished: an alias to it would hold itself.
    Open,
    Done {
        node: usize,
        expanded: usize,
        height: usize,
    },
}

/// The document cannot be read any further.
struct GivenUp;

impl<'l> Builder<'l> {
    fn new(source: Arc<Source>, base: usize, limits: &'l Limits) -> Self {
        Self {
            stream: Stream {
                source,
                nodes: Vec::new(),
                cooked: String::new(),
                cooked_ends: Vec::new(),
                roots: Vec::new(),
                broken: 0,
                problems: Vec::new(),
            },
            base,
            limits,
            open: Vec::new(),
            anchors: HashMap::new(),
            expanded: 0,
            problems: Problems::default(),
            document: Document::default(),
            exhausted: false,
        }
    }

    fn run(&mut self, text: &str) {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            emit_comments: false,
            // The parser scans ahead, and would meet a bracket too many before we do.
            flow_nesting_limit: self.limits.depth,
            block_nesting_limit: self.limits.depth,
        };
        let mut parser = Parser::new_from_str_with_options(text, options);
        while let Some(event) = parser.next_event() {
            let read = match event {
                Ok((event, span)) => {
                    let bytes = span.byte_range().unwrap_or_default();
                    let tag =
                        span.tag_span().and_then(|span| span.byte_range()).unwrap_or_else(|| bytes.clone());
                    self.event(event, self.span(&bytes), self.span(&tag))
                }
                Err(error) => {
                    let open: Vec<Span> =
                        self.open.iter().map(|open| self.stream.nodes[open.node].span).collect();
                    let problem = match error.kind() {
                        ErrorKind::RecursionLimitExceeded => {
                            let at = self.base + error.marker().byte_offset().unwrap_or_default();
                            diagnose::too_deep(Span::new(at, at + 1), self.limits.depth)
                        }
                        _ => diagnose::of_error(&self.stream.source, self.base, &error, &open),
                    };
                    self.problems.add(problem.fatal(), None);
                    Err(GivenUp)
                }
            };
            if read.is_err() && !self.give_up(&mut parser) {
                return;
            }
        }
    }

    /// Drops the document being read and goes on with the next. Whether there may be one.
    fn give_up<'t>(&mut self, parser: &mut Parser<'t, StrInput<'t>>) -> bool {
        self.exhausted = self.stream.nodes.len() > self.limits.nodes || self.expanded > self.limits.expanded;
        self.stream.nodes.truncate(self.document.first_node);
        self.problems.forget_nodes(self.document.first_problem);
        self.stream.broken += 1;
        self.end_document();
        !self.exhausted && parser.proceed_next_document().unwrap_or(false)
    }

    /// Notes a problem about the node that comes next.
    fn tell_of_next(&mut self, problem: Problem) {
        self.problems.add(problem, Some(self.stream.nodes.len()));
    }

    fn span(&self, bytes: &Range<usize>) -> Span {
        Span::new(self.base + bytes.start, self.base + bytes.end)
    }

    fn event(&mut self, event: Event<'_>, span: Span, tag_span: Span) -> Result<(), GivenUp> {
        match event {
            Event::DocumentEnd => {
                self.stream.roots.push(index(self.document.first_node));
                self.end_document();
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                // The parser writes an absent value as `~`.
                let text = if span.start == span.end && style == ScalarStyle::Plain { "" } else { &*text };
                let tag = tag.as_deref().map(|tag| (tag, tag_span));
                self.scalar(text, style, anchor, tag, span)
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = tag.as_deref().map(|tag| (tag, tag_span));
                self.start(false, style, anchor, tag, span)
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = tag.as_deref().map(|tag| (tag, tag_span));
                self.start(true, style, anchor, tag, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => self.unknown_alias(&name, span),
            // Marks of the stream itself, and what the options above leave out.
            _ => Ok(()),
        }
    }

    fn end_document(&mut self) {
        self.open.clear();
        self.anchors.clear();
        self.document = Document { first_node: self.stream.nodes.len(), first_problem: self.problems.len() };
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<(&Tag, Span)>,
        span: Span,
    ) -> Result<(), GivenUp> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let tagged = match tag.map(|(tag, tag_span)| tags::scalar_form(tag, text, tag_span)) {
            None => Tagged::No,
            Some(Ok(form)) => form.into(),
            Some(Err(problem)) => {
                self.tell_of_next(*problem);
                Tagged::No
            }
        };
        let data = self.keep(text, style, span);
        if let Some(comment) = self.comment_within(style, span) {
            let problem = Problem::new(ProblemKind::Syntax, comment, "a comment stands inside a value")
                .label("the value begins above and goes on below")
                .help("move the comment above the key, or put quotes around the value if `#` belongs to it");
            self.tell_of_next(problem);
        }
        let merge = style == Style::Plain && text == "<<" && tag.is_none() && self.at_key();
        let shape = if merge { Shape::MergeKey } else { Shape::Scalar(style) };
        if merge {
            self.open.last_mut().expect("only a mapping has keys").merges = true;
        }
        if self.at_key() && text.is_empty() && style == Style::Plain {
            let problem = Problem::new(ProblemKind::KeyNotText, span, "a key is empty")
                .label("a key should stand here")
                .help("write the key before the colon, or `\"\"` if it is meant to be empty");
            self.tell_of_next(problem);
        }
        let node = self.push(Raw { span, after: 0, data, shape, tagged })?;
        self.finish_child(node, anchor, 1, 0, span.end);
        Ok(())
    }

    /// A line of a plain value that is a comment. Where a tab indents it, the parser takes it for an
    /// empty line and goes on.
    fn comment_within(&self, style: Style, span: Span) -> Option<Span> {
        let written = self.stream.source.slice(span);
        if style != Style::Plain || !written.contains('#') {
            return None;
        }
        let mut start = span.start as usize;
        written.split_inclusive(['\n', '\r']).find_map(|line| {
            let comment = line.trim_start_matches([' ', '\t']);
            let offset = start + line.len() - comment.len();
            start += line.len();
            comment.starts_with('#').then(|| Span::new(offset, offset + comment.trim_end().len()))
        })
    }

    /// Keeps a text beside the tree, unless the source has it just so. What [`Raw::data`] holds.
    fn keep(&mut self, text: &str, style: Style, span: Span) -> u32 {
        let written = self.stream.source.slice(span);
        let as_written = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                written.len() >= 2 && written.get(1..written.len() - 1) == Some(text)
            }
            Style::Plain | Style::Literal | Style::Folded => written == text,
        };
        if as_written {
            return 0;
        }
        self.stream.cooked.push_str(text);
        self.stream.cooked_ends.push(index(self.stream.cooked.len()));
        index(self.stream.cooked_ends.len())
    }

    fn start(
        &mut self,
        mapping: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<(&Tag, Span)>,
        span: Span,
    ) -> Result<(), GivenUp> {
        let (what, own_tag, example) =
            if mapping { ("a mapping", "map", "{{ .. }}") } else { ("a list", "seq", "[..]") };
        if let Some(problem) =
            tag.and_then(|(tag, tag_span)| tags::of_collection(tag, own_tag, what, tag_span))
        {
            self.tell_of_next(problem);
        }
        if self.at_key() {
            let problem = Problem::new(ProblemKind::KeyNotText, span, format!("a key is {what}"))
                .label(format!("{what} used as a key"))
                .help(format!("a key is a name; if the value is meant as text, put quotes around all of it: `\"{example}\"`"));
            self.tell_of_next(problem);
        }
        let shape = if mapping { Shape::Mapping } else { Shape::Sequence };
        let node = self.push(Raw { span, after: 0, data: 0, shape, tagged: Tagged::No })?;
        self.remember(anchor, Anchor::Open);
        self.open.push(Open {
            node,
            mapping,
            flow: style == StructureStyle::Flow,
            children: 0,
            anchor,
            expanded: 1,
            height: 0,
            merges: false,
            end: span.end,
        });
        if self.open.len() > self.limits.depth {
            return Err(self.too_deep(span, None));
        }
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        // A pair in a list, `[key: value]`, is a flow mapping without a bracket to end it.
        let bracketed = open.flow && span.end > span.start;
        let end = if bracketed { span.end } else { open.end };
        let node = &mut self.stream.nodes[open.node];
        node.span.end = end.max(node.span.start);
        if open.mapping {
            for (first, again) in self.stream.duplicate_keys(open.node) {
                let problem = || self.stream.duplicate(first, again);
                self.problems.add_with(ProblemKind::DuplicateKey, Some(again), problem);
            }
            if open.merges {
                for (problem, node) in self.stream.merge_entries(open.node) {
                    self.problems.add(problem, Some(node));
                }
            }
        }
        self.stream.nodes[open.node].after = index(self.stream.nodes.len());
        let end = self.stream.nodes[open.node].span.end;
        self.finish_child(open.node, open.anchor, open.expanded, open.height + 1, end);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), GivenUp> {
        match self.anchors.get(&anchor) {
            Some(Anchor::Done { node, expanded, height }) => {
                let (target, expanded, height) = (*node, *expanded, *height);
                if self.at_key() && !matches!(self.stream.nodes[target].shape, Shape::Scalar(_)) {
                    let problem =
                        Problem::new(ProblemKind::KeyNotText, span, "a key stands for a list or a mapping")
                            .label("an alias used as a key")
                            .related(self.stream.nodes[target].span, "what it stands for")
                            .help("a key is a name; write it out");
                    self.tell_of_next(problem);
                }
                if self.open.len() + height > self.limits.depth {
                    return Err(self.too_deep(span, Some(self.stream.nodes[target].span)));
                }
                let after = index(self.stream.nodes.len() + 1);
                let raw = Raw { span, after, data: index(target), shape: Shape::Alias, tagged: Tagged::No };
                let node = self.push(raw)?;
                self.expanded += expanded - 1;
                self.finish_child(node, 0, expanded, height, span.end);
                if self.expanded > self.limits.expanded {
                    let message =
                        format!("aliases expand to more than {} values", grouped(self.limits.expanded));
                    let problem = Problem::new(ProblemKind::AliasBudget, span, message)
                        .label("the limit is passed here")
                        .help(
                            "write the values out, or refer to a document by its id instead of repeating it",
                        )
                        .fatal();
                    self.problems.add(problem, None);
                    return Err(GivenUp);
                }
                Ok(())
            }
            Some(Anchor::Open) => {
                let name = self.stream.source.slice(span).trim_start_matches('*').to_owned();
                let problem = Problem::new(
                    ProblemKind::UnknownAlias,
                    span,
                    format!("alias {} stands for something that it is part of", quoted(&name)),
                )
                .label("this would never end")
                .help("write the value out")
                .fact("alias", name);
                self.tell_of_next(problem);
                self.placeholder(span)
            }
            None => {
                let name = self.stream.source.slice(span).trim_start_matches('*').to_owned();
                self.unknown_alias(&name, span)
            }
        }
    }

    fn unknown_alias(&mut self, name: &str, span: Span) -> Result<(), GivenUp> {
        let message = format!("alias {} has no anchor before it in this document", quoted(name));
        let problem = Problem::new(ProblemKind::UnknownAlias, span, message)
            .label("read as an alias because of its `*`")
            .help(if name.ends_with('*') {
                format!("if it is no alias, put quotes around the text: {}", quoted(&format!("\"*{name}\"")))
            } else {
                let anchor = quoted(&format!("&{name}"));
                format!(
                    "put {anchor} before the value that is meant, or quotes around the text if it is no alias"
                )
            })
            .fact("alias", name);
        self.tell_of_next(problem);
        self.placeholder(span)
    }

    /// A null where an alias leads nowhere.
    fn placeholder(&mut self, span: Span) -> Result<(), GivenUp> {
        let data = self.keep("", Style::Plain, span);
        let raw = Raw { span, after: 0, data, shape: Shape::Scalar(Style::Plain), tagged: Tagged::No };
        let node = self.push(raw)?;
        self.finish_child(node, 0, 1, 0, span.end);
        Ok(())
    }

    fn push(&mut self, mut raw: Raw) -> Result<usize, GivenUp> {
        let node = self.stream.nodes.len();
        raw.after = index(node + 1);
        let span = raw.span;
        self.stream.nodes.push(raw);
        self.expanded += 1;
        if self.stream.nodes.len() > self.limits.nodes {
            let message = format!("the file holds more than {} values", grouped(self.limits.nodes));
            let problem = Problem::new(ProblemKind::TooManyNodes, span, message)
                .label("the limit is passed here")
                .help("split the file: one file a month, or one file a document")
                .fatal();
            self.problems.add(problem, None);
            return Err(GivenUp);
        }
        Ok(node)
    }

    /// Tells the collection around a node that the node is complete.
    fn finish_child(&mut self, node: usize, anchor: usize, expanded: usize, height: usize, end: u32) {
        self.remember(anchor, Anchor::Done { node, expanded, height });
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
            parent.expanded += expanded;
            parent.height = parent.height.max(height);
            parent.end = end;
        }
    }

    /// The parser numbers anchors from one; zero is none.
    fn remember(&mut self, anchor: usize, state: Anchor) {
        if anchor != 0 {
            self.anchors.insert(anchor, state);
        }
    }

    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.mapping && open.children.is_multiple_of(2))
    }

    fn too_deep(&mut self, span: Span, target: Option<Span>) -> GivenUp {
        let mut problem = diagnose::too_deep(span, self.limits.depth);
        if let Some(target) = target {
            problem = problem.related(target, "what the alias stands for");
        }
        self.problems.add(problem, None);
        GivenUp
    }

    fn finish(mut self) -> Stream {
        self.stream.problems = self.problems.finish(&self.stream);
        self.stream.nodes.shrink_to_fit();
        self.stream
    }
}

pub(super) fn index(position: usize) -> u32 {
    u32::try_from(position).expect("files above 16 MiB are not read")
}
