//! What proves approvals, and what does not: for a person, and in `json` for programs.

pub mod json;

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};

use super::words::{counted, filled, hanging};
use crate::{
    control::{Approval, Content, Writers},
    model::{History, Rung, Settings},
    text::{safe, safe_line},
};

/// The approvals that are shown, and what they are seen through.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'s> {
    /// In the order of documents.
    pub approvals: &'s [&'s Approval<'s>],
    /// The history, if there is one.
    pub history: Option<&'s History>,
    /// What they are judged by.
    pub settings: &'s Settings,
}

impl Shown<'_> {
    fn commit(&self, number: u32) -> String {
        self.history.map_or(String::new(), |history| {
            let commit = history.commit(number);
            format!("{} of {}", commit.short(), commit.day)
        })
    }
}

/// For a person, in so many columns; with `in_full`, all that was looked at of each.
pub fn as_text(shown: &Shown<'_>, width: usize, in_full: bool) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(["document", "version", "approved by", "on", "proof", "content", "written by"]);
    for approval in shown.approvals {
        let plain = |text: Option<&str>| text.map_or("-".to_owned(), |text| safe_line(text).into_owned());
        table.add_row([
            plain(Some(approval.id)),
            plain(approval.version),
            plain(Some(approval.by)),
            plain(approval.on),
            approval.rung.to_string(),
            content(&approval.content).to_owned(),
            writers(&approval.writers).to_owned(),
        ]);
    }
    let mut text: String = table.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    let remarks = told_once(shown, width, in_full);
    if !remarks.is_empty() {
        let _ = write!(text, "\n{remarks}");
    }
    let _ = write!(text, "\n{}", summary(shown, width));
    text
}

fn content(content: &Content) -> &'static str {
    match content {
        Content::AsApproved => "as approved",
        Content::Changed { .. } => "changed",
        Content::Untestable(_) => "not testable",
    }
}

fn writers(writers: &Writers) -> &'static str {
    match writers {
        Writers::Others => "others",
        Writers::Approver(_) => "the approver",
        Writers::BeforeHistory => "before history",
        Writers::Untestable(_) => "not testable",
    }
}

/// The remarks on all approvals, each with those that it is on.
fn told_once(shown: &Shown<'_>, width: usize, in_full: bool) -> String {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for approval in shown.approvals {
        let id = safe_line(approval.id).into_owned();
        for remark in remarks(shown, approval, in_full) {
            match all.iter_mut().find(|(known, _)| *known == remark) {
                Some((_, ids)) => ids.push(id.clone()),
                None => all.push((remark, vec![id.clone()])),
            }
        }
    }
    let only = shown.approvals.len() == 1;
    let told = all.iter().map(|(remark, ids)| {
        let head = hanging("- ", &safe(remark), width);
        if only { head } else { head + &hanging("    ", &ids.join(", "), width) }
    });
    told.collect()
}

/// What is to be said of one approval beyond its line in the table.
fn remarks(shown: &Shown<'_>, approval: &Approval<'_>, in_full: bool) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    match &approval.content {
        Content::AsApproved => {}
        Content::Changed { since, uncommitted } => {
            let mut by: Vec<String> =
                since.iter().map(|number| format!("commit {}", shown.commit(*number))).collect();
            by.extend(uncommitted.then(|| "what is not committed".to_owned()));
            let by =
                if by.is_empty() { "against its digest".to_owned() } else { format!("by {}", by.join(", ")) };
            said.push(format!("content changed since: {by}"));
        }
        Content::Untestable(reason) => said.push(format!("content not testable: {reason}")),
    }
    match &approval.writers {
        Writers::Others | Writers::BeforeHistory => {}
        Writers::Approver(number) => {
            said.push(format!("the approver wrote some of it: commit {}", shown.commit(*number)));
        }
        Writers::Untestable(reason) => said.push(format!("who wrote it is not testable: {reason}")),
    }
    if approval.rung < approval.asked {
        said.push(format!("it has to be {}, which takes {}", approval.asked, approval.asked.takes()));
    }
    for proof in &approval.proofs {
        match &proof.doubt {
            Some(doubt) => said.push(format!("{} does not count: {}", proof.what, doubt.told())),
            None if in_full => {
                let key = proof.key.as_ref().map_or(String::new(), |key| format!(", key {key}"));
                said.push(format!("{}: {}{key}", proof.rung, proof.what));
            }
            None => {}
        }
    }
    if in_full && let Some(number) = approval.recorded_in {
        said.push(format!("written down in commit {}", shown.commit(number)));
    }
    said
}

/// How many there are of what.
fn summary(shown: &Shown<'_>, width: usize) -> String {
    let count = |wanted: &dyn Fn(&Approval<'_>) -> bool| {
        shown.approvals.iter().filter(|approval| wanted(approval)).count()
    };
    let rungs = Rung::ALL.iter().rev().map(|rung| (*rung, count(&|approval| approval.rung == *rung)));
    let rungs: Vec<String> =
        rungs.filter(|(_, count)| *count > 0).map(|(rung, count)| format!("{count} {rung}")).collect();
    let changed = count(&|approval| matches!(approval.content, Content::Changed { .. }));
    let untested = count(&|approval| matches!(approval.content, Content::Untestable(_)));
    let own = count(&|approval| matches!(approval.writers, Writers::Approver(_)));
    let below = count(&|approval| approval.rung < approval.asked);
    let mut text = counted(shown.approvals.len(), "approval");
    if !rungs.is_empty() {
        let _ = write!(text, ": {}", rungs.join(", "));
    }
    let parts = [
        (changed, "of a content that has changed since"),
        (untested, "whose content is not testable"),
        (own, "by somebody who wrote some of it"),
        (below, "proved less well than it has to be"),
    ];
    for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, "; {count} {what}");
    }
    let mut text = filled(&text, width) + "\n";
    let seen = match shown.history {
        Some(history) => format!("seen through {}", counted(history.commits.len(), "commit")),
        None => "without history".to_owned(),
    };
    let _ = writeln!(text, "{}, {seen}", shown.settings.held);
    text.push_str("A proof tells who approved a content, not whether that was wise.\n");
    text
}
