//! Who may approve: the person behind an account, and the roles in which they may.

use chrono::NaiveDate;

use super::identities::People;
use crate::{
    corpus::{Document, Documents, texts},
    model::Account,
    yaml::{Kind, Node},
};

/// The person of an account of git on a day, if the register of people tells.
pub fn person<'c>(documents: &Documents<'c>, account: &Account, day: NaiveDate) -> Option<&'c str> {
    People::of(documents).person(account, day)
}

/// Whether a person of the register is a machine.
pub fn is_machine(documents: &Documents<'_>, person: &str) -> bool {
    People::of(documents).is_machine(person)
}

/// Whether a person held a role on a day, or was its deputy.
pub fn holds(documents: &Documents<'_>, role: &str, person: &str, day: NaiveDate) -> bool {
    documents.find(role).is_some_and(|number| held(documents.at(number), person, day))
}

/// The roles that a person held on a day and in which one approves documents of a type, as deputy last.
pub fn roles<'c>(documents: &Documents<'c>, person: &str, record_type: &str, day: NaiveDate) -> Vec<&'c str> {
    let roles = documents.of_type("role").iter().map(|number| documents.at(*number));
    let fitting = roles.filter(|role| texts(role.get("approves")).contains(&record_type));
    let (own, deputy): (Vec<&Document<'c>>, Vec<_>) =
        fitting.filter(|role| held(role, person, day)).partition(|role| held_as_own(role, person, day));
    own.into_iter().chain(deputy).filter_map(Document::id).map(|(id, _)| id).collect()
}

fn held(role: &Document<'_>, person: &str, day: NaiveDate) -> bool {
    let is_deputy = role.get("deputy").and_then(Node::text) == Some(person);
    is_deputy || held_as_own(role, person, day)
}

fn held_as_own(role: &Document<'_>, person: &str, day: NaiveDate) -> bool {
    let Some(Kind::Sequence(holders)) = role.get("holders").map(Node::kind) else { return false };
    holders.items().filter_map(Node::mapping).any(|holder| {
        let text = |name: &str| holder.get(name).and_then(Node::text);
        let day_of = |name: &str| text(name).and_then(|day| day.parse::<NaiveDate>().ok());
        text("person") == Some(person)
            && day_of("from").is_none_or(|from| from <= day)
            && day_of("to").is_none_or(|to| day <= to)
    })
}
