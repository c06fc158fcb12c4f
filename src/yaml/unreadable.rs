//! What makes a text unreadable before any question of grammar: two versions of it at once, or
//! characters that YAML does not allow anywhere.

use super::problem::{Problem, ProblemKind, grouped};
use crate::text::{Source, Span};

/// One problem for each unsettled conflict, and one for all characters that are not allowed.
pub(super) fn problems(source: &Source, part: Span) -> Vec<Problem> {
    let mut problems = conflicts(source, part);
    problems.extend(control_characters(source, part));
    problems
}

/// Blocks of `<<<<<<<`, `=======` and `>>>>>>>` at the beginning of lines.
fn conflicts(source: &Source, part: Span) -> Vec<Problem> {
    let text = source.slice(part);
    if memchr::memmem::find(text.as_bytes(), b"<<<<<<< ").is_none() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut ours: Option<Span> = None;
    let mut theirs: Option<Span> = None;
    let mut offset = part.start as usize;
    for line in text.split_inclusive(['\n', '\r']) {
        let shown = line.trim_end();
        let span = Span::new(offset, offset + shown.len());
        offset += line.len();
        if shown.starts_with("<<<<<<< ") {
            (ours, theirs) = (Some(span), None);
        } else if shown == "=======" && ours.is_some() {
            theirs = Some(span);
        } else if shown.starts_with(">>>>>>> ")
            && let (Some(first), Some(middle)) = (ours.take(), theirs.take())
        {
            let problem =
                Problem::new(ProblemKind::ConflictMarkers, first, "a merge conflict was never settled")
                    .label("the first version begins here")
                    .related(middle, "the second version begins here")
                    .related(span, "and ends here")
                    .help("keep one version or join the two, and remove the three marked lines")
                    .fatal();
            problems.push(problem);
        }
    }
    problems
}

/// The first character that YAML does not allow, and how many there are.
fn control_characters(source: &Source, part: Span) -> Option<Problem> {
    let text = source.slice(part);
    let suspicious = |byte: &u8| (*byte < 0x20 && !matches!(*byte, b'\t' | b'\n' | b'\r')) || *byte == 0x7F;
    let has_c1 = || memchr::memmem::find_iter(text.as_bytes(), b"\xC2").next().is_some();
    // By bytes, since looking at each character of each text takes a tenth of the time of a check.
    let ends_plane = |at: usize| matches!(text.as_bytes().get(at + 2), Some(0xBE | 0xBF));
    let has_no_character = || memchr::memmem::find_iter(text.as_bytes(), b"\xEF\xBF").any(ends_plane);
    if !text.as_bytes().iter().any(suspicious) && !has_c1() && !has_no_character() {
        return None;
    }
    let forbidden = |character: &char| {
        let control = character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}');
        control || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    let mut found = text.char_indices().filter(|(_, character)| forbidden(character));
    let (offset, character) = found.next()?;
    let more = match found.count() {
        0 => String::new(),
        1 => ", and one more in the file".to_owned(),
        count => format!(", and {} more in the file", grouped(count)),
    };
    let name = match character {
        '\0' => "a zero byte".to_owned(),
        '\u{1b}' => "an escape character".to_owned(),
        _ => format!("the control character U+{:04X}", u32::from(character)),
    };
    let start = part.start as usize + offset;
    let span = Span::new(start, start + character.len_utf8());
    let code = u32::from(character);
    let escape = if code <= 0xFF { format!("\\x{code:02X}") } else { format!("\\u{code:04X}") };
    let problem =
        Problem::new(ProblemKind::ControlCharacter, span, format!("{name} is not allowed in YAML{more}"))
            .label("invisible in most editors")
            .help(format!("delete it, or write it as `{escape}` between double quotes"))
            .fact("character", format!("U+{code:04X}"))
            .fatal();
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ends_of_the_plane_are_no_characters_and_what_stands_beside_them_is() {
        let found = |text: &str| {
            let source = Source::new("a.yaml", text);
            control_characters(&source, Span::new(0, text.len())).map(|problem| problem.span.start)
        };
        assert_eq!(found("a: \u{fffe}\n"), Some(3));
        assert_eq!(found("a: \u{ffff}\n"), Some(3));
        assert_eq!(found("a: \u{fffd}\u{fffc}\u{ff5e}\u{10fffd}\n"), None);
    }
}
