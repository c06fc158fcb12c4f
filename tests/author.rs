//! Entries are added to the lists of all examples and approvals written into their documents, however these are
//! written: what stood there stands there still.

use std::{
    fs,
    path::{Path, PathBuf},
};

use probity::author::{Addition, Approval, AuthorError, Fields, Value, appended, approved};
use serde::Deserialize as _;
use serde_yaml::{Mapping, Value as Other};

/// A text with everything that would go wrong without quotes.
const TITLE: &str = "no: 'quite' #1, and \"so\" on";

/// The files below `examples/` with one of these extensions.
fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let extension = path.extension().unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if extensions.iter().any(|known| extension == *known) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn addition(record_type: &str) -> Addition {
    let entry: Fields = vec![
        ("id".into(), Value::Text("NEW-001".to_owned())),
        ("title".into(), Value::Text(TITLE.to_owned())),
        ("day".into(), Value::Day("2026-11-18".parse().unwrap())),
        ("list".into(), Value::List(vec![Value::Text("8.10".to_owned()), Value::Text(TITLE.repeat(9))])),
        ("text".into(), Value::Text("First line\n\n  second line: indented".to_owned())),
    ];
    Addition { record_type: record_type.to_owned(), entries: vec![entry.clone(), entry], own: &[] }
}

/// Whether one text is the other with a part put in.
fn is_grown(old: &str, new: &str) -> bool {
    let same = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    new.len() > old.len() && new.as_bytes().ends_with(&old.as_bytes()[same..])
}

#[test]
fn entries_are_added_to_the_lists_of_all_examples() {
    let (mut added, mut refused) = (0, Vec::new());
    for path in files(&["yaml"]) {
        let name = path.display().to_string();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let types: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("collection: ")).collect();
        for record_type in types {
            let record_type = record_type.split('#').next().unwrap_or_default().trim();
            let unix = text.replace("\r\n", "\n");
            let ends =
                [unix.replace('\n', "\r\n"), format!("\u{feff}{unix}"), unix.trim_end().to_owned(), unix];
            for text in ends {
                match appended(&name, &text, &addition(record_type)) {
                    Ok(grown) => {
                        assert!(is_grown(&text, &grown), "{name}");
                        if text.contains("\r\n") {
                            assert!(!grown.replace("\r\n", "").contains('\n'), "{name}");
                        }
                        added += 1;
                    }
                    Err(AuthorError::Unsound { .. }) if name.contains("/faulty/") => {}
                    Err(error) => refused.push(error.to_string()),
                }
            }
        }
    }
    assert!(added > 400, "{added}");
    assert_eq!(refused, Vec::<String>::new());
}

/// The documents of a file by another reader, and what stands behind front matter.
fn by_another_reader(is_markdown: bool, text: &str) -> Option<(Vec<Other>, String)> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (yaml, body) = if is_markdown {
        text.strip_prefix("---\n")?
            .split_once("\n---\n")
            .map(|(yaml, body)| (yaml.to_owned(), body.to_owned()))?
    } else {
        (text, String::new())
    };
    let documents = serde_yaml::Deserializer::from_str(&yaml).map(Other::deserialize);
    Some((documents.collect::<Result<_, _>>().ok()?, body))
}

/// Every mapping that could be a document.
fn documents(documents: &mut [Other]) -> Vec<&mut Mapping> {
    let mut found = Vec::new();
    for fields in documents.iter_mut().filter_map(Other::as_mapping_mut) {
        if fields.get("collection").is_none() {
            found.push(fields);
            continue;
        }
        for (key, value) in fields {
            match (key.as_str(), value) {
                (Some("register"), Other::Mapping(register)) => found.push(register),
                (Some("entries"), Other::Sequence(entries)) => {
                    found.extend(entries.iter_mut().filter_map(Other::as_mapping_mut));
                }
                _ => {}
            }
        }
    }
    found
}

fn id_of(fields: &Mapping) -> Option<String> {
    Some(fields.get("id")?.as_str()?.to_owned())
}

/// Whether a document has the three fields as they should be. They are taken out.
fn take(fields: &mut Mapping, approval: &Approval) -> bool {
    let text = |value: Option<Other>| value.and_then(|value| value.as_str().map(str::to_owned));
    let status = text(fields.shift_remove("status"));
    let version = text(fields.shift_remove("version"));
    let Some(Other::Mapping(mut found)) = fields.shift_remove("approval") else { return false };
    let mut is = |name: &str, meant: Option<String>| text(found.shift_remove(name)) == meant;
    let is_meant = is("by", Some(approval.by.clone()))
        && is("role", approval.role.clone())
        && is("date", Some(approval.date.to_string()))
        && is("digest", approval.digest.clone());
    let evidence: Vec<Other> = approval.evidence.iter().cloned().map(Other::String).collect();
    let evidence_is_meant =
        found.shift_remove("evidence") == Some(Other::Sequence(evidence)) && found.is_empty();
    status.as_deref() == Some("approved") && version == approval.version && is_meant && evidence_is_meant
}

#[test]
fn the_documents_of_all_examples_are_approved_and_otherwise_what_they_were() {
    let approval = Approval {
        version: Some("9.10".to_owned()),
        by: "PER-001".to_owned(),
        role: Some("no".to_owned()),
        date: "2026-11-18".parse().unwrap(),
        recorded_by: None,
        evidence: vec![TITLE.to_owned(), "evidence/minutes.md".to_owned()],
        digest: Some(format!("v1:sha256:{}", "0".repeat(64))),
    };
    let (mut count, mut refused) = (0, Vec::new());
    for path in files(&["yaml", "md"]) {
        let name = path.display().to_string();
        let is_markdown = path.extension().is_some_and(|extension| extension == "md");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let unix = text.replace("\r\n", "\n");
        let Some((mut before, _)) = by_another_reader(is_markdown, &unix) else { continue };
        let controlled = documents(&mut before).into_iter().filter(|fields| fields.contains_key("status"));
        // Of long lists, a few entries stand for the rest.
        let ids: Vec<String> = controlled.filter_map(|fields| id_of(fields)).take(8).collect();
        for (id, text) in ids.iter().flat_map(|id| {
            let texts = [
                unix.replace('\n', "\r\n"),
                format!("\u{feff}{unix}"),
                unix.trim_end().to_owned(),
                unix.clone(),
            ];
            texts.map(|text| (id, text))
        }) {
            let written = match approved(&name, &text, id, &approval) {
                Ok(written) => written,
                Err(AuthorError::Unsound { .. } | AuthorError::SeveralDocuments { .. })
                    if name.contains("/faulty/") =>
                {
                    continue;
                }
                Err(error) => {
                    refused.push(format!("{error}: {id}"));
                    continue;
                }
            };
            assert_eq!(text.starts_with('\u{feff}'), written.starts_with('\u{feff}'), "{name}");
            assert_eq!(text.ends_with('\n'), written.ends_with('\n'), "{name}");
            if text.contains("\r\n") {
                assert!(!written.replace("\r\n", "").contains('\n'), "{name}");
            }
            let (mut before, old_body) = by_another_reader(is_markdown, &text).unwrap();
            let (mut after, new_body) = by_another_reader(is_markdown, &written).unwrap();
            assert_eq!(old_body, new_body, "{name}");
            let (old, new) = (documents(&mut before), documents(&mut after));
            for (old, new) in old.into_iter().zip(new).filter(|(old, _)| id_of(old).as_ref() == Some(id)) {
                assert!(take(new, &approval), "{name}: {id}\n{written}");
                for field in ["status", "version", "approval"] {
                    old.shift_remove(field);
                }
            }
            assert_eq!(before, after, "{name}: {id}");
            count += 1;
        }
    }
    assert!(count > 400, "{count}");
    assert_eq!(refused, Vec::<String>::new());
}
