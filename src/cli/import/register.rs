//! A register that comes back as a workbook: all of it is written, or nothing.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Component, Path, PathBuf},
};

use clap::Args;

use super::{Arguments, NotImported};
use crate::{
    author,
    cli::{CliError, Format, Global, Inputs, Outcome, Output, Read, catalog, files, in_order, list, read},
    corpus::{self, Documents},
    import::{
        register::{Changed, Goal, New, NewIn, Order, Plan, Reading, Table, is_ours, plan},
        workbook,
    },
    model::Category,
    report::words::{counted, hanging},
    text::{quoted, safe_line},
    yaml::Limits,
};

/// The rules by which it is read.
pub(super) const HELP: &str = "\
A workbook of `probity list documents --type T --format xlsx` keeps what each cell held: a changed cell changes that field, \
an emptied one takes it out, and one whose field has changed in the files since is refused. In any other workbook the columns \
are found by the id, path or title of a field, whatever differs from the documents changes them, and an empty cell says nothing. \
A row without an id is a new document. No row deletes anything. Records are read so if the workbook is one of these, or \
`--into` or `--column` is given, and else as an export.

Only shown, and refused if changed: lists of fields; of controlled documents also what approval, version and status are (the \
fields that `probity schema` marks `x-control`), and all fields once the document is approved. Entries of a list that is \
approved as a whole can change; the list then has to be approved again. A record does not change from the day on that it is sealed.

Nothing is written if a single cell cannot be taken; each of them is told.";

#[derive(Debug, Args)]
#[command(next_help_heading = "Registers")]
pub(super) struct Options {
    /// Add new documents to this file, named from the folder of `probity.toml` [default: the one that holds most of the
    /// type, or registers/TYPE.yaml]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Take a column for a field: `--column "Risk owner=owner"`; can be given again
    #[arg(long = "column", value_name = "HEADER=FIELD", value_parser = column)]
    columns: Vec<(String, String)>,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (header, field) = text.rsplit_once('=').ok_or("write the header, `=` and the field")?;
    Ok((header.trim().to_owned(), field.trim().to_owned()))
}

/// The workbook, if it holds a register: a type that is no record, or records that went out as a list or go into one.
pub(super) fn of<'a>(global: &Global, arguments: &'a Arguments) -> Result<Option<&'a Path>, CliError> {
    let [file] = arguments.files.as_slice() else { return Ok(None) };
    if arguments.source != "xlsx" {
        return Ok(None);
    }
    let catalog = catalog(global)?;
    let found = catalog.record_type(&arguments.record_type);
    let is_register = match found.map(|found| found.category) {
        None => false,
        Some(Category::Record) => {
            let Options { into, columns } = &arguments.register;
            let is_ours = || files::bytes(file, workbook::SIZE_LIMIT).is_ok_and(|bytes| is_ours(&bytes));
            into.is_some() || !columns.is_empty() || is_ours()
        }
        Some(Category::Register | Category::Document) => true,
    };
    Ok(is_register.then_some(file))
}

pub(super) fn run(
    global: &Global,
    file: &Path,
    arguments: &Arguments,
    output: Output,
) -> Result<Outcome, CliError> {
    let Arguments { record_type, dry_run, register: options, .. } = arguments;
    let dry_run = *dry_run;
    if arguments.format != Format::Terminal {
        return Err(NotImported::NoFormat.into());
    }
    let bytes = files::bytes(file, workbook::SIZE_LIMIT)?;
    let before = read(global, &Inputs::on_disk(None))?;
    let record_type = list::known_type(&before.catalog, record_type)?;
    let into = options.into.as_ref().map(|file| below(&before, file)).transpose()?;
    let reading = Reading {
        sheet: arguments.sheet.clone(),
        days: arguments.dates.map(|order| match order {
            super::Order::DayFirst => Order::DayFirst,
            super::Order::MonthFirst => Order::MonthFirst,
        }),
        columns: options.columns.clone(),
    };
    let no_workbook =
        |why| CliError::NoRegisterIn { file: file.to_path_buf(), record_type: record_type.id.clone(), why };
    let table = Table::read(&bytes, record_type, &reading).map_err(no_workbook)?;
    let corpus = corpus::read(&before.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &before.catalog);
    let goal = Goal { into: into.as_deref(), as_of: before.settings.as_of.value };
    let plan = plan(&table, &documents, record_type, &goal);
    if !plan.refused.is_empty() {
        return Err(CliError::Cells { cells: in_order(plan.refused) });
    }
    let texts = texts(&before, &plan)?;
    let width = output.look(false, false).width;
    if !dry_run {
        for (path, text) in &texts {
            author::change(&before.root, path, |now| {
                // What was compared is what is changed.
                if now.as_deref() == before.snapshot.text_of(path) {
                    Ok(text.clone())
                } else {
                    Err(author::AuthorError::Changed { path: path.clone() })
                }
            })?;
        }
    }
    output.print(&told(&table, &plan, &texts, dry_run, width))?;
    if output.is_terminal() && !texts.is_empty() {
        let is_kept = !dry_run && before.has_history();
        let after = if is_kept { "git diff" } else { "probity check" };
        output.next(global, if dry_run { "the same without `--dry-run`" } else { after })?;
    }
    Ok(Outcome::Passed)
}

/// A file that a flag names, relative to the root.
fn below(read: &Read, file: &Path) -> Result<String, CliError> {
    let outside = || CliError::LeftOut { path: safe_line(&file.to_string_lossy()).into_owned() };
    let root = read.root.canonicalize();
    let within = match &root {
        Ok(root) if file.is_absolute() => file.strip_prefix(root).map_err(|_| outside())?,
        Ok(_) | Err(_) => file,
    };
    let names = within.components().map(|part| match part {
        Component::Normal(name) => name.to_str(),
        Component::CurDir | Component::ParentDir | Component::RootDir | Component::Prefix(_) => None,
    });
    let path = names.collect::<Option<Vec<&str>>>().ok_or_else(outside)?.join("/");
    let is_yaml =
        |extension: &str| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml");
    if path.rsplit_once('.').is_some_and(|(_, extension)| is_yaml(extension)) {
        Ok(path)
    } else {
        Err(CliError::NotYaml { path })
    }
}

/// What the files are to hold.
fn texts(before: &Read, plan: &Plan) -> Result<BTreeMap<String, String>, CliError> {
    let mut texts = BTreeMap::new();
    let text_of = |path: &str| before.snapshot.text_of(path);
    for (path, revisions) in &plan.revisions {
        let text = author::changed(path, text_of(path).unwrap_or_default(), revisions)?;
        texts.insert(path.clone(), text);
    }
    if let Some((NewIn { path, comment }, addition)) = &plan.addition {
        if !before.settings.patterns.admit(Path::new(path)) {
            return Err(CliError::LeftOut { path: path.clone() });
        }
        let now = texts.get(path).map(String::as_str).or_else(|| text_of(path));
        let text = match now {
            Some(text) => author::appended(path, text, addition)?,
            None => author::begun(path, comment, addition)?,
        };
        texts.insert(path.clone(), text);
    }
    Ok(texts)
}

/// What was found in the workbook, what it changes, and what a reader has to know.
fn told(
    table: &Table<'_>,
    plan: &Plan,
    texts: &BTreeMap<String, String>,
    dry_run: bool,
    width: usize,
) -> String {
    let mut text = String::new();
    let from = match &table.origin {
        Some(origin) => {
            let from = match &origin.commit {
                Some(commit) => format!("commit {}", commit.get(..10).unwrap_or(commit)),
                None => "files on disk".to_owned(),
            };
            format!("register of {}, judged on {}", safe_line(&from), safe_line(&origin.as_of))
        }
        None => format!("list on the sheet {}, below row {}", quoted(&table.sheet), table.header),
    };
    let _ = writeln!(
        text,
        "{from}: {}, {} changed, {} new",
        counted(table.rows.len(), "row"),
        plan.changed.len(),
        plan.new.len()
    );
    let fields: Vec<&str> = table.read.iter().map(|number| table.columns[*number].path.as_str()).collect();
    if table.origin.is_none() {
        text.push_str(&hanging("fields read: ", &fields.join(", "), width));
    }
    if !table.unread.is_empty() {
        let unread: Vec<String> = table.unread.iter().map(|header| quoted(header)).collect();
        text.push_str(&hanging("columns not read: ", &unread.join(", "), width));
    }
    for note in &table.notes {
        text.push_str(&hanging("note: ", &safe_line(note), width));
    }
    for Changed { id, path, fields } in &plan.changed {
        let _ = writeln!(text, "{} in {}", safe_line(id), safe_line(path));
        for (field, before, after) in fields {
            text.push_str(&hanging(
                &format!("  {field}: "),
                &format!("{} → {}", shortened(before), shortened(after)),
                width,
            ));
        }
    }
    if let Some((NewIn { path, .. }, _)) = &plan.addition {
        let _ = writeln!(text, "new in {}", safe_line(path));
        for New { id, title, numbered } in &plan.new {
            let numbered = if *numbered { " (the next id that is free)" } else { "" };
            text.push_str(&hanging(
                "  ",
                &format!("{}: {}{numbered}", safe_line(id), shortened(title)),
                width,
            ));
        }
    }
    if !plan.gone.is_empty() {
        let gone: Vec<_> = plan.gone.iter().map(|id| safe_line(id)).collect();
        text.push_str(&hanging("no row, and left as they are: ", &gone.join(", "), width));
    }
    for (id, path) in &plan.approved {
        let told = format!(
            "{} was approved without this, and has to be approved again: {}",
            safe_line(id),
            safe_line(path)
        );
        text.push_str(&hanging("", &told, width));
    }
    let files: Vec<_> = texts.keys().map(|path| safe_line(path)).collect();
    text.push_str(&match (files.is_empty(), dry_run) {
        (true, _) => "nothing is to be written\n".to_owned(),
        (false, true) => hanging("would be written: ", &files.join(", "), width),
        (false, false) => hanging("written: ", &files.join(", "), width),
    });
    text
}

/// What a cell holds, on one line.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let line = safe_line(&text.replace('\n', "; ")).into_owned();
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}
