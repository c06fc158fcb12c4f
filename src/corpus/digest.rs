//! The approved digest: what of a document an approval is given for, in one canonical form.
//!
//! The form is JSON as RFC 8785 canonicalizes it, of one object:
//!
//! - the document's own fields, with the defaults of its collection, aliases and merges expanded, every
//!   single value a string as it was written, without quotes;
//! - without the fields that a schema marks `x-control`: version, status, approval, review and the like;
//! - `type`, also of an entry whose collection says it; of a register `collection` and, under `entries`,
//!   the form of each entry by its id;
//! - under `body` its text, whether it stands in `body`, behind front matter or in the file that
//!   `body_file` names, with line feeds at line ends and without white space at these and around;
//! - under `files`, for the file in the repository that `held_in` names, its path and SHA-256, of a text
//!   with line feeds at line ends.

use serde_json::{Map, Value, json};

use super::documents::{Document, Documents, Shape};
use crate::{
    model::{Digest, Missing, Schema, Target, sha256, with_line_feeds},
    yaml::{Kind, Mapping, Node},
};

/// Why a document has no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", missing.told(path))]
pub struct Undigested {
    /// The file that belongs to its content.
    pub path: String,
    /// Why it cannot be had.
    pub missing: Missing,
}

impl Documents<'_> {
    /// The approved digest of a document.
    ///
    /// # Errors
    ///
    /// If a file that belongs to its content cannot be had.
    pub fn digest(&self, number: u32) -> Result<Digest, Undigested> {
        let mut form = self.form(self.at(number))?;
        if self.at(number).shape == Shape::Register {
            let mut entries = Map::new();
            for (_, entry) in self.entries_of(number) {
                let id = entry.id().map_or("", |(id, _)| id).to_owned();
                form.entry("collection").or_insert_with(|| json!(entry.type_name.map(|(name, _)| name)));
                match entries.entry(id).or_insert_with(|| json!([])) {
                    Value::Array(same) => same.push(Value::Object(self.form(entry)?)),
                    _ => unreachable!("only lists were put in"),
                }
            }
            form.insert("entries".to_owned(), Value::Object(entries));
        }
        Ok(Digest::of(&canonical(&Value::Object(form))))
    }

    /// The object that is canonicalized.
    fn form(&self, document: &Document<'_>) -> Result<Map<String, Value>, Undigested> {
        let schema = document.record_type.map(|record_type| &record_type.shape);
        let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
        let inherited =
            inherited.filter(|(key, _)| key.text().is_some_and(|name| document.fields.get(name).is_none()));
        let mut form = fields(document.fields.entries().chain(inherited), schema);
        if document.shape == Shape::Register {
            form.insert("type".to_owned(), json!("register"));
        } else if let Some((name, _)) = document.type_name {
            form.insert("type".to_owned(), json!(name));
        }
        self.add_body(document, &mut form)?;
        self.add_files(document, &mut form)?;
        Ok(form)
    }

    fn add_body(&self, document: &Document<'_>, form: &mut Map<String, Value>) -> Result<(), Undigested> {
        let mut texts = Vec::new();
        texts.extend(document.get("body").and_then(Node::text).map(str::to_owned));
        texts.extend(document.body.map(|body| document.source.slice(body).to_owned()));
        if let Some(Target::Path(path)) = document.get("body_file").and_then(Node::text).map(Target::of) {
            let bytes = self.bytes(&path)?;
            form.remove("body_file");
            match String::from_utf8(bytes) {
                Ok(text) => texts.push(text),
                Err(error) => texts.push(format!("sha256:{}", sha256(error.as_bytes()))),
            }
        }
        let text = texts.iter().map(|text| plain_lines(text)).filter(|text| !text.is_empty());
        let text: Vec<String> = text.collect();
        if !text.is_empty() {
            form.insert("body".to_owned(), json!(text.join("\n")));
        }
        Ok(())
    }

    fn add_files(&self, document: &Document<'_>, form: &mut Map<String, Value>) -> Result<(), Undigested> {
        let Some(Target::Path(path)) = document.get("held_in").and_then(Node::text).map(Target::of) else {
            return Ok(());
        };
        let digest = sha256(&with_line_feeds(self.bytes(&path)?));
        form.insert("files".to_owned(), json!({path: digest}));
        Ok(())
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, Undigested> {
        self.attachments.bytes(path).map_err(|missing| Undigested { path: path.to_owned(), missing })
    }
}

/// A text without what an editor changes on its own.
fn plain_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split('\n').map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

fn fields<'c>(
    entries: impl Iterator<Item = (Node<'c>, Node<'c>)>,
    schema: Option<&Schema>,
) -> Map<String, Value> {
    let mut object = Map::new();
    for (key, value) in entries {
        let name = key.text().unwrap_or_default();
        let field = schema
            .and_then(|schema| schema.fields.iter().find(|(known, _)| known == name).map(|(_, field)| field));
        // Of a key that stands twice, the first counts.
        if !field.is_some_and(|field| field.control) && !object.contains_key(name) {
            object.insert(name.to_owned(), form_of(value, field));
        }
    }
    object
}

/// A value as it was written, whatever its white space, comments and quotes: for comparing.
pub fn plain(node: Node<'_>) -> Value {
    form_of(node, None)
}

fn form_of(node: Node<'_>, schema: Option<&Schema>) -> Value {
    match node.kind() {
        Kind::Scalar(scalar) => json!(scalar.text),
        Kind::Sequence(sequence) => {
            let items = schema.and_then(|schema| schema.items.as_deref());
            sequence.items().map(|item| form_of(item, items)).collect()
        }
        Kind::Mapping(mapping) => Value::Object(fields(mapping.entries(), schema)),
    }
}

/// RFC 8785 of a value that holds no numbers: keys in the order of their UTF-16 code units, no white
/// space, and strings escaped as `serde_json` does it, which is what the RFC wants.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            let entries: Vec<String> =
                keys.iter().map(|key| format!("{}:{}", json!(key), canonical(&object[*key]))).collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        single => single.to_string(),
    }
}
