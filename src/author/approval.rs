//! An approval, written into the document for which it is given.
//!
//! Three fields are written: `status`, `version` where a new one is given, and `approval`. An approval that
//! stands there goes as a whole, with the comments between its lines, which speak of it; git keeps it. All other
//! bytes stay as they were.

use std::{ops::Range, sync::Arc};

use chrono::NaiveDate;

use super::{
    AuthorError,
    compare::{all_same, holds, same, same_but},
    lines::{after_block, after_line, line_end, line_start},
    value::{Fields, Value, in_flow, of_fields},
};
use crate::{
    corpus::{COLLECTION, ENTRIES, REGISTER, is_markdown},
    repository::FILE_SIZE_LIMIT,
    text::Source,
    yaml::{self, Kind, Limits, Mapping, Node, Sequence, Stream, Style},
};

const STATUS: &str = "status";
const VERSION: &str = "version";
const APPROVAL: &str = "approval";
/// What the status of a document says that is approved.
const APPROVED: &str = "approved";
/// A new field goes behind the first of these that is there.
const BEFORE: [&str; 4] = [STATUS, VERSION, "title", "id"];

/// An approval, as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The version that the document has by it; none leaves the one it has.
    pub version: Option<String>,
    /// Who approved.
    pub by: String,
    /// In which role.
    pub role: Option<String>,
    /// On which day.
    pub date: NaiveDate,
    /// Who writes it down, if somebody else.
    pub recorded_by: Option<String>,
    /// What proves it.
    pub evidence: Vec<String>,
    /// Of the content that was approved.
    pub digest: Option<String>,
}

impl Approval {
    fn fields(&self) -> Fields {
        let mut fields: Fields = vec![("by", text(&self.by))];
        fields.extend(self.role.as_ref().map(|role| ("role", text(role))));
        fields.push(("date", Value::Day(self.date)));
        fields.extend(self.recorded_by.as_ref().map(|recorder| ("recorded_by", text(recorder))));
        if !self.evidence.is_empty() {
            fields.push(("evidence", Value::List(self.evidence.iter().map(text).collect())));
        }
        fields.extend(self.digest.as_ref().map(|digest| ("digest", text(digest))));
        fields
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The text of a file with an approval written into the document of an id.
///
/// # Errors
///
/// If there is not just one such document, it is not written so that one can write into it alone, or what would
/// stand there does not read as it should.
pub fn approved(path: &str, text: &str, id: &str, approval: &Approval) -> Result<String, AuthorError> {
    let not_as_meant = || AuthorError::NotAsMeant { path: path.to_owned() };
    let before = File::read(path, text, id)?;
    let place = before.place(path, id)?;
    let edits = edits(path, id, before.node(place).ok_or_else(not_as_meant)?, approval)?;
    let (mut written, mut at) = (String::with_capacity(text.len() + 256), 0);
    for edit in edits {
        written.push_str(text.get(at..edit.bytes.start).ok_or_else(not_as_meant)?);
        written.push_str(&edit.text);
        at = edit.bytes.end;
    }
    written.push_str(&text[at..]);
    if written.len() as u64 > FILE_SIZE_LIMIT {
        return Err(AuthorError::TooLarge { path: path.to_owned() });
    }
    let after = File::read(path, &written, id).map_err(|_| not_as_meant())?;
    if is_as_meant(&before, &after, place, approval) { Ok(written) } else { Err(not_as_meant()) }
}

/// A file that reads without a mistake.
struct File {
    stream: Stream,
    /// What stands behind front matter.
    body: String,
}

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// Among the documents of YAML in the file.
    number: usize,
    within: Within,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Whole,
    Register,
    Entry(usize),
}

impl File {
    fn read(path: &str, text: &str, id: &str) -> Result<Self, AuthorError> {
        let source = Arc::new(Source::new(path, text));
        let unsound =
            |at: u32| AuthorError::Unsound { path: path.to_owned(), line: source.position(at).line };
        let (stream, body) = if is_markdown(path) {
            match yaml::front_matter(&source) {
                None => return Err(AuthorError::NoDocument { path: path.to_owned(), id: id.to_owned() }),
                Some(Err(problem)) => return Err(unsound(problem.span.start)),
                Some(Ok(parts)) => {
                    let stream = yaml::read_within(Arc::clone(&source), parts.yaml, &Limits::default());
                    (stream, source.slice(parts.body).to_owned())
                }
            }
        } else {
            (yaml::read(Arc::clone(&source), &Limits::default()), String::new())
        };
        match stream.problems().first() {
            Some(problem) => Err(unsound(problem.span.start)),
            None => Ok(Self { stream, body }),
        }
    }

    /// The one document of an id.
    fn place(&self, path: &str, id: &str) -> Result<Place, AuthorError> {
        let has_id = |node: Node<'_>| node.mapping().and_then(|fields| fields.get("id")?.text()) == Some(id);
        let mut places = Vec::new();
        for (number, node) in self.stream.documents().enumerate() {
            let Some(fields) = node.mapping() else { continue };
            if fields.get(COLLECTION).is_none() {
                places.extend(has_id(node).then_some(Place { number, within: Within::Whole }));
                continue;
            }
            if fields.get(REGISTER).is_some_and(has_id) {
                places.push(Place { number, within: Within::Register });
            }
            let entries = items(fields).enumerate().filter(|(_, entry)| has_id(*entry));
            places.extend(entries.map(|(entry, _)| Place { number, within: Within::Entry(entry) }));
        }
        match places[..] {
            [place] => Ok(place),
            [] => Err(AuthorError::NoDocument { path: path.to_owned(), id: id.to_owned() }),
            _ => Err(AuthorError::SeveralDocuments { path: path.to_owned(), id: id.to_owned() }),
        }
    }

    fn node(&self, place: Place) -> Option<Node<'_>> {
        let node = self.stream.documents().nth(place.number)?;
        match place.within {
            Within::Whole => Some(node),
            Within::Register => node.mapping()?.get(REGISTER),
            Within::Entry(entry) => items(node.mapping()?).nth(entry),
        }
    }
}

fn items(mapping: Mapping<'_>) -> impl Iterator<Item = Node<'_>> {
    let list = mapping.get(ENTRIES).and_then(|entries| match entries.kind() {
        Kind::Sequence(list) => Some(list),
        Kind::Scalar(_) | Kind::Mapping(_) => None,
    });
    list.into_iter().flat_map(Sequence::items)
}

/// Bytes of a text, and what is to stand in their place.
struct Edit {
    bytes: Range<usize>,
    text: String,
}

/// What is to be changed for an approval, in the order of places.
fn edits(path: &str, id: &str, node: Node<'_>, approval: &Approval) -> Result<Vec<Edit>, AuthorError> {
    let tied = |what| AuthorError::Tied { path: path.to_owned(), id: id.to_owned(), what };
    let whole = || tied("the fields");
    let fields = node.mapping().filter(|_| !node.is_alias()).ok_or_else(whole)?;
    let written = Document::of(node, fields).ok_or_else(whole)?;
    let (mut edits, mut new) = (Vec::new(), Fields::new());

    let version = approval.version.as_deref().map(|version| (VERSION, "`version`", version));
    for (field, what, value) in version.into_iter().chain([(STATUS, "`status`", APPROVED)]) {
        match written.field(field).map_err(|NotPlain| tied(what))? {
            None => new.push((field, text(value))),
            Some((_, old)) if old.text() == Some(value) => {}
            Some(old) => edits.push(written.replaced(old, in_flow(&text(value)))),
        }
    }
    let fields = approval.fields();
    match written.field(APPROVAL).map_err(|NotPlain| tied("`approval`"))? {
        None => new.push((APPROVAL, Value::Fields(fields))),
        Some(old) => edits.push(written.replaced_by_fields(old, fields)),
    }
    if !new.is_empty() {
        let inserted = written.inserted(&new);
        edits.push(inserted.ok_or_else(|| AuthorError::NotAsMeant { path: path.to_owned() })?);
    }
    // Of two at one byte, what belongs to a field that is there goes before what follows it.
    edits.sort_by_key(|edit| edit.bytes.start);
    Ok(edits)
}

/// How a document is written.
struct Document<'n> {
    text: &'n str,
    fields: Mapping<'n>,
    /// The columns before its keys; none between braces.
    indent: Option<usize>,
}

/// A field is not written out where it stands, or in a way that is not looked through.
struct NotPlain;

impl<'n> Document<'n> {
    fn of(node: Node<'n>, fields: Mapping<'n>) -> Option<Self> {
        let (id, _) = fields.entry("id").filter(|(id, _)| !id.is_alias())?;
        let text = node.source().text();
        let (start, id) = (node.span().start as usize, id.span().start as usize);
        let indent = text[line_start(text, id)..id].chars().count();
        Some(Self { text, fields, indent: (!text[start..].starts_with('{')).then_some(indent) })
    }

    /// A field that it has itself, as key and value.
    fn field(&self, name: &str) -> Result<Option<(Node<'n>, Node<'n>)>, NotPlain> {
        let Some((key, value)) = self.fields.entry(name) else { return Ok(None) };
        let between = self.text.get(key.span().end as usize..value.span().start as usize);
        let behind = between.and_then(|between| between.trim_start().strip_prefix(':'));
        // A list that is not indented begins behind its first dash.
        let says_nothing = |line: &str| line.is_empty() || line == "-" || line.starts_with('#');
        let is_plain = behind.is_some_and(|behind| behind.lines().all(|line| says_nothing(line.trim())));
        let is_own = !key.is_alias() && !value.is_alias() && !value.written().starts_with(['&', '!']);
        // Of a value that is not there, the place is that of the sign before it.
        let is_absent =
            value.written().is_empty() && between.is_some_and(|between| between.trim().is_empty());
        if is_own && (is_plain || is_absent) { Ok(Some((key, value))) } else { Err(NotPlain) }
    }

    /// A value on the line of its key, or between the brackets in which the old one stands.
    fn replaced(&self, (key, value): (Node<'_>, Node<'_>), new: String) -> Edit {
        if value.written().is_empty() {
            let at = self.end_of(key, value);
            return Edit { bytes: at..at, text: format!(" {new}") };
        }
        Edit { bytes: value.span().range(), text: new }
    }

    /// Fields between braces where the old value stands on a line or in brackets, and else on lines of their own.
    fn replaced_by_fields(&self, (key, value): (Node<'_>, Node<'_>), new: Fields) -> Edit {
        let old = value.written();
        let in_line = old.starts_with(['{', '[']) || value.text().is_some_and(|_| !old.is_empty());
        let Some(indent) = self.indent.filter(|_| !in_line) else {
            return self.replaced((key, value), in_flow(&Value::Fields(new)));
        };
        let from = after_line(self.text, key.span().end as usize);
        let (to, inner) = if old.is_empty() {
            (from, indent + 2)
        } else {
            let start = value.span().start as usize;
            let inner = self.text[line_start(self.text, start)..start].chars().count();
            (after_block(self.text, value.span().end as usize, indent), inner.max(indent + 1))
        };
        self.lines(from..to, &of_fields(&new, inner))
    }

    /// Fields behind those that are there; none behind a block of text that the end of the file ends, as readers
    /// differ in whether a line end belongs to it.
    fn inserted(&self, new: &Fields) -> Option<Edit> {
        let mut known = BEFORE.iter().filter_map(|name| self.fields.entry(name));
        let (key, value) = known.find(|(key, _)| !key.is_alias())?;
        let end = self.end_of(key, value);
        Some(match self.indent {
            None => {
                let new = new.iter().map(|(name, value)| format!(", {name}: {}", in_flow(value)));
                Edit { bytes: end..end, text: new.collect() }
            }
            Some(indent) => {
                let at = after_block(self.text, end, indent);
                let is_block = match value.kind() {
                    Kind::Scalar(scalar) => matches!(scalar.style, Style::Literal | Style::Folded),
                    Kind::Sequence(_) | Kind::Mapping(_) => false,
                };
                if is_block && !self.text[..at].ends_with(['\n', '\r']) {
                    return None;
                }
                self.lines(at..at, &of_fields(new, indent))
            }
        })
    }

    /// One past the last byte of a value; of one that is not there, of the colon.
    fn end_of(&self, key: Node<'_>, value: Node<'_>) -> usize {
        let end = key.span().end as usize;
        let colon = || self.text[end..].find(':').map_or(end, |colon| end + colon + 1);
        if value.written().is_empty() { colon() } else { value.span().end as usize }
    }

    /// Lines in the place of lines. What has no line end at its end does not get one.
    fn lines(&self, bytes: Range<usize>, lines: &[String]) -> Edit {
        let end = line_end(self.text);
        let begins = |at: usize| self.text[..at].ends_with(['\n', '\r']);
        let mut text = if begins(bytes.start) { String::new() } else { end.to_owned() };
        text.push_str(&lines.join(end));
        if begins(bytes.end) {
            text.push_str(end);
        }
        Edit { bytes, text }
    }
}

/// Whether nothing else than the three fields has changed, and they say what they should.
fn is_as_meant(before: &File, after: &File, place: Place, approval: &Approval) -> bool {
    let (old, new) = (before.stream.documents(), after.stream.documents());
    if before.body != after.body || old.len() != new.len() {
        return false;
    }
    let rest_is_same = old.zip(new).enumerate().all(|(number, (old, new))| {
        let (Some(old_fields), Some(new_fields)) = (old.mapping(), new.mapping()) else {
            return same(old, new);
        };
        match place.within {
            _ if number != place.number => same(old, new),
            Within::Whole => true,
            Within::Register => same_but(old_fields, new_fields, &[REGISTER]),
            Within::Entry(entry) => {
                let others = |fields| items(fields).enumerate().filter(|(at, _)| *at != entry);
                same_but(old_fields, new_fields, &[ENTRIES])
                    && all_same(
                        others(old_fields).map(|(_, node)| node),
                        others(new_fields).map(|(_, node)| node),
                    )
            }
        }
    });
    rest_is_same && has_approval(before, after, place, approval)
}

/// Whether a document has the approval now, and is otherwise what it was.
fn has_approval(before: &File, after: &File, place: Place, approval: &Approval) -> bool {
    let fields = |file| File::node(file, place).and_then(Node::mapping);
    let (Some(old), Some(new)) = (fields(before), fields(after)) else { return false };
    let version = |fields: Mapping<'_>| fields.get(VERSION).and_then(Node::text).map(str::to_owned);
    let meant = approval.version.clone().or_else(|| version(old));
    same_but(old, new, &[STATUS, VERSION, APPROVAL])
        && new.get(STATUS).and_then(Node::text) == Some(APPROVED)
        && version(new) == meant
        && new.get(APPROVAL).is_some_and(|value| holds(value, &approval.fields()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval() -> Approval {
        Approval {
            version: Some("2.0".to_owned()),
            by: "PER-001".to_owned(),
            role: Some("ROL-001".to_owned()),
            date: "2026-03-02".parse().unwrap(),
            recorded_by: None,
            evidence: vec!["evidence/minutes.md".to_owned(), "Meeting: all agreed".to_owned()],
            digest: Some("v1:sha256:00".to_owned()),
        }
    }

    /// The smallest that one can give.
    fn short() -> Approval {
        Approval { version: None, role: None, evidence: Vec::new(), digest: None, ..approval() }
    }

    const FLOW: &str = "{by: PER-001, role: ROL-001, date: 2026-03-02, evidence: [evidence/minutes.md, \"Meeting: all agreed\"], digest: \"v1:sha256:00\"}";

    const BLOCK: &str = "approval:\n  by: PER-001\n  role: ROL-001\n  date: 2026-03-02\n  evidence: [evidence/minutes.md, \"Meeting: all agreed\"]\n  digest: \"v1:sha256:00\"\n";

    /// The block with so many columns more before it.
    fn block(columns: usize) -> String {
        BLOCK.lines().fold(String::new(), |text, line| format!("{text}{}{line}\n", " ".repeat(columns)))
    }

    fn written(text: &str) -> String {
        approved("a.yaml", text, "P-1", &approval()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn shortly(text: &str) -> String {
        approved("a.yaml", text, "P-1", &short()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn a_draft_is_approved() {
        let text = "type: procedure\nid: P-1\ntitle: Restore\nversion: '1.0' # first\nstatus: draft  # soon\n\n# Text\nbody: |\n  a\n";
        let expected = text
            .replace("'1.0'", "\"2.0\"")
            .replace("draft  # soon\n", &format!("approved  # soon\n{BLOCK}"));
        assert_eq!(written(text), expected);
    }

    #[test]
    fn the_old_approval_goes_as_a_whole() {
        let old = "approval: # of the board\n    by: PER-009 # by mail\n    # They met twice.\n\n    evidence:\n    - a\n    - >-\n      b\n      c\n    # and that was that\n";
        let text = format!("id: P-1\n{old}# next\nstatus: approved\nversion: 2.0\nowner: x\n");
        let new = block(0).replace("approval:", "approval: # of the board").replace("\n  ", "\n    ");
        assert_eq!(written(&text), text.replace(old, &new));
        for old in [
            "approval: PER-009 # mail\n",
            "approval: ~ # mail\n",
            "approval: {by: PER-009,\n  role: x} # mail\n",
            "approval: [] # mail\n",
        ] {
            let text = format!("id: P-1\n{old}status: approved\n");
            assert_eq!(
                shortly(&text),
                "id: P-1\napproval: {by: PER-001, date: 2026-03-02} # mail\nstatus: approved\n"
            );
        }
        let text = "id: P-1\nstatus: approved\napproval:\n- a\n- b\nowner: x\n";
        let new = "approval:\n  by: PER-001\n  date: 2026-03-02\n";
        assert_eq!(shortly(text), text.replace("approval:\n- a\n- b\n", new));
    }

    #[test]
    fn fields_without_a_value_are_filled() {
        let text = "id: P-1\nversion:\nstatus: # not yet\napproval:  # not yet\nowner: x\n";
        let expected = text
            .replace("version:", "version: \"2.0\"")
            .replace("status:", "status: approved")
            .replace("approval:  # not yet\n", &BLOCK.replacen('\n', "  # not yet\n", 1));
        assert_eq!(written(text), expected);
        assert_eq!(
            shortly("{id: P-1, approval:, status: }"),
            "{id: P-1, approval: {by: PER-001, date: 2026-03-02}, status: approved }"
        );
    }

    #[test]
    fn missing_fields_follow_the_title() {
        let text = "id: P-1\ntitle: >\n  Restore\n\n  a server\n  # or two\nowner: x\n";
        let new = "version: \"2.0\"\nstatus: approved\n";
        assert_eq!(written(text), text.replace("owner", &format!("{new}{BLOCK}owner")));
        assert_eq!(
            written("id: P-1\nversion: 2.0"),
            format!("id: P-1\nversion: 2.0\nstatus: approved\n{}", BLOCK.trim_end())
        );
    }

    #[test]
    fn one_document_of_several_is_approved() {
        let text = "id: P-0\nstatus: draft\n---\n# second\nid: P-1\nstatus: draft\n...\n---\nid: P-2\nstatus: draft\n";
        let expected = text.replacen(
            "P-1\nstatus: draft\n",
            "P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02\n",
            1,
        );
        assert_eq!(shortly(text), expected);
    }

    #[test]
    fn an_entry_is_approved_as_it_is_written() {
        let text = "collection: sla\ndefaults: {status: draft}\nentries:\n  - id: P-0\n    status: draft\n  -   title: x\n      id: P-1\n      status: draft\n      # deeper\n  # of the list\n  - {id: P-2}\n";
        let expected = text.replace(
            "P-1\n      status: draft\n",
            &format!("P-1\n      status: approved\n      version: \"2.0\"\n{}", block(6)),
        );
        assert_eq!(written(text), expected);
        let text = "collection: sla\nentries:\n- {id: P-0, status: draft}\n- {id: P-1, title: 'a, b', status: draft} # soon\n- {\n  \"id\": \"P-1b\"}\n";
        let expected = text.replace(
            "'a, b', status: draft}",
            &format!("'a, b', status: approved, version: \"2.0\", approval: {FLOW}}}"),
        );
        assert_eq!(written(text), expected);
        let text = "collection: sla\nentries: [{id: P-0}, {id: P-1, title: {a: b}}]\n";
        let expected =
            text.replace("{a: b}", "{a: b}, status: approved, approval: {by: PER-001, date: 2026-03-02}");
        assert_eq!(shortly(text), expected);
        let text =
            "collection: sla\ndefaults: {status: approved, version: '1'}\nentries:\n- id: P-1\n- id: P-2\n";
        assert_eq!(
            shortly(text),
            text.replace(
                "- id: P-1\n",
                "- id: P-1\n  status: approved\n  approval:\n    by: PER-001\n    date: 2026-03-02\n"
            )
        );
    }

    #[test]
    fn a_register_is_approved_and_not_its_entries() {
        let text = "collection: risk\nregister:\n  id: P-1\n  version: \"1.0\"\n  status: draft\nentries:\n- id: R-1\n  status: draft\n";
        let expected = text
            .replace("\"1.0\"", "\"2.0\"")
            .replace("status: draft\nentries", &format!("status: approved\n{}entries", block(2)));
        assert_eq!(written(text), expected);
        let text = "register: {id: P-1, status: draft, approval: {by: x}}\ncollection: risk\nentries: []\n";
        let expected =
            text.replace("draft", "approved").replace("{by: x}", "{by: PER-001, date: 2026-03-02}");
        assert_eq!(shortly(text), expected);
    }

    #[test]
    fn front_matter_is_approved_and_its_text_stays() {
        let text = "---\nid: P-1\nstatus: draft\n---\n# Text\nstatus: draft\n";
        let expected =
            text.replacen("draft\n", "approved\napproval:\n  by: PER-001\n  date: 2026-03-02\n", 1);
        assert_eq!(approved("a.md", text, "P-1", &short()).unwrap(), expected);
        assert!(matches!(approved("a.md", "# P-1\n", "P-1", &short()), Err(AuthorError::NoDocument { .. })));
        assert!(matches!(
            approved("a.md", "---\nid: P-1\n", "P-1", &short()),
            Err(AuthorError::Unsound { .. })
        ));
    }

    #[test]
    fn line_ends_and_marks_are_those_of_the_file() {
        let text = "\u{feff}id: P-1\r\nstatus: draft\r\napproval:\r\n  by: x\r\n  # y\r\nowner: x\r\n";
        let expected = text
            .replace("draft", "approved")
            .replace("  by: x\r\n  # y\r\n", "  by: PER-001\r\n  date: 2026-03-02\r\n");
        assert_eq!(shortly(text), expected);
        assert_eq!(
            shortly("\u{feff}{id: P-1}"),
            "\u{feff}{id: P-1, status: approved, approval: {by: PER-001, date: 2026-03-02}}"
        );
        assert_eq!(
            shortly("id: P-1\nstatus: draft\napproval:\n  by: x"),
            "id: P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02"
        );
        assert_eq!(
            shortly("id: P-1\nstatus: draft\napproval:"),
            "id: P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02"
        );
    }

    #[test]
    fn keys_may_stand_in_quotes() {
        let text = "\"id\": P-1\n'status' : \"draft\"\n\"approval\":\n  \"by\": x\n";
        assert_eq!(
            shortly(text),
            "\"id\": P-1\n'status' : approved\n\"approval\":\n  by: PER-001\n  date: 2026-03-02\n"
        );
        assert_eq!(
            shortly("{\"id\":\"P-1\",\"status\":\"draft\"}\n"),
            "{\"id\":\"P-1\",\"status\":approved, approval: {by: PER-001, date: 2026-03-02}}\n"
        );
    }

    #[test]
    fn long_evidence_stands_line_by_line() {
        let evidence = ["a".repeat(70), "b".repeat(70)];
        let approval = Approval { evidence: evidence.to_vec(), ..short() };
        let text = approved("a.yaml", "id: P-1\nstatus: draft\n", "P-1", &approval).unwrap();
        assert!(
            text.ends_with(&format!("  evidence:\n    - {}\n    - {}\n", evidence[0], evidence[1])),
            "{text}"
        );
    }

    #[test]
    fn what_is_approved_already_can_be_approved_again() {
        let once = written("id: P-1\nstatus: in-review\n");
        assert_eq!(written(&once), once);
    }

    #[test]
    fn what_is_not_written_out_is_refused() {
        let refused = |text: &str| match approved("a.yaml", text, "P-1", &approval()) {
            Err(AuthorError::Tied { what, .. }) => what,
            other => panic!("{other:?}\n{text}"),
        };
        for (text, what) in [
            ("id: P-1\nstatus: &s draft\n", "`status`"),
            ("id: P-1\nold: &s draft\nstatus: *s\n", "`status`"),
            ("id: P-1\nstatus: !!str draft\n", "`status`"),
            ("id: P-1\nstatus: |-\n  draft\n", "`status`"),
            ("collection: sla\nx: &d {status: draft}\nentries:\n- <<: *d\n  id: P-1\n", "`status`"),
            ("collection: sla\nx: &d {approval: {by: x}}\nentries:\n- id: P-1\n  <<: *d\n", "`approval`"),
            ("id: P-1\napproval: &a\n  by: x\n", "`approval`"),
            ("id: P-1\napproval: &a {by: x}\n", "`approval`"),
            ("id: P-1\nversion: &v 1.0\n", "`version`"),
            ("x: &e {id: P-1}\ncollection: sla\nentries: [*e]\n", "the fields"),
            ("x: &e {id: P-1}\ncollection: sla\nregister: *e\nentries: []\n", "the fields"),
            ("collection: sla\nx: &d {id: P-1}\nentries:\n- <<: *d\n", "the fields"),
        ] {
            assert_eq!(refused(text), what, "{text}");
        }
        let error = approved("a.yaml", "id: P-1\nstatus: &s draft\n", "P-1", &approval()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write `status` of `P-1` in `a.yaml`: it is not written out there"
        );
        assert_eq!(
            error.help(),
            "write `status` of the document itself and plainly, without `&`, `*`, `!` and `<<`"
        );
    }

    #[test]
    fn what_would_change_something_else_is_refused() {
        for text in [
            "id: P-1\nstatus: draft\napproval:\n  by: &p PER-1\nauthor: *p\n",
            "collection: sla\nentries:\n- &e\n  id: P-1\n  status: draft\n- <<: *e\n  id: P-2\n",
            "? id\n: P-1\n",
            "id: P-1\ntitle: |\n  Restore",
        ] {
            let refused = approved("a.yaml", text, "P-1", &approval());
            assert!(matches!(refused, Err(AuthorError::NotAsMeant { .. })), "{refused:?}\n{text}");
        }
    }

    #[test]
    fn one_document_of_the_id_is_there_or_nothing_is_written() {
        let refused = |text: &str| approved("a.yaml", text, "P-1", &approval()).unwrap_err();
        assert!(matches!(refused("id: P-2\n"), AuthorError::NoDocument { .. }));
        assert!(matches!(refused("- id: P-1\n"), AuthorError::NoDocument { .. }));
        assert!(matches!(refused("id: P-1\n---\nid: P-1\n"), AuthorError::SeveralDocuments { .. }));
        assert!(matches!(refused("id: P-1\nid: P-1\n"), AuthorError::Unsound { line: 2, .. }));
    }

    #[test]
    fn what_is_read_back_has_to_be_what_was_meant() {
        let place = Place { number: 1, within: Within::Entry(1) };
        let old = "a: 1\n---\ncollection: sla\nentries:\n- id: P-0\n- id: P-1\n  status: draft\n";
        let new = "a: 1\n---\ncollection: sla\nentries:\n- id: P-0\n- id: P-1\n  status: approved\n  approval: {by: PER-001, date: 2026-03-02}\n";
        let file = |text: &str| File::read("a.yaml", text, "P-1").unwrap();
        let is_meant = |new: &str| is_as_meant(&file(old), &file(new), place, &short());
        assert!(is_meant(new));
        for (from, to) in [
            ("a: 1", "a: 2"),
            ("a: 1", "a: '1'"),
            ("P-0", "P-9"),
            ("status: approved", "status: draft"),
            ("status: approved", "status: approved\n  version: '1.0'"),
            ("status: approved", "status: approved\n  owner: x"),
            ("PER-001", "PER-002"),
            ("2026-03-02}", "2026-03-02, role: x}"),
            ("sla\n", "sla\ntitle: x\n"),
            ("- id: P-0", "- id: P-0\n- id: P-3"),
        ] {
            assert!(!is_meant(&new.replacen(from, to, 1)), "{to}");
        }
        assert!(!is_meant(old));
        assert!(!is_meant(&format!("{new}---\n")));
    }
}
