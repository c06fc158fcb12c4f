//! How a text is written so that readers of YAML 1.1 and of 1.2 get it back as it was.

use std::fmt::Write as _;

use crate::text::is_unsafe;

/// Words that some reader takes for something else than text when they stand without quotes.
const TAKEN: [&str; 11] = ["y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// A text as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// On the line of its key.
    Line(String),
    /// In a block of its own: the sign behind the key, and the lines below it.
    Block(&'static str, Vec<String>),
}

/// A text behind a key, where so many columns are left on its line, and in a block below it.
pub(super) fn written(text: &str, on_line: usize, in_block: usize) -> Written {
    if let Some(lines) = literal(text) {
        return Written::Block("|-", lines);
    }
    if text.chars().count() > on_line
        && let Some(lines) = folded(text, in_block)
    {
        return Written::Block(">-", lines);
    }
    Written::Line(if is_plain(text) { text.to_owned() } else { quoted(text) })
}

/// A text between brackets, with others.
pub(super) fn in_brackets(text: &str) -> String {
    let plain = is_plain(text) && !text.contains([',', '[', ']', '{', '}', '?']);
    if plain { text.to_owned() } else { quoted(text) }
}

/// Whether a text may stand without quotes: it begins with a letter, says nothing that has a meaning of its
/// own, and holds no sign that could end it.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(char::is_whitespace)
        && !text.contains([':', '#'])
        && !text.contains(is_hidden)
        && !TAKEN.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Between quotes, on one line. Double ones can hold every text; single ones read better around double ones
/// and backslashes.
fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains(is_hidden) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut line = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\t' => line.push_str("\\t"),
            '\r' => line.push_str("\\r"),
            hidden if is_hidden(hidden) => {
                let _ = match u32::from(hidden) {
                    code @ 0..=0xFF => write!(line, "\\x{code:02X}"),
                    code @ 0x100..=0xFFFF => write!(line, "\\u{code:04X}"),
                    code => write!(line, "\\U{code:08X}"),
                };
            }
            shown => line.push(shown),
        }
    }
    line.push('"');
    line
}

/// The lines of a text that has several, if a block keeps them as they are.
fn literal(text: &str) -> Option<Vec<String>> {
    let kept = text.contains('\n')
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.contains(|character| character != '\n' && is_hidden(character));
    let lines = || text.split('\n');
    let blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    (kept && !lines().any(blank)).then(|| lines().map(str::to_owned).collect())
}

/// The lines of a long text without lines of its own, broken at single spaces, which readers join again.
fn folded(text: &str, room: usize) -> Option<Vec<String>> {
    let edges = |edge: char| edge.is_whitespace();
    if text.starts_with(edges) || text.ends_with(edges) || text.contains(is_hidden) {
        return None;
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a first line");
        let is_long = line.chars().count() + 1 + word.chars().count() > room;
        // No line may begin or end with a space: next to an empty word there are two or more.
        let ends = !line.is_empty() && !line.ends_with(char::is_whitespace);
        let begins = !word.is_empty() && !word.starts_with(char::is_whitespace);
        if is_long && ends && begins {
            lines.push(word.to_owned());
        } else if line.is_empty() {
            line.push_str(word);
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    Some(lines)
}

/// Whether a character would be lost, act on a reader, or be one that YAML does not allow as it is.
fn is_hidden(character: char) -> bool {
    let code = u32::from(character);
    let never_a_character = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
    is_unsafe(character) || character.is_control() || never_a_character
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        match written(text, 80, 80) {
            Written::Line(line) => line,
            Written::Block(sign, lines) => panic!("{sign} {lines:?}"),
        }
    }

    #[test]
    fn what_a_reader_would_take_for_something_else_is_quoted() {
        for text in [
            "no",
            "Yes",
            "ON",
            "null",
            "8.10",
            "2026-11-18",
            "12:30",
            "0x1F",
            "1_000",
            "~",
            "",
            "=",
            "<<",
            "y",
            ".inf",
        ] {
            assert_eq!(line(text), format!("\"{text}\""));
        }
        for text in ["SLA-003", "not", "Übung im März", "evidence/minutes.md", "it's said, so it is (twice)"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn signs_of_the_language_are_quoted() {
        for text in ["a: b", "a #b", "- a", "* a", "[a]", " a", "a ", "v1:sha256:0"] {
            assert_eq!(line(text), format!("\"{text}\""));
        }
        assert_eq!(line("say \"no\""), "say \"no\"");
        assert_eq!(line("\"no\", it's said"), "'\"no\", it''s said'");
        assert_eq!(line("a\tb"), "\"a\\tb\"");
        assert_eq!(line("a\u{202e}b\u{0}"), "\"a\\u202Eb\\x00\"");
        assert_eq!(in_brackets("a, b"), "\"a, b\"");
    }

    #[test]
    fn long_texts_are_folded_and_lines_are_kept() {
        let Written::Block(sign, lines) = written("one two three  four five", 9, 9) else {
            panic!("a block")
        };
        assert_eq!((sign, lines), (">-", ["one two", "three  four", "five"].map(str::to_owned).to_vec()));
        let Written::Block(sign, lines) = written("one\n\n  two", 80, 80) else { panic!("a block") };
        assert_eq!((sign, lines), ("|-", ["one", "", "  two"].map(str::to_owned).to_vec()));
        assert_eq!(written("one\n", 80, 80), Written::Line("\"one\\n\"".to_owned()));
    }
}
