//! Counts, lists and indents, as people write them.

/// So many of something.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// As a person lists things: `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{}, and {last}", before.join(", ")),
    }
}

/// A text behind a first word, its other lines indented as far.
pub(super) fn hanging(first: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(first.chars().count());
    // Ids and days hold hyphens, and are not to be torn apart at these.
    let options = textwrap::Options::new(width.max(40))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(&indent);
    format!("{}\n", textwrap::fill(text, options))
}
