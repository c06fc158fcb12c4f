//! What a change brought: the findings that the point it began at, or an earlier report, does not have.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};

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
    text::safe_line,
    yaml::Limits,
};

/// What a change brought beside what was there before it.
#[derive(Clone, Debug)]
pub struct Since {
    /// What the present findings are compared with.
    pub base: Base,
    /// What bends the result and was loosened on the way.
    pub loosened: Vec<Bend>,
    /// Why the settings there cannot be compared with the present ones, if they cannot.
    pub uncompared: Option<String>,
    /// How many of the present findings were there before.
    pub older: usize,
    /// How many are gone.
    pub gone: usize,
}

/// What findings are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The point at which a change began: the last commit in common.
    Point(Held),
    /// A report of an earlier check, by the name of its file.
    Report(String),
}

impl fmt::Display for Base {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(held) => held.fmt(formatter),
            Self::Report(name) => write!(formatter, "the report `{}`", safe_line(name)),
        }
    }
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
    let (new, older) = without(found, |fingerprint| known.contains(fingerprint));
    let (loosened, uncompared) = match &settings_then {
        Ok(settings_then) => {
            let then = Bending { settings: settings_then, documents: &documents, snapshot: &snapshot };
            let now = Bending { settings: written, documents: now, snapshot: snapshot_now };
            let mut loosened = bends(&then, &now);
            loosened.retain(|bend| bend.direction == Direction::Loosened);
            (loosened, None)
        }
        // Whoever mends a broken `probity.toml` is not to be kept from it.
        Err(error) => (Vec::new(), Some(format!("the settings before: {error}"))),
    };
    let gone = before.len() - older;
    Ok((new, Since { base: Base::Point(snapshot.held.clone()), loosened, uncompared, older, gone }))
}

/// Leaves of the present findings those that an earlier report does not have, by their fingerprints. `name` is that of
/// its file.
pub fn beyond(found: Findings, known: &BTreeSet<String>, name: String) -> (Findings, Since) {
    let (new, older) = without(found, |fingerprint| known.contains(fingerprint));
    let gone = known.len().saturating_sub(older);
    let uncompared = Some("a report does not hold the settings that it was made by".to_owned());
    (new, Since { base: Base::Report(name), loosened: Vec::new(), uncompared, older, gone })
}

/// Findings without those that are known, and how many these are.
fn without(found: Findings, is_known: impl Fn(&str) -> bool) -> (Findings, usize) {
    let count = found.len();
    let new = found.only(|finding| !is_known(&finding.fingerprint));
    let older = count - new.len();
    (new, older)
}
