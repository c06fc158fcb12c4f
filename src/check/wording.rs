//! What people have written: the texts of a document, and what in them was meant to be filled in, names an
//! organization or names a role. The words are data; here is only how they are looked for.

use std::{borrow::Cow, collections::HashSet, ops::Range, rc::Rc, sync::OnceLock};

use aho_corasick::AhoCorasick;

use super::{
    evaluate::{Evaluator, Outcome, Reason, Stop, defect},
    value::{Said, Value},
};
use crate::{
    catalog::{Wording, wording},
    corpus::{Document, Single, each_single},
    model::Kind as Holds,
    text::Span,
    yaml::{Kind, Node},
};

/// The texts that people wrote in a document, each with its place: what fields hold, and the lines behind
/// front matter.
pub(super) fn texts<'d>(document: &Document<'d>) -> Value<'d> {
    those(document, |_| true)
}

/// Those of them that hold what a template may have left: brackets, marks, or a word that holds a place.
pub(super) fn marked<'d>(document: &Document<'d>) -> Value<'d> {
    let signs = signs();
    those(document, |text| signs.is_filler(text) || signs.automaton.is_match(text))
}

fn those<'d>(document: &Document<'d>, wanted: impl Fn(&str) -> bool) -> Value<'d> {
    let mut found = Vec::new();
    let mut add = |text: &'d str, span, node| {
        let text = text.trim();
        if !text.is_empty() && wanted(text) {
            found.push(Value::Said(Rc::new(Said { text: Cow::Borrowed(text), span, node })));
        }
    };
    if let Some(record_type) = document.record_type {
        each_single(document.fields.entries(), &record_type.shape, &mut |Single { node, schema, .. }| {
            let prose = schema.kind == Holds::Text
                && schema.format.is_none()
                && schema.values.is_empty()
                && schema.refers_to.is_empty();
            if let Some(text) = node.text().filter(|_| prose && !node.is_null()) {
                add(text, node.span(), Some(node));
            }
        });
    }
    if let Some(body) = document.body {
        let mut start = body.start as usize;
        for line in document.source.slice(body).split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            let span = Span::new(start + indent, start + indent.max(line.trim_end().len()));
            add(line, span, None);
            start += line.len();
        }
    }
    Value::List(found.into())
}

/// What a text is looked through for at once, and the words that a whole value is compared with.
struct Signs {
    fillers: HashSet<&'static str>,
    /// Of the longest of them, the bytes.
    longest: usize,
    /// Finds the signs, each by its number.
    automaton: AhoCorasick,
    found: Vec<Sign>,
}

/// What may have been left of a template.
#[derive(Clone, Copy)]
enum Sign {
    /// Something that is said to whom fills it in.
    Phrase,
    /// A mark to come back to, as it is written.
    Mark(&'static str),
    /// A bracket, by the one that closes it.
    Bracket(char),
}

impl Signs {
    fn is_filler(&self, text: &str) -> bool {
        text.len() <= self.longest && self.fillers.contains(text.to_lowercase().as_str())
    }
}

fn signs() -> &'static Signs {
    static SIGNS: OnceLock<Signs> = OnceLock::new();
    SIGNS.get_or_init(|| {
        let words = wording();
        let phrases = words.phrases.iter().map(|phrase| (phrase.as_str(), Sign::Phrase));
        let marks = words.marks.iter().map(|mark| (mark.as_str(), Sign::Mark(mark)));
        let brackets = [("<", '>'), ("[", ']'), ("{", '}'), ("«", '»')];
        let brackets = brackets.into_iter().map(|(open, close)| (open, Sign::Bracket(close)));
        let (patterns, found): (Vec<&str>, Vec<Sign>) = phrases.chain(marks).chain(brackets).unzip();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns);
        Signs {
            fillers: words.fillers.iter().map(String::as_str).collect(),
            longest: words.fillers.iter().map(String::len).max().unwrap_or_default(),
            automaton: automaton.expect("the words are few"),
            found,
        }
    })
}

/// Whether a text only holds a place, or still has a prompt of its template.
pub(super) fn is_unfilled(text: &str) -> bool {
    let (signs, text) = (signs(), text.trim());
    signs.is_filler(text)
        || signs.automaton.find_iter(text).any(|found| match signs.found[found.pattern().as_usize()] {
            Sign::Phrase => true,
            Sign::Mark(mark) => text[found.range()] == *mark && is_word(text, found.range()),
            Sign::Bracket(close) => bracketed(text, found.range(), close)
                .is_some_and(|inner| is_prompt(wording(), &inner.to_lowercase())),
        })
}

fn is_prompt(words: &Wording, inner: &str) -> bool {
    let begins = |start: &String| {
        inner.strip_prefix(start.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    words.fillers.iter().any(|filler| filler.len() > 2 && filler == inner)
        || (words.prompts.iter().any(begins) && !inner.contains(['=', '@', '/']))
}

/// What stands behind an opening bracket, but for the text of a link and for an index behind a name.
fn bracketed(text: &str, open: Range<usize>, close: char) -> Option<&str> {
    if text[..open.start].ends_with(char::is_alphanumeric) {
        return None;
    }
    let (inner, rest) = text[open.end..].split_once(close)?;
    (close != ']' || !rest.starts_with(['(', '['])).then(|| inner.trim_matches(['{', '[', '<', ' ']))
}

fn is_word(text: &str, range: Range<usize>) -> bool {
    let (before, after) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    ![before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// The organizations that a text names: some words with great letters before a legal form, and names that
/// exist in samples only.
fn organizations(text: &str) -> Vec<&str> {
    let words = wording();
    let mut found = Vec::new();
    let spans: Vec<(usize, &str)> =
        text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word)).collect();
    for (number, (at, word)) in spans.iter().enumerate() {
        let bare = word.trim_end_matches([',', ';', ':', ')', '"', '\'']);
        let is_form = |form: &String| bare == form || bare.trim_end_matches('.') == form;
        if !words.legal_forms.iter().any(is_form) {
            continue;
        }
        let before = spans[..number].iter().rev().take(4).take_while(|(_, word)| {
            word.starts_with(char::is_uppercase) && !word.ends_with(['.', ',', ';', ':'])
        });
        if let Some((start, _)) = before.last() {
            found.push(&text[*start..at + bare.len()]);
        }
    }
    let small = text.to_lowercase();
    // Places are of use only where small letters are as long as great ones.
    for sample in words.samples.iter().filter(|_| small.len() == text.len()) {
        for (at, _) in small.match_indices(sample.as_str()) {
            if text.is_char_boundary(at)
                && text.is_char_boundary(at + sample.len())
                && is_word(&small, at..at + sample.len())
                && !found.iter().any(|known| known.to_lowercase().contains(sample.as_str()))
            {
                found.push(&text[at..at + sample.len()]);
            }
        }
    }
    found
}

/// The roles that a text names in a language, the longest name first where one is part of another.
fn roles<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let small = text.to_lowercase();
    let Some(names) = wording().roles.get(language).filter(|_| small.len() == text.len()) else {
        return Vec::new();
    };
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for name in names {
        for (at, _) in small.match_indices(name.as_str()) {
            let end = at + name.len();
            let before = small[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let after = small[end..].chars().next().is_some_and(char::is_alphanumeric);
            if !before && !after && !found.iter().any(|(start, stop)| at < *stop && end > *start) {
                found.push((at, end));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().filter_map(|(start, end)| text.get(start..end)).collect()
}

impl<'d> Evaluator<'d> {
    /// Whether a document is written in a language; not testable in another.
    pub(super) fn written_in(&self, number: u32, language: &str) -> Outcome<'d> {
        let own = self.documents.at(number).get("language").and_then(Node::text);
        let written = own.unwrap_or(&self.judged.language);
        let main = written.split('-').next().unwrap_or_default();
        if main.eq_ignore_ascii_case(language) {
            Ok(Value::Truth(true))
        } else {
            Err(Stop::Untestable(Reason::OtherLanguage))
        }
    }

    /// What a text names: each with the narrowest place there is.
    pub(super) fn named_in(&self, value: &Value<'d>, language: Option<&str>) -> Outcome<'d> {
        let Value::Said(said) = value else { return defect("a text out of `texts` is asked for here") };
        let names = match language {
            Some(language) => roles(&said.text, language),
            None => organizations(&said.text),
        };
        let narrower = |name: &str| {
            // Where the text stands as it is read, the place is exact.
            let at = said.node.map_or_else(|| said.text.find(name), |node| node.written().find(name));
            let span = at.map_or(said.span, |at| {
                let start = said.span.start as usize + at;
                Span::new(start, start + name.len())
            });
            Value::Said(Rc::new(Said { text: Cow::Owned(name.to_owned()), span, node: said.node }))
        };
        Ok(Value::List(names.into_iter().map(narrower).collect()))
    }

    /// Whether an organization is this one, or one of those that it deals with.
    pub(super) fn is_known(&self, name: &str) -> bool {
        let bare = |name: &str| {
            let forms = &wording().legal_forms;
            let words = name.split_whitespace().map(|word| word.trim_matches(['.', ',']).to_lowercase());
            let is_form =
                |word: &String| forms.iter().any(|form| form.trim_matches('.').to_lowercase() == *word);
            words.filter(|word| !is_form(word)).collect::<Vec<_>>().join(" ")
        };
        let name = bare(name);
        let titles =
            ["customer", "other-party", "interested-party", "certificate"].into_iter().flat_map(|of| {
                let numbers = self.documents.of_type(of).iter();
                numbers.filter_map(|number| self.documents.at(*number).get("title").and_then(Node::text))
            });
        let mut known = titles.chain(self.judged.organization.as_deref()).map(bare);
        known.any(|known| !known.is_empty() && (known.contains(&name) || name.contains(&known)))
    }

    /// Whether there is a role of this name that somebody holds on the day judged on, or that is kept
    /// elsewhere.
    pub(super) fn is_held(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let tag = name.replace(' ', "-");
        let roles = self.documents.of_type("role").iter().map(|number| self.documents.at(*number));
        roles.filter(|role| role.ended().is_none()).any(|role| {
            let text = |field: &str| role.get(field).and_then(Node::text);
            let titled = text("title").is_some_and(|title| title.to_lowercase().contains(&name));
            (titled || text("purpose_tag") == Some(&tag)) && (role.is_stub() || self.has_holder(role))
        })
    }

    fn has_holder(&self, role: &Document<'_>) -> bool {
        let Some(Kind::Sequence(holders)) = role.get("holders").map(Node::kind) else { return false };
        let as_of = self.judged.as_of;
        holders.items().filter_map(Node::mapping).any(|holder| {
            let day = |field: &str| holder.get(field).and_then(Node::text).and_then(|text| text.parse().ok());
            day("from").is_none_or(|from: chrono::NaiveDate| from <= as_of)
                && day("to").is_none_or(|to: chrono::NaiveDate| to >= as_of)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_to_be_filled_in_is_seen() {
        for text in [
            "tbd",
            "N/A",
            "Owner: TBD",
            "The policy of [Company name] covers",
            "<insert date here>",
            "Approved by {{your name}}",
            "Lorem ipsum dolor",
            "Delete this text before you publish",
            "[TBD]",
            "«describe the scope»",
        ] {
            assert!(is_unfilled(text), "{text}");
        }
        for text in [
            "See [the list](https://example.com) of services",
            "- [ ] ask the owner",
            "- [x] list the items",
            "ssh <user>@host",
            "<https://example.com/add/this>",
            "<br>",
            "<select name=\"a\">",
            "Contract no. TODO-17 and the TBDs of others",
            "none",
            "Add a second server [see change 14]",
            "array[list[0]]",
        ] {
            assert!(!is_unfilled(text), "{text}");
        }
    }

    #[test]
    fn organizations_are_names_before_a_legal_form() {
        assert_eq!(
            organizations("Run by Blue Harbour Hosting GmbH, and by us"),
            ["Blue Harbour Hosting GmbH"]
        );
        assert_eq!(organizations("as Contoso does"), ["Contoso"]);
        assert_eq!(organizations("the plc of the plant; Ltd alone; an Inc"), Vec::<&str>::new());
        assert_eq!(organizations("De Linde B.V. and Kade N.V."), ["De Linde B.V.", "Kade N.V."]);
    }

    #[test]
    fn the_longest_name_of_a_role_counts() {
        assert_eq!(
            roles("The Major Incident Manager calls the change manager", "en"),
            ["Major Incident Manager", "change manager"]
        );
        assert_eq!(roles("exchange managers", "en"), Vec::<&str>::new());
        assert_eq!(roles("The Change Manager", "xx"), Vec::<&str>::new());
    }
}
