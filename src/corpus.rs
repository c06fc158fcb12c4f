//! The documents of a snapshot: read as far as they can be, known by id, and joined by what they refer
//! to.

mod digest;
mod documents;
mod extracts;
mod field;
mod references;
mod sequence;
mod values;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rayon::prelude::*;

use crate::{
    model::{Content, Snapshot},
    text::{Source, Span},
    yaml::{self, Limits, Problem, Stream},
};

pub use digest::{Undigested, plain};
pub use documents::{COLLECTION, Collection, DEFAULTS, Document, Documents, ENTRIES, REGISTER, Shape, texts};
pub use extracts::{Extract, Sealed};
pub use field::Field;
pub use references::Reference;
pub use sequence::Sequence;
pub use values::{Single, each_single};

/// Every file of a snapshot, read as far as it can be.
#[derive(Debug)]
pub struct Corpus<'s> {
    /// What was read.
    pub snapshot: &'s Snapshot,
    /// In the order of the snapshot.
    pub files: Vec<ReadFile<'s>>,
    /// The sealed extracts that documents speak of, in the order of these.
    pub extracts: Vec<Extract>,
}

impl Corpus<'_> {
    /// What could be read as YAML, with the text behind it if that is front matter.
    fn streams(&self) -> impl Iterator<Item = (&Stream, Option<Span>)> {
        self.files.iter().filter_map(|file| match &file.reading {
            Reading::Yaml { stream, body } => Some((&**stream, *body)),
            Reading::Markdown | Reading::BrokenFrontMatter(..) | Reading::Unread(_) => None,
        })
    }

    /// How many files could not be read, or not as a whole.
    pub fn unread(&self) -> usize {
        let is_unread = |reading: &Reading<'_>| match reading {
            Reading::Yaml { stream, .. } => stream.broken() > 0,
            Reading::Markdown => false,
            Reading::BrokenFrontMatter(..) | Reading::Unread(_) => true,
        };
        self.files.iter().filter(|file| is_unread(&file.reading)).count()
    }

    /// How many rows of extracts could not be read.
    pub fn unread_rows(&self) -> usize {
        let broken = self.extracts.iter().map(|extract| match &extract.sealed {
            Sealed::Rows(stream) => stream.broken(),
            Sealed::OtherDigest { .. } | Sealed::Unreadable { .. } | Sealed::NotSealed => 0,
        });
        broken.sum()
    }

    /// The texts of extracts, which are no files of the snapshot.
    pub fn extract_sources(&self) -> impl Iterator<Item = &Source> {
        self.extracts.iter().filter_map(|extract| match &extract.sealed {
            Sealed::Rows(stream) => Some(&**stream.source()),
            Sealed::OtherDigest { .. } | Sealed::Unreadable { .. } | Sealed::NotSealed => None,
        })
    }
}

/// A file and what is in it.
#[derive(Debug)]
pub struct ReadFile<'s> {
    /// Relative to the root.
    pub path: &'s str,
    /// What was found in it.
    pub reading: Reading<'s>,
}

/// What was found in a file.
#[derive(Debug)]
pub enum Reading<'s> {
    /// YAML: a file of it, or front matter with the place of the body behind it.
    Yaml {
        /// The documents.
        stream: Arc<Stream>,
        /// Of a Markdown file, the text behind the front matter.
        body: Option<Span>,
    },
    /// Markdown without front matter, which is no document.
    Markdown,
    /// Markdown whose front matter cannot be told from its text.
    BrokenFrontMatter(Arc<Source>, Box<Problem>),
    /// Not text; the snapshot has it.
    Unread(&'s Content),
}

/// What was read last of each file. Snapshots of a history have most of their files in common, and these need not be
/// read again.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<HashMap<String, Kept>>);

/// A text, and what was read of it.
#[derive(Clone, Debug)]
struct Kept {
    source: Arc<Source>,
    stream: Arc<Stream>,
    body: Option<Span>,
}

impl Shelf {
    fn of(&self, path: &str, source: &Arc<Source>) -> Option<Reading<'static>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(path).filter(|kept| Arc::ptr_eq(&kept.source, source))?;
        Some(Reading::Yaml { stream: Arc::clone(&kept.stream), body: kept.body })
    }

    fn keep(&self, path: &str, source: &Arc<Source>, reading: &Reading<'_>) {
        if let Reading::Yaml { stream, body } = reading {
            let kept = Kept { source: Arc::clone(source), stream: Arc::clone(stream), body: *body };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), kept);
        }
    }
}

/// Reads all files of a snapshot, and the sealed extracts that they speak of.
pub fn read<'s>(snapshot: &'s Snapshot, limits: &Limits) -> Corpus<'s> {
    read_all(snapshot, |path, source| read_text(path, source, limits))
}

/// The same, with what was read before of the same texts, and keeping what is read for the next time.
pub fn read_again<'s>(snapshot: &'s Snapshot, limits: &Limits, shelf: &Shelf) -> Corpus<'s> {
    read_all(snapshot, |path, source| {
        shelf.of(path, source).unwrap_or_else(|| {
            let reading = read_text(path, source, limits);
            shelf.keep(path, source, &reading);
            reading
        })
    })
}

fn read_all<'s>(
    snapshot: &'s Snapshot,
    read: impl Fn(&'s str, &Arc<Source>) -> Reading<'s> + Sync,
) -> Corpus<'s> {
    let files = snapshot.files.par_iter().map(|file| {
        let reading = match &file.content {
            Content::Text(source) => read(&file.path, source),
            content @ (Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_)) => {
                Reading::Unread(content)
            }
        };
        ReadFile { path: &file.path, reading }
    });
    let mut corpus = Corpus { snapshot, files: files.collect(), extracts: Vec::new() };
    corpus.extracts =
        extracts::of_streams(corpus.streams().map(|(stream, _)| stream), &*snapshot.attachments);
    corpus
}

fn read_text<'s>(path: &str, source: &Arc<Source>, limits: &Limits) -> Reading<'s> {
    if !is_markdown(path) {
        return Reading::Yaml { stream: Arc::new(yaml::read(Arc::clone(source), limits)), body: None };
    }
    match yaml::front_matter(source) {
        None => Reading::Markdown,
        Some(Err(problem)) => Reading::BrokenFrontMatter(Arc::clone(source), problem),
        Some(Ok(parts)) => {
            let stream = yaml::read_within(Arc::clone(source), parts.yaml, limits);
            Reading::Yaml { stream: Arc::new(stream), body: Some(parts.body) }
        }
    }
}

/// Whether documents in a file of that name stand in its front matter.
pub fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}
