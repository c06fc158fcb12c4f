//! What a name or a title says: the phrase with the most words of which all stand in it.

use std::{collections::BTreeSet, sync::OnceLock};

use crate::catalog::{Named, named};

/// What is recognised in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// One thing.
    One(Match),
    /// Different things, by their types, and none more than another.
    Several(Vec<String>),
}

/// A phrase that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Which of the things that are named.
    pub(super) entry: usize,
    pub(super) words: usize,
    pub(super) phrase: String,
}

impl Match {
    pub(super) fn named(&self) -> &'static Named {
        &named()[self.entry]
    }
}

struct Phrase {
    entry: usize,
    words: Vec<String>,
    text: String,
}

fn phrases() -> &'static [Phrase] {
    static PHRASES: OnceLock<Vec<Phrase>> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let entries = named().iter().enumerate();
        let all = entries
            .flat_map(|(entry, named)| named.phrases.values().flatten().map(move |text| (entry, text)));
        all.map(|(entry, text)| Phrase { entry, words: split(text), text: text.clone() }).collect()
    })
}

/// What stands in a text.
pub(super) fn recognised(text: &str) -> Said {
    let words: BTreeSet<String> = split(text).into_iter().collect();
    let found = phrases().iter().filter(|phrase| phrase.words.iter().all(|word| words.contains(word)));
    let mut found: Vec<&Phrase> = found.collect();
    let Some(most) = found.iter().map(|phrase| phrase.words.len()).max() else { return Said::Nothing };
    found.retain(|phrase| phrase.words.len() == most);
    let entries: BTreeSet<usize> = found.iter().map(|phrase| phrase.entry).collect();
    if entries.len() > 1 {
        let types: BTreeSet<&str> =
            entries.iter().map(|entry| named()[*entry].record_type.as_str()).collect();
        return Said::Several(types.into_iter().map(str::to_owned).collect());
    }
    let first = found[0];
    Said::One(Match { entry: first.entry, words: most, phrase: first.text.clone() })
}

/// The words of a text, in small letters and with umlauts written out; those of `ChangePolicy` are two.
fn split(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in text.chars() {
        if character.is_uppercase() && before.is_lowercase() || !character.is_alphanumeric() {
            words.push(String::new());
        }
        let word = words.last_mut().expect("there is a first word");
        if character.is_alphanumeric() {
            for small in character.to_lowercase() {
                match small {
                    'ä' => word.push_str("ae"),
                    'ö' => word.push_str("oe"),
                    'ü' => word.push_str("ue"),
                    'ß' => word.push_str("ss"),
                    other => word.push(other),
                }
            }
        } else if character == '\u{308}' {
            // Two dots behind a vowel, as some systems write names.
            words.pop();
            if let Some(word) = words.last_mut() {
                word.push('e');
            }
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name without its version, and that version: `Policy_v1.2` is `Policy` in version 1.2.
pub(super) fn without_version(stem: &str) -> (String, Option<String>) {
    let spaced = stem.replace(['_', '-', '\n', '\t'], " ");
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    let is_version = |word: &str| {
        let number = word.strip_prefix(['v', 'V']).map_or("", |rest| rest.trim_start_matches('.'));
        let is_number = number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
            && number.len() <= 8;
        is_number.then(|| number.trim_end_matches('.').to_owned())
    };
    let found = words.iter().position(|word| is_version(word).is_some());
    let version = found.and_then(|at| is_version(words.remove(at)));
    (words.join(" "), version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        match recognised(text) {
            Said::Nothing => "-".to_owned(),
            Said::One(found) => found.named().record_type.clone(),
            Said::Several(types) => format!("? {}", types.join(" ")),
        }
    }

    #[test]
    fn the_phrase_with_the_most_words_counts() {
        for (text, expected) in [
            ("Change Management", "process-description"),
            ("Change_Management-Policy", "change-management-policy"),
            ("ChangeManagementPolicy", "change-management-policy"),
            ("Richtlinie Änderungsmanagement", "change-management-policy"),
            ("Leitlinie zur Informationssicherheit", "information-security-policy"),
            ("Notfallhandbuch 2025", "continuity-plan"),
            ("Großstörung", "procedure"),
            ("A\u{308}nderungsmanagement", "process-description"),
            ("Protokoll der Weihnachtsfeier", "-"),
            ("Audit plan and audit report", "? internal-audit-plan internal-audit-report"),
            ("", "-"),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_version_is_told_apart_from_the_name() {
        let told = |stem: &str| without_version(stem);
        assert_eq!(
            told("Incident_Management_v1.2"),
            ("Incident Management".to_owned(), Some("1.2".to_owned()))
        );
        assert_eq!(told("V2 Plan"), ("Plan".to_owned(), Some("2".to_owned())));
        assert_eq!(told("virus vaults"), ("virus vaults".to_owned(), None));
    }
}
