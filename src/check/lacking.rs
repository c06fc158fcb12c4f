//! Which rules cannot be tested on records whose source has no column for some fields. That a field is absent in them
//! says nothing of what happened.

use crate::{
    expression::{Expression, Kind, Macro, Operator},
    model::Computed,
};

/// What is known of an expression where some fields are absent and all others may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    True,
    False,
    /// It depends on fields that are there.
    Open,
    /// It asks for what is not there.
    Untestable,
}

/// The first of some fields for the lack of which a rule cannot be tested on a document; none if it can.
///
/// A rule cannot be tested if it never applies without the field, is always kept or asks in vain without it, or would
/// take the lack of a column for the lack of what should be in it.
pub fn untestable<'f>(rule: &Computed, without: &[&'f str]) -> Option<&'f str> {
    let whole = [rule.items.as_ref(), rule.when.as_ref(), Some(&rule.assert)];
    let named = |field: &&str| whole.iter().flatten().any(|expression| names(expression, field));
    let without: Vec<&'f str> = without.iter().copied().filter(named).collect();
    without.iter().copied().find(|field| is_untestable(rule, &[*field])).or_else(|| {
        // One alone may be made up for by another, all together may not.
        without.first().copied().filter(|_| is_untestable(rule, &without))
    })
}

fn is_untestable(rule: &Computed, without: &[&str]) -> bool {
    let lacks = Lacks { without };
    if rule.items.as_ref().is_some_and(|items| lacks.known(items) == Known::Untestable) {
        return true;
    }
    let when = rule.when.as_ref().map_or(Known::True, |when| lacks.known(when));
    let misled = lacks.is_asked(&rule.assert, true)
        || rule.when.as_ref().is_some_and(|when| lacks.is_asked(when, false));
    misled
        || matches!(when, Known::False | Known::Untestable)
        || matches!(lacks.known(&rule.assert), Known::True | Known::False | Known::Untestable)
            && names_any(&rule.assert, without)
}

fn names(expression: &Expression, field: &str) -> bool {
    let mut found = false;
    expression.each(&mut |part| found |= own_field(part).is_some_and(|(name, _)| name == field));
    found
}

fn names_any(expression: &Expression, fields: &[&str]) -> bool {
    fields.iter().any(|field| names(expression, field))
}

/// A field of the document itself, and whether it is only asked whether it is there.
fn own_field(expression: &Expression) -> Option<(&str, bool)> {
    let (of, name, has) = match &expression.kind {
        Kind::Field(of, name) => (of, name, false),
        Kind::Has(of, name) => (of, name, true),
        _ => return None,
    };
    matches!(&of.kind, Kind::Name(subject) if subject == "self").then_some((name, has))
}

struct Lacks<'f> {
    without: &'f [&'f str],
}

impl Lacks<'_> {
    /// Whether the presence of a lacking field is asked for where it would make the whole true, or false.
    fn is_asked(&self, expression: &Expression, wanted: bool) -> bool {
        match &expression.kind {
            Kind::Has(..) => {
                wanted && own_field(expression).is_some_and(|(name, _)| self.without.contains(&name))
            }
            Kind::Not(of) => self.is_asked(of, !wanted),
            Kind::Binary(Operator::And | Operator::Or, a, b) => {
                self.is_asked(a, wanted) || self.is_asked(b, wanted)
            }
            Kind::Choice(_, a, b) => self.is_asked(a, wanted) || self.is_asked(b, wanted),
            _ => false,
        }
    }

    fn known(&self, expression: &Expression) -> Known {
        use Known::{False, Open, True, Untestable};
        match &expression.kind {
            Kind::Truth(true) => True,
            Kind::Truth(false) => False,
            Kind::Null | Kind::Integer(_) | Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => Open,
            Kind::Field(of, _) | Kind::Has(of, _) => match own_field(expression) {
                Some((name, true)) if self.without.contains(&name) => False,
                Some((name, false)) if self.without.contains(&name) => Untestable,
                None if self.known(of) == Untestable => Untestable,
                Some(_) | None => Open,
            },
            Kind::Not(of) => match self.known(of) {
                True => False,
                False => True,
                other => other,
            },
            Kind::Binary(Operator::And, a, b) => match (self.known(a), self.known(b)) {
                (False, _) | (_, False) => False,
                (True, other) | (other, True) => other,
                (Untestable, Untestable) => Untestable,
                // What is there may make it false.
                (Open, _) | (_, Open) => Open,
            },
            Kind::Binary(Operator::Or, a, b) => match (self.known(a), self.known(b)) {
                (True, _) | (_, True) => True,
                (False, other) | (other, False) => other,
                (Untestable, Untestable) => Untestable,
                (Open, _) | (_, Open) => Open,
            },
            Kind::Choice(condition, a, b) => match self.known(condition) {
                True => self.known(a),
                False => self.known(b),
                Untestable => Untestable,
                Open => match (self.known(a), self.known(b)) {
                    (a, b) if a == b => a,
                    _ => Open,
                },
            },
            Kind::List(items) => self.of_all(items.iter()),
            Kind::Negative(of) => self.of_all(std::iter::once(&**of)),
            Kind::Index(a, b) | Kind::Binary(_, a, b) => self.of_all([&**a, &**b].into_iter()),
            Kind::Call { target, arguments, .. } => {
                self.of_all(target.as_deref().into_iter().chain(arguments))
            }
            // Of its items nothing is known, unless the list itself is lacking.
            Kind::Comprehension { list, body, what, .. } => match self.known(list) {
                Untestable => Untestable,
                _ if matches!(what, Macro::All | Macro::Exists) && self.known(body) == Untestable => {
                    Untestable
                }
                _ => Open,
            },
        }
    }

    /// Open, unless a part of it is lacking.
    fn of_all<'e>(&self, mut parts: impl Iterator<Item = &'e Expression>) -> Known {
        if parts.any(|part| self.known(part) == Known::Untestable) { Known::Untestable } else { Known::Open }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        expression::parse,
        model::{Scope, Template},
    };

    fn lacking(when: &str, assert: &str, without: &[&str]) -> Option<String> {
        let rule = Computed {
            record_type: "incident".to_owned(),
            scope: Scope::Each,
            items: None,
            when: (!when.is_empty()).then(|| parse(when).unwrap()),
            before: None,
            assert: parse(assert).unwrap(),
            at: Vec::new(),
            related: Vec::new(),
            escalate: None,
            message: Template::default(),
            help: Template::default(),
        };
        untestable(&rule, without).map(str::to_owned)
    }

    #[test]
    fn a_rule_is_untestable_where_the_lack_of_a_column_would_decide_it() {
        for (when, assert, field) in [
            // It never applies.
            ("has(self.x)", "self.a == 1", true),
            ("has(self.a) && self.x > 1", "self.a == 1", false),
            ("self.x > 1", "self.a == 1", true),
            ("has(self.a) || has(self.x)", "self.a == 1", false),
            // It would apply where it should not.
            ("has(self.a) && !has(self.x)", "self.a == 1", true),
            // It would be broken, or kept, whatever happened.
            ("", "has(self.x)", true),
            ("", "has(self.a) || has(self.x)", true),
            ("", "!has(self.x)", true),
            ("", "self.x > 1", true),
            ("", "self.a > self.x", true),
            // It only looks at less.
            ("has(self.a)", "!(has(self.x) && self.x > self.a) && self.a < self.b", false),
            ("", "self.a < self.b", false),
            ("", "self.a < self.b || (has(self.b) && self.x == true)", false),
            ("", "size(self.x) > 0", true),
            ("", "ref(self.x).a == 1", true),
        ] {
            let found = lacking(when, assert, &["x"]);
            assert_eq!(found, field.then(|| "x".to_owned()), "when {when}: {assert}");
        }
        let (when, assert) = ("", "!(has(self.x) && self.x > self.a) && !(has(self.y) && self.y > self.a)");
        assert_eq!(lacking(when, assert, &["x"]), None);
        assert_eq!(lacking(when, assert, &["x", "y"]).as_deref(), Some("x"));
    }
}
