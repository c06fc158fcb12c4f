//! `probity import`: what a tool exported, as a sealed extract or as records; or a register that people keep in a workbook.

mod places;
mod refused;
mod register;
mod told;

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};

use super::{CliError, Global, Outcome, Output, files, lens};
use crate::{
    author::{self, Fields, Value},
    catalog::Catalog,
    corpus::{self, Documents},
    import::{
        export::{Export, NoExport, TextEncoding},
        records::{self, DayOrder, Import, Record, Tokens, Wish},
    },
    lens::{LensError, Read},
    model::{Category, Content, Period, Profile, RecordType, sha256},
    repository,
    text::{nearest, safe_line},
    yaml::{Limits, Node},
};
use places::Places;
pub(super) use refused::NotImported;

#[derive(Debug, Args)]
#[command(after_long_help = register::HELP)]
pub(super) struct Arguments {
    /// Where it comes from: csv, xlsx, json, servicenow, jira, or a profile of your own in `probity/profiles/`
    #[arg(value_name = "SOURCE")]
    source: String,
    /// What was exported; several files are taken as one, a table such as `task_sla` beside its records
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the records are: incident, service-request, change-request, problem; with xlsx also a register, such as risk
    #[arg(long = "type", value_name = "TYPE")]
    record_type: String,
    /// Read columns and values by this file instead of by the profile of the source
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Show what would be made of it, column by column, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The zone of times that say none, such as Europe/Berlin or UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<Tz>,
    /// Which stands first in dates such as 5/3/2026, where the export does not show it
    #[arg(long, value_name = "ORDER")]
    dates: Option<Order>,
    /// Take in what people wrote as they liked: titles, notes, reasons
    #[arg(long)]
    text: bool,
    /// The days that the export covers [default: from the first record to the last]
    #[arg(long, value_name = "FROM..TO")]
    covers: Option<Period>,
    /// When the export was drawn, such as 2026-07-01T06:00:00+02:00
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    extracted_at: Option<DateTime<FixedOffset>>,
    /// Report, filter and zone with which it was drawn, so that somebody can do it again
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    /// The id of the extract's document; one that is there is brought up to date
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What to make of the records
    #[arg(long = "as", value_name = "FORM", default_value = "extract")]
    form: Form,
    /// Write the records to this file below the folder of the management system
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
    /// How the bytes of a text are read
    #[arg(long, value_name = "ENCODING", default_value = "utf-8")]
    encoding: EncodingName,
    /// The sheet of a workbook [default: the first that has a column for ids]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Make the tokens for people with the key in this file, which is to be kept outside of the repository
    #[arg(long, value_name = "FILE")]
    people_key: Option<PathBuf>,
    #[command(flatten)]
    register: register::Options,
}

/// What becomes of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A file of JSON Lines that may stay outside of git, and a document with its digest
    Extract,
    /// A YAML file that lists them
    Records,
}

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    /// The day
    DayFirst,
    /// The month
    MonthFirst,
}

/// How the bytes of a text are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EncodingName {
    /// UTF-8, or UTF-16 with a byte order mark
    #[value(name = "utf-8")]
    Utf8,
    /// What old programs on Windows write in western Europe
    #[value(name = "windows-1252")]
    Windows1252,
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "name a zone such as Europe/Berlin or UTC".to_owned())
}

fn instant(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text).map_err(|_| "write an instant as 2026-07-01T06:00:00+02:00".to_owned())
}

/// A key of tokens is no longer than this.
const KEY_LIMIT: u64 = 4096;
/// A key of tokens is no shorter than this.
const KEY_LEAST: usize = 16;

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    if let Some(file) = register::of(global, arguments)? {
        return register::run(global, file, arguments, output);
    }
    let lens = lens(global, None)?;
    let settings = lens.settings()?;
    let read = lens.on_disk(settings)?;
    let catalog = &*read.catalog;
    let record_type = record_type(catalog, &arguments.record_type)?;
    let profile = profile(&read, arguments)?;
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);

    let exports = exports(arguments, &profile, record_type)?;
    let known_extract = arguments.id.as_deref().and_then(|id| Places::extract(&documents, id));
    let tokens = tokens(
        arguments,
        &documents,
        record_type,
        known_extract.as_ref().map(|(number, _)| *number),
        &exports,
    )?;
    let in_extract = |number: &u32| known_extract.as_ref().is_some_and(|(_, rows)| rows.contains(number));
    let known = |types: &[String], id: &str| {
        let found = documents.find(id).filter(|number| !in_extract(number));
        let of = found.and_then(|number| documents.at(number).record_type);
        of.is_some_and(|of| types.iter().any(|wanted| wanted == "any" || *wanted == of.id))
    };
    let wish = Wish {
        catalog,
        profile: &profile,
        record_type,
        zone: arguments.zone,
        home: read.settings.time_zone.value,
        order: arguments.dates.map(|order| match order {
            Order::DayFirst => DayOrder::DayFirst,
            Order::MonthFirst => DayOrder::MonthFirst,
        }),
        free_text: arguments.text,
        covers: arguments.covers,
        known: &known,
        tokens: &tokens,
    };
    let import = records::import(&exports, &wish)?;
    let look = output.look(global.verbose, global.quiet);
    let shown = told::Shown {
        import: &import,
        profile: &profile,
        record_type,
        all: arguments.dry_run || global.verbose,
    };
    if !import.refused.is_empty() {
        if arguments.dry_run {
            output.print(&told::as_text(&shown, look.width))?;
        }
        return Err(NotImported::Refused { groups: import.refused }.into());
    }
    if import.records.is_empty() {
        return Err(NotImported::Nothing {
            file: exports.first().map_or_else(String::new, |export| export.name.clone()),
        }
        .into());
    }
    let places = Places::of(arguments, &documents, record_type, import.period)?;
    places.refuse_taken(&documents, record_type, &import.records)?;
    if !global.quiet {
        output.print(&told::as_text(&shown, look.width))?;
    }
    let made = match arguments.form {
        Form::Extract => {
            extract(&read, arguments, &documents, &import, &places, &tokens, &profile, record_type)?
        }
        Form::Records => as_records(&read, arguments, &import, &places, record_type)?,
    };
    output.print(&made)?;
    if !arguments.dry_run {
        output.next(global, &places.next(arguments.form == Form::Extract))?;
    }
    Ok(Outcome::Passed)
}

fn record_type<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c RecordType, CliError> {
    let Some(found) = catalog.record_type(name) else {
        let near = nearest(name, catalog.type_ids()).map(str::to_owned);
        return Err(CliError::UnknownName { what: "record type", name: name.to_owned(), near });
    };
    if found.category == Category::Record {
        Ok(found)
    } else {
        Err(NotImported::NoRecords { record_type: name.to_owned(), category: found.category }.into())
    }
}

/// The profile that a flag names, the organization's own of the name, or the one that everybody has.
fn profile(read: &Read, arguments: &Arguments) -> Result<Profile, CliError> {
    let source = &arguments.source;
    let own = match &arguments.profile {
        Some(file) => {
            let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            #[expect(
                clippy::disallowed_methods,
                reason = "what a flag names is looked for before anything is read"
            )]
            std::fs::File::open(file).map_err(|source| CliError::Unread { file: file.clone(), source })?;
            Some(repository::file_beside(name, file))
        }
        None => {
            let stem =
                |path: &str| Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let mut own = repository::own_profiles(&read.root).into_iter();
            own.find(|file| stem(&file.path).as_deref() == Some(source))
        }
    };
    let Some(own) = own else {
        return read.catalog.profile(source).ok_or_else(|| {
            let near = nearest(source, Catalog::profile_ids()).map(str::to_owned);
            NotImported::NoSource { source_name: source.clone(), near }.into()
        });
    };
    let Content::Text(text) = &own.content else {
        return Err(NotImported::NoProfile { file: own.path }.into());
    };
    let read = read.catalog.own_profile(text);
    read.map_err(|mistake| LensError::Own { mistakes: vec![mistake] }.into())
}

fn exports(
    arguments: &Arguments,
    profile: &Profile,
    record_type: &RecordType,
) -> Result<Vec<Export>, NoExport> {
    let is_header = records::is_header(profile, record_type);
    let encoding = match arguments.encoding {
        EncodingName::Utf8 => TextEncoding::Unicode,
        EncodingName::Windows1252 => TextEncoding::Windows1252,
    };
    let open = |file: &PathBuf| Export::open(file, encoding, arguments.sheet.as_deref(), &is_header);
    arguments.files.iter().map(open).collect()
}

/// How tokens are made: with a key if one is given, and else with the salt that a document of an extract here has, or with
/// one that comes of the first export, so that other exports of other companies have others.
fn tokens(
    arguments: &Arguments,
    documents: &Documents<'_>,
    record_type: &RecordType,
    extract: Option<u32>,
    exports: &[Export],
) -> Result<Tokens, CliError> {
    let of_extract = |number: u32| documents.at(number).get("people_tokens").and_then(Node::mapping);
    let said = |number: u32, name: &str| of_extract(number).and_then(|fields| fields.get(name)?.text());
    // One salt for all extracts of a repository, so that a person has one token in all of them.
    let all = documents.of_type("extract").iter().copied();
    let salted = extract.into_iter().chain(all).find_map(|number| said(number, "salt"));
    let tokens = match &arguments.people_key {
        Some(file) => {
            let key = files::bytes(file, KEY_LIMIT)?;
            let key = key.trim_ascii().to_vec();
            if key.len() < KEY_LEAST {
                return Err(
                    NotImported::ShortKey { file: file.display().to_string(), least: KEY_LEAST }.into()
                );
            }
            Tokens::Key(key)
        }
        None => {
            let first = exports.first().map_or("", |export| export.sha256.as_str());
            let salt = sha256(format!("{} {first}", record_type.id).as_bytes());
            Tokens::Salt(salted.map_or_else(|| salt[..16].to_owned(), str::to_owned))
        }
    };
    let was_keyed = extract.and_then(|number| said(number, "key"));
    if was_keyed.is_some_and(|key| tokens.told().as_deref() != Some(key)) {
        return Err(NotImported::OtherKey { id: arguments.id.clone().unwrap_or_default() }.into());
    }
    Ok(tokens)
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// Seals the records, or shows how.
#[expect(clippy::too_many_arguments, reason = "all of it is told in the document")]
fn extract(
    read: &Read,
    arguments: &Arguments,
    documents: &Documents<'_>,
    import: &Import,
    places: &Places,
    tokens: &Tokens,
    profile: &Profile,
    record_type: &RecordType,
) -> Result<String, CliError> {
    let mut rows = Vec::new();
    for record in &import.records {
        rows.extend_from_slice(record.line.as_bytes());
        rows.push(b'\n');
    }
    if rows.len() as u64 > repository::ATTACHMENT_SIZE_LIMIT {
        return Err(NotImported::TooLarge { limit: repository::ATTACHMENT_SIZE_LIMIT }.into());
    }
    let old = places.number.map(|number| documents.at(number));
    let old_text = |name: &str| old.and_then(|old| old.get(name)?.text());
    let digest = sha256(&rows);
    let mut fields: Fields = vec![("type".into(), text("extract")), ("id".into(), text(&places.id))];
    if old.is_none() {
        fields.push(("title".into(), text(places.title(record_type))));
        fields.push(("query".into(), text(query(arguments, import, profile))));
    } else if let Some(query) = &arguments.query {
        fields.push(("query".into(), text(query)));
    }
    fields.push((
        "source".into(),
        Value::Fields(source(arguments, import, profile, old.and_then(|old| old.get("source")))),
    ));
    fields.push(("of".into(), text(&record_type.id)));
    fields.push(("file".into(), text(&places.rows)));
    fields.push(("sha256".into(), text(&digest)));
    fields.push(("rows".into(), Value::Plain(import.records.len().to_string())));
    if let Some(period) = import.period {
        fields.push((
            "period".into(),
            Value::Fields(vec![
                ("from".into(), Value::Day(period.from)),
                ("to".into(), Value::Day(period.to)),
            ]),
        ));
    }
    fields.push(("cannot_prove".into(), Value::List(import.cannot.iter().map(text).collect())));
    fields.push(("without".into(), Value::List(import.without.iter().map(text).collect())));
    let made = match tokens {
        Tokens::Salt(salt) => ("salt".into(), text(salt)),
        Tokens::Key(_) => ("key".into(), text(tokens.told().unwrap_or_default())),
    };
    fields.push(("people_tokens".into(), Value::Fields(vec![made])));
    let indicators = import.indicators.iter().map(|indicator| {
        Value::Fields(vec![
            ("name".into(), text(&indicator.name)),
            ("value".into(), Value::Plain(indicator.value.to_string())),
        ])
    });
    fields.push(("indicators".into(), Value::List(indicators.collect())));

    let comment =
        "What an import made of an export. The records may stay outside of git; what you add here stays.";
    let before = read.snapshot.text_of(&places.document);
    let after = author::sealing(&places.document, before, comment, &places.id, &fields)?;
    let sealed = old_text("sha256").map(str::to_owned);
    let changes = places.changes(documents, &import.records, sealed.as_deref());
    if before == Some(after.as_str()) && places.has_rows(documents, &digest) {
        return Ok(format!(
            "nothing has changed: {} holds just these {} records\n",
            safe_line(&places.rows),
            import.records.len()
        ));
    }
    if arguments.dry_run {
        return Ok(format!(
            "{changes}would write {} and {}\n",
            safe_line(&places.rows),
            safe_line(&places.document)
        ));
    }
    let sealing = author::Rows { path: &places.rows, bytes: &rows, replaces: sealed.as_deref() };
    author::seal(&read.root, sealing, &places.document, |text| {
        author::sealing(&places.document, text.as_deref(), comment, &places.id, &fields)
    })?;
    Ok(format!(
        "{changes}wrote {} ({} records, SHA-256 {}) and {}\n",
        safe_line(&places.rows),
        import.records.len(),
        &digest[..12],
        safe_line(&places.document)
    ))
}

/// What the document says of where the records come from. What people added to it stays.
fn source(arguments: &Arguments, import: &Import, profile: &Profile, old: Option<Node<'_>>) -> Fields {
    let mut source: Fields = vec![("system".into(), text(&profile.title))];
    let old_text = |name: &str| old.and_then(|old| old.mapping()?.get(name)?.text());
    if let Some(system) = old_text("system") {
        source[0].1 = text(system);
    }
    source.extend(old_text("ref").map(|found| ("ref".into(), text(found))));
    let digest = match import.seen.as_slice() {
        [one] => one.sha256.clone(),
        // As `sha256sum FILE.. | sha256sum` tells it.
        several => {
            let lines = several.iter().map(|seen| format!("{}  {}\n", seen.sha256, seen.file));
            sha256(lines.collect::<String>().as_bytes())
        }
    };
    let same = old_text("digest") == Some(digest.as_str());
    let at = arguments.extracted_at.map(|at| at.to_rfc3339());
    let at = at.or_else(|| old_text("extracted_at").filter(|_| same).map(str::to_owned));
    source.extend(at.map(|at| ("extracted_at".into(), Value::Plain(at))));
    source.push(("digest".into(), text(digest)));
    source
}

fn query(arguments: &Arguments, import: &Import, profile: &Profile) -> String {
    if let Some(query) = &arguments.query {
        return query.clone();
    }
    let files: Vec<String> = import.seen.iter().map(|seen| seen.file.clone()).collect();
    let zone = match (arguments.zone, profile.stored_zone) {
        (Some(zone), _) => format!("times in {zone}"),
        (None, Some(zone)) => format!("times as stored, in {zone}"),
        (None, None) => "times with their offsets".to_owned(),
    };
    format!(
        "Export {} from {}, {zone}; which filter it was drawn with is not said",
        files.join(" and "),
        profile.title
    )
}

/// Writes the records as a list of entries, or shows where.
fn as_records(
    read: &Read,
    arguments: &Arguments,
    import: &Import,
    places: &Places,
    record_type: &RecordType,
) -> Result<String, CliError> {
    let of = |record: &Record| serde_json::from_str(&record.line).expect("it was written as JSON");
    let entries: Vec<serde_json::Value> = import.records.iter().map(of).collect();
    let digests: Vec<&str> = import.seen.iter().map(|seen| seen.sha256.as_str()).collect();
    let comment = format!("Imported from an export with the SHA-256 {}.", digests.join(" and "));
    let text = author::collection(&places.rows, &comment, &record_type.id, &entries)?;
    if read.snapshot.text_of(&places.rows) == Some(text.as_str()) {
        return Ok(format!("nothing has changed: {} holds just these records\n", safe_line(&places.rows)));
    }
    if arguments.dry_run {
        return Ok(format!("would write {}\n", safe_line(&places.rows)));
    }
    author::change(&read.root, &places.rows, |before| match before {
        None => Ok(text),
        Some(_) => Err(author::AuthorError::NotOurs { path: places.rows.clone() }),
    })?;
    Ok(format!("wrote {} ({} records)\n", safe_line(&places.rows), import.records.len()))
}
