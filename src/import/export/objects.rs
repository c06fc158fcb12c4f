//! JSON: an array of records, an object that holds one, or one object a line. What is within an object is a column
//! `object.key`, and a list of single values is a column that repeats.

use std::{cell::RefCell, collections::HashMap, fmt, io::Read, ops::ControlFlow};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{
    CELLS_LIMIT, Cell, NoExport, ROW_LIMIT, ROWS_LIMIT, Row, Visit,
    metered::{Meter, Metered},
    too_many_cells, too_many_rows,
};

type Open<'o> = dyn Fn() -> Result<Box<dyn Read + 'o>, NoExport> + 'o;

pub(super) fn rows(
    file: &str,
    rows_in: &[String],
    open: &Open<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), NoExport> {
    // Which keys there are is known at the end only, so that all is read twice.
    let (mut header, mut counts): (Vec<String>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    each(file, rows_in, open()?, &mut |line, row| {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (key, _) in &row {
            let nth = seen.entry(key).and_modify(|nth| *nth += 1).or_insert(1);
            let known = counts.entry(key.clone()).or_default();
            if *nth > *known {
                *known += 1;
                let behind =
                    header.iter().rposition(|name| name == key).map_or(header.len(), |last| last + 1);
                header.insert(behind, key.clone());
            }
        }
        if header.len() > CELLS_LIMIT {
            Err(too_many_cells(file, line))
        } else {
            Ok(ControlFlow::Continue(()))
        }
    })?;
    let names: Vec<Cell<'_>> = header.iter().map(|name| Cell::Text(name)).collect();
    if visit(&Row { line: 0, cells: &names }).is_break() {
        return Ok(());
    }
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (column, name) in header.iter().enumerate() {
        first.entry(name).or_insert(column);
    }
    each(file, rows_in, open()?, &mut |line, row| {
        let mut cells = vec![Cell::Text(""); header.len()];
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (key, value) in &row {
            // What changed between the two readings has no column.
            let nth = seen.entry(key).and_modify(|nth| *nth += 1).or_insert(0);
            let column = first.get(key.as_str()).map(|first| first + *nth);
            if let Some(cell) = column
                .filter(|column| header.get(*column) == Some(key))
                .and_then(|column| cells.get_mut(column))
            {
                *cell = Cell::Text(value);
            }
        }
        Ok(visit(&Row { line, cells: &cells }))
    })
}

type Flat = Vec<(String, String)>;

/// Calls back with each record, flat.
fn each(
    file: &str,
    rows_in: &[String],
    reader: impl Read,
    found: &mut dyn FnMut(u64, Flat) -> Result<ControlFlow<()>, NoExport>,
) -> Result<(), NoExport> {
    let meter = Meter::new();
    let buffered =
        std::io::BufReader::with_capacity(8 * 1024, Metered { inner: reader, meter: meter.clone() });
    let mut deserializer = serde_json::Deserializer::from_reader(buffered);
    let state =
        RefCell::new(State { count: 0, is_ended: false, stopped: None, found, meter: meter.clone(), file });
    loop {
        if deserializer.end().is_ok() {
            break;
        }
        let read = Top { state: &state, rows_in, depth: 0 }.deserialize(&mut deserializer);
        if let Some(stopped) = state.borrow_mut().stopped.take() {
            return Err(stopped);
        }
        if state.borrow().is_ended {
            return Ok(());
        }
        if let Err(error) = read {
            let (why, help) = if meter.is_spent() {
                (format!("a record is longer than {} MiB", ROW_LIMIT >> 20), None)
            } else if error.to_string().contains("recursion limit") {
                ("it is nested more than 128 levels deep".to_owned(), None)
            } else {
                let help = "export it again; a file that was cut is not taken in part".to_owned();
                (error.to_string(), Some(help))
            };
            let at = Some(format!("line {}", error.line()));
            return Err(NoExport::Broken { file: file.to_owned(), at, why, help });
        }
    }
    Ok(())
}

struct State<'s> {
    count: u64,
    is_ended: bool,
    stopped: Option<NoExport>,
    found: &'s mut dyn FnMut(u64, Flat) -> Result<ControlFlow<()>, NoExport>,
    meter: Meter,
    file: &'s str,
}

impl State<'_> {
    fn take(&mut self, record: Map<String, Value>) -> Result<(), ()> {
        self.meter.row_ended();
        self.count += 1;
        let mut flat = Vec::new();
        flatten("", Value::Object(record), &mut flat);
        let taken = if self.count > ROWS_LIMIT {
            Err(too_many_rows(self.file))
        } else {
            (self.found)(self.count, flat)
        };
        match taken {
            Ok(ControlFlow::Continue(())) => Ok(()),
            Ok(ControlFlow::Break(())) => {
                self.is_ended = true;
                Err(())
            }
            Err(stopped) => {
                self.stopped = Some(stopped);
                Err(())
            }
        }
    }
}

/// The whole, or what a key of it holds.
#[derive(Clone, Copy)]
struct Top<'s, 'f> {
    state: &'s RefCell<State<'f>>,
    rows_in: &'s [String],
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element::<Map<String, Value>>()? {
            self.state.borrow_mut().take(record).map_err(|()| A::Error::custom("stopped"))?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut record, mut holds_rows) = (Map::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            if self.depth == 0 && self.rows_in.contains(&key) && !holds_rows {
                holds_rows = true;
                map.next_value_seed(Top { depth: 1, ..self })?;
            } else if holds_rows {
                map.next_value::<IgnoredAny>()?;
            } else {
                record.insert(key, map.next_value()?);
            }
        }
        if holds_rows {
            return Ok(());
        }
        self.state.borrow_mut().take(record).map_err(|()| A::Error::custom("stopped"))
    }
}

/// A reference of the table API is the value it shows, with the stored one beside it.
fn flatten(key: &str, value: Value, flat: &mut Flat) {
    let within = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Null => flat.push((key.to_owned(), String::new())),
        Value::Bool(is) => flat.push((key.to_owned(), is.to_string())),
        Value::Number(number) => flat.push((key.to_owned(), number.to_string())),
        Value::String(text) => flat.push((key.to_owned(), text)),
        Value::Array(items) => items.into_iter().for_each(|item| flatten(key, item, flat)),
        Value::Object(mut fields) => {
            if !key.is_empty() {
                let shown = fields.remove("display_value");
                match (shown, fields.get("value")) {
                    (Some(shown), _) => flatten(key, shown, flat),
                    (None, Some(_)) => {
                        let value = fields.remove("value").unwrap_or_default();
                        flatten(key, value, flat);
                        fields.remove("link");
                    }
                    (None, None) => {}
                }
            }
            for (name, value) in fields {
                flatten(&within(&name), value, flat);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let mut found = Vec::new();
        let open: &Open<'_> = &|| Ok(Box::new(text.as_bytes()));
        rows("a.json", &["result".to_owned()], open, &mut |row| {
            let text = |cell: &Cell<'_>| match cell {
                Cell::Text(text) => (*text).to_owned(),
                other => format!("{other:?}"),
            };
            found.push(row.cells.iter().map(text).collect::<Vec<_>>().join("|"));
            ControlFlow::Continue(())
        })
        .map_err(|error| error.to_string())?;
        Ok(found.join(" / "))
    }

    #[test]
    fn records_are_found_in_whatever_holds_them() {
        for text in [
            r#"[{"a": 1, "b": true}, {"a": null, "c": "x"}]"#,
            r#"{"result": [{"a": 1, "b": true}, {"a": null, "c": "x"}], "more": [1]}"#,
            "{\"a\": 1, \"b\": true}\n{\"a\": null, \"c\": \"x\"}\n",
        ] {
            assert_eq!(read(text).unwrap(), "a|b|c / 1|true| / ||x", "{text}");
        }
    }

    #[test]
    fn what_is_nested_lies_flat_and_what_repeats_is_kept() {
        let text = r#"[{"l": ["x", "y"], "c": {"display_value": "Ann", "value": "62ab"}, "n": {"m": 1}},
                       {"l": ["z"], "c": {"link": "https://x", "value": "77cd"}}]"#;
        assert_eq!(read(text).unwrap(), "l|l|c|c.value|n.m / x|y|Ann|62ab|1 / z||77cd||");
    }

    #[test]
    fn what_is_no_list_of_records_is_told_with_its_place() {
        let deep = "[".repeat(10_000);
        let long = format!("[{{\"a\": \"{}\"}}]", "x".repeat(5 << 20));
        for (text, message) in [
            ("[{\"a\": 1},\n{\"a\"", "`a.json` cannot be read at line 2: EOF while parsing"),
            ("[1]", "`a.json` cannot be read at line 1: invalid type: integer `1`, expected a map"),
            (
                &*format!("[{{\"a\": {deep}"),
                "`a.json` cannot be read at line 1: it is nested more than 128 levels deep",
            ),
            (&*long, "`a.json` cannot be read at line 1: a record is longer than 4 MiB"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.starts_with(message), "{told}");
        }
    }
}
