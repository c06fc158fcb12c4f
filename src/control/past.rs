//! What a document was at a commit: read from the bytes that its file had then, and no more of these than are asked
//! for.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;

use crate::{
    catalog::Catalog,
    corpus::{self, Document, Documents},
    model::{Blob, Category, Content, Digest, File, History, Snapshot, Target, may_hold_documents},
    text,
    yaml::{Kind, Limits, Node},
};

/// An approval as a document tells it. A later one differs in one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Told {
    pub(super) by: String,
    pub(super) date: String,
    pub(super) version: String,
}

/// What a document was at some point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Of its content; none, with the reason, if some of that cannot be had.
    pub(super) digest: Result<Digest, String>,
    pub(super) status: Option<String>,
    pub(super) told: Option<Told>,
    pub(super) sealed_on: Option<String>,
    pub(super) reviewed_on: Option<String>,
    pub(super) corrections: usize,
    /// Whether its content lies in other files, too.
    has_files: bool,
}

impl State {
    pub(super) fn of(documents: &Documents<'_>, number: u32) -> Self {
        let document = documents.at(number);
        let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
        let corrections = match document.get("corrections").map(Node::kind) {
            Some(Kind::Sequence(list)) => list.items().count(),
            Some(Kind::Scalar(_) | Kind::Mapping(_)) | None => 0,
        };
        Self {
            digest: documents.digest(number).map_err(|undigested| undigested.to_string()),
            status: text("status"),
            told: told(document),
            sealed_on: text("sealed_on"),
            reviewed_on: text("reviewed_on"),
            corrections,
            has_files: files(document).next().is_some(),
        }
    }

    pub(super) fn is_approved(&self) -> bool {
        self.status.as_deref() == Some("approved")
    }
}

/// The approval that a document tells of.
pub(super) fn told(document: &Document<'_>) -> Option<Told> {
    let approval = document.get("approval")?.mapping()?;
    let text = |node: Option<Node<'_>>| node.and_then(Node::text).unwrap_or_default().to_owned();
    let version = text(document.get("version"));
    Some(Told { by: text(approval.get("by")), date: text(approval.get("date")), version })
}

/// The files of the repository in which the content of a document lies beside its own.
pub(super) fn files(document: &Document<'_>) -> impl Iterator<Item = String> {
    let named =
        ["body_file", "held_in"].into_iter().filter_map(|name| document.get(name)?.text().map(Target::of));
    let paths = named.filter_map(|target| match target {
        Target::Path(path) => Some(path),
        Target::Address | Target::Elsewhere => None,
    });
    paths.collect::<Vec<_>>().into_iter()
}

/// The documents of one file at one commit.
#[derive(Debug, Default)]
struct InFile {
    /// Those of interest, by id.
    states: HashMap<String, State>,
    /// Those that may not just disappear.
    kept: Vec<Kept>,
}

/// What a file held, or why it cannot be read.
type OfFile = Arc<Result<InFile, String>>;

/// The bytes of a file and its path; and the commit, if the documents in it lie in other files, too, and may change with
/// these.
type Key = (Blob, String, Option<String>);

/// The file in which a document stood, and what it was there, by its id.
type Moved<'h> = Arc<HashMap<String, (&'h str, State)>>;

/// A document that may not just disappear: a controlled one that was in force, or one that is kept for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) record_type: String,
    pub(super) version: Option<String>,
    pub(super) is_in_force: bool,
    /// The first day of which it tells.
    pub(super) began: Option<NaiveDate>,
    pub(super) sealed_on: Option<NaiveDate>,
    /// The rule by which it is kept, if it names one.
    pub(super) retention: Option<String>,
    pub(super) is_personal: bool,
}

impl Kept {
    /// None for a document of which nothing is expected, if it is of none of some types.
    fn of(document: &Document<'_>, types: &HashSet<&str>) -> Option<Self> {
        let text = |name: &str| document.get(name).and_then(Node::text);
        let record_type = document.record_type?;
        let is_controlled = record_type.category == Category::Document;
        let is_in_force = is_controlled && text("status") == Some("approved");
        // How long a controlled document is kept counts from its withdrawal, without which it may not disappear at all.
        let is_kept = text("retention").is_some() || types.contains(record_type.id.as_str());
        if !is_in_force && (is_controlled || !is_kept) {
            return None;
        }
        Some(Self {
            id: document.id()?.0.to_owned(),
            record_type: record_type.id.clone(),
            version: text("version").map(str::to_owned),
            is_in_force,
            began: document.event_days().min(),
            sealed_on: document.day("sealed_on"),
            retention: text("retention").map(str::to_owned),
            is_personal: text("personal_data") == Some("true"),
        })
    }
}

/// Reads the past, each version of a file once.
#[derive(Debug)]
pub(super) struct Reader<'h> {
    pub(super) history: &'h History,
    catalog: &'h Catalog,
    /// The documents that are of interest; what else stands in a file has no digest made of it.
    wanted: HashSet<&'h str>,
    /// The types of what is kept for a time.
    kept: HashSet<&'h str>,
    /// The bytes that a file had at a commit, as far as the walk has told.
    blobs: HashMap<(u32, &'h str), Option<Blob>>,
    read: Mutex<HashMap<Key, OfFile>>,
    /// The files that each commit touched.
    touched: Vec<Vec<&'h str>>,
    /// Where documents stood at a parent of a commit that took them from there, by these two.
    moved: Mutex<HashMap<[u32; 2], Moved<'h>>>,
}

impl<'h> Reader<'h> {
    pub(super) fn new(history: &'h History, catalog: &'h Catalog, wanted: HashSet<&'h str>) -> Self {
        let mut touched: Vec<Vec<&str>> = vec![Vec::new(); history.commits.len()];
        let mut blobs = HashMap::new();
        for (path, touches) in &history.touches {
            for touch in touches {
                touched[touch.commit as usize].push(path.as_str());
                blobs.insert((touch.commit, path.as_str()), touch.blob);
                if let Some(first) = history.commit(touch.commit).parents.first() {
                    blobs.insert((*first, path.as_str()), touch.was);
                }
            }
        }
        for paths in &mut touched {
            paths.sort_unstable();
        }
        let (kept, read, moved) = (HashSet::new(), Mutex::default(), Mutex::default());
        Self { history, catalog, wanted, kept, blobs, read, touched, moved }
    }

    /// The same with types of what is kept for a time.
    pub(super) fn keeping(self, kept: HashSet<&'h str>) -> Self {
        Self { kept, ..self }
    }

    /// Where a document stood at a parent of a commit, in a file from which the commit took it, and what it was there.
    pub(super) fn moved(&self, id: &str, commit: u32, parent: u32) -> Option<(String, State)> {
        let known = self.moved.lock().unwrap_or_else(PoisonError::into_inner).get(&[commit, parent]).cloned();
        let moved = known.unwrap_or_else(|| {
            let moved = Arc::new(self.taken(commit, parent));
            let mut all = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert([commit, parent], Arc::clone(&moved));
            moved
        });
        moved.get(id).map(|(path, state)| ((*path).to_owned(), state.clone()))
    }

    /// The documents that a commit took out of files.
    fn taken(&self, commit: u32, parent: u32) -> HashMap<String, (&'h str, State)> {
        let mut taken = HashMap::new();
        for path in self.touched[commit as usize].iter().filter(|path| may_hold_documents(Path::new(path))) {
            let after = self.of_file_at(path, commit);
            let before = self.of_file_at(path, parent);
            let before = before.as_deref().and_then(|before| before.as_ref().ok());
            for (id, state) in before.iter().flat_map(|before| &before.states) {
                // What is still there did not move.
                if !matches!(after.as_deref(), Some(Ok(after)) if after.states.contains_key(id)) {
                    taken.entry(id.clone()).or_insert((*path, state.clone()));
                }
            }
        }
        taken
    }

    /// The name of the bytes that a file had at a commit; none if there was no such file.
    pub(super) fn blob(&self, path: &str, commit: u32) -> Option<Blob> {
        let looked_up = || self.history.past.blob(&self.history.commit(commit).id, path);
        self.blobs.get(&(commit, path)).copied().unwrap_or_else(looked_up)
    }

    fn of_file_at(&self, path: &str, commit: u32) -> Option<OfFile> {
        let blob = self.blob(path, commit)?;
        Some(self.of_file(path, &self.history.commit(commit).id, blob))
    }

    /// The documents that a file held at a commit.
    fn of_file(&self, path: &str, commit: &str, blob: Blob) -> OfFile {
        let known = |key: &Key| self.read.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let (always, then) =
            ((blob, path.to_owned(), None), (blob, path.to_owned(), Some(commit.to_owned())));
        if let Some(found) = known(&always).or_else(|| known(&then)) {
            return found;
        }
        let found = self.parse(path, commit, &blob);
        let changes = matches!(&found, Ok(found) if found.states.values().any(|state| state.has_files));
        let found = Arc::new(found);
        let key = if changes { then } else { always };
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&found));
        found
    }

    /// A file as it was at a commit.
    fn snapshot(&self, path: &str, commit: &str, blob: &Blob) -> Result<Snapshot, String> {
        let attachments = Arc::clone(&self.history.past).files(commit);
        // Its name is known, so that nothing has to be looked up in the folders of the commit.
        let bytes = self.history.past.bytes(blob).map_err(|missing| missing.told(path))?;
        // What was no text held no documents.
        let source = text::decode(path, bytes).ok().map(Arc::new);
        let file = |source| File { path: path.to_owned(), content: Content::Text(source) };
        Ok(Snapshot { files: source.map(file).into_iter().collect(), attachments, ..Snapshot::default() })
    }

    /// The documents that a file held at a commit and that may not just disappear.
    pub(super) fn kept(&self, path: &str, commit: u32) -> Vec<Kept> {
        match self.of_file_at(path, commit).as_deref() {
            Some(Ok(found)) => found.kept.clone(),
            Some(Err(_)) | None => Vec::new(),
        }
    }

    fn parse(&self, path: &str, commit: &str, blob: &Blob) -> Result<InFile, String> {
        let snapshot = self.snapshot(path, commit, blob)?;
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, self.catalog);
        let states = documents.ids().filter(|(id, _)| self.wanted.contains(id));
        let states = states.map(|(id, number)| (id.to_owned(), State::of(&documents, number))).collect();
        let kept = documents.iter().filter_map(|document| Kept::of(document, &self.kept));
        Ok(InFile { states, kept: kept.collect() })
    }

    /// What a document was at a commit, in a file; none if it was not there.
    ///
    /// # Errors
    ///
    /// Why its file cannot be read.
    pub(super) fn state(&self, id: &str, path: &str, commit: u32) -> Result<Option<State>, String> {
        stated(id, self.of_file_at(path, commit).as_deref())
    }

    /// The same at a commit that is known by its id, and need not have led to the point that is looked at.
    ///
    /// # Errors
    ///
    /// Why its file cannot be read.
    pub(super) fn state_at(&self, id: &str, path: &str, commit: &str) -> Result<Option<State>, String> {
        let blob = self.history.past.blob(commit, path);
        stated(id, blob.map(|blob| self.of_file(path, commit, blob)).as_deref())
    }
}

fn stated(id: &str, file: Option<&Result<InFile, String>>) -> Result<Option<State>, String> {
    match file {
        None => Ok(None),
        Some(Ok(found)) => Ok(found.states.get(id).cloned()),
        Some(Err(reason)) => Err(reason.clone()),
    }
}

/// The digest of a document in a file at a commit; none if it was not there, or cannot be told.
pub fn digest_at(catalog: &Catalog, history: &History, commit: &str, path: &str, id: &str) -> Option<Digest> {
    let reader = Reader::new(history, catalog, HashSet::from([id]));
    reader.state_at(id, path, commit).ok()??.digest.ok()
}
