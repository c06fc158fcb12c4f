//! A folder of existing files: what each may be, proposed from its name and its title, for a person to correct.
//!
//! Nothing is read of a file but its bytes for a digest, and its title. What is not recognised is said to be so.

mod csv;
mod folder;
mod titles;
mod words;

use crate::catalog::Catalog;

pub use csv::{COLUMNS, Filled, NoList, Row, read, write};
pub use folder::{Existing, Folder, Kept, NoFolder, digest, look};

/// What a file is taken for, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The record type; none if nothing tells.
    pub record_type: Option<String>,
    /// What a procedure is for.
    pub covers: Option<String>,
    /// The clause that it helps to meet.
    pub clause: Option<String>,
    /// Its title, or its name without what only tells versions.
    pub title: String,
    /// The version that its name tells.
    pub version: Option<String>,
    /// What tells.
    pub why: String,
    /// How far that goes.
    pub confidence: Confidence,
}

/// How far a proposal goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confidence {
    /// Name and title say the same, in two words or more.
    Sure,
    /// One of them says so.
    Likely,
    /// A single word says so.
    Unsure,
    /// Nothing does.
    #[default]
    NotRecognised,
}

impl Confidence {
    /// As a person reads it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Unsure => "unsure",
            Self::NotRecognised => "not recognised",
        }
    }
}

/// What a file may be.
pub fn propose(catalog: &Catalog, file: &Existing) -> Proposal {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (plain, version) = words::without_version(stem);
    let by_name = words::recognised(&plain);
    let by_title = file.title.as_deref().map_or(words::Said::Nothing, words::recognised);
    let sheets = file.sheets.join(" ");
    let by_sheets = if sheets.is_empty() { words::Said::Nothing } else { words::recognised(&sheets) };
    let title = file.title.clone().unwrap_or(plain);
    let mut proposal = Proposal { title, version, ..Proposal::default() };
    let sources = [("its name", by_name), ("its title", by_title), ("its sheets", by_sheets)];
    let mut told: Vec<(&str, &words::Match)> = Vec::new();
    for (source, said) in &sources {
        match said {
            words::Said::One(found) => told.push((source, found)),
            words::Said::Several(types) => {
                proposal.why = format!("{source} could mean {}", types.join(" or "));
            }
            words::Said::Nothing => {}
        }
    }
    // Of what says different things, the more telling counts; of the same worth, none.
    let Some(best) = told.iter().map(|(_, found)| found.words).max() else {
        if proposal.why.is_empty() {
            proposal.why = file.note.clone().unwrap_or_else(|| "neither name nor title tells".to_owned());
        } else if let Some(note) = &file.note {
            proposal.why = format!("{}; {note}", proposal.why);
        }
        return proposal;
    };
    let strongest: Vec<&(&str, &words::Match)> =
        told.iter().filter(|(_, found)| found.words == best).collect();
    let (first_source, first) = strongest[0];
    if let Some((source, other)) = strongest.iter().find(|(_, other)| other.entry != first.entry) {
        proposal.why = format!(
            "{first_source} says {}, {source} says {}",
            first.named().record_type,
            other.named().record_type
        );
        return proposal;
    }
    let agreeing: Vec<&str> =
        told.iter().filter(|(_, found)| found.entry == first.entry).map(|(source, _)| *source).collect();
    let named = first.named();
    proposal.why = format!("{}: {}", agreeing.join(" and "), first.phrase);
    if let Some(note) = &file.note {
        proposal.why = format!("{}; {note}", proposal.why);
    }
    proposal.confidence = match (agreeing.len(), first.words) {
        (_, 1) if agreeing.len() < 2 && first.phrase.chars().count() < 8 => Confidence::Unsure,
        (2.., _) => Confidence::Sure,
        _ => Confidence::Likely,
    };
    proposal.record_type = Some(named.record_type.clone());
    proposal.covers.clone_from(&named.covers);
    proposal.clause = named.clause.clone().or_else(|| clause_of(catalog, &named.record_type));
    proposal
}

/// The clause that asks for a type of document first: that of the artefact of which most is asked.
fn clause_of(catalog: &Catalog, name: &str) -> Option<String> {
    let artefacts = catalog.standard().artefacts.values();
    let of_type = artefacts.filter(|artefact| artefact.types.first().is_some_and(|of| of == name));
    let asked =
        of_type.filter(|artefact| artefact.condition.is_none()).max_by_key(|artefact| artefact.points.len());
    let clause = asked.and_then(|artefact| artefact.points.first()?.split('/').next().map(str::to_owned));
    clause.or_else(|| catalog.record_type(name)?.clauses.first().cloned())
}
