//! The days that wait for somebody: `schemas/lifecycle/`, one file for each source of them.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, load},
    rules,
    typing::{Typing, Wrong},
};
use crate::{
    expression::{self, Expression},
    model::{Counting, Deadline, Duration, LimitBasis, Mistake, Side},
    text::{Source, Span, nearest, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineFile {
    id: Spanned<String>,
    limits: String,
    #[serde(rename = "type")]
    record_type: Spanned<String>,
    #[serde(rename = "for")]
    items: Option<Spanned<String>>,
    names: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    set: Option<Spanned<String>>,
    from: Option<String>,
    begins: Option<Spanned<String>>,
    interval: Option<Spanned<String>>,
    limit: Option<Spanned<String>>,
    own: Option<String>,
    #[serde(default)]
    counted: Counting,
    #[serde(default)]
    side: Side,
    at: Spanned<String>,
    #[serde(default)]
    whose: Vec<Spanned<String>>,
    basis: Spanned<LimitBasis>,
    clause: Option<String>,
    note: Option<String>,
}

/// What everybody waits for, read when somebody first asks; tests check it against the record types.
pub(super) fn deadlines() -> &'static [Deadline] {
    static DEADLINES: OnceLock<Vec<Deadline>> = OnceLock::new();
    DEADLINES.get_or_init(|| {
        let files = embedded("lifecycle/");
        files
            .flat_map(|(path, text)| {
                read(path, text, None).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
            })
            .collect()
    })
}

/// The names of the organization's own values that a deadline asks for.
pub(super) fn own_values(deadline: &Deadline) -> Vec<&str> {
    let Deadline { items, names, when, set, begins, interval, own, .. } = deadline;
    let parts = [items, names, when, set, begins, interval].into_iter().flatten();
    own.as_deref().into_iter().chain(parts.flat_map(rules::own_names)).collect()
}

/// Reads a file of deadlines, and checks it against the types if there are some.
fn read(path: &str, text: &str, catalog: Option<&Catalog>) -> Result<Vec<Deadline>, Mistake> {
    let file: Loaded<Vec<DeadlineFile>> = load(Arc::new(Source::new(path, text)))?;
    let mut deadlines: Vec<Deadline> = Vec::new();
    for written in &file.content {
        if deadlines.iter().any(|known| known.id == *written.id.as_ref()) {
            let message = format!("deadline {} is there twice", quoted(written.id.as_ref()));
            return Err(file.mistake(&written.id, message));
        }
        let deadline = deadline(&file, written)?;
        if let Some(catalog) = catalog {
            check(catalog, &file, written, &deadline)?;
        }
        deadlines.push(deadline);
    }
    Ok(deadlines)
}

fn deadline(file: &Loaded<Vec<DeadlineFile>>, written: &DeadlineFile) -> Result<Deadline, Mistake> {
    let read = |written: &Option<Spanned<String>>| -> Result<Option<Expression>, Mistake> {
        let Some(written) = written else { return Ok(None) };
        let placed = |span: Span| rules::placed(&file.source, written, span);
        let read = expression::parse(written.as_ref());
        read.map(Some).map_err(|error| file.mistake(&placed(error.span), error.message))
    };
    let limit = match &written.limit {
        None => None,
        Some(limit) => match Duration::parse(limit.as_ref()) {
            None => return Err(file.mistake(limit, "this is no duration such as P6M")),
            limit => limit,
        },
    };
    let has_time = limit.is_some() || written.interval.is_some();
    if written.begins.is_some() != has_time || written.from.is_some() != has_time {
        let message = "`from` and `begins` belong together with `limit` or `interval`";
        return Err(file.mistake(&written.id, message));
    }
    let basis = *written.basis.as_ref();
    match (&written.set, &written.begins) {
        (None, None) => {
            return Err(file.mistake(&written.id, "a deadline has a day in `set`, or one in `begins`"));
        }
        (_, None) if basis != LimitBasis::Set => {
            return Err(file.mistake(&written.basis, "where no time is counted, the basis is `set`"));
        }
        (_, Some(_)) if basis == LimitBasis::Set => {
            return Err(file.mistake(&written.basis, "where a time is counted, the basis says who sets it"));
        }
        _ => {}
    }
    if limit.is_none() && matches!(basis, LimitBasis::Norm | LimitBasis::Usual) {
        return Err(file.mistake(&written.basis, "a limit that others set is written in `limit`"));
    }
    let path = written.at.as_ref().split('.').filter(|name| !name.is_empty());
    Ok(Deadline {
        id: written.id.as_ref().clone(),
        limits: written.limits.clone(),
        record_type: written.record_type.as_ref().clone(),
        items: read(&written.items)?,
        names: read(&written.names)?,
        when: read(&written.when)?,
        set: read(&written.set)?,
        from: written.from.clone(),
        begins: read(&written.begins)?,
        interval: read(&written.interval)?,
        limit,
        own: written.own.clone(),
        counted: written.counted,
        side: written.side,
        at: path.map(str::to_owned).collect(),
        whose: written.whose.iter().map(|field| field.as_ref().clone()).collect(),
        basis,
        clause: written.clause.clone(),
        note: written.note.clone(),
    })
}

/// Whether the fields and functions that a deadline names are there, and are days, times and truths.
fn check(
    catalog: &Catalog,
    file: &Loaded<Vec<DeadlineFile>>,
    written: &DeadlineFile,
    deadline: &Deadline,
) -> Result<(), Mistake> {
    let Some(mut typing) = Typing::about(catalog, written.record_type.as_ref()) else {
        let name = written.record_type.as_ref();
        let help = nearest(name, catalog.type_ids()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no record type {}", quoted(name));
        return Err(Mistake { help, ..file.mistake(&written.record_type, message) });
    };
    let told = |part: &Option<Spanned<String>>, wrong: Wrong| {
        let written = part.as_ref().unwrap_or(&written.id);
        Mistake {
            help: wrong.help,
            ..file.mistake(&rules::placed(&file.source, written, wrong.span), wrong.message)
        }
    };
    if let Some(items) = &deadline.items {
        typing.through(items).map_err(|wrong| told(&written.items, wrong))?;
    }
    typing
        .field_at(&deadline.at)
        .map_err(|wrong| Mistake { help: wrong.help, ..file.mistake(&written.at, wrong.message) })?;
    for (field, written) in deadline.whose.iter().zip(&written.whose) {
        typing
            .names_somebody(field)
            .map_err(|wrong| Mistake { help: wrong.help, ..file.mistake(written, wrong.message) })?;
    }
    for (expression, part) in [(&deadline.set, &written.set), (&deadline.begins, &written.begins)] {
        let Some(expression) = expression else { continue };
        typing.day(expression).map_err(|wrong| told(part, wrong))?;
    }
    if let Some(interval) = &deadline.interval {
        typing.duration(interval).map_err(|wrong| told(&written.interval, wrong))?;
    }
    if let Some(names) = &deadline.names {
        typing.type_of(names).map_err(|wrong| told(&written.names, wrong))?;
    }
    if let Some(when) = &deadline.when {
        typing.with_day("due");
        typing.truth(when).map_err(|wrong| told(&written.when, wrong))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{DateRole, Schema};

    #[test]
    fn every_deadline_speaks_of_fields_and_clauses_that_there_are() {
        let catalog = Catalog::embedded();
        let mut ids = BTreeSet::new();
        for (path, text) in embedded("lifecycle/") {
            for deadline in read(path, text, Some(&catalog)).unwrap_or_else(|mistake| panic!("{mistake}")) {
                assert!(ids.insert(deadline.id.clone()), "{} is there twice", deadline.id);
                assert!(!deadline.limits.ends_with('.'), "{}", deadline.id);
                if let Some(clause) = &deadline.clause {
                    assert!(catalog.standard().clause(clause).is_some(), "{}: clause {clause}", deadline.id);
                }
                // What is no longer known by its field would be told a second time.
                assert!(
                    deadline.set.is_none() || deadline.basis != LimitBasis::Set || !deadline.at.is_empty()
                );
            }
        }
        assert_eq!(ids.len(), catalog.deadlines().len());
        let of_certification: Vec<String> = (1..=14).map(|number| format!("L{number:02}")).collect();
        assert!(of_certification.iter().all(|id| ids.contains(id)), "{ids:?}");
    }

    #[test]
    fn only_what_certification_bodies_are_held_to_is_a_norm() {
        let norms = deadlines().iter().filter(|deadline| deadline.basis == LimitBasis::Norm);
        let norms: Vec<&str> = norms.map(|deadline| deadline.id.as_str()).collect();
        assert_eq!(norms, ["L03", "L04", "L05", "L06", "L08"]);
    }

    #[test]
    fn every_due_date_of_a_type_has_its_deadline() {
        fn due(schema: &Schema, path: &str, found: &mut Vec<String>) {
            for (name, field) in &schema.fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if field.date == Some(DateRole::Due) {
                    found.push(path.clone());
                }
                due(field.items.as_deref().unwrap_or(field), &path, found);
            }
        }
        let catalog = Catalog::embedded();
        let (mut known, mut missing) = (0, Vec::new());
        for record_type in catalog.record_types() {
            let mut fields = Vec::new();
            due(&record_type.shape, "", &mut fields);
            for field in fields {
                let is_of = |deadline: &&Deadline| {
                    deadline.record_type == record_type.id
                        && deadline.field() == field
                        && deadline.set.is_some()
                };
                match deadlines().iter().filter(is_of).count() {
                    1 => known += 1,
                    count => missing.push(format!("{}: {field}: {count}", record_type.id)),
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
        assert!(known > 20, "{known}");
    }

    #[test]
    fn one_name_of_an_own_value_has_one_default() {
        let mut defaults: Vec<(&str, Duration, &str)> = Vec::new();
        for rule in rules::rules() {
            let Some(computed) = &rule.computed else { continue };
            let parts = [&computed.items, &computed.when].into_iter().flatten().chain([&computed.assert]);
            for expression in parts {
                expression.each(&mut |part| {
                    let expression::Kind::Call { function, arguments, .. } = &part.kind else { return };
                    if function != "own" {
                        return;
                    }
                    let (expression::Kind::Text(name), expression::Kind::Call { arguments, .. }) =
                        (&arguments[0].kind, &arguments[1].kind)
                    else {
                        return;
                    };
                    let expression::Kind::Text(default) = &arguments[0].kind else { return };
                    defaults.push((name, Duration::parse(default).unwrap(), &rule.id));
                });
            }
        }
        assert!(defaults.len() > 50);
        let mut compared = 0;
        for deadline in deadlines() {
            let Some((own, limit)) = deadline.own.as_deref().zip(deadline.limit) else { continue };
            for (_, default, rule) in defaults.iter().filter(|(name, _, _)| *name == own) {
                assert_eq!(*default, limit, "{} and {rule} on `{own}`", deadline.id);
                compared += 1;
            }
        }
        assert!(compared > 10, "{compared}");
    }

    const DEADLINE: &str = "\
- id: X01
  limits: keys are counted
  type: asset
  when: self.asset_type == \"hardware\" && due >= as_of
  from: the day of purchase
  begins: self.acquired_on
  limit: P1Y
  own: keys.count
  at: acquired_on
  whose: [owner]
  basis: usual
";

    #[test]
    fn mistakes_have_places() {
        let catalog = Catalog::embedded();
        let read =
            |text: &str| read("own/keys.yaml", text, Some(&catalog)).map_err(|mistake| mistake.to_string());
        let told = |good: &str, bad: &str| {
            assert!(DEADLINE.contains(good), "{good}");
            read(&DEADLINE.replace(good, bad)).unwrap_err()
        };
        assert_eq!(read(DEADLINE).unwrap().len(), 1);
        assert_eq!(
            told("type: asset", "type: aset"),
            "own/keys.yaml:3:9: there is no record type `aset`; did you mean `asset`?"
        );
        assert_eq!(
            told("begins: self.acquired_on", "begins: self.aquired_on"),
            "own/keys.yaml:6:11: there is no field `aquired_on`; did you mean `acquired_on`?"
        );
        assert_eq!(
            told("begins: self.acquired_on", "begins: self.location"),
            "own/keys.yaml:6:11: a day is asked for here, and this is a text"
        );
        assert!(
            told("at: acquired_on", "at: aquired_on").starts_with("own/keys.yaml:9:7: there is no field")
        );
        assert_eq!(
            told("[owner]", "[location]"),
            "own/keys.yaml:10:11: `location` names neither a person nor a role"
        );
        assert_eq!(told("P1Y", "soon"), "own/keys.yaml:7:10: this is no duration such as P6M");
        assert_eq!(
            told("basis: usual", "basis: set"),
            "own/keys.yaml:11:10: where a time is counted, the basis says who sets it"
        );
        assert_eq!(
            told("  limit: P1Y\n", ""),
            "own/keys.yaml:1:7: `from` and `begins` belong together with `limit` or `interval`"
        );
        assert_eq!(
            told("  limit: P1Y\n", "  interval: self.acquired_on\n"),
            "own/keys.yaml:11:10: a limit that others set is written in `limit`"
        );
        assert!(told("due >= as_of", "due >= 3").contains("have no order"));
        let twice = format!("{DEADLINE}{DEADLINE}");
        assert_eq!(read(&twice).unwrap_err(), "own/keys.yaml:12:7: deadline `X01` is there twice");
    }
}
