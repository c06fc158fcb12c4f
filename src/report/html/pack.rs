//! The pages of an evidence pack that lead to what is in it: a read-me, an index by clause, and what to know first.

use serde_json::Value;

use super::{HtmlError, Set, Template, make_safe, template};

static PACK: Set = Set {
    folder: "pack",
    script: "",
    templates: &[
        template!("pack", "start.html", true),
        template!("pack", "read-me.html", true),
        template!("pack", "index.html", true),
        template!("pack", "context.html", true),
        template!("pack", "item.html", true),
        template!("pack", "top.html", true),
        template!("shared", "head.html", true),
        template!("pack", "style.css", true),
    ],
};

/// A page of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leading {
    /// What a person opens first, at the root of a pack.
    Start,
    /// What the pack is, and how it is checked.
    ReadMe,
    /// What answers each point of the standard.
    Index,
    /// Scope, services, roles, words, and what is known to lack.
    Context,
}

/// A page, filled from what is told of the pack.
///
/// # Errors
///
/// If it would be too large.
pub fn render(page: Leading, told: &Value) -> Result<String, HtmlError> {
    let (template, heading) = match page {
        Leading::Start => ("start.html", "Start here"),
        Leading::ReadMe => ("read-me.html", "Read me"),
        Leading::Index => ("index.html", "Index by clause"),
        Leading::Context => ("context.html", "What to know first"),
    };
    // In a tab beside others, `Start here` would not say of what.
    let title = if page == Leading::Start { "Evidence pack" } else { heading };
    let mut context = told.clone();
    make_safe(&mut context);
    let text = |name: &str| context["pack"][name].as_str().unwrap_or_default().to_owned();
    let organization = text("organization");
    let above = if organization.is_empty() { title.to_owned() } else { format!("{title}: {organization}") };
    let view = PACK.dress(&above, [&above, &text("pack_id")], &[])?;
    let Some(fields) = context.as_object_mut() else { return Err(HtmlError::NoReport) };
    fields.insert("view".to_owned(), view);
    fields.insert("heading".to_owned(), heading.into());
    PACK.ready(&[])?.page(template, &context)
}
