//! `probity explain`: what a rule wants and why, what a record type holds, what a clause asks, what waits
//! for somebody by which day, or what auditors follow from record to record, from the data.

use clap::Args;

use super::{CliError, Global, Outcome, Output};
use crate::{
    assess::MISSING,
    catalog::Catalog,
    model::RecordType,
    report::{clause, deadline, record_type, rule, trail},
    text::nearest,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The id of a rule, such as YAML-06, of a record type, such as incident, of a clause, such as 8.6.1,
    /// of one of its points, such as 8.6.1/07, of a deadline of `due`, such as L12, or of a trail, such as change;
    /// without one, all rules are listed
    #[arg(value_name = "RULE|TYPE|CLAUSE|DEADLINE|TRAIL")]
    name: Option<String>,
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let catalog = super::catalog(global)?;
    let text = match &arguments.name {
        None => rule::list_as_lines(&catalog, None),
        Some(name) => explained(&catalog, name, output.look(false, false).width)?,
    };
    output.print(&text)?;
    output.next(global, if arguments.name.is_some() { "probity check" } else { "probity explain CHG-04" })?;
    Ok(Outcome::Passed)
}

fn explained(catalog: &Catalog, name: &str, width: usize) -> Result<String, CliError> {
    let register = || (name == "register").then(|| catalog.register());
    if let Some(record_type) = catalog.record_type(&name.to_lowercase()).or_else(register) {
        return Ok(type_page(catalog, record_type, width));
    }
    if let Some(found) = catalog.trails().iter().find(|known| known.id.eq_ignore_ascii_case(name)) {
        return Ok(trail::page(found, width));
    }
    if let Some(rule) = catalog.rule(&name.to_uppercase()) {
        return Ok(rule::page(rule));
    }
    if let Some(found) = catalog.deadlines().iter().find(|known| known.id.eq_ignore_ascii_case(name)) {
        return Ok(deadline::page(found, width));
    }
    let standard = || catalog.standard();
    // A finding of a missing document is explained by the point that asks for it.
    let name = name.strip_prefix(MISSING).unwrap_or(name);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        if let Some((clause, point)) = standard().point(name) {
            return Ok(clause::point_page(standard(), clause, point, width));
        }
        if let Some(clause) = standard().clause(name) {
            return Ok(clause::page(standard(), clause, width));
        }
    }
    let rules = catalog.rules();
    let clauses = standard()
        .clauses
        .iter()
        .flat_map(|clause| clause.points.iter().map(|point| point.id.as_str()).chain([clause.id.as_str()]));
    let deadlines = catalog.deadlines().iter().map(|deadline| deadline.id.as_str());
    let trails = catalog.trails().iter().map(|trail| trail.id.as_str());
    let types = catalog.type_ids();
    let known = rules.iter().map(|rule| rule.id.as_str());
    let known = known.chain(types).chain(clauses).chain(deadlines).chain(trails);
    let near = nearest(name, known).map(str::to_owned);
    Err(CliError::UnknownName {
        what: "rule, record type, clause, deadline or trail",
        name: name.to_owned(),
        near,
    })
}

/// A record type, with the trail that bears its name, or else a line about the one that is usual for it.
fn type_page(catalog: &Catalog, record_type: &RecordType, width: usize) -> String {
    let page = record_type::page(record_type, width);
    let mut trails = catalog.trails().iter();
    if let Some(found) = trails.clone().find(|known| known.id == record_type.id) {
        return format!("{page}\n{}", trail::page(found, width));
    }
    match trails.find(|known| known.begins.contains(&record_type.id)) {
        Some(found) => format!("{page}\n{}", trail::usual(found, width)),
        None => page,
    }
}
