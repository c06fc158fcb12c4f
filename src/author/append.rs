//! New entries at the end of a list, all other bytes of its file as they were.

use std::{ops::Range, sync::Arc};

use super::{
    AuthorError,
    compare::{all_same, holds, same, same_but},
    lines::{after_block, after_line, column, dash, line_end, line_start},
    place::{items, list},
    value::{Fields, Indents, Value, in_flow, item},
};
use crate::{
    corpus::{COLLECTION, DEFAULTS, ENTRIES},
    repository::FILE_SIZE_LIMIT,
    text::Source,
    yaml::{self, Limits, Mapping, Node, Stream},
};

/// Entries for a list of documents of one type.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Their type.
    pub record_type: String,
    /// The entries.
    pub entries: Vec<Fields>,
    /// Fields that an entry has itself or not at all: a default must not say them of it.
    pub own: &'static [&'static str],
}

/// Where new entries go.
enum Gap {
    /// On lines of their own: before this byte, and instead of the brackets of an empty list.
    Lines { at: usize, indents: Indents, cut: Option<Range<usize>> },
    /// Between brackets: at this byte, behind others or not.
    Brackets { at: usize, behind_others: bool },
}

/// The text of a file with entries added to the last list of their type in it.
///
/// # Errors
///
/// If the file is not written so that one can add to it, or does not read afterwards as it should.
pub fn appended(path: &str, text: &str, addition: &Addition) -> Result<String, AuthorError> {
    let before = sound(path, text)?;
    let list = collection(path, &before, &addition.record_type)?;
    refuse_defaults(path, list.mapping, addition)?;
    refuse_taken(path, list.mapping, addition)?;
    let grown = match &list.gap {
        Gap::Lines { at, indents, cut } => {
            let lines: Vec<String> =
                addition.entries.iter().flat_map(|entry| item(entry, *indents)).collect();
            on_lines(text, *at, cut.as_ref(), &lines)
        }
        Gap::Brackets { at, behind_others } => {
            let entries = addition.entries.iter().map(|entry| in_flow(&Value::Fields(entry.clone())));
            let new = entries.collect::<Vec<_>>().join(", ");
            let between = if *behind_others { ", " } else { "" };
            format!("{}{between}{new}{}", &text[..*at], &text[*at..])
        }
    };
    list.read_back(path, &before, grown, |added| {
        added.len() == addition.entries.len()
            && added.iter().zip(&addition.entries).all(|(node, fields)| holds(*node, fields))
    })
}

/// The text of a file with one entry added to the last list of its type in it, written as these lines, which may hold
/// comments.
///
/// # Errors
///
/// If the file is not written so that one can add to it, or does not read afterwards as it should.
pub fn with_entry(
    path: &str,
    text: &str,
    record_type: &str,
    id: &str,
    lines: &[String],
) -> Result<String, AuthorError> {
    let before = sound(path, text)?;
    let list = collection(path, &before, record_type)?;
    let has_id = |node: Node<'_>| node.mapping().and_then(|entry| entry.get("id")?.text()) == Some(id);
    if items(list.mapping).any(has_id) {
        return Err(AuthorError::Taken { path: path.to_owned(), id: id.to_owned() });
    }
    // Between brackets there is no room for comments.
    let Gap::Lines { at, indents: Indents { dash, content }, cut } = &list.gap else {
        return Err(AuthorError::NoBlock { path: path.to_owned() });
    };
    let indented = lines.iter().enumerate().map(|(number, line)| match (number, line.is_empty()) {
        (0, _) => format!("{}-{}{line}", " ".repeat(*dash), " ".repeat(content - dash - 1)),
        (_, true) => String::new(),
        (_, false) => format!("{}{line}", " ".repeat(*content)),
    });
    let grown = on_lines(text, *at, cut.as_ref(), &indented.collect::<Vec<_>>());
    list.read_back(path, &before, grown, |added| matches!(added, [only] if has_id(*only)))
}

/// The text of a file with one more document at its end, written as these lines.
///
/// # Errors
///
/// If the file has mistakes, or does not read afterwards as it should.
pub fn with_document(path: &str, text: &str, lines: &[String]) -> Result<String, AuthorError> {
    let before = sound(path, text)?;
    let end = line_end(text);
    let mut grown = text.to_owned();
    if !(grown.is_empty() || grown.ends_with(['\n', '\r'])) {
        grown.push_str(end);
    }
    let line = before.source().position(u32::try_from(text.len()).unwrap_or(u32::MAX)).line;
    if before.documents().len() > 0 {
        grown.push_str("---");
        grown.push_str(end);
    }
    for line in lines {
        grown.push_str(line);
        grown.push_str(end);
    }
    if grown.len() as u64 > FILE_SIZE_LIMIT {
        return Err(AuthorError::TooLarge { path: path.to_owned() });
    }
    let after = read(path, &grown);
    let kept = before.documents().len();
    let is_kept = before.documents().zip(after.documents()).all(|(old, new)| same(old, new));
    if after.problems().is_empty() && is_kept && after.documents().len() == kept + 1 {
        Ok(grown)
    } else {
        Err(AuthorError::NotAsMeant { path: path.to_owned(), line })
    }
}

/// A text with lines before a byte, and without the brackets of an empty list.
fn on_lines(text: &str, at: usize, cut: Option<&Range<usize>>, lines: &[String]) -> String {
    let end = line_end(text);
    let mut grown = match cut {
        None => text[..at].to_owned(),
        Some(cut) => {
            let behind = &text[cut.end..at];
            let before = &text[..cut.start];
            // Nothing but the end of the line may follow the key.
            let before = if behind.trim().is_empty() { before.trim_end_matches(' ') } else { before };
            format!("{before}{behind}")
        }
    };
    if !grown.ends_with(['\n', '\r']) {
        grown.push_str(end);
    }
    for line in lines {
        grown.push_str(line);
        grown.push_str(end);
    }
    grown.push_str(&text[at..]);
    grown
}

/// The text of a new file: a comment, and a list with entries.
///
/// # Errors
///
/// If it does not read as it should.
pub fn begun(path: &str, comment: &str, addition: &Addition) -> Result<String, AuthorError> {
    let head = format!("# {comment}\n{COLLECTION}: {}\n{ENTRIES}:\n", addition.record_type);
    appended(path, &head, addition)
}

fn read(path: &str, text: &str) -> Stream {
    yaml::read(Arc::new(Source::new(path, text)), &Limits::default())
}

/// A text that has no mistakes.
fn sound(path: &str, text: &str) -> Result<Stream, AuthorError> {
    let stream = read(path, text);
    match stream.problems().first() {
        None => Ok(stream),
        Some(problem) => {
            let line = stream.source().position(problem.span.start).line;
            Err(AuthorError::Unsound { path: path.to_owned(), line })
        }
    }
}

/// The last list of a type in a file, and where it can grow.
struct List<'s> {
    /// Among the documents of the file.
    number: usize,
    mapping: Mapping<'s>,
    gap: Gap,
    /// The line of its entries.
    line: u32,
}

impl List<'_> {
    /// A text as it is to be written, if it reads as it should.
    fn read_back(
        &self,
        path: &str,
        before: &Stream,
        grown: String,
        is_added: impl Fn(&[Node<'_>]) -> bool,
    ) -> Result<String, AuthorError> {
        if grown.len() as u64 > FILE_SIZE_LIMIT {
            return Err(AuthorError::TooLarge { path: path.to_owned() });
        }
        if is_as_meant(before, &read(path, &grown), self.number, is_added) {
            Ok(grown)
        } else {
            Err(AuthorError::NotAsMeant { path: path.to_owned(), line: self.line })
        }
    }
}

fn collection<'s>(path: &str, stream: &'s Stream, record_type: &str) -> Result<List<'s>, AuthorError> {
    let documents: Vec<Node<'_>> = stream.documents().collect();
    let mappings = documents.into_iter().enumerate().rev();
    let found = mappings.filter_map(|(number, node)| Some((number, node.mapping()?))).find(|(_, mapping)| {
        mapping.get(COLLECTION).and_then(Node::text) == Some(record_type) && mapping.get(ENTRIES).is_some()
    });
    let (number, mapping) = found.ok_or_else(|| AuthorError::NoCollection {
        path: path.to_owned(),
        record_type: record_type.to_owned(),
    })?;
    let gap = gap(stream, mapping).ok_or_else(|| AuthorError::NoBlock { path: path.to_owned() })?;
    let line = stream.source().position(mapping.entry(ENTRIES).map_or(0, |(key, _)| key.span().start)).line;
    Ok(List { number, mapping, gap, line })
}

fn refuse_defaults(path: &str, mapping: Mapping<'_>, addition: &Addition) -> Result<(), AuthorError> {
    let defaults = mapping.get(DEFAULTS).and_then(Node::mapping);
    let given = defaults.into_iter().flat_map(Mapping::entries).filter_map(|(key, _)| key.text());
    let said_of_all =
        |field: &str| addition.entries.iter().all(|entry| entry.iter().any(|(name, _)| *name == field));
    match given.into_iter().find(|field| addition.own.contains(field) && !said_of_all(field)) {
        Some(field) => Err(AuthorError::Defaults { path: path.to_owned(), field: field.to_owned() }),
        None => Ok(()),
    }
}

fn refuse_taken(path: &str, mapping: Mapping<'_>, addition: &Addition) -> Result<(), AuthorError> {
    let ids = |fields: &Fields| match fields.iter().find(|(name, _)| *name == "id") {
        Some((_, Value::Text(id))) => Some(id.clone()),
        _ => None,
    };
    let old = items(mapping).filter_map(|item| item.mapping()?.get("id")?.text()).collect::<Vec<_>>();
    match addition.entries.iter().filter_map(ids).find(|id| old.contains(&id.as_str())) {
        Some(id) => Err(AuthorError::Taken { path: path.to_owned(), id }),
        None => Ok(()),
    }
}

/// Behind the last entry; none if the list is not written out.
fn gap(stream: &Stream, mapping: Mapping<'_>) -> Option<Gap> {
    let text = stream.source().text();
    let (key, value) = mapping.entry(ENTRIES)?;
    let is_alone = value.is_null() && value.written().is_empty();
    let brackets = value.span().range();
    let is_empty = list(mapping).is_some_and(|list| list.items().next().is_none())
        && text[key.span().end as usize..brackets.start].trim() == ":"
        && text[brackets.clone()].strip_prefix('[').is_some_and(|rest| rest.trim() == "]")
        && !text[brackets.clone()].contains(['\n', '\r']);
    if (is_alone || is_empty)
        && let Some(indent) = column(text, key.span().start as usize)
    {
        // The key stands there alone, or before brackets with nothing in them.
        let at = after_line(text, key.span().end as usize);
        let indents = Indents { dash: indent + 2, content: indent + 4 };
        return Some(Gap::Lines { at, indents, cut: is_empty.then_some(brackets) });
    }
    let start = brackets.start;
    if value.written().starts_with('[') {
        let last = list(mapping)?.items().last();
        let at = last.map_or(start + 1, |last| last.span().end as usize);
        return Some(Gap::Brackets { at, behind_others: last.is_some() });
    }
    let last = list(mapping)?.items().last()?.span().start as usize;
    let dash = dash(text, start)?;
    // As far behind the dash as the last entry has it, if it begins on that line.
    let before = &text[line_start(text, last)..last];
    let content = if before.trim() == "-" { before.len() } else { dash + 2 };
    let at = after_block(text, value.span().end as usize, dash);
    Some(Gap::Lines { at, indents: Indents { dash, content }, cut: None })
}

/// Whether all that was there is there as it was, and behind it what was to be added.
fn is_as_meant(
    before: &Stream,
    after: &Stream,
    number: usize,
    is_added: impl Fn(&[Node<'_>]) -> bool,
) -> bool {
    if !after.problems().is_empty() || before.documents().len() != after.documents().len() {
        return false;
    }
    before.documents().zip(after.documents()).enumerate().all(|(position, (old, new))| {
        if position != number {
            return same(old, new);
        }
        let (Some(old), Some(new)) = (old.mapping(), new.mapping()) else { return false };
        let kept = items(old).count();
        same_but(old, new, &[ENTRIES])
            && all_same(items(old), items(new).take(kept))
            && is_added(&items(new).skip(kept).collect::<Vec<_>>())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addition(entries: &[Fields]) -> Addition {
        Addition { record_type: "risk".to_owned(), entries: entries.to_vec(), own: &["impact"] }
    }

    fn entry(id: &str, title: &str) -> Fields {
        vec![("id".into(), Value::Text(id.to_owned())), ("title".into(), Value::Text(title.to_owned()))]
    }

    fn grown(text: &str) -> String {
        appended("risks.yaml", text, &addition(&[entry("R-2", "Flood")])).unwrap()
    }

    #[test]
    fn what_stands_there_keeps_its_bytes() {
        let text = "\u{feff}# of ours\n---\ntype: note  # other\n---\ncollection: risk\nentries:\n\
                    # the first\n- {id: R-1,\n   title: 'Fire'}  # hot\n  # of the entry\n# of the list\n\nregister: {id: REG-1}\n...\n";
        let at = text.find("# of the list").unwrap();
        let expected = format!("{}- id: R-2\n  title: Flood\n{}", &text[..at], &text[at..]);
        assert_eq!(grown(text), expected);
    }

    #[test]
    fn indents_and_line_ends_are_those_of_the_file() {
        let text = "collection: risk\r\nentries:\r\n    -   id: R-1\r\n        title: Fire";
        assert_eq!(grown(text), format!("{text}\r\n    -   id: R-2\r\n        title: Flood\r\n"));
        let text = "collection: risk\nentries:\n-\n\n  # hot\n  id: R-1\n";
        assert_eq!(grown(text), format!("{text}- id: R-2\n  title: Flood\n"));
        let text = "collection: risk\nentries:\n  -\n    id: R-1\n    title: |+\n      Fire\n\n\nowner: x\n";
        let at = text.find("owner").unwrap();
        assert_eq!(grown(text), format!("{}  - id: R-2\n    title: Flood\n{}", &text[..at], &text[at..]));
    }

    #[test]
    fn a_list_may_be_empty_so_far() {
        assert_eq!(
            grown("entries: # none yet\ncollection: risk\n"),
            "entries: # none yet\n  - id: R-2\n    title: Flood\ncollection: risk\n"
        );
        assert_eq!(
            grown("collection: risk\nentries: []\n"),
            "collection: risk\nentries:\n  - id: R-2\n    title: Flood\n"
        );
        assert_eq!(
            grown("entries: [ ] # none\ncollection: risk"),
            "entries:  # none\n  - id: R-2\n    title: Flood\ncollection: risk"
        );
        assert_eq!(
            begun("risks.yaml", "Risks", &addition(&[entry("R-2", "no")])).unwrap(),
            "# Risks\ncollection: risk\nentries:\n  - id: R-2\n    title: \"no\"\n"
        );
    }

    #[test]
    fn a_list_between_brackets_grows_between_them() {
        for (text, expected) in [
            (
                "collection: risk\nentries: [{id: R-1}, # hot\n  {id: R-0},\n]\n",
                "collection: risk\nentries: [{id: R-1}, # hot\n  {id: R-0}, {id: R-2, title: Flood},\n]\n",
            ),
            (
                "{\"entries\": [{\"id\": \"R-1\"}], \"collection\": \"risk\"}",
                "{\"entries\": [{\"id\": \"R-1\"}, {id: R-2, title: Flood}], \"collection\": \"risk\"}",
            ),
        ] {
            assert_eq!(grown(text), expected);
        }
    }

    #[test]
    fn of_several_lists_the_last_of_the_type_grows() {
        let text = "collection: risk\nentries:\n- id: R-1\n---\ncollection: risk\nentries:\n- id: R-0\n---\ncollection: role\nentries:\n- id: R-9\n";
        assert!(grown(text).contains("- id: R-0\n- id: R-2\n  title: Flood\n---\ncollection: role"));
    }

    #[test]
    fn what_cannot_be_added_to_is_refused() {
        let why = |text: &str| {
            appended("risks.yaml", text, &addition(&[entry("R-2", "Flood")])).unwrap_err().to_string()
        };
        let told = [
            ("collection: risk\nentries: ~\n", "its `entries` are not written as a list"),
            ("{collection: risk, entries: }\n", "its `entries` are not written as a list"),
            ("a: &a [1]\ncollection: risk\nentries: *a\n", "its `entries` are not written as a list"),
            ("collection: role\nentries:\n- id: R-1\n", "it holds no `collection: risk` with `entries`"),
            ("", "it holds no `collection: risk` with `entries`"),
            ("collection: risk\nentries:\n- id: [\n", "line 3 cannot be read as it is"),
            (
                "collection: risk\ndefaults: {impact: 3}\nentries:\n- id: R-1\n",
                "its `defaults` would give `impact`",
            ),
            ("collection: risk\nentries:\n- id: R-2\n", "it has an entry `R-2` already"),
        ];
        for (text, expected) in told {
            assert!(why(text).contains(expected), "{text:?}: {}", why(text));
        }
    }

    #[test]
    fn what_is_read_back_has_to_be_what_was_meant() {
        let old = "a: 1\n---\ncollection: risk\nentries:\n- id: R-1\n";
        let is_meant = |new: &str| {
            let is_added = |added: &[Node<'_>]| matches!(added, [only] if holds(*only, &entry("R-2", "no")));
            is_as_meant(&read("old", old), &read("new", new), 1, is_added)
        };
        assert!(is_meant(&format!("{old}- {{id: R-2, title: 'no'}}\n")));
        for new in [
            old.to_owned(),
            format!("{old}- {{id: R-2, title: true}}\n"),
            format!("{old}- {{id: R-2, title: 'no', impact: 3}}\n"),
            format!("{old}- {{id: R-2}}\n"),
            format!("{old}- {{id: R-2, title: 'no'}}\n- {{}}\n"),
            format!("{old}- {{id: R-2, title: 'no'}}\n---\n"),
            format!("{old}- {{id: R-2, title: 'no'}}\nowner: x\n"),
            format!("{}- {{id: R-2, title: 'no'}}\n", old.replace("R-1", "'R-1'")),
            format!("{}- {{id: R-2, title: 'no'}}\n", old.replace("a: 1", "a: 2")),
        ] {
            assert!(!is_meant(&new), "{new}");
        }
    }

    /// Numbers that only look like chance, the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % limit
        }

        /// A text of characters and of pieces that mean something to YAML.
        fn text(&mut self) -> String {
            const PIECES: [&str; 48] = [
                "'",
                "\"",
                ": ",
                " #",
                "#",
                "  ",
                " ",
                "\n",
                "\n\n",
                "\t",
                "\r\n",
                "\\",
                "- ",
                "? ",
                "---",
                "...",
                "[",
                "]",
                "{",
                "}",
                ",",
                "&a",
                "*a",
                "!b",
                "|",
                ">",
                "%",
                "@",
                "`",
                "no",
                "null",
                "~",
                "8.10",
                "2026-11-18",
                "<<",
                "=",
                "é",
                "名前",
                "🙂",
                "\u{85}",
                "\u{2028}",
                "\u{feff}",
                "\u{a0}",
                "\u{0}",
                "\u{7f}",
                "\u{202e}",
                "word",
                "another ",
            ];
            let length = [1, 3, 12, 60][self.below(4)];
            (0..self.below(length + 1)).fold(String::new(), |mut text, _| {
                match self.below(12) {
                    0 => text.extend(char::from_u32(u32::try_from(self.below(0x0011_0000)).unwrap())),
                    1..=5 => text.push_str(PIECES[self.below(PIECES.len())]),
                    _ => text.push_str(["incident", " ", "of the day "][self.below(3)]),
                }
                text
            })
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let mut random = Random(20_000);
        let mut text = "collection: risk\nentries:\n".to_owned();
        for number in 0..2000 {
            if text.len() > 3000 {
                text = ["collection: risk\r\nentries:\r\n", "collection: risk\nentries:\n"][number % 2]
                    .to_owned();
            }
            let list = (0..random.below(4)).map(|_| Value::Text(random.text())).collect();
            let entry = vec![
                ("id".into(), Value::Text(format!("R-{number}"))),
                ("title".into(), Value::Text(random.text())),
                ("seen".into(), Value::List(list)),
                ("inner".into(), Value::Fields(vec![("text".into(), Value::Text(random.text()))])),
            ];
            // It is compared with what was meant before it is given.
            let grown = appended("risks.yaml", &text, &addition(std::slice::from_ref(&entry)));
            text = grown.unwrap_or_else(|error| panic!("{error}: {entry:?}"));
        }
    }
}
