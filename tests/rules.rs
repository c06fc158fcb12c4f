//! Each rule has one good and one bad input: a file or a folder in `tests/rules/ID/`, or a folder that
//! is built here where files cannot show it. The bad one breaks the rule and no other, the good one none.

#![cfg(unix)]

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink, net::UnixListener},
    path::Path,
};

use probity::catalog;
use tempfile::TempDir;

#[path = "support/pipeline.rs"]
mod pipeline;

use pipeline::{findings, places, snapshot};

#[test]
fn every_rule_is_kept_by_its_good_input_and_broken_by_its_bad_one() {
    for rule in catalog::rules() {
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
fn every_folder_of_inputs_belongs_to_a_rule() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(catalog::rule(&name).is_some(), "`tests/rules/{name}` belongs to no rule");
    }
}

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
