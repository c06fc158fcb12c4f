//! Pages: everything in one file, readable without scripts and on paper. Filled from published JSON by the templates in
//! `templates/`, some of which the organization can replace by its own.

pub mod document;
mod markdown;
mod met;
pub mod pack;
pub mod paper;
mod plan;
mod whole;

use std::{borrow::Cow, fmt::Write as _, io};

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tera::{Context, ErrorKind, Kwargs, State, Tera};

use crate::{
    model::{Content, File},
    text::{nearest, quoted, safe},
};

pub use whole::{context, render};

/// A page that is larger than this is refused.
pub const SIZE_LIMIT: usize = 64 * 1024 * 1024;

/// A template, and whether the organization may put one of its own in its place.
struct Template {
    name: &'static str,
    text: &'static str,
    is_fixed: bool,
}

macro_rules! template {
    ($folder:literal, $name:literal, $fixed:expr) => {
        Template {
            name: $name,
            text: include_str!(concat!("../../../templates/", $folder, "/", $name)),
            is_fixed: $fixed,
        }
    };
}
use template;

/// The templates of one kind of page.
struct Set {
    /// The folder in which they are, and in which those of the organization's own are.
    folder: &'static str,
    templates: &'static [Template],
    script: &'static str,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// A file is no template that can be replaced.
    #[error("{} is no template that can be replaced", quoted(path))]
    NoTemplate {
        /// The file.
        path: String,
        /// Those that can.
        known: Vec<&'static str>,
        /// A name that is close.
        near: Option<String>,
    },
    /// A file cannot be read as a text.
    #[error("{} cannot be read as a text", quoted(path))]
    NoText {
        /// The file.
        path: String,
    },
    /// A style would end before its end.
    #[error("{} holds `</`, which no style needs", quoted(path))]
    EndsStyle {
        /// The file.
        path: String,
    },
    /// A template is wrong, or asks for what there is not.
    #[error("{place}: {}", safe(message))]
    Template {
        /// The file, line and column.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A page would be too large.
    #[error("the page would be larger than {} MiB", SIZE_LIMIT >> 20)]
    TooLarge,
    /// What a page is to be made of is something else.
    #[error("this is no report of `probity report --format json` that this version can read")]
    NoReport,
}

impl HtmlError {
    /// What a person can do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoTemplate { near, known, .. } => {
                let near = near.as_ref().map(|near| format!("perhaps {near}; ")).unwrap_or_default();
                Some(format!("{near}these can: {}", known.join(", ")))
            }
            Self::Template { .. } => Some("`--print-context` shows what a template can use".to_owned()),
            Self::TooLarge => Some("use `--format json`, or look for a loop in your templates".to_owned()),
            Self::NoReport => Some("make it anew with `probity report --format json`".to_owned()),
            Self::NoText { .. } | Self::EndsStyle { .. } => None,
        }
    }
}

/// The templates of a set, read, with those of the organization's own in the place of some: for as many pages as wanted.
struct Ready<'s> {
    set: &'s Set,
    own: &'s [File],
    tera: Tera,
}

impl Ready<'_> {
    /// A page as a context fills it.
    fn page(&self, page: &str, context: &Value) -> Result<String, HtmlError> {
        let told = |error: &tera::Error| self.set.told(error, self.own);
        let context = Context::from_serialize(context).map_err(|error| told(&error))?;
        let mut text = Bounded(Vec::new());
        self.tera.render_to(page, &context, &mut text).map_err(|error| told(&error))?;
        String::from_utf8(text.0).map_err(|_| HtmlError::NoReport)
    }
}

impl Set {
    /// Reads the templates.
    fn ready<'s>(&'s self, own: &'s [File]) -> Result<Ready<'s>, HtmlError> {
        let mut tera = Tera::default();
        tera.register_filter("marked", |text: &str, _: Kwargs, _: &State<'_>| marked(text));
        let texts = self.templates.iter().map(|template| Ok((template.name, self.text_of(template, own)?)));
        let texts = texts.collect::<Result<Vec<(&str, &str)>, HtmlError>>()?;
        let pages = texts.into_iter().filter(|(name, _)| is_page(name));
        tera.add_raw_templates(pages).map_err(|error| self.told(&error, own))?;
        Ok(Ready { set: self, own, tera })
    }

    /// The title, the style and the script of a page, with what a browser is told of them.
    fn dress(&self, title: &str, edges: [&str; 2], own: &[File]) -> Result<Value, HtmlError> {
        for file in own.iter().filter(|file| self.is_of(file)) {
            let name = name_of(file);
            let known = self.templates.iter().filter(|template| !template.is_fixed);
            let known: Vec<&'static str> = known.map(|template| template.name).collect();
            if !known.contains(&name) {
                let near = nearest(name, known.iter().copied()).map(str::to_owned);
                return Err(HtmlError::NoTemplate { path: file.path.clone(), known, near });
            }
        }
        let mut style = String::new();
        // What is fixed comes last, and so counts.
        for template in self.templates.iter().filter(|template| !is_page(template.name)).rev() {
            let text = self.text_of(template, own)?;
            if text.contains("</") {
                return Err(HtmlError::EndsStyle { path: self.path_of(template.name, own) });
            }
            // What a browser takes a checksum of has line feeds only.
            style.push_str(&text.replace("\r\n", "\n"));
        }
        style.push_str(&running_titles(edges));
        Ok(json!({
            "page_title": title,
            "style": style,
            "style_hash": hash(&style),
            "script": self.script,
            "script_hash": hash(self.script),
        }))
    }

    fn is_of(&self, file: &File) -> bool {
        file.path.rsplit('/').nth(1) == Some(self.folder)
    }

    fn own_of<'f>(&self, name: &str, own: &'f [File]) -> Option<&'f File> {
        own.iter().find(|file| self.is_of(file) && name_of(file) == name)
    }

    fn path_of(&self, name: &str, own: &[File]) -> String {
        let ours = || format!("templates/{}/{name}", self.folder);
        self.own_of(name, own).map_or_else(ours, |file| file.path.clone())
    }

    fn text_of<'f>(&self, template: &Template, own: &'f [File]) -> Result<&'f str, HtmlError> {
        let own = self.own_of(template.name, own).filter(|_| !template.is_fixed);
        match own.map(|file| (file, &file.content)) {
            None => Ok(template.text),
            Some((_, Content::Text(source))) => Ok(source.text()),
            Some((file, Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_))) => {
                Err(HtmlError::NoText { path: file.path.clone() })
            }
        }
    }

    fn told(&self, error: &tera::Error, own: &[File]) -> HtmlError {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let (path, span) = (self.path_of(report.filename(), own), report.span());
                HtmlError::Template {
                    place: format!("{path}:{}:{}", span.start_line, span.start_col + 1),
                    message: report.message().to_owned(),
                }
            }
            ErrorKind::Io(_) => HtmlError::TooLarge,
            kind => {
                HtmlError::Template { place: format!("templates/{}", self.folder), message: kind.to_string() }
            }
        }
    }
}

fn name_of(file: &File) -> &str {
    file.path.rsplit('/').next().unwrap_or_default()
}

fn is_page(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "html")
}

/// Makes what a page must not hold raw visible in every text: characters that change how others are read.
fn make_safe(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(shown) = safe(text) {
                *text = shown;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(make_safe),
        Value::Object(fields) => fields.values_mut().for_each(make_safe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text as part of a page, with what stands between backticks as code.
fn marked(text: &str) -> String {
    let mut page = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    // The last one of an odd number of backticks is one.
    let pairs = (parts.len() - 1) / 2;
    for (number, part) in parts.iter().enumerate() {
        let is_code = number % 2 == 1 && number / 2 < pairs;
        if number > 0 && number % 2 == 1 && !is_code {
            page.push('`');
        }
        page.push_str(if is_code { "<code>" } else { "" });
        for character in part.chars() {
            match character {
                '&' => page.push_str("&amp;"),
                '<' => page.push_str("&lt;"),
                '>' => page.push_str("&gt;"),
                '"' => page.push_str("&quot;"),
                '\'' => page.push_str("&#39;"),
                _ => page.push(character),
            }
        }
        page.push_str(if is_code { "</code>" } else { "" });
    }
    page
}

/// A checksum as a content security policy has it.
fn hash(text: &str) -> String {
    Base64::encode_string(&Sha256::digest(text.as_bytes()))
}

/// What stands in the margin of each printed page, above and below.
fn running_titles([above, below]: [&str; 2]) -> String {
    format!(
        "@page{{@top-left{{content:{}}}@bottom-left{{content:{}}}@bottom-right{{content:counter(page) \" / \" \
         counter(pages)}}}}\n",
        style_text(above),
        style_text(below)
    )
}

/// A text in a style, in which nothing has a meaning of its own.
fn style_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in safe(text).chars() {
        if character.is_ascii_alphanumeric() || character == ' ' {
            quoted.push(character);
        } else {
            let _ = write!(quoted, "\\{:x} ", u32::from(character));
        }
    }
    quoted.push('"');
    quoted
}

/// Takes no more than [`SIZE_LIMIT`].
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > SIZE_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_nothing_is_markup() {
        assert_eq!(marked("set `a < b` & \"c\""), "set <code>a &lt; b</code> &amp; &quot;c&quot;");
        assert_eq!(marked("`a` and ` alone"), "<code>a</code> and ` alone");
        assert_eq!(marked("one ` only"), "one ` only");
        assert_eq!(marked("``"), "<code></code>");
        assert_eq!(marked("plain"), "plain");
    }

    #[test]
    fn a_text_in_a_style_ends_nowhere() {
        assert_eq!(style_text("A\"}b;</style>"), "\"A\\22 \\7d b\\3b \\3c \\2f style\\3e \"");
    }
}
