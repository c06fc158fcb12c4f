//! Sealed extracts: records in volume, kept outside of git as JSON Lines, of which the repository holds
//! the digest.

use std::sync::Arc;

use super::documents::{COLLECTION, DEFAULTS, Document, ENTRIES};
use crate::{
    model::{Attachments, Missing, Target, sha256},
    text::{self, Source, Span},
    yaml::{self, Kind, Limits, Mapping, Node, Stream},
};

/// The record type of documents that speak of an extract.
pub(super) const EXTRACT: &str = "extract";

/// An extract has no people who edit it, so that it may be larger than a file of documents.
const LIMITS: Limits = Limits { depth: 100, nodes: 20_000_000, expanded: 20_000_000 };

/// A sealed extract that a document speaks of.
#[derive(Debug)]
pub struct Extract {
    /// The text of that document.
    pub source: Arc<Source>,
    /// Where in it that document stands.
    pub span: Span,
    /// Where the records are, as it is shown.
    pub path: String,
    /// What is there.
    pub sealed: Sealed,
}

impl Extract {
    /// Whether a document is the one that speaks of it.
    pub fn belongs_to(&self, document: &Document<'_>) -> bool {
        std::ptr::eq(Arc::as_ptr(&self.source), document.source) && self.span == document.node.span()
    }
}

/// What is where an extract should be.
#[derive(Debug)]
pub enum Sealed {
    /// Its records, one a line.
    Rows(Stream),
    /// Something else than what was sealed.
    OtherDigest {
        /// The SHA-256 of what is there.
        found: String,
    },
    /// Nothing that could be read.
    Unreadable {
        /// Why not.
        missing: Missing,
    },
    /// The document does not say which file or which digest; completeness tells.
    NotSealed,
}

/// The extracts that the documents of these streams speak of.
pub(super) fn of_streams<'c>(
    streams: impl Iterator<Item = &'c Stream>,
    attachments: &dyn Attachments,
) -> Vec<Extract> {
    let mut extracts = Vec::new();
    for stream in streams {
        for root in stream.documents() {
            let Some(fields) = root.mapping() else { continue };
            if says(fields, "type") {
                extracts.push(read(stream.source(), root, fields, None, attachments));
            } else if says(fields, COLLECTION)
                && let Some(Kind::Sequence(entries)) = fields.get(ENTRIES).map(Node::kind)
            {
                let defaults = fields.get(DEFAULTS).and_then(Node::mapping);
                extracts.extend(entries.items().filter_map(|entry| {
                    Some(read(stream.source(), entry, entry.mapping()?, defaults, attachments))
                }));
            }
        }
    }
    extracts
}

fn says(fields: Mapping<'_>, key: &str) -> bool {
    fields.get(key).and_then(Node::text) == Some(EXTRACT)
}

fn read(
    source: &Arc<Source>,
    node: Node<'_>,
    fields: Mapping<'_>,
    defaults: Option<Mapping<'_>>,
    attachments: &dyn Attachments,
) -> Extract {
    let text = |name: &str| {
        let node = fields.get(name).or_else(|| defaults.and_then(|defaults| defaults.get(name)))?;
        node.text().filter(|text| !text.trim().is_empty())
    };
    let (path, sealed) = match (text("file"), text("sha256")) {
        (Some(file), Some(digest)) => {
            let path = match Target::of(file) {
                Target::Path(path) => path,
                // Of a path that leads out, the name is what can be looked for among given extracts.
                Target::Elsewhere => file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
                Target::Address => file.to_owned(),
            };
            let sealed = open(&path, digest, attachments);
            (path, sealed)
        }
        (file, _) => (file.unwrap_or_default().to_owned(), Sealed::NotSealed),
    };
    Extract { source: Arc::clone(source), span: node.span(), path, sealed }
}

fn open(path: &str, digest: &str, attachments: &dyn Attachments) -> Sealed {
    let bytes = match attachments.extract(path) {
        Ok(bytes) => bytes,
        Err(missing) => return Sealed::Unreadable { missing },
    };
    let found = sha256(&bytes);
    if !found.eq_ignore_ascii_case(digest) {
        return Sealed::OtherDigest { found };
    }
    match text::decode(path, bytes) {
        Ok(source) => Sealed::Rows(yaml::read_lines(Arc::new(source), &LIMITS)),
        Err(_) => Sealed::Unreadable { missing: Missing::Unreadable("it is not UTF-8 text".to_owned()) },
    }
}
