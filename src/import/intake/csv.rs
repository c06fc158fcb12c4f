//! The list that a person corrects, as CSV: written so that a spreadsheet runs nothing of it, and read back exactly.

use std::fmt::Write as _;

use crate::text::{nearest, quoted};

/// The columns, in order.
pub const COLUMNS: [&str; 15] = [
    "path",
    "type",
    "title",
    "clause",
    "covers",
    "id",
    "owner",
    "status",
    "version",
    "date",
    "state",
    "confidence",
    "why",
    "modified",
    "sha256",
];

/// What a spreadsheet takes for the beginning of a formula, and the guard itself, so that it comes back exactly.
const GUARDED: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// Why a file is no such list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoList {
    /// Its bytes are no text.
    #[error("it is not UTF-8; in Excel, save it as `CSV UTF-8`")]
    NotText,
    /// A quote is never closed.
    #[error("line {line}: a quote is opened and not closed")]
    Open {
        /// Where it is opened.
        line: usize,
    },
    /// A column that is needed is not there.
    #[error("no column is headed `{name}`{}", near.as_ref().map(|near| format!("; is {near} it?")).unwrap_or_default())]
    NoColumn {
        /// Its name.
        name: &'static str,
        /// What may be meant for it.
        near: Option<String>,
    },
    /// A column is there twice.
    #[error("the column `{name}` is there twice")]
    Twice {
        /// Its name.
        name: &'static str,
    },
}

/// A row, by the order of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins.
    pub line: usize,
    /// What stands in each column; nothing where the column is missing.
    pub cells: [String; COLUMNS.len()],
}

impl Row {
    /// What stands in a column.
    pub fn get(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|known| *known == column);
        at.map_or("", |at| self.cells[at].as_str())
    }
}

/// A list that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The rows that say something.
    pub rows: Vec<Row>,
}

/// The list as CSV (RFC 4180).
pub fn write(rows: &[[String; COLUMNS.len()]]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for row in rows {
        for (number, cell) in row.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            let guard = if cell.starts_with(GUARDED) { "'" } else { "" };
            if cell.contains([',', ';', '"', '\n', '\r', '\t']) {
                let _ = write!(text, "\"{guard}{}\"", cell.replace('"', "\"\""));
            } else {
                let _ = write!(text, "{guard}{cell}");
            }
        }
        text.push_str("\r\n");
    }
    text
}

/// Reads a list that a person may have saved with a spreadsheet: with commas, semicolons or tabs between cells.
///
/// # Errors
///
/// If it is no such list.
pub fn read(bytes: Vec<u8>) -> Result<Filled, NoList> {
    let text = String::from_utf8(bytes).map_err(|_| NoList::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let head = text.lines().next().unwrap_or_default();
    let between = [',', ';', '\t']
        .into_iter()
        .max_by_key(|sign| (head.matches(*sign).count(), *sign == ','))
        .unwrap_or(',');
    let mut lines = parsed(text, between)?.into_iter();
    let (_, head) = lines.next().unwrap_or_default();
    let head: Vec<String> = head.iter().map(|name| name.trim().to_lowercase()).collect();
    let mut places = [None; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let mut found = head.iter().enumerate().filter(|(_, known)| *known == name);
        *place = found.next().map(|(at, _)| at);
        if found.next().is_some() {
            return Err(NoList::Twice { name });
        }
        if place.is_none() && ["path", "type", "title", "sha256"].contains(&name) {
            let others = head.iter().map(String::as_str).filter(|known| !COLUMNS.contains(known));
            return Err(NoList::NoColumn { name, near: nearest(name, others).map(quoted) });
        }
    }
    let mut filled = Filled::default();
    for (line, cells) in lines.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())) {
        let mut row = Row { line, ..Row::default() };
        for (cell, place) in row.cells.iter_mut().zip(places) {
            let written = place.and_then(|at| cells.get(at)).map_or("", String::as_str);
            let bare = written.strip_prefix('\'').filter(|rest| rest.starts_with(GUARDED));
            cell.push_str(bare.unwrap_or(written));
        }
        filled.rows.push(row);
    }
    Ok(filled)
}

/// The cells of each record, with the line on which it begins.
fn parsed(text: &str, between: char) -> Result<Vec<(usize, Vec<String>)>, NoList> {
    let mut records = Vec::new();
    let (mut line, mut begins, mut cells, mut cell) = (1, 1, Vec::new(), String::new());
    let mut signs = text.chars().peekable();
    let mut is_open: Option<usize> = None;
    let mut was_quoted = false;
    while let Some(sign) = signs.next() {
        if sign == '\n' {
            line += 1;
        }
        if is_open.is_some() {
            match sign {
                '"' if signs.peek() == Some(&'"') => {
                    signs.next();
                    cell.push('"');
                }
                '"' => is_open = None,
                other => cell.push(other),
            }
            continue;
        }
        match sign {
            '"' if cell.is_empty() && !was_quoted => {
                is_open = Some(line);
                was_quoted = true;
            }
            '\r' if signs.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                cells.push(std::mem::take(&mut cell));
                records.push((begins, std::mem::take(&mut cells)));
                if sign == '\r' {
                    line += 1;
                }
                begins = line;
                was_quoted = false;
            }
            sign if sign == between => {
                cells.push(std::mem::take(&mut cell));
                was_quoted = false;
            }
            other => cell.push(other),
        }
    }
    if let Some(line) = is_open {
        return Err(NoList::Open { line });
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        records.push((begins, cells));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, title: &str) -> [String; COLUMNS.len()] {
        let mut row: [String; COLUMNS.len()] = Default::default();
        row[0] = path.to_owned();
        row[2] = title.to_owned();
        row
    }

    #[test]
    fn every_name_comes_back_exactly_and_none_is_a_formula() {
        let names = [
            "=cmd()",
            "+1",
            "-x",
            "@a",
            "'=x",
            "''",
            "a\nb",
            "a,b;c\td",
            "say \"no\"",
            " a ",
            "\ttab",
            "\u{1b}[31m",
            "é🙂",
            "'plain",
        ];
        let rows: Vec<_> = names.iter().map(|name| row(name, name)).collect();
        let text = write(&rows);
        for cell in text.lines().flat_map(|line| line.split(',')) {
            let bare = cell.trim_start_matches('"');
            assert!(!bare.starts_with(['=', '+', '@']), "{cell}");
        }
        let back = read(text.into_bytes()).unwrap();
        let paths: Vec<&str> = back.rows.iter().map(|row| row.get("path")).collect();
        assert_eq!(paths, names);
        let titles: Vec<&str> = back.rows.iter().map(|row| row.get("title")).collect();
        assert_eq!(titles, names);
    }

    #[test]
    fn what_spreadsheets_make_of_it_is_read() {
        let text = "\u{feff}Type;Path;Title;SHA256;mine\r\nrisk;a.xlsx;\"R; all\";0;x\r\n;;;;\r\n\"sla\";\"b\nc\";B;1\r";
        let back = read(text.as_bytes().to_vec()).unwrap();
        let told: Vec<(usize, &str, &str, &str)> = back
            .rows
            .iter()
            .map(|row| (row.line, row.get("type"), row.get("path"), row.get("title")))
            .collect();
        assert_eq!(told, [(2, "risk", "a.xlsx", "R; all"), (4, "sla", "b\nc", "B")]);
    }

    #[test]
    fn what_is_no_list_is_told() {
        let why = |text: &[u8]| read(text.to_vec()).unwrap_err().to_string();
        assert!(why(b"path,type,title\n").contains("`sha256`"));
        assert!(why(b"pth,type,title,sha256\n").contains("`path`; is `pth` it?"));
        assert!(why(b"path,path,type,title,sha256\n").contains("twice"));
        assert!(why(b"path,type,title,sha256\n\n\"a\nb").contains("line 3"));
        assert!(why(b"path,type,title,sha256\n\xFC").contains("UTF-8"));
        assert!(why(b"").contains("`path`"));
    }
}
