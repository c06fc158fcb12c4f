//! `probity list`: look things up.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, Stage, files, read};
use crate::{
    assess,
    catalog::Catalog,
    corpus::{self, Documents},
    model::{Crosswalk, Held, MachineState, NeededBy, RecordType, Standard},
    report::{
        clause, crosswalk,
        listing::{self, Wanted},
        record_type, required, rule, workbook,
    },
    text::{nearest, safe_line},
    yaml::Limits,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The record types there are
    Types {
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
    /// The clauses of the standard, and how much each asks
    Clauses {
        /// Show what answers to each clause elsewhere: cobit2019, iso27001-2022, iso9001-2015 or itil4
        #[arg(long, value_name = "MAP")]
        map: Option<String>,
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
    /// The rules there are
    Rules {
        /// Only those about a record type, or about a category: any, document, register or record
        #[arg(long, value_name = "TYPE")]
        about: Option<String>,
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
    /// The documents there are
    Documents {
        /// Only those of a record type
        #[arg(long = "type", value_name = "TYPE")]
        record_type: Option<String>,
        /// Show the digest of what an approval is given for
        #[arg(long)]
        digest: bool,
        /// Show the names of people, and not their ids alone
        #[arg(long)]
        names: bool,
        #[command(flatten)]
        inputs: Inputs,
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Listed,
        /// Write the list to this file
        #[arg(short = 'o', long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// The documents that the standard asks for whatever happens, and what there is of each
    Required {
        /// Only those of which there is nothing
        #[arg(long)]
        missing: bool,
        /// Only those that have to be there by a stage of a certification audit
        #[arg(long, value_name = "STAGE")]
        needed_by: Option<Stage>,
        #[command(flatten)]
        inputs: Inputs,
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
    /// What documents refer to
    Refs {
        /// The id of one document: what it refers to, and what refers to it; without one, all
        /// references
        #[arg(value_name = "ID")]
        id: Option<String>,
        #[command(flatten)]
        inputs: Inputs,
        /// How to print the list
        #[arg(long, value_name = "FORMAT", default_value = "terminal")]
        format: Format,
    },
}

impl What {
    /// What one would look at next, where a person reads the list.
    fn next(&self) -> Option<&'static str> {
        let (format, next) = match self {
            Self::Types { format } => (format, "probity explain TYPE"),
            Self::Rules { format, .. } => (format, "probity explain RULE"),
            Self::Clauses { format, .. } => (format, "probity explain CLAUSE"),
            Self::Documents { .. } => return None,
            Self::Required { format, .. } => (format, "probity gap"),
            Self::Refs { format, .. } => (format, "probity render ID -o FILE"),
        };
        (*format == Format::Terminal).then_some(next)
    }
}

/// How documents are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Listed {
    /// For a person
    Terminal,
    /// For a program
    Json,
    /// For a spreadsheet: a row for each, a column for each field of the JSON
    Csv,
    /// For a note: the same as a table in Markdown
    #[value(alias = "md")]
    Markdown,
    /// For people who fill it in: all fields of the documents of one type as a workbook, which `import xlsx` reads back
    Xlsx,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let width = output.look(false, false).width;
    let text = match &arguments.what {
        What::Types { format } => {
            let catalog = super::catalog(global)?;
            format.of(
                &[],
                || record_type::list_as_json(&catalog),
                || record_type::list_as_table(&catalog, width),
            )
        }
        What::Rules { about, format } => {
            let catalog = super::catalog(global)?;
            let about = about.as_deref();
            format.of(&[], || rule::list_as_json(&catalog, about), || rule::list_as_lines(&catalog, about))
        }
        What::Clauses { map, format } => {
            let catalog = super::catalog(global)?;
            let standard = catalog.standard();
            match map {
                None => format.of(
                    &[],
                    || clause::list_as_json(standard),
                    || clause::list_as_table(standard, width),
                ),
                Some(map) => {
                    let found = found_map(standard, map)?;
                    format.of(
                        &["clauses"],
                        || crosswalk::map_as_json(standard, map, found),
                        || crosswalk::map_as_table(standard, map, found, width),
                    )
                }
            }
        }
        What::Documents { record_type, digest, names, inputs, format, output: file } => {
            let wanted = Wanted { record_type: record_type.as_deref(), digest: *digest, names: *names };
            return documents(global, inputs, wanted, *format, file.as_deref(), output);
        }
        What::Required { missing, needed_by, inputs, format } => {
            let Read { settings, snapshot, catalog, .. } = read(global, inputs)?;
            let corpus = corpus::read(&snapshot, &Limits::default());
            let (documents, judged) = (Documents::of(&corpus, &catalog), settings.judged());
            let found = assess::look(&documents, &judged);
            let mut required =
                assess::required(&documents, &found, needed_by.map_or(NeededBy::Stage2, Stage::needed_by));
            required.retain(|(_, _, found)| !missing || found.state == MachineState::NothingFound);
            format.of(&[], || required::as_json(&required), || required::as_lines(&required, width))
        }
        What::Refs { id, inputs, format } => {
            let Read { snapshot, catalog, .. } = read(global, inputs)?;
            let corpus = corpus::read(&snapshot, &Limits::default());
            let documents = Documents::of(&corpus, &catalog);
            let number = id.as_ref().map(|id| found(&documents, id)).transpose()?;
            format.of(
                &[],
                || listing::references_as_json(&documents, number),
                || listing::references_as_lines(&documents, number, width),
            )
        }
    };
    output.print(&text)?;
    if let Some(next) = arguments.what.next() {
        output.next(global, next)?;
    }
    Ok(Outcome::Passed)
}

fn documents(
    global: &Global,
    inputs: &Inputs,
    wanted: Wanted<'_>,
    format: Listed,
    file: Option<&Path>,
    output: Output,
) -> Result<Outcome, CliError> {
    let places = files::places(file.into_iter(), None)?;
    if file.is_none() && format == Listed::Xlsx && output.is_terminal() {
        return Err(CliError::NotForTerminals);
    }
    let Read { settings, snapshot, catalog, .. } = read(global, inputs)?;
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let record_type = wanted.record_type.map(|name| known_type(&catalog, name)).transpose()?;
    let plain = |format: Format| {
        let rows = listing::documents(&documents, wanted);
        let width = output.look(false, false).width;
        let listed = || listing::documents_as_lines(&rows, width);
        format.of(&[], || listing::documents_as_json(&rows), listed).into_bytes()
    };
    let list = match format {
        Listed::Terminal => plain(Format::Terminal),
        Listed::Json => plain(Format::Json),
        Listed::Csv => plain(Format::Csv),
        Listed::Markdown => plain(Format::Markdown),
        Listed::Xlsx => workbook::register::render(&workbook::register::Register {
            documents: &documents,
            record_type: record_type.ok_or(CliError::SeveralTypes)?,
            organization: settings.organization.value.as_deref(),
            as_of: settings.as_of.value,
            commit: match &snapshot.held {
                Held::Commit { id, .. } => Some(id),
                Held::WorkTree | Held::Index => None,
            },
            names: wanted.names,
        })?,
    };
    match file {
        None => {
            output.write(&list)?;
            if format == Listed::Terminal {
                output.next(global, "probity list refs ID")?;
            }
        }
        Some(file) => {
            files::write(&places, &[list])?;
            if output.is_terminal() && !global.quiet {
                output.print(&format!("wrote {}\n", safe_line(&file.to_string_lossy())))?;
            }
        }
    }
    Ok(Outcome::Passed)
}

/// A record type by its name.
///
/// # Errors
///
/// If there is none of that name.
pub(super) fn known_type<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c RecordType, CliError> {
    catalog.record_type(name).ok_or_else(|| {
        let near = nearest(name, catalog.type_ids()).map(str::to_owned);
        CliError::UnknownName { what: "record type", name: name.to_owned(), near }
    })
}

fn found_map<'s>(standard: &'s Standard, map: &str) -> Result<&'s Crosswalk, CliError> {
    standard.crosswalks.get(map).ok_or_else(|| {
        let known: Vec<String> = standard.crosswalks.keys().cloned().collect();
        let near = nearest(map, known.iter().map(String::as_str)).map(str::to_owned);
        CliError::UnknownMap { name: map.to_owned(), near, known }
    })
}

fn found(documents: &Documents<'_>, id: &str) -> Result<u32, CliError> {
    documents.find(id).ok_or_else(|| {
        let near = nearest(id, documents.ids().map(|(known, _)| known)).map(str::to_owned);
        CliError::UnknownName { what: "document", name: id.to_owned(), near }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::{catalog::Catalog, cli::Cli};

    #[test]
    fn the_help_names_every_map() {
        let mut cli = Cli::command();
        let list = cli.find_subcommand_mut("list").unwrap();
        let help = list.find_subcommand_mut("clauses").unwrap().render_long_help().to_string();
        for map in Catalog::embedded().standard().crosswalks.keys() {
            assert!(help.contains(map), "{map}");
        }
    }
}
