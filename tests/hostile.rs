//! Texts made to cost much or to break something: each ends with the problem that names it, or is
//! read.
//!
//! Nothing here looks at a clock. The sizes are such that work which grows with the square of a
//! text would be felt by whoever runs the tests.

use std::sync::Arc;

use probity::{
    text::Source,
    yaml::{self, Limits, ProblemKind, Stream},
};

fn read(text: &str) -> Stream {
    yaml::read(Arc::new(Source::new("hostile.yaml", text)), &Limits::default())
}

/// The kinds of problems of a text, each once.
fn kinds(stream: &Stream) -> Vec<ProblemKind> {
    let mut kinds: Vec<ProblemKind> = stream.problems().iter().map(|problem| problem.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A name, how to make the text of a size, and the problems it must have.
type Hostile = (&'static str, fn(usize) -> String, &'static [ProblemKind]);

const REPEATED: &[Hostile] = &[
    ("nested flow sequences", |n| "[".repeat(n), &[ProblemKind::TooDeep]),
    ("nested flow mappings", |n| "{a: ".repeat(n), &[ProblemKind::TooDeep]),
    ("nested block sequences", |n| "- ".repeat(n), &[ProblemKind::TooDeep]),
    (
        "nested block mappings",
        |n| (0..n / 25).map(|level| format!("{}k:\n", " ".repeat(level))).collect(),
        &[ProblemKind::TooDeep],
    ),
    ("nested explicit keys", |n| "? ".repeat(n), &[ProblemKind::KeyNotText, ProblemKind::TooDeep]),
    ("one long flow sequence", |n| format!("[{}]", "a,".repeat(n)), &[]),
    ("one long line of text", |n| "a ".repeat(n), &[]),
    ("one long quoted scalar", |n| format!("\"{}\"", "\\n".repeat(n)), &[]),
    ("an unclosed quote", |n| format!("a: \"{}", "text\n ".repeat(n)), &[ProblemKind::UnclosedQuote]),
    ("an unclosed single quote", |n| format!("a: '{}", "text\n ".repeat(n)), &[ProblemKind::UnclosedQuote]),
    ("quotes and quotes", |n| "\"a\" ".repeat(n), &[ProblemKind::Syntax]),
    (
        "an unknown escape far behind its quote",
        |n| format!("a: \"{}\\q\"", "x\\n".repeat(n)),
        &[ProblemKind::Syntax],
    ),
    ("an unclosed list", |n| format!("[{}", "a,\n".repeat(n)), &[ProblemKind::Syntax]),
    (
        "an unclosed mapping",
        |n| format!("{{{}", (0..n).map(|key| format!("k{key}: v,\n")).collect::<String>()),
        &[ProblemKind::Syntax],
    ),
    ("unclosed lists in a list", |n| "- [\n".repeat(n), &[ProblemKind::Syntax]),
    ("an unclosed tag", |n| format!("!<{}", "a".repeat(n)), &[ProblemKind::Syntax]),
    ("keys of one mapping", |n| (0..n).map(|key| format!("k{key}: v\n")).collect(), &[]),
    ("one key over and over", |n| "k: v\n".repeat(n), &[ProblemKind::DuplicateKey]),
    (
        "one key over and over, in braces",
        |n| format!("{{{}}}", "k: v, ".repeat(n)),
        &[ProblemKind::DuplicateKey],
    ),
    (
        "pairs of a key twice",
        |n| (0..n).map(|key| format!("k{}: v\n", key / 2)).collect(),
        &[ProblemKind::DuplicateKey],
    ),
    ("mappings with a key twice", |n| "- {a: 1, a: 2}\n".repeat(n), &[ProblemKind::DuplicateKey]),
    (
        "a key twice in every mapping of a mapping",
        |n| (0..n).map(|key| format!("k{key}: {{a: 1, a: 2}}\n")).collect(),
        &[ProblemKind::DuplicateKey],
    ),
    ("anchors", |n| (0..n).map(|name| format!("- &a{name} x\n")).collect(), &[]),
    ("aliases", |n| format!("- &a x\n{}", "- *a\n".repeat(n)), &[]),
    ("aliases of nothing", |n| "- *a\n".repeat(n), &[ProblemKind::UnknownAlias]),
    (
        "aliases of nothing under other names",
        |n| (0..n).map(|name| format!("- *a{name}\n")).collect(),
        &[ProblemKind::UnknownAlias],
    ),
    ("aliases of what they are in", |n| format!("&a [{}]", "*a, ".repeat(n)), &[ProblemKind::UnknownAlias]),
    ("tags of others", |n| "- !x y\n".repeat(n), &[ProblemKind::Tag]),
    ("lists as keys", |n| "- {[]: x}\n".repeat(n), &[ProblemKind::KeyNotText]),
    ("empty keys", |n| "- : x\n".repeat(n), &[ProblemKind::KeyNotText]),
    ("merges of nothing", |n| "- <<: x\n".repeat(n), &[ProblemKind::MergeOfNonMapping]),
    (
        "a list of merges of nothing",
        |n| format!("<<: [{}]", "x, ".repeat(n)),
        &[ProblemKind::MergeOfNonMapping],
    ),
    ("comments", |n| "# comment\n".repeat(n) + "a: 1\n", &[]),
    ("comments in a sequence", |n| "- # comment\n".repeat(n), &[]),
    ("blank lines in a block", |n| format!("a: |\n{}", "\n".repeat(n)), &[]),
    ("blank lines in a quoted value", |n| format!("a: \"{}\"", "\n".repeat(n)), &[]),
    ("blank lines in a plain value", |n| format!("a: b{}  c", "\n".repeat(n)), &[]),
    ("documents", |n| "---\na: 1\n".repeat(n), &[]),
    ("broken documents", |n| "---\na: [\n".repeat(n), &[ProblemKind::Syntax]),
    (
        "documents with a tab that indents nothing",
        |n| "---\na: |\n\t\nb: 1\n".repeat(n),
        &[ProblemKind::Syntax],
    ),
    ("ends of documents", |n| "...\n".repeat(n), &[]),
    ("colons", |n| ":".repeat(n), &[ProblemKind::Syntax]),
    ("colons with spaces", |n| "a: ".repeat(n), &[ProblemKind::Syntax]),
    ("lines without a colon", |n| format!("a: 1\n{}", "text\n".repeat(n)), &[ProblemKind::Syntax]),
    ("lines indented too far", |n| format!("a: 1\n{}", "  b: 1\n".repeat(n)), &[ProblemKind::Syntax]),
    (
        "a list that goes out of line",
        |n| format!("a:\n{} - x\n", "  - x\n".repeat(n)),
        &[ProblemKind::Syntax],
    ),
    ("question marks", |n| "?\n".repeat(n), &[ProblemKind::DuplicateKey, ProblemKind::KeyNotText]),
    ("question marks in brackets", |n| format!("[{}]", "? a, ".repeat(n)), &[]),
    ("pairs in brackets", |n| format!("[{}]", "a: b, ".repeat(n)), &[]),
    ("tags", |n| "!a ".repeat(n), &[ProblemKind::Syntax, ProblemKind::Tag]),
    ("percent signs", |n| "%".repeat(n), &[ProblemKind::Syntax]),
    ("directives", |n| "%X y\n".repeat(n), &[ProblemKind::Syntax]),
    (
        "directives of tags",
        |n| (0..n).map(|number| format!("%TAG !a{number}! b\n")).collect::<String>() + "--- a\n",
        &[],
    ),
    ("tabs", |n| "\t".repeat(n), &[]),
    ("lines of tabs", |n| format!("a:\n{}", "\tb: 1\n".repeat(n)), &[ProblemKind::TabIndentation]),
    (
        "control characters",
        |n| "a: \u{1}\u{7f}".to_owned() + &"b".repeat(n),
        &[ProblemKind::ControlCharacter],
    ),
    ("nothing but control characters", |n| "\u{1}".repeat(n), &[ProblemKind::ControlCharacter]),
    ("carriage returns", |n| "a\r".repeat(n), &[]),
    ("a byte order mark inside", |n| format!("a: 1\n\u{feff}b: {}", "x".repeat(n)), &[ProblemKind::Syntax]),
    ("byte order marks", |n| "\u{feff}".repeat(n), &[]),
    ("conflicts", |n| "<<<<<<< a\n=======\n>>>>>>> b\n".repeat(n), &[ProblemKind::ConflictMarkers]),
    ("halves of conflicts", |n| "<<<<<<< a\n".repeat(n), &[]),
    ("one long key", |n| format!("{}: b", "a".repeat(n)), &[ProblemKind::Syntax]),
    ("one long number", |n| "9".repeat(n), &[]),
    ("words that look like anchors", |n| "&".repeat(n), &[]),
    ("stars", |n| "*".repeat(n), &[ProblemKind::UnknownAlias]),
    (
        "many aliases of a big anchor",
        |n| format!("- &a [{}]\n{}", "x, ".repeat(1_000), "- *a\n".repeat(n)),
        &[ProblemKind::AliasBudget],
    ),
    ("a chain of aliases", |n| chain(n, "[x]", |link| format!("[*a{link}]")), &[ProblemKind::TooDeep]),
    (
        "a big mapping merged by many",
        |n| big_mapping() + &"- <<: *a\n".repeat(n),
        &[ProblemKind::AliasBudget],
    ),
    (
        "a big mapping merged many times by one",
        |n| format!("{}- <<: [{}]\n", big_mapping(), "*a, ".repeat(n)),
        &[ProblemKind::AliasBudget],
    ),
    (
        "a small mapping merged many times by one",
        |n| format!("- &a {{k: v}}\n- <<: [{}]\n", "*a, ".repeat(n)),
        &[],
    ),
    (
        "a chain of merges",
        |n| chain(n, "{k: v}", |link| format!("{{<<: *a{link}, k{link}: v}}")),
        &[ProblemKind::TooDeep],
    ),
    (
        "a hundred merges in merges",
        |_| format!("{}{}", "{<<: ".repeat(90), "}".repeat(90)),
        &[ProblemKind::MergeOfNonMapping],
    ),
];

/// Nodes of which each holds an alias of the one before.
fn chain(length: usize, first: &str, node: impl Fn(usize) -> String) -> String {
    let links = (0..length).map(|link| format!("- &a{} {}\n", link + 1, node(link)));
    std::iter::once(format!("- &a0 {first}\n")).chain(links).collect()
}

fn big_mapping() -> String {
    let entries: String = (0..1_000).map(|key| format!("k{key}: v, ")).collect();
    format!("- &a {{{entries}}}\n")
}

fn keys(count: usize) -> String {
    (0..count).map(|key| format!("k{key}: v\n")).collect()
}

#[test]
fn every_hostile_text_is_read_or_ends_with_the_problem_that_names_it() {
    for (name, make, expected) in REPEATED {
        let stream = read(&make(5_000));
        assert_eq!(kinds(&stream), *expected, "{name}");
        assert!(stream.problems().len() <= 100 * expected.len(), "{name} tells too much");
    }
}

#[test]
fn the_tab_of_another_document_is_not_blamed() {
    let stream = read("a: |\n\t\nb: 1\n---\nd:\n\tc: 1\n");
    let kinds: Vec<_> = stream.problems().iter().map(|problem| (problem.kind, problem.span.start)).collect();
    assert_eq!(kinds, [(ProblemKind::Syntax, 3), (ProblemKind::TabIndentation, 19)]);
}

#[test]
fn an_escape_of_any_length_is_told_as_it_stands() {
    for (text, escape) in [
        ("a: \"\\é\"", "\\é"),
        ("\"\\🙂x\"", "\\🙂"),
        ("\"\\\u{feff}\\t\"", "\\\u{feff}"),
        ("\"\\x\u{e9}1\"", "\\x"),
    ] {
        let stream = read(text);
        let [problem] = stream.problems() else { panic!("{text:?}: {:?}", stream.problems()) };
        assert_eq!(stream.source().slice(problem.span), escape, "{text:?}");
    }
}

#[test]
fn a_comment_that_a_tab_indents_is_not_swallowed_by_the_value_around_it() {
    for text in ["a: 1\n\t# c\n  2\n", "a: 1\n  # c\n  2\n", "a: 1\n\n\t\t#: 0\r\n  2\n", "- a\n\t#\n  b\n"] {
        assert_eq!(kinds(&read(text)), [ProblemKind::Syntax], "{text:?}");
    }
    assert_eq!(kinds(&read("a: 1#\n  2 #\n")), [], "a sign inside a line and a comment behind the value");
    assert_eq!(
        kinds(&read("a: 1\n  \u{a0}# c\n  2\n")),
        [],
        "behind a space that YAML does not know it is text"
    );
}

#[test]
fn a_whole_number_that_a_tag_makes_a_float_has_its_value() {
    let stream = read("!!float 0x1F");
    let number = stream.documents().next().map(yaml::from_node::<f64>);
    assert_eq!(number, Some(Ok(31.0)));
}

#[test]
fn an_unclosed_text_is_told_where_it_opens() {
    for (text, opens) in
        [("a: \"b\nc: d\n", "\""), ("a: [b,\n  c\n", "["), ("a: {b: c,\n", "{"), ("a: 'b\n", "'")]
    {
        let stream = read(text);
        let [problem] = stream.problems() else { panic!("{text:?}: {:?}", stream.problems()) };
        assert_eq!(stream.source().slice(problem.span), opens, "{text:?}");
        assert_eq!(stream.broken(), 1);
    }
}

#[test]
fn nesting_is_read_up_to_its_limit() {
    let flow = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let block = |levels| (0..levels).map(|level| format!("{}k:\n", " ".repeat(level))).collect::<String>();
    let compact = |levels| "- ".repeat(levels) + "x\n";
    for make in [&flow as &dyn Fn(usize) -> String, &block, &compact] {
        assert_eq!(kinds(&read(&make(100))), []);
        assert_eq!(kinds(&read(&make(101))), [ProblemKind::TooDeep]);
        assert_eq!(kinds(&read(&make(1_000))), [ProblemKind::TooDeep]);
    }
}

#[test]
fn nesting_counts_what_an_alias_reaches() {
    let text = |outer: usize| {
        let inner = format!("{}{}", "[".repeat(60), "]".repeat(60));
        format!("- &a {inner}\n- {}*a{}\n", "[".repeat(outer), "]".repeat(outer))
    };
    assert_eq!(kinds(&read(&text(39))), []);
    assert_eq!(kinds(&read(&text(40))), [ProblemKind::TooDeep]);
}

#[test]
fn aliases_are_read_up_to_a_million_values() {
    let bomb = chain(9, "[x]", |link| format!("[{}]", format!("*a{link}, ").repeat(10)));
    assert_eq!(kinds(&read(&bomb)), [ProblemKind::AliasBudget]);
    let sound = chain(4, "[x]", |link| format!("[{}]", format!("*a{link}, ").repeat(10)));
    assert_eq!(kinds(&read(&sound)), []);
}

#[test]
fn a_mapping_may_have_very_many_keys() {
    for count in [40_000, 160_000] {
        let stream = read(&keys(count));
        assert_eq!(kinds(&stream), []);
        let entries = stream.documents().filter_map(|document| Some(document.mapping()?.entries().count()));
        assert_eq!(entries.sum::<usize>(), count);
    }
}

#[test]
fn two_hundred_thousand_duplicate_keys_are_told_a_hundred_times() {
    let stream = read(&"k: v\n".repeat(200_000));
    assert_eq!(stream.problems().len(), 100);
    let last = stream.problems().iter().max_by_key(|problem| problem.message.len()).unwrap();
    assert!(last.message.ends_with("and 199,899 more of this kind follow in the file"), "{}", last.message);
}

#[test]
fn a_million_values_are_too_many() {
    let stream = read(&format!("[{}]", "a,".repeat(1_000_000)));
    assert_eq!(kinds(&stream), [ProblemKind::TooManyNodes]);
    assert_eq!((stream.documents().len(), stream.broken()), (0, 1));
}
