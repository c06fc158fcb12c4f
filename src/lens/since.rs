//! What a change brought: the findings that the point it began at does not have.

use std::collections::HashSet;

use super::{
    All, Behind, Lens, LensError,
    bends::{Bend, Bending, Direction, bends},
    findings, walked,
};
use crate::{
    config::Flags,
    corpus::{self, Documents},
    model::{Cause, Finding, Findings, Held, Level, Place, Settings, Snapshot},
    repository::Wanted,
    yaml::Limits,
};

/// What a change brought beside what was there before it.
#[derive(Clone, Debug)]
pub struct Since {
    /// The point at which it began: the last commit in common.
    pub base: Held,
    /// What bends the result and was loosened on the way.
    pub loosened: Vec<Bend>,
    /// Why the settings there cannot be compared with the present ones, if they cannot.
    pub uncompared: Option<String>,
    /// How many of the present findings were there before.
    pub older: usize,
    /// How many are gone.
    pub gone: usize,
}

/// Whether a finding fails a change that brought it: not if it is waived, and not if only a day has passed.
pub fn fails(finding: &Finding, gate: Level) -> bool {
    finding.level >= gate && finding.waived.is_none() && finding.cause != Cause::Time
}

/// What is there now.
#[derive(Clone, Copy, Debug)]
pub struct Present<'p> {
    /// The settings as they are written.
    pub written: &'p Settings,
    /// The same, as flags have changed them.
    pub settings: &'p Settings,
    /// The documents.
    pub documents: &'p Documents<'p>,
    /// The files that they are in.
    pub snapshot: &'p Snapshot,
    /// The place that asks for documents which are missing.
    pub asked_at: &'p Place,
}

/// Leaves of the present findings those that were not there at the last commit that two points have in common. That
/// commit is judged by the present settings, types and rules on the present day; only what bends a result is compared
/// with what it had then.
///
/// # Errors
///
/// If there is no such commit.
pub fn since(
    lens: &Lens,
    of: (&Wanted, &Wanted),
    present: Present<'_>,
    found: Findings,
) -> Result<(Findings, Since), LensError> {
    let Present { written, settings, documents: now, snapshot: snapshot_now, asked_at } = present;
    let archive = lens.archive()?;
    let base = Wanted::Revision(archive.merge_base(of.0, of.1)?);
    let settings_then = lens.settings_at(&archive.at(&base)?, Flags::default());
    let snapshot = lens.completed(archive.at(&base)?.snapshot(&settings.patterns, lens.extracts.as_deref()));
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, now.catalog);
    let judged = settings.judged();
    let history = walked(&lens.root, settings, &snapshot.held)?;
    let behind = Behind { patterns: &settings.patterns, history: history.as_ref() };
    let All { findings: before, .. } =
        findings(&corpus, &documents, &judged, &behind, settings.needed_by.value, asked_at);
    let known: HashSet<&str> = before.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let count = found.len();
    let new = found.only(|finding| !known.contains(finding.fingerprint.as_str()));
    let older = count - new.len();
    let (loosened, uncompared) = match &settings_then {
        Ok(settings_then) => {
            let then = Bending { settings: settings_then, documents: &documents, snapshot: &snapshot };
            let now = Bending { settings: written, documents: now, snapshot: snapshot_now };
            let mut loosened = bends(&then, &now);
            loosened.retain(|bend| bend.direction == Direction::Loosened);
            (loosened, None)
        }
        // Whoever mends a broken `probity.toml` is not to be kept from it.
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let gone = before.len() - older;
    Ok((new, Since { base: snapshot.held.clone(), loosened, uncompared, older, gone }))
}
