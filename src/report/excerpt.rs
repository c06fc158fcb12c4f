//! The lines of a source around some places, made safe to show.
//!
//! miette draws from a text and offsets into it. It gets a text of its own: only the lines that are
//! needed, each [`safe`] and cut to a bearable length, with the offsets moved accordingly, and the
//! line and column of the true source. Without this, an escape sequence in a document would reach
//! the terminal, and a line of a megabyte would be drawn whole.

use std::collections::{BTreeMap, BTreeSet};

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthStr;

use crate::{
    model::Range,
    text::{Source, safe, safe_line},
};

/// Columns that miette draws beside a line: its number, a bar, spaces.
const MARGIN: usize = 12;
/// Columns of a line that are shown however narrow the terminal.
const NARROWEST: usize = 30;

/// Lines above and below a place.
pub(super) const CONTEXT: usize = 1;

/// Part of a source, ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    labels: Vec<LabeledSpan>,
    /// Where each label begins in the text, with its true column, from zero.
    columns: BTreeMap<usize, usize>,
}

/// A place and what is said of it, with its number among all.
type Numbered<'p> = (usize, &'p (Range, Option<String>));

#[derive(Debug)]
struct Line {
    /// From one.
    number: u32,
    /// In the text of the excerpt; the end is that of the line without its line feed.
    start: usize,
    end: usize,
}

impl Excerpt {
    /// The lines around the places, the first of which is the main one, to be drawn in `width`
    /// columns. A place of several lines is shown by its first.
    pub(super) fn new(source: &Source, places: &[(Range, Option<String>)], width: usize) -> Self {
        let width = width.saturating_sub(MARGIN).max(NARROWEST);
        let last = u32::try_from(source.line_count()).unwrap_or(u32::MAX).max(1);
        let context = u32::try_from(CONTEXT).expect("a small number");
        let numbers: BTreeSet<u32> = places
            .iter()
            .flat_map(|(range, _)| {
                let line = range.start.line.min(last);
                line.saturating_sub(context).max(1)..=(line + context).min(last)
            })
            .collect();
        let mut excerpt = Self {
            name: safe_line(source.name()).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            columns: BTreeMap::new(),
        };
        for number in numbers {
            let on_line =
                places.iter().enumerate().filter(|(_, (range, _))| range.start.line.min(last) == number);
            excerpt.add_line(source, number, &on_line.collect::<Vec<_>>(), width);
        }
        excerpt
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().cloned()
    }

    fn add_line(&mut self, source: &Source, number: u32, places: &[Numbered<'_>], width: usize) {
        let columns = places.iter().map(|(_, (range, _))| range.start.column as usize - 1);
        // Of a very long line, only what may be shown is looked at.
        let skipped = columns.min().unwrap_or(0).saturating_sub(width);
        let mut characters: Vec<Shown> =
            source.line(number).chars().skip(skipped).take(3 * width).map(Shown::new).collect();
        let (from, to) = window(&characters, places, skipped, width);
        let cut = to < characters.len();
        characters.truncate(to);
        let start = self.text.len();
        if skipped + from > 0 {
            self.text.push('…');
        }
        // Where each shown character begins, in the text of the excerpt.
        let mut offsets = Vec::with_capacity(to - from + 1);
        for character in &characters[from..] {
            offsets.push(self.text.len());
            self.text.push_str(&character.text);
        }
        offsets.push(self.text.len());
        if cut {
            self.text.push('…');
        }
        self.lines.push(Line { number, start, end: self.text.len() });
        self.text.push('\n');
        let offset_of = |column: u32| {
            let column = (column as usize - 1).saturating_sub(skipped).clamp(from, to);
            offsets[column - from]
        };
        for (index, (range, label)) in places {
            let begin = offset_of(range.start.column);
            let end = if range.end.line == range.start.line {
                offset_of(range.end.column)
            } else {
                offsets[to - from]
            };
            let span = (begin, end - begin);
            self.columns.entry(begin).or_insert(range.start.column as usize - 1);
            self.labels.push(if *index == 0 {
                LabeledSpan::new_primary_with_span(label.clone(), span)
            } else {
                LabeledSpan::new_with_span(label.clone(), span)
            });
        }
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    /// How many of the lines beside one, in one direction, follow each other in the source.
    fn adjacent(&self, from: usize, wanted: usize, forward: bool) -> usize {
        let mut at = from;
        for _ in 0..wanted {
            let next = if forward { at + 1 } else { at.wrapping_sub(1) };
            let follows =
                self.lines.get(next).is_some_and(|line| line.number.abs_diff(self.lines[at].number) == 1);
            if !follows {
                break;
            }
            at = next;
        }
        at
    }
}

/// A character made safe, and the columns it takes.
struct Shown {
    text: String,
    columns: usize,
}

impl Shown {
    fn new(character: char) -> Self {
        let text = safe(character.encode_utf8(&mut [0; 4])).into_owned();
        // miette draws a tab as four spaces.
        let columns = if character == '\t' { 4 } else { text.width() };
        Self { text, columns }
    }
}

/// The characters of a line to show, first and one past the last: all that fit, cut at the left
/// where the first place, or what is said of it, would be pushed out of sight.
fn window(characters: &[Shown], places: &[Numbered<'_>], skipped: usize, width: usize) -> (usize, usize) {
    let columns = |part: &[Shown]| part.iter().map(|character| character.columns).sum::<usize>();
    let starts =
        places.iter().map(|(_, (range, _))| (range.start.column as usize - 1).saturating_sub(skipped));
    let first = starts.min().unwrap_or(0).min(characters.len());
    let labels = places.iter().filter_map(|(_, (_, label))| label.as_deref());
    let said = labels.map(UnicodeWidthStr::width).max().unwrap_or(0).clamp(width / 3, width);
    let mut from = 0;
    if skipped > 0 || columns(&characters[..first]) + said > width {
        let mut room = width - said;
        from = first;
        while from > 0 && characters[from - 1].columns <= room {
            from -= 1;
            room -= characters[from].columns;
        }
    }
    let mut room = width;
    let shown = characters[from..].iter().take_while(|character| {
        let fits = character.columns <= room;
        room = room.saturating_sub(character.columns);
        fits
    });
    (from, from + shown.count())
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        if self.lines.is_empty() || end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = self.adjacent(self.line_at(span.offset()), before, false);
        let last = self.adjacent(self.line_at(end), after, true);
        // With no lines around it, miette asks for the place itself, and shows its column.
        let start = if before == 0 { span.offset() } else { self.lines[first].start };
        let column = if before == 0 { self.columns.get(&span.offset()).copied().unwrap_or(0) } else { 0 };
        let stop = if after == 0 { end } else { (self.lines[last].end + 1).min(self.text.len()) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[start..stop.max(start)],
            (start, stop.max(start) - start).into(),
            self.lines[first].number as usize - 1,
            column,
            last + 1 - first,
        )))
    }
}
