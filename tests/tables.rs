//! Every list as CSV and Markdown: as many rows as its JSON has, and as many cells in each as there are columns.

use std::path::Path;

#[path = "support/program.rs"]
mod program;

use program::probity;

/// The records of a text in CSV, by RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, quoted) {
            ('"', true) if characters.peek() == Some(&'"') => cell.extend(characters.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => record.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(characters.next(), Some('\n'), "a line ends in CR and LF");
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            (character, _) => cell.push(character),
        }
    }
    assert!(!quoted && cell.is_empty() && record.is_empty(), "the last line ends, too");
    records
}

#[test]
fn every_list_has_the_same_rows_in_each_form() {
    let lists: [(&str, &[&str], &str); 12] = [
        ("northwind", &["list", "types"], ""),
        ("northwind", &["list", "rules"], ""),
        ("northwind", &["list", "documents", "--digest"], ""),
        ("northwind", &["list", "refs"], ""),
        ("northwind", &["list", "required"], ""),
        ("northwind", &["list", "clauses"], ""),
        ("northwind", &["list", "clauses", "--map", "itil4"], "/clauses"),
        ("northwind", &["config"], ""),
        ("northwind", &["due", "--within", "1y"], "/items"),
        ("northwind", &["approve", "verify", "--all"], "/approvals"),
        ("northwind-first-gap", &["ready", "--for", "stage-2"], "/blockers"),
        ("northwind-drift", &["check"], "/findings"),
    ];
    for (example, command, at) in lists {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        let form = |name: &str| probity(&folder, &[command, &["--format", name]].concat()).1;
        let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
        let count = json.pointer(at).and_then(serde_json::Value::as_array).unwrap().len();
        assert!(count > 2, "{command:?} has {count} rows");
        let records = records(&form("csv"));
        assert_eq!(records.len(), count + 1, "{command:?}");
        assert!(records.iter().all(|record| record.len() == records[0].len()), "{command:?}");
        // A check has a page of Markdown of its own.
        if command != ["check"] {
            let markdown = form("markdown");
            assert_eq!(markdown.lines().count(), count + 2, "{command:?}");
            let cells = |line: &str| line.matches('|').count();
            let columns = cells(markdown.lines().next().unwrap());
            assert!(markdown.lines().all(|line| cells(line) == columns), "{command:?}");
        }
    }
}

#[test]
fn the_points_of_a_gap_analysis_are_a_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northwind-first-gap");
    let records = records(&probity(&folder, &["gap", "--format", "csv"]).1);
    assert_eq!((records.len(), records[0].len()), (320, 18));
    let column = |name: &str| records[0].iter().position(|column| column == name).unwrap();
    let point = records.iter().find(|record| record[column("point")] == "4.3/01").unwrap();
    assert_eq!(
        (point[column("shown")].as_str(), point[column("blocker")].as_str()),
        ("not fulfilled", "yes")
    );
    assert!(point[column("do")].contains("; "), "steps stand one behind the other");
}
