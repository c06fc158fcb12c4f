//! The beginning: `init` and `new`, run as a person runs them in a folder of their own.

mod support {
    pub mod program;
}

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use support::program::probity;

fn init(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    probity(folder, &[&["init", "--org", "Nørrebro \"IT\" 🙂"], arguments].concat())
}

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

/// Every file below a folder with its text, but for what git keeps.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// What a gap analysis counts of points that nobody has judged.
fn counted(folder: &Path) -> (usize, usize) {
    let (code, out, errors) = probity(folder, &["gap", "--format", "json"]);
    assert_eq!(code, 0, "{errors}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let states =
        report["clauses"].as_array().unwrap().iter().flat_map(|clause| clause["points"].as_array().unwrap());
    let count = |wanted: &str| states.clone().filter(|point| point["machine"] == wanted).count();
    let (found, partly) = (count("material found"), count("partly found"));
    assert_eq!(found + partly + count("nothing found"), 319, "every point has one of these states");
    (found, partly)
}

#[test]
fn prompts_are_no_material_and_no_finding_whatever_the_profile() {
    for profile in ["minimal", "stage-1", "full"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, out, errors) = init(folder.path(), &["--profile", profile]);
        assert_eq!(code, 0, "{errors}");
        assert!(out.contains("written           probity.toml"), "{out}");
        let (code, out, errors) = probity(folder.path(), &["check"]);
        assert!(code == 0 && out.contains("found: nothing\n") && out.lines().count() <= 40, "{out}{errors}");
        assert_eq!(counted(folder.path()), (0, 0), "{profile}");
    }
}

#[test]
fn a_draft_that_says_something_is_found_in_part() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path(), &["--profile", "full"]);
    let path = "procedures/major-incident-procedure.yaml";
    let filled =
        text(folder.path(), path).replace("# trigger:  # When", "trigger: A whole service is down  # When");
    assert!(filled.contains("\ntrigger: A whole"));
    fs::write(folder.path().join(path), filled).unwrap();
    let (found, partly) = counted(folder.path());
    assert!(found == 0 && partly > 0, "{found} {partly}");
    let (_, out, _) = probity(folder.path(), &["list", "required", "--needed-by", "stage-1"]);
    assert!(
        out.contains("PRO-003 is not in force") && out.contains("CAP-001 is a draft and says nothing yet"),
        "{out}"
    );
}

#[test]
fn what_is_there_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sms.yaml"), "type: role\nid: ROL-1\ntitle: Mine\n").unwrap();
    fs::write(folder.path().join(".gitignore"), "mine\n").unwrap();
    let before = files(folder.path());
    let (code, out, _) = init(folder.path(), &["--dry-run"]);
    assert!(code == 0 && out.contains("would be written  probity.toml"), "{out}");
    assert_eq!(files(folder.path()), before, "a rehearsal writes nothing");
    let (code, out, _) = init(folder.path(), &[]);
    assert!(
        code == 0
            && out.contains("left as it is     sms.yaml")
            && out.contains("left as it is     .gitignore"),
        "{out}"
    );
    let after = files(folder.path());
    assert!(before.iter().all(|file| after.contains(file)));
    let (code, out, _) = probity(folder.path(), &["init"]);
    assert!(code == 0 && out.contains("0 files written, 6 left"), "a second time changes nothing: {out}");
    assert_eq!(files(folder.path()), after);
}

#[test]
fn without_a_name_nothing_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, errors) = probity(folder.path(), &["init"]);
    assert!(code == 2 && errors.contains("--org"), "{errors}");
    assert!(files(folder.path()).is_empty());
    for name in ["", " ", "a\nb", &"x".repeat(501)] {
        let (code, _, errors) = probity(folder.path(), &["init", "--org", name]);
        assert!(code == 2 && errors.contains("is no name of an organization"), "{errors}");
    }
}

#[test]
fn names_come_back_as_they_were_given() {
    let long = "x".repeat(300);
    for name in ["Müller & \"Söhne\" \\ Co", "名前 🙂", "# no comment", "it's", &long] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(probity(folder.path(), &["init", "--org", name]).0, 0);
        let (code, out, errors) = probity(folder.path(), &["report", "--format", "json"]);
        assert_eq!(code, 0, "{errors}");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(report.to_string().contains(&serde_json::to_string(name).unwrap()), "{name}");
    }
}

#[test]
fn an_existing_repository_is_adopted_at_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (code, _, errors) = init(folder.path(), &["--adopt"]);
    assert!(code == 2 && errors.contains("no git repository"), "{errors}");
    git(&["init", "-q"]);
    let me = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    git(&[&me[..], &["commit", "-q", "--allow-empty", "-m", "Begin"]].concat());
    let head = git(&["rev-parse", "HEAD"]);
    let (code, _, errors) = init(folder.path(), &["--adopt", "nowhere"]);
    assert!(code == 2 && errors.contains("`nowhere`"), "{errors}");
    assert_eq!(init(folder.path(), &["--adopt", "--ci", "gitlab", "--hooks"]).0, 0);
    assert!(text(folder.path(), "probity.toml").contains(&format!("[history]\nbegins = \"{head}\"\n")));
    assert!(text(folder.path(), ".gitlab-ci.yml").contains("probity -C"));
    assert!(text(folder.path(), ".pre-commit-config.yaml").contains("probity check --staged"));
    let (code, out, errors) = probity(folder.path(), &["check"]);
    assert!(code == 0 && out.contains("found: nothing"), "{out}{errors}");
    let (_, out, _) = init(folder.path(), &["--adopt"]);
    assert!(out.contains(&format!("add to probity.toml, below `[history]`: begins = \"{head}\"")), "{out}");
}

#[test]
fn new_documents_go_where_their_kind_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path(), &[]);
    let new = |arguments: &[&str]| probity(folder.path(), &[&["new"], arguments].concat());
    let (code, out, errors) = new(&["role", "--title", "Managing director"]);
    assert!(
        code == 0 && out.starts_with("sms.yaml:") && out.contains(": ROL-001 written\n"),
        "{out}{errors}"
    );
    let (_, out, _) =
        new(&["risk", "--title", "Power: fails", "treatment=accept", "owner=ROL-001", "likelihood=3"]);
    assert!(out.starts_with("registers/risk.yaml:5: RSK-001 written\nto be filled in: "), "{out}");
    let risks = text(folder.path(), "registers/risk.yaml");
    assert!(
        risks.contains("    title: \"Power: fails\"\n") && risks.contains("    likelihood: 3\n"),
        "{risks}"
    );
    assert!(
        risks.contains("    # accepted_by:  # Who took the risk knowingly; the id of a person\n"),
        "{risks}"
    );
    let (_, out, _) = new(&["procedure", "--into", "sms.yaml", "covers=complaint"]);
    assert!(out.starts_with("sms.yaml:") && out.contains("PRO-001 written"), "{out}");
    let (_, out, _) = new(&["sla"]);
    assert!(out.starts_with("plans/SLA-001.yaml:4: "), "{out}");
    let before = files(folder.path());
    let (_, out, _) = new(&["incident", "--dry-run", "--full"]);
    assert!(out.contains("records/incident/INC-0001.yaml:") && out.contains("would be written"), "{out}");
    assert!(out.contains("# reopen_count:  # How often it was opened again; a whole number\n"), "{out}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path(), &[]);
    probity(folder.path(), &["new", "role"]);
    let before = files(folder.path());
    for (arguments, told) in [
        (&["rsik"][..], "did you mean `risk`?"),
        (&["risk", "treatmnt=accept"], "did you mean `treatment`?"),
        (&["risk", "treatment=acept"], "did you mean `accept`?"),
        (&["risk", "owner=ROL-007"], "there is no role `ROL-007`"),
        (&["risk", "owner"], "is no field with a value"),
        (&["risk", "likelihood=much"], "likelihood"),
        (&["risk", "owner=ROL-001", "owner=ROL-001"], "says again"),
        (&["sla", "targets=x"], "is a list of more than texts"),
        (&["sla", "approval.by.x=1"], "names a part of what is no single field"),
        (&["role", "--id", "rol-001"], "is taken, at `sms.yaml:"),
        (&["role", "--id", "a b"], "is no id"),
        (&["role", "--title", " "], "cannot be empty"),
        (&["role", "--into", "../x.yaml"], "is no YAML file below"),
        (&["role", "--into", "notes.md"], "is no YAML file below"),
    ] {
        let (code, _, errors) = probity(folder.path(), &[&["new"], arguments].concat());
        assert!(code == 2 && errors.contains(told), "{arguments:?}: {errors}");
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn runs_at_the_same_time_never_share_an_id_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path(), &[]);
    let mut runs = Vec::new();
    for number in 0..8 {
        let title = format!("Risk {number}");
        let command = Command::new(env!("CARGO_BIN_EXE_probity"))
            .arg("-C")
            .arg(folder.path())
            .args(["new", "risk", "--title", &title])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        runs.push(command);
    }
    let outputs: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let written = outputs.iter().filter(|output| output.status.success()).count();
    assert!(written > 0);
    for output in outputs.iter().filter(|output| !output.status.success()) {
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("another run") || errors.contains("run it again"), "{errors}");
    }
    assert_eq!(text(folder.path(), "registers/risk.yaml").matches("- id: RSK-").count(), written);
    let (_, out, _) = probity(folder.path(), &["list", "documents", "--type", "risk", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut ids: Vec<&str> =
        listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), written, "{out}");
}

/// A management system with the files of the first hour in it.
fn with_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("old")).unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/first_hour.in/old");
    for entry in fs::read_dir(files).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), folder.path().join("old").join(entry.file_name())).unwrap();
    }
    assert_eq!(init(folder.path(), &[]).0, 0);
    folder
}

/// The paths of documents, with their texts.
fn documents(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in ["plans", "policies", "procedures", "processes", "records", "registers"] {
        let below = folder.join(name);
        if below.is_dir() {
            found.extend(files(&below).into_iter().map(|(path, text)| (format!("{name}/{path}"), text)));
        }
    }
    found
}

#[test]
fn files_become_stubs_by_way_of_a_list_and_a_second_time_changes_nothing() {
    let folder = with_files();
    let run = |arguments: &[&str]| probity(folder.path(), &[&["intake"], arguments].concat());
    let (code, out, errors) = run(&["old", "-o", "intake.csv"]);
    assert!(
        code == 0 && out.contains("20 files: 15 new and recognised, 5 new and not recognised\n"),
        "{out}{errors}"
    );
    let (code, _, errors) = run(&["old", "-o", "intake.csv"]);
    assert!(
        code == 2 && errors.contains("is there already"),
        "what somebody may have corrected stays: {errors}"
    );
    let (code, out, _) = run(&["--apply", "intake.csv", "--dry-run"]);
    assert!(
        code == 0 && out.contains("15 stubs would be written") && documents(folder.path()).is_empty(),
        "{out}"
    );
    let (code, out, errors) = run(&["--apply", "intake.csv"]);
    assert!(
        code == 0 && out.contains("15 stubs written, 0 known already, 5 rows without a type"),
        "{out}{errors}"
    );
    let written = documents(folder.path());
    assert_eq!(written.len(), 15);
    let policy = text(folder.path(), "policies/POL-001.yaml");
    assert!(policy.contains("status: draft\n") && policy.contains("clauses: [\"8.7.3.1\"]\n"), "{policy}");
    let (_, out, _) = run(&["--apply", "intake.csv"]);
    assert!(out.contains("0 stubs written, 15 known already"), "{out}");
    assert_eq!(documents(folder.path()), written);
    let (code, out, _) = probity(folder.path(), &["check"]);
    assert!(code == 0 && out.contains("found: nothing"), "{out}");
    let names: Vec<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
    assert!(names.contains(&"records/management-review/MRV-001.yaml"), "{names:?}");
}

#[test]
fn run_again_it_tells_what_became_of_the_files() {
    let folder = with_files();
    let run = |arguments: &[&str]| probity(folder.path(), &[&["intake"], arguments].concat());
    run(&["old", "-o", "intake.csv"]);
    assert_eq!(run(&["--apply", "intake.csv"]).0, 0);
    let old = folder.path().join("old");
    fs::create_dir(old.join("new")).unwrap();
    fs::rename(old.join("Scope.docx"), old.join("new/Scope.docx")).unwrap();
    fs::remove_file(old.join("Risikoregister.xlsx")).unwrap();
    fs::write(old.join("minutes 2026-03-11.md"), "# Management review 2026, mended\n").unwrap();
    fs::copy(old.join("SLA De Linde.docx"), old.join("SLA copy.docx")).unwrap();
    fs::write(old.join("Capacity plan.txt"), "x\n").unwrap();
    let (_, out, _) = run(&["old"]);
    for told in [
        "moved           old/new/Scope.docx\n",
        "gone            old/Risikoregister.xlsx\n",
        "changed         old/minutes 2026-03-11.md\n",
        "copies          old/SLA copy.docx\n                  the same as old/SLA De Linde.docx\n",
        "old/Capacity plan.txt\n                  capacity-plan, clause 8.4.3",
        "1 new and recognised, 5 new and not recognised, 12 known, 1 changed, 1 moved, 1 copies, 1 gone",
    ] {
        assert!(out.contains(told), "{told}\n{out}");
    }
    // What has moved does not become a second document, even if somebody gives the row a type.
    run(&["old", "-o", "again.csv"]);
    let list = text(folder.path(), "again.csv")
        .replace("old/new/Scope.docx,,", "old/new/Scope.docx,scope-statement,");
    fs::write(folder.path().join("again.csv"), list).unwrap();
    let before = documents(folder.path());
    let (code, _, errors) = run(&["--apply", "again.csv"]);
    assert!(code == 2 && errors.contains("was held in this file before it was moved"), "{errors}");
    assert_eq!(documents(folder.path()), before);
}

#[test]
fn what_a_person_says_is_written_and_what_cannot_be_is_refused_cell_by_cell() {
    let folder = with_files();
    probity(folder.path(), &["new", "role", "--title", "Manager"]);
    let run = |arguments: &[&str]| probity(folder.path(), &[&["intake"], arguments].concat());
    let digest = |name: &str| {
        let (_, out, _) = run(&["old", "-o", "list.csv"]);
        let list = text(folder.path(), "list.csv");
        fs::remove_file(folder.path().join("list.csv")).unwrap();
        let line = list
            .lines()
            .find(|line| line.starts_with(&format!("old/{name},")))
            .unwrap_or_else(|| panic!("{out}"));
        line.rsplit(',').next().unwrap().to_owned()
    };
    let sha = digest("Scope.docx");
    let good = format!("\nold/SLA De Linde.docx;sla;A;;;;;;;;{}\n", digest("SLA De Linde.docx"));
    let head = "path;type;title;owner;status;version;date;clause;covers;id;sha256\n";
    let apply = |rows: &str| {
        fs::write(folder.path().join("my.csv"), format!("\u{feff}{head}{rows}")).unwrap();
        run(&["--apply", "my.csv"])
    };
    for (row, told) in [
        (format!("old/Scope.docx;scop-statement;S;;;;;;;;{sha}"), "my.csv:2 type"),
        (format!("old/Scope.docx;scope-statement;;;;;;;;;{sha}"), "my.csv:2 title"),
        (format!("old/Scope.docx;scope-statement;S;ROL-9;;;;;;;{sha}"), "there is no role `ROL-9`"),
        (format!("old/Scope.docx;scope-statement;S;;aproved;;;;;;{sha}"), "`aproved` is no status"),
        (format!("old/Scope.docx;scope-statement;S;;;;31.02.2026;;;;{sha}"), "is no day of the calendar"),
        (format!("old/Scope.docx;scope-statement;S;;;;;4.33;;;{sha}"), "there is no clause `4.33`"),
        (format!("old/Scope.docx;procedure;S;;;;;;majr;;{sha}"), "`majr` is no covers"),
        (format!("old/Scope.docx;scope-statement;S;;;;;;;rol-001;{sha}"), "the id `rol-001` is taken"),
        (format!("old/gone.docx;scope-statement;S;;;;;;;;{sha}"), "there is no file"),
        (format!("../x.docx;scope-statement;S;;;;;;;;{sha}"), "no document can point"),
        ("old/Scope.docx;scope-statement;S;;;;;;;;00".to_owned(), "the file is another"),
        (
            format!("old/Scope.docx;scope-statement;S;;;;;;;;{sha}\nold/Scope.docx;sla;S;;;;;;;;{sha}"),
            "my.csv:3 path",
        ),
    ] {
        let (code, _, errors) = apply(&(row.clone() + &good));
        assert!(code == 2 && errors.contains(told), "{row}: {errors}");
        assert!(documents(folder.path()).is_empty(), "all or nothing: {row}");
    }
    let (code, _, errors) = apply(&format!(
        "old/Scope.docx;scope-statement;\"'=A;B\";ROL-001;approved;2;01.02.2026;4.3 7.5.4;;MY-1;{sha}\n"
    ));
    assert_eq!(code, 0, "{errors}");
    let stub = text(folder.path(), "plans/MY-1.yaml");
    for line in [
        "title: \"=A;B\"",
        "status: approved",
        "version: \"2\"",
        "owner: ROL-001",
        "effective_on: 2026-02-01",
    ] {
        assert!(stub.contains(&format!("{line}\n")), "{stub}");
    }
}

#[test]
fn names_that_would_do_harm_come_through_a_list_unharmed() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path(), &[]);
    let old = folder.path().join("old");
    fs::create_dir(&old).unwrap();
    for name in [
        "=cmd capacity plan.txt",
        "@risk register.txt",
        "'service catalogue.txt",
        "two\nlines sla.txt",
        "\u{1b}[31m kpi.txt",
    ] {
        fs::write(old.join(name), format!("{name}x")).unwrap();
    }
    let run = |arguments: &[&str]| probity(folder.path(), &[&["intake"], arguments].concat());
    let (code, out, errors) = run(&["old"]);
    assert!(code == 0 && !out.contains('\u{1b}') && out.contains("two\\nlines sla.txt"), "{out}{errors}");
    run(&["old", "-o", "a.csv"]);
    let (code, out, errors) = run(&["--apply", "a.csv"]);
    assert!(code == 0 && out.contains("5 stubs written"), "{out}{errors}");
    let (code, out, _) = probity(folder.path(), &["check"]);
    assert!(code == 0 && out.contains("found: nothing"), "{out}");
    let (code, _, errors) = run(&["/"]);
    assert!(code == 2 && errors.contains("is not within the folder"), "{errors}");
}
