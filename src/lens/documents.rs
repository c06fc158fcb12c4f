//! Which documents came, changed, moved and went, and which approvals came and no longer hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    corpus::{Document, Documents, Shape, plain},
    model::Digest,
    yaml::Node,
};

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was not there before.
    Added,
    /// What an approval is given for is other.
    Changed,
    /// It is the same, in another file.
    Moved,
    /// It is no longer in use, and says so.
    Withdrawn,
    /// It is not there any more.
    Removed,
    /// A file that belongs to its content cannot be had at one of the points.
    Unknown,
}

/// A document that is other than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentChange {
    /// Its id.
    pub id: String,
    /// Its type.
    pub record_type: String,
    /// What became of it.
    pub change: Change,
    /// The file it is in, or was.
    pub path: String,
    /// Its line there.
    pub line: u32,
    /// The file it was in, if that was another.
    pub moved_from: Option<String>,
}

/// What became of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovalChange {
    /// The document says that it is approved as before, and is other than what was approved.
    Voided,
    /// The document no longer says that it is approved, and is still in use.
    Dropped,
    /// The document says that it is approved, and did not before, or by another approval.
    Gained,
}

/// An approval that came, or no longer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// What became of it.
    pub change: ApprovalChange,
    /// The document.
    pub id: String,
    /// Its type.
    pub record_type: String,
    /// The file that it is in.
    pub path: String,
    /// Its line there.
    pub line: u32,
    /// The version that it says it is of.
    pub version: Option<String>,
    /// The person who gave it.
    pub by: Option<String>,
    /// The role in which they did.
    pub role: Option<String>,
    /// The day on which they did.
    pub date: Option<String>,
}

impl Change {
    /// In a word.
    pub fn told(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Unknown => "not comparable",
        }
    }
}

impl ApprovalChange {
    /// In a word.
    pub fn told(self) -> &'static str {
        match self {
            Self::Voided => "voided",
            Self::Dropped => "dropped",
            Self::Gained => "gained",
        }
    }
}

/// A document of one point, and what of it is compared.
struct Known<'d> {
    number: u32,
    document: &'d Document<'d>,
    /// None if a file that belongs to it cannot be had.
    digest: Option<Digest>,
}

impl Known<'_> {
    fn path(&self) -> &str {
        self.document.source.name()
    }

    fn line(&self) -> u32 {
        self.document.source.position(self.document.node.span().start).line
    }

    fn record_type(&self) -> String {
        match self.document.shape {
            Shape::Register => "register".to_owned(),
            Shape::Single | Shape::Entry | Shape::Row => {
                self.document.type_name.map_or_else(String::new, |(name, _)| name.to_owned())
            }
        }
    }

    /// The block of its approval, if it says that it is approved.
    fn approval(&self) -> Option<Node<'_>> {
        let is_approved = self.document.get("status").and_then(Node::text) == Some("approved");
        self.document.get("approval").filter(|approval| is_approved && !approval.is_null())
    }
}

/// The documents of a point by id. The records of a sealed extract are left out: its digest is compared.
fn known<'d>(documents: &'d Documents<'d>) -> BTreeMap<&'d str, Known<'d>> {
    let of = documents.ids().filter_map(|(id, number)| {
        let document = documents.at(number);
        (document.shape != Shape::Row)
            .then(|| (id, Known { number, document, digest: documents.digest(number).ok() }))
    });
    of.collect()
}

/// The documents and the approvals that are other, by what became of them and by id.
pub(super) fn changes(before: &Documents<'_>, after: &Documents<'_>) -> (Vec<DocumentChange>, Vec<Approval>) {
    let (then, now) = (known(before), known(after));
    let ids: BTreeSet<&str> = then.keys().chain(now.keys()).copied().collect();
    let (mut changes, mut approvals) = (Vec::new(), Vec::new());
    for id in ids {
        let (old, new) = (then.get(id), now.get(id));
        let Some(here) = new.or(old) else { continue };
        let change = match (old, new) {
            (None, _) => Some(Change::Added),
            (Some(_), None) => Some(Change::Removed),
            (Some(old), Some(new)) => both(old, new, before, after),
        };
        let moved_from = old.map(Known::path).filter(|path| *path != here.path()).map(str::to_owned);
        changes.extend(change.map(|change| DocumentChange {
            id: id.to_owned(),
            record_type: here.record_type(),
            change,
            path: here.path().to_owned(),
            line: here.line(),
            moved_from,
        }));
        if let Some(new) = new {
            let has_ended = after.has_ended(new.number);
            approvals.extend(approval(id, old, new, has_ended));
        }
    }
    changes.sort_by(|a, b| (a.change, &a.id).cmp(&(b.change, &b.id)));
    approvals.sort_by(|a, b| (a.change, &a.id).cmp(&(b.change, &b.id)));
    (changes, approvals)
}

fn both(old: &Known<'_>, new: &Known<'_>, before: &Documents<'_>, after: &Documents<'_>) -> Option<Change> {
    if after.has_ended(new.number) && !before.has_ended(old.number) {
        return Some(Change::Withdrawn);
    }
    match (&old.digest, &new.digest) {
        (Some(then), Some(now)) if then != now => Some(Change::Changed),
        (Some(_), Some(_)) => (old.path() != new.path()).then_some(Change::Moved),
        // Its file was missing and still is, and nothing else is other.
        (None, None) if plain(old.document.node) == plain(new.document.node) => None,
        (None, _) | (_, None) => Some(Change::Unknown),
    }
}

fn approval(id: &str, old: Option<&Known<'_>>, new: &Known<'_>, has_ended: bool) -> Option<Approval> {
    let (then, now) = (old.and_then(Known::approval), new.approval());
    let is_other =
        old.is_some_and(|old| old.digest.is_some() && new.digest.is_some() && old.digest != new.digest);
    let (change, node) = match (then, now) {
        (None, Some(now)) => (ApprovalChange::Gained, now),
        (Some(then), Some(now)) if plain(then) != plain(now) => (ApprovalChange::Gained, now),
        (Some(_), Some(now)) if is_other => (ApprovalChange::Voided, now),
        (Some(then), None) if !has_ended => (ApprovalChange::Dropped, then),
        (Some(_) | None, Some(_) | None) => return None,
    };
    let of = |name: &str| node.mapping()?.get(name)?.text().map(str::to_owned);
    Some(Approval {
        change,
        id: id.to_owned(),
        record_type: new.record_type(),
        path: new.path().to_owned(),
        line: new.line(),
        version: new.document.get("version").and_then(Node::text).map(str::to_owned),
        by: of("by"),
        role: of("role"),
        date: of("date"),
    })
}
