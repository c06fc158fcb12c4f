//! Where judgements go: to the files of their clauses, or, of a rehearsal, into memory.

use std::path::Path;

use super::super::{CliError, Read};
use crate::{
    author::{self, AuthorError},
    judge::{Campaign, Entry},
    report::written::Written,
};

/// Writes judgements, and remembers which.
pub(super) struct Pen<'r> {
    before: &'r Read,
    pub(super) campaign: Campaign,
    rehearsal: bool,
    pub(super) written: Written,
}

impl<'r> Pen<'r> {
    pub(super) fn new(before: &'r Read, campaign: Campaign, rehearsal: bool) -> Self {
        Self { before, campaign, rehearsal, written: Written::default() }
    }

    /// Writes judgements on points of one clause.
    pub(super) fn write(&mut self, entries: Vec<Entry>) -> Result<(), CliError> {
        let Some(first) = entries.first() else { return Ok(()) };
        let path = author::path(&self.campaign, &first.clause.0);
        if !self.before.settings.patterns.admit(Path::new(&path)) {
            return Err(CliError::LeftOut { path });
        }
        let with = |before: Option<&str>| -> Result<String, AuthorError> {
            author::with_judgements(&path, before, &self.campaign, &entries)
        };
        if self.rehearsal {
            let drafted = self.written.drafts.get(&path).map(String::as_str);
            let text = with(drafted.or_else(|| self.before.snapshot.text_of(&path)))?;
            self.written.drafts.insert(path.clone(), text);
        } else {
            author::change(&self.before.root, &path, |before| with(before.as_deref()))?;
        }
        self.written.entries.extend(entries.into_iter().map(|entry| (path.clone(), entry)));
        Ok(())
    }
}
