//! What is asked of documents in the language of rules by data that are no rules: whether a condition holds, and
//! which day or which time an expression comes to.

use chrono::NaiveDate;

use super::{evaluate::Evaluator, rules::with_nodes, value::Value};
use crate::{
    corpus::Documents,
    expression::Expression,
    model::{Duration, Judged},
    yaml::Node,
};

/// Asks documents, one after the other. What the data do not tell is no answer.
pub struct Asked<'d> {
    evaluator: Evaluator<'d>,
}

/// An item of a list in a document.
#[derive(Clone, Debug)]
pub struct Item<'d> {
    /// Where it stands, if it stands in the document.
    pub node: Option<Node<'d>>,
    value: Value<'d>,
}

impl<'d> Asked<'d> {
    /// Of documents, on the day judged on.
    pub fn new(documents: &'d Documents<'d>, judged: &'d Judged) -> Self {
        Self { evaluator: Evaluator::new(documents, judged) }
    }

    /// Asks the document of a number from here on.
    pub fn about(&mut self, number: u32) {
        self.evaluator.begin(Some(number));
    }

    /// Calls an item `it` from here on.
    pub fn with_item(&mut self, item: &Item<'d>) {
        self.evaluator.with_item(item.value.clone());
    }

    /// Has a day that is called so, until another document or item is asked.
    pub fn with_day(&mut self, name: &'d str, day: NaiveDate) {
        self.evaluator.names.retain(|(known, _)| *known != name);
        self.evaluator.names.push((name, Value::Day(day)));
    }

    /// The items of a list; none if it is not there.
    pub fn items(&mut self, list: &'d Expression) -> Vec<Item<'d>> {
        let list = self.evaluator.value(list);
        let items = list.map(|list| with_nodes(&list)).unwrap_or_default();
        items.into_iter().map(|(node, value)| Item { node, value }).collect()
    }

    /// Whether a condition holds. One that cannot be told does not.
    pub fn holds(&mut self, condition: &'d Expression) -> bool {
        self.tells(condition) == Some(true)
    }

    /// Whether a condition holds; none if the data do not tell.
    pub fn tells(&mut self, condition: &'d Expression) -> Option<bool> {
        self.evaluator.holds(condition).ok()
    }

    /// The day that an expression comes to, in the organization's time zone.
    pub fn day(&mut self, expression: &'d Expression) -> Option<NaiveDate> {
        match self.evaluator.value(expression).ok()? {
            Value::Day(day) => Some(day),
            Value::Instant(instant) => Some(self.evaluator.day_of(instant)),
            _ => None,
        }
    }

    /// The time that an expression comes to.
    pub fn duration(&mut self, expression: &'d Expression) -> Option<Duration> {
        match self.evaluator.value(expression).ok()? {
            Value::Duration(duration) => Some(duration),
            _ => None,
        }
    }

    /// The text that an expression comes to.
    pub fn text(&mut self, expression: &'d Expression) -> Option<String> {
        match self.evaluator.value(expression).ok()? {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}
