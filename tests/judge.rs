//! `probity judge` in a copy of an example: what is written, what is shown of it, when it has to be confirmed,
//! and that nothing is written where something is wrong.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind-first-gap");
const FILE: &str = "judgements/2024-05/8.6.1.yaml";
/// What makes a judgement complete.
const FACTS: [&str; 10] = [
    "--documented",
    "full",
    "--implemented",
    "full",
    "--evidenced",
    "full",
    "--effective",
    "unknown",
    "--occurrence",
    "occurred",
];

/// A copy of the example.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        copy(Path::new(EXAMPLE), home.0.path());
        home
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    fn text(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    fn probity(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_probity"))
            .args(["-C", &self.0.path().display().to_string()])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// What a run printed that has to go well.
    fn good(&self, arguments: &[&str]) -> String {
        let output = self.probity(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a run told that has to be refused, and left everything as it was.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = self.files();
        let output = self.probity(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(self.files(), before, "{arguments:?}");
        // On one line, wherever it was broken.
        let told = String::from_utf8(output.stderr).unwrap().replace('│', " ");
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A judgement with all that makes it complete.
    fn judge(&self, by: &str, point: &str, status: &str, rest: &[&str]) -> Vec<String> {
        let start = ["judge", point, status, "--by", by, "--confidence", "medium", "--because", "seen"];
        let all = start.iter().chain(&FACTS).chain(rest);
        all.map(|argument| (*argument).to_owned()).collect()
    }

    fn judged(&self, by: &str, point: &str, status: &str, rest: &[&str]) -> String {
        let arguments = self.judge(by, point, status, rest);
        self.good(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn not_judged(&self, by: &str, point: &str, status: &str, rest: &[&str]) -> String {
        let arguments = self.judge(by, point, status, rest);
        self.refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What is held of a point, as programs get it.
    fn point(&self, id: &str, flags: &[&str]) -> Value {
        let start = ["gap", "--format", "json", "--clause", id];
        let report = self.good(&start.iter().chain(flags).copied().collect::<Vec<_>>());
        let report: Value = serde_json::from_str(&report).unwrap();
        report["clauses"][0]["points"][0].clone()
    }

    fn shown(&self, id: &str) -> String {
        self.point(id, &[])["shown"].as_str().unwrap().to_owned()
    }

    /// The fingerprints of all that a check finds.
    fn findings(&self) -> Vec<String> {
        let report: Value =
            serde_json::from_slice(&self.probity(&["check", "--format", "json"]).stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["fingerprint"].to_string()).collect()
    }

    /// Every file with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![self.0.path().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    files.insert(entry.clone(), Vec::new());
                    folders.push(entry);
                } else {
                    files.insert(entry.clone(), fs::read(entry).unwrap());
                }
            }
        }
        files
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

const SLA: [&str; 4] = ["--evidence", "SLA-001", "--evidence", "a talk"];

#[test]
fn a_clause_is_judged_with_exceptions_and_nothing_else_is_found_fault_with() {
    let home = Home::new();
    let before = home.findings();
    let except = [
        "--except",
        "02,4,8.6.1/08",
        "--evidence",
        "SLA-001",
        "--evidence",
        "a talk: it's all kept #1",
        "--interviewee",
        "ROL-004",
        "--valid-until",
        "2024-11-17",
    ];
    let printed = home.judged("PER-004", "8.6.1", "--fulfilled", &except);
    assert!(printed.starts_with("judgements/2024-05/8.6.1.yaml: 8 judgements written\n"), "{printed}");
    assert!(
        printed.ends_with("8.6.1/01, 03, 05, 06, 07, 09, 10, 11: fulfilled: the judgement stands\n"),
        "{printed}"
    );
    assert_eq!(home.findings(), before);

    let point = home.point("8.6.1/07", &[]);
    let judgement = &point["judgements"][0];
    assert_eq!(point["shown"], "fulfilled");
    assert_eq!(judgement["id"], "CLA-2024-05-8.6.1-07");
    assert_eq!(judgement["path"], FILE);
    assert_eq!(judgement["by"], "PER-004");
    assert_eq!(judgement["on"], "2024-05-17");
    assert_eq!(judgement["evidence"][1], "a talk: it's all kept #1");
    assert_eq!(judgement["valid_until"], "2024-11-17");
    assert_eq!(judgement["doubts"].as_array().unwrap().len(), 0);
    assert_eq!(home.shown("8.6.1/08"), "not fulfilled", "what others judged stands");
}

#[test]
fn a_later_view_is_a_new_entry_that_takes_the_place_of_the_own_one() {
    let home = Home::new();
    home.judged("PER-004", "8.6.1/03", "--fulfilled", &SLA);
    let first = home.text(FILE);
    let printed = home.judged("PER-004", "8.6.1/03", "--partly", &[]);
    assert!(
        printed.contains("8.6.1/03   CLA-2024-05-8.6.1-03-2, in the place of CLA-2024-05-8.6.1-03\n"),
        "{printed}"
    );
    let second = home.text(FILE);
    assert!(second.starts_with(&first));
    assert!(second.ends_with("    supersedes: CLA-2024-05-8.6.1-03\n"), "{second}");
    let point = home.point("8.6.1/03", &[]);
    assert_eq!(point["shown"], "partly");
    assert_eq!(point["judgements"].as_array().unwrap().len(), 1);

    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &["--on", "2024-05-16"]);
    assert!(told.contains("`CLA-2024-05-8.6.1-03-2` of 2024-05-17 is later"), "{told}");
}

#[test]
fn the_judgement_of_somebody_else_is_not_replaced_unasked() {
    let home = Home::new();
    let told = home.not_judged("PER-004", "8.6.1/02", "--partly", &[]);
    assert!(told.contains("PER-013 has judged 8.6.1/02 (`CLA-122`)"), "{told}");
    assert!(told.contains("`--second-reader`, or in its place with `--supersede CLA-122`"), "{told}");
    let told = home.not_judged("PER-004", "8.6.1/02", "--partly", &["--supersede", "CLA-123"]);
    assert!(told.contains("did you mean `CLA-122`?"), "{told}");

    home.judged("PER-004", "8.6.1/02", "--partly", &["--supersede", "CLA-122"]);
    let judgements = home.point("8.6.1/02", &[])["judgements"].clone();
    assert_eq!(judgements.as_array().unwrap().len(), 1);
    assert_eq!(judgements[0]["by"], "PER-004");
}

#[test]
fn of_two_readers_the_stricter_one_is_shown() {
    let home = Home::new();
    home.judged("PER-004", "8.6.1/02", "--partly", &["--second-reader"]);
    assert!(!home.text(FILE).contains("supersedes"));
    assert!(!home.text(FILE).contains("second_reader"));
    let point = home.point("8.6.1/02", &[]);
    assert_eq!(point["shown"], "partly");
    assert_eq!(point["judgements"].as_array().unwrap().len(), 2);

    // Two judgements of one day on one point: only one can be named.
    let told = home.not_judged("PER-004", "8.6.1/02", "--partly", &["--supersede", "CLA-122"]);
    assert!(told.contains("`CLA-2024-05-8.6.1-02` and `CLA-122` are on the same point"), "{told}");

    // Once a reader, they write their own view anew, and that of the other stands.
    let printed = home.judged("PER-004", "8.6.1/02", "--fulfilled", &SLA);
    assert!(printed.contains("in the place of CLA-2024-05-8.6.1-02\n"), "{printed}");
    let point = home.point("8.6.1/02", &[]);
    assert_eq!(point["shown"], "fulfilled");
    assert_eq!(point["judgements"].as_array().unwrap().len(), 2);
}

#[test]
fn a_judgement_is_to_be_confirmed_when_what_was_seen_changes() {
    let home = Home::new();
    home.judged("PER-004", "8.6.1/03", "--fulfilled", &SLA);
    let slas = home.text("agreements/slas.yaml");
    fs::write(home.path("agreements/slas.yaml"), format!("# A comment changes nothing.\n{slas}")).unwrap();
    assert_eq!(home.shown("8.6.1/03"), "fulfilled");
    let title = slas.lines().find(|line| line.contains("title: ")).unwrap();
    fs::write(
        home.path("agreements/slas.yaml"),
        slas.replacen(title, &title.replace("title: ", "title: New "), 1),
    )
    .unwrap();
    let point = home.point("8.6.1/03", &[]);
    assert_eq!(point["shown"], "to be confirmed");
    assert_eq!(point["judgements"][0]["doubts"][0], "SLA-001 has changed since");
}

#[test]
fn a_judgement_is_to_be_confirmed_when_its_time_is_over() {
    let home = Home::new();
    home.judged("PER-004", "8.6.1/03", "--fulfilled", &[&SLA[..], &["--valid-until", "2024-06-30"]].concat());
    let on = |day: &str| home.point("8.6.1/03", &["--as-of", day])["judgements"][0]["doubts"].to_string();
    let over = "it was to be relied on until 2024-06-30";
    assert!(!on("2024-06-30").contains(over));
    assert!(on("2024-07-01").contains(over));
    assert_eq!(home.point("8.6.1/03", &["--as-of", "2024-05-16"])["shown"], "not judged");
}

#[test]
fn findings_that_were_known_do_not_count_against_it_and_new_ones_do() {
    let home = Home::new();
    // There is no procedure for major incidents.
    let printed = home.judged("PER-004", "8.6.1/07", "--fulfilled", &SLA);
    assert!(printed.contains("1 finding against it was known"), "{printed}");
    assert_eq!(home.shown("8.6.1/07"), "fulfilled");
    let written = home.text(FILE);
    let signals = written.lines().find(|line| line.contains("signals: ")).unwrap();
    fs::write(home.path(FILE), written.replace(&format!("{signals}\n"), "")).unwrap();
    assert_eq!(home.shown("8.6.1/07"), "to be confirmed");
}

#[test]
fn what_says_more_than_it_can_stand_for_is_refused() {
    let home = Home::new();
    let start = ["judge", "8.6.1/03", "--fulfilled", "--by", "PER-004", "--because", "seen"];
    let refused = |rest: &[&str]| home.refused(&start.iter().chain(rest).copied().collect::<Vec<_>>());
    let told = refused(&["--confidence", "low", "--evidence", "SLA-001"]);
    assert!(told.contains("low confidence does not support fulfilled"), "{told}");
    let told = refused(&["--confidence", "high", "--evidence", "SLA-001"]);
    assert!(told.contains("one source supports low confidence, and not fulfilled"), "{told}");
    let told = refused(&["--confidence", "high"]);
    assert!(told.contains("fulfilled rests on evidence, and none is given"), "{told}");
    let weak = [
        "--confidence",
        "high",
        "--evidence",
        "SLA-001",
        "--documented",
        "partial",
        "--evidenced",
        "partial",
    ];
    let told = refused(&weak);
    assert!(
        told.contains(
            "no more than partly follows, and not fulfilled: documented partial, evidenced partial"
        )
    );
    let none = ["--confidence", "high", "--evidence", "SLA-001", "--occurrence", "none-yet"];
    assert!(refused(&none).contains("nothing has happened yet, and fulfilled would need means to handle it"));
    let told =
        refused(&["--confidence", "high", "--evidence", "SLA-001", "--evidence", "evidence/nothing.md"]);
    assert!(told.contains("there is no file `evidence/nothing.md`"), "{told}");
}

#[test]
fn names_that_nothing_has_are_told_with_the_nearest() {
    let home = Home::new();
    let told = home.not_judged("PER-04", "8.6.1/03", "--partly", &[]);
    assert!(told.contains("there is no person `PER-04` help: did you mean `PER-004`?"), "{told}");
    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &["--interviewee", "ROL-04"]);
    assert!(told.contains("there is no role `ROL-04` help: did you mean `ROL-004`?"), "{told}");
    let told = home.not_judged("PER-004", "8.6.7/01", "--partly", &[]);
    assert!(told.contains("there is no clause or point `8.6.7/01` help: did you mean `8.6.1/01`?"), "{told}");
    let told = home.not_judged("PER-004", "8.6.1", "--partly", &["--except", "12"]);
    assert!(told.contains("clause 8.6.1 has no point `12`"), "{told}");
    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &["--campaign", "../.."]);
    assert!(told.contains("`../..` is no name for a campaign"), "{told}");
}

#[test]
fn a_machine_does_not_judge() {
    let home = Home::new();
    fs::write(home.path("roles/robot.yaml"), "{type: person, id: PER-099, title: Robot, kind: machine}\n")
        .unwrap();
    let told = home.not_judged("PER-099", "8.6.1/03", "--partly", &[]);
    assert!(told.contains("`PER-099` is a machine, and judging is for people"), "{told}");
}

#[test]
fn a_rehearsal_shows_what_would_be_and_writes_nothing() {
    let home = Home::new();
    let before = home.files();
    let printed = home.judged("PER-004", "8.6.1/03", "--fulfilled", &[&SLA[..], &["--dry-run"]].concat());
    assert!(printed.starts_with("  - id: CLA-2024-05-8.6.1-03\n"), "{printed}");
    assert!(printed.contains("1 judgement would be written\n"), "{printed}");
    assert!(printed.contains("8.6.1/03: fulfilled: the judgement stands\n"), "{printed}");
    assert_eq!(home.files(), before);
}

#[test]
fn a_file_that_a_person_keeps_stays_theirs() {
    let home = Home::new();
    let kept = "# Ours, since 2023.\r\ncollection:   clause-assessment\r\n\r\ndefaults: {classification: confidential}\r\nentries:\r\n-   {id: CLA-9, title: 'A point', requirement_id: \"8.6.1/05\", status: not-assessed}   # later";
    fs::create_dir_all(home.path("judgements/2024-05")).unwrap();
    fs::write(home.path(FILE), kept).unwrap();
    home.judged("PER-004", "8.6.1/03", "--fulfilled", &SLA);
    let written = home.text(FILE);
    let added = written.strip_prefix(kept).unwrap();
    assert!(added.starts_with("\r\n-   id: CLA-2024-05-8.6.1-03\r\n    title: "), "{added:?}");
    assert!(!added.replace("\r\n", "").contains('\n'));

    fs::write(home.path(FILE), "collection: clause-assessment\nentries: ~\n").unwrap();
    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &[]);
    assert!(told.contains("its `entries` are not written as a list"), "{told}");
    let second = "collection: clause-assessment\ndefaults: {second_reader: PER-013}\nentries:\n- id: CLA-9\n  title: x\n";
    fs::write(home.path(FILE), second).unwrap();
    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &[]);
    assert!(told.contains("its `defaults` would give `second_reader` to each new entry"), "{told}");
}

#[test]
fn what_would_not_be_read_is_told() {
    let home = Home::new();
    let toml = home.text("probity.toml");
    fs::write(home.path("probity.toml"), format!("{toml}\n[files]\nexclude = [\"judgements/2024-05/\"]\n"))
        .unwrap();
    let told = home.not_judged("PER-004", "8.6.1/03", "--partly", &[]);
    assert!(told.contains("`judgements/2024-05/8.6.1.yaml` is not read"), "{told}");
    fs::write(home.path("probity.toml"), toml).unwrap();
    fs::write(home.path(".gitignore"), "judgements/2024-05/\n").unwrap();
    let arguments = home.judge("PER-004", "8.6.1/03", "--partly", &[]);
    let output = home.probity(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("was written, and is not read"));
}

/// Where the folder cannot be written to, nothing is.
#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_stays_as_it_is() {
    use std::os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    };
    let home = Home::new();
    let folder = home.path("judgements");
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(home.0.path(), 0o755);
    mode(&folder, 0o555);
    let before = home.files();
    let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
    let program = tempfile::tempdir().unwrap();
    if fs::metadata(home.0.path()).unwrap().uid() == 0 {
        // To the administrator nothing is read-only, so that another user has to try.
        mode(program.path(), 0o755);
        let copied = program.path().join("probity");
        fs::copy(env!("CARGO_BIN_EXE_probity"), &copied).unwrap();
        command = Command::new(copied);
        command.uid(65534).gid(65534);
    }
    let arguments = home.judge("PER-004", "8.6.1/03", "--partly", &[]);
    command.current_dir(home.0.path()).args(arguments);
    // While another test starts a program, it holds the copy open for writing for a moment.
    let output = loop {
        match command.output() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            other => break other.unwrap(),
        }
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("cannot write `judgements/2024-05`"), "{told}");
    assert!(told.contains("permission is denied"), "{told}");
    assert_eq!(home.files(), before);
    mode(&folder, 0o755);
}

const ANSWERS: &str = r#"
answers:
  - point: 8.6.1/01
    status: fulfilled
    documented: full
    implemented: full
    evidenced: full
    effective: unknown
    occurrence: occurred
    confidence: high
    because: Ten of ten are recorded
    evidence: [INC-0388, talk]
    interviewees: [ROL-004]
  - point: "8.6.1/03"
    status: partly
    documented: partial
    implemented: partial
    evidenced: partial
    effective: none
    occurrence: occurred
    confidence: medium
    because: Known by heart and written nowhere
"#;

#[test]
fn the_answers_of_an_interview_are_taken_from_a_file_once() {
    let home = Home::new();
    let before = home.findings();
    fs::write(home.path("answers.txt"), ANSWERS).unwrap();
    let answers = home.path("answers.txt").display().to_string();
    let interview =
        ["judge", "--interview", "8.6", "--by", "PER-004", "--answers", &answers, "--campaign", "kick-off"];
    home.good(&interview);
    let written = home.text("judgements/kick-off/8.6.1.yaml");
    assert_eq!(written.matches("interviewees: [ROL-004]").count(), 2, "who was asked is carried over");
    assert!(written.contains("id: CLA-kick-off-8.6.1-03"));
    assert_eq!(home.findings(), before);
    let again = home.good(&interview);
    assert!(again.starts_with("passed over, since they are not asked: 8.6.1/01, 8.6.1/03\n"), "{again}");
    assert_eq!(home.text("judgements/kick-off/8.6.1.yaml"), written);
}

#[test]
fn of_answers_that_do_not_all_hold_none_is_written() {
    let home = Home::new();
    let wrong = ANSWERS.replace("effective: none", "effective: good").replace("8.6.1/01", "8.6.1/31");
    fs::write(home.path("answers.txt"), wrong).unwrap();
    let answers = home.path("answers.txt").display().to_string();
    let told = home.refused(&["judge", "--interview", "--by", "PER-004", "--answers", &answers]);
    assert!(told.contains("there is no point `8.6.1/31`"), "{told}");
    assert!(told.contains("`good` cannot stand here"), "{told}");
    let told = home.refused(&["judge", "--interview", "8.6.1", "--by", "PER-004"]);
    assert!(told.contains("an interview needs a terminal, and there is none"), "{told}");
}
