//! Files cut into the pieces that come into being one by one: documents of a stream, entries of a collection.

use std::{collections::BTreeMap, path::Path};

use chrono::NaiveDate;

/// Which piece of which file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The file.
    pub path: String,
    /// The number of the document in it.
    pub document: usize,
    /// The number of the entry, from one on; zero is all that stands before the first.
    pub entry: usize,
}

impl Key {
    /// A file that is one piece.
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), document: 0, entry: 0 }
    }
}

const BETWEEN: &str = "---\n";
const ENTRIES: &str = "entries:\n";

/// Whether a file is a stream of documents in YAML.
pub fn is_stream(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "yaml")
}

/// Cuts a file. What is no stream of documents in YAML is one piece.
pub fn cut(path: &str, bytes: Vec<u8>) -> Vec<(Key, Vec<u8>)> {
    if !is_stream(path) {
        return vec![(Key::file(path), bytes)];
    }
    let text = String::from_utf8(bytes).expect("documents are text");
    let mut pieces = vec![(Key::file(path), String::new())];
    for line in text.split_inclusive('\n') {
        let (key, piece) = pieces.last().expect("there is a first");
        let begun = if line == BETWEEN {
            Some(Key { document: key.document + 1, entry: 0, ..key.clone() })
        } else if line.starts_with("  - ") && (key.entry > 0 || is_list(piece) && piece.ends_with(ENTRIES)) {
            Some(Key { entry: key.entry + 1, ..key.clone() })
        } else {
            None
        };
        pieces.extend(begun.map(|key| (key, String::new())));
        if line != BETWEEN {
            pieces.last_mut().expect("there is a first").1.push_str(line);
        }
    }
    pieces.into_iter().map(|(key, text)| (key, text.into_bytes())).collect()
}

fn is_list(document: &str) -> bool {
    document.lines().any(|line| line.starts_with("collection: "))
}

/// A file as far as its pieces are there; none if none is.
pub fn whole(pieces: &BTreeMap<Key, Vec<u8>>, path: &str) -> Option<Vec<u8>> {
    let of_file = pieces.range(Key::file(path)..).take_while(|(key, _)| key.path == path);
    let mut documents: BTreeMap<usize, (Vec<u8>, bool)> = BTreeMap::new();
    for (key, bytes) in of_file {
        let (document, has_entries) = documents.entry(key.document).or_default();
        document.extend(bytes);
        *has_entries |= key.entry > 0;
    }
    // A list that nothing is in yet is not written.
    documents.retain(|_, (document, has_entries)| *has_entries || !document.ends_with(ENTRIES.as_bytes()));
    let documents: Vec<Vec<u8>> = documents.into_values().map(|(document, _)| document).collect();
    (!documents.is_empty()).then(|| documents.join(BETWEEN.as_bytes()))
}

/// The id of the document in a piece, if it has one.
pub fn name_of(piece: &[u8]) -> Option<&str> {
    let text = str::from_utf8(piece).ok()?;
    let named = |line: &'_ str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start_matches('{');
        line.strip_prefix("id: ").map(str::len)
    };
    let line = text.lines().find(|line| named(line).is_some())?;
    line[line.len() - named(line)?..].split(',').next()
}

/// The value of a field that stands on a line of its own or begins one, or in braces.
pub fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let at = text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        text[at + name.len()..].starts_with(": ")
            && before.is_none_or(|before| matches!(before, ' ' | '{' | '\n'))
    })?;
    text[at + name.len() + 2..].split([',', '\n', '}']).next()
}

/// The days that stand in a text.
pub fn days(text: &str) -> impl Iterator<Item = NaiveDate> {
    let places = text.char_indices().map(|(at, _)| at);
    places.filter_map(|at| text.get(at..at + 10)?.parse().ok())
}

/// The key and the whole value of a field that is a block or goes over several lines, with where it stands.
pub fn block(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    let mut found: Option<(usize, usize)> = None;
    for line in text.split_inclusive('\n') {
        let depth = line.len() - line.trim_start_matches(' ').len();
        match found {
            Some((begin, of)) if depth <= of => return Some(begin..at),
            None if line[depth..].starts_with(name) && line[depth + name.len()..].starts_with(':') => {
                found = Some((at, depth));
            }
            Some(_) | None => {}
        }
        at += line.len();
    }
    found.map(|(begin, _)| begin..at)
}

/// A controlled document before anybody approved it. An entry may have its status from what all entries share.
pub fn draft(text: &str) -> String {
    let has_status = text.contains("status: approved");
    let mut text = text.replacen("status: approved", "status: draft", 1);
    if let Some(approval) = block(&text, "approval") {
        let depth = text[approval.clone()].len() - text[approval.clone()].trim_start().len();
        let status = format!("{:depth$}status: draft\n", "");
        text.replace_range(approval, if has_status { "" } else { &status });
    }
    text
}
