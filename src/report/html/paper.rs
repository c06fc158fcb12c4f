//! A paper of [`super::super::paper`] as a page.

use serde_json::{Value, json};

use super::{HtmlError, Set, Template, make_safe, template};
use crate::{model::File, report::whole::DISCLAIMERS};

static PAPER: Set = Set {
    folder: "paper",
    script: "",
    templates: &[
        template!("paper", "page.html", true),
        template!("shared", "head.html", true),
        template!("report", "states.html", true),
        template!("report", "states.css", true),
        template!("report", "changed.html", true),
        template!("report", "limits.html", true),
        template!("paper", "management-review.html", false),
        template!("paper", "internal-audit.html", false),
        template!("paper", "surveillance.html", false),
        template!("paper", "style.css", false),
    ],
};

/// The page of a paper, as JSON has it, with templates of the organization's own in the place of some.
///
/// # Errors
///
/// If a template cannot be used, or the JSON is something else.
pub fn render(paper: &Value, own: &[File]) -> Result<String, HtmlError> {
    PAPER.ready(own)?.page("page.html", &context(paper, own)?)
}

/// All that a template can use: the paper, and under `view` what is worked out for the page.
///
/// # Errors
///
/// If the JSON is something else, or a style cannot be used.
pub fn context(paper: &Value, own: &[File]) -> Result<Value, HtmlError> {
    if paper["format"] != "probity-paper" || paper["version"] != 1 {
        return Err(HtmlError::NoReport);
    }
    let mut context = paper.clone();
    make_safe(&mut context);
    let title = match context["kind"].as_str() {
        Some("management-review") => "Management review: what to look at",
        Some("internal-audit") => "Internal audit: checklist",
        _ => "Surveillance audit: what changed",
    };
    let organization = context["organization"].as_str().unwrap_or("Service management system");
    let commit = context["commit"].as_str().and_then(|id| id.get(..10)).unwrap_or("files on disk");
    let day = context["as_of"]["value"].as_str().unwrap_or_default();
    let tool = context["tool"]["version"].as_str().unwrap_or_default();
    let above = format!("{organization} · {title}, as of {day}");
    let mut view = PAPER.dress(
        &format!("{title}, {organization}"),
        [&above, &format!("{commit} · Probity {tool}")],
        own,
    )?;
    view["title"] = json!(title);
    let Some(fields) = context.as_object_mut() else { return Err(HtmlError::NoReport) };
    fields.insert("disclaimers".to_owned(), json!(DISCLAIMERS));
    fields.insert("view".to_owned(), view);
    Ok(context)
}
