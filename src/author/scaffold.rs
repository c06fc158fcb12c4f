//! What a management system begins with: one file to fill in the first hour, and drafts of what a standard asks for.
//!
//! Which drafts there are follows from what the standard asks for. Each says only what it is; what it has to answer
//! stands in comments, so that no prompt is taken for an answer.

use std::collections::BTreeSet;

use super::{Given, Outline, ids::Ids};
use crate::{
    catalog::{Catalog, places},
    expression::{Expression, Kind, Operator},
    model::{Artefact, Category, Expected, NeededBy, Point, RecordType},
};

const WIDTH: usize = 100;
/// So many questions are told in a draft.
const TOLD: usize = 8;

/// What a draft stands for: artefacts that the same document would be.
struct Wanted<'c> {
    record_type: &'c RecordType,
    /// The name of the only artefact that it is for, if it is for one.
    name: Option<&'c str>,
    artefacts: Vec<&'c Artefact>,
    /// By what one knows that it is this one.
    fields: Vec<(String, Given)>,
}

/// The files that a management system begins with, by path: the first one, and drafts of what has to be there by a
/// stage of a certification audit.
pub fn scaffold(catalog: &Catalog, needed_by: NeededBy, ids: &mut Ids) -> Vec<(String, String)> {
    let mut files = vec![first(catalog, ids)];
    files.extend(wanted(catalog, needed_by).iter().map(|wanted| draft(catalog, wanted, ids)));
    files
}

fn first(catalog: &Catalog, ids: &mut Ids) -> (String, String) {
    let first = &places().first;
    let mut lines = comment(
        "What the service management system covers, what is provided, and who answers for what. Lines behind a `#` are \
         for you to read: where one names a field, take the sign away and write what belongs there. What is kept \
         elsewhere, in Word or a wiki, needs no more than its id, its title and `held_in: PATH`.",
    );
    lines.push("#".to_owned());
    for (number, name) in first.types.iter().enumerate() {
        let Some(record_type) = catalog.record_type(name) else { continue };
        if number > 0 {
            lines.push("---".to_owned());
        }
        lines.extend(comment(&format!("{}: {}", record_type.title, record_type.describes)));
        lines.extend(if record_type.category == Category::Register {
            list(record_type)
        } else {
            let asked =
                fields(catalog.standard().artefacts.values().filter(|artefact| is_of(artefact, name)));
            outline(record_type, &ids.next(record_type), &record_type.title, &[], &asked)
        });
    }
    (first.file.clone(), text(&lines))
}

/// What has to be there whatever happens, by the documents that would be it. What is made when something happens is
/// nobody's to prepare.
fn wanted(catalog: &Catalog, needed_by: NeededBy) -> Vec<Wanted<'_>> {
    let standard = catalog.standard();
    let is_wanted = |artefact: &Artefact| {
        let by = match needed_by {
            NeededBy::Neither => false,
            NeededBy::Stage1 => artefact.needed_by == NeededBy::Stage1,
            NeededBy::Stage2 => true,
        };
        by && artefact.expected == Expected::Always
    };
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for (name, artefact) in standard.artefacts.iter().filter(|(_, artefact)| is_wanted(artefact)) {
        let Some(record_type) = artefact.types.first().and_then(|of| catalog.record_type(of)) else {
            continue;
        };
        if record_type.category == Category::Record || places().first.types.contains(&record_type.id) {
            continue;
        }
        let told = artefact.condition.as_ref().and_then(told);
        let told = told.filter(|_| record_type.category == Category::Document);
        let (fields, name) = told.map_or((Vec::new(), None), |fields| (fields, Some(name.as_str())));
        let same = |other: &&mut Wanted<'_>| other.record_type.id == record_type.id && other.fields == fields;
        match wanted.iter_mut().find(same) {
            Some(other) => other.artefacts.push(artefact),
            None => wanted.push(Wanted { record_type, name, artefacts: vec![artefact], fields }),
        }
    }
    let order = |wanted: &Wanted<'_>| {
        let points = wanted.artefacts.iter().filter_map(|artefact| artefact.points.first());
        points.filter_map(|first| standard.points().position(|point| point.id == *first)).min()
    };
    wanted.sort_by_cached_key(|wanted| (order(wanted), wanted.record_type.id.clone()));
    wanted
}

/// The values that a condition asks of a document, if it asks for no more than values.
fn told(condition: &Expression) -> Option<Vec<(String, Given)>> {
    let field = |expression: &Expression| match &expression.kind {
        Kind::Field(of, name) if matches!(&of.kind, Kind::Name(of) if of == "self") => Some(name.clone()),
        _ => None,
    };
    match &condition.kind {
        Kind::Has(..) => Some(Vec::new()),
        Kind::Binary(Operator::And, a, b) => Some([told(a)?, told(b)?].concat()),
        Kind::Binary(Operator::Equal, a, b) => match &b.kind {
            Kind::Text(value) => Some(vec![(field(a)?, Given::Text(value.clone()))]),
            _ => None,
        },
        Kind::Binary(Operator::In, a, b) => match &a.kind {
            Kind::Text(value) => Some(vec![(field(b)?, Given::List(vec![value.clone()]))]),
            _ => None,
        },
        _ => None,
    }
}

fn draft(catalog: &Catalog, wanted: &Wanted<'_>, ids: &mut Ids) -> (String, String) {
    let record_type = wanted.record_type;
    let name = wanted.name.unwrap_or(&record_type.id);
    let title = match (wanted.name, wanted.artefacts.as_slice()) {
        (Some(_), [first, ..]) => &first.title,
        _ => &record_type.title,
    };
    let mut lines = comment(&format!("{title}: {}", record_type.describes));
    lines.extend(questions(catalog, wanted));
    if record_type.category == Category::Register {
        lines.extend(list(record_type));
    } else {
        lines.extend(comment(
            "A draft: it counts for nothing until it says something, and for a draft until its status is `approved`. If \
             it is kept elsewhere, write `held_in: PATH` instead of all below.",
        ));
        let asked = fields(wanted.artefacts.iter().copied());
        lines.extend(outline(record_type, &ids.next(record_type), title, &wanted.fields, &asked));
    }
    (format!("{}/{name}.yaml", places().folder(record_type)), text(&lines))
}

/// What the standard asks that the document would answer, and how one knows that it does.
fn questions(catalog: &Catalog, wanted: &Wanted<'_>) -> Vec<String> {
    let standard = catalog.standard();
    let asked: BTreeSet<&str> =
        wanted.artefacts.iter().flat_map(|artefact| &artefact.points).map(String::as_str).collect();
    let mut points: Vec<&Point> =
        standard.points().filter(|point| asked.contains(point.id.as_str())).collect();
    // What the clauses of the type ask comes first, and of that what is asked of few documents beside it.
    points.sort_by_key(|point| {
        let clause = point.id.split('/').next().unwrap_or_default();
        let is_own = wanted.record_type.clauses.iter().any(|own| own == clause);
        (!is_own, point.evidence.len())
    });
    let mut lines = vec!["#".to_owned(), "# What it has to answer, in our words:".to_owned()];
    for point in points.iter().take(TOLD) {
        lines.extend(hanging(&format!("{}  ", point.id), &point.says));
    }
    if points.len() > TOLD {
        let clause = points[TOLD].id.split('/').next().unwrap_or_default();
        lines.push(format!("#   and {} more, see `probity explain {clause}`", points.len() - TOLD));
    }
    if let Some(first) = points.first() {
        lines.extend(hanging("Done when ", &first.remedy.done));
        if let Some(question) = first.ask.first() {
            lines.extend(hanging("An auditor asks: ", question));
        }
    }
    lines.push("#".to_owned());
    lines
}

fn is_of(artefact: &Artefact, name: &str) -> bool {
    artefact.types.iter().any(|of| of == name)
}

/// The fields that artefacts have to fill.
fn fields<'c>(artefacts: impl Iterator<Item = &'c Artefact>) -> Vec<&'c str> {
    artefacts.flat_map(|artefact| &artefact.has).map(String::as_str).collect()
}

/// An empty list of a type, and how one adds to it.
fn list(record_type: &RecordType) -> Vec<String> {
    let mut lines = comment(&format!(
        "`probity new {} --title \"…\"` adds an entry, with its next id and with what belongs into it.",
        record_type.id
    ));
    lines.extend([format!("collection: {}", record_type.id), "entries: []".to_owned()]);
    lines
}

fn outline(
    record_type: &RecordType,
    id: &str,
    title: &str,
    given: &[(String, Given)],
    asked: &[&str],
) -> Vec<String> {
    Outline { record_type, id, title, given, asked, defaults: &[], full: false }.as_document()
}

fn comment(text: &str) -> Vec<String> {
    textwrap::wrap(text, whole_words()).iter().map(|line| format!("# {line}")).collect()
}

/// Ids and days stay whole.
fn whole_words() -> textwrap::Options<'static> {
    textwrap::Options::new(WIDTH).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

fn hanging(first: &str, text: &str) -> Vec<String> {
    let options = whole_words().initial_indent("  ").subsequent_indent("    ");
    let text = format!("{first}{text}");
    textwrap::wrap(&text, options).iter().map(|line| format!("# {line}")).collect()
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        corpus::{self, Documents},
        model::{Content, File, Snapshot},
        text::Source,
        yaml::Limits,
    };

    fn files(needed_by: NeededBy, before: &str) -> Vec<(String, String)> {
        let snapshot = snapshot(&[("a.yaml".to_owned(), before.to_owned())]);
        let corpus = corpus::read(&snapshot, &Limits::default());
        let catalog = Catalog::embedded();
        let documents = Documents::of(&corpus, &catalog);
        scaffold(&catalog, needed_by, &mut Ids::of(&documents, 2026))
    }

    fn snapshot(files: &[(String, String)]) -> Snapshot {
        let file = |(path, text): &(String, String)| {
            let content = Content::Text(Arc::new(Source::new(path.as_str(), text.as_str())));
            File { path: path.clone(), content }
        };
        let mut files: Vec<File> = files.iter().map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Snapshot { files, ..Snapshot::default() }
    }

    #[test]
    fn everything_that_has_to_be_written_has_a_draft_or_a_list() {
        let catalog = Catalog::embedded();
        let snapshot = snapshot(&files(NeededBy::Stage2, ""));
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let lists: Vec<&str> =
            documents.collections.iter().filter_map(|list| list.type_name).map(|(name, _)| name).collect();
        for artefact in
            catalog.standard().artefacts.values().filter(|found| found.expected == Expected::Always)
        {
            let of = &artefact.types[0];
            let is_record = catalog.record_type(of).unwrap().category == Category::Record;
            assert!(is_record || lists.contains(&of.as_str()) || !documents.of_type(of).is_empty(), "{of}");
        }
        let covered: Vec<&str> = documents
            .of_type("procedure")
            .iter()
            .filter_map(|number| documents.at(*number).get("covers")?.text())
            .collect();
        assert_eq!(covered.len(), 3, "each procedure that is asked for is one of its own: {covered:?}");
    }

    #[test]
    fn no_two_drafts_have_one_id_or_one_path() {
        let catalog = Catalog::embedded();
        let files = files(NeededBy::Stage2, "type: role\nid: POL-001\ntitle: a\n");
        let paths: BTreeSet<&String> = files.iter().map(|(path, _)| path).collect();
        assert_eq!(paths.len(), files.len());
        let snapshot = snapshot(&files);
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let ids: Vec<&str> = documents.iter().filter_map(|document| Some(document.id()?.0)).collect();
        let once: BTreeSet<&&str> = ids.iter().collect();
        assert!(once.len() == ids.len() && !ids.contains(&"POL-001"), "{ids:?}");
    }

    #[test]
    fn less_is_asked_for_the_first_stage() {
        let count = |needed_by| files(needed_by, "").len();
        assert_eq!(count(NeededBy::Neither), 1);
        assert!(
            count(NeededBy::Neither) < count(NeededBy::Stage1)
                && count(NeededBy::Stage1) < count(NeededBy::Stage2)
        );
    }
}
