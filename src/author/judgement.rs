//! A judgement as an entry of the file of its clause and campaign.

use std::borrow::Cow;

use super::{
    Addition, AuthorError, Fields, Value, appended, begun,
    value::{Indents, item},
};
use crate::{
    assess::ASSESSMENT,
    judge::{Campaign, Entry, FACTS},
};

/// The fields of a judgement that its author says, or nobody.
const OWN: [&str; 19] = [
    "requirement_id",
    "status",
    "documented",
    "occurrence",
    "implemented",
    "evidenced",
    "effective",
    "evidence",
    "interviewees",
    "assessed_by",
    "assessed_on",
    "rationale",
    "confidence",
    "valid_until",
    "tool_signals",
    "basis",
    "second_reader",
    "supersedes",
    "held_in",
];

/// The file of a clause and a campaign, relative to the root.
pub fn path(campaign: &Campaign, clause: &str) -> String {
    format!("judgements/{campaign}/{clause}.yaml")
}

/// The text of the file of a clause and a campaign with judgements added to it. They are of that clause.
///
/// # Errors
///
/// If the file is there and cannot be added to.
pub fn with_judgements(
    path: &str,
    before: Option<&str>,
    campaign: &Campaign,
    entries: &[Entry],
) -> Result<String, AuthorError> {
    let addition = Addition {
        record_type: ASSESSMENT.to_owned(),
        entries: entries.iter().map(fields).collect(),
        own: &OWN,
    };
    match (before, entries.first()) {
        (Some(text), _) => appended(path, text, &addition),
        (None, first) => {
            let (clause, title) = first.map_or(("", ""), |entry| (&entry.clause.0, &entry.clause.1));
            let comment =
                format!("What people hold of {clause}, {title}, in {campaign}. A later view is a new entry.");
            begun(path, &comment, &addition)
        }
    }
}

/// Judgements as they stand in the list of a new file.
pub fn shown(entries: &[Entry]) -> String {
    let indents = Indents { dash: 2, content: 4 };
    let lines = entries.iter().flat_map(|entry| item(&fields(entry), indents));
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

fn fields(entry: &Entry) -> Fields {
    let Entry { id, clause: (_, title), point, by, opinion, as_of, seen, supersedes, .. } = entry;
    let mut fields: Fields = vec![
        ("id".into(), text(id)),
        ("title".into(), text(format!("{title} ({point})"))),
        ("requirement_id".into(), text(point)),
        ("status".into(), text(opinion.status.in_files())),
    ];
    let facts = FACTS
        .iter()
        .zip(opinion.facts)
        .filter_map(|(name, degree)| Some(((*name).into(), text(degree?.to_string()))));
    fields.extend(facts);
    fields.extend(opinion.occurrence.map(|occurrence| ("occurrence".into(), text(occurrence.to_string()))));
    fields.extend(texts("evidence", &opinion.evidence));
    fields.extend(texts("interviewees", &opinion.interviewees));
    fields.push(("assessed_by".into(), text(by)));
    fields.push(("assessed_on".into(), Value::Day(opinion.on)));
    fields.push(("rationale".into(), text(&opinion.rationale)));
    fields.push(("confidence".into(), text(opinion.confidence.to_string())));
    fields.extend(opinion.valid_until.map(|until| ("valid_until".into(), Value::Day(until))));
    let mut basis: Fields =
        vec![("as_of".into(), Value::Day(*as_of)), ("catalogue".into(), text(&seen.catalogue))];
    // That there was no scope yet is something to be known too.
    basis.push(("scope".into(), Value::List(seen.scope.iter().map(text).collect())));
    let evidence = seen.evidence.iter();
    let evidence: Vec<Value> = evidence
        .map(|(id, digest)| {
            Value::Fields(vec![("document".into(), text(id)), ("digest".into(), text(digest))])
        })
        .collect();
    if !evidence.is_empty() {
        basis.push(("evidence".into(), Value::List(evidence)));
    }
    basis.extend(texts("signals", &seen.signals));
    fields.push(("basis".into(), Value::Fields(basis)));
    fields.extend(supersedes.as_ref().map(|id| ("supersedes".into(), text(id))));
    fields
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn texts(name: &'static str, list: &[String]) -> Option<(Cow<'static, str>, Value)> {
    (!list.is_empty()).then(|| (name.into(), Value::List(list.iter().map(text).collect())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, judge::DEGREES, model::Schema};

    #[test]
    fn what_is_written_is_what_the_type_takes() {
        let catalog = Catalog::embedded();
        let shape = &catalog.record_type(ASSESSMENT).unwrap().shape;
        let field = |name: &str| -> &Schema {
            &shape
                .fields
                .iter()
                .find(|(field, _)| field == name)
                .unwrap_or_else(|| panic!("no field {name}"))
                .1
        };
        for (name, degrees) in FACTS.iter().zip(DEGREES) {
            let names: Vec<String> = degrees.iter().map(ToString::to_string).collect();
            let mut values = field(name).values.clone();
            values.sort_by_key(|value| names.iter().position(|name| name == value));
            assert_eq!(values, names, "{name}");
        }
        for name in OWN {
            field(name);
        }
    }
}
