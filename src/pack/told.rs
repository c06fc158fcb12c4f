//! What a look at a pack came to: for a person, and for programs as JSON of version 1, whose JSON Schema is
//! `schemas/reports/pack-verify-1.json`. Within a version, fields are only added.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Problem, Rebuilt, Signed, Verified};
use crate::{
    report::{
        json,
        words::{counted, hanging},
    },
    text::safe_line,
};

/// So many problems are shown to a person, unless they ask for all.
const SHOWN: usize = 50;

/// A look at a pack, and what came of making it again.
#[derive(Debug)]
pub(crate) struct Shown<'s> {
    pub(crate) verified: &'s Verified,
    pub(crate) rebuilt: Option<&'s Rebuilt>,
}

impl Shown<'_> {
    /// Whether nothing is wrong with it.
    pub(crate) fn is_good(&self) -> bool {
        self.problems().next().is_none()
    }

    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.verified.problems.iter().chain(self.rebuilt.into_iter().flat_map(|rebuilt| &rebuilt.problems))
    }
}

/// For a person, in so many columns.
pub(crate) fn as_text(shown: &Shown<'_>, summary_only: bool, width: usize) -> String {
    let Shown { verified, rebuilt } = shown;
    let mut text = String::new();
    let count = shown.problems().count();
    let filled = |told: &str| hanging("", told, width);
    if !summary_only {
        for Problem { path, what } in shown.problems().take(SHOWN) {
            let place = if path.is_empty() { String::new() } else { format!("{}: ", safe_line(path)) };
            text.push_str(&filled(&format!("{place}{}", safe_line(what))));
        }
        if count > SHOWN {
            let _ = writeln!(text, "and {} more, which `--format json` tells", count - SHOWN);
        }
        if count > 0 {
            text.push('\n');
        }
    }
    if let Some(manifest) = &verified.manifest {
        let organization = manifest.organization.as_deref().map(|name| format!(" of {}", safe_line(name)));
        text.push_str(&filled(&format!(
            "{}{}: {}, {} to {}, commit {}{}",
            safe_line(&manifest.pack_id),
            organization.unwrap_or_default(),
            counted(manifest.item_count, "item"),
            safe_line(&manifest.period.from),
            safe_line(&manifest.period.to),
            safe_line(manifest.commit.get(..10).unwrap_or(&manifest.commit)),
            if manifest.redacted { ", redacted" } else { "" },
        )));
    }
    if verified.is_refused {
        return text + &filled(&format!("refused: {}; nothing in it was read", counted(count, "problem")));
    }
    let whole = match count {
        0 => {
            let files = counted(verified.files, "file");
            format!("complete and unchanged: {files}, {} bytes in data", verified.bytes)
        }
        count => format!("not as it was packed: {}", counted(count, "problem")),
    };
    let signed = match &verified.signed {
        Signed::Not => "not signed".to_owned(),
        Signed::By { key } => format!("signed by the key {key}; whose it is, `--signer FILE` tells"),
        Signed::ByTrusted { key, who } => format!("signed by {} with the key {key}", safe_line(who)),
        Signed::ByStranger { key, .. } => format!("signed by the key {key}, which is not to be trusted"),
        Signed::Wrong { .. } => "the signature is wrong".to_owned(),
        Signed::Untestable { .. } => "the signature cannot be checked".to_owned(),
    };
    let rebuilt = rebuilt.map(|rebuilt| match rebuilt.problems.len() {
        0 => {
            let files = counted(rebuilt.files, "file");
            format!("made again from the same commit: {files}, byte by byte the same")
        }
        differ => format!("made again from the same commit: {differ} of {} files differ", rebuilt.files),
    });
    text.extend([Some(whole), Some(signed), rebuilt].into_iter().flatten().map(|told| filled(&told)));
    text
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity look at a pack, version 1"))]
struct Report<'r> {
    /// Always `probity-pack-verify`.
    #[cfg_attr(test, schemars(extend("const" = "probity-pack-verify")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// Whether nothing is wrong with it.
    good: bool,
    /// Whether it was not read at all, since it could do harm.
    refused: bool,
    pack_id: Option<&'r str>,
    organization: Option<&'r str>,
    commit: Option<&'r str>,
    items: Option<usize>,
    redacted: Option<bool>,
    files: usize,
    /// Of what is in `data/`.
    bytes: u64,
    signature: SignatureRow<'r>,
    problems: Vec<ProblemRow<'r>>,
    /// None if it was not made again.
    rebuilt: Option<RebuiltRow<'r>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Signature"))]
struct SignatureRow<'r> {
    /// `none`, `right`, `trusted`, `not-trusted`, `wrong` or `not-testable`.
    state: &'static str,
    /// The fingerprint of the key.
    key: Option<&'r str>,
    /// Who has the key, by the list of those whose signature counts.
    by: Option<&'r str>,
    /// Why it does not count.
    reason: Option<&'r str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Problem"))]
struct ProblemRow<'r> {
    /// None if the pack as a whole is meant.
    path: Option<&'r str>,
    what: &'r str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Rebuilt"))]
struct RebuiltRow<'r> {
    /// How many files were compared.
    files: usize,
    problems: Vec<ProblemRow<'r>>,
}

/// As an object with a line feed at the end.
pub(crate) fn as_json(shown: &Shown<'_>) -> String {
    let Shown { verified, rebuilt } = shown;
    let manifest = verified.manifest.as_ref();
    let (state, key, by, reason) = match &verified.signed {
        Signed::Not => ("none", None, None, None),
        Signed::By { key } => ("right", Some(key), None, None),
        Signed::ByTrusted { key, who } => ("trusted", Some(key), Some(who), None),
        Signed::ByStranger { key, why } => ("not-trusted", Some(key), None, Some(why)),
        Signed::Wrong { why } => ("wrong", None, None, Some(why)),
        Signed::Untestable { why } => ("not-testable", None, None, Some(why)),
    };
    json::text(&Report {
        format: "probity-pack-verify",
        version: 1,
        good: shown.is_good(),
        refused: verified.is_refused,
        pack_id: manifest.map(|manifest| manifest.pack_id.as_str()),
        organization: manifest.and_then(|manifest| manifest.organization.as_deref()),
        commit: manifest.map(|manifest| manifest.commit.as_str()),
        items: manifest.map(|manifest| manifest.item_count),
        redacted: manifest.map(|manifest| manifest.redacted),
        files: verified.files,
        bytes: verified.bytes,
        signature: SignatureRow {
            state,
            key: key.map(String::as_str),
            by: by.map(String::as_str),
            reason: reason.map(String::as_str),
        },
        problems: rows(&verified.problems),
        rebuilt: rebuilt
            .map(|rebuilt| RebuiltRow { files: rebuilt.files, problems: rows(&rebuilt.problems) }),
    })
}

fn rows(problems: &[Problem]) -> Vec<ProblemRow<'_>> {
    problems
        .iter()
        .map(|problem| ProblemRow {
            path: Some(problem.path.as_str()).filter(|path| !path.is_empty()),
            what: &problem.what,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("pack-verify-1", &schemars::schema_for!(Report<'_>));
    }
}
