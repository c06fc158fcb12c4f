//! `schemas/samples/`: how many records are usually read, and what is added to a draw.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, load, unknown},
    rules,
    typing::{Typing, Wrong},
};
use crate::{
    expression::{self, Expression},
    model::{Basis, Mistake, Size, Sizes, Usual},
    text::{Source, Span, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SizesFile {
    basis: Basis,
    sizes: Vec<SizeFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SizeFile {
    up_to: Option<usize>,
    #[serde(default)]
    percent: usize,
    #[serde(default)]
    least: usize,
    most: Option<usize>,
    says: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UsualFile {
    id: Spanned<String>,
    #[serde(rename = "type")]
    record_type: Spanned<String>,
    because: String,
    when: Option<Spanned<String>>,
    oldest: Option<Spanned<String>>,
    alike: Option<Spanned<String>>,
    least: Option<usize>,
    most: usize,
}

/// The table of sizes, read when somebody first asks.
pub(super) fn sizes() -> &'static Sizes {
    static SIZES: OnceLock<Sizes> = OnceLock::new();
    SIZES.get_or_init(|| {
        let (path, text) = file("samples/sizes.yaml");
        read_sizes(path, text).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
    })
}

/// What is usually added, read when somebody first asks; a test checks it against the record types.
pub(super) fn usual() -> &'static [Usual] {
    static USUAL: OnceLock<Vec<Usual>> = OnceLock::new();
    USUAL.get_or_init(|| {
        let (path, text) = file("samples/usual.yaml");
        read_usual(path, text, None).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
    })
}

fn file(path: &str) -> (&'static str, &'static str) {
    embedded(path).next().expect("the file is embedded")
}

fn read_sizes(path: &str, text: &str) -> Result<Sizes, Mistake> {
    let file: Loaded<SizesFile> = load(Arc::new(Source::new(path, text)))?;
    let mut below = 0;
    for (number, size) in file.content.sizes.iter().enumerate() {
        let is_last = number + 1 == file.content.sizes.len();
        match size.up_to {
            Some(up_to) if up_to <= below => {
                return Err(file.mistake(&size.says, "it is for no more than the line before it"));
            }
            None if !is_last => {
                return Err(file.mistake(&size.says, "nothing can follow a line without `up_to`"));
            }
            Some(_) if is_last => {
                return Err(file.mistake(&size.says, "the last line is for any number more"));
            }
            up_to => below = up_to.unwrap_or_default(),
        }
    }
    let size = |size: &SizeFile| Size {
        up_to: size.up_to,
        percent: size.percent,
        least: size.least,
        most: size.most.unwrap_or(usize::MAX),
        says: size.says.as_ref().clone(),
    };
    Ok(Sizes { basis: file.content.basis, sizes: file.content.sizes.iter().map(size).collect() })
}

fn read_usual(path: &str, text: &str, catalog: Option<&Catalog>) -> Result<Vec<Usual>, Mistake> {
    let file: Loaded<Vec<UsualFile>> = load(Arc::new(Source::new(path, text)))?;
    let mut all: Vec<Usual> = Vec::new();
    for written in &file.content {
        if all.iter().any(|known| known.id == *written.id.as_ref()) {
            return Err(file.mistake(&written.id, format!("{} is there twice", quoted(written.id.as_ref()))));
        }
        if written.alike.is_some() != written.least.is_some() {
            return Err(file.mistake(&written.id, "`alike` and `least` belong together"));
        }
        let usual = Usual {
            id: written.id.as_ref().clone(),
            record_type: written.record_type.as_ref().clone(),
            because: written.because.clone(),
            when: written.when.as_ref().map(|when| parsed(&file, when, when.as_ref())).transpose()?,
            oldest: written
                .oldest
                .as_ref()
                .map(|field| parsed(&file, field, &format!("self.{}", field.as_ref())))
                .transpose()?,
            alike: written.alike.as_ref().map(|field| field.as_ref().clone()),
            least: written.least.unwrap_or_default(),
            most: written.most,
        };
        if let Some(catalog) = catalog {
            check(catalog, &file, written, &usual)?;
        }
        all.push(usual);
    }
    Ok(all)
}

fn parsed<T>(file: &Loaded<T>, written: &Spanned<String>, text: &str) -> Result<Expression, Mistake> {
    let placed = |span: Span| rules::placed(&file.source, written, span);
    expression::parse(text).map_err(|error| file.mistake(&placed(error.span), error.message))
}

/// Whether the type, the fields and the functions that are named are there.
fn check(
    catalog: &Catalog,
    file: &Loaded<Vec<UsualFile>>,
    written: &UsualFile,
    usual: &Usual,
) -> Result<(), Mistake> {
    let Some(mut typing) = Typing::about(catalog, &usual.record_type) else {
        return Err(unknown(file, &written.record_type, "record type", catalog.type_ids()));
    };
    let told = |part: &Option<Spanned<String>>, wrong: Wrong| {
        let written = part.as_ref().unwrap_or(&written.id);
        Mistake {
            help: wrong.help,
            ..file.mistake(&rules::placed(&file.source, written, wrong.span), wrong.message)
        }
    };
    if let Some(when) = &usual.when {
        typing.truth(when).map_err(|wrong| told(&written.when, wrong))?;
    }
    if let Some(oldest) = &usual.oldest {
        let whole = |wrong| told(&written.oldest, Wrong { span: Span::default(), ..wrong });
        typing.day(oldest).map_err(whole)?;
    }
    if let Some(alike) = &usual.alike {
        typing.field_at(std::slice::from_ref(alike)).map_err(|wrong| told(&written.alike, wrong))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_and_field_that_is_named_is_there() {
        let (path, text) = file("samples/usual.yaml");
        assert!(read_usual(path, text, Some(&Catalog::embedded())).unwrap().len() > 20);
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let told = |text: &str| {
            read_usual("samples/usual.yaml", text, Some(&Catalog::embedded())).unwrap_err().to_string()
        };
        let entry = |rest: &str| format!("- {{id: a, type: incident, because: b, most: 1, {rest}}}");
        assert_eq!(
            told(&entry("when: self.majr")),
            "samples/usual.yaml:1:54: there is no field `majr`; did you mean `major`?"
        );
        assert_eq!(
            told(&entry("oldest: title")),
            "samples/usual.yaml:1:56: a day is asked for here, and this is a text"
        );
        assert_eq!(
            told(&entry("alike: titel, least: 2")),
            "samples/usual.yaml:1:55: there is no field `titel`; did you mean `title`?"
        );
        assert_eq!(
            told(&entry("alike: title")),
            "samples/usual.yaml:1:8: `alike` and `least` belong together"
        );
        assert_eq!(
            told("- {id: a, type: incidnt, because: b, most: 1}"),
            "samples/usual.yaml:1:17: there is no record type `incidnt`; did you mean `incident`?"
        );
    }

    #[test]
    fn the_usual_sizes_are_those_of_practice() {
        let of = |count: usize| sizes().of(count).unwrap().of(count);
        let read: Vec<usize> = [0, 1, 5, 6, 50, 51, 60, 61, 250, 251, 100_000].map(of).to_vec();
        assert_eq!(read, [0, 1, 5, 5, 5, 6, 6, 7, 25, 25, 25]);
        assert_eq!(sizes().basis, Basis::Practice);
    }

    #[test]
    fn a_table_of_sizes_has_no_holes_and_no_line_that_never_counts() {
        let told = |sizes: &str| {
            read_sizes("sizes.yaml", &format!("basis: practice\nsizes: [{sizes}]")).unwrap_err().message
        };
        assert_eq!(told("{up_to: 5, says: a}"), "the last line is for any number more");
        assert_eq!(told("{says: a}, {says: b}"), "nothing can follow a line without `up_to`");
        assert_eq!(
            told("{up_to: 5, says: a}, {up_to: 5, says: b}, {says: c}"),
            "it is for no more than the line before it"
        );
    }
}
