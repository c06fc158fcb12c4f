//! The records of which a sample can be drawn: their ids, sorted, one a line, so that the digest of the file is that of the
//! population.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    PackError,
    bag::Bag,
    manifest::{Population, Span},
    select::tells_of,
    veil::Veil,
};
use crate::{
    corpus::{Documents, Shape},
    lens::Assessed,
    model::{Category, Expected},
    yaml::Node,
};

/// The folder that they lie in.
pub(super) const FOLDER: &str = "data/80-populations";

/// Records of a type, and where they are from.
#[derive(Default)]
struct Gathered<'d> {
    ids: BTreeSet<&'d str>,
    from: BTreeSet<String>,
    query: BTreeSet<String>,
    extracted_at: BTreeSet<String>,
    note: Option<String>,
}

/// Writes the population of each type of records that the period has some of.
pub(super) fn put(bag: &mut Bag, assessed: &Assessed<'_>, veil: &Veil) -> Result<Vec<Population>, PackError> {
    let period = assessed.judged.period;
    let span = Span { from: period.from.to_string(), to: period.to.to_string() };
    let mut populations = Vec::new();
    for (record_type, gathered) in gathered(assessed.documents, assessed, veil) {
        if gathered.ids.is_empty() && gathered.note.is_none() {
            continue;
        }
        let ids: Vec<String> = gathered.ids.iter().map(|id| veil.shown(id)).collect();
        let path = format!("{FOLDER}/{record_type}.txt");
        let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
        let stored = bag.put(&path, list.as_bytes())?;
        populations.push(Population {
            path,
            record_type: record_type.to_owned(),
            count: ids.len(),
            sha256: stored.sha256,
            first_id: ids.first().cloned(),
            last_id: ids.last().cloned(),
            period: span.clone(),
            from: gathered.from.into_iter().collect(),
            query: gathered.query.into_iter().collect(),
            extracted_at: gathered.extracted_at.into_iter().collect(),
            note: gathered.note,
        });
    }
    Ok(populations)
}

fn gathered<'d>(
    documents: &'d Documents<'_>,
    assessed: &Assessed<'_>,
    veil: &Veil,
) -> BTreeMap<&'d str, Gathered<'d>> {
    let period = assessed.judged.period;
    let mut all: BTreeMap<&str, Gathered<'_>> = BTreeMap::new();
    for document in documents {
        let (Some((id, _)), Some(record_type)) = (document.id(), document.record_type) else { continue };
        let is_counted =
            record_type.category == Category::Record && record_type.expected != Expected::WorkingPaper;
        if !is_counted || record_type.id == "extract" || !tells_of(document, period) {
            continue;
        }
        let gathered = all.entry(&record_type.id).or_default();
        gathered.ids.insert(id);
        if document.shape != Shape::Row {
            gathered.from.insert("the repository".to_owned());
        }
    }
    for number in documents.of_type("extract") {
        let document = documents.at(*number);
        let text = |name: &str| document.get(name).and_then(Node::text);
        let within = |name: &str| document.get("source").and_then(Node::mapping)?.get(name)?.text();
        let (Some(of), Some((id, _))) = (text("of"), document.id()) else { continue };
        let Some(record_type) = documents.catalog.record_type(of).filter(|_| tells_of(document, period))
        else {
            continue;
        };
        let is_closed =
            documents.closed_extracts().any(|closed| closed.id().is_some_and(|(other, _)| other == id));
        let gathered = all.entry(&record_type.id).or_default();
        gathered.from.insert(format!("extract {}", veil.shown(id)));
        if veil.is_open() {
            gathered.query.extend(text("query").map(str::to_owned));
        }
        gathered.extracted_at.extend(within("extracted_at").map(str::to_owned));
        if is_closed {
            let rows = text("rows").unwrap_or("an unknown number of");
            let told = format!(
                "the file of extract {} was not at hand, so that its {rows} records are not in the list",
                veil.shown(id)
            );
            gathered.note =
                Some(gathered.note.take().map_or(told.clone(), |before| format!("{before}; {told}")));
        }
    }
    all
}
