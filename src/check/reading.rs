//! What keeps a file from being read, or from being read with certainty.

use super::rule;
use crate::{
    corpus::{ReadFile, Reading},
    model::{Content, Draft, Finding, Place, Untested},
    text::{Encoding, Source, Span, Undecodable},
    yaml::{Kind, Node, Problem, ProblemKind, Stream},
};

/// The findings of one file.
pub(super) fn findings(file: &ReadFile<'_>) -> Vec<Finding> {
    match &file.reading {
        Reading::Markdown => Vec::new(),
        Reading::BrokenFrontMatter(source, problem) => {
            vec![of_problem(source, None, problem, Untested::File)]
        }
        Reading::Unread(content) => unread(file.path, content).into_iter().collect(),
        Reading::Yaml { stream, .. } => of_stream(stream),
    }
}

fn unread(path: &str, content: &Content) -> Option<Finding> {
    let draft = match content {
        Content::Text(_) => return None,
        Content::Unreadable(reason) => {
            Draft::new(rule("FILE-01"), Place::file(path), format!("the file cannot be read: {reason}")).help(
                "mend the rights, run the check again, or exclude the file in `probity.toml`".to_owned(),
            )
        }
        Content::TooLarge { size, limit } => {
            let mebibytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
            let message = format!(
                "the file has {} MiB, more than the limit of {} MiB",
                mebibytes(*size),
                mebibytes(*limit)
            );
            Draft::new(rule("FILE-03"), Place::file(path), message).help(
                "split records by month, keep them outside, or exclude the file in `probity.toml`".to_owned(),
            )
        }
        Content::Undecodable(undecodable) => of_encoding(path, undecodable),
    };
    Some(draft.untested(Some(Untested::File)).finish())
}

fn of_encoding(path: &str, undecodable: &Undecodable) -> Draft {
    match undecodable.encoding {
        Encoding::Utf16 | Encoding::Utf32 => {
            let name = if undecodable.encoding == Encoding::Utf16 { "UTF-16" } else { "UTF-32" };
            Draft::new(rule("FILE-02"), Place::file(path), format!("the file is {name} and not UTF-8"))
                .help("save it as UTF-8 (some programs call the present encoding `Unicode`)".to_owned())
                .fact("encoding", name)
        }
        Encoding::Other { byte, perhaps } => {
            let source = &undecodable.approximation;
            let end = undecodable.offset + char::REPLACEMENT_CHARACTER.len_utf8();
            let place = Place::within(source, Span::new(undecodable.offset, end));
            let guess = perhaps.map(|character| format!("`{character}` in Windows-1252"));
            Draft::new(rule("FILE-02"), place, format!("the byte 0x{byte:02X} is not UTF-8"))
                .label(guess)
                .help(
                    "save the file as UTF-8; if it is no text at all, exclude it in `probity.toml`"
                        .to_owned(),
                )
                .fact("byte", format!("0x{byte:02X}"))
        }
    }
}

/// The findings of one text.
pub(super) fn of_stream(stream: &Stream) -> Vec<Finding> {
    let source = stream.source();
    // If the file holds no other document, the file is what was not tested.
    let left = stream.documents().any(|document| document.mapping().is_some());
    let lost = if left { Untested::Document } else { Untested::File };
    let id = stream.documents().next().and_then(identity);
    let mut findings: Vec<Finding> =
        stream.problems().iter().map(|problem| of_problem(source, id, problem, lost)).collect();
    findings.extend(no_document(stream, lost));
    findings
}

/// What tells a mistake from others of its kind in a file, wherever in the file it stands.
fn line_at(source: &Source, span: Span) -> String {
    source.line(source.position(span.start).line).trim().chars().take(80).collect()
}

fn identity(document: Node<'_>) -> Option<&str> {
    document.mapping()?.get("id")?.text().filter(|id| !id.is_empty())
}

fn of_problem(source: &Source, id: Option<&str>, problem: &Problem, lost: Untested) -> Finding {
    let place = Place::within(source, problem.span);
    let mut draft = Draft::new(rule(rule_of(problem.kind)), place, &*problem.message)
        .label(problem.label.clone())
        .help(problem.help.clone())
        .untested(problem.fatal.then_some(lost));
    if let Some(path) = &problem.path {
        draft = draft.field(path.to_string(), path.stable());
    }
    if let Some(id) = id {
        draft = draft.subject(id);
    }
    for (name, value) in &problem.facts {
        draft = draft.fact(name, value);
    }
    if problem.facts.is_empty() {
        draft = draft.fact("line", line_at(source, problem.span));
    }
    for (span, says) in &problem.related {
        draft = draft.note(Place::within(source, *span), says);
    }
    draft.finish()
}

/// A file, or one of several documents in it, that is no mapping.
fn no_document(stream: &Stream, lost: Untested) -> Vec<Finding> {
    let source = stream.source();
    if stream.documents().all(Node::is_null) {
        // What could not be read may well be a document.
        if stream.broken() > 0 {
            return Vec::new();
        }
        let empty = source.text().trim_start_matches('\u{feff}').trim().is_empty();
        let message = if empty { "the file is empty" } else { "the file holds comments and no document" };
        let help = "write the document, delete the file, or exclude it in `probity.toml`".to_owned();
        let draft = Draft::new(rule("FILE-07"), Place::file(source.name()), message).help(help);
        return vec![draft.untested(Some(lost)).finish()];
    }
    let several = stream.documents().len() + stream.broken() > 1;
    stream
        .documents()
        .filter_map(|document| {
            let span = document.span();
            let (what, help) = match document.kind() {
                Kind::Mapping(_) => return None,
                Kind::Scalar(scalar) if scalar.is_null() => return None,
                Kind::Sequence(_) => ("a list", "put the list under a key, or write it as a collection: `collection: risk` and `entries:`"),
                Kind::Scalar(scalar) if glued_colon(scalar.text) => ("a text", "put a space after each colon"),
                Kind::Scalar(_) => ("a text", "write it as `key: value` lines, or exclude the file in `probity.toml`"),
            };
            let whole = if several { "the document" } else { "the file" };
            let message = format!("{whole} is {what}, and a document is a mapping of keys and values");
            let first_line = source.slice(span).lines().next().unwrap_or_default().len();
            let place = Place::within(source, Span::new(span.start as usize, span.start as usize + first_line));
            let draft = Draft::new(rule("FILE-07"), place, message).help(help.to_owned());
            Some(draft.fact("line", line_at(source, span)).untested(Some(lost)).finish())
        })
        .collect()
}

/// `type:policy`, which reads as a text although a key was meant.
fn glued_colon(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| {
        word.split_once(':').is_some_and(|(key, rest)| {
            !key.is_empty()
                && !rest.is_empty()
                && !rest.starts_with('/')
                && key.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

fn rule_of(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Syntax => "YAML-01",
        ProblemKind::TabIndentation => "YAML-02",
        ProblemKind::UnclosedQuote => "YAML-03",
        ProblemKind::ConflictMarkers => "YAML-04",
        ProblemKind::ControlCharacter => "YAML-05",
        ProblemKind::DuplicateKey => "YAML-06",
        ProblemKind::KeyNotText => "YAML-07",
        ProblemKind::UnknownAlias => "YAML-08",
        ProblemKind::MergeOfNonMapping => "YAML-09",
        ProblemKind::Tag => "YAML-10",
        ProblemKind::TooDeep => "YAML-11",
        ProblemKind::TooManyNodes => "YAML-12",
        ProblemKind::AliasBudget => "YAML-13",
        ProblemKind::UnclosedFrontMatter => "YAML-14",
    }
}
