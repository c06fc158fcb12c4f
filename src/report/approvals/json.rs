//! What proves approvals, for programs: JSON of version 1, whose JSON Schema is `schemas/reports/approvals-1.json`.
//! Within a version, fields are only added.

use serde::Serialize;

use super::Shown;
use crate::{
    control::{Approval, Content, Doubt, Proof, Writers},
    model::{History, Rung},
    report::json,
};

/// What proves approvals, for programs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity approvals, version 1"))]
struct ApprovalsReport<'s> {
    /// Always `probity-approvals`.
    #[cfg_attr(test, schemars(extend("const" = "probity-approvals")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What was looked at: `work tree`, `index`, or the commit.
    snapshot: String,
    /// How many commits led there; none if there is no history.
    commits: Option<usize>,
    /// In the order of documents.
    approvals: Vec<ApprovalReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ApprovalReport<'s> {
    document: &'s str,
    version: Option<&'s str>,
    by: &'s str,
    role: Option<&'s str>,
    on: Option<&'s str>,
    /// How well the approval is proved.
    rung: Rung,
    /// How well it has to be.
    asked: Rung,
    /// The commit that wrote it down first.
    recorded_in: Option<CommitReport<'s>>,
    content: ContentReport<'s>,
    writers: WritersReport<'s>,
    /// What proves it, or could and does not.
    proofs: Vec<ProofReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CommitReport<'s> {
    id: &'s str,
    /// Where it was made, as its writer claims.
    day: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum ContentState {
    AsApproved,
    Changed,
    NotTestable,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ContentReport<'s> {
    state: ContentState,
    /// The commits that changed it since, the newest first.
    since: Vec<CommitReport<'s>>,
    /// Whether something is changed that is not committed.
    uncommitted: bool,
    reason: Option<&'s str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum WritersState {
    Others,
    Approver,
    BeforeHistory,
    NotTestable,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct WritersReport<'s> {
    state: WritersState,
    /// The commit in which the approver wrote some of it.
    commit: Option<CommitReport<'s>>,
    reason: Option<&'s str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum SignatureState {
    Valid,
    Invalid,
    NotTestable,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ProofReport<'s> {
    what: &'s str,
    /// The rung that it stands for.
    rung: Rung,
    /// Whether it counts.
    holds: bool,
    /// Of a signature, whether it is right for what it signs, whosever it is.
    signature: Option<SignatureState>,
    /// The fingerprint of the key that signed it.
    key: Option<&'s str>,
    /// Why it does not count.
    doubt: Option<String>,
}

/// As an object with a line feed at the end.
pub fn render(shown: &Shown<'_>) -> String {
    json::text(&ApprovalsReport {
        format: "probity-approvals",
        version: 1,
        snapshot: shown.settings.held.to_string(),
        commits: shown.history.map(|history| history.commits.len()),
        approvals: shown.approvals.iter().map(|approval| report(approval, shown.history)).collect(),
    })
}

fn report<'s>(approval: &'s Approval<'_>, history: Option<&'s History>) -> ApprovalReport<'s> {
    let commit = |number: u32| {
        let commit = history?.commit(number);
        Some(CommitReport { id: &commit.id, day: commit.day.to_string() })
    };
    let (state, since, uncommitted, reason) = match &approval.content {
        Content::AsApproved => (ContentState::AsApproved, Vec::new(), false, None),
        Content::Changed { since, uncommitted } => {
            let since = since.iter().filter_map(|number| commit(*number)).collect();
            (ContentState::Changed, since, *uncommitted, None)
        }
        Content::Untestable(reason) => (ContentState::NotTestable, Vec::new(), false, Some(reason.as_str())),
    };
    let content = ContentReport { state, since, uncommitted, reason };
    let writers = match &approval.writers {
        Writers::Others => WritersReport { state: WritersState::Others, commit: None, reason: None },
        Writers::Approver(number) => {
            WritersReport { state: WritersState::Approver, commit: commit(*number), reason: None }
        }
        Writers::BeforeHistory => {
            WritersReport { state: WritersState::BeforeHistory, commit: None, reason: None }
        }
        Writers::Untestable(reason) => {
            WritersReport { state: WritersState::NotTestable, commit: None, reason: Some(reason) }
        }
    };
    ApprovalReport {
        document: approval.id,
        version: approval.version,
        by: approval.by,
        role: approval.role,
        on: approval.on,
        rung: approval.rung,
        asked: approval.asked,
        recorded_in: approval.recorded_in.and_then(commit),
        content,
        writers,
        proofs: approval.proofs.iter().map(proof).collect(),
    }
}

fn proof(proof: &Proof) -> ProofReport<'_> {
    let signature = (proof.rung == Rung::Signed).then_some(match (&proof.key, &proof.doubt) {
        (Some(_), _) => SignatureState::Valid,
        (None, Some(Doubt::Forged(_))) => SignatureState::Invalid,
        (None, _) => SignatureState::NotTestable,
    });
    ProofReport {
        signature,
        what: &proof.what,
        rung: proof.rung,
        holds: proof.doubt.is_none(),
        key: proof.key.as_deref(),
        doubt: proof.doubt.as_ref().map(Doubt::told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("approvals-1", &schemars::schema_for!(ApprovalsReport<'_>));
    }
}
