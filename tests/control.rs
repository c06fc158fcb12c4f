//! What history shows of approvals, case by case: the rules that are broken, and what is not testable, with its reason.

#![cfg(unix)]

use std::{collections::BTreeMap, fs, path::Path};

use probity::{
    catalog::{self, Catalog},
    config::{Flags, Written, find, load, settle},
    control::{self, Control},
    corpus::{self, Documents},
    model::{Blind, Cause, HistoryUse, Rung},
    repository,
    yaml::Limits,
};

#[path = "support/repo.rs"]
mod repo;

use repo::{Repo, Who, fingerprint, key};

const WREN: Who = ("Wren", "wren@example.org");
const WREN_AT_HOME: Who = ("W. Hale", "wren@home.example");
const ANNA: Who = ("Anna", "anna@example.org");
const ANNA_AT_HOME: Who = ("A. Berg", "anna@home.example");
const OMAR: Who = ("Omar", "omar@example.org");
const NOBODY: Who = ("Somebody", "somebody@elsewhere.example");
const ROBOT: Who = ("Robot", "robot@example.org");
const FORGE: Who = ("GitHub", "noreply@github.com");

/// The policy, before anybody approves it.
const DRAFT: &str = "\
type: procedure
id: PRO-001
title: Set up an account
owner: ROL-001
version: \"1.0\"
status: draft
body: |
  Compare the approver with the list.
  Create the account.
";

const APPROVAL: &str = "status: approved\napproval: {by: PER-001, role: ROL-001, date: 2026-03-03, \
    evidence: [minutes.md]}\n";

/// What comes of a history.
struct Outcome {
    /// The rules that are broken, with what is said.
    broken: Vec<(String, String)>,
    /// Why rules are not testable, by rule.
    untestable: BTreeMap<String, String>,
    /// The rung of PRO-001.
    rung: Option<Rung>,
}

impl Outcome {
    fn rules(&self) -> Vec<&str> {
        self.broken.iter().map(|(rule, _)| rule.as_str()).collect()
    }
}

/// What the history of a folder shows on its work tree.
fn look(folder: &Path) -> Outcome {
    let written = find(folder).map_or_else(Written::default, |found| load(&found).unwrap());
    let flags = Flags { as_of: Some("2026-12-31".parse().unwrap()), period: None };
    let settings = settle(written, flags, chrono::DateTime::default());
    let snapshot = repository::work_tree_snapshot(folder, &settings.patterns, None).unwrap();
    let history = repository::history(folder, &snapshot.held, settings.begins.value.as_deref());
    let history = history.map_err(|error| Blind {
        reason: error.to_string(),
        help: error.help(),
        is_wanted: settings.history.value == HistoryUse::Off,
    });
    let catalog = Catalog::embedded();
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let Control { approvals, findings, rules, .. } =
        control::run(&documents, &settings.judged(), &settings.patterns, history.as_ref());
    for finding in &findings {
        assert!(finding.help.is_some() && !finding.message.ends_with('.'), "{}", finding.message);
        assert!(finding.subject.is_some() && finding.cause == Cause::History, "{finding:?}");
    }
    let untestable = rules.iter().filter(|(_, tally)| tally.untestable > 0);
    Outcome {
        broken: findings.into_iter().map(|finding| (finding.rule, finding.message)).collect(),
        untestable: untestable
            .map(|(rule, tally)| (rule.clone(), tally.reason.clone().unwrap_or_default()))
            .collect(),
        rung: approvals.iter().find(|approval| approval.id == "PRO-001").map(|approval| approval.rung),
    }
}

/// Three people and a robot, with their addresses and keys, and a role.
fn people() -> String {
    let [anna, old] = [key(1), key(2)].map(|key| fingerprint(&key));
    format!(
        "collection: person
defaults: {{kind: human, employer: own}}
entries:
  - id: PER-001
    title: Anna
    active_from: 2020-01-01
    identities:
      - {{kind: email, value: anna@example.org}}
      - {{kind: email, value: Anna@Home.example}}
      - {{kind: handle, value: anna-b}}
      - {{kind: ssh, value: \"{anna}\", from: 2026-01-01}}
      - {{kind: ssh, value: \"{old}\", from: 2024-01-01, to: 2025-12-31}}
  - id: PER-002
    title: Wren
    active_from: 2020-01-01
    identities:
      - {{kind: email, value: wren@example.org}}
  - id: PER-003
    title: Omar
    active_from: 2020-01-01
    identities:
      - {{kind: email, value: omar@example.org}}
  - id: PER-009
    title: Robot
    kind: machine
    identities:
      - {{kind: email, value: robot@example.org}}
---
type: role
id: ROL-001
title: Service manager
holders:
  - {{person: PER-001, from: 2020-01-01}}
"
    )
}

/// People and minutes, committed by Omar.
fn begun() -> Repo {
    let mut repo = Repo::new();
    repo.write("people.yaml", people());
    repo.write("minutes.md", "# Minutes\n");
    repo.write("probity.toml", "");
    repo.commit(OMAR, "begin");
    repo
}

/// A procedure that Wren wrote.
fn drafted() -> Repo {
    let mut repo = begun();
    repo.write("pro.yaml", DRAFT);
    repo.commit(WREN, "draft");
    repo
}

fn approve(repo: &Repo) {
    repo.edit("pro.yaml", "status: draft\n", APPROVAL);
}

/// That procedure, approved by Anna, who commits that.
fn approved() -> Repo {
    let mut repo = drafted();
    approve(&repo);
    repo.commit(ANNA, "approve");
    repo
}

/// What a case has to give: the rules that are broken, and words from the reasons why some are not testable.
struct Case {
    name: &'static str,
    broken: &'static [&'static str],
    untestable: &'static [(&'static str, &'static str)],
    build: fn() -> Repo,
}

const fn quiet(name: &'static str, build: fn() -> Repo) -> Case {
    Case { name, broken: &[], untestable: &[], build }
}

const fn broken(name: &'static str, broken: &'static [&'static str], build: fn() -> Repo) -> Case {
    Case { name, broken, untestable: &[], build }
}

const fn untestable(
    name: &'static str,
    untestable: &'static [(&'static str, &'static str)],
    build: fn() -> Repo,
) -> Case {
    Case { name, broken: &[], untestable, build }
}

/// Replaces words in the text of the procedure.
fn change(repo: &Repo) {
    repo.edit("pro.yaml", "Create the account.", "Create the accounts.");
}

fn proof(repo: &Repo, rung: &str) {
    repo.write("probity.toml", format!("[approval]\nproof = \"{rung}\"\n"));
}

/// A rule that keeps incidents for three years.
fn retained(starts_from: &str) -> Repo {
    let mut repo = begun();
    let rule = "type: retention-rule\nid: RET-001\ntitle: Tickets\napplies_to: [incident]\nperiod: P3Y\n";
    repo.write("rule.yaml", format!("{rule}{starts_from}\n"));
    repo.commit(OMAR, "rule");
    repo
}

fn incident(id: &str, opened_at: &str, more: &str) -> String {
    format!("type: incident\nid: {id}\ntitle: Mail is down\nopened_at: {opened_at}\n{more}")
}

/// Goes without the last commit but for the files it left.
fn rewritten(repo: &mut Repo) {
    let parent = repo.repository.head().unwrap().peel_to_commit().unwrap().parent_id(0).unwrap();
    let object = repo.repository.find_object(parent, None).unwrap();
    repo.repository.reset(&object, git2::ResetType::Soft, None).unwrap();
}

const EXPORT: &str = r#"[{"id": 1, "user": {"login": "anna-b"}, "body": "", "state": "APPROVED",
  "html_url": "https://github.com/o/r/pull/7#pullrequestreview-1", "submitted_at": "2026-03-03T09:00:00Z",
  "commit_id": "COMMIT"}]"#;

/// A draft whose review Anna's account gave on the forge, of this commit; and the approval that names the export.
fn reviewed(commit: impl FnOnce(&mut Repo) -> String) -> Repo {
    let mut repo = drafted();
    let reviewed = commit(&mut repo);
    repo.write("reviews.json", EXPORT.replace("COMMIT", &reviewed));
    approve(&repo);
    repo.edit("pro.yaml", "minutes.md", "reviews.json");
    proof(&repo, "reviewed");
    repo.commit(OMAR, "file the review");
    repo
}

fn head(repo: &Repo) -> String {
    repo.repository.head().unwrap().target().unwrap().to_string()
}

const CASES: &[Case] = &[
    quiet("written by one, approved by another", approved),
    quiet("written down by a third", || {
        let mut repo = drafted();
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("approved by its author", &["DOC-22"], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(ANNA, "draft");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo
    }),
    broken("approved by its author under a second address", &["DOC-22"], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(ANNA_AT_HOME, "draft");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("approved by its author, whose address `.mailmap` joins", &["DOC-22"], || {
        let mut repo = begun();
        repo.write(".mailmap", "Anna <anna@example.org> <x@laptop.local>\n");
        repo.write("pro.yaml", DRAFT);
        repo.commit(("anna", "x@laptop.local"), "draft");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("approved by its author, whose address the forge hides", &["DOC-22"], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(("anna-b", "4711+anna-b@users.noreply.github.com"), "draft");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("approved by a co-author", &["DOC-22"], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(WREN, "draft\n\nCo-authored-by: Anna <anna@example.org>");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("the approver wrote one sentence on the way", &["DOC-22"], || {
        let mut repo = drafted();
        repo.edit("pro.yaml", "the list.", "the list of the customer.");
        repo.commit(ANNA, "precisely");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("the approver changed the text in the commit that approves it", &["DOC-22"], || {
        let mut repo = drafted();
        approve(&repo);
        change(&repo);
        repo.commit(ANNA, "approve");
        repo
    }),
    quiet("the approver wrote what was approved before by another", || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(ANNA, "draft");
        repo.edit(
            "pro.yaml",
            "status: draft\n",
            "status: approved\napproval: {by: PER-003, date: 2026-03-03, evidence: [minutes.md]}\n",
        );
        repo.commit(OMAR, "approve");
        change(&repo);
        repo.edit("pro.yaml", "\"1.0\"", "\"1.1\"");
        repo.edit("pro.yaml", "by: PER-003, date: 2026-03-03", "by: PER-001, date: 2026-03-04");
        repo.commit(WREN, "change, and approval by Anna");
        repo
    }),
    broken("one word changed after the approval", &["DOC-03"], || {
        let mut repo = approved();
        change(&repo);
        repo.commit(WREN, "plural");
        repo
    }),
    broken("one word changed and not committed", &["DOC-03"], || {
        let repo = approved();
        change(&repo);
        repo
    }),
    quiet("only the day of review changed", || {
        let mut repo = approved();
        repo.edit("pro.yaml", "status: approved\n", "status: approved\nreviewed_on: 2026-09-01\n");
        repo.commit(WREN, "reviewed");
        repo
    }),
    quiet("only the order of keys, a comment and line ends changed", || {
        let mut repo = approved();
        repo.edit(
            "pro.yaml",
            "title: Set up an account\nowner: ROL-001\n",
            "owner: ROL-001 # Anna\ntitle: Set up an account\n",
        );
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", text.replace('\n', "\r\n"));
        repo.commit(WREN, "tidy");
        repo
    }),
    quiet("the file was renamed", || {
        let mut repo = approved();
        fs::rename(repo.path("pro.yaml"), repo.path("set-up.yaml")).unwrap();
        repo.commit(WREN, "rename");
        repo
    }),
    quiet("the folder was moved, and then again", || {
        let mut repo = approved();
        for (from, to) in [("pro.yaml", "a/pro.yaml"), ("a/pro.yaml", "b/c/pro.yaml")] {
            fs::create_dir_all(repo.path(to).parent().unwrap()).unwrap();
            fs::rename(repo.path(from), repo.path(to)).unwrap();
            repo.commit(WREN, "move");
        }
        repo
    }),
    broken("written by the approver before it was moved", &["DOC-22"], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(ANNA, "draft");
        fs::create_dir_all(repo.path("procedures")).unwrap();
        fs::rename(repo.path("pro.yaml"), repo.path("procedures/all.yaml")).unwrap();
        repo.commit(WREN, "move");
        repo.edit("procedures/all.yaml", "status: draft\n", APPROVAL);
        repo.commit(OMAR, "approve");
        repo
    }),
    broken("moved and changed in one commit", &["DOC-03"], || {
        let mut repo = approved();
        change(&repo);
        fs::rename(repo.path("pro.yaml"), repo.path("set-up.yaml")).unwrap();
        repo.commit(WREN, "rename");
        repo
    }),
    broken("the file of the body changed", &["DOC-03"], || {
        let mut repo = begun();
        let text = "body: |\n  Compare the approver with the list.\n  Create the account.\n";
        repo.write("pro.yaml", DRAFT.replace(text, "body_file: pro.md\n"));
        repo.write("pro.md", "Compare the approver with the list.\n");
        repo.commit(WREN, "draft");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo.write("pro.md", "Do not compare.\n");
        repo.commit(WREN, "quicker");
        repo
    }),
    broken("the file that a stub is held in changed", &["DOC-03"], || {
        let mut repo = begun();
        let text = "body: |\n  Compare the approver with the list.\n  Create the account.\n";
        repo.write("pro.yaml", DRAFT.replace(text, "held_in: files/pro.docx\n"));
        repo.write("files/pro.docx", [0, 1, 2]);
        repo.commit(WREN, "draft");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo.write("files/pro.docx", [0, 1, 3]);
        repo.commit(WREN, "new file");
        repo
    }),
    quiet("another document of the same file changed", || {
        let mut repo = drafted();
        approve(&repo);
        repo.commit(ANNA, "approve");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", format!("{text}---\n{}", DRAFT.replace("PRO-001", "PRO-002")));
        repo.commit(ANNA, "another draft");
        repo
    }),
    quiet("an entry beside it in a collection was written by the approver", || {
        let mut repo = begun();
        let entry =
            |id: &str| format!("  - {{id: {id}, title: T, version: \"1.0\", status: draft, body: Text}}\n");
        repo.write("pro.yaml", format!("collection: procedure\nentries:\n{}", entry("PRO-001")));
        repo.commit(WREN, "draft");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", text + &entry("PRO-002"));
        repo.commit(ANNA, "another");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        let approval = "status: approved, approval: {by: PER-001, date: 2026-03-04, evidence: [minutes.md]}";
        repo.write("pro.yaml", text.replacen("status: draft", approval, 1));
        repo.commit(OMAR, "approve the first");
        repo
    }),
    broken("an entry of an approved list changed", &["DOC-03"], || {
        let mut repo = begun();
        repo.write(
            "risks.yaml",
            "collection: risk\nregister: {id: REG-001, title: Risks, version: \"1\", status: draft}\n\
             entries:\n  - {id: RSK-001, title: Fire}\n",
        );
        repo.commit(WREN, "draft");
        repo.edit(
            "risks.yaml",
            "status: draft",
            "status: approved, approval: {by: PER-001, date: 2026-03-03, evidence: [minutes.md]}",
        );
        repo.commit(ANNA, "approve");
        repo.edit("risks.yaml", "Fire", "Fire and water");
        repo.commit(WREN, "water");
        repo
    }),
    broken("a digest that names another content", &["DOC-03"], || {
        let mut repo = drafted();
        approve(&repo);
        repo.edit(
            "pro.yaml",
            "minutes.md]",
            &format!("minutes.md], digest: \"v1:sha256:{}\"", "0".repeat(64)),
        );
        repo.commit(ANNA, "approve");
        repo
    }),
    quiet("changed, and changed back", || {
        let mut repo = approved();
        change(&repo);
        repo.commit(WREN, "plural");
        repo.edit("pro.yaml", "Create the accounts.", "Create the account.");
        repo.commit(WREN, "Revert \"plural\"");
        repo
    }),
    broken("approved anew under the same version", &["DOC-23"], || {
        let mut repo = approved();
        change(&repo);
        repo.edit("pro.yaml", "date: 2026-03-03", "date: 2026-03-04");
        repo.commit(WREN, "plural, approved");
        repo
    }),
    quiet("approved anew under a version of its own", || {
        let mut repo = approved();
        change(&repo);
        repo.edit("pro.yaml", "\"1.0\"", "\"1.1\"");
        repo.edit("pro.yaml", "date: 2026-03-03", "date: 2026-03-04");
        repo.commit(WREN, "plural, approved");
        repo
    }),
    quiet("approved anew without a change", || {
        let mut repo = approved();
        repo.edit("pro.yaml", "date: 2026-03-03", "date: 2026-09-03");
        repo.commit(OMAR, "approved again");
        repo
    }),
    broken("committed long after its approval", &["DOC-24"], || {
        let mut repo = begun();
        repo.wait(60);
        repo.write("pro.yaml", DRAFT);
        repo.commit(WREN, "draft");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    quiet("cherry-picked approval", || {
        let mut repo = drafted();
        repo.branch("work");
        repo.switch("work");
        approve(&repo);
        repo.commit(ANNA, "approve");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.switch("main");
        repo.write("pro.yaml", text);
        repo.commit_as(ANNA, OMAR, "approve\n\n(cherry picked from another branch)");
        repo
    }),
    quiet("a tag that was made later, for a later version", || {
        let mut repo = drafted();
        approve(&repo);
        let then = repo.commit(ANNA, "approve");
        change(&repo);
        repo.edit("pro.yaml", "\"1.0\"", "\"1.1\"");
        repo.edit("pro.yaml", "date: 2026-03-03", "date: 2026-03-04");
        let later = repo.commit(WREN, "change, and approval by Anna");
        repo.tag("approve/PRO-001/1.1", later, ANNA, "approved", Some(&key(1)));
        repo.reset(then);
        repo
    }),
    quiet("merged from a branch", || {
        let mut repo = drafted();
        repo.branch("work");
        repo.write("other.md", "x");
        repo.commit(OMAR, "beside");
        repo.switch("work");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo.switch("main");
        repo.merge("work", OMAR, |_| {});
        repo
    }),
    broken("changed in merging", &["DOC-03"], || {
        let mut repo = drafted();
        repo.branch("work");
        repo.write("other.md", "x");
        repo.commit(OMAR, "beside");
        repo.switch("work");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo.switch("main");
        repo.merge("work", OMAR, change);
        repo
    }),
    broken("changed on a branch that was merged after the approval", &["DOC-03"], || {
        let mut repo = drafted();
        repo.branch("work");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo.switch("work");
        change(&repo);
        repo.commit(WREN, "plural");
        repo.switch("main");
        repo.merge("work", OMAR, |_| {});
        repo
    }),
    untestable("squashed by the forge", &[("DOC-22", "squashed several into one")], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit_as(WREN, FORGE, "Set up accounts (#12)");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo
    }),
    quiet("squashed by the forge, with all who wrote it", || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit_as(WREN, FORGE, "Set up accounts (#12)\n\nCo-authored-by: Omar <omar@example.org>");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo
    }),
    untestable("all from one account", &[("DOC-22", "come from one account")], || {
        let mut repo = Repo::new();
        repo.write("people.yaml", people());
        repo.write("minutes.md", "# Minutes\n");
        repo.commit(OMAR, "begin");
        repo.write("pro.yaml", DRAFT);
        repo.commit(OMAR, "draft");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo
    }),
    untestable(
        "written by somebody whom nobody knows",
        &[("DOC-22", "nobody in the register of people")],
        || {
            let mut repo = begun();
            repo.write("pro.yaml", DRAFT);
            repo.commit(NOBODY, "draft");
            approve(&repo);
            repo.commit(ANNA, "approve");
            repo
        },
    ),
    untestable("written under an address that is not registered", &[("DOC-22", "wren@home.example")], || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(WREN_AT_HOME, "draft");
        approve(&repo);
        repo.commit(ANNA, "approve");
        repo
    }),
    untestable("came approved with the first commit", &[("DOC-22", "first commit")], || {
        let mut repo = Repo::new();
        repo.write("people.yaml", people());
        repo.write("minutes.md", "# Minutes\n");
        repo.write("pro.yaml", DRAFT.replace("status: draft\n", APPROVAL));
        repo.commit(OMAR, "begin");
        repo.write("minutes.md", "# Minutes of March\n");
        repo.commit(WREN, "title");
        repo
    }),
    untestable("an approval that is not committed yet", &[("DOC-03", "not committed yet")], || {
        let repo = drafted();
        approve(&repo);
        repo
    }),
    untestable(
        "a text that is not committed yet",
        &[("DOC-03", "not committed yet"), ("DOC-22", "not committed yet")],
        || {
            let repo = drafted();
            approve(&repo);
            change(&repo);
            repo
        },
    ),
    Case {
        name: "approved by its author, and not committed yet",
        broken: &["DOC-22"],
        untestable: &[("DOC-03", "not committed yet")],
        build: || {
            let mut repo = begun();
            repo.write("pro.yaml", DRAFT);
            repo.commit(ANNA, "draft");
            approve(&repo);
            repo
        },
    },
    broken("changed since the history began", &["DOC-03"], || {
        let mut repo = approved();
        repo.repository
            .reference("refs/tags/adopted", repo.repository.head().unwrap().target().unwrap(), true, "")
            .unwrap();
        repo.write("probity.toml", "[history]\nbegins = \"adopted\"\n");
        change(&repo);
        repo.commit(WREN, "plural");
        repo
    }),
    quiet("self-approved before the history began", || {
        let mut repo = begun();
        repo.write("pro.yaml", DRAFT);
        repo.commit(ANNA, "draft");
        approve(&repo);
        let id = repo.commit(ANNA, "approve");
        repo.repository.reference("refs/tags/adopted", id, true, "").unwrap();
        repo.write("probity.toml", "[history]\nbegins = \"adopted\"\n");
        repo.commit(WREN, "adopt");
        repo
    }),
    broken("deleted while in force", &["DOC-12"], || {
        let mut repo = approved();
        repo.remove("pro.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    broken("one of several in a file deleted while in force", &["DOC-12"], || {
        let mut repo = approved();
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        let other =
            format!("{}---\n{}", DRAFT.replace("PRO-001", "PRO-002"), DRAFT.replace("PRO-001", "PRO-003"));
        repo.write("pro.yaml", format!("{other}---\n{text}"));
        repo.commit(WREN, "two more");
        repo.write("pro.yaml", other);
        repo.commit(WREN, "tidy");
        repo
    }),
    broken("one of two in a file deleted while in force", &["DOC-12"], || {
        let mut repo = begun();
        let other = DRAFT.replace("PRO-001", "PRO-002");
        repo.write("pro.yaml", format!("{other}---\n{DRAFT}"));
        repo.commit(WREN, "two");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", text.replace("status: draft\n", APPROVAL));
        repo.commit(ANNA, "approve");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", text.split_once("---\n").unwrap().1);
        repo.commit(WREN, "tidy");
        repo
    }),
    broken("an incident deleted before its time", &["RET-02"], || {
        let mut repo = retained("starts_from: closure");
        repo.write("inc.yaml", incident("INC-001", "2026-03-02T09:00:00+01:00", ""));
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    broken(
        "an entry of a list deleted before its time, which counts to the end of the year",
        &["RET-02"],
        || {
            let mut repo = retained("starts_from: end-of-year");
            let entries = "collection: incident\nentries:\n  - {id: INC-001, title: Mail is down, opened_at: \
                       2022-06-01T09:00:00+02:00}\n";
            let other = "  - {id: INC-002, title: Mail is slow, opened_at: 2025-11-01T09:00:00+01:00}\n";
            repo.write("inc.yaml", format!("{entries}{other}"));
            repo.commit(WREN, "record");
            repo.write("inc.yaml", entries);
            repo.commit(WREN, "tidy");
            repo
        },
    ),
    quiet("an incident deleted after its time", || {
        let mut repo = retained("starts_from: closure");
        repo.write("inc.yaml", incident("INC-001", "2022-06-01T09:00:00+02:00", ""));
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    quiet("an incident moved to another file", || {
        let mut repo = retained("starts_from: closure");
        repo.write("inc.yaml", incident("INC-001", "2026-03-02T09:00:00+01:00", ""));
        repo.commit(WREN, "record");
        fs::rename(repo.path("inc.yaml"), repo.path("old.yaml")).unwrap();
        repo.commit(WREN, "move");
        repo
    }),
    quiet("a record deleted that no rule keeps", || {
        let mut repo = retained("starts_from: closure");
        repo.write(
            "inc.yaml",
            "type: problem\nid: PRB-001\ntitle: Mail\nopened_at: 2026-03-02T09:00:00+01:00\n",
        );
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    untestable("a record deleted that tells of no day", &[("RET-02", "tells of no day")], || {
        let mut repo = retained("starts_from: closure");
        repo.write("inc.yaml", "type: incident\nid: INC-001\ntitle: Mail is down\n");
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    broken("a record of people that git still has", &["REC-04"], || {
        let mut repo = retained("starts_from: creation");
        let more = "sealed_on: 2022-06-02\npersonal_data: true\n";
        repo.write("inc.yaml", incident("INC-001", "2022-06-01T09:00:00+02:00", more));
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "dispose");
        repo
    }),
    quiet("a record of people whose time is not known to be over", || {
        let mut repo = retained("starts_from: end-of-contract");
        let more = "sealed_on: 2022-06-02\npersonal_data: true\n";
        repo.write("inc.yaml", incident("INC-001", "2022-06-01T09:00:00+02:00", more));
        repo.commit(WREN, "record");
        repo.remove("inc.yaml");
        repo.commit(WREN, "dispose");
        repo
    }),
    quiet("withdrawn and then deleted", || {
        let mut repo = approved();
        repo.edit("pro.yaml", "status: approved\n", "status: withdrawn\nwithdrawn_on: 2026-03-04\n");
        repo.commit(WREN, "withdraw");
        repo.remove("pro.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    quiet("a draft deleted", || {
        let mut repo = drafted();
        repo.remove("pro.yaml");
        repo.commit(WREN, "remove");
        repo
    }),
    quiet("superseded and deleted", || {
        let mut repo = approved();
        repo.remove("pro.yaml");
        repo.write(
            "new.yaml",
            DRAFT.replace("PRO-001", "PRO-002").replace("owner:", "supersedes: PRO-001\nowner:"),
        );
        repo.commit(WREN, "replace");
        repo
    }),
    broken("committed by another where the approver has to", &["DOC-13"], || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "committed");
        repo.commit(OMAR, "approve");
        repo
    }),
    quiet("committed by the approver where that is needed", || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "committed");
        repo.commit(ANNA, "approve");
        repo
    }),
    broken("written down by a robot", &["DOC-13"], || {
        let mut repo = drafted();
        repo.edit("pro.yaml", "status: draft\n", &APPROVAL.replace("PER-001", "PER-009"));
        proof(&repo, "committed");
        repo.commit(ROBOT, "approve");
        repo
    }),
    broken("no signature where one is needed", &["DOC-13"], || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "signed");
        repo.commit(ANNA, "approve");
        repo
    }),
    quiet("a commit signed by the approver", || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "signed");
        repo.commit_signed(ANNA, "approve", &key(1), false);
        repo
    }),
    broken("a commit signed with a key that nobody knows", &["DOC-13"], || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "signed");
        repo.commit_signed(ANNA, "approve", &key(9), false);
        repo
    }),
    broken("a commit signed with a key that was no longer in use", &["DOC-13"], || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "signed");
        repo.commit_signed(ANNA, "approve", &key(2), false);
        repo
    }),
    broken("a forged signature", &["DOC-25"], || {
        let mut repo = drafted();
        approve(&repo);
        repo.commit_signed(ANNA, "approve", &key(1), true);
        repo
    }),
    quiet("a tag signed by the approver", || {
        let mut repo = drafted();
        approve(&repo);
        proof(&repo, "signed");
        let id = repo.commit(OMAR, "approve");
        repo.tag("approve/PRO-001/1.0", id, ANNA, "approved", Some(&key(1)));
        repo
    }),
    broken("a tag on another content", &["DOC-14"], || {
        let mut repo = drafted();
        change(&repo);
        let other = repo.commit(WREN, "plural");
        repo.edit("pro.yaml", "Create the accounts.", "Create the account.");
        repo.commit(WREN, "no plural");
        approve(&repo);
        repo.commit(OMAR, "approve");
        repo.tag("approve/PRO-001/1.0", other, ANNA, "approved", Some(&key(1)));
        repo
    }),
    broken("history rewritten after the approval", &["DOC-14"], || {
        let mut repo = drafted();
        approve(&repo);
        let id = repo.commit(OMAR, "approve");
        repo.tag("approve/PRO-001/1.0", id, ANNA, "approved", Some(&key(1)));
        rewritten(&mut repo);
        repo.commit(OMAR, "approve, with another message");
        repo
    }),
    broken("evidence names a commit that is gone", &["DOC-14"], || {
        let mut repo = drafted();
        approve(&repo);
        repo.edit("pro.yaml", "[minutes.md]", &format!("[minutes.md, \"{}\"]", "12".repeat(20)));
        repo.commit(OMAR, "approve");
        repo
    }),
    quiet("a review that the forge has exported", || reviewed(|repo| head(repo))),
    broken("a review of another content", &["DOC-13"], || {
        reviewed(|repo| {
            let reviewed = head(repo);
            change(repo);
            repo.commit(WREN, "after the review");
            reviewed
        })
    }),
    untestable("a review of a commit that is not here", &[("DOC-13", "is not in this clone")], || {
        reviewed(|_| "ab".repeat(20))
    }),
    quiet("a review that the forge has exported, and a move since", || {
        let mut repo = reviewed(|repo| head(repo));
        fs::rename(repo.path("pro.yaml"), repo.path("set-up.yaml")).unwrap();
        repo.commit(WREN, "move");
        repo
    }),
    broken("a day of review that a machine set", &["DOC-15"], || {
        let mut repo = approved();
        repo.edit("pro.yaml", "status: approved\n", "status: approved\nreviewed_on: 2026-09-01\n");
        repo.commit(ROBOT, "yearly review");
        repo
    }),
    untestable(
        "a day of review that nobody known set",
        &[("DOC-15", "`somebody@elsewhere.example`")],
        || {
            let mut repo = approved();
            repo.edit("pro.yaml", "status: approved\n", "status: approved\nreviewed_on: 2026-09-01\n");
            repo.commit(NOBODY, "yearly review");
            repo
        },
    ),
    quiet("a day of review that came with a change and an approval", || {
        let mut repo = approved();
        change(&repo);
        repo.edit("pro.yaml", "\"1.0\"", "\"1.1\"");
        repo.edit("pro.yaml", "status: approved\n", "status: approved\nreviewed_on: 2026-03-04\n");
        repo.edit("pro.yaml", "2026-03-03", "2026-03-05");
        repo.commit(WREN, "after the review");
        repo
    }),
    broken("twelve reviews without a change on one day", &["DOC-15"], || {
        let mut repo = begun();
        for number in 1..=12 {
            let id = format!("PRO-{number:03}");
            repo.write(&format!("{id}.yaml"), DRAFT.replace("PRO-001", &id));
            repo.commit(WREN, "draft");
            repo.edit(&format!("{id}.yaml"), "status: draft\n", APPROVAL);
            repo.commit(ANNA, "approve");
        }
        for number in 1..=12 {
            let name = format!("PRO-{number:03}.yaml");
            repo.edit(&name, "status: approved\n", "status: approved\nreviewed_on: 2026-09-01\n");
        }
        repo.commit(WREN, "all reviewed");
        repo
    }),
    broken("twelve approvals on one day", &["DOC-26"], || {
        let mut repo = begun();
        let ids = (1..=12).map(|number| DRAFT.replace("PRO-001", &format!("PRO-{number:03}")));
        repo.write("pro.yaml", ids.collect::<Vec<_>>().join("---\n"));
        repo.commit(WREN, "drafts");
        let text = fs::read_to_string(repo.path("pro.yaml")).unwrap();
        repo.write("pro.yaml", text.replace("status: draft\n", APPROVAL));
        repo.commit(ANNA, "approve");
        repo
    }),
    broken("a sealed record changed", &["REC-01"], || {
        let mut repo = begun();
        repo.write("rec.yaml", "type: incident\nid: INC-001\ntitle: Mail is down\nsealed_on: 2026-03-02\n");
        repo.commit(WREN, "record");
        repo.edit("rec.yaml", "down", "slow");
        repo.commit(WREN, "not down");
        repo
    }),
    quiet("a sealed record corrected", || {
        let mut repo = begun();
        repo.write("rec.yaml", "type: incident\nid: INC-001\ntitle: Mail is down\nsealed_on: 2026-03-02\n");
        repo.commit(WREN, "record");
        repo.edit("rec.yaml", "down", "slow");
        let text = fs::read_to_string(repo.path("rec.yaml")).unwrap();
        repo.write(
            "rec.yaml",
            text + "corrections:\n  - {date: 2026-03-03, by: PER-002, field: title, reason: It was slow}\n",
        );
        repo.commit(WREN, "correct");
        repo
    }),
    quiet("a record changed before it was sealed", || {
        let mut repo = begun();
        repo.write("rec.yaml", "type: incident\nid: INC-001\ntitle: Mail is down\n");
        repo.commit(WREN, "record");
        repo.edit("rec.yaml", "Mail is down\n", "Mail is slow\nsealed_on: 2026-03-03\n");
        repo.commit(WREN, "seal");
        repo
    }),
];

#[test]
fn every_case_of_the_matrix_comes_out_as_it_should() {
    let mut wrong = Vec::new();
    for case in CASES {
        let repo = (case.build)();
        let outcome = look(repo.folder.path());
        let mut rules = outcome.rules();
        rules.dedup();
        if rules != case.broken {
            wrong.push(format!(
                "{}: broken {:?}, untestable {:?}",
                case.name, outcome.broken, outcome.untestable
            ));
        }
        let told = |(rule, words): &(&str, &str)| {
            outcome.untestable.get(*rule).is_some_and(|reason| reason.contains(words))
        };
        if !case.untestable.iter().all(told) || (case.untestable.is_empty() && !outcome.untestable.is_empty())
        {
            wrong.push(format!("{}: not testable {:?}", case.name, outcome.untestable));
        }
    }
    println!("{} cases", CASES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_of_history_is_kept_and_broken_in_some_case() {
    let broken: Vec<&str> = CASES.iter().flat_map(|case| case.broken).copied().collect();
    for rule in catalog::rules().filter(|rule| rule.cause == Cause::History && rule.left_to.is_none()) {
        assert!(broken.contains(&rule.id.as_str()), "no case breaks {}", rule.id);
    }
}

#[test]
fn the_rungs_are_those_of_the_ladder() {
    let rung = |build: &dyn Fn(&mut Repo)| {
        let mut repo = drafted();
        build(&mut repo);
        look(repo.folder.path()).rung.unwrap()
    };
    let words = |repo: &mut Repo| {
        approve(repo);
        repo.edit("pro.yaml", "minutes.md", "a talk on the phone");
        repo.commit(OMAR, "approve");
    };
    assert_eq!(rung(&words), Rung::Claimed);
    let trailer = |repo: &mut Repo| {
        approve(repo);
        repo.edit("pro.yaml", "minutes.md", "a talk on the phone");
        repo.commit(OMAR, "approve\n\nApproved-by: Anna <anna@home.example>");
    };
    assert_eq!(rung(&trailer), Rung::Recorded);
    let minutes = |repo: &mut Repo| {
        approve(repo);
        repo.commit(OMAR, "approve");
    };
    assert_eq!(rung(&minutes), Rung::Recorded);
    assert_eq!(look(reviewed(|repo| head(repo)).folder.path()).rung, Some(Rung::Reviewed));
    assert_eq!(look(approved().folder.path()).rung, Some(Rung::Committed));
    let tagged = |repo: &mut Repo| {
        approve(repo);
        let id = repo.commit(OMAR, "approve");
        repo.tag("approve/PRO-001/1.0", id, ANNA, "approved", None);
    };
    assert_eq!(rung(&tagged), Rung::Committed, "a tag that is not signed");
    let signed = |repo: &mut Repo| {
        approve(repo);
        repo.commit_signed(ANNA, "approve", &key(1), false);
    };
    assert_eq!(rung(&signed), Rung::Signed);
}

#[test]
fn a_shallow_clone_says_what_to_change() {
    let mut repo = approved();
    repo.write("other.md", "x");
    repo.commit(OMAR, "beside");
    let clone = repo.shallow();
    let outcome = look(clone.path());
    assert_eq!(outcome.broken, []);
    for rule in ["DOC-03", "DOC-22"] {
        assert!(outcome.untestable[rule].contains("shallow"), "{:?}", outcome.untestable);
    }
    assert_eq!(outcome.rung, Some(Rung::Recorded), "who committed the approval, it does not tell");
}

#[test]
fn a_tag_that_stands_elsewhere_is_told_once() {
    let mut repo = drafted();
    change(&repo);
    let other = repo.commit(WREN, "plural");
    repo.edit("pro.yaml", "Create the accounts.", "Create the account.");
    repo.commit(WREN, "no plural");
    approve(&repo);
    repo.commit(OMAR, "approve");
    repo.tag("approve/PRO-001/1.0", other, ANNA, "approved", Some(&key(1)));
    let [(rule, message)] = &look(repo.folder.path()).broken[..] else { panic!("one finding") };
    assert_eq!(rule, "DOC-14");
    assert_eq!(
        message,
        "the tag approve/PRO-001/1.0 does not prove the approval of `PRO-001`: it approves another content"
    );
}

#[test]
fn a_finding_names_the_commit_and_stands_at_the_approval() {
    let mut repo = approved();
    change(&repo);
    let id = repo.commit(WREN, "plural").to_string();
    let [(rule, message)] = &look(repo.folder.path()).broken[..] else { panic!("one finding") };
    assert_eq!(rule, "DOC-03");
    let expected = format!(
        "`PRO-001` was changed after its approval of 2026-03-03, by PER-002 on 2026-03-04 (commit {})",
        &id[..10]
    );
    assert_eq!(*message, expected);
}
