//! Which rows of a sheet are not shown. The reader of cells does not tell.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// The rows that are not shown, from nought; none where the parts of the file do not say which sheet is which.
pub(super) fn rows(bytes: &[u8], sheet: &str) -> Vec<u32> {
    let part = || -> Option<String> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let id = tags(&text(&mut archive, "xl/workbook.xml")?, "sheet")
            .find(|tag| attribute(tag, "name").is_some_and(|name| unescaped(name) == sheet))
            .and_then(|tag| attribute(tag, "r:id").map(str::to_owned))?;
        let relations = text(&mut archive, "xl/_rels/workbook.xml.rels")?;
        let target = tags(&relations, "Relationship")
            .find(|tag| attribute(tag, "Id") == Some(&id))
            .and_then(|tag| attribute(tag, "Target"))?;
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        text(&mut archive, &path)
    };
    let part = part().unwrap_or_default();
    let is_hidden = |tag: &&str| matches!(attribute(tag, "hidden"), Some("1" | "true"));
    let number = |tag: &str| attribute(tag, "r")?.parse::<u32>().ok()?.checked_sub(1);
    tags(&part, "row").filter(is_hidden).filter_map(number).collect()
}

/// What its parts unpack to was looked at before.
fn text(archive: &mut ZipArchive<Cursor<&[u8]>>, path: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// The opening tags of a name, without their brackets.
fn tags<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let open = format!("<{name} ");
    let places: Vec<usize> = text.match_indices(&open).map(|(at, _)| at).collect();
    places.into_iter().filter_map(|at| text[at + 1..].split('>').next())
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let rest = &tag[tag.find(&format!(" {name}="))? + name.len() + 2..];
    let quote = rest.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    rest[1..].split(quote).next()
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_found_by_its_name() {
        let row = "row r=\"7\" spans='1:2' hidden='1' ht=\"3\"";
        assert_eq!((attribute(row, "r"), attribute(row, "hidden")), (Some("7"), Some("1")));
        assert_eq!((attribute(row, "s"), attribute("row hidden=1", "hidden")), (None, None));
        assert_eq!(tags("<row r=\"1\"><rows><row hidden=\"1\"/>", "row").count(), 2);
        assert_eq!(unescaped("a &amp;lt; &lt;"), "a &lt; <");
        assert!(rows(b"nothing", "x").is_empty());
    }
}
