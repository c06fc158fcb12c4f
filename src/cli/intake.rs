//! `probity intake`: a folder of existing files becomes a list for a person to correct, and the list becomes stubs.

mod apply;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{CliError, Global, Inputs, NotBegun, Outcome, Output, Read, files, read, typed};
use crate::{
    author::{self, There},
    corpus::{self, Documents},
    import::intake::{self, COLUMNS, Existing, Folder, Proposal},
    model::Target,
    text::safe_line,
    yaml::{Limits, Node},
};
use apply::apply;

/// What belongs into no row.
const TOLD: usize = 10;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder with the files, within that of the management system
    #[arg(value_name = "FOLDER", required_unless_present = "apply")]
    folder: Option<PathBuf>,
    /// Write the list to this file, as CSV for a spreadsheet
    #[arg(short, long, value_name = "FILE", conflicts_with = "apply")]
    output: Option<PathBuf>,
    /// Make a stub of each row of this list that names a type
    #[arg(long, value_name = "FILE", conflicts_with = "folder")]
    apply: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long, requires = "apply")]
    dry_run: bool,
}

/// A file that a document is held in.
struct HeldIn {
    id: String,
    record_type: String,
    sha256: Option<String>,
}

/// What became of a file since it was last looked at.
enum State {
    New,
    Known(String),
    Changed(String),
    Moved { id: String, from: String },
    Copy(String),
    Gone(String),
}

impl State {
    fn told(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Known(id) => format!("known as {id}"),
            Self::Changed(id) => format!("changed since {id} was recorded"),
            Self::Moved { id, from } => format!("moved: {id} is held in {from}"),
            Self::Copy(of) => format!("the same as {of}"),
            Self::Gone(id) => format!("gone: {id} is held in it"),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known(_) => "known",
            Self::Changed(_) => "changed",
            Self::Moved { .. } => "moved",
            Self::Copy(_) => "copies",
            Self::Gone(_) => "gone",
        }
    }
}

/// A line of the list.
struct Listed {
    file: Existing,
    state: State,
    proposal: Proposal,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let read = read(global, &Inputs::on_disk(None))?;
    // As if started there.
    let from = |path: &Path| global.directory.as_deref().unwrap_or(Path::new(".")).join(path);
    match (&arguments.folder, &arguments.apply) {
        (_, Some(list)) => apply(global, &read, &from(list), arguments.dry_run, output),
        (Some(folder), None) => {
            let target = arguments.output.as_deref().map(from);
            let next = match &arguments.output {
                None => format!("probity intake {} -o intake.csv", typed(folder)),
                Some(file) => {
                    let file = typed(file);
                    format!("correct {file} in a spreadsheet, then `probity intake --apply {file}`")
                }
            };
            list(global, &read, &from(folder), target.as_deref(), output)?;
            output.next(global, &next)?;
            Ok(Outcome::Passed)
        }
        (None, None) => Ok(Outcome::Passed),
    }
}

/// The files that documents are held in, by path.
fn held(documents: &Documents<'_>) -> BTreeMap<String, HeldIn> {
    let mut held = BTreeMap::new();
    for document in documents {
        let path = document.get("held_in").and_then(Node::text).map(Target::of);
        let (Some(Target::Path(path)), Some((id, _)), Some(record_type)) =
            (path, document.id(), document.record_type)
        else {
            continue;
        };
        let sha256 = document.get("held_in_sha256").and_then(Node::text).map(str::to_lowercase);
        held.entry(path).or_insert(HeldIn { id: id.to_owned(), record_type: record_type.id.clone(), sha256 });
    }
    held
}

fn list(
    global: &Global,
    read: &Read,
    folder: &Path,
    target: Option<&Path>,
    output: Output,
) -> Result<(), CliError> {
    if !folder.is_dir() {
        return Err(CliError::NoFolder { folder: folder.to_path_buf() });
    }
    if let Some(file) = target.filter(|file| file.symlink_metadata().is_ok()) {
        return Err(NotBegun::FileInUse { file: file.to_path_buf() }.into());
    }
    let places = files::places(target.into_iter(), None)?;
    let prefix = below(&read.root, folder)?;
    let found = intake::look(folder, &prefix)?;
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &read.catalog);
    let listed = listed(read, &found, &held(&documents), &prefix);
    if target.is_some() {
        let rows: Vec<[String; COLUMNS.len()]> = listed.iter().map(row).collect();
        files::write(&places, &[intake::write(&rows)])?;
    }
    let mut told = String::new();
    if !global.quiet && target.is_none() {
        told.extend(listed.iter().map(shown));
    }
    for kept in found.kept.iter().take(TOLD) {
        let _ = writeln!(told, "left out: {}: {}", safe_line(&kept.path), kept.why);
    }
    if found.kept.len() > TOLD {
        let _ = writeln!(told, "left out: {} more", found.kept.len() - TOLD);
    }
    told.push_str(&counts(&listed));
    output.print(&told)
}

/// Where a folder is below the management system, with forward slashes.
fn below(root: &Path, folder: &Path) -> Result<String, CliError> {
    let outside = || CliError::from(NotBegun::Outside { folder: folder.to_path_buf() });
    let whole = |path: &Path| path.canonicalize().map_err(|_| outside());
    let path = whole(folder)?.strip_prefix(whole(root)?).map_err(|_| outside())?.to_path_buf();
    let names: Option<Vec<&str>> = path.iter().map(std::ffi::OsStr::to_str).collect();
    names.map(|names| names.join("/")).ok_or_else(outside)
}

fn listed(read: &Read, found: &Folder, held: &BTreeMap<String, HeldIn>, prefix: &str) -> Vec<Listed> {
    let is_there = |path: &str| author::there(&read.root, path).is_ok_and(|there| there == There::Something);
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut listed = Vec::new();
    for file in &found.files {
        let before = first.entry(&file.sha256).or_insert(&file.path);
        let by_digest = held
            .iter()
            .find(|(_, held)| held.sha256.as_deref() == Some(&*file.sha256))
            .filter(|_| file.note.as_deref() != Some("it is empty"));
        let state = match (held.get(&file.path), by_digest) {
            (Some(known), _) if known.sha256.as_ref().is_some_and(|digest| *digest != file.sha256) => {
                State::Changed(known.id.clone())
            }
            (Some(known), _) => State::Known(known.id.clone()),
            (None, Some((from, known))) if !is_there(from) => {
                State::Moved { id: known.id.clone(), from: from.clone() }
            }
            (None, Some((from, _))) => State::Copy(from.clone()),
            (None, None) if *before != file.path && file.note.as_deref() != Some("it is empty") => {
                State::Copy((*before).to_owned())
            }
            (None, None) => State::New,
        };
        let mut proposal = intake::propose(&read.catalog, file);
        match held.get(&file.path) {
            Some(known) => proposal.record_type = Some(known.record_type.clone()),
            // What is there already, or is wanted once, nobody is to take over by leaving a row as it is.
            None if !matches!(state, State::New) => proposal.record_type = None,
            None => {}
        }
        listed.push(Listed { file: file.clone(), state, proposal });
    }
    let within =
        |path: &str| prefix.is_empty() || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    for (path, known) in held.iter().filter(|(path, _)| within(path) && !is_there(path)) {
        let is_moved = |listed: &Listed| matches!(&listed.state, State::Moved { from, .. } if from == path);
        if !listed.iter().any(is_moved) {
            let file = Existing { path: path.clone(), ..Existing::default() };
            let proposal = Proposal { record_type: Some(known.record_type.clone()), ..Proposal::default() };
            listed.push(Listed { file, state: State::Gone(known.id.clone()), proposal });
        }
    }
    listed.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    listed
}

fn row(listed: &Listed) -> [String; COLUMNS.len()] {
    let Listed { file, state, proposal } = listed;
    let is_new = matches!(state, State::New);
    COLUMNS.map(|column| match column {
        "path" => file.path.clone(),
        "type" => proposal.record_type.clone().unwrap_or_default(),
        "title" => proposal.title.clone(),
        "clause" => proposal.clause.clone().unwrap_or_default(),
        "covers" => proposal.covers.clone().unwrap_or_default(),
        "id" => match state {
            State::Known(id) | State::Changed(id) | State::Gone(id) | State::Moved { id, .. } => id.clone(),
            State::New | State::Copy(_) => String::new(),
        },
        "status" if is_new => "draft".to_owned(),
        "version" => proposal.version.clone().unwrap_or_default(),
        "state" => state.told(),
        "confidence" if is_new => proposal.confidence.word().to_owned(),
        "why" if is_new => proposal.why.clone(),
        "modified" => file.modified.clone().unwrap_or_default(),
        "sha256" => file.sha256.clone(),
        _ => String::new(),
    })
}

/// A file as a person reads of it.
fn shown(listed: &Listed) -> String {
    let Listed { file, state, proposal } = listed;
    let path = safe_line(&file.path);
    if !matches!(state, State::New) {
        return format!("{:<15} {path}\n                  {}\n", state.word(), safe_line(&state.told()));
    }
    let mut said: Vec<String> = proposal.record_type.iter().cloned().collect();
    said.extend(proposal.covers.iter().map(|covers| format!("covers {covers}")));
    said.extend(proposal.clause.iter().map(|clause| format!("clause {clause}")));
    said.extend(proposal.version.iter().map(|version| format!("version {}", safe_line(version))));
    let said = if proposal.record_type.is_some() { format!("{}; ", said.join(", ")) } else { String::new() };
    format!(
        "{:<15} {path}\n                  {said}{}\n",
        proposal.confidence.word(),
        safe_line(&proposal.why)
    )
}

fn counts(listed: &[Listed]) -> String {
    let new = || listed.iter().filter(|listed| matches!(listed.state, State::New));
    let recognised = new().filter(|listed| listed.proposal.record_type.is_some()).count();
    let mut parts = vec![
        format!("{recognised} new and recognised"),
        format!("{} new and not recognised", new().count() - recognised),
    ];
    for word in ["known", "changed", "moved", "copies", "gone"] {
        let count = listed.iter().filter(|listed| listed.state.word() == word).count();
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let files = if listed.len() == 1 { "1 file".to_owned() } else { format!("{} files", listed.len()) };
    format!("{files}: {}\n", parts.join(", "))
}
