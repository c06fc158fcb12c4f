//! A cell as a value of ours, or why it is none.

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use super::{
    Wish,
    columns::Target,
    times::{DayOrder, NoTime, Written},
};
use crate::{
    catalog::plain_name,
    import::export::Cell,
    model::{Format, GoesTo, Kind, Schema, Take},
    text::quoted,
};

/// What a cell gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// A value of the field.
    Value(Value),
    /// Something that is carried as the source says it.
    Says(String),
    /// Nothing.
    Nothing,
}

/// Why a cell cannot be taken, and what can stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Untaken {
    pub(super) message: String,
    pub(super) help: String,
}

fn untaken<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, Untaken> {
    Err(Untaken { message: message.into(), help: help.into() })
}

/// How times in a column are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) order: Option<DayOrder>,
    pub(super) is_1904: bool,
    /// Whether times that are written as a database has them are in the zone that the profile names.
    pub(super) may_be_stored: bool,
}

/// Whether a text is what the tool writes for an unknown value.
pub(super) fn is_unknown(text: &str, unknown: &[String]) -> bool {
    let text = text.trim();
    text.is_empty() || unknown.iter().any(|marker| marker.eq_ignore_ascii_case(text))
}

/// Whether a text is the name that Java gives an object: there was a list, and the export does not hold it.
pub(super) fn is_java_object(text: &str) -> bool {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let Some((name, number)) = text.rsplit_once('@') else { return false };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '$' | '_' | '[' | ';');
    name.contains(['.', '$'])
        && name.chars().all(named)
        && (4..=16).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is a key of the tool's own, as it stands in its database.
pub(super) fn is_raw_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The instant or day of a cell.
pub(super) fn written(cell: Cell<'_>, clock: Clock) -> Result<Written, NoTime> {
    match cell {
        Cell::Text(text) => Written::read(text),
        Cell::Number(number) => Written::counted(number, clock.is_1904),
        Cell::Untaken(_) => Err(NoTime::Unreadable),
    }
}

/// The instant of a cell, and whether the clock showed it twice.
pub(super) fn instant(
    cell: Cell<'_>,
    clock: Clock,
    wish: &Wish<'_>,
) -> Result<(DateTime<FixedOffset>, bool), Untaken> {
    let stored = wish.profile.stored_zone.filter(|_| clock.may_be_stored);
    let read = written(cell, clock).and_then(|written| written.instant(clock.order, wish.zone, stored));
    read.map_err(no_time)
}

fn no_time(why: NoTime) -> Untaken {
    let (message, help) = match why {
        NoTime::Unreadable => {
            ("this is no time that can be read", "export it as 2026-01-31 14:00:00, or with its offset")
        }
        NoTime::Serial => (
            "this is the number by which a spreadsheet counts days",
            "export the column as text, or save the file as a workbook, which says from when it counts",
        ),
        NoTime::Ambiguous => (
            "day and month could be swapped, and nothing in the export shows which is which",
            "say `--dates day-first` or `--dates month-first`",
        ),
        NoTime::NoSuchDay => {
            ("there is no such day", "look whether day and month are the other way around: `--dates`")
        }
        NoTime::NoZone => (
            "the time says no zone",
            "say in which zone the export was made, such as `--zone Europe/Berlin` or `--zone UTC`",
        ),
        NoTime::DayOnly => ("there is a day, and no time of day", "export the column with its time"),
        NoTime::Skipped => (
            "there was no such time in the zone: the clock was put forward over it",
            "look whether the zone is the right one",
        ),
    };
    Untaken { message: message.to_owned(), help: help.to_owned() }
}

/// What a cell gives a target; several where a cell holds a list.
pub(super) fn taken(
    target: &Target<'_>,
    cell: Cell<'_>,
    clock: Clock,
    wish: &Wish<'_>,
    twice: &mut u64,
) -> Result<Vec<Given>, Untaken> {
    let text = match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Untaken(why) => return untaken(why, "put the value in its place"),
    };
    if is_unknown(&text, &wish.profile.unknown) || is_java_object(&text) {
        return Ok(Vec::new());
    }
    let GoesTo::Field(_) = &target.column.goes_to else {
        let said = if target.is_personal() { wish.tokens.of(&text) } else { text };
        return Ok(vec![Given::Says(said)]);
    };
    let (Some(schema), Some(single)) = (target.schema, target.single()) else { return Ok(Vec::new()) };
    match (&target.column.between, schema.kind) {
        (Some(between), Kind::List) => text
            .split(between.as_str())
            .map(str::trim)
            .filter(|part| !is_unknown(part, &wish.profile.unknown))
            .map(|part| value(target, single, Cell::Text(part), part, clock, wish, twice))
            .collect(),
        _ => Ok(vec![value(target, single, cell, &text, clock, wish, twice)?]),
    }
}

fn value(
    target: &Target<'_>,
    schema: &Schema,
    cell: Cell<'_>,
    text: &str,
    clock: Clock,
    wish: &Wish<'_>,
    twice: &mut u64,
) -> Result<Given, Untaken> {
    let plain = plain_name(text);
    let meant =
        target.column.values.iter().find(|(_, names)| names.iter().any(|name| plain_name(name) == plain));
    let meant = meant.map(|(value, _)| value.as_str());
    let given = |value: Value| Ok(Given::Value(value));
    match schema.kind {
        Kind::Truth => truth(target.column.take, meant, &plain).map_or_else(
            || untaken("this is neither true nor false", "true, false, yes, no, 1 and 0 can stand here"),
            |is| given(Value::Bool(is)),
        ),
        Kind::Integer => {
            let number = meant.unwrap_or(text);
            let front: String = number.chars().take_while(char::is_ascii_digit).collect();
            let number =
                if target.column.take == Take::Number && !front.is_empty() { &front } else { number };
            match number.parse::<i64>() {
                Ok(number) => given(Value::from(number)),
                Err(_) => untaken(
                    format!(
                        "this is no whole number, and no value that `{}` is known to have",
                        target.name()
                    ),
                    how_to_say(target, schema),
                ),
            }
        }
        Kind::Number => match meant.unwrap_or(text).parse::<f64>() {
            Ok(number) if number.is_finite() => given(Value::from(number)),
            _ => untaken("this is no number", "a number with a point can stand here, such as 2.5"),
        },
        Kind::Text if !schema.values.is_empty() => {
            let own = || schema.values.iter().find(|value| plain_name(value) == plain).map(String::as_str);
            match meant.or_else(own) {
                Some(value) => given(Value::from(value)),
                None => untaken(
                    format!("no value of `{}` is known to be meant by it", target.name()),
                    how_to_say(target, schema),
                ),
            }
        }
        Kind::Text => text_of(target, schema, cell, meant, text, clock, wish, twice),
        Kind::List | Kind::Object => Ok(Given::Nothing),
    }
}

fn truth(take: Take, meant: Option<&str>, plain: &str) -> Option<bool> {
    if take == Take::RemainingTime {
        let (hours, minutes) = plain.strip_prefix('-').unwrap_or(plain).split_once(':')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        return (digits(hours) && digits(minutes)).then(|| plain.starts_with('-'));
    }
    match meant.unwrap_or(plain) {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[expect(clippy::too_many_arguments, reason = "what a text can be depends on all of them")]
fn text_of(
    target: &Target<'_>,
    schema: &Schema,
    cell: Cell<'_>,
    meant: Option<&str>,
    text: &str,
    clock: Clock,
    wish: &Wish<'_>,
    twice: &mut u64,
) -> Result<Given, Untaken> {
    let given = |value: String| Ok(Given::Value(Value::from(value)));
    match schema.format {
        Some(Format::DateTime) => {
            let (instant, was_twice) = instant(cell, clock, wish)?;
            *twice += u64::from(was_twice);
            given(instant.to_rfc3339())
        }
        Some(Format::Date) => {
            let day = written(cell, clock).and_then(|written| written.day(clock.order)).map_err(no_time)?;
            given(day.to_string())
        }
        Some(format @ Format::Id) if !format_fits(format, text) => untaken(
            "this cannot be an id",
            "an id begins with a letter or a digit, and holds letters, digits, `.`, `_` and `-`",
        ),
        Some(format) if !format_fits(format, text) => untaken(
            format!("this is not {}", format.noun()),
            "correct it in the tool, or leave the column out",
        ),
        _ if !schema.refers_to.is_empty() => {
            let id = meant.unwrap_or(text);
            if (wish.known)(&schema.refers_to, id) {
                return given(id.to_owned());
            }
            Ok(Given::Says(if target.is_personal() { wish.tokens.of(text) } else { text.to_owned() }))
        }
        _ if target.is_personal() => given(wish.tokens.of(text)),
        _ => given(meant.unwrap_or(text).to_owned()),
    }
}

fn format_fits(format: Format, text: &str) -> bool {
    crate::check::fits(format, text)
}

/// How an organization says what a value of its own means.
fn how_to_say(target: &Target<'_>, schema: &Schema) -> String {
    let name = target.name();
    let values = if schema.values.is_empty() {
        String::new()
    } else {
        format!("; there are {}", schema.values.join(", "))
    };
    let example = schema.values.first().map_or("3", String::as_str);
    let head = target.column.names.first().map(|name| quoted(name)).unwrap_or_default();
    format!(
        "say in a profile of your own what it means: below `columns`, `{{field: {name}, names: [..], values: \
         {{{example}: [..]}}}}` for the column {head}{values}"
    )
}
