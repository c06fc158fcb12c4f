//! The history of each kind of repository is seen as it is, or told to be unseen, with the reason and a cure.

#![cfg(unix)]

use std::{fs, path::Path, process::Command};

use git2::{Repository, WorktreeAddOptions, build::RepoBuilder};

#[path = "support/repo.rs"]
mod repo;

use repo::{Repo, Who};
use serde_json::Value;

const ANNA: Who = ("Anna", "anna@example.org");
const WREN: Who = ("Wren", "wren@example.org");

const DRAFT: &str =
    "type: procedure\nid: PRO-001\ntitle: T\nstatus: draft\nversion: \"1.0\"\nbody: Create the account.\n";

const APPROVAL: &str =
    "status: approved\napproval: {by: PER-001, date: 2026-03-03, evidence: [minutes.md]}\n";

/// What a check tells of the history, and the rules it breaks that rest on it.
fn seen(folder: &Path, arguments: &[&str]) -> (Value, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_probity"))
        .args(["-C", folder.to_str().unwrap(), "--as-of", "2026-06-30", "check", "--format", "json"])
        .args(arguments)
        .env("HOME", folder)
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let report: Value = serde_json::from_str(&told)
        .unwrap_or_else(|_| panic!("{told}{}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap().iter();
    let of_history = findings.filter(|finding| finding["cause"] == "history");
    (
        report["history"].clone(),
        of_history.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect(),
    )
}

fn begun() -> Repo {
    let mut repo = Repo::new();
    repo.write(
        "people.yaml",
        "type: person\nid: PER-001\ntitle: Anna\nidentities: [{kind: email, value: anna@example.org}]\n",
    );
    repo.write("minutes.md", "# Minutes\n");
    repo.commit(ANNA, "begin");
    repo.write("pro.yaml", DRAFT);
    repo.commit(WREN, "draft");
    repo
}

/// A procedure that was changed after its approval, in four commits.
fn changed() -> Repo {
    let mut repo = begun();
    repo.edit("pro.yaml", "status: draft\n", APPROVAL);
    repo.commit(ANNA, "approve");
    repo.edit("pro.yaml", "Create", "Make");
    repo.commit(WREN, "make");
    repo
}

fn sees_all(folder: &Path, arguments: &[&str]) {
    let (history, rules) = seen(folder, arguments);
    assert_eq!(history["commits"], 4, "{history}");
    assert_eq!(history["not_seen"], Value::Null, "{history}");
    assert_eq!(rules, ["DOC-03"]);
}

fn sees_none(folder: &Path, reason: &str) {
    let (history, rules) = seen(folder, &[]);
    assert!(history["not_seen"].as_str().is_some_and(|told| told.contains(reason)), "{reason}: {history}");
    assert!(history["help"].is_string(), "{reason}: {history}");
    assert_eq!(rules, [] as [&str; 0]);
}

#[test]
fn a_clone_a_bare_one_and_a_linked_work_tree_see_the_same() {
    let repo = changed();
    sees_all(repo.folder.path(), &[]);
    sees_all(repo.folder.path(), &["--staged"]);
    let bare = tempfile::tempdir().unwrap();
    RepoBuilder::new().bare(true).clone(repo.folder.path().to_str().unwrap(), bare.path()).unwrap();
    sees_all(bare.path(), &["--at", "HEAD"]);
    let beside = tempfile::tempdir().unwrap();
    let place = beside.path().join("tree");
    repo.repository.worktree("tree", &place, Some(&WorktreeAddOptions::new())).unwrap();
    sees_all(&place, &[]);
}

#[test]
fn a_detached_head_sees_what_led_to_it() {
    let repo = changed();
    let head = repo.repository.head().unwrap().peel_to_commit().unwrap();
    repo.repository.set_head_detached(head.parent_id(0).unwrap()).unwrap();
    // The change is on disk, and is not committed there.
    let (history, rules) = seen(repo.folder.path(), &[]);
    assert_eq!((&history["commits"], rules.len()), (&Value::from(3), 1), "{history}");
    let (history, rules) = seen(repo.folder.path(), &["--at", "HEAD"]);
    assert_eq!((&history["commits"], rules.len()), (&Value::from(3), 0), "{history}");
}

#[test]
fn a_folder_of_a_repository_sees_what_touched_it() {
    let mut repo = begun();
    repo.write("sms/probity.toml", "");
    for name in ["people.yaml", "minutes.md", "pro.yaml"] {
        fs::rename(repo.path(name), repo.path(&format!("sms/{name}"))).unwrap();
    }
    repo.commit(WREN, "into a folder");
    repo.edit("sms/pro.yaml", "status: draft\n", APPROVAL);
    repo.commit(ANNA, "approve");
    repo.edit("sms/pro.yaml", "Create", "Make");
    repo.commit(WREN, "make");
    let (history, rules) = seen(&repo.path("sms"), &[]);
    assert_eq!((&history["commits"], rules), (&Value::from(5), vec!["DOC-03".to_owned()]));
}

#[test]
fn a_submodule_has_a_history_of_its_own() {
    let (outer, inner) = (Repo::new(), changed());
    outer.write("readme.yaml", "type: procedure\nid: PRO-009\ntitle: T\nstatus: draft\n");
    let place = outer.path("module");
    Repository::clone(inner.folder.path().to_str().unwrap(), &place).unwrap();
    sees_all(&place, &[]);
}

#[test]
fn where_there_is_no_history_the_reason_is_told() {
    let none = tempfile::tempdir().unwrap();
    let approved = DRAFT.replace("status: draft\n", APPROVAL);
    fs::write(none.path().join("pro.yaml"), approved).unwrap();
    fs::write(none.path().join("minutes.md"), "# Minutes\n").unwrap();
    sees_none(none.path(), "in no git repository");
    Repository::init(none.path()).unwrap();
    sees_none(none.path(), "no commit yet");
    let repo = changed();
    sees_none(repo.shallow().path(), "shallow");
    for (extension, reason) in [("objectformat = sha256", "SHA-256"), ("refstorage = reftable", "reftable")] {
        let repo = changed();
        let config = repo.path(".git/config");
        let text = fs::read_to_string(&config).unwrap();
        let text = text.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
        fs::write(&config, format!("{text}[extensions]\n\t{extension}\n")).unwrap();
        sees_none(repo.folder.path(), reason);
    }
}

#[test]
fn what_a_partial_clone_does_not_hold_is_not_testable() {
    let repo = changed();
    let head = repo.repository.head().unwrap().peel_to_commit().unwrap();
    let approved = head.parent(0).unwrap().tree().unwrap().get_name("pro.yaml").unwrap().id().to_string();
    let object = repo.path(".git/objects").join(&approved[..2]).join(&approved[2..]);
    fs::remove_file(object).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_probity"))
        .args(["-C", repo.folder.path().to_str().unwrap(), "check", "--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tally = &report["rules"]["DOC-03"];
    assert_eq!(
        (&tally["kept"], &tally["broken"], &tally["untestable"]),
        (&0.into(), &0.into(), &1.into()),
        "{tally}"
    );
}

#[test]
fn a_register_of_people_may_be_kept_elsewhere() {
    let mut repo = Repo::new();
    repo.write("minutes.md", "# Minutes\n");
    repo.commit(WREN, "begin");
    repo.write("pro.yaml", DRAFT);
    repo.commit(ANNA, "draft");
    repo.edit("pro.yaml", "status: draft\n", APPROVAL);
    repo.commit(WREN, "approve");
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("staff.yaml");
    fs::write(
        &file,
        "type: person\nid: PER-001\ntitle: Anna\nidentities: [{kind: email, value: anna@example.org}]\n",
    )
    .unwrap();
    let people = ["--people", file.to_str().unwrap()];
    assert_eq!(seen(repo.folder.path(), &[]).1, [] as [&str; 0], "nobody knows who Anna is");
    assert_eq!(seen(repo.folder.path(), &people).1, ["DOC-22"]);
    assert_eq!(seen(repo.folder.path(), &[&people[..], &["--at", "HEAD"]].concat()).1, ["DOC-22"]);
}
