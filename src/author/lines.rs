//! The lines of a text, which end with a line feed, a carriage return or both.

/// The byte at which the line of a byte begins, behind a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let mark = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    start + mark
}

/// The byte at which the next line begins.
pub(super) fn after_line(text: &str, at: usize) -> usize {
    match text[at..].find(['\n', '\r']) {
        None => text.len(),
        Some(found) if text[at + found..].starts_with("\r\n") => at + found + 2,
        Some(found) => at + found + 1,
    }
}

/// The byte at which the first line begins that no longer belongs to what ends at a byte: behind the comments
/// that are indented further than that.
pub(super) fn after_block(text: &str, end: usize, indent: usize) -> usize {
    // A block of text ends with the end of its last line.
    let mut at = if text[..end].ends_with(['\n', '\r']) { end } else { after_line(text, end) };
    while let Some(line) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if spaces <= indent || !line[spaces..].starts_with('#') {
            break;
        }
        at = after_line(text, at);
    }
    at
}

/// As the lines of a text end; with a line feed, if it has none that ends.
pub(super) fn line_end(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// The columns before a byte, if nothing but spaces stands there.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let before = &text[line_start(text, at)..at];
    before.bytes().all(|byte| byte == b' ').then_some(before.len())
}

/// The columns before the dash of the first item of a list, if it has one. The list begins there or, where it
/// is not indented, behind the dash.
pub(super) fn dash(text: &str, start: usize) -> Option<usize> {
    if text[start..].starts_with('-') && column(text, start).is_some() {
        return column(text, start);
    }
    let mut line = line_start(text, start);
    let mut before = &text[line..start];
    loop {
        let shown = before.trim_start_matches(' ');
        if shown.trim_end() == "-" || shown.starts_with("- #") {
            return Some(before.len() - shown.len());
        }
        if !(shown.trim().is_empty() || shown.starts_with('#')) {
            return None;
        }
        let end = text[..line].trim_end_matches(['\n', '\r']).len();
        let above = line_start(text, end);
        if above >= line {
            return None;
        }
        (line, before) = (above, &text[above..end]);
    }
}
