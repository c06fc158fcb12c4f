//! What an expression of a rule comes to.
//!
//! There are three outcomes: a value, *not testable* with the reason, and a defect of the rule. What is
//! absent makes an expression not testable, unless the rest decides it alone: `false && x` is false
//! whatever `x` is.

use std::{borrow::Cow, cell::RefCell, fmt};

use super::{populations::Groups, value::Value};
use crate::{
    corpus::{Document, Documents},
    expression::{Expression, Kind, Macro, Operator},
    model::{Duration, Judged, Schema},
    yaml::Node,
};

/// Beyond so many steps, an evaluation is given up: parts of an expression, and items of lists.
pub(super) const STEP_LIMIT: usize = 20_000_000;

/// Why there is no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop<'d> {
    /// What the data do not tell.
    Untestable(Reason<'d>),
    /// The rule asks for what makes no sense.
    Defect(String),
}

/// What the data do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason<'d> {
    /// A field is absent, or not what it should be.
    Absent(&'d str),
    /// The source of an extract has no column for a field.
    NoColumn(&'d str),
    /// An id is that of no document.
    Unresolved,
    /// The content is kept elsewhere.
    Elsewhere,
    /// The text is in a language that the rule does not speak.
    OtherLanguage,
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(field) => write!(formatter, "`{field}` is absent"),
            Self::NoColumn(field) => write!(formatter, "the source of an extract has nothing for `{field}`"),
            Self::Unresolved => formatter.write_str("a document that is referred to is not there"),
            Self::OtherLanguage => formatter.write_str("the text is in another language"),
            Self::Elsewhere => formatter.write_str("the content is kept elsewhere"),
        }
    }
}

pub(super) type Outcome<'d> = Result<Value<'d>, Stop<'d>>;

pub(super) fn defect<T>(message: &str) -> Result<T, Stop<'static>> {
    Err(Stop::Defect(message.to_owned()))
}

/// Evaluates expressions about one document, or about all.
pub(super) struct Evaluator<'d> {
    pub(super) documents: &'d Documents<'d>,
    pub(super) judged: &'d Judged,
    pub(super) names: Vec<(&'d str, Value<'d>)>,
    steps: usize,
    /// Fields that were asked for lately: the rules about a document ask for the same ones again and again.
    lately: RefCell<Vec<Lately<'d>>>,
}

/// What the field of a document was found to hold.
#[derive(Clone)]
struct Lately<'d> {
    document: u32,
    name: &'d str,
    found: Result<Value<'d>, Reason<'d>>,
}

/// How many of them are kept: a power of two, and more than the rules about one document ask for.
const LATELY: usize = 128;

impl<'d> Evaluator<'d> {
    /// For documents, judged on a day.
    pub(super) fn new(documents: &'d Documents<'d>, judged: &'d Judged) -> Self {
        let none = Lately { document: u32::MAX, name: "", found: Err(Reason::Unresolved) };
        let lately = RefCell::new(vec![none; LATELY]);
        Self { documents, judged, names: Vec::new(), steps: 0, lately }
    }

    /// Begins anew with another rule or another document. `subject` is what is called `self`; none in a rule
    /// about all documents of a type.
    pub(super) fn begin(&mut self, subject: Option<u32>) {
        self.names.clear();
        self.names.extend(subject.map(|number| ("self", Value::Document(number))));
        self.steps = 0;
    }

    /// Calls an item `it` from here on.
    pub(super) fn with_item(&mut self, item: Value<'d>) {
        self.names.retain(|(name, _)| *name != "it");
        self.names.push(("it", item));
    }

    /// Whether an expression holds.
    pub(super) fn holds(&mut self, expression: &'d Expression) -> Result<bool, Stop<'d>> {
        match self.value(expression)? {
            Value::Truth(value) => Ok(value),
            _ => defect("what is asked is neither true nor false"),
        }
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &'d Expression) -> Outcome<'d> {
        self.step()?;
        match &expression.kind {
            Kind::Null => Ok(Value::Null),
            Kind::Truth(value) => Ok(Value::Truth(*value)),
            #[expect(clippy::cast_precision_loss, reason = "rules speak of small numbers")]
            Kind::Integer(value) => Ok(Value::Number(*value as f64)),
            Kind::Number(value) => Ok(Value::Number(*value)),
            Kind::Text(text) => Ok(Value::Text(Cow::Borrowed(text))),
            Kind::List(items) => {
                let items: Result<Vec<Value<'d>>, Stop<'d>> =
                    items.iter().map(|item| self.value(item)).collect();
                Ok(Value::List(items?.into()))
            }
            Kind::Name(name) => self.name(name),
            Kind::Field(of, name) => {
                let holder = self.value(of)?;
                self.field(&holder, name)
            }
            Kind::Has(of, name) => match self.value(of).and_then(|holder| self.field(&holder, name)) {
                Ok(Value::Text(text)) => Ok(Value::Truth(!text.trim().is_empty())),
                Ok(value) => Ok(Value::Truth(value.items().is_none_or(|mut items| items.next().is_some()))),
                Err(Stop::Untestable(Reason::Absent(_))) => Ok(Value::Truth(false)),
                Err(stop) => Err(stop),
            },
            Kind::Index(of, index) => {
                let (list, index) = (self.value(of)?, self.value(index)?);
                let (Some(mut items), Value::Number(index)) = (list.items(), index) else {
                    return defect("only a list is asked for an item, by its number");
                };
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
                let item = if index < 0.0 { None } else { items.nth(index as usize) };
                item.ok_or(Stop::Untestable(Reason::Absent("item")))
            }
            Kind::Call { target, function, arguments } => self.call(function, target.as_deref(), arguments),
            Kind::Not(operand) => Ok(Value::Truth(!self.holds(operand)?)),
            Kind::Negative(operand) => match self.value(operand)? {
                Value::Number(value) => Ok(Value::Number(-value)),
                Value::Duration(value) => Ok(Value::Duration(value.negative())),
                _ => defect("only a number or a duration has an opposite"),
            },
            Kind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                // The value that decides alone.
                let decides = *operator == Operator::Or;
                let left = self.holds(left);
                if left == Ok(decides) {
                    return Ok(Value::Truth(decides));
                }
                let right = self.holds(right);
                match (left, right) {
                    (_, Ok(right)) if right == decides => Ok(Value::Truth(decides)),
                    (Err(stop), _) | (_, Err(stop)) => Err(stop),
                    (Ok(_), Ok(_)) => Ok(Value::Truth(!decides)),
                }
            }
            Kind::Binary(operator, left, right) => {
                if let (Operator::In, Kind::List(items)) = (operator, &right.kind) {
                    return self.is_one_of(left, items);
                }
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.binary(*operator, &left, &right)
            }
            Kind::Choice(condition, yes, no) => {
                if self.holds(condition)? {
                    self.value(yes)
                } else {
                    self.value(no)
                }
            }
            Kind::Comprehension { what, list, item, body } => self.comprehension(*what, list, item, body),
        }
    }

    /// Whether a value is in a list that is written out: without making the list.
    fn is_one_of(&mut self, left: &'d Expression, items: &'d [Expression]) -> Outcome<'d> {
        let left = self.value(left)?;
        for item in items {
            let same = match (&left, &item.kind) {
                (Value::Text(left), Kind::Text(text)) => left == text,
                _ => left.same(&self.value(item)?) == Some(true),
            };
            if same {
                return Ok(Value::Truth(true));
            }
        }
        Ok(Value::Truth(false))
    }

    /// Counts what an evaluation costs.
    pub(super) fn step(&mut self) -> Result<(), Stop<'d>> {
        self.steps += 1;
        if self.steps > STEP_LIMIT { defect("it takes more than 20,000,000 steps") } else { Ok(()) }
    }

    /// Counts many steps at once.
    pub(super) fn steps_by(&mut self, count: usize) -> Result<(), Stop<'d>> {
        self.steps += count;
        self.step()
    }

    /// What all evaluations so far have cost.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// What is called so.
    pub(super) fn name(&self, name: &str) -> Outcome<'d> {
        if let Some((_, value)) = self.names.iter().rev().find(|(known, _)| *known == name) {
            return Ok(value.clone());
        }
        match name {
            "as_of" => Ok(Value::Day(self.judged.as_of)),
            "period" => Ok(Value::Period),
            _ => Err(Stop::Defect(format!("there is nothing named `{name}` here"))),
        }
    }

    /// A field of a value.
    pub(super) fn field(&self, holder: &Value<'d>, name: &'d str) -> Outcome<'d> {
        let absent = || Stop::Untestable(Reason::Absent(name));
        match holder {
            Value::Document(number) => self.field_of(*number, name).map_err(Stop::Untestable),
            Value::Fields(node, schema) => {
                let field = schema.fields.iter().find(|(known, _)| known == name);
                let found = field.and_then(|(_, schema)| Value::of(node.mapping()?.get(name)?, schema));
                found.ok_or_else(absent)
            }
            Value::Group(group) => {
                #[expect(clippy::cast_precision_loss, reason = "records are counted, not measured")]
                let (count, whole) = (group.items.len() as f64, group.whole.max(1) as f64);
                match name {
                    "items" => Ok(Value::Documents(Cow::Owned(group.items.clone()))),
                    "count" => Ok(Value::Number(count)),
                    "percent" => Ok(Value::Number((count * 1000.0 / whole).round() / 10.0)),
                    "usual" => group.usual.map(Value::Number).ok_or_else(absent),
                    "of" => group.of.map(|of| Value::Text(Cow::Borrowed(of))).ok_or_else(absent),
                    _ => Ok(Value::Text(group.key.clone())),
                }
            }
            Value::Said(said) => Ok(Value::Text(said.text.clone())),
            Value::Period => match name {
                "from" => Ok(Value::Day(self.judged.period.from)),
                _ => Ok(Value::Day(self.judged.period.to)),
            },
            _ => defect("a value without fields is asked for one"),
        }
    }

    /// A field of a document.
    fn field_of(&self, number: u32, name: &'d str) -> Result<Value<'d>, Reason<'d>> {
        let bytes = name.as_bytes();
        let ends = bytes.first().zip(bytes.last()).map_or(0, |(first, last)| {
            usize::from(*first).wrapping_mul(7) + usize::from(*last).wrapping_mul(13)
        });
        let slot = (ends + bytes.len() * 31 + number as usize) % LATELY;
        {
            let known = &self.lately.borrow()[slot];
            if known.document == number && known.name == name {
                return known.found.clone();
            }
        }
        let document = self.documents.at(number);
        let found = node_in(document, name).and_then(|(node, schema)| Value::of(node, schema));
        let found =
            found.ok_or_else(|| if document.is_stub() { Reason::Elsewhere } else { Reason::Absent(name) });
        self.lately.borrow_mut()[slot] = Lately { document: number, name, found: found.clone() };
        found
    }

    fn binary(&self, operator: Operator, left: &Value<'d>, right: &Value<'d>) -> Outcome<'d> {
        use std::cmp::Ordering;
        let order = || {
            left.order(right)
                .ok_or_else(|| Stop::Defect("two values without an order are compared".to_owned()))
        };
        let same = || {
            left.same(right)
                .ok_or_else(|| Stop::Defect("two values that are never the same are compared".to_owned()))
        };
        Ok(match operator {
            Operator::Equal => Value::Truth(same()?),
            Operator::Unequal => Value::Truth(!same()?),
            Operator::Less => Value::Truth(order()? == Ordering::Less),
            Operator::AtMost => Value::Truth(order()? != Ordering::Greater),
            Operator::Greater => Value::Truth(order()? == Ordering::Greater),
            Operator::AtLeast => Value::Truth(order()? != Ordering::Less),
            Operator::In => match right.items() {
                Some(mut items) => Value::Truth(items.any(|item| left.same(&item) == Some(true))),
                None => return defect("a value is looked for in what is no list"),
            },
            Operator::Plus => return added(left, right, false),
            Operator::Minus => return added(left, right, true),
            Operator::Times | Operator::Divided | Operator::Remainder => {
                let (Value::Number(a), Value::Number(b)) = (left, right) else {
                    return defect("only numbers are multiplied and divided");
                };
                match operator {
                    Operator::Times => Value::Number(a * b),
                    _ if *b == 0.0 => return Err(Stop::Untestable(Reason::Absent("divisor"))),
                    Operator::Divided => Value::Number(a / b),
                    _ => Value::Number(a % b),
                }
            }
            Operator::And | Operator::Or => unreachable!("these are decided one side at a time"),
        })
    }

    fn comprehension(
        &mut self,
        what: Macro,
        list: &'d Expression,
        item: &'d str,
        body: &'d Expression,
    ) -> Outcome<'d> {
        let list = self.value(list)?;
        let Some(items) = list.items() else { return defect("something that is no list is gone through") };
        if what == Macro::Group {
            return self.grouped(items, item, body);
        }
        let mut untestable = None;
        let (mut count, mut kept) = (0, Vec::new());
        for value in items {
            self.step()?;
            self.names.push((item, value));
            let made = self.value(body);
            let value = self.names.pop().map_or(Value::Null, |(_, value)| value);
            let made = match made {
                Ok(made) => made,
                Err(Stop::Untestable(reason)) => {
                    untestable.get_or_insert(reason);
                    continue;
                }
                Err(stop) => return Err(stop),
            };
            match (what, made) {
                (Macro::Map, made) => kept.push(made),
                (Macro::All, Value::Truth(false)) => return Ok(Value::Truth(false)),
                (Macro::Exists, Value::Truth(true)) => return Ok(Value::Truth(true)),
                (Macro::ExistsOne, Value::Truth(true)) => count += 1,
                (Macro::Filter, Value::Truth(true)) => kept.push(value),
                (_, Value::Truth(_)) => {}
                _ => return defect("what is asked of each item is neither true nor false"),
            }
        }
        if let Some(reason) = untestable {
            return Err(Stop::Untestable(reason));
        }
        Ok(match what {
            Macro::All => Value::Truth(true),
            Macro::Exists => Value::Truth(false),
            Macro::ExistsOne => Value::Truth(count == 1),
            Macro::Filter | Macro::Map => Value::List(kept.into()),
            Macro::Group => unreachable!("this was seen to above"),
        })
    }

    /// The documents of a list by what is made of each; those of which nothing can be made are in no group.
    fn grouped(
        &mut self,
        items: super::value::Items<'_, 'd>,
        item: &'d str,
        body: &'d Expression,
    ) -> Outcome<'d> {
        let mut groups = Groups::default();
        for value in items {
            self.step()?;
            let Value::Document(number) = value else { return defect("only documents are grouped") };
            self.names.push((item, value));
            let made = self.value(body);
            self.names.pop();
            match made {
                Ok(made) => groups.add(number, Some(made)),
                Err(Stop::Untestable(_)) => groups.add(number, None),
                Err(stop) => return Err(stop),
            }
        }
        Ok(groups.into_value(self))
    }
}

/// The node of a field, and what the field holds.
pub(super) fn node_in<'d>(document: &'d Document<'d>, name: &str) -> Option<(Node<'d>, &'d Schema)> {
    let node = document.get(name)?;
    let (_, schema) = document.record_type?.shape.fields.iter().find(|(known, _)| known == name)?;
    Some((node, schema))
}

fn added<'d>(left: &Value<'d>, right: &Value<'d>, negative: bool) -> Outcome<'d> {
    let overflow = || Stop::Defect("a date lies beyond the calendar".to_owned());
    let sign = |duration: &Duration| if negative { duration.negative() } else { *duration };
    Ok(match (left, right) {
        (Value::Number(a), Value::Number(b)) => Value::Number(if negative { a - b } else { a + b }),
        (Value::Day(day), Value::Duration(duration)) => {
            Value::Day(sign(duration).after(*day).ok_or_else(overflow)?)
        }
        (Value::Instant(instant), Value::Duration(duration)) => {
            Value::Instant(sign(duration).after_instant(*instant).ok_or_else(overflow)?)
        }
        (Value::Duration(duration), Value::Day(day)) if !negative => {
            Value::Day(duration.after(*day).ok_or_else(overflow)?)
        }
        (Value::Duration(duration), Value::Instant(instant)) if !negative => {
            Value::Instant(duration.after_instant(*instant).ok_or_else(overflow)?)
        }
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.plus(sign(b)).ok_or_else(overflow)?),
        (Value::Day(a), Value::Day(b)) if negative => {
            Value::Duration(Duration::of_days((*a - *b).num_days()))
        }
        (Value::Instant(a), Value::Instant(b)) if negative => {
            Value::Duration(Duration::of_seconds((*a - *b).num_seconds()))
        }
        (Value::Text(a), Value::Text(b)) if !negative => Value::Text(Cow::Owned(format!("{a}{b}"))),
        _ if !negative => match (left.items(), right.items()) {
            (Some(a), Some(b)) => Value::List(a.chain(b).collect()),
            _ => return defect("two values that cannot be added are"),
        },
        _ => return defect("two values that cannot be taken away from each other are"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{catalog::Catalog, corpus, expression::parse, model::Snapshot, yaml::Limits};

    fn judged() -> Judged {
        let own = BTreeMap::from([("limit".to_owned(), "P5D".to_owned())]);
        Judged { time_zone: chrono_tz::Tz::Europe__Dublin, own, ..Judged::on("2026-06-30") }
    }

    /// What an expression comes to where there are no documents.
    fn value(text: &str) -> String {
        let snapshot = Snapshot::default();
        let (catalog, corpus) = (Catalog::embedded(), corpus::read(&snapshot, &Limits::default()));
        let (documents, judged) = (Documents::of(&corpus, &catalog), judged());
        let expression = parse(text).unwrap();
        let mut evaluator = Evaluator::new(&documents, &judged);
        match evaluator.value(&expression) {
            Ok(Value::Text(text)) => format!("{text:?}"),
            Ok(value) => evaluator.in_words(&value),
            Err(Stop::Untestable(reason)) => format!("not testable: {reason}"),
            Err(Stop::Defect(why)) => format!("defect: {why}"),
        }
    }

    #[test]
    fn what_decides_alone_decides() {
        let open = "[1].filter(x, x > 1)[0] > 1";
        assert_eq!(value(open), "not testable: `item` is absent");
        assert_eq!(value(&format!("false && {open}")), "false");
        assert_eq!(value(&format!("{open} && false")), "false");
        assert_eq!(value(&format!("{open} || true")), "true");
        assert_eq!(value(&format!("{open} || false")), "not testable: `item` is absent");
        assert_eq!(value(&format!("[true, false].all(x, x && {open})")), "false");
    }

    #[test]
    fn days_instants_and_durations_follow_the_calendar() {
        assert_eq!(value("date(\"2026-01-31\") + duration(\"P1M\")"), "2026-02-28");
        assert_eq!(value("as_of - date(\"2026-06-01\") > duration(\"P4W\")"), "true");
        assert_eq!(value("period.from + duration(\"P1Y\") > period.to"), "true");
        assert_eq!(value("own(\"limit\", duration(\"P3D\"))"), "5 days");
        assert_eq!(value("own(\"other\", duration(\"P3D\"))"), "3 days");
        assert_eq!(value("as_of + duration(\"P999999Y\")"), "defect: a date lies beyond the calendar");
    }

    #[test]
    fn lists_are_gone_through() {
        assert_eq!(value("[3, 1, 2].filter(x, x > 1).map(x, x * 2)"), "6, 4");
        assert_eq!(value("sum([1, 2.5]) == 3.5 && min([2, 1]) == 1 && max([\"a\", \"b\"]) == \"b\""), "true");
        assert_eq!(value("size(distinct([1, 1, 2])) == 2 && 2 in [1, 2] && !(3 in [1, 2])"), "true");
        assert_eq!(value("flatten([[1], [2, 3]])"), "1, 2, 3");
        assert_eq!(value("all(\"incident\").all(i, i.id == \"x\")"), "true");
        assert_eq!(value("[1, 2, 2].exists_one(x, x == 2)"), "false");
        assert_eq!(value("months(\"incident\", \"opened_at\").map(m, m.month)[0]"), "\"2025-07\"");
    }

    /// Expressions of plain values give what the implementation of CEL that nobody here wrote gives.
    /// `PROBITY_CASES` sets how many.
    #[test]
    fn expressions_come_to_what_another_cel_makes_of_them() {
        let cases = std::env::var("PROBITY_CASES").map_or(2_000, |cases| cases.parse::<u64>().unwrap());
        let (mut compared, mut seed) = (0, 1_u64);
        let mut random = move |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % bound
        };
        let context = cel::Context::default();
        for _ in 0..cases {
            let text = generated(4, &mut random);
            let program = cel::Program::compile(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let theirs = match program.execute(&context) {
                Ok(cel::Value::Bool(value)) => value.to_string(),
                Ok(other) => panic!("{text}: {other:?}"),
                // An index beyond a list; they say so in another way.
                Err(_) => continue,
            };
            compared += 1;
            assert_eq!(value(&text), theirs, "{text}");
        }
        assert!(compared * 10 > cases * 9, "{compared} of {cases}");
    }

    /// An expression that is true or false.
    fn generated(depth: usize, random: &mut impl FnMut(usize) -> usize) -> String {
        let list = ["[1.0, 2.0, 3.0]", "[2.5]", "[1.0, 1.0]"][random(3)];
        let number = |random: &mut dyn FnMut(usize) -> usize| {
            ["1.0", "2.0", "2.5", "(1.0 + 2.0)", "(3.0 - 0.5 * 2.0)", "-(2.0 / 4.0)", "[4.0, 5.0][1]"]
                [random(7)]
            .to_owned()
        };
        let text = ["'a'", "\"ab\"", "('a' + 'b')", "'名前'"];
        if depth == 0 {
            let comparison = ["==", "!=", "<", "<=", ">", ">="][random(6)];
            return match random(4) {
                0 => ["true", "false"][random(2)].to_owned(),
                1 => format!("{} {comparison} {}", text[random(4)], text[random(4)]),
                _ => format!("{} {comparison} {}", number(random), number(random)),
            };
        }
        match random(9) {
            0 => format!("({} && {})", generated(depth - 1, random), generated(depth - 1, random)),
            1 => format!("({} || {})", generated(depth - 1, random), generated(depth - 1, random)),
            2 => format!("!({})", generated(depth - 1, random)),
            3 => format!(
                "({} ? {} : {})",
                generated(depth - 1, random),
                generated(depth - 1, random),
                generated(depth - 1, random)
            ),
            4 => format!("{list}.all(x, x > {} || {})", number(random), generated(depth - 1, random)),
            5 => format!("{list}.filter(x, x >= {}).exists(y, y < {})", number(random), number(random)),
            6 => format!("{list}.map(x, x * 2.0).exists_one(y, y == {})", number(random)),
            7 => format!("{}.startsWith({}) == ({})", text[random(4)], text[random(4)], generated(0, random)),
            _ => format!("{} in {list} || size({}) > 1", number(random), text[random(4)]),
        }
    }
}
