//! JSON Lines: each line is a document of its own, so that parts of a long text are read side by side.

use std::sync::Arc;

use rayon::prelude::*;

use super::{
    Limits,
    build::{Built, read_each_line},
    tree::Stream,
};
use crate::text::{Source, Span};

/// A part has at least so many bytes.
const PART: usize = 1 << 20;

/// Reads JSON Lines, each line a document; JSON is YAML. Places are those of the whole text, and lines
/// of white space count for nothing.
pub fn read_lines(source: Arc<Source>, limits: &Limits) -> Stream {
    read_in_parts(source, limits, PART)
}

fn read_in_parts(source: Arc<Source>, limits: &Limits, size: usize) -> Stream {
    let parts = parts(source.text(), size);
    if parts.len() > 1 {
        let read = parts.par_iter().map(|part| read_each_line(Arc::clone(&source), *part, limits));
        let read: Vec<Built> = read.collect();
        // Limits are those of the whole text, and so is the count of what is wrong in it.
        let is_whole = read.iter().all(|part| part.stream.problems().is_empty())
            && read.iter().map(|part| part.stream.nodes.len()).sum::<usize>() <= limits.nodes
            && read.iter().map(|part| part.expanded).sum::<usize>() <= limits.expanded;
        if is_whole {
            return Stream::joined(source, read.into_iter().map(|part| part.stream).collect());
        }
    }
    let whole = Span::new(0, source.text().len());
    read_each_line(source, whole, limits).stream
}

/// A text in parts of whole lines, each of at least a size but for the last.
fn parts(text: &str, size: usize) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let enough = text.as_bytes().get(start + size..);
        let end = enough.and_then(|rest| memchr::memchr(b'\n', rest)).map(|at| start + size + at + 1);
        let end = end.unwrap_or(text.len());
        parts.push(Span::new(start, end));
        start = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::yaml::Node;

    fn read(text: &str, limits: &Limits) -> (Stream, Stream) {
        let source = Arc::new(Source::new("rows.jsonl", text));
        let whole = Span::new(0, text.len());
        (read_in_parts(Arc::clone(&source), limits, 10_000), read_each_line(source, whole, limits).stream)
    }

    /// All that can be told of a stream.
    fn told(stream: &Stream) -> String {
        let spans: Vec<Span> = stream.documents().map(Node::span).collect();
        format!("{stream:?} {spans:?} {}", stream.broken())
    }

    /// Rows in which there is whatever a row can have.
    fn rows(other: &str) -> String {
        let mut text = String::new();
        for number in 0..500 {
            let _ = writeln!(
                text,
                "{{\"id\": \"INC-{number}\", \"title\": \"caf\\u00e9 \\\"{number}\\\"\", \"tags\": [a, {{b: {number}}}], x: &x [1, 2], y: *x}}\r"
            );
            if number == 200 {
                text += other;
            }
            if number % 100 == 0 {
                text += " \n";
            }
        }
        text
    }

    #[test]
    fn a_text_in_parts_is_what_it_is_as_a_whole() {
        let limits = Limits { depth: 100, nodes: 20_000, expanded: 20_000 };
        for other in ["", "{\"id\": 1, \"id\": 2}\n", "{\"id\": [\n", "\u{7}\n", "no object\n"] {
            let (parts, whole) = read(&rows(other), &limits);
            assert!(parts.documents().len() > 400 || other == "\u{7}\n");
            assert_eq!(parts.problems().is_empty(), other.is_empty() || other == "no object\n", "{other}");
            assert!(told(&parts) == told(&whole), "{other}");
        }
    }

    #[test]
    fn the_limits_are_those_of_the_whole_text() {
        let text = rows("");
        let all = read(&text, &Limits { depth: 100, nodes: 20_000, expanded: 20_000 }).1.nodes.len();
        for (nodes, expanded) in [(all - 1, 20_000), (20_000, all)] {
            let (parts, whole) = read(&text, &Limits { depth: 100, nodes, expanded });
            assert_eq!(parts.problems().len(), 1);
            assert!(told(&parts) == told(&whole));
        }
    }
}
