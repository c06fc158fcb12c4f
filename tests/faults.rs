//! Faults as auditors find them, made one by one in copies of `examples/northwind`: which rules tell of
//! each, and which faults nothing tells of, and why. The table is `tests/faults/northwind.yaml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    sync::Arc,
};

use probity::{
    catalog::Catalog,
    check,
    config::{Flags, find, load, settle},
    corpus::{self, Documents},
    model::{Content, File, Findings, Settings, Snapshot},
    report::terminal::{self, Look},
    text::Source,
    yaml::Limits,
};
use serde::Deserialize;

#[path = "../benches/support/corpus.rs"]
mod generated;

/// One fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    /// In words.
    #[serde(rename = "fault")]
    what: String,
    /// The file it is made in.
    file: String,
    /// What stands there.
    from: String,
    /// What is put in its place.
    to: String,
    /// Further edits of the same file, from and to in turn.
    #[serde(default)]
    and: Vec<String>,
    /// The rules that tell of it.
    #[serde(default)]
    found: Vec<String>,
    /// Why none does.
    silent: Option<String>,
    /// Whether it is one of those of `examples/northwind-drift`.
    #[serde(default)]
    drift: bool,
}

fn faults() -> Vec<Fault> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/northwind.yaml");
    serde_yaml::from_str(&fs::read_to_string(table).unwrap()).unwrap()
}

type Files = BTreeMap<String, Vec<u8>>;

impl Fault {
    /// Makes it.
    fn make(&self, files: &mut Files) {
        let mut text = String::from_utf8(files[&self.file].clone()).unwrap();
        let edits =
            [(&self.from, &self.to)].into_iter().chain(self.and.chunks(2).map(|edit| (&edit[0], &edit[1])));
        for (from, to) in edits {
            assert!(text.contains(from.as_str()), "{}: {from:?} does not stand in {}", self.what, self.file);
            text = text.replacen(from.as_str(), to, 1);
        }
        files.insert(self.file.clone(), text.into_bytes());
    }
}

fn files_of(root: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn example() -> (Files, Settings) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northwind");
    let files = files_of(&root);
    let written = load(&find(&root).unwrap()).unwrap();
    (files, settle(written, Flags::default(), chrono::DateTime::default()))
}

fn snapshot_of(files: &Files) -> Snapshot {
    let documents = files.iter().filter(|(path, _)| {
        Path::new(path).extension().is_some_and(|extension| extension == "yaml" || extension == "md")
    });
    let files_of = documents.map(|(path, bytes)| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        File { path: path.clone(), content: Content::Text(Arc::new(Source::new(path.as_str(), text))) }
    });
    Snapshot { files: files_of.collect(), attachments: Box::new(files.clone()), ..Snapshot::default() }
}

fn checked(files: &Files, settings: &Settings, catalog: &Catalog, extended: bool) -> Findings {
    let snapshot = snapshot_of(files);
    let corpus = corpus::read(&snapshot, &Limits::default());
    let judged = probity::model::Judged { extended, ..settings.judged() };
    check::run(&corpus, &Documents::of(&corpus, catalog), &judged)
}

/// A management system that somebody has begun: a third of the fields, six of ten entries, half of the files.
fn half_done(files: &Files) -> Files {
    const KEPT: [&str; 8] =
        ["type", "id", "title", "status", "collection", "entries", "defaults", "register"];
    let mut random = generated::Random::seeded(11);
    let mut thin = |fields: &mut serde_yaml::Mapping| {
        fields.retain(|key, _| key.as_str().is_some_and(|key| KEPT.contains(&key)) || random.below(3) == 0);
    };
    let mut chance = generated::Random::seeded(12);
    let mut left = Files::new();
    for (path, bytes) in files {
        if Path::new(path).extension().is_none_or(|extension| extension != "yaml") {
            left.insert(path.clone(), bytes.clone());
            continue;
        }
        let mut text = String::new();
        for document in serde_yaml::Deserializer::from_slice(bytes) {
            let mut document = serde_yaml::Mapping::deserialize(document).unwrap();
            if chance.below(2) == 0 {
                continue;
            }
            thin(&mut document);
            if let Some(serde_yaml::Value::Sequence(entries)) = document.get_mut("entries") {
                entries.retain(|_| chance.below(10) < 6);
                entries.iter_mut().filter_map(serde_yaml::Value::as_mapping_mut).for_each(&mut thin);
            }
            text.push_str("---\n");
            text.push_str(&serde_yaml::to_string(&document).unwrap());
        }
        if !text.is_empty() {
            left.insert(path.clone(), text.into_bytes());
        }
    }
    left
}

#[test]
fn a_half_done_system_gets_a_page_of_causes() {
    let (files, settings) = example();
    let files = half_done(&files);
    let findings = checked(&files, &settings, &Catalog::embedded(), false);
    assert!(findings.len() > 60, "{}", findings.len());
    let look = Look { width: 80, ..Look::OF_FILES };
    let page =
        terminal::check(&findings, &corpus::read(&snapshot_of(&files), &Limits::default()), &settings, &look);
    assert!(page.lines().count() <= 40, "{page}");
    // What is missing is told once by completeness and references; rules are for what is there.
    let missing = ["COMP-01", "REF-01", "REF-04", "FILE-10", "EXT-02"];
    let by_rules = findings.iter().filter(|finding| !missing.contains(&finding.rule.as_str())).count();
    assert!(by_rules * 5 < findings.len(), "{by_rules} of {}\n{page}", findings.len());
}

fn told(findings: &Findings) -> String {
    findings
        .iter()
        .map(|finding| {
            let line = finding.place.range.map_or(0, |range| range.start.line);
            format!("{} {}:{line} {}\n", finding.rule, finding.place.path, finding.message)
        })
        .collect()
}

#[test]
fn a_good_system_is_quiet_with_all_rules_on() {
    let (files, settings) = example();
    let findings = checked(&files, &settings, &Catalog::embedded(), true);
    assert!(findings.is_empty(), "{}", told(&findings));
    let applied = findings.rules.len();
    let kept: usize = findings.rules.values().map(|tally| tally.kept).sum();
    let open: usize = findings.rules.values().map(|tally| tally.untestable).sum();
    println!("{applied} rules applied, kept {kept} times, not testable {open} times");
}

#[test]
fn every_fault_is_found_or_its_silence_is_explained() {
    let (files, settings) = example();
    let catalog = Catalog::embedded();
    let faults = faults();
    let (mut wrong, mut found) = (String::new(), 0);
    for fault in &faults {
        let mut files = files.clone();
        fault.make(&mut files);
        let findings = checked(&files, &settings, &catalog, true);
        let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        let expected: BTreeSet<&str> = fault.found.iter().map(String::as_str).collect();
        found += usize::from(!rules.is_empty());
        if rules != expected || rules.is_empty() != fault.silent.is_some() {
            let _ = writeln!(
                wrong,
                "{}\n  found {rules:?}, expected {expected:?}\n{}",
                fault.what,
                told(&findings)
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(faults.len() >= 60);
    println!("{} faults, {found} found", faults.len());
}

/// `PROBITY_WRITE_DRIFT=1 cargo test --test faults` writes the example anew.
#[test]
fn the_drifted_example_is_the_good_one_with_a_dozen_faults() {
    let (mut files, settings) = example();
    // Each has its own words about itself.
    files.remove("README.md");
    let drift: Vec<Fault> = faults().into_iter().filter(|fault| fault.drift).collect();
    assert!(drift.len() >= 12, "{}", drift.len());
    for fault in &drift {
        fault.make(&mut files);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northwind-drift");
    if std::env::var_os("PROBITY_WRITE_DRIFT").is_some() {
        for (name, bytes) in &files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let mut found = files_of(&root);
    found.remove("README.md");
    let different: BTreeSet<&String> =
        files.keys().chain(found.keys()).filter(|name| files.get(*name) != found.get(*name)).collect();
    assert!(different.is_empty(), "{different:?}; to write them: PROBITY_WRITE_DRIFT=1");
    let findings = checked(&found, &settings, &Catalog::embedded(), false);
    let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    let expected: BTreeSet<&str> =
        drift.iter().flat_map(|fault| fault.found.iter().map(String::as_str)).collect();
    assert_eq!(rules, expected, "{}", told(&findings));
}
