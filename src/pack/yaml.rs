//! One document alone as YAML: out of a file that holds others, too, or with something taken out.

use std::fmt::Write as _;

use crate::yaml::{Form, Kind, Mapping, Node, Style};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As it stands, without quotes.
    Plain(String),
    /// As a text.
    Text(String),
    /// One after the other.
    List(Vec<Written>),
    /// Fields with values.
    Fields(Vec<(String, Written)>),
}

impl Written {
    /// A value as it was written; aliases stand for what they mean.
    pub(super) fn of(node: Node<'_>) -> Self {
        match node.kind() {
            Kind::Scalar(scalar) => {
                let is_plain = scalar.style == Style::Plain && !scalar.text.contains('\n');
                match scalar.form() {
                    Form::Null => Self::Plain(scalar.text.to_owned()),
                    Form::Text if !is_plain || scalar.text.is_empty() => Self::Text(scalar.text.to_owned()),
                    Form::Text | Form::Bool(_) | Form::Integer | Form::Float => {
                        Self::Plain(scalar.text.to_owned())
                    }
                }
            }
            Kind::Sequence(list) => Self::List(list.items().map(Self::of).collect()),
            Kind::Mapping(mapping) => Self::Fields(fields(mapping)),
        }
    }

    /// As a whole text.
    pub(super) fn as_text(&self) -> String {
        let mut text = String::new();
        match self {
            Self::Fields(fields) if !fields.is_empty() => write_fields(&mut text, fields, 0),
            Self::List(list) if !list.is_empty() => write_list(&mut text, list, 0),
            single => {
                write_single(&mut text, single, 0);
                text.push('\n');
            }
        }
        text
    }
}

fn fields(mapping: Mapping<'_>) -> Vec<(String, Written)> {
    let named =
        |(key, value): (Node<'_>, Node<'_>)| (key.text().unwrap_or_default().to_owned(), Written::of(value));
    mapping.entries().map(named).collect()
}

fn write_fields(text: &mut String, fields: &[(String, Written)], depth: usize) {
    for (number, (key, value)) in fields.iter().enumerate() {
        // The first one may stand behind the dash of a list.
        if number > 0 || text.is_empty() || text.ends_with('\n') {
            indent(text, depth);
        }
        let is_plain = !key.is_empty()
            && key.chars().all(|character| character.is_ascii_alphanumeric() || "_-".contains(character))
            && key.starts_with(|first: char| first.is_ascii_alphabetic())
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
                .contains(&key.to_ascii_lowercase().as_str());
        if is_plain {
            text.push_str(key);
        } else {
            text.push_str(&quoted(key));
        }
        text.push(':');
        write_behind(text, value, depth);
    }
}

fn write_list(text: &mut String, list: &[Written], depth: usize) {
    for value in list {
        indent(text, depth);
        text.push('-');
        match value {
            Written::Fields(fields) if !fields.is_empty() => {
                text.push(' ');
                write_fields(text, fields, depth + 1);
            }
            value => write_behind(text, value, depth),
        }
    }
}

/// A value behind a key or a dash.
fn write_behind(text: &mut String, value: &Written, depth: usize) {
    match value {
        Written::Fields(fields) if !fields.is_empty() => {
            text.push('\n');
            write_fields(text, fields, depth + 1);
        }
        Written::List(list) if !list.is_empty() => {
            text.push('\n');
            write_list(text, list, depth + 1);
        }
        Written::Plain(nothing) if nothing.is_empty() => text.push('\n'),
        single => {
            text.push(' ');
            write_single(text, single, depth + 1);
            text.push('\n');
        }
    }
}

fn write_single(text: &mut String, value: &Written, depth: usize) {
    match value {
        Written::Plain(plain) => text.push_str(plain),
        Written::Text(long) if is_block(long) => {
            text.push_str(if long.ends_with('\n') { "|" } else { "|-" });
            for line in long.strip_suffix('\n').unwrap_or(long).split('\n') {
                text.push('\n');
                if !line.is_empty() {
                    indent(text, depth);
                    text.push_str(line);
                }
            }
        }
        Written::Text(id) if is_id(id) => text.push_str(id),
        Written::Text(short) => text.push_str(&quoted(short)),
        Written::List(_) => text.push_str("[]"),
        Written::Fields(_) => text.push_str("{}"),
    }
}

/// Whether a text is an id, which means the same without quotes.
fn is_id(text: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.contains('-')
        && text.chars().all(plain)
}

/// Whether a text of several lines can stand as a block, and be read back as it is.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let plain = |character: char| {
        character == '\n'
            || !character.is_control()
                && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{feff}')
    };
    body.contains('\n')
        && !body.starts_with(['\n', ' '])
        && !body.ends_with('\n')
        && body.chars().all(plain)
        && !body.split('\n').any(|line| !line.is_empty() && line.trim().is_empty())
}

/// A text between quotes, with the escapes that JSON has, and those of what some readers take for the end of a line.
fn quoted(text: &str) -> String {
    let mut shown = serde_json::Value::from(text).to_string();
    for character in ['\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'] {
        shown = shown.replace(character, &format!("\\u{:04x}", u32::from(character)));
    }
    shown
}

fn indent(text: &mut String, depth: usize) {
    let _ = write!(text, "{:1$}", "", depth * 2);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        corpus::plain,
        text::Source,
        yaml::{Limits, read},
    };

    fn reads_back(text: &str) -> String {
        let stream = read(Arc::new(Source::new("a.yaml", text)), &Limits::default());
        let node = stream.documents().next().unwrap();
        let written = Written::of(node).as_text();
        let again = read(Arc::new(Source::new("b.yaml", written.clone())), &Limits::default());
        assert_eq!(again.problems(), [], "{written}");
        assert_eq!(plain(again.documents().next().unwrap()), plain(node), "{written}");
        written
    }

    #[test]
    fn what_is_written_means_the_same_when_it_is_read() {
        let text = "id: A-1\nversion: \"1.0\"\nnone:\nwhole: 012\nyes: no\n\"a: b\": 'it''s'\nlist: [a, {b: c, d: [1, 2]}, []]\n\
                    long: |\n  one\n    two\n\n  three\nfolded: >-\n  a\n  b\nempty: ''\nodd: \"\\u2028x\\ty \"\n\
                    deep: {a: {b: {c: \"- x\"}}}\nat: 2026-01-01T10:00:00+01:00\n";
        assert_eq!(
            reads_back(text),
            "id: A-1\nversion: \"1.0\"\nnone:\nwhole: 012\n\"yes\": no\n\"a: b\": \"it's\"\nlist:\n  - a\n  - b: c\n    d:\n      - 1\n      - 2\n  - []\n\
             long: |\n  one\n    two\n\n  three\nfolded: \"a b\"\nempty: \"\"\nodd: \"\\u2028x\\ty \"\n\
             deep:\n  a:\n    b:\n      c: \"- x\"\nat: 2026-01-01T10:00:00+01:00\n"
        );
    }

    #[test]
    fn an_alias_stands_for_what_it_means_and_an_odd_text_for_itself() {
        reads_back("a: &x {k: v}\nb: *x\nc: {<<: *x, l: m}\n");
        for text in [
            "\\n a\\nb",
            "a\\n\\n",
            "a\\nb\\n\\n",
            " \\n",
            "a\\n \\nb",
            "---\\n...\\nx",
            "# a\\n- b",
            "\\ta\\nb",
            "a\\r\\nb",
        ] {
            reads_back(&format!("a: {{b: [\"{text}\", c]}}\n"));
        }
    }
}
