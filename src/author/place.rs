//! Where documents stand in a file that reads without a mistake.

use std::sync::Arc;

use super::AuthorError;
use crate::{
    corpus::{COLLECTION, DEFAULTS, ENTRIES, REGISTER, is_markdown},
    text::Source,
    yaml::{self, Kind, Limits, Mapping, Node, Sequence, Stream},
};

/// A file that reads without a mistake.
pub(super) struct File {
    pub(super) stream: Stream,
    /// What stands behind front matter.
    pub(super) body: String,
}

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Among the documents of YAML in the file.
    pub(super) number: usize,
    pub(super) within: Within,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Whole,
    Register,
    Entry(usize),
}

impl File {
    /// The file, from which the document of an id is wanted.
    pub(super) fn read(path: &str, text: &str, id: &str) -> Result<Self, AuthorError> {
        let source = Arc::new(Source::new(path, text));
        let unsound =
            |at: u32| AuthorError::Unsound { path: path.to_owned(), line: source.position(at).line };
        let (stream, body) = if is_markdown(path) {
            match yaml::front_matter(&source) {
                None => return Err(AuthorError::NoDocument { path: path.to_owned(), id: id.to_owned() }),
                Some(Err(problem)) => return Err(unsound(problem.span.start)),
                Some(Ok(parts)) => {
                    let stream = yaml::read_within(Arc::clone(&source), parts.yaml, &Limits::default());
                    (stream, source.slice(parts.body).to_owned())
                }
            }
        } else {
            (yaml::read(Arc::clone(&source), &Limits::default()), String::new())
        };
        match stream.problems().first() {
            Some(problem) => Err(unsound(problem.span.start)),
            None => Ok(Self { stream, body }),
        }
    }

    /// The one document of an id.
    pub(super) fn place(&self, path: &str, id: &str) -> Result<Place, AuthorError> {
        let has_id = |node: Node<'_>| node.mapping().and_then(|fields| fields.get("id")?.text()) == Some(id);
        let mut places = Vec::new();
        for (number, node) in self.stream.documents().enumerate() {
            let Some(fields) = node.mapping() else { continue };
            if fields.get(COLLECTION).is_none() {
                places.extend(has_id(node).then_some(Place { number, within: Within::Whole }));
                continue;
            }
            if fields.get(REGISTER).is_some_and(has_id) {
                places.push(Place { number, within: Within::Register });
            }
            let entries = items(fields).enumerate().filter(|(_, entry)| has_id(*entry));
            places.extend(entries.map(|(entry, _)| Place { number, within: Within::Entry(entry) }));
        }
        match places[..] {
            [place] => Ok(place),
            [] => Err(AuthorError::NoDocument { path: path.to_owned(), id: id.to_owned() }),
            _ => Err(AuthorError::SeveralDocuments { path: path.to_owned(), id: id.to_owned() }),
        }
    }

    pub(super) fn node(&self, place: Place) -> Option<Node<'_>> {
        let node = self.stream.documents().nth(place.number)?;
        match place.within {
            Within::Whole => Some(node),
            Within::Register => node.mapping()?.get(REGISTER),
            Within::Entry(entry) => items(node.mapping()?).nth(entry),
        }
    }

    /// What an entry has from its list.
    pub(super) fn defaults(&self, place: Place) -> Option<Mapping<'_>> {
        match place.within {
            Within::Whole | Within::Register => None,
            Within::Entry(_) => {
                self.stream.documents().nth(place.number)?.mapping()?.get(DEFAULTS)?.mapping()
            }
        }
    }

    /// The line of a place, or of the file's first.
    pub(super) fn line(&self, place: Place) -> u32 {
        self.node(place).map_or(1, |node| self.stream.source().position(node.span().start).line)
    }
}

/// The entries of a list of documents.
pub(super) fn items(mapping: Mapping<'_>) -> impl Iterator<Item = Node<'_>> {
    list(mapping).into_iter().flat_map(Sequence::items)
}

pub(super) fn list(mapping: Mapping<'_>) -> Option<Sequence<'_>> {
    match mapping.get(ENTRIES)?.kind() {
        Kind::Sequence(list) => Some(list),
        Kind::Scalar(_) | Kind::Mapping(_) => None,
    }
}
