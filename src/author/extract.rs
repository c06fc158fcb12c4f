//! The document of a sealed extract, new or brought up to date; and records as a list of entries. What people wrote in the
//! document beside what the import says stays as it is, comments too.

use std::{borrow::Cow, sync::Arc};

use super::{
    AuthorError, Change, Revision,
    compare::{holds, is},
    field::changed,
    value::{Fields, Value, as_document, of_item},
};
use crate::{
    corpus::{COLLECTION, ENTRIES},
    repository::FILE_SIZE_LIMIT,
    text::Source,
    yaml::{self, Limits},
};

/// The text of a file with the document of an extract, which has an id among its fields.
///
/// # Errors
///
/// If the file is there and is not written so that one can write into it, or does not read as it should.
pub fn sealing(
    path: &str,
    before: Option<&str>,
    comment: &str,
    id: &str,
    fields: &Fields,
) -> Result<String, AuthorError> {
    if let Some(text) = before {
        let set = |(number, (name, value)): (usize, &(Cow<'static, str>, Value))| Change {
            path: vec![name.to_string()],
            to: Some(value.clone()),
            behind: fields[..number].iter().rev().map(|(before, _)| before.to_string()).collect(),
        };
        let changes = fields.iter().enumerate().map(set).collect();
        return changed(path, text, &[Revision { id: id.to_owned(), changes }]);
    }
    let text = format!("# {comment}\n{}", as_document(fields));
    let stream = yaml::read(Arc::new(Source::new(path, text.as_str())), &Limits::default());
    let is_as_meant =
        stream.problems().is_empty() && stream.documents().next().is_some_and(|node| holds(node, fields));
    if is_as_meant { Ok(text) } else { Err(AuthorError::NotAsMeant { path: path.to_owned(), line: 1 }) }
}

/// The text of a new file with records as a list of entries.
///
/// # Errors
///
/// If it does not read as it should.
pub fn collection(
    path: &str,
    comment: &str,
    record_type: &str,
    entries: &[serde_json::Value],
) -> Result<String, AuthorError> {
    let mut text = format!("# {comment}\n{COLLECTION}: {record_type}\n{ENTRIES}:\n");
    let values: Vec<Value> = entries.iter().map(of_json).collect();
    for line in values.iter().flat_map(|value| of_item(value, 2)) {
        text.push_str(&line);
        text.push('\n');
    }
    if text.len() as u64 > FILE_SIZE_LIMIT {
        return Err(AuthorError::TooLarge { path: path.to_owned() });
    }
    let stream = yaml::read(Arc::new(Source::new(path, text.as_str())), &Limits::default());
    let list = stream.documents().next().and_then(|node| node.mapping()?.get(ENTRIES));
    let is_as_meant = stream.problems().is_empty() && list.is_some_and(|list| is(list, &Value::List(values)));
    if is_as_meant { Ok(text) } else { Err(AuthorError::NotAsMeant { path: path.to_owned(), line: 1 }) }
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Plain("null".to_owned()),
        serde_json::Value::Bool(is) => Value::Plain(is.to_string()),
        serde_json::Value::Number(number) => Value::Plain(number.to_string()),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(of_json).collect()),
        serde_json::Value::Object(fields) => {
            Value::Fields(fields.iter().map(|(key, value)| (key.clone().into(), of_json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(rows: &str) -> Fields {
        vec![
            ("type".into(), Value::Text("extract".to_owned())),
            ("id".into(), Value::Text("EXT-1".to_owned())),
            ("rows".into(), Value::Plain(rows.to_owned())),
            ("without".into(), Value::List(vec![Value::Text("holds".to_owned())])),
            (
                "indicators".into(),
                Value::List(vec![Value::Fields(vec![
                    ("name".into(), Value::Text("records".to_owned())),
                    ("value".into(), Value::Plain(rows.to_owned())),
                ])]),
            ),
        ]
    }

    #[test]
    fn a_document_is_made_and_brought_up_to_date() {
        let new = sealing("a.yaml", None, "Made by an import.", "EXT-1", &fields("2")).unwrap();
        assert_eq!(
            new,
            "# Made by an import.\ntype: extract\nid: EXT-1\nrows: 2\nwithout: [holds]\nindicators:\n  - name: records\n    value: 2\n"
        );
        assert_eq!(sealing("a.yaml", Some(&new), "", "EXT-1", &fields("2")).unwrap(), new);
        let of_people = "# Ours\ntype: extract\nid: EXT-1  # the first\nrows: 2 # counted\nowner: ROL-1\nindicators:\n  # all\n  - {name: records, value: 2}\n\n# behind\nnote: >-\n  Ours\n";
        assert_eq!(
            sealing("a.yaml", Some(of_people), "", "EXT-1", &fields("3")).unwrap(),
            "# Ours\ntype: extract\nid: EXT-1  # the first\nrows: 3 # counted\nwithout: [holds]\nowner: ROL-1\nindicators:\n  # all\n  - {name: records, value: 3}\n\n# behind\nnote: >-\n  Ours\n"
        );
        let crlf = new.replace('\n', "\r\n");
        let grown = sealing("a.yaml", Some(&crlf), "", "EXT-1", &fields("3")).unwrap();
        assert_eq!(grown, crlf.replace("rows: 2", "rows: 3").replace("value: 2", "value: 3"));
        let flow = "{type: extract, id: EXT-1, rows: 2}\n";
        assert_eq!(
            sealing("a.yaml", Some(flow), "", "EXT-1", &fields("3")).unwrap(),
            "{type: extract, id: EXT-1, rows: 3, without: [holds], indicators: [{name: records, value: 3}]}\n"
        );
    }

    #[test]
    fn records_are_written_as_entries_that_come_back() {
        let records = [
            serde_json::json!({"id": "I-1", "title": "no", "n": 3, "ok": true, "l": ["a", "1"], "s": {"says": [{"name": "x", "value": "8.10"}]}}),
        ];
        assert_eq!(
            collection("a.yaml", "Made by an import.", "incident", &records).unwrap(),
            "# Made by an import.\ncollection: incident\nentries:\n  - id: I-1\n    title: \"no\"\n    n: 3\n    ok: true\n    l: [a, \"1\"]\n    s:\n      says:\n        - name: x\n          value: \"8.10\"\n"
        );
    }
}
