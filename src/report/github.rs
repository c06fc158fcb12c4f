//! Findings as workflow commands, which GitHub Actions makes annotations of.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step, and drops the rest without a word: the last notice
//! tells of them.

use std::fmt::Write as _;

use super::{
    checked::{Checked, Topic, start, told_line, waiver},
    totals,
    words::counted,
};
use crate::{
    config::FILE_NAME,
    model::{Finding, Level, Place},
    text::safe_line,
};

/// Annotations of each kind that GitHub shows of a step.
const SHOWN: usize = 10;
/// Places that are told beside that of a finding.
const RELATED: usize = 10;

/// The findings as annotations, those that matter most first, and a notice of what they are part of.
pub fn render(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    let mut left = [SHOWN, SHOWN, SHOWN - 1];
    let remarks = checked.remarks();
    let loosened: Vec<&str> = remarks
        .iter()
        .filter(|remark| remark.topic == Topic::Loosened && remark.level == Level::Error)
        .map(|remark| remark.says.as_str())
        .collect();
    if !loosened.is_empty() {
        left[0] -= 1;
        let place = Place::file(FILE_NAME);
        let told = format!("{}\nhelp: `--allow-loosened` lets it pass", cut(&loosened));
        command(&mut text, checked, Level::Error, &place, "loosened", &told);
    }
    let mut not_shown = 0;
    for finding in checked.worst_first() {
        let level = if finding.waived.is_some() { Level::Info } else { finding.level };
        let left = &mut left[kind(level)];
        if *left == 0 {
            not_shown += 1;
            continue;
        }
        *left -= 1;
        command(&mut text, checked, level, &finding.place, &finding.rule, &told(checked, finding));
    }
    let verdict = if checked.passed { "the check passed" } else { "the check failed" };
    let mut lines = vec![format!("{verdict}; found: {}", totals::found(checked.findings))];
    if not_shown > 0 {
        let findings = counted(not_shown, "finding");
        lines.push(format!("{findings} not shown here; `probity check -v` shows all"));
    }
    // What was found says how many are ignored.
    let others = remarks.iter().filter(|remark| !matches!(remark.topic, Topic::NotTestable | Topic::Ignored));
    let others = others.filter(|remark| remark.topic != Topic::Loosened || remark.level != Level::Error);
    lines.extend(others.map(|remark| remark.says.clone()));
    let untestable: Vec<&str> = remarks
        .iter()
        .filter(|remark| remark.topic == Topic::NotTestable)
        .map(|remark| remark.about)
        .collect();
    if !untestable.is_empty() {
        lines.push(format!("not testable: {}", cut(&untestable).replace('\n', ", ")));
    }
    let _ = writeln!(text, "::notice title=probity::{}", data(&lines.join("\n")));
    text
}

fn kind(level: Level) -> usize {
    match level {
        Level::Error => 0,
        Level::Warning => 1,
        Level::Info => 2,
    }
}

/// The first of many, a line each.
fn cut(lines: &[&str]) -> String {
    let mut shown: Vec<String> = lines.iter().take(RELATED).map(|line| told_line(line)).collect();
    if lines.len() > RELATED {
        shown.push(format!("and {} more", lines.len() - RELATED));
    }
    shown.join("\n")
}

/// What a finding says: what is the case, what can be done, who has accepted it, and other places.
fn told(checked: &Checked<'_>, finding: &Finding) -> String {
    let mut lines = vec![told_line(&finding.message)];
    lines.extend(finding.help.as_deref().map(|help| format!("help: {}", told_line(help))));
    lines.extend(waiver(finding));
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|note| format!("{}{}: {}", checked.path(&note.place), start(&note.place), note.says))
        .collect();
    let related: Vec<&str> = related.iter().map(String::as_str).collect();
    lines.extend((!related.is_empty()).then(|| cut(&related)));
    lines.join("\n")
}

fn command(
    text: &mut String,
    checked: &Checked<'_>,
    level: Level,
    place: &Place,
    title: &str,
    message: &str,
) {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let _ = write!(text, "::{name} file={}", property(&checked.path(place)));
    if let Some(range) = place.range {
        let (start, end) = (range.start, range.end);
        let _ = write!(text, ",line={},endLine={}", start.line, end.line);
        // GitHub takes columns only within a line.
        if start.line == end.line {
            let _ = write!(text, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let _ = writeln!(text, ",title={}::{}", property(title), data(message));
}

/// A message: escaped as GitHub reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command, on a line.
fn property(text: &str) -> String {
    data(&safe_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_neither_its_property_nor_its_command() {
        assert_eq!(property("a,b:c::d 100%\n::error::x"), "a%2Cb%3Ac%3A%3Ad 100%25\\n%3A%3Aerror%3A%3Ax");
        assert_eq!(data("50% of it\n::error::x"), "50%25 of it%0A::error::x");
    }
}
