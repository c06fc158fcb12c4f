//! What a pack tells programs of itself: `manifest.json`, JSON of version 1, whose JSON Schema is
//! `schemas/reports/pack-1.json`. Within a version, fields are only added.

use serde::{Deserialize, Serialize};

/// What a pack holds and how it came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity pack, version 1"))]
pub(crate) struct Manifest {
    /// Always `probity-pack`.
    #[cfg_attr(test, schemars(extend("const" = "probity-pack")))]
    pub(crate) format: String,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub(crate) version: u32,
    /// What made it.
    pub(crate) tool: Tool,
    /// The same for the same commit, configuration, flags and version of the tool.
    pub(crate) pack_id: String,
    /// Whose management system it is of.
    pub(crate) organization: Option<String>,
    /// What it is for.
    pub(crate) purpose: Option<String>,
    /// The audit that it is for, by the id of its document.
    pub(crate) audit_id: Option<String>,
    /// The standard, by number and year.
    pub(crate) standard: String,
    pub(crate) edition: String,
    pub(crate) amendments: Vec<String>,
    /// The version of the scope that is in force.
    pub(crate) scope_version: Option<String>,
    pub(crate) period: Span,
    /// Where the period comes from.
    pub(crate) period_origin: String,
    /// The day on which rules judged.
    pub(crate) as_of: String,
    /// Where that day comes from.
    pub(crate) as_of_origin: String,
    /// The oldest commit of the repository.
    pub(crate) repository_id: Option<String>,
    /// The commit that is packed.
    pub(crate) commit: String,
    /// The day on which it was made. All days in the pack that are not those of documents are this one.
    pub(crate) commit_time: String,
    /// Always true: a pack is made of a commit, and of nothing that is not committed.
    pub(crate) tree_clean: bool,
    /// SHA-256 of the rules, types and points of the organization's own; none if there are none.
    pub(crate) ruleset_version: Option<String>,
    /// SHA-256 of `probity.toml`; none if there is none.
    pub(crate) config_digest: Option<String>,
    pub(crate) built_at: String,
    /// The role in which somebody made it, as they say.
    pub(crate) built_by_role: Option<String>,
    /// Whether names of people and free text are taken out.
    pub(crate) redacted: bool,
    /// Why earlier versions are not in it, if history was not looked at or not to its end.
    pub(crate) history_not_seen: Option<String>,
    pub(crate) previous_pack: Option<String>,
    /// The day by which who receives it is asked to delete it.
    pub(crate) delete_after: Option<String>,
    pub(crate) item_count: usize,
    /// What there is for each point of the standard, as the index by clause has it.
    pub(crate) requirements: Vec<Requirement>,
    /// The flags that it was made with, beyond those above.
    pub(crate) order: Flags,
    /// Each version of each document, in the order of the folders.
    pub(crate) items: Vec<Item>,
    /// Files that documents point to.
    pub(crate) attachments: Vec<Attached>,
    /// Files that documents point to and that are not in the pack.
    pub(crate) missing: Vec<Missing>,
    pub(crate) populations: Vec<Population>,
    pub(crate) samples: Vec<Sample>,
    /// All files in `data/` but this one.
    pub(crate) files: Vec<FileRow>,
}

/// A program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Days, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Span {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A point of the standard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) clause: String,
    /// What is asked, in our words.
    pub(crate) says: String,
    /// What a program found: `material found`. It says of nothing that it is enough.
    pub(crate) found: String,
    /// What lacks, or cannot be told.
    pub(crate) remark: String,
    /// Items, by `evidence_id`.
    pub(crate) items: Vec<String>,
}

/// Flags, as far as they have no field of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Flags {
    /// Only items that help to evidence these clauses.
    pub(crate) clauses: Vec<String>,
    /// Whether people are named.
    pub(crate) names: bool,
    /// Types of working papers that are packed all the same.
    pub(crate) with: Vec<String>,
    /// Fields with free text that are packed all the same: `incident.title`.
    pub(crate) open: Vec<String>,
    /// Files that are packed as they are although the pack is redacted.
    pub(crate) open_files: Vec<String>,
}

/// A version of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Item {
    /// Its source, from `data/` on.
    pub(crate) path: String,
    /// A copy of it that a person reads.
    pub(crate) page: String,
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) media_type: String,
    pub(crate) title: Option<String>,
    /// The name of the item in the pack: `POL-001-v2.0`.
    pub(crate) evidence_id: String,
    /// The points of the standard that it would be evidence of, as far as a program can tell.
    pub(crate) requirement_ids: Vec<String>,
    /// The clauses that it helps to evidence.
    pub(crate) clauses: Vec<String>,
    pub(crate) record_type: String,
    pub(crate) record_id: String,
    pub(crate) version: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) owner_role: Option<String>,
    pub(crate) approved_by: Option<String>,
    pub(crate) approved_by_role: Option<String>,
    pub(crate) approved_on: Option<String>,
    pub(crate) approval_evidence: Vec<String>,
    /// How well the approval is proved, from `claimed` to `signed`; none for an earlier version.
    pub(crate) approval_proof: Option<String>,
    /// `as-approved`, `changed` or `not-testable`.
    pub(crate) approval_content: Option<String>,
    /// What is known of signatures under the approval.
    pub(crate) signature: Option<String>,
    /// The digest for which an approval is given.
    pub(crate) approved_digest: Option<String>,
    /// The first day on which it was in force, or of which it tells.
    pub(crate) period_start: Option<String>,
    pub(crate) period_end: Option<String>,
    pub(crate) source_system: Option<String>,
    pub(crate) source_query: Option<String>,
    pub(crate) source_extracted_at: Option<String>,
    pub(crate) row_count: Option<u64>,
    /// The commit that gave it its content.
    pub(crate) commit: Option<String>,
    /// Who wrote that commit: by id, or else as git does.
    pub(crate) author: Vec<String>,
    /// Roles that they held on that day.
    pub(crate) author_roles: Vec<String>,
    pub(crate) committed_on: Option<String>,
    pub(crate) collected_by_role: Option<String>,
    pub(crate) collected_on: String,
    pub(crate) classification: Option<String>,
    pub(crate) redacted: bool,
    /// Of the source before something was taken out; in a redacted pack absent, since short texts could be guessed from it.
    pub(crate) original_sha256: Option<String>,
    /// The same under the key of the tokens (HMAC-SHA-256), for who has the key; only in a redacted pack.
    pub(crate) original_hmac_sha256: Option<String>,
    pub(crate) note: Option<String>,
}

/// A file that documents point to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Attached {
    pub(crate) path: String,
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) media_type: String,
    /// Where it lies in the repository; none in a redacted pack, unless it was opened by that name.
    pub(crate) source_path: Option<String>,
    /// The items that point to it, by `evidence_id`.
    pub(crate) of: Vec<String>,
}

/// A file that is not in the pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Missing {
    /// The items that point to it, by `evidence_id`.
    pub(crate) of: Vec<String>,
    /// What they point to; none in a redacted pack.
    pub(crate) target: Option<String>,
    /// `not-there`, `elsewhere` or `held-back`.
    pub(crate) state: String,
    pub(crate) reason: String,
}

/// The records of a type of which a sample can be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Population {
    /// The list of ids, sorted, one a line. Its digest is that of the population.
    pub(crate) path: String,
    pub(crate) record_type: String,
    pub(crate) count: usize,
    pub(crate) sha256: String,
    pub(crate) first_id: Option<String>,
    pub(crate) last_id: Option<String>,
    pub(crate) period: Span,
    /// Where the records are from: the repository, or extracts by id.
    pub(crate) from: Vec<String>,
    pub(crate) query: Vec<String>,
    pub(crate) extracted_at: Vec<String>,
    pub(crate) note: Option<String>,
}

/// The record of a draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Sample {
    pub(crate) path: String,
    pub(crate) sha256: String,
    /// The records that were drawn and are among the items.
    pub(crate) items: Vec<String>,
    /// Those that are not, by id.
    pub(crate) absent: Vec<String>,
    pub(crate) note: Option<String>,
}

/// A file in `data/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FileRow {
    pub(crate) path: String,
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

/// The form of this version.
pub(super) const FORMAT: &str = "probity-pack";
/// Its number.
pub(super) const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        crate::report::json::published("pack-1", &schemars::schema_for!(Manifest));
    }
}
