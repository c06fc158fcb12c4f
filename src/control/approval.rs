//! What the history shows of one approval: whether its content is the one that was approved, who wrote that, and how
//! well the approval is proved.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    Sight,
    life::{Life, Version},
    past::{State, Told, told},
    proof,
};
use crate::{
    corpus::{Document, Documents},
    model::{Account, Commit, Digest, Judged, Rung},
    yaml::Node,
};

/// Who squashes when a request is merged on GitHub.
const SQUASHER: &str = "noreply@github.com";

/// What is known of the approval of a document.
#[derive(Clone, Debug)]
pub struct Approval<'c> {
    /// The number of the document.
    pub document: u32,
    /// The id of the document.
    pub id: &'c str,
    /// The version that was approved.
    pub version: Option<&'c str>,
    /// Who approved it.
    pub by: &'c str,
    /// In which role.
    pub role: Option<&'c str>,
    /// On what day.
    pub on: Option<&'c str>,
    /// How well it is proved.
    pub rung: Rung,
    /// How well it has to be.
    pub asked: Rung,
    /// What proves it, or could and does not.
    pub proofs: Vec<proof::Proof>,
    /// The number of the commit that wrote it down first.
    pub recorded_in: Option<u32>,
    /// Whether the content is what was approved.
    pub content: Content,
    /// Whether somebody else than the approver wrote it.
    pub writers: Writers,
    /// The version that was approved before under the same name, by the day of that approval, with another content.
    pub same_version: Option<String>,
    /// The commit that wrote the approved content, if that was later than the day of the approval.
    pub written_later: Option<u32>,
    /// The commit that wrote down the day of the last review, if it changed nothing of the content.
    pub reviewed_in: Option<u32>,
}

/// Whether the content of a document is what was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It is.
    AsApproved,
    /// It is not.
    Changed {
        /// The numbers of the commits that changed it since, the newest first.
        since: Vec<u32>,
        /// Whether something is changed that is not committed.
        uncommitted: bool,
    },
    /// It cannot be told; why.
    Untestable(String),
}

/// Whether somebody else than the approver wrote what was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writers {
    /// All who wrote it are somebody else.
    Others,
    /// The approver wrote some of it, in a commit of this number.
    Approver(u32),
    /// It was approved before the history began that is looked at.
    BeforeHistory,
    /// It cannot be told; why.
    Untestable(String),
}

impl<'c> Approval<'c> {
    /// What a document tells of its approval, if it is approved and tells by whom; how well that is proved is not
    /// looked for yet.
    fn claimed(judged: &Judged, documents: &Documents<'c>, number: u32) -> Option<(Self, Told)> {
        let document = documents.at(number);
        let (id, _) = document.id()?;
        let told = told(document).filter(|told| !told.by.is_empty() && is_approved(document))?;
        let approval = document.get("approval").and_then(Node::mapping)?;
        let text = |name: &str| approval.get(name).and_then(Node::text);
        let claimed = Self {
            document: number,
            id,
            version: document.get("version").and_then(Node::text),
            by: text("by")?,
            role: text("role"),
            on: text("date"),
            rung: Rung::Claimed,
            asked: judged.proof.of(document.type_name.map_or("", |(name, _)| name)),
            proofs: Vec::new(),
            recorded_in: None,
            content: Content::Untestable(String::new()),
            writers: Writers::Untestable(String::new()),
            same_version: None,
            written_later: None,
            reviewed_in: None,
        };
        Some((claimed, told))
    }

    /// What is known of the approval of a document, if it is approved and tells by whom.
    pub(super) fn of(sight: &Sight<'_, 'c>, number: u32) -> Option<Self> {
        let document = sight.documents.at(number);
        let (mut known, told) = Self::claimed(sight.judged, sight.documents, number)?;
        let approval = document.get("approval").and_then(Node::mapping)?;
        let named = approval.get("digest").and_then(Node::text);
        let mut paths = BTreeSet::from([document.source.name().to_owned()]);
        match &sight.reader {
            Ok(reader) => {
                let present = State::of(sight.documents, number);
                let life = Life::of(reader, known.id, document);
                known.look(sight, &life, &told, &present, named);
                known.proofs = proof::of_history(sight, &known, &life, &present);
                paths.extend(life.versions.iter().map(|version| version.path.clone()));
            }
            Err(blind) => {
                // Without a digest to compare with, that of the present is not needed.
                known.content = match named.map(|named| (named, sight.documents.digest(number))) {
                    None => Content::Untestable(blind.reason.clone()),
                    Some((_, Err(undigested))) => Content::Untestable(undigested.to_string()),
                    Some((named, Ok(digest))) if digest.to_string() == named => Content::AsApproved,
                    Some(_) => Content::Changed { since: Vec::new(), uncommitted: false },
                };
                known.writers = Writers::Untestable(blind.reason.clone());
            }
        }
        known.proofs.extend(proof::of_evidence(sight, document, &known, &paths));
        known.rung = known.proved();
        Some(known)
    }

    /// What proves the approval of an earlier version of a document, as that told of it then. What became of its content
    /// is not looked at.
    pub(super) fn earlier(
        sight: &Sight<'_, '_>,
        number: u32,
        then: &Documents<'c>,
        then_number: u32,
    ) -> Option<Self> {
        let (mut known, told) = Self::claimed(sight.judged, then, then_number)?;
        let reader = sight.reader.as_ref().ok()?;
        let life = Life::of(reader, known.id, sight.documents.at(number));
        known.recorded_in = life.first_told(&told).map(|version| version.commit);
        known.proofs = proof::of_history(sight, &known, &life, &State::of(then, then_number));
        let paths: BTreeSet<String> = life.versions.iter().map(|version| version.path.clone()).collect();
        known.proofs.extend(proof::of_evidence(sight, then.at(then_number), &known, &paths));
        known.rung = known.proved();
        Some(known)
    }

    fn proved(&self) -> Rung {
        self.proofs.iter().filter_map(proof::Proof::holds).max().unwrap_or(Rung::Claimed)
    }

    fn look(
        &mut self,
        sight: &Sight<'_, 'c>,
        life: &Life,
        told: &Told,
        present: &State,
        named: Option<&str>,
    ) {
        let Ok(reader) = &sight.reader else { return };
        let history = reader.history;
        let recorded = life.first_told(told);
        self.recorded_in = recorded.map(|version| version.commit);
        let is_early = |commit: u32| sight.is_early(commit);
        // What is not committed yet, everything led to.
        let led = recorded
            .map_or_else(|| vec![true; history.commits.len()], |version| history.led_to(version.commit));
        let later = |commit: u32| !led[commit as usize];
        let (content, writers) = match recorded {
            Some(version) if is_early(version.commit) => {
                let approved = life.digest_at(is_early);
                let since = life.changed_in(|commit| !is_early(commit));
                (compared(sight, present, named, approved, since, life), Writers::BeforeHistory)
            }
            Some(version) => {
                let commit = history.commit(version.commit);
                let approved = (!commit.is_cut).then_some(&version.state.digest);
                let content = compared(sight, present, named, approved, life.changed_in(later), life);
                (content, self.writers(sight, life, told, &led, commit))
            }
            None => {
                let content = compared(sight, present, named, None, Vec::new(), life);
                // It will be committed on top of all there is.
                let is_committed =
                    life.versions.first().is_some_and(|newest| newest.state.digest == present.digest);
                let writers = match history.commits.first().filter(|_| is_committed) {
                    Some(newest) => self.writers(sight, life, told, &led, newest),
                    None => Writers::Untestable("what was approved is not committed yet".to_owned()),
                };
                (content, writers)
            }
        };
        (self.content, self.writers) = (content, writers);
        self.reviewed_in = reviewed_in(life, present).filter(|commit| !is_early(*commit));
        if let Some(version) = recorded.filter(|version| !is_early(version.commit)) {
            self.same_version = same_version(life, &led, told, version);
            self.written_later = self.written_later(sight, life, &led);
        }
    }

    /// Whether the approver is among those who wrote what was approved, since the approval before.
    fn writers(
        &self,
        sight: &Sight<'_, 'c>,
        life: &Life,
        told: &Told,
        led: &[bool],
        recorded: &Commit,
    ) -> Writers {
        let Ok(reader) = &sight.reader else { return Writers::BeforeHistory };
        let history = reader.history;
        if let Some(reason) = &life.untold {
            return Writers::Untestable(reason.clone());
        }
        let before = life.approved_before(led, told).map(|version| history.led_to(version.commit));
        let before = |commit: u32| before.as_ref().is_some_and(|led| led[commit as usize]);
        let written =
            life.changed_in(|commit| led[commit as usize] && !before(commit) && !sight.is_early(commit));
        if written.iter().any(|commit| history.commit(*commit).is_cut) {
            return Writers::Untestable(sight.cut());
        }
        if recorded.parents.is_empty() {
            return Writers::Untestable(
                "it came with the first commit, so that its history does not tell who wrote it".to_owned(),
            );
        }
        if sight.is_of_one_account {
            return Writers::Untestable(
                "all commits come from one account, so that history does not tell who wrote what".to_owned(),
            );
        }
        let mut untold = None;
        for number in written {
            let commit = history.commit(number);
            if is_squashed(commit) {
                untold.get_or_insert(format!(
                    "commit {} of {} squashed several into one and tells one author",
                    commit.short(),
                    commit.day
                ));
                continue;
            }
            for writer in commit.writers() {
                match sight.people.person(writer, commit.day) {
                    Some(person) if person == self.by => return Writers::Approver(number),
                    Some(_) => {}
                    None => {
                        untold.get_or_insert(unknown(writer));
                    }
                }
            }
        }
        untold.map_or(Writers::Others, Writers::Untestable)
    }

    /// The newest commit that wrote what was approved, if it was made so much later than the day of the approval that
    /// nobody can have read it then.
    fn written_later(&self, sight: &Sight<'_, 'c>, life: &Life, led: &[bool]) -> Option<u32> {
        let Ok(reader) = &sight.reader else { return None };
        let on: NaiveDate = self.on?.parse().ok()?;
        let written = life.changed_in(|commit| led[commit as usize]);
        let newest = *written.first()?;
        let commit = reader.history.commit(newest);
        let came_whole = commit.parents.is_empty() || commit.is_cut;
        (!came_whole && sight.grace.after(on).is_some_and(|last| commit.day > last)).then_some(newest)
    }
}

/// The commit that wrote down the day of the last review and left the content as it was.
fn reviewed_in(life: &Life, present: &State) -> Option<u32> {
    let day = present.reviewed_on.as_ref()?;
    let tells = |version: &&Version| version.state.reviewed_on.as_ref() == Some(day);
    life.versions.iter().rev().find(tells).filter(|version| !version.is_new).map(|version| version.commit)
}

fn is_approved(document: &Document<'_>) -> bool {
    document.get("status").and_then(Node::text) == Some("approved")
}

/// Whether the present content is the approved one: by the digest that the approval names, or by what history has.
fn compared(
    sight: &Sight<'_, '_>,
    present: &State,
    named: Option<&str>,
    approved: Option<&Result<Digest, String>>,
    since: Vec<u32>,
    life: &Life,
) -> Content {
    let present = match &present.digest {
        Ok(digest) => digest,
        Err(reason) => return Content::Untestable(reason.clone()),
    };
    // The version that was approved may be among those that are not known.
    if let (None, Some(reason)) = (named, &life.untold) {
        return Content::Untestable(reason.clone());
    }
    let is_same = match (named, approved) {
        (Some(named), _) => present.to_string() == named,
        (None, Some(Ok(approved))) => present == approved,
        (None, Some(Err(reason))) => return Content::Untestable(reason.clone()),
        (None, None)
            if life.versions.is_empty() || sight.history().is_none_or(|history| !history.is_cut()) =>
        {
            return Content::Untestable("the approval is not committed yet".to_owned());
        }
        (None, None) => return Content::Untestable(sight.cut()),
    };
    if is_same {
        return Content::AsApproved;
    }
    let committed = life.versions.first().map(|version| &version.state.digest);
    let uncommitted = committed.is_none_or(|digest| digest.as_ref() != Ok(present));
    Content::Changed { since, uncommitted }
}

/// The day of the approval before, if that was of another content under the same version.
fn same_version(life: &Life, led: &[bool], told: &Told, recorded: &Version) -> Option<String> {
    let before = life.approved_before(led, told)?;
    let other = before.state.told.as_ref()?;
    let is_same = !told.version.is_empty() && other.version == told.version;
    let digests = (before.state.digest.as_ref().ok()?, recorded.state.digest.as_ref().ok()?);
    (is_same && digests.0 != digests.1).then(|| other.date.clone())
}

/// Whether a commit is one that GitHub made of several, without naming who wrote them.
fn is_squashed(commit: &Commit) -> bool {
    let is_numbered = commit
        .subject
        .rsplit_once(" (#")
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()));
    commit.committer.email.eq_ignore_ascii_case(SQUASHER)
        && commit.parents.len() == 1
        && is_numbered
        && commit.co_authors.is_empty()
}

/// Why it cannot be told who somebody is.
pub(super) fn unknown(writer: &Account) -> String {
    format!("nobody in the register of people has the address `{}`", crate::text::safe(&writer.email))
}
