//! What somebody has accepted: waivers, which keep a finding visible, and comments beside a value.

use std::collections::HashMap;

use crate::{
    corpus::{Corpus, Documents},
    model::{Basis, Content, Finding, Findings, Judged, Level, Waived},
    text::Source,
    yaml::{Mapping, Node},
};

/// Findings that others have made, at the organization's own levels and without those that a comment says to ignore;
/// and how many these are.
pub fn accepted(corpus: &Corpus<'_>, judged: &Judged, mut findings: Vec<Finding>) -> (Vec<Finding>, usize) {
    at_own_levels(judged, &mut findings);
    without_ignored(corpus, findings)
}

/// Gives the findings of rules that are not computed the level that the organization sets; of those that are,
/// it is known before. What left something unread stays as it is: nobody should believe that it was tested.
pub(super) fn at_own_levels(judged: &Judged, findings: &mut Vec<Finding>) {
    findings.retain_mut(|finding| match judged.levels.get(&finding.rule) {
        _ if finding.untested.is_some() => true,
        Some(Some(level)) => {
            finding.level = *level;
            true
        }
        Some(None) => false,
        None => true,
    });
}

/// Leaves out the findings that a comment on their line says to ignore, and tells how many those are. Only
/// what is custom or the organization's own can be set aside in this way, and only with a reason:
/// `# probity: ignore CHG-12 because the tool cannot know the weekend`.
pub(super) fn without_ignored(corpus: &Corpus<'_>, findings: Vec<Finding>) -> (Vec<Finding>, usize) {
    let custom = |finding: &Finding| {
        matches!(finding.basis, Basis::Practice | Basis::OwnRule) && finding.level < Level::Error
    };
    if !findings.iter().any(custom) {
        return (findings, 0);
    }
    let mut sources: HashMap<&str, &Source> = HashMap::new();
    for file in &corpus.snapshot.files {
        if let Content::Text(source) = &file.content {
            sources.insert(&file.path, source);
        }
    }
    let before = findings.len();
    let ignored = |finding: &Finding| {
        let line = finding.place.range.map(|range| range.start.line);
        let source = sources.get(finding.place.path.as_str()).filter(|_| custom(finding));
        source.zip(line).is_some_and(|(source, line)| ignores(source.line(line), &finding.rule))
    };
    let kept: Vec<Finding> = findings.into_iter().filter(|finding| !ignored(finding)).collect();
    let ignored = before - kept.len();
    (kept, ignored)
}

fn ignores(line: &str, rule: &str) -> bool {
    ignored_rule(line) == Some(rule)
}

/// The rule that a comment on a line says to ignore, with a reason.
fn ignored_rule(line: &str) -> Option<&str> {
    let (_, said) = line.split_once("# probity: ignore ")?;
    let mut words = said.split_whitespace();
    let rule = words.next()?;
    (words.next() == Some("because") && words.next().is_some()).then_some(rule)
}

/// The rules that comments in a text say to ignore, once for each comment.
pub fn ignored_rules(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(ignored_rule)
}

/// Marks the findings that a waiver covers on the day judged on.
pub fn waive(documents: &Documents<'_>, judged: &Judged, findings: &mut Findings) {
    let waivers: Vec<Waiver<'_>> = documents
        .of_type("waiver")
        .iter()
        .filter_map(|number| Waiver::read(documents, *number, judged))
        .collect();
    if !waivers.is_empty() {
        findings.waive(|finding| {
            let waiver = waivers.iter().find(|waiver| waiver.covers(documents, finding))?;
            Some(Waived { waiver: waiver.id.to_owned(), until: waiver.until.to_owned() })
        });
    }
}

/// A waiver that holds.
struct Waiver<'d> {
    id: &'d str,
    until: &'d str,
    waives: Mapping<'d>,
    /// The documents that it is for; all, if empty.
    only: Vec<&'d str>,
}

impl<'d> Waiver<'d> {
    fn read(documents: &'d Documents<'_>, number: u32, judged: &Judged) -> Option<Self> {
        let document = documents.at(number);
        let text = |name: &str| document.get(name).and_then(Node::text);
        let until = text("until")?;
        let begun = text("approved_on").is_none_or(|day| day.parse().is_ok_and(|day| judged.as_of >= day));
        let holds = until.parse().is_ok_and(|until| judged.as_of <= until);
        let only = match document.get("applies_to").map(Node::kind) {
            Some(crate::yaml::Kind::Sequence(list)) => list.items().filter_map(Node::text).collect(),
            _ => Vec::new(),
        };
        let (id, _) = document.id()?;
        let waives = document.get("waives")?.mapping()?;
        (holds && begun && text("because").is_some()).then_some(Self { id, until, waives, only })
    }

    fn covers(&self, documents: &Documents<'_>, finding: &Finding) -> bool {
        let named = |what: &str| self.waives.get(what).and_then(Node::text);
        let subject = finding.subject.as_deref();
        if !self.only.is_empty() && !subject.is_some_and(|subject| self.only.contains(&subject)) {
            return false;
        }
        let of_type = || {
            let number = documents.find(subject?)?;
            documents.at(number).type_name.map(|(name, _)| name)
        };
        let requirement = finding.rule.strip_prefix("REQ-");
        named("rule") == Some(&finding.rule)
            || requirement.is_some() && named("requirement") == requirement
            || named("finding") == Some(&finding.fingerprint)
            || named("type").is_some_and(|wanted| of_type() == Some(wanted))
    }
}
