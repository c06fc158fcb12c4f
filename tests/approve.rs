//! An approval is written down where it belongs and nowhere else, or not at all with the reason; and what proves those
//! that there are is told.

#![cfg(unix)]

use std::{fs, path::Path};

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use repo::{Repo, Who};
use serde_json::{Value, json};

const ANNA: Who = ("Anna", "anna@example.org");
const WREN: Who = ("Wren", "wren@example.org");

const PEOPLE: &str = "\
collection: person
entries:
  - {id: PER-001, title: Anna, kind: human, identities: [{kind: email, value: anna@example.org}]}
  - {id: PER-002, title: Wren, kind: human, identities: [{kind: email, value: wren@example.org}]}
  - {id: PER-009, title: Robot, kind: machine}
---
type: role
id: ROL-001
title: Service manager
approves: [procedure, register]
holders: [{person: PER-001, from: 2020-01-01, to: 2026-12-31}]
";

const PROCEDURE: &str = "\
# How accounts are made.
type: procedure
id: PRO-001
title: Set up an account # soon: all of them
status: draft
version: \"1.0\"
body: Create the account.
";

/// Runs the program, and gives its exit code and what it printed.
fn probity(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    program::probity(folder, &[&["--as-of", "2026-06-30"], arguments].concat())
}

/// A procedure that Wren wrote, in the clone of somebody.
fn drafted(user: Option<Who>) -> Repo {
    let mut repo = Repo::new();
    repo.write("people.yaml", PEOPLE);
    repo.write("minutes.md", "# Minutes\n");
    repo.commit(ANNA, "begin");
    repo.write("pro.yaml", PROCEDURE);
    repo.commit(WREN, "draft");
    if let Some((name, email)) = user {
        let mut config = repo.repository.config().unwrap();
        config.set_str("user.name", name).unwrap();
        config.set_str("user.email", email).unwrap();
    }
    repo
}

fn text_of(repo: &Repo) -> String {
    fs::read_to_string(repo.path("pro.yaml")).unwrap()
}

#[test]
fn an_approval_of_ones_own_changes_two_fields_and_no_other_byte() {
    let repo = drafted(Some(ANNA));
    let index = fs::read(repo.path(".git/index")).unwrap();
    let (code, told, errors) =
        probity(repo.folder.path(), &["approve", "PRO-001", "--evidence", "minutes.md"]);
    assert_eq!(code, 0, "{errors}");
    assert!(
        told.starts_with("PRO-001 1.0 is approved by PER-001 on 2026-06-30, written down in pro.yaml\n"),
        "{told}"
    );
    let digest = text_of(&repo).split("digest: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(digest.starts_with("v1:sha256:") && digest.len() == 74, "{digest}");
    let approval = format!(
        "status: approved\napproval:\n  by: PER-001\n  role: ROL-001\n  date: 2026-06-30\n  evidence: [minutes.md]\n  \
         digest: \"{digest}\"\n"
    );
    assert_eq!(text_of(&repo), PROCEDURE.replace("status: draft\n", &approval));
    assert_eq!(fs::read(repo.path(".git/index")).unwrap(), index, "git's index stays as it was");
}

#[test]
fn an_approval_of_somebody_else_names_who_wrote_it_down() {
    let repo = drafted(Some(WREN));
    let arguments = ["approve", "PRO-001", "--approver", "PER-001", "--on", "2026-05-04", "--version", "2.0"];
    let (code, _, errors) = probity(repo.folder.path(), &arguments);
    assert_eq!(code, 0, "{errors}");
    let text = text_of(&repo);
    for line in ["version: \"2.0\"", "  by: PER-001", "  date: 2026-05-04", "  recorded_by: PER-002"] {
        assert!(text.lines().any(|written| written == line), "{line}:\n{text}");
    }
}

#[test]
fn what_cannot_be_approved_is_told_and_nothing_is_written() {
    let cases: [(Option<Who>, &[&str], &str); 10] = [
        (Some(ANNA), &["PRO-002"], "there is no document `PRO-002`"),
        (Some(ANNA), &["PER-002"], "`PER-002` is a person, and that is not approved"),
        (
            Some(("X", "x@example.org")),
            &["PRO-001"],
            "nobody in the register of people has the address `x@example.org`",
        ),
        (None, &["PRO-001"], "git does not tell who you are"),
        (Some(ANNA), &["PRO-001", "--approver", "PER-007"], "there is no person `PER-007`"),
        (Some(ANNA), &["PRO-001", "--approver", "PER-009"], "`PER-009` is a machine, and approves nothing"),
        (Some(WREN), &["PRO-001"], "`PER-002` held no role on 2026-06-30 in which one approves a procedure"),
        (Some(ANNA), &["PRO-001", "--on", "2019-12-31"], "`PER-001` held no role on 2019-12-31"),
        (
            Some(WREN),
            &["PRO-001", "--role", "ROL-001"],
            "`PER-002` did not hold the role `ROL-001` on 2026-06-30",
        ),
        (Some(WREN), &["PRO-001", "--sign", "--approver", "PER-001"], "a tag is signed by who approves"),
    ];
    for (user, arguments, expected) in cases {
        let repo = drafted(user);
        let (code, told, errors) = probity(repo.folder.path(), &[&["approve"], arguments].concat());
        assert_eq!((code, told.as_str()), (2, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(expected) && errors.contains("help:"), "{arguments:?}: {errors}");
        assert_eq!(text_of(&repo), PROCEDURE);
    }
    // A tag is made for a commit, and what is on disk is in none.
    let repo = drafted(Some(ANNA));
    repo.edit("pro.yaml", "Create", "Make");
    let (code, _, errors) = probity(repo.folder.path(), &["approve", "PRO-001", "--sign"]);
    assert!(code == 2 && errors.contains("is not committed"), "{errors}");
}

#[test]
fn a_rehearsal_shows_the_lines_and_writes_nothing() {
    let repo = drafted(Some(ANNA));
    let (code, told, errors) = probity(repo.folder.path(), &["approve", "PRO-001", "--sign", "--dry-run"]);
    assert_eq!(code, 0, "{errors}");
    assert!(
        told.starts_with("pro.yaml would read:\n- status: draft\n+ status: approved\n+ approval:\n"),
        "{told}"
    );
    assert!(told.ends_with("and git would sign the tag approve/PRO-001/1.0\n"), "{told}");
    assert_eq!(text_of(&repo), PROCEDURE);
}

#[test]
fn verifying_tells_what_holds_and_fails_if_something_does_not() {
    let mut repo = drafted(Some(ANNA));
    let verify = |repo: &Repo, arguments: &[&str]| {
        probity(repo.folder.path(), &[&["approve", "verify"], arguments].concat())
    };
    let (code, _, errors) = verify(&repo, &["--all"]);
    assert!(code == 2 && errors.contains("nothing is approved"), "{errors}");
    probity(repo.folder.path(), &["approve", "PRO-001", "--evidence", "minutes.md"]);
    repo.commit(ANNA, "approve");
    let (code, told, errors) = verify(&repo, &["PRO-001", "--format", "json"]);
    assert_eq!(code, 0, "{errors}");
    let report: Value = serde_json::from_str(&told).unwrap();
    let approval = &report["approvals"][0];
    assert_eq!(approval["rung"], json!("committed"));
    assert_eq!(approval["content"]["state"], json!("as-approved"));
    assert_eq!(approval["writers"]["state"], json!("others"));
    repo.edit("pro.yaml", "Create", "Make");
    let id = repo.commit(WREN, "make").to_string();
    let (code, told, _) = verify(&repo, &["--all"]);
    assert_eq!(code, 1, "{told}");
    assert!(
        told.contains(&format!("content changed since: by commit {} of 2026-03-04", &id[..10])),
        "{told}"
    );
    // As it was before, it holds.
    assert_eq!(verify(&repo, &["--all", "--at", "HEAD~1"]).0, 0);
}

#[test]
fn a_history_that_has_to_be_there_and_is_not_ends_the_run() {
    let mut repo = drafted(Some(ANNA));
    repo.write("probity.toml", "[gate]\nhistory = \"required\"\n");
    repo.commit(WREN, "require");
    assert_ne!(probity(repo.folder.path(), &["check"]).0, 3);
    let clone = repo.shallow();
    let (code, _, errors) = probity(clone.path(), &["check"]);
    assert_eq!(code, 3, "{errors}");
    let errors = errors.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["the clone is shallow", "fetch-depth: 0", "actions/checkout", "GIT_DEPTH: 0"] {
        assert!(errors.contains(words), "{words}: {errors}");
    }
    // Where it need not be there, the same is told beside what was found.
    fs::write(clone.path().join("probity.toml"), "").unwrap();
    fs::write(clone.path().join("pro.yaml"), PROCEDURE.replace(
        "status: draft\n",
        "status: approved\napproval: {by: PER-001, role: ROL-001, date: 2026-03-03, evidence: [minutes.md]}\n",
    )).unwrap();
    let (_, told, errors) = probity(clone.path(), &["check"]);
    assert!(told.contains("fetch-depth: 0") && told.contains("GIT_DEPTH: 0"), "{told}{errors}");
    repo.write("probity.toml", "[history]\nbegins = \"v0\"\n");
    let (code, _, errors) = probity(repo.folder.path(), &["check"]);
    assert!(code == 2 && errors.contains("`[history] begins` names `v0`"), "{errors}");
}
