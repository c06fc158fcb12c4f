//! Whether the files that documents point to are there, and are still what they were: what a stub is
//! held in, the file of a body, and evidence.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::{references, rule};
use crate::{
    corpus::{Document, Documents, Reference, Shape},
    model::{Draft, Finding, Missing, Place, Target, sha256, with_line_feeds},
    text::quoted,
    yaml::{Mapping, Node},
};

/// The findings about all that documents point to.
pub(super) fn findings(documents: &Documents<'_>) -> Vec<Finding> {
    let named: Vec<Named<'_, '_>> = documents.as_slice().par_iter().flat_map_iter(named_in).collect();
    let mut findings = absent(documents, &named);
    findings.extend(changed(documents, &named));
    findings.extend(evidence(documents));
    findings
}

/// A field that names a file, or its digest.
struct Named<'d, 'c> {
    document: &'d Document<'c>,
    field: &'static str,
    node: Node<'c>,
    text: &'c str,
}

impl Named<'_, '_> {
    fn place(&self) -> Place {
        let place = Place::within(self.document.source, self.node.span());
        Place { field: Some(self.field.to_owned()), ..place }
    }
}

const HELD_IN: &str = "held_in";
const HELD_IN_SHA256: &str = "held_in_sha256";
const BODY_FILE: &str = "body_file";
/// Where a type of documents records the digest of a file, and which field names this.
const EVIDENCE: (&str, &str, &str) = ("evidence-item", "digest", "location");

/// The field that names the file whose digest a field records.
fn digested(document: &Document<'_>, field: &str) -> Option<&'static str> {
    let (of, digest, location) = EVIDENCE;
    match field {
        HELD_IN_SHA256 => Some(HELD_IN),
        field if field == digest && document.type_name.is_some_and(|(name, _)| name == of) => Some(location),
        _ => None,
    }
}

/// What the fields of a document name.
fn named_in<'d, 'c>(document: &'d Document<'c>) -> impl Iterator<Item = Named<'d, 'c>> {
    let own = |key: Node<'_>| key.text().is_some_and(|name| document.fields.get(name).is_some());
    let inherited =
        document.defaults.into_iter().flat_map(Mapping::entries).filter(move |(key, _)| !own(*key));
    let entries = document.fields.entries().chain(inherited);
    entries.filter(|_| document.shape != Shape::Row).filter_map(move |(key, node)| {
        let fields = [HELD_IN, HELD_IN_SHA256, BODY_FILE, EVIDENCE.1];
        let field = fields.into_iter().find(|field| key.text() == Some(field))?;
        // Other types have a field of this name for other things.
        if field == EVIDENCE.1 && digested(document, field).is_none() {
            return None;
        }
        let text = node.text().filter(|text| !text.is_empty())?;
        Some(Named { document, field, node, text })
    })
}

/// Files that hold a document, or its text, and cannot be had: one finding for each.
fn absent(documents: &Documents<'_>, named: &[Named<'_, '_>]) -> Vec<Finding> {
    let mut targets: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let mut findings = Vec::new();
    for named in named.iter().filter(|named| digested(named.document, named.field).is_none()) {
        match Target::of(named.text) {
            Target::Path(path) => targets.entry(path).or_default().push(named.place()),
            // A stub may be held anywhere; what is approved here stands here.
            Target::Address | Target::Elsewhere if named.field == BODY_FILE => {
                let message = format!("{} is not in the repository", quoted(named.text));
                let help = "keep the text in the repository; if the document as a whole is kept elsewhere, say so with `held_in`";
                let places = vec![named.place()];
                findings.push(references::told("FILE-10", named.text, &message, help, places).finish());
            }
            Target::Address | Target::Elsewhere => {}
        }
    }
    for (path, places) in targets {
        let Err(missing) = documents.attachments.find(&path) else { continue };
        let message = missing.told(&path);
        findings.push(references::told("FILE-10", &path, &message, cure(&missing), places).finish());
    }
    findings
}

fn cure(missing: &Missing) -> &'static str {
    match missing {
        Missing::Absent => {
            "paths begin at the folder of `probity.toml`, and capital letters count; mend the path, or put the file there"
        }
        Missing::NotAFile => "name the file itself",
        Missing::LeadsOut => "put the file itself into the repository, or write its address",
        Missing::TooLarge { .. } => "keep it elsewhere, and write its address",
        Missing::Unreadable(_) => "mend the rights",
    }
}

/// Stubs and evidence whose file is not what it was when its digest was recorded.
fn changed(documents: &Documents<'_>, named: &[Named<'_, '_>]) -> Vec<Finding> {
    let mut digests: BTreeMap<String, Option<[String; 2]>> = BTreeMap::new();
    let mut findings = Vec::new();
    for recorded in named {
        let document = recorded.document;
        let Some(location) = digested(document, recorded.field) else { continue };
        let location = document.get(location).and_then(Node::text);
        // Evidence may also be a document, by its id.
        let location = location.filter(|text| documents.find(text).is_none()).map(Target::of);
        let Some(Target::Path(path)) = location else { continue };
        let found = digests.entry(path.clone()).or_insert_with(|| {
            let bytes = documents.attachments.bytes(&path).ok()?;
            Some([sha256(&bytes), sha256(&with_line_feeds(bytes))])
        });
        let Some([found, with_line_feeds]) = found else { continue };
        if [&*found, &*with_line_feeds].iter().any(|digest| digest.eq_ignore_ascii_case(recorded.text)) {
            continue;
        }
        let message = format!("{} has changed since its digest was recorded", quoted(&path));
        let help = if recorded.field == HELD_IN_SHA256 {
            format!("see what has changed and have it approved, then record `held_in_sha256: {found}`")
        } else {
            format!(
                "put back what was collected; if what lies there now was collected anew, record `digest: {found}`, and tell of it in `custody`"
            )
        };
        let mut draft = Draft::new(rule("FILE-11"), recorded.place(), message)
            .help(help)
            .field(recorded.field, recorded.field)
            .fact("found", found.as_str());
        if let Some((id, _)) = document.id() {
            draft = draft.subject(id);
        }
        findings.push(draft.finish());
    }
    findings
}

/// Evidence that looks like an id or a path and leads nowhere: one finding for each target. What is
/// neither is a sentence or an address, and for a person to judge.
fn evidence(documents: &Documents<'_>) -> Vec<Finding> {
    let mut targets: BTreeMap<&str, Vec<&Reference<'_>>> = BTreeMap::new();
    let open = documents.references().iter().filter(|found| found.is_evidence() && found.to.is_none());
    for reference in open.filter(|found| !found.text().contains(' ')) {
        targets.entry(reference.text()).or_default().push(reference);
    }
    let prefixes = if targets.keys().any(|target| prefix(target).is_some()) {
        prefixes(documents)
    } else {
        HashSet::new()
    };
    let mut findings = Vec::new();
    for (target, references) in targets {
        if let Some((message, help)) = nowhere(documents, &prefixes, target) {
            let places = references::places(documents, &references);
            findings.push(references::told("REF-04", target, &message, help, places).finish());
        }
    }
    findings
}

/// What is wrong with a text as evidence, and what mends it: it looks like an id or a path, and leads nowhere.
pub fn leads_nowhere(documents: &Documents<'_>, text: &str) -> Option<(String, String)> {
    let open = !text.contains(' ') && documents.find(text).is_none();
    open.then(|| nowhere(documents, &prefixes(documents), text)).flatten()
}

/// What stands before the numbers of the ids that there are. Ids unlike these may be of some other system.
fn prefixes<'d>(documents: &'d Documents<'_>) -> HashSet<&'d str> {
    documents.ids().filter_map(|(id, _)| prefix(id)).collect()
}

fn nowhere(documents: &Documents<'_>, prefixes: &HashSet<&str>, target: &str) -> Option<(String, String)> {
    if prefix(target).is_some_and(|prefix| prefixes.contains(prefix)) {
        // What is not at hand may well hold it.
        if documents.closed_extracts().next().is_some() {
            return None;
        }
        let help = match references::likely(documents, target, &["any".to_owned()]) {
            Some(near) => {
                format!("did you mean `{near}`? otherwise write the document, or say where the proof is")
            }
            None => "write the document, or say in a sentence where the proof is".to_owned(),
        };
        return Some((format!("there is no document {}", quoted(target)), help));
    }
    let missing = documents.attachments.find(&path_in(target)?).err()?;
    let help = format!("{}, or say in a sentence where the proof is", cure(&missing));
    Some((missing.told(&path_in(target)?), help))
}

/// What stands before the number of an id: `PRB` of `PRB-031`.
fn prefix(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let (prefix, number) = text.split_once('-')?;
    let numbered = number.starts_with(|first: char| first.is_ascii_digit()) && number.chars().all(plain);
    let named = !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_alphabetic());
    (numbered && named).then_some(prefix)
}

/// The path, if a text is one: a single word with a slash, or with the ending of a file.
pub fn path_in(text: &str) -> Option<String> {
    let word = !text.contains(char::is_whitespace);
    let ending = text.rsplit_once('.').is_some_and(|(stem, ending)| {
        let plain = ending.chars().all(|c| c.is_ascii_alphanumeric());
        let lettered = ending.contains(|c: char| c.is_ascii_alphabetic());
        !stem.is_empty() && (2..=5).contains(&ending.len()) && plain && lettered
    });
    match Target::of(text) {
        Target::Path(path) if word && (ending || text.contains(['/', '\\'])) => Some(path),
        Target::Path(_) | Target::Address | Target::Elsewhere => None,
    }
}
