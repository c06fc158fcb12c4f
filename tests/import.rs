//! Exports with the traps that real tools and real people set, each with what is said of it.

use std::{fmt::Write as _, fs, io::Write as _};

use chrono_tz::Tz;
use probity::{
    catalog::Catalog,
    import::{
        export::{Export, TextEncoding},
        records::{self, ColumnUse, DayOrder, Tokens, Wish},
    },
    model::{Profile, sha256},
};

#[path = "support/program.rs"]
mod program;

use program::probity;

/// How an export is imported.
struct Trial<'t> {
    source: &'t str,
    record_type: &'t str,
    /// Files by name.
    files: Vec<(&'t str, Vec<u8>)>,
    zone: Option<Tz>,
    order: Option<DayOrder>,
    encoding: TextEncoding,
    free_text: bool,
    known: &'t [&'t str],
}

impl<'t> Trial<'t> {
    fn of(source: &'t str, file: &'t str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            source,
            record_type: "incident",
            files: vec![(file, bytes.into())],
            zone: Some(Tz::UTC),
            order: None,
            encoding: TextEncoding::Unicode,
            free_text: false,
            known: &[],
        }
    }

    fn told(&self) -> String {
        let catalog = Catalog::embedded();
        self.told_with(&catalog, &catalog.profile(self.source).unwrap())
    }

    /// All that there is to say of it, one thing a line.
    fn told_with(&self, catalog: &Catalog, profile: &Profile) -> String {
        let record_type = catalog.record_type(self.record_type).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let is_header = records::is_header(profile, record_type);
        let mut exports = Vec::new();
        for (name, bytes) in &self.files {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            match Export::open(&path, self.encoding, None, &is_header) {
                Ok(export) => exports.push(export),
                Err(error) => return format!("error: {error}; {}", error.help().unwrap_or_default()),
            }
        }
        let known = |_: &[String], id: &str| self.known.contains(&id);
        let tokens = Tokens::Salt("salt".to_owned());
        let wish = Wish {
            catalog,
            profile,
            record_type,
            zone: self.zone,
            home: Tz::UTC,
            order: self.order,
            free_text: self.free_text,
            covers: None,
            known: &known,
            tokens: &tokens,
        };
        let import = match records::import(&exports, &wish) {
            Ok(import) => import,
            Err(error) => return format!("error: {error}; {}", error.help().unwrap_or_default()),
        };
        let mut told = String::new();
        for seen in &import.seen {
            let _ = writeln!(
                told,
                "{}: {} rows, header {}, {}",
                seen.file,
                seen.rows,
                seen.header,
                seen.told.join(", ")
            );
        }
        for column in &import.columns {
            let to = match &column.to {
                ColumnUse::Field(name) => format!("field {name}"),
                ColumnUse::Says(name) => format!("says {name}"),
                ColumnUse::Left(why) => format!("left: {why}"),
                ColumnUse::Unmapped => "unmapped".to_owned(),
            };
            let _ = writeln!(
                told,
                "column {}: {} is {to}; {}",
                column.position,
                column.header,
                column.notes.join(", ")
            );
        }
        for refused in &import.refused {
            let places: Vec<String> =
                refused.places.iter().map(|(at, value)| format!("{at} {value}")).collect();
            let _ = writeln!(
                told,
                "refused {}: {} ({} times: {}); {}",
                refused.column,
                refused.message,
                refused.count,
                places.join(", "),
                refused.help
            );
        }
        for record in &import.records {
            let _ = writeln!(told, "{}", record.line);
        }
        for line in import.told.iter().chain(&import.cannot) {
            let _ = writeln!(told, "{line}");
        }
        let _ = writeln!(told, "without: {}", import.without.join(", "));
        for indicator in &import.indicators {
            let _ = writeln!(told, "{}: {}", indicator.name, indicator.value);
        }
        told
    }
}

#[track_caller]
fn says(trial: &Trial<'_>, wanted: &[&str]) {
    let told = trial.told();
    for wanted in wanted {
        assert!(told.contains(wanted), "`{wanted}` is not in\n{told}");
    }
}

fn servicenow(rows: &str) -> Vec<u8> {
    format!("number,state,opened_at\n{rows}").into_bytes()
}

#[test]
fn traps_of_servicenow_are_told() {
    let of = |bytes: Vec<u8>| Trial::of("servicenow", "incident.csv", bytes);
    let many: String =
        (1..=10_000).map(|number| format!("INC{number:07},New,2026-01-31 10:00:00\n")).collect();
    says(
        &of(servicenow(&many)),
        &[
            "Whether `incident.csv` holds all there was: it has exactly 10000 rows, and lists are cut there",
            "numbers from INC0000001 to INC0010000 that are not in it: 0",
        ],
    );
    // Stored values and displayed ones, names and labels.
    says(&of(servicenow("INC1,7,2026-01-31 10:00:00\n")), &["\"state\":\"closed\""]);
    says(&of(b"Number,State,Opened\nINC1,Closed,2026-01-31 10:00:00\n".to_vec()), &["\"state\":\"closed\""]);
    says(
        &of("Nummer;Status;Geöffnet\nINC1;Geschlossen;31.01.2026 10:00:00\n".into()),
        &[
            "cells are separated by `;`",
            "\"state\":\"closed\"",
            "column 3: Geöffnet is field opened_at; day-first, as 31.01.2026 10:00:00 shows",
        ],
    );
    says(
        &of(servicenow("INC1,Parked,2026-01-31 10:00:00\nINC2,Parked,2026-01-31 10:00:00\n")),
        &[
            "refused state: no value of `state` is known to be meant by it (2 times: incident.csv:2 `Parked`, incident.csv:3 `Parked`)",
            "{field: state, names: [..], values: {new: [..]}}",
        ],
    );
    // What the database stores is in UTC; what a person sees is not, and says no zone.
    let stored = Trial { zone: None, ..of(servicenow("INC1,New,2026-01-31 10:00:00\n")) };
    says(&stored, &["\"opened_at\":\"2026-01-31T10:00:00+00:00\""]);
    let shown = Trial { zone: None, ..of(servicenow("INC1,New,31/1/2026 10:00\n")) };
    says(&shown, &["refused opened_at: the time says no zone", "`--zone Europe/Berlin`"]);
    let late = Trial { zone: Some(Tz::Europe__Berlin), ..of(servicenow("INC1,New,2026-10-25 02:30:00\n")) };
    says(
        &late,
        &["Which of two hours is meant in 1 times at which the clock was put back: the first is taken"],
    );
    // Raw keys, booleans in capitals, padded days, markers.
    let text = "number,assignment_group,caller_id,made_sla,opened_at,cmdb_ci,service_x\n\
                INC1,287ebd7da9fe198100f92cc8d1d2154e,62826bf03710200044e0bfc8bcbe5df1,TRUE,05/13/2026 01:05,?,a\n\
                INC2,,,FALSE,05/03/2026 01:05,?,b\n";
    says(
        &of(text.into()),
        &[
            "assignment_group is field assigned_group; holds keys of the tool and not names; export it with displayed values",
            "column 5: opened_at is field opened_at; month-first, as 05/13/2026 01:05 shows",
            "2026-05-03T01:05:00+00:00",
            "made_sla true, as the source says: 1",
            "made_sla false, as the source says: 1",
            "column 7: service_x is unmapped",
            "`made_sla` is left from an engine that is no longer kept up",
            "\"reported_by\":\"person-",
        ],
    );
    assert!(!of(text.into()).told().contains("62826bf0"));
}

#[test]
fn day_and_month_are_never_guessed() {
    let of = |rows: &str| Trial::of("servicenow", "i.csv", format!("number,opened_at,closed_at\n{rows}"));
    says(
        &of("INC1,5/3/2026 10:00,6/3/2026 10:00\n"),
        &[
            "refused opened_at: day and month could be swapped, and nothing in the export shows which is which",
            "`--dates day-first` or `--dates month-first`",
        ],
    );
    let said = Trial { order: Some(DayOrder::MonthFirst), ..of("INC1,5/3/2026 10:00,6/3/2026 10:00\n") };
    says(&said, &["\"opened_at\":\"2026-05-03T10:00:00+00:00\""]);
    says(
        &of("INC1,29/2/2024 10:00,5/3/2024 12:00\n"),
        &[
            "\"closed_at\":\"2024-03-05T12:00:00+00:00\"",
            "column 3: closed_at is field closed_at; day-first, as the other columns show",
        ],
    );
    says(
        &of("INC1,29/2/2024 10:00,5/3/2024 12:00\nINC2,2/29/2024 10:00,5/3/2024 12:00\n"),
        &["refused opened_at: in some cells the day stands first, and in others the month"],
    );
    let wrong = Trial { order: Some(DayOrder::MonthFirst), ..of("INC1,29/2/2024 10:00,5/3/2024 12:00\n") };
    says(&wrong, &["refused opened_at: `--dates month-first` is said, and this shows the other order"]);
    says(
        &of("INC1,46203.25,\n"),
        &["refused opened_at: this is the number by which a spreadsheet counts days"],
    );
}

#[test]
fn several_rows_are_one_record_with_its_history() {
    let head = "number,state,opened_at,assignment_group,sys_updated_on\n";
    let row = |state: &str, group: &str, hour: u32| {
        format!("INC1,{state},2026-01-31 10:00:00,{group},2026-01-31 {hour}:00:00\n")
    };
    let rows = [
        row("On Hold", "B", 12),
        row("New", "A", 10),
        row("In Progress", "?", 13),
        row("In Progress", "?", 13),
    ];
    let trial = |text: String| Trial::of("servicenow", "i.csv", text);
    says(
        &trial(head.to_owned() + &rows.concat()),
        &[
            "\"assigned_group\":\"B\",\"state\":\"in-progress\"",
            "\"holds\":[{\"from\":\"2026-01-31T12:00:00+00:00\",\"to\":\"2026-01-31T13:00:00+00:00\",\"reason\":\"On Hold\"}]",
            "{\"at\":\"2026-01-31T10:00:00+00:00\",\"state\":\"New\"},{\"at\":\"2026-01-31T12:00:00+00:00\",\"state\":\"On Hold\"}",
            "1 record stands in several rows, folded into one with its history",
            "1 row says what the row before it says, and is taken once",
        ],
    );
    says(
        &trial("number,state\nINC1,New\nINC1,Closed\n".to_owned()),
        &[
            "refused : several rows have this id, and nothing tells which of them is later (1 times: i.csv:3 `INC1`); export the column `sys_updated_at` too",
        ],
    );
}

#[test]
fn what_was_agreed_is_told_by_its_own_table() {
    let incidents = servicenow("INC1,7,2026-01-31 10:00:00\nINC2,7,2026-01-31 10:00:00\n");
    let sla = "task,sla,stage,has_breached,planned_end_time\nINC1,P1 response,completed,false,2026-01-31 11:00:00\n\
               INC1,P1 resolution,completed,true,2026-01-31 14:00:00\nINC2,P1 resolution,cancelled,true,2026-01-31 14:00:00\n\
               INC2,P2 resolution,completed,false,2026-02-01 14:00:00\nINC9,P2 resolution,completed,false,2026-02-01 14:00:00\n";
    let files = vec![("incident.csv", incidents), ("task_sla.csv", sla.into())];
    let told = Trial { files, ..Trial::of("servicenow", "", "") }.told();
    for wanted in [
        "\"sla_breached\":true",
        "{\"name\":\"task_sla P1 resolution\",\"value\":\"breached\"},{\"name\":\"task_sla P1 response\",\"value\":\"kept\"}",
        "\"sla_due_at\":\"2026-02-01T14:00:00+00:00\",\"sla_breached\":false",
        "{\"name\":\"task_sla P1 resolution\",\"value\":\"cancelled\"}",
        "1 record is spoken of in a table beside the export, and not in it",
    ] {
        assert!(told.contains(wanted), "{wanted}\n{told}");
    }
}

#[test]
fn traps_of_jira_are_told() {
    let head = "\u{feff}Issue key;Labels;Labels;Status;Created;Priority;Custom field (Time to resolution);Custom field (Approvals);Reporter;Comment;Updated\n";
    let row = "DESK-1;vpn;remote;Done;25/Feb/26 10:17 PM;High;-2:15;com.atlassian.servicedesk.Approval@170e16ef;ann;25/Feb/26;date\n";
    says(
        &Trial::of(
            "jira",
            "jira.csv",
            format!("{head}{row}").replace("25/Feb/26;date", "x;25/Feb/26 11:00 PM"),
        ),
        &[
            "{\"name\":\"labels\",\"value\":\"vpn\"},{\"name\":\"labels\",\"value\":\"remote\"}",
            "\"opened_at\":\"2026-02-25T22:17:00+00:00\"",
            "\"sla_breached\":true",
            "column 8: Custom field (Approvals) is unmapped; holds names of Java objects, which say nothing",
            "Which time was agreed, by which calendar, and when the clock stood still",
            "How a status changed over time",
        ],
    );
    let change = Trial {
        record_type: "change-request",
        ..Trial::of(
            "jira",
            "jira.csv",
            "Issue key,Created,Custom field (Approvals),Custom field (Change type)\nCHG-1,2026-01-31T10:00:00Z,[a.b.ApprovalsCFValue@170e16ef],Emergency\n",
        )
    };
    says(
        &change,
        &[
            "\"category\":\"emergency\"",
            "Whether a change was approved, by whom and when: an export of issues does not hold approvals",
        ],
    );
    assert!(!change.told().contains("\"name\":\"approvals\""));
    let many: String = (1..=1_000).map(|number| format!("DESK-{number},2026-01-31T10:00:00Z\n")).collect();
    says(
        &Trial::of("jira", "jira.csv", format!("Issue key,Created\n{many}")),
        &["it has exactly 1000 rows, and exports are cut there by default (jira.search.views.default.max)"],
    );
    says(
        &Trial::of(
            "jira",
            "jira.csv",
            "Issue key,Created,Custom field (Category),Custom field (Category)\nD-1,2026-01-31T10:00:00Z,a,b\n",
        ),
        &["refused Custom field (Category): the column is there more than once, with different values"],
    );
}

#[test]
fn encodings_are_read_or_told() {
    let text = "number;state;opened_at;category\r\nINC1;New;2026-01-31 10:00:00;Zubehör\r\n";
    let wide = |units: Vec<[u8; 2]>| units.concat();
    let little = wide("\u{feff}".encode_utf16().chain(text.encode_utf16()).map(u16::to_le_bytes).collect());
    let big = wide("\u{feff}".encode_utf16().chain(text.encode_utf16()).map(u16::to_be_bytes).collect());
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let of = |bytes: Vec<u8>| Trial::of("servicenow", "i.csv", bytes);
    for bytes in [little.clone(), big, format!("\u{feff}{text}").into_bytes()] {
        says(&of(bytes), &["\"category\":\"Zubehör\"", "i.csv: 1 rows, header 1"]);
    }
    says(&of(little), &["it is read as UTF-16"]);
    says(
        &of(latin.clone()),
        &[
            "error: `i.csv` cannot be read at line 2: column 4 holds the byte 0xF6, which is not UTF-8; in Windows-1252 it would be `ö`",
        ],
    );
    says(
        &Trial { encoding: TextEncoding::Windows1252, ..of(latin) },
        &["\"category\":\"Zubehör\"", "it is read as Windows-1252"],
    );
}

#[test]
fn the_header_is_found_and_remarks_are_refused() {
    says(
        &Trial::of(
            "servicenow",
            "i.csv",
            "Incidents of January,,\n,,\nnumber,state,opened_at\nINC1,New,2026-01-31 10:00:00\n",
        ),
        &["i.csv: 1 rows, header 3"],
    );
    says(
        &Trial::of("servicenow", "i.csv", servicenow("INC1,New,2026-01-31 10:00:00\nEnd of report\n")),
        &["refused : the row has 1 cells, and the header 3 (1 times: i.csv:3 `End of report`)"],
    );
    says(
        &Trial::of("servicenow", "i.csv", servicenow("INC1,New,2026-01-31 10:00:00\n,Total,\n")),
        &["refused number: the row has no id (1 times: i.csv:3 ``)"],
    );
    says(
        &Trial::of("servicenow", "i.csv", "Nr,Stat\n1,2\n"),
        &[
            "refused : `i.csv` has no column for the ids of records (1 times: i.csv:1 `Nr, Stat`)",
            "the column is headed number, Number, Nummer",
        ],
    );
    says(
        &Trial::of("servicenow", "i.csv", servicenow("INC 1,New,2026-01-31 10:00:00\n")),
        &["refused number: this cannot be an id"],
    );
}

#[test]
fn answers_of_interfaces_are_read() {
    let text = r#"{"result": [
        {"number": "INC1", "state": {"display_value": "Closed", "value": "7"}, "opened_at": {"display_value": "31.01.2026 11:00", "value": "2026-01-31 10:00:00"},
         "caller_id": {"link": "https://x", "value": "62826bf03710200044e0bfc8bcbe5df1"}, "close_notes": null}]}"#;
    let trial = Trial { zone: None, ..Trial::of("servicenow", "i.json", text) };
    says(
        &trial,
        &["\"state\":\"closed\"", "\"opened_at\":\"2026-01-31T10:00:00+00:00\"", "\"reported_by\":\"person-"],
    );
    let jira = r#"{"issues": [{"key": "D-1", "fields": {"created": "2026-01-31T10:00:00.000+0000", "status": {"name": "Done"}, "priority": {"name": "High"}}}]}"#;
    says(&Trial::of("jira", "i.json", jira), &["\"state\":\"resolved\"", "\"priority\":2"]);
    let lines = "{\"id\": \"A-1\", \"opened_at\": \"2026-01-31T10:00:00Z\", \"affected_items\": [\"CI-1\", \"CI-2\"]}\n";
    says(
        &Trial { known: &["CI-1", "CI-2"], ..Trial::of("json", "i.jsonl", lines) },
        &["\"affected_items\":[\"CI-1\",\"CI-2\"]"],
    );
    says(
        &Trial::of("json", "i.json", "[{\"id\": \"A-1\", \"state\": \"nwe\"}]"),
        &["refused state: no value of `state` is known to be meant by it (1 times: i.json, record 1 `nwe`)"],
    );
}

#[test]
fn a_table_of_ones_own_is_read_by_names_and_titles() {
    let text = "id,Title,Opened at,STATE,Affected items,problem,Sla Breached,impact\n\
                I-1,Mail is slow,2026-01-31T10:00:00+01:00,On-Hold,CI-1;CI-9,PRB-7,yes,high\n";
    says(
        &Trial { known: &["CI-1"], ..Trial::of("csv", "i.csv", text) },
        &[
            "refused impact: this is no whole number, and no value that `impact` is known to have (1 times: i.csv:2 `high`)",
            "\"title\":\"Mail is slow\"",
            "\"affected_items\":[\"CI-1\"]",
            "\"state\":\"on-hold\"",
            "\"sla_breached\":true",
            "{\"name\":\"affected_items\",\"value\":\"CI-9\"}",
            "`problem`: 1 row names no id of this repository; what stands there is carried as the source says",
        ],
    );
}

#[test]
fn what_people_wrote_is_taken_only_if_somebody_says_so() {
    let text =
        "number,short_description,close_notes,opened_at\nINC1,Printer of Ann,Asked Ann,2026-01-31 10:00:00\n";
    let quiet = Trial::of("servicenow", "i.csv", text);
    assert!(!quiet.told().contains("Ann"));
    says(
        &quiet,
        &[
            "\"title\":\"Incident INC1\"",
            "left: people write into it what they like; `--text` takes it in",
            "What `resolution` would say, which has no column or was left out: COMP-01 is not tested for it",
        ],
    );
    says(
        &Trial { free_text: true, ..Trial::of("servicenow", "i.csv", text) },
        &["\"title\":\"Printer of Ann\"", "\"resolution\":\"Asked Ann\""],
    );
}

/// A workbook with one sheet, as small as one can be.
fn workbook(rows: &str, more: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#.to_owned()),
        ("_rels/.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
        ("xl/workbook.xml", r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Desk" sheetId="1" r:id="r1"/></sheets></workbook>"#.to_owned()),
        ("xl/_rels/workbook.xml.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#.to_owned()),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{more}</worksheet>"#)),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn workbooks_are_read_with_what_they_hide() {
    let header = format!("{}{}{}", cell("A3", "Number"), cell("B3", "Opened"), cell("C3", "Category"));
    let rows = format!(
        r#"<row r="1">{}</row><row r="3">{header}</row><row r="4" hidden="1">{}<c r="B4"><v>46203.25</v></c>{}</row>"#,
        cell("A1", "Incidents"),
        cell("A4", "INC1 "),
        cell("C4", "mail")
    );
    let more = r#"<autoFilter ref="A3:C4"><filterColumn colId="0"/></autoFilter><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>"#;
    says(
        &Trial::of("servicenow", "i.xlsx", workbook(&rows, more)),
        &[
            "i.xlsx: 1 rows, header 3",
            "the sheet `Desk` is read",
            "1 row is hidden in the workbook; it is read as the others",
            "a filter is set in the workbook",
            "cells are joined in the workbook",
            "\"opened_at\":\"2026-06-30T06:00:00+00:00\"",
            "\"id\":\"INC1\"",
        ],
    );
    // What a workbook shows is in the zone of who made it, also where it looks like what a database stores.
    let text = format!(
        r#"<row r="3">{header}</row><row r="4">{}{}</row>"#,
        cell("A4", "INC1"),
        cell("B4", "2026-06-30 06:00:00")
    );
    says(
        &Trial { zone: None, ..Trial::of("servicenow", "i.xlsx", workbook(&text, "")) },
        &["refused Opened: the time says no zone (1 times: i.xlsx: Desk!B4 `2026-06-30 06:00:00`)"],
    );
    let formula = format!(
        r#"<row r="3">{header}</row><row r="4">{}<c r="B4"><f>NOW()</f><v>46203</v></c></row>"#,
        cell("A4", "INC1")
    );
    says(
        &Trial::of("servicenow", "i.xlsx", workbook(&formula, "")),
        &["refused Opened: a formula stands here, and only values are read"],
    );
    says(
        &Trial::of("servicenow", "i.xlsx", workbook("", "")),
        &[
            "error: `i.xlsx` cannot be read: no sheet has a column for the ids of records; name one with `--sheet`; the sheets are `Desk`",
        ],
    );
    says(
        &Trial::of("servicenow", "i.xls", b"\xD0\xCF\x11\xE0....".to_vec()),
        &["error: `i.xls` cannot be read: it is a workbook of the old form, .xls, or one with a password"],
    );
}

#[test]
fn what_is_made_to_harm_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let blank = vec![b' '; 1 << 20];
    for _ in 0..130 {
        archive.write_all(&blank).unwrap();
    }
    let bomb = archive.finish().unwrap().into_inner();
    says(
        &Trial::of("servicenow", "i.xlsx", bomb),
        &["error: `i.xlsx` has more than 128 MiB when it is unpacked"],
    );
    says(
        &Trial::of("servicenow", "i.csv", servicenow("INC1,New\0,2026-01-31 10:00:00\n")),
        &["error: `i.csv` cannot be read at line 2: a zero byte stands here"],
    );
    says(
        &Trial::of(
            "servicenow",
            "i.csv",
            servicenow("INC1,\"New,2026-01-31 10:00:00\nINC2,New,2026-01-31 10:00:00\n"),
        ),
        &[
            "error: `i.csv` cannot be read at line 2: a quotation mark is opened in the row that begins here, and not closed",
        ],
    );
    let deep = format!("[{{\"number\": {}", "[".repeat(10_000));
    says(
        &Trial::of("servicenow", "i.json", deep),
        &["error: `i.json` cannot be read at line 1: it is nested more than 128 levels deep"],
    );
    let long = format!("number\n{}", "x".repeat(8 << 20));
    says(
        &Trial::of("servicenow", "i.csv", long),
        &["error: `i.csv` cannot be read at line 2: a row is longer than 4 MiB"],
    );
    says(&Trial::of("servicenow", "i.csv", ""), &["refused : `i.csv` has no column for the ids of records"]);
    says(
        &Trial::of("servicenow", "i.csv", servicenow("INC1,\u{1b}[31mred,2026-01-31 10:00:00\n")),
        &["`\\u{1b}[31mred`"],
    );
}

#[test]
fn a_program_reads_what_was_made_of_an_export() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("probity.toml"), "[organization]\nname = \"De Linde IT\"\n").unwrap();
    let export =
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples/servicenow-import/export/incident-events.csv");
    let import = |more: &[&str]| {
        let arguments =
            ["import", "servicenow", export, "--type", "incident", "--id", "EXT-001", "--format", "json"];
        let (code, text, _) = probity(folder.path(), &[&arguments, more].concat());
        (code, serde_json::from_str::<serde_json::Value>(&text).unwrap())
    };
    let (code, refused) = import(&[]);
    assert_eq!((code, &refused["made"]), (2, &serde_json::Value::Null));
    assert_eq!(refused["refused"].as_array().unwrap().len(), 4);

    let zone = ["--zone", "UTC"];
    let (code, planned) = import(&[&zone[..], &["--dry-run"]].concat());
    assert_eq!((code, planned["made"]["state"].as_str()), (0, Some("planned")));
    let files = planned["made"]["files"].as_array().unwrap();
    let paths: Vec<_> = files.iter().map(|file| folder.path().join(file.as_str().unwrap())).collect();
    assert!(paths.iter().all(|path| !path.exists()), "{paths:?}");

    let (code, written) = import(&zone);
    assert_eq!((code, written["made"]["state"].as_str()), (0, Some("written")));
    assert_eq!(written["made"]["sha256"], sha256(&fs::read(&paths[0]).unwrap()).as_str());
    assert_eq!((&written["counts"]["records"], &written["refused"]), (&32.into(), &serde_json::json!([])));
    assert!(paths.iter().all(|path| path.is_file()), "{paths:?}");
    assert_eq!(import(&zone).1["made"]["state"], "unchanged");
}
