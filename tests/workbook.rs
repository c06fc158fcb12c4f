//! The workbook: what stands in it, and that what people fill in comes back as their judgements, or is refused cell by
//! cell with nothing written.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read as _, Write as _},
    path::{Path, PathBuf},
};

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;
use tempfile::TempDir;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

#[path = "support/program.rs"]
mod program;

use probity::import::workbook::read;
use program::probity;

const FIRST_GAP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind-first-gap");
const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind");
const SHEET: &str = "xl/worksheets/sheet3.xml";
const HEADERS: [&str; 13] = [
    "Documented",
    "Implemented",
    "Evidenced",
    "Effective",
    "Occurrence",
    "Status",
    "Confidence",
    "Evidence",
    "Interviewees",
    "Rationale",
    "Assessor",
    "Date",
    "Valid until",
];
/// The column of the first of these.
const FIRST: usize = 15;

/// A copy of an example, and a workbook that was made of it.
struct Home {
    folder: TempDir,
    rows: BTreeMap<String, usize>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(FIRST_GAP), folder.path());
        let mut home = Self { folder, rows: BTreeMap::new() };
        let points = home.points();
        home.rows = points.iter().zip(2..).map(|(point, row)| (text(&point["id"]), row)).collect();
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What a run printed that has to go well.
    fn good(&self, arguments: &[&str]) -> String {
        let (code, out, error) = probity(self.path(), arguments);
        assert_eq!((code, error.as_str()), (0, ""), "{arguments:?}");
        out
    }

    fn points(&self) -> Vec<Value> {
        let report: Value = serde_json::from_str(&self.good(&["gap", "--format", "json"])).unwrap();
        let clauses = report["clauses"].as_array().unwrap().iter();
        clauses.flat_map(|clause| clause["points"].as_array().unwrap().clone()).collect()
    }

    fn point(&self, id: &str) -> Value {
        self.points().into_iter().find(|point| point["id"] == id).unwrap()
    }

    fn book(&self) -> Book {
        let file = outside();
        self.good(&["report", "--format", "xlsx", "-o", &file.1]);
        Book::read(&fs::read(&file.1).unwrap())
    }

    /// Reads a workbook back: exit code, output, and what is told without line breaks.
    fn judge(&self, bytes: &[u8], more: &[&str]) -> (i32, String, String) {
        let file = outside();
        fs::write(&file.1, bytes).unwrap();
        let (code, out, error) =
            probity(self.path(), &[&["judge", "--from-workbook", &file.1], more].concat());
        let error = error.replace('│', " ");
        (code, out, error.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// What is told of a workbook that has to be refused, and left everything as it was.
    fn refused(&self, book: &Book, more: &[&str]) -> String {
        let before = files(self.path());
        let (code, out, error) = self.judge(&book.bytes(), more);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert_eq!(files(self.path()), before);
        error
    }

    fn cell(&self, point: &str, header: &str) -> String {
        let column = HEADERS.iter().position(|known| *known == header).unwrap();
        format!("{}{}", letters(FIRST + column), self.rows[point])
    }

    fn fill(&self, book: &mut Book, point: &str, cells: &[(&str, &str)]) {
        for (header, value) in cells {
            book.set(&self.cell(point, header), &said(value));
        }
    }
}

/// What stands in a cell as a text.
fn said(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;");
    format!("t=\"inlineStr\"><is><t xml:space=\"preserve\">{value}</t></is></c>")
}

/// A workbook in its parts.
#[derive(Clone)]
struct Book(Vec<(String, Vec<u8>)>);

impl Book {
    fn read(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let parts = (0..archive.len()).map(|number| {
            let mut file = archive.by_index(number).unwrap();
            let mut part = Vec::new();
            file.read_to_end(&mut part).unwrap();
            (file.name().unwrap().into_owned(), part)
        });
        Self(parts.collect())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in &self.0 {
            let is_large = name.starts_with("xl/media/");
            let method = if is_large { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            let options = SimpleFileOptions::default().compression_method(method);
            writer.start_file(name.as_str(), options).unwrap();
            writer.write_all(part).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn part(&self, name: &str) -> String {
        let (_, part) = self.0.iter().find(|(known, _)| known == name).unwrap();
        String::from_utf8(part.clone()).unwrap()
    }

    fn put(&mut self, name: &str, text: String) {
        self.0.iter_mut().find(|(known, _)| known == name).unwrap().1 = text.into_bytes();
    }

    fn with(&self, name: &str, from: &str, to: &str) -> Self {
        let mut book = self.clone();
        let text = book.part(name);
        assert!(text.contains(from), "{from}");
        book.put(name, text.replacen(from, to, 1));
        book
    }

    /// Puts something else into a cell: what follows its address.
    fn set(&mut self, cell: &str, content: &str) {
        let sheet = self.part(SHEET);
        let start = sheet.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
        let rest = &sheet[start..];
        let end = match (rest.find("/>"), rest.find('>')) {
            (Some(empty), Some(open)) if empty < open => empty + 2,
            _ => rest.find("</c>").unwrap() + 4,
        };
        let changed = format!("{}<c r=\"{cell}\" {content}{}", &sheet[..start], &rest[end..]);
        self.put(SHEET, changed);
    }

    fn sheets(&self) -> BTreeMap<String, Vec<Vec<Data>>> {
        let mut read = Xlsx::new(Cursor::new(self.bytes())).unwrap();
        let sheets = read.worksheets().into_iter();
        sheets.map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
    }
}

/// A place for a file that is none of the management system.
fn outside() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("book.xlsx").display().to_string();
    (folder, file)
}

fn letters(column: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number).unwrap());
    if column < 26 { letter(column).to_string() } else { format!("A{}", letter(column - 26)) }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                files.insert(entry.clone(), fs::read(entry).unwrap());
            }
        }
    }
    files
}

const BY: [&str; 2] = ["--by", "PER-004"];
/// What makes a row complete.
const WHOLE: [(&str, &str); 8] = [
    ("Documented", "full"),
    ("Implemented", "full"),
    ("Evidenced", "partial"),
    ("Occurrence", "occurred"),
    ("Confidence", "medium"),
    ("Evidence", "SLA-001; a talk"),
    ("Interviewees", "ROL-004"),
    ("Rationale", "Seen"),
];

#[test]
fn the_same_report_gives_the_same_bytes_now_and_later() {
    for example in [FIRST_GAP, NORTHWIND] {
        let (folder, _) = outside();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let run = |arguments: &[&str]| {
            let all = [&["report", "--as-of", "2026-06-30"], arguments].concat();
            assert_eq!(probity(Path::new(example), &all), (0, String::new(), String::new()), "{arguments:?}");
        };
        run(&["--format", "xlsx", "-o", &file("one.xlsx")]);
        run(&["--format", "xlsx", "-o", &file("two.xlsx")]);
        run(&["--format", "json", "-o", &file("report.json")]);
        run(&["--from", &file("report.json"), "--format", "xlsx", "-o", &file("later.xlsx")]);
        let one = fs::read(file("one.xlsx")).unwrap();
        assert_eq!(one, fs::read(file("two.xlsx")).unwrap());
        assert_eq!(one, fs::read(file("later.xlsx")).unwrap());
    }
}

#[test]
fn the_sheets_hold_each_point_each_finding_and_each_limit() {
    let home = Home::new();
    let report: Value = serde_json::from_str(&home.good(&["report", "--format", "json"])).unwrap();
    let sheets = home.book().sheets();
    let names: Vec<&str> = sheets.keys().map(String::as_str).collect();
    let expected = [
        "Actions",
        "Clauses",
        "Evidence",
        "Findings",
        "Origin",
        "Requirements",
        "Roadmap",
        "Scales",
        "Summary",
    ];
    assert_eq!(names, expected);
    let column = |sheet: &str, number: usize| -> Vec<String> {
        sheets[sheet].iter().skip(1).map(|row| row[number].to_string()).collect()
    };
    let ids: Vec<String> = home.points().iter().map(|point| text(&point["id"])).collect();
    assert_eq!(column("Requirements", 0), ids);
    let findings = report["check"]["findings"].as_array().unwrap();
    let prints: Vec<String> = findings.iter().map(|finding| text(&finding["fingerprint"])).collect();
    assert_eq!(column("Findings", 9), prints);
    let work = report["gap"]["work"].as_array().unwrap();
    assert_eq!(column("Actions", 0), work.iter().map(|work| text(&work["id"])).collect::<Vec<_>>());
    let summary = column("Summary", 0);
    for sentence in report["disclaimers"].as_array().unwrap() {
        assert!(summary.contains(&text(sentence)), "{sentence}");
    }
    assert!(summary.contains(&text(&report["ready"]["says"])));
}

#[test]
fn what_documents_say_is_a_text_and_never_a_formula() {
    let home = Home::new();
    let long = "x".repeat(10_000);
    let too_long = format!("{}{}", "ä".repeat(40_000), "end");
    let evil = ["=HYPERLINK(\\\"http://x\\\")", "+1", "@SUM(A1)", "-2", "_x0041_\\u0007", &long, &too_long];
    let work = (0..).zip(&evil).map(|(number, title)| {
        format!(
            "---\ntype: remediation-action\nid: RMD-9{number}\ntitle: \"{title}\"\nstate: planned\naddresses: \
             [\"4.1/01\"]\n"
        )
    });
    let work: String = work.collect();
    fs::write(home.path().join("evil.yaml"), work).unwrap();
    let toml = fs::read_to_string(home.path().join("probity.toml")).unwrap();
    let name = "name = \"=cmd|'/c calc'!A1 &D&P\"";
    let named: Vec<&str> =
        toml.lines().map(|line| if line.starts_with("name =") { name } else { line }).collect();
    fs::write(home.path().join("probity.toml"), named.join("\n")).unwrap();
    let book = home.book();
    for (name, part) in &book.0 {
        let part = String::from_utf8_lossy(part);
        let is_sheet = name.starts_with("xl/worksheets/");
        assert!(!is_sheet || !part.contains("<f>") && !part.contains("<f "), "{name} holds a formula");
        assert!(!part.contains("hyperlink") && !name.contains("external"), "{name}");
    }
    assert!(
        book.part(SHEET).contains("A1 &amp;&amp;D&amp;&amp;P"),
        "nothing is a command at the edge of a page"
    );
    let sheets = book.sheets();
    let title = |number: usize| {
        let row = sheets["Actions"].iter().find(|row| row[0].to_string() == format!("RMD-9{number}"));
        row.unwrap()[1].to_string()
    };
    assert_eq!(title(0), "=HYPERLINK(\"http://x\")");
    assert_eq!((title(1), title(2), title(3)), ("+1".into(), "@SUM(A1)".into(), "-2".into()));
    assert_eq!(title(4), "_x0041_\\u{7}");
    assert_eq!(title(5), long);
    assert!(title(6).ends_with(" … [cut: 40003 characters; the rest does not fit into a cell]"));
}

#[test]
fn a_workbook_that_nobody_changed_changes_nothing() {
    let home = Home::new();
    let before = files(home.path());
    let (code, out, error) = home.judge(&home.book().bytes(), &[]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.ends_with("0 of 319 rows changed\nnothing was written\n"), "{out}");
    assert_eq!(files(home.path()), before);
}

#[test]
fn three_hundred_judgements_come_back_as_they_were_filled_in() {
    let home = Home::new();
    let mut book = home.book();
    let points = home.points();
    let free: Vec<&Value> =
        points.iter().filter(|point| point["judgements"] == Value::Array(Vec::new())).take(295).collect();
    assert_eq!(free.len(), 295);
    let degrees = ["full", "partial", "none"];
    let mut filled: Vec<(String, [&str; 4], String)> = Vec::new();
    for (number, point) in free.iter().enumerate() {
        let id = text(&point["id"]);
        let facts = [
            degrees[number % 3],
            degrees[number / 3 % 3],
            degrees[number / 9 % 3],
            ["full", "none", "unknown"][number / 27 % 3],
        ];
        let rationale = format!("Seen on site, no. {number}: <b>&amp; = + @ \"q\" é 名前\nand a second line");
        let mut cells = WHOLE.to_vec();
        cells[0].1 = facts[0];
        cells[1].1 = facts[1];
        cells[2].1 = facts[2];
        cells[7].1 = &rationale;
        cells.push(("Effective", facts[3]));
        home.fill(&mut book, &id, &cells);
        filled.push((id, facts, rationale));
    }
    let (code, out, error) = home.judge(&book.bytes(), &BY);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("295 of 319 rows changed"), "{out}");
    let after = home.points();
    for (id, facts, rationale) in &filled {
        let point = after.iter().find(|point| point["id"] == *id).unwrap();
        let judgement = &point["judgements"][0];
        let told = ["documented", "implemented", "evidenced", "effective"].map(|name| text(&judgement[name]));
        assert_eq!(told, facts.map(str::to_owned), "{id}");
        let weak =
            facts[..3].iter().filter(|fact| **fact == "partial").count() + usize::from(facts[3] == "none");
        let status = match facts {
            [_, "none", ..] | [_, _, "none", _] => "not fulfilled",
            ["none", ..] => "partly",
            _ => ["fulfilled", "mostly", "partly", "partly", "partly"][weak],
        };
        assert_eq!(
            (judgement["written"].as_str(), judgement["status"].as_str()),
            (Some(status), Some(status)),
            "{id}"
        );
        assert_eq!(text(&judgement["rationale"]), *rationale, "{id}");
        assert_eq!(judgement["evidence"], serde_json::json!(["SLA-001", "a talk"]), "{id}");
        assert_eq!(judgement["interviewees"], serde_json::json!(["ROL-004"]), "{id}");
        assert_eq!(
            (text(&judgement["by"]), text(&judgement["on"])),
            ("PER-004".into(), "2024-05-17".into()),
            "{id}"
        );
        assert_eq!(
            (text(&judgement["occurrence"]), text(&judgement["confidence"])),
            ("occurred".into(), "medium".into())
        );
    }
    let before = files(home.path());
    let (code, out, error) = home.judge(&book.bytes(), &BY);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.contains("written before: 4.1/01") && out.ends_with("nothing was written\n"), "{out}");
    assert_eq!(files(home.path()), before, "read a second time, it changes nothing");
    let (code, out, _) = home.judge(&home.book().bytes(), &[]);
    assert!(code == 0 && out.contains("0 of 319 rows changed"), "{out}");
}

#[test]
fn each_cell_that_cannot_stand_is_told_and_nothing_is_written() {
    let home = Home::new();
    let mut book = home.book();
    home.fill(&mut book, "8.6.1/03", &WHOLE);
    home.fill(
        &mut book,
        "4.1/01",
        &[("Documented", "fuul"), ("Confidence", "sure"), ("Date", "tomorrow"), ("Assessor", "PER-04")],
    );
    book.set(&home.cell("4.1/01", "Evidenced"), "><f>1+1</f><v>2</v></c>");
    book.set(&home.cell("4.1/01", "Rationale"), "t=\"e\"><v>#REF!</v></c>");
    home.fill(
        &mut book,
        "4.2/01",
        &[
            ("Status", "Fulfilled"),
            ("Confidence", "low"),
            ("Evidence", "SLA-999"),
            ("Interviewees", "ROL-999"),
            ("Valid until", "2020-01-01"),
        ],
    );
    home.fill(&mut book, "4.2/02", &[("Documented", "full"), ("Confidence", "high"), ("Rationale", "so")]);
    book.set(&home.cell("4.2/02", "Date"), "><v>46203.5</v></c>");
    book.set(&home.cell("4.2/02", "Valid until"), "><v>60</v></c>");
    home.fill(&mut book, "4.3/02", &WHOLE);
    home.fill(&mut book, "4.3/02", &[("Status", "fulfilled"), ("Date", "2030-01-01")]);
    let told = home.refused(&book, &BY);
    for (point, header, what) in [
        (
            "4.1/01",
            "Documented",
            "`fuul` cannot stand here help: did you mean `full`? choose full, partial, none or not-needed",
        ),
        ("4.1/01", "Evidenced", "a formula stands here, and only values are read"),
        ("4.1/01", "Confidence", "`sure` cannot stand here help: choose low, medium or high"),
        ("4.1/01", "Rationale", "the cell holds the error #REF!"),
        ("4.1/01", "Assessor", "there is no person `PER-04` help: did you mean `PER-004`?"),
        ("4.1/01", "Date", "`tomorrow` is no day help: write a day of the calendar, as in 2026-01-31"),
        ("4.2/01", "Confidence", "low confidence does not support fulfilled"),
        ("4.2/01", "Evidence", "there is no document `SLA-999`"),
        ("4.2/01", "Interviewees", "there is no role `ROL-999`"),
        ("4.2/01", "Rationale", "the judgement does not say why it is this and no other"),
        ("4.2/01", "Valid until", "a judgement of 2024-05-17 cannot be relied on until 2020-01-01"),
        ("4.2/02", "Status", "no status stands here, and none follows from the facts"),
        ("4.2/02", "Date", "46203.5 is no day"),
        ("4.2/02", "Valid until", "60 is no day"),
        ("4.3/02", "Status", "from the facts no more than mostly follows, and not fulfilled"),
        ("4.3/02", "Date", "a judgement of 2030-01-01 lies after the day judged on"),
    ] {
        let cell = format!("Requirements!{}: {what}", home.cell(point, header));
        assert!(told.contains(&cell), "{cell}\n{told}");
    }
    assert_eq!(told.matches("Requirements!").count(), 16, "{told}");
    assert!(told.find("!P2:").unwrap() < told.find("!AA2:").unwrap(), "from left to right");
}

#[test]
fn days_are_read_as_numbers_and_as_texts() {
    let home = Home::new();
    let mut book = home.book();
    let points = ["8.6.1/03", "8.6.1/06", "8.6.1/07"];
    for point in points {
        home.fill(&mut book, point, &WHOLE);
    }
    book.set(&home.cell(points[0], "Date"), "><v>45413</v></c>");
    home.fill(
        &mut book,
        points[1],
        &[("Date", "2024-05-02"), ("Assessor", "PER-005"), ("Valid until", "2024-12-31")],
    );
    let (code, out, error) = home.judge(&book.bytes(), &["--by", "PER-004", "--on", "2024-05-03"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    let of = |point: &str, name: &str| text(&home.point(point)["judgements"][0][name]);
    assert_eq!((of(points[0], "on"), of(points[0], "by")), ("2024-05-01".into(), "PER-004".into()));
    assert_eq!((of(points[1], "on"), of(points[1], "by")), ("2024-05-02".into(), "PER-005".into()));
    assert_eq!(
        (of(points[2], "on"), of(points[1], "valid_until")),
        ("2024-05-03".into(), "2024-12-31".into())
    );
}

#[test]
fn days_counted_from_1904_are_read() {
    let home = Home::new();
    let mut book = home.book().with("xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" ");
    home.fill(&mut book, "8.6.1/03", &WHOLE);
    // Days of rows that nobody changed are four years and a day off now, as a program shows them, too.
    for point in home.points() {
        let judgement = &point["judgements"][0];
        for (header, name) in [("Date", "on"), ("Valid until", "valid_until")] {
            if let Some(day) = judgement[name].as_str() {
                home.fill(&mut book, point["id"].as_str().unwrap(), &[(header, day)]);
            }
        }
    }
    book.set(&home.cell("8.6.1/03", "Date"), "><v>43951</v></c>");
    let (code, out, error) = home.judge(&book.bytes(), &BY);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(text(&home.point("8.6.1/03")["judgements"][0]["on"]), "2024-05-01");
}

#[test]
fn what_others_judged_is_not_replaced_unasked() {
    let home = Home::new();
    let mut book = home.book();
    // Judged by somebody else before.
    home.fill(&mut book, "8.6.1/02", &[("Rationale", "Seen anew"), ("Status", "partly")]);
    let told = home.refused(&book, &[]);
    assert!(
        told.contains(&format!("{}: the row does not say who judges", home.cell("8.6.1/02", "Assessor"))),
        "{told}"
    );
    let told = home.refused(&book, &BY);
    assert!(told.contains("PER-013 has judged 8.6.1/02 (`CLA-122`)"), "{told}");
    let told = home.refused(&book, &["--by", "PER-004", "--supersede", "CLA-122", "--supersede", "CLA-001"]);
    assert!(told.contains("`CLA-001` is no judgement that counts"), "{told}");
    let (_, out, error) =
        home.judge(&book.bytes(), &["--by", "PER-004", "--supersede", "CLA-122", "--dry-run"]);
    assert!(out.contains("in the place of CLA-122") && error.is_empty(), "{out}{error}");
    let (code, out, error) = home.judge(&book.bytes(), &["--by", "PER-004", "--second-reader"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(home.point("8.6.1/02")["judgements"].as_array().unwrap().len(), 2);
    // Who wrote it judges anew.
    let (code, out, error) = home.judge(&book.bytes(), &["--by", "PER-013", "--second-reader"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("in the place of CLA-122"), "{out}");
}

#[test]
fn what_was_found_since_the_workbook_was_made_its_reader_did_not_know() {
    let home = Home::new();
    let mut book = home.book();
    home.fill(&mut book, "8.6.1/07", &WHOLE);
    let signals = home.point("8.6.1/07")["signals"].clone();
    let lowering =
        signals.as_array().unwrap().iter().flat_map(|signal| signal["lowering"].as_array().unwrap());
    let lowering: Vec<String> = lowering.map(text).collect();
    assert_eq!(lowering.len(), 1);
    let rehearsed = |book: &Book| {
        let (code, out, error) = home.judge(&book.bytes(), &["--by", "PER-004", "--dry-run", "--quiet"]);
        assert_eq!((code, error.as_str()), (0, ""));
        out
    };
    let out = rehearsed(&book);
    assert!(out.contains("1 finding against it was known") && out.contains("the judgement stands"), "{out}");
    let out = rehearsed(&book.with("xl/sharedStrings.xml", &lowering[0], "v1:of another finding"));
    assert!(!out.contains("was known") && out.contains("to be confirmed"), "{out}");
}

#[test]
fn a_rehearsal_writes_nothing() {
    let home = Home::new();
    let mut book = home.book();
    home.fill(&mut book, "8.6.1/03", &WHOLE);
    let before = files(home.path());
    let (code, out, error) = home.judge(&book.bytes(), &["--by", "PER-004", "--dry-run"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        out.contains("requirement_id: \"8.6.1/03\"") && out.contains("1 judgement would be written"),
        "{out}"
    );
    assert_eq!(files(home.path()), before);
}

#[test]
fn rows_can_be_sorted_and_hidden_and_columns_moved() {
    let home = Home::new();
    let mut book = home.book();
    home.fill(&mut book, "8.6.1/03", &WHOLE);
    let sheet = book.part(SHEET);
    // The rows from the last to the first, each second one hidden.
    let (head, rest) = sheet.split_once("<row r=\"2\"").unwrap();
    let (body, foot) = rest.rsplit_once("</sheetData>").unwrap();
    let rows: Vec<String> =
        format!("<row r=\"2\"{body}").split_inclusive("</row>").map(str::to_owned).collect();
    let turned = rows.iter().rev().zip(2..).map(|(row, number)| {
        let before = row.split('"').nth(1).unwrap().to_owned();
        let cells =
            row.split("<c r=\"").map(|cell| cell.replacen(&format!("{before}\""), &format!("{number}\""), 1));
        let row = cells.collect::<Vec<_>>().join("<c r=\"");
        if number % 2 == 0 { row.replacen("<row ", "<row hidden=\"1\" ", 1) } else { row }
    });
    let turned: String = turned.collect();
    book.put(SHEET, format!("{head}{turned}</sheetData>{foot}"));
    // The columns of facts behind all others.
    let moved = ["P", "Q", "R", "S"].iter().zip(["AF", "AG", "AH", "AI"]);
    let sheet = moved.fold(book.part(SHEET), |sheet, (from, to)| {
        (1..=320).fold(sheet, |sheet, row| {
            sheet.replace(&format!("r=\"{from}{row}\""), &format!("r=\"{to}{row}\""))
        })
    });
    book.put(SHEET, sheet);
    let (code, out, error) = home.judge(&book.bytes(), &BY);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("1 of 319 rows changed") && out.contains("CLA-2024-05-8.6.1-03"), "{out}");
}

#[test]
fn what_is_no_row_or_column_of_the_workbook_is_refused_by_name() {
    let home = Home::new();
    let book = home.book();
    let filled = |change: &dyn Fn(&mut Book)| {
        let mut book = book.clone();
        home.fill(&mut book, "8.6.1/03", &WHOLE);
        change(&mut book);
        let refused = read(&book.bytes()).unwrap().refused.into_iter();
        let told = refused.map(|cell| format!("{}: {} help: {:?}\n", cell.at, cell.message, cell.help));
        told.collect::<String>().replace("Some(\"", "")
    };
    let row = home.rows["8.6.1/03"];
    let told = filled(&|book| book.set(&format!("A{row}"), &said("8.6.1/033")));
    assert!(
        told.contains(&format!(
            "Requirements!A{row}: the workbook was made without a point `8.6.1/033` help: did you mean"
        )),
        "{told}"
    );
    let told = filled(&|book| book.set(&format!("A{row}"), &said("8.6.1/04")));
    assert!(told.contains("the point `8.6.1/04` stands here twice help: keep one of the rows"), "{told}");
    let told = filled(&|book| book.set(&format!("A{row}"), &said("")));
    assert!(told.contains("the row is filled in and names no point"), "{told}");
    let told = filled(&|book| book.set(&format!("A{row}"), "><f>A1</f><v>1</v></c>"));
    assert!(told.contains(&format!("Requirements!A{row}: a formula stands here")), "{told}");
    let told = filled(&|book| book.set("U1", &said("Statuss")));
    assert!(told.contains("Requirements!U1: `Statuss` is no column that is read, and `Status` is missing help: head it `Status`"), "{told}");
    let told = filled(&|book| book.set("U1", &said("")));
    assert!(told.contains("Requirements!1: the column `Status` is missing"), "{told}");
    let told = filled(&|book| book.set("C1", &said("Status")));
    assert!(told.contains("Requirements!U1: the column `Status` is there twice"), "{told}");
    let told = filled(&|book| book.set("A1", &said("Key")));
    assert!(told.contains("Requirements!A1: no column is headed `Point`"), "{told}");
    let strings = book.part("xl/sharedStrings.xml");
    let other =
        book.with("xl/sharedStrings.xml", "iso-20000-1 edition 3 Amd 1:2024", "iso-20000-1 edition 2");
    assert!(strings.contains("iso-20000-1 edition 3"));
    let told = home.refused(&other, &BY);
    assert!(
        told.contains(
            "the workbook is about `iso-20000-1 edition 2`, and judged here is `iso-20000-1 edition 3"
        ),
        "{told}"
    );
    let told = home.refused(&book.with("xl/sharedStrings.xml", "probity-workbook", "other"), &BY);
    assert!(told.contains("its hidden sheet holds something else"), "{told}");
    let told = home.refused(&book.with("xl/workbook.xml", "name=\"Origin\"", "name=\"Gone\""), &BY);
    assert!(told.contains("it has no sheet `Origin`"), "{told}");
}

#[test]
fn a_text_that_was_cut_does_not_come_back_cut() {
    let home = Home::new();
    let long = "word ".repeat(8_000);
    let judged =
        ["judge", "8.6.1/03", "--partly", "--by", "PER-004", "--confidence", "low", "--because", long.trim()];
    home.good(&judged);
    let mut book = home.book();
    home.fill(&mut book, "8.6.1/03", &[("Confidence", "medium")]);
    let told = home.refused(&book, &BY);
    assert!(
        told.contains(&format!(
            "{}: the text was cut when the workbook was made",
            home.cell("8.6.1/03", "Rationale")
        )),
        "{told}"
    );
}

#[test]
fn a_file_that_is_no_workbook_is_told_and_does_no_harm() {
    let home = Home::new();
    let book = home.book();
    let bytes = book.bytes();
    let told = |bytes: &[u8], what: &str| {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(what), "{what}: {error}");
    };
    let (code, out, error) = home.judge(b"PK", &BY);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        error.contains("cannot be read back: it is no workbook") && error.contains("help: make one"),
        "{error}"
    );
    told(b"", "it is no workbook");
    told(b"PK\x03\x04", "it is no workbook");
    told(b"Point,Status\n", "it is no workbook");
    for part in 1..20 {
        told(&bytes[..bytes.len() * part / 20], "it is no workbook");
    }
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().write_string(0, 0, "Point").unwrap();
    told(&other.save_to_buffer().unwrap(), "it has no sheet `Origin`");
    let mut bomb = book.clone();
    bomb.0.push(("xl/media/image1.png".to_owned(), vec![0; 130 << 20]));
    told(&bomb.bytes(), "128 MiB when it is unpacked");
    let claim = |number: &str| {
        let text = book.part("xl/sharedStrings.xml");
        let (head, rest) = text.split_once("uniqueCount=\"").unwrap();
        let (_, rest) = rest.split_once('"').unwrap();
        let mut book = book.clone();
        book.put("xl/sharedStrings.xml", format!("{head}uniqueCount=\"{number}\"{rest}"));
        book.bytes()
    };
    told(&claim("18446744073709551615"), "2000000 texts");
    told(&claim("99999999999"), "2000000 texts");
    // One long text in very many cells.
    let cells: String = (1..40_000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"))
        .collect();
    let mut wide = book.clone();
    wide.put(SHEET, format!("<worksheet><sheetData>{cells}</sheetData></worksheet>"));
    let longest = "x".repeat(30_000);
    let first = book.part("xl/sharedStrings.xml");
    let first = first.split("<t>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let wide = wide.with("xl/sharedStrings.xml", &format!("<t>{first}</t>"), &format!("<t>{longest}</t>"));
    told(&wide.bytes(), "64 MiB of text on the sheet `Requirements`");
    // A cell far away from all others takes no room between them.
    let far = book.with(
        SHEET,
        "</sheetData>",
        "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v>x</v></c></row></sheetData>",
    );
    assert_eq!(read(&far.bytes()).unwrap().changed.len(), 0);
}

#[test]
fn a_part_that_is_broken_anywhere_ends_no_run_unseen() {
    let home = Home::new();
    let book = home.book();
    // The same in every run.
    let mut chance = 20_000_u64;
    let mut next = |below: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(chance >> 33).unwrap() % below
    };
    let parts = [
        SHEET,
        "xl/worksheets/sheet9.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
    ];
    let (mut sound, mut broken_off) = (0, 0);
    for round in 0..150 {
        let mut broken = book.clone();
        let name = parts[round % parts.len()];
        let part = &mut broken.0.iter_mut().find(|(known, _)| known == name).unwrap().1;
        for _ in 0..=next(4) {
            // Most of what matters stands at the beginning.
            let at = next(part.len().min(4_000));
            match next(3) {
                0 => part[at] = b"<>\"/=09A:"[next(9)],
                1 => {
                    let end = (at + next(60)).min(part.len());
                    part.drain(at..end);
                }
                _ => {
                    let end = (at + next(60)).min(part.len());
                    let again = part[at..end].to_vec();
                    part.splice(at..at, again);
                }
            }
        }
        // Whatever comes of it, it comes back.
        match read(&broken.bytes()) {
            Ok(_) => sound += 1,
            Err(_) => broken_off += 1,
        }
    }
    assert!(sound > 5 && broken_off > 5, "{sound} {broken_off}");
}
