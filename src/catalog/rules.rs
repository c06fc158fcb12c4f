//! The rules: `schemas/rules/`, and those of the organization's own. A file named after a type, or after
//! a category, holds rules that are computed from documents of it; the others hold what the program
//! knows by id.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, load},
    typing,
};
use crate::{
    expression::{self, Expression, Kind, Operator},
    model::{Basis, Cause, Computed, LeftTo, Level, Mistake, Rule, Scope, Template, Tier},
    text::{Source, Span, quoted},
};

/// What a rule may be about that is no type: every document, or every one of a category.
pub(super) const CATEGORIES: [&str; 4] = ["any", "document", "register", "record"];

/// A rule as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: Spanned<String>,
    #[serde(default)]
    tier: Tier,
    severity: Level,
    basis: Basis,
    cause: Cause,
    says: String,
    explain: String,
    left_to: Option<LeftToFile>,
    #[serde(default)]
    fields: Vec<Spanned<String>>,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(rename = "type")]
    record_type: Option<Spanned<String>>,
    #[serde(default)]
    scope: Scope,
    #[serde(rename = "for")]
    items: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    assert: Option<Spanned<String>>,
    at: Option<Spanned<String>>,
    #[serde(default)]
    related: Vec<Spanned<String>>,
    escalate: Option<Escalation>,
    message: Option<Spanned<String>>,
    help: Option<Spanned<String>>,
}

/// Who tells of a rule that is not told under its own id; `fields` and `rules` beside it say which.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LeftToFile {
    Completeness,
    Rules,
    History,
    Person,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Escalation {
    when: Spanned<String>,
    severity: Level,
}

/// Every rule that everybody has, in the order of ids.
pub fn rules() -> impl ExactSizeIterator<Item = &'static Rule> {
    all().values()
}

/// The rule with an id, of those that everybody has.
pub fn rule(id: &str) -> Option<&'static Rule> {
    static KNOWN: OnceLock<BTreeMap<String, Rule>> = OnceLock::new();
    // What the program knows by id is asked for in every run, and little beside the rest.
    let known = KNOWN.get_or_init(|| {
        let files = embedded("rules/").filter(|(path, _)| !is_computed(path));
        files.flat_map(|(path, text)| read_embedded(path, text)).map(|rule| (rule.id.clone(), rule)).collect()
    });
    known.get(id).or_else(|| all().get(id))
}

/// The rules that are computed from documents of a type or a category.
pub(super) fn computed(name: &str) -> Vec<Rule> {
    let path = format!("rules/{name}.yaml");
    let file = embedded("rules/").find(|(known, _)| *known == path);
    file.map(|(path, text)| read_embedded(path, text)).unwrap_or_default()
}

fn all() -> &'static BTreeMap<String, Rule> {
    static RULES: OnceLock<BTreeMap<String, Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        embedded("rules/")
            .flat_map(|(path, text)| read_embedded(path, text))
            .map(|rule| (rule.id.clone(), rule))
            .collect()
    })
}

fn read_embedded(path: &str, text: &str) -> Vec<Rule> {
    let read = read(&Arc::new(Source::new(path, text)), named(path), |_, _| Ok(()));
    read.unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
}

/// Checks all embedded rules against the types, and counts those that are computed.
pub(super) fn check_embedded(catalog: &Catalog) -> Result<usize, Vec<Mistake>> {
    let (mut count, mut mistakes) = (0, Vec::new());
    for (path, text) in embedded("rules/") {
        let source = Arc::new(Source::new(path, text));
        match read(&source, named(path), |computed, placed| typing::check(catalog, computed, placed)) {
            Ok(rules) => count += rules.iter().filter(|rule| rule.computed.is_some()).count(),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(count) } else { Err(mistakes) }
}

/// The names of the organization's own values that a rule asks for.
pub fn own_values(rule: &Rule) -> Vec<&str> {
    let mut names = Vec::new();
    let Some(computed) = &rule.computed else { return names };
    let parts = [&computed.items, &computed.when].into_iter().flatten().chain([&computed.assert]);
    for expression in parts.chain(&computed.related).chain(computed.escalate.iter().map(|(when, _)| when)) {
        names.extend(own_names(expression));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The names of the organization's own values that an expression asks for.
pub(super) fn own_names(expression: &Expression) -> Vec<&str> {
    let mut names = Vec::new();
    expression.each(&mut |part| {
        if let Kind::Call { function, arguments, .. } = &part.kind
            && function == "own"
            && let Some(Expression { kind: Kind::Text(name), .. }) = arguments.first()
        {
            names.push(name.as_str());
        }
    });
    names
}

/// The rules of the organization's own in a file.
pub(super) fn read_own(catalog: &Catalog, source: &Arc<Source>) -> Result<Vec<Rule>, Mistake> {
    let rules = read(source, None, |computed, placed| typing::check(catalog, computed, placed))?;
    let own = |rule: Rule| Rule { own: Some(source.name().to_owned()), ..rule };
    Ok(rules.into_iter().map(own).collect())
}

fn is_computed(path: &str) -> bool {
    let name = path.trim_start_matches("rules/").trim_end_matches(".yaml");
    CATEGORIES.contains(&name) || embedded("types/").any(|(file, _)| file == format!("types/{name}.yaml"))
}

/// The type or category that a file of rules is named after.
fn named(path: &str) -> Option<&str> {
    is_computed(path).then(|| path.trim_start_matches("rules/").trim_end_matches(".yaml"))
}

/// A rule, and where its parts stand that are checked against the types.
pub(super) struct Placed<'f> {
    file: &'f Loaded<Vec<RuleFile>>,
    rule: &'f RuleFile,
}

impl Placed<'_> {
    /// A mistake in the expression of a part of the rule.
    pub(super) fn mistake(
        &self,
        part: RulePart,
        within: Span,
        message: String,
        help: Option<String>,
    ) -> Mistake {
        let written = match part {
            RulePart::Type => self.rule.record_type.as_ref(),
            RulePart::Items => self.rule.items.as_ref(),
            RulePart::When => self.rule.when.as_ref(),
            RulePart::Assert => self.rule.assert.as_ref(),
            RulePart::At => self.rule.at.as_ref(),
            RulePart::Related(number) => self.rule.related.get(number),
            RulePart::Escalate => self.rule.escalate.as_ref().map(|escalation| &escalation.when),
            RulePart::Message => self.rule.message.as_ref(),
            RulePart::Help => self.rule.help.as_ref(),
        };
        let written = written.unwrap_or(&self.rule.id);
        Mistake { help, ..self.file.mistake(&placed(&self.file.source, written, within), message) }
    }
}

/// A part of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum RulePart {
    Type,
    Items,
    When,
    Assert,
    At,
    Related(usize),
    Escalate,
    Message,
    Help,
}

/// The place of a part of a text in its file: exact where the text stands there as it is.
pub(super) fn placed(source: &Source, written: &Spanned<String>, within: Span) -> Spanned<()> {
    let range = written.span();
    let quote = usize::from(matches!(source.text().as_bytes().get(range.start), Some(b'"' | b'\'')));
    let start = range.start + quote;
    if source.text().get(start..).is_some_and(|text| text.starts_with(written.as_ref().as_str())) {
        let within = within.range();
        return Spanned::new(start + within.start..start + within.end, ());
    }
    Spanned::new(range, ())
}

/// Reads the rules of a file and has each checked. `about` is the type or category of rules that do not
/// say one.
pub(super) fn read(
    source: &Arc<Source>,
    about: Option<&str>,
    check: impl Fn(&Computed, &Placed<'_>) -> Result<(), Mistake>,
) -> Result<Vec<Rule>, Mistake> {
    let file: Loaded<Vec<RuleFile>> = load(Arc::clone(source))?;
    let mut rules = Vec::new();
    for rule in &file.content {
        let left_to = left_to(&file, rule)?;
        let computed = if left_to.is_none() { computed_of(&file, rule, about)? } else { None };
        if let Some(computed) = &computed {
            check(computed, &Placed { file: &file, rule })?;
        }
        rules.push(Rule {
            id: rule.id.as_ref().clone(),
            severity: rule.severity,
            basis: rule.basis,
            cause: rule.cause,
            says: rule.says.clone(),
            explain: rule.explain.clone(),
            tier: rule.tier,
            about: rule.record_type.as_ref().map(|name| name.as_ref().as_str()).or(about).map(str::to_owned),
            computed,
            left_to,
            own: None,
        });
    }
    Ok(rules)
}

fn left_to(file: &Loaded<Vec<RuleFile>>, rule: &RuleFile) -> Result<Option<LeftTo>, Mistake> {
    let Some(left_to) = rule.left_to else {
        if rule.fields.is_empty() && rule.rules.is_empty() {
            return Ok(None);
        }
        return Err(file.mistake(&rule.id, "`fields` and `rules` say more of what `left_to` says"));
    };
    if rule.assert.is_some() {
        return Err(file.mistake(&rule.id, "a rule that is left to others says nothing in `assert`"));
    }
    let fields: Vec<String> = rule.fields.iter().map(|field| field.as_ref().clone()).collect();
    match (left_to, fields.is_empty(), rule.rules.is_empty()) {
        (LeftToFile::Completeness, false, true) => Ok(Some(LeftTo::Completeness(fields))),
        (LeftToFile::Rules, true, false) => Ok(Some(LeftTo::Rules(rule.rules.clone()))),
        (LeftToFile::History, true, true) => Ok(Some(LeftTo::History)),
        (LeftToFile::Person, true, true) => Ok(Some(LeftTo::Person)),
        _ => {
            let message =
                "what is left to completeness names its `fields`, what is left to rules names those `rules`";
            Err(file.mistake(&rule.id, message))
        }
    }
}

/// Of what is joined by `&&`, that which does not speak of the item, and the rest.
fn without_item(when: &Expression) -> Option<(Expression, Option<Expression>)> {
    fn parts<'e>(of: &'e Expression, found: &mut Vec<&'e Expression>) {
        match &of.kind {
            Kind::Binary(Operator::And, left, right) => {
                parts(left, found);
                parts(right, found);
            }
            _ => found.push(of),
        }
    }
    let joined = |parts: Vec<&Expression>| {
        parts.into_iter().cloned().reduce(|left, right| {
            let span = left.span.to(right.span);
            Expression { kind: Kind::Binary(Operator::And, left.into(), right.into()), span }
        })
    };
    let mut all = Vec::new();
    parts(when, &mut all);
    let (rest, before) = all.into_iter().partition(|part| {
        let mut speaks = false;
        part.each(&mut |inner| speaks |= matches!(&inner.kind, Kind::Name(name) if name == "it"));
        speaks
    });
    Some((joined(before)?, joined(rest)))
}

fn computed_of(
    file: &Loaded<Vec<RuleFile>>,
    rule: &RuleFile,
    about: Option<&str>,
) -> Result<Option<Computed>, Mistake> {
    let record_type = rule.record_type.as_ref().map(|name| name.as_ref().as_str()).or(about);
    let (Some(record_type), Some(assert)) = (record_type, &rule.assert) else {
        return match (record_type, &rule.assert) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(file.mistake(&rule.id, "a rule says of which `type` the documents are")),
            (Some(_), _) => Err(file.mistake(&rule.id, "a rule says in `assert` what has to be so")),
        };
    };
    let read = |written: &Spanned<String>| -> Result<Expression, Mistake> {
        expression::parse(written.as_ref())
            .map_err(|error| file.mistake(&placed(&file.source, written, error.span), error.message))
    };
    let template = |written: Option<&Spanned<String>>, name: &str| -> Result<Template, Mistake> {
        let Some(written) = written else {
            return Err(file.mistake(&rule.id, format!("a rule has a `{name}`")));
        };
        Template::parse(written.as_ref()).map_err(|path| {
            file.mistake(written, format!("{} in `{name}` is no field", quoted(&format!("{{{path}}}"))))
        })
    };
    // Of an item, the item itself; of a document, its id.
    let at = match &rule.at {
        Some(at) => at.as_ref().as_str(),
        None if rule.items.is_some() => "",
        None => "id",
    };
    let when = rule.when.as_ref().map(read).transpose()?;
    let before = when.as_ref().filter(|_| rule.items.is_some()).and_then(without_item);
    Ok(Some(Computed {
        record_type: record_type.to_owned(),
        scope: rule.scope,
        items: rule.items.as_ref().map(read).transpose()?,
        when,
        before,
        assert: read(assert)?,
        at: at.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        related: rule.related.iter().map(read).collect::<Result<_, _>>()?,
        escalate: match &rule.escalate {
            Some(escalation) => Some((read(&escalation.when)?, escalation.severity)),
            None => None,
        },
        message: template(rule.message.as_ref(), "message")?,
        help: template(rule.help.as_ref(), "help")?,
    }))
}

/// Whether there is a rule of an id that is told under this id.
pub(super) fn has_findings(id: &str) -> bool {
    rule(id).is_some_and(|rule| rule.left_to.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Complete, RecordType};

    fn read_text(path: &str, text: &str) -> Result<Vec<Rule>, Mistake> {
        read(&Arc::new(Source::new(path, text)), None, |_, _| Ok(()))
    }

    #[test]
    fn every_embedded_rule_has_an_id_of_its_own() {
        let count: usize = embedded("rules/").map(|(path, text)| read_embedded(path, text).len()).sum();
        assert!(count > 0);
        assert_eq!(count, rules().len(), "an id is used twice");
    }

    #[test]
    fn a_file_of_rules_is_named_after_what_they_are_about() {
        for (path, text) in embedded("rules/") {
            for rule in read_embedded(path, text) {
                assert_eq!(rule.about.as_deref(), named(path), "{} in {path}", rule.id);
                assert_eq!(rule.about.is_some(), rule.computed.is_some() || rule.left_to.is_some());
            }
        }
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
    fn what_is_left_to_others_is_told_by_them() {
        let catalog = Catalog::embedded();
        for (path, text) in embedded("rules/") {
            for rule in read_embedded(path, text) {
                let id = &rule.id;
                match &rule.left_to {
                    Some(LeftTo::Completeness(fields)) => {
                        let asking: Vec<&RecordType> = match named(path).unwrap() {
                            "record" => catalog.record_types().collect(),
                            name => catalog.record_type(name).into_iter().collect(),
                        };
                        let asks = |field: &String, group: &Complete| group.fields.contains(field);
                        for field in fields {
                            let asked =
                                asking.iter().any(|of| of.complete.iter().any(|group| asks(field, group)));
                            assert!(asked, "{id}: {field}");
                        }
                        // What it is told as, is what the heaviest of these fields is asked for.
                        let groups = asking.iter().flat_map(|of| &of.complete);
                        let groups = groups.filter(|group| fields.iter().any(|field| asks(field, group)));
                        let basis = groups.map(|group| group.basis).min().unwrap();
                        let level = if basis == Basis::Requirement { Level::Error } else { Level::Warning };
                        assert_eq!((rule.basis, rule.severity), (basis, level), "{id}");
                    }
                    Some(LeftTo::Rules(others)) => {
                        for other in others {
                            let told = super::rule(other).is_some_and(|other| other.left_to.is_none());
                            assert!(told, "{id}: {other} tells nothing");
                        }
                    }
                    Some(LeftTo::History) => assert_eq!(rule.cause, Cause::History, "{id}"),
                    Some(LeftTo::Person) | None => {}
                }
            }
        }
    }

    #[test]
    fn a_mistake_in_a_rule_has_a_place() {
        let told = |text: &str| read_text("rules/x.yaml", text).unwrap_err().to_string();
        let text = "- id: X-01\n  severity: fatal\n";
        assert_eq!(
            told(text),
            "rules/x.yaml:2:13: there is no value `fatal` here; it is one of info, warning, error"
        );
        let text = "- id: X-01\n  sevrity: error\n";
        assert_eq!(told(text), "rules/x.yaml:2:3: there is no key `sevrity` here; did you mean `severity`?");
        assert!(told("- id: [\n").starts_with("rules/x.yaml:1:7: "));
    }

    const RULE: &str = "\
- id: X-01
  type: incident
  severity: error
  basis: practice
  cause: content
  says: something is so
  when: has(self.state)
  assert: self.state == \"closed\"
  message: \"`{id}` is open\"
  help: close it
  explain: why
";

    #[test]
    fn expressions_and_texts_are_read_with_their_places() {
        let rules = read_text("rules/x.yaml", RULE).unwrap();
        let computed = rules[0].computed.as_ref().unwrap();
        assert_eq!(
            (computed.record_type.as_str(), computed.at.as_slice()),
            ("incident", &["id".to_owned()][..])
        );
        let told = |from: &str, to: &str| {
            read_text("rules/x.yaml", &RULE.replace(from, to)).unwrap_err().to_string()
        };
        assert_eq!(
            told("has(self.state)", "has(self.state) &&"),
            "rules/x.yaml:7:27: a value is expected, and here is the end"
        );
        assert_eq!(
            told("self.state ==", "self.state ="),
            "rules/x.yaml:8:22: `=` is no sign of the language"
        );
        assert_eq!(
            told("  assert: self", "  left_to: person\n  assert: self"),
            "rules/x.yaml:1:7: a rule that is left to others says nothing in `assert`"
        );
        assert!(
            told("  assert: self.state == \"closed\"", "  left_to: rules").ends_with("names those `rules`")
        );
        assert_eq!(told("{id}", "{id + 1}"), "rules/x.yaml:9:12: `{id + 1}` in `message` is no field");
        assert_eq!(told("  message: \"`{id}` is open\"\n", ""), "rules/x.yaml:1:7: a rule has a `message`");
        assert_eq!(
            told("  type: incident\n", ""),
            "rules/x.yaml:1:7: a rule says of which `type` the documents are"
        );
    }
}
