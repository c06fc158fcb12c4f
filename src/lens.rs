//! A management system at any point: on disk, in git's index, at a commit. From its files and settings to findings and
//! an assessment, and from several such looks to what changed between them.
//!
//! [`Lens`] reads a point and keeps what the next one may have in common with it; [`look`] judges what was read;
//! [`compare`] sets two of them side by side. What any of it looks like is left to `report`.

mod bends;
mod compare;
mod documents;
mod error;
mod known;
mod outcome;
mod points;
mod since;
mod trend;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use chrono::{DateTime, Utc};

use crate::{
    assess,
    catalog::Catalog,
    check,
    config::{FILE_NAME, Flags, Found as FoundFile, Written, load, of_bytes, settle},
    control,
    corpus::{self, Corpus, Documents, Shelf},
    model::{
        Assessment, Blind, Content, File, Findings, Found, Held, History, HistoryUse, Judged, NeededBy,
        Patterns, Place, Settings, Snapshot,
    },
    repository::{self, Archive, Point, RepositoryError, Wanted},
    yaml::Limits,
};

pub use bends::{Bend, Direction, changed_from_defaults};
pub use compare::{Comparison, Side, compare};
pub use documents::{Approval, ApprovalChange, Change, DocumentChange};
pub use error::LensError;
pub use known::{own_values_are_known, settings_are_known};
pub use outcome::{FindingChange, Why};
pub use points::{PointChange, Turn};
pub use since::{Base, Present, Since, beyond, fails, since};
pub use trend::{Counted, Every, Row, Trend, Wish, trend};

/// A management system that is looked at, and what is the same at all of its points.
#[derive(Debug)]
pub struct Lens {
    root: PathBuf,
    /// How many folders above the start its `probity.toml` is; none if there is none on disk.
    folders_up: Option<usize>,
    extracts: Option<PathBuf>,
    /// A register of people that is kept elsewhere.
    people: Option<PathBuf>,
    flags: Flags,
    now: DateTime<Utc>,
    archive: OnceLock<Archive>,
    shelf: Shelf,
    catalog: Mutex<Option<Kept>>,
}

/// A catalog, and the files of the organization's own that are in it.
#[derive(Debug)]
struct Kept {
    own: Vec<(String, String)>,
    catalog: Arc<Catalog>,
}

/// A management system at a point, read, with the settings to judge it by.
#[derive(Debug)]
pub struct Read {
    /// Its folder.
    pub root: PathBuf,
    /// The settings of the point.
    pub settings: Settings,
    /// Its files.
    pub snapshot: Snapshot,
    /// The types, rules and points of the standard, with those of its own.
    pub catalog: Arc<Catalog>,
    history: OnceLock<Result<History, Blind>>,
}

impl Read {
    /// The history that led to the point, or why it cannot be looked at; read when it is first asked for.
    ///
    /// # Errors
    ///
    /// If the settings want it and it is not there as a whole, or they begin it with a commit that is not there.
    pub fn history(&self) -> Result<Result<&History, &Blind>, LensError> {
        if let Some(history) = self.history.get() {
            return Ok(history.as_ref());
        }
        let history = walked(&self.root, &self.settings, &self.settings.held)?;
        if self.settings.history.value == HistoryUse::Required {
            let blind = match &history {
                Err(blind) => Some(blind.clone()),
                Ok(history) => history.is_cut().then(Blind::shallow),
            };
            if let Some(blind) = blind {
                return Err(LensError::NoHistory { blind });
            }
        }
        Ok(self.history.get_or_init(|| history).as_ref())
    }

    /// Whether there is a history to look at, so that a command which needs one leads somewhere.
    pub fn has_history(&self) -> bool {
        self.history().is_ok_and(|history| history.is_ok())
    }
}

/// The history that led to what is held of a folder, or why it cannot be looked at.
fn walked(root: &Path, settings: &Settings, held: &Held) -> Result<Result<History, Blind>, LensError> {
    let Settings { history, begins, .. } = settings;
    if history.value == HistoryUse::Off {
        let reason = "`[gate] history` is `off`".to_owned();
        return Ok(Err(Blind { reason, help: None, is_wanted: true }));
    }
    match repository::history(root, held, begins.value.as_deref()) {
        Ok(history) => Ok(Ok(history)),
        Err(RepositoryError::UnknownRevision { revision }) => Err(LensError::NoBeginning { revision }),
        // Where the folder lies is not told, so that the same files give the same report.
        Err(RepositoryError::NoRepository { .. }) => Ok(Err(Blind::without_git())),
        Err(error) => Ok(Err(Blind { reason: error.to_string(), help: error.help(), is_wanted: false })),
    }
}

impl Lens {
    /// On the folder of a `probity.toml` that was found, or else on `start`. `now` makes the day judged on where
    /// nothing else does.
    pub fn new(
        found: Option<FoundFile>,
        start: PathBuf,
        extracts: Option<PathBuf>,
        flags: Flags,
        now: DateTime<Utc>,
    ) -> Self {
        let folders_up = found.as_ref().map(|found| found.folders_up);
        Self {
            root: found.map_or(start, |found| found.root),
            folders_up,
            extracts,
            people: None,
            flags,
            now,
            archive: OnceLock::new(),
            shelf: Shelf::default(),
            catalog: Mutex::default(),
        }
    }

    /// The same with a register of people from a file that is kept elsewhere.
    #[must_use]
    pub fn with_people(self, people: Option<PathBuf>) -> Self {
        Self { people, ..self }
    }

    /// A snapshot with what is kept elsewhere. Where that lies is not told, so that the same files give the same report.
    fn completed(&self, mut snapshot: Snapshot) -> Snapshot {
        if let Some(people) = &self.people {
            let name = people.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            snapshot.files.push(repository::file_beside(format!("--people/{name}"), people));
            snapshot.files.sort_by(|a, b| a.path.cmp(&b.path));
        }
        snapshot
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The organization's own templates, as they are on disk.
    pub fn own_templates(&self) -> Vec<File> {
        repository::own_templates(&self.root)
    }

    /// The settings on disk.
    ///
    /// # Errors
    ///
    /// If they cannot be used.
    pub fn settings(&self) -> Result<Settings, LensError> {
        let written = match self.folders_up {
            Some(folders_up) => load(&FoundFile { root: self.root.clone(), folders_up })?,
            None => Written::default(),
        };
        Ok(settle(written, self.flags, self.now))
    }

    /// What is on disk, by these settings.
    ///
    /// # Errors
    ///
    /// If the folder cannot be listed, or what is its own cannot be used.
    pub fn on_disk(&self, settings: Settings) -> Result<Read, LensError> {
        let snapshot =
            repository::work_tree_snapshot(&self.root, &settings.patterns, self.extracts.as_deref())?;
        self.read(settings, snapshot)
    }

    /// What git has at a point, by the settings that it has there.
    ///
    /// # Errors
    ///
    /// If git does not give it, or its settings or what is its own cannot be used.
    pub fn at(&self, wanted: &Wanted) -> Result<Read, LensError> {
        self.at_by(wanted, self.flags)
    }

    /// The same by other flags.
    fn at_by(&self, wanted: &Wanted, flags: Flags) -> Result<Read, LensError> {
        let point = self.archive()?.at(wanted)?;
        let settings = self.settings_at(&point, flags)?;
        let snapshot = point.snapshot(&settings.patterns, self.extracts.as_deref());
        self.read(settings, snapshot)
    }

    /// A point of git, or the files on disk if none is wanted.
    ///
    /// # Errors
    ///
    /// As [`Lens::at`] and [`Lens::on_disk`].
    pub fn at_or_on_disk(&self, wanted: Option<&Wanted>) -> Result<Read, LensError> {
        match wanted {
            Some(wanted) => self.at(wanted),
            None => self.on_disk(self.settings()?),
        }
    }

    /// Judges what was read by other days than its settings may have, and keeps what the next point may have in
    /// common with it.
    ///
    /// # Errors
    ///
    /// As [`look`].
    pub fn look_by<T, E: From<LensError>>(
        &self,
        read: &Read,
        judged: &Judged,
        then: impl FnOnce(&Assessed<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let blind = Blind { reason: "not asked for".to_owned(), help: None, is_wanted: true };
        look_by(read, judged, Err(&blind), &self.shelf, then)
    }

    fn settings_at(&self, point: &Point<'_>, flags: Flags) -> Result<Settings, LensError> {
        let written = match point.file(FILE_NAME) {
            Some(bytes) => of_bytes(bytes, self.root.join(FILE_NAME), self.folders_up.unwrap_or_default())?,
            None => Written::default(),
        };
        Ok(settle(written, flags, self.now))
    }

    fn read(&self, mut settings: Settings, snapshot: Snapshot) -> Result<Read, LensError> {
        let snapshot = self.completed(snapshot);
        settings.held = snapshot.held.clone();
        let catalog = self.catalog_of(&snapshot)?;
        Ok(Read { root: self.root.clone(), settings, snapshot, catalog, history: OnceLock::new() })
    }

    /// The git repository around the folder.
    fn archive(&self) -> Result<&Archive, LensError> {
        if let Some(archive) = self.archive.get() {
            return Ok(archive);
        }
        let archive = Archive::around(&self.root)?;
        Ok(self.archive.get_or_init(|| archive))
    }

    /// The catalog of a snapshot: the one of the snapshot before, if what is its own is the same.
    fn catalog_of(&self, snapshot: &Snapshot) -> Result<Arc<Catalog>, LensError> {
        let Snapshot { own_types, own_rules, own_standard, .. } = snapshot;
        let files = own_types.iter().chain(own_rules).chain(own_standard);
        let own: Option<Vec<(String, String)>> = files.map(text_of).collect();
        let mut kept = self.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(kept), Some(own)) = (&*kept, &own)
            && kept.own == *own
        {
            return Ok(Arc::clone(&kept.catalog));
        }
        let catalog = Catalog::with_own(own_types, own_rules, own_standard)
            .map_err(|mistakes| LensError::Own { mistakes })?;
        let catalog = Arc::new(catalog);
        *kept = own.map(|own| Kept { own, catalog: Arc::clone(&catalog) });
        Ok(catalog)
    }
}

fn text_of(file: &File) -> Option<(String, String)> {
    match &file.content {
        Content::Text(source) => Some((file.path.clone(), source.text().to_owned())),
        Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_) => None,
    }
}

/// What is held of each point of the standard, and what that rests on.
#[derive(Debug)]
pub struct Assessed<'a> {
    /// The settings that it was judged by.
    pub settings: &'a Settings,
    /// What was read.
    pub corpus: &'a Corpus<'a>,
    /// The documents in it.
    pub documents: &'a Documents<'a>,
    /// What they were judged by.
    pub judged: &'a Judged,
    /// Those of the check and those of missing documents.
    pub findings: &'a Findings,
    /// What is held of each point.
    pub assessment: &'a Assessment,
    /// What the history shows of each approval.
    pub approvals: &'a [control::Approval<'a>],
    /// What is gone, as the history shows.
    pub removed: &'a [control::Removed],
}

/// Judges what was read, and hands on what comes of it.
///
/// # Errors
///
/// If its settings speak of something that there is not, or with what `then` fails with.
pub fn look<T, E: From<LensError>>(
    read: &Read,
    then: impl FnOnce(&Assessed<'_>) -> Result<T, E>,
) -> Result<T, E> {
    look_by(read, &read.settings.judged(), read.history()?, &Shelf::default(), then)
}

fn look_by<T, E: From<LensError>>(
    read: &Read,
    judged: &Judged,
    history: Result<&History, &Blind>,
    shelf: &Shelf,
    then: impl FnOnce(&Assessed<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let Read { settings, snapshot, catalog, .. } = read;
    settings_are_known(settings, catalog)?;
    let corpus = corpus::read_again(snapshot, &Limits::default(), shelf);
    let documents = Documents::of(&corpus, catalog);
    let behind = Behind { patterns: &settings.patterns, history };
    let asked_at = Place::file(FILE_NAME);
    let All { findings, artefacts, approvals, removed } =
        findings(&corpus, &documents, judged, &behind, NeededBy::Stage2, &asked_at);
    let assessment = assess::assess(&documents, judged, artefacts, &findings);
    then(&Assessed {
        settings,
        corpus: &corpus,
        documents: &documents,
        judged,
        findings: &findings,
        assessment: &assessment,
        approvals: &approvals,
        removed: &removed,
    })
}

/// All findings of a point: the one place where they come together, whatever finds them. Missing documents are asked
/// for by a stage at a place; what there is of each artefact is looked for only then.
pub fn findings<'d>(
    corpus: &Corpus<'_>,
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    behind: &Behind<'_>,
    needed_by: NeededBy,
    asked_at: &Place,
) -> All<'d> {
    let is_asked = needed_by != NeededBy::Neither;
    let look = || if is_asked { assess::look(documents, judged) } else { BTreeMap::new() };
    let check = || rayon::join(|| check::run(corpus, documents, judged), look);
    let control = || control::run(documents, judged, behind.patterns, behind.history);
    let ((mut findings, artefacts), control) = rayon::join(check, control);
    let (found, ignored) = check::accepted(corpus, judged, control.findings);
    findings = findings.and(found);
    findings.tested.ignored += ignored;
    for (rule, tally) in control.rules {
        findings.rules.entry(rule).or_default().add(tally);
    }
    findings.history = Some(control.seen);
    if is_asked {
        findings = findings.and(assess::missing(documents, &artefacts, needed_by, asked_at));
    }
    check::waive(documents, judged, &mut findings);
    All { findings, artefacts, approvals: control.approvals, removed: control.removed }
}

/// The past of what is looked at, and which of its files would be read today.
#[derive(Clone, Copy, Debug)]
pub struct Behind<'s> {
    /// What the settings admit.
    pub patterns: &'s Patterns,
    /// The history, or why it cannot be looked at.
    pub history: Result<&'s History, &'s Blind>,
}

/// All that is found at a point.
#[derive(Debug)]
pub struct All<'d> {
    /// What is wrong.
    pub findings: Findings,
    /// What there is of each artefact, if missing documents are asked for.
    pub artefacts: BTreeMap<String, Found>,
    /// What the history shows of each approval.
    pub approvals: Vec<control::Approval<'d>>,
    /// What is gone, as the history shows.
    pub removed: Vec<control::Removed>,
}
