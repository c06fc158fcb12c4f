//! From a parser's error to what a person did, where, and what closes it.
//!
//! The parser says where it could not go on, in terms of its grammar. What helps is where the
//! mistake is, which is often earlier, in terms of the text: the quote that was opened, the line
//! without a colon, the value that needs quotes.

use granit_parser::{ErrorKind, ScanError};

use super::problem::{Problem, ProblemKind};
use crate::text::{Source, Span, quoted};

/// More levels than the limit.
pub(super) fn too_deep(span: Span, limit: usize) -> Problem {
    Problem::new(ProblemKind::TooDeep, span, format!("values are nested more than {limit} levels deep"))
        .label("the limit is passed here")
        .help("no document of a management system needs this; look for brackets or dashes that repeat")
        .fatal()
}

/// What a parser's error means. `open` are the collections not finished where it stopped, the
/// outermost first; of a finished part of them, only where they start is known.
pub(super) fn of_error(source: &Source, base: usize, error: &ScanError, open: &[Span]) -> Problem {
    let at = base + error.marker().byte_offset().unwrap_or_default();
    let scene = Scene { source, at: at.min(source.text().len()), open };
    scene.tab(error.kind()).unwrap_or_else(|| scene.explain(error.kind()))
}

/// The place where the parser stopped, and what is around it.
struct Scene<'s> {
    source: &'s Source,
    at: usize,
    open: &'s [Span],
}

impl<'s> Scene<'s> {
    fn explain(&self, error: &ErrorKind) -> Problem {
        use ErrorKind as E;
        match error {
            E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar | E::InvalidQuotedScalarIndent => {
                self.unclosed_quote()
            }
            E::InvalidTrailingSingleQuotedScalar => self.after_quote('\''),
            E::InvalidTrailingDoubleQuotedScalar => self.after_quote('"'),
            E::UnknownQuotedScalarEscape
            | E::InvalidQuotedScalarHexEscape
            | E::InvalidLowSurrogateHexEscape
            | E::InvalidLowSurrogate
            | E::MissingLowSurrogate
            | E::UnpairedLowSurrogate
            | E::InvalidUnicodeEscape => self.escape(),
            E::MappingValueNotAllowed | E::MappingKeyNotAllowed | E::InvalidSimpleKey => self.colon(),
            E::SimpleKeyExpected => self.no_colon(),
            E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation => {
                self.misplaced()
            }
            E::UnclosedFlowCollection { open } => self.unclosed_bracket(*open, self.here(1)),
            E::MismatchedFlowCollectionEnd { open, close } => {
                syntax(self.here(1), format!("`{open}` is closed by `{close}`"))
                    .label("opened here")
                    .help(format!("close it with `{}`", closing(*open)))
            }
            E::MisplacedFlowCollectionEnd => {
                syntax(self.here(1), format!("{} closes nothing", quoted(self.slice(1))))
                    .help("remove it, or put quotes around the value if it is meant as text")
            }
            E::ExpectedFlowMappingSeparator
            | E::ExpectedFlowSequenceSeparator
            | E::InvalidColonPlacement
            | E::FlowMappingValueAdjacentCollection
            | E::BlockEntryInFlowCollection
            | E::InvalidFlowScalarIndent
            | E::UnexpectedEofFlowSequence
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofImplicitFlowMapping => self.in_brackets(),
            E::UnexpectedCharacter { character } => self.first_character(*character),
            E::MissingAnchorOrAliasName => self.bullet(),
            E::BlockSequenceEntryNotAllowed => syntax(self.here(1), "a list begins on the line of its key")
                .label("`- ` belongs on a line of its own")
                .help("put each `- ` on a new line below the key, or write the list as `[a, b]`"),
            E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent => {
                syntax(self.to_line_end(), "text follows the sign that opens a block of text")
                    .label("nothing but a comment may stand here")
                    .help("begin the text on the next line, indented, or put quotes around the value")
            }
            E::InvalidBlockScalarIndent => {
                syntax(self.line(), "a line of a block of text is indented less than the first")
                    .help("indent every line of the block at least as far as its first line")
            }
            E::CommentInterceptedScalar => self.after_comment(),
            E::CommentNotSeparated => syntax(self.here(1), "a comment has no space before its `#`")
                .help("put a space before `#`, or quotes around the value if `#` belongs to it"),
            E::ExpectedDocumentStart | E::InvalidDocumentEnd => self.after_document(),
            E::BomInsideDocument => syntax(self.here(1), "a byte order mark stands inside the text")
                .label("invisible in most editors")
                .help("delete it; it often comes from joining two files"),
            E::UndeclaredTagHandle => Problem::new(
                ProblemKind::Tag,
                self.word(),
                format!("tag {} is not declared", quoted(self.word_text())),
            )
            .help("remove the tag, or put quotes around the value if `!` belongs to it")
            .fact("tag", self.word_text()),
            E::MissingTagUri
            | E::ExpectedTagBang
            | E::UnclosedVerbatimTag
            | E::InvalidTagTerminator
            | E::InvalidGlobalTagCharacter
            | E::InvalidTagEscape => {
                syntax(self.word(), "a value that begins with `!` is read as a tag, and this is none")
                    .help("put quotes around the value")
            }
            E::UnsupportedYamlMajorVersion
            | E::DuplicateVersionDirective
            | E::DuplicateTagDirective
            | E::MissingDirectiveName
            | E::InvalidDirectiveName
            | E::InvalidDirectiveTerminator
            | E::MissingYamlVersion
            | E::MissingYamlVersionSeparator
            | E::YamlVersionTooLong
            | E::MissingDocumentEndBeforeDirective
            | E::DirectiveByteLimitExceeded { .. } => syntax(
                self.line(),
                "a line that begins with `%` is a directive to the reader, and this is none",
            )
            .help("remove the line, or put quotes around the text"),
            E::InvalidMappingValueWhitespace | E::InvalidBlockEntryWhitespace | E::ExpectedWhitespace => {
                syntax(self.here(1), "a space should stand here").help("put one space after `:`, `-` or `,`")
            }
            // The rest cannot be told better than the parser does.
            other => syntax(self.here(1), other.to_string().to_lowercase().replace('`', "'")),
        }
    }

    /// A tab in the indentation of the line; where the parser complained of a tab itself, in that
    /// of the first line from here that has one.
    fn tab(&self, error: &ErrorKind) -> Option<Problem> {
        use ErrorKind as E;
        let about_tabs = matches!(
            error,
            E::TabNotAllowed
                | E::TabInBlockIndentation
                | E::TabInIndentation
                | E::TabAtBlockScalarStart
                | E::TabInPlainScalar
        );
        let first = self.line_number();
        let last = if about_tabs { u32::MAX } else { first };
        // The tabs of a later document are not this one's, and in a text of many broken documents
        // each would look through all that follow.
        let lines = (first..=last.min(offset(self.source.line_count())))
            .take_while(|number| *number == first || !self.source.line(*number).starts_with("---"));
        let span = lines.map(|number| self.source.line_span(number)).find_map(|span| {
            let line = self.source.slice(span);
            let text = line.trim_start();
            let indentation = &line[..line.len() - text.len()];
            let tab = indentation.find('\t').filter(|_| !text.is_empty())?;
            Some(Span::new(span.start as usize + tab, span.start as usize + indentation.len()))
        })?;
        let problem = Problem::new(ProblemKind::TabIndentation, span, "a line is indented with a tab")
            .label("YAML counts spaces only")
            .help("indent with spaces, as many as the neighbouring lines have; editors can convert tabs");
        Some(problem)
    }

    fn unclosed_quote(&self) -> Problem {
        // Stopped at the quote itself, or at a line that cannot be part of a quoted value.
        if let Some(quote @ ('"' | '\'')) = self.rest().chars().next() {
            return unclosed_quote(self.at, quote);
        }
        let before = &self.source.text()[..self.at];
        let quotes = ['"', '\''].into_iter().filter_map(|quote| Some((opening_quote(before, quote)?, quote)));
        let (at, quote) = quotes.max().unwrap_or((self.at, '"'));
        unclosed_quote(at, quote)
    }

    /// Text behind a closing quote: perhaps the quote was to open this value, and the one that
    /// opened is on a line before.
    fn after_quote(&self, quote: char) -> Problem {
        let before = &self.source.text()[..self.at];
        let closing = before.rfind(quote).unwrap_or_default();
        if let Some(opening) = opening_quote(&before[..closing], quote)
            && before[opening..closing].contains(['\n', '\r'])
        {
            return unclosed_quote(opening, quote).related(
                Span::new(closing, closing + 1),
                "this quote closes it, and was to open another value",
            );
        }
        syntax(self.to_line_end(), "text follows the closing quote")
            .label("the value has ended before this")
            .help(if quote == '"' {
                "put the quotes around the whole value; a quote inside it is written `\\\"`"
            } else {
                "put the quotes around the whole value; an apostrophe inside it is written `''`"
            })
    }

    /// The parser stops at the opening quote; the escape is somewhere behind it.
    fn escape(&self) -> Problem {
        let rest = self.rest();
        let mut characters = rest.char_indices().peekable();
        let mut found = None;
        while let Some((offset, character)) = characters.next() {
            if character != '\\' {
                continue;
            }
            let Some((_, escaped)) = characters.next() else { break };
            let digits = match escaped {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
                | '_' | 'L' | 'P' | '\n' | '\r' => continue,
                _ => 0,
            };
            let hexadecimal: String = rest[offset + 1 + escaped.len_utf8()..].chars().take(digits).collect();
            let value = u32::from_str_radix(&hexadecimal, 16).ok().and_then(char::from_u32);
            if digits == 0 || hexadecimal.chars().count() < digits || value.is_none() {
                found = Some((offset, 1 + escaped.len_utf8()));
                break;
            }
        }
        let (offset, length) = found.unwrap_or((0, 1));
        let start = self.at + offset;
        let span = Span::new(start, start + length);
        syntax(span, format!("{} is no escape that YAML knows", quoted(self.source.slice(span))))
            .label("inside double quotes a backslash begins an escape")
            .help("write `\\\\` for a backslash, or use single quotes, in which it means itself")
    }

    /// A colon where no key can end.
    fn colon(&self) -> Problem {
        let line = self.line();
        let before = self.source.slice(Span::new(line.start as usize, self.at.max(line.start as usize)));
        if let Some(first) = before.find(": ") {
            let value = self.source.slice(line)[first + 2..].trim();
            let value = value.split(" #").next().unwrap_or(value).trim_end().replace('"', "\\\"");
            let example =
                if value.chars().count() <= 50 { format!(": `\"{value}\"`") } else { String::new() };
            return syntax(self.here(1), "a colon followed by a space stands inside a value without quotes")
                .label("read as the end of a second key")
                .help(format!("put quotes around the value{}", crate::text::safe(&example)));
        }
        if before.chars().count() > 1024 {
            return syntax(self.here(1), "a key is longer than 1,024 characters")
                .help("if the line is a value, put quotes around it");
        }
        let Some(above) = self.line_above() else {
            return syntax(self.here(1), "a colon stands where no key can end");
        };
        let above_text = self.source.slice(above);
        if above_text.contains(':') || above_text.trim_start().starts_with("- ") {
            syntax(line, "the line is indented as if it continued the value above")
                .label("a key of its own, or more of the value?")
                .related(above, "this value is complete")
                .help("indent the line like the keys beside it, or end the line above with its colon")
        } else {
            syntax(above, "a line has no colon after its key")
                .label("read as a value that goes on below")
                .help("write it as `key: value`, or as a comment with `# ` before it")
        }
    }

    fn no_colon(&self) -> Problem {
        let line = self.line();
        let text = self.source.slice(line);
        let glued = text.match_indices(':').find(|(offset, _)| {
            text[offset + 1..]
                .chars()
                .next()
                .is_some_and(|next| !next.is_whitespace() && next != '/' && next != ':')
        });
        match glued {
            Some((offset, _)) => {
                let start = line.start as usize + offset;
                syntax(Span::new(start, start + 1), "no space follows the colon")
                    .label("without a space the colon is part of the text")
                    .help("put a space after the colon")
            }
            None => syntax(line, "the line has no colon after its key")
                .label("neither a key nor part of the value above")
                .help("write it as `key: value`, indent it if it continues the value above, or put `# ` before it"),
        }
    }

    /// A line that belongs to none of the open collections.
    fn misplaced(&self) -> Problem {
        let line = self.line();
        let text = self.source.slice(line);
        let column = self.source.position(line.start).column;
        // What stands directly above is finished for the parser, but a person may mean it.
        let above = self.line_above().unwrap_or(line);
        let mut fitting: Vec<u32> =
            self.open.iter().map(|open| self.source.position(open.start).column).collect();
        let known = fitting.contains(&column);
        fitting.push(self.source.position(above.start).column);
        fitting.sort_unstable();
        fitting.dedup();
        if !known && (self.at == line.start as usize || text.starts_with("- ")) {
            let spaces: Vec<String> = fitting.iter().map(|column| (column - 1).to_string()).collect();
            let expected = match spaces.split_last() {
                None => "0".to_owned(),
                Some((only, [])) => only.clone(),
                Some((last, others)) => format!("{} or {last}", others.join(", ")),
            };
            return syntax(line, format!("an indentation of {} fits no line above", column - 1))
                .label("belongs to nothing")
                .help(format!("indent the line by {expected} spaces"));
        }
        if text.starts_with("- ") || text == "-" {
            return syntax(line, "a list item stands where a key should")
                .label("a mapping holds keys, a list holds items, not both")
                .help("put the item below the key it belongs to, or give it a key");
        }
        if self.at == line.start as usize && self.last_open_is_list() {
            return syntax(line, "a key stands where a list item should")
                .label("a mapping holds keys, a list holds items, not both")
                .help("indent it below the item it belongs to, or begin it with `- `");
        }
        syntax(self.here(1), "a key should stand here")
            .help("a value with signs such as `&`, `*`, `!`, `|`, `>` or quotes in it needs quotes around it")
    }

    fn in_brackets(&self) -> Problem {
        let opened = self.open.iter().rev().find_map(|open| {
            let bracket = self.source.text()[open.start as usize..].chars().next()?;
            matches!(bracket, '[' | '{').then_some((open.start as usize, bracket))
        });
        let before = self.source.text()[..self.at].trim_end();
        if self.rest().starts_with(',') && before.ends_with([',', '[', '{']) {
            return syntax(self.here(1), "nothing stands before the comma")
                .help("remove the comma, or write the missing value");
        }
        match opened {
            Some((start, bracket)) if self.source.position(offset(start)).line < self.line_number() => self
                .unclosed_bracket(bracket, Span::new(start, start + 1))
                .related(self.line(), "not closed before this"),
            Some((start, bracket)) => syntax(
                self.here(1),
                format!("`,` or `{}` should stand before this", closing(bracket)),
            )
            .related(Span::new(start, start + 1), "opened here")
            .help(
                "separate with commas, and put quotes around a value that holds `,`, `:`, brackets or braces",
            ),
            None => syntax(self.here(1), "a bracket or brace is not closed before this"),
        }
    }

    fn unclosed_bracket(&self, open: char, span: Span) -> Problem {
        syntax(span, format!("`{open}` is opened and not closed")).label("opened here").help(format!(
            "put `{}` after the last item, or quotes around the value if it is text",
            closing(open)
        ))
    }

    fn first_character(&self, character: char) -> Problem {
        let word = self.word_text();
        syntax(self.here(1), format!("a value without quotes cannot begin with `{character}`"))
            .label("reserved by YAML")
            .help(format!(
                "put quotes around the value: `\"{}\"`",
                crate::text::safe(&word.replace('"', "\\\""))
            ))
    }

    fn bullet(&self) -> Problem {
        let sign = if self.rest().starts_with('*') { '*' } else { '&' };
        let problem = syntax(self.here(1), format!("`{sign}` stands without a name"));
        let first = self.line().start as usize == self.at;
        if sign == '*' && first {
            problem.label("not a list item in YAML").help("begin a list item with `- `")
        } else {
            problem.label("reserved by YAML").help("put quotes around the value")
        }
    }

    /// Text that was to continue a value, behind the comment that ended it.
    fn after_comment(&self) -> Problem {
        let below = self.line_number() + 1..=offset(self.source.line_count());
        let text = below.map(|number| self.trimmed(number)).find(|span| span.start < span.end);
        syntax(text.unwrap_or(self.line()), "a comment ends the value above, and text follows it")
            .label("belongs to nothing")
            .help("move the comment above the key, or put quotes around the value if `#` belongs to it")
    }

    fn after_document(&self) -> Problem {
        match self.line_above() {
            Some(above) if self.source.slice(above).starts_with('%') => syntax(
                above,
                "a line that begins with `%` is a directive to the reader, and no `---` follows it",
            )
            .help("put quotes around the text, or `---` on the next line if it is a directive"),
            _ => syntax(self.to_line_end(), "text follows the end of the document")
                .label("belongs to nothing")
                .help("begin another document with a line of `---`, or remove the text"),
        }
    }

    fn rest(&self) -> &'s str {
        &self.source.text()[self.at..]
    }

    /// So many characters from where the parser stopped, within the line.
    fn here(&self, characters: usize) -> Span {
        Span::new(self.at, self.at + self.slice(characters).len())
    }

    fn slice(&self, characters: usize) -> &'s str {
        let rest = self.rest();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let end = line.char_indices().nth(characters).map_or(line.len(), |(end, _)| end);
        &line[..end]
    }

    /// From where the parser stopped to the end of the line.
    fn to_line_end(&self) -> Span {
        Span::new(self.at, self.at + self.slice(usize::MAX).trim_end().len())
    }

    /// From where the parser stopped to the next space.
    fn word(&self) -> Span {
        Span::new(self.at, self.at + self.word_text().len())
    }

    fn word_text(&self) -> &'s str {
        self.rest().split(char::is_whitespace).next().unwrap_or_default()
    }

    fn line_number(&self) -> u32 {
        self.source.position(offset(self.at)).line
    }

    /// The line where the parser stopped, without the space around it.
    fn line(&self) -> Span {
        self.trimmed(self.line_number())
    }

    /// The last line above that holds more than space and comments.
    fn line_above(&self) -> Option<Span> {
        (1..self.line_number()).rev().map(|number| self.trimmed(number)).find(|span| {
            let text = self.source.slice(*span);
            !text.is_empty() && !text.starts_with('#')
        })
    }

    fn trimmed(&self, number: u32) -> Span {
        let line = self.source.line_span(number);
        let text = self.source.slice(line);
        let start = line.start as usize + text.len() - text.trim_start().len();
        Span::new(start, start + text.trim().len())
    }

    fn last_open_is_list(&self) -> bool {
        self.open.last().is_some_and(|open| self.source.text()[open.start as usize..].starts_with("- "))
    }
}

fn syntax(span: Span, message: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Syntax, span, message)
}

/// The last quote that stands where a value can begin.
fn opening_quote(text: &str, quote: char) -> Option<usize> {
    let opens = |offset: &usize| {
        let before = text[..*offset].chars().next_back();
        matches!(before, None | Some(' ' | '\n' | '\r' | '\t' | '[' | '{' | ',' | ':'))
    };
    text.rmatch_indices(quote).map(|(offset, _)| offset).find(opens)
}

fn unclosed_quote(at: usize, quote: char) -> Problem {
    let span = Span::new(at, at + 1);
    Problem::new(ProblemKind::UnclosedQuote, span, format!("a `{quote}` is opened and not closed"))
        .label("opened here")
        .help(if quote == '"' {
            "put `\"` at the end of the value; a quote inside it is written `\\\"`"
        } else {
            "put `'` at the end of the value; an apostrophe inside it is written `''`"
        })
}

fn closing(bracket: char) -> char {
    if bracket == '[' { ']' } else { '}' }
}

fn offset(at: usize) -> u32 {
    super::build::index(at)
}
