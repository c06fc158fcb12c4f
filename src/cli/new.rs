//! `probity new`: one new document, where its kind is kept.

use std::{collections::BTreeMap, path::Path};

use chrono::Datelike as _;
use clap::Args;

use super::{CliError, Global, Inputs, NotBegun, Outcome, Output, Read, as_if, read};
use crate::{
    author::{self, AuthorError, Given, Outline},
    catalog::{Catalog, places},
    corpus::{self, Document, Documents},
    lens,
    model::{Category, Finding, Format, Kind, Place, RecordType, Schema, may_hold_documents},
    report::words::hanging,
    text::{nearest, quoted, safe, safe_line},
    yaml::{Limits, Mapping, Node},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The record type, such as risk
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// Values of fields, such as `treatment=accept`; items of a list with commas between them, fields of a field behind
    /// a dot
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<String>,
    /// Its id [default: the next one of its type]
    #[arg(long)]
    id: Option<String>,
    /// Its title [default: the name of its type]
    #[arg(long)]
    title: Option<String>,
    /// Write it into this file, as seen from `probity.toml` [default: the list of its type, or a file of its own]
    #[arg(long, value_name = "FILE")]
    into: Option<String>,
    /// Show every field that it may have, and not only those that have to be filled
    #[arg(long)]
    full: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What is to be written, and where.
struct Plan {
    record_type: String,
    id: String,
    path: String,
    /// Whether nothing may be there yet.
    is_fresh: bool,
    head: Vec<String>,
    as_document: Vec<String>,
    as_entry: Vec<String>,
    is_register: bool,
}

impl Plan {
    /// The text of the file with the document in it.
    fn text(&self, before: Option<&str>) -> Result<String, AuthorError> {
        let Self { record_type, id, path, .. } = self;
        match before {
            Some(_) if self.is_fresh => Err(AuthorError::Changed { path: path.clone() }),
            None if self.is_register => {
                let head: String = self.head.iter().map(|line| format!("{line}\n")).collect();
                let head = format!("{head}collection: {record_type}\nentries: []\n");
                author::with_entry(path, &head, record_type, id, &self.as_entry)
            }
            None => {
                let lines = [self.head.as_slice(), &self.as_document].concat();
                author::with_document(path, "", &lines)
            }
            Some(before) => match author::with_entry(path, before, record_type, id, &self.as_entry) {
                Err(AuthorError::NoCollection { .. }) => {
                    author::with_document(path, before, &self.as_document)
                }
                other => other,
            },
        }
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let before = read(global, &Inputs::on_disk(None))?;
    let plan = planned(&before, arguments)?;
    let text = plan.text(before.snapshot.text_of(&plan.path))?;
    let root = before.root.clone();
    let drafts = BTreeMap::from([(plan.path.clone(), text)]);
    let drafted = as_if(before, &drafts);
    lens::look(&drafted, |assessed| {
        let number = assessed.documents.find(&plan.id);
        let document = number.map(|number| assessed.documents.at(number));
        document.map_or(Ok(()), |document| refused(assessed.findings.iter(), document))
    })?;
    let after = if arguments.dry_run {
        let lines = if plan.is_register { &plan.as_entry } else { &plan.as_document };
        if !global.quiet {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            output.print(&format!("{}\n", safe(&text)))?;
        }
        drafted
    } else {
        author::change(&root, &plan.path, |before| plan.text(before.as_deref()))?;
        read(global, &Inputs::on_disk(None))?
    };
    let corpus = corpus::read(&after.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &after.catalog);
    let line = written_at(&documents, &plan)?;
    let verb = if arguments.dry_run { "would be written" } else { "written" };
    let mut told = format!("{}:{line}: {} {verb}\n", safe_line(&plan.path), safe_line(&plan.id));
    let lines = &plan.as_document;
    let is_open =
        |line: &&String| line.starts_with("# ") && !line.starts_with("# #") && !line.starts_with("#  ");
    let open: Vec<&str> =
        lines.iter().filter(is_open).filter_map(|line| line[2..].split(':').next()).collect();
    if !open.is_empty() && !arguments.full {
        told.push_str(&hanging("to be filled in: ", &open.join(", "), output.look(false, false).width));
    }
    output.print(&told)?;
    output.next(global, &format!("fill it in; `probity explain {}` shows an example", plan.record_type))?;
    Ok(Outcome::Passed)
}

fn planned(before: &Read, arguments: &Arguments) -> Result<Plan, CliError> {
    let catalog: &Catalog = &before.catalog;
    let name = &arguments.record_type;
    let record_type = catalog.record_type(name).ok_or_else(|| {
        let near = nearest(name, catalog.type_ids()).map(str::to_owned);
        CliError::UnknownName { what: "record type", name: name.clone(), near }
    })?;
    let corpus = corpus::read(&before.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);
    let mut given = given(record_type, &arguments.fields)?;
    let mut flag = |name: &str, flag: &Option<String>| {
        let at = given.iter().position(|(field, _)| field == name);
        let said = at.map(|at| given.remove(at)).and_then(|(_, value)| match value {
            Given::Text(text) | Given::Plain(text) => Some(text),
            Given::List(_) | Given::Fields(_) => None,
        });
        flag.clone().or(said)
    };
    let title = flag("title", &arguments.title).unwrap_or_else(|| record_type.title.clone());
    if title.trim().is_empty() {
        let why = "cannot be empty".to_owned();
        return Err(NotBegun::BadField { given: "title".to_owned(), why, help: None }.into());
    }
    let id = match flag("id", &arguments.id) {
        Some(id) => free(&documents, id)?,
        None => author::Ids::of(&documents, before.settings.as_of.value.year()).next(record_type),
    };
    let is_register = record_type.category == Category::Register;
    let lists = lists(&documents, name);
    let (path, is_fresh) = match (&arguments.into, lists.as_slice()) {
        (Some(file), _) => (placed(file)?, false),
        (None, [(only, _)]) => (only.clone(), false),
        (None, [_, _, ..]) => {
            let files = lists.into_iter().map(|(file, _)| file).collect();
            return Err(NotBegun::SeveralLists { record_type: name.clone(), files }.into());
        }
        (None, []) if is_register => (format!("{}/{name}.yaml", places().folder(record_type)), false),
        (None, []) => (places().file(record_type, &id), true),
    };
    if !before.settings.patterns.admit(Path::new(&path)) {
        return Err(CliError::LeftOut { path });
    }
    let defaults: Vec<String> = lists
        .iter()
        .find(|(list, _)| *list == path)
        .map(|(_, defaults)| defaults.clone())
        .unwrap_or_default();
    let asked = asked(catalog, name);
    let outline = Outline {
        record_type,
        id: &id,
        title: &title,
        given: &given,
        asked: &asked,
        defaults: &defaults,
        full: arguments.full,
    };
    let describes = format!("{}: {}", record_type.title, record_type.describes);
    let head = textwrap::wrap(&describes, 100).iter().map(|line| format!("# {line}")).collect();
    let (as_document, as_entry) = (outline.as_document(), outline.as_entry());
    Ok(Plan { record_type: name.clone(), id, path, is_fresh, head, as_document, as_entry, is_register })
}

/// The fields that what the standard asks for whatever happens has to fill.
fn asked<'c>(catalog: &'c Catalog, name: &str) -> Vec<&'c str> {
    let of_type = catalog.standard().artefacts.values().filter(|artefact| {
        artefact.condition.is_none() && artefact.types.first().is_some_and(|first| first == name)
    });
    of_type.flat_map(|artefact| &artefact.has).map(String::as_str).collect()
}

/// The files with lists of a type, each with the fields that the last of them gives to its entries.
fn lists(documents: &Documents<'_>, name: &str) -> Vec<(String, Vec<String>)> {
    let of_type =
        documents.collections.iter().filter(|list| list.type_name.is_some_and(|(of, _)| of == name));
    let mut lists: Vec<(String, Vec<String>)> = Vec::new();
    for list in of_type {
        let defaults = list.fields.get(corpus::DEFAULTS).and_then(Node::mapping);
        let given = defaults.into_iter().flat_map(Mapping::entries);
        let given = given.filter_map(|(key, _)| key.text()).map(str::to_owned).collect();
        let path = list.source.name().to_owned();
        lists.retain(|(known, _)| *known != path);
        lists.push((path, given));
    }
    lists
}

/// A file that may hold documents, as a path below the root.
fn placed(file: &str) -> Result<String, CliError> {
    let path = file.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let is_below = path.split('/').all(|name| !name.is_empty() && !name.starts_with('.'));
    let is_yaml = may_hold_documents(Path::new(path)) && !corpus::is_markdown(path);
    if is_below && is_yaml && !path.starts_with("probity/") {
        Ok(path.to_owned())
    } else {
        Err(NotBegun::NoPlace { file: file.to_owned() }.into())
    }
}

fn free(documents: &Documents<'_>, id: String) -> Result<String, CliError> {
    let is_sign = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
    if !id.starts_with(|first: char| first.is_ascii_alphanumeric()) || !id.chars().all(is_sign) {
        return Err(NotBegun::BadId { id }.into());
    }
    match documents.ids().find(|(known, _)| known.eq_ignore_ascii_case(&id)) {
        None => Ok(id),
        Some((_, number)) => Err(NotBegun::IdTaken { id, at: at(documents.at(number)) }.into()),
    }
}

/// Where a document stands, as `file:line`.
fn at(document: &Document<'_>) -> String {
    let span = document.id().map_or(document.head(), |(_, node)| node.span());
    format!("{}:{}", document.source.name(), document.source.position(span.start).line)
}

/// The line of what was written, if nothing else has its id.
fn written_at(documents: &Documents<'_>, plan: &Plan) -> Result<u32, CliError> {
    let is_it =
        |document: &&Document<'_>| document.id().is_some_and(|(id, _)| id.eq_ignore_ascii_case(&plan.id));
    let found: Vec<&Document<'_>> = documents.iter().filter(is_it).collect();
    match found.as_slice() {
        [] => Err(CliError::NotRead { path: plan.path.clone() }),
        [only] => {
            let span = only.id().map_or(only.head(), |(_, node)| node.span());
            Ok(only.source.position(span.start).line)
        }
        several => {
            let places = several.iter().map(|document| at(document)).collect();
            Err(NotBegun::IdTwice { id: plan.id.clone(), places }.into())
        }
    }
}

/// What of a new document is wrong in itself: values that cannot be, and references that lead nowhere.
fn refused<'f>(findings: impl Iterator<Item = &'f Finding>, document: &Document<'_>) -> Result<(), CliError> {
    let (file, span) = (document.source.name(), document.node.span());
    let is_within = |place: &Place| {
        place.path == file
            && place.range.is_some_and(|at| at.span.start >= span.start && at.span.end <= span.end)
    };
    let is_of_it = |finding: &&Finding| {
        let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|note| &note.place));
        let family = finding.rule.split('-').next().unwrap_or_default();
        ["SHAPE", "ID", "REF", "TYPE"].contains(&family) && places.into_iter().any(is_within)
    };
    match findings.filter(is_of_it).max_by_key(|finding| finding.level) {
        None => Ok(()),
        Some(finding) => {
            Err(NotBegun::BadDocument { message: finding.message.clone(), help: finding.help.clone() }.into())
        }
    }
}

/// The values that are given, each checked for its field.
fn given(record_type: &RecordType, fields: &[String]) -> Result<Vec<(String, Given)>, CliError> {
    let mut given: Vec<(String, Given)> = Vec::new();
    for field in fields {
        let bad = |why: &str, help: Option<String>| {
            CliError::from(NotBegun::BadField { given: field.clone(), why: why.to_owned(), help })
        };
        let Some((path, text)) = field.split_once('=') else {
            return Err(bad("is no field with a value", Some("write it as `owner=ROL-001`".to_owned())));
        };
        let mut schema = &record_type.shape;
        for name in path.split('.') {
            if schema.kind != Kind::Object {
                let help = "write it into the file; what is there as a list is no field by itself".to_owned();
                return Err(bad("names a part of what is no single field", Some(help)));
            }
            let known = || schema.fields.iter().map(|(name, _)| name.as_str());
            schema = match schema.fields.iter().find(|(known, _)| known == name) {
                Some((_, schema)) => schema,
                None => {
                    let near = nearest(name, known());
                    let help = near.map_or_else(
                        || format!("`probity explain {}` shows its fields", record_type.id),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let why = format!("speaks of {}, and there is no such field", quoted(name));
                    return Err(bad(&why, Some(help)));
                }
            };
        }
        if path == "type" {
            return Err(bad("names the type, which comes first", Some("`probity new risk`".to_owned())));
        }
        let value = value(schema, text).map_err(|why| bad(why, Some("write it into the file".to_owned())))?;
        put(&mut given, path, value).map_err(|()| bad("says again what was said before", None))?;
    }
    Ok(given)
}

fn put(given: &mut Vec<(String, Given)>, path: &str, value: Given) -> Result<(), ()> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let at = given.iter().position(|(name, _)| name == first);
    match (at, rest) {
        (None, None) => given.push((first.to_owned(), value)),
        (None, Some(rest)) => {
            let mut fields = Vec::new();
            put(&mut fields, rest, value)?;
            given.push((first.to_owned(), Given::Fields(fields)));
        }
        (Some(at), Some(rest)) => match &mut given[at].1 {
            Given::Fields(fields) => put(fields, rest, value)?,
            Given::Text(_) | Given::Plain(_) | Given::List(_) => return Err(()),
        },
        (Some(_), None) => return Err(()),
    }
    Ok(())
}

/// A value as its field holds it. One that does not fit stays a text, and the check tells why.
fn value(schema: &Schema, text: &str) -> Result<Given, &'static str> {
    let plain = |fits: bool| if fits { Given::Plain(text.to_owned()) } else { Given::Text(text.to_owned()) };
    Ok(match schema.kind {
        Kind::Text => match schema.format {
            Some(Format::Date) => plain(text.parse::<chrono::NaiveDate>().is_ok()),
            _ => Given::Text(text.to_owned()),
        },
        Kind::Integer => plain(text.parse::<i64>().is_ok()),
        Kind::Number => plain(text.parse::<f64>().is_ok_and(f64::is_finite) && !text.starts_with('.')),
        Kind::Truth => plain(["true", "false"].contains(&text)),
        Kind::List if schema.items.as_deref().is_some_and(|items| items.kind == Kind::Text) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Given::List(items.map(str::to_owned).collect())
        }
        Kind::List => return Err("is a list of more than texts"),
        Kind::Object => return Err("has fields of its own"),
    })
}
