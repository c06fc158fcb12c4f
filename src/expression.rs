//! The language of rules: a subset of the Common Expression Language (CEL), parsed with the place of
//! every part.
//!
//! Literals, lists, fields, indices, calls, `!`, `-`, arithmetic, comparisons, `in`, `&&`, `||`, `?:`, and
//! the macros `has`, `all`, `exists`, `exists_one`, `filter` and `map`, and of our own `group`. What the names mean is not known
//! here.

mod lexer;
mod parser;

use crate::text::Span;

pub use parser::parse;

/// Beyond so many bytes, an expression is refused.
pub const SIZE_LIMIT: usize = 4096;

/// Beyond so many levels, an expression is refused.
pub const DEPTH_LIMIT: usize = 40;

/// A part of an expression, and where it stands, in bytes of the expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

impl Expression {
    /// Calls back with the expression and every part of it.
    pub fn each<'e>(&'e self, found: &mut dyn FnMut(&'e Expression)) {
        found(self);
        match &self.kind {
            Kind::Null
            | Kind::Truth(_)
            | Kind::Integer(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Name(_) => {}
            Kind::List(items) => items.iter().for_each(|item| item.each(found)),
            Kind::Field(of, _) | Kind::Has(of, _) | Kind::Not(of) | Kind::Negative(of) => of.each(found),
            Kind::Index(a, b) | Kind::Binary(_, a, b) | Kind::Comprehension { list: a, body: b, .. } => {
                a.each(found);
                b.each(found);
            }
            Kind::Call { target, arguments, .. } => {
                for part in target.as_deref().into_iter().chain(arguments) {
                    part.each(found);
                }
            }
            Kind::Choice(a, b, c) => [a, b, c].into_iter().for_each(|part| part.each(found)),
        }
    }
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`
    Truth(bool),
    /// `42`
    Integer(i64),
    /// `99.5`
    Number(f64),
    /// `"open"`
    Text(String),
    /// `["open", "closed"]`
    List(Vec<Expression>),
    /// `self`
    Name(String),
    /// `self.state`
    Field(Box<Expression>, String),
    /// `has(self.state)`
    Has(Box<Expression>, String),
    /// `self.targets[0]`
    Index(Box<Expression>, Box<Expression>),
    /// `size(self.targets)`, or `self.title.startsWith("x")` with what stands before the dot
    Call {
        /// What stands before the dot.
        target: Option<Box<Expression>>,
        /// The function.
        function: String,
        /// What stands between the brackets.
        arguments: Vec<Expression>,
    },
    /// `!a`
    Not(Box<Expression>),
    /// `-a`
    Negative(Box<Expression>),
    /// `a < b`
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `a ? b : c`
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `list.all(item, ..)`
    Comprehension {
        /// Which.
        what: Macro,
        /// The list.
        list: Box<Expression>,
        /// The name of an item.
        item: String,
        /// What is asked or made of each item.
        body: Box<Expression>,
    },
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divided,
    /// `%`
    Remainder,
}

/// What is done with each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Macro {
    /// Whether it holds for all.
    All,
    /// Whether it holds for one at least.
    Exists,
    /// Whether it holds for one and no other.
    ExistsOne,
    /// Those for which it holds.
    Filter,
    /// What it makes of each.
    Map,
    /// Those of which it makes the same, together.
    Group,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is the case.
    pub message: String,
}
