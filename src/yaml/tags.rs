//! Tags: what YAML's own make of a value, and that no others are taken.

use granit_parser::Tag;

use super::{
    problem::{Problem, ProblemKind},
    scalar::{Form, plain_form},
};
use crate::text::{Span, quoted};

/// The form that a tag gives a scalar; or what is wrong with the tag, which stands at `span`.
pub(super) fn scalar_form(tag: &Tag, text: &str, span: Span) -> Result<Form, Box<Problem>> {
    // `!` alone says: do not resolve.
    if tag.original() == "!" {
        return Ok(Form::Text);
    }
    let plain = plain_form(text);
    let form = match tag.core_suffix() {
        Some("str") => Some(Form::Text),
        Some("null") => (plain == Form::Null).then_some(plain),
        Some("bool") => matches!(plain, Form::Bool(_)).then_some(plain),
        Some("int") => (plain == Form::Integer).then_some(plain),
        Some("float") => matches!(plain, Form::Float | Form::Integer).then_some(Form::Float),
        _ => None,
    };
    form.ok_or_else(|| Box::new(foreign_or_misplaced(tag, &quoted(text), span)))
}

/// What is wrong with the tag of a mapping or a list, whose own is `map` or `seq`.
pub(super) fn of_collection(tag: &Tag, own: &str, what: &str, span: Span) -> Option<Problem> {
    let fits = tag.is_yaml_core_schema_tag(own) || tag.original() == "!";
    (!fits).then(|| foreign_or_misplaced(tag, what, span))
}

fn foreign_or_misplaced(tag: &Tag, before: &str, span: Span) -> Problem {
    let name = tag.original();
    let problem = if tag.is_yaml_core_schema() {
        Problem::new(ProblemKind::Tag, span, format!("tag {} does not fit {before}", quoted(&name)))
            .help("remove the tag, or mend the value")
    } else {
        Problem::new(ProblemKind::Tag, span, format!("tag {} is not one of YAML's own", quoted(&name)))
            .label("known only to the program that made it")
            .help("remove the tag and write the value out")
    };
    problem.fact("tag", name)
}
