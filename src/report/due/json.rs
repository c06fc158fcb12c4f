//! What waits for somebody, for programs: JSON of version 1, whose JSON Schema is
//! `schemas/reports/due-1.json`. Within a version, fields are only added.

use serde::Serialize;

use super::Shown;
use crate::{
    due::{Counted, Item},
    model::{Counting, LimitBasis, Side},
    report::json,
};

/// What waits for somebody, for programs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity due, version 1"))]
struct DueReport<'s> {
    /// Always `probity-due`.
    #[cfg_attr(test, schemars(extend("const" = "probity-due")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// The day judged on, as an ISO 8601 date.
    as_of: json::Value,
    /// The last day that is looked ahead to; none if only what is overdue was asked for.
    until: Option<String>,
    /// How many there are.
    counts: Counts,
    /// In the order of days.
    items: Vec<ItemReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Counts {
    /// Those whose last day is over.
    overdue: usize,
    /// The others that are shown.
    coming: usize,
    /// How many come later and are not shown.
    later: usize,
    /// How many files could not be read, or not as a whole.
    unread_files: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ItemReport<'s> {
    on: String,
    /// Days from the day judged on; below zero if the day is over.
    days: i64,
    overdue: bool,
    /// Whether `on` is the `latest` or the `earliest` day.
    side: Side,
    what: &'s str,
    /// The role or person who has to do it, by id.
    whose: Option<&'s str>,
    id: Option<&'s str>,
    #[serde(rename = "type")]
    record_type: &'s str,
    title: Option<&'s str>,
    path: &'s str,
    line: u32,
    field: &'s str,
    /// `norm` for certification bodies, `usual`, `own` rule, or a day that somebody `set`.
    basis: LimitBasis,
    /// How the day was counted; none if somebody wrote it down.
    counted: Option<CountedReport>,
    /// What `probity explain` explains.
    deadline: Option<&'s str>,
    clause: Option<&'s str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CountedReport {
    from: String,
    /// As ISO 8601 writes it: `P3M`.
    time: String,
    how: Counting,
    /// The name under `[own]` in `probity.toml` that gave the time, if one did.
    own: Option<&'static str>,
}

/// As an object with a line feed at the end.
pub fn render(shown: &Shown<'_>) -> String {
    let overdue = shown.overdue();
    json::text(&DueReport {
        format: "probity-due",
        version: 1,
        as_of: json::value(shown.as_of),
        until: shown.until.map(|until| until.to_string()),
        counts: Counts {
            overdue,
            coming: shown.items.len() - overdue,
            later: shown.later,
            unread_files: shown.unread,
        },
        items: shown.items.iter().map(report).collect(),
    })
}

fn report<'s>(item: &'s Item<'_>) -> ItemReport<'s> {
    ItemReport {
        on: item.on.to_string(),
        days: item.days,
        overdue: item.is_overdue(),
        side: item.side,
        what: &item.what,
        whose: item.whose,
        id: item.id,
        record_type: item.record_type,
        title: item.title,
        path: item.path,
        line: item.line,
        field: &item.field,
        basis: item.basis,
        counted: item.counted.map(|Counted { from, time, how, own }| CountedReport {
            from: from.to_string(),
            time: time.iso(),
            how,
            own,
        }),
        deadline: item.deadline,
        clause: item.clause,
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    /// `PROBITY_UPDATE=1 cargo test` writes the schema anew.
    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        let schema = schemars::schema_for!(DueReport<'_>);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/reports/due-1.json");
        if env::var_os("PROBITY_UPDATE").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{} is out of date", path.display());
    }
}
