//! How much of the truth records can show: the days that they cover, what was counted, gaps in the series of their ids,
//! and what rests on columns that are not there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value};

use super::{Wish, columns::Target, day_in};
use crate::{
    catalog::shared_fields,
    check::untestable,
    model::{Complete, Kind, Period, Rule, Tier},
};

/// A total.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// What was counted or measured.
    pub name: String,
    /// The figure.
    pub value: f64,
}

/// What is counted while records come by.
#[derive(Debug, Default)]
pub(super) struct Counts {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    begun: usize,
    /// By field and value.
    values: BTreeMap<(usize, String), u64>,
    /// Of booleans that the source says, those that are true, by name.
    said: BTreeMap<String, (u64, u64)>,
    /// Seconds that records took, and until what.
    took: Vec<i64>,
    filled: BTreeSet<String>,
    series: BTreeMap<String, Series>,
    outside: u64,
}

#[derive(Debug)]
struct Series {
    least: u64,
    most: u64,
    count: u64,
    digits: usize,
}

/// The first of these that a type has tells when a record was done.
const DONE: [&str; 4] = ["resolved_at", "fulfilled_at", "actual_end", "closed_at"];

impl Counts {
    /// Counts a record.
    pub(super) fn add(&mut self, id: &str, record: &Map<String, Value>, wish: &Wish<'_>) {
        let instant = |field: &str| DateTime::parse_from_rfc3339(record.get(field)?.as_str()?).ok();
        let begins = wish.record_type.counted.as_ref().map(|counted| counted.begins.as_str());
        let begun = begins.and_then(instant);
        if let Some(day) = begun.map(|begun| day_in(begun, wish.home)) {
            self.begun += 1;
            self.first = Some(self.first.map_or(day, |first| first.min(day)));
            self.last = Some(self.last.map_or(day, |last| last.max(day)));
            self.outside += u64::from(wish.covers.is_some_and(|covers| !covers.contains(day)));
        }
        let done = DONE.iter().find(|field| wish.record_type.shape.at(field).is_some());
        if let (Some(begun), Some(done)) = (begun, done.and_then(|field| instant(field))) {
            self.took.push((done - begun).num_seconds());
        }
        for (number, (field, schema)) in wish.record_type.shape.fields.iter().enumerate() {
            let Some(value) = record.get(field) else { continue };
            if !self.filled.contains(field) {
                self.filled.insert(field.clone());
            }
            if schema.values.is_empty() && field != "priority" && schema.kind != Kind::Truth {
                continue;
            }
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            *self.values.entry((number, text)).or_default() += 1;
        }
        let said = record.get("source").and_then(|source| source.get("says")).and_then(Value::as_array);
        for fact in said.into_iter().flatten() {
            let (Some(name), Some(value)) = (fact["name"].as_str(), fact["value"].as_str()) else { continue };
            let truth = match value.to_ascii_lowercase().as_str() {
                "true" | "yes" => true,
                "false" | "no" => false,
                _ => continue,
            };
            let counts = self.said.entry(name.to_owned()).or_default();
            if truth { counts.0 += 1 } else { counts.1 += 1 }
        }
        let digits = id.len() - id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if let Ok(number) = id[id.len() - digits..].parse::<u64>() {
            let prefix = id[..id.len() - digits].to_owned();
            let series =
                self.series.entry(prefix).or_insert(Series { least: number, most: number, count: 0, digits });
            series.least = series.least.min(number);
            series.most = series.most.max(number);
            series.count += 1;
        }
    }

    /// The days that the records cover, as somebody says or from the first to the last.
    pub(super) fn period(&self, wish: &Wish<'_>) -> Option<Period> {
        wish.covers.or(Some(Period { from: self.first?, to: self.last? }))
    }

    /// Records that began outside of the days that somebody says are covered.
    pub(super) fn outside(&self) -> u64 {
        self.outside
    }

    /// The fields that the records have nothing in.
    pub(super) fn without(&self, wish: &Wish<'_>) -> Vec<String> {
        let shared = shared_fields(wish.record_type.category);
        let fields = wish.record_type.shape.fields.iter().map(|(field, _)| field);
        fields.filter(|field| !shared.contains(field) && !self.filled.contains(*field)).cloned().collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "records are counted, not measured")]
    pub(super) fn indicators(&mut self, records: usize, rows: u64, wish: &Wish<'_>) -> Vec<Indicator> {
        let mut found = Vec::new();
        let mut add = |name: String, value: f64| found.push(Indicator { name, value });
        add("rows of the export".to_owned(), rows as f64);
        add("records".to_owned(), records as f64);
        let fields = &wish.record_type.shape.fields;
        for ((number, value), count) in &self.values {
            add(format!("{} {value}", fields[*number].0.replace('_', " ")), *count as f64);
        }
        for (name, (yes, no)) in &self.said {
            add(format!("{name} true, as the source says"), *yes as f64);
            add(format!("{name} false, as the source says"), *no as f64);
        }
        self.took.sort_unstable();
        let middle = self.took.len() / 2;
        let done = DONE.iter().find(|field| wish.record_type.shape.at(field).is_some());
        if let (Some(last), Some(done)) = (self.took.get(middle), done) {
            let median = if self.took.len().is_multiple_of(2) {
                (self.took[middle - 1] + last) as f64 / 2.0
            } else {
                *last as f64
            };
            let begins = wish.record_type.counted.as_ref().map_or("begin", |counted| counted.begins.as_str());
            let hours = (median / 3600.0 * 100.0).round() / 100.0;
            add(format!("median hours from {begins} to {done}"), hours);
        }
        for (prefix, Series { least, most, count, digits }) in &self.series {
            // Numbers without a word before them are no series of one tool's.
            if !prefix.is_empty() && *count > 1 {
                let gaps = (most - least + 1).saturating_sub(*count);
                let (least, most) = (format!("{prefix}{least:0digits$}"), format!("{prefix}{most:0digits$}"));
                add(format!("numbers from {least} to {most} that are not in it"), gaps as f64);
            }
        }
        found
    }
}

/// What the lack of fields means for the rules: a sentence for each field that rules ask for, and one for the rest.
pub(super) fn cannot_prove(
    without: &[String],
    targets: &[Target<'_>],
    present: &[usize],
    wish: &Wish<'_>,
) -> Vec<String> {
    let lacking: Vec<&str> = without.iter().map(String::as_str).collect();
    let mut by_field: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let rules: Vec<&Rule> = wish.catalog.rules_of(&wish.record_type.id).collect();
    for rule in &rules {
        let of = rule
            .computed
            .as_ref()
            .filter(|computed| rule.tier == Tier::Core && computed.record_type == wish.record_type.id);
        let field = of.and_then(|computed| untestable(computed, &lacking));
        if let Some(position) = field.and_then(|field| without.iter().position(|known| known == field)) {
            by_field.entry(position).or_default().insert(&rule.id);
        }
    }
    let asked = |group: &Complete| {
        group.fields.iter().filter_map(|field| field.split('.').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let complete: BTreeSet<String> = wish.record_type.complete.iter().flat_map(asked).collect();
    let counted: Vec<&String> = wish.record_type.counted.iter().flat_map(|counted| &counted.by).collect();
    for (position, field) in without.iter().enumerate() {
        if complete.contains(field) {
            by_field.entry(position).or_default().insert("COMP-01");
        }
        if counted.contains(&field) {
            by_field.entry(position).or_default().insert("POP-03");
        }
    }
    let told = by_field.iter().map(|(position, rules)| {
        let field = &without[*position];
        let rules: Vec<&str> = rules.iter().copied().collect();
        let why = why(field, targets, present);
        format!("What `{field}` would say, {why}: {} not tested for it", listed(&rules))
    });
    let mut told: Vec<String> = told.collect();
    let rest: Vec<&str> = without
        .iter()
        .enumerate()
        .filter(|(position, _)| !by_field.contains_key(position))
        .map(|(_, field)| field.as_str())
        .collect();
    if !rest.is_empty() {
        told.push(format!(
            "What {} would say, of which there is nothing, and for which no rule asks alone",
            rest.join(", ")
        ));
    }
    told
}

fn why(field: &str, targets: &[Target<'_>], present: &[usize]) -> &'static str {
    let target = targets.iter().position(|target| target.name() == field);
    match target.map(|number| (&targets[number], present.contains(&number))) {
        Some((target, false)) if target.column.free_text => "which has no column or was left out",
        Some((target, true)) if target.single().is_some_and(|schema| !schema.refers_to.is_empty()) => {
            "of which the export names no ids of this repository"
        }
        Some((_, true)) => "for which a column is there, and nothing in it",
        Some((_, false)) | None => "for which there is no column",
    }
}

fn listed(rules: &[&str]) -> String {
    match rules {
        [one] => format!("{one} is"),
        several => format!("{} are", several.join(", ")),
    }
}
