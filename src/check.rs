//! What is wrong in what is written.
//!
//! From the snapshot and the documents in it to [`Findings`]. Nothing here reads a file or asks for
//! the day; what a finding looks like on a terminal or in a file is left to `report`.

mod completeness;
mod field;
mod files;
mod format;
mod identity;
mod reading;
mod references;
mod shape;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::{
    catalog,
    corpus::{Corpus, ReadFile, Reading},
    model::{Finding, Findings, Rule, Snapshot, Tested, Untested},
};

/// Checks a snapshot whose documents have been read.
pub fn run(snapshot: &Snapshot, corpus: &Corpus<'_>) -> Findings {
    let mut findings: Vec<Finding> = snapshot.oddities.iter().map(files::odd).collect();
    findings.extend(corpus.files.iter().flat_map(reading::findings));
    let (documents, collections) = corpus.documents();
    findings.extend(collections.iter().flat_map(shape::of_collection));
    let of_documents: Vec<Finding> = documents
        .par_iter()
        .flat_map_iter(|document| {
            let mut findings = shape::of_document(document);
            // A misspelt field would be told a second time, as one that is missing.
            if findings.is_empty() {
                findings.extend(completeness::of_document(document));
            }
            findings
        })
        .collect();
    findings.extend(of_documents);
    findings.extend(identity::duplicates(&documents));
    findings.extend(references::unresolved(&documents));
    let tested = tested(corpus, documents.len(), &findings);
    Findings::new(findings, tested)
}

fn tested(corpus: &Corpus<'_>, documents: usize, findings: &[Finding]) -> Tested {
    let whole: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.untested == Some(Untested::File))
        .map(|finding| finding.place.path.as_str())
        .collect();
    let streams = corpus.files.iter().filter_map(|file| match &file.reading {
        Reading::Yaml { stream, .. } => Some((file.path, stream)),
        Reading::Markdown | Reading::BrokenFrontMatter(..) | Reading::Unread(_) => None,
    });
    // A link that was not followed, or a folder that was not listed, stands for at least one file.
    let may_hold_documents = |file: &&ReadFile<'_>| !matches!(file.reading, Reading::Markdown);
    let known: BTreeSet<&str> =
        corpus.files.iter().filter(may_hold_documents).map(|file| file.path).collect();
    let files = known.union(&whole).count();
    let mut tested = Tested { files, untested_files: whole.len(), documents, ..Tested::default() };
    for (_, stream) in streams.filter(|(path, _)| !whole.contains(path)) {
        let held = stream.documents().filter(|document| !document.is_null()).count();
        let mappings = stream.documents().filter(|document| document.mapping().is_some()).count();
        tested.untested_documents += stream.broken() + held - mappings;
    }
    tested
}

/// A rule that the code knows by its id; a test proves that each has its metadata.
fn rule(id: &str) -> &'static Rule {
    catalog::rule(id).unwrap_or_else(|| panic!("`schemas/rules/` has no rule {id}"))
}
