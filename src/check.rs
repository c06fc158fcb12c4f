//! What is wrong in what is written.
//!
//! From the snapshot and the documents in it to [`Findings`]. Nothing here reads a file or asks for
//! the day; what a finding looks like on a terminal or in a file is left to `report`.

mod accepted;
mod asked;
mod attachments;
mod broken;
mod completeness;
mod evaluate;
mod extracts;
mod files;
mod format;
mod functions;
mod identity;
mod lacking;
mod populations;
mod reading;
mod references;
mod requirements;
mod rules;
mod shape;
mod value;
mod wording;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::{
    catalog,
    corpus::{Corpus, Documents, ReadFile, Reading, Sealed},
    model::{Finding, Findings, Judged, Rule, Tested, Untested},
};

pub use accepted::{accepted, ignored_rules, waive};
pub use asked::{Asked, Item};
pub use attachments::{leads_nowhere, path_in};
pub use completeness::{is_filled, lacks};
pub use format::{example, fits};
pub use lacking::untestable;

/// Checks what was read of a snapshot.
pub fn run<'d>(corpus: &Corpus<'_>, documents: &'d Documents<'d>, judged: &'d Judged) -> Findings {
    let mut findings: Vec<Finding> = corpus.snapshot.oddities.iter().map(files::odd).collect();
    findings.extend(corpus.files.iter().flat_map(reading::findings));
    let types = documents.catalog;
    findings
        .extend(documents.collections.iter().flat_map(|collection| shape::of_collection(types, collection)));
    let of_documents: Vec<(bool, Vec<Finding>)> = documents
        .as_slice()
        .par_iter()
        .map(|document| {
            let mut findings = shape::of_document(types, document);
            let sound = findings.is_empty();
            // A misspelt field would be told a second time, as one that is missing.
            if findings.is_empty() {
                findings.extend(completeness::of_document(document));
            }
            (sound, findings)
        })
        .collect();
    let sound: Vec<bool> = of_documents.iter().map(|(sound, _)| *sound).collect();
    findings.extend(of_documents.into_iter().flat_map(|(_, findings)| findings));
    findings.extend(identity::duplicates(documents));
    findings.extend(references::findings(documents));
    findings.extend(requirements::findings(documents));
    findings.extend(attachments::findings(documents));
    findings.extend(extracts::findings(corpus, documents));
    accepted::at_own_levels(judged, &mut findings);
    let judgement = rules::judge(documents, judged, &sound);
    findings.extend(judgement.findings);
    let (findings, ignored) = accepted::without_ignored(corpus, findings);
    let tested = Tested { ignored, ..tested(corpus, documents.as_slice().len(), &findings) };
    let mut findings = Findings::new(findings, tested).with_rules(judgement.tallies);
    accepted::waive(documents, judged, &mut findings);
    findings
}

fn tested(corpus: &Corpus<'_>, documents: usize, findings: &[Finding]) -> Tested {
    let whole: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.untested == Some(Untested::File))
        .map(|finding| finding.place.path.as_str())
        .collect();
    let streams = corpus.files.iter().filter_map(|file| match &file.reading {
        Reading::Yaml { stream, .. } => Some((file.path, &**stream)),
        Reading::Markdown | Reading::BrokenFrontMatter(..) | Reading::Unread(_) => None,
    });
    // A link that was not followed, or a folder that was not listed, stands for at least one file.
    let may_hold_documents = |file: &&ReadFile<'_>| !matches!(file.reading, Reading::Markdown);
    let known: BTreeSet<&str> =
        corpus.files.iter().filter(may_hold_documents).map(|file| file.path).collect();
    let files = known.union(&whole).count();
    let sealed = |extract: &&crate::corpus::Extract| {
        matches!(extract.sealed, Sealed::OtherDigest { .. } | Sealed::Unreadable { .. })
    };
    let untested_extracts = corpus.extracts.iter().filter(sealed).count();
    let mut tested =
        Tested { files, untested_files: whole.len(), documents, untested_extracts, ..Tested::default() };
    let rows = corpus.extracts.iter().filter_map(|extract| match &extract.sealed {
        Sealed::Rows(stream) => Some(stream),
        Sealed::OtherDigest { .. } | Sealed::Unreadable { .. } | Sealed::NotSealed => None,
    });
    tested.files += rows.clone().count();
    let streams = streams.filter(|(path, _)| !whole.contains(path)).map(|(_, stream)| stream);
    for stream in streams.chain(rows) {
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
