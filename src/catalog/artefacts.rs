//! `artefacts.yaml` of a standard: what would be evidence, as documents of a management system.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog,
    file::{Loaded, OneOrMore, Ordered, unknown},
    rules, typing,
};
use crate::{
    expression::{self, Expression},
    model::{Artefact, Clause, Covers, Duration, Expected, Format, Mistake, Mode, NeededBy, Schema, Within},
    text::{Span, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArtefactFile {
    title: String,
    looked_for: Option<String>,
    #[serde(rename = "type")]
    types: OneOrMore,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    #[serde(default)]
    has: Vec<Spanned<String>>,
    #[serde(default = "one")]
    count: usize,
    within: Option<Spanned<String>>,
    dated: Option<Spanned<String>>,
    own: Option<Spanned<String>>,
    covers: Option<CoversFile>,
    explicit: bool,
    mode: Mode,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoversFile {
    #[serde(rename = "type")]
    record_type: Spanned<String>,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    by: Spanned<String>,
}

fn one() -> usize {
    1
}

/// The file, as it is written.
pub(super) type Artefacts = Loaded<Ordered<ArtefactFile>>;

/// The artefacts of a file, by name.
pub(super) fn artefacts(catalog: &Catalog, file: &Artefacts) -> Result<BTreeMap<String, Artefact>, Mistake> {
    let mut artefacts = BTreeMap::new();
    for (name, written) in &file.content.0 {
        let types: Vec<&str> = written.types.0.iter().map(|name| name.as_ref().as_str()).collect();
        for of in &written.types.0 {
            if !catalog.knows(of.as_ref()) {
                return Err(unknown(file, of, "record type", catalog.type_ids()));
            }
        }
        let shapes: Vec<_> =
            types.iter().filter_map(|of| catalog.record_type(of)).map(|of| &of.shape).collect();
        for field in &written.has {
            if !shapes.iter().all(|shape| shape.at(field.as_ref()).is_some()) {
                let known = shapes.iter().flat_map(|shape| &shape.fields).map(|(known, _)| known.as_str());
                return Err(unknown(file, field, "field", known));
            }
        }
        let within = match (&written.within, &written.dated, &written.own) {
            (None, None, None) => None,
            (Some(within), Some(dated), Some(own)) => {
                if Duration::parse(within.as_ref()).is_none() {
                    return Err(file.mistake(within, "this is no duration such as P1Y"));
                }
                let is_date = |format| matches!(format, Some(Format::Date | Format::DateTime));
                let format = |shape: &&Schema| shape.at(dated.as_ref())?.format;
                if !shapes.iter().all(|shape| is_date(format(shape))) {
                    return Err(file.mistake(dated, "this is no field with a date"));
                }
                let [interval, dated, own] = [within, dated, own].map(|text| text.as_ref().clone());
                Some(Within { interval, dated, own })
            }
            _ => return Err(file.mistake(name, "`within`, `dated` and `own` belong together")),
        };
        let covers = written.covers.as_ref().map(|covers| {
            let of = covers.record_type.as_ref();
            if !catalog.knows(of) {
                return Err(unknown(file, &covers.record_type, "record type", catalog.type_ids()));
            }
            if !shapes.iter().all(|shape| shape.at(covers.by.as_ref()).is_some()) {
                let known = shapes.iter().flat_map(|shape| &shape.fields).map(|(known, _)| known.as_str());
                return Err(unknown(file, &covers.by, "field", known));
            }
            Ok(Covers {
                record_type: of.clone(),
                condition: condition(catalog, file, covers.condition.as_ref(), &[of])?,
                by: covers.by.as_ref().clone(),
            })
        });
        let artefact = Artefact {
            title: written.title.clone(),
            looked_for: written.looked_for.clone(),
            condition: condition(catalog, file, written.condition.as_ref(), &types)?,
            asks: written.condition.as_ref().map(|asks| asks.as_ref().clone()),
            types: types.into_iter().map(str::to_owned).collect(),
            has: written.has.iter().map(|field| field.as_ref().clone()).collect(),
            count: written.count,
            within,
            covers: covers.transpose()?,
            explicit: written.explicit,
            mode: written.mode,
            expected: written.expected,
            needed_by: NeededBy::Stage2,
            points: Vec::new(),
        };
        if artefacts.insert(name.as_ref().clone(), artefact).is_some() {
            return Err(file.mistake(name, format!("artefact {} is there twice", quoted(name.as_ref()))));
        }
    }
    Ok(artefacts)
}

/// Which documents of some types are meant.
fn condition(
    catalog: &Catalog,
    file: &Artefacts,
    written: Option<&Spanned<String>>,
    types: &[&str],
) -> Result<Option<Expression>, Mistake> {
    let Some(written) = written else { return Ok(None) };
    let placed = |span: Span| rules::placed(&file.source, written, span);
    let expression = expression::parse(written.as_ref())
        .map_err(|error| file.mistake(&placed(error.span), error.message))?;
    for of in types {
        typing::check_condition(catalog, of, &expression).map_err(|wrong| Mistake {
            help: wrong.help,
            ..file.mistake(&placed(wrong.span), wrong.message)
        })?;
    }
    Ok(Some(expression))
}

/// Tells each artefact which points ask for it, and by when it has to be there.
pub(super) fn ask_for(catalog: &Catalog, clauses: &[Clause], artefacts: &mut BTreeMap<String, Artefact>) {
    let mut early: BTreeSet<&str> = BTreeSet::new();
    let repeating: Vec<&str> =
        clauses.iter().filter(|clause| clause.repeats).map(|clause| clause.id.as_str()).collect();
    for point in clauses.iter().flat_map(|clause| &clause.points) {
        for name in &point.evidence {
            if point.stage.contains(&1) {
                early.insert(name);
            }
            if let Some(artefact) = artefacts.get_mut(name) {
                artefact.points.push(point.id.clone());
            }
        }
    }
    for (name, artefact) in artefacts {
        // The clauses that a type is for come before those that only speak of it as well.
        let own: Vec<&str> = artefact
            .types
            .iter()
            .filter_map(|of| catalog.record_type(of))
            .flat_map(|of| &of.clauses)
            .map(String::as_str)
            .collect();
        artefact.points.sort_by_key(|point| {
            let clause = point.split('/').next().unwrap_or_default();
            (repeating.contains(&clause), !own.contains(&clause))
        });
        let of_type =
            |of: &String| catalog.record_type(of).is_some_and(|of| of.needed_by == NeededBy::Stage1);
        let early = early.contains(name.as_str()) || artefact.types.iter().any(of_type);
        if early && artefact.mode == Mode::Maintain {
            artefact.needed_by = NeededBy::Stage1;
        }
    }
}
