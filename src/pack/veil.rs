//! What of a document leaves the house in a redacted pack. What is not known to be harmless stays out.
//!
//! Of registers and records only the values of fields stay whose schema admits nothing else than days, numbers, ids and
//! words of a list. Free text is taken out, unless somebody opens its field. Of controlled documents, which are the evidence
//! itself, the text stays. People are tokens: the same in all of a pack, another in the next. What is known of people, and
//! what looks like a way to reach one, is taken out of every text that is left.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use aho_corasick::{AhoCorasick, Input, MatchKind};
use serde_json::Value;

use super::{items::texts_within, scan, yaml::Written};
use crate::{
    corpus::{Document, Documents, Shape},
    lens::Assessed,
    model::{Category, Format, History, Kind, Schema, Target, hmac},
    report::document::is_person,
    yaml::{self, Form, Mapping, Node},
};

/// What stands in the place of a text that was taken out.
const REMOVED: &str = "[removed]";
/// The type of those whom services are for: their names are nobody else's business.
const CUSTOMER: &str = "customer";

/// What is between a pack and the world.
#[derive(Debug)]
pub(super) struct Veil(Option<Redacting>);

#[derive(Debug)]
struct Redacting {
    key: Vec<u8>,
    pack_id: String,
    /// What is known of people, and what stands in its place.
    known: AhoCorasick,
    instead: Vec<Instead>,
    /// People by all that they are known by.
    people: HashMap<String, String>,
    /// Fields that somebody opened: type and field.
    opened: BTreeSet<(String, String)>,
    log: Mutex<BTreeMap<Cut, usize>>,
}

/// What is known, how it is written, and what stands in its place.
#[derive(Clone, Debug)]
struct Instead {
    known: String,
    /// Whether capital letters count.
    is_exact: bool,
    shown: String,
}

/// What was taken out of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) item: String,
    pub(super) field: String,
    pub(super) rule: &'static str,
}

impl Veil {
    /// None.
    pub(super) fn open() -> Self {
        Self(None)
    }

    /// One that takes out what is personal.
    pub(super) fn drawn(
        assessed: &Assessed<'_>,
        history: Option<&History>,
        key: &[u8],
        pack_id: &str,
        open: &[String],
    ) -> Self {
        let opened = open.iter().filter_map(|name| name.split_once('.'));
        let opened = opened.map(|(of, field)| (of.to_owned(), field.to_owned())).collect();
        let mut redacting = Redacting {
            key: key.to_vec(),
            pack_id: pack_id.to_owned(),
            known: AhoCorasick::new([""; 0]).expect("no pattern is none too many"),
            instead: Vec::new(),
            people: HashMap::new(),
            opened,
            log: Mutex::default(),
        };
        redacting.learn(assessed, history);
        Self(Some(redacting))
    }

    /// Whether nothing is taken out.
    pub(super) fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// A text without what is known of people, and without ways to reach one.
    pub(super) fn shown(&self, text: &str) -> String {
        self.0.as_ref().map_or_else(|| text.to_owned(), |redacting| redacting.masked(text).0)
    }

    /// Somebody by whatever they are known by.
    pub(super) fn person(&self, known_by: &str) -> String {
        self.0.as_ref().map_or_else(|| known_by.to_owned(), |redacting| redacting.token(known_by))
    }

    /// A digest that only who has the key can compare with; none if nothing is taken out.
    pub(super) fn sealed(&self, bytes: &[u8]) -> Option<String> {
        let redacting = self.0.as_ref()?;
        Some(hmac(&redacting.key, bytes))
    }

    /// Takes out of all texts of a report what is known of people.
    pub(super) fn mask(&self, value: &mut Value) {
        let Some(redacting) = &self.0 else { return };
        match value {
            Value::String(text) => {
                *text = redacting.masked(text).0;
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.mask(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.mask(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Whether the title of a document may be shown.
    pub(super) fn keeps_title(&self, document: &Document<'_>) -> bool {
        let Some(redacting) = &self.0 else { return true };
        redacting.keeps_title(document)
    }

    /// What is left of a document.
    pub(super) fn redacted(&self, documents: &Documents<'_>, number: u32) -> Written {
        let Some(redacting) = &self.0 else {
            return Written::Fields(super::items::whole(documents.at(number)));
        };
        redacting.document(documents, number)
    }

    /// What was taken out, in order.
    pub(super) fn log(&self) -> Vec<(Cut, usize)> {
        let Some(redacting) = &self.0 else { return Vec::new() };
        let log = redacting.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().map(|(cut, count)| (cut.clone(), *count)).collect()
    }
}

impl Redacting {
    /// Takes in what people and customers are known by.
    fn learn(&mut self, assessed: &Assessed<'_>, history: Option<&History>) {
        let documents = assessed.documents;
        for number in documents.of_type("person") {
            let document = documents.at(*number);
            let Some((id, _)) = document.id() else { continue };
            let name = document.get("title").and_then(Node::text).unwrap_or_default();
            let mut signs = vec![id, name];
            signs.extend(texts_within(document.get("identities"), "value"));
            for sign in signs {
                self.people.insert(plain(sign), id.to_owned());
                self.take(sign, sign != id, self.token_of(id));
            }
            self.take_surname(name, self.token_of(id));
        }
        let commits = history.into_iter().flat_map(|history| &history.commits);
        let accounts = commits.flat_map(|commit| {
            let named = commit.co_authors.iter().chain(&commit.approvers);
            [&commit.author, &commit.committer].into_iter().chain(named)
        });
        let accounts: BTreeSet<_> = accounts.collect();
        for account in accounts {
            let known =
                self.people.get(&plain(&account.email)).or_else(|| self.people.get(&plain(&account.name)));
            let id = known.cloned().unwrap_or_else(|| format!("account {}", plain(&account.email)));
            for sign in [&account.email, &account.name] {
                self.people.entry(plain(sign)).or_insert_with(|| id.clone());
                self.take(sign, true, self.token_of(&id));
            }
            self.take_surname(&account.name, self.token_of(&id));
        }
        // Organizations and roles act, too, and are nobody.
        let acting = ["other-party", "role"].into_iter().flat_map(|name| documents.of_type(name));
        let nobody: HashSet<String> = acting
            .filter_map(|number| documents.at(*number).get("title").and_then(Node::text))
            .chain(assessed.settings.organization.value.as_deref())
            .map(plain)
            .collect();
        // A name in a field for people is one everywhere.
        for document in documents {
            let Some(record_type) = document.record_type else { continue };
            crate::corpus::each_single(document.fields.entries(), &record_type.shape, &mut |single| {
                let text = single.node.text().unwrap_or_default();
                let known = plain(text);
                let is_new = !self.people.contains_key(&known) && !nobody.contains(&known);
                if single.schema.personal && is_name(text) && is_new {
                    self.people.insert(plain(text), format!("name {}", plain(text)));
                    self.take(text, true, self.token(text));
                    self.take_surname(text, self.token(text));
                }
            });
            if document.type_name.is_some_and(|(name, _)| name == CUSTOMER)
                && let (Some((id, _)), Some(title)) =
                    (document.id(), document.get("title").and_then(Node::text))
            {
                self.take(title, true, id.to_owned());
            }
        }
        self.instead.sort_by(|a, b| a.known.cmp(&b.known));
        let patterns = self.instead.iter().map(|instead| instead.known.as_str());
        let known = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(patterns);
        // More than it can hold are more than any register has.
        self.known =
            known.unwrap_or_else(|_| AhoCorasick::new([""; 0]).expect("no pattern is none too many"));
    }

    fn take(&mut self, known: &str, any_case: bool, shown: String) {
        // Two letters are in too many words.
        if known.trim().chars().count() >= 3 {
            self.instead.push(Instead { known: known.trim().to_owned(), is_exact: !any_case, shown });
        }
    }

    /// The last word of a name, as it is written: in small letters it may mean anything.
    fn take_surname(&mut self, name: &str, shown: String) {
        if let Some((_, last)) =
            name.trim().rsplit_once(' ').filter(|(_, last)| last.starts_with(char::is_uppercase))
        {
            self.take(last, false, shown);
        }
    }

    fn token(&self, known_by: &str) -> String {
        let id = self.people.get(&plain(known_by)).cloned();
        self.token_of(&id.unwrap_or_else(|| format!("name {}", plain(known_by))))
    }

    fn token_of(&self, id: &str) -> String {
        let mac = hmac(&self.key, format!("{}\n{id}", self.pack_id).as_bytes());
        format!("person-{}", &mac[..10])
    }

    /// A text without what is known, and how often what was taken out.
    fn masked(&self, text: &str) -> (String, BTreeMap<&'static str, usize>) {
        let mut counts = BTreeMap::new();
        let mut shown = String::with_capacity(text.len());
        let (mut at, mut rest) = (0, 0);
        while let Some(found) = self.known.find(Input::new(text).span(at..text.len())) {
            let instead = &self.instead[found.pattern().as_usize()];
            let inside = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
            let is_part = inside(text[..found.start()].chars().next_back())
                || inside(text[found.end()..].chars().next());
            if is_part || instead.is_exact && text[found.range()] != *instead.known {
                at = found.start() + text[found.start()..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            shown.push_str(&text[rest..found.start()]);
            shown.push_str(&instead.shown);
            *counts.entry("what is known of a person or a customer").or_default() += 1;
            (at, rest) = (found.end(), found.end());
        }
        shown.push_str(&text[rest..]);
        let hits = scan::personal(&shown);
        if hits.is_empty() {
            return (shown, counts);
        }
        let (mut left, mut rest) = (String::with_capacity(shown.len()), 0);
        for hit in hits {
            left.push_str(&shown[rest..hit.at.start]);
            left.push_str("[removed: ");
            left.push_str(hit.kind);
            left.push(']');
            *counts.entry(hit.kind).or_default() += 1;
            rest = hit.at.end;
        }
        left.push_str(&shown[rest..]);
        (left, counts)
    }

    fn keeps_title(&self, document: &Document<'_>) -> bool {
        let of = document.type_name.map_or("register", |(name, _)| name);
        match document.record_type.map(|found| found.category) {
            Some(Category::Document) => true,
            Some(Category::Register) => !is_person(document) && of != CUSTOMER || self.is_opened(of, "title"),
            Some(Category::Record) | None => self.is_opened(of, "title"),
        }
    }

    fn is_opened(&self, of: &str, field: &str) -> bool {
        self.opened.contains(&(of.to_owned(), field.to_owned()))
    }

    fn document(&self, documents: &Documents<'_>, number: u32) -> Written {
        let document = documents.at(number);
        let of = document.type_name.map_or("register", |(name, _)| name);
        let item = document.id().map_or("", |(id, _)| id);
        let is_controlled = document.record_type.is_some_and(|found| found.category == Category::Document);
        let mut cutter = Cutter {
            veil: self,
            documents,
            of,
            item: self.masked(item).0,
            is_controlled,
            cuts: BTreeMap::new(),
        };
        let mut fields = Vec::new();
        if document.fields.get("type").is_none() {
            let name = if document.shape == Shape::Register { "register" } else { of };
            fields.push(("type".to_owned(), Written::Plain(name.to_owned())));
        }
        let own = |name: &str| document.fields.get(name).is_some();
        let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
        let inherited = inherited.filter(|(key, _)| key.text().is_some_and(|name| !own(name)));
        let schema = document.record_type.map(|found| &found.shape);
        for (key, value) in document.fields.entries().chain(inherited) {
            let name = key.text().unwrap_or_default();
            let known = schema.and_then(|schema| schema.fields.iter().find(|(known, _)| known == name));
            let left = match (name, known) {
                ("body_file", _) => continue,
                ("held_in", _) => cutter.removed("held_in", "a path, or an address"),
                ("type", _) => Written::of(value),
                ("id", _) => Written::Text(self.masked(value.text().unwrap_or_default()).0),
                ("title", _) if self.keeps_title(document) => {
                    cutter.masked("title", value.text().unwrap_or_default())
                }
                ("title", _) => cutter.removed("title", "free text"),
                (_, Some((_, schema))) => cutter.value(value, schema, name),
                (_, None) => {
                    cutter.cut(name, "what the type does not know", 1);
                    continue;
                }
            };
            fields.push((name.to_owned(), left));
        }
        if let Some(text) = body(documents, document) {
            let left = if is_controlled || self.is_opened(of, "body") {
                cutter.masked("body", &text)
            } else {
                cutter.removed("body", "free text")
            };
            fields.retain(|(name, _)| name != "body");
            fields.push(("body".to_owned(), left));
        }
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        // What is made twice is cut twice in the same way.
        for (cut, count) in cutter.cuts {
            log.insert(cut, count);
        }
        Written::Fields(fields)
    }
}

/// The text of a document behind front matter, or in a file of its own.
fn body(documents: &Documents<'_>, document: &Document<'_>) -> Option<String> {
    let behind = document.body.map(|span| document.source.slice(span).to_owned());
    behind.or_else(|| {
        let Target::Path(path) = Target::of(document.get("body_file")?.text()?) else { return None };
        String::from_utf8(documents.attachments.bytes(&path).ok()?).ok()
    })
}

/// Takes out of one document.
struct Cutter<'c, 'd> {
    veil: &'c Redacting,
    documents: &'c Documents<'d>,
    of: &'c str,
    item: String,
    is_controlled: bool,
    cuts: BTreeMap<Cut, usize>,
}

impl Cutter<'_, '_> {
    fn cut(&mut self, field: &str, rule: &'static str, count: usize) {
        let cut = Cut { item: self.item.clone(), field: field.to_owned(), rule };
        *self.cuts.entry(cut).or_default() += count;
    }

    fn removed(&mut self, field: &str, rule: &'static str) -> Written {
        self.cut(field, rule, 1);
        Written::Text(REMOVED.to_owned())
    }

    fn masked(&mut self, field: &str, text: &str) -> Written {
        let (left, counts) = self.veil.masked(text);
        for (rule, count) in counts {
            self.cut(field, rule, count);
        }
        Written::Text(left)
    }

    fn value(&mut self, node: Node<'_>, schema: &Schema, field: &str) -> Written {
        match node.kind() {
            yaml::Kind::Scalar(_) if node.is_null() => Written::Plain("null".to_owned()),
            yaml::Kind::Scalar(scalar) => self.single(node, scalar.form(), schema, field),
            yaml::Kind::Sequence(list) => match schema.items.as_deref() {
                Some(items) => {
                    Written::List(list.items().map(|item| self.value(item, items, field)).collect())
                }
                None => self.removed(field, "what the type does not know"),
            },
            yaml::Kind::Mapping(mapping) => {
                let mut fields = Vec::new();
                for (key, value) in mapping.entries() {
                    let name = key.text().unwrap_or_default();
                    match schema.fields.iter().find(|(known, _)| known == name) {
                        Some((_, schema)) => {
                            let field = format!("{field}.{name}");
                            fields.push((name.to_owned(), self.value(value, schema, &field)));
                        }
                        None => self.cut(field, "what the type does not know", 1),
                    }
                }
                Written::Fields(fields)
            }
        }
    }

    fn single(&mut self, node: Node<'_>, form: Form, schema: &Schema, field: &str) -> Written {
        let text = node.text().unwrap_or_default();
        let referred = self.documents.find(text);
        let names_people = schema.personal || schema.refers_to.iter().any(|of| of == "person");
        match referred {
            Some(number) if is_person(self.documents.at(number)) => {
                self.cut(field, "a person", 1);
                return Written::Text(self.veil.token(text));
            }
            Some(_) if names_people || schema.evidence || !schema.refers_to.is_empty() => {
                return self.masked(field, text);
            }
            Some(_) | None => {}
        }
        if names_people {
            self.cut(field, "a person", 1);
            return Written::Text(self.veil.token(text));
        }
        if is_harmless(text, form, schema) {
            return Written::of(node);
        }
        let is_id = schema.format == Some(Format::Id) || schema.format == Some(Format::RecordType);
        if is_id || !schema.refers_to.is_empty() && !text.contains(char::is_whitespace) {
            return self.masked(field, text);
        }
        // A path and an address may name anybody.
        if self.is_controlled && !schema.evidence || self.veil.is_opened(self.of, field) {
            return self.masked(field, text);
        }
        self.removed(field, if schema.evidence { "evidence in words, or a path" } else { "free text" })
    }
}

/// Whether a value is of a kind that cannot tell anything else than it should.
fn is_harmless(text: &str, form: Form, schema: &Schema) -> bool {
    let of = |signs: &str| {
        text.len() <= 40 && text.chars().all(|sign| sign.is_ascii_digit() || signs.contains(sign))
    };
    if !schema.values.is_empty() {
        return schema.values.iter().any(|value| value == text);
    }
    match (schema.kind, schema.format) {
        (Kind::Number | Kind::Integer, _) => matches!(form, Form::Integer | Form::Float),
        (Kind::Truth, _) => matches!(form, Form::Bool(_)),
        (_, Some(Format::Date | Format::DateTime | Format::Time | Format::Month)) => of("-:+.TZtz "),
        (_, Some(Format::Duration)) => of("PYMWDTHS.-"),
        (_, Some(Format::Sha256)) => text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        (_, Some(Format::Currency)) => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        (_, Some(Format::Id | Format::RecordType) | None) => false,
    }
}

/// Whether a text in a field for people is the name of one: some words, each with a capital letter.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase) && !word.contains(|sign: char| sign.is_ascii_digit())
        })
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_capital_letters() {
        assert!(is_name("Anna Vogel") && !is_name("Jean de") && is_name("Ana María Núñez"));
        assert!(!is_name("service desk") && !is_name("ROL-001") && !is_name("Anna"));
    }
}
