//! The life of a document is told commit by commit, wherever it stood, and of nothing else in its file.

#![cfg(unix)]

use std::{fs, path::Path};

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use repo::{Repo, Who};
use serde_json::{Value, json};

const ANNA: Who = ("Anna", "anna@example.org");
const WREN: Who = ("Wren \u{1b}[31m", "wren@example.org");

const PROCEDURE: &str = "\
type: procedure
id: PRO-001
title: Set up an account
status: draft
version: \"1.0\"
body: Create the account.
";

fn probity(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    program::probity(folder, &[&["--as-of", "2026-06-30"], arguments].concat())
}

/// A procedure that is written, moved into a file with others, approved, changed beside another one and withdrawn.
fn lived() -> (Repo, Vec<String>) {
    let mut repo = Repo::new();
    let mut ids = Vec::new();
    repo.write(
        "people.yaml",
        "type: person\nid: PER-001\ntitle: Anna\nidentities: [{kind: email, value: anna@example.org}]\n",
    );
    repo.write("pro.yaml", PROCEDURE);
    ids.push(repo.commit(WREN, "begin").to_string());
    let other = PROCEDURE.replace("PRO-001", "PRO-002");
    repo.remove("pro.yaml");
    repo.write("procedures/all.yaml", format!("{other}---\n{PROCEDURE}"));
    ids.push(repo.commit(WREN, "together").to_string());
    let text = fs::read_to_string(repo.path("procedures/all.yaml")).unwrap();
    let (before, after) = text.split_at(text.find("---").unwrap());
    let approval = "status: approved\napproval: {by: PER-001, date: 2026-03-02}\n";
    repo.write("procedures/all.yaml", format!("{before}{}", after.replace("status: draft\n", approval)));
    ids.push(repo.commit(ANNA, "approve").to_string());
    let text = fs::read_to_string(repo.path("procedures/all.yaml")).unwrap();
    repo.write("procedures/all.yaml", text.replacen("Create", "Make", 1));
    ids.push(repo.commit(WREN, "the other one").to_string());
    let text = fs::read_to_string(repo.path("procedures/all.yaml")).unwrap();
    repo.write("procedures/all.yaml", text.replace("Create", "Build").replace("approved", "withdrawn"));
    ids.push(repo.commit(ANNA, "withdraw, and change").to_string());
    (repo, ids)
}

#[test]
fn each_commit_that_did_something_to_the_document_is_told_and_no_other() {
    let (repo, ids) = lived();
    let (code, told, errors) = probity(repo.folder.path(), &["log", "PRO-001"]);
    assert_eq!(code, 0, "{errors}");
    let short: Vec<&str> = ids.iter().map(|id| &id[..10]).collect();
    let expected = format!(
        "2026-03-05  {}  PER-001: content changed; status approved became withdrawn\n\
         2026-03-03  {}  PER-001: version 1.0 approved by PER-001 on 2026-03-02\n\
         2026-03-02  {}  Wren \\u{{1b}}[31m: moved from pro.yaml to procedures/all.yaml\n\
         2026-03-01  {}  Wren \\u{{1b}}[31m: came in pro.yaml\n\n\
         PRO-001: 4 events in 5 commits\n\
         Days and names are those that the writers of commits gave.\n",
        short[4], short[2], short[1], short[0]
    );
    assert_eq!(told, expected);
}

#[test]
fn programs_get_the_same() {
    let (repo, ids) = lived();
    let (_, told, errors) = probity(repo.folder.path(), &["log", "PRO-002", "--format", "json"]);
    let report: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}{errors}"));
    let events: Vec<(&str, &str)> = report["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["commit"].as_str().unwrap(), event["happened"][0]["what"].as_str().unwrap()))
        .collect();
    assert_eq!(events, [(ids[3].as_str(), "changed"), (ids[1].as_str(), "came")]);
    assert_eq!(report["shallow"], json!(false));
    assert_eq!(report["uncommitted"], json!([]));
    repo.edit("procedures/all.yaml", "Make", "Shape");
    let (_, told, _) = probity(repo.folder.path(), &["log", "PRO-002", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["uncommitted"], json!(["PRO-002"]));
}

#[test]
fn without_a_history_there_is_nothing_to_tell_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pro.yaml"), PROCEDURE).unwrap();
    let (code, told, errors) = probity(folder.path(), &["log", "PRO-001"]);
    assert_eq!((code, told.as_str()), (3, ""));
    assert!(errors.contains("the folder is in no git repository"), "{errors}");
    let (code, _, errors) = probity(folder.path(), &["log", "PRO-009"]);
    assert!(code == 2 && errors.contains("there is no document, clause or point `PRO-009`"), "{errors}");
}
