//! Markdown as part of a page: what it says, and nothing that could act. Its own HTML is shown as it is written, what is
//! elsewhere is not loaded, and links lead only where a reader can see that they do.

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// Schemes of addresses that a link may have.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// The HTML of a text, with its headings below those of the page.
pub(super) fn page(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut html = String::with_capacity(text.len() * 5 / 4);
    let mut is_link = Vec::new();
    let events = Parser::new_ext(text, options).filter_map(|event| harmless(event, &mut is_link));
    push_html(&mut html, events);
    html
}

fn harmless<'e>(event: Event<'e>, is_link: &mut Vec<bool>) -> Option<Event<'e>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let leads = SCHEMES.iter().any(|scheme| {
                dest_url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            });
            is_link.push(leads);
            return leads.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }));
        }
        Event::End(TagEnd::Link) => {
            return is_link.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link));
        }
        Event::Start(Tag::Image { dest_url, .. }) => Event::Text(format!("[picture {dest_url}: ").into()),
        Event::End(TagEnd::Image) => Event::Text("]".into()),
        // A box that nobody can tick is a sign, not a form.
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        // An alignment would be a style at a tag, which the policy of the page does not let stand.
        Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
        other => other,
    })
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_act_is_shown_and_does_not() {
        let html = page(
            "# A\n\n<script>alert(1)</script>\n\na <img src=x onerror=y> b [no](javascript:alert(1)) \
             [data](DATA:text/html,x) [yes](HTTPS://a.example/?x=\"y) [file](b.md) ![alt](http://a.example/x.png)\n\n\
             | a |\n| --: |\n| 1 |\n\n- [x] done\n",
        );
        assert!(
            html.contains("<h3>A</h3>") && html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
            "{html}"
        );
        assert!(html.contains("&lt;img src=x onerror=y&gt;"), "{html}");
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(
            html.contains("<a href=\"HTTPS://a.example/?x=%22y\">yes</a>") && html.contains(" no "),
            "{html}"
        );
        assert!(html.contains("[picture http://a.example/x.png: alt]"), "{html}");
        assert!(!html.contains("style=") && html.contains("☑ done"), "{html}");
    }
}
