//! Findings: what is wrong in the documents, where, and how it is recognised again.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    history::Seen,
    rule::{Basis, Cause, Level, Rule, RuleTally},
};
use crate::text::{Position, Source, Span};

/// Something wrong in the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule: `YAML-06`.
    pub rule: String,
    /// How much it matters, after the organization's own settings.
    pub level: Level,
    /// What the rule rests on.
    pub basis: Basis,
    /// What made it fire.
    pub cause: Cause,
    /// The narrowest place that shows it.
    pub place: Place,
    /// What is seen at that place, if that adds something.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Note>,
    /// What was found, as names and values.
    pub facts: Vec<Fact>,
    /// What is the case, in one line.
    pub message: String,
    /// What a person can do about it.
    pub help: Option<String>,
    /// What could not be tested because of it.
    pub untested: Option<Untested>,
    /// The document that it is about, or that is missing, by its id.
    pub subject: Option<String>,
    /// Who has accepted it for a time.
    pub waived: Option<Waived>,
    /// The same for the same mistake in the same document, whatever the lines and the day.
    pub fingerprint: String,
}

/// A place in the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the root, with forward slashes.
    pub path: String,
    /// The part of it; none if the file as a whole is meant, or its bytes are no text.
    pub range: Option<Range>,
    /// The field, as a person writes it: `targets[2].metric`.
    pub field: Option<String>,
}

/// A part of a text, in bytes and as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// In bytes.
    pub span: Span,
    /// Where it begins.
    pub start: Position,
    /// Just behind its end.
    pub end: Position,
}

/// Another place, and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What it shows.
    pub says: String,
}

/// A name and a value that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What the value is: `key`, `limit`.
    pub name: &'static str,
    /// The value as text.
    pub value: String,
}

/// A waiver that covers a finding. What is waived stays visible and counted, and fails no gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Waived {
    /// The waiver, by its id.
    pub waiver: String,
    /// The last day on which it holds.
    pub until: String,
}

/// What a finding kept from being tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Untested {
    /// All that the file, or the folder, may hold.
    File,
    /// One document of several in a file.
    Document,
    /// The records of a sealed extract, and what refers to them.
    Extract,
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), range: None, field: None }
    }

    /// A part of a text.
    pub fn within(source: &Source, span: Span) -> Self {
        let range = Range { span, start: source.position(span.start), end: source.position(span.end) };
        Self { path: source.name().to_owned(), range: Some(range), field: None }
    }
}

/// A finding that is being put together: what the rule says of itself is taken from the rule, and
/// the fingerprint from what must not move.
#[derive(Debug)]
pub struct Draft {
    finding: Finding,
    subject: String,
    field: String,
}

impl Draft {
    /// Something at `place` breaks `rule`. Of the facts, only those that do not depend on the day
    /// belong here.
    pub fn new(rule: &Rule, place: Place, message: impl Into<String>) -> Self {
        let subject = place.path.clone();
        let finding = Finding {
            rule: rule.id.clone(),
            level: rule.severity,
            basis: rule.basis,
            cause: rule.cause,
            place,
            label: None,
            related: Vec::new(),
            facts: Vec::new(),
            message: message.into(),
            help: None,
            untested: None,
            subject: None,
            waived: None,
            fingerprint: String::new(),
        };
        Self { finding, subject, field: String::new() }
    }

    /// The document that the finding is about, by its id; without one it is the file.
    #[must_use]
    pub fn subject(mut self, id: impl Into<String>) -> Self {
        self.subject = id.into();
        self.finding.subject = Some(self.subject.clone());
        self
    }

    /// The field, as shown and with its list items named by what does not move.
    #[must_use]
    pub fn field(mut self, shown: impl Into<String>, stable: impl Into<String>) -> Self {
        self.finding.place.field = Some(shown.into());
        self.field = stable.into();
        self
    }

    /// What is seen at the place.
    #[must_use]
    pub fn label(mut self, label: Option<String>) -> Self {
        self.finding.label = label;
        self
    }

    /// What a person can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.finding.help = help.into();
        self
    }

    /// Another place.
    #[must_use]
    pub fn note(mut self, place: Place, says: impl Into<String>) -> Self {
        self.finding.related.push(Note { place, says: says.into() });
        self
    }

    /// Something found.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.finding.facts.push(Fact { name, value: value.into() });
        self
    }

    /// What could not be tested because of it.
    #[must_use]
    pub fn untested(mut self, untested: Option<Untested>) -> Self {
        self.finding.untested = untested;
        self
    }

    /// The finding, with its fingerprint.
    pub fn finish(self) -> Finding {
        let Self { mut finding, subject, field } = self;
        finding.fingerprint = fingerprint(&finding, &subject, &field, 1);
        finding
    }
}

/// `v1:` and 128 bits of SHA-256 over rule, subject, field, facts and, of several that share all
/// these, the number.
fn fingerprint(finding: &Finding, subject: &str, field: &str, number: usize) -> String {
    let mut text = format!("v1\0{}\0{subject}\0{field}", finding.rule);
    for fact in &finding.facts {
        let _ = write!(text, "\0{}={}", fact.name, fact.value);
    }
    hashed(&text, number)
}

fn hashed(text: &str, number: usize) -> String {
    let digest =
        Sha256::new().chain_update(text).chain_update(b"\0").chain_update(number.to_string()).finalize();
    digest.iter().take(16).fold(String::from("v1:"), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What was read and what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tested {
    /// Files of YAML, of Markdown with front matter, or of a sealed extract; a link not followed or a
    /// folder not listed counts as one.
    pub files: usize,
    /// Of these, those of which nothing could be tested.
    pub untested_files: usize,
    /// Documents that could be read.
    pub documents: usize,
    /// Documents that could not, in files that hold others.
    pub untested_documents: usize,
    /// Sealed extracts whose records could not be read.
    pub untested_extracts: usize,
    /// Findings that a comment in the document says to ignore, with a reason.
    pub ignored: usize,
}

/// All findings of a run, in canonical order: by path, place, rule and message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
    /// What was read and what was not.
    pub tested: Tested,
    /// What came of each computed rule that applied to something, by its id.
    pub rules: BTreeMap<String, RuleTally>,
    /// How much of the history was seen, if it was looked for.
    pub history: Option<Seen>,
}

impl Findings {
    /// Puts findings in canonical order and tells apart those that share a fingerprint.
    pub fn new(mut list: Vec<Finding>, tested: Tested) -> Self {
        list.sort_by(|a, b| {
            (&a.place, &a.rule, &a.message, &a.fingerprint).cmp(&(
                &b.place,
                &b.rule,
                &b.message,
                &b.fingerprint,
            ))
        });
        let mut seen: HashMap<String, usize> = HashMap::new();
        for finding in &mut list {
            let number = seen.entry(finding.fingerprint.clone()).or_default();
            *number += 1;
            if *number > 1 {
                finding.fingerprint = hashed(&finding.fingerprint, *number);
            }
        }
        Self { list, tested, rules: BTreeMap::new(), history: None }
    }

    /// These and others, in canonical order.
    #[must_use]
    pub fn and(self, others: Vec<Finding>) -> Self {
        let Self { mut list, tested, rules, history } = self;
        list.extend(others);
        Self { history, ..Self::new(list, tested).with_rules(rules) }
    }

    /// Only those that are wanted.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&Finding) -> bool) -> Self {
        self.list.retain(|finding| wanted(finding));
        self
    }

    /// The same, with what came of each computed rule.
    #[must_use]
    pub fn with_rules(self, rules: BTreeMap<String, RuleTally>) -> Self {
        Self { rules, ..self }
    }

    /// The findings in canonical order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.list.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// How many have a level, waived ones apart.
    pub fn count(&self, level: Level) -> usize {
        self.list.iter().filter(|finding| finding.level == level && finding.waived.is_none()).count()
    }

    /// How many are waived.
    pub fn waived(&self) -> usize {
        self.list.iter().filter(|finding| finding.waived.is_some()).count()
    }

    /// Whether any that is not waived is at or above a level.
    pub fn reach(&self, gate: Level) -> bool {
        self.list.iter().any(|finding| finding.level >= gate && finding.waived.is_none())
    }

    /// Has each finding looked at, and waived by what is given for it.
    pub fn waive(&mut self, waiver: impl Fn(&Finding) -> Option<Waived>) {
        for finding in &mut self.list {
            finding.waived = waiver(finding);
        }
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Rule {
        Rule {
            id: "YAML-06".into(),
            severity: Level::Error,
            basis: Basis::Integrity,
            cause: Cause::Content,
            says: String::new(),
            explain: String::new(),
            tier: crate::model::Tier::Core,
            about: None,
            computed: None,
            left_to: None,
            own: None,
        }
    }

    fn draft(text: &str, needle: &str) -> Draft {
        let source = Source::new("a.yaml", text);
        let start = text.find(needle).unwrap();
        Draft::new(&rule(), Place::within(&source, Span::new(start, start + needle.len())), "message")
    }

    #[test]
    fn a_fingerprint_does_not_move_with_lines() {
        let here = draft("key: 1", "key").field("key", "key").finish();
        let below = draft("# added\n\nkey: 1", "key").field("key", "key").finish();
        assert_ne!(here.place, below.place);
        assert_eq!(here.fingerprint, below.fingerprint);
        assert!(here.fingerprint.starts_with("v1:") && here.fingerprint.len() == 35, "{}", here.fingerprint);
    }

    #[test]
    fn a_fingerprint_tells_subjects_fields_and_facts_apart() {
        let prints: std::collections::HashSet<String> = [
            draft("k", "k").finish(),
            draft("k", "k").subject("POL-001").finish(),
            draft("k", "k").field("a", "a").finish(),
            draft("k", "k").fact("key", "k").finish(),
            draft("k", "k").fact("key", "other").finish(),
        ]
        .map(|finding| finding.fingerprint)
        .into();
        assert_eq!(prints.len(), 5);
    }

    #[test]
    fn a_document_that_moves_to_another_file_keeps_its_fingerprint() {
        let place = |path: &str| Place::within(&Source::new(path, "k"), Span::new(0, 1));
        let print =
            |path: &str| Draft::new(&rule(), place(path), "m").subject("POL-001").finish().fingerprint;
        assert_eq!(print("a.yaml"), print("b/c.yaml"));
    }

    #[test]
    fn findings_have_one_order_and_fingerprints_of_their_own() {
        let list = vec![draft("a b", "b").finish(), draft("a b", "a").finish()];
        let findings = Findings::new(list.clone(), Tested::default());
        let reversed = Findings::new(list.into_iter().rev().collect(), Tested::default());
        assert_eq!(findings, reversed);
        let prints: Vec<&String> = findings.iter().map(|finding| &finding.fingerprint).collect();
        assert_ne!(prints[0], prints[1]);
    }

    #[test]
    fn the_gate_is_reached_from_its_level_upwards() {
        let mut finding = draft("k", "k").finish();
        finding.level = Level::Warning;
        let findings = Findings::new(vec![finding], Tested::default());
        assert!(
            findings.reach(Level::Info) && findings.reach(Level::Warning) && !findings.reach(Level::Error)
        );
    }
}
