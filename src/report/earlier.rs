//! An earlier report in JSON, read as what a check is compared with.

use std::collections::BTreeSet;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::checked::told_line;

/// Why a file cannot be compared with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// It is no JSON, or not as a report is.
    #[error("it is no report of `probity check --format json`: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// It is in another format.
    #[error("it is in the format {format}, and a check is compared with `probity-check` of version 1")]
    Other {
        /// The format and its version, as far as it tells.
        format: String,
    },
    /// It holds only what a change brought.
    #[error("it holds only findings that were new, and not all that there were")]
    Partial,
}

/// What tells which format it is, whatever that may be.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: Value,
    #[serde(default)]
    version: Value,
    /// There if it holds only what was new.
    new_since: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Reported>,
}

#[derive(Deserialize)]
struct Reported {
    fingerprint: String,
}

/// The fingerprints of the findings of a report.
///
/// # Errors
///
/// If it is none of a whole check.
pub fn fingerprints(bytes: &[u8]) -> Result<BTreeSet<String>, NoReport> {
    let malformed = |error: serde_json::Error| NoReport::Malformed { reason: error.to_string() };
    let Head { format, version, new_since } = serde_json::from_slice(bytes).map_err(malformed)?;
    if format.is_null() {
        return Err(NoReport::Malformed { reason: "it does not tell its format".to_owned() });
    }
    if format != "probity-check" || version != 1 {
        let format = told_line(&format!("{format} of version {version}"));
        return Err(NoReport::Other { format });
    }
    if new_since.is_some() {
        return Err(NoReport::Partial);
    }
    let report: Report = serde_json::from_slice(bytes).map_err(malformed)?;
    Ok(report.findings.into_iter().map(|finding| finding.fingerprint).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_report_of_a_whole_check_is_compared_with() {
        let read = |text: &str| fingerprints(text.as_bytes()).map_err(|error| error.to_string());
        let whole = r#"{"format": "probity-check", "version": 1, "findings": [{"fingerprint": "v1:a", "rule": "X"}], "more": 1}"#;
        assert_eq!(read(whole), Ok(BTreeSet::from(["v1:a".to_owned()])));
        let refused = |text: &str| read(text).unwrap_err();
        assert!(
            refused("<xml>").starts_with("it is no report of `probity check --format json`: expected value")
        );
        assert!(refused("[]").contains("it is no report"));
        assert!(refused(&whole.replace("fingerprint", "print")).contains("missing field `fingerprint`"));
        let other = "it is in the format \"probity-gap\" of version 1, and a check is compared with `probity-check` of \
                     version 1";
        assert_eq!(refused(r#"{"format": "probity-gap", "version": 1}"#), other);
        assert!(refused(&whole.replace(": 1,", ": 2,")).contains("of version 2"));
        assert!(refused("{}").ends_with(": it does not tell its format"));
        assert!(
            refused(&whole.replace("\"more\": 1", "\"new_since\": {}"))
                .contains("only findings that were new")
        );
    }
}
