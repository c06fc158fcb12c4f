//! What can be wrong with YAML, in words a person can act on.

use super::path::Path;
use crate::text::Span;

/// Which mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text is not well-formed YAML.
    Syntax,
    /// A line is indented with a tab.
    TabIndentation,
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// A merge conflict was never settled.
    ConflictMarkers,
    /// A character that YAML does not allow.
    ControlCharacter,
    /// A mapping holds a key twice.
    DuplicateKey,
    /// A key is a list, a mapping or nothing.
    KeyNotText,
    /// An alias whose anchor is missing, or that stands for what it is part of.
    UnknownAlias,
    /// `<<` merges something that has no keys.
    MergeOfNonMapping,
    /// A tag that YAML itself does not define, or that its value does not fit.
    Tag,
    /// Too many levels of nesting.
    TooDeep,
    /// Too many nodes as written.
    TooManyNodes,
    /// Too many nodes once aliases are expanded.
    AliasBudget,
    /// The front matter of a Markdown file is opened and never closed.
    UnclosedFrontMatter,
}

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which mistake it is.
    pub kind: ProblemKind,
    /// The narrowest place that shows it.
    pub span: Span,
    /// What is the case: lower case, no full stop.
    pub message: String,
    /// What is seen at the place itself, if that adds something.
    pub label: Option<String>,
    /// What closes it.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<(Span, String)>,
    /// What identifies it among its kind in this text, whatever the lines: a key, a name.
    pub facts: Vec<(&'static str, String)>,
    /// The way from the document to it, where there is one.
    pub path: Option<Path>,
    /// Whether the document it is in was given up.
    pub fatal: bool,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
            label: None,
            help: None,
            related: Vec::new(),
            facts: Vec::new(),
            path: None,
            fatal: false,
        }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Span, says: impl Into<String>) -> Self {
        self.related.push((span, says.into()));
        self
    }

    pub(super) fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    pub(super) fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }
}

/// A number with its thousands apart: `1,000,000`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    digits.char_indices().fold(String::new(), |mut text, (position, digit)| {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
        text
    })
}
