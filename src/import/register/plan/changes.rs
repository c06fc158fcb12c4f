//! A row that is a document already: which of its fields change, and to what.

use super::{Changed, Desk, put, refuse_fixed};
use crate::{
    author::{Change, Fields, Revision, Value},
    corpus::Document,
    import::register::{
        Row,
        values::{Unfit, same, value},
    },
    model::Category,
    report::{
        register::{self, Column},
        workbook::register::shown,
    },
    text::quoted,
    yaml::{Mapping, Node},
};

impl Desk<'_> {
    /// What a row changes of its document.
    pub(super) fn compare(&mut self, row: &Row, id: &str, document: &Document<'_>) {
        let table = self.table;
        let origin = table.origin.as_ref().and_then(|origin| origin.rows.get(id));
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        for number in table.read.iter().copied() {
            let column = &table.columns[number];
            let raw = register::text(document, column);
            let current = shown(&raw);
            let given = row.cells.get(&number).map_or("", String::as_str);
            let seen = shown(given);
            let before = origin.map(|cells| cells.get(&column.path).map_or("", String::as_str));
            let is_said = match before {
                Some(before) => !same(&seen, before, column),
                // Elsewhere, an empty cell says nothing.
                None => !given.is_empty() || table.origin.is_some(),
            };
            if column.path == "id" || !is_said || same(&seen, &current, column) {
                continue;
            }
            let at = row.place(number);
            if let Some(before) = before.filter(|before| !same(before, &current, column)) {
                let told = format!(
                    "{} of {} has changed since the workbook was made: it was {}, is {}, and is {} here",
                    quoted(&column.path),
                    quoted(id),
                    named(before),
                    named(&current),
                    named(given)
                );
                self.refuse(at, told, Some("write here what it is now, or make a new workbook".to_owned()));
                continue;
            }
            match self.change(given, column, document, &raw) {
                Ok(to) => {
                    let change = Change {
                        path: column.path.split('.').map(str::to_owned).collect(),
                        to,
                        behind: self.behind(&column.path),
                    };
                    changes.push(change);
                    told.push((column.path.clone(), current, given.to_owned()));
                }
                Err((message, help)) => self.refuse(at, message, help),
            }
        }
        let changes = match self.with_inherited(changes, row, document) {
            Ok(changes) if changes.is_empty() => return,
            Ok(changes) => changes,
            Err((number, (message, help))) => {
                self.refuse(row.place(number), message, help);
                return;
            }
        };
        let path = document.source.name().to_owned();
        if let Some(list) = document.register.filter(|list| is_approved(list.get("status"))) {
            let id = list.get("id").and_then(Node::text).unwrap_or_default().to_owned();
            self.plan.approved.insert((id, path.clone()));
        }
        let revision = Revision { id: id.to_owned(), changes };
        self.plan.revisions.entry(path.clone()).or_default().push(revision);
        self.plan.changed.push(Changed { id: id.to_owned(), path, fields: told });
    }

    /// Fields within one that the defaults of the list give: the document has to say all of them itself, or none.
    fn with_inherited(
        &self,
        changes: Vec<Change>,
        row: &Row,
        document: &Document<'_>,
    ) -> Result<Vec<Change>, (usize, Unfit)> {
        let inherited = |change: &Change| -> Option<Mapping<'_>> {
            let (first, is_own) = (&change.path[0], document.fields.get(&change.path[0]).is_some());
            document.defaults.filter(|_| change.path.len() > 1 && !is_own)?.get(first)?.mapping()
        };
        let (mut whole, mut done): (Vec<Change>, Vec<String>) = (Vec::new(), Vec::new());
        for change in changes {
            let Some(defaults) = inherited(&change) else {
                whole.push(change);
                continue;
            };
            let first = change.path[0].clone();
            if done.contains(&first) {
                continue;
            }
            let (mut fields, mut met) = (Fields::new(), 0);
            for (number, column) in self.table.columns.iter().enumerate() {
                let Some(rest) = column.path.strip_prefix(&first).and_then(|rest| rest.strip_prefix('.'))
                else {
                    continue;
                };
                let current = register::text(document, column);
                let is_read = self.table.read.contains(&number);
                let given = row.cells.get(&number).cloned().filter(|_| is_read);
                met += usize::from(!current.is_empty());
                let text = if is_read && self.table.origin.is_some() {
                    given.unwrap_or_default()
                } else {
                    given.unwrap_or(current)
                };
                if !text.is_empty() {
                    let value = value(&text, column, self.table.origin.is_some(), self)
                        .map_err(|why| (number, why))?;
                    put(&mut fields, &rest.split('.').collect::<Vec<_>>(), value);
                }
            }
            if met != defaults.entries().count() || fields.is_empty() {
                let number = self.table.column(&change.path.join(".")).unwrap_or_default();
                let message = format!("`{first}` stands in the `defaults` of the list and not in the entry");
                return Err((number, (message, Some("write it into the entry in its file".to_owned()))));
            }
            whole.push(Change {
                path: vec![first.clone()],
                to: Some(Value::Fields(fields)),
                behind: self.behind(&first),
            });
            done.push(first);
        }
        Ok(whole)
    }

    /// What a cell makes of a field that holds something else.
    fn change(
        &self,
        given: &str,
        column: &Column<'_>,
        document: &Document<'_>,
        raw: &str,
    ) -> Result<Option<Value>, (String, Option<String>)> {
        refuse_fixed(column)?;
        if self.record_type.category == Category::Document && is_approved(document.get("status")) {
            let help =
                "change it in its file, with a new version and `status: draft`, and approve that".to_owned();
            return Err((
                format!("{} is approved, and a change would be one that nobody approved", named_id(document)),
                Some(help),
            ));
        }
        if let Some(day) = document.day("sealed_on").filter(|day| *day <= self.as_of) {
            let help = "write what is wrong in it into `corrections`, in its file".to_owned();
            return Err((
                format!("{} is sealed since {day}, and does not change", named_id(document)),
                Some(help),
            ));
        }
        // What a cell cannot show stands in it by its code.
        if shown(raw) != raw.replace("\r\n", "\n").trim() && given.contains("\\u{") {
            return Err((
                "the text holds characters that no cell shows, and would get their codes in their place"
                    .to_owned(),
                Some("write it without `\\u{..}`, or change it in its file".to_owned()),
            ));
        }
        if !given.is_empty() {
            return value(given, column, self.table.origin.is_some(), self).map(Some);
        }
        let first = column.path.split('.').next().unwrap_or_default();
        if self.record_type.shape.required.contains(&column.path) {
            return Err((
                format!("`{}` is something that each {} has to have", column.path, self.record_type.id),
                None,
            ));
        }
        if let Some(value) = document.defaults.and_then(|defaults| defaults.get(first)) {
            let value = value.text().map_or(String::new(), |text| format!(" as {}", quoted(text)));
            return Err((
                format!("`{}` cannot be emptied: the `defaults` of the list say it{value}", column.path),
                Some("write another value, or change the list in its file".to_owned()),
            ));
        }
        Ok(None)
    }

    /// The fields behind which a new one goes, the nearest first.
    fn behind(&self, path: &str) -> Vec<String> {
        let (within, name) =
            path.rsplit_once('.').map_or((None, path), |(within, name)| (Some(within), name));
        let shape = match within {
            None => Some(&self.record_type.shape),
            Some(within) => self.record_type.shape.at(within),
        };
        let fields = shape.map(|shape| shape.fields.as_slice()).unwrap_or_default();
        // A field within others goes where these go.
        let first = path.split('.').next().unwrap_or(path);
        let before = |fields: &[(String, crate::model::Schema)], name: &str| -> Vec<String> {
            fields.iter().map(|(field, _)| field).take_while(|field| *field != name).cloned().collect()
        };
        let mut behind = before(fields, name);
        if within.is_some() {
            behind.splice(0..0, before(&self.record_type.shape.fields, first));
        }
        behind.reverse();
        behind
    }
}

fn is_approved(status: Option<Node<'_>>) -> bool {
    status.and_then(Node::text) == Some("approved")
}

fn named_id(document: &Document<'_>) -> String {
    document.id().map_or_else(|| "it".to_owned(), |(id, _)| quoted(id))
}

fn named(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { quoted(text) }
}
