//! Whether the fields, functions and values that a rule names are there: a misspelt field would
//! otherwise be *not testable* for ever.

use super::{
    Catalog, rules,
    rules::{Placed, RulePart},
    types,
};
use crate::{
    expression::{Expression, Kind, Macro, Operator},
    model::{Category, Computed, Format, Kind as Holds, Mistake, Part, RecordType, Schema, Scope, Template},
    text::{Span, nearest, quoted},
};

/// What a value is, as far as it is known before there are documents.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type<'c> {
    Any,
    Null,
    Truth,
    Number,
    Text {
        refers_to: &'c [String],
        values: &'c [String],
    },
    Day,
    Instant,
    Duration,
    /// Fields within a document.
    Object(&'c Schema),
    /// A document of one of some types.
    Document(Vec<&'c RecordType>),
    /// A document of any type, or of any of a category, of which only the shared fields are known.
    SomeDocument(&'c [String]),
    List(Box<Type<'c>>),
    /// A value of a field and the documents that have it.
    Group(Box<Type<'c>>),
    /// A month and the documents of it.
    Month(Box<Type<'c>>),
    /// Something that somebody wrote in a document.
    Said,
    Period,
}

pub(super) const TEXT: Type<'static> = Type::Text { refers_to: &[], values: &[] };

/// What is wrong, and where in the expression.
pub(super) struct Wrong {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

pub(super) fn wrong<T>(span: Span, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { span, message: message.into(), help: None })
}

/// Checks a computed rule against the types.
pub(super) fn check(catalog: &Catalog, rule: &Computed, placed: &Placed<'_>) -> Result<(), Mistake> {
    let told =
        |part: RulePart| move |wrong: Wrong| placed.mistake(part, wrong.span, wrong.message, wrong.help);
    let name = rule.record_type.as_str();
    if !catalog.knows(name) && !rules::CATEGORIES.contains(&name) {
        let help = nearest(name, catalog.type_ids()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no record type {}", quoted(name));
        return Err(placed.mistake(RulePart::Type, Span::default(), message, help));
    }
    let mut typing = Typing { catalog, names: Vec::new(), populations: 0 };
    if rule.scope == Scope::Each {
        let of = typing.documents_of(name).expect("the type is known");
        typing.names.push(("self".to_owned(), of));
    }
    if let Some(items) = &rule.items {
        let of = typing.type_of(items).map_err(told(RulePart::Items))?;
        let Type::List(item) = of else {
            return wrong(items.span, "`for` goes through a list").map_err(told(RulePart::Items));
        };
        typing.names.push(("it".to_owned(), *item));
    }
    let truths = [
        (RulePart::When, rule.when.as_ref()),
        (RulePart::Assert, Some(&rule.assert)),
        (RulePart::Escalate, rule.escalate.as_ref().map(|(when, _)| when)),
    ];
    for (part, expression) in truths {
        let Some(expression) = expression else { continue };
        typing.truth(expression).map_err(told(part))?;
    }
    for (number, related) in rule.related.iter().enumerate() {
        typing.type_of(related).map_err(told(RulePart::Related(number)))?;
    }
    // A group has no place of its own: a field of the subject is meant, or else of the documents in it.
    let root = typing.names.iter().rev().find(|(name, of)| name == "self" || !is_group(of));
    let root = match (root, typing.names.last()) {
        (Some((_, root)), _) => Some(root.clone()),
        (None, Some((_, Type::Group(of) | Type::Month(of)))) => Some((**of).clone()),
        (None, _) => None,
    };
    if let Some(root) = &root {
        typing.path(root, &rule.at).map_err(told(RulePart::At))?;
    }
    typing.template(&rule.message).map_err(told(RulePart::Message))?;
    typing.template(&rule.help).map_err(told(RulePart::Help))
}

/// Checks a condition about `self`, a document of a type.
pub(super) fn check_condition(catalog: &Catalog, name: &str, condition: &Expression) -> Result<(), Wrong> {
    Typing::about(catalog, name).expect("the type is known").truth(condition)
}

pub(super) struct Typing<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) names: Vec<(String, Type<'c>)>,
    /// How many lists of whole populations are being gone through.
    populations: usize,
}

impl<'c> Typing<'c> {
    /// The documents of a type, or of a category.
    pub(super) fn documents_of(&self, name: &str) -> Option<Type<'c>> {
        let category = match name {
            "any" => return Some(Type::SomeDocument(types::common_fields())),
            "document" => Category::Document,
            "register" => Category::Register,
            "record" => Category::Record,
            name => return self.catalog.record_type(name).map(|found| Type::Document(vec![found])),
        };
        Some(Type::SomeDocument(types::shared_fields(category)))
    }

    /// What can be asked of `self`, a document of a type or of a category; none if there is no such type.
    pub(super) fn about(catalog: &'c Catalog, name: &str) -> Option<Self> {
        let mut typing = Self { catalog, names: Vec::new(), populations: 0 };
        let of = typing.documents_of(name)?;
        typing.names.push(("self".to_owned(), of));
        Some(typing)
    }

    /// Goes through a list: each of its items is called `it`.
    pub(super) fn through(&mut self, list: &Expression) -> Result<(), Wrong> {
        let Type::List(item) = self.type_of(list)? else {
            return wrong(list.span, "`for` goes through a list");
        };
        self.names.push(("it".to_owned(), *item));
        Ok(())
    }

    /// Has a day that is called so from here on.
    pub(super) fn with_day(&mut self, name: &str) {
        self.names.push((name.to_owned(), Type::Day));
    }

    /// A field of the item, or else of the document.
    pub(super) fn field_at(&self, path: &[String]) -> Result<Type<'c>, Wrong> {
        let (_, root) = self.names.last().expect("there is something that is asked about");
        self.path(root, path)
    }

    /// Checks that a field of the item or of the document names a person or a role.
    pub(super) fn names_somebody(&self, field: &str) -> Result<(), Wrong> {
        let named = |(_, root): &(String, Type<'c>)| self.field(root, field, Span::default());
        let found = self.names.iter().rev().map(named).reduce(Result::or);
        match found.expect("there is something that is asked about")? {
            Type::Text { refers_to: refers_to @ [_, ..], .. }
                if refers_to.iter().all(|of| of == "person" || of == "role") =>
            {
                Ok(())
            }
            _ => wrong(Span::default(), format!("{} names neither a person nor a role", quoted(field))),
        }
    }

    /// Checks that an expression is a day or an instant.
    pub(super) fn day(&mut self, expression: &Expression) -> Result<(), Wrong> {
        match self.type_of(expression)? {
            Type::Day | Type::Instant => Ok(()),
            other => {
                wrong(expression.span, format!("a day is asked for here, and this is {}", named(&other)))
            }
        }
    }

    /// Checks that an expression is a duration.
    pub(super) fn duration(&mut self, expression: &Expression) -> Result<(), Wrong> {
        match self.type_of(expression)? {
            Type::Duration => Ok(()),
            other => {
                wrong(expression.span, format!("a duration is asked for here, and this is {}", named(&other)))
            }
        }
    }

    /// Checks that an expression is true or false.
    pub(super) fn truth(&mut self, expression: &Expression) -> Result<(), Wrong> {
        match self.type_of(expression)? {
            Type::Truth | Type::Any => Ok(()),
            _ => wrong(expression.span, "this is neither true nor false"),
        }
    }

    pub(super) fn type_of(&mut self, expression: &Expression) -> Result<Type<'c>, Wrong> {
        let span = expression.span;
        Ok(match &expression.kind {
            Kind::Null => Type::Null,
            Kind::Truth(_) => Type::Truth,
            Kind::Integer(_) | Kind::Number(_) => Type::Number,
            Kind::Text(_) => TEXT,
            Kind::List(items) => {
                let mut of = Type::Any;
                for item in items {
                    let found = self.type_of(item)?;
                    if !alike(&of, &found) {
                        return wrong(
                            item.span,
                            format!("{} stands in a list of another kind", named(&found)),
                        );
                    }
                    of = found;
                }
                Type::List(of.into())
            }
            Kind::Name(name) => self.name(name, span)?,
            Kind::Field(of, name) | Kind::Has(of, name) => {
                let holder = self.type_of(of)?;
                let field = self.field(&holder, name, span)?;
                if matches!(expression.kind, Kind::Has(..)) { Type::Truth } else { field }
            }
            Kind::Index(of, index) => match (self.type_of(of)?, self.type_of(index)?) {
                (Type::List(item), Type::Number | Type::Any) => *item,
                (Type::Any, _) => Type::Any,
                _ => return wrong(span, "only a list is asked for an item, by its number"),
            },
            Kind::Call { target, function, arguments } => {
                let arguments: Vec<&Expression> = target.as_deref().into_iter().chain(arguments).collect();
                self.call(function, &arguments, span)?
            }
            Kind::Not(operand) => {
                self.truth(operand)?;
                Type::Truth
            }
            Kind::Negative(operand) => match self.type_of(operand)? {
                of @ (Type::Number | Type::Duration | Type::Any) => of,
                _ => return wrong(span, "only a number or a duration has an opposite"),
            },
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right, span)?,
            Kind::Choice(condition, yes, no) => {
                self.truth(condition)?;
                let (yes, no) = (self.type_of(yes)?, self.type_of(no)?);
                if yes == Type::Null { no } else { yes }
            }
            Kind::Comprehension { what, list, item, body } => self.comprehension(*what, list, item, body)?,
        })
    }

    fn name(&self, name: &str, span: Span) -> Result<Type<'c>, Wrong> {
        if let Some((_, of)) = self.names.iter().rev().find(|(known, _)| known == name) {
            return Ok(of.clone());
        }
        match name {
            "as_of" => Ok(Type::Day),
            "period" => Ok(Type::Period),
            _ => {
                let known = self.names.iter().map(|(known, _)| known.as_str()).chain(["as_of", "period"]);
                let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
                Err(Wrong { span, message: format!("there is nothing named {} here", quoted(name)), help })
            }
        }
    }

    fn field(&self, holder: &Type<'c>, name: &str, span: Span) -> Result<Type<'c>, Wrong> {
        let unknown = |known: Vec<&str>| {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            Err(Wrong { span, message: format!("there is no field {}", quoted(name)), help: Some(help) })
        };
        let in_schema = |schema: &'c Schema| {
            schema.fields.iter().find(|(known, _)| known == name).map(|(_, found)| found)
        };
        match holder {
            Type::Any => Ok(Type::Any),
            Type::Object(schema) => match in_schema(schema) {
                Some(found) => Ok(value_of(found)),
                None => unknown(schema.fields.iter().map(|(known, _)| known.as_str()).collect()),
            },
            Type::Document(types) => match types.iter().find_map(|found| in_schema(&found.shape)) {
                Some(found) => Ok(value_of(found)),
                None => unknown(
                    types
                        .iter()
                        .flat_map(|found| &found.shape.fields)
                        .map(|(known, _)| known.as_str())
                        .collect(),
                ),
            },
            Type::SomeDocument(shared) => {
                if shared.iter().any(|known| known == name) {
                    let found = self.catalog.register().shape.at(name);
                    Ok(found.map_or(Type::Any, value_of))
                } else {
                    unknown(shared.iter().map(String::as_str).collect())
                }
            }
            Type::Group(items) => match name {
                "key" | "of" => Ok(TEXT),
                "items" => Ok(Type::List(items.clone())),
                "count" | "percent" => Ok(Type::Number),
                _ => unknown(vec!["key", "of", "items", "count", "percent"]),
            },
            Type::Month(items) => match name {
                "month" | "of" => Ok(TEXT),
                "items" => Ok(Type::List(items.clone())),
                "count" | "usual" => Ok(Type::Number),
                _ => unknown(vec!["month", "of", "items", "count", "usual"]),
            },
            Type::Said => match name {
                "text" => Ok(TEXT),
                _ => unknown(vec!["text"]),
            },
            Type::Period => match name {
                "from" | "to" => Ok(Type::Day),
                _ => unknown(vec!["from", "to"]),
            },
            Type::List(_) => wrong(span, format!("a list has no field {}; ask each item", quoted(name))),
            Type::Text { refers_to: [_, ..], .. } => {
                wrong(span, "this is the id of a document; `ref(..)` gives the document")
            }
            _ => wrong(span, format!("this has no fields, so none that is named {}", quoted(name))),
        }
    }

    /// The type at a path from a type, through lists as if they were their items.
    pub(super) fn path(&self, root: &Type<'c>, path: &[String]) -> Result<Type<'c>, Wrong> {
        path.iter().try_fold(root.clone(), |holder, name| {
            let holder = match holder {
                Type::List(item) => *item,
                other => other,
            };
            self.field(&holder, name, Span::default())
        })
    }

    fn template(&self, template: &Template) -> Result<(), Wrong> {
        for part in &template.parts {
            let Part::Field(path) = part else { continue };
            let (first, rest) = path.split_first().expect("a path has a name");
            match self.names.iter().find(|(known, _)| known == first) {
                Some((_, of)) => drop(self.path(of, rest)?),
                None => match self.names.first() {
                    Some((_, root)) => match self.path(root, path) {
                        Err(_) if first == "as_of" || first == "period" => {}
                        other => drop(other?),
                    },
                    None if first == "as_of" || first == "period" => {}
                    None => {
                        return wrong(
                            Span::default(),
                            format!("there is nothing named {} here", quoted(first)),
                        );
                    }
                },
            }
        }
        Ok(())
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
        span: Span,
    ) -> Result<Type<'c>, Wrong> {
        use Operator::{
            And, AtLeast, AtMost, Divided, Equal, Greater, In, Less, Minus, Or, Plus, Remainder, Times,
            Unequal,
        };
        if matches!(operator, And | Or) {
            self.truth(left)?;
            self.truth(right)?;
            return Ok(Type::Truth);
        }
        let (a, b) = (self.type_of(left)?, self.type_of(right)?);
        known_value(&a, right)?;
        known_value(&b, left)?;
        match operator {
            Equal | Unequal if alike(&a, &b) => Ok(Type::Truth),
            Equal | Unequal => wrong(span, format!("{} and {} are never the same", named(&a), named(&b))),
            In => match &b {
                Type::List(item) if alike(&a, item) => {
                    if let Kind::List(items) = &right.kind {
                        items.iter().try_for_each(|item| known_value(&a, item))?;
                    }
                    known_value(item, left)?;
                    Ok(Type::Truth)
                }
                Type::Any => Ok(Type::Truth),
                _ => wrong(span, format!("{} is in no {}", named(&a), named(&b))),
            },
            Less | AtMost | Greater | AtLeast => match (&a, &b) {
                (Type::Number, Type::Number)
                | (Type::Day, Type::Day)
                | (Type::Instant, Type::Instant)
                | (Type::Duration, Type::Duration)
                | (Type::Text { .. }, Type::Text { .. })
                | (Type::Any, _)
                | (_, Type::Any) => Ok(Type::Truth),
                (Type::Day, Type::Instant) | (Type::Instant, Type::Day) => {
                    wrong(span, "a day and an instant are compared by `date(..)` of the instant")
                }
                _ => wrong(span, format!("{} and {} have no order", named(&a), named(&b))),
            },
            Plus | Minus => match (&a, &b) {
                (Type::Day | Type::Instant | Type::Duration, Type::Duration) => Ok(a),
                (Type::Duration, Type::Day | Type::Instant) if operator == Plus => Ok(b),
                (Type::Day, Type::Day) | (Type::Instant, Type::Instant) if operator == Minus => {
                    Ok(Type::Duration)
                }
                (Type::Number, Type::Number) => Ok(Type::Number),
                (Type::Text { .. }, Type::Text { .. }) | (Type::List(_), Type::List(_))
                    if operator == Plus =>
                {
                    Ok(a)
                }
                (Type::Any, _) | (_, Type::Any) => Ok(Type::Any),
                _ => wrong(span, format!("{} and {} cannot be added or taken away", named(&a), named(&b))),
            },
            Times | Divided | Remainder => match (&a, &b) {
                (Type::Number | Type::Any, Type::Number | Type::Any) => Ok(Type::Number),
                _ => wrong(span, "only numbers are multiplied and divided"),
            },
            And | Or => unreachable!("these were seen to above"),
        }
    }

    fn comprehension(
        &mut self,
        what: Macro,
        list: &Expression,
        item: &str,
        body: &Expression,
    ) -> Result<Type<'c>, Wrong> {
        let of = match self.type_of(list)? {
            Type::List(of) => *of,
            Type::Any => Type::Any,
            _ => return wrong(list.span, "this is no list"),
        };
        let population = is_population(list);
        if population && self.populations > 0 {
            return wrong(
                list.span,
                "a whole population inside of another takes for ever; use `referrers`, `group` or `months`",
            );
        }
        self.populations += usize::from(population);
        self.names.push((item.to_owned(), of.clone()));
        let made = self.type_of(body);
        self.names.pop();
        self.populations -= usize::from(population);
        let made = made?;
        match what {
            Macro::Map => Ok(Type::List(made.into())),
            Macro::All | Macro::Exists | Macro::ExistsOne | Macro::Filter
                if !matches!(made, Type::Truth | Type::Any) =>
            {
                wrong(body.span, "this is neither true nor false")
            }
            Macro::Group if !matches!(of, Type::Document(_) | Type::SomeDocument(_) | Type::Any) => {
                wrong(list.span, "only documents are grouped")
            }
            Macro::Group => Ok(Type::List(Type::Group(of.into()).into())),
            Macro::Filter => Ok(Type::List(of.into())),
            Macro::All | Macro::Exists | Macro::ExistsOne => Ok(Type::Truth),
        }
    }
}

fn is_group(of: &Type<'_>) -> bool {
    matches!(of, Type::Group(_) | Type::Month(_) | Type::Said)
}

/// Whether a list is all documents of a type, or some of them.
fn is_population(list: &Expression) -> bool {
    match &list.kind {
        Kind::Call { target: None, function, .. } => function == "all",
        Kind::Comprehension { list, what: Macro::Filter | Macro::Map, .. } => is_population(list),
        _ => false,
    }
}

fn value_of(schema: &Schema) -> Type<'_> {
    match (schema.kind, schema.format) {
        (Holds::Text, Some(Format::Date)) => Type::Day,
        (Holds::Text, Some(Format::DateTime)) => Type::Instant,
        (Holds::Text, Some(Format::Duration)) => Type::Duration,
        (Holds::Text, _) => Type::Text { refers_to: &schema.refers_to, values: &schema.values },
        (Holds::Number | Holds::Integer, _) => Type::Number,
        (Holds::Truth, _) => Type::Truth,
        (Holds::List, _) => Type::List(schema.items.as_deref().map_or(Type::Any, value_of).into()),
        (Holds::Object, _) => Type::Object(schema),
    }
}

/// Whether a value written out is one that the field beside it may have.
fn known_value(of: &Type<'_>, written: &Expression) -> Result<(), Wrong> {
    let (Type::Text { values: values @ [_, ..], .. }, Kind::Text(text)) = (of, &written.kind) else {
        return Ok(());
    };
    if values.contains(text) {
        return Ok(());
    }
    let help = nearest(text, values.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let message = format!("the field beside it is never {}", quoted(text));
    Err(Wrong {
        span: written.span,
        message,
        help: help.or_else(|| Some(format!("it is one of {}", values.join(", ")))),
    })
}

fn alike(a: &Type<'_>, b: &Type<'_>) -> bool {
    matches!(
        (a, b),
        (Type::Any | Type::Null, _)
            | (_, Type::Any | Type::Null)
            | (Type::Truth, Type::Truth)
            | (Type::Number, Type::Number)
            | (Type::Text { .. }, Type::Text { .. })
            | (Type::Day, Type::Day)
            | (Type::Instant, Type::Instant)
            | (Type::Duration, Type::Duration)
            | (Type::Document(_) | Type::SomeDocument(_), Type::Document(_) | Type::SomeDocument(_))
    )
}

pub(super) fn named(of: &Type<'_>) -> &'static str {
    match of {
        Type::Any => "something",
        Type::Null => "nothing",
        Type::Truth => "a truth value",
        Type::Number => "a number",
        Type::Text { .. } => "a text",
        Type::Day => "a day",
        Type::Instant => "an instant",
        Type::Duration => "a duration",
        Type::Object(_) => "a set of fields",
        Type::Document(_) | Type::SomeDocument(_) => "a document",
        Type::List(_) => "a list",
        Type::Group(_) => "a group",
        Type::Month(_) => "a month",
        Type::Said => "something written",
        Type::Period => "the period",
    }
}
