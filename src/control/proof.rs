//! What proves an approval: files, reviews of a forge, commits, tags and signatures; and what could prove it, and does
//! not.

use std::collections::BTreeSet;

use super::{Sight, approval::Approval, identities::KeyHolder, life::Life, past::State};
use crate::{
    corpus::{Document, texts},
    model::{APPROVAL_TAG, Account, KeyKind, Opinion, Review, Rung, Signature, Tag, Target, reviews},
    text::quoted,
    yaml::Node,
};

/// Something that proves an approval, or that one would take for a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What it is, as a person finds it.
    pub what: String,
    /// The rung that it stands for.
    pub rung: Rung,
    /// The key that signed it.
    pub key: Option<String>,
    /// Why it does not count.
    pub doubt: Option<Doubt>,
}

/// Why something proves no approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A signature is wrong.
    Forged(String),
    /// The key is nobody's in the register of people.
    UnknownKey,
    /// The key is the approver's, and was not in use on that day.
    KeyNotThen,
    /// It is somebody else's.
    OfSomebodyElse,
    /// It is an account or a key of a machine.
    Machine,
    /// It approves another content.
    OtherContent,
    /// The commit did not lead to what is looked at.
    OffHistory,
    /// It cannot be told; why.
    Untestable(String),
}

impl Doubt {
    /// In one line.
    pub fn told(&self) -> String {
        match self {
            Self::Forged(reason) => format!("the signature is wrong: {reason}"),
            Self::UnknownKey => "the key is nobody's in the register of people".to_owned(),
            Self::KeyNotThen => "the key was not in use on that day".to_owned(),
            Self::OfSomebodyElse => "it is somebody else's".to_owned(),
            Self::Machine => "it is a machine's".to_owned(),
            Self::OtherContent => "it approves another content".to_owned(),
            Self::OffHistory => "the commit did not lead to what is looked at".to_owned(),
            Self::Untestable(reason) => reason.clone(),
        }
    }
}

impl Proof {
    fn new(what: impl Into<String>, rung: Rung, doubt: Option<Doubt>) -> Self {
        Self { what: what.into(), rung, key: None, doubt }
    }

    /// Whether somebody has to find out what happened: what is only weak is not.
    pub fn is_suspect(&self) -> bool {
        match &self.doubt {
            Some(Doubt::Forged(_)) => true,
            // A request may be reviewed again and again before the last word.
            Some(Doubt::OffHistory | Doubt::OtherContent) => self.rung != Rung::Reviewed,
            Some(
                Doubt::UnknownKey
                | Doubt::KeyNotThen
                | Doubt::OfSomebodyElse
                | Doubt::Machine
                | Doubt::Untestable(_),
            )
            | None => false,
        }
    }

    /// The rung that it proves.
    pub fn holds(&self) -> Option<Rung> {
        self.doubt.is_none().then_some(self.rung)
    }
}

/// What the history proves of an approval: the commit that wrote it down, and tags that were made for it.
pub(super) fn of_history(
    sight: &Sight<'_, '_>,
    approval: &Approval<'_>,
    life: &Life,
    present: &State,
) -> Vec<Proof> {
    let Ok(reader) = &sight.reader else { return Vec::new() };
    let history = reader.history;
    let mut proofs = Vec::new();
    if let Some(number) = approval.recorded_in {
        let commit = history.commit(number);
        let what = format!("commit {} of {}", commit.short(), commit.day);
        // Whoever else wrote it down for the approver proves nothing, and is no reason for doubt.
        if is_of(sight, &commit.author, commit.day, approval.by) {
            proofs.push(Proof::new(what.clone(), Rung::Committed, machine(sight, approval.by)));
        }
        // What somebody else wrote of the approver is as good as minutes.
        if commit.approvers.iter().any(|account| is_of(sight, account, commit.day, approval.by)) {
            proofs.push(Proof::new(format!("trailer of {what}"), Rung::Recorded, None));
        }
        proofs.extend(signed(sight, approval.by, &what, &commit.id, commit.day));
    }
    let recorded = life.versions.iter().find(|version| Some(version.commit) == approval.recorded_in);
    let approved = recorded.map_or(&present.digest, |version| &version.state.digest);
    let name = format!("{APPROVAL_TAG}{}/{}", approval.id, approval.version.unwrap_or_default());
    for tag in history.tags.iter().filter(|tag| tag.name == name) {
        proofs.extend(of_tag(sight, approval, life, tag, approved));
    }
    proofs
}

fn of_tag(
    sight: &Sight<'_, '_>,
    approval: &Approval<'_>,
    life: &Life,
    tag: &Tag,
    approved: &Result<crate::model::Digest, String>,
) -> Vec<Proof> {
    let Ok(reader) = &sight.reader else { return Vec::new() };
    let history = reader.history;
    let what = format!("tag {}", tag.name);
    // A tag without a message of its own tells nothing of who made it.
    let (Some(id), Some((tagger, day))) = (&tag.id, &tag.tagger) else { return Vec::new() };
    let content = match history.find(&tag.target) {
        None if history.is_cut() => Err(Doubt::Untestable(sight.cut())),
        None => Err(Doubt::OffHistory),
        Some(target) => {
            let led = history.led_to(target);
            match (life.digest_at(|commit| led[commit as usize]), approved) {
                (Some(Err(reason)), _) | (_, Err(reason)) => Err(Doubt::Untestable(reason.clone())),
                (Some(Ok(then)), Ok(approved)) if then == approved && says(tag, then) => Ok(()),
                (Some(_) | None, Ok(_)) => Err(Doubt::OtherContent),
            }
        }
    };
    let signature = signed(sight, approval.by, &what, id, *day);
    let mut proofs = Vec::new();
    match content {
        // A tag that stands elsewhere is told once, whoever made it and whether or not it is signed.
        Err(doubt) => {
            let rung = signature.as_ref().map_or(Rung::Committed, |signature| signature.rung);
            proofs.push(Proof::new(what, rung, Some(doubt)));
            proofs.extend(signature.filter(|signature| matches!(signature.doubt, Some(Doubt::Forged(_)))));
        }
        Ok(()) => {
            if is_of(sight, tagger, *day, approval.by) {
                proofs.push(Proof::new(what, Rung::Committed, machine(sight, approval.by)));
            }
            proofs.extend(signature);
        }
    }
    proofs
}

/// Whether the message of a tag names the digest of what it is for, if it names one.
fn says(tag: &Tag, digest: &crate::model::Digest) -> bool {
    let named = tag.message.lines().find_map(|line| line.strip_prefix("content_digest:"));
    named.is_none_or(|named| named.trim() == digest.to_string())
}

fn is_of(sight: &Sight<'_, '_>, account: &Account, day: chrono::NaiveDate, person: &str) -> bool {
    sight.people.person(account, day) == Some(person)
}

fn machine(sight: &Sight<'_, '_>, person: &str) -> Option<Doubt> {
    sight.people.is_machine(person).then_some(Doubt::Machine)
}

/// What the signature of a commit or a tag proves.
fn signed(
    sight: &Sight<'_, '_>,
    by: &str,
    what: &str,
    object: &str,
    day: chrono::NaiveDate,
) -> Option<Proof> {
    let reader = sight.reader.as_ref().ok()?;
    let (key, doubt) = match reader.history.past.signature(object) {
        Signature::None => return None,
        Signature::Valid { kind, key } => {
            let doubt = match sight.people.key(kind, &key, day) {
                KeyHolder::Of(person) if person == by => machine(sight, by),
                KeyHolder::NotThen(person) if person == by => Some(Doubt::KeyNotThen),
                KeyHolder::Of(_) | KeyHolder::NotThen(_) => Some(Doubt::OfSomebodyElse),
                KeyHolder::Unknown => Some(Doubt::UnknownKey),
            };
            (Some((kind, key)), doubt)
        }
        Signature::Invalid { reason } => (None, Some(Doubt::Forged(reason))),
        Signature::Untestable { reason } => (None, Some(Doubt::Untestable(reason))),
    };
    let key = key.map(|(kind, key)| match kind {
        KeyKind::Ssh => key,
        KeyKind::OpenPgp => format!("OpenPGP {key}"),
    });
    Some(Proof { what: format!("signature of {what}"), rung: Rung::Signed, key, doubt })
}

/// What the evidence that an approval names proves, for a document that has stood in some files.
pub(super) fn of_evidence(
    sight: &Sight<'_, '_>,
    document: &Document<'_>,
    approval: &Approval<'_>,
    paths: &BTreeSet<String>,
) -> Vec<Proof> {
    let evidence =
        document.get("approval").and_then(Node::mapping).and_then(|approval| approval.get("evidence"));
    let mut proofs = Vec::new();
    for text in texts(evidence) {
        if sight.documents.find(text).is_some() {
            proofs.push(Proof::new(text, Rung::Recorded, None));
            continue;
        }
        if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            proofs.push(Proof::new(format!("commit {text}"), Rung::Recorded, sight.doubt_of_commit(text)));
            continue;
        }
        match Target::of(text) {
            Target::Address => proofs.push(Proof::new(text, Rung::Recorded, None)),
            Target::Path(path) if sight.documents.attachments.find(&path).is_ok() => {
                proofs.push(Proof::new(text, Rung::Recorded, None));
                proofs.extend(of_reviews(sight, approval, paths, &path));
            }
            // A sentence, as good as a name in a field.
            Target::Path(_) | Target::Elsewhere => {}
        }
    }
    proofs
}

/// What reviews prove that a forge has exported.
fn of_reviews(
    sight: &Sight<'_, '_>,
    approval: &Approval<'_>,
    paths: &BTreeSet<String>,
    path: &str,
) -> Vec<Proof> {
    let is_export = std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let bytes = is_export.then(|| sight.documents.attachments.bytes(path).ok()).flatten();
    let found: Vec<Review> = bytes.and_then(|bytes| reviews(&bytes)).unwrap_or_default();
    let of_approver = |review: &&Review| {
        let on = review.at.map(|at| at.date_naive()).or_else(|| approval.on.and_then(|day| day.parse().ok()));
        let person = on.and_then(|on| sight.people.handle(&review.account, on));
        review.opinion == Opinion::Approved && person == Some(approval.by)
    };
    let proof = |review: &Review| {
        let what = format!("review by {} in {path}", quoted(&review.account));
        Proof::new(
            what,
            Rung::Reviewed,
            machine(sight, approval.by).or_else(|| reviewed(sight, approval, paths, review)),
        )
    };
    found.iter().filter(of_approver).map(proof).collect()
}

/// Why a review does not count; none if it was of the content that is approved.
fn reviewed(
    sight: &Sight<'_, '_>,
    approval: &Approval<'_>,
    paths: &BTreeSet<String>,
    review: &Review,
) -> Option<Doubt> {
    let Some(commit) = &review.commit else {
        return Some(Doubt::Untestable("the export does not tell which commit was reviewed".to_owned()));
    };
    let reader = match &sight.reader {
        Ok(reader) => reader,
        Err(blind) => return Some(Doubt::Untestable(blind.reason.clone())),
    };
    let present = State::of(sight.documents, approval.document);
    // It may have moved since it was reviewed.
    for path in paths {
        match reader.state_at(approval.id, path, commit) {
            Ok(Some(then)) if then.digest == present.digest => return None,
            Ok(Some(_)) => return Some(Doubt::OtherContent),
            Ok(None) => {}
            Err(reason) => return Some(Doubt::Untestable(reason)),
        }
    }
    Some(Doubt::Untestable(format!("what was reviewed, {}, is not in this clone", quoted(commit))))
}
