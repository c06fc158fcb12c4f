//! What documents refer to: every field that takes the id of another document, and every piece of
//! evidence.

use super::{
    documents::Document,
    values::{Single, each_single},
};
use crate::{
    model::Schema,
    yaml::{Mapping, Node},
};

/// A value that names another document, or evidence.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'c> {
    /// The value.
    pub node: Node<'c>,
    /// What its field holds.
    pub schema: &'c Schema,
    /// The number of the document that refers.
    pub from: u32,
    /// The number of the document that is referred to; none if there is none of this id.
    pub to: Option<u32>,
    /// Whether it tells of the past, so that what it names may have ended since: who approved, what
    /// was there before.
    pub past: bool,
    /// Which of the references of its document it is.
    pub(super) position: u32,
}

impl<'c> Reference<'c> {
    /// What is written: an id or, of evidence, also a path, an address or a sentence.
    pub fn text(&self) -> &'c str {
        self.node.text().unwrap_or_default()
    }

    /// Whether it is evidence, which may be something else than an id.
    pub fn is_evidence(&self) -> bool {
        self.schema.evidence
    }
}

/// Calls back with every reference of a document, always in the same order.
pub(super) fn each<'c>(document: &Document<'c>, found: &mut dyn FnMut(Single<'c, '_>)) {
    let Some(record_type) = document.record_type else { return };
    let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
    let inherited =
        inherited.filter(|(key, _)| key.text().is_some_and(|name| document.fields.get(name).is_none()));
    each_single(document.fields.entries().chain(inherited), &record_type.shape, &mut |single| {
        let names = !single.schema.refers_to.is_empty() || single.schema.evidence;
        if names && !single.node.is_null() && single.node.text() != Some("") {
            found(single);
        }
    });
}

/// Who refers to what by which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Referrer {
    to: u32,
    /// The address of the schema of the field. The order of addresses is nobody's concern: only what has the
    /// same one is ever put together.
    field: usize,
    from: u32,
}

impl Referrer {
    /// Of all references, sorted. By one thread: others wait for it and must not be given work meanwhile that
    /// waits for it, too.
    pub(super) fn all(references: &[Reference<'_>]) -> Vec<Self> {
        let of = |reference: &Reference<'_>| {
            Some(Self { to: reference.to?, field: address(reference.schema), from: reference.from })
        };
        let mut all = Vec::with_capacity(references.len());
        all.extend(references.iter().filter_map(of));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Of all, those that refer to a document by a field.
    pub(super) fn to(all: &[Self], number: u32, field: &Schema) -> impl Iterator<Item = u32> {
        let wanted = (number, address(field));
        let start = all.partition_point(|referrer| (referrer.to, referrer.field) < wanted);
        let own = all[start..].iter().take_while(move |referrer| (referrer.to, referrer.field) == wanted);
        own.map(|referrer| referrer.from)
    }
}

fn address(schema: &Schema) -> usize {
    std::ptr::from_ref(schema) as usize
}
