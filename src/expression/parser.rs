//! From tokens to an expression, by the precedence of CEL.

use super::{
    DEPTH_LIMIT, Expression, Kind, Macro, Operator, SIZE_LIMIT, SyntaxError,
    lexer::{Token, tokens},
};
use crate::text::{Span, quoted};

/// Reads an expression.
///
/// # Errors
///
/// At the first part that does not fit.
pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
    if text.len() > SIZE_LIMIT {
        let message = format!("the expression is longer than {SIZE_LIMIT} bytes");
        return Err(SyntaxError { span: Span::new(0, text.len()), message });
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let expression = parser.choice()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    next: usize,
    depth: usize,
}

/// Operators from the weakest to the strongest; those of a level are read from the left.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("in", Operator::In),
    ],
    &[("+", Operator::Plus), ("-", Operator::Minus)],
    &[("*", Operator::Times), ("/", Operator::Divided), ("%", Operator::Remainder)],
];

/// Words that mean something, and can be no names.
const RESERVED: &[&str] = &["true", "false", "null", "in"];

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].0
    }

    fn span(&self) -> Span {
        self.tokens[self.next].1
    }

    fn advance(&mut self) {
        self.next = (self.next + 1).min(self.tokens.len() - 1);
    }

    /// Takes a sign, or the word `in`, if it comes next.
    fn takes(&mut self, sign: &str) -> bool {
        let found = match self.peek() {
            Token::Sign(found) => *found == sign,
            Token::Word(word) => word == sign && RESERVED.contains(&sign),
            Token::Integer(_) | Token::Number(_) | Token::Text(_) | Token::End => false,
        };
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<Span, SyntaxError> {
        let span = self.span();
        if self.takes(sign) { Ok(span) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Word(word) => quoted(word),
            Token::Text(text) => format!("the text {}", quoted(text)),
            Token::Integer(_) | Token::Number(_) => "a number".to_owned(),
        };
        SyntaxError { span: self.span(), message: format!("{wanted} is expected, and here is {found}") }
    }

    fn choice(&mut self) -> Result<Expression, SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            let message = format!("the expression is nested more than {DEPTH_LIMIT} levels deep");
            return Err(SyntaxError { span: self.span(), message });
        }
        let condition = self.level(0)?;
        let expression = if self.takes("?") {
            let yes = self.choice()?;
            self.expect(":")?;
            let no = self.choice()?;
            let span = condition.span.to(no.span);
            Expression { kind: Kind::Choice(condition.into(), yes.into(), no.into()), span }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn level(&mut self, level: usize) -> Result<Expression, SyntaxError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.takes(sign)) {
            let right = self.level(level + 1)?;
            let span = left.span.to(right.span);
            left = Expression { kind: Kind::Binary(*operator, left.into(), right.into()), span };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.span();
        for (sign, make) in [("!", Kind::Not as fn(Box<Expression>) -> Kind), ("-", Kind::Negative)] {
            if self.takes(sign) {
                self.depth += 1;
                if self.depth > DEPTH_LIMIT {
                    return Err(SyntaxError { span: start, message: "too many signs in a row".to_owned() });
                }
                let operand = self.unary()?;
                self.depth -= 1;
                let span = start.to(operand.span);
                return Ok(Expression { kind: make(operand.into()), span });
            }
        }
        self.member()
    }

    fn member(&mut self) -> Result<Expression, SyntaxError> {
        let mut value = self.primary()?;
        loop {
            if self.takes(".") {
                let Token::Word(name) = self.peek().clone() else { return Err(self.unexpected("a name")) };
                let end = self.span();
                self.advance();
                value = if self.takes("(") {
                    self.method(value, name)?
                } else {
                    let span = value.span.to(end);
                    Expression { kind: Kind::Field(value.into(), name), span }
                };
            } else if self.takes("[") {
                let index = self.choice()?;
                let span = value.span.to(self.expect("]")?);
                value = Expression { kind: Kind::Index(value.into(), index.into()), span };
            } else {
                return Ok(value);
            }
        }
    }

    /// What follows the opening bracket of `target.name(`.
    fn method(&mut self, target: Expression, name: String) -> Result<Expression, SyntaxError> {
        let what = match name.as_str() {
            "all" => Macro::All,
            "exists" => Macro::Exists,
            "exists_one" => Macro::ExistsOne,
            "filter" => Macro::Filter,
            "map" => Macro::Map,
            "group" => Macro::Group,
            _ => {
                let (arguments, end) = self.arguments()?;
                let span = target.span.to(end);
                let kind = Kind::Call { target: Some(target.into()), function: name, arguments };
                return Ok(Expression { kind, span });
            }
        };
        let Token::Word(item) = self.peek().clone() else {
            return Err(self.unexpected("the name of an item"));
        };
        self.advance();
        self.expect(",")?;
        let body = self.choice()?.into();
        let span = target.span.to(self.expect(")")?);
        Ok(Expression { kind: Kind::Comprehension { what, list: target.into(), item, body }, span })
    }

    /// What stands between brackets, and the closing one.
    fn arguments(&mut self) -> Result<(Vec<Expression>, Span), SyntaxError> {
        let mut arguments = Vec::new();
        let end = self.span();
        if self.takes(")") {
            return Ok((arguments, end));
        }
        loop {
            arguments.push(self.choice()?);
            if !self.takes(",") {
                return Ok((arguments, self.expect(")")?));
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.span();
        let token = self.peek().clone();
        let kind = match token {
            Token::Integer(value) => Kind::Integer(value),
            Token::Number(value) => Kind::Number(value),
            Token::Text(value) => Kind::Text(value),
            Token::Word(word) if word == "null" => Kind::Null,
            Token::Word(word) if word == "true" || word == "false" => Kind::Truth(word == "true"),
            Token::Word(word) if word != "in" => {
                self.advance();
                if !self.takes("(") {
                    return Ok(Expression { kind: Kind::Name(word), span: start });
                }
                let (mut arguments, end) = self.arguments()?;
                let span = start.to(end);
                let kind = match (word.as_str(), arguments.pop()) {
                    ("has", Some(Expression { kind: Kind::Field(of, name), .. })) if arguments.is_empty() => {
                        Kind::Has(of, name)
                    }
                    ("has", _) => {
                        let message = "`has` asks for one field, as in `has(self.state)`".to_owned();
                        return Err(SyntaxError { span, message });
                    }
                    (_, last) => {
                        arguments.extend(last);
                        Kind::Call { target: None, function: word, arguments }
                    }
                };
                return Ok(Expression { kind, span });
            }
            Token::Sign("(") => {
                self.advance();
                let inner = self.choice()?;
                let span = start.to(self.expect(")")?);
                return Ok(Expression { span, ..inner });
            }
            Token::Sign("[") => {
                self.advance();
                return self.list(start);
            }
            Token::Word(_) | Token::Sign(_) | Token::End => return Err(self.unexpected("a value")),
        };
        self.advance();
        Ok(Expression { kind, span: start })
    }

    fn list(&mut self, start: Span) -> Result<Expression, SyntaxError> {
        let mut items = Vec::new();
        loop {
            let end = self.span();
            if self.takes("]") {
                return Ok(Expression { kind: Kind::List(items), span: start.to(end) });
            }
            items.push(self.choice()?);
            if !self.takes(",") {
                let end = self.expect("]")?;
                return Ok(Expression { kind: Kind::List(items), span: start.to(end) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An expression with brackets around every part.
    fn shown(expression: &Expression) -> String {
        let list = |items: &[Expression]| items.iter().map(shown).collect::<Vec<_>>().join(", ");
        match &expression.kind {
            Kind::Null => "null".into(),
            Kind::Truth(value) => value.to_string(),
            Kind::Integer(value) => value.to_string(),
            Kind::Number(value) => value.to_string(),
            Kind::Text(value) => format!("{value:?}"),
            Kind::List(items) => format!("[{}]", list(items)),
            Kind::Name(name) => name.clone(),
            Kind::Field(of, name) => format!("{}.{name}", shown(of)),
            Kind::Has(of, name) => format!("has({}.{name})", shown(of)),
            Kind::Index(of, index) => format!("{}[{}]", shown(of), shown(index)),
            Kind::Call { target: None, function, arguments } => format!("{function}({})", list(arguments)),
            Kind::Call { target: Some(target), function, arguments } => {
                format!("{}.{function}({})", shown(target), list(arguments))
            }
            Kind::Not(operand) => format!("!{}", shown(operand)),
            Kind::Negative(operand) => format!("-{}", shown(operand)),
            Kind::Binary(operator, left, right) => format!("({} {operator:?} {})", shown(left), shown(right)),
            Kind::Choice(condition, yes, no) => {
                format!("({} ? {} : {})", shown(condition), shown(yes), shown(no))
            }
            Kind::Comprehension { what, list, item, body } => {
                format!("{}.{what:?}({item}, {})", shown(list), shown(body))
            }
        }
    }

    fn read(text: &str) -> String {
        parse(text).map_or_else(
            |error| format!("{}..{} {}", error.span.start, error.span.end, error.message),
            |expression| shown(&expression),
        )
    }

    #[test]
    fn operators_bind_as_in_cel() {
        assert_eq!(read("a || b && c == d + e * -f"), "(a Or (b And (c Equal (d Plus (e Times -f)))))");
        assert_eq!(read("a - b - c"), "((a Minus b) Minus c)");
        assert_eq!(read("!a.b && (c || d) ? x : y ? 1 : 2"), "((!a.b And (c Or d)) ? x : (y ? 1 : 2))");
        assert_eq!(read("a in [1, 2.5, 'x',]"), "(a In [1, 2.5, \"x\"])");
    }

    #[test]
    fn macros_and_calls_are_told_apart() {
        assert_eq!(read("self.targets.all(t, has(t.metric))"), "self.targets.All(t, has(t.metric))");
        assert_eq!(
            read("size(refs(self.x).filter(r, r.a > 1))"),
            "size(refs(self.x).Filter(r, (r.a Greater 1)))"
        );
        assert_eq!(read("self.title.startsWith(\"a\\\"b\")"), "self.title.startsWith(\"a\\\"b\")");
        assert_eq!(read("period.from <= as_of"), "(period.from AtMost as_of)");
    }

    #[test]
    fn what_does_not_fit_is_told_at_its_place() {
        assert_eq!(read("a &&"), "4..4 a value is expected, and here is the end");
        assert_eq!(read("a = b"), "2..3 `=` is no sign of the language");
        assert_eq!(read("(a"), "2..2 `)` is expected, and here is the end");
        assert_eq!(read("a b"), "2..3 the end of the expression is expected, and here is `b`");
        assert_eq!(read("'x"), "0..1 the text that begins with ' does not end");
        assert_eq!(read("has(a)"), "0..6 `has` asks for one field, as in `has(self.state)`");
        assert!(read(&"(".repeat(100)).contains("nested more than 40 levels"));
        assert!(read(&"!".repeat(100)).contains("too many signs"));
        assert!(read(&"a".repeat(5000)).contains("longer than 4096 bytes"));
    }

    #[test]
    fn every_part_knows_its_place() {
        let text = "has(self.x) && ref(self.y).z > 3";
        let Kind::Binary(_, left, right) = parse(text).unwrap().kind else { panic!() };
        assert_eq!(&text[left.span.range()], "has(self.x)");
        let Kind::Binary(_, left, _) = right.kind else { panic!() };
        assert_eq!(&text[left.span.range()], "ref(self.y).z");
    }
}
