//! Making text from outside harmless to show.

use std::borrow::Cow;

/// Replaces every character that could act on a terminal, a log or a reader's eye by a visible
/// escape such as `\u{1b}`: C0 controls except line feed and tab, DEL, C1 controls, bidirectional
/// controls, the line and paragraph separators, and byte order marks.
///
/// Whatever came from a repository, its history, an import or the command line goes through here
/// on its way to a person.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 8), |mut shown, character| {
            if is_unsafe(character) {
                shown.extend(character.escape_unicode());
            } else {
                shown.push(character);
            }
            shown
        }))
    } else {
        Cow::Borrowed(text)
    }
}

/// A name, such as a path, as it stands on a line with others: [`safe`], and on that one line.
pub fn safe_line(text: &str) -> Cow<'_, str> {
    match safe(text) {
        shown if shown.contains(['\n', '\t']) => Cow::Owned(shown.replace('\n', "\\n").replace('\t', "\\t")),
        shown => shown,
    }
}

/// A value as it stands in a message: on one line, between backticks, cut after 60 characters,
/// and [`safe`].
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::from("`");
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        match character {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            _ if is_unsafe(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown.push('`');
    shown
}

/// Whether [`safe`] replaces a character.
pub fn is_unsafe(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_unchanged() {
        for text in ["", "plain", "名前 🙂 e\u{301}", "two\nlines\tand a tab", "👨\u{200d}👩\u{200d}👧"]
        {
            assert!(matches!(safe(text), Cow::Borrowed(shown) if shown == text));
        }
    }

    #[test]
    fn controls_become_visible() {
        assert_eq!(safe("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(safe("a\0b\rc\u{7f}"), "a\\u{0}b\\u{d}c\\u{7f}");
        assert_eq!(safe("\u{9b}31m \u{85}"), "\\u{9b}31m \\u{85}");
    }

    #[test]
    fn text_cannot_be_turned_around_or_broken_into_lines() {
        for hidden in
            ['\u{202e}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}', '\u{2028}', '\u{2029}', '\u{feff}']
        {
            let shown = safe(&format!("a{hidden}b")).into_owned();
            assert_eq!(shown, format!("a{}b", hidden.escape_unicode()));
        }
    }

    #[test]
    fn a_quoted_value_stays_on_one_line_and_short() {
        assert_eq!(quoted("two\nlines"), "`two\\nlines`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(quoted("\u{1b}"), "`\\u{1b}`");
    }
}
