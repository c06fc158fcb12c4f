//! `schemas/trails/`: what auditors follow from one record to the next, one file for each trail.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, load, unknown},
    rules, typing,
};
use crate::{
    expression::{self, Expression},
    model::{Ask, Basis, Mistake, Step, Trail},
    text::{Source, Span, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrailFile {
    title: String,
    about: String,
    used_by: String,
    begins: Vec<Spanned<String>>,
    steps: Vec<StepFile>,
    #[serde(default)]
    asks: Vec<AskFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default)]
    out: Vec<Spanned<String>>,
    #[serde(default, rename = "in")]
    incoming: Vec<Spanned<String>>,
    says: String,
    when: Option<Spanned<String>>,
    missing: Option<String>,
    basis: Option<Basis>,
    because: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskFile {
    of: Spanned<String>,
    when: Spanned<String>,
    missing: String,
    basis: Basis,
    because: String,
}

/// All trails, read when somebody first asks; a test checks them against the record types.
pub(super) fn trails() -> &'static [Trail] {
    static TRAILS: OnceLock<Vec<Trail>> = OnceLock::new();
    TRAILS.get_or_init(|| {
        let files = embedded("trails/");
        files
            .map(|(path, text)| read(path, text, None).unwrap_or_else(|mistake| panic!("schemas/{mistake}")))
            .collect()
    })
}

/// Reads a file, and checks it against the types if there are some.
fn read(path: &str, text: &str, catalog: Option<&Catalog>) -> Result<Trail, Mistake> {
    let file: Loaded<TrailFile> = load(Arc::new(Source::new(path, text)))?;
    let (mut steps, mut asks) = (Vec::new(), Vec::new());
    for step in &file.content.steps {
        let expected = match (&step.when, &step.missing, step.basis, &step.because) {
            (Some(when), Some(missing), Some(basis), Some(because)) => Some(Ask {
                record_type: step.from.as_ref().clone(),
                when: condition(&file, catalog, &step.from, when)?,
                missing: missing.clone(),
                basis,
                because: because.clone(),
            }),
            (None, None, None, None) => None,
            _ => {
                let message = "`when`, `missing`, `basis` and `because` belong together";
                return Err(file.mistake(&step.from, message));
            }
        };
        if let Some(catalog) = catalog {
            check(catalog, &file, step)?;
        }
        steps.push(Step {
            from: step.from.as_ref().clone(),
            to: step.to.as_ref().clone(),
            outgoing: step.out.iter().map(|field| field.as_ref().clone()).collect(),
            incoming: step.incoming.iter().map(|field| field.as_ref().clone()).collect(),
            says: step.says.clone(),
            expected,
        });
    }
    for ask in &file.content.asks {
        asks.push(Ask {
            record_type: ask.of.as_ref().clone(),
            when: condition(&file, catalog, &ask.of, &ask.when)?,
            missing: ask.missing.clone(),
            basis: ask.basis,
            because: ask.because.clone(),
        });
    }
    for name in &file.content.begins {
        if !steps.iter().any(|step| step.from == *name.as_ref()) {
            let message = format!("no step leads on from {}", quoted(name.as_ref()));
            return Err(file.mistake(name, message));
        }
    }
    Ok(Trail {
        id: path.trim_start_matches("trails/").trim_end_matches(".yaml").to_owned(),
        title: file.content.title.clone(),
        about: file.content.about.clone(),
        used_by: file.content.used_by.clone(),
        begins: file.content.begins.iter().map(|name| name.as_ref().clone()).collect(),
        steps,
        asks,
    })
}

/// A condition about documents of a type.
fn condition(
    file: &Loaded<TrailFile>,
    catalog: Option<&Catalog>,
    of: &Spanned<String>,
    written: &Spanned<String>,
) -> Result<Expression, Mistake> {
    let placed = |span: Span| rules::placed(&file.source, written, span);
    let condition = expression::parse(written.as_ref())
        .map_err(|error| file.mistake(&placed(error.span), error.message))?;
    if let Some(catalog) = catalog {
        if !catalog.knows(of.as_ref()) {
            return Err(unknown(file, of, "record type", catalog.type_ids()));
        }
        typing::check_condition(catalog, of.as_ref(), &condition).map_err(|wrong| Mistake {
            help: wrong.help,
            ..file.mistake(&placed(wrong.span), wrong.message)
        })?;
    }
    Ok(condition)
}

/// Whether the types and fields that a step names are there, and the fields can name the other type.
fn check(catalog: &Catalog, file: &Loaded<TrailFile>, step: &StepFile) -> Result<(), Mistake> {
    let of = |name: &Spanned<String>| {
        let found = catalog.record_type(name.as_ref());
        found.ok_or_else(|| unknown(file, name, "record type", catalog.type_ids()))
    };
    let (from, to) = (of(&step.from)?, of(&step.to)?);
    if step.out.is_empty() && step.incoming.is_empty() {
        return Err(file.mistake(&step.from, "a step has a field in `out` or in `in`"));
    }
    for (fields, holder, other) in [(&step.out, from, to), (&step.incoming, to, from)] {
        for field in fields {
            let Some(schema) = holder.shape.at(field.as_ref()) else {
                let known = holder.shape.fields.iter().map(|(name, _)| name.as_str());
                return Err(unknown(file, field, "field", known));
            };
            let schema = schema.items.as_deref().unwrap_or(schema);
            let names = |name: &String| *name == other.id || name == "any";
            if !schema.evidence && !schema.refers_to.iter().any(names) {
                let message = format!("{} names no {}", quoted(field.as_ref()), quoted(&other.id));
                return Err(file.mistake(field, message));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_and_field_of_a_trail_is_there_and_a_type_begins_one_trail_at_most() {
        let catalog = Catalog::embedded();
        let mut begun: Vec<String> = Vec::new();
        for (path, text) in embedded("trails/") {
            let trail = read(path, text, Some(&catalog)).unwrap_or_else(|mistake| panic!("{mistake}"));
            begun.extend(trail.begins);
        }
        let count = begun.len();
        begun.sort();
        begun.dedup();
        assert!(count == begun.len() && count > 20, "{begun:?}");
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let told = |steps: &str| {
            let text = format!("title: t\nabout: a\nused_by: u\nbegins: []\nsteps:\n  - {steps}\n");
            read("trails/x.yaml", &text, Some(&Catalog::embedded())).unwrap_err().to_string()
        };
        assert_eq!(
            told("{from: incident, to: problem, out: [problm], says: s}"),
            "trails/x.yaml:6:41: there is no field `problm`; did you mean `problem`?"
        );
        assert_eq!(
            told("{from: incident, to: problem, out: [service], says: s}"),
            "trails/x.yaml:6:41: `service` names no `problem`"
        );
        assert_eq!(
            told("{from: incdent, to: problem, out: [problem], says: s}"),
            "trails/x.yaml:6:12: there is no record type `incdent`; did you mean `incident`?"
        );
        assert_eq!(
            told("{from: incident, to: problem, says: s}"),
            "trails/x.yaml:6:12: a step has a field in `out` or in `in`"
        );
        assert_eq!(
            told(
                "{from: incident, to: problem, out: [problem], says: s, when: self.majr, missing: m, basis: practice, because: b}"
            ),
            "trails/x.yaml:6:66: there is no field `majr`; did you mean `major`?"
        );
        assert_eq!(
            told("{from: incident, to: problem, out: [problem], says: s, missing: m}"),
            "trails/x.yaml:6:12: `when`, `missing`, `basis` and `because` belong together"
        );
    }
}
