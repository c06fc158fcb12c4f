//! `probity render`: documents as pages that business people read.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{CliError, Global, Inputs, Outcome, Output, files, lens, point, read_through};
use crate::{
    corpus::Shape,
    lens::{self as points, Assessed, Lens, Read},
    model::Held,
    report::{
        document::{self, Page},
        html::document as html,
        json,
    },
    text::{nearest, safe_line},
};

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The document, by its id
    #[arg(value_name = "ID", group = "which")]
    id: Option<String>,
    /// All documents but people and the rows of sealed extracts, each as a page, and one page that leads to them
    #[arg(long, group = "which", requires = "output", conflicts_with_all = ["format", "print_context"])]
    all: bool,
    /// Only documents of this type
    #[arg(long = "type", value_name = "TYPE", requires = "all")]
    record_type: Option<String>,
    /// Also tell what is other than at an earlier point
    #[arg(long, value_name = "REV|@DATE")]
    diff: Option<String>,
    /// Name people where a document refers to them, and make their pages, too; without it, they are shown by their ids
    #[arg(long)]
    names: bool,
    /// What to make
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    format: RenderFormat,
    /// Write it to this file instead of to standard output; with `--all`, to this folder, which is new or empty
    #[arg(long, short, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Print what templates of your own can use, as JSON
    #[arg(long)]
    print_context: bool,
}

/// How a document is made into a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RenderFormat {
    /// For people: one page in one file, for the screen and for paper
    Html,
    /// For a program
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    if arguments.all {
        let folder = arguments.output.as_deref().unwrap_or(Path::new("."));
        let count = all(&lens, arguments, folder)?;
        if output.is_terminal() && !global.quiet {
            output.print(&format!("wrote {count} pages to {}\n", safe_line(&folder.to_string_lossy())))?;
        }
        return Ok(Outcome::Passed);
    }
    let places = files::places(arguments.output.as_deref().into_iter(), None)?;
    let read = read_through(&lens, &arguments.inputs)?;
    let id = arguments.id.as_deref().unwrap_or_default();
    let text = with_pages(&lens, &read, arguments, |assessed, find| {
        let number = assessed.documents.find(id).ok_or_else(|| {
            let near = nearest(id, assessed.documents.ids().map(|(id, _)| id)).map(str::to_owned);
            CliError::UnknownName { what: "document", name: id.to_owned(), near }
        })?;
        let value = find(&Page::of(assessed, number, arguments.names));
        let own = &read.snapshot.own_templates;
        if arguments.print_context {
            let context = html::context(&value, &html::Files::new(), own)?;
            return Ok(json::text(&context));
        }
        Ok(match arguments.format {
            RenderFormat::Html => html::Pages::new(&html::Files::new(), own)?.render(&value)?,
            RenderFormat::Json => json::text(&value),
        })
    })?;
    match &arguments.output {
        None => output.print(&text)?,
        Some(_) => files::write(&places, &[text.into_bytes()])?,
    }
    Ok(Outcome::Passed)
}

/// Looks at the documents, with what makes JSON of a page: with what is other than at an earlier point, if one is named.
fn with_pages<T>(
    lens: &Lens,
    read: &Read,
    arguments: &Arguments,
    then: impl FnOnce(&Assessed<'_>, &dyn Fn(&Page) -> serde_json::Value) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let earlier =
        arguments.diff.as_deref().map(|name| lens.at(&point(name, &read.settings)?).map_err(CliError::from));
    let earlier = earlier.transpose()?;
    points::look(read, |assessed| match &earlier {
        None => then(assessed, &|page| document::as_value(assessed, page, None)),
        Some(earlier) => points::look(earlier, |before| {
            let since = match &before.settings.held {
                Held::Commit { id, .. } => Some(id.as_str()),
                Held::WorkTree | Held::Index => None,
            };
            then(assessed, &|page| {
                let was =
                    before.documents.find(page.id()).map(|number| Page::of(before, number, arguments.names));
                document::as_value(assessed, page, Some((since, was.as_ref())))
            })
        }),
    })
}

/// Writes the pages of all documents into a folder, and tells how many there are.
fn all(lens: &Lens, arguments: &Arguments, folder: &Path) -> Result<usize, CliError> {
    files::is_free(folder)?;
    let read = read_through(lens, &arguments.inputs)?;
    let wanted = arguments.record_type.as_deref();
    if let Some(name) = wanted.filter(|name| read.catalog.record_type(name).is_none()) {
        let near =
            nearest(name, read.catalog.record_types().map(|known| known.id.as_str())).map(str::to_owned);
        return Err(CliError::UnknownName { what: "record type", name: name.to_owned(), near });
    }
    let own = &read.snapshot.own_templates;
    let texts = with_pages(lens, &read, arguments, |assessed, find| {
        let documents = assessed.documents;
        let mut numbers: Vec<u32> = documents
            .ids()
            .map(|(_, number)| number)
            .filter(|number| {
                let document = documents.at(*number);
                let name = document.type_name.map(|(name, _)| name);
                let is_shown = arguments.names || !document::is_person(document);
                document.shape != Shape::Row && is_shown && wanted.is_none_or(|wanted| name == Some(wanted))
            })
            .collect();
        numbers.sort_unstable();
        let values: Vec<serde_json::Value> =
            numbers.into_iter().map(|number| find(&Page::of(assessed, number, arguments.names))).collect();
        let names = html::files(values.iter().filter_map(|value| value["document"]["id"].as_str()));
        let mut texts = Vec::new();
        if !values.is_empty() {
            texts.push(("index.html".to_owned(), html::index(&values, &names, own)?));
        }
        let pages = html::Pages::new(&names, own)?;
        for value in &values {
            let id = value["document"]["id"].as_str().unwrap_or_default();
            texts.push((names[id].clone(), pages.render(value)?));
        }
        Ok::<_, CliError>(texts)
    })?;
    if texts.is_empty() {
        return Err(CliError::UnknownName {
            what: "document",
            name: wanted.unwrap_or("*").to_owned(),
            near: None,
        });
    }
    files::write_folder(folder, &texts)?;
    Ok(texts.len() - 1)
}
