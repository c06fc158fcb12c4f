//! What happened to a document, commit by commit.

use rayon::prelude::*;

use super::{
    identities::People,
    life::Life,
    past::{Reader, State},
};
use crate::{corpus::Documents, model::History};

/// A commit that did something to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub commit: u32,
    /// Who wrote it: by id, if the register of people has them, or else as git does.
    pub by: Vec<String>,
    /// The file in which the document stood then.
    pub path: String,
    /// What it did.
    pub happened: Vec<Happened>,
}

/// What can happen to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It came into the repository.
    Came,
    /// Its content was changed.
    Changed,
    /// It came from another file.
    Moved(String),
    /// It was approved.
    Approved {
        /// By whom.
        by: String,
        /// On which day, as the document tells.
        on: String,
        /// Which version.
        version: String,
    },
    /// It stands elsewhere than before: from which status to which.
    Status(String, String),
    /// A correction was added to a sealed record.
    Corrected,
    /// It was sealed.
    Sealed,
}

/// The life of a document, the newest first; and why some of it is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// What happened.
    pub events: Vec<Event>,
    /// Why some of it cannot be told.
    pub untold: Option<String>,
    /// Whether what is looked at differs from the newest commit.
    pub uncommitted: bool,
}

/// The lives of documents through the history that led to what is looked at, in the order of their numbers given.
pub fn log(documents: &Documents<'_>, history: &History, numbers: &[u32]) -> Vec<Log> {
    let id = |number: &u32| documents.at(*number).id().map(|(id, _)| id);
    let reader = Reader::new(history, documents.catalog, numbers.iter().filter_map(id).collect());
    let people = People::of(documents);
    numbers.par_iter().map(|number| of_one(documents, &reader, &people, *number)).collect()
}

fn of_one(documents: &Documents<'_>, reader: &Reader<'_>, people: &People<'_>, number: u32) -> Log {
    let document = documents.at(number);
    let Some((id, _)) = document.id() else { return Log::default() };
    let life = Life::of(reader, id, document);
    let mut events = Vec::new();
    for version in &life.versions {
        let commit = reader.history.commit(version.commit);
        let mut happened: Vec<Happened> = version.moved_from.iter().cloned().map(Happened::Moved).collect();
        happened.extend(between(version.before.as_ref(), &version.state, version.is_new));
        if !happened.is_empty() {
            let by = commit.writers().map(|writer| people.shown(writer, commit.day)).collect();
            events.push(Event { commit: version.commit, by, path: version.path.clone(), happened });
        }
    }
    let present = State::of(documents, number);
    let uncommitted = life.versions.first().is_none_or(|newest| newest.state != present);
    Log { events, untold: life.untold, uncommitted }
}

/// What happened between two states of a document; the content alone, if it is new against all parents.
fn between(before: Option<&State>, after: &State, is_new: bool) -> Vec<Happened> {
    let mut happened = Vec::new();
    match before {
        None => happened.push(Happened::Came),
        Some(_) if is_new => happened.push(Happened::Changed),
        Some(_) => {}
    }
    let approval = |state: &State| state.told.clone().filter(|_| state.is_approved());
    let approved = approval(after).filter(|told| before.and_then(approval).as_ref() != Some(told));
    let is_approved = approved.is_some();
    happened.extend(approved.map(|told| Happened::Approved {
        by: told.by,
        on: told.date,
        version: told.version,
    }));
    if let Some(before) = before {
        let status = |state: &State| state.status.clone().unwrap_or_default();
        let (was, is) = (status(before), status(after));
        if was != is && !is_approved {
            happened.push(Happened::Status(was, is));
        }
        if after.corrections > before.corrections {
            happened.push(Happened::Corrected);
        }
    }
    if after.sealed_on.is_some() && before.is_none_or(|before| before.sealed_on.is_none()) {
        happened.push(Happened::Sealed);
    }
    happened
}
