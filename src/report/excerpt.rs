//! The lines of a source around some places, made safe to show.
//!
//! miette draws from a text and offsets into it. It gets a text of its own: only the lines that are
//! needed, each [`safe`] and cut to a bearable length, with the offsets moved accordingly, and the
//! line and column of the true source. Without this, an escape sequence in a document would reach
//! the terminal, and a line of a megabyte would be drawn whole.

use std::collections::{BTreeMap, BTreeSet};

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::{
    model::Range,
    text::{Source, safe},
};

/// Characters shown of a line, and of what stands before the first place in a longer one.
const LONGEST_LINE: usize = 160;
const BEFORE: usize = 60;

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

#[derive(Debug)]
struct Line {
    /// From one.
    number: u32,
    /// In the text of the excerpt; the end is that of the line without its line feed.
    start: usize,
    end: usize,
}

impl Excerpt {
    /// The lines around the places, the first of which is the main one. A place of several lines is
    /// shown by its first.
    pub(super) fn new(source: &Source, places: &[(Range, Option<String>)]) -> Self {
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
            name: safe(source.name()).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            columns: BTreeMap::new(),
        };
        for number in numbers {
            let on_line =
                places.iter().enumerate().filter(|(_, (range, _))| range.start.line.min(last) == number);
            excerpt.add_line(source, number, &on_line.collect::<Vec<_>>());
        }
        excerpt
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().cloned()
    }

    fn add_line(&mut self, source: &Source, number: u32, places: &[(usize, &(Range, Option<String>))]) {
        let characters: Vec<char> = source.line(number).chars().collect();
        let column = |range: &Range| (range.start.column as usize - 1).min(characters.len());
        let first = places.iter().map(|(_, (range, _))| column(range)).min().unwrap_or(0);
        let from = if characters.len() > LONGEST_LINE { first.saturating_sub(BEFORE) } else { 0 };
        let to = (from + LONGEST_LINE).min(characters.len());
        let start = self.text.len();
        if from > 0 {
            self.text.push('…');
        }
        // Where each shown character begins, in the text of the excerpt.
        let mut offsets = Vec::with_capacity(to - from + 1);
        for character in &characters[from..to] {
            offsets.push(self.text.len());
            self.text.push_str(&safe(character.encode_utf8(&mut [0; 4])));
        }
        offsets.push(self.text.len());
        if to < characters.len() {
            self.text.push('…');
        }
        self.lines.push(Line { number, start, end: self.text.len() });
        self.text.push('\n');
        for (index, (range, label)) in places {
            let begin = column(range).clamp(from, to);
            let end = if range.end.line == range.start.line {
                range.end.column as usize - 1
            } else {
                characters.len()
            };
            let (begin_offset, end_offset) = (offsets[begin - from], offsets[end.clamp(begin, to) - from]);
            let span = (begin_offset, end_offset - begin_offset);
            self.columns.entry(begin_offset).or_insert(column(range));
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
