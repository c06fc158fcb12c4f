//! Who is behind an account or a key: the people of the register, with the addresses, account names and keys that
//! are theirs.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::{
    corpus::Documents,
    model::{Account, Commit, KeyKind},
    yaml::{Kind, Mapping, Node},
};

/// Addresses under which a forge hides those of its users: `12345+handle@users.noreply.github.com`.
const HIDDEN: [&str; 2] = ["users.noreply.github.com", "users.noreply.gitlab.com"];

/// The people of a management system, by what they are recognized by.
#[derive(Debug, Default)]
pub(super) struct People<'c> {
    known: HashMap<(Sign, String), Vec<Held<'c>>>,
    machines: HashSet<&'c str>,
}

/// By what somebody is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// An address of mail.
    Email,
    /// The name of an account.
    Handle,
    /// A key.
    Key(KeyKind),
}

/// Who holds a sign, from when to when.
#[derive(Clone, Copy, Debug)]
struct Held<'c> {
    person: &'c str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Held<'_> {
    fn on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// What the register of people says of a key on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyHolder<'c> {
    /// It was this person's.
    Of(&'c str),
    /// It is this person's, and was not in use then.
    NotThen(&'c str),
    /// Nobody has it.
    Unknown,
}

impl<'c> People<'c> {
    pub(super) fn of(documents: &Documents<'c>) -> Self {
        let mut people = Self::default();
        for number in documents.of_type("person") {
            let document = documents.at(*number);
            let Some((person, _)) = document.id() else { continue };
            let text = |name: &str| document.get(name).and_then(Node::text);
            if text("kind") == Some("machine") {
                people.machines.insert(person);
            }
            let Some(Kind::Sequence(identities)) = document.get("identities").map(Node::kind) else {
                continue;
            };
            for identity in identities.items().filter_map(Node::mapping) {
                people.add(person, identity);
            }
        }
        people
    }

    fn add(&mut self, person: &'c str, identity: Mapping<'c>) {
        let text = |name: &str| identity.get(name).and_then(Node::text);
        let sign = match text("kind") {
            Some("email") => Sign::Email,
            Some("handle") => Sign::Handle,
            Some("ssh") => Sign::Key(KeyKind::Ssh),
            Some("openpgp") => Sign::Key(KeyKind::OpenPgp),
            Some(_) | None => return,
        };
        let Some(value) = text("value") else { return };
        let day = |name: &str| text(name).and_then(|day| day.parse().ok());
        let held = Held { person, from: day("from"), to: day("to") };
        self.known.entry((sign, plain(sign, value))).or_default().push(held);
    }

    /// Whose a sign was. Where only one person ever had it, it is theirs, whatever the day.
    fn holder(&self, sign: Sign, value: &str, day: NaiveDate) -> Option<&'c str> {
        let held = self.known.get(&(sign, plain(sign, value)))?;
        let then = held.iter().find(|held| held.on(day)).map(|held| held.person);
        let only =
            held.first().map(|held| held.person).filter(|one| held.iter().all(|held| held.person == *one));
        then.or(only)
    }

    /// The person of an account of git.
    pub(super) fn person(&self, account: &Account, day: NaiveDate) -> Option<&'c str> {
        self.holder(Sign::Email, &account.email, day).or_else(|| {
            let (name, host) = account.email.split_once('@')?;
            let is_hidden = HIDDEN.iter().any(|hidden| host.eq_ignore_ascii_case(hidden));
            let handle = name.split_once('+').map_or(name, |(_, handle)| handle);
            is_hidden.then(|| self.handle(handle, day))?
        })
    }

    /// The person of an account of a forge.
    pub(super) fn handle(&self, handle: &str, day: NaiveDate) -> Option<&'c str> {
        self.holder(Sign::Handle, handle, day)
    }

    /// Whose a key was on a day.
    pub(super) fn key(&self, kind: KeyKind, key: &str, day: NaiveDate) -> KeyHolder<'c> {
        let sign = Sign::Key(kind);
        let Some(held) = self.known.get(&(sign, plain(sign, key))) else { return KeyHolder::Unknown };
        match (held.iter().find(|held| held.on(day)), held.first()) {
            (Some(held), _) => KeyHolder::Of(held.person),
            (None, Some(held)) => KeyHolder::NotThen(held.person),
            (None, None) => KeyHolder::Unknown,
        }
    }

    /// Whether somebody is no human being.
    pub(super) fn is_machine(&self, person: &str) -> bool {
        self.machines.contains(person)
    }

    /// How a message names who wrote a commit: as the register of people does, or else as git does.
    pub(super) fn shown(&self, account: &Account, day: NaiveDate) -> String {
        self.person(account, day).map_or_else(|| account.name.clone(), str::to_owned)
    }

    /// How a message names a commit: who made it, when, and what it is found by.
    pub(super) fn told(&self, commit: &Commit) -> String {
        format!("{} on {} (commit {})", self.shown(&commit.author, commit.day), commit.day, commit.short())
    }
}

/// Written in one way: addresses and account names without regard to case, fingerprints of OpenPGP without the
/// spaces that people read them by.
fn plain(sign: Sign, value: &str) -> String {
    match sign {
        Sign::Email => value.trim().to_lowercase(),
        Sign::Handle => value.trim().trim_start_matches('@').to_lowercase(),
        Sign::Key(KeyKind::Ssh) => value.trim().trim_end_matches('=').to_owned(),
        Sign::Key(KeyKind::OpenPgp) => {
            value.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_uppercase()).collect()
        }
    }
}
