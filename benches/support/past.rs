//! A made-up past of made-up documents: a git repository of so many commits, the same for the same numbers.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

use git2::{
    FileMode, Oid, Repository, RepositoryInitOptions, Signature, Time,
    build::{CheckoutBuilder, TreeUpdateBuilder},
};

use super::generated::{GeneratedFile, Random, configuration};

const SEED: u64 = 20_002;
/// How many documents a folder holds.
const OF_A_FOLDER: usize = 80;
/// Every so many commits, one is a merge.
const MERGES: usize = 20;
const WRITERS: usize = 24;
/// Noon in UTC on 1 July 2020.
const BEGIN: i64 = 1_593_604_800;
const DAY: i64 = 86_400;

/// Writes a repository of some commits over files, each but the first of one to eight of them, and checks the last one
/// out. All objects are in one pack, as after `git gc`.
pub fn write(folder: &Path, files: &[GeneratedFile], commits: usize) -> Result<(), git2::Error> {
    let mut options = RepositoryInitOptions::new();
    options.initial_head("main").external_template(false);
    let repository = Repository::init_opts(folder, &options)?;
    let database = repository.odb()?;
    let objects = database.add_new_mempack_backend(1000)?;
    let tip = Past::begin(&repository, files)?.go_on(commits)?;
    let mut pack = git2::Buf::new();
    objects.dump(&repository, &mut pack)?;
    let mut writer = database.packwriter()?;
    writer.write_all(&pack).map_err(|error| git2::Error::from_str(&error.to_string()))?;
    writer.commit()?;
    repository.reference("refs/heads/main", tip, true, "")?;
    repository.checkout_head(Some(CheckoutBuilder::new().force()))
}

struct Past<'r> {
    repository: &'r Repository,
    random: Random,
    files: Vec<(PathBuf, String)>,
    tip: Oid,
    commits: usize,
}

impl<'r> Past<'r> {
    fn begin(repository: &'r Repository, files: &[GeneratedFile]) -> Result<Self, git2::Error> {
        let files = files.iter().zip(0..).map(|(file, number)| (spread(file, number), file.text.clone()));
        let frame = configuration();
        let mut past = Self {
            repository,
            random: Random::seeded(SEED),
            files: files.collect(),
            tip: Oid::ZERO_SHA1,
            commits: 0,
        };
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in &past.files {
            update.upsert(path, repository.blob(text.as_bytes())?, FileMode::Blob);
        }
        update.upsert(&frame.path, repository.blob(frame.text.as_bytes())?, FileMode::Blob);
        let empty = repository.find_tree(repository.treebuilder(None)?.write()?)?;
        let tree = update.create_updated(repository, &empty)?;
        past.tip = past.commit("Begin", tree, &[])?;
        Ok(past)
    }

    /// All further commits; the last of them.
    fn go_on(mut self, commits: usize) -> Result<Oid, git2::Error> {
        while self.commits < commits {
            let tree = self.changed()?;
            let number = self.commits;
            let ours = self.tip;
            self.tip = self.commit(&format!("Change {number}"), tree, &[ours])?;
            if number.is_multiple_of(MERGES) {
                let theirs = self.tip;
                self.tip = self.commit(&format!("Merge {number}"), tree, &[ours, theirs])?;
            }
        }
        Ok(self.tip)
    }

    /// What is there with one to eight of the files otherwise, in what does not count as content.
    fn changed(&mut self) -> Result<Oid, git2::Error> {
        let mut update = TreeUpdateBuilder::new();
        let mut touched: Vec<usize> =
            (0..=self.random.below(8)).map(|_| self.random.below(self.files.len())).collect();
        touched.sort_unstable();
        touched.dedup();
        for number in touched {
            let (path, text) = &mut self.files[number];
            let _ = writeln!(text, "# Looked at with commit {}", self.commits);
            update.upsert(path.as_path(), self.repository.blob(text.as_bytes())?, FileMode::Blob);
        }
        let before = self.repository.find_commit(self.tip)?.tree()?;
        update.create_updated(self.repository, &before)
    }

    fn commit(&mut self, message: &str, tree: Oid, parents: &[Oid]) -> Result<Oid, git2::Error> {
        let writer = self.random.below(WRITERS);
        let days = i64::try_from(self.commits).expect("commits can be counted");
        let time = Time::new(BEGIN + days * DAY, 120);
        let who = Signature::new(&format!("Writer {writer}"), &format!("w{writer}@example.org"), &time)?;
        let parents =
            parents.iter().map(|id| self.repository.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
        let parents: Vec<_> = parents.iter().collect();
        self.commits += 1;
        self.repository.commit(None, &who, &who, message, &self.repository.find_tree(tree)?, &parents)
    }
}

/// Documents in folders of no more than some, as people keep them; everything else where it was.
fn spread(file: &GeneratedFile, number: usize) -> PathBuf {
    match file.path.strip_prefix("procedures/") {
        Some(name) => format!("procedures/{:03}/{name}", number / OF_A_FOLDER).into(),
        None => file.path.clone().into(),
    }
}
