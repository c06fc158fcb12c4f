//! The list, as a person corrected it, becomes a stub for each row that names a type: all of them, or none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use chrono::{Datelike as _, NaiveDate};

use super::{HeldIn, held};
use crate::{
    author::{self, Fields, There, Value},
    catalog::places,
    cli::{CliError, Global, NotBegun, Outcome, Output, Read, files},
    corpus::{self, Documents},
    import::{
        intake::{self, Row},
        workbook::{RefusedCell, day},
    },
    model::{RecordType, Target},
    text::{nearest, quoted, safe_line},
    yaml::Limits,
};

/// A list that is larger than this is not read.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;

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

pub(super) fn apply(
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
