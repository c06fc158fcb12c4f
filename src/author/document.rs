//! How a document, or fields within it, are written: where a field stands, and what bytes change with it.

use std::ops::Range;

use super::{
    compare::is,
    lines::{after_block, after_line, dash, line_end, line_start},
    value::{Fields, Value, behind, in_flow, of_fields, of_item},
};
use crate::yaml::{Kind, Mapping, Node, Sequence, Style};

/// Bytes of a text, and what is to stand in their place.
pub(super) struct Edit {
    pub(super) bytes: Range<usize>,
    pub(super) text: String,
}

/// How fields are written.
pub(super) struct Document<'n> {
    text: &'n str,
    pub(super) fields: Mapping<'n>,
    /// The columns before its keys; none between braces.
    indent: Option<usize>,
}

/// A field is not written out where it stands, or in a way that is not looked through.
pub(super) struct NotPlain;

impl<'n> Document<'n> {
    pub(super) fn of(node: Node<'n>, fields: Mapping<'n>) -> Option<Self> {
        let (first, _) = fields.entries().find(|(key, _)| !key.is_alias())?;
        let text = node.source().text();
        let (start, first) = (node.span().start as usize, first.span().start as usize);
        let indent = text[line_start(text, first)..first].chars().count();
        Some(Self { text, fields, indent: (!text[start..].starts_with('{')).then_some(indent) })
    }

    /// A field that it has itself, as key and value.
    pub(super) fn field(&self, name: &str) -> Result<Option<(Node<'n>, Node<'n>)>, NotPlain> {
        let Some((key, value)) = self.fields.entry(name) else { return Ok(None) };
        let between = self.text.get(key.span().end as usize..value.span().start as usize);
        let behind = between.and_then(|between| between.trim_start().strip_prefix(':'));
        // A list that is not indented begins behind its first dash.
        let says_nothing = |line: &str| line.is_empty() || line == "-" || line.starts_with('#');
        let is_plain = behind.is_some_and(|behind| {
            let behind = if is_block(value) { without_sign(behind) } else { behind };
            behind.lines().all(|line| says_nothing(line.trim()))
        });
        let is_own = !key.is_alias() && !value.is_alias() && !value.written().starts_with(['&', '!']);
        // Of a value that is not there, the place is that of the sign before it.
        let is_absent =
            value.written().is_empty() && between.is_some_and(|between| between.trim().is_empty());
        if is_own && (is_plain || is_absent) { Ok(Some((key, value))) } else { Err(NotPlain) }
    }

    /// Another value in the place of one.
    pub(super) fn replaced(&self, (key, value): (Node<'_>, Node<'_>), new: &Value) -> Result<Edit, NotPlain> {
        match (value.kind(), new) {
            (_, Value::Fields(fields)) => Ok(self.replaced_by_fields((key, value), fields)),
            (Kind::Sequence(_) | Kind::Mapping(_), _) => {
                let is_in_brackets = value.written().starts_with(['[', '{']);
                if is_in_brackets { Ok(self.on_line((key, value), in_flow(new))) } else { Err(NotPlain) }
            }
            (Kind::Scalar(_), _) if is_block(value) => self.in_place_of_block((key, value), new),
            (Kind::Scalar(_), _) => Ok(self.in_place_of_text((key, value), new)),
        }
    }

    /// On the line of its key if it fits there, and else on lines below it.
    fn in_place_of_text(&self, (key, value): (Node<'_>, Node<'_>), new: &Value) -> Edit {
        let (from, to) = (self.colon(key), self.end_of(key, value));
        let rest = &self.text[to..after_line(self.text, to)];
        let until = (value.span().start as usize).max(from);
        let begins_there = !self.text[from..until].contains(['\n', '\r']);
        match self.indent {
            Some(indent) if rest.trim().is_empty() && begins_there => {
                let lines = behind(key.written(), new, indent);
                Edit { bytes: from..to, text: lines.join(line_end(self.text)) }
            }
            Some(_) | None => self.on_line((key, value), in_flow(new)),
        }
    }

    /// In the place of a block of text, with the sign that opens it.
    fn in_place_of_block(&self, (key, value): (Node<'_>, Node<'_>), new: &Value) -> Result<Edit, NotPlain> {
        let (from, to) = (self.colon(key), self.end_of(key, value));
        let sign = self.text[from..after_line(self.text, from)].trim();
        match self.indent.filter(|_| !sign.contains('#')) {
            Some(indent) => {
                let text = behind(key.written(), new, indent).join(line_end(self.text));
                Ok(Edit { bytes: from..from + self.text[from..to].trim_end().len(), text })
            }
            None => Err(NotPlain),
        }
    }

    /// A value on the line of its key, or between the brackets in which the old one stands.
    fn on_line(&self, (key, value): (Node<'_>, Node<'_>), new: String) -> Edit {
        if value.written().is_empty() {
            let at = self.end_of(key, value);
            return Edit { bytes: at..at, text: format!(" {new}") };
        }
        Edit { bytes: value.span().range(), text: new }
    }

    /// Fields between braces where the old value stands on a line or in brackets, and else on lines of their own.
    fn replaced_by_fields(&self, (key, value): (Node<'_>, Node<'_>), new: &Fields) -> Edit {
        let old = value.written();
        let in_line = old.starts_with(['{', '[']) || value.text().is_some_and(|_| !old.is_empty());
        let Some(indent) = self.indent.filter(|_| !in_line) else {
            return self.on_line((key, value), in_flow(&Value::Fields(new.clone())));
        };
        let from = after_line(self.text, key.span().end as usize);
        let (to, inner) = if old.is_empty() {
            (from, indent + 2)
        } else {
            let start = value.span().start as usize;
            let inner = self.text[line_start(self.text, start)..start].chars().count();
            (after_block(self.text, value.span().end as usize, indent), inner.max(indent + 1))
        };
        self.lines(from..to, &of_fields(new, inner))
    }

    /// The items of a list changed one by one, so that those that stay keep their bytes and their comments.
    pub(super) fn items(
        &self,
        value: Node<'_>,
        old: Sequence<'_>,
        new: &[Value],
    ) -> Result<Vec<Edit>, NotPlain> {
        let old: Vec<Node<'_>> = old.items().collect();
        let before = old.iter().zip(new).take_while(|(old, new)| is(**old, new)).count();
        let (gone, come) = (&old[before..], &new[before..]);
        let behind = gone.iter().rev().zip(come.iter().rev()).take_while(|(old, new)| is(**old, new)).count();
        let (gone, come) = (&gone[..gone.len() - behind], &come[..come.len() - behind]);
        let is_plain = |node: &Node<'_>| !node.is_alias() && !node.written().starts_with(['&', '!']);
        if !gone.iter().all(is_plain) {
            return Err(NotPlain);
        }
        if value.written().starts_with('[') {
            return self.between_brackets(value, &old, before, gone, come).map(|edit| vec![edit]);
        }
        let dash = dash(self.text, value.span().start as usize).ok_or(NotPlain)?;
        let begins = |node: &Node<'_>| {
            let at = node.span().start as usize;
            let line = line_start(self.text, at);
            (self.text[line..at].trim() == "-").then_some(line).ok_or(NotPlain)
        };
        let ends = |node: &Node<'_>| after_block(self.text, node.span().end as usize, dash);
        let mut edits = Vec::new();
        for (old, new) in gone.iter().zip(come) {
            if let Some(values) = values_in_place(*old, new) {
                edits.extend(values);
                continue;
            }
            let line = begins(old)?;
            let end = old.span().end as usize;
            let rest = if is_block(*old) { "" } else { self.text[end..after_line(self.text, end)].trim() };
            if rest.is_empty() && (is_block(*old) || old.text().is_some()) {
                let to = if is_block(*old) { end } else { after_line(self.text, end) };
                edits.push(self.lines(line..to, &of_item(new, dash)));
            } else {
                edits.push(Edit { bytes: old.span().range(), text: in_flow(new) });
            }
        }
        for old in gone.iter().skip(come.len()) {
            edits.push(Edit { bytes: begins(old)?..ends(old), text: String::new() });
        }
        if let Some(more) = come.get(gone.len()..).filter(|more| !more.is_empty()) {
            let at = match (before + gone.len()).checked_sub(1).and_then(|last| old.get(last)) {
                Some(last) => ends(last),
                None => begins(old.first().ok_or(NotPlain)?)?,
            };
            let lines: Vec<String> = more.iter().flat_map(|value| of_item(value, dash)).collect();
            edits.push(self.lines(at..at, &lines));
        }
        Ok(edits)
    }

    fn between_brackets(
        &self,
        value: Node<'_>,
        old: &[Node<'_>],
        before: usize,
        gone: &[Node<'_>],
        come: &[Value],
    ) -> Result<Edit, NotPlain> {
        let text = come.iter().map(in_flow).collect::<Vec<_>>().join(", ");
        let start = |node: &Node<'_>| node.span().start as usize;
        let end = |node: &Node<'_>| node.span().end as usize;
        let before = before.checked_sub(1).and_then(|last| old.get(last));
        let bytes = match (gone, before, old.first()) {
            ([first, ..], _, _) if !come.is_empty() => start(first)..end(&gone[gone.len() - 1]),
            // With what goes, a comma has to.
            ([first, ..], None, _) => match old.get(gone.len()) {
                Some(next) => start(first)..start(next),
                None => start(first)..end(&gone[gone.len() - 1]),
            },
            ([.., last], Some(before), _) => end(before)..end(last),
            ([], Some(before), _) => {
                return Ok(Edit { bytes: end(before)..end(before), text: format!(", {text}") });
            }
            ([], None, Some(first)) => {
                return Ok(Edit { bytes: start(first)..start(first), text: format!("{text}, ") });
            }
            ([], None, None) => value.span().range(),
        };
        if self.text[bytes.clone()].contains('#') && gone.len() > 1 {
            return Err(NotPlain);
        }
        let text = if old.is_empty() { format!("[{text}]") } else { text };
        Ok(Edit { bytes, text })
    }

    /// Fields behind one that is there; none behind a block of text that the end of the file ends, as readers differ in
    /// whether a line end belongs to it.
    pub(super) fn inserted(&self, behind: &[String], new: &Fields) -> Option<Edit> {
        let mut known = behind.iter().filter_map(|name| self.fields.entry(name));
        let of_its_own = || self.fields.entries().filter(|(key, _)| !key.is_alias()).last();
        let (key, value) = known.find(|(key, _)| !key.is_alias()).or_else(of_its_own)?;
        let end = self.end_of(key, value);
        Some(match self.indent {
            None => {
                let new = new.iter().map(|(name, value)| format!(", {name}: {}", in_flow(value)));
                Edit { bytes: end..end, text: new.collect() }
            }
            Some(indent) => {
                let at = after_block(self.text, end, indent);
                if is_block(value) && !self.text[..at].ends_with(['\n', '\r']) {
                    return None;
                }
                self.lines(at..at, &of_fields(new, indent))
            }
        })
    }

    /// A field taken out, with the comments on its lines.
    pub(super) fn removed(&self, (key, value): (Node<'_>, Node<'_>)) -> Result<Edit, NotPlain> {
        let start = key.span().start as usize;
        // Empty lines behind a block of text stay.
        let end = self.text[..self.end_of(key, value)].trim_end().len();
        let own: Vec<(Node<'_>, Node<'_>)> =
            self.fields.entries().filter(|(key, _)| !key.is_alias()).collect();
        let at = own.iter().position(|(known, _)| known.span() == key.span()).ok_or(NotPlain)?;
        let next = own.get(at + 1).map(|(key, _)| key.span().start as usize);
        let before = at.checked_sub(1).map(|before| self.end_of(own[before].0, own[before].1));
        let line = line_start(self.text, start);
        let bytes = match (self.indent, next, before) {
            (Some(indent), ..) if self.text[line..start].bytes().all(|byte| byte == b' ') => {
                line..after_block(self.text, end, indent)
            }
            // What follows comes behind the dash.
            (Some(_), Some(next), _) if self.text[end..next].trim().is_empty() => start..next,
            (None, Some(next), _) if !self.text[end..next].contains('#') => start..next,
            (None, None, Some(before)) if !self.text[before..start].contains('#') => before..end,
            (None, None, None) => start..end,
            _ => return Err(NotPlain),
        };
        Ok(Edit { bytes, text: String::new() })
    }

    /// One past the colon behind a key.
    fn colon(&self, key: Node<'_>) -> usize {
        let end = key.span().end as usize;
        self.text[end..].find(':').map_or(end, |colon| end + colon + 1)
    }

    /// One past the last byte of a value; of one that is not there, of the colon.
    fn end_of(&self, key: Node<'_>, value: Node<'_>) -> usize {
        if value.written().is_empty() {
            return self.colon(key);
        }
        let end = value.span().end as usize;
        // Behind a block of text, the columns before what follows are not its own.
        if is_block(value) { self.text[..end].trim_end_matches(' ').len() } else { end }
    }

    /// Lines in the place of lines. What has no line end at its end does not get one.
    fn lines(&self, bytes: Range<usize>, lines: &[String]) -> Edit {
        let end = line_end(self.text);
        let begins = |at: usize| self.text[..at].ends_with(['\n', '\r']);
        let is_first = bytes.start == line_start(self.text, bytes.start);
        let mut text = if is_first { String::new() } else { end.to_owned() };
        text.push_str(&lines.join(end));
        if begins(bytes.end) {
            text.push_str(end);
        }
        Edit { bytes, text }
    }
}

/// Where the same fields hold other values, each on its line, only these change.
fn values_in_place(old: Node<'_>, new: &Value) -> Option<Vec<Edit>> {
    let Value::Fields(new) = new else { return None };
    let old: Vec<(Node<'_>, Node<'_>)> = old.mapping()?.entries().collect();
    if old.len() != new.len() {
        return None;
    }
    let mut edits = Vec::new();
    for ((key, value), (name, new)) in old.into_iter().zip(new) {
        if key.text() != Some(name) {
            return None;
        }
        if is(value, new) {
            continue;
        }
        let is_on_line = !value.written().is_empty()
            && !value.written().contains(['\n', '\r'])
            && !value.is_alias()
            && !value.written().starts_with(['&', '!']);
        let is_single = !matches!(new, Value::List(_) | Value::Fields(_));
        if value.text().is_none() || !is_on_line || !is_single {
            return None;
        }
        edits.push(Edit { bytes: value.span().range(), text: in_flow(new) });
    }
    Some(edits)
}

/// Whether a value is a block of text.
fn is_block(value: Node<'_>) -> bool {
    match value.kind() {
        Kind::Scalar(scalar) => matches!(scalar.style, Style::Literal | Style::Folded),
        Kind::Sequence(_) | Kind::Mapping(_) => false,
    }
}

/// What stands behind the sign that opens a block of text.
fn without_sign(behind: &str) -> &str {
    let sign = behind.trim_start_matches(' ');
    sign.strip_prefix(['|', '>']).map_or(behind, |rest| {
        rest.trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    })
}
