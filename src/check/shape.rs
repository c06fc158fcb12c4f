//! Whether a document holds what its type allows: every violation, at its narrowest place, in words
//! of the field.

use super::{format, rule};
use crate::{
    catalog::Catalog,
    corpus::{COLLECTION, Collection, DEFAULTS, Document, ENTRIES, Field, REGISTER, Shape},
    model::{Draft, Finding, Format, Kind as Holds, Place, Schema},
    text::{Source, Span, nearest, quoted},
    yaml::{Form, Kind, Node, Scalar},
};

/// What is wrong with the shape of a document.
pub(super) fn of_document(types: &Catalog, document: &Document<'_>) -> Vec<Finding> {
    let Some(record_type) = document.record_type else {
        // Of an entry, its collection is told; of a row, the document that speaks of its extract.
        return match document.shape {
            Shape::Entry | Shape::Row => Vec::new(),
            Shape::Single | Shape::Register => vec![unknown_type(types, document)],
        };
    };
    let id = document.id().map(|(id, _)| id);
    let mut seen =
        Shapes { types, source: document.source, id, type_name: &record_type.id, findings: Vec::new() };
    let schema = &record_type.shape;
    // Of an entry, the collection says the type.
    let missing = schema.required.iter().filter(|name| {
        let told = name.as_str() == "type" && document.shape != Shape::Single;
        !told && document.get(name).is_none()
    });
    for name in missing {
        let values = schema.at(name).map_or(&[][..], |field| &field.values);
        let what = schema.at(name).map_or("", |field| field.description.as_str());
        let help = if values.is_empty() {
            format!("write `{name}: ..` ({})", lower(what))
        } else {
            format!("write `{name}: ..`, one of {}", values.join(", "))
        };
        seen.tell(
            "SHAPE-01",
            (document.node, document.head()),
            &Field::named(name, None),
            format!("{} has no `{name}`", of(document)),
            Some(help),
        );
    }
    seen.fields(document.fields.entries(), schema, None);
    seen.findings
}

/// What is wrong with a collection around its entries.
pub(super) fn of_collection(types: &Catalog, collection: &Collection<'_>) -> Vec<Finding> {
    const KEYS: [&str; 4] = [COLLECTION, REGISTER, DEFAULTS, ENTRIES];
    let type_name = collection.type_name.map_or("TYPE", |(name, _)| name);
    let mut seen = Shapes { types, source: collection.source, id: None, type_name, findings: Vec::new() };
    for (key, value) in collection.fields.entries() {
        match key.text().unwrap_or_default() {
            ENTRIES => match value.kind() {
                Kind::Sequence(entries) => {
                    for (index, entry) in
                        entries.items().enumerate().filter(|(_, entry)| entry.mapping().is_none())
                    {
                        let message = format!("entry {} of the collection is no document", index + 1);
                        let help = "write each entry as keys and values".to_owned();
                        seen.tell(
                            "SHAPE-03",
                            (entry, entry.span()),
                            &Field::item(index, &Field::named(ENTRIES, None)),
                            message,
                            Some(help),
                        );
                    }
                }
                Kind::Scalar(_) | Kind::Mapping(_) => {
                    let help =
                        "write each entry on lines of its own, the first beginning with `- `".to_owned();
                    seen.tell(
                        "SHAPE-03",
                        (value, value.span()),
                        &Field::named(ENTRIES, None),
                        "`entries` is no list".to_owned(),
                        Some(help),
                    );
                }
            },
            DEFAULTS => match (value.mapping(), collection.record_type) {
                (Some(defaults), Some(record_type)) => {
                    seen.fields(defaults.entries(), &record_type.shape, Some(&Field::named(DEFAULTS, None)));
                }
                (None, _) => {
                    seen.tell(
                        "SHAPE-03",
                        (value, value.span()),
                        &Field::named(DEFAULTS, None),
                        "`defaults` holds no fields".to_owned(),
                        None,
                    );
                }
                (Some(_), None) => {}
            },
            REGISTER if value.mapping().is_none() => {
                seen.tell(
                    "SHAPE-03",
                    (value, value.span()),
                    &Field::named(REGISTER, None),
                    "`register` holds no fields".to_owned(),
                    None,
                );
            }
            COLLECTION | REGISTER => {}
            name => seen.unknown_field(key, KEYS, &Field::named(name, None)),
        }
    }
    if collection.fields.get(ENTRIES).is_none() {
        let (_, span) = collection.type_name.unwrap_or_default();
        let help =
            "write `entries:` and below it one entry after another, each beginning with `- `".to_owned();
        seen.tell(
            "SHAPE-01",
            (collection.node, span),
            &Field::named(ENTRIES, None),
            "the collection has no `entries`".to_owned(),
            Some(help),
        );
    }
    if let Some((name, span)) = collection.type_name
        && collection.record_type.is_none()
    {
        seen.findings.push(no_such_type(types, collection.source, name, span));
    }
    seen.findings
}

fn unknown_type(types: &Catalog, document: &Document<'_>) -> Finding {
    match document.type_name {
        Some((name, span)) => no_such_type(types, document.source, name, span),
        None => {
            let place = Place::within(document.source, document.head());
            Draft::new(rule("TYPE-01"), place, "the document does not say of which type it is")
                .help("write `type: ..`; `probity list types` shows what there is. If it belongs to another program, exclude it in `probity.toml`".to_owned())
                .finish()
        }
    }
}

fn no_such_type(types: &Catalog, source: &Source, name: &str, span: Span) -> Finding {
    let help = match nearest(name, types.type_ids()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`probity list types` shows what there is".to_owned(),
    };
    let message = match name {
        "" => "the record type is no name".to_owned(),
        _ => format!("there is no record type {}", quoted(name)),
    };
    Draft::new(rule("TYPE-01"), Place::within(source, span), message).help(help).fact("type", name).finish()
}

/// What to call a document in a message.
pub(super) fn of(document: &Document<'_>) -> String {
    match (document.id(), document.record_type) {
        (Some((id, _)), _) => quoted(id),
        (None, Some(record_type)) => format!("the {}", record_type.id),
        (None, None) => "the document".to_owned(),
    }
}

struct Shapes<'s> {
    types: &'s Catalog,
    source: &'s Source,
    id: Option<&'s str>,
    /// For the command that explains it.
    type_name: &'s str,
    findings: Vec<Finding>,
}

impl Shapes<'_> {
    fn fields<'n>(
        &mut self,
        entries: impl Iterator<Item = (Node<'n>, Node<'n>)>,
        schema: &Schema,
        within: Option<&Field<'_>>,
    ) {
        for (key, value) in entries {
            // The reader has told of a key that is no name.
            let Some(name) = key.text().filter(|name| !name.is_empty()) else { continue };
            let path = Field::named(name, within);
            match schema.fields.iter().find(|(field, _)| field == name) {
                Some((_, field)) => self.value(value, key.span(), field, &path),
                None => self.unknown_field(key, schema.fields.iter().map(|(field, _)| field.as_str()), &path),
            }
        }
    }

    /// `holder` is the key, or the dash, before the value.
    fn value(&mut self, node: Node<'_>, holder: Span, schema: &Schema, path: &Field<'_>) {
        match (schema.kind, node.kind()) {
            (Holds::Object, Kind::Mapping(mapping)) => {
                for name in schema.required.iter().filter(|name| mapping.get(name).is_none()) {
                    let place = mapping.entries().next().map_or(holder, |(key, _)| key.span());
                    self.tell("SHAPE-01", (node, place), path, format!("`{path}` has no `{name}`"), None);
                }
                self.fields(mapping.entries(), schema, Some(path));
            }
            (Holds::List, Kind::Sequence(sequence)) => {
                let count = sequence.items().count() as u64;
                if let Some(least) = schema.min_items.filter(|least| count < *least) {
                    self.tell(
                        "SHAPE-06",
                        (node, holder),
                        path,
                        format!("`{path}` has {count} items, at least {least} are needed"),
                        None,
                    );
                }
                if let Some(items) = &schema.items {
                    for (index, item) in sequence.items().enumerate() {
                        self.value(item, item.span(), items, &Field::item(index, path));
                    }
                }
            }
            (Holds::Text | Holds::Number | Holds::Integer | Holds::Truth, Kind::Scalar(scalar)) => {
                self.scalar(node, holder, &scalar, schema, path);
            }
            (_, found) => {
                let found = match found {
                    Kind::Scalar(scalar) if scalar.is_null() => "nothing",
                    Kind::Scalar(_) => "a single value",
                    Kind::Sequence(_) => "a list",
                    Kind::Mapping(_) => "a set of fields",
                };
                self.wrong_kind(node, holder, schema, path, found);
            }
        }
    }

    fn scalar(
        &mut self,
        node: Node<'_>,
        holder: Span,
        scalar: &Scalar<'_>,
        schema: &Schema,
        path: &Field<'_>,
    ) {
        let form = scalar.form();
        let number = scalar.number().filter(|number| number.is_finite());
        let fits = match schema.kind {
            Holds::Text => form == Form::Text,
            Holds::Number => number.is_some(),
            Holds::Integer => number.is_some_and(|number| number.fract() == 0.0),
            Holds::Truth => matches!(form, Form::Bool(_)),
            Holds::List | Holds::Object => false,
        };
        if !fits {
            let found = match form {
                Form::Null => "nothing",
                Form::Bool(_) => "a truth value",
                Form::Float if schema.kind == Holds::Integer => "a number with a fraction",
                Form::Integer | Form::Float => "a number",
                Form::Text => "a text",
            };
            self.wrong_kind(node, holder, schema, path, found);
            return;
        }
        if !schema.values.is_empty() && !schema.values.iter().any(|value| value == scalar.text) {
            let help = match nearest(scalar.text, schema.values.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is one of {}", schema.values.join(", ")),
            };
            let message = format!("{} is not a value of `{path}`", quoted(scalar.text));
            self.tell("SHAPE-04", (node, node.span()), path, message, Some(help));
        }
        if schema.format == Some(Format::RecordType) && !self.types.knows(scalar.text) {
            let help = match nearest(scalar.text, self.types.type_ids()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`probity list types` shows what there is".to_owned(),
            };
            let message = format!("{} in `{path}` is no record type", quoted(scalar.text));
            self.tell("SHAPE-04", (node, node.span()), path, message, Some(help));
        }
        if let Some(wanted) = schema.format.filter(|wanted| !format::fits(*wanted, scalar.text)) {
            let message = format!("{} in `{path}` is not {}", quoted(scalar.text), wanted.noun());
            self.tell(
                "SHAPE-05",
                (node, node.span()),
                path,
                message,
                Some(format!("`{path}` is {}", format::example(wanted))),
            );
        }
        if let Some(least) = schema.min_length.filter(|least| (scalar.text.chars().count() as u64) < *least) {
            let message = format!("`{path}` is empty");
            let help = (least > 1).then(|| format!("at least {least} characters are needed"));
            self.tell("SHAPE-06", (node, node.span()), path, message, help);
        }
        if let Some(least) = schema.minimum.filter(|least| number.is_some_and(|number| number < *least)) {
            self.tell("SHAPE-06", (node, node.span()), path, format!("`{path}` is below {least}"), None);
        }
        if let Some(most) = schema.maximum.filter(|most| number.is_some_and(|number| number > *most)) {
            self.tell("SHAPE-06", (node, node.span()), path, format!("`{path}` is above {most}"), None);
        }
    }

    fn wrong_kind(&mut self, node: Node<'_>, holder: Span, schema: &Schema, path: &Field<'_>, found: &str) {
        let wanted = match schema.kind {
            Holds::Text => "a text",
            Holds::Number => "a number",
            Holds::Integer => "a whole number",
            Holds::Truth => "`true` or `false`",
            Holds::List => "a list",
            Holds::Object => "a set of fields",
        };
        let written = node.written();
        // The reader has told of an alias that leads nowhere.
        if found == "nothing" && written.starts_with('*') {
            return;
        }
        // And of a key that is no name, which makes fields of what was meant as text.
        let nameless = |(key, _): (Node<'_>, Node<'_>)| key.text().is_none_or(str::is_empty);
        if node.mapping().is_some_and(|mapping| mapping.entries().any(nameless)) {
            return;
        }
        let help = match (schema.kind, found) {
            (_, "nothing") => Some("write the value, or leave the line out".to_owned()),
            (Holds::Text, "a number" | "a truth value") => Some(format!("put it in quotes: `\"{written}\"`")),
            (Holds::List, "a single value" | "a text") if written.len() <= 60 && !written.contains('\n') => {
                Some(format!("write it as a list: `[{written}]`"))
            }
            _ => None,
        };
        let (span, message) = match found {
            "nothing" => (holder, format!("`{path}` has no value")),
            _ => (node.span(), format!("`{path}` is {wanted}, and here is {found}")),
        };
        self.tell(
            "SHAPE-03",
            (node, span),
            path,
            message,
            help.map(|help| crate::text::safe(&help).into_owned()),
        );
    }

    fn unknown_field<'k>(
        &mut self,
        key: Node<'_>,
        known: impl IntoIterator<Item = &'k str>,
        path: &Field<'_>,
    ) {
        let name = path.name();
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!(
                    "remove it, or keep it in `note`; `probity explain {}` shows the fields",
                    self.type_name
                )
            }
        };
        self.tell(
            "SHAPE-02",
            (key, key.span()),
            path,
            format!("there is no field {} here", quoted(name)),
            Some(help),
        );
    }

    /// `node` tells, in the fingerprint, which of several it is; `span` is what is pointed at.
    fn tell(
        &mut self,
        rule_id: &str,
        (node, span): (Node<'_>, Span),
        path: &Field<'_>,
        message: String,
        help: Option<String>,
    ) {
        // Of a block, its first line shows the place.
        let first = self.source.slice(span).lines().next().unwrap_or_default().len();
        let span = Span::new(span.start as usize, span.start as usize + first);
        let help = help
            .unwrap_or_else(|| format!("`probity explain {}` shows what each field holds", self.type_name));
        let mut draft = Draft::new(rule(rule_id), Place::within(self.source, span), message)
            .help(help)
            .field(path.to_string(), node.path().stable())
            .fact("field", path.name());
        if let Some(id) = self.id {
            draft = draft.subject(id);
        }
        self.findings.push(draft.finish());
    }
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
