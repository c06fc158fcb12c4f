//! What is held of each point of the standard: what there is of the documents that would be evidence, which
//! findings bear on it, what people judged, and what is shown of all that.
//!
//! Nothing here says that something is fulfilled: that is a person's word. What a machine found may ask for
//! a new look at a judgement; it never makes one better.

mod artefacts;
mod judgements;
mod missing;
mod numbers;
mod shown;
mod signals;

use std::collections::BTreeMap;

use crate::{
    corpus::Documents,
    model::{Assessment, Determination, Findings, Found, Judged, Standard},
};

pub use artefacts::{look, meant};
pub use judgements::{ASSESSMENT, ENOUGH, Seen, follows, scope_digests, sources};
pub use missing::{MISSING, findings as missing, required};
pub use numbers::{Colour, Numbers, documented, percent};
pub use shown::whole;

use judgements::Judgements;
use signals::Signals;

/// Assesses documents by the standard of their catalog. `findings` are those of the check, and those of
/// [`missing`] documents.
pub fn assess(
    documents: &Documents<'_>,
    judged: &Judged,
    found: BTreeMap<String, Found>,
    findings: &Findings,
) -> Assessment {
    let standard = documents.catalog.standard();
    let signals = Signals::new(documents, findings);
    let mut judgements = Judgements::read(documents, judged, standard);
    let determinations = standard.points().map(|point| {
        let machine = shown::machine(standard, &found, &point.evidence);
        let signals = signals.of(standard, &found, point);
        let judgements = judgements.of(&point.id, &signals);
        let shown = shown::shown(judgements.first());
        Determination { point: point.id.clone(), machine, signals, judgements, shown }
    });
    let determinations = determinations.collect();
    Assessment { artefacts: found, determinations, unplaced: judgements.unplaced }
}

/// The values of the organization's own that an assessment asks for.
pub fn own_values(standard: &Standard) -> impl Iterator<Item = &str> {
    let of_artefacts = standard.artefacts.values().filter_map(|artefact| artefact.within.as_ref());
    of_artefacts.map(|within| within.own.as_str()).chain([artefacts::GRACE.0, judgements::VALID.0])
}
