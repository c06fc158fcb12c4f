//! What a check is printed as for forges, test runners and editors: each format on one sample that holds every odd
//! case, and all of them on an example, where they have to tell the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use probity::{
    catalog::Catalog,
    lens::{Base, Bend, Direction, Since},
    model::{
        Blind, Cause, Draft, Findings, Held, Level, Place, Rule, RuleTally, Seen, Settings, Tested, Untested,
        Waived,
    },
    report::{checked::Checked, github, gitlab, junit, markdown, sarif},
    text::{Source, Span},
};
use serde_json::Value;

#[path = "support/pipeline.rs"]
mod pipeline;
#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use pipeline::settings;
use program::probity;
use repo::{Repo, Who};

const AOIFE: Who = ("Aoife", "aoife@example.org");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What is hard for one format or another.
const ODD: &str = "`]]>` 100%\r\n::error::x <script>alert(1)</script> \u{1b}[31m\u{202e}drow [a](http://b.example) {0} \u{ffff}&amp;";

/// All that a check may come to, with nothing missing that is hard to write.
struct Sample {
    catalog: Catalog,
    findings: Findings,
    settings: Settings,
}

fn rule(catalog: &Catalog, id: &str, severity: Level) -> Rule {
    Rule { severity, ..catalog.rule(id).unwrap_or_else(|| panic!("there is a rule {id}")).clone() }
}

impl Sample {
    fn new() -> Self {
        let catalog = Catalog::embedded();
        let odd = Source::new("a b/100%#é:x.yaml", "名: 1\n名: 🙂 2\nmore: |\n  a\n  b\n");
        let other = Source::new("roles.yaml", "id: ROL-001\n");
        let span = |source: &Source, needle: &str| {
            let start = source.text().find(needle).unwrap();
            Place::within(source, Span::new(start, start + needle.len()))
        };
        let of = |id: &str, level: Level| rule(&catalog, id, level);
        let findings = vec![
            Draft::new(&of("YAML-06", Level::Error), span(&odd, "名: 🙂"), ODD)
                .field("名", "名")
                .label(Some("again\u{7} here".to_owned()))
                .note(span(&odd, "名"), "first here")
                .note(span(&other, "ROL-001"), ODD)
                .help(ODD.to_owned())
                .finish(),
            Draft::new(
                &of("COMP-01", Level::Warning),
                span(&odd, "more: |\n  a\n  b"),
                "lacks 1 of 2: owner",
            )
            .subject("POL-001")
            .finish(),
            Draft::new(&of("FILE-02", Level::Error), Place::file("picture.yaml"), "the file is no text")
                .untested(Some(Untested::File))
                .finish(),
            Draft::new(&of("REF-04", Level::Info), span(&other, "id"), "nothing refers to it").finish(),
            Draft::new(&of("REF-01", Level::Error), span(&other, "ROL-001"), "there is no role `ROL-001`")
                .finish(),
            Draft::new(&of("REF-01", Level::Error), span(&other, "ROL-001"), "there is no role `ROL-001`")
                .finish(),
            Draft::new(
                &Rule { id: "REQ-8.6.1/07".to_owned(), ..of("COMP-01", Level::Error) },
                Place::file("probity.toml"),
                "missing: Major incident procedure",
            )
            .finish(),
        ];
        let tested = Tested { files: 3, untested_files: 1, documents: 2, ignored: 1, ..Tested::default() };
        let tally = |kept, broken, untestable, reason: Option<&str>| RuleTally {
            kept,
            broken,
            untestable,
            reason: reason.map(str::to_owned),
        };
        let rules = BTreeMap::from([
            ("CHG-03".to_owned(), tally(3, 0, 0, None)),
            ("CHG-04".to_owned(), tally(1, 0, 2, Some("`decided_at` is absent \u{1b}"))),
            ("COMP-01".to_owned(), tally(4, 1, 0, None)),
        ]);
        let mut findings = Findings::new(findings, tested).with_rules(rules);
        let accepted = findings.iter().find(|finding| finding.rule == "REF-01").unwrap().fingerprint.clone();
        findings.waive(|finding| {
            let waiver = || Waived { waiver: "WAI-001".to_owned(), until: "2026-09-30".to_owned() };
            (finding.fingerprint == accepted).then(waiver)
        });
        findings.history = Some(Seen { commits: 3, approvals: 2, before: 0, blind: Some(Blind::shallow()) });
        Self { catalog, findings, settings: settings() }
    }

    fn checked<'c>(&'c self, since: Option<&'c Since>) -> Checked<'c> {
        Checked {
            findings: &self.findings,
            settings: &self.settings,
            catalog: &self.catalog,
            since,
            allow_loosened: false,
            passed: false,
            prefix: "sms/",
        }
    }
}

fn since() -> Since {
    let bend = |name: &str| Bend {
        name: name.to_owned(),
        before: Some("error".to_owned()),
        after: None,
        direction: Direction::Loosened,
    };
    Since {
        base: Base::Point(Held::Index),
        loosened: vec![bend("rules.levels.CHG-03"), bend("waiver \u{1b}]]>")],
        uncompared: None,
        older: 4,
        gone: 1,
    }
}

type Render = fn(&Checked<'_>) -> String;
const FORMATS: [(&str, Render); 5] = [
    ("sarif", sarif::render),
    ("junit", junit::render),
    ("github", github::render),
    ("gitlab", gitlab::render),
    ("markdown", markdown::render),
];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn each_format_tells_what_is_odd_in_its_own_way() {
    let sample = Sample::new();
    for (name, render) in FORMATS {
        let text = render(&sample.checked(None));
        assert_eq!(text, render(&sample.checked(None)), "{name}: the same input gives the same bytes");
        let raw = |character: char| matches!(character, '\u{1b}' | '\u{202e}' | '\u{7}' | '\r');
        assert!(!text.contains(raw), "{name}: no character that acts on its reader");
        insta::assert_snapshot!(name, text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }
}

#[test]
fn each_format_tells_what_a_change_loosened() {
    let (sample, since) = (Sample::new(), since());
    let allowed = Checked { allow_loosened: true, ..sample.checked(Some(&since)) };
    let told = |render: Render| (render(&sample.checked(Some(&since))), render(&allowed));

    let (fails, passes) = told(sarif::render);
    let of = |text: &str| {
        let notes = parsed(text)["runs"][0]["invocations"][0]["toolConfigurationNotifications"].clone();
        notes
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["level"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((of(&fails), of(&passes)), (vec!["error".to_owned(); 2], vec!["note".to_owned(); 2]));
    assert!(fails.contains("Loosened in the same change: rules.levels.CHG-03: error → -."), "{fails}");

    let (fails, passes) = told(junit::render);
    assert!(
        fails.contains("<failure type=\"loosened\" message=\"2 settings loosened in the same change\">"),
        "{fails}"
    );
    assert!(
        !passes.contains("type=\"loosened\"") && passes.contains("which is allowed: rules.levels.CHG-03")
    );

    let (fails, passes) = told(github::render);
    assert!(
        fails.starts_with("::error file=sms/probity.toml,title=loosened::loosened in the same change: "),
        "{fails}"
    );
    assert!(!passes.contains("title=loosened") && passes.contains("which is allowed: rules.levels.CHG-03"));

    let (fails, passes) = told(gitlab::render);
    let first = |text: &str| {
        let issues = parsed(text);
        let issues = issues.as_array().unwrap().clone();
        let found = issues.into_iter().find(|issue| issue["check_name"] == "loosened rules.levels.CHG-03");
        found.unwrap()["severity"].clone()
    };
    assert_eq!((first(&fails), first(&passes)), (Value::from("major"), Value::from("info")));

    let (fails, passes) = told(markdown::render);
    assert!(
        fails.contains("loosened in the same change&#58; rules.levels.CHG-03")
            && passes.contains("which is allowed")
    );
    for (_, render) in FORMATS {
        assert!(render(&allowed).contains("new since index") || render(&allowed).contains("New since index"));
    }
}

#[test]
fn a_test_fails_if_and_only_if_its_finding_fails_the_check() {
    let mut sample = Sample::new();
    let failures = |sample: &Sample| junit::render(&sample.checked(None)).matches("<failure ").count();
    for (gate, expected) in [(Level::Error, 4), (Level::Warning, 5), (Level::Info, 6)] {
        sample.settings.fail_on.value = gate;
        assert_eq!(failures(&sample), expected, "{gate}");
    }
    let time = Rule { cause: Cause::Time, ..rule(&sample.catalog, "OBJ-04", Level::Error) };
    let overdue = Draft::new(&time, Place::file("a.yaml"), "overdue").finish();
    sample.findings = Findings::new(vec![overdue], Tested::default());
    assert_eq!(failures(&sample), 1);
    let since = Since { loosened: Vec::new(), ..since() };
    let suites = junit::render(&sample.checked(Some(&since)));
    assert!(
        !suites.contains("<failure ") && suites.contains("\"error, and only time brought it\""),
        "{suites}"
    );
}

#[test]
fn no_format_is_given_more_than_its_reader_takes() {
    let catalog = Catalog::embedded();
    let (error, info) = (rule(&catalog, "YAML-06", Level::Error), rule(&catalog, "YAML-06", Level::Info));
    let source = Source::new("a.yaml", "a: 1\n");
    let finding = |rule: &Rule, number: usize| {
        let place = Place::within(&source, Span::new(0, 1));
        let draft = Draft::new(rule, place, "m").fact("number", number.to_string());
        (0..120)
            .fold(
                draft,
                |draft, _| if number == 0 { draft.note(Place::file("b.yaml"), "here too") } else { draft },
            )
            .finish()
    };
    let list = (0..25_010).map(|number| finding(if number < 12 { &error } else { &info }, number));
    let sample = Sample {
        findings: Findings::new(list.collect(), Tested { files: 1, documents: 1, ..Tested::default() }),
        catalog,
        settings: settings(),
    };
    let checked = Checked { prefix: "", ..sample.checked(None) };

    let log = parsed(&sarif::render(&checked));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let errors = results.iter().take_while(|result| result["level"] == "error");
    assert_eq!((results.len(), errors.count()), (25_000, 12), "the worst are kept");
    let related =
        results.iter().map(|result| result["relatedLocations"].as_array().map_or(0, Vec::len)).max();
    assert_eq!(related, Some(99));
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["message"]["text"], "10 of 25010 findings are left out here.");

    let suites = junit::render(&checked);
    assert_eq!(suites.matches("<failure ").count(), 12);
    assert!(suites.contains("15010 of 25010 findings are left out here") && suites.len() < 30_000_000);

    let annotations = github::render(&checked);
    let count = |kind: &str| annotations.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 0, 10));
    assert!(
        annotations.contains("%0A24991 findings not shown here; `probity check -v` shows all"),
        "{annotations}"
    );

    assert!(markdown::render(&checked).len() < 1024 * 1024);
    assert_eq!(parsed(&gitlab::render(&checked)).as_array().unwrap().len(), 25_010);
}

#[test]
fn of_findings_that_are_very_long_no_more_are_told_than_fit() {
    let mut sample = Sample::new();
    let rule = rule(&sample.catalog, "YAML-06", Level::Error);
    let long = "x".repeat(5_000);
    let finding = |number: usize| {
        let draft = Draft::new(&rule, Place::file("a.yaml"), long.clone()).fact("number", number.to_string());
        (0..20).fold(draft, |draft, _| draft.note(Place::file("b.yaml"), long.clone())).finish()
    };
    sample.findings = Findings::new((0..2_000).map(finding).collect(), Tested::default());
    let suites = junit::render(&sample.checked(None));
    assert!(
        suites.len() < 11_000_000 && suites.contains(" of 2000 findings are left out here"),
        "{}",
        suites.len()
    );
    assert!(markdown::render(&sample.checked(None)).len() < 1024 * 1024);
    let annotations = github::render(&sample.checked(None));
    assert!(annotations.lines().all(|line| line.len() < 64 * 1024), "GitHub takes no longer message");
}

/// How many findings of each level, and all fingerprints.
type Told = (BTreeMap<String, usize>, BTreeSet<String>);

fn told<'v>(found: impl Iterator<Item = (&'v str, &'v str)>) -> Told {
    let (mut levels, mut prints) = (BTreeMap::new(), BTreeSet::new());
    for (level, print) in found {
        *levels.entry(level.to_owned()).or_default() += 1;
        assert!(prints.insert(print.to_owned()), "{print} stands twice");
    }
    (levels, prints)
}

fn named<'n>(name: &'n str, names: &[(&'n str, &'n str)]) -> &'n str {
    names.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| ours)
}

#[test]
fn all_formats_tell_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for example in ["northwind-drift", "faulty", "northwind-first-gap"] {
        let root = Path::new(ROOT).join("examples").join(example);
        let file = |name: &str| folder.path().join(name);
        let names = ["json", "sarif", "junit", "gitlab", "github", "markdown"];
        let outputs: Vec<String> =
            names.iter().map(|name| format!("--output={name}={}", file(name).display())).collect();
        let mut arguments = vec!["check", "-q"];
        arguments.extend(outputs.iter().map(String::as_str));
        let (code, stdout, stderr) = probity(&root, &arguments);
        assert_eq!((code, stderr.as_str()), (1, ""), "{example}");
        assert!(stdout.contains("found: "), "standard output goes on: {stdout}");
        let read = |name: &str| fs::read_to_string(file(name)).unwrap();
        for name in names.iter().filter(|_| example == "faulty") {
            assert_eq!(probity(&root, &["check", "--format", name]).1, read(name), "{example}: {name}");
        }

        let report = parsed(&read("json"));
        let findings = report["findings"].as_array().unwrap();
        let text = |value: &'static str| move |of: &Value| of[value].as_str().unwrap().to_owned();
        let listed: Vec<(String, String)> =
            findings.iter().map(|finding| (text("level")(finding), text("fingerprint")(finding))).collect();
        let expected = told(listed.iter().map(|(level, print)| (level.as_str(), print.as_str())));
        assert!(expected.1.len() >= 14, "{example}: {}", expected.1.len());

        let log = parsed(&read("sarif"));
        let results = log["runs"][0]["results"].as_array().unwrap();
        let result = |result: &'_ Value| {
            let print = result["partialFingerprints"]["probity/v1"].as_str().unwrap().to_owned();
            (named(result["level"].as_str().unwrap(), &[("note", "info")]).to_owned(), print)
        };
        let listed: Vec<(String, String)> = results.iter().map(result).collect();
        assert_eq!(told(listed.iter().map(|(a, b)| (a.as_str(), b.as_str()))), expected, "{example}: sarif");

        let issues = parsed(&read("gitlab"));
        let ours = [("major", "error"), ("minor", "warning")];
        let issue =
            |issue: &Value| (named(&text("severity")(issue), &ours).to_owned(), text("fingerprint")(issue));
        let listed: Vec<(String, String)> = issues.as_array().unwrap().iter().map(issue).collect();
        let of_findings = listed.iter().filter(|(_, print)| print.starts_with("v1:"));
        assert_eq!(told(of_findings.map(|(a, b)| (a.as_str(), b.as_str()))), expected, "{example}: gitlab");

        let suites = read("junit");
        let prints: BTreeSet<String> =
            suites.split("fingerprint: ").skip(1).map(|rest| rest[..35].to_owned()).collect();
        assert_eq!(prints, expected.1, "{example}: junit");
        let count = |level: &str| expected.0.get(level).copied().unwrap_or_default();
        let failures = |kind: &str| suites.matches(&format!("<failure type=\"{kind}\"")).count();
        assert_eq!((failures("error"), failures("warning")), (count("error"), 0), "{example}: junit");
        assert_eq!(
            suites.matches("<skipped message=\"warning, and the gate is error\"").count(),
            count("warning")
        );

        let annotations = read("github");
        let shown = |kind: &str| {
            annotations.lines().filter(|line| line.starts_with(&format!("::{kind} file="))).count()
        };
        let (error, warning, info) = (count("error"), count("warning"), count("info"));
        assert_eq!(
            (shown("error"), shown("warning"), shown("notice")),
            (error.min(10), warning.min(10), info.min(9))
        );
        let rest = expected.1.len() - shown("error") - shown("warning") - shown("notice");
        let notice = annotations.lines().last().unwrap();
        assert_eq!(notice.contains("not shown here"), rest > 0, "{notice}");
        assert!(rest == 0 || notice.contains(&format!("%0A{rest} finding")), "{rest}: {notice}");
        assert!(notice.contains(&format!("found: {error} errors")), "{notice}");
        assert!(read("markdown").contains(&format!("Found: {error} errors")), "{example}: markdown");
    }
}

#[test]
fn paths_are_those_of_the_git_repository() {
    let mut repo = Repo::new();
    repo.write("sms/it's 1/probity.toml", "[audit]\nas_of = 2026-06-30\n\n[gate]\nneeded_by = \"stage-1\"\n");
    repo.write("sms/it's 1/a.yaml", "a: 1\na: 2\n");
    repo.commit(AOIFE, "begin");
    let folder = repo.path("sms/it's 1");
    let print = |format: &str| probity(&folder, &["check", "--format", format]).1;
    assert!(print("sarif").contains("\"uri\": \"sms/it%27s%201/a.yaml\""));
    assert!(print("gitlab").contains("\"path\": \"sms/it's 1/a.yaml\""));
    assert!(print("github").contains("::error file=sms/it's 1/a.yaml,line=2,endLine=2,col=1,"));
    // What is missing stands where the stage is asked for.
    assert!(
        print("github")
            .contains("::error file=sms/it's 1/probity.toml,line=5,endLine=5,col=13,endColumn=13,title=REQ-")
    );
    assert!(print("json").contains("\"path\": \"a.yaml\""), "but this one stays as it was");

    let without = tempfile::tempdir().unwrap();
    fs::write(without.path().join("a.yaml"), "a: 1\na: 2\n").unwrap();
    let (code, text, _) = probity(without.path(), &["check", "--format", "gitlab", "--needed-by", "stage-1"]);
    assert!(
        code == 1 && text.contains("\"path\": \"a.yaml\"") && text.contains("\"path\": \"probity.toml\""),
        "{text}"
    );
}

#[test]
fn only_what_is_new_is_told_in_every_format() {
    let mut repo = Repo::new();
    let settings = "[audit]\nas_of = 2026-06-30\n\n[gate]\nfail_on = \"warning\"\n";
    repo.write("probity.toml", settings);
    repo.write("a.yaml", "a: 1\na: 2\n");
    repo.commit(AOIFE, "begin");
    repo.write("b.yaml", "b: 1\nb: 2\n");
    repo.write("probity.toml", settings.replace("warning", "error"));
    let run =
        |format: &str| probity(repo.folder.path(), &["check", "--new-since", "HEAD", "--format", format]);
    for format in ["sarif", "junit", "github", "gitlab", "markdown"] {
        let (code, text, _) = run(format);
        assert_eq!(code, 1, "{format}");
        assert!(text.contains("b.yaml") && !text.contains("a.yaml"), "{format}: {text}");
        assert!(
            text.contains("gate.fail") && text.contains("oosened in the same change"),
            "{format}: {text}"
        );
    }
}

#[test]
fn a_report_stands_in_for_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
    write("probity.toml", "[audit]\nas_of = 2026-06-30\n");
    write("a.yaml", "a: 1\na: 2\n");
    write("b.yaml", "b: 1\nb: 2\n");
    let baseline = root.join("baseline.json").display().to_string();
    assert_eq!(probity(root, &["check", "-q", "--output", &format!("json={baseline}")]).0, 1);
    let run = |more: &[&str]| probity(root, &[&["check", "--baseline", baseline.as_str()], more].concat());

    let (code, text, _) = run(&["-q"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.starts_with("whether anything was loosened is not known; a report does not hold the settings"),
        "{text}"
    );
    assert!(text.ends_with("new since the report `baseline.json`; 4 older findings not shown\n"), "{text}");

    fs::remove_file(root.join("a.yaml")).unwrap();
    write("c.yaml", "\nc: 1\nc: 2\n");
    let (code, text, _) = run(&["-q"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("2 older findings not shown, 2 gone\n"), "{text}");
    let report = parsed(&run(&["--format", "json"]).1);
    assert_eq!(report["new_since"]["baseline"], "baseline.json");
    assert_eq!(
        (&report["new_since"]["older"], &report["new_since"]["gone"]),
        (&Value::from(2), &Value::from(2))
    );
    assert!(
        report["findings"].as_array().unwrap().iter().all(|finding| finding["place"]["path"] == "c.yaml")
    );

    // One that is only part of the truth, or none at all, is refused.
    let part = root.join("part.json").display().to_string();
    let _ = run(&["--output", &format!("json={part}")]);
    let refused = |file: &str| {
        let (code, _, error) = probity(root, &["check", "--baseline", file]);
        assert_eq!(code, 2, "{error}");
        error
    };
    assert!(refused(&part).contains("it holds only findings that were new"));
    assert!(refused(&root.join("probity.toml").display().to_string()).contains("it is no report of"));
    let (code, _, error) = probity(root, &["check", "--baseline", "/nowhere.json"]);
    assert!(code == 3 && error.contains("cannot read `/nowhere.json`"), "{error}");
    let (code, _, error) = run(&["--output", &format!("json={baseline}")]);
    assert!(code == 2 && error.contains("is named twice"), "{error}");
}
