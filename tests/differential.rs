//! The reader of YAML against other sources of truth: a second reader, and the YAML test suite.
//!
//! What both `probity::yaml` and the second reader accept without a problem must have the same
//! values, whether generated, from the suite, or a file of this repository. How the two are
//! compared, and the differences that are known and meant, is told in
//! `tests/support/yaml_agreement.rs`; here each known difference has a test that shows both
//! readings. What must hold of places is told in `tests/support/yaml_places.rs`.
//!
//! `PROBITY_CASES=100000 cargo test --release --test differential` reads more generated texts
//! than the usual 2,000. A failure names its seed and shows its text.

#[path = "support/yaml_agreement.rs"]
mod yaml_agreement;
#[path = "support/yaml_cases.rs"]
mod yaml_cases;
#[path = "support/yaml_places.rs"]
mod yaml_places;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use probity::{
    text::Source,
    yaml::{self, Kind, Limits, Node, ProblemKind, Stream, Style},
};
use yaml_agreement::{Agreement, Difference, Value, compare, second_reading};
use yaml_cases::Case;

/// Of a hundred sound texts, how many both readers must accept for the comparison to mean something.
const FAIR_SHARE: usize = 80;

fn read(text: &str) -> Stream {
    yaml::read(Arc::new(Source::new("case.yaml", text)), &Limits::default())
}

/// Runs a check on every generated text; the first that fails or panics is shown with its seed.
fn on_every_case(mut check: impl FnMut(&Case) -> Result<(), String>) {
    let count =
        std::env::var("PROBITY_CASES").map_or(2_000, |count| count.parse().expect("a number of cases"));
    for seed in 0..count {
        let case = yaml_cases::case(seed);
        let checked = catch_unwind(AssertUnwindSafe(|| check(&case)));
        if let Err(wrong) = checked.unwrap_or_else(|_| Err("it panics".to_owned())) {
            panic!("seed {seed}: {wrong}\n{:?}\n{}", case.text, case.text);
        }
    }
}

/// Whether both readers accept a text; an error, if they then differ.
fn both_accept(text: &str) -> Result<bool, String> {
    let stream = read(text);
    if !stream.problems().is_empty() {
        return Ok(false);
    }
    match compare(&stream) {
        Agreement::Same | Agreement::Known(_) => Ok(true),
        Agreement::Refused(_) => Ok(false),
        Agreement::Differ(difference) => Err(difference),
    }
}

#[test]
fn generated_texts_mean_the_same_to_both_readers() {
    let (mut sound, mut accepted) = (0, 0);
    on_every_case(|case| {
        let both = both_accept(&case.text)?;
        if !case.damaged {
            sound += 1;
            accepted += usize::from(both);
        }
        Ok(())
    });
    assert!(accepted * 100 >= sound * FAIR_SHARE, "both readers accept {accepted} of {sound} sound texts");
}

#[test]
fn places_in_generated_texts_fit_what_stands_there() {
    on_every_case(|case| {
        let stream = read(&case.text);
        yaml_places::check(&stream)?;
        let again = read(&case.text);
        let same = stream.problems() == again.problems() && format!("{stream:?}") == format!("{again:?}");
        if !same {
            return Err("it is read differently the second time".to_owned());
        }
        for document in stream.documents() {
            let value = yaml::from_node::<serde_json::Value>(document);
            if stream.problems().is_empty() && value.as_ref().ok() != Some(&yaml_places::json(document)) {
                return Err(format!("serde reads {value:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn documents_of_this_repository_mean_the_same_to_both_readers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> =
        ["examples", "tests/diagnostics", "tests/rules"].map(|name| root.join(name)).into();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                // A file that is not text is a case of another test.
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                if let Err(difference) = both_accept(&text) {
                    panic!("{}: {difference}", path.display());
                }
            }
        }
    }
}

/// What the suite refuses and we read, and why.
const ACCEPTED: [(&str, &str); 3] = [
    ("9C9N", "the lines of a list in brackets may stand at the margin: what they mean is beyond doubt"),
    ("DK95/01", "a tab may indent the next line of a quoted value, where indentation has no meaning"),
    ("QB6E", "the lines of a quoted value may stand at the margin: what they mean is beyond doubt"),
];

/// What the suite accepts and we refuse, by problem, and why.
const REFUSED: [(ProblemKind, &str, &[&str]); 3] = [
    (ProblemKind::DuplicateKey, "a mapping with two empty keys", &["2JQS"]),
    (
        ProblemKind::KeyNotText,
        "a key is a list, a mapping or nothing; records have names for keys",
        &[
            "2JQS", "4FJ6", "6BFJ", "6M2F", "6PBE", "9MMW", "CFD4", "DFF7", "FH7J", "FRK4", "KK5P", "LX3P",
            "M2N8/00", "M2N8/01", "M5DY", "NHX8", "NKF9", "PW8X", "Q9WF", "RZP5", "S3PD", "SBG9", "SM9W/01",
            "UKK6/00", "V9D5", "WZ62", "X38W", "XW4D",
        ],
    ),
    (
        ProblemKind::Tag,
        "a tag that is not of the core schema means something to one program only",
        &[
            "2XXW", "565N", "5TYM", "6CK3", "6WLZ", "7FWL", "9WXW", "C4HZ", "CC74", "CUP7", "J7PZ", "M5C3",
            "P76L", "UGM3", "Z67P", "Z9M4",
        ],
    ),
];

/// What we read otherwise than the suite tells, and why.
const MISREAD: [(&str, &str); 0] = [];

/// A case of the YAML test suite.
#[derive(serde::Deserialize)]
struct SuiteCase {
    id: String,
    yaml: String,
    fail: bool,
    json: Option<String>,
    tree: Option<String>,
}

fn suite() -> Vec<SuiteCase> {
    let cases: Vec<SuiteCase> =
        serde_json::from_str(include_str!("yaml-suite/cases.json")).expect("the file is made by convert.mjs");
    assert_eq!(cases.len(), 402, "the suite is whole");
    cases
}

#[test]
fn the_suite_means_the_same_to_both_readers() {
    for case in suite() {
        if let Err(difference) = both_accept(&case.yaml) {
            panic!("{}: {difference}\n{:?}", case.id, case.yaml);
        }
        yaml_places::check(&read(&case.yaml))
            .unwrap_or_else(|wrong| panic!("{}: {wrong}\n{:?}", case.id, case.yaml));
    }
}

#[test]
fn what_the_suite_refuses_is_refused() {
    let accepted: Vec<String> = suite()
        .into_iter()
        .filter(|case| case.fail && read(&case.yaml).problems().is_empty())
        .map(|case| case.id)
        .collect();
    assert_eq!(accepted, ACCEPTED.map(|(id, _)| id));
}

#[test]
fn what_the_suite_accepts_is_read_or_refused_for_a_reason_of_our_own() {
    let mut refused: BTreeMap<ProblemKind, BTreeSet<String>> = BTreeMap::new();
    for case in suite().into_iter().filter(|case| !case.fail) {
        for problem in read(&case.yaml).problems() {
            refused.entry(problem.kind).or_default().insert(case.id.clone());
        }
    }
    let expected =
        REFUSED.iter().map(|(kind, _, ids)| (*kind, ids.iter().map(ToString::to_string).collect()));
    assert_eq!(refused, expected.collect());
}

#[test]
fn what_the_suite_accepts_has_the_values_and_styles_that_it_tells() {
    let mut misread = Vec::new();
    for case in suite().into_iter().filter(|case| !case.fail) {
        let stream = read(&case.yaml);
        if !stream.problems().is_empty() {
            continue;
        }
        let ours: Vec<serde_json::Value> = stream.documents().map(yaml_places::json).collect();
        let same_json = case.json.is_none_or(|json| {
            let expected = serde_json::Deserializer::from_str(&json).into_iter();
            ours == expected.collect::<Result<Vec<serde_json::Value>, _>>().expect("the suite has sound JSON")
        });
        let mut tree = String::new();
        for document in stream.documents() {
            tree.push_str("+DOC\n");
            events(document, &mut tree);
        }
        let same_tree = case.tree.is_none_or(|expected| tree == without_properties(&expected));
        if !same_json || !same_tree {
            misread.push(case.id);
        }
    }
    assert_eq!(misread, MISREAD.map(|(id, _)| id));
}

/// The tree in the notation of the suite.
fn events(node: Node<'_>, out: &mut String) {
    let written = node.written();
    if written.starts_with('*') && !written.contains(char::is_whitespace) {
        let _ = writeln!(out, "=ALI {written}");
        return;
    }
    match node.kind() {
        Kind::Scalar(scalar) => {
            let style = match scalar.style {
                Style::Plain => ':',
                Style::SingleQuoted => '\'',
                Style::DoubleQuoted => '"',
                Style::Literal => '|',
                Style::Folded => '>',
            };
            let escapes = [('\\', "\\\\"), ('\n', "\\n"), ('\t', "\\t"), ('\r', "\\r"), ('\u{8}', "\\b")];
            let text =
                escapes.iter().fold(scalar.text.to_owned(), |text, (from, to)| text.replace(*from, to));
            let _ = writeln!(out, "=VAL {style}{text}");
        }
        Kind::Sequence(sequence) => {
            out.push_str("+SEQ\n");
            sequence.items().for_each(|item| events(item, out));
            out.push_str("-SEQ\n");
        }
        Kind::Mapping(mapping) => {
            out.push_str("+MAP\n");
            for (key, value) in mapping.entries() {
                events(key, out);
                events(value, out);
            }
            out.push_str("-MAP\n");
        }
    }
}

/// The suite's notation of a tree, without what a tree of values does not keep: marks of the
/// stream, anchors, tags and brackets.
fn without_properties(tree: &str) -> String {
    let mut kept = String::new();
    for line in tree.lines().map(str::trim_start) {
        let (event, mut rest) = line.split_once(' ').unwrap_or((line, ""));
        match event {
            "+STR" | "-STR" | "-DOC" => {}
            "=VAL" => {
                while rest.starts_with(['&', '<']) {
                    rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
                }
                let _ = writeln!(kept, "=VAL {rest}");
            }
            "=ALI" => {
                let _ = writeln!(kept, "=ALI {rest}");
            }
            _ => {
                let _ = writeln!(kept, "{event}");
            }
        }
    }
    kept
}

/// Shows both readings of a text whose difference is known.
fn assert_known(text: &str, difference: Difference, ours: &str, theirs: &[Value]) {
    let stream = read(text);
    assert_eq!(compare(&stream), Agreement::Known(difference), "{text:?}");
    assert_eq!(format!("{:?}", stream.documents().collect::<Vec<_>>()), ours, "{text:?}");
    assert_eq!(second_reading(text).as_deref(), Ok(theirs), "{text:?}");
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

#[test]
fn only_the_second_reader_breaks_lines_as_yaml_1_1_does() {
    let ours = "[\"a\\u{85}b\"]";
    assert_known("a\u{85}b", Difference::LineBreaksOfYaml11, ours, &[text("a b")]);
}

#[test]
fn only_the_second_reader_ends_the_name_of_an_anchor_at_a_colon() {
    assert_known("&a:b c", Difference::AnchorNameOfYaml12, "[\"c\"]", &[text(":b c")]);
}

#[test]
fn only_the_second_reader_mixes_up_anchors_when_one_is_set_anew() {
    let theirs = list([1, 2, 3, 3].map(Value::Integer));
    assert_known("- &n 1\n- &n 2\n- *n\n- &m 3\n", Difference::AnchorSetAnew, "[[1, 2, 2, 3]]", &[theirs]);
}

#[test]
fn only_the_second_reader_takes_a_question_mark_in_brackets_for_a_key() {
    let theirs = list([mapping([("x", Value::Null)])]);
    assert_known("[?x]", Difference::SignInBrackets, "[[\"?x\"]]", &[theirs]);
}

#[test]
fn only_the_second_reader_counts_a_byte_order_mark_as_a_column() {
    assert_known("# c\n\u{feff}---\na\n", Difference::LaterByteOrderMark, "[\"a\"]", &[text("--- a")]);
}

#[test]
fn only_the_second_reader_finds_a_document_in_comments() {
    assert_known("# only this\n", Difference::NoDocument, "[]", &[Value::Null]);
}

#[test]
fn only_the_second_reader_takes_base_two_and_signed_bases_for_numbers() {
    let theirs = list([3, 31, -7, -1].map(Value::Integer));
    let ours = "[[\"0b11\", \"+0x1F\", \"-0o7\", \"-0b1\"]]";
    assert_known("[0b11, +0x1F, -0o7, -0b1]", Difference::NumberOfYaml11, ours, &[theirs]);
}

#[test]
fn only_we_take_whole_numbers_of_any_size_for_whole_numbers() {
    let (decimal, hexadecimal) = (format!("1{}", "0".repeat(39)), format!("0x{}", "1".repeat(33)));
    let theirs = list([Value::Float(1e39), text(&hexadecimal)]);
    let source = format!("[{decimal}, {hexadecimal}]");
    assert_known(&source, Difference::BeyondIntegers, &format!("[[{decimal}, {hexadecimal}]]"), &[theirs]);
}

#[test]
fn only_we_take_a_number_beyond_floats_for_a_number() {
    let theirs = list([text("1e400"), text("-1e400")]);
    assert_known("[1e400, -1e400]", Difference::BeyondFloats, "[[1e400, -1e400]]", &[theirs]);
}

#[test]
fn only_we_end_a_block_with_a_line_break_that_the_file_lacks() {
    assert_known("|\n  text", Difference::BlockWithoutLastBreak, "[\"text\\n\"]", &[text("text")]);
    assert_known(
        "? |\n  text",
        Difference::BlockWithoutLastBreak,
        "[{\"text\\n\": }]",
        &[mapping([("text", Value::Null)])],
    );
}

#[test]
fn only_we_read_a_block_that_is_not_indented_and_looks_like_a_comment() {
    assert_known("|\n# text\n", Difference::UnindentedBlock, "[\"# text\\n\"]", &[text("")]);
}

#[test]
fn only_the_second_reader_makes_a_tag_of_a_lone_exclamation_mark() {
    let tagged = |value| Value::Tagged("!".to_owned(), Box::new(value));
    let theirs = list([tagged(Value::Integer(12)), tagged(list([text("a")]))]);
    assert_known("- ! 12\n- ! [a]\n", Difference::LoneTag, "[[\"12\", [\"a\"]]]", &[theirs]);
}

#[test]
fn only_we_tell_a_quoted_merge_key_from_a_merge_key() {
    let merged = || mapping([("x", Value::Integer(1))]);
    let both = mapping([("<<", merged()), ("<<", merged())]);
    assert_known(
        "a: &a {x: 1}\nb: {<<: *a, \"<<\": *a}\n",
        Difference::MergeKeyAndQuoted,
        "[{\"a\": {\"x\": 1}, \"b\": {\"<<\": {\"x\": 1}, \"x\": 1}}]",
        &[mapping([("a", merged()), ("b", both)])],
    );
    let quoted_only = read("a: &a {x: 1}\n\"<<\": *a\n");
    assert_eq!(compare(&quoted_only), Agreement::Same);
}

#[test]
fn merges_in_merges_mean_the_same_to_both_readers() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: &c {x: 3}\nd: {z: 4, <<: [*c, *b], w: 5}\n";
    let stream = read(text);
    assert_eq!(compare(&stream), Agreement::Same);
    let ours = stream.documents().next().and_then(|document| document.mapping()?.get("d"));
    assert_eq!(format!("{:?}", ours.unwrap()), "{\"z\": 4, \"w\": 5, \"x\": 3, \"y\": 2}");
}

#[test]
fn a_difference_that_is_not_known_is_told() {
    let stream = read("[a, 1, {b: c}]");
    for other in [
        "[a, 2, {b: c}]",
        "[a, 1, {b: d}]",
        "[a, 1, {c: c}]",
        "[a, 1]",
        "[a, 1, {b: c}]\n--- x",
        "[a, '1', {b: c}]",
    ] {
        let theirs = second_reading(other).unwrap();
        assert!(yaml_agreement::compare_documents(&stream, theirs).is_err(), "{other}");
    }
}
