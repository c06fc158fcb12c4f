//! The words that rules on wording look for: `schemas/wording/words.yaml`.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

use super::{embedded, file::load};
use crate::text::Source;

/// The words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// A whole value that only holds a place, in small letters.
    pub fillers: Vec<String>,
    /// A mark within a text that somebody meant to come back.
    pub marks: Vec<String>,
    /// What stands between brackets in a template begins so, in small letters.
    pub prompts: Vec<String>,
    /// What a template says to whom fills it in, in small letters.
    pub phrases: Vec<String>,
    /// Names of companies that exist in samples only, in small letters.
    pub samples: Vec<String>,
    /// What the name of a company ends in.
    pub legal_forms: Vec<String>,
    /// Roles of service management by language, in small letters.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// The words, read when somebody first asks.
pub fn wording() -> &'static Wording {
    static WORDING: OnceLock<Wording> = OnceLock::new();
    WORDING.get_or_init(|| {
        let (path, text) = embedded("wording/").next().expect("the words are embedded");
        let read = load::<Wording>(Arc::new(Source::new(path, text)));
        read.unwrap_or_else(|mistake| panic!("schemas/{mistake}")).content
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_in_small_letters_is_written_so() {
        let Wording { fillers, prompts, phrases, samples, roles, .. } = wording();
        for word in [fillers, prompts, phrases, samples].into_iter().chain(roles.values()).flatten() {
            assert_eq!(*word, word.to_lowercase());
        }
        assert!(roles.contains_key("en"));
    }
}
