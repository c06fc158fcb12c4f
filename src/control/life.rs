//! The life of one document: what it was at each commit that touched it, wherever it stood then.

use std::collections::BTreeSet;

use super::past::{Reader, State, Told, files};
use crate::{corpus::Document, model::Digest};

/// A document at a commit that touched the files in which it lies.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) commit: u32,
    /// The file in which it stood.
    pub(super) path: String,
    /// The file from which the commit took it.
    pub(super) moved_from: Option<String>,
    /// What it was at the first parent; none if it was not there.
    pub(super) before: Option<State>,
    pub(super) state: State,
    /// Whether its content is otherwise than with each of the parents of the commit, where it was there.
    pub(super) is_new: bool,
}

/// All versions of a document that led to a point.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    /// The newest first; no version is older than one behind it that led to it.
    pub(super) versions: Vec<Version>,
    /// Why some of them are not known.
    pub(super) untold: Option<String>,
}

impl Life {
    /// Follows a document through the history, also from one file to another.
    pub(super) fn of(reader: &Reader<'_>, id: &str, document: &Document<'_>) -> Self {
        let mut life = Self::default();
        let mut beside: Vec<String> = files(document).collect();
        beside.sort();
        let mut path = document.source.name().to_owned();
        let mut before = None;
        // A document that moves back and forth comes by the same file more than once, and each time earlier.
        while let Some(moved) = life.follow(reader, id, &path, &beside, before) {
            (path, before) = (moved.0, Some(moved.1));
        }
        life
    }

    /// Adds its versions in one file, from a commit on backwards; and where it came from, and with which commit, if it
    /// was elsewhere before.
    fn follow(
        &mut self,
        reader: &Reader<'_>,
        id: &str,
        path: &str,
        beside: &[String],
        before: Option<u32>,
    ) -> Option<(String, u32)> {
        let touches = |path: &str| reader.history.touches.get(path).into_iter().flatten();
        let commits: BTreeSet<u32> = std::iter::once(path)
            .chain(beside.iter().map(String::as_str))
            .flat_map(touches)
            .map(|touch| touch.commit)
            // The commit that moved it is looked at in the file that it came to.
            .filter(|commit| before.is_none_or(|before| *commit > before))
            .collect();
        for commit in commits {
            let state = match reader.state(id, path, commit) {
                Ok(Some(state)) => state,
                Ok(None) => continue,
                Err(reason) => {
                    self.untold.get_or_insert(reason);
                    continue;
                }
            };
            let mut moved = None;
            let parents = &reader.history.commit(commit).parents;
            let mut olds: Vec<Option<State>> = Vec::new();
            for parent in parents {
                let mut old = reader.state(id, path, *parent).ok().flatten();
                if old.is_none()
                    && let Some((from, state)) = reader.moved(id, commit, *parent)
                {
                    (moved, old) = (Some(from), Some(state));
                }
                olds.push(old);
            }
            let differs = |old: &Option<State>| old.as_ref().is_none_or(|old| old.digest != state.digest);
            let is_new = olds.iter().all(differs);
            self.versions.push(Version {
                commit,
                path: path.to_owned(),
                moved_from: moved.clone(),
                before: olds.into_iter().next().flatten(),
                state,
                is_new,
            });
            if let Some(from) = moved {
                return Some((from, commit));
            }
        }
        None
    }

    /// The oldest version that tells of an approval, as what recorded it.
    pub(super) fn first_told(&self, told: &Told) -> Option<&Version> {
        let tells =
            |version: &&Version| version.state.is_approved() && version.state.told.as_ref() == Some(told);
        self.versions.iter().rev().find(tells)
    }

    /// The newest version before a commit that tells of another approval, as what recorded that; with the content
    /// that was approved.
    pub(super) fn approved_before(&self, led: &[bool], told: &Told) -> Option<&Version> {
        let earlier = |version: &&Version| {
            led[version.commit as usize]
                && version.state.is_approved()
                && version.state.told.as_ref() != Some(told)
        };
        let other = self.versions.iter().find(earlier)?;
        self.first_told(other.state.told.as_ref()?)
    }

    /// The commits that made a new content of it, of some.
    pub(super) fn changed_in(&self, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let of_them = self.versions.iter().filter(|version| version.is_new && wanted(version.commit));
        of_them.map(|version| version.commit).collect()
    }

    /// Its content at the newest of some commits.
    pub(super) fn digest_at(&self, wanted: impl Fn(u32) -> bool) -> Option<&Result<Digest, String>> {
        self.versions.iter().find(|version| wanted(version.commit)).map(|version| &version.state.digest)
    }
}
