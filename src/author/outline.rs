//! A new document: what is known of it, and as comments what else belongs there. A comment is no value, so that a
//! document says only what a person has said.

use std::fmt::Write as _;

use super::scalar::{Written, in_brackets, written};
use crate::model::{Category, Complete, DateRole, Format, Kind, RecordType, Schema};

/// Lines are broken here where they can be.
const WIDTH: usize = 108;

/// What is known of a new document.
#[derive(Clone, Debug)]
pub struct Outline<'o> {
    /// Its type.
    pub record_type: &'o RecordType,
    /// Its id.
    pub id: &'o str,
    /// Its title.
    pub title: &'o str,
    /// Values of other fields, by name.
    pub given: &'o [(String, Given)],
    /// Fields that are to be filled beside those that have to be once it is settled; nested ones with a dot.
    pub asked: &'o [&'o str],
    /// Fields that it has from its list.
    pub defaults: &'o [String],
    /// Whether every field is shown.
    pub full: bool,
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text, quoted where that has to be.
    Text(String),
    /// A number, a truth value or a day, as it stands.
    Plain(String),
    /// A list of texts.
    List(Vec<String>),
    /// Fields with their values.
    Fields(Vec<(String, Given)>),
}

impl Outline<'_> {
    /// As a mapping of its own.
    pub fn as_document(&self) -> Vec<String> {
        self.lines(true)
    }

    /// As an entry of a list of its type.
    pub fn as_entry(&self) -> Vec<String> {
        self.lines(false)
    }

    fn lines(&self, with_type: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let (of_all, asked) = (self.record_type.shape.fields.iter(), self.asked_fields());
        for (name, schema) in of_all {
            let known = match name.as_str() {
                "type" if !with_type => continue,
                "type" => Some(Given::Text(self.record_type.id.clone())),
                "id" => Some(Given::Text(self.id.to_owned())),
                "title" => Some(Given::Text(self.title.to_owned())),
                _ => self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone()),
            };
            let known = known.or_else(|| match (name.as_str(), self.record_type.category) {
                _ if self.defaults.contains(name) => None,
                ("status", Category::Document) => Some(Given::Text("draft".to_owned())),
                ("version", Category::Document) => Some(Given::Text("0.1".to_owned())),
                _ => None,
            });
            match known {
                Some(value) => of_value(name, &value, 0, &mut lines),
                None if self.defaults.contains(name) => {}
                None => {
                    let wanted = asked.iter().filter(|field| is_at(field, name));
                    let wanted: Vec<&str> =
                        wanted.map(|field| field.get(name.len() + 1..).unwrap_or("")).collect();
                    if self.full || !wanted.is_empty() {
                        self.prompt(name, schema, &wanted, "", &mut lines);
                    }
                }
            }
        }
        lines
    }

    /// The fields that have to be filled once it is settled, and those that are asked for beside them. What an approval
    /// writes, nobody fills in by hand.
    fn asked_fields(&self) -> Vec<&str> {
        let applies = |group: &&Complete| {
            group.when.iter().all(|condition| {
                let given = self.given.iter().find(|(name, _)| *name == condition.field);
                matches!(given, Some((_, Given::Text(value) | Given::Plain(value))) if condition.values.contains(value))
            })
        };
        let complete = self.record_type.complete.iter().filter(applies).flat_map(|group| &group.fields);
        let is_of_control = |field: &&str| {
            let first = field.split('.').next().unwrap_or_default();
            let schema = self.record_type.shape.at(first);
            schema.is_some_and(|schema| schema.control)
                && !["review_interval", "reviewed_on"].contains(&first)
        };
        complete
            .map(String::as_str)
            .chain(self.asked.iter().copied())
            .filter(|field| !is_of_control(field))
            .collect()
    }

    /// A field as a comment: whoever takes the sign away has the field, and what belongs there behind it.
    fn prompt(&self, name: &str, schema: &Schema, wanted: &[&str], indent: &str, lines: &mut Vec<String>) {
        let of = schema.items.as_deref().unwrap_or(schema);
        let is_list = schema.kind == Kind::List;
        let head =
            format!("# {indent}{name}:{}", if is_list && of.kind != Kind::Object { " []" } else { "" });
        let hint = hint(schema);
        let line = format!("{head}  # {hint}");
        if line.chars().count() <= WIDTH {
            lines.push(line);
        } else {
            let margin = indent.replace('-', " ");
            let room = WIDTH.saturating_sub("# # ".len() + margin.len());
            let options = textwrap::Options::new(room).word_splitter(textwrap::WordSplitter::NoHyphenation);
            lines.extend(textwrap::wrap(&hint, options).iter().map(|line| format!("# {margin}# {line}")));
            lines.push(head);
        }
        if of.kind != Kind::Object {
            return;
        }
        let mut first = is_list;
        for (field, schema) in &of.fields {
            let within: Vec<&str> = wanted.iter().copied().filter(|name| is_at(name, field)).collect();
            let is_wanted = !within.is_empty() || self.full || wanted.iter().all(|name| name.is_empty());
            if !is_wanted {
                continue;
            }
            let deeper = match (is_list, first) {
                (true, true) => format!("{indent}  - "),
                (true, false) => format!("{indent}    "),
                (false, _) => format!("{indent}  "),
            };
            first = false;
            let within: Vec<&str> =
                within.iter().map(|name| name.get(field.len() + 1..).unwrap_or("")).collect();
            self.prompt(field, schema, &within, &deeper, lines);
        }
    }
}

/// Whether a path such as `approval.by` begins with a field.
fn is_at(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What belongs into a field, and how it is written.
fn hint(schema: &Schema) -> String {
    let of = schema.items.as_deref().unwrap_or(schema);
    let mut hint = schema.description.clone();
    if !of.values.is_empty() {
        let _ = write!(
            hint,
            "; {} {}",
            if schema.kind == Kind::List { "of" } else { "one of" },
            of.values.join(", ")
        );
    } else if !of.refers_to.is_empty() && of.refers_to != ["any"] {
        let article = if schema.kind == Kind::List { "ids of type" } else { "the id of a" };
        let _ = write!(hint, "; {article} {}", of.refers_to.join(" or "));
    } else {
        let written = match (of.format, of.date) {
            (Some(Format::Date), Some(DateRole::Event)) => "; a day that has come, as 2026-01-31",
            (Some(Format::Date), _) => "; as 2026-01-31",
            (Some(Format::DateTime), _) => "; as 2026-01-31T14:00:00+01:00",
            (Some(Format::Duration), _) if !hint.contains("P1Y") => "; as P1Y or PT4H",
            _ if of.kind == Kind::Truth => "; true or false",
            _ if of.kind == Kind::Integer => "; a whole number",
            _ => "",
        };
        hint.push_str(written);
    }
    hint
}

fn of_value(name: &str, value: &Given, indent: usize, lines: &mut Vec<String>) {
    let head = format!("{}{name}:", " ".repeat(indent));
    match value {
        Given::Plain(text) => lines.push(format!("{head} {text}")),
        Given::Text(text) => {
            let left = |columns: usize| WIDTH.saturating_sub(columns);
            match written(text, left(head.chars().count() + 1), left(indent + 2)) {
                Written::Line(line) => lines.push(format!("{head} {line}")),
                Written::Block(sign, block) => {
                    lines.push(format!("{head} {sign}"));
                    let indented = block.into_iter().map(|line| match line.as_str() {
                        "" => line,
                        _ => format!("{}{line}", " ".repeat(indent + 2)),
                    });
                    lines.extend(indented);
                }
            }
        }
        Given::List(items) => {
            let items: Vec<String> = items.iter().map(|item| in_brackets(item)).collect();
            lines.push(format!("{head} [{}]", items.join(", ")));
        }
        Given::Fields(fields) => {
            lines.push(head);
            for (name, value) in fields {
                of_value(name, value, indent + 2, lines);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        catalog::Catalog,
        text::Source,
        yaml::{self, Limits},
    };

    fn outline<'o>(catalog: &'o Catalog, name: &str) -> Outline<'o> {
        let record_type = catalog.record_type(name).unwrap();
        Outline { record_type, id: "X-001", title: "no", given: &[], asked: &[], defaults: &[], full: true }
    }

    /// The names of the fields of the first document of a text.
    fn fields(text: &str) -> Vec<String> {
        let stream = yaml::read(Arc::new(Source::new("a.yaml", text)), &Limits::default());
        assert!(stream.problems().is_empty(), "{:?}\n{text}", stream.problems());
        let root = stream.documents().next().unwrap();
        root.mapping().unwrap().entries().filter_map(|(key, _)| key.text()).map(str::to_owned).collect()
    }

    #[test]
    fn a_new_document_says_who_it_is_and_nothing_else() {
        let catalog = Catalog::embedded();
        let policy = outline(&catalog, "service-management-policy").as_document().join("\n");
        assert!(policy.contains("title: \"no\"\n"), "{policy}");
        assert_eq!(fields(&policy), ["type", "id", "title", "status", "version"]);
        assert_eq!(fields(&outline(&catalog, "risk").as_entry().join("\n")), ["id", "title"]);
    }

    #[test]
    fn whoever_takes_the_signs_away_has_every_field_of_every_type() {
        let catalog = Catalog::embedded();
        for name in catalog.type_ids().map(str::to_owned).collect::<Vec<_>>() {
            let lines = outline(&catalog, &name).as_document();
            let bare = |line: &String| line.strip_prefix("# ").unwrap_or(line).to_owned();
            let text = lines.iter().map(bare).collect::<Vec<_>>().join("\n");
            let known: Vec<&String> =
                catalog.record_type(&name).unwrap().shape.fields.iter().map(|(name, _)| name).collect();
            assert_eq!(fields(&text).iter().collect::<Vec<_>>(), known, "{name}");
            assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{name}");
        }
    }

    #[test]
    fn what_is_given_is_written_and_asks_what_follows_from_it() {
        let catalog = Catalog::embedded();
        let given = [
            ("treatment".to_owned(), Given::Text("accept".to_owned())),
            ("likelihood".to_owned(), Given::Plain("3".to_owned())),
            ("services".to_owned(), Given::List(vec!["SVC-001".to_owned(), "a, b".to_owned()])),
        ];
        let outline = Outline { given: &given, full: false, ..outline(&catalog, "risk") };
        let text = outline.as_entry().join("\n");
        assert!(text.contains("\ntreatment: accept\n") && text.contains("\nlikelihood: 3\n"), "{text}");
        assert!(text.contains("\nservices: [SVC-001, \"a, b\"]\n"), "{text}");
        assert!(text.contains("# accepted_by:") && !text.contains("residual_score"), "{text}");
    }
}
