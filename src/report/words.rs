//! Counts, lists and indents, as people write them.

/// So many of something.
pub(crate) fn counted(count: usize, noun: &str) -> String {
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
pub(crate) fn hanging(first: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(first.chars().count());
    let options = options(width).initial_indent(first).subsequent_indent(&indent);
    // A text may have several paragraphs.
    textwrap::fill(text, options).lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A text in so many columns. Ids such as `SLA-003` and paths stay whole.
pub(super) fn filled(text: &str, width: usize) -> String {
    textwrap::fill(text, options(width))
}

fn options<'o>(width: usize) -> textwrap::Options<'o> {
    textwrap::Options::new(width.max(40))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
}
