//! The title of a file, if it has one that is cheaply and safely read: properties and first headings.
//!
//! Everything is hostile: parts are read up to a limit, entities are not expanded, and what is odd has no title.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use memchr::memmem;
use quick_xml::{Reader, XmlVersion, events::Event};
use zip::ZipArchive;

/// So much of a part, or of a text, is looked at.
const LOOKED_AT: u64 = 4 * 1024 * 1024;
/// So much of the ends of a PDF.
const ENDS: u64 = 256 * 1024;
/// An archive has no more parts than this.
const PARTS: usize = 5_000;
/// A title is no longer than this.
const LONGEST: usize = 200;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) title: Option<String>,
    /// The names of the sheets of a workbook.
    pub(super) sheets: Vec<String>,
    /// The day on which it was last changed, as it says.
    pub(super) modified: Option<String>,
    /// What kept it from being looked into.
    pub(super) note: Option<String>,
}

impl Told {
    fn unread(note: &str) -> Self {
        Self { note: Some(note.to_owned()), ..Self::default() }
    }
}

/// What a file of a kind says of itself.
pub(super) fn told(file: File, kind: &str) -> Told {
    match kind {
        "docx" | "xlsx" | "pptx" => office(file, kind),
        "pdf" => pdf(file),
        "md" | "markdown" => {
            of_text(file, |text| text.lines().find_map(|line| line.strip_prefix("# ")).map(str::to_owned))
        }
        "html" | "htm" => of_text(file, |text| {
            // Small letters of ASCII alone keep every byte where it is.
            let small = text.to_ascii_lowercase();
            let start = small.find("<title")?;
            let start = start + small[start..].find('>')? + 1;
            let end = start + small[start..].find("</title")?;
            let text = text.get(start..end)?;
            Some(
                ["&amp;", "&lt;", "&gt;"]
                    .iter()
                    .zip(["&", "<", ">"])
                    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to)),
            )
        }),
        "txt" => of_text(file, |text| {
            let first = text.lines().map(str::trim).find(|line| !line.is_empty())?;
            (first.chars().count() <= 100).then(|| first.to_owned())
        }),
        _ => Told::default(),
    }
}

fn of_text(file: File, title: impl FnOnce(&str) -> Option<String>) -> Told {
    let mut bytes = Vec::new();
    if file.take(LOOKED_AT).read_to_end(&mut bytes).is_err() {
        return Told::unread("it cannot be read");
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Told { title: title(text).and_then(|title| shown(&title)), ..Told::default() }
}

/// A title on one line, if it says anything.
fn shown(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let title: String = words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let title = title.trim_matches(['*', '_', '`', '#', ' ']).to_owned();
    // Word gives this to whoever gives none.
    let is_none = ["", "untitled", "document", "word document", "microsoft word document", "title", "titel"];
    let is_file = title.to_lowercase().starts_with("microsoft word - ");
    (!is_none.contains(&title.to_lowercase().as_str()) && !is_file).then_some(title)
}

fn office(file: File, kind: &str) -> Told {
    let mut file = BufReader::new(file);
    let mut head = [0_u8; 8];
    if file.read_exact(&mut head).is_ok() && head == [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] {
        return Told::unread("it is locked by a password, or of an older format");
    }
    if file.rewind().is_err() {
        return Told::unread("it cannot be read");
    }
    let Ok(mut archive) = ZipArchive::new(file) else { return Told::unread("it is broken") };
    if archive.len() > PARTS {
        return Told::unread("it has too many parts");
    }
    let mut told = Told::default();
    if let Some(core) = part(&mut archive, "docProps/core.xml") {
        told.title = element(&core, "title").and_then(|title| shown(&title));
        told.modified = element(&core, "modified").and_then(|day| day.get(..10).map(str::to_owned));
    }
    if kind == "docx" {
        let text = part(&mut archive, "word/document.xml");
        if text.is_none() {
            told.note = Some("it holds no text that can be read".to_owned());
        }
        told.title = told.title.or_else(|| heading(&text?).and_then(|title| shown(&title)));
    }
    if kind == "xlsx"
        && let Some(book) = part(&mut archive, "xl/workbook.xml")
    {
        told.sheets = sheets(&book);
    }
    told
}

/// The beginning of a part of an archive, whatever it says of its size.
fn part<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Option<Vec<u8>> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The text of the first element of a name.
fn element(xml: &[u8], name: &str) -> Option<String> {
    let mut reader = Reader::from_reader(xml);
    let (mut buffer, mut within, mut text) = (Vec::new(), false, String::new());
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) if start.local_name().as_ref() == name => within = true,
            Event::End(_) if within => return Some(text),
            Event::Text(piece) if within => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(reference) if within => text.extend(sign(&reference)),
            // One that declares something of its own is none that a program wrote.
            Event::DocType(_) | Event::Eof => return None,
            _ => {}
        }
        buffer.clear();
    }
}

/// The text of the first paragraph that is a title or a heading.
fn heading(xml: &[u8]) -> Option<String> {
    let mut reader = Reader::from_reader(xml);
    let (mut buffer, mut text, mut is_heading, mut in_text) = (Vec::new(), String::new(), false, false);
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "p" => {
                    text.clear();
                    is_heading = false;
                }
                "t" => in_text = true,
                "pStyle" => is_heading = is_heading || names_heading(&start),
                _ => {}
            },
            Event::Empty(start) if start.local_name().as_ref() == "pStyle" => {
                is_heading = names_heading(&start);
            }
            Event::End(end) => match end.local_name().as_ref() {
                "p" if is_heading && !text.trim().is_empty() => return Some(text),
                "t" => in_text = false,
                _ => {}
            },
            Event::Text(piece) if in_text && text.len() < LONGEST * 4 => {
                text.push_str(&piece.xml10_content());
            }
            Event::GeneralRef(reference) if in_text => text.extend(sign(&reference)),
            Event::DocType(_) | Event::Eof => return None,
            _ => {}
        }
        buffer.clear();
    }
}

fn names_heading(start: &quick_xml::events::BytesStart<'_>) -> bool {
    let value = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "val");
    let style = value.and_then(|attribute| {
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|text| text.to_lowercase())
    });
    style.is_some_and(|style| {
        ["heading", "title", "titel", "berschrift", "überschrift"]
            .iter()
            .any(|known| style.starts_with(known))
    })
}

fn sheets(xml: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_reader(xml);
    let (mut buffer, mut names) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Empty(start) | Event::Start(start)) if start.local_name().as_ref() == "sheet" => {
                let name = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == "name");
                names.extend(
                    name.and_then(|name| shown(&name.normalized_value(XmlVersion::Implicit1_0).ok()?)),
                );
            }
            Ok(Event::DocType(_) | Event::Eof) | Err(_) => return names,
            Ok(_) if names.len() >= 50 => return names,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

/// The sign that a reference stands for, if it is one that every reader knows.
fn sign(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(sign)) = reference.resolve_char_ref() {
        return Some(sign);
    }
    match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The title in the information of a PDF, where that stands at an end of it and is not encrypted.
fn pdf(mut file: File) -> Told {
    let Some(ends) = ends(&mut file) else { return Told::unread("it cannot be read") };
    if !ends.starts_with(b"%PDF-") {
        return Told::unread("it is broken");
    }
    if memmem::find(&ends, b"/Encrypt").is_some() {
        return Told::unread("it is encrypted");
    }
    let title = memmem::rfind(&ends, b"/Title").and_then(|at| pdf_text(&ends[at + b"/Title".len()..]));
    Told { title: title.and_then(|title| shown(&title)), ..Told::default() }
}

fn ends(file: &mut File) -> Option<Vec<u8>> {
    let size = file.metadata().ok()?.len();
    let mut bytes = Vec::new();
    file.take(ENDS).read_to_end(&mut bytes).ok()?;
    if size > ENDS {
        file.seek(SeekFrom::Start(size.saturating_sub(ENDS).max(ENDS))).ok()?;
        file.take(ENDS).read_to_end(&mut bytes).ok()?;
    }
    Some(bytes)
}

/// A text of PDF: between brackets with escapes, or in hexadecimal; of bytes, or of UTF-16 behind its mark.
fn pdf_text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.trim_ascii_start();
    let mut text = Vec::new();
    match bytes.first()? {
        b'(' => {
            let (mut depth, mut rest) = (1_usize, bytes[1..].iter().take(LONGEST * 8).copied().peekable());
            while depth > 0 {
                match rest.next()? {
                    b'\\' => match rest.next()? {
                        b'n' => text.push(b'\n'),
                        b'r' => text.push(b'\r'),
                        b't' => text.push(b'\t'),
                        digit @ b'0'..=b'7' => {
                            let mut code = u32::from(digit - b'0');
                            for _ in 0..2 {
                                match rest.peek() {
                                    Some(next @ b'0'..=b'7') => code = code * 8 + u32::from(next - b'0'),
                                    _ => break,
                                }
                                rest.next();
                            }
                            text.push(u8::try_from(code & 0xFF).unwrap_or_default());
                        }
                        other => text.push(other),
                    },
                    b'(' => {
                        depth += 1;
                        text.push(b'(');
                    }
                    b')' => {
                        depth -= 1;
                        if depth > 0 {
                            text.push(b')');
                        }
                    }
                    other => text.push(other),
                }
            }
        }
        b'<' => {
            let digits = bytes[1..].iter().take(LONGEST * 8).take_while(|byte| **byte != b'>');
            let digits: Vec<u8> = digits.filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
            for pair in digits.chunks(2) {
                let pair = std::str::from_utf8(pair).ok()?;
                text.push(u8::from_str_radix(pair, 16).ok()?);
            }
        }
        _ => return None,
    }
    Some(match text.strip_prefix(&[0xFE, 0xFF]) {
        Some(wide) => {
            let units: Vec<u16> =
                wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => match String::from_utf8(text) {
            Ok(text) => text,
            // The encoding of PDF is that of Latin letters for all that a title is made of.
            Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_pdf_are_read_however_they_are_written() {
        for (written, expected) in [
            (&b"(Incident \\(major\\) plan)"[..], Some("Incident (major) plan")),
            (b"(a (b) c) (d)", Some("a (b) c")),
            (b" <FEFF004E006F0074>", Some("Not")),
            (b"(Verf\\374gbarkeit)", Some("Verfügbarkeit")),
            (b"(\\101\\102)", Some("AB")),
            (b"(open", None),
            (b"<zz>", None),
            (b"/Name", None),
        ] {
            assert_eq!(pdf_text(written).as_deref(), expected, "{}", String::from_utf8_lossy(written));
        }
    }

    #[test]
    fn headings_are_found_and_entities_are_not_expanded() {
        let xml = b"<w:document><w:p><w:r><w:t>Intro</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>\
            <w:r><w:t>Roles &amp; </w:t></w:r><w:r><w:t>duties</w:t></w:r></w:p></w:document>";
        assert_eq!(heading(xml).as_deref(), Some("Roles & duties"));
        let bomb = b"<!DOCTYPE x [<!ENTITY a \"aaaa\">]><x><title>&a;&a;</title></x>";
        assert_eq!(element(bomb, "title"), None);
        assert_eq!(
            element(b"<x><dc:title>A &quot;b&quot; &#8211; &own;c</dc:title></x>", "title").as_deref(),
            Some("A \"b\" \u{2013} c")
        );
        assert_eq!(element(b"<x><title>open", "title"), None);
        assert_eq!(
            sheets(b"<workbook><sheets><sheet name=\"Risks\" sheetId=\"1\"/></sheets></workbook>"),
            ["Risks"]
        );
    }
}
