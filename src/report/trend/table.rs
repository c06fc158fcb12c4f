//! Readiness over history for a person at a terminal: a table, and a line of bars for each number.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::{
    lens::{Counted, Every, Row, Trend},
    report::{
        listing::cut,
        words::{counted, filled},
    },
    text::safe_line,
};

/// From nothing to the highest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Columns of the bars at most.
const WIDEST: usize = 60;
/// Columns of tags at most.
const NAME: usize = 20;
/// Digits of a commit.
const COMMIT: usize = 8;

/// One of the numbers that are counted at a point.
type Number = fn(&Counted) -> usize;

/// In so many columns.
pub fn render(trend: &Trend, width: usize) -> String {
    let mut text = match trend.wish.as_of {
        None => "each row is judged on the day of its commit\n".to_owned(),
        Some(day) => format!("every row is judged on {day}\n"),
    };
    if trend.rows.is_empty() {
        text.push_str("no commit is meant\n");
    } else {
        text.push_str(&table(trend, width));
        text.push_str(&chart(&trend.rows, width));
    }
    if let Some(why) = &trend.cut {
        let _ = writeln!(text, "\nolder commits are not known here: {}", safe_line(why));
    }
    let untested: usize = trend
        .rows
        .iter()
        .filter_map(|row| row.counted.as_ref().ok())
        .map(|counted| counted.untested_files)
        .max()
        .unwrap_or_default();
    if untested > 0 {
        let _ = writeln!(
            text,
            "\n!: at most {} could not be read at a point; `probity check --at COMMIT` tells why",
            counted(untested, "file")
        );
    }
    text
}

fn table(trend: &Trend, width: usize) -> String {
    let (heading, named) = match trend.wish.every {
        // The day tells the month.
        Every::Month | Every::Commit => ("commit", false),
        Every::Tag => ("tag", true),
    };
    let commit = |row: &Row| match &row.name {
        Some(name) if named => cut(&safe_line(name), NAME),
        Some(_) | None => row.commit.chars().take(COMMIT).collect(),
    };
    let column =
        trend.rows.iter().map(|row| commit(row).width()).max().unwrap_or_default().max(heading.len());
    let space = " ".repeat(12 + column);
    let mut text = format!("\n{space}        findings         found by machine  judged by people\n");
    let day = "day";
    let heading = padded(heading, column);
    let _ =
        writeln!(text, "{day:<10}  {heading}   docs errors warnings  required material  judged fulfilled");
    for row in &trend.rows {
        let first = format!("{}  {}", row.day, padded(&commit(row), column));
        match &row.counted {
            Ok(counted) => {
                let Counted { documents, errors, warnings, found, asked_for, .. } = counted;
                let Counted { material, judged, fulfilled, .. } = counted;
                let required = format!("{found}/{asked_for}");
                let sign = if counted.untested_files > 0 { '!' } else { ' ' };
                let _ = writeln!(
                    text,
                    "{first}  {documents:>5}{sign}{errors:>6} {warnings:>8}  {required:>8} {material:>8}  \
                     {judged:>6} {fulfilled:>9}"
                );
            }
            Err(why) => {
                let _ = writeln!(text, "{first}  not read:");
                for line in filled(&safe_line(why), width.saturating_sub(4)).lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    text
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// A line of bars for each number, from zero to the highest it had.
fn chart(rows: &[Row], width: usize) -> String {
    let counted: Vec<&Counted> = rows.iter().filter_map(|row| row.counted.as_ref().ok()).collect();
    let [first, .., last] = counted.as_slice() else { return String::new() };
    let numbers: [(&str, Number); 7] = [
        ("documents", |counted| counted.documents),
        ("errors", |counted| counted.errors),
        ("warnings", |counted| counted.warnings),
        ("required found", |counted| counted.found),
        ("material found", |counted| counted.material),
        ("judged", |counted| counted.judged),
        ("fulfilled", |counted| counted.fulfilled),
    ];
    let columns = width.saturating_sub(36).clamp(8, WIDEST);
    let mut text = "\n".to_owned();
    for (name, number) in numbers {
        let values: Vec<usize> = counted.iter().map(|counted| number(counted)).collect();
        let highest = values.iter().copied().max().unwrap_or_default();
        let bars = bars(&values, columns);
        let _ = writeln!(text, "{name:<14}  {bars}  {} → {}, at most {highest}", number(first), number(last));
    }
    let of = format!(
        "of {} points in this catalogue, own split; of {} documents that the standard asks for",
        last.points, last.asked_for
    );
    let _ = writeln!(
        text,
        "\nfindings are those of the documents, without their history\n{}",
        filled(&of, width)
    );
    text
}

/// Bars for values, from zero to the highest; of more values than columns, one of each few.
fn bars(values: &[usize], columns: usize) -> String {
    let highest = values.iter().copied().max().unwrap_or_default().max(1);
    let count = values.len().min(columns);
    let of = |column: usize| {
        // The last of all is the last of them.
        let position = if count > 1 { column * (values.len() - 1) / (count - 1) } else { 0 };
        let value = values.get(position).copied().unwrap_or_default();
        if value == 0 { '·' } else { BARS[(value * (BARS.len() - 1) / highest).min(BARS.len() - 1)] }
    };
    (0..count).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_at_zero_and_end_with_the_last() {
        assert_eq!(bars(&[0, 1, 4, 8], 10), "·▁▄█");
        assert_eq!(bars(&[0, 0], 10), "··");
        let many: Vec<usize> = (1..=100).collect();
        let shown = bars(&many, 10);
        assert_eq!((shown.chars().count(), shown.chars().last()), (10, Some('█')));
    }
}
