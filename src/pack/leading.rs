//! What leads to the items of a pack: pages, indexes and logs; and what tells programs of all of it.

use std::collections::BTreeSet;

use super::{Manifest, PackError, Stock, bag::Bag, context, logs, manifest::FileRow, select::Selection};
use crate::{
    config::FILE_NAME,
    lens::changed_from_defaults,
    report::{
        html::pack::{Leading, render},
        json,
    },
};

/// The folder of what to know first.
const CONTEXT: &str = "data/03-context";

/// What a scan found: what, kind, how often, what was done.
pub(super) type Scanned = (String, &'static str, usize, &'static str);

/// Writes what leads to the items, the logs, and what tells of all of it.
pub(super) fn leading(
    bag: &mut Bag,
    stock: Stock<'_>,
    selection: &Selection,
    scanned: &[Scanned],
    manifest: &mut Manifest,
) -> Result<(), PackError> {
    let Stock { assessed, veil, .. } = stock;
    let (documents, catalog) = (assessed.documents, assessed.documents.catalog);
    manifest.requirements = context::requirements(assessed, &manifest.items, &manifest.order.clauses);
    let mut requirements = serde_json::to_value(&manifest.requirements).unwrap_or_default();
    veil.mask(&mut requirements);
    if let Ok(masked) = serde_json::from_value(requirements) {
        manifest.requirements = masked;
    }
    let bends = changed_from_defaults(assessed);
    let told = context::context(manifest, assessed, selection, &bends, veil);
    bag.put(&format!("{CONTEXT}/context.html"), render(Leading::Context, &told)?.as_bytes())?;
    for (name, list, columns) in [
        ("known-gaps", "gaps", &["id", "says", "found", "remark"] as &[&str]),
        ("changed-from-the-defaults", "bends", &["name", "before", "after", "direction"]),
        ("waivers", "waivers", &["id", "waives", "until", "by", "because"]),
    ] {
        let rows = told[list].as_array().cloned().unwrap_or_default();
        bag.put(&format!("{CONTEXT}/{name}.csv"), logs::table(&rows, columns).as_bytes())?;
    }
    let log = |name: &str| format!("{}/{name}", logs::FOLDER);
    bag.put(&log("rules.csv"), logs::rules(assessed.findings, catalog).as_bytes())?;
    bag.put(&log("findings.csv"), logs::findings(assessed.findings, catalog, veil).as_bytes())?;
    bag.put(&log("left-out.csv"), logs::left_out(&selection.left_out, veil).as_bytes())?;
    let missing = serde_json::to_value(&manifest.missing).unwrap_or_default();
    let missing = missing.as_array().cloned().unwrap_or_default();
    bag.put(&log("missing.csv"), logs::table(&missing, &["of", "target", "state", "reason"]).as_bytes())?;
    bag.put(&log("scan.csv"), logs::scan(scanned).as_bytes())?;
    bag.put(&log("custody.csv"), logs::custody(manifest, &manifest.items).as_bytes())?;
    bag.put(&log("tool.txt"), logs::tool(manifest, assessed).as_bytes())?;
    if veil.is_open() {
        if let Ok(bytes) = assessed.corpus.snapshot.attachments.bytes(FILE_NAME) {
            bag.put(&log(FILE_NAME), &bytes)?;
        }
    } else {
        let packed: BTreeSet<&str> = manifest.items.iter().map(|item| item.record_id.as_str()).collect();
        let cuts: Vec<_> =
            veil.log().into_iter().filter(|(cut, _)| packed.contains(cut.item.as_str())).collect();
        bag.put(&log("redaction.csv"), logs::redaction(&cuts).as_bytes())?;
        bag.put(&log("about-redaction.txt"), logs::ABOUT_REDACTION.as_bytes())?;
    }
    let head = context::read_me(manifest, documents);
    bag.put("data/00-read-me.html", render(Leading::ReadMe, &head)?.as_bytes())?;
    bag.put(
        "data/01-index-by-clause.html",
        render(Leading::Index, &context::index(manifest, documents))?.as_bytes(),
    )?;
    bag.put("data/01-index-by-clause.csv", context::index_csv(manifest).as_bytes())?;
    bag.put("data/02-index-by-item.csv", context::items_csv(manifest).as_bytes())?;
    bag.put("start-here.html", render(Leading::Start, &head)?.as_bytes())?;
    let rows = bag.payload().map(|(path, known)| FileRow {
        path: path.to_owned(),
        sha256: known.sha256.clone(),
        size: known.size,
    });
    manifest.files = rows.collect();
    bag.put("data/manifest.json", json::text(manifest).as_bytes())?;
    Ok(())
}
