//! What proves the approvals of earlier versions: for who shows more of the past than what is in force.

use std::collections::HashSet;

use super::{Approval, Sight};
use crate::{
    corpus::Documents,
    model::{History, Judged, Patterns},
};

/// The history behind some documents, to see their earlier versions through.
pub struct Earlier<'h, 'c>(Sight<'h, 'c>);

impl<'h, 'c> Earlier<'h, 'c> {
    /// That of documents by their numbers.
    pub fn of(
        documents: &'h Documents<'c>,
        judged: &'h Judged,
        patterns: &'h Patterns,
        history: &'h History,
        numbers: impl Iterator<Item = u32>,
    ) -> Self {
        let wanted = numbers.filter_map(|number| documents.at(number).id().map(|(id, _)| id)).collect();
        Self(Sight::of(documents, judged, patterns, Ok(history), wanted, HashSet::new()))
    }

    /// What proves the approval of an earlier version of a document: that which some other documents have by a number
    /// of theirs. None if it told of no approval.
    pub fn approval<'t>(&self, number: u32, then: &Documents<'t>, then_number: u32) -> Option<Approval<'t>> {
        Approval::earlier(&self.0, number, then, then_number)
    }
}
