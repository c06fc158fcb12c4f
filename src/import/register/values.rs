//! The text of a cell as the value of a field, if it can be one.

use crate::{
    author::Value,
    check,
    model::{Format, Kind, Schema},
    report::{
        register::{Column, Holds, items, truth},
        workbook::columns::CUT,
    },
    text::{nearest, quoted, safe},
};

/// Why a text is no value of its field, and what can stand there.
pub(super) type Unfit = (String, Option<String>);

/// What values are looked up in.
pub(super) trait Known {
    /// Whether there is a record type of a name.
    fn is_type(&self, name: &str) -> bool;
    /// Whether a document of one of some types has an id, or will have it.
    fn has(&self, id: &str, types: &[String]) -> bool;
    /// The ids of documents of some types.
    fn ids(&self, types: &[String]) -> Vec<String>;
}

/// What a text says in a column.
pub(super) fn value(
    text: &str,
    column: &Column<'_>,
    is_ours: bool,
    known: &dyn Known,
) -> Result<Value, Unfit> {
    if text.ends_with(CUT) {
        let help = "write what is to stand there, or change it in its file".to_owned();
        return Err(("the text was cut when the workbook was made".to_owned(), Some(help)));
    }
    match column.holds {
        Holds::One => single(text, column.schema, known),
        Holds::Several => {
            let parts = items(text).into_iter().flat_map(|item| {
                // In our own workbooks an item is a line. Others put all of them on one.
                let parts: Vec<String> = if is_ours {
                    vec![item]
                } else {
                    item.split(';').map(|part| part.trim().to_owned()).collect()
                };
                parts
            });
            let values =
                parts.filter(|part| !part.is_empty()).map(|part| single(&part, column.schema, known));
            values.collect::<Result<_, _>>().map(Value::List)
        }
        Holds::Fixed(_) => {
            Err(("the column is only shown".to_owned(), Some("change it in its file".to_owned())))
        }
    }
}

fn single(text: &str, schema: &Schema, known: &dyn Known) -> Result<Value, Unfit> {
    match schema.kind {
        Kind::Truth => match text.to_lowercase().as_str() {
            "yes" | "true" => Ok(Value::Plain("true".to_owned())),
            "no" | "false" => Ok(Value::Plain("false".to_owned())),
            _ => Err((format!("{} is neither yes nor no", quoted(text)), Some("write yes or no".to_owned()))),
        },
        Kind::Integer | Kind::Number => number(text, schema),
        Kind::Text | Kind::List | Kind::Object => words(text, schema, known),
    }
}

fn number(text: &str, schema: &Schema) -> Result<Value, Unfit> {
    let plain = text.strip_suffix(".0").unwrap_or(text);
    let is_written =
        plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'+' | b'e' | b'E'));
    let number = plain.parse::<f64>().ok().filter(|number| is_written && number.is_finite());
    let noun = if schema.kind == Kind::Integer { "a whole number" } else { "a number" };
    let Some(number) = number.filter(|number| schema.kind == Kind::Number || number.fract() == 0.0) else {
        let help = text
            .contains(',')
            .then(|| "write it with a point, and without signs between thousands".to_owned());
        return Err((format!("{} is not {noun}", quoted(text)), help));
    };
    if let Some(least) = schema.minimum.filter(|least| number < *least) {
        return Err((format!("{number} is below {least}"), None));
    }
    if let Some(most) = schema.maximum.filter(|most| number > *most) {
        return Err((format!("{number} is above {most}"), None));
    }
    Ok(Value::Plain(number.to_string()))
}

fn words(text: &str, schema: &Schema, known: &dyn Known) -> Result<Value, Unfit> {
    if !schema.values.is_empty() {
        return choice(text, &schema.values).map(Value::Text);
    }
    if let Some(least) = schema.min_length.filter(|least| (text.chars().count() as u64) < *least) {
        return Err((format!("at least {least} characters are needed"), None));
    }
    match schema.format {
        Some(Format::Date) => {
            return text.parse().map(Value::Day).map_err(|_| {
                (
                    format!("{} is no day of the calendar", quoted(text)),
                    Some("write it as 2026-01-31".to_owned()),
                )
            });
        }
        Some(Format::RecordType) if !known.is_type(text) => {
            return Err((
                format!("there is no record type {}", quoted(text)),
                Some("`probity list types` shows what there is".to_owned()),
            ));
        }
        Some(format) if !check::fits(format, text) => {
            return Err((
                format!("{} is not {}", quoted(text), format.noun()),
                Some(format!("it is {}", check::example(format))),
            ));
        }
        Some(_) | None => {}
    }
    let types = &schema.refers_to;
    if !types.is_empty() && !known.has(text, types) {
        let ids = known.ids(types);
        let of =
            if types.iter().any(|name| name == "any") { "document".to_owned() } else { types.join(" or ") };
        let near = nearest(text, ids.iter().map(String::as_str));
        let help = match (near, ids.as_slice()) {
            (Some(near), _) => format!("did you mean `{}`?", safe(near)),
            (None, []) => format!("there is no {of} yet: write it down first"),
            (None, ids) => format!("write an id such as `{}`, and not a name", safe(&ids[0])),
        };
        return Err((format!("{} is the id of no {of}", quoted(text)), Some(help)));
    }
    Ok(Value::Text(text.to_owned()))
}

/// One of several words. Capital letters, and blanks in the place of hyphens, mean the same.
fn choice(text: &str, values: &[String]) -> Result<String, Unfit> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
    let exact = values.iter().find(|value| *value == text);
    let like: Vec<&String> = values.iter().filter(|value| plain(value) == plain(text)).collect();
    if let Some(value) = exact.or_else(|| like.first().copied().filter(|_| like.len() == 1)) {
        return Ok(value.clone());
    }
    let allowed = format!("it is one of {}", values.join(", "));
    let help = match nearest(text, values.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? {allowed}"),
        None => allowed,
    };
    Err((format!("{} cannot stand here", quoted(text)), Some(help)))
}

/// Whether two texts of cells say the same.
pub(super) fn same(one: &str, other: &str, column: &Column<'_>) -> bool {
    if one == other {
        return true;
    }
    match column.schema.kind {
        _ if column.holds == Holds::Several => items(one) == items(other),
        Kind::Integer | Kind::Number => {
            matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one.total_cmp(&other).is_eq())
        }
        Kind::Truth => said(one).is_some() && said(one) == said(other),
        Kind::Text | Kind::List | Kind::Object => {
            one.lines().map(str::trim_end).eq(other.lines().map(str::trim_end))
        }
    }
}

fn said(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "true" => Some(truth(true)),
        "no" | "false" => Some(truth(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, report::register::columns};

    struct Few;

    impl Known for Few {
        fn is_type(&self, name: &str) -> bool {
            name == "risk"
        }

        fn has(&self, id: &str, types: &[String]) -> bool {
            id == "ROL-001" && types.iter().any(|name| name == "role" || name == "any")
        }

        fn ids(&self, types: &[String]) -> Vec<String> {
            if types.iter().any(|name| name == "role") { vec!["ROL-001".to_owned()] } else { Vec::new() }
        }
    }

    fn of(path: &str, text: &str) -> Result<Value, Unfit> {
        let catalog = Catalog::embedded();
        let columns = columns(catalog.record_type("risk").unwrap());
        let column = columns.iter().find(|column| column.path == path).unwrap();
        value(text, column, false, &Few)
    }

    #[test]
    fn a_text_is_a_value_where_it_can_be_one() {
        let text = |text: &str| Value::Text(text.to_owned());
        let plain = |text: &str| Value::Plain(text.to_owned());
        for (path, cell, expected) in [
            ("title", "no", text("no")),
            ("domain", "Information Security", text("information-security")),
            ("impact", "4", plain("4")),
            ("impact", "4.0", plain("4")),
            ("active", "TRUE", plain("true")),
            ("active", "no", plain("false")),
            ("owner", "ROL-001", text("ROL-001")),
            ("accepted_on", "2026-01-31", Value::Day("2026-01-31".parse().unwrap())),
            ("review_interval", "P1Y", text("P1Y")),
            ("tags", "a; b\n\"c;d\"", Value::List(vec![text("a"), text("b"), text("c"), text("d")])),
        ] {
            assert_eq!(of(path, cell), Ok(expected), "{path}: {cell}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_what_can_be() {
        for (path, cell, message, help) in [
            (
                "domain",
                "continuty",
                "`continuty` cannot stand here",
                "did you mean `continuity`? it is one of organization",
            ),
            ("impact", "high", "`high` is not a whole number", ""),
            ("impact", "3.5", "`3.5` is not a whole number", ""),
            ("impact", "1,000", "`1,000` is not a whole number", "write it with a point"),
            ("impact", "inf", "`inf` is not a whole number", ""),
            ("impact", "-1", "-1 is below 0", ""),
            ("active", "maybe", "`maybe` is neither yes nor no", "write yes or no"),
            ("accepted_on", "2026-02-30", "`2026-02-30` is no day of the calendar", "write it as 2026-01-31"),
            ("review_interval", "yearly", "`yearly` is not a duration", "it is a duration, written as P1Y"),
            ("owner", "ROL-01", "`ROL-01` is the id of no role", "did you mean `ROL-001`?"),
            (
                "services",
                "SVC-1",
                "`SVC-1` is the id of no service-portfolio-entry",
                "there is no service-portfolio-entry yet",
            ),
            (
                "description",
                &format!("a … [cut: 9{CUT}"),
                "the text was cut when the workbook was made",
                "write what is to stand there",
            ),
        ] {
            let (found, told) = of(path, cell).unwrap_err();
            assert_eq!(found, message);
            assert!(told.unwrap_or_default().starts_with(help), "{cell}");
        }
    }
}
