//! Who takes part: the people of the register, with the addresses, accounts and keys by which history knows them.

use std::collections::BTreeMap;

use ssh_key::{HashAlg, PrivateKey, private::Ed25519Keypair};

/// The program that takes data out of the service desk.
pub const EXPORTER: &str = "PER-015";

/// Who signs, with a key of their own.
pub const SIGNERS: [&str; 4] = ["PER-001", "PER-002", "PER-003", "PER-010"];

/// An account of git.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// As they call themselves.
    pub name: String,
    /// An address of mail.
    pub email: String,
}

impl Account {
    fn new(name: &str, email: &str) -> Self {
        Self { name: name.to_owned(), email: email.to_owned() }
    }
}

/// Everybody who commits, by their ids in the register of people.
pub struct Cast(BTreeMap<String, Account>);

impl Cast {
    /// As the register of people has them.
    pub fn of(register: &str) -> Self {
        let part = |text: &str, before: &str, after: char| {
            Some(text.split_once(before)?.1.split_once(after)?.0.to_owned())
        };
        let entries = register.split("\n  - {id: ").skip(1).filter_map(|entry| {
            let account = Account { name: part(entry, "title: ", ',')?, email: part(entry, "value: ", '}')? };
            Some((entry.split_once(',')?.0.to_owned(), account))
        });
        let exporter = Account::new("Export of the service desk", "export@northwind.example");
        Self(entries.chain([(EXPORTER.to_owned(), exporter)]).collect())
    }

    /// The account of a person.
    pub fn account(&self, person: &str) -> Account {
        self.0.get(person).unwrap_or_else(|| panic!("{person} has an address")).clone()
    }

    /// Whose an address is.
    pub fn person(&self, email: &str) -> Option<&str> {
        self.0.iter().find(|(_, account)| account.email == email).map(|(person, _)| person.as_str())
    }

    /// The service manager, at home.
    pub fn service_manager_at_home() -> Account {
        Account::new("daan", "daan@visser.example")
    }

    /// Who commits when a request is merged on GitHub.
    pub fn forge() -> Account {
        Account::new("GitHub", "noreply@github.com")
    }
}

/// What joins the second address of the service manager with the first, for git.
pub const MAILMAP: &str = "Daan Visser <daan.visser@northwind.example> <daan@visser.example>\n";

/// The key of a person: the same each time, and worth nothing for that reason.
pub fn key(person: &str) -> PrivateKey {
    let seed = person.bytes().rev().fold(0_u8, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte));
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

/// The register of people with the keys of those who sign, the account of the service manager on the forge, and the
/// program that exports.
pub fn registered(entry: &str) -> String {
    let is_theirs = |person: &&&str| entry.starts_with(&format!("  - {{id: {person},"));
    let Some(person) = SIGNERS.iter().find(is_theirs) else { return entry.to_owned() };
    let key = key(person).fingerprint(HashAlg::Sha256);
    let handle = if *person == "PER-002" { ",\n       {kind: handle, value: daan-visser}" } else { "" };
    entry.replacen("}]", &format!("}}{handle},\n       {{kind: ssh, value: \"{key}\"}}]"), 1)
}

/// The program in the register of people.
pub fn exporter() -> String {
    format!(
        "  - {{id: {EXPORTER}, title: Export of the service desk, kind: machine, active_from: 2024-07-01,\n     \
         identities: [{{kind: email, value: export@northwind.example}}]}}\n"
    )
}
