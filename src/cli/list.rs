//! `probity list`: look things up.

use clap::{Args, Subcommand};

use super::{CliError, Format, Global, Inputs, Outcome, Output, Read, Stage, read};
use crate::{
    assess,
    corpus::{self, Documents},
    model::MachineState,
    report::{
        clause,
        listing::{self, Wanted},
        record_type, required, rule,
    },
    text::nearest,
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
        format: Format,
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

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let width = output.look(false, false).width;
    let text = match &arguments.what {
        What::Types { format } => {
            let catalog = super::catalog(global)?;
            match format {
                Format::Json => record_type::list_as_json(&catalog),
                Format::Terminal => record_type::list_as_table(&catalog, width),
            }
        }
        What::Rules { about, format } => {
            let catalog = super::catalog(global)?;
            match format {
                Format::Json => rule::list_as_json(&catalog, about.as_deref()),
                Format::Terminal => rule::list_as_lines(&catalog, about.as_deref()),
            }
        }
        What::Clauses { format } => {
            let catalog = super::catalog(global)?;
            match format {
                Format::Json => clause::list_as_json(catalog.standard()),
                Format::Terminal => clause::list_as_table(catalog.standard(), width),
            }
        }
        What::Documents { record_type, digest, names, inputs, format } => {
            let Read { snapshot, catalog, .. } = read(global, inputs)?;
            if let Some(name) = record_type.as_ref().filter(|name| !catalog.knows(name)) {
                let near = nearest(name, catalog.type_ids()).map(str::to_owned);
                return Err(CliError::UnknownName { what: "record type", name: name.clone(), near });
            }
            let corpus = corpus::read(&snapshot, &Limits::default());
            let wanted = Wanted { record_type: record_type.as_deref(), digest: *digest, names: *names };
            let rows = listing::documents(&Documents::of(&corpus, &catalog), wanted);
            match format {
                Format::Json => listing::documents_as_json(&rows),
                Format::Terminal => listing::documents_as_lines(&rows, width),
            }
        }
        What::Required { missing, needed_by, inputs, format } => {
            let Read { settings, snapshot, catalog, .. } = read(global, inputs)?;
            let corpus = corpus::read(&snapshot, &Limits::default());
            let (documents, judged) = (Documents::of(&corpus, &catalog), settings.judged());
            let found = assess::look(&documents, &judged);
            let mut required = assess::required(&documents, &found, needed_by.map(Stage::needed_by));
            required.retain(|(_, _, found)| !missing || found.state == MachineState::NothingFound);
            match format {
                Format::Json => required::as_json(&required),
                Format::Terminal => required::as_lines(&required, width),
            }
        }
        What::Refs { id, inputs, format } => {
            let Read { snapshot, catalog, .. } = read(global, inputs)?;
            let corpus = corpus::read(&snapshot, &Limits::default());
            let documents = Documents::of(&corpus, &catalog);
            let number = id.as_ref().map(|id| found(&documents, id)).transpose()?;
            match format {
                Format::Json => listing::references_as_json(&documents, number),
                Format::Terminal => listing::references_as_lines(&documents, number, width),
            }
        }
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

fn found(documents: &Documents<'_>, id: &str) -> Result<u32, CliError> {
    documents.find(id).ok_or_else(|| {
        let near = nearest(id, documents.ids().map(|(known, _)| known)).map(str::to_owned);
        CliError::UnknownName { what: "document", name: id.to_owned(), near }
    })
}
