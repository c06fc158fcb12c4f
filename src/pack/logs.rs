//! What the logs of a pack tell: which rules were kept and broken, what stayed out, what was taken out, what a scan found,
//! who held what.

use serde_json::{Value, json};

use super::{
    manifest::{Item, Manifest},
    select::{LeftOut, reasons},
    veil::{Cut, Veil},
};
use crate::{catalog::Catalog, lens::Assessed, model::Findings, report::table::Table};

/// The folder that they lie in.
pub(super) const FOLDER: &str = "data/90-logs";

/// A list as CSV, with these columns.
pub(super) fn table(rows: &[Value], columns: &[&str]) -> String {
    let same: Vec<(&str, &str)> = columns.iter().map(|column| (*column, *column)).collect();
    Table::of(&json!({ "rows": rows }).to_string(), &["rows"]).only(&same).as_csv()
}

/// What every rule came to.
pub(super) fn rules(findings: &Findings, catalog: &Catalog) -> String {
    let rows = findings.rules.iter().filter_map(|(id, tally)| {
        let rule = catalog.rule(id)?;
        Some(json!({
            "rule": id, "says": rule.says, "basis": rule.basis.to_string(), "kept": tally.kept,
            "broken": findings.iter().filter(|finding| finding.rule == *id).count(), "not_testable": tally.untestable,
        }))
    });
    table(&rows.collect::<Vec<_>>(), &["rule", "says", "basis", "kept", "broken", "not_testable"])
}

/// What is wrong. In a redacted pack without the words of a finding, which repeat values.
pub(super) fn findings(findings: &Findings, catalog: &Catalog, veil: &Veil) -> String {
    let rows = findings.iter().map(|finding| {
        let says = catalog.rule(&finding.rule).map(|rule| rule.says.clone());
        let mut row = json!({
            "rule": finding.rule, "level": finding.level.to_string(), "basis": finding.basis.to_string(),
            "rule_says": says, "waived": finding.waived.as_ref().map(|waived| waived.waiver.clone()),
            "field": finding.place.field,
        });
        if veil.is_open() {
            row["fingerprint"] = json!(finding.fingerprint);
            row["path"] = json!(finding.place.path);
            row["line"] = json!(finding.place.range.map(|range| range.start.line));
            row["message"] = json!(finding.message);
        }
        veil.mask(&mut row);
        row
    });
    let columns =
        ["rule", "level", "basis", "rule_says", "path", "line", "field", "message", "waived", "fingerprint"];
    table(&rows.collect::<Vec<_>>(), &columns)
}

/// What stayed out, and why.
pub(super) fn left_out(list: &[LeftOut], veil: &Veil) -> String {
    let rows = list
        .iter()
        .map(|left| json!({"id": veil.shown(&left.id), "type": left.record_type, "reason": left.reason}));
    table(&rows.collect::<Vec<_>>(), &["id", "type", "reason"])
}

/// In a sentence each, how many stayed out and why.
pub(super) fn left_out_in_words(list: &[LeftOut]) -> Vec<Value> {
    reasons(list).into_iter().map(|(reason, count)| json!({"count": count, "reason": reason})).collect()
}

/// What was taken out of which item.
pub(super) fn redaction(cuts: &[(Cut, usize)]) -> String {
    let rows = cuts
        .iter()
        .map(|(cut, count)| json!({"item": cut.item, "field": cut.field, "rule": cut.rule, "count": count}));
    table(&rows.collect::<Vec<_>>(), &["item", "field", "rule", "count"])
}

/// What a scan found.
pub(super) fn scan(found: &[(String, &'static str, usize, &'static str)]) -> String {
    let rows = found
        .iter()
        .map(|(what, kind, count, done)| json!({"what": what, "found": kind, "count": count, "done": done}));
    table(&rows.collect::<Vec<_>>(), &["what", "found", "count", "done"])
}

/// Who did what with which bytes. Handing over is for people to write down.
pub(super) fn custody(manifest: &Manifest, items: &[Item]) -> String {
    let role = manifest.built_by_role.clone();
    let line = |act: &str, what: &str, before: &Option<String>, after: &str, reason: &str| {
        json!({
            "when": manifest.commit_time, "who": role, "act": act, "what": what, "from": format!("commit {}", manifest.commit),
            "to": manifest.pack_id, "means": format!("probity {}", manifest.tool.version), "digest_before": before,
            "digest_after": after, "reason": reason,
        })
    };
    let mut rows = Vec::new();
    for item in items {
        let before = item.original_sha256.clone();
        rows.push(line("collected", &item.evidence_id, &before, &item.sha256, "it tells of the period"));
        if item.redacted {
            rows.push(line(
                "redacted",
                &item.evidence_id,
                &None,
                &item.sha256,
                "rules of 90-logs/about-redaction.txt",
            ));
        }
    }
    for attached in &manifest.attachments {
        rows.push(line(
            "copied",
            &attached.path,
            &Some(attached.sha256.clone()),
            &attached.sha256,
            "a document points to it",
        ));
    }
    let columns =
        ["when", "who", "act", "what", "from", "to", "means", "digest_before", "digest_after", "reason"];
    table(&rows, &columns)
}

/// What made the pack, and by what it judged.
pub(super) fn tool(manifest: &Manifest, assessed: &Assessed<'_>) -> String {
    let standard = assessed.documents.catalog.standard();
    let none = "none".to_owned();
    let amendments =
        if standard.amendments.is_empty() { none.clone() } else { standard.amendments.join(", ") };
    format!(
        "probity {}\nstandard: {}, edition {}, amendments: {amendments}\nwording: {}\n\
         judged on: {} ({})\nperiod: {} ({})\nrules, types and points of the organization's own (SHA-256): {}\n\
         probity.toml (SHA-256): {}\nrules tried: {}\n",
        manifest.tool.version,
        standard.title,
        standard.edition,
        standard.wording.split_whitespace().collect::<Vec<_>>().join(" "),
        manifest.as_of,
        manifest.as_of_origin,
        assessed.judged.period,
        manifest.period_origin,
        manifest.ruleset_version.as_ref().unwrap_or(&none),
        manifest.config_digest.as_ref().unwrap_or(&none),
        assessed.findings.rules.len(),
    )
}

/// What redaction does, and what it cannot.
pub(super) const ABOUT_REDACTION: &str = "\
How this pack was redacted

1. Of registers and records, only values stay whose field admits nothing else than days, numbers, ids and words of a list.
   All other text is taken out, unless the field is named under `order.open` in manifest.json.
2. Of policies, procedures, plans and other controlled documents the text stays: they are the evidence itself.
3. Who people are is taken out. Each is a token, such as person-3f9a1c2b7d: the same in all of this pack, so that one can
   see whether who approved is who did the work, and another one in every other pack. It is made by HMAC-SHA-256 with a
   key that is not in the pack, of the id of the pack and that of the person. Roles stay.
4. Names, surnames, ids, addresses, accounts and keys of the people in the register, names in fields for people, the names
   and addresses under which commits were made, and names of customers are taken out of every text that is left.
5. Mail addresses, telephone numbers, bank accounts and network addresses are taken out of every text that is left.
6. Files that documents point to cannot be redacted. They are held back, unless somebody opened them by name; those stand
   under `order.open_files` in manifest.json.
7. Messages of commits, names of files in the repository and addresses of what is kept elsewhere stay out.
8. What looks like a secret (keys, tokens of well-known forms, passwords that are assigned) keeps the file out of the pack.

redaction.csv tells what was taken out of which field of which item, and how often; scan.csv what a scan found.

No scan finds everything. A name that stands in no register and in no field for people, in the text of a policy for
instance, stays. Redaction and a search for secrets lower a risk and do not remove it: read a pack before you hand it over.
";
