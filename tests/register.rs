//! Registers as workbooks: each comes back as it went out, a changed cell changes its field and no other, and what cannot
//! be taken is refused with nothing written.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use probity::{
    author::changed,
    catalog::Catalog,
    corpus::{self, Documents},
    import::register::{Goal, Plan, Reading, Table, plan},
    model::{Category, Content, File, Format, Kind, RecordType, Schema, Snapshot},
    report::{
        register::{Column, Holds},
        workbook::register::{Register, render},
    },
    text::Source,
    yaml::Limits,
};
use rust_xlsxwriter::Workbook;
use serde::Deserialize as _;

#[path = "support/pipeline.rs"]
mod pipeline;
#[path = "support/program.rs"]
mod program;

use program::probity;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind");
const AS_OF: &str = "2026-06-30";

/// Hands on the documents of a snapshot.
fn with<T>(snapshot: &Snapshot, catalog: &Catalog, then: impl FnOnce(&Documents<'_>) -> T) -> T {
    let corpus = corpus::read(snapshot, &Limits::default());
    then(&Documents::of(&corpus, catalog))
}

fn book(documents: &Documents<'_>, record_type: &RecordType, names: bool) -> Vec<u8> {
    let register = Register {
        documents,
        record_type,
        organization: Some("Northwind"),
        as_of: AS_OF.parse().unwrap(),
        commit: None,
        names,
    };
    render(&register).unwrap()
}

fn table<'t>(bytes: &[u8], record_type: &'t RecordType) -> Table<'t> {
    Table::read(bytes, record_type, &Reading::default())
        .unwrap_or_else(|why| panic!("{}: {why}", record_type.id))
}

fn planned(table: &Table<'_>, documents: &Documents<'_>, record_type: &RecordType) -> Plan {
    plan(table, documents, record_type, &Goal { into: None, as_of: AS_OF.parse().unwrap() })
}

fn changes_nothing(plan: &Plan) -> bool {
    plan.revisions.is_empty() && plan.addition.is_none() && plan.refused.is_empty() && plan.gone.is_empty()
}

/// The snapshot with another text in one of its files.
fn put(snapshot: &mut Snapshot, path: &str, text: &str) {
    let content = Content::Text(Arc::new(Source::new(path, text)));
    let file = snapshot.files.iter_mut().find(|file| file.path == path).unwrap();
    *file = File { path: path.to_owned(), content };
}

/// The types of registers that have documents in files, and a few of what else people keep in lists.
fn types<'c>(catalog: &'c Catalog, documents: &Documents<'_>) -> Vec<&'c RecordType> {
    let mut names: Vec<&str> = documents.types().collect();
    names.sort_unstable();
    let is_kept_in_lists = |of: &&RecordType| {
        of.category == Category::Register
            || ["action-item", "supplier-contract", "nil-return", "procedure"].contains(&of.id.as_str())
    };
    let types = names.into_iter().filter_map(|name| catalog.record_type(name)).filter(is_kept_in_lists);
    types
        .filter(|record_type| !probity::report::register::rows(documents, &record_type.id).0.is_empty())
        .collect()
}

#[test]
fn every_register_of_an_example_comes_back_as_it_went_out() {
    let (catalog, snapshot) = (Catalog::embedded(), pipeline::snapshot(Path::new(NORTHWIND)));
    with(&snapshot, &catalog, |documents| {
        let types = types(&catalog, documents);
        assert!(types.len() > 25, "{}", types.len());
        for record_type in types {
            // Without names there are fewer columns, which takes nothing out.
            let both = [true, false];
            for names in &both[..if record_type.id == "person" { 2 } else { 1 }] {
                let plan = planned(
                    &table(&book(documents, record_type, *names), record_type),
                    documents,
                    record_type,
                );
                assert!(changes_nothing(&plan), "{}: {plan:?}", record_type.id);
            }
        }
    });
}

/// Another value that can stand in a column.
fn another(column: &Column<'_>, now: &str, documents: &Documents<'_>) -> Option<String> {
    let Schema { kind, format, values, refers_to, minimum, .. } = column.schema;
    let text = match (kind, format) {
        _ if !values.is_empty() => values.iter().find(|value| *value != now)?.clone(),
        (Kind::Truth, _) => if now == "yes" { "no" } else { "yes" }.to_owned(),
        (Kind::Integer | Kind::Number, _) => (minimum.unwrap_or(0.0) + 17.0).to_string(),
        (_, Some(Format::Date)) => "2026-01-15".to_owned(),
        (_, Some(Format::DateTime)) => "2026-01-15T10:00:00+01:00".to_owned(),
        (_, Some(Format::Time)) => "10:17".to_owned(),
        (_, Some(Format::Duration)) => "P17M".to_owned(),
        (_, Some(Format::Month)) => "2026-01".to_owned(),
        (_, Some(Format::Currency)) => "CHF".to_owned(),
        (_, Some(Format::Sha256)) => "0".repeat(64),
        (_, Some(Format::RecordType)) => "waiver".to_owned(),
        (_, Some(Format::Id)) => "X-17".to_owned(),
        _ if !refers_to.is_empty() => {
            let mut ids: Vec<&str> = documents.ids().map(|(id, _)| id).collect();
            ids.sort_unstable();
            let is_of = |id: &&str| {
                let name = documents.at(documents.find(id).unwrap()).type_name.map(|(name, _)| name);
                refers_to.iter().any(|wanted| wanted == "any" || Some(wanted.as_str()) == name)
            };
            ids.into_iter().filter(|id| *id != now).find(is_of)?.to_owned()
        }
        _ => "no: 'other' #1".to_owned(),
    };
    Some(if column.holds == Holds::Several && !now.is_empty() { format!("{now}\n{text}") } else { text })
}

#[test]
fn a_changed_cell_changes_its_field_and_no_other() {
    let (catalog, snapshot) = (Catalog::embedded(), pipeline::snapshot(Path::new(NORTHWIND)));
    let mut count = 0;
    with(&snapshot, &catalog, |documents| {
        for record_type in types(&catalog, documents) {
            let whole = table(&book(documents, record_type, true), record_type);
            // What is approved does not change in this way, and is looked at below.
            let open = |row: &usize| {
                planned_with(&whole, *row, "note", "x", documents, record_type).refused.is_empty()
            };
            let Some(row) = (0..whole.rows.len()).find(open) else { continue };
            let mut full = copy(&whole);
            let mut meant = Vec::new();
            for number in whole.read.clone() {
                let column = &whole.columns[number];
                let now = whole.rows[row].cells.get(&number).cloned().unwrap_or_default();
                if matches!(column.holds, Holds::Fixed(_)) || column.path == "id" {
                    continue;
                }
                let Some(new) = another(column, &now, documents).filter(|new| *new != now) else { continue };
                full.rows[row].cells.insert(number, new);
                meant.push(column.path.as_str());
            }
            count += meant.len();
            let plan = planned(&full, documents, record_type);
            assert!(plan.refused.is_empty(), "{}: {:?}", record_type.id, plan.refused);
            let fields = plan.changed.iter().flat_map(|of| of.fields.iter().map(|(path, ..)| path.as_str()));
            assert_eq!(fields.collect::<Vec<_>>(), meant, "{}", record_type.id);
            let mut after = pipeline::snapshot(Path::new(NORTHWIND));
            for (path, revisions) in &plan.revisions {
                let text = changed(path, snapshot.text_of(path).unwrap(), revisions);
                let text = text.unwrap_or_else(|error| panic!("{}: {error}", record_type.id));
                put(&mut after, path, &text);
            }
            assert_eq!(plan.revisions.len(), 1, "{}", record_type.id);
            with(&after, &catalog, |documents| {
                let plan = planned(&full, documents, record_type);
                assert!(changes_nothing(&plan), "{}: {plan:?}", record_type.id);
            });
        }
    });
    assert!(count > 400, "{count}");
}

/// What is planned if one cell holds something else.
fn planned_with(
    whole: &Table<'_>,
    row: usize,
    path: &str,
    text: &str,
    documents: &Documents<'_>,
    record_type: &RecordType,
) -> Plan {
    let mut table = Table { refused: whole.refused.clone(), ..copy(whole) };
    let number = table.column(path).unwrap();
    if text.is_empty() {
        table.rows[row].cells.remove(&number);
    } else {
        table.rows[row].cells.insert(number, text.to_owned());
    }
    planned(&table, documents, record_type)
}

fn copy<'t>(table: &Table<'t>) -> Table<'t> {
    Table {
        sheet: table.sheet.clone(),
        header: table.header,
        columns: table.columns.clone(),
        read: table.read.clone(),
        unread: table.unread.clone(),
        rows: table.rows.clone(),
        origin: table.origin.clone(),
        notes: table.notes.clone(),
        refused: table.refused.clone(),
    }
}

/// What is told of one changed cell.
fn refused(record_type: &str, id: &str, path: &str, text: &str, after: &[(&str, &str, &str)]) -> String {
    let (catalog, snapshot) = (Catalog::embedded(), pipeline::snapshot(Path::new(NORTHWIND)));
    let record_type = catalog.record_type(record_type).unwrap();
    let whole = with(&snapshot, &catalog, |documents| book(documents, record_type, true));
    let whole = table(&whole, record_type);
    let mut later = pipeline::snapshot(Path::new(NORTHWIND));
    for (path, from, to) in after {
        let text = later.text_of(path).unwrap();
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        put(&mut later, path, &text);
    }
    let column = whole.column("id").unwrap();
    let row =
        whole.rows.iter().position(|row| row.cells.get(&column).is_some_and(|known| known == id)).unwrap();
    with(&later, &catalog, |documents| {
        let plan = planned_with(&whole, row, path, text, documents, record_type);
        assert!(plan.revisions.is_empty() && plan.addition.is_none(), "{plan:?}");
        let told: Vec<String> =
            plan.refused.iter().map(|cell| format!("{}: {}", cell.at, cell.message)).collect();
        told.join("\n")
    })
}

#[test]
fn what_changed_in_the_files_meanwhile_is_not_overwritten() {
    let file = "registers/risks.yaml";
    let told = refused("risk", "RSK-001", "likelihood", "2", &[(file, "likelihood: 3", "likelihood: 5")]);
    assert!(told.ends_with("`likelihood` of `RSK-001` has changed since the workbook was made: it was `3`, is `5`, and is `2` here"), "{told}");
    assert!(told.starts_with("Register!G3: "), "{told}");
    // The same on both sides, and another field of the same document.
    assert_eq!(
        refused("risk", "RSK-001", "likelihood", "5", &[(file, "likelihood: 3", "likelihood: 5")]),
        ""
    );
    let told = refused("risk", "RSK-001", "likelihood", "2", &[(file, "id: RSK-001", "id: RSK-901")]);
    assert!(told.contains("`RSK-001` is changed here, and is no longer there"), "{told}");
}

#[test]
fn what_belongs_to_the_control_of_a_document_is_only_shown() {
    for (record_type, id, path, text, told) in [
        (
            "procedure",
            "PRO-002",
            "status",
            "draft",
            "`status` is only shown here: it belongs to the control of a document",
        ),
        (
            "procedure",
            "PRO-002",
            "approval.by",
            "PER-009",
            "`approval.by` is only shown here: it belongs to the control of a document",
        ),
        (
            "procedure",
            "PRO-002",
            "title",
            "Other",
            "`PRO-002` is approved, and a change would be one that nobody approved",
        ),
        (
            "role",
            "ROL-001",
            "holders",
            "me",
            "`holders` is only shown here: it holds more than a cell can say",
        ),
        ("risk", "RSK-001", "title", "", "`title` is something that each risk has to have"),
        (
            "risk",
            "RSK-001",
            "treatment",
            "",
            "`treatment` cannot be emptied: the `defaults` of the list say it as `reduce`",
        ),
    ] {
        let found = refused(record_type, id, path, text, &[]);
        assert!(found.contains(told), "{path}: {found}");
    }
}

/// A copy of the example, and a file outside of it.
fn home() -> (tempfile::TempDir, PathBuf) {
    fn copied(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
            let to = to.join(entry.file_name().unwrap());
            if entry.is_dir() {
                copied(&entry, &to);
            } else {
                fs::copy(&entry, to).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copied(Path::new(NORTHWIND), &folder.path().join("home"));
    let file = folder.path().join("list.xlsx");
    (folder, file)
}

/// A workbook of somebody's own.
fn of_others(file: &Path, rows: &[&[&str]]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    workbook.save(file).unwrap();
}

#[test]
fn hostile_texts_come_in_and_go_out_as_they_are() {
    let (folder, file) = home();
    let root = folder.path().join("home");
    let long = "x".repeat(10_000);
    let titles = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1+1",
        "@SUM(1)",
        "a\u{202e}b",
        "no",
        "8.10",
        "two\nlines",
        "{{ x }}",
        "<b>&amp;",
        "'",
        &long,
    ];
    let mut rows: Vec<Vec<&str>> = vec![vec!["Title", "Description"]];
    rows.extend(titles.iter().map(|title| vec![*title, *title]));
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    of_others(&file, &rows);
    let name = file.to_string_lossy();
    let (code, out, error) = probity(&root, &["import", "xlsx", &name, "--type", "risk"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(!out.contains(['\u{202e}', '\u{7}']), "{out}");
    let text = fs::read_to_string(root.join("registers/risks.yaml")).unwrap();
    let mut lists =
        serde_yaml::Deserializer::from_str(&text).map(|read| serde_yaml::Value::deserialize(read).unwrap());
    let list = lists.find(|list| list["collection"] == "risk").unwrap();
    let entries = list["entries"].as_sequence().unwrap();
    let tail = &entries[entries.len() - titles.len()..];
    for (entry, title) in tail.iter().zip(titles) {
        assert_eq!((entry["title"].as_str(), entry["description"].as_str()), (Some(title), Some(title)));
    }
    // Read a second time, it changes nothing; nor does what goes out now.
    let (_, again, _) = probity(&root, &["import", "xlsx", &name, "--type", "risk"]);
    assert!(again.contains("nothing is to be written"), "{again}");
    let (code, _, error) =
        probity(&root, &["list", "documents", "--type", "risk", "--format", "xlsx", "-o", &name]);
    assert_eq!((code, error.as_str()), (0, ""));
    let (_, again, _) = probity(&root, &["import", "xlsx", &name, "--type", "risk"]);
    assert!(again.contains("0 changed, 0 new"), "{again}");
    // What no cell shows cannot get lost by a change beside it.
    let found = with(&pipeline::snapshot(&root), &Catalog::embedded(), |documents| {
        let catalog = Catalog::embedded();
        let risk = catalog.record_type("risk").unwrap();
        let whole = table(&fs::read(&file).unwrap(), risk);
        let title = whole.column("title").unwrap();
        let row = whole.rows.iter().position(|row| row.cells[&title].contains("\\u{202e}")).unwrap();
        planned_with(&whole, row, "title", "a\\u{202e}bc", documents, risk).refused
    });
    assert!(found[0].message.contains("the text holds characters that no cell shows"), "{found:?}");
}

#[test]
fn a_list_is_taken_as_a_whole_or_not_at_all() {
    let (folder, file) = home();
    let root = folder.path().join("home");
    let name = file.to_string_lossy();
    let told = |rows: &[&[&str]], more: &[&str]| {
        of_others(&file, rows);
        let before = fs::read_to_string(root.join("registers/risks.yaml")).unwrap();
        let (code, out, error) =
            probity(&root, &[&["import", "xlsx", &name, "--type", "risk"], more].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert_eq!(fs::read_to_string(root.join("registers/risks.yaml")).unwrap(), before);
        error.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let head: &[&str] = &["Id", "Title", "Impact"];
    for (row, expected) in [
        (&["ROL-001", "x", "1"][..], "Sheet1!A3: `ROL-001` is the id of a role"),
        (&["rsk-001", "x", "1"], "`rsk-001` differs from `RSK-001` in capital letters alone"),
        (&["a b", "x", "1"], "`a b` is not an id"),
        (&["", "", "1"], "`title` is something that each risk has to have"),
        (&["", "Knowledge of one engineer", "1"], "`RSK-001` has this title, and other fields differ"),
        (&["RSK-001", "", "9"], "`RSK-001` stands here twice"),
        (&["", "x", "very"], "Sheet1!C3: `very` is not a whole number"),
    ] {
        let found = told(&[head, &["RSK-001", "", "5"], row], &[]);
        assert!(found.contains(expected), "{row:?}: {found}");
    }
    for (rows, more, expected) in [
        (&[&["Titel", "Wirkung"][..], &["x", "1"]][..], &[][..], "no row in the first 30"),
        (
            &[head, &["", "x", "1"]],
            &["--sheet", "Sheet2"],
            "it has no sheet `Sheet2`; did you mean `Sheet1`?",
        ),
        (
            &[head, &["", "x", "1"]],
            &["--column", "Owner=ownr"],
            "there is no field `ownr`; did you mean `owner`?",
        ),
        (
            &[head, &["", "x", "1"]],
            &["--column", "Owner=owner"],
            "no column is headed `owner`, which is to be `owner`",
        ),
        (
            &[&["Title", "title", "Impact"], &["x", "y", "1"]],
            &[],
            "`title` is the field `title`, as Sheet1!A1 is",
        ),
        (&[head, &["", "x", "1"]], &["--into", "risks.csv"], "`risks.csv` is no file of YAML"),
        (&[head, &["", "x", "1"]], &["--into", "../risks.yaml"], "is not read"),
        (&[head, &["", "x", "1"]], &["--type", "risks"], "cannot be used multiple times"),
    ] {
        let found = told(rows, more);
        assert!(found.contains(expected), "{rows:?}: {found}");
    }
    fs::write(&file, "no workbook").unwrap();
    let (code, _, error) = probity(&root, &["import", "xlsx", &name, "--type", "risk"]);
    assert!(code == 2 && error.contains("it is no workbook that can be read"), "{error}");
}

#[test]
fn new_documents_go_where_they_are_to_go() {
    let (folder, file) = home();
    let root = folder.path().join("home");
    let name = file.to_string_lossy();
    of_others(&file, &[&["Title", "Impact"], &["Ice", "1"]]);
    let run = |more: &[&str]| {
        let (code, out, error) = probity(&root, &[&["import", "xlsx", &name], more].concat());
        assert_eq!((code, error.as_str()), (0, ""));
        out
    };
    run(&["--type", "risk", "--into", &root.join("registers/more/ice.yaml").to_string_lossy()]);
    let text = fs::read_to_string(root.join("registers/more/ice.yaml")).unwrap();
    assert!(
        text.ends_with("collection: risk\nentries:\n  - id: RSK-011\n    title: Ice\n    impact: 1\n"),
        "{text}"
    );
    of_others(&file, &[&["Title", "Name of it"], &["Ice cream", "1"]]);
    // A type without a list yet.
    let out = run(&["--type", "demand-forecast", "--column", "Name of it=note"]);
    assert!(out.contains("new in "), "{out}");
}
