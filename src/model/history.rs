//! What happened to the files of a management system, as git tells it.

use std::{collections::HashMap, fmt, sync::Arc};

use chrono::NaiveDate;

use super::{
    attachment::{Attachments, Missing},
    signature::Signature,
};

/// The commits that led to one point, and what each of them touched.
#[derive(Debug)]
pub struct History {
    /// Children before their parents; the first is the point itself.
    pub commits: Vec<Commit>,
    /// The commits that touched a file, newest first, by its path from the root. A merge touches a file only if that
    /// is then as it was with none of its parents, which is what `git log -c --name-only --no-renames` shows.
    pub touches: HashMap<String, Vec<Touch>>,
    /// The tags whose names begin with [`APPROVAL_TAG`], by name, without those at commits to which the point led.
    pub tags: Vec<Tag>,
    /// The commit from which on the organization wants its history looked at, if it names one.
    pub begins: Option<u32>,
    /// The files that each commit had, and who signed it.
    pub past: Arc<dyn Past>,
}

/// What the names of tags that stand for an approval begin with: `approve/POL-001/2.0`.
pub const APPROVAL_TAG: &str = "approve/";

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id, in hexadecimal.
    pub id: String,
    /// The day on which it was committed, where it was, as its writer claims.
    pub day: NaiveDate,
    /// Who wrote what is in it.
    pub author: Account,
    /// Who put it into the repository.
    pub committer: Account,
    /// Who wrote it, too, by its trailers.
    pub co_authors: Vec<Account>,
    /// Who approved or reviewed it, by its trailers.
    pub approvers: Vec<Account>,
    /// The first line of its message.
    pub subject: String,
    /// Its parents, as far as they are here.
    pub parents: Vec<u32>,
    /// Whether it has parents that are not here, since the clone is shallow.
    pub is_cut: bool,
}

/// Somebody as git knows them, after `.mailmap`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// As they call themselves.
    pub name: String,
    /// An address of mail.
    pub email: String,
}

/// A commit that touched a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Its number.
    pub commit: u32,
    /// The bytes that the file had then; none if it was deleted.
    pub blob: Option<Blob>,
    /// The bytes that it had with the first parent; none if it was not there.
    pub was: Option<Blob>,
}

/// The name that git has for the bytes of a file.
pub type Blob = [u8; 20];

/// A tag that stands for an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name: `approve/POL-001/2.0`.
    pub name: String,
    /// Its own id; none if it is only a name for a commit.
    pub id: Option<String>,
    /// The id of the commit that it names.
    pub target: String,
    /// Who made it, and on what day.
    pub tagger: Option<(Account, NaiveDate)>,
    /// What it says.
    pub message: String,
}

/// What can be looked up of the past.
pub trait Past: fmt::Debug + Send + Sync {
    /// The files of a commit, by its id.
    fn files(self: Arc<Self>, commit: &str) -> Box<dyn Attachments>;

    /// The name of the bytes of a file at a commit.
    fn blob(&self, commit: &str, path: &str) -> Option<Blob>;

    /// The bytes of a name. A link that leads somewhere has none of its own.
    fn bytes(&self, blob: &Blob) -> Result<Vec<u8>, Missing>;

    /// Who signed a commit or a tag, by its id.
    fn signature(&self, object: &str) -> Signature;
}

impl History {
    /// A commit by its number.
    pub fn commit(&self, number: u32) -> &Commit {
        &self.commits[number as usize]
    }

    /// The number of a commit, by its id or the first characters of it, at least seven.
    pub fn find(&self, id: &str) -> Option<u32> {
        let is_id = id.len() >= 7 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = id.to_ascii_lowercase();
        let found = self.commits.iter().position(|commit| is_id && commit.id.starts_with(&id))?;
        u32::try_from(found).ok()
    }

    /// Of each commit, whether it led to another one, or is that itself.
    pub fn led_to(&self, commit: u32) -> Vec<bool> {
        let mut led = vec![false; self.commits.len()];
        let mut open = vec![commit];
        while let Some(number) = open.pop() {
            if !std::mem::replace(&mut led[number as usize], true) {
                open.extend(&self.commit(number).parents);
            }
        }
        led
    }

    /// Whether some commit has parents that are not here.
    pub fn is_cut(&self) -> bool {
        self.commits.iter().any(|commit| commit.is_cut)
    }
}

impl Commit {
    /// As a person finds it again.
    pub fn short(&self) -> &str {
        self.id.get(..10).unwrap_or(&self.id)
    }

    /// All who wrote what is in it.
    pub fn writers(&self) -> impl Iterator<Item = &Account> {
        std::iter::once(&self.author).chain(&self.co_authors)
    }
}

/// Why there is no history to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    /// In one line.
    pub reason: String,
    /// What a person can do.
    pub help: Option<String>,
    /// Whether somebody wants it so: then nothing is missed.
    pub is_wanted: bool,
}

/// How much of a history was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The commits that led to what is looked at.
    pub commits: usize,
    /// The approvals that were compared with it.
    pub approvals: usize,
    /// Of these, those from before it began.
    pub before: usize,
    /// Why it was not seen, or not to its end.
    pub blind: Option<Blind>,
}

impl Seen {
    /// Whether somebody wants it not to be looked at.
    pub fn is_off(&self) -> bool {
        self.blind.as_ref().is_some_and(|blind| blind.is_wanted)
    }
}

impl Blind {
    /// There is none.
    pub fn without_git() -> Self {
        Self {
            reason: "the folder is in no git repository".to_owned(),
            help: Some(
                "keep it in one, so that what is in force can be compared with what was approved".to_owned(),
            ),
            is_wanted: false,
        }
    }

    /// The clone ends before its history begins.
    pub fn shallow() -> Self {
        Self {
            reason: "the clone is shallow, and its history does not reach back far enough".to_owned(),
            help: Some(
                "fetch all of it: `git fetch --unshallow`; in GitHub Actions set `fetch-depth: 0` under `with:` of \
                 `actions/checkout`, in GitLab CI set the variable `GIT_DEPTH: 0`"
                    .to_owned(),
            ),
            is_wanted: false,
        }
    }
}
