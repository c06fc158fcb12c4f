//! Which findings bear on a point.

use std::collections::{BTreeMap, HashMap};

use crate::{
    corpus::Documents,
    model::{Basis, Finding, Findings, Found, Level, Point, Signal, Standard},
};

/// Categories of documents, and all of them: rules about these bear on a point only through the documents
/// that would be its evidence.
const GENERAL: [&str; 5] = ["any", "document", "register", "record", "working-paper"];

/// The findings of a check, by rule.
pub(super) struct Signals<'f> {
    documents: &'f Documents<'f>,
    by_rule: HashMap<&'f str, Vec<&'f Finding>>,
}

impl<'f> Signals<'f> {
    pub(super) fn new(documents: &'f Documents<'f>, findings: &'f Findings) -> Self {
        let mut by_rule: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for finding in findings {
            by_rule.entry(&finding.rule).or_default().push(finding);
        }
        Self { documents, by_rule }
    }

    /// Those that bear on a point: of the rules that it names, of missing documents that it asks for, and of
    /// completeness where the document is found as its evidence.
    pub(super) fn of(
        &self,
        standard: &Standard,
        found: &BTreeMap<String, Found>,
        point: &Point,
    ) -> Vec<Signal> {
        let mut signals = Vec::new();
        let artefacts = || point.evidence.iter().filter_map(|name| standard.artefacts.get(name));
        let types: Vec<&str> = artefacts().flat_map(|artefact| &artefact.types).map(String::as_str).collect();
        for rule in &point.signals {
            let about = self.documents.catalog.rule(rule).and_then(|rule| rule.about.as_deref());
            let general = about.is_none_or(|about| GENERAL.contains(&about));
            let bears =
                |finding: &&&Finding| !general || self.type_of(finding).is_some_and(|of| types.contains(&of));
            let findings = self.by_rule.get(rule.as_str()).into_iter().flatten().filter(bears);
            signals.extend(joined(findings.copied()));
        }
        let material =
            point.evidence.iter().filter_map(|name| found.get(name)).flat_map(|found| &found.material);
        let ids: Vec<&str> = material.filter_map(|material| material.id.as_deref()).collect();
        let incomplete = self.by_rule.get(COMPLETENESS).into_iter().flatten();
        let incomplete =
            incomplete.filter(|finding| finding.subject.as_deref().is_some_and(|id| ids.contains(&id)));
        signals.extend(joined(incomplete.copied()));
        let mut asking: Vec<String> = artefacts()
            .filter_map(|artefact| Some(super::missing::rule_id(artefact.points.first()?)))
            .collect();
        asking.sort_unstable();
        asking.dedup();
        for rule in asking {
            let missing = self.by_rule.get(rule.as_str()).into_iter().flatten();
            let named =
                |finding: &&&Finding| finding.facts.iter().any(|fact| point.evidence.contains(&fact.value));
            signals.extend(joined(missing.filter(named).copied()));
        }
        signals
    }

    fn type_of(&self, finding: &Finding) -> Option<&'f str> {
        let number = self.documents.find(finding.subject.as_deref()?)?;
        self.documents.at(number).record_type.map(|found| found.id.as_str())
    }
}

/// The rule of completeness.
const COMPLETENESS: &str = "COMP-01";

/// Findings of one rule as one signal.
fn joined<'f>(findings: impl Iterator<Item = &'f Finding>) -> Option<Signal> {
    let mut findings = findings.peekable();
    let first = *findings.peek()?;
    let mut signal = Signal {
        rule: first.rule.clone(),
        level: first.level,
        basis: first.basis,
        count: 0,
        waived: 0,
        message: first.message.clone(),
        place: first.place.clone(),
        lowering: Vec::new(),
    };
    for finding in findings {
        signal.count += 1;
        signal.level = signal.level.max(finding.level);
        if finding.waived.is_some() {
            signal.waived += 1;
        } else if finding.level == Level::Error
            && matches!(finding.basis, Basis::Requirement | Basis::Integrity)
        {
            signal.lowering.push(finding.fingerprint.clone());
        }
    }
    Some(signal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completeness_is_told_under_its_rule() {
        assert!(crate::catalog::rule(COMPLETENESS).is_some());
    }
}
