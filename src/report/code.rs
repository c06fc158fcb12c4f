//! Text from outside in Markdown: between `code` tags, with each sign of Markdown and HTML as a character reference, so
//! that it is no markup, no link and nobody's mention.

use std::fmt::Write as _;

use crate::text::safe_line;

/// Characters of one text.
const LONGEST: usize = 300;

/// A text from outside, made harmless and cut where it is very long.
pub(super) fn code(text: &str) -> String {
    let line = safe_line(text);
    let mut shown = String::from("<code>");
    for (index, character) in line.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_ascii_punctuation() && !matches!(character, '.' | ',' | '/' | '-' | ';') {
            let _ = write!(shown, "&#{};", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown + "</code>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        let hostile = "</code><img src=x> [a](http://x) @everyone #1 `b` **c** &amp; | \u{1b}[31m\n- d";
        let shown = code(hostile);
        let inner = shown.strip_prefix("<code>").unwrap().strip_suffix("</code>").unwrap();
        assert!(
            !inner.contains(['<', '>', '[', ']', '(', '@', '`', '*', '|', '\n', '\u{1b}', '\\', ':']),
            "{inner}"
        );
        assert!(inner.starts_with("&#60;/code&#62;"));
        assert!(code(&"x".repeat(1_000)).chars().count() < 320);
    }
}
