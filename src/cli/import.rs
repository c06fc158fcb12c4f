//! `probity import`: what a tool exported, as a sealed extract or as records; or a register that people keep in a workbook.

mod json;
mod made;
mod places;
mod refused;
mod register;
mod told;

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};

use super::{CliError, Format, Global, Outcome, Output, files, lens};
use crate::{
    catalog::Catalog,
    corpus::{self, Documents},
    import::{
        export::{Export, NoExport, TextEncoding},
        records::{self, DayOrder, Tokens, Wish},
    },
    lens::{LensError, Read},
    model::{Category, Content, Period, Profile, RecordType, sha256},
    repository,
    text::nearest,
    yaml::{Limits, Node},
};
use made::Made;
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
    /// How to print what was made of it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
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
    // What cannot be taken is an error, and a program reads it with the rest.
    let print = |made: Option<&Made>, as_text: bool| {
        let text = || {
            let told = if as_text { told::as_text(&shown, look.width) } else { String::new() };
            told + made.map_or("", |made| &made.told)
        };
        let json = || json::as_json(&shown, &arguments.source, made);
        output.print(&arguments.format.of(&["columns"], json, text))
    };
    if !import.refused.is_empty() {
        print(None, arguments.dry_run)?;
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
    let made = match arguments.form {
        Form::Extract => {
            made::extract(&read, arguments, &documents, &import, &places, &tokens, &profile, record_type)?
        }
        Form::Records => made::as_records(&read, arguments, &import, &places, record_type)?,
    };
    print(Some(&made), !global.quiet)?;
    if !arguments.dry_run && arguments.format == Format::Terminal {
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
