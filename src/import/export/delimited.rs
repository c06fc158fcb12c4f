//! Text with a sign between cells, as RFC 4180 writes it, or with semicolons or tabs.

use std::io::Read;

use super::{
    CELLS_LIMIT, Cell, NoExport, ROW_LIMIT, ROWS_LIMIT, Row, Visit,
    metered::{Meter, Metered},
    too_many_cells, too_many_rows,
};

/// The sign between the cells of a text: the one that stands most often outside of quotation marks on its first lines.
pub(super) fn sniff(head: &[u8]) -> u8 {
    const SIGNS: [u8; 4] = *b",;\t|";
    let (mut counts, mut within, mut lines) = ([0_usize; 4], false, 0);
    for byte in head {
        match byte {
            b'"' => within = !within,
            b'\n' if !within => {
                lines += 1;
                if lines == 20 {
                    break;
                }
            }
            byte if !within => {
                if let Some(position) = SIGNS.iter().position(|sign| sign == byte) {
                    counts[position] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    SIGNS[counts.iter().position(|count| *count == most).unwrap_or_default()]
}

pub(super) fn rows(
    file: &str,
    delimiter: u8,
    reader: impl Read,
    visit: &mut Visit<'_>,
) -> Result<(), NoExport> {
    let meter = Meter::new();
    let metered = Metered { inner: reader, meter: meter.clone() };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(metered);
    let mut record = csv::ByteRecord::new();
    let broken = |line: u64, why: String, help: Option<String>| NoExport::Broken {
        file: file.to_owned(),
        at: Some(format!("line {line}")),
        why,
        help,
    };
    let (mut count, mut widest, mut open) = (0, 0, None);
    loop {
        let start = reader.position().byte();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            // A quotation mark that nothing closes takes all that follows into the last cell of the last row.
            Ok(false) => match open {
                None => return Ok(()),
                Some(line) => {
                    let why =
                        "a quotation mark is opened in the row that begins here, and not closed".to_owned();
                    return Err(broken(line, why, Some("close it, or export the file again".to_owned())));
                }
            },
            Err(_) if meter.is_spent() => {
                let why = format!("a row is longer than {} MiB", ROW_LIMIT >> 20);
                let help = "look whether a quotation mark is opened and not closed".to_owned();
                return Err(broken(meter.line(start), why, Some(help)));
            }
            Err(error) => return Err(broken(meter.line(start), error.to_string(), None)),
        }
        meter.row_ended();
        let line = meter.line(start);
        count += 1;
        if count > ROWS_LIMIT {
            return Err(too_many_rows(file));
        }
        if record.len() > CELLS_LIMIT {
            return Err(too_many_cells(file, line));
        }
        if record.as_slice().contains(&0) {
            let help = "export it again as text; a file that holds zero bytes is none, or was cut";
            return Err(broken(line, "a zero byte stands here".to_owned(), Some(help.to_owned())));
        }
        let mut cells = Vec::with_capacity(record.len());
        for (column, bytes) in record.iter().enumerate() {
            match std::str::from_utf8(bytes) {
                Ok(text) => cells.push(Cell::Text(text)),
                Err(error) => {
                    let byte = bytes[error.valid_up_to()];
                    let why = format!("column {} holds the byte {byte:#04X}, which is not UTF-8", column + 1);
                    let perhaps = crate::text::windows_1252(byte);
                    let help = format!(
                        "in Windows-1252 it would be `{perhaps}`; if that is right, say `--encoding windows-1252`"
                    );
                    return Err(broken(line, why, Some(help)));
                }
            }
        }
        let is_open = cells.len() < widest
            && cells.last().is_some_and(|cell| matches!(cell, Cell::Text(text) if text.contains('\n')));
        open = is_open.then_some(line);
        widest = widest.max(cells.len());
        if cells.iter().all(|cell| matches!(cell, Cell::Text(text) if text.trim().is_empty())) {
            continue;
        }
        if visit(&Row { line, cells: &cells }).is_break() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
        let mut found = Vec::new();
        rows("a.csv", sniff(text), text, &mut |row| {
            let text = |cell: &Cell<'_>| match cell {
                Cell::Text(text) => (*text).to_owned(),
                other => format!("{other:?}"),
            };
            found.push((row.line, row.cells.iter().map(text).collect()));
            ControlFlow::Continue(())
        })
        .map_err(|error| error.to_string())?;
        Ok(found)
    }

    #[test]
    fn the_sign_between_cells_is_the_one_that_stands_there() {
        for (text, sign) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n\"1,5\";\"2,5\"\n", b';'),
            ("a\tb\n1,5\t2\n", b'\t'),
            ("Number\nINC1\n", b','),
        ] {
            assert_eq!(sniff(text.as_bytes()), sign, "{text}");
        }
    }

    #[test]
    fn rows_have_the_line_on_which_they_begin() {
        for end in ["\n", "\r\n"] {
            let text = "a,b\n\n1,\"two\nlines\"\n,\n3,4".replace('\n', end);
            let rows = read(text.as_bytes()).unwrap();
            assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 6]);
            assert_eq!(rows[1].1, ["1", &format!("two{end}lines")]);
        }
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        for (text, message) in [
            (&b"a,b\n1,\0\n"[..], "`a.csv` cannot be read at line 2: a zero byte stands here"),
            (
                b"a,b\n1,Kr\xE4fte\n",
                "`a.csv` cannot be read at line 2: column 2 holds the byte 0xE4, which is not UTF-8",
            ),
            (
                b"a,b\n1,2\n\"3,4\n5,6\n",
                "`a.csv` cannot be read at line 3: a quotation mark is opened in the row that begins here, and not closed",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), message);
        }
        let long = [b"a,b\n\"", "x".repeat(5 << 20).as_bytes()].concat();
        assert_eq!(read(&long).unwrap_err(), "`a.csv` cannot be read at line 2: a row is longer than 4 MiB");
        let wide = ",".repeat(3_000);
        assert_eq!(
            read(wide.as_bytes()).unwrap_err(),
            "`a.csv` has more than 2000 cells in a row, as the one at 1 does"
        );
    }
}
