//! A document of [`super::super::document`] as a page, and a page that leads to several.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{HtmlError, Ready, Set, Template, make_safe, markdown, template};
use crate::model::File;

static DOCUMENT: Set = Set {
    folder: "document",
    script: "",
    templates: &[
        template!("document", "page.html", true),
        template!("document", "index.html", true),
        template!("shared", "head.html", true),
        template!("document", "values.html", true),
        template!("document", "states.css", true),
        template!("document", "content.html", false),
        template!("document", "style.css", false),
    ],
};

/// The files of the pages there are, by the ids of the documents.
pub type Files = BTreeMap<String, String>;

/// Makes pages of documents.
pub struct Pages<'p> {
    ready: Ready<'p>,
    others: &'p Files,
    own: &'p [File],
    /// The page that leads to them, and what it is called.
    above: (&'p str, &'p str),
}

impl<'p> Pages<'p> {
    /// By templates of the organization's own in the place of some of ours. Pages lead to the others there are.
    ///
    /// # Errors
    ///
    /// If a template cannot be used.
    pub fn new(others: &'p Files, own: &'p [File]) -> Result<Self, HtmlError> {
        Ok(Self { ready: DOCUMENT.ready(own)?, others, own, above: ("index.html", "All documents") })
    }

    /// The same below another page, by its address and its name.
    #[must_use]
    pub fn below(self, address: &'p str, name: &'p str) -> Self {
        Self { above: (address, name), ..self }
    }

    /// The page of a document.
    ///
    /// # Errors
    ///
    /// If a template cannot be filled.
    pub fn render(&self, document: &Value) -> Result<String, HtmlError> {
        let mut context = context(document, self.others, self.own)?;
        context["view"]["above"] = json!({"address": self.above.0, "name": self.above.1});
        self.ready.page("page.html", &context)
    }
}

/// All that a template can use: the document, and under `view` what is worked out for the page.
///
/// # Errors
///
/// If a style cannot be used.
pub fn context(document: &Value, others: &Files, own: &[File]) -> Result<Value, HtmlError> {
    let mut context = document.clone();
    make_safe(&mut context);
    let page = &context["document"];
    let told = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let version = page["version"].as_str().map(|version| format!(" · version {version}"));
    let above = format!("{} {}{}", told(&page["id"]), told(&page["title"]), version.unwrap_or_default());
    let status = page["status"].as_str().map(|status| format!("{status} · ")).unwrap_or_default();
    let digest: String = told(&page["digest"]).chars().take(26).collect();
    let title = format!("{} {}", told(&page["id"]), told(&page["title"]));
    let mut view =
        DOCUMENT.dress(&title, [&above, &format!("{status}{} · {digest}", commit(&context))], own)?;
    let mut linked = Map::new();
    each_id(page, &mut |id| {
        if let Some(file) = others.get(id) {
            linked.insert(id.to_owned(), json!(file));
        }
    });
    let parts = context["changes"]["paragraphs"].as_array();
    view["text_is_same"] = json!(parts.is_none_or(|parts| parts.iter().all(|part| part["turn"] == "kept")));
    view["body"] = json!(page["body"].as_str().map(markdown::page));
    view["linked"] = Value::Object(linked);
    view["has_index"] = json!(!others.is_empty());
    view["above"] = json!({"address": "index.html", "name": "All documents"});
    let Some(fields) = context.as_object_mut() else { return Err(HtmlError::NoReport) };
    fields.insert("view".to_owned(), view);
    Ok(context)
}

/// The page that leads to all pages there are, by the titles of their types.
///
/// # Errors
///
/// If a template cannot be used.
pub fn index(documents: &[Value], files: &Files, own: &[File]) -> Result<String, HtmlError> {
    let mut kinds: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for document in documents {
        let page = &document["document"];
        let kind = page["type_title"].as_str().filter(|title| !title.is_empty()).unwrap_or("Others");
        let file = page["id"].as_str().and_then(|id| files.get(id));
        kinds.entry(kind.to_owned()).or_default().push(json!({
            "id": page["id"], "title": page["title"], "version": page["version"], "status": page["status"], "file": file,
        }));
    }
    let Some(first) = documents.first() else { return Err(HtmlError::NoReport) };
    let kinds = kinds.into_iter().map(|(title, pages)| json!({"title": title, "pages": pages}));
    let mut context = json!({
        "tool": first["tool"], "organization": first["organization"], "snapshot": first["snapshot"],
        "commit": first["commit"], "as_of": first["as_of"], "kinds": kinds.collect::<Vec<_>>(),
    });
    make_safe(&mut context);
    let organization = context["organization"].as_str().unwrap_or("Service management system").to_owned();
    context["view"] = {
        let title = format!("Documents of {organization}");
        DOCUMENT.dress(&title, [&title, commit(&context)], own)?
    };
    DOCUMENT.ready(own)?.page("index.html", &context)
}

fn commit(context: &Value) -> &str {
    context["commit"].as_str().and_then(|id| id.get(..10)).unwrap_or("files on disk")
}

/// Calls back with every id of another document that a page shows.
fn each_id(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("id", Value::String(id)) => found(id),
                    _ => each_id(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| each_id(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Names for the files of pages: letters, digits, `-`, `_` and `.` of ASCII, no two the same but for their case.
pub fn files<'i>(ids: impl Iterator<Item = &'i str>) -> Files {
    let mut taken = std::collections::BTreeSet::from(["index".to_owned()]);
    ids.map(|id| {
        let plain = |character: char| {
            let is_plain = character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
            if is_plain { character } else { '-' }
        };
        let name: String = id.chars().map(plain).take(100).collect();
        let name = name.trim_matches('.').to_owned();
        let mut other = name.clone();
        let mut number = 2;
        while other.is_empty() || !taken.insert(other.to_ascii_lowercase()) {
            other = format!("{name}--{number}");
            number += 1;
        }
        (id.to_owned(), format!("{other}.html"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_a_file_of_its_own_on_every_system() {
        let files = files(["POL-1", "pol-1", "Index", "../x", "..", "ü/é"].into_iter());
        let names: Vec<&str> = files.values().map(String::as_str).collect();
        assert_eq!(
            names,
            ["--2.html", "-x.html", "Index--2.html", "POL-1.html", "pol-1--2.html", "---.html"]
        );
    }
}
