//! The documents of a snapshot.

mod documents;

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    model::{Content, Snapshot},
    text::{Source, Span},
    yaml::{self, Limits, Problem, Stream},
};

pub use documents::{COLLECTION, Collection, DEFAULTS, Document, ENTRIES, REGISTER, Shape};

/// Every file of a snapshot, read as far as it can be.
#[derive(Debug)]
pub struct Corpus<'s> {
    /// In the order of the snapshot.
    pub files: Vec<ReadFile<'s>>,
}

impl Corpus<'_> {
    /// The documents of all files, in the order of files and places, and the collections around them.
    pub fn documents(&self) -> (Vec<Document<'_>>, Vec<Collection<'_>>) {
        let streams: Vec<&Stream> = self
            .files
            .iter()
            .filter_map(|file| match &file.reading {
                Reading::Yaml { stream, .. } => Some(stream),
                Reading::Markdown | Reading::BrokenFrontMatter(..) | Reading::Unread(_) => None,
            })
            .collect();
        let found: Vec<_> = streams.into_par_iter().map(documents::of_stream).collect();
        let (mut documents, mut collections) = (Vec::new(), Vec::new());
        for (of_file, around) in found {
            documents.extend(of_file);
            collections.extend(around);
        }
        (documents, collections)
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
        stream: Stream,
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

/// Reads all files of a snapshot.
pub fn read<'s>(snapshot: &'s Snapshot, limits: &Limits) -> Corpus<'s> {
    let files = snapshot.files.par_iter().map(|file| {
        let reading = match &file.content {
            Content::Text(source) => read_text(&file.path, source, limits),
            content @ (Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_)) => {
                Reading::Unread(content)
            }
        };
        ReadFile { path: &file.path, reading }
    });
    Corpus { files: files.collect() }
}

fn read_text<'s>(path: &str, source: &Arc<Source>, limits: &Limits) -> Reading<'s> {
    if !is_markdown(path) {
        return Reading::Yaml { stream: yaml::read(Arc::clone(source), limits), body: None };
    }
    match yaml::front_matter(source) {
        None => Reading::Markdown,
        Some(Err(problem)) => Reading::BrokenFrontMatter(Arc::clone(source), problem),
        Some(Ok(parts)) => {
            let stream = yaml::read_within(Arc::clone(source), parts.yaml, limits);
            Reading::Yaml { stream, body: Some(parts.body) }
        }
    }
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}
