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
            .map(|(yaml, body)| (format!("{yaml}\n"), body.to_owned()))?
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

#[path = "support/written.rs"]
mod written;

use probity::author::{Change, Revision, changed};
use written::{Random, Written};

/// Texts that would be something else without quotes, or do not fit on a line.
const TEXTS: [&str; 8] = [
    "new",
    "no",
    "8.10",
    "a: b # c",
    "it's \"so\"",
    "",
    "two\nlines: of it",
    "word word word word word word word word word word word word word word word word word word word word word word word",
];

fn a_change(path: &str, to: Option<Value>) -> Change {
    let behind = ["text", "status", "title", "id"].map(str::to_owned).to_vec();
    Change { path: path.split('.').map(str::to_owned).collect(), to, behind }
}

/// A change that somebody may wish for.
fn a_wish(random: &mut Random) -> Change {
    let text = |random: &mut Random| Value::Text(TEXTS[random.below(TEXTS.len())].to_owned());
    match random.below(10) {
        0 | 1 => a_change("title", Some(text(random))),
        2 => a_change("owner", Some(text(random))),
        3 => a_change("impact", Some(Value::Plain("7".to_owned()))),
        4 => {
            let mut items: Vec<&str> = vec!["a", "b", "c d", "c"];
            (0..=random.below(3)).for_each(|_| _ = items.remove(random.below(items.len())));
            items.insert(random.below(items.len() + 1), TEXTS[random.below(5)]);
            a_change(
                "tags",
                Some(Value::List(items.iter().map(|item| Value::Text((*item).to_owned())).collect())),
            )
        }
        5 => a_change("source.system", Some(text(random))),
        6 => a_change("note", Some(text(random))),
        7 => a_change("text", Some(text(random))),
        _ => {
            a_change(random.one(&["owner", "tags", "source", "source.ref", "text", "status", "impact"]), None)
        }
    }
}

fn as_other(value: &Value) -> Other {
    match value {
        Value::Text(text) => Other::String(text.clone()),
        Value::Plain(plain) => serde_yaml::from_str(plain).unwrap(),
        Value::Day(day) => Other::String(day.to_string()),
        Value::List(items) => Other::Sequence(items.iter().map(as_other).collect()),
        Value::Fields(fields) => Other::Mapping(
            fields.iter().map(|(name, value)| (Other::String(name.to_string()), as_other(value))).collect(),
        ),
    }
}

/// Does to what another reader read what was wished for.
fn wish(fields: &mut Mapping, path: &[String], to: Option<&Other>) {
    let name = path[0].as_str();
    match (&path[1..], to) {
        ([], Some(value)) => drop(fields.insert(name.into(), value.clone())),
        ([], None) => drop(fields.shift_remove(name)),
        (rest, to) => {
            let inner = fields.get(name).and_then(Other::as_mapping).cloned();
            let mut inner = match (inner, to) {
                (Some(inner), _) => inner,
                (None, Some(_)) => Mapping::new(),
                (None, None) => return,
            };
            wish(&mut inner, rest, to);
            if inner.is_empty() {
                fields.shift_remove(name);
            } else {
                fields.insert(name.into(), Other::Mapping(inner));
            }
        }
    }
}

/// The lines of a text that are none of others, these being there in their order; nothing if one of them is not.
fn besides<'t>(text: &'t str, others: &[&str]) -> Option<Vec<&'t str>> {
    let (mut left, mut others) = (Vec::new(), others.iter().peekable());
    for line in text.trim_start_matches('\u{feff}').lines() {
        if others.peek().is_some_and(|other| **other == line) {
            others.next();
        } else {
            left.push(line);
        }
    }
    others.next().is_none().then_some(left)
}

/// Looks whether a text differs from a file in nothing but what was meant, by other means than the program's own.
fn differs_as_meant(file: &Written, after: &str, meant: &[(usize, Vec<&str>)], then: impl Fn(&mut Mapping)) {
    let before = file.text();
    let shown = || format!("{before}\n---- became\n{after}");
    assert_eq!(file.mark, after.starts_with('\u{feff}'), "{}", shown());
    if file.end == "\r\n" {
        assert!(!after.replace("\r\n", "").contains('\n'), "{}", shown());
    }
    let of = |owner: &Option<(usize, &str)>| {
        owner.is_some_and(|(number, field)| {
            meant
                .iter()
                .any(|(known, fields)| *known == number && (field == "all" || fields.contains(&field)))
        })
    };
    let kept: Vec<&str> =
        file.lines.iter().filter(|(_, owner)| !of(owner)).map(|(line, _)| line.as_str()).collect();
    let left = besides(after, &kept).unwrap_or_else(|| panic!("another line changed: {}", shown()));
    assert!(!left.iter().any(|line| line.trim_start().starts_with('#')), "{}", shown());
    let is_markdown = file.name == "a.md";
    let (mut expected, old_body) =
        by_another_reader(is_markdown, &before).unwrap_or_else(|| panic!("{before}"));
    let (mut found, new_body) =
        by_another_reader(is_markdown, after).unwrap_or_else(|| panic!("{}", shown()));
    assert_eq!(old_body, new_body, "{}", shown());
    // What `<<` brings along stays what it was, too.
    for document in expected.iter_mut().chain(&mut found) {
        document.apply_merge().unwrap();
    }
    for (number, _) in meant {
        let id = format!("R-{number}");
        let mut of_id =
            documents(&mut expected).into_iter().filter(|fields| id_of(fields).as_ref() == Some(&id));
        then(of_id.next().unwrap());
    }
    assert_eq!(expected, found, "{}", shown());
}

/// A refusal tells the place, and is there where something stands for something else, or the file ends within a block of
/// text.
fn is_refused_rightly(file: &Written, error: &AuthorError) {
    let has_place = matches!(error, AuthorError::Tied { .. } | AuthorError::NotAsMeant { .. });
    assert!(has_place && (file.is_tied || !file.ends), "{error}\n{}", file.text());
}

/// Files written in many ways, changed in each way there is. More of them: `PROBITY_FILES=50000 cargo test --test author`.
#[test]
fn however_a_file_is_written_nothing_else_in_it_changes() {
    let files = std::env::var("PROBITY_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(500);
    let (mut random, mut done, mut refused) = (Random(7), 0, 0);
    for _ in 0..files {
        let file = Written::new(&mut random);
        let text = file.text();
        if by_another_reader(file.name == "a.md", &text).is_none() {
            // An alias may stand before what it stands for is named.
            assert!(file.is_tied, "{text}");
            continue;
        }
        let number = random.below(file.documents);
        let id = format!("R-{number}");
        // One field, then two at once.
        for count in [1, 2] {
            let mut changes = vec![a_wish(&mut random)];
            let second = a_wish(&mut random);
            if count == 2 && second.path[0] != changes[0].path[0] {
                changes.push(second);
            }
            let fields: Vec<&str> = changes.iter().map(|change| change.path[0].as_str()).collect();
            let revision = Revision { id: id.clone(), changes: changes.clone() };
            match changed(file.name, &text, &[revision]) {
                Err(error) => {
                    is_refused_rightly(&file, &error);
                    refused += 1;
                }
                Ok(after) => {
                    differs_as_meant(&file, &after, &[(number, fields)], |of| {
                        for change in &changes {
                            wish(of, &change.path, change.to.as_ref().map(as_other).as_ref());
                        }
                    });
                    done += 1;
                }
            }
        }
        let approval = Approval {
            version: Some("9.10".to_owned()),
            by: "PER-001".to_owned(),
            role: None,
            date: "2026-11-18".parse().unwrap(),
            recorded_by: None,
            evidence: Vec::new(),
            digest: None,
        };
        match approved(file.name, &text, &id, &approval) {
            Err(error) => {
                is_refused_rightly(&file, &error);
                refused += 1;
            }
            Ok(after) => {
                differs_as_meant(&file, &after, &[(number, vec!["status"])], |of| {
                    of.insert("status".into(), "approved".into());
                    of.insert("version".into(), "9.10".into());
                    of.insert(
                        "approval".into(),
                        serde_yaml::from_str("{by: PER-001, date: 2026-11-18}").unwrap(),
                    );
                });
                done += 1;
            }
        }
        if file.is_list {
            match appended(file.name, &text, &addition("risk")) {
                Ok(grown) => assert!(is_grown(&text, &grown), "{text}\n---- became\n{grown}"),
                Err(error) => is_refused_rightly(&file, &error),
            }
        }
    }
    assert!(done > files * 2 && (1..files / 10).contains(&refused), "{done} changes, {refused} refusals");
}
