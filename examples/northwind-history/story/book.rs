//! The repository that is written: commits and tags on fixed days, made in memory and checked out at the end.
//!
//! Nothing of the machine gets into it: no clock, no settings of git, no templates. The same story has the same ids.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    path::Path,
    sync::Arc,
};

use chrono::{NaiveDate, Offset, TimeZone};
use git2::{
    FileMode, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time,
    build::{CheckoutBuilder, TreeUpdateBuilder},
};
use probity::{
    catalog::Catalog,
    corpus::{self, Documents},
    model::{Content, File, Snapshot},
    text,
    yaml::Limits,
};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

use super::{
    cast::{Account, Cast, key},
    pieces::{Key, name_of, whole},
};

/// The branch that is published.
pub const MAIN: &str = "main";

/// What happens to files: the pieces that are otherwise than before, or gone.
pub type Changes = Vec<(Key, Option<Vec<u8>>)>;

/// How a commit is made, where it is not made in the plain way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As `git commit` does.
    #[default]
    Plain,
    /// With a signature by the author's key.
    Signed,
    /// With a signature by the author's key that was made for something else.
    Forged,
    /// By the forge, in the name of an author.
    ByForge,
    /// On the branch, and then the branch is set back, as a push by force does.
    Lost,
    /// On a branch of this name, which begins at what is published.
    On(&'static str),
}

/// Something that happens on a day.
#[derive(Clone, Debug)]
pub enum Step {
    /// A commit.
    Commit {
        /// Who wrote it.
        who: Account,
        /// What its message says.
        message: String,
        /// What it changes.
        changes: Changes,
        /// How it is made.
        how: How,
    },
    /// A branch comes into what is published.
    Merge {
        /// Its name.
        branch: &'static str,
        /// Who merges it.
        who: Account,
        /// What the message says.
        message: String,
        /// Files that come with it; `{head}` in them is the last commit of the branch.
        changes: Changes,
    },
    /// A tag at the last commit, by which somebody approves a document.
    Approve {
        /// The person, by id, who signs it with their key.
        by: &'static str,
        /// The role in which they do.
        role: &'static str,
        /// The document.
        document: &'static str,
        /// Its version.
        version: &'static str,
    },
}

/// A repository while its story is told.
pub struct Book<'c> {
    repository: Repository,
    cast: &'c Cast,
    catalog: Catalog,
    branches: HashMap<&'static str, Branch>,
    /// The last commit, also one that is lost.
    last: Option<(Oid, BTreeMap<Key, Vec<u8>>)>,
    day: NaiveDate,
    minute: i64,
}

/// The tip of a branch, and the pieces of its files.
#[derive(Clone, Default)]
struct Branch {
    tip: Option<Oid>,
    pieces: BTreeMap<Key, Vec<u8>>,
    /// What happened on it since it began.
    changes: Changes,
}

impl<'c> Book<'c> {
    /// Opens an empty one.
    pub fn open(folder: &Path, cast: &'c Cast) -> Result<Self, git2::Error> {
        let mut options = RepositoryInitOptions::new();
        options.initial_head(MAIN).external_template(false).no_reinit(true);
        Ok(Self {
            repository: Repository::init_opts(folder, &options)?,
            cast,
            catalog: Catalog::embedded(),
            branches: HashMap::from([(MAIN, Branch::default())]),
            last: None,
            day: NaiveDate::MIN,
            minute: 0,
        })
    }

    /// Writes what happens next, which is on this day or later than what is written.
    pub fn tell(&mut self, day: NaiveDate, step: Step) -> Result<(), git2::Error> {
        assert!(day >= self.day, "{day} comes after {}: {step:?}", self.day);
        self.minute = if day == self.day { self.minute + 20 } else { 0 };
        self.day = day;
        match step {
            Step::Commit { who, message, changes, how } => self.commit(&who, &message, changes, how),
            Step::Merge { branch, who, message, changes } => self.merge(branch, &who, &message, changes),
            Step::Approve { by, role, document, version } => self.approve(by, role, document, version),
        }
    }

    /// Ends the story: what is published, on disk.
    pub fn close(self) -> Result<(), git2::Error> {
        let tip = self.branches[MAIN].tip.expect("a story has a commit");
        self.repository.reference(&format!("refs/heads/{MAIN}"), tip, true, "the story")?;
        self.repository.checkout_head(Some(CheckoutBuilder::new().force()))
    }

    fn commit(
        &mut self,
        who: &Account,
        message: &str,
        changes: Changes,
        how: How,
    ) -> Result<(), git2::Error> {
        let name = if let How::On(name) = how { name } else { MAIN };
        let main = &self.branches[MAIN];
        let mut branch = self
            .branches
            .get(name)
            .cloned()
            .unwrap_or_else(|| Branch { changes: Changes::new(), ..main.clone() });
        let tree = self.write(&mut branch, changes)?;
        let committer = if how == How::ByForge { Cast::forge() } else { who.clone() };
        let parents: Vec<Oid> = branch.tip.into_iter().collect();
        let id = self.put(who, &committer, message, tree, &parents, how)?;
        self.last = Some((id, branch.pieces.clone()));
        if how != How::Lost {
            branch.tip = Some(id);
            self.branches.insert(name, branch);
        }
        Ok(())
    }

    fn merge(
        &mut self,
        name: &'static str,
        who: &Account,
        message: &str,
        more: Changes,
    ) -> Result<(), git2::Error> {
        let theirs = self.branches.remove(name).unwrap_or_else(|| panic!("there is a branch {name}"));
        let head = theirs.tip.expect("a branch has a commit");
        let fill = |bytes: Vec<u8>| match String::from_utf8(bytes) {
            Ok(text) => text.replace("{head}", &head.to_string()).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let more = more.into_iter().map(|(key, bytes)| (key, bytes.map(fill)));
        let mut branch = self.branches[MAIN].clone();
        let parents: Vec<Oid> = branch.tip.into_iter().chain([head]).collect();
        let tree = self.write(&mut branch, theirs.changes.into_iter().chain(more).collect())?;
        let id = self.put(who, &Cast::forge(), message, tree, &parents, How::ByForge)?;
        branch.tip = Some(id);
        self.last = Some((id, branch.pieces.clone()));
        self.branches.insert(MAIN, branch);
        Ok(())
    }

    /// Makes the changes, and the tree with them.
    fn write(&self, branch: &mut Branch, changes: Changes) -> Result<Oid, git2::Error> {
        let paths: BTreeSet<String> = changes.iter().map(|(key, _)| key.path.clone()).collect();
        for (key, bytes) in changes {
            match &bytes {
                Some(bytes) => branch.pieces.insert(key.clone(), bytes.clone()),
                None => branch.pieces.remove(&key),
            };
            branch.changes.push((key, bytes));
        }
        let mut update = TreeUpdateBuilder::new();
        let before = branch.tip.map(|tip| self.repository.find_commit(tip)?.tree()).transpose()?;
        for path in paths {
            match whole(&branch.pieces, &path) {
                Some(bytes) => update.upsert(&path, self.repository.blob(&bytes)?, FileMode::Blob),
                None => update.remove(&path),
            };
        }
        match before {
            Some(before) => update.create_updated(&self.repository, &before),
            None => {
                let empty = self.repository.treebuilder(None)?.write()?;
                update.create_updated(&self.repository, &self.repository.find_tree(empty)?)
            }
        }
    }

    fn put(
        &self,
        author: &Account,
        committer: &Account,
        message: &str,
        tree: Oid,
        parents: &[Oid],
        how: How,
    ) -> Result<Oid, git2::Error> {
        let parents: Vec<_> =
            parents.iter().map(|id| self.repository.find_commit(*id)).collect::<Result<_, _>>()?;
        let parents: Vec<_> = parents.iter().collect();
        let stamp = |account: &Account| Signature::new(&account.name, &account.email, &self.time());
        let tree = self.repository.find_tree(tree)?;
        let (author, committer) = (stamp(author)?, stamp(committer)?);
        let buffer = self.repository.commit_create_buffer(&author, &committer, message, &tree, &parents)?;
        let signature = match how {
            How::Signed => Some(sign(&self.key_of(author.email()), &buffer)),
            How::Forged => Some(sign(&self.key_of(author.email()), b"another commit")),
            How::Plain | How::ByForge | How::Lost | How::On(_) => None,
        };
        match signature {
            Some(signature) => {
                let text = str::from_utf8(&buffer).expect("what is told is text");
                self.repository.commit_signed(text, &signature, None)
            }
            None => self.repository.odb()?.write(ObjectType::Commit, &buffer),
        }
    }

    /// The tag `approve/ID/VERSION` at the last commit, with all that makes it a proof in its message.
    fn approve(&self, by: &str, role: &str, document: &str, version: &str) -> Result<(), git2::Error> {
        let (target, pieces) = self.last.as_ref().expect("a commit comes before a tag");
        let time = self.time();
        let (hours, minutes) = (time.offset_minutes() / 60, time.offset_minutes() % 60);
        let approver = self.cast.account(by);
        let mut tag = format!(
            "object {target}\ntype commit\ntag approve/{document}/{version}\ntagger {} <{}> {} +{hours:02}{minutes:02}\n\n",
            approver.name,
            approver.email,
            time.seconds()
        );
        let digest = self.digest(pieces, document);
        let _ = write!(
            tag,
            "document: {document}\nversion: {version}\ncontent_digest: {digest}\nmeaning: approved\n\
             approver: {by}\nrole: {role}\non: {}\n",
            self.day
        );
        tag += &sign(&key(by), tag.as_bytes());
        let id = self.repository.odb()?.write(ObjectType::Tag, tag.as_bytes())?;
        self.repository.reference(&format!("refs/tags/approve/{document}/{version}"), id, true, "")?;
        Ok(())
    }

    /// The digest of a document that is whole in one file.
    fn digest(&self, pieces: &BTreeMap<Key, Vec<u8>>, document: &str) -> String {
        let is_it = |(_, bytes): &(&Key, &Vec<u8>)| name_of(bytes) == Some(document);
        let (key, _) = pieces.iter().find(is_it).unwrap_or_else(|| panic!("{document} is committed"));
        let bytes = whole(pieces, &key.path).expect("a piece makes a file");
        let source = text::decode(&key.path, bytes).expect("documents are text");
        let file = File { path: key.path.clone(), content: Content::Text(Arc::new(source)) };
        let snapshot = Snapshot { files: vec![file], ..Snapshot::default() };
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &self.catalog);
        let number = documents.find(document).unwrap_or_else(|| panic!("{document} can be read"));
        documents.digest(number).expect("its content is in its file").to_string()
    }

    /// Nine in the morning in Dublin, and twenty minutes later for each thing that happened before on that day.
    fn time(&self) -> Time {
        let nine = self.day.and_hms_opt(9, 0, 0).expect("each day has a morning");
        let nine =
            chrono_tz::Europe::Dublin.from_local_datetime(&nine).single().expect("clocks change at night");
        let offset = nine.offset().fix().local_minus_utc() / 60;
        Time::new(nine.timestamp() + self.minute * 60, offset)
    }

    fn key_of(&self, email: Result<&str, git2::Error>) -> PrivateKey {
        let email = email.expect("addresses are text");
        key(self.cast.person(email).unwrap_or_else(|| panic!("{email} is somebody's")))
    }
}

fn sign(key: &PrivateKey, bytes: &[u8]) -> String {
    let signature = key.sign("git", HashAlg::Sha512, bytes).expect("keys of Ed25519 sign everything");
    signature.to_pem(LineEnding::LF).expect("signatures can be written")
}
