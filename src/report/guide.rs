//! A text in Markdown at a terminal: paragraphs in so many columns, tables as tables, commands as they are typed.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{
    record_type,
    terminal::Look,
    words::{filled, hanging},
};

/// How far lists, commands and what they print stand in.
const INDENT: &str = "    ";

/// A text of ours, whose language is the part of Markdown that our texts use: headings, paragraphs, lists, tables, code and
/// links. What else there is in Markdown is shown as its text.
pub fn shown(text: &str, look: &Look) -> String {
    let mut page =
        Page { look, text: String::new(), line: String::new(), lists: Vec::new(), table: Vec::new() };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.text.trim_end().to_owned() + "\n"
}

struct Page<'l> {
    look: &'l Look,
    text: String,
    /// What stands between two block ends.
    line: String,
    /// The number of the next item of each list that is open; none of those without numbers.
    lists: Vec<Option<u64>>,
    /// The rows of the table that is open.
    table: Vec<Vec<String>>,
}

impl Page<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.line.push_str(&text),
            Event::Code(text) => {
                self.line.push('`');
                self.line.push_str(&text);
                self.line.push('`');
            }
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.item();
                self.lists.push(*first);
            }
            Tag::TableHead | Tag::TableRow => self.table.push(Vec::new()),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.item(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let heading = std::mem::take(&mut self.line);
                let (on, off) = if self.look.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
                self.block(&format!("{on}{heading}{off}\n"));
            }
            TagEnd::Paragraph if self.lists.is_empty() => {
                let paragraph = std::mem::take(&mut self.line);
                self.block(&(filled(&paragraph, self.look.width) + "\n"));
            }
            TagEnd::Item | TagEnd::Paragraph => self.item(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.text.push('\n');
                }
            }
            TagEnd::CodeBlock => {
                let code = std::mem::take(&mut self.line);
                let lines = code.trim_end().lines();
                let lines = lines.map(|line| format!("{INDENT}{line}").trim_end().to_owned() + "\n");
                self.block(&lines.collect::<String>());
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                self.table.last_mut().expect("a cell stands in a row").push(cell);
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.table);
                self.block(&table(&rows, self.look.width));
            }
            _ => {}
        }
    }

    /// A block, with an empty line behind it.
    fn block(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// What stands in the item that is open, which may hold more behind it.
    fn item(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let line = std::mem::take(&mut self.line);
        let depth = self.lists.len();
        let Some(number) = self.lists.last_mut() else { return };
        let mark = match number {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "- ".to_owned(),
        };
        let first = "  ".repeat(depth - 1) + &mark;
        self.text.push_str(&hanging(&first, &line, self.look.width));
    }
}

fn table(rows: &[Vec<String>], width: usize) -> String {
    let Some((head, rows)) = rows.split_first() else { return String::new() };
    let mut table = record_type::table(width, head.as_slice());
    for row in rows {
        table.add_row(row.as_slice());
    }
    record_type::lines(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_page() {
        let text = "# Title\n\nA *word* and `code` and\n[a link](other.md).\n\n- one\n- two that is so long that it does not \
                    fit into one line\n  - below\n\n1. first\n2. second\n\n```console\n$ probity check\n? 1\n\nx\n```\n\n\
                    | key | means |\n| --- | --- |\n| a | b |\n";
        let look = Look { width: 40, ..Look::OF_FILES };
        insta::assert_snapshot!(shown(text, &look), @"
        Title

        A word and `code` and a link.

        - one
        - two that is so long that it does not
          fit into one line
          - below

        1. first
        2. second

            $ probity check
            ? 1

            x

         key  means
         a    b
        ");
    }
}
