//! The rules: `schemas/rules/`.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{embedded, file::load};
use crate::{
    model::{Mistake, Rule},
    text::Source,
};

static RULES: OnceLock<BTreeMap<String, Rule>> = OnceLock::new();

/// Every rule, in the order of ids.
pub fn rules() -> impl ExactSizeIterator<Item = &'static Rule> {
    all().values()
}

/// The rule with an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    all().get(id)
}

fn all() -> &'static BTreeMap<String, Rule> {
    RULES.get_or_init(|| {
        embedded("rules/")
            .flat_map(|(path, text)| read(path, text).unwrap_or_else(|mistake| panic!("schemas/{mistake}")))
            .map(|rule| (rule.id.clone(), rule))
            .collect()
    })
}

fn read(path: &str, text: &str) -> Result<Vec<Rule>, Mistake> {
    load(Arc::new(Source::new(path, text))).map(|file| file.content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_rule_can_be_read_and_has_an_id_of_its_own() {
        let read: Vec<Rule> = embedded("rules/").flat_map(|(path, text)| read(path, text).unwrap()).collect();
        assert!(!read.is_empty());
        assert_eq!(read.len(), rules().len(), "an id is used twice");
    }

    #[test]
    fn a_rule_says_what_is_so_and_explains_why() {
        for rule in rules() {
            let (prefix, number) = rule.id.rsplit_once('-').unwrap();
            assert!(prefix.chars().all(|c| c.is_ascii_uppercase()) && number.len() == 2, "{}", rule.id);
            assert!(!rule.says.is_empty() && !rule.says.ends_with('.'), "{}", rule.id);
            assert!(rule.explain.len() > 100, "{} explains too little", rule.id);
        }
    }

    #[test]
    fn a_mistake_in_a_rule_has_a_place() {
        let text = "- id: X-01\n  severity: fatal\n";
        assert!(read("rules/x.yaml", text).unwrap_err().to_string().starts_with(
            "rules/x.yaml:2:13: there is no value `fatal` here; it is one of info, warning, error"
        ));
        let text = "- id: X-01\n  sevrity: error\n";
        assert!(
            read("rules/x.yaml", text)
                .unwrap_err()
                .to_string()
                .starts_with("rules/x.yaml:2:3: there is no key `sevrity` here; did you mean `severity`?")
        );
        assert!(read("rules/x.yaml", "- id: [\n").unwrap_err().to_string().starts_with("rules/x.yaml:1:7: "));
    }
}
