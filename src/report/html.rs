//! The report as one page: everything in one file, readable without scripts and on paper. Filled from the JSON of
//! [`super::whole`] by the templates in `templates/report/`, some of which the organization can replace by its own.

mod plan;

use std::{borrow::Cow, fmt::Write as _, io};

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tera::{Context, ErrorKind, Kwargs, State, Tera};

use super::whole::DISCLAIMERS;
use crate::{
    model::{Content, File},
    text::{nearest, quoted, safe},
};

/// The page that holds everything together.
const PAGE: &str = "page.html";
/// A page that is larger than this is refused.
pub const SIZE_LIMIT: usize = 64 * 1024 * 1024;
/// So many findings are shown one by one.
const FINDINGS: usize = 1000;

/// So many overdue decisions stand on the first page.
const DECISIONS: usize = 5;

/// A template, and whether the organization may put one of its own in its place.
struct Template {
    name: &'static str,
    text: &'static str,
    is_fixed: bool,
}

macro_rules! template {
    ($name:literal, $fixed:expr) => {
        Template {
            name: $name,
            text: include_str!(concat!("../../templates/report/", $name)),
            is_fixed: $fixed,
        }
    };
}

/// What is the same in every report, and what can be replaced.
const TEMPLATES: [Template; 14] = [
    template!("page.html", true),
    template!("states.html", true),
    template!("states.css", true),
    template!("changed.html", true),
    template!("limits.html", true),
    template!("sponsor.html", false),
    template!("basis.html", false),
    template!("result.html", false),
    template!("strengths.html", false),
    template!("findings.html", false),
    template!("across.html", false),
    template!("plan.html", false),
    template!("annexes.html", false),
    template!("style.css", false),
];
const SCRIPT: &str = include_str!("../../templates/report/script.js");

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// A file is no template that can be replaced.
    #[error("{} is no template that can be replaced", quoted(path))]
    NoTemplate {
        /// The file.
        path: String,
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
            Self::NoTemplate { near, .. } => {
                let names = TEMPLATES.iter().filter(|template| !template.is_fixed);
                let names: Vec<&str> = names.map(|template| template.name).collect();
                let near = near.as_ref().map(|near| format!("perhaps {near}; ")).unwrap_or_default();
                Some(format!("{near}these can: {}", names.join(", ")))
            }
            Self::Template { .. } => {
                Some("`probity report --print-context` shows what a template can use".to_owned())
            }
            Self::TooLarge => Some("use `--format json`, or look for a loop in your templates".to_owned()),
            Self::NoReport => Some("make it anew with `probity report --format json`".to_owned()),
            Self::NoText { .. } | Self::EndsStyle { .. } => None,
        }
    }
}

/// The page of a report, as JSON has it, with templates of the organization's own in the place of some.
///
/// # Errors
///
/// If a template cannot be used, or the JSON is something else.
pub fn render(report: &Value, own: &[File]) -> Result<String, HtmlError> {
    let context = context(report, own)?;
    let mut tera = Tera::default();
    tera.register_filter("marked", |text: &str, _: Kwargs, _: &State<'_>| marked(text));
    let texts = TEMPLATES.iter().map(|template| Ok((template.name, text_of(template, own)?)));
    let texts = texts.collect::<Result<Vec<(&str, &str)>, HtmlError>>()?;
    let pages = texts.into_iter().filter(|(name, _)| is_page(name));
    tera.add_raw_templates(pages).map_err(|error| told(&error, own))?;
    let context = Context::from_serialize(&context).map_err(|error| told(&error, own))?;
    let mut page = Bounded(Vec::new());
    tera.render_to(PAGE, &context, &mut page).map_err(|error| told(&error, own))?;
    String::from_utf8(page.0).map_err(|_| HtmlError::NoReport)
}

/// All that a template can use: the report, and under `view` what is worked out for the page.
///
/// # Errors
///
/// If the JSON is something else, or a style cannot be used.
pub fn context(report: &Value, own: &[File]) -> Result<Value, HtmlError> {
    if report["format"] != "probity-report" || report["version"] != 1 {
        return Err(HtmlError::NoReport);
    }
    for file in own {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let replaceable = || TEMPLATES.iter().filter(|template| !template.is_fixed);
        if replaceable().all(|template| template.name != name) {
            let near = nearest(name, replaceable().map(|template| template.name)).map(str::to_owned);
            return Err(HtmlError::NoTemplate { path: file.path.clone(), near });
        }
    }
    let mut style = String::new();
    for template in TEMPLATES.iter().filter(|template| !is_page(template.name)).rev() {
        let text = text_of(template, own)?;
        if text.contains("</") {
            return Err(HtmlError::EndsStyle { path: path_of(template.name, own) });
        }
        // What a browser takes a checksum of has line feeds only.
        style.push_str(&text.replace("\r\n", "\n"));
    }
    style.push_str(&running_titles(report));
    let mut context = report.clone();
    make_safe(&mut context);
    let report = &context.clone();
    let findings = report["check"]["findings"].as_array().map_or(0, Vec::len);
    let view = json!({
        "style": style,
        "style_hash": hash(&style),
        "script": SCRIPT,
        "script_hash": hash(SCRIPT),
        "findings_shown": findings.min(FINDINGS),
        "plan": plan::of(report),
        "decisions": decisions(report),
        "fulfilled": points(report).filter(|point| point["shown"] == "fulfilled").collect::<Vec<_>>(),
    });
    let Some(fields) = context.as_object_mut() else { return Err(HtmlError::NoReport) };
    // Nobody can take these away, not even who keeps a report as a file.
    fields.insert("disclaimers".to_owned(), json!(DISCLAIMERS));
    fields.insert("view".to_owned(), view);
    Ok(context)
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

fn points(report: &Value) -> impl Iterator<Item = &Value> {
    let clauses = report["gap"]["clauses"].as_array().into_iter().flatten();
    clauses.flat_map(|clause| clause["points"].as_array().into_iter().flatten())
}

/// What somebody has to decide, what waits longest first.
fn decisions(report: &Value) -> Vec<Value> {
    let today = report["as_of"]["value"].as_str().unwrap_or_default();
    let work = || report["gap"]["work"].as_array().into_iter().flatten().filter(|work| work["open"] == true);
    let mut overdue: Vec<(&str, Value)> = work()
        .filter_map(|work| Some((work["due"].as_str().filter(|due| *due < today)?, work)))
        .map(|(due, work)| {
            let who = work["responsible"].as_str().unwrap_or("nobody");
            let says = format!(
                "{} {} is overdue: a new day, or another way ({who})",
                work["id"].as_str().unwrap_or_default(),
                work["title"].as_str().unwrap_or_default()
            );
            (due, json!({"day": due, "says": says}))
        })
        .collect();
    overdue.sort_by_key(|(due, _)| *due);
    let mut decisions: Vec<Value> = overdue.into_iter().map(|(_, told)| told).take(DECISIONS).collect();
    let mut count = |count: usize, one: &str, many: &str| {
        let says = match count {
            0 => return,
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        decisions.push(json!({"day": null, "says": says}));
    };
    let blockers = report["ready"]["blockers"].as_array().into_iter().flatten();
    let in_nobodys = blockers.filter(|blocker| blocker["owner"].is_null()).count();
    count(
        in_nobodys,
        "blocker is in nobody's hands: who takes it?",
        "blockers are in nobody's hands: who takes them?",
    );
    let unplanned =
        |point: &&Value| point["priority"] == "p1" && point["work"].as_array().is_some_and(Vec::is_empty);
    count(
        points(report).filter(unplanned).count(),
        "gap of priority p1 has no planned work: who closes it, until when?",
        "gaps of priority p1 have no planned work: who closes them, until when?",
    );
    let without = work().filter(|work| work["responsible"].is_null()).count();
    count(without, "work package has nobody who does it", "work packages have nobody who does them");
    let confirm = points(report).filter(|point| point["shown"] == "to be confirmed").count();
    count(
        confirm,
        "judgement is to be confirmed: who looks again?",
        "judgements are to be confirmed: who looks again?",
    );
    decisions
}

fn is_page(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "html")
}

fn own_of<'f>(name: &str, own: &'f [File]) -> Option<&'f File> {
    own.iter().find(|file| file.path.rsplit('/').next() == Some(name))
}

fn path_of(name: &str, own: &[File]) -> String {
    own_of(name, own).map_or_else(|| format!("templates/report/{name}"), |file| file.path.clone())
}

fn text_of<'f>(template: &Template, own: &'f [File]) -> Result<&'f str, HtmlError> {
    match own_of(template.name, own).filter(|_| !template.is_fixed).map(|file| (file, &file.content)) {
        None => Ok(template.text),
        Some((_, Content::Text(source))) => Ok(source.text()),
        Some((file, Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_))) => {
            Err(HtmlError::NoText { path: file.path.clone() })
        }
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

fn told(error: &tera::Error, own: &[File]) -> HtmlError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (path, span) = (path_of(report.filename(), own), report.span());
            HtmlError::Template {
                place: format!("{path}:{}:{}", span.start_line, span.start_col + 1),
                message: report.message().to_owned(),
            }
        }
        ErrorKind::Io(_) => HtmlError::TooLarge,
        kind => HtmlError::Template { place: "templates".to_owned(), message: kind.to_string() },
    }
}

/// A checksum as a content security policy has it.
fn hash(text: &str) -> String {
    Base64::encode_string(&Sha256::digest(text.as_bytes()))
}

/// What stands in the margin of each printed page.
fn running_titles(report: &Value) -> String {
    let organization = report["organization"].as_str().unwrap_or("Service management system");
    let commit = report["commit"].as_str().and_then(|id| id.get(..10)).unwrap_or("files on disk");
    let tool = report["tool"]["version"].as_str().unwrap_or_default();
    let day = report["as_of"]["value"].as_str().unwrap_or_default();
    let left = format!("{organization} · gap analysis, judged on {day}");
    let below = format!("{commit} · Probity {tool}");
    format!(
        "@page{{@top-left{{content:{}}}@bottom-left{{content:{}}}@bottom-right{{content:counter(page) \" / \" \
         counter(pages)}}}}\n",
        style_text(&left),
        style_text(&below)
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

    #[test]
    fn a_template_that_is_fixed_is_named_as_such() {
        let fixed = TEMPLATES.iter().filter(|template| template.is_fixed).map(|template| template.name);
        assert_eq!(
            fixed.collect::<Vec<_>>(),
            ["page.html", "states.html", "states.css", "changed.html", "limits.html"]
        );
    }
}
