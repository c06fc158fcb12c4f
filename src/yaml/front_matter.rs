//! The mapping at the head of a Markdown file.

use super::problem::{Problem, ProblemKind};
use crate::text::{Source, Span};

/// The parts of a Markdown file that begins with front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// The YAML between the two fences.
    pub yaml: Span,
    /// The text after them.
    pub body: Span,
}

/// Finds the front matter: a first line of `---`, then YAML, then a line of `---` or `...`.
///
/// None if the text does not begin with such a line, which makes it an ordinary Markdown file.
///
/// # Errors
///
/// A problem, if the front matter is not closed.
pub fn front_matter(source: &Source) -> Option<Result<FrontMatter, Box<Problem>>> {
    let text = source.text();
    let first = source.line_span(1);
    if source.slice(first).trim_end() != "---" {
        return None;
    }
    let lines = u32::try_from(source.line_count()).expect("files above 16 MiB are not read");
    let start = source.line_span(2).start as usize;
    let closing = (2..=lines)
        .map(|number| source.line_span(number))
        .find(|span| matches!(source.slice(*span).trim_end(), "---" | "..."));
    Some(match closing {
        Some(fence) => {
            let rest = &text[fence.end as usize..];
            let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
            Ok(FrontMatter {
                yaml: Span::new(start, fence.start as usize),
                body: Span::new(fence.end as usize + line_end, text.len()),
            })
        }
        None => Err(Box::new(
            Problem::new(ProblemKind::UnclosedFrontMatter, first, "the front matter is not closed")
                .label("opened here")
                .help("put a line of `---` after the last key; if this is a rule and not front matter, write `***`")
                .fatal(),
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<Result<(String, String), String>> {
        let source = Source::new("test.md", text);
        Some(match front_matter(&source)? {
            Ok(parts) => Ok((source.slice(parts.yaml).to_owned(), source.slice(parts.body).to_owned())),
            Err(problem) => Err(problem.message),
        })
    }

    #[test]
    fn front_matter_stands_between_two_fences() {
        let expected = Some(Ok(("type: policy\n".to_owned(), "# Title\n".to_owned())));
        assert_eq!(parts("---\ntype: policy\n---\n# Title\n"), expected);
        assert_eq!(parts("\u{feff}--- \ntype: policy\n...\n# Title\n"), expected);
        let windows = Some(Ok(("type: policy\r\n".to_owned(), "# Title\r\n".to_owned())));
        assert_eq!(parts("---\r\ntype: policy\r\n---\r\n# Title\r\n"), windows);
        assert_eq!(parts("---\n---"), Some(Ok((String::new(), String::new()))));
    }

    #[test]
    fn an_ordinary_markdown_file_has_none() {
        assert_eq!(parts("# Title\n---\n"), None);
        assert_eq!(parts(""), None);
        assert_eq!(parts("----\n"), None);
    }

    #[test]
    fn an_open_fence_is_a_problem() {
        assert_eq!(parts("---\ntype: policy\n"), Some(Err("the front matter is not closed".to_owned())));
        assert_eq!(parts("---"), Some(Err("the front matter is not closed".to_owned())));
    }
}
