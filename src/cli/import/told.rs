//! What an import found, for a person: the exports, their columns, totals, and what the records cannot show.

use std::fmt::Write as _;

use crate::{
    import::records::{ColumnTold, ColumnUse, Import},
    model::{Profile, RecordType},
    text::{safe, safe_line},
};

/// What is shown.
pub(super) struct Shown<'s> {
    pub(super) import: &'s Import,
    pub(super) profile: &'s Profile,
    pub(super) record_type: &'s RecordType,
    /// Whether every column is shown.
    pub(super) all: bool,
}

pub(super) fn as_text(shown: &Shown<'_>, width: usize) -> String {
    let Shown { import, profile, record_type, all } = shown;
    let mut text = String::new();
    for seen in &import.seen {
        let table = seen.table.as_ref().map_or_else(String::new, |table| format!(", the table {table}"));
        let header =
            if seen.header > 1 { format!(", the header in row {}", seen.header) } else { String::new() };
        let _ = writeln!(
            text,
            "{}{table}: {} rows{header}, SHA-256 {}",
            safe_line(&seen.file),
            seen.rows,
            &seen.sha256[..12]
        );
        for told in &seen.told {
            let _ = writeln!(text, "  {}", safe(told));
        }
    }
    let own = profile.own.as_ref().map_or_else(String::new, |own| format!(", with {}", safe_line(own)));
    let _ = writeln!(text, "read as {} of {}{own}", record_type.title.to_lowercase(), safe(&profile.title));
    columns(&mut text, &import.columns, *all, width);
    text.push('\n');
    let period =
        import.period.map_or_else(String::new, |period| format!(", {} to {}", period.from, period.to));
    let _ = writeln!(text, "{} records{period}", import.records.len());
    for told in &import.told {
        lines(&mut text, "  ", &safe(told), width);
    }
    if *all {
        for indicator in &import.indicators {
            let _ = writeln!(text, "  {:>8}  {}", indicator.value, safe(&indicator.name));
        }
    }
    match (import.cannot.len(), *all) {
        (0, _) => {}
        (_, true) => {
            text.push_str("\nwhat they cannot prove:\n");
            for cannot in &import.cannot {
                lines(&mut text, "  - ", &safe(cannot), width);
            }
        }
        (count, false) => {
            let _ = writeln!(
                text,
                "  {count} things they cannot prove; `--dry-run` shows them, and the document of the extract names them"
            );
        }
    }
    text.push('\n');
    text
}

fn columns(text: &mut String, columns: &[ColumnTold], all: bool, width: usize) {
    let of = |wanted: fn(&ColumnUse) -> bool| columns.iter().filter(|column| wanted(&column.to)).count();
    let fields = of(|to| matches!(to, ColumnUse::Field(_)));
    let says = of(|to| matches!(to, ColumnUse::Says(_)));
    let left = of(|to| matches!(to, ColumnUse::Left(_)));
    let unmapped: Vec<&ColumnTold> =
        columns.iter().filter(|column| column.to == ColumnUse::Unmapped).collect();
    let _ = writeln!(
        text,
        "{} columns: {fields} are fields, {says} are carried as the source says, {left} are left out, {} are not known",
        columns.len(),
        unmapped.len()
    );
    if !all {
        for column in columns {
            for note in &column.notes {
                lines(text, "  ", &format!("{} {}", safe_line(&column.header), safe(note)), width);
            }
        }
        if !unmapped.is_empty() {
            let names: Vec<String> =
                unmapped.iter().map(|column| safe_line(&column.header).into_owned()).collect();
            lines(text, "  ", &format!("not known, and left out: {}", names.join(", ")), width);
        }
        return;
    }
    let head =
        columns.iter().map(|column| unicode_width::UnicodeWidthStr::width(&*safe_line(&column.header))).max();
    let head = head.unwrap_or_default().min(32);
    for column in columns {
        let to = match &column.to {
            ColumnUse::Field(name) => format!("field {name}"),
            ColumnUse::Says(name) => format!("source says {name}"),
            ColumnUse::Left(why) => format!("left out: {why}"),
            ColumnUse::Unmapped => "not known, and left out".to_owned(),
        };
        let notes: String = column.notes.iter().map(|note| format!("; {note}")).collect();
        let header = safe_line(&column.header);
        let pad = " ".repeat(head.saturating_sub(unicode_width::UnicodeWidthStr::width(&*header)));
        let first = format!("  {:>3}  {header}{pad}  {:>6}  ", column.position, column.filled);
        lines(text, &first, &safe(&format!("{to}{notes}")), width);
    }
}

/// A text behind a mark, its further lines below the first.
fn lines(text: &mut String, mark: &str, told: &str, width: usize) {
    let columns = unicode_width::UnicodeWidthStr::width(mark);
    let indent = " ".repeat(columns.min(width / 2));
    let options = textwrap::Options::new(width.max(40)).initial_indent(mark).subsequent_indent(&indent);
    for line in textwrap::wrap(told, options) {
        let _ = writeln!(text, "{}", line.trim_end());
    }
}
