//! What was tested and what was found, in a line each.

use super::words::{counted, listed};
use crate::model::{Findings, Level, Tested};

/// What could not be tested, if there is anything.
pub(super) fn not_tested(tested: &Tested) -> Option<String> {
    let mut untested = Vec::new();
    if tested.untested_files > 0 {
        untested.push(format!("{} of {}", tested.untested_files, counted(tested.files, "file")));
    }
    if tested.untested_documents > 0 {
        untested.push(format!("{} in other files", counted(tested.untested_documents, "document")));
    }
    if tested.untested_extracts > 0 {
        untested.push(format!("the records of {}", counted(tested.untested_extracts, "extract")));
    }
    (!untested.is_empty()).then(|| listed(&untested))
}

/// What could be tested.
pub(super) fn tested(tested: &Tested) -> String {
    let files = counted(tested.files - tested.untested_files, "file");
    format!("{} in {files}", counted(tested.documents, "document"))
}

/// How many findings there are of each level, and how many somebody has accepted.
pub(super) fn found(findings: &Findings) -> String {
    let levels = [Level::Error, Level::Warning, Level::Info];
    let found: Vec<String> = levels
        .into_iter()
        .map(|level| (findings.count(level), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| match level {
            Level::Info => format!("{count} info"),
            Level::Warning | Level::Error => counted(count, &level.to_string()),
        })
        .collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    let accepted = [(findings.waived(), "waived"), (findings.tested.ignored, "ignored by a comment")];
    let accepted = accepted.into_iter().filter(|(count, _)| *count > 0);
    found + &accepted.map(|(count, how)| format!("; {count} {how}")).collect::<String>()
}
