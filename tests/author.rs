//! Entries are added to the lists of all examples, however these are written: every byte that stood there stands
//! there still.

use std::{
    fs,
    path::{Path, PathBuf},
};

use probity::author::{Addition, AuthorError, Fields, Value, appended};

/// A text with everything that would go wrong without quotes.
const TITLE: &str = "no: 'quite' #1, and \"so\" on";

fn yaml_files() -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn addition(record_type: &str) -> Addition {
    let entry: Fields = vec![
        ("id", Value::Text("NEW-001".to_owned())),
        ("title", Value::Text(TITLE.to_owned())),
        ("day", Value::Day("2026-11-18".parse().unwrap())),
        ("list", Value::List(vec![Value::Text("8.10".to_owned()), Value::Text(TITLE.repeat(9))])),
        ("text", Value::Text("First line\n\n  second line: indented".to_owned())),
    ];
    // A type is a name of the catalog; here it is any that an example has.
    Addition { record_type: record_type.to_owned().leak(), entries: vec![entry.clone(), entry], own: &[] }
}

/// Whether one text is the other with a part put in.
fn is_grown(old: &str, new: &str) -> bool {
    let same = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    new.len() > old.len() && new.as_bytes().ends_with(&old.as_bytes()[same..])
}

#[test]
fn entries_are_added_to_the_lists_of_all_examples() {
    let (mut added, mut refused) = (0, Vec::new());
    for path in yaml_files() {
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
