//! What a person sees of findings: causes first, a few on a page, many as causes, all in full when asked for.

use std::{fmt::Write as _, fs};

use probity::report::{
    json,
    terminal::{Detail, Look, SHOWN},
};

#[path = "support/pipeline.rs"]
mod pipeline;

use pipeline::{WIDTH, drawn, findings, rendered, settings, snapshot};

const PROCEDURE: &str = "type: procedure\ntitle: Restore a server\nstatus: draft\n";

/// Thirty keys that stand twice, and three files that cannot be read.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = format!("{PROCEDURE}id: PROC-001\nchanges:\n");
    for number in 0..30 {
        writeln!(text, "  - {{summary: first {number}, summary: again}}").unwrap();
    }
    fs::write(folder.path().join("a-register.yaml"), text).unwrap();
    fs::write(folder.path().join("x-empty.yaml"), "").unwrap();
    fs::write(folder.path().join("y-broken.yaml"), "title: Changes: all\n").unwrap();
    fs::write(
        folder.path().join("z-stream.yaml"),
        format!("{PROCEDURE}id: PROC-002\n---\n- a list\n---\nid: [\n"),
    )
    .unwrap();
    folder
}

fn headings(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("YAML-") || line.starts_with("FILE-")).collect()
}

#[test]
fn of_very_many_findings_the_causes_are_shown_and_what_left_something_untested_first() {
    let folder = folder();
    let snapshot = snapshot(folder.path());
    let findings = findings(&snapshot);
    assert!(findings.len() > SHOWN);
    let text = rendered(&findings, &snapshot);
    assert!(text.lines().count() <= 40);
    let start = "\
34 findings against 3 rules, those that matter most first:

    2 error    FILE-07: every YAML file holds a document, which is a mapping
               x-empty.yaml  the file is empty
               z-stream.yaml:6:1  the document is a list, and a document is a m…
    2 error    YAML-01: every document is well-formed YAML
";
    assert_eq!(&text[..start.len()], start);
    assert!(text.contains("   30 error    YAML-06: a mapping holds no key twice\n"), "{text}");
    let end = text.find("show all").unwrap();
    let expected = "\
show all: probity check -v

not tested: 2 of 4 files, and 2 documents in other files
tested: 2 documents in 2 files
found: 34 errors
work tree, judged on 2026-06-30 (--as-of)
period 2025-07-01..2026-06-30 (--period)
";
    assert_eq!(&text[end..], expected);
}

#[test]
fn of_a_few_findings_the_first_of_each_rule_is_drawn_and_others_like_it_are_told_below() {
    let folder = tempfile::tempdir().unwrap();
    let twice = "{summary: first, summary: again}";
    let text = format!("{PROCEDURE}id: PROC-001\nchanges:\n  - {twice}\n  - {twice}\n  - {twice}\n");
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    fs::write(folder.path().join("b.yaml"), "title: Changes: all\n").unwrap();
    let snapshot = snapshot(folder.path());
    let look = Look { width: WIDTH, detail: Detail::Page, ..Look::OF_FILES };
    let page = drawn(&findings(&snapshot), &snapshot, &look);
    let expected = "\
YAML-01 b.yaml:1:15

  × a colon followed by a space stands inside a value without quotes
   ╭─[b.yaml:1:15]
 1 │ title: Changes: all
   ·               ┬
   ·               ╰── read as the end of a second key
   ╰────
  help: put quotes around the value: `\"Changes: all\"`

YAML-06 a.yaml:6:22

  × key `summary` stands twice in one mapping
   ╭─[a.yaml:6:22]
 5 │ changes:
 6 │   - {summary: first, summary: again}
   ·      ───┬───         ───┬───
   ·         │               ╰── again here
   ·         ╰── first here
 7 │   - {summary: first, summary: again}
   ╰────
  help: keep one of the two; readers disagree about which one counts

YAML-06 a.yaml:7:22
  × key `summary` stands twice in one mapping
YAML-06 a.yaml:8:22
  × key `summary` stands twice in one mapping

each in full: probity check -v

not tested: ";
    assert_eq!(&page[..expected.len().min(page.len())], expected);
    assert!(page.lines().count() < 40);
    let in_full = drawn(&findings(&snapshot), &snapshot, &Look { detail: Detail::Each, ..look });
    assert_eq!(in_full, drawn(&findings(&snapshot), &snapshot, &Look { detail: Detail::All, ..look }));
    assert_eq!(in_full.matches("again here").count(), 3);
}

#[test]
fn all_are_shown_when_asked_for_and_none_when_not() {
    let folder = folder();
    let snapshot = snapshot(folder.path());
    let findings = findings(&snapshot);
    let look = Look { width: WIDTH, detail: Detail::All, ..Look::OF_FILES };
    let all = drawn(&findings, &snapshot, &look);
    assert_eq!(headings(&all).len(), 34);
    assert!(!all.contains("not shown here"));
    let summary = drawn(&findings, &snapshot, &Look { detail: Detail::Summary, ..look });
    assert!(summary.starts_with("not tested: 2 of 4 files, and 2 documents in other files\n"), "{summary}");
    assert_eq!(headings(&summary).len(), 0);
}

#[test]
fn a_clean_folder_is_told_with_what_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let two = format!("{PROCEDURE}id: A\n---\n{PROCEDURE}id: B\n");
    fs::write(folder.path().join("a.yaml"), two).unwrap();
    fs::write(folder.path().join("b.md"), format!("---\n{PROCEDURE}id: C\n---\n# Text\n")).unwrap();
    fs::write(folder.path().join("README.md"), "# No document\n").unwrap();
    let snapshot = snapshot(folder.path());
    let text = rendered(&findings(&snapshot), &snapshot);
    assert!(text.starts_with("tested: 3 documents in 2 files\nfound: nothing\n"), "{text}");
}

#[test]
fn colours_come_only_when_asked_for() {
    let folder = folder();
    let snapshot = snapshot(folder.path());
    let findings = findings(&snapshot);
    let look = Look { width: WIDTH, colour: true, detail: Detail::All };
    assert!(drawn(&findings, &snapshot, &look).contains('\u{1b}'));
    assert!(!rendered(&findings, &snapshot).contains('\u{1b}'));
}

#[test]
fn nothing_that_a_document_says_acts_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "\u{9b}31m \u{202e}evil\u{2066} \u{1b}]0;title\u{7} \u{2028}";
    fs::write(folder.path().join("a.yaml"), format!("title: x: {hostile}\n")).unwrap();
    fs::write(folder.path().join("b.yaml"), format!("title: \"{hostile}\n")).unwrap();
    fs::write(folder.path().join("c\u{1b}[31m\u{202e}.yaml"), "title: x: y\n").unwrap();
    fs::write(folder.path().join("d.yaml"), "\"k\\e[31m\": 1\n\"k\\e[31m\": 2\nx: *a\u{202e}b\n").unwrap();
    let snapshot = snapshot(folder.path());
    let text = rendered(&findings(&snapshot), &snapshot);
    let raw = |c: &char| {
        (c.is_control() && *c != '\n') || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(text.chars().find(raw), None, "{text:?}");
    assert!(text.contains("c\\u{1b}[31m\\u{202e}.yaml:1:9"), "{text}");
}

#[test]
fn no_line_is_wider_than_asked_for() {
    let folder = folder();
    fs::write(
        folder.path().join("long.yaml"),
        format!("note: {}: {}\n", "名前 ".repeat(200), "word ".repeat(200)),
    )
    .unwrap();
    let many = snapshot(folder.path());
    fs::remove_file(folder.path().join("a-register.yaml")).unwrap();
    let few = snapshot(folder.path());
    for snapshot in [many, few] {
        let findings = findings(&snapshot);
        for width in [60, 80, 120] {
            let page = Look { width, detail: Detail::Page, ..Look::OF_FILES };
            for look in [page, Look { detail: Detail::All, ..page }] {
                let text = drawn(&findings, &snapshot, &look);
                let widest = text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap();
                assert!(widest <= width, "{widest} columns instead of {width}");
            }
        }
    }
}

#[test]
fn a_name_cannot_forge_a_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a\nfound: nothing\n.yaml"), "- a list\n").unwrap();
    let snapshot = snapshot(folder.path());
    let text = rendered(&findings(&snapshot), &snapshot);
    assert!(text.contains("FILE-07 a\\nfound: nothing\\n.yaml:1:1"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("found: ")).count(), 1, "{text}");
}

#[test]
fn json_holds_no_character_that_acts_on_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{202e}\u{9b}\u{7f}\u{feff}.yaml";
    fs::write(folder.path().join(name), "id: A\nid: B\n").unwrap();
    let snapshot = snapshot(folder.path());
    let text = json::check(&findings(&snapshot), &settings(), true, None);
    assert!(text.contains("a\\u202e\\u009b\\u007f\\ufeff.yaml"), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["findings"][0]["place"]["path"], name, "and a program reads it as it was");
}
