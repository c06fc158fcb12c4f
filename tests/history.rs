//! What changed between points of a history, what a change brought, and readiness over time.

#![cfg(unix)]

use std::fs;

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use program::probity;
use repo::{Repo, Who};
use serde_json::Value;

const AOIFE: Who = ("Aoife", "aoife@example.org");

const POLICY: &str = "type: service-management-policy
id: POL-001
title: Service management policy
owner: ROL-001
version: \"1.0\"
status: approved
approval: {by: PER-001, role: ROL-001, date: 2026-02-01, evidence: [minutes.md]}
effective_on: 2026-02-01
review_interval: P1Y
body: We manage services.
";

const ROLE: &str = "type: role\nid: ROL-001\ntitle: Director\n";

/// Judged on one day, with an approved policy.
fn begun() -> Repo {
    let mut history = Repo::new();
    history.write("probity.toml", "[audit]\nas_of = 2026-06-30\n");
    history.write("policy.yaml", POLICY);
    history.write("role.yaml", ROLE);
    history.write("minutes.md", "# Minutes\n");
    history.commit(AOIFE, "begin");
    history
}

fn json(history: &Repo, arguments: &[&str]) -> Value {
    let (code, text, error) = probity(history.folder.path(), arguments);
    assert!(code < 2, "{error}");
    serde_json::from_str(&text).unwrap()
}

fn diff(history: &Repo, arguments: &[&str]) -> Value {
    json(history, &[&["diff"], arguments, &["--format", "json"]].concat())
}

fn list<'v>(report: &'v Value, name: &str) -> &'v Vec<Value> {
    report[name].as_array().unwrap()
}

/// `what: id` of each item of a list.
fn told(report: &Value, name: &str, what: &str, id: &str) -> Vec<String> {
    let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
    list(report, name).iter().map(|item| format!("{}: {}", text(item, what), text(item, id))).collect()
}

#[test]
fn a_change_of_the_text_voids_an_approval_and_one_around_it_does_not() {
    let history = begun();
    history.write("policy.yaml", format!("# A comment\n{POLICY}reviewed_on: 2026-03-01\n"));
    assert!(list(&diff(&history, &["HEAD"]), "approvals").is_empty());
    history.write("policy.yaml", POLICY.replace("We manage", "We do not manage"));
    let report = diff(&history, &["HEAD"]);
    assert_eq!(told(&report, "approvals", "change", "id"), ["voided: POL-001"]);
    assert_eq!(report["approvals"][0]["by"], "PER-001");
    assert_eq!(report["approvals"][0]["role"], "ROL-001");
    assert_eq!(told(&report, "documents", "change", "id"), ["changed: POL-001"]);
    let again =
        POLICY.replace("We manage", "We do not manage").replace("2026-02-01, evid", "2026-03-01, evid");
    history.write("policy.yaml", again);
    assert_eq!(told(&diff(&history, &["HEAD"]), "approvals", "change", "id"), ["gained: POL-001"]);
    history.write("policy.yaml", POLICY.replace("approved", "draft"));
    assert_eq!(told(&diff(&history, &["HEAD"]), "approvals", "change", "id"), ["dropped: POL-001"]);
}

#[test]
fn a_person_sees_what_matters_first() {
    let mut history = begun();
    history.write("policy.yaml", POLICY.replace("We manage", "We do not manage"));
    history.write("probity.toml", "[audit]\nas_of = 2026-06-30\n[rules.levels]\nSUP-06 = \"off\"\n");
    history.write("broken.yaml", "a: 1\na: 2\n");
    history.commit(AOIFE, "change");
    let (code, text, error) = probity(history.folder.path(), &["diff", "HEAD~1", "HEAD"]);
    assert_eq!(code, 0, "{error}");
    insta::assert_snapshot!(text, @r#"
    from commit 48bc571ecd of 2026-03-01, judged on 2026-06-30 (probity.toml:2:9), period
         2025-07-01..2026-06-30
    to   commit c51fb0a25e of 2026-03-02, judged on 2026-06-30 (probity.toml:2:9), period
         2025-07-01..2026-06-30

    the change loosens what is asked for in 1 way, voids 1 approval, and brings 3 new errors

    what bends the result: 1
      loosened   rules.levels.SUP-06: error → off

    approvals that no longer hold: 1
      POL-001  service-management-policy  to approve again: PER-001 as ROL-001  policy.yaml:1

    documents: 1
      changed    POL-001  service-management-policy  policy.yaml:1

    new findings: 3
      error    TYPE-01  broken.yaml:1  the document does not say of which type it is
      error    YAML-06  broken.yaml:2  key `a` stands twice in one mapping
      error    DOC-03  policy.yaml:7  `POL-001` was changed after its approval of 2026-02-01, by Aoife …

    numbers
      errors                               37 → 40
      warnings                             27 → 27
      documents read                        2 → 3
      asked for by the standard, found      1 → 1 of 50
      points judged                         0 → 0 of 319 points
      points judged fulfilled               0 → 0
    "#);
    let (_, text, _) = probity(history.folder.path(), &["trend", "--per", "commit"]);
    insta::assert_snapshot!(text, @r#"
    each row is judged on the day of its commit

                                findings         found by machine  judged by people
    day         commit     docs errors warnings  required material  judged fulfilled
    2026-03-01  48bc571e      2     37       27      1/50        5       0         0
    2026-03-02  c51fb0a2      3     39       27      1/50        5       0         0

    documents       ▅█  2 → 3, at most 3
    errors          ▇█  37 → 39, at most 39
    warnings        ██  27 → 27, at most 27
    required found  ██  1 → 1, at most 1
    material found  ██  5 → 5, at most 5
    judged          ··  0 → 0, at most 0
    fulfilled       ··  0 → 0, at most 0

    findings are those of the documents, without their history
    of 319 points in this catalogue, own split; of 50 documents that the standard asks for
    "#);
}

#[test]
fn documents_come_move_and_go() {
    let mut history = begun();
    fs::rename(history.path("policy.yaml"), history.path("moved.yaml")).unwrap();
    fs::remove_file(history.path("role.yaml")).unwrap();
    history.write("new.yaml", "type: role\nid: ROL-002\ntitle: New\n");
    let report = diff(&history, &["HEAD"]);
    let changes = told(&report, "documents", "change", "id");
    assert_eq!(changes, ["added: ROL-002", "moved: POL-001", "removed: ROL-001"]);
    assert_eq!(report["documents"][1]["moved_from"], "policy.yaml");
    history.commit(AOIFE, "moved");
    history.write("moved.yaml", POLICY.replace("status: approved", "status: withdrawn"));
    history.commit(AOIFE, "withdrawn");
    let report = diff(&history, &["HEAD~1", "HEAD"]);
    assert_eq!(told(&report, "documents", "change", "id"), ["withdrawn: POL-001"]);
    assert!(list(&report, "approvals").is_empty(), "an approval that ended is not dropped");
    assert!(list(&diff(&history, &["HEAD", "HEAD"]), "documents").is_empty());
}

#[test]
fn time_is_told_from_data() {
    let mut history = begun();
    history.write("probity.toml", "[audit]\nas_of = 2028-06-30\n");
    history.write("broken.yaml", "a: 1\na: 2\n");
    history.commit(AOIFE, "two years later");
    let report = diff(&history, &["HEAD~1", "HEAD"]);
    let of = |why: &str| list(&report, "new_findings").iter().filter(|change| change["why"] == why).count();
    assert!(of("time") > 0, "a review is overdue: {report:#}");
    assert!(of("data") > 0, "a key stands twice");
    // On one and the same day, nothing is there because of time.
    let report = diff(&history, &["HEAD~1", "HEAD", "--as-of", "2026-06-30"]);
    let time = list(&report, "new_findings").iter().filter(|change| change["why"] == "time").count();
    assert_eq!((time, report["before"]["as_of"]["origin"].as_str()), (0, Some("--as-of")));
}

#[test]
fn what_bends_the_result_comes_first_and_says_which_way() {
    let mut history = begun();
    history.write(
        "probity.toml",
        "[audit]\nas_of = 2026-06-30\n[gate]\nfail_on = \"warning\"\nneeded_by = \"stage-1\"\n[rules.levels]\nSUP-06 = \"error\"\n",
    );
    history.commit(AOIFE, "strict");
    let tightened = diff(&history, &["HEAD~1", "HEAD"]);
    assert!(list(&tightened, "bends").iter().all(|bend| bend["direction"] != "loosened"), "{tightened:#}");
    history.write(
        "probity.toml",
        "[audit]\nas_of = 2026-06-30\n[files]\nexclude = [\"role.yaml\"]\n[rules.levels]\nSUP-06 = \"off\"\n",
    );
    history.write(
        "waiver.yaml",
        "type: waiver\nid: WAI-001\ntitle: W\nwaives: {rule: SUP-06}\nbecause: x\nby: PER-001\napproved_on: 2026-06-01\nuntil: 2026-12-31\n",
    );
    history.write("role.yaml", format!("{ROLE}# probity: ignore ROL-01 because so\n"));
    history.commit(AOIFE, "loose");
    let report = diff(&history, &["HEAD~1", "HEAD"]);
    let mut loosened: Vec<&str> = list(&report, "bends")
        .iter()
        .filter(|bend| bend["direction"] == "loosened")
        .map(|bend| bend["name"].as_str().unwrap())
        .collect();
    loosened.sort_unstable();
    let expected =
        ["files.exclude", "gate.fail_on", "gate.needed_by", "rules.levels.SUP-06", "waiver WAI-001"];
    assert_eq!(loosened, expected, "{report:#}");
}

#[test]
fn a_check_of_a_change_fails_on_what_the_change_brought() {
    let mut history = begun();
    history.write("old.yaml", "a: 1\na: 2\n");
    history.commit(AOIFE, "an old mistake");
    let main = history.repository.head().unwrap().peel_to_commit().unwrap().id().to_string();
    let check = |history: &Repo, more: &[&str]| {
        probity(history.folder.path(), &[&["check", "--new-since", &main], more].concat())
    };
    let (code, text, error) = check(&history, &[]);
    assert_eq!(code, 0, "{text}{error}");
    assert!(text.contains("older finding"), "{text}");
    history.write("new.yaml", "b: 1\nb: 2\n");
    let (code, text, _) = check(&history, &[]);
    assert!(code == 1 && text.contains("new.yaml") && !text.contains("old.yaml:"), "{text}");
    assert_eq!(check(&history, &["--staged"]).0, 0, "the index does not have it yet");
    history.commit(AOIFE, "a new mistake");
    assert_eq!(check(&history, &["--at", "HEAD"]).0, 1);
    assert_eq!(check(&history, &["--at", "HEAD~1"]).0, 0);
    let report = json(&history, &["check", "--new-since", &main, "--format", "json"]);
    assert!(report["new_since"]["older"].as_u64().unwrap() > 0);
    assert_eq!(
        (&report["new_since"]["commit"], &report["gate"]["passed"]),
        (&Value::from(main), &Value::from(false))
    );
}

#[test]
fn a_loosened_gate_fails_the_change_that_loosens_it() {
    let mut history = begun();
    let main = history.repository.head().unwrap().peel_to_commit().unwrap().id().to_string();
    history.write("probity.toml", "[audit]\nas_of = 2026-06-30\n[files]\nexclude = [\"broken.yaml\"]\n");
    history.write("broken.yaml", "a: 1\na: 2\n");
    history.commit(AOIFE, "hide it");
    let check =
        |more: &[&str]| probity(history.folder.path(), &[&["check", "--new-since", &main], more].concat());
    let (code, text, _) = check(&[]);
    assert!(code == 1 && text.starts_with("loosened in the same change"), "{code} {text}");
    assert!(text.contains("files.exclude: - → broken.yaml"), "{text}");
    assert_eq!(check(&["--allow-loosened"]).0, 0);
    assert_eq!(probity(history.folder.path(), &["check", "--allow-loosened"]).0, 2);
}

#[test]
fn time_alone_fails_no_change() {
    let mut history = begun();
    let main = history.repository.head().unwrap().peel_to_commit().unwrap().id().to_string();
    // The interval of its review has long passed on the day judged on.
    let late = POLICY.replace("POL-001", "POL-002").replace("2026-02-01", "2020-02-01");
    history.write("late.yaml", late);
    history.commit(AOIFE, "an old policy");
    let report = json(&history, &["check", "--new-since", &main, "--format", "json"]);
    let time = list(&report, "findings").iter().any(|finding| finding["cause"] == "time");
    let other = list(&report, "findings")
        .iter()
        .any(|finding| finding["cause"] != "time" && finding["level"] == "error");
    assert!(time, "{report:#}");
    assert_eq!(report["gate"]["passed"], Value::from(!other));
}

#[test]
fn where_there_is_no_common_commit_it_is_told() {
    let mut history = begun();
    let (code, _, error) = probity(history.folder.path(), &["check", "--new-since", "main-branch"]);
    assert!(code == 2 && error.contains("there is no commit `main-branch`"), "{error}");
    assert!(error.contains("fetch-depth: 0") && error.contains("GIT_DEPTH: 0"), "{error}");
    {
        let first = history.repository.head().unwrap().peel_to_commit().unwrap();
        let (author, tree) = (first.author().to_owned(), first.tree().unwrap());
        history.repository.commit(Some("refs/heads/orphan"), &author, &author, "other", &tree, &[]).unwrap();
    }
    let (code, _, error) = probity(history.folder.path(), &["check", "--new-since", "orphan"]);
    assert!(code == 2 && error.contains("have no commit in common"), "{error}");
    history.write("role.yaml", format!("{ROLE}# 2\n"));
    let second = history.commit(AOIFE, "second");
    let shallow = history.checkout(second);
    fs::write(shallow.path().join(".git/shallow"), format!("{second}\n")).unwrap();
    fs::remove_dir_all(shallow.path().join(".git/logs")).ok();
    let (code, _, error) = probity(shallow.path(), &["check", "--new-since", "origin/orphan"]);
    assert!(code == 3 && error.contains("shallow"), "{code} {error}");
}

#[test]
fn a_comment_of_a_merge_request_is_short_and_holds_no_markup_from_outside() {
    let mut history = begun();
    history.write("evil.yaml", "type: \"</code><script>alert(1)</script> @all\"\nid: EVIL-1\ntitle: T\n");
    for number in 0..1_500 {
        history.write(
            &format!("many/{number}.yaml"),
            format!("type: nothing-{number}\nid: N-{number}\ntitle: T\n"),
        );
    }
    history.commit(AOIFE, "many");
    let (code, text, error) = probity(history.folder.path(), &["diff", "HEAD~1", "HEAD", "--format", "md"]);
    assert_eq!(code, 0, "{error}");
    assert!(text.starts_with("<!-- probity: diff -->\n**"), "{text}");
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(!text.contains("<script") && !text.contains("@all"), "no markup");
    assert!(text.contains("more lines are left out here; <code>probity diff HEAD&#126;1 HEAD -v</code>"));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn a_trend_tells_each_point_on_its_own_day() {
    let mut history = begun();
    history.write("broken.yaml", "a: 1\na: 2\n");
    history.commit(AOIFE, "worse");
    history.write("probity.toml", "[audit\n");
    history.commit(AOIFE, "settings that cannot be used");
    history.write("probity.toml", "[audit]\nas_of = 2026-06-30\n");
    history.commit(AOIFE, "better");
    let oid = history.commit(AOIFE, "nothing");
    let object = history.repository.find_object(oid, None).unwrap();
    history.repository.tag_lightweight("v1", &object, false).unwrap();
    let rows = |more: &[&str]| {
        let report = json(&history, &[&["trend", "--format", "json"], more].concat());
        list(&report, "rows").clone()
    };
    let commits = rows(&["--per", "commit"]);
    assert_eq!(commits.len(), 4, "a commit that changes nothing here has no row");
    assert_eq!(commits[0]["day"], "2026-03-01");
    assert!(commits[1]["counted"]["errors"].as_u64() > commits[0]["counted"]["errors"].as_u64());
    let unread = commits[2]["unread"].as_str().unwrap();
    assert!(commits[2]["counted"].is_null() && unread.starts_with("probity.toml:1:"), "{unread}");
    // What is read again says what it says when it is read alone.
    let alone = rows(&["--per", "commit", "--last", "1"]);
    assert_eq!(alone[0], commits[3]);
    let months = rows(&[]);
    assert_eq!((months.len(), &months[0]["name"]), (1, &Value::from("2026-03")));
    assert_eq!(rows(&["--per", "tag"])[0]["name"], "v1");
    assert_eq!(rows(&["--per", "commit", "--since", "@2026-03-03"]).len(), 2);
    let (code, text, _) = probity(history.folder.path(), &["trend", "--per", "commit"]);
    assert!(code == 0 && text.contains("not read:") && text.contains("errors          "), "{text}");
}
