//! Any bytes at all through the reader: it must end, must not panic, its places must fit the
//! text, and where a second reader accepts the text too, both must have read the same.
//!
//! From the root of the repository:
//!
//! ```sh
//! mkdir -p tests/fuzz/corpus/read_yaml
//! cargo +nightly fuzz run --fuzz-dir tests/fuzz read_yaml tests/fuzz/corpus/read_yaml tests/fuzz/seeds
//! ```
//!
//! What it finds worth keeping goes to the first of the two folders, which is not committed.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use probity::{
    text::{self, Source},
    yaml::{self, Limits, Stream},
};

#[path = "../../support/yaml_agreement.rs"]
mod yaml_agreement;
#[path = "../../support/yaml_places.rs"]
mod yaml_places;

use yaml_agreement::Agreement;

/// Low enough that a text which reaches them is small and quick.
const LIMITS: Limits = Limits { depth: 40, nodes: 20_000, expanded: 20_000 };

fuzz_target!(|bytes: &[u8]| {
    let source = match text::decode("fuzz.yaml", bytes.to_vec()) {
        Ok(source) => Arc::new(source),
        Err(undecodable) => {
            undecodable.approximation.position(u32::try_from(undecodable.offset).expect("inputs are short"));
            return;
        }
    };
    let stream = yaml::read(Arc::clone(&source), &LIMITS);
    check(&stream);
    if stream.problems().is_empty()
        && let Agreement::Differ(difference) = yaml_agreement::compare(&stream)
    {
        panic!("{difference}");
    }
    match yaml::front_matter(&source) {
        None => {}
        Some(Err(problem)) => yaml_places::check_problem(&source, &problem).expect("its place fits the text"),
        Some(Ok(parts)) => {
            assert!(parts.yaml.end <= parts.body.start && parts.body.end as usize == source.text().len());
            assert!(
                source.text().get(parts.yaml.range()).is_some()
                    && source.text().get(parts.body.range()).is_some()
            );
            check(&yaml::read_within(Arc::clone(&source), parts.yaml, &LIMITS));
        }
    }
    show(&source);
});

fn check(stream: &Stream) {
    if let Err(wrong) = yaml_places::check(stream) {
        panic!("{wrong}");
    }
    for problem in stream.problems() {
        assert!(
            !problem.message.is_empty() && text::safe(&problem.message) == problem.message,
            "{problem:?}"
        );
        let position = stream.source().position(problem.span.start);
        assert!(position.line > 0 && position.column > 0);
        if let Some(path) = &problem.path {
            let _ = (path.to_string(), path.stable());
        }
    }
    assert_eq!(stream.broken() > 0, stream.problems().iter().any(|problem| problem.fatal));
    for document in stream.documents() {
        let value = yaml::from_node::<serde_json::Value>(document);
        if stream.problems().is_empty() {
            assert_eq!(value.ok(), Some(yaml_places::json(document)));
        }
    }
}

/// What a person is shown of a text has no character that acts on a terminal, and fits a line.
fn show(source: &Source) {
    for number in 1..=u32::try_from(source.line_count()).expect("inputs are short") {
        let line = source.line(number);
        let harmless =
            |text: &str| !text.chars().any(|shown| shown.is_control() && !matches!(shown, '\n' | '\t'));
        assert!(harmless(&text::safe(line)));
        let quoted = text::quoted(line);
        assert!(harmless(&quoted) && !quoted.contains('\n'));
    }
}
