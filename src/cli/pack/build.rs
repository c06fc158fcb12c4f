//! `probity pack build`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use clap::Args;

use super::super::{CliError, Global, Outcome, Output, files, lens, point, typed};
use crate::{
    lens::{Lens, Read},
    model::{Category, Held, Origin, Period, Settings, Sourced},
    pack::{self, Built, Form, Given, KEY_LENGTH, NAMESPACE, Order, PackError},
    report::words::{counted, hanging},
    repository::{self, Wanted},
    text::{nearest, safe_line},
};

/// The flag that a pack sets for itself.
const AS_OF: &str = "the end of the period of the pack";
/// A sample beyond this is not read.
const SAMPLE_LIMIT: u64 = 64 * 1024 * 1024;
/// So many of what is missing, and of what a scan found, are named; all are in the logs.
const NAMED: usize = 10;
/// A key beyond this is not read.
const KEY_LIMIT: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Where to put it: a new folder, or a new file if the name ends in `.zip`
    #[arg(long, short, value_name = "FOLDER|FILE.zip")]
    output: PathBuf,
    /// The audit that it is for, by the id of its plan, its report or its record
    #[arg(long, value_name = "ID")]
    audit: Option<String>,
    /// Only what helps to evidence this clause with its parts; may be repeated
    #[arg(long, value_name = "CLAUSE|POINT")]
    clause: Vec<String>,
    /// Pack this commit instead of the newest, by any name that git has for it, or the last one of a day
    #[arg(long, value_name = "REV|@DATE", default_value = "HEAD")]
    at: String,
    /// What it is for, in a sentence
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Put this record of a draw into it, with the records that were drawn; or a sealed population; may be repeated
    #[arg(long, value_name = "FILE")]
    sample: Vec<PathBuf>,
    /// Take out free text and who people are, who become tokens under this key; `probity pack key` makes one
    #[arg(long, value_name = "FILE", required_unless_present = "unredacted")]
    key: Option<PathBuf>,
    /// Take nothing out: what leaves the house so, leaves it on purpose
    #[arg(long, conflicts_with_all = ["key", "open", "open_file"])]
    unredacted: bool,
    /// Name people, and pack the register of people
    #[arg(long, requires = "unredacted")]
    names: bool,
    /// Leave the free text of this field in a redacted pack; may be repeated
    #[arg(long, value_name = "TYPE.FIELD")]
    open: Vec<String>,
    /// Put this file, which a document points to, into a redacted pack as it is; may be repeated
    #[arg(long, value_name = "PATH")]
    open_file: Vec<String>,
    /// Also pack working papers of this type, such as `certificate` or `clause-assessment`; may be repeated
    #[arg(long, value_name = "TYPE")]
    with: Vec<String>,
    /// Sign it with this key of SSH, whose public part may be named if an agent holds it
    #[arg(long, value_name = "FILE")]
    sign: Option<PathBuf>,
    /// The role on behalf of which it is made
    #[arg(long, value_name = "ROLE")]
    by: Option<String>,
    /// The id of the pack that it follows
    #[arg(long, value_name = "PACK")]
    previous: Option<String>,
    /// The day after which who receives it is asked to delete it
    #[arg(long, value_name = "DATE")]
    delete_after: Option<NaiveDate>,
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER")]
    extracts: Option<PathBuf>,
}

pub(in crate::cli) fn run(
    global: &Global,
    arguments: &Arguments,
    output: Output,
) -> Result<Outcome, CliError> {
    let lens = lens(global, arguments.extracts.clone())?;
    let given =
        Given { key: arguments.key.as_deref().map(key).transpose()?, samples: samples(&arguments.sample)? };
    if let Some(key) = &arguments.sign {
        files::bytes(key, KEY_LIMIT)?;
    }
    let read = at(&lens, &arguments.at, global.as_of.is_some())?;
    let order = order(arguments, &read)?;
    let is_zip = arguments.output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let form = if is_zip { Form::Zip } else { Form::Folder };
    let mut bar = Bar::new(output);
    let built = pack::write(
        &read,
        &order,
        &given,
        (&arguments.output, form),
        &mut |bytes| signature(arguments.sign.as_deref(), bytes),
        &mut |what, done, total| bar.show(what, done, total),
    );
    bar.clear();
    let built = built?;
    if !global.quiet {
        let width = output.look(false, false).width;
        output.print(&told(&built, &arguments.output, &read, lens.root(), width))?;
        let key = arguments.key.as_deref().map(|key| format!(" --key {}", typed(key)));
        let pack = typed(&arguments.output);
        output.next(global, &format!("probity pack verify {pack} --rebuild{}", key.unwrap_or_default()))?;
    }
    let held_back = built.scanned.iter().any(|(.., done)| *done == "held back");
    Ok(if held_back { Outcome::Findings } else { Outcome::Passed })
}

/// The files of a commit, with the days that a pack of it is judged on: the end of the period, which is that of the
/// settings, or else the twelve months up to the day of the commit.
pub(super) fn at(lens: &Lens, name: &str, is_dated: bool) -> Result<Read, CliError> {
    let wanted = match name.strip_prefix('@') {
        Some(_) => point(name, &lens.settings()?)?,
        None => Wanted::Revision(name.to_owned()),
    };
    let mut read = lens.at(&wanted)?;
    settle(&mut read.settings, is_dated);
    Ok(read)
}

fn settle(settings: &mut Settings, is_dated: bool) {
    let Held::Commit { day, .. } = settings.held else { return };
    if matches!(settings.period.origin, Origin::Default(_)) && !is_dated {
        settings.period =
            Sourced::default(Period::year_to(day), "the twelve months that end with the commit");
    }
    if !is_dated {
        settings.as_of = Sourced::default(settings.period.value.to, AS_OF);
    }
}

/// What is wanted, looked through.
fn order(arguments: &Arguments, read: &Read) -> Result<Order, CliError> {
    let catalog = &read.catalog;
    let standard = catalog.standard();
    for name in &arguments.clause {
        if standard.clause(name).is_none() && standard.point(name).is_none() {
            return Err(CliError::unknown_clause(name, standard));
        }
    }
    let unknown_type = |name: &str| {
        let near = nearest(name, catalog.record_types().map(|known| known.id.as_str())).map(str::to_owned);
        CliError::UnknownName { what: "record type", name: name.to_owned(), near }
    };
    for name in &arguments.with {
        catalog.record_type(name).ok_or_else(|| unknown_type(name))?;
    }
    for name in &arguments.open {
        let Some((of, field)) = name.split_once('.') else {
            return Err(CliError::UnknownName { what: "field TYPE.FIELD", name: name.clone(), near: None });
        };
        let found = catalog.record_type(of).ok_or_else(|| unknown_type(of))?;
        if found.shape.at(field).is_none() && !(field == "body" && found.category == Category::Document) {
            let fields = found.shape.fields.iter().map(|(field, _)| field.as_str());
            let near = nearest(field, fields).map(|near| format!("{of}.{near}"));
            return Err(CliError::UnknownName { what: "field", name: name.clone(), near });
        }
    }
    Ok(Order {
        purpose: arguments.purpose.clone(),
        audit: arguments.audit.clone(),
        clauses: arguments.clause.clone(),
        names: arguments.names,
        with: arguments.with.clone(),
        open: arguments.open.clone(),
        open_files: arguments.open_file.clone(),
        by_role: arguments.by.clone(),
        previous: arguments.previous.clone(),
        delete_after: arguments.delete_after,
        origins: None,
    })
}

/// The key of tokens in a file.
///
/// # Errors
///
/// If it cannot be read, or is no key.
pub(super) fn key(file: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = files::bytes(file, KEY_LIMIT)?;
    let key = bytes.trim_ascii().to_vec();
    if key.len() < KEY_LENGTH {
        return Err(CliError::ShortKey { file: file.to_path_buf() });
    }
    Ok(key)
}

fn samples(files: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    let mut samples = Vec::new();
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        samples.push((name, files::bytes(file, SAMPLE_LIMIT)?));
    }
    samples.sort();
    samples.dedup();
    Ok(samples)
}

fn signature(key: Option<&Path>, bytes: &[u8]) -> Result<Option<String>, PackError> {
    let Some(key) = key else { return Ok(None) };
    let signed = repository::sign_for(NAMESPACE, key, bytes);
    signed.map(Some).map_err(|reason| PackError::Unsigned { reason })
}

/// What was packed, in some lines of so many columns.
fn told(built: &Built, to: &Path, read: &Read, root: &Path, width: usize) -> String {
    let manifest = &built.manifest;
    let mut text = hanging("", &format!("wrote {}", safe_line(&to.to_string_lossy())), width);
    let mut line = |told: &str| text.push_str(&hanging("  ", told, width));
    let what = if manifest.redacted { "redacted" } else { "not redacted" };
    let signed = if built.is_signed { "signed" } else { "not signed" };
    line(&format!("{}, {what}, {signed}", manifest.pack_id));
    line(&format!(
        "{} of {}, with {} that they point to; {} in all, {}",
        counted(manifest.item_count, "item"),
        counted(built.documents, "document"),
        counted(manifest.attachments.len(), "file"),
        counted(built.files, "file"),
        size(built.bytes)
    ));
    line(&format!(
        "{} to {}, judged as of {}, from {}",
        manifest.period.from, manifest.period.to, manifest.as_of, read.settings.held
    ));
    line(&format!("stayed out: {}, data/90-logs/left-out.csv", counted(built.left_out, "document")));
    if let Some(reason) = &manifest.history_not_seen {
        line(&format!("earlier versions are not in it: {}", safe_line(reason)));
    }
    let missing =
        |state: &str| manifest.missing.iter().filter(|missing| missing.state == state).collect::<Vec<_>>();
    let counts: Vec<String> =
        [("not-there", "not there"), ("held-back", "held back"), ("elsewhere", "kept elsewhere")]
            .into_iter()
            .map(|(state, what)| (missing(state).len(), what))
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
    if !counts.is_empty() {
        line(&format!(
            "what items point to and is not in it: {}, data/90-logs/missing.csv",
            counts.join(", ")
        ));
    }
    for missing in missing("not-there").iter().take(NAMED) {
        line(&format!("  {}: {}", safe_line(&missing.of.join(", ")), safe_line(&missing.reason)));
    }
    for (what, kind, count, done) in built.scanned.iter().take(NAMED) {
        line(&format!("the scan found in {}: {kind}, {}; {done}", safe_line(what), counted(*count, "time")));
    }
    if let Some(more) = built.scanned.len().checked_sub(NAMED).filter(|more| *more > 0) {
        line(&format!("and {more} more that the scan found: data/90-logs/scan.csv"));
    }
    if let Some(count) = repository::uncommitted(root).filter(|count| *count > 0) {
        let differs = if count == 1 { "differs" } else { "differ" };
        let files = counted(count, "file");
        line(&format!("{files} on disk {differs} from the newest commit, and what differs is not packed"));
    }
    text
}

/// A size as people read it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// Tells a person who waits how far the work is, once it has taken a second.
pub(super) struct Bar {
    began: Instant,
    shown: Option<Instant>,
    is_wanted: bool,
}

impl Bar {
    #[expect(
        clippy::disallowed_methods,
        reason = "a person at a terminal waits, and nothing else depends on it"
    )]
    pub(super) fn new(output: Output) -> Self {
        Self { began: Instant::now(), shown: None, is_wanted: output.is_watched() }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a person at a terminal waits, and nothing else depends on it"
    )]
    pub(super) fn show(&mut self, what: &str, done: u64, total: u64) {
        const OFTEN: Duration = Duration::from_millis(100);
        let is_due = || {
            let now = Instant::now();
            now - self.began > Duration::from_secs(1) && self.shown.is_none_or(|shown| now - shown > OFTEN)
        };
        if !self.is_wanted || total == 0 || !is_due() {
            return;
        }
        self.shown = Some(Instant::now());
        let part = usize::try_from(done.min(total) * 20 / total).unwrap_or(20);
        let bar = format!("{}{}", "#".repeat(part), ".".repeat(20 - part));
        let percent = done.min(total) * 100 / total;
        let _ = write!(std::io::stderr().lock(), "\r[{bar}] {percent:3} %  {what:<32}");
    }

    pub(super) fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(std::io::stderr().lock(), "\r{:70}\r", "");
        }
    }
}
