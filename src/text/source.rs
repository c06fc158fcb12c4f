//! A text with a name, and the conversion from byte offsets to lines and columns.

use std::sync::OnceLock;

/// A half-open range of bytes in a [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, and without, `end`.
    ///
    /// # Panics
    ///
    /// If an offset does not fit 32 bits; every text is far below that by the limit on file size.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |value| u32::try_from(value).expect("files above 16 MiB are not read");
        Self { start: offset(start), end: offset(end) }
    }

    /// An empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The same span as a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from one. A line ends with LF, CRLF or a lone CR, as in YAML.
    pub line: u32,
    /// Column, from one, in characters (Unicode scalar values). A byte order mark at the start
    /// of the text is not counted.
    pub column: u32,
}

/// A text under the name by which it is shown.
#[derive(Debug)]
pub struct Source {
    name: Box<str>,
    text: Box<str>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// Gives `text` the `name` by which findings will call it, a path relative to the root.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The path relative to the root, with forward slashes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, with its byte order mark if it has one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The position of a byte. An offset inside a character belongs to that character, one past
    /// the end to the end.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_start(line);
        let end = self.text.floor_char_boundary((offset as usize).min(self.text.len())).max(start);
        let column = self.text[start..end].chars().count();
        Position { line: count(line + 1), column: count(column + 1) }
    }

    /// How many lines the text has; a last line without a line end counts, an empty one does not.
    pub fn line_count(&self) -> usize {
        let starts = self.line_starts();
        starts.len() - usize::from(starts.last().is_some_and(|start| *start as usize == self.text.len()))
    }

    /// A line by its number from one, without its line end; empty where there is no such line.
    pub fn line(&self, number: u32) -> &str {
        let span = self.line_span(number);
        self.slice(span)
    }

    /// The span of a line by its number from one, without its line end and without a byte order
    /// mark; empty at the end of the text where there is no such line.
    pub fn line_span(&self, number: u32) -> Span {
        let index = (number as usize).saturating_sub(1);
        if index >= self.line_starts().len() {
            return Span::at(self.text.len());
        }
        let start = self.line_start(index);
        let end = self.line_starts().get(index + 1).map_or(self.text.len(), |next| *next as usize);
        let line = self.text[start..end].trim_end_matches(['\r', '\n']);
        Span::new(start, start + line.len())
    }

    /// The index, from zero, of the line that holds a byte.
    fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> usize {
        let start = self.line_starts()[line] as usize;
        if start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let after_break = memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|at| {
                let first_half = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
                (!first_half).then(|| count(at + 1))
            });
            std::iter::once(0).chain(after_break).collect()
        })
    }
}

fn count(value: usize) -> u32 {
    u32::try_from(value).expect("files above 16 MiB are not read")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The position of the first `needle` in `text`, as (line, column).
    fn position_of(needle: &str, text: &str) -> (u32, u32) {
        let offset = text.find(needle).expect("the text holds the needle");
        let position = Source::new("test", text).position(count(offset));
        (position.line, position.column)
    }

    #[test]
    fn lines_and_columns_start_at_one() {
        assert_eq!(position_of("a", "a: 1\n"), (1, 1));
        assert_eq!(position_of("b", "a: 1\nb: 2\n"), (2, 1));
        assert_eq!(position_of("2", "a: 1\nb: 2\n"), (2, 4));
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_eq!(position_of("x", "名前: x"), (1, 5), "CJK: two characters of three bytes");
        assert_eq!(position_of("x", "🙂👍: x"), (1, 5), "emoji: two characters of four bytes");
        assert_eq!(position_of("x", "e\u{301}: x"), (1, 5), "a combining mark is a character of its own");
        assert_eq!(
            position_of("x", "👨\u{200d}👩\u{200d}👧: x"),
            (1, 8),
            "a joined family is five characters"
        );
        assert_eq!(position_of("x", "é: x"), (1, 4), "one character of two bytes");
    }

    #[test]
    fn every_line_end_of_yaml_counts_once() {
        assert_eq!(position_of("b", "a: 1\r\nb: 2\r\n"), (2, 1), "CRLF");
        assert_eq!(position_of("b", "a: 1\rb: 2\r"), (2, 1), "CR");
        assert_eq!(position_of("c", "a\r\n\r\nc"), (3, 1), "an empty line between");
        assert_eq!(position_of("b", "a\u{2028}b"), (1, 3), "a Unicode line separator is no line end");
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        assert_eq!(position_of("a", "\u{feff}a: 1"), (1, 1));
        assert_eq!(position_of("1", "\u{feff}a: 1"), (1, 4));
        assert_eq!(position_of("b", "\u{feff}a: 1\nb: 2"), (2, 1));
        let source = Source::new("test", "\u{feff}a");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn the_end_of_the_text_has_a_position() {
        let source = Source::new("test", "a: 1\n");
        assert_eq!(source.position(5), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 2, column: 1 });
        assert_eq!(Source::new("test", "").position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn an_offset_inside_a_character_belongs_to_it() {
        let source = Source::new("test", "aé b");
        assert_eq!(source.position(2), source.position(1));
    }

    #[test]
    fn lines_come_without_their_ends() {
        let source = Source::new("test", "\u{feff}one\r\ntwo\rthree\n");
        assert_eq!((1..=4).map(|line| source.line(line)).collect::<Vec<_>>(), ["one", "two", "three", ""]);
        assert_eq!(source.line_count(), 3);
        assert_eq!(source.line(99), "");
        assert_eq!(Source::new("test", "no end").line_count(), 1);
    }

    #[test]
    fn a_span_joins_another_and_slices_its_text() {
        let source = Source::new("test", "key: value");
        let joined = Span::new(0, 3).to(Span::new(5, 10));
        assert_eq!(source.slice(joined), "key: value");
        assert_eq!(source.slice(Span::new(5, 99)), "", "a span that does not fit");
    }
}
