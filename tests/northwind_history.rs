//! Two years of northwind: what history shows of them is what is planted, at each of their commits, and looking
//! changes nothing.

#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
};

use git2::{Oid, Repository, build::CheckoutBuilder};
use tempfile::TempDir;

#[path = "support/program.rs"]
mod program;
#[path = "../examples/northwind-history/story/mod.rs"]
mod story;

use program::{probity, report};

/// The faults that are planted, as their findings are sorted: by rule, with the document.
const PLANTED: [(&str, &str); 10] = [
    ("DOC-03", "PRO-011"),
    ("DOC-12", "PRO-014"),
    ("DOC-13", "SCM-002"),
    ("DOC-14", "PRO-016"),
    ("DOC-22", "PRO-012"),
    ("DOC-23", "PRO-013"),
    ("DOC-24", "PRO-017"),
    ("DOC-25", "PRO-015"),
    ("REC-01", "INC-2251"),
    // Last, as it is not testable: the commit that the forge squashed.
    ("DOC-22", "PRO-018"),
];

fn told() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    story::tell(folder.path()).unwrap();
    folder
}

/// All references, with what they name.
fn references(folder: &Path) -> Vec<(String, Oid)> {
    let repository = Repository::open(folder).unwrap();
    let references = repository.references().unwrap().map(|reference| {
        let reference = reference.unwrap();
        (reference.name().unwrap().to_owned(), reference.target().unwrap())
    });
    let mut references: Vec<_> = references.collect();
    references.sort();
    references
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let folder = told();
    let (code, text, error) = probity(folder.path(), &["check", "--format", "json"]);
    assert_eq!(code, 1, "{error}");
    let report = report(&text);
    let found = report["findings"].as_array().unwrap().iter().map(|finding| {
        let message = finding["message"].as_str().unwrap();
        let named = message.split('`').nth(1).unwrap();
        (finding["rule"].as_str().unwrap(), named)
    });
    let mut found: Vec<(&str, &str)> = found.collect();
    found.sort_unstable();
    let (squashed, planted) = PLANTED.split_last().unwrap();
    assert_eq!(found, planted);
    // What history cannot tell is one thing, and what northwind cannot tell without one is the other.
    let rules = report["rules"].as_object().unwrap().iter();
    let untestable: Vec<(&str, u64)> = rules
        .map(|(rule, tally)| (rule.as_str(), tally["untestable"].as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(untestable, [(squashed.0, 1), ("TRN-02", 1)]);
    let reason = report["rules"][squashed.0]["reason"].as_str().unwrap();
    assert!(reason.contains("squashed several into one"), "{reason}");
}

#[test]
fn each_fault_is_explained_beside_the_story() {
    let folder = told();
    let readme = include_str!("../examples/northwind-history/README.md");
    for (rule, document) in PLANTED {
        let line = readme.lines().find(|line| line.contains(document) && line.contains(rule));
        let line = line.unwrap_or_else(|| panic!("the README tells of {rule} and {document}"));
        let subject = line.split('`').nth(1).unwrap();
        assert!(subjects(folder.path()).iter().any(|told| told == subject), "there is a commit `{subject}`");
    }
}

fn subjects(folder: &Path) -> Vec<String> {
    let repository = Repository::open(folder).unwrap();
    let ids = commits(&repository);
    ids.iter().map(|id| repository.find_commit(*id).unwrap().summary().unwrap().unwrap().to_owned()).collect()
}

/// All commits that led to what is published, the newest first.
fn commits(repository: &Repository) -> Vec<Oid> {
    let mut walk = repository.revwalk().unwrap();
    walk.push_head().unwrap();
    walk.map(Result::unwrap).collect()
}

#[test]
fn the_same_story_has_the_same_ids() {
    let [once, again] = [told(), told()];
    let references = references(once.path());
    assert_eq!(references, self::references(again.path()));
    assert_eq!(references.len(), 7, "what is published, and six approvals: {references:?}");
    let repository = Repository::open(once.path()).unwrap();
    assert!(repository.statuses(None).unwrap().is_empty(), "what is published is what is on disk");
}

#[test]
fn a_folder_in_which_something_is_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "").unwrap();
    let error = story::tell(folder.path()).unwrap_err();
    assert!(error.to_string().ends_with("is not empty"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Over so many revisions, evenly chosen, unless `PROBITY_REVISIONS` asks for more.
const REVISIONS: usize = 20;

#[test]
fn revisions_give_what_clean_checkouts_of_them_give() {
    let revisions = std::env::var("PROBITY_REVISIONS").map_or(REVISIONS, |count| count.parse().unwrap());
    let folder = told();
    let all = commits(&Repository::open(folder.path()).unwrap());
    let revisions = revisions.min(all.len());
    let chosen: Vec<Oid> = (0..revisions).map(|number| all[number * all.len() / revisions]).collect();
    let check = ["check", "--as-of", "2026-06-30", "--format", "json"];
    let workers = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for part in chosen.chunks(revisions.div_ceil(workers)) {
            let folder = folder.path();
            scope.spawn(move || {
                let clean = tempfile::tempdir().unwrap();
                let clone = Repository::clone(folder.to_str().unwrap(), clean.path()).unwrap();
                let mut origin = clone.find_remote("origin").unwrap();
                // Also those at commits that are on no branch any more.
                origin.fetch(&["refs/tags/*:refs/tags/*"], None, None).unwrap();
                for id in part {
                    clone.set_head_detached(*id).unwrap();
                    let mut options = CheckoutBuilder::new();
                    clone.checkout_head(Some(options.force().remove_untracked(true))).unwrap();
                    let there = probity(clean.path(), &check);
                    let here = probity(folder, &[&check[..], &["--at", &id.to_string()]].concat());
                    assert_eq!(here.0, there.0, "{id}: {}", here.2);
                    assert_eq!(report(&here.1).to_string(), report(&there.1).to_string(), "{id}");
                }
            });
        }
    });
}

#[test]
fn no_command_that_reads_changes_anything() {
    fn bytes(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                bytes(&path, found);
            } else {
                found.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    let folder = told();
    let all = || {
        let mut found = BTreeMap::new();
        bytes(folder.path(), &mut found);
        found
    };
    let before = all();
    for command in [
        &["check"][..],
        &["gap"],
        &["ready", "--for", "surveillance"],
        &["list", "documents", "--digest"],
        &["due"],
        &["check", "--at", "HEAD~20"],
        &["check", "--at", "@2025-12-31"],
        &["check", "--staged"],
    ] {
        let (code, _, error) = probity(folder.path(), command);
        assert!(code < 2, "{command:?}: {error}");
        assert_eq!(all(), before, "{command:?}");
    }
}

#[test]
fn a_surveillance_audit_is_told_what_changed_since_the_last_one() {
    let folder = told();
    let (code, text, error) =
        probity(folder.path(), &["report", "--kind", "surveillance", "--format", "json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let paper: serde_json::Value = serde_json::from_str(&text).unwrap();
    let surveillance = &paper["surveillance"];
    let last = surveillance["last"]["day"].as_str().unwrap();
    let since = &surveillance["since"];
    assert!(since["before"]["as_of"]["value"].as_str().is_some() && !last.is_empty());
    let documents = since["documents"].as_array().unwrap();
    assert!(
        documents.iter().any(|row| row["id"] == "PRO-011" && row["change"] == "changed"),
        "{documents:?}"
    );
    assert!(since["approvals"].as_array().unwrap().iter().any(|row| row["change"] == "voided"));
}
