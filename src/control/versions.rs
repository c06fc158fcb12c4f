//! The versions of documents, as the commits that touched them left them: for who needs more of the past than what
//! happened.

use rayon::prelude::*;

use super::{
    identities::People,
    life::Life,
    past::{Reader, Told},
};
use crate::{
    corpus::Documents,
    model::{Digest, History},
};

/// A document as a commit left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The number of the commit.
    pub commit: u32,
    /// The file in which it stood then.
    pub path: String,
    /// Who wrote the commit: by id, if the register of people has them, or else as git does.
    pub by: Vec<String>,
    /// Whether the content is otherwise than with each of the parents of the commit.
    pub is_new: bool,
    /// Where it stood: `approved`.
    pub status: Option<String>,
    /// The approval that it told of, if it was approved.
    pub approval: Option<Approved>,
    /// Of what an approval is given for; none if that cannot be had.
    pub digest: Option<Digest>,
}

/// An approval as a document tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approved {
    /// By whom.
    pub by: String,
    /// On which day.
    pub on: String,
    /// Which version.
    pub version: String,
}

impl From<&Told> for Approved {
    fn from(told: &Told) -> Self {
        Self { by: told.by.clone(), on: told.date.clone(), version: told.version.clone() }
    }
}

/// All versions of a document, the newest first; and why some of them are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// No version is older than one behind it that led to it.
    pub list: Vec<Version>,
    /// Why some cannot be told.
    pub untold: Option<String>,
}

/// The versions of documents through the history that led to what is looked at, in the order of their numbers given.
pub fn versions(documents: &Documents<'_>, history: &History, numbers: &[u32]) -> Vec<Versions> {
    let id = |number: &u32| documents.at(*number).id().map(|(id, _)| id);
    let reader = Reader::new(history, documents.catalog, numbers.iter().filter_map(id).collect());
    let people = People::of(documents);
    numbers.par_iter().map(|number| of_one(documents, &reader, &people, *number)).collect()
}

fn of_one(documents: &Documents<'_>, reader: &Reader<'_>, people: &People<'_>, number: u32) -> Versions {
    let document = documents.at(number);
    let Some((id, _)) = document.id() else { return Versions::default() };
    let life = Life::of(reader, id, document);
    let list = life.versions.into_iter().map(|version| {
        let commit = reader.history.commit(version.commit);
        let is_approved = version.state.is_approved();
        Version {
            commit: version.commit,
            path: version.path,
            by: commit.writers().map(|writer| people.shown(writer, commit.day)).collect(),
            is_new: version.is_new,
            approval: version.state.told.as_ref().filter(|_| is_approved).map(Approved::from),
            status: version.state.status,
            digest: version.state.digest.ok(),
        }
    });
    Versions { list: list.collect(), untold: life.untold }
}
