//! An export as it was got from a tool: its digest, and its rows of cells, whatever form it has. What the cells mean is
//! left to `records`.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

mod delimited;
mod metered;
mod objects;
mod sheet;

use std::{
    fs::{self, File},
    io::{self, BufReader, Cursor, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::text::safe_line;

pub use sheet::Hidden;

/// An export that is larger than this is not read.
pub const SIZE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// An export in an encoding that has to be changed first is held in memory, and no larger than this.
pub const CHANGED_LIMIT: u64 = 256 * 1024 * 1024;
/// A row has no more bytes than this.
pub const ROW_LIMIT: u64 = 4 * 1024 * 1024;
/// An export has no more rows than this.
pub const ROWS_LIMIT: u64 = 1_000_000;
/// A row has no more cells than this.
pub const CELLS_LIMIT: usize = 2_000;

/// Why an export is not read.
#[derive(Debug, thiserror::Error)]
pub enum NoExport {
    /// The operating system does not give it.
    #[error("cannot read `{}`", safe_line(file))]
    Unread {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// It is larger than what is read.
    #[error("`{}` has more than {limit}", safe_line(file))]
    TooMuch {
        /// The file.
        file: String,
        /// Than what.
        limit: String,
    },
    /// It is not what it is taken for, or is broken.
    #[error("`{}` cannot be read{}: {why}", safe_line(file), at.as_ref().map_or_else(String::new, |at| format!(" at {at}")))]
    Broken {
        /// The file.
        file: String,
        /// Where.
        at: Option<String>,
        /// Why.
        why: String,
        /// What would help.
        help: Option<String>,
    },
}

impl NoExport {
    /// What would help.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unread { source, .. } => Some(source.to_string()),
            Self::TooMuch { .. } => Some("export less at a time, such as one month or quarter".to_owned()),
            Self::Broken { help, .. } => help.clone(),
        }
    }
}

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text with a sign between cells.
    Delimited,
    /// JSON.
    Objects,
    /// A workbook.
    Workbook,
}

/// How the bytes of a text are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, or UTF-16 where the bytes say so.
    #[default]
    Unicode,
    /// Windows-1252.
    Windows1252,
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'r> {
    /// A text.
    Text(&'r str),
    /// A number of a workbook.
    Number(f64),
    /// Nothing that can be taken, and why.
    Untaken(&'r str),
}

/// A row.
#[derive(Debug)]
pub struct Row<'r> {
    /// The line on which it begins, the number of the record, or the row of the sheet; counted from one.
    pub line: u64,
    /// Its cells.
    pub cells: &'r [Cell<'r>],
}

/// What is called for each row, until it has seen enough.
pub type Visit<'v> = dyn FnMut(&Row<'_>) -> ControlFlow<()> + 'v;

/// An export.
#[derive(Debug)]
pub struct Export {
    /// Its name, without folders.
    pub name: String,
    /// The SHA-256 of its bytes as they were got.
    pub sha256: String,
    /// What it is written as.
    pub form: Form,
    /// The sign between cells.
    pub delimiter: Option<char>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// Whether times of day in it count from 1904.
    pub is_1904: bool,
    /// What a workbook hides.
    pub hidden: Hidden,
    /// Something to tell of how it was read.
    pub told: Vec<String>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// Text on disk that can be read as it is, after so many bytes.
    OnDisk { path: PathBuf, skip: usize },
    /// Text whose encoding was changed.
    Text(String),
    /// The cells of a sheet.
    Sheet(sheet::Sheet),
}

impl Export {
    /// Looks at a file: what it is, and its digest.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is too large.
    pub fn open(
        path: &Path,
        encoding: TextEncoding,
        sheet: Option<&str>,
        is_header: &dyn Fn(&[Cell<'_>]) -> bool,
    ) -> Result<Self, NoExport> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let unread = |source| NoExport::Unread { file: path.display().to_string(), source };
        let too_much = |limit: String| NoExport::TooMuch { file: name.clone(), limit };
        let metadata = fs::metadata(path).map_err(unread)?;
        if !metadata.is_file() {
            return Err(unread(io::Error::other("it is no file")));
        }
        if metadata.len() > SIZE_LIMIT {
            return Err(too_much(format!("{} GiB", SIZE_LIMIT >> 30)));
        }
        let (sha256, head) = digest(path).map_err(unread)?;
        let mut export = Self {
            name: name.clone(),
            sha256,
            form: Form::Delimited,
            delimiter: None,
            sheet: None,
            is_1904: false,
            hidden: Hidden::default(),
            told: Vec::new(),
            content: Content::OnDisk { path: path.to_path_buf(), skip: 0 },
        };
        if head.starts_with(b"PK\x03\x04") {
            if metadata.len() > super::workbook::SIZE_LIMIT {
                return Err(too_much(format!("{} MiB, for a workbook", super::workbook::SIZE_LIMIT >> 20)));
            }
            let bytes = fs::read(path).map_err(unread)?;
            let found = sheet::read(&name, &bytes, sheet, is_header)?;
            export.form = Form::Workbook;
            export.sheet = Some(found.name.clone());
            export.is_1904 = found.is_1904;
            export.hidden = found.hidden;
            export.content = Content::Sheet(found);
            return Ok(export);
        }
        if head.starts_with(b"\xD0\xCF\x11\xE0") {
            let help = Some("save it as .xlsx, or export it as CSV".to_owned());
            let why = "it is a workbook of the old form, .xls, or one with a password".to_owned();
            return Err(NoExport::Broken { file: name, at: None, why, help });
        }
        let wide = match head.as_slice() {
            [0xFF, 0xFE, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            [0xFE, 0xFF, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        if wide.is_some() || encoding == TextEncoding::Windows1252 {
            if metadata.len() > CHANGED_LIMIT {
                return Err(too_much(format!("{} MiB, for a text that is not UTF-8", CHANGED_LIMIT >> 20)));
            }
            let bytes = fs::read(path).map_err(unread)?;
            let text = match wide {
                Some(unit) => {
                    export.told.push("it is read as UTF-16".to_owned());
                    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
                    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| {
                        NoExport::Broken {
                            file: name.clone(),
                            at: None,
                            why: "it begins as UTF-16, and is none".to_owned(),
                            help: Some("save it as UTF-8".to_owned()),
                        }
                    })?
                }
                None => {
                    export.told.push("it is read as Windows-1252".to_owned());
                    bytes.iter().map(|byte| crate::text::windows_1252(*byte)).collect()
                }
            };
            export.content = Content::Text(text);
        } else if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            export.content = Content::OnDisk { path: path.to_path_buf(), skip: 3 };
        }
        let first = match &export.content {
            Content::Text(text) => text.trim_start().bytes().next(),
            Content::OnDisk { skip, .. } => {
                head[*skip..].iter().copied().find(|byte| !byte.is_ascii_whitespace())
            }
            Content::Sheet(_) => None,
        };
        if matches!(first, Some(b'{' | b'[')) {
            export.form = Form::Objects;
        } else {
            let delimiter = match &export.content {
                Content::Text(text) => delimited::sniff(text.as_bytes()),
                Content::OnDisk { .. } | Content::Sheet(_) => delimited::sniff(&head),
            };
            export.delimiter = Some(char::from(delimiter));
        }
        Ok(export)
    }

    /// Calls back with each row, the header among them.
    ///
    /// # Errors
    ///
    /// If it cannot be read to its end.
    pub fn rows(&self, rows_in: &[String], visit: &mut Visit<'_>) -> Result<(), NoExport> {
        match (&self.content, self.form) {
            (Content::Sheet(sheet), _) => sheet.rows(&self.name, visit),
            (_, Form::Objects) => objects::rows(&self.name, rows_in, &|| self.reader(), visit),
            (_, Form::Delimited | Form::Workbook) => {
                let delimiter = self.delimiter.and_then(|sign| u8::try_from(sign).ok()).unwrap_or(b',');
                delimited::rows(&self.name, delimiter, self.reader()?, visit)
            }
        }
    }

    fn reader(&self) -> Result<Box<dyn Read + '_>, NoExport> {
        match &self.content {
            Content::Text(text) => Ok(Box::new(Cursor::new(text.as_bytes()))),
            Content::OnDisk { path, skip } => {
                let unread = |source| NoExport::Unread { file: self.name.clone(), source };
                let mut reader = BufReader::with_capacity(64 * 1024, File::open(path).map_err(unread)?);
                let mut mark = [0; 3];
                reader.read_exact(&mut mark[..*skip]).map_err(unread)?;
                Ok(Box::new(reader))
            }
            Content::Sheet(_) => Ok(Box::new(io::empty())),
        }
    }

    /// A cell of it as a person finds it.
    pub fn place(&self, line: u64, column: usize) -> String {
        match (&self.sheet, self.form) {
            (Some(sheet), _) => {
                let row = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                format!("{}: {}", self.name, super::workbook::address(sheet, row, column))
            }
            (None, Form::Objects) => format!("{}, record {line}", self.name),
            (None, Form::Delimited | Form::Workbook) => format!("{}:{line}", self.name),
        }
    }
}

/// The digest of a file, and its first bytes.
fn digest(path: &Path) -> io::Result<(String, Vec<u8>)> {
    const HEAD: usize = 64 * 1024;
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let (mut buffer, mut head, mut size) = (vec![0; HEAD], Vec::new(), 0);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        size += count as u64;
        if size > SIZE_LIMIT {
            return Err(io::Error::other("it grows while it is read"));
        }
        if head.len() < HEAD {
            head.extend_from_slice(&buffer[..count.min(HEAD - head.len())]);
        }
        hasher.update(&buffer[..count]);
    }
    let hex = hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok((hex, head))
}

/// A row that has more cells than what is read.
fn too_many_cells(file: &str, line: u64) -> NoExport {
    let limit = format!("{CELLS_LIMIT} cells in a row, as the one at {line} does");
    NoExport::TooMuch { file: file.to_owned(), limit }
}

fn too_many_rows(file: &str) -> NoExport {
    NoExport::TooMuch { file: file.to_owned(), limit: format!("{ROWS_LIMIT} rows") }
}
