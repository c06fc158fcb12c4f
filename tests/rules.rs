//! Each rule has one good and one bad input: a file or a folder in `tests/rules/ID/`, or a folder that
//! is built here where files cannot show it. The bad one breaks the rule and no other, the good one none.
//! Those of computed rules are laid over `tests/rules/base`, with all rules on, and the place is marked in
//! the bad one by a comment on the next line: `# ^ CHG-04`, the caret below where the finding begins. A rule
//! that some circumstance makes matter more has a third input, `worse`, in which it does.

#![cfg(unix)]

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink, net::UnixListener},
    path::Path,
    sync::{Arc, LazyLock},
};

use probity::{
    catalog::{self, Catalog},
    check,
    corpus::{self, Documents},
    model::{self, Cause, Content, File, Findings, Level},
    repository,
    text::Source,
    yaml::Limits,
};
use tempfile::TempDir;

#[path = "support/pipeline.rs"]
mod pipeline;

use pipeline::{findings, places, settings_of, snapshot};

#[test]
fn every_rule_is_kept_by_its_good_input_and_broken_by_its_bad_one() {
    // What history shows, `tests/control.rs` shows with histories.
    let told = |rule: &&model::Rule| rule.about.is_none() && rule.cause != Cause::History;
    for rule in catalog::rules().filter(told) {
        let (good, bad) = inputs(&rule.id);
        let kept = findings(&snapshot(good.path()));
        assert!(kept.is_empty(), "{}: good input gives {:?}", rule.id, places(&kept));
        let broken = findings(&snapshot(bad.path()));
        let rules: Vec<&str> = broken.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(rules, [rule.id.as_str()], "{:?}", places(&broken));
        for finding in &broken {
            // Completeness weighs as much as the heaviest of what is missing.
            if rule.id != "COMP-01" {
                assert_eq!((finding.level, finding.basis), (rule.severity, rule.basis));
            }
            assert_eq!(finding.cause, rule.cause);
            assert!(finding.help.is_some(), "{}: a finding without help", rule.id);
        }
    }
}

#[test]
fn every_computed_rule_is_kept_by_its_good_input_and_broken_at_its_place_by_its_bad_one() {
    let mut wrong = Vec::new();
    for rule in catalog::rules().filter(|rule| rule.computed.is_some()) {
        let [good, bad] = ["good", "bad"].map(|which| over_the_base(&rule.id, which));
        let kept = findings_of(good.path());
        let applied = kept.rules.get(&rule.id).is_some_and(|tally| tally.kept > 0);
        if !kept.is_empty() || !applied {
            wrong.push(format!("{}: good input gives {:?}, applied: {applied}", rule.id, places(&kept)));
        }
        let broken = findings_of(bad.path());
        let marked = marks(bad.path(), &rule.id);
        if places(&broken) != marked || marked.is_empty() {
            wrong.push(format!("{}: bad input gives {:?}, marked is {marked:?}", rule.id, places(&broken)));
        }
        // What makes it matter more is shown by a third input.
        let escalated = rule.computed.as_ref().and_then(|computed| computed.escalate.as_ref());
        if let Some((_, level)) = escalated {
            let worse = over_the_base(&rule.id, "worse");
            let found = findings_of(worse.path());
            if places(&found) != marks(worse.path(), &rule.id)
                || !found.iter().all(|finding| finding.level == *level)
            {
                wrong.push(format!("{}: worse input gives {:?}", rule.id, places(&found)));
            }
        }
        if broken.iter().any(|finding| finding.level != rule.severity) {
            wrong.push(format!("{}: its bad input is not told as {}", rule.id, rule.severity));
        }
        for finding in &broken {
            let rendered = format!("{} {}", finding.message, finding.help.as_deref().unwrap_or_default());
            if rendered.contains('{') || finding.message.ends_with('.') || finding.help.is_none() {
                wrong.push(format!("{}: {rendered}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_field_function_and_value_that_a_rule_names_is_there() {
    match Catalog::embedded().check_rules() {
        Ok(count) => println!("{count} computed rules"),
        Err(mistakes) => {
            panic!("{}", mistakes.iter().map(|mistake| format!("schemas/{mistake}\n")).collect::<String>())
        }
    }
}

#[test]
fn every_folder_of_inputs_belongs_to_a_rule() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "base" || catalog::rule(&name).is_some(), "`tests/rules/{name}` belongs to no rule");
    }
}

/// The base, and the good or the bad input of a rule on top of it.
fn over_the_base(rule: &str, which: &str) -> TempDir {
    let target = tempfile::tempdir().unwrap();
    copy(&folder().join("base"), target.path());
    let (file, inner) = (folder().join(rule).join(format!("{which}.yaml")), folder().join(rule).join(which));
    assert!(file.is_file() != inner.is_dir(), "{rule} has one {which} input");
    if file.is_file() {
        fs::copy(&file, target.path().join(format!("{which}.yaml"))).unwrap();
    } else {
        copy(&inner, target.path());
    }
    target
}

/// What a check finds by the `probity.toml` of a folder.
fn findings_of(root: &Path) -> Findings {
    let settings = settings_of(root);
    let snapshot = repository::work_tree_snapshot(root, &settings.patterns, None).unwrap();
    let corpus = corpus::read(&snapshot, &Limits::default());
    check::run(&corpus, &Documents::of(&corpus, &CATALOG), &settings.judged())
}

/// The marks of a rule, as places.
fn marks(root: &Path, rule: &str) -> Vec<String> {
    let mark = format!("^ {rule}");
    let mut marks = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for (number, line) in text.lines().enumerate() {
                if line.trim_start().starts_with('#') && line.ends_with(&mark) {
                    let column = line[..line.rfind('^').unwrap()].chars().count() + 1;
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                    marks.push(format!("{rule} {name}:{number}:{column}"));
                }
            }
        }
    }
    marks.sort();
    marks
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules"))
}

/// The good and the bad input of a rule, each in a folder of its own.
fn inputs(rule: &str) -> (TempDir, TempDir) {
    let (good, bad) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    if folder().join(rule).is_dir() {
        for entry in fs::read_dir(folder().join(rule)).unwrap() {
            let path = entry.unwrap().path();
            let target = match path.file_stem().and_then(|stem| stem.to_str()) {
                Some("good") => &good,
                Some("bad") => &bad,
                _ => panic!("{} is neither good nor bad", path.display()),
            };
            if path.is_dir() {
                copy(&path, target.path());
            } else {
                fs::copy(&path, target.path().join(path.file_name().unwrap())).unwrap();
            }
        }
    } else {
        build(rule, good.path(), bad.path());
    }
    let inputs = |folder: &TempDir| fs::read_dir(folder.path()).unwrap().count();
    assert!(inputs(&good) > 0 && inputs(&bad) > 0, "{rule} has no inputs");
    (good, bad)
}

/// Copies what is in a folder.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

const DOCUMENT: &str = "type: procedure\nid: PROC-001\ntitle: Restore a server\nstatus: draft\n";

/// Inputs that only a folder, and not a file, can show.
fn build(rule: &str, good: &Path, bad: &Path) {
    let write = |folder: &Path, name: &OsStr, text: &str| fs::write(folder.join(name), text).unwrap();
    write(good, OsStr::new("policy.yaml"), DOCUMENT);
    match rule {
        // A socket is there for everybody, also where tests run as root and may read every file.
        "FILE-01" => drop(UnixListener::bind(bad.join("policy.yaml")).unwrap()),
        "FILE-03" => write(bad, OsStr::new("large.yaml"), &"x".repeat(16 * 1024 * 1024 + 1)),
        "FILE-04" => {
            symlink("policy.yaml", good.join("current.yaml")).unwrap();
            symlink(good.join("policy.yaml"), bad.join("current.yaml")).unwrap();
        }
        "FILE-05" => write(bad, OsStr::from_bytes(b"caf\xE9.yaml"), DOCUMENT),
        "FILE-06" => {
            write(bad, OsStr::new("policy.yaml"), DOCUMENT);
            write(bad, OsStr::new("Policy.yaml"), &DOCUMENT.replace("PROC-001", "PROC-002"));
        }
        "FILE-08" => {
            git2::Repository::init(good).unwrap();
            git2::Repository::init(bad).unwrap();
            write(bad, OsStr::new("policy.yaml"), DOCUMENT);
            fs::write(bad.join(".git/index"), "not an index").unwrap();
        }
        "FILE-09" => {
            write(bad, OsStr::new("policy.yaml"), DOCUMENT);
            git2::Repository::init(bad.join("vendor")).unwrap();
        }
        "YAML-12" => write(bad, OsStr::new("many.yaml"), &"- a\n".repeat(1_000_001)),
        "YAML-13" => {
            let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
            for (from, to) in ["a", "b", "c", "d", "e", "f"].iter().zip(["b", "c", "d", "e", "f", "g"]) {
                let ten = [format!("*{from}").as_str(); 10].join(", ");
                writeln!(text, "{to}: &{to} [{ten}]").unwrap();
            }
            write(bad, OsStr::new("bomb.yaml"), &text);
        }
        _ => panic!("{rule} has no folder in tests/rules and is not built here"),
    }
}

/// A rule about incidents with this `assert`, and what is wrong with it: column and message.
fn wrong_with(assert: &str) -> Option<String> {
    let rule = format!(
        "- id: OWN-01\n  type: incident\n  severity: warning\n  basis: own-rule\n  cause: content\n  says: a\n  assert: {assert}\n  message: b\n  help: c\n  explain: d\n"
    );
    let source = Arc::new(Source::new("probity/rules/own.yaml", rule));
    let own = File { path: "probity/rules/own.yaml".into(), content: Content::Text(source) };
    let mistakes = Catalog::with_own(&[], &[own], &[]).err()?;
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Some(told.join("\n").replace("probity/rules/own.yaml:7:", ""))
}

#[test]
fn what_a_rule_asks_wrongly_is_told_when_it_is_read() {
    assert_eq!(wrong_with("has(self.problem) && ref(self.problem).state == 'closed'"), None);
    let cases = [
        ("self.opend_at < as_of", "there is no field `opend_at`; did you mean `opened_at`?"),
        ("has(ref(self.problem).cause)", "there is no field `cause`"),
        ("self.state == 'clsed'", "`clsed`"),
        ("szie(self.affected_items) > 0", "there is no function `szie`; did you mean `size`?"),
        ("self.referrers('problm', 'incidents') == []", "there is no record type `problm`"),
        (
            "size(self.referrers('document', 'related')) > 0",
            "`referrers` asks for one type, and this is a category",
        ),
        ("size(self.referrers('problem', 'incidnts')) > 0", "there is no field `incidnts`"),
        ("size(months('incident', 'title')) > 0", "this field holds no date"),
        ("self.opened_at > duration('soon')", "this is no duration such as P1M or PT4H"),
        ("self.problem.state == 'closed'", "`ref(..)` gives the document"),
        ("startsWith(self.opened_at, 'x')", "is no text"),
    ];
    for (assert, expected) in cases {
        let told = wrong_with(assert).unwrap_or_default();
        assert!(told.contains(expected), "{assert}: {told}");
    }
}

const OWN: &str = "\
- id: OWN-01
  type: role
  severity: warning
  basis: own-rule
  cause: content
  says: there are incidents
  assert: size(all('incident')) > 0
  message: none
  help: none
  explain: none
";

#[test]
fn what_lies_in_an_extract_that_is_not_at_hand_is_not_testable() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir_all(folder.path().join("probity/rules")).unwrap();
    write("probity/rules/own.yaml", OWN);
    write("role.yaml", "{type: role, id: ROL-001, title: Change manager}\n");
    let tally = || findings(&snapshot(folder.path())).rules["OWN-01"].clone();
    assert_eq!((tally().broken, tally().untestable), (1, 0));
    let digest = "0".repeat(64);
    let extract = format!(
        "type: extract\nid: EXT-1\ntitle: Incidents\nof: incident\nfile: a.jsonl\nsha256: {digest}\n"
    );
    write("extract.yaml", &extract);
    assert_eq!((tally().broken, tally().untestable), (0, 1));
}

#[test]
fn a_level_holds_for_every_rule_but_hides_nothing_that_was_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("probity.toml", "[rules.levels]\nYAML-01 = \"off\"\nSHAPE-03 = \"info\"\nTYPE-01 = \"off\"\n");
    write("unread.yaml", "type: role\nid: ROL-001\ntitle: A: b\n");
    write("shape.yaml", "type: role\nid: ROL-002\ntitle: A\napproves: 3\n");
    write("type.yaml", "type: rle\nid: ROL-003\ntitle: A\n");
    let found = findings_of(folder.path());
    let told: Vec<(&str, Level)> =
        found.iter().map(|finding| (finding.rule.as_str(), finding.level)).collect();
    assert_eq!(told, [("SHAPE-03", Level::Info), ("YAML-01", Level::Error)]);
}
