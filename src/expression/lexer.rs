//! A text into signs, words, numbers and texts.

use super::SyntaxError;
use crate::text::{Span, quoted};

/// A sign, a word, a number or a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Integer(i64),
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
    End,
}

/// Longer signs before those that they begin with.
const SIGNS: &[&str] = &[
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")",
    "[", "]",
];

/// All tokens of a text, the last of which is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = match first {
            '"' | '\'' => string(&text[at..], at)?,
            '0'..='9' => number(&text[at..], at)?,
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let end = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let word = &text[at..][..end.unwrap_or(text.len() - at)];
                (Token::Word(word.to_owned()), word.len())
            }
            _ => match SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => {
                    let message = format!("{} is no sign of the language", quoted(&first.to_string()));
                    return Err(SyntaxError { span: Span::new(at, at + first.len_utf8()), message });
                }
            },
        };
        tokens.push((token, Span::new(at, at + length)));
        at += length;
    }
    tokens.push((Token::End, Span::at(at)));
    Ok(tokens)
}

fn string(text: &str, at: usize) -> Result<(Token, usize), SyntaxError> {
    let quote = text.chars().next().unwrap_or('"');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((offset, character)) = characters.next() {
        match character {
            _ if character == quote => return Ok((Token::Text(value), offset + 1)),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, escaped @ ('\\' | '"' | '\''))) => value.push(escaped),
                _ => {
                    let span = Span::new(at + offset, at + offset + 1);
                    let message = "after a backslash stands one of n, t, \\, \" and '".to_owned();
                    return Err(SyntaxError { span, message });
                }
            },
            _ => value.push(character),
        }
    }
    Err(SyntaxError {
        span: Span::new(at, at + 1),
        message: format!("the text that begins with {quote} does not end"),
    })
}

fn number(text: &str, at: usize) -> Result<(Token, usize), SyntaxError> {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut length = digits(text);
    let mut whole = true;
    if let Some(rest) = text[length..].strip_prefix('.')
        && digits(rest) > 0
    {
        whole = false;
        length += 1 + digits(rest);
    }
    let written = &text[..length];
    let token = if whole {
        written.parse().map(Token::Integer).ok()
    } else {
        written.parse().map(Token::Number).ok()
    };
    let message = || format!("{} is too large", quoted(written));
    let token = token.ok_or_else(|| SyntaxError { span: Span::new(at, at + length), message: message() })?;
    Ok((token, length))
}
