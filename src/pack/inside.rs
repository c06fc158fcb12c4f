//! What a scan finds in a file that is opened by name: in a text, and in the texts within an archive, such as a document of
//! an office program. What is not looked into is told.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use zip::ZipArchive;

use super::scan::{self, Hit};

/// An archive has no more parts than this.
const PARTS: usize = 5_000;
/// So much of what it unpacks to is looked into.
const UNPACKED: u64 = 64 * 1024 * 1024;

/// What was found, and what was not looked into, each with how often.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) secrets: BTreeMap<&'static str, usize>,
    pub(super) personal: BTreeMap<&'static str, usize>,
    pub(super) unseen: BTreeMap<&'static str, usize>,
}

/// Looks into a file. What is an archive is opened once; what is an archive within it is not.
pub(super) fn look(bytes: &[u8]) -> Inside {
    let mut inside = Inside::default();
    if bytes.contains(&0) || bytes.starts_with(b"PK\x03\x04") {
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(mut archive) => inside.archive(&mut archive),
            Err(_) => inside.unseen("no text, which is not looked into"),
        }
    } else {
        if bytes.starts_with(b"%PDF-") {
            inside.unseen("a PDF, which is not looked into");
        }
        inside.texts(&[String::from_utf8_lossy(bytes)]);
    }
    inside
}

/// Secrets alone, of a text alone: what nothing is taken out of is not opened.
pub(super) fn look_for_secrets(bytes: &[u8]) -> Inside {
    let mut inside = Inside::default();
    if !bytes.contains(&0) {
        for hit in scan::secrets(&String::from_utf8_lossy(bytes)) {
            *inside.secrets.entry(hit.kind).or_default() += 1;
        }
    }
    inside
}

impl Inside {
    fn unseen(&mut self, what: &'static str) {
        *self.unseen.entry(what).or_default() += 1;
    }

    fn archive(&mut self, archive: &mut ZipArchive<Cursor<&[u8]>>) {
        self.texts(&[String::from_utf8_lossy(archive.comment())]);
        let mut left = UNPACKED;
        for number in 0..archive.len() {
            if number == PARTS {
                return self.unseen("an archive that is too large, which is not looked into to its end");
            }
            let is_locked = archive.by_index_raw(number).is_ok_and(|part| part.encrypted());
            if is_locked {
                self.unseen("a locked part of an archive, which is not looked into");
                continue;
            }
            let mut part = Vec::new();
            let name = archive.by_index(number).ok().and_then(|file| {
                let name = file.name().map(Cow::into_owned).unwrap_or_default();
                // What it says of its size may be untrue.
                file.take(left + 1).read_to_end(&mut part).ok().map(|_| name)
            });
            let Some(rest) = left.checked_sub(part.len() as u64) else {
                return self.unseen("an archive that is too large, which is not looked into to its end");
            };
            left = rest;
            let Some(name) = name else {
                self.unseen("a part of an archive that cannot be read, which is not looked into");
                continue;
            };
            self.texts(&[Cow::Borrowed(name.as_str())]);
            if !name.ends_with('/') {
                self.part(&part);
            }
        }
    }

    fn part(&mut self, bytes: &[u8]) {
        let wide = |of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
            Cow::Owned(String::from_utf16_lossy(&units))
        };
        let text = match bytes {
            [b'P', b'K', 3, 4, ..] => {
                return self.unseen("an archive within an archive, which is not looked into");
            }
            [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
            [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
            _ if bytes.contains(&0) || bytes.starts_with(b"%PDF-") => {
                return self.unseen("a part of an archive that is no text, which is not looked into");
            }
            _ => String::from_utf8_lossy(bytes),
        };
        if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
            let Unmarked { joined, apart } = unmarked(&text);
            self.texts(&[joined.into(), apart.into()]);
        } else {
            self.texts(&[text]);
        }
    }

    /// Looks into one text, as it may be read in several ways: what is found in two of them counts once.
    fn texts(&mut self, ways: &[Cow<'_, str>]) {
        let most = |of: fn(&str) -> Vec<Hit>| {
            let mut most: BTreeMap<&'static str, usize> = BTreeMap::new();
            for text in ways {
                let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
                for hit in of(text) {
                    *found.entry(hit.kind).or_default() += 1;
                }
                for (kind, count) in found {
                    let known = most.entry(kind).or_default();
                    *known = count.max(*known);
                }
            }
            most
        };
        for (kind, count) in most(scan::secrets) {
            *self.secrets.entry(kind).or_default() += count;
        }
        for (kind, count) in most(scan::personal) {
            *self.personal.entry(kind).or_default() += count;
        }
    }
}

/// What stands between tags.
struct Unmarked {
    /// Broken only where a paragraph, a cell or the like ends, so that a word that is set in two ways is one.
    joined: String,
    /// Broken at each tag, with values of attributes that may be an address.
    apart: String,
}

/// Elements at which a text breaks.
const BREAKS: [&str; 26] = [
    "p",
    "h",
    "si",
    "is",
    "c",
    "v",
    "f",
    "row",
    "tr",
    "td",
    "th",
    "li",
    "br",
    "cr",
    "tab",
    "s",
    "line-break",
    "div",
    "comment",
    "text",
    "title",
    "table-cell",
    "h1",
    "h2",
    "h3",
    "pre",
];

/// Takes the tags out of XML or HTML, however broken it is: what a browser or an office program would mend is seen.
fn unmarked(text: &str) -> Unmarked {
    let (mut joined, mut apart) =
        (String::with_capacity(text.len() / 4), String::with_capacity(text.len() / 4));
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let before = plain(&rest[..at]);
        joined.push_str(&before);
        apart.push_str(&before);
        apart.push('\n');
        rest = &rest[at..];
        // What stands in these is text as it is.
        let as_is = [("<!--", "-->"), ("<![CDATA[", "]]>")];
        if let Some((begin, end)) = as_is.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
            let held = &rest[begin.len()..];
            let length = held.find(end).unwrap_or(held.len());
            joined.push_str(&held[..length]);
            apart.push_str(&held[..length]);
            rest = held.get(length + end.len()..).unwrap_or_default();
            continue;
        }
        let tag = &rest[..end_of(rest)];
        rest = &rest[tag.len()..];
        let name = tag.trim_matches(['<', '/', '>']);
        let name = name.split(|sign: char| sign.is_whitespace() || sign == '/').next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if BREAKS.contains(&local) {
            joined.push('\n');
        }
        for value in tag.split(['"', '\'']).skip(1).step_by(2) {
            if value.contains(['@', ':']) {
                apart.push_str(&plain(value));
                apart.push('\n');
            }
        }
    }
    joined.push_str(&plain(rest));
    apart.push_str(&plain(rest));
    Unmarked { joined, apart }
}

/// Where a tag ends: at `>` outside of quotes, or with the text.
fn end_of(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// A text with its references to characters resolved.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let sign = end.and_then(|end| character(&rest[1..end]));
        match (sign, end) {
            (Some(sign), Some(end)) => {
                plain.push(sign);
                rest = &rest[end + 1..];
            }
            _ => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let digits = name.strip_prefix('#')?;
            digits.strip_prefix(['x', 'X']).map_or_else(|| number(digits, 10), |digits| number(digits, 16))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn all(bytes: &[u8]) -> Vec<String> {
        let Inside { secrets, personal, unseen } = look(bytes);
        let told = |(kind, count): (&str, usize)| format!("{count} {kind}");
        secrets.into_iter().chain(personal).chain(unseen).map(told).collect()
    }

    #[test]
    fn what_is_split_over_runs_is_found_as_one() {
        let xml = "<w:p><w:r><w:t>anna.vo</w:t></w:r><w:r w:rsidR=\"00A1\"><w:t>gel&#64;north</w:t></w:r>\
                   <w:r><w:t>wind.example</w:t></w:r></w:p><w:p><w:t>+353 1 </w:t><w:t>555 0142</w:t></w:p>\
                   <w:p><w:t>pass</w:t><w:t>word = \"x7#kd82!\"</w:t></w:p>";
        let expected = ["1 assigned secret", "1 mail address", "1 telephone number"];
        assert_eq!(all(&packed(&[("word/document.xml", xml.as_bytes())])), expected);
        let cells = "<sst><si><r><t>an</t></r><r><t>na@north.example</t></r></si><si><t>b@north.example</t></si></sst>";
        assert_eq!(all(&packed(&[("xl/sharedStrings.xml", cells.as_bytes())])), ["2 mail address"]);
    }

    #[test]
    fn what_stands_side_by_side_is_found_apart_and_addresses_in_attributes_as_well() {
        let xml = "<person><phone>+353 1 555 0142</phone><fax>+353 1 555 0143</fax></person>";
        assert_eq!(all(&packed(&[("people.xml", xml.as_bytes())])), ["2 telephone number"]);
        let links = "<Relationships><Relationship Target=\"mailto:anna@north.example\"/></Relationships>";
        assert_eq!(all(&packed(&[("word/_rels/document.xml.rels", links.as_bytes())])), ["1 mail address"]);
        let hidden =
            "<svg viewBox=\"0 0 240 24 5555\"><!-- anna@north.example --><![CDATA[b@north.example]]></svg>";
        assert_eq!(all(&packed(&[("a.svg", hidden.as_bytes())])), ["2 mail address"]);
        assert_eq!(
            all(&packed(&[("by anna@north.example.txt", b"10.20.30.40")])),
            ["1 mail address", "1 network address"]
        );
    }

    #[test]
    fn what_is_not_looked_into_is_told() {
        let inner = packed(&[("a.txt", b"anna@north.example")]);
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("c@north.example".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let outer = packed(&[
            ("a.zip", &inner),
            ("a.png", b"\x89PNG\0"),
            ("b.pdf", b"%PDF-1.4"),
            ("c.txt", &wide),
            ("d/", b""),
        ]);
        let expected = [
            "1 mail address",
            "2 a part of an archive that is no text, which is not looked into",
            "1 an archive within an archive, which is not looked into",
        ];
        assert_eq!(all(&outer), expected);
        assert_eq!(all(b"\0anna@north.example"), ["1 no text, which is not looked into"]);
        assert_eq!(all(b"%PDF-1.4 a@north.example"), ["1 mail address", "1 a PDF, which is not looked into"]);
        let mut cut = packed(&[("a.txt", b"anna@north.example")]);
        cut.truncate(40);
        assert_eq!(all(&cut), ["1 no text, which is not looked into"]);
    }

    #[test]
    fn a_bomb_is_not_unpacked_to_its_end() {
        let zeros = vec![0; 40 << 20];
        let bomb = packed(&[("1", &zeros), ("2", &zeros), ("3", b"anna@north.example")]);
        let expected = [
            "1 a part of an archive that is no text, which is not looked into",
            "1 an archive that is too large, which is not looked into to its end",
        ];
        assert_eq!(all(&bomb), expected);
        let many: Vec<String> = (0..=PARTS).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(all(&packed(&many)), expected[1..]);
    }

    #[test]
    fn a_broken_text_is_looked_into_to_its_end() {
        for broken in [
            "<a b='",
            "<",
            "a@north.example <b",
            "<!-- a@north.example",
            "&#x110000; a@north.example &",
            "<p>&amp",
        ] {
            let found = all(&packed(&[("a.xml", format!("<x>{broken}").as_bytes())]));
            assert_eq!(found.len(), usize::from(broken.contains('@')), "{broken}: {found:?}");
        }
    }
}
