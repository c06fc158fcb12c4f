//! A file of the catalog, read with places: what is wrong in it is told as `file:line:column`.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, de};
use serde_spanned::Spanned;

use crate::{
    model::{Content, File, Mistake},
    text::{Source, Span, nearest, quoted},
    yaml::{self, Limits},
};

/// A mapping whose order counts, with the places of its keys.
#[derive(Debug)]
pub(super) struct Ordered<T>(pub(super) Vec<(Spanned<String>, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mapping")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

/// A name, or a list of names.
#[derive(Debug, Default)]
pub(super) struct OneOrMore(pub(super) Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> de::Visitor<'de> for Names {
            type Value = OneOrMore;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name or a list of names")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<OneOrMore, E> {
                Ok(OneOrMore(vec![Spanned::new(0..0, name.to_owned())]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut names: A) -> Result<OneOrMore, A::Error> {
                let mut list = Vec::new();
                while let Some(name) = names.next_element()? {
                    list.push(name);
                }
                Ok(OneOrMore(list))
            }
        }

        deserializer.deserialize_any(Names)
    }
}

/// A file of the catalog, and what it says.
pub(super) struct Loaded<T> {
    pub(super) source: Arc<Source>,
    pub(super) content: T,
}

impl<T> Loaded<T> {
    pub(super) fn mistake<V>(&self, at: &Spanned<V>, message: impl Into<String>) -> Mistake {
        mistake(&self.source, Span::new(at.span().start, at.span().end), message)
    }
}

pub(super) fn mistake(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Mistake {
    Mistake { source: Arc::clone(source), span, message: message.into(), help: None }
}

/// The text of a file of the organization's own.
pub(super) fn text_of(file: &File) -> Result<&Arc<Source>, Mistake> {
    let reason = match &file.content {
        Content::Text(source) => return Ok(source),
        Content::Undecodable(_) => "it is not UTF-8 text",
        Content::TooLarge { .. } => "it is larger than 16 MiB",
        Content::Unreadable(reason) => reason,
    };
    let empty = Arc::new(Source::new(file.path.as_str(), ""));
    Err(mistake(&empty, Span::default(), format!("the file cannot be read: {reason}")))
}

/// Reads a file of the catalog; the first mistake ends it.
pub(super) fn load<T: for<'a> Deserialize<'a>>(source: Arc<Source>) -> Result<Loaded<T>, Mistake> {
    let stream = yaml::read(Arc::clone(&source), &Limits::default());
    if let Some(problem) = stream.problems().first() {
        let help = problem.help.clone();
        return Err(Mistake { help, ..mistake(&source, problem.span, &*problem.message) });
    }
    let mut documents = stream.documents();
    let Some(root) = documents.next() else {
        return Err(mistake(&source, Span::default(), "the file holds nothing"));
    };
    if let Some(second) = documents.next() {
        let start = second.span().range().start;
        let help = Some("give it a file of its own".to_owned());
        let message = "a file here holds one document, and here begins another";
        return Err(Mistake { help, ..mistake(&source, Span::new(start, start), message) });
    }
    match yaml::from_node(root) {
        Ok(content) => Ok(Loaded { source, content }),
        Err(error) => {
            let span = error.span.unwrap_or_default();
            Err(Mistake { help: error.help, ..mistake(&source, span, error.message) })
        }
    }
}

/// A name that is none, with the nearest of those that are.
pub(super) fn unknown<'n, T>(
    file: &Loaded<T>,
    name: &Spanned<String>,
    what: &str,
    known: impl Iterator<Item = &'n str>,
) -> Mistake {
    let known: BTreeSet<&str> = known.collect();
    let help = nearest(name.as_ref(), known).map(|near| format!("did you mean `{near}`?"));
    Mistake { help, ..file.mistake(name, format!("there is no {what} {}", quoted(name.as_ref()))) }
}
