//! From what is known of approvals to findings, and to how often each rule was kept, broken and not testable.

use std::collections::BTreeMap;

use super::{
    BURST, REVIEWS, Sight,
    approval::{Approval, Content, Writers, unknown},
    proof::Doubt,
};
use crate::{
    catalog,
    corpus::Document,
    model::{APPROVAL_TAG, Draft, Finding, Place, Rule, RuleTally, Rung},
    text::quoted,
    yaml::Node,
};

/// What is told so far.
pub(super) struct Told<'l, 'h, 'c> {
    sight: &'l Sight<'h, 'c>,
    findings: Vec<Finding>,
    rules: BTreeMap<String, RuleTally>,
}

impl<'l, 'h, 'c> Told<'l, 'h, 'c> {
    pub(super) fn new(sight: &'l Sight<'h, 'c>) -> Self {
        Self { sight, findings: Vec::new(), rules: BTreeMap::new() }
    }

    pub(super) fn finish(self) -> (Vec<Finding>, BTreeMap<String, RuleTally>) {
        (self.findings, self.rules)
    }

    pub(super) fn kept(&mut self, rule: &str) {
        self.tally(rule, RuleTally { kept: 1, ..RuleTally::default() });
    }

    pub(super) fn untestable(&mut self, rule: &str, reason: &str) {
        if self.sight.reader.as_ref().is_err_and(|blind| blind.is_wanted) {
            return;
        }
        let reason = Some(reason.to_owned());
        self.tally(rule, RuleTally { untestable: 1, reason, ..RuleTally::default() });
    }

    pub(super) fn broken(&mut self, finding: Draft) {
        let finding = finding.finish();
        let rule = finding.rule.clone();
        self.findings.push(finding);
        self.tally(&rule, RuleTally { broken: 1, ..RuleTally::default() });
    }

    fn tally(&mut self, rule: &str, tally: RuleTally) {
        if self.sight.judged.levels.get(rule) != Some(&None) {
            self.rules.entry(rule.to_owned()).or_default().add(tally);
        }
    }

    /// What is known of one approval.
    pub(super) fn of_approval(&mut self, approval: &Approval<'_>) {
        self.of_content(approval);
        self.of_writers(approval);
        self.of_history(approval);
        self.of_proofs(approval);
        self.of_review(approval);
    }

    fn of_content(&mut self, approval: &Approval<'_>) {
        let id = quoted(approval.id);
        let (since, uncommitted) = match &approval.content {
            Content::AsApproved => return self.kept("DOC-03"),
            Content::Untestable(reason) => return self.untestable("DOC-03", reason),
            Content::Changed { since, uncommitted } => (since, *uncommitted),
        };
        let on = approval.on.map_or(String::new(), |day| format!(" of {day}"));
        let changed = match since.split_first().zip(self.sight.history()) {
            None if uncommitted => {
                format!("{id} differs from what was approved, in a change that is not committed")
            }
            None => format!("{id} has another content than the digest in its approval names"),
            Some(((newest, rest), history)) => {
                let commit = self.sight.people.told(history.commit(*newest));
                let more = match (rest.len(), uncommitted) {
                    (0, false) => String::new(),
                    (0, true) => ", and by what is not committed yet".to_owned(),
                    (1, _) => ", and by one commit before".to_owned(),
                    (count, _) => format!(", and by {count} commits before"),
                };
                format!("{id} was changed after its approval{on}, by {commit}{more}")
            }
        };
        let help = format!(
            "let {} look at it and approve it again (`probity approve {} --approver {}`), or bring the approved text back",
            quoted(approval.by),
            approval.id,
            approval.by
        );
        self.broken(draft("DOC-03", self.document(approval), "approval", changed).help(help));
    }

    fn of_writers(&mut self, approval: &Approval<'_>) {
        match &approval.writers {
            Writers::Others | Writers::BeforeHistory => self.kept("DOC-22"),
            Writers::Untestable(reason) => self.untestable("DOC-22", reason),
            Writers::Approver(number) => {
                let Some(history) = self.sight.history() else { return };
                let commit = history.commit(*number);
                let message = format!(
                    "{} was approved by {}, who wrote some of it: commit {} of {}",
                    quoted(approval.id),
                    quoted(approval.by),
                    commit.short(),
                    commit.day
                );
                let help = "have somebody else with the right role read and approve it";
                self.broken(
                    draft("DOC-22", self.document(approval), "approval.by", message).help(help.to_owned()),
                );
            }
        }
    }

    fn of_history(&mut self, approval: &Approval<'_>) {
        let Some(history) = self.sight.history().filter(|_| approval.recorded_in.is_some()) else { return };
        match &approval.same_version {
            None => self.kept("DOC-23"),
            Some(before) => {
                let version = quoted(approval.version.unwrap_or_default());
                let message = format!(
                    "{} was changed and approved again, and is still version {version}, as approved on {before}",
                    quoted(approval.id)
                );
                let help =
                    "give the changed content a version of its own, so that people can tell the two apart";
                self.broken(
                    draft("DOC-23", self.document(approval), "version", message).help(help.to_owned()),
                );
            }
        }
        match approval.written_later {
            None => self.kept("DOC-24"),
            Some(number) => {
                let commit = self.sight.people.told(history.commit(number));
                let message = format!(
                    "{} was approved on {}, and what was approved was committed later, by {commit}",
                    quoted(approval.id),
                    approval.on.unwrap_or_default()
                );
                let help = "correct the day of the approval; if the text was approved before it was filed, name the \
                    minutes with its digest";
                self.broken(
                    draft("DOC-24", self.document(approval), "approval.date", message).help(help.to_owned()),
                );
            }
        }
    }

    fn of_proofs(&mut self, approval: &Approval<'_>) {
        let id = quoted(approval.id);
        for proof in &approval.proofs {
            if !proof.is_suspect() {
                if proof.holds() == Some(Rung::Signed) {
                    self.kept("DOC-25");
                }
                continue;
            }
            let rule = if matches!(proof.doubt, Some(Doubt::Forged(_))) { "DOC-25" } else { "DOC-14" };
            let doubt = proof.doubt.as_ref().map(Doubt::told).unwrap_or_default();
            let message = format!("the {} does not prove the approval of {id}: {doubt}", proof.what);
            let help = if rule == "DOC-25" {
                "find out who made it; have the document approved again, with a key that you know"
            } else {
                "find out who rewrote history or moved the tag; have the document approved again as it is published"
            };
            let draft = draft(rule, self.document(approval), "approval", message);
            self.broken(draft.fact("proof", &proof.what).help(help.to_owned()));
        }
        if approval.rung >= approval.asked {
            return self.kept("DOC-13");
        }
        // That there is no evidence at all, completeness tells.
        let names_evidence = approval_field(self.document(approval), "evidence").is_some();
        if approval.asked == Rung::Recorded && !names_evidence {
            return;
        }
        let untold =
            approval.proofs.iter().filter(|proof| proof.rung >= approval.asked).find_map(
                |proof| match &proof.doubt {
                    Some(Doubt::Untestable(reason)) => Some(reason.as_str()),
                    Some(_) | None => None,
                },
            );
        let blind = self.sight.reader.as_ref().err().filter(|_| approval.asked > Rung::Reviewed);
        if let Some(reason) = untold.or(blind.map(|blind| blind.reason.as_str())) {
            return self.untestable("DOC-13", reason);
        }
        if approval.recorded_in.is_none() && approval.asked > Rung::Reviewed {
            return self.untestable("DOC-13", "the approval is not committed yet");
        }
        let why = approval.proofs.iter().filter(|proof| proof.rung >= approval.asked);
        let why = why.filter_map(|proof| Some(format!("; {}: {}", proof.what, proof.doubt.as_ref()?.told())));
        let message = if approval.asked == Rung::Recorded {
            format!(
                "the approval of {id} is claimed, not recorded: what is named as evidence is no file, document or address"
            )
        } else {
            let why: String = why.collect();
            format!("the approval of {id} is {} and has to be {}{why}", approval.rung, approval.asked)
        };
        let help = format!("it takes {}", approval.asked.takes());
        self.broken(draft("DOC-13", self.document(approval), "approval", message).help(help));
    }

    /// Days on which so many approvals, or reviews, were written down that one asks whether anybody read all that.
    pub(super) fn of_bursts(&mut self, approvals: &[Approval<'_>]) {
        let help = "be ready to tell an auditor how so much was read before it was approved";
        let of = |approval: &Approval<'_>| approval.recorded_in;
        self.of_burst(approvals, BURST, of, ["DOC-26", "approval", "approvals were", help]);
        let help = "be ready to tell an auditor what was thought over, and who did";
        let of = |approval: &Approval<'_>| approval.reviewed_in;
        self.of_burst(
            approvals,
            REVIEWS,
            of,
            ["DOC-15", "reviewed_on", "reviews without a change were", help],
        );
    }

    fn of_burst(
        &mut self,
        approvals: &[Approval<'_>],
        (name, usual): (&str, &str),
        commit_of: impl Fn(&Approval<'_>) -> Option<u32>,
        [rule, field, what, help]: [&str; 4],
    ) {
        let Some(history) = self.sight.history() else { return };
        let own = self.sight.judged.own.get(name).map_or(usual, String::as_str);
        let Ok(least) = own.parse::<usize>() else { return };
        let mut days: BTreeMap<_, Vec<&Approval<'_>>> = BTreeMap::new();
        for approval in approvals {
            let Some(number) = commit_of(approval) else { continue };
            let commit = history.commit(number);
            // What came with the first commit was written down elsewhere, at its own time.
            if !commit.parents.is_empty() && !self.sight.is_early(number) {
                days.entry(commit.day).or_default().push(approval);
            }
        }
        for (day, approvals) in days {
            let Some(first) = approvals.first().filter(|_| approvals.len() >= least) else {
                self.kept(rule);
                continue;
            };
            let message = format!("{} {what} written down on {day}, this among them", approvals.len());
            let draft = draft(rule, self.document(first), field, message);
            self.broken(draft.fact("day", day.to_string()).help(help.to_owned()));
        }
    }

    /// Whether a person stands behind a review that changed nothing.
    fn of_review(&mut self, approval: &Approval<'_>) {
        let sight = self.sight;
        let Some((number, history)) = approval.reviewed_in.zip(sight.history()) else { return };
        let commit = history.commit(number);
        match sight.people.person(&commit.author, commit.day) {
            Some(person) if sight.people.is_machine(person) => {
                let message = format!(
                    "the day of the last review of {} was set by a machine, {}",
                    quoted(approval.id),
                    sight.people.told(commit)
                );
                let help = "let the person who read it set `reviewed_on`, and say in the message of the commit what came of it";
                let draft = draft("DOC-15", self.document(approval), "reviewed_on", message);
                self.broken(draft.help(help.to_owned()));
            }
            Some(_) => self.kept("DOC-15"),
            None => self.untestable("DOC-15", &unknown(&commit.author)),
        }
    }

    /// Tags for approvals of versions that are no longer in force have to have led here, too.
    pub(super) fn of_tags(&mut self) {
        let Some(history) = self.sight.history() else { return };
        for tag in &history.tags {
            let Some((id, version)) = tag.name[APPROVAL_TAG.len()..].rsplit_once('/') else { continue };
            let Some(number) = self.sight.documents.find(id) else { continue };
            let document = self.sight.documents.at(number);
            // Of the version in force, its approval tells.
            let is_in_force = document.get("version").and_then(Node::text) == Some(version)
                && document.get("status").and_then(Node::text) == Some("approved");
            if is_in_force || history.find(&tag.target).is_some() {
                continue;
            }
            if history.is_cut() {
                self.untestable("DOC-14", &self.sight.cut());
                continue;
            }
            let message = format!(
                "the tag {} names a commit that did not lead to what is looked at",
                quoted(&tag.name)
            );
            let help = "find out who rewrote history after that approval, and whether the server forbids it";
            let draft = draft("DOC-14", document, "version", message);
            self.broken(draft.fact("proof", format!("tag {}", tag.name)).help(help.to_owned()));
        }
    }

    fn document(&self, approval: &Approval<'_>) -> &'l Document<'c>
    where
        'h: 'l,
    {
        self.sight.documents.at(approval.document)
    }
}

fn approval_field<'c>(document: &Document<'c>, name: &str) -> Option<Node<'c>> {
    document.get("approval")?.mapping()?.get(name)
}

/// A rule that is told here.
pub(super) fn rule(id: &str) -> &'static Rule {
    catalog::rule(id).unwrap_or_else(|| panic!("`schemas/rules/` has no rule {id}"))
}

/// A finding at a field of a document: `approval.by`.
pub(super) fn draft(rule: &str, document: &Document<'_>, field: &str, message: String) -> Draft {
    let rule = self::rule(rule);
    let mut names = field.split('.');
    let first = names.next().unwrap_or_default();
    // Of a block, its key is shown, or else the whole of it would be.
    let key = document.fields.entry(first).map(|(key, value)| match value.mapping() {
        Some(_) if !field.contains('.') => key,
        Some(_) | None => value,
    });
    let node = names.fold(key, |node, name| node?.mapping()?.get(name).or(node));
    let span = node.map_or_else(|| document.head(), Node::span);
    let id = document.id().map_or("", |(id, _)| id);
    Draft::new(rule, Place::within(document.source, span), message).subject(id).field(field, field)
}
