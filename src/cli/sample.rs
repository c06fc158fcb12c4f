//! `probity sample`: what samples are drawn from, and draws.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{CliError, Global, Inputs, Outcome, Output, Read, files, read};
use crate::{
    catalog::Catalog,
    corpus::{self, Documents},
    lens,
    model::{Judged, Period, RecordType},
    report::{
        sample::{draw, json, population},
        table::Table,
    },
    sample::{self, Method, Population, Query, SampleError, Wish},
    text::{nearest, safe_line},
    yaml::Limits,
};

/// A sealed population of more bytes is refused.
const LARGEST: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell what a sample is drawn from, with a digest of its ids, before anybody chooses a seed
    Seal(Box<Seal>),
    /// Draw from a sealed population, so that anybody can draw again, and add by judgement
    Draw(Box<Draw>),
}

/// Which records make a population.
#[derive(Debug, Args)]
struct Asked {
    /// Only records for which this holds, in the language of rules: `self.priority <= 2`
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// Take records whose day in this field lies in the period, instead of the day on which they began
    #[arg(long, value_name = "FIELD")]
    dated: Option<String>,
    /// Leave out one record, with the reason
    #[arg(long, value_name = "ID=REASON", value_parser = named)]
    exclude: Vec<(String, String)>,
}

#[derive(Debug, Args)]
struct Seal {
    /// The record type
    #[arg(value_name = "TYPE")]
    record_type: String,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    inputs: Inputs,
    /// Also write it to this file as JSON, for a draw, a pack and the auditor
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: SealFormat,
}

/// How a population is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SealFormat {
    /// For a person
    Terminal,
    /// For a program, and for a draw
    Json,
    /// For a spreadsheet: a row for each record
    Csv,
    /// For a note: the same as a table in Markdown
    #[value(alias = "md")]
    Markdown,
    /// The ids alone, one a line: the SHA-256 of this is the digest
    Ids,
}

#[derive(Debug, Args)]
struct Draw {
    /// The record type; a sealed population tells it itself
    #[arg(value_name = "TYPE", required_unless_present = "sealed")]
    record_type: Option<String>,
    /// Draw from the population in this file, which `probity sample seal -o FILE` wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record_type", "population", "condition", "dated", "exclude", "period"])]
    sealed: Option<PathBuf>,
    /// Draw from the population of this digest, which was shown to the auditor
    #[arg(long, value_name = "DIGEST")]
    population: Option<String>,
    /// Draw from what was sealed although records joined or went since
    #[arg(long, requires = "sealed")]
    as_sealed: bool,
    #[command(flatten)]
    asked: Asked,
    /// How to draw
    #[arg(long, value_name = "METHOD", default_value = "random")]
    method: MethodName,
    /// How many to draw; as many as auditors usually do, if nothing is said
    #[arg(long = "n", value_name = "NUMBER")]
    size: Option<usize>,
    /// The field whose values make strata; of a day it is the month
    #[arg(long, value_name = "FIELD", required_if_eq("method", "stratified"))]
    by: Option<String>,
    /// The days of a block, both included
    #[arg(long, value_name = "FROM..TO", required_if_eq("method", "block"))]
    block: Option<Period>,
    /// What chance is made of: any text, chosen once the digest of the population is known
    #[arg(long, value_name = "SEED")]
    seed: Option<String>,
    /// Who chose the seed; without it, the record says `drawn by the auditee`
    #[arg(long, value_name = "WHO", requires = "seed")]
    seed_by: Option<String>,
    /// Add one record by judgement, with the reason
    #[arg(long, value_name = "ID=REASON", value_parser = named)]
    add: Vec<(String, String)>,
    /// Add what auditors usually add: what is rare, went wrong, or has been open for longest
    #[arg(long)]
    add_usual: bool,
    #[command(flatten)]
    inputs: Inputs,
    /// Also write the record of the draw to this file as JSON, for a pack and the auditor
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: super::Format,
}

/// How records are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MethodName {
    /// By chance from all
    Random,
    /// By chance from each stratum that the values of `--by` make
    Stratified,
    /// Every one
    All,
    /// Every one of the days of `--block`
    Block,
    /// None but those that are added
    Judgement,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    match &arguments.what {
        What::Seal(seal) => run_seal(global, seal, output),
        What::Draw(draw) => run_draw(global, draw, output),
    }
}

fn run_seal(global: &Global, arguments: &Seal, output: Output) -> Result<Outcome, CliError> {
    let place = files::places(arguments.output.as_deref().into_iter(), None)?;
    let Read { settings, snapshot, catalog, .. } = read(global, &arguments.inputs)?;
    lens::own_values_are_known(&settings, &catalog)?;
    let record_type = found_type(&catalog, &arguments.record_type)?;
    let query = query(&catalog, record_type, settings.period.value, &arguments.asked)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let (documents, judged) = (Documents::of(&corpus, &catalog), settings.judged());
    let found = sample::population(&corpus, &documents, &judged, &query)?;
    keep(&place, arguments.output.as_deref(), || json::of(&found))?;
    match arguments.format {
        SealFormat::Json => output.print(&json::of(&found))?,
        SealFormat::Csv => output.print(&Table::of(&json::of(&found), &["records"]).as_csv())?,
        SealFormat::Markdown => output.print(&Table::of(&json::of(&found), &["records"]).as_markdown())?,
        SealFormat::Ids => {
            let ids: String = found.ids().iter().map(|id| format!("{id}\n")).collect();
            output.print(&ids)?;
        }
        SealFormat::Terminal => {
            output.print(&population::render(&found, output.look(false, false).width))?;
            let next = match &arguments.output {
                Some(file) => format!("draw --sealed {} --seed SEED --seed-by WHO", shown(file)),
                None => format!("seal {} -o FILE", arguments.record_type),
            };
            output.next(global, &format!("probity sample {next}"))?;
        }
    }
    Ok(Outcome::Passed)
}

fn run_draw(global: &Global, arguments: &Draw, output: Output) -> Result<Outcome, CliError> {
    let place = files::places(arguments.output.as_deref().into_iter(), arguments.sealed.as_deref())?;
    let sealed = arguments.sealed.as_deref().map(unsealed).transpose()?;
    if sealed.is_none() && arguments.population.is_none() {
        return Err(SampleError::NotSealed.into());
    }
    let Read { settings, snapshot, catalog, .. } = read(global, &arguments.inputs)?;
    lens::own_values_are_known(&settings, &catalog)?;
    let query = match &sealed {
        Some(sealed) => query_of(&catalog, sealed)?,
        None => {
            let name = arguments.record_type.as_deref().unwrap_or_default();
            query(&catalog, found_type(&catalog, name)?, settings.period.value, &arguments.asked)?
        }
    };
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let judged = Judged { period: query.period, ..settings.judged() };
    let present = sample::population(&corpus, &documents, &judged, &query)?;
    let changed = match (&sealed, &arguments.population) {
        (Some(sealed), _) => sample::changes(sealed, &present),
        (None, Some(digest)) if !digest.trim().eq_ignore_ascii_case(&present.population.digest) => {
            return Err(SampleError::OtherDigest { found: present.population.digest }.into());
        }
        (None, _) => None,
    };
    if let Some(changed) = changed.as_ref().filter(|_| !arguments.as_sealed) {
        return Err(SampleError::Changed { told: draw::changes(changed) }.into());
    }
    let from = sealed.as_ref().unwrap_or(&present);
    let drawn = sample::draw(&documents, &judged, from, changed, &wish(arguments))?;
    keep(&place, arguments.output.as_deref(), || json::of(&drawn))?;
    let width = output.look(false, false).width;
    output.print(&arguments.format.of(&["items"], || json::of(&drawn), || draw::render(&drawn, width)))?;
    if arguments.format == super::Format::Terminal {
        let next = drawn.items.first().map(|item| format!("trail {}", safe_line(&item.id)));
        let next = next.unwrap_or_else(|| "sample draw --help".to_owned());
        output.next(global, &format!("probity {next}"))?;
    }
    Ok(Outcome::Passed)
}

fn wish(arguments: &Draw) -> Wish {
    let method = match arguments.method {
        MethodName::Random => Method::Random(arguments.size),
        MethodName::Stratified => {
            Method::Stratified(arguments.by.clone().unwrap_or_default(), arguments.size)
        }
        MethodName::All => Method::All,
        MethodName::Block => arguments.block.map_or(Method::All, Method::Block),
        MethodName::Judgement => Method::Judgement,
    };
    Wish {
        method,
        seed: arguments.seed.clone(),
        given_by: arguments.seed_by.clone(),
        added: arguments.add.clone(),
        usual: arguments.add_usual,
    }
}

fn found_type<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c RecordType, CliError> {
    catalog.record_type(name).ok_or_else(|| {
        let near = nearest(name, catalog.type_ids()).map(str::to_owned);
        CliError::UnknownName { what: "record type", name: name.to_owned(), near }
    })
}

fn query(
    catalog: &Catalog,
    record_type: &RecordType,
    period: Period,
    asked: &Asked,
) -> Result<Query, CliError> {
    Ok(Query::new(catalog, record_type, period, asked.dated.as_deref())?
        .with_condition(catalog, asked.condition.as_deref())?
        .without(asked.exclude.clone())?)
}

/// What was asked for when a population was sealed.
fn query_of(catalog: &Catalog, sealed: &Population) -> Result<Query, CliError> {
    let of = &sealed.population;
    let record_type = found_type(catalog, &of.record_type)?;
    let period = of.period.parse().map_err(|_| SampleError::NotSealed)?;
    Ok(Query::new(catalog, record_type, period, of.dated.as_deref())?
        .with_condition(catalog, of.condition.as_deref())?
        .without_those_of(of))
}

fn unsealed(file: &Path) -> Result<Population, CliError> {
    let bytes = files::bytes(file, LARGEST)?;
    let name = || file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    sample::sealed(&bytes).map_err(|why| SampleError::Unsealed { name: name(), why }.into())
}

/// Writes a record, unless another one is there already: what was sealed or drawn stays as it was.
fn keep(places: &[files::Place], file: Option<&Path>, text: impl FnOnce() -> String) -> Result<(), CliError> {
    let Some(file) = file else { return Ok(()) };
    let text = text();
    match files::bytes(file, LARGEST) {
        Ok(there) if there == text.as_bytes() => return Ok(()),
        Ok(_) | Err(CliError::TooLarge { .. }) => return Err(CliError::Kept { file: file.to_path_buf() }),
        Err(CliError::Unread { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    files::write(places, &[text])
}

fn shown(file: &Path) -> String {
    safe_line(&file.display().to_string()).into_owned()
}

/// An id and a reason.
fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((id, because)) if !id.trim().is_empty() && !because.trim().is_empty() => {
            Ok((id.trim().to_owned(), because.trim().to_owned()))
        }
        _ => Err("write it as `ID=reason`: an id, and why".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_sealed_is_written_once_and_never_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("population.json");
        let write = |text: &str| {
            let places = files::places([file.as_path()].into_iter(), None).unwrap();
            keep(&places, Some(&file), || text.to_owned())
        };
        write("one").unwrap();
        write("one").unwrap();
        assert!(matches!(write("two"), Err(CliError::Kept { .. })));
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_id_is_named_with_its_reason() {
        assert_eq!(named("A-1=because = so").unwrap(), ("A-1".to_owned(), "because = so".to_owned()));
        for text in ["A-1", "A-1=", "=x", "A-1= "] {
            assert!(named(text).is_err(), "{text}");
        }
    }
}
