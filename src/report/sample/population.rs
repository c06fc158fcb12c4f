//! A population, for a person at a terminal: what it is, where it comes from, and what might be missing.

use std::fmt::Write as _;

use crate::{
    report::words::{counted, hanging},
    sample::{Kept, Population, Series, Source, Statement},
    text::safe_line,
};

/// Ids that are named before the rest is only counted.
const NAMED: usize = 8;

/// In so many columns.
pub fn render(population: &Population, width: usize) -> String {
    statement(&population.population, width)
}

/// What a population is, in so many columns: the same in front of a draw.
pub(super) fn statement(of: &Statement, width: usize) -> String {
    let mut text = String::new();
    let mut line = |name: &str, told: &str| text.push_str(&hanging(&format!("{name:<13}"), told, width));
    let dated = match &of.dated {
        Some(field) => format!("`{field}` in {}", of.period),
        None => "whatever the day: the type has no day on which its records begin".to_owned(),
    };
    line("population", &format!("{}, {dated}", safe_line(&of.record_type)));
    if let Some(condition) = &of.condition {
        line("where", &safe_line(condition));
    }
    let count = match (&of.first, &of.last) {
        (Some(first), Some(last)) => {
            format!("{}, from {} to {}", counted(of.count, "record"), safe_line(first), safe_line(last))
        }
        _ => counted(of.count, "record"),
    };
    line("count", &count);
    line("digest", &of.digest);
    for source in &of.sources {
        line(if source.kept == Kept::Extract { "extract" } else { "repository" }, &told_source(source));
    }
    for hole in &of.not_covered {
        line("not covered", &format!("{hole}: no extract covers these days"));
    }
    for series in &of.series {
        line("numbers", &told_series(series));
    }
    for excluded in &of.excluded {
        line("left out", &format!("{}: {}", safe_line(&excluded.id), safe_line(&excluded.because)));
    }
    for told in elsewhere(of) {
        line("not in it", &told);
    }
    if of.unread > 0 {
        let what = counted(of.unread, "file or row");
        line(
            "not read",
            &format!("{what} could not be read and may hide records; `probity check` tells why"),
        );
    }
    let bytes = match (&of.commit, &of.commit_day) {
        (Some(commit), Some(day)) => format!("commit {} of {day}", commit.get(..10).unwrap_or(commit)),
        _ if of.snapshot == "index" => "git's index, which no commit holds yet".to_owned(),
        _ => "files on disk, which no commit may hold; `--at HEAD` pins them to one".to_owned(),
    };
    line("read from", &format!("{bytes}; judged as of {}", of.as_of));
    text
}

fn told_source(source: &Source) -> String {
    let mut text = String::new();
    if let Some(id) = &source.extract {
        let _ = write!(text, "{}, ", safe_line(id));
    }
    text.push_str(&counted(source.records, "record"));
    let rows = source.rows.as_deref().filter(|rows| *rows != source.records.to_string());
    if let Some(rows) = rows {
        let _ = write!(text, " of {} rows", safe_line(rows));
    }
    if let Some(period) = &source.period {
        let _ = write!(text, ", covers {period}");
    }
    if !source.systems.is_empty() {
        let systems: Vec<String> =
            source.systems.iter().map(|system| safe_line(system).into_owned()).collect();
        let _ = write!(text, "; system {}", systems.join(", "));
    }
    match source.extracted_at.as_slice() {
        [] if source.kept == Kept::Extract => text.push_str("; when it was extracted is not told"),
        [] => {}
        [first, .., last] if first != last => {
            let _ = write!(text, ", extracted {} to {}", safe_line(first), safe_line(last));
        }
        [only, ..] => {
            let _ = write!(text, ", extracted {}", safe_line(only));
        }
    }
    if let Some(query) = &source.query {
        let _ = write!(text, "; query: {}", safe_line(query.trim_end()));
    }
    text
}

fn told_series(series: &Series) -> String {
    let Series { prefix, from, to, count, elsewhere, missing, gaps, more_gaps } = series;
    let mut text = format!("{prefix}{from} to {prefix}{to}: {count} here", prefix = safe_line(prefix));
    if *elsewhere > 0 {
        let _ = write!(text, ", {elsewhere} that do not belong to it");
    }
    match (*missing, gaps.len() + more_gaps) {
        (0, _) => text.push_str(", none missing"),
        (missing, gap_count) => {
            let shown: Vec<&str> = gaps.iter().take(NAMED).map(String::as_str).collect();
            let gap_word = counted(gap_count, "gap");
            let _ = write!(text, ", {missing} of no record, in {gap_word}: {}", shown.join(", "));
            if gap_count > NAMED {
                text.push_str(", ..");
            }
        }
    }
    text
}

fn elsewhere(of: &Statement) -> Vec<String> {
    let named = |ids: &[String]| {
        let mut shown: Vec<String> = ids.iter().take(NAMED).map(|id| safe_line(id).into_owned()).collect();
        if ids.len() > NAMED {
            shown.push("..".to_owned());
        }
        shown.join(", ")
    };
    let elsewhere = &of.elsewhere;
    let mut told = Vec::new();
    if elsewhere.other_days > 0 {
        told.push(format!("{} of other days", elsewhere.other_days));
    }
    if elsewhere.not_met > 0 {
        told.push(format!("{} for which the condition does not hold", elsewhere.not_met));
    }
    for (ids, why) in [
        (&elsewhere.undated, "without a day that could be read"),
        (&elsewhere.untold, "that do not tell whether the condition holds"),
        (&elsewhere.twice, "whose id another record has; counted once"),
    ] {
        if !ids.is_empty() {
            told.push(format!("{} {why}: {}", ids.len(), named(ids)));
        }
    }
    if elsewhere.without_id > 0 {
        told.push(format!("{} without an id", elsewhere.without_id));
    }
    told
}
