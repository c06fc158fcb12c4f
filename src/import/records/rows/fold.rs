//! The rows of a record, folded into one with its history.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value, json};

use super::{Maker, Taken};
use crate::{
    import::records::{Record, values::Given},
    model::Kind,
};

impl Maker<'_, '_> {
    /// Several rows of one record, in the order in which they were written.
    pub(super) fn fold(&mut self, id: &str, mut rows: Vec<Taken>) {
        let before = rows.len();
        rows.dedup_by(|one, other| {
            one.values == other.values && one.at == other.at && one.word == other.word
        });
        self.same += (before - rows.len()) as u64;
        if rows.iter().any(|row| row.is_untimed) {
            return;
        }
        if rows.len() > 1 && rows.iter().any(|row| row.at.is_none()) {
            let column = self.profile.ordered_by.first().cloned().unwrap_or_default();
            let help = if column.is_empty() {
                "a profile of your own can name the column that tells when a row was written: `ordered_by`"
                    .to_owned()
            } else {
                format!("export the column `{column}` too, which tells when each was written")
            };
            let (message, place) =
                ("several rows have this id, and nothing tells which of them is later", &rows[1].place);
            self.refused.add("", message, id, || help, || place.clone());
            return;
        }
        rows.sort_by_key(|row| row.at);
        self.folded += u64::from(rows.len() > 1);
        self.make(id, rows);
    }

    /// A record of its rows, the latest last.
    pub(super) fn make(&mut self, id: &str, rows: Vec<Taken>) {
        let mut latest: BTreeMap<usize, Vec<Given>> = BTreeMap::new();
        let mut history: Vec<(DateTime<FixedOffset>, String, Option<Given>)> = Vec::new();
        let several = rows.len() > 1;
        for row in rows {
            if let (Some(at), Some(word), true) = (row.at, row.word, several)
                && history.last().is_none_or(|(_, last, _)| *last != word)
            {
                let state = row.values.iter().find(|(number, _)| self.state == Some(*number));
                history.push((at, word, state.and_then(|(_, given)| given.first().cloned())));
            }
            latest.extend(row.values);
        }
        let (mut fields, mut says): (Map<String, Value>, Vec<Value>) = (Map::new(), Vec::new());
        for (number, given) in latest {
            let target = &self.targets[number];
            let is_list = target.schema.is_some_and(|schema| schema.kind == Kind::List);
            let mut list = Vec::new();
            for given in given {
                match given {
                    Given::Value(value) if is_list => list.push(value),
                    Given::Value(value) => drop(fields.insert(target.name().to_owned(), value)),
                    Given::Says(value) => says.push(json!({"name": target.name(), "value": value})),
                    Given::Nothing => {}
                }
            }
            if !list.is_empty() {
                fields.insert(target.name().to_owned(), Value::Array(list));
            }
        }
        self.add_holds(&mut fields, &history);
        self.tables.complete(id, &mut fields, &mut says);
        if !fields.contains_key("title") {
            fields.insert("title".to_owned(), Value::from(format!("{} {id}", self.wish.record_type.title)));
        }
        let mut source = Map::new();
        source.insert("system".to_owned(), Value::from(self.wish.profile.title.clone()));
        source.insert("ref".to_owned(), Value::from(id));
        if !says.is_empty() {
            source.insert("says".to_owned(), Value::Array(says));
        }
        if !history.is_empty() {
            let states = history.iter().map(|(at, word, _)| json!({"at": at.to_rfc3339(), "state": word}));
            source.insert("history".to_owned(), Value::Array(states.collect()));
        }
        fields.insert("source".to_owned(), Value::Object(source));
        let mut ordered = Map::new();
        for (field, _) in &self.wish.record_type.shape.fields {
            if let Some(value) = fields.remove(field) {
                ordered.insert(field.clone(), value);
            }
        }
        self.counts.add(id, &ordered, self.wish);
        let line = Value::Object(ordered).to_string();
        self.records.push(Record { id: id.to_owned(), line });
    }

    /// The times in which a record waited, where its history tells them.
    fn add_holds(
        &self,
        fields: &mut Map<String, Value>,
        history: &[(DateTime<FixedOffset>, String, Option<Given>)],
    ) {
        if self.wish.record_type.shape.at("holds.from").is_none() {
            return;
        }
        let is_hold = |state: &Option<Given>| *state == Some(Given::Value(Value::from("on-hold")));
        let mut holds = Vec::new();
        for (number, (at, word, state)) in history.iter().enumerate() {
            if !is_hold(state) {
                continue;
            }
            let mut hold = Map::new();
            hold.insert("from".to_owned(), Value::from(at.to_rfc3339()));
            if let Some((to, _, _)) = history.get(number + 1) {
                hold.insert("to".to_owned(), Value::from(to.to_rfc3339()));
            }
            hold.insert("reason".to_owned(), Value::from(word.clone()));
            holds.push(Value::Object(hold));
        }
        if !holds.is_empty() {
            fields.insert("holds".to_owned(), Value::Array(holds));
        }
    }
}
