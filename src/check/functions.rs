//! The functions of the language of rules: `ref`, `referrers`, `months` and the others.

use std::{borrow::Cow, cmp::Ordering};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    evaluate::{Evaluator, Outcome, Reason, Stop, defect},
    value::{Items, Value},
    wording,
};
use crate::{
    corpus::{Document, Sequence},
    expression::{Expression, Kind},
    model::{Category, Duration, Function, Schema},
};

impl<'d> Evaluator<'d> {
    /// What a call comes to.
    pub(super) fn call(
        &mut self,
        name: &str,
        target: Option<&'d Expression>,
        arguments: &'d [Expression],
    ) -> Outcome<'d> {
        let Some(function) = Function::named(name) else {
            return Err(Stop::Defect(format!("there is no function `{name}`")));
        };
        if function == Function::Referrers {
            let subject = match target {
                Some(target) => self.value(target)?,
                None => self.name("self")?,
            };
            return self.referrers(&subject, arguments);
        }
        let mut values = Vec::with_capacity(2);
        for argument in target.into_iter().chain(arguments) {
            values.push(self.value(argument)?);
        }
        match function {
            Function::Ref
            | Function::Refs
            | Function::Resolves
            | Function::All
            | Function::Group
            | Function::Months
            | Function::Populations
            | Function::Blanks
            | Function::Begun
            | Function::Finished
            | Function::Next
            | Function::Previous
            | Function::Latest
            | Function::Settled
            | Function::Ended
            | Function::Stub
            | Function::Type
            | Function::Referrers => self.of_documents(function, &values, arguments),
            Function::Own | Function::Date | Function::Duration => self.of_time(function, &values),
            Function::Contains | Function::StartsWith | Function::EndsWith | Function::Lower => {
                of_texts(function, &values)
            }
            Function::Texts
            | Function::Marked
            | Function::WrittenIn
            | Function::Unfilled
            | Function::Organizations
            | Function::Roles
            | Function::Known
            | Function::Held => self.of_wording(function, &values),
            Function::Size
            | Function::Sum
            | Function::Min
            | Function::Max
            | Function::Distinct
            | Function::Flatten => of_lists(function, &values[0]),
        }
    }

    fn of_documents(
        &mut self,
        function: Function,
        values: &[Value<'d>],
        arguments: &'d [Expression],
    ) -> Outcome<'d> {
        let document = || match values[0] {
            Value::Document(number) => Ok(number),
            _ => defect("a document is asked for here"),
        };
        Ok(match function {
            Function::Ref => Value::Document(self.found(text(&values[0])?)?),
            Function::Refs => {
                let mut numbers = Vec::new();
                for item in items(&values[0])? {
                    numbers.push(self.found(text(&item)?)?);
                }
                Value::Documents(Cow::Owned(numbers))
            }
            Function::Resolves => Value::Truth(self.documents.find(text(&values[0])?).is_some()),
            Function::All => self.population(text(&values[0])?)?,
            Function::Group => self.groups(text(&values[0])?, arguments)?,
            Function::Months => self.months(values, arguments)?,
            Function::Populations => self.populations(),
            Function::Blanks => self.blanks(&values[0])?,
            Function::Begun => self.counted_day(document()?, |counted| Some(&counted.begins))?,
            Function::Finished => self.counted_day(document()?, |counted| counted.ends.as_ref())?,
            Function::Next => self.neighbours(document()?, arguments, Sequence::next),
            Function::Previous => self.neighbours(document()?, arguments, Sequence::previous),
            Function::Latest => self.latest(&values[0], arguments)?,
            Function::Settled => Value::Truth(self.documents.at(document()?).is_settled()),
            Function::Ended => Value::Truth(self.documents.has_ended(document()?)),
            Function::Stub => Value::Truth(self.documents.at(document()?).is_stub()),
            _ => {
                let document = self.documents.at(document()?);
                Value::Text(Cow::Borrowed(document.record_type.map_or("", |found| found.id.as_str())))
            }
        })
    }

    fn of_wording(&self, function: Function, values: &[Value<'d>]) -> Outcome<'d> {
        let said = || match &values[0] {
            Value::Said(said) => Ok(said.text.as_ref()),
            other => text(other),
        };
        Ok(match (function, &values[0]) {
            (Function::Texts, Value::Document(number)) => wording::texts(self.documents.at(*number)),
            (Function::Marked, Value::Document(number)) => wording::marked(self.documents.at(*number)),
            (Function::WrittenIn, Value::Document(number)) => {
                return self.written_in(*number, text(&values[1])?);
            }
            (Function::Unfilled, _) => Value::Truth(wording::is_unfilled(said()?)),
            (Function::Organizations, said) => return self.named_in(said, None),
            (Function::Roles, said) => return self.named_in(said, Some(text(&values[1])?)),
            (Function::Known, _) => Value::Truth(self.is_known(said()?)),
            (Function::Held, _) => Value::Truth(self.is_held(said()?)),
            _ => return defect("a document is asked for here"),
        })
    }

    fn of_time(&self, function: Function, values: &[Value<'d>]) -> Outcome<'d> {
        Ok(match (function, &values[0]) {
            (Function::Own, name) => {
                let own = self.judged.own.get(text(name)?);
                own.and_then(|own| own_value(own, &values[1])).unwrap_or_else(|| values[1].clone())
            }
            // A field may say more behind the duration: `PT4H, from home`.
            (Function::Duration, written) => {
                let first = text(written)?.split([' ', ',', ';']).next().unwrap_or_default();
                let duration = Duration::parse(first).ok_or(Stop::Untestable(Reason::Absent("duration")))?;
                Value::Duration(duration)
            }
            (_, Value::Instant(instant)) => Value::Day(self.day_of(*instant)),
            (_, Value::Day(day)) => Value::Day(*day),
            (_, Value::Text(text)) => match text.parse() {
                Ok(day) => Value::Day(day),
                Err(_) => return Err(Stop::Untestable(Reason::Absent("date"))),
            },
            _ => return defect("an instant is asked for here"),
        })
    }

    fn found(&self, id: &str) -> Result<u32, Stop<'d>> {
        self.documents.find(id).ok_or(Stop::Untestable(Reason::Unresolved))
    }

    /// All documents of a type; of a category, those of the types that are wholly at hand.
    fn population(&self, name: &str) -> Outcome<'d> {
        let category = match name {
            "any" => {
                let all = (0..).zip(self.documents).map(|(number, _)| number);
                return Ok(Value::Documents(Cow::Owned(all.collect())));
            }
            "document" => Category::Document,
            "register" => Category::Register,
            "record" => Category::Record,
            name => {
                self.at_hand(name)?;
                return Ok(Value::Documents(Cow::Borrowed(self.documents.of_type(name))));
            }
        };
        let of = |document: &Document<'_>| {
            document.record_type.is_some_and(|found| {
                found.category == category && !self.documents.is_partly_closed(&found.id)
            })
        };
        let numbers =
            (0..).zip(self.documents).filter(|(_, document)| of(document)).map(|(number, _)| number);
        Ok(Value::Documents(Cow::Owned(numbers.collect())))
    }

    /// Of a type that has records in an extract that is not at hand, nobody can say how many there are.
    pub(super) fn at_hand(&self, name: &str) -> Result<(), Stop<'d>> {
        if self.documents.is_partly_closed(name) {
            return Err(Stop::Untestable(Reason::Elsewhere));
        }
        Ok(())
    }

    /// What a field that is written out in the last argument holds in documents of a type.
    pub(super) fn schema(&self, name: &str, arguments: &'d [Expression]) -> Option<(&'d Schema, &'d str)> {
        let Kind::Text(path) = &arguments.last()?.kind else { return None };
        Some((self.documents.catalog.record_type(name)?.shape.at(path)?, path))
    }

    fn referrers(&mut self, subject: &Value<'d>, arguments: &'d [Expression]) -> Outcome<'d> {
        // A subject that is no target may stand first.
        let (subject, arguments) = match arguments {
            [first, rest @ ..] if rest.len() == 2 => (self.value(first)?, rest),
            _ => (subject.clone(), arguments),
        };
        let (Value::Document(number), [Expression { kind: Kind::Text(name), .. }, _]) = (&subject, arguments)
        else {
            return defect("`referrers` asks for a type and a field between quotes");
        };
        self.at_hand(name)?;
        // A type of which there is no document has no schema to compare with.
        let Some((schema, _)) = self.schema(name, arguments) else { return defect("there is no such field") };
        let schema = schema.items.as_deref().unwrap_or(schema);
        let documents = self.documents;
        let numbers: Vec<u32> = documents.referrers(*number, schema).collect();
        self.steps_by(numbers.len())?;
        Ok(Value::Documents(Cow::Owned(numbers)))
    }

    pub(super) fn day_of(&self, instant: DateTime<FixedOffset>) -> NaiveDate {
        instant.with_timezone(&self.judged.time_zone).date_naive()
    }

    /// What a document holds at a path, if anything.
    pub(super) fn at(&self, number: u32, path: &'d str) -> Option<Value<'d>> {
        path.split('.').try_fold(Value::Document(number), |holder, name| self.field(&holder, name).ok())
    }
}

fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, Stop<'static>> {
    match value {
        Value::Text(text) => Ok(text),
        _ => defect("a text is asked for here"),
    }
}

fn items<'v, 'd>(value: &'v Value<'d>) -> Result<Items<'v, 'd>, Stop<'static>> {
    value.items().ok_or_else(|| Stop::Defect("a list is asked for here".to_owned()))
}

fn of_texts<'d>(function: Function, values: &[Value<'d>]) -> Outcome<'d> {
    let first = text(&values[0])?;
    Ok(match function {
        Function::Contains => Value::Truth(first.contains(text(&values[1])?)),
        Function::StartsWith => Value::Truth(first.starts_with(text(&values[1])?)),
        Function::EndsWith => Value::Truth(first.ends_with(text(&values[1])?)),
        _ => Value::Text(Cow::Owned(first.to_lowercase())),
    })
}

fn of_lists<'d>(function: Function, list: &Value<'d>) -> Outcome<'d> {
    Ok(match function {
        Function::Size => {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            let size = match list {
                Value::Documents(numbers) => numbers.len() as f64,
                Value::Text(text) => text.chars().count() as f64,
                _ => items(list)?.count() as f64,
            };
            Value::Number(size)
        }
        Function::Sum => {
            let mut sum = 0.0;
            for item in items(list)? {
                let Value::Number(number) = item else { return defect("only numbers have a sum") };
                sum += number;
            }
            Value::Number(sum)
        }
        Function::Distinct => {
            let mut kept: Vec<Value<'d>> = Vec::new();
            for item in items(list)? {
                if !kept.iter().any(|known| known.same(&item) == Some(true)) {
                    kept.push(item);
                }
            }
            Value::List(kept.into())
        }
        Function::Flatten => {
            let mut all = Vec::new();
            for item in items(list)? {
                all.extend(items(&item)?);
            }
            Value::List(all.into())
        }
        _ => {
            let wanted = if function == Function::Min { Ordering::Less } else { Ordering::Greater };
            let mut found: Option<Value<'d>> = None;
            for item in items(list)? {
                if found.as_ref().is_none_or(|found| item.order(found) == Some(wanted)) {
                    found = Some(item);
                }
            }
            found.ok_or(Stop::Untestable(Reason::Absent("item")))?
        }
    })
}

/// The organization's own value, of the kind of the default.
fn own_value<'d>(own: &'d str, default: &Value<'d>) -> Option<Value<'d>> {
    match default {
        Value::Duration(_) => Duration::parse(own).map(Value::Duration),
        Value::Number(_) => own.parse().ok().map(Value::Number),
        Value::Day(_) => own.parse().ok().map(Value::Day),
        Value::Text(_) => Some(Value::Text(Cow::Borrowed(own))),
        _ => None,
    }
}
