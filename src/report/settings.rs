//! The effective settings with their origins, for a person and for programs.

use std::borrow::Cow;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::json;
use crate::{
    model::{Origin, Settings, Sourced},
    text::safe,
};

/// A setting by its name in `probity.toml`.
#[derive(Debug, Serialize)]
struct Setting<'s> {
    name: Cow<'s, str>,
    value: Value<'s>,
    origin: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Value<'s> {
    Text(String),
    Absent(()),
    List(&'s [String]),
}

fn list(settings: &Settings) -> Vec<Setting<'_>> {
    fn text<T: ToString>(name: &'static str, setting: &Sourced<T>) -> Setting<'static> {
        Setting {
            name: name.into(),
            value: Value::Text(setting.value.to_string()),
            origin: setting.origin.to_string(),
        }
    }
    let of = |name: &'static str, value, origin: &Origin| Setting {
        name: name.into(),
        value,
        origin: origin.to_string(),
    };
    let organization = settings.organization.value.clone().map_or(Value::Absent(()), Value::Text);
    let mut list = vec![
        text("root", &settings.root),
        of("organization.name", organization, &settings.organization.origin),
        text("organization.time_zone", &settings.time_zone),
        text("organization.language", &settings.language),
        text("audit.as_of", &settings.as_of),
        text("audit.period", &settings.period),
        of("files.include", Value::List(&settings.include.value), &settings.include.origin),
        of("files.exclude", Value::List(&settings.exclude.value), &settings.exclude.origin),
        text("gate.fail_on", &settings.fail_on),
        text("gate.needed_by", &settings.needed_by),
        text("gate.history", &settings.history),
        of(
            "history.begins",
            settings.begins.value.clone().map_or(Value::Absent(()), Value::Text),
            &settings.begins.origin,
        ),
        text("approval.proof", &settings.proof),
        text("rules.extended", &settings.extended),
    ];
    list.extend(settings.proofs.iter().map(|(record_type, proof)| Setting {
        name: format!("approval.proof_of.{record_type}").into(),
        value: Value::Text(proof.value.to_string()),
        origin: proof.origin.to_string(),
    }));
    list.extend(settings.levels.iter().map(|(rule, level)| Setting {
        name: format!("rules.levels.{rule}").into(),
        value: Value::Text(level.value.map_or("off".to_owned(), |level| level.to_string())),
        origin: level.origin.to_string(),
    }));
    list.extend(settings.own.iter().map(|(name, own)| Setting {
        name: format!("own.{name}").into(),
        value: Value::Text(own.value.clone()),
        origin: own.origin.to_string(),
    }));
    list
}

/// As a list of objects with a line feed at the end.
pub fn as_json(settings: &Settings) -> String {
    json::text(&list(settings))
}

/// As a table in so many columns.
pub fn as_table(settings: &Settings, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(["setting", "value", "comes from"]);
    for Setting { name, value, origin } in list(settings) {
        let value = match value {
            Value::Text(text) => safe(&text).into_owned(),
            Value::List(patterns) if !patterns.is_empty() => safe(&patterns.join("\n")).into_owned(),
            Value::List(_) | Value::Absent(()) => "-".to_owned(),
        };
        table.add_row([safe(&name).into_owned(), value, origin]);
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
