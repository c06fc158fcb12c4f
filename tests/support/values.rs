//! Documents as values: those of files, and what may happen to them.

#![allow(dead_code, reason = "each test uses a part")]

use std::sync::{Arc, LazyLock};

use probity::{
    catalog::Catalog,
    check,
    config::{Flags, Written, settle},
    corpus::{self, Documents},
    model::{Content, File, Findings, Judged, RecordType, Snapshot},
    text::Source,
    yaml::{self, Kind, Limits, Mapping, Node},
};
use serde_json::Value;

/// The types that everybody has.
pub static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// A day and a period.
pub static JUDGED: LazyLock<Judged> = LazyLock::new(|| {
    let as_of = "2026-06-30".parse().unwrap();
    let flags = Flags { as_of: Some(as_of), period: None };
    settle(Written::default(), flags, as_of.and_hms_opt(12, 0, 0).unwrap().and_utc()).judged()
});

/// A text as the only file of a management system.
pub fn snapshot_of(path: &str, text: impl Into<Box<str>>) -> Snapshot {
    let content = Content::Text(Arc::new(Source::new(path, text)));
    Snapshot { files: vec![File { path: path.to_owned(), content }], ..Snapshot::default() }
}

/// What a check finds in a management system.
pub fn findings_in(snapshot: &Snapshot) -> Findings {
    let corpus = corpus::read(snapshot, &Limits::default());
    check::run(&corpus, &Documents::of(&corpus, &CATALOG), &JUDGED)
}

/// What a check finds in one document.
pub fn findings(text: impl Into<Box<str>>) -> Findings {
    findings_in(&snapshot_of("a.yaml", text))
}

/// Whether our check finds nothing wrong with the shape of a document.
pub fn fits(value: &Value) -> bool {
    let findings = findings(serde_json::to_string(value).unwrap());
    !findings
        .iter()
        .any(|finding| ["SHAPE-", "YAML-", "TYPE-"].iter().any(|rule| finding.rule.starts_with(rule)))
}

/// An example of a type as a value.
pub fn example(record_type: &RecordType, text: &str) -> Value {
    let stream = yaml::read(Arc::new(Source::new("example.yaml", text)), &Limits::default());
    assert!(stream.problems().is_empty(), "{}: {:?}", record_type.id, stream.problems());
    yaml::from_node(stream.documents().next().unwrap()).unwrap()
}

/// The documents of a text, entries with their type and defaults; none where the text is not sound.
pub fn documents_in(text: &str) -> Vec<Value> {
    let stream = yaml::read(Arc::new(Source::new("a.yaml", text)), &Limits::default());
    if !stream.problems().is_empty() {
        return Vec::new();
    }
    stream.documents().filter_map(Node::mapping).flat_map(of_root).collect()
}

fn of_root(root: Mapping<'_>) -> Vec<Value> {
    let Some(name) = root.get("collection") else { return object(root).into_iter().collect() };
    let defaults = root.get("defaults").and_then(Node::mapping).and_then(object);
    let Some(Kind::Sequence(entries)) = root.get("entries").map(Node::kind) else { return Vec::new() };
    let entries = entries.items().filter_map(Node::mapping).filter_map(object);
    let full = entries.map(|entry| {
        let mut full = serde_json::Map::new();
        full.insert("type".to_owned(), name.text().into());
        for part in [defaults.clone(), Some(entry)].into_iter().flatten() {
            if let Value::Object(fields) = part {
                full.extend(fields);
            }
        }
        Value::Object(full)
    });
    full.collect()
}

fn object(mapping: Mapping<'_>) -> Option<Value> {
    let fields = mapping
        .entries()
        .map(|(key, value)| Some((key.text()?.to_owned(), yaml::from_node::<Value>(value).ok()?)));
    fields.collect::<Option<serde_json::Map<_, _>>>().map(Value::Object)
}

/// What may happen to a value: it is gone, or it is something else.
pub fn mutations() -> Vec<Option<Value>> {
    let values = serde_json::json!([
        null, true, 0, -1, 1.5, 1e9, "", "x", "2026-02-30", "2026-02-28", "2026-02-28T10:00:00Z", "P1Y", "P1Y1D",
        [], [1], ["x"], [{}], {}, {"x": 1}, "incident"
    ]);
    let values = values.as_array().unwrap().iter().cloned().map(Some);
    values.chain([None]).collect()
}

/// Every place in a value, as a JSON pointer.
pub fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    below(value, "", &mut found);
    found
}

fn below(value: &Value, here: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in children {
        let pointer = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        below(value, &pointer, found);
    }
}

/// A value in which something has happened at one place.
pub fn mutated(value: &Value, pointer: &str, mutation: Option<&Value>) -> Value {
    let mut value = value.clone();
    match mutation {
        Some(mutation) => *value.pointer_mut(pointer).unwrap() = mutation.clone(),
        None => {
            let (holder, name) = pointer.rsplit_once('/').unwrap();
            match value.pointer_mut(holder).unwrap() {
                Value::Object(fields) => {
                    drop(fields.shift_remove(&name.replace("~1", "/").replace("~0", "~")));
                }
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => unreachable!("only these hold anything"),
            }
        }
    }
    value
}
