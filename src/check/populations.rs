//! Records in numbers: grouped, by month, by type, and with what they lack. Everything here goes through
//! the records once.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, rc::Rc};

use chrono::{DateTime, Datelike as _, Months, NaiveDate};

use super::{
    completeness::is_filled,
    evaluate::{Evaluator, Outcome, Reason, Stop, defect},
    value::{Group, Value},
};
use crate::{
    corpus::{Document, Sequence},
    expression::{Expression, Kind},
    model::{Counted, month_of},
};

/// Documents by what they have in common.
#[derive(Default)]
pub(super) struct Groups<'d> {
    groups: BTreeMap<Cow<'d, str>, Vec<u32>>,
    whole: usize,
}

impl<'d> Groups<'d> {
    /// Adds a document to the group of a value, or to those of the items of a list; to none if it has none.
    pub(super) fn add(&mut self, number: u32, value: Option<Value<'d>>) {
        self.whole += 1;
        let mut to = |key: Cow<'d, str>| self.groups.entry(key).or_default().push(number);
        match value {
            Some(Value::Text(key)) => to(key),
            Some(Value::Truth(key)) => to(Cow::Owned(key.to_string())),
            Some(Value::Number(key)) => to(Cow::Owned(key.to_string())),
            Some(Value::Day(key)) => to(Cow::Owned(key.to_string())),
            Some(list) => {
                for item in list.items().into_iter().flatten() {
                    if let Value::Text(key) = item {
                        to(key);
                    }
                }
            }
            None => {}
        }
    }

    /// As a list, in the order of what they have in common.
    pub(super) fn into_value(self, evaluator: &Evaluator<'d>) -> Value<'d> {
        let whole = self.whole;
        let group = |(key, items): (Cow<'d, str>, Vec<u32>)| {
            let of = items.first().and_then(|number| evaluator.type_of(*number));
            Value::Group(Rc::new(Group { key, of, items, whole, usual: None }))
        };
        Value::List(self.groups.into_iter().map(group).collect())
    }
}

impl<'d> Evaluator<'d> {
    fn type_of(&self, number: u32) -> Option<&'d str> {
        self.documents.at(number).record_type.map(|found| found.id.as_str())
    }

    fn counted(&self, number: u32) -> Option<&'d Counted> {
        self.documents.at(number).record_type?.counted.as_ref()
    }

    /// The day on which a record began, or ended.
    pub(super) fn day_in(
        &self,
        number: u32,
        field: impl Fn(&'d Counted) -> Option<&'d String>,
    ) -> Option<NaiveDate> {
        self.day_at(number, field(self.counted(number)?)?)
    }

    /// The day that a field of a document tells, be it a day or an instant.
    fn day_at(&self, number: u32, path: &str) -> Option<NaiveDate> {
        let mut names = path.split('.');
        let field = self.documents.at(number).get(names.next()?)?;
        let text = names.try_fold(field, |holder, name| holder.mapping()?.get(name))?.text()?;
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => Some(self.day_of(instant)),
            Err(_) => text.parse().ok(),
        }
    }

    /// Documents of a type by the value of a field.
    pub(super) fn groups(&mut self, name: &str, arguments: &'d [Expression]) -> Outcome<'d> {
        let Some((_, path)) = self.schema(name, arguments) else { return defect("there is no such field") };
        self.at_hand(name)?;
        let mut groups = Groups::default();
        for number in self.documents.of_type(name) {
            self.step()?;
            groups.add(*number, self.at(*number, path));
        }
        Ok(groups.into_value(self))
    }

    /// Records that are counted, by type. Those of which some are not at hand are no population.
    pub(super) fn populations(&self) -> Value<'d> {
        let mut names: Vec<&'d str> =
            self.documents.types().filter(|name| !self.documents.is_partly_closed(name)).collect();
        names.sort_unstable();
        let all = names.into_iter().filter_map(|name| {
            let items = self.documents.of_type(name);
            let of = items.first().and_then(|number| self.documents.at(*number).record_type)?;
            of.counted.as_ref()?;
            let group = Group {
                key: Cow::Borrowed(name),
                of: Some(name),
                items: items.to_vec(),
                whole: items.len(),
                usual: None,
            };
            Some(Value::Group(Rc::new(group)))
        });
        Value::List(all.collect())
    }

    /// What lies in each month of documents of a type by a date of theirs, or of a list by the day on which
    /// each began.
    pub(super) fn months(&mut self, values: &[Value<'d>], arguments: &'d [Expression]) -> Outcome<'d> {
        match &values[0] {
            Value::Text(name) => {
                let Some((_, path)) = self.schema(name, arguments) else {
                    return defect("there is no such field");
                };
                self.at_hand(name)?;
                let numbers = self.documents.of_type(name);
                self.by_month(numbers, |evaluator, number| evaluator.day_at(number, path))
            }
            list => self.by_month(&numbers(list)?, |evaluator, number| {
                evaluator.day_in(number, |counted| Some(&counted.begins))
            }),
        }
    }

    /// What lies in each month that is wholly inside the period and over.
    fn by_month(&mut self, numbers: &[u32], day_of: impl Fn(&Self, u32) -> Option<NaiveDate>) -> Outcome<'d> {
        let (from, to) = (self.judged.period.from, self.judged.period.to.min(self.judged.as_of));
        let key = |day: NaiveDate| (day.year(), day.month());
        let mut months: BTreeMap<(i32, u32), (NaiveDate, Vec<u32>)> = BTreeMap::new();
        let mut month = from.with_day(1);
        while let Some(first) = month.filter(|first| *first <= to) {
            month = first.checked_add_months(Months::new(1));
            let last = month.and_then(|next| next.pred_opt());
            if first >= from && last.is_some_and(|last| last <= to) {
                months.insert(key(first), (first, Vec::new()));
            }
        }
        for number in numbers {
            self.step()?;
            if let Some((_, items)) = day_of(self, *number).and_then(|day| months.get_mut(&key(day))) {
                items.push(*number);
            }
        }
        let of = numbers.first().and_then(|number| self.type_of(*number));
        let whole = months.values().map(|(_, items)| items.len()).sum();
        #[expect(clippy::cast_precision_loss, reason = "records are counted, not measured")]
        let usual = (whole as f64 / months.len().max(1) as f64 * 10.0).round() / 10.0;
        let group = |(first, items)| {
            let key = Cow::Owned(month_of(first));
            Value::Group(Rc::new(Group { key, of, items, whole, usual: Some(usual) }))
        };
        Ok(Value::List(months.into_values().map(group).collect()))
    }

    /// The fields by which records are counted, each with those of the period that are finished and leave
    /// it blank.
    pub(super) fn blanks(&mut self, list: &Value<'d>) -> Outcome<'d> {
        let numbers = numbers(list)?;
        let Some(counted) = numbers.first().and_then(|number| self.counted(*number)) else {
            return Ok(Value::List(Rc::new([])));
        };
        let mut blank: Vec<Vec<u32>> = vec![Vec::new(); counted.by.len()];
        let mut whole = 0;
        for number in numbers.iter() {
            self.step()?;
            let document = self.documents.at(*number);
            let began = self.day_in(*number, |counted| Some(&counted.begins));
            if !began.is_some_and(|day| self.judged.period.contains(day)) || !document.is_settled() {
                continue;
            }
            whole += 1;
            let without = document.without();
            for (field, blank) in counted.by.iter().zip(&mut blank) {
                if !is_filled(document, field) && !without.contains(&field.as_str()) {
                    blank.push(*number);
                }
            }
        }
        let of = numbers.first().and_then(|number| self.type_of(*number));
        let group = |(field, items): (&'d String, Vec<u32>)| {
            Value::Group(Rc::new(Group { key: Cow::Borrowed(field), of, items, whole, usual: None }))
        };
        Ok(Value::List(counted.by.iter().zip(blank).map(group).collect()))
    }

    /// The documents that stand beside one among those of its type with the same value of a field, in the
    /// order of a date.
    pub(super) fn neighbours(
        &self,
        number: u32,
        arguments: &'d [Expression],
        side: impl Fn(&Sequence, &Document<'d>, &str, &str) -> Vec<u32>,
    ) -> Value<'d> {
        let fields = arguments.iter().rev().filter_map(|argument| match &argument.kind {
            Kind::Text(name) => Some(name.as_str()),
            _ => None,
        });
        let (document, fields) = (self.documents.at(number), fields.collect::<Vec<_>>());
        let (Some(name), &[date, shared, ..]) = (self.type_of(number), fields.as_slice()) else {
            return Value::Documents(Cow::Borrowed(&[]));
        };
        let sequence = self.documents.sequence([name, shared, date]);
        Value::Documents(Cow::Owned(side(&sequence, document, shared, date)))
    }

    /// The documents of a list with the latest date in a field, all that have it.
    pub(super) fn latest(&mut self, list: &Value<'d>, arguments: &'d [Expression]) -> Outcome<'d> {
        let Some(Expression { kind: Kind::Text(path), .. }) = arguments.last() else {
            return defect("`latest` asks for a field between quotes");
        };
        let mut latest: Option<(Value<'d>, Vec<u32>)> = None;
        for number in numbers(list)?.iter() {
            self.step()?;
            let Some(date) = self.at(*number, path) else { continue };
            match &mut latest {
                Some((known, items)) => match date.order(known) {
                    Some(Ordering::Greater) => latest = Some((date, vec![*number])),
                    Some(Ordering::Equal) => items.push(*number),
                    _ => {}
                },
                None => latest = Some((date, vec![*number])),
            }
        }
        let items = latest.map(|(_, items)| items).unwrap_or_default();
        Ok(Value::Documents(Cow::Owned(items)))
    }

    /// The day on which a record began or ended, for the function of that name.
    pub(super) fn counted_day(
        &self,
        number: u32,
        field: impl Fn(&'d Counted) -> Option<&'d String>,
    ) -> Outcome<'d> {
        self.day_in(number, field).map(Value::Day).ok_or(Stop::Untestable(Reason::Absent("date")))
    }
}

/// The documents of a list.
fn numbers<'v>(list: &'v Value<'_>) -> Result<Cow<'v, [u32]>, Stop<'static>> {
    if let Value::Documents(numbers) = list {
        return Ok(Cow::Borrowed(numbers));
    }
    let of = |item| match item {
        Value::Document(number) => Ok(number),
        _ => defect("a list of documents is asked for here"),
    };
    match list.items() {
        Some(items) => items.map(of).collect::<Result<Vec<u32>, _>>().map(Cow::Owned),
        None => defect("a list of documents is asked for here"),
    }
}
