//! A rule as a page, and all of them as a list.

use std::fmt::Write as _;

use serde::Serialize;

use super::json;
use crate::{
    catalog::{self, Catalog},
    model::{Basis, Cause, LeftTo, Level, Rule, Tier},
    text::{safe, safe_line},
};

/// A line of the list of rules.
#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    level: Level,
    basis: Basis,
    cause: Cause,
    tier: Tier,
    /// The record type, or the category, of the documents that it looks at; none if it looks at more.
    about: Option<&'r str>,
    says: &'r str,
    /// Who tells of it, if it has no findings of its own: completeness, other rules, the history of the
    /// repository, or a person.
    left_to: Option<String>,
    /// The file of the organization's own that makes it.
    own: Option<&'r str>,
}

/// Which rules are listed: those about a type or a category, or all.
fn rows<'c>(catalog: &'c Catalog, about: Option<&str>) -> Vec<Row<'c>> {
    let row = |rule: &'c Rule| Row {
        id: &rule.id,
        level: rule.severity,
        basis: rule.basis,
        cause: rule.cause,
        tier: rule.tier,
        about: rule.about.as_deref(),
        says: &rule.says,
        left_to: rule.left_to.as_ref().map(ToString::to_string),
        own: rule.own.as_deref(),
    };
    let rows = catalog.rules().into_iter().map(row);
    rows.filter(|row| about.is_none_or(|about| row.about == Some(about))).collect()
}

/// The rules as a list of objects.
pub fn list_as_json(catalog: &Catalog, about: Option<&str>) -> String {
    json::text(&rows(catalog, about))
}

/// The rules, one a line: those of the extended tier are marked.
pub fn list_as_lines(catalog: &Catalog, about: Option<&str>) -> String {
    rows(catalog, about).iter().fold(String::new(), |mut text, row| {
        let mark = match &row.left_to {
            Some(left_to) => format!(" (left to {left_to})"),
            None if row.tier == Tier::Extended => " (extended)".to_owned(),
            None => String::new(),
        };
        let _ = writeln!(text, "{:<8}  {:<7}  {}{mark}", safe_line(row.id), row.level, safe_line(row.says));
        text
    })
}

/// All there is to know about a rule.
pub fn page(rule: &Rule) -> String {
    let mut text = format!("{}: {}\n", rule.id, rule.says);
    let _ = write!(text, "level: {}; basis: {}; cause: {}", rule.severity, rule.basis, rule.cause);
    if let Some(computed) = &rule.computed {
        let _ = write!(text, "; about: {}; tier: {}", computed.record_type, rule.tier);
    }
    if let Some(own) = &rule.own {
        let _ = write!(text, "; made by: {own}");
    }
    if let Some(left_to) = &rule.left_to {
        let _ = write!(text, "\n\n{}", who_tells(left_to));
    }
    let _ = write!(text, "\n\n{}", rule.explain);
    if rule.computed.is_some() {
        let _ = write!(text, "\n{}", set_aside(rule));
    }
    safe(&text).into_owned()
}

/// Who tells of a rule that has no findings of its own.
fn who_tells(left_to: &LeftTo) -> String {
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match left_to {
        LeftTo::Completeness(fields) => {
            format!("No finding has this id: completeness (COMP-01) asks for {}.", list(fields))
        }
        LeftTo::Rules(rules) => format!("No finding has this id: {} tells it.", list(rules)),
        LeftTo::History => {
            "No finding has this id yet: the history of the repository shows it, and is not read.".to_owned()
        }
        LeftTo::Person => "No finding has this id: no machine can tell, so a person judges.".to_owned(),
    }
}

/// How a rule is set aside, by what it rests on.
fn set_aside(rule: &Rule) -> String {
    let id = &rule.id;
    let mut text = String::new();
    let own: Vec<String> = catalog::own_values(rule).iter().map(|name| format!("`{name}`")).collect();
    if !own.is_empty() {
        let _ = writeln!(text, "Own values, under `[own]` in `probity.toml`: {}\n", own.join(", "));
    }
    text.push_str("To set it aside\n\n");
    if rule.tier == Tier::Extended {
        text.push_str("  it is on only with `extended = true` under `[rules]` in `probity.toml`\n");
    }
    let _ = writeln!(
        text,
        "  for all      `{id} = \"off\"`, or another level, under `[rules.levels]` in `probity.toml`"
    );
    let _ = writeln!(
        text,
        "  for a time   a document of type `waiver` with `waives: {{rule: {id}}}`, `until`, `by` and `because`"
    );
    if matches!(rule.basis, Basis::Practice | Basis::OwnRule) && rule.severity < Level::Error {
        let _ = writeln!(text, "  here alone   `# probity: ignore {id} because ..` at the end of the line");
    }
    text
}
