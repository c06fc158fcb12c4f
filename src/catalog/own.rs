//! The organization's own record types, a file of `probity/types/` each, whose name is the type's id, and
//! its own rules, in `probity/rules/`. A file that `extends` a type adds fields to it.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{
    Catalog, Entry, Text,
    file::{Loaded, load, mistake, text_of},
    rules,
    types::{ExtensionFile, compose},
};
use crate::{
    model::{File, Mistake, RecordType, Rule},
    text::{Source, Span, quoted},
    yaml::{self, Limits, Node},
};

/// Adds the own types to those that everybody has.
pub(super) fn add_types(catalog: &mut Catalog, files: &[File]) -> Result<(), Vec<Mistake>> {
    let mut mistakes = Vec::new();
    // First all names, since one own type may refer to another.
    let mut own: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    for file in files {
        match named(catalog, file) {
            Ok((id, source)) if own.contains_key(&id) => {
                let message = format!("{} says what {} is, too", quoted(own[&id].name()), quoted(&id));
                mistakes.push(mistake(&source, Span::default(), message));
            }
            Ok((id, source)) => {
                own.insert(id, source);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    for (id, source) in &own {
        let source = Text::Own(Arc::clone(source));
        catalog.types.entry(id.clone()).or_insert(Entry { source, read: OnceLock::new() });
    }
    for (id, source) in own {
        let read = if extends(&source) { extended(catalog, &id, source) } else { made(catalog, &id, source) };
        match read {
            Ok(record_type) => {
                let entry = catalog.types.get_mut(&id).expect("its name was added before");
                entry.read = OnceLock::from(record_type);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// Adds the own rules to those that everybody has.
pub(super) fn add_rules(catalog: &mut Catalog, files: &[File]) -> Result<(), Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut own: Vec<Rule> = Vec::new();
    for file in files {
        match text_of(file).and_then(|source| Ok((rules::read_own(catalog, source)?, source))) {
            Ok((rules, source)) => {
                for rule in rules {
                    if catalog.rule(&rule.id).is_some() || own.iter().any(|known| known.id == rule.id) {
                        let message = format!("there is a rule {} already", quoted(&rule.id));
                        let at = source.text().find(&rule.id).unwrap_or_default();
                        let help = Some("give yours another id, such as `OWN-01`".to_owned());
                        mistakes.push(Mistake {
                            help,
                            ..mistake(source, Span::new(at, at + rule.id.len()), message)
                        });
                    }
                    own.push(rule);
                }
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    for rule in own {
        let about = rule.computed.as_ref().map(|computed| computed.record_type.clone()).unwrap_or_default();
        catalog.own_rules.entry(about).or_default().push(rule);
    }
    Ok(())
}

/// The id that a file gives its type, and its text.
fn named(catalog: &Catalog, file: &File) -> Result<(String, Arc<Source>), Mistake> {
    let source = text_of(file)?;
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let id = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let (message, help) =
        if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.chars().all(plain) {
            let help = "name the file in small letters, digits and hyphens, such as `site-visit.yaml`";
            (format!("{} cannot be the id of a type", quoted(id)), help.to_owned())
        } else if rules::CATEGORIES.contains(&id) {
            (format!("{} means something else already", quoted(id)), "give the type another name".to_owned())
        } else if catalog.knows(id) && !extends(source) {
            let help = format!("give yours another name, or write `extends: {id}` to add fields to it");
            (format!("there is a record type {} already", quoted(id)), help)
        } else {
            return Ok((id.to_owned(), Arc::clone(source)));
        };
    Err(Mistake { help: Some(help), ..mistake(source, Span::default(), message) })
}

/// Whether the file adds to a type, and does not make one.
fn extends(source: &Arc<Source>) -> bool {
    let stream = yaml::read(Arc::clone(source), &Limits::default());
    let root = stream.documents().next().and_then(Node::mapping);
    root.is_some_and(|fields| fields.get("extends").is_some())
}

fn made(catalog: &Catalog, id: &str, source: Arc<Source>) -> Result<RecordType, Mistake> {
    let own = Some(source.name().to_owned());
    compose(catalog, id, source, None).map(|record_type| RecordType { own, ..record_type })
}

fn extended(catalog: &Catalog, id: &str, source: Arc<Source>) -> Result<RecordType, Mistake> {
    let extension: Loaded<ExtensionFile> = load(source)?;
    let extends = &extension.content.extends;
    if extends.as_ref() != id {
        let message = format!("the file is named {} and extends {}", quoted(id), quoted(extends.as_ref()));
        let help = Some(format!("name it `{}.yaml`", extends.as_ref()));
        return Err(Mistake { help, ..extension.mistake(extends, message) });
    }
    match catalog.types.get(id).map(|entry| &entry.source) {
        Some(Text::Embedded(path, text)) => {
            compose(catalog, id, Arc::new(Source::new(*path, *text)), Some(&extension))
        }
        Some(Text::Own(_)) | None => Err(super::schema::unknown(
            &extension,
            extends,
            "record type",
            id,
            Catalog::embedded().type_ids(),
        )),
    }
}
