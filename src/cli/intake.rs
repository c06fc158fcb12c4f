//! `probity intake`: a folder of existing files becomes a list for a person to correct, and the list becomes stubs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use chrono::{Datelike as _, NaiveDate};
use clap::Args;

use super::{CliError, Global, Inputs, NotBegun, Outcome, Output, Read, files, read};
use crate::{
    author::{self, Fields, There, Value},
    catalog::places,
    corpus::{self, Documents},
    import::{
        intake::{self, COLUMNS, Existing, Folder, Proposal, Row},
        workbook::{RefusedCell, day},
    },
    model::{RecordType, Target},
    text::{nearest, quoted, safe_line},
    yaml::{Limits, Node},
};

/// A list that is larger than this is not read.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;
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
            list(global, &read, &from(folder), target.as_deref(), output)
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
) -> Result<Outcome, CliError> {
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
    output.print(&told)?;
    let next = match target {
        None => "probity intake FOLDER -o intake.csv".to_owned(),
        Some(file) => {
            let file = safe_line(&file.display().to_string()).into_owned();
            format!("correct {file} in a spreadsheet, then `probity intake --apply {file}`")
        }
    };
    output.next(global, &next)?;
    Ok(Outcome::Passed)
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

/// A stub that is to be written.
struct Stub {
    path: String,
    held_in: String,
    id: String,
    text: String,
}

/// The rows of a list, as far as they can be taken.
struct Taken<'r> {
    read: &'r Read,
    documents: &'r Documents<'r>,
    name: String,
    ids: author::Ids,
    refused: Vec<RefusedCell>,
    left_out: Vec<String>,
}

fn apply(
    global: &Global,
    read: &Read,
    file: &Path,
    dry_run: bool,
    output: Output,
) -> Result<Outcome, CliError> {
    let rows = intake::read(files::bytes(file, LIST_LIMIT)?)
        .map_err(|why| NotBegun::NoList { file: file.to_path_buf(), why })?
        .rows;
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &read.catalog);
    let held = held(&documents);
    let mut taken = Taken {
        read,
        documents: &documents,
        name: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        ids: author::Ids::of(&documents, read.settings.as_of.value.year()),
        refused: Vec::new(),
        left_out: Vec::new(),
    };
    let (mut stubs, mut known, mut without, mut met) = (Vec::new(), 0, 0, BTreeSet::new());
    for row in &rows {
        if held.contains_key(row.get("path")) {
            known += 1;
        } else if row.get("type").trim().is_empty() {
            without += 1;
        } else if !met.insert(row.get("path")) {
            taken.refuse(row, "path", "the file stands in the list twice", Some("keep one of the rows"));
        } else {
            stubs.extend(taken.stub(row, &held));
        }
    }
    if !taken.refused.is_empty() {
        return Err(CliError::Cells { cells: taken.refused });
    }
    if !dry_run {
        let files: Vec<(String, String)> =
            stubs.iter().map(|stub: &Stub| (stub.path.clone(), stub.text.clone())).collect();
        author::create(&read.root, &files)?;
    }
    let verb = if dry_run { "would be written" } else { "written" };
    let mut told = String::new();
    if !global.quiet {
        for Stub { path, held_in, id, .. } in &stubs {
            let _ = writeln!(told, "{}: {id} {verb}, held in {}", safe_line(path), safe_line(held_in));
        }
    }
    for value in &taken.left_out {
        let _ = writeln!(told, "left out: {}", safe_line(value));
    }
    let count =
        |count: usize, noun: &str| if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") };
    let _ = writeln!(
        told,
        "{} {verb}, {known} known already, {} without a type",
        count(stubs.len(), "stub"),
        count(without, "row")
    );
    output.print(&told)?;
    output.next(global, "probity check && probity gap -q")?;
    Ok(Outcome::Passed)
}

impl Taken<'_> {
    fn refuse(&mut self, row: &Row, column: &str, message: impl Into<String>, help: Option<&str>) {
        let at = format!("{}:{} {column}", self.name, row.line);
        self.refused.push(RefusedCell { at, message: message.into(), help: help.map(str::to_owned) });
    }

    /// The stub of a row; what cannot be taken is refused, cell by cell.
    fn stub(&mut self, row: &Row, holders: &BTreeMap<String, HeldIn>) -> Option<Stub> {
        let before = self.refused.len();
        let path = row.get("path");
        self.file(row, holders);
        let name = row.get("type").trim();
        let Some(record_type) = self.read.catalog.record_type(name) else {
            let near =
                nearest(name, self.read.catalog.type_ids()).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| {
                "`probity list types` shows them; empty the cell to leave the file out".to_owned()
            });
            self.refuse(row, "type", format!("there is no record type {}", quoted(name)), Some(&help));
            return None;
        };
        let title = row.get("title").trim();
        if title.is_empty() {
            self.refuse(row, "title", "the title is empty", Some("write how people call it"));
        }
        let text = |text: &str| Value::Text(text.to_owned());
        let mut fields: Fields =
            vec![("type".into(), text(name)), ("id".into(), text("")), ("title".into(), text(title))];
        self.of_choice(row, record_type, "status", &mut fields);
        self.version(row, record_type, &mut fields);
        self.of_choice(row, record_type, "covers", &mut fields);
        self.clauses(row, record_type, &mut fields);
        self.owner(row, &mut fields);
        self.date(row, record_type, &mut fields);
        fields.push(("held_in".into(), text(path)));
        fields.push(("held_in_sha256".into(), text(row.get("sha256").trim())));
        let id = self.id(row, record_type)?;
        fields[1].1 = text(&id);
        let stub = places().file(record_type, &id);
        if self.refused.len() > before {
            return None;
        }
        match author::there(&self.read.root, &stub) {
            Ok(There::Nothing) if self.read.settings.patterns.admit(Path::new(&stub)) => {}
            Ok(There::Nothing) => {
                let message =
                    format!("{} would not be read: `include` or `exclude` leaves it out", quoted(&stub));
                self.refuse(row, "id", message, Some("admit it in `probity.toml`"));
                return None;
            }
            Ok(There::Something) => {
                self.refuse(
                    row,
                    "id",
                    format!("there is a file {} already", quoted(&stub)),
                    Some("give another id"),
                );
                return None;
            }
            Err(error) => {
                self.refuse(row, "id", error.to_string(), Some(&error.help()));
                return None;
            }
        }
        Some(Stub { path: stub, held_in: path.to_owned(), id, text: author::as_document(&fields) })
    }

    /// Whether the file is the one that the list was made of.
    fn file(&mut self, row: &Row, holders: &BTreeMap<String, HeldIn>) {
        let path = row.get("path");
        if Target::of(path) != Target::Path(path.to_owned()) {
            let help = "rename the file, and make the list anew";
            self.refuse(row, "path", "no document can point to a file of this name", Some(help));
            return;
        }
        let names = path.split('/');
        let is_hidden = names.clone().any(|name| name.starts_with('.'));
        let found = author::there(&self.read.root, path).is_ok_and(|there| there == There::Something);
        let digest = intake::digest(&self.read.root.join(path)).ok().filter(|_| found && !is_hidden);
        let Some(digest) = digest else {
            self.refuse(
                row,
                "path",
                format!("there is no file {}", quoted(path)),
                Some("make the list anew"),
            );
            return;
        };
        if !digest.eq_ignore_ascii_case(row.get("sha256").trim()) {
            let help = "make the list anew, or take over the digest that `sha256sum` prints";
            self.refuse(row, "sha256", "the file is another than when the list was made", Some(help));
        }
        let is_its = |(from, held): &(&String, &HeldIn)| {
            held.sha256.as_deref() == Some(&*digest)
                && author::there(&self.read.root, from).is_ok_and(|there| there == There::Nothing)
        };
        let moved = holders.iter().find(is_its).map(|(_, held)| held.id.clone());
        if let Some(id) = moved {
            let help = format!("write the new path into `held_in` of {id}, and empty the type here");
            self.refuse(
                row,
                "path",
                format!("{} was held in this file before it was moved", quoted(&id)),
                Some(&help),
            );
        }
    }

    /// A value of those that a field may have.
    fn of_choice(&mut self, row: &Row, record_type: &RecordType, name: &'static str, fields: &mut Fields) {
        let written = row.get(name).trim();
        let Some(schema) = record_type.shape.at(name) else {
            self.leave_out(row, name, written);
            return;
        };
        let written = if written.is_empty() && name == "status" { "draft" } else { written };
        if written.is_empty() {
            return;
        }
        if !schema.values.is_empty() && !schema.values.iter().any(|known| known == written) {
            let help = format!("it is one of {}", schema.values.join(", "));
            self.refuse(row, name, format!("{} is no {name}", quoted(written)), Some(&help));
        }
        fields.push((name.into(), Value::Text(written.to_owned())));
    }

    fn leave_out(&mut self, row: &Row, name: &str, written: &str) {
        // That a new thing is a draft, the list proposes; nobody has said it.
        if !written.is_empty() && written != "draft" {
            self.left_out.push(format!(
                "{}:{} {name} {}: the type has no such field",
                self.name,
                row.line,
                quoted(written)
            ));
        }
    }

    fn version(&mut self, row: &Row, record_type: &RecordType, fields: &mut Fields) {
        let written = row.get("version").trim();
        if record_type.shape.at("version").is_none() {
            self.leave_out(row, "version", written);
        } else if !written.is_empty() {
            fields.push(("version".into(), Value::Text(written.to_owned())));
        }
    }

    fn clauses(&mut self, row: &Row, record_type: &RecordType, fields: &mut Fields) {
        let written =
            row.get("clause").split([',', ';', ' ']).map(str::trim).filter(|clause| !clause.is_empty());
        let mut clauses = Vec::new();
        for clause in written {
            if self.read.catalog.standard().clause(clause).is_none() {
                self.refuse(
                    row,
                    "clause",
                    format!("there is no clause {}", quoted(clause)),
                    Some("`probity list clauses` shows them"),
                );
            }
            clauses.push(Value::Text(clause.to_owned()));
        }
        if record_type.shape.at("clauses").is_some() && !clauses.is_empty() {
            fields.push(("clauses".into(), Value::List(clauses)));
        }
    }

    fn owner(&mut self, row: &Row, fields: &mut Fields) {
        let owner = row.get("owner").trim();
        if owner.is_empty() {
            return;
        }
        let found = self.documents.find(owner).and_then(|number| self.documents.at(number).record_type);
        if found.is_none_or(|of| of.id != "role") {
            let roles =
                self.documents.of_type("role").iter().filter_map(|number| self.documents.at(*number).id());
            let near = nearest(owner, roles.map(|(id, _)| id)).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| {
                "write the id of a role; `probity new role --title \"…\"` makes one".to_owned()
            });
            self.refuse(row, "owner", format!("there is no role {}", quoted(owner)), Some(&help));
        }
        fields.push(("owner".into(), Value::Text(owner.to_owned())));
    }

    fn date(&mut self, row: &Row, record_type: &RecordType, fields: &mut Fields) {
        let written = row.get("date").trim();
        if record_type.shape.at("effective_on").is_none() {
            self.leave_out(row, "date", written);
        } else if let Some(day) = day(written).or_else(|| with_dots(written)) {
            fields.push(("effective_on".into(), Value::Day(day)));
        } else if !written.is_empty() {
            let help = "write the first day in force as 2026-01-31";
            self.refuse(row, "date", format!("{} is no day of the calendar", quoted(written)), Some(help));
        }
    }

    fn id(&mut self, row: &Row, record_type: &RecordType) -> Option<String> {
        let id = row.get("id").trim();
        if id.is_empty() {
            return Some(self.ids.next(record_type));
        }
        let is_sign = |sign: char| sign.is_ascii_alphanumeric() || ".-_".contains(sign);
        if !id.starts_with(|first: char| first.is_ascii_alphanumeric()) || !id.chars().all(is_sign) {
            self.refuse(
                row,
                "id",
                format!("{} is no id", quoted(id)),
                Some("empty the cell to get the next one"),
            );
            return None;
        }
        if self.ids.has(id) {
            self.refuse(
                row,
                "id",
                format!("the id {} is taken", quoted(id)),
                Some("empty the cell to get the next one"),
            );
            return None;
        }
        self.ids.take(record_type, id);
        Some(id.to_owned())
    }
}

/// A day as people write it where days come first: `31.01.2026`.
fn with_dots(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('.').map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
