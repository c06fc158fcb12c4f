//! What the functions of the language of rules take and give.

use super::{
    types,
    typing::{TEXT, Type, Typing, Wrong, named, wrong},
};
use crate::{
    expression::{Expression, Kind},
    model::{Category, Duration, Function},
    text::{Span, nearest, quoted},
};

/// A call, and what its arguments are.
struct Call<'e, 'c> {
    function: Function,
    name: &'e str,
    arguments: &'e [&'e Expression],
    types: Vec<Type<'c>>,
    span: Span,
}

impl<'e, 'c> Call<'e, 'c> {
    /// What stands for a type or a field is written out, so that it can be looked up here.
    fn literal(&self, position: usize) -> Result<&'e str, Wrong> {
        match &self.arguments[position].kind {
            Kind::Text(text) => Ok(text.as_str()),
            _ => wrong(self.arguments[position].span, "this has to be written out between quotes"),
        }
    }

    /// What a list as the first argument holds.
    fn items(&self) -> Result<Type<'c>, Wrong> {
        match &self.types[0] {
            Type::List(item) => Ok((**item).clone()),
            Type::Any => Ok(Type::Any),
            _ => wrong(self.arguments[0].span, format!("`{}` goes through a list", self.name)),
        }
    }

    /// What is wrong with the first argument.
    fn refused<T>(&self, what: &str) -> Result<T, Wrong> {
        wrong(self.arguments[0].span, format!("{} {what}", named(&self.types[0])))
    }
}

fn list<'c>(of: impl Into<Box<Type<'c>>>) -> Type<'c> {
    Type::List(of.into())
}

impl<'c> Typing<'c> {
    /// What a call gives.
    pub(super) fn call(
        &mut self,
        name: &str,
        arguments: &[&Expression],
        span: Span,
    ) -> Result<Type<'c>, Wrong> {
        let Some(function) = Function::named(name) else {
            let help = nearest(name, Function::ALL.iter().map(|(known, _)| *known));
            let help = help.map(|near| format!("did you mean `{near}`?"));
            return Err(Wrong { span, message: format!("there is no function {}", quoted(name)), help });
        };
        let arity = function.arity();
        if !arity.contains(&arguments.len()) {
            return wrong(
                span,
                format!("`{name}` takes {} values, and here are {}", arity.end(), arguments.len()),
            );
        }
        let mut types = Vec::new();
        for argument in arguments {
            types.push(self.type_of(argument)?);
        }
        let call = Call { function, name, arguments, types, span };
        match function {
            Function::Ref
            | Function::Refs
            | Function::All
            | Function::Referrers
            | Function::Next
            | Function::Previous
            | Function::Settled
            | Function::Ended
            | Function::Stub
            | Function::Type
            | Function::Begun
            | Function::Finished
            | Function::Texts
            | Function::Marked
            | Function::WrittenIn => self.about_documents(&call),
            Function::Group
            | Function::Months
            | Function::Populations
            | Function::Blanks
            | Function::Latest => self.about_many(&call),
            _ => about_values(&call),
        }
    }

    /// Those that speak of documents and what joins them.
    fn about_documents(&self, call: &Call<'_, 'c>) -> Result<Type<'c>, Wrong> {
        let first = &call.types[0];
        match call.function {
            Function::Ref => self.referred(first, call.arguments[0].span),
            Function::Refs => Ok(list(self.referred(&call.items()?, call.arguments[0].span)?)),
            Function::All => Ok(list(self.documents_named(call, 0)?)),
            Function::Referrers => {
                let name = call.arguments.len() - 2;
                let documents = self.documents_named(call, name)?;
                self.field_named(&documents, call, name + 1)?;
                // References are counted by type, and a category has too many to look through.
                if matches!(documents, Type::SomeDocument(_)) {
                    let message = "`referrers` asks for one type, and this is a category";
                    return wrong(call.arguments[name].span, message);
                }
                if name == 0 && !self.names.iter().any(|(known, _)| known == "self") {
                    return wrong(call.span, "there is no `self` here that could be referred to");
                }
                Ok(list(documents))
            }
            Function::Next | Function::Previous => {
                let Type::Document(_) = first else { return call.refused("is no document of a known type") };
                self.field_named(first, call, 1)?;
                self.date_named(first, call, 2)?;
                Ok(list(first.clone()))
            }
            _ => match first {
                Type::Document(_) | Type::SomeDocument(_) | Type::Any => Ok(match call.function {
                    Function::Type => TEXT,
                    Function::Begun | Function::Finished => Type::Day,
                    Function::Texts | Function::Marked => list(Type::Said),
                    _ => Type::Truth,
                }),
                _ => call.refused("is no document"),
            },
        }
    }

    /// Those that look at many documents together.
    fn about_many(&self, call: &Call<'_, 'c>) -> Result<Type<'c>, Wrong> {
        match call.function {
            Function::Populations => {
                let records = types::shared_fields(Category::Record);
                Ok(list(Type::Group(Type::SomeDocument(records).into())))
            }
            Function::Blanks => Ok(list(Type::Group(call.items()?.into()))),
            Function::Latest => {
                let of = call.items()?;
                self.date_named(&of, call, 1)?;
                Ok(list(of))
            }
            Function::Months if call.arguments.len() == 1 => Ok(list(Type::Month(call.items()?.into()))),
            Function::Months => {
                let documents = self.documents_named(call, 0)?;
                self.date_named(&documents, call, 1)?;
                Ok(list(Type::Month(documents.into())))
            }
            _ => {
                let documents = self.documents_named(call, 0)?;
                self.field_named(&documents, call, 1)?;
                Ok(list(Type::Group(documents.into())))
            }
        }
    }

    /// The documents of the type or category that an argument names.
    fn documents_named(&self, call: &Call<'_, 'c>, position: usize) -> Result<Type<'c>, Wrong> {
        let name = call.literal(position)?;
        self.documents_of(name).ok_or_else(|| {
            let help = nearest(name, self.catalog.type_ids()).map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no record type {}", quoted(name));
            Wrong { span: call.arguments[position].span, message, help }
        })
    }

    /// The field of documents that an argument names.
    fn field_named(
        &self,
        documents: &Type<'c>,
        call: &Call<'_, 'c>,
        position: usize,
    ) -> Result<Type<'c>, Wrong> {
        let path: Vec<String> = call.literal(position)?.split('.').map(str::to_owned).collect();
        let field = self.path(documents, &path);
        field.map_err(|wrong| Wrong { span: call.arguments[position].span, ..wrong })
    }

    /// The same of a field that has to hold a date.
    fn date_named(&self, documents: &Type<'c>, call: &Call<'_, 'c>, position: usize) -> Result<(), Wrong> {
        match self.field_named(documents, call, position)? {
            Type::Day | Type::Instant | Type::Any => Ok(()),
            _ => wrong(call.arguments[position].span, "this field holds no date"),
        }
    }

    /// What an id refers to.
    fn referred(&self, of: &Type<'c>, span: Span) -> Result<Type<'c>, Wrong> {
        match of {
            Type::Text { refers_to: [], .. } | Type::Any => Ok(Type::SomeDocument(types::common_fields())),
            Type::Text { refers_to: [only], .. } if only == "any" => {
                Ok(Type::SomeDocument(types::common_fields()))
            }
            Type::Text { refers_to, .. } => Ok(Type::Document(
                refers_to.iter().filter_map(|name| self.catalog.record_type(name)).collect(),
            )),
            other => wrong(span, format!("{} is no id", named(other))),
        }
    }
}

/// Those that speak of texts, numbers, lists and times.
fn about_values<'c>(call: &Call<'_, 'c>) -> Result<Type<'c>, Wrong> {
    let first = &call.types[0];
    match call.function {
        Function::Own => {
            call.literal(0)?;
            Ok(call.types[1].clone())
        }
        Function::Date => match first {
            Type::Instant | Type::Text { .. } | Type::Day | Type::Any => Ok(Type::Day),
            _ => call.refused("is no instant"),
        },
        Function::Duration => match (call.literal(0), first) {
            (Ok(written), _) if Duration::parse(written).is_none() => {
                wrong(call.arguments[0].span, "this is no duration such as P1M or PT4H")
            }
            (_, Type::Text { .. } | Type::Any) => Ok(Type::Duration),
            _ => call.refused("is no text"),
        },
        Function::Resolves | Function::Contains | Function::StartsWith | Function::EndsWith => {
            for (argument, of) in call.arguments.iter().zip(&call.types) {
                if !matches!(of, Type::Text { .. } | Type::Any) {
                    return wrong(argument.span, format!("{} is no text", named(of)));
                }
            }
            Ok(Type::Truth)
        }
        Function::Unfilled | Function::Known | Function::Held => match first {
            Type::Said | Type::Text { .. } | Type::Any => Ok(Type::Truth),
            _ => call.refused("is no text"),
        },
        Function::Organizations | Function::Roles => match first {
            Type::Said => Ok(list(Type::Said)),
            _ => call.refused("is none of the `texts` of a document"),
        },
        Function::Lower => Ok(TEXT),
        Function::Size => match first {
            Type::List(_) | Type::Text { .. } | Type::Any => Ok(Type::Number),
            _ => call.refused("has no size"),
        },
        Function::Sum => call.items().map(|_| Type::Number),
        Function::Min | Function::Max => call.items(),
        Function::Distinct => call.items().map(list),
        _ => match call.items()? {
            inner @ (Type::List(_) | Type::Any) => Ok(inner),
            _ => wrong(call.arguments[0].span, "`flatten` goes through a list of lists"),
        },
    }
}
