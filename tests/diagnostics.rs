//! Bad input, each with the rule, line and column that were worked out by hand from the text, and
//! with what a person sees of it as a snapshot.

use std::{fs, path::Path};

use probity::{model::Snapshot, repository};

#[path = "support/pipeline.rs"]
mod pipeline;

use pipeline::{findings, folder_with, places, rendered, settings, snapshot};

/// Rules with line and column.
type Expected = &'static [(&'static str, u32, u32)];

/// File below `tests/diagnostics/`, and where what is wrong with it stands: line and column from
/// one, columns in characters. Line zero: the file as a whole.
const CASES: &[(&str, Expected)] = &[
    ("a-label-far-to-the-right.yaml", &[("YAML-01", 2, 88)]),
    ("a-line-of-five-thousand.yaml", &[("YAML-01", 2, 2511)]),
    ("alias-bomb.yaml", &[("YAML-13", 6, 36)]),
    ("alias-of-itself.yaml", &[("YAML-08", 6, 11)]),
    ("apostrophe-in-single-quotes.yaml", &[("YAML-01", 2, 22)]),
    ("approved-and-incomplete.yaml", &[("COMP-01", 2, 5)]),
    ("backslash-in-double-quotes.yaml", &[("YAML-01", 2, 20)]),
    ("bracket-closed-by-a-brace.yaml", &[("YAML-01", 2, 13)]),
    ("broken-document-between-others.yaml", &[("YAML-01", 8, 7)]),
    ("byte-order-mark-first.yaml", &[("YAML-01", 1, 9)]),
    ("byte-order-mark-inside.yaml", &[("YAML-01", 2, 1)]),
    (
        "collection-gone-wrong.yaml",
        &[
            ("SHAPE-03", 2, 11),
            ("SHAPE-03", 3, 11),
            ("SHAPE-03", 5, 10),
            ("SHAPE-03", 5, 22),
            ("SHAPE-03", 5, 41),
            ("SHAPE-03", 6, 5),
        ],
    ),
    ("collection-of-no-type.yaml", &[("TYPE-01", 1, 13)]),
    ("collection-with-a-wrong-default.yaml", &[("SHAPE-04", 3, 10)]),
    ("collection-without-entries.yaml", &[("SHAPE-01", 1, 13), ("SHAPE-02", 2, 1)]),
    ("colon-in-a-value.yaml", &[("YAML-01", 2, 15)]),
    ("combining-marks.yaml", &[("YAML-01", 2, 16)]),
    ("comment-inside-a-value.yaml", &[("YAML-01", 3, 3)]),
    ("comment-without-a-space.yaml", &[("YAML-01", 2, 18)]),
    ("comments-only.yaml", &[("FILE-07", 0, 0)]),
    ("conflict-markers.yaml", &[("YAML-04", 2, 1)]),
    ("custom-tag.yaml", &[("YAML-10", 5, 7)]),
    ("date-that-does-not-exist.yaml", &[("SHAPE-05", 5, 15)]),
    ("date-the-german-way.yaml", &[("SHAPE-05", 5, 15)]),
    ("directive-without-a-document.yaml", &[("YAML-01", 1, 1)]),
    ("duplicate-key-hidden-direction.yaml", &[("SHAPE-02", 5, 1), ("YAML-06", 6, 1), ("SHAPE-02", 6, 1)]),
    ("duplicate-key-in-braces.yaml", &[("YAML-06", 6, 38)]),
    ("duplicate-key.yaml", &[("YAML-06", 7, 1)]),
    ("duration-in-words.yaml", &[("SHAPE-05", 5, 18)]),
    ("empty-key.yaml", &[("YAML-07", 5, 1)]),
    ("empty-title.yaml", &[("SHAPE-06", 3, 8)]),
    ("empty.yaml", &[("FILE-07", 0, 0)]),
    ("entry-that-is-a-text.yaml", &[("SHAPE-03", 3, 5)]),
    ("entry-without-a-title.yaml", &[("SHAPE-01", 4, 5)]),
    ("escape-in-a-comment.yaml", &[("YAML-05", 1, 15)]),
    ("fault-in-front-matter.md", &[("YAML-01", 3, 16)]),
    ("field-without-a-value.yaml", &[("SHAPE-03", 5, 1)]),
    ("first-line-without-a-colon.yaml", &[("YAML-01", 1, 1)]),
    ("foreign-field.yaml", &[("SHAPE-02", 5, 1)]),
    ("front-matter-not-closed.md", &[("YAML-14", 1, 1)]),
    ("half-a-number.yaml", &[("SHAPE-03", 5, 15)]),
    ("id-taken-twice.yaml", &[("ID-01", 7, 5)]),
    ("id-with-a-space.yaml", &[("SHAPE-05", 2, 5)]),
    ("ids-that-differ-in-case.yaml", &[("ID-01", 7, 5)]),
    ("indentation-that-fits-nothing.yaml", &[("YAML-01", 4, 4)]),
    ("indented-too-far.yaml", &[("YAML-01", 2, 3)]),
    ("instant-without-an-offset.yaml", &[("SHAPE-05", 5, 12)]),
    ("key-among-list-items.yaml", &[("YAML-01", 2, 1)]),
    ("latin-1.yaml", &[("FILE-02", 2, 11)]),
    ("line-without-a-colon.yaml", &[("YAML-01", 2, 1)]),
    ("list-at-the-top.yaml", &[("FILE-07", 1, 1)]),
    ("list-instead-of-a-text.yaml", &[("SHAPE-03", 5, 7)]),
    ("list-item-among-keys.yaml", &[("YAML-01", 2, 1)]),
    ("list-on-the-line-of-its-key.yaml", &[("YAML-01", 2, 13)]),
    ("merge-of-a-list.yaml", &[("YAML-09", 7, 7)]),
    ("missing-comma-in-braces.yaml", &[("YAML-01", 2, 24)]),
    ("misspelt-field.yaml", &[("SHAPE-02", 5, 1)]),
    ("misspelt-value.yaml", &[("SHAPE-04", 4, 9)]),
    ("no-space-after-a-colon.yaml", &[("YAML-01", 2, 6)]),
    ("nul.yaml", &[("YAML-05", 2, 10)]),
    ("number-below-zero.yaml", &[("SHAPE-06", 5, 15)]),
    ("quote-closed-by-the-next.yaml", &[("YAML-03", 2, 8)]),
    ("reference-nearly-right.yaml", &[("REF-01", 5, 13)]),
    ("reference-to-another-type.yaml", &[("REF-02", 5, 8)]),
    ("reference-to-nothing.yaml", &[("REF-01", 5, 8)]),
    ("register-with-a-slip.yaml", &[("SHAPE-03", 5, 12), ("SHAPE-04", 6, 11)]),
    ("reserved-first-character.yaml", &[("YAML-01", 2, 9)]),
    ("star-as-a-bullet.yaml", &[("YAML-01", 3, 3)]),
    ("status-missing.yaml", &[("SHAPE-01", 1, 7)]),
    ("tab-after-spaces.yaml", &[("YAML-02", 3, 3)]),
    ("tab-in-a-later-line.yaml", &[("YAML-02", 5, 1)]),
    ("tab-indentation.yaml", &[("YAML-02", 3, 1)]),
    ("tag-that-does-not-fit.yaml", &[("YAML-10", 5, 7)]),
    ("template-without-quotes.yaml", &[("YAML-07", 5, 8)]),
    ("text-after-a-block-sign.yaml", &[("YAML-01", 2, 7)]),
    ("text-after-the-end.yaml", &[("YAML-01", 1, 58)]),
    ("text-at-the-top.yaml", &[("FILE-07", 1, 1)]),
    ("text-instead-of-a-list.yaml", &[("SHAPE-03", 5, 7)]),
    ("title-that-is-a-truth-value.yaml", &[("SHAPE-03", 3, 8)]),
    ("truncated-stream.yaml", &[("YAML-01", 8, 9)]),
    ("type-missing.yaml", &[("TYPE-01", 1, 1)]),
    ("type-that-is-not-there.yaml", &[("TYPE-01", 1, 7)]),
    ("unclosed-bracket.yaml", &[("YAML-01", 2, 13)]),
    ("unclosed-double-quote.yaml", &[("YAML-03", 2, 8)]),
    ("unclosed-single-quote.yaml", &[("YAML-03", 2, 8)]),
    ("unknown-alias.yaml", &[("YAML-08", 5, 7)]),
    ("utf-16.yaml", &[("FILE-02", 0, 0)]),
    ("value-from-another-list.yaml", &[("SHAPE-04", 5, 17)]),
    ("version-without-quotes.yaml", &[("SHAPE-03", 5, 10)]),
    ("wide-characters.yaml", &[("YAML-01", 2, 12)]),
    ("windows-line-ends.yaml", &[("YAML-01", 3, 8)]),
    ("wrong-field-in-a-list-item.yaml", &[("SHAPE-02", 7, 5), ("SHAPE-03", 8, 14)]),
];

/// Rules with file, line and column.
type ExpectedIn = &'static [(&'static str, &'static str, u32, u32)];

/// Folder below `tests/diagnostics/`, and where what is wrong in it stands.
const FOLDERS: &[(&str, ExpectedIn)] = &[
    ("a-body-in-a-folder-above", &[("FILE-10", "procedure.yaml", 5, 12)]),
    ("a-body-that-is-a-folder", &[("FILE-10", "procedure.yaml", 5, 12)]),
    (
        "a-judgement-of-no-point",
        &[
            ("REF-05", "judgements.yaml", 6, 63),
            ("REF-05", "judgements.yaml", 7, 58),
            ("REF-05", "judgements.yaml", 13, 11),
        ],
    ),
    ("a-policy-that-names-a-withdrawn-one", &[("REF-03", "policies.yaml", 19, 11)]),
    ("a-record-type-misspelt", &[("SHAPE-04", "nil-return.yaml", 4, 5)]),
    ("a-stub-whose-file-has-changed", &[("FILE-11", "policy.yaml", 6, 17)]),
    ("a-stub-whose-file-is-not-there", &[("FILE-10", "policies.yaml", 4, 43)]),
    ("a-type-of-its-own-misspelt", &[("TYPE-01", "visit.yaml", 1, 7), ("SHAPE-04", "visit.yaml", 8, 7)]),
    ("an-extract-in-utf-16", &[("FILE-01", "extract.yaml", 5, 7)]),
    ("an-extract-of-another-digest", &[("EXT-01", "extract.yaml", 6, 9)]),
    ("an-extract-of-no-type", &[("SHAPE-04", "extract.yaml", 4, 5)]),
    ("an-extract-that-is-not-here", &[("EXT-02", "extract.yaml", 5, 7), ("REF-01", "problem.yaml", 5, 10)]),
    (
        "an-extract-with-bad-records",
        &[
            ("REF-01", "extracts/incident-2026-05.jsonl", 1, 86),
            ("SHAPE-04", "extracts/incident-2026-05.jsonl", 2, 50),
            ("ID-01", "extracts/incident-2026-05.jsonl", 3, 8),
            ("YAML-03", "extracts/incident-2026-05.jsonl", 4, 29),
            ("FILE-07", "extracts/incident-2026-05.jsonl", 5, 1),
        ],
    ),
    ("an-extract-with-a-record-less", &[("EXT-03", "extract.yaml", 7, 7)]),
    ("entries-of-a-draft-register", &[("COMP-01", "risks.yaml", 4, 10)]),
    (
        "evidence-that-is-not-there",
        &[
            ("REF-04", "procedure.yaml", 8, 7),
            ("REF-04", "procedure.yaml", 9, 7),
            ("REF-04", "procedure.yaml", 11, 7),
        ],
    ),
    ("evidence-that-has-changed", &[("FILE-11", "evidence.yaml", 15, 13)]),
];

#[test]
fn bad_input_of_several_files_is_told_at_its_place() {
    for (name, expected) in FOLDERS {
        let snapshot = snapshot(&cases().join(name));
        let expected: Vec<String> = expected
            .iter()
            .map(|(rule, file, line, column)| format!("{rule} {file}:{line}:{column}"))
            .collect();
        told(name, &snapshot, &expected);
    }
}

#[test]
fn bad_input_is_told_at_its_place() {
    for (name, expected) in CASES {
        let bytes = fs::read(cases().join(name)).unwrap();
        told_of(name, name, &bytes, expected);
    }
}

#[test]
fn every_bad_input_has_its_place_worked_out() {
    for entry in fs::read_dir(cases()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        let known = path.extension().is_some_and(|extension| extension == "snap")
            || CASES.iter().any(|(case, _)| *case == name)
            || FOLDERS.iter().any(|(case, _)| *case == name);
        assert!(known, "`tests/diagnostics/{name}` has no line in the table");
    }
}

#[test]
fn a_thousand_levels_are_too_deep() {
    // `[` in column 1 is the first level; the limit of 100 is passed in column 101.
    told_of("a-thousand-brackets", "deep.yaml", "[".repeat(1_000).as_bytes(), &[("YAML-11", 1, 101)]);
    // Each level takes two columns, so that the 101st begins in column 201.
    told_of("a-thousand-dashes", "deep.yaml", "- ".repeat(1_000).as_bytes(), &[("YAML-11", 1, 201)]);
}

#[test]
fn a_scalar_of_thirty_megabytes_is_not_read() {
    let text = format!("id: POL-001\nbody: {}\n", "x".repeat(30_000_000));
    told_of("a-scalar-of-thirty-megabytes", "large.yaml", text.as_bytes(), &[("FILE-03", 0, 0)]);
}

#[test]
fn a_million_values_are_too_many() {
    // The list is the first value; its items follow, one a line, from the line of the same number.
    let text = "- a\n".repeat(1_000_001);
    told_of("a-million-values", "many.yaml", text.as_bytes(), &[("YAML-12", 1_000_000, 3)]);
}

#[test]
fn a_file_that_vanishes_while_being_read_is_told() {
    let folder = folder_with("policy.yaml", b"type: policy\nid: POL-001\n");
    let selection = repository::select(folder.path(), &settings().patterns).unwrap();
    fs::remove_file(folder.path().join("policy.yaml")).unwrap();
    let snapshot = repository::read(selection, probity::model::Snapshot::default().attachments);
    let findings = findings(&snapshot);
    assert_eq!(places(&findings), ["FILE-01 policy.yaml"]);
    kept("a-file-that-vanishes", &rendered(&findings, &snapshot));
}

/// The same for one file.
fn told_of(case: &str, file: &str, bytes: &[u8], expected: Expected) {
    let folder = folder_with(file, bytes);
    let expected: Vec<String> = expected
        .iter()
        .map(|(rule, line, column)| match line {
            0 => format!("{rule} {file}"),
            _ => format!("{rule} {file}:{line}:{column}"),
        })
        .collect();
    told(case, &snapshot(folder.path()), &expected);
}

/// Checks the places by hand's count, and keeps what a person sees.
fn told(case: &str, snapshot: &Snapshot, expected: &[String]) {
    let findings = findings(snapshot);
    assert_eq!(places(&findings), expected, "{case}");
    let text = rendered(&findings, snapshot);
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{case}: a control character is shown raw"
    );
    kept(case, &text);
}

fn kept(case: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(case, text));
}

fn cases() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diagnostics"))
}
