//! A check as JUnit's XML, which Jenkins, GitLab and others show as tests.
//!
//! A suite holds a family of rules: each finding is a test, and so is each rule that was kept wherever it was tried. A
//! test fails if, and only if, its finding fails the check; below the gate, waived and not testable are skipped. The
//! name of a test holds no line, so that the same test is found again when lines move.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    checked::{Checked, Topic, not_testable, start, times, told_line},
    totals,
    words::counted,
};
use crate::{
    model::{Finding, Level, RuleTally},
    text::safe,
};

/// GitLab reads files of up to 250,000 parts.
const FINDINGS: usize = 10_000;
/// Bytes of findings, before they are escaped. GitLab reads files of up to 30 MB.
const ROOM: usize = 10_000_000;
/// Places that are told beside that of a finding.
const RELATED: usize = 10;

/// A test.
struct Case {
    name: String,
    outcome: Outcome,
}

enum Outcome {
    /// What is told of it.
    Passed(Option<String>),
    /// Why it was.
    Skipped(String),
    /// What kind of failure it is, what is the case, and where.
    Failed { kind: String, message: String, body: String },
}

impl Case {
    fn size(&self) -> usize {
        self.name.len()
            + match &self.outcome {
                Outcome::Passed(told) => told.as_ref().map_or(0, String::len),
                Outcome::Skipped(why) => why.len(),
                Outcome::Failed { kind, message, body } => kind.len() + message.len() + body.len(),
            }
    }
}

/// The check as suites of tests.
pub fn render(checked: &Checked<'_>) -> String {
    let mut suites: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    let findings = checked.worst_first();
    let (mut room, mut left_out) = (ROOM, findings.len());
    for finding in findings.iter().take(FINDINGS) {
        let case = of_finding(checked, finding);
        let Some(rest) = room.checked_sub(case.size()) else { break };
        (room, left_out) = (rest, left_out - 1);
        suites.entry(family(&finding.rule)).or_default().push(case);
    }
    for (rule, tally) in &checked.findings.rules {
        suites.entry(family(rule)).or_default().extend(of_rule(checked, rule, tally));
    }
    suites.retain(|_, cases| !cases.is_empty());
    let mut all = vec![("check", of_check(checked, left_out))];
    all.extend(suites);
    let mut body = String::new();
    let (mut tests, mut failures) = (0, 0);
    for (name, mut cases) in all {
        name_apart(&mut cases);
        tests += cases.len();
        failures += count(&cases, |outcome| matches!(outcome, Outcome::Failed { .. }));
        suite(&mut body, name, &cases);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"probity\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\" time=\"0\">\n{body}</testsuites>\n"
    )
}

/// The rules of a kind, by what their ids begin with.
fn family(rule: &str) -> &str {
    rule.split_once('-').map_or(rule, |(family, _)| family)
}

/// What holds of the check as a whole.
fn of_check(checked: &Checked<'_>, left_out: usize) -> Vec<Case> {
    let remarks = checked.remarks();
    let said =
        |topic: Topic| remarks.iter().find(|remark| remark.topic == topic).map(|remark| remark.says.clone());
    let case = |name: &str, outcome| Case { name: name.to_owned(), outcome };
    let skipped_if = |topic, told: Option<String>| match said(topic) {
        Some(says) => Outcome::Skipped(says),
        None => Outcome::Passed(told),
    };
    let tested = format!("tested: {}", totals::tested(&checked.findings.tested));
    let mut told = vec![tested, format!("found: {}", totals::found(checked.findings))];
    told.extend(said(Topic::Older));
    let told = told.join("\n");
    let outcome = match said(Topic::NotTested) {
        Some(says) => Outcome::Skipped(format!("{says}\n{told}")),
        None => Outcome::Passed(Some(told)),
    };
    let mut cases = vec![case("all that is written could be tested", outcome)];
    if let Some(seen) = checked.history() {
        let compared =
            format!("{} and {}", counted(seen.approvals, "approval"), counted(seen.commits, "commit"));
        let outcome = skipped_if(Topic::History, Some(compared));
        cases.push(case("approvals were compared with the history", outcome));
    }
    if checked.since.is_some() {
        let loosened = remarks.iter().filter(|remark| remark.topic == Topic::Loosened);
        let lines: Vec<&str> = loosened.clone().map(|remark| remark.says.as_str()).collect();
        let fails = loosened.clone().any(|remark| remark.level == Level::Error);
        let outcome = if fails {
            Outcome::Failed {
                kind: "loosened".to_owned(),
                message: format!("{} loosened in the same change", counted(lines.len(), "setting")),
                body: lines.join("\n"),
            }
        } else if lines.is_empty() {
            skipped_if(Topic::NotCompared, None)
        } else {
            Outcome::Skipped(lines.join("\n"))
        };
        cases.push(case("nothing was loosened", outcome));
    }
    if left_out > 0 {
        let says = format!("{left_out} of {} findings are left out here", checked.findings.len());
        cases.push(case("all findings are told", Outcome::Skipped(says)));
    }
    cases
}

fn of_finding(checked: &Checked<'_>, finding: &Finding) -> Case {
    let name = format!(
        "{} {}: {}",
        told_line(&finding.rule),
        told_line(&checked.path(&finding.place)),
        told_line(&finding.message)
    );
    let outcome = match checked.passes_because(finding) {
        Some(why) => Outcome::Skipped(format!("{why}\n{}", body(checked, finding))),
        None => Outcome::Failed {
            kind: finding.level.to_string(),
            message: told_line(&finding.message),
            body: body(checked, finding),
        },
    };
    Case { name, outcome }
}

/// What is told of a finding: its place, what can be done, other places, and how it is found again.
fn body(checked: &Checked<'_>, finding: &Finding) -> String {
    let mut lines = vec![format!("{}{}", told_line(&checked.path(&finding.place)), start(&finding.place))];
    lines.extend(finding.help.as_deref().map(|help| format!("help: {}", told_line(help))));
    lines.extend(finding.related.iter().take(RELATED).map(|note| {
        let path = told_line(&checked.path(&note.place));
        format!("{path}{}: {}", start(&note.place), told_line(&note.says))
    }));
    let more = finding.related.len().saturating_sub(RELATED);
    lines.extend((more > 0).then(|| format!("and {more} more places")));
    lines.push(format!("fingerprint: {}", finding.fingerprint));
    lines.join("\n")
}

/// What came of a rule that was tried. Nothing is said of one that is also broken: a test that passes beside those
/// that fail would hide them.
fn of_rule(checked: &Checked<'_>, rule: &str, tally: &RuleTally) -> Vec<Case> {
    let says = checked.rule(rule).map_or(String::new(), |rule| format!(": {}", told_line(&rule.says)));
    let mut cases = Vec::new();
    if tally.broken == 0 && tally.kept > 0 {
        let outcome = Outcome::Passed(Some(format!("kept {}", times(tally.kept))));
        cases.push(Case { name: format!("{}{says}", told_line(rule)), outcome });
    }
    cases.extend(not_testable(tally).map(|says| Case {
        name: format!("{} could be tested everywhere", told_line(rule)),
        outcome: Outcome::Skipped(says),
    }));
    cases
}

/// Two tests of one name would be taken for one.
fn name_apart(cases: &mut [Case]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let number = seen.entry(case.name.clone()).or_default();
        *number += 1;
        if *number > 1 {
            let _ = write!(case.name, " ({number})");
        }
    }
}

fn count(cases: &[Case], wanted: fn(&Outcome) -> bool) -> usize {
    cases.iter().filter(|case| wanted(&case.outcome)).count()
}

fn suite(text: &mut String, name: &str, cases: &[Case]) {
    let failures = count(cases, |outcome| matches!(outcome, Outcome::Failed { .. }));
    let skipped = count(cases, |outcome| matches!(outcome, Outcome::Skipped(_)));
    let name = told_line(name);
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">",
        escaped(&name),
        cases.len()
    );
    // Jenkins takes what comes before the last dot for a package.
    let class = format!("probity.{}", name.replace('.', "_"));
    for Case { name, outcome } in cases {
        let _ = write!(
            text,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
            escaped(&class),
            escaped(name)
        );
        let _ = match outcome {
            Outcome::Passed(None) => writeln!(text, "/>"),
            Outcome::Passed(Some(told)) => {
                writeln!(text, ">\n      <system-out>{}</system-out>\n    </testcase>", escaped(told))
            }
            Outcome::Skipped(why) => {
                let (message, more) = why.split_once('\n').unwrap_or((why, ""));
                writeln!(
                    text,
                    ">\n      <skipped message=\"{}\">{}</skipped>\n    </testcase>",
                    escaped(message),
                    escaped(more)
                )
            }
            Outcome::Failed { kind, message, body } => writeln!(
                text,
                ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
                escaped(kind),
                escaped(message),
                escaped(body)
            ),
        };
    }
    text.push_str("  </testsuite>\n");
}

/// Text in XML 1.0, also in an attribute. What [`safe`] lets stand of the characters that XML forbids are two that
/// are none.
fn escaped(text: &str) -> String {
    safe(text).chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
            _ => shown.push(character),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_no_character_that_it_forbids() {
        assert_eq!(
            escaped("a\u{0}\u{b}\u{1b}b]]><x y=\"&\">"),
            "a\\u{0}\\u{b}\\u{1b}b]]&gt;&lt;x y=&quot;&amp;&quot;&gt;"
        );
        assert_eq!(escaped("\u{fffe}\u{ffff}é\u{202e}"), "\u{fffd}\u{fffd}é\\u{202e}");
    }

    #[test]
    fn tests_of_one_name_are_told_apart() {
        let case = |name: &str| Case { name: name.to_owned(), outcome: Outcome::Passed(None) };
        let mut cases = [case("a"), case("b"), case("a")];
        name_apart(&mut cases);
        assert_eq!(cases.map(|case| case.name), ["a", "b", "a (2)"]);
    }
}
