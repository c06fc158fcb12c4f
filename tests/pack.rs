//! Evidence packs hold what was in force, the same bytes each time, and nothing that was to stay out; and whatever happens to
//! one afterwards, shows.

#![cfg(unix)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::{Cursor, Read as _, Write as _},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use ssh_key::LineEnding;
use tempfile::TempDir;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use program::probity;
use repo::{Repo, Who};

const ANNA: Who = ("Anna Vogel", "anna.vogel@northwind.example");
const WREN: Who = ("Wren Okafor", "wren@northwind.example");
const KEY: &str = "0123456789abcdef0123456789abcdef";

const SETTINGS: &str = "[organization]\nname = \"Northwind\"\n[audit]\nas_of = 2026-09-30\nperiod = \"2026-03-01..2026-06-30\"\n";
const PEOPLE: &str = "\
collection: person
entries:
  - id: PER-001
    title: Anna Vogel
    identities: [{kind: email, value: anna.vogel@northwind.example}]
  - id: PER-002
    title: Wren Okafor
    identities: [{kind: email, value: wren@northwind.example}]
";
const ROLES: &str = "\
collection: role
entries:
  - {id: ROL-001, title: Service manager, holders: [{person: PER-001}], approves: [procedure]}
";
const INCIDENTS: &str = "\
collection: incident
defaults: {classification: confidential}
entries:
  - id: INC-001
    title: The till of Mrs Quartermaine is dark
    reported_by: Philippa Quartermaine
    assigned_to: PER-002
    opened_at: 2026-04-01T10:00:00+01:00
    resolution: \"Call her on +353 1 555 0142, password = Zx81-geheim9\"
    state: closed
  - {id: INC-002, title: Of another year, opened_at: 2025-01-01T10:00:00+00:00, closed_at: 2025-01-02T10:00:00+00:00, state: closed}
";

fn procedure(version: &str, word: &str, approved: &str) -> String {
    format!(
        "---\ntype: procedure\nid: PRO-001\ntitle: Set up an account\nowner: ROL-001\nversion: \"{version}\"\nstatus: approved\n\
         approval: {{by: PER-001, role: ROL-001, date: {approved}, evidence: [minutes/{approved}.md]}}\n---\n\
         # Set up\n\n{word} the account. Ask Anna Vogel or write to desk@northwind.example.\n"
    )
}

/// A management system with a procedure in three versions, of which two were in force in the period.
fn system() -> Repo {
    let mut repo = Repo::new();
    for (name, text) in
        [("probity.toml", SETTINGS), ("people.yaml", PEOPLE), ("roles.yaml", ROLES), ("inc.yaml", INCIDENTS)]
    {
        repo.write(name, text);
    }
    repo.write("stub.yaml", "type: procedure\nid: PRO-002\ntitle: Held in Word\nstatus: approved\nversion: \"1\"\nheld_in: files/gone.docx\napproval: {by: PER-001, date: 2026-03-01}\n");
    repo.write("pro.md", procedure("1.0", "Make", "2026-03-01"));
    repo.write("minutes/2026-03-01.md", "Approved by all.\n");
    repo.write("minutes/2026-04-20.md", "Approved again.\n");
    repo.commit(WREN, "begin, for Mrs Quartermaine");
    repo.wait(50);
    repo.write("pro.md", procedure("2.0", "Create", "2026-04-20"));
    repo.commit(WREN, "second");
    repo.wait(100);
    repo.write("pro.md", procedure("3.0", "Build", "2026-08-01"));
    repo.commit(ANNA, "third");
    repo
}

fn build(repo: &Repo, to: &Path, more: &[&str]) -> (i32, String, String) {
    let to = to.to_str().unwrap();
    let (code, text, error) = probity(repo.folder.path(), &[&["pack", "build", "-o", to], more].concat());
    (code, unfolded(&text), error)
}

/// A pack in a folder.
fn packed(repo: &Repo, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    let (code, _, error) = build(repo, &pack, more);
    assert_eq!((code, error.as_str()), (0, ""));
    (folder, pack)
}

fn redacted(repo: &Repo, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (key, pack) = (folder.path().join("key"), folder.path().join("pack"));
    fs::write(&key, KEY).unwrap();
    let (code, _, error) = build(repo, &pack, &[&["--key", key.to_str().unwrap()], more].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    (folder, pack)
}

fn verify(path: &Path, more: &[&str]) -> (i32, String) {
    let (code, text, error) =
        probity(Path::new("/"), &[&["pack", "verify", path.to_str().unwrap()], more].concat());
    (code, unfolded(&(text + &error)))
}

/// A text whatever the width of the terminal.
fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn manifest(pack: &Path) -> Value {
    serde_json::from_slice(&fs::read(pack.join("data/manifest.json")).unwrap()).unwrap()
}

/// All files below a folder, by path.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(root, root, &mut found);
    found
}

#[test]
fn documents_are_packed_in_the_versions_that_were_in_force_in_the_period() {
    let repo = system();
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    let told = manifest(&pack);
    let items: Vec<String> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap_or("-").to_owned();
            format!("{} {}..{}", text("evidence_id"), text("period_start"), text("period_end"))
        })
        .collect();
    assert!(items.contains(&"PRO-001-v1.0 2026-03-01..2026-04-20".to_owned()), "{items:?}");
    assert!(items.contains(&"PRO-001-v2.0 2026-04-20..2026-08-01".to_owned()), "{items:?}");
    assert!(items.contains(&"INC-001 2026-04-01..2026-04-01".to_owned()), "{items:?}");
    assert!(
        !items.iter().any(|item| item.contains("v3.0") || item.contains("INC-002") || item.contains("PER-")),
        "{items:?}"
    );
    assert_eq!((told["as_of"].as_str(), told["redacted"].as_bool()), (Some("2026-06-30"), Some(false)));
    let all = files(&pack);
    let source = all.keys().find(|path| path.ends_with("PRO-001-v1.0.md")).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&all[source]),
        procedure("1.0", "Make", "2026-03-01"),
        "the bytes of the commit"
    );
    let page = String::from_utf8(all[&source.replace(".md", ".html")].clone()).unwrap();
    assert!(
        page.contains("Make the account") && page.contains("version 1.0") && !page.contains("Create the"),
        "{page}"
    );
    let excerpt = all.keys().find(|path| path.ends_with("/INC-001.yaml")).unwrap();
    let excerpt = String::from_utf8(all[excerpt].clone()).unwrap();
    assert!(
        excerpt.contains("type: incident\n")
            && excerpt.contains("classification: confidential")
            && !excerpt.contains("INC-002"),
        "{excerpt}"
    );
    let left_out = String::from_utf8(all["data/90-logs/left-out.csv"].clone()).unwrap();
    assert!(
        left_out.contains("INC-002,incident,does not tell of the period")
            && left_out.contains("PER-001,person,"),
        "{left_out}"
    );
    let missing = String::from_utf8(all["data/90-logs/missing.csv"].clone()).unwrap();
    assert!(missing.contains("PRO-002-v1,files/gone.docx,not-there"), "{missing}");
    let attached: Vec<&str> =
        all.keys().filter(|path| path.starts_with("data/70-files/")).map(String::as_str).collect();
    assert_eq!(
        attached,
        ["data/70-files/2026-03-01.md", "data/70-files/2026-04-20.md"],
        "what proves either approval"
    );
}

#[test]
fn evidence_that_was_collected_goes_in_with_its_file_and_what_an_assessor_noted_does_not() {
    let mut repo = system();
    let item = |id: &str, more: &str| {
        format!(
            "type: evidence-item\nid: {id}\ntitle: Of May\n{more}\ncollected_on: 2026-05-04T10:00:00+01:00\n"
        )
    };
    repo.write("EVI-001.yaml", item("EVI-001", "kind: record\nlocation: evidence/may.csv"));
    repo.write("EVI-002.yaml", item("EVI-002", "kind: interview-note"));
    repo.write("evidence/may.csv", "incident,resolved\n");
    repo.commit(ANNA, "evidence of May");
    let taken = |pack: &Path| -> BTreeSet<String> {
        let manifest = manifest(pack);
        let items = manifest["items"].as_array().unwrap().iter().map(|item| &item["record_id"]);
        let ids = items.filter_map(Value::as_str).filter(|id| id.starts_with("EVI-"));
        ids.map(str::to_owned).collect()
    };
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    assert_eq!(taken(&pack), BTreeSet::from(["EVI-001".to_owned()]));
    let manifest_of = manifest(&pack);
    let attached = manifest_of["attachments"].as_array().unwrap();
    assert!(attached.iter().any(|file| file["source_path"] == "evidence/may.csv"), "{attached:?}");
    let (_folder, pack) = packed(&repo, &["--unredacted", "--with", "evidence-item"]);
    assert_eq!(taken(&pack), BTreeSet::from(["EVI-001".to_owned(), "EVI-002".to_owned()]));
}

#[test]
fn what_was_removed_is_told_as_left_out() {
    let mut repo = system();
    repo.remove("pro.md");
    repo.commit(ANNA, "tidy up");
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    let left_out = fs::read_to_string(pack.join("data/90-logs/left-out.csv")).unwrap();
    let reason = "was removed after the period had begun, and only history has it";
    assert!(left_out.contains(&format!("PRO-001,procedure,\"{reason}\"")), "{left_out}");
    assert!(fs::read_to_string(pack.join("data/03-context/context.html")).unwrap().contains(reason));
}

#[test]
fn the_provenance_of_an_item_is_told() {
    let repo = system();
    let (_folder, pack) = packed(&repo, &["--unredacted", "--at", "HEAD~1", "--by", "ROL-001"]);
    let told = manifest(&pack);
    let items = told["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["evidence_id"] == "PRO-001-v2.0").unwrap();
    assert_eq!(item["author"][0], "PER-002", "who wrote it, not who approved");
    assert_eq!(
        (&item["approved_by"], &item["approved_on"]),
        (&Value::from("PER-001"), &Value::from("2026-04-20"))
    );
    assert_eq!(
        (&item["approval_proof"], &item["approval_content"]),
        (&Value::from("recorded"), &Value::from("as-approved"))
    );
    assert_eq!(item["committed_on"], told["commit_time"]);
    assert_eq!(item["collected_by_role"], "ROL-001");
    let population = fs::read(pack.join("data/80-populations/incident.txt")).unwrap();
    assert_eq!(population, b"INC-001\n");
    assert_eq!(told["populations"][0]["count"], 1);
}

#[test]
fn of_earlier_versions_it_is_told_what_proves_their_approval() {
    let mut repo = system();
    // Nobody wrote minutes of this one; who approved it committed it.
    repo.write("other.md", procedure("1.0", "Lock", "2026-06-10").replace("PRO-001", "PRO-003"));
    repo.commit(ANNA, "a procedure of its own");
    repo.wait(10);
    repo.write("other.md", procedure("2.0", "Bar", "2026-09-20").replace("PRO-001", "PRO-003"));
    repo.commit(WREN, "and its next version");
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    let told = manifest(&pack);
    let proofs: BTreeMap<&str, &Value> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["note"] == "an earlier version, as it was approved")
        .map(|item| (item["evidence_id"].as_str().unwrap(), &item["approval_proof"]))
        .collect();
    assert_eq!(proofs["PRO-001-v1.0"], "recorded", "in minutes that are there");
    assert_eq!(proofs["PRO-001-v2.0"], "recorded");
    assert_eq!(proofs["PRO-003-v1.0"], "committed", "by who approved it");
    assert_eq!(proofs.len(), 3);
}

#[test]
fn what_is_personal_is_in_no_byte_of_a_redacted_pack() {
    let mut repo = system();
    let mut planted: Vec<String> = Vec::new();
    let (mut people, mut incidents) =
        (String::from("collection: person\nentries:\n"), String::from("collection: incident\nentries:\n"));
    let mut body = String::new();
    for number in 0..50 {
        let letter = |offset: u32| char::from_u32(u32::from(b'a') + (number + offset) % 26).unwrap();
        let sign = format!("{}{}{}q", letter(0), letter(7), letter(number / 26));
        let (name, mail) = (format!("Zora{sign} Umber{sign}"), format!("u.{sign}@people.example"));
        let (caller, phone) = (format!("Caller{sign} Vex{sign}"), format!("+49 30 55501{number:02}9"));
        writeln!(
            people,
            "  - {{id: ZPN-{number:03}, title: {name}, identities: [{{kind: email, value: {mail}}}]}}"
        )
        .unwrap();
        writeln!(
            incidents,
            "  - {{id: INC-{number:03}, title: \"{caller} calls\", reported_by: {caller}, \
             assigned_to: ZPN-{number:03}, opened_at: 2026-04-01T10:00:00+00:00, \
             resolution: \"ask {name}, {phone}\", state: closed}}"
        )
        .unwrap();
        writeln!(body, "{name} is reached at {mail} or {phone}. {caller} too.\n").unwrap();
        planted.extend([name, mail, caller, phone]);
    }
    assert!(planted.len() >= 200);
    repo.write("people.yaml", people);
    repo.write("inc.yaml", incidents);
    repo.write("pro.md", procedure("4.0", &body, "2026-06-01"));
    repo.write("minutes/2026-06-01.md", body);
    repo.write("files/gone.docx", &planted[0]);
    repo.commit(("Zora Umbermost", "zora.umbermost@people.example"), "for Callerabc Vexabc");
    planted.extend(
        [
            "Umbermost",
            "Quartermaine",
            "Okafor",
            "geheim9",
            "northwind.example",
            "PER-00",
            "minutes/",
            "gone.docx",
        ]
        .map(str::to_owned),
    );
    let (folder, pack) = redacted(&repo, &[]);
    let mut all = files(&pack);
    let zip = folder.path().join("pack.zip");
    let (code, ..) = build(&repo, &zip, &["--key", folder.path().join("key").to_str().unwrap()]);
    assert_eq!(code, 0);
    let mut archive = ZipArchive::new(Cursor::new(fs::read(&zip).unwrap())).unwrap();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        all.insert(format!("zip {}", file.name().unwrap()), bytes);
    }
    for (path, bytes) in &all {
        let text = format!("{path}\n{}", String::from_utf8_lossy(bytes)).to_lowercase();
        for word in &planted {
            assert!(!text.contains(&word.to_lowercase()), "`{word}` in {path}");
        }
    }
    let log = String::from_utf8(all["data/90-logs/redaction.csv"].clone()).unwrap();
    for line in
        ["INC-001,resolution,free text,1", "INC-001,reported_by,a person,1", "INC-001,title,free text,1"]
    {
        assert!(log.contains(line), "{line}\n{log}");
    }
    assert!(log.contains("PRO-001,body,telephone number,"), "{log}");
    let about = String::from_utf8(all["data/90-logs/about-redaction.txt"].clone()).unwrap();
    assert!(about.contains("No scan finds everything."));
    assert!(all.keys().any(|path| path.ends_with("PRO-001-v4.0.yaml")), "the text of a procedure stays");
    assert_eq!(verify(&pack, &[]).0, 0);
}

#[test]
fn an_organization_that_stands_where_people_do_is_nobody() {
    let mut repo = system();
    repo.edit("probity.toml", "\"Northwind\"", "\"Northwind Managed Services\"");
    repo.write("parties.yaml", "type: other-party\nid: SUP-001\ntitle: Rapid Field Engineers\n");
    repo.edit("inc.yaml", "reported_by: Philippa Quartermaine", "reported_by: Northwind Managed Services");
    repo.edit("inc.yaml", "assigned_to: PER-002", "assigned_to: Rapid Field Engineers");
    repo.write(
        "ask.md",
        "---\ntype: procedure\nid: PRO-003\ntitle: Ask\nversion: \"1.0\"\nstatus: approved\napproval: {by: PER-001, date: 2026-05-01}\n---\nAsk our Engineers about Services.\n",
    );
    repo.commit(ANNA, "organizations act, too");
    let (_folder, pack) = redacted(&repo, &[]);
    let all = files(&pack);
    let text = |path: &str| String::from_utf8_lossy(&all[path]).into_owned();
    assert!(text("data/03-context/context.html").contains("Evidence pack of Northwind Managed Services"));
    let procedure = all.keys().find(|path| path.ends_with("PRO-003-v1.0.yaml")).unwrap();
    assert!(text(procedure).contains("Ask our Engineers about Services."), "{}", text(procedure));
    let incident = all.keys().find(|path| path.ends_with("INC-001.yaml")).unwrap();
    assert!(text(incident).contains("assigned_to: person-"), "{}", text(incident));
}

#[test]
fn a_person_is_one_token_in_a_pack_and_another_in_the_next() {
    let repo = system();
    let token = |more: &[&str]| {
        let (_folder, pack) = redacted(&repo, more);
        let told = manifest(&pack);
        let items = told["items"].as_array().unwrap().clone();
        let of = |id: &str, field: &str| {
            let item = items.iter().find(|item| item["evidence_id"] == id).unwrap();
            let value = &item[field];
            value.as_str().or_else(|| value[0].as_str()).unwrap().to_owned()
        };
        let approver = of("PRO-001-v2.0", "approved_by");
        let writer = of("PRO-001-v2.0", "author");
        let all = files(&pack);
        let incident = all.iter().find(|(path, _)| path.ends_with("INC-001.yaml")).unwrap();
        let incident = String::from_utf8(incident.1.clone()).unwrap();
        assert!(
            incident.contains(&format!("assigned_to: {writer}")),
            "who wrote and who works is one person\n{incident}"
        );
        assert_ne!(approver, writer);
        assert!(approver.starts_with("person-") && approver.len() == 17);
        let body = all.iter().find(|(path, _)| path.ends_with("PRO-001-v2.0.yaml")).unwrap();
        let body = String::from_utf8(body.1.clone()).unwrap();
        assert!(body.contains(&format!("Ask {approver} or write to [removed: mail address]")), "{body}");
        approver
    };
    assert_eq!(token(&[]), token(&[]));
    assert_ne!(token(&[]), token(&["--purpose", "another"]));
}

#[test]
fn what_is_opened_by_name_stays_and_secrets_hold_back() {
    let repo = system();
    let (folder, pack) =
        redacted(&repo, &["--open", "incident.title", "--open-file", "minutes/2026-03-01.md"]);
    let all = files(&pack);
    assert_eq!(all["data/70-files/2026-03-01.md"], b"Approved by all.\n");
    let incident = all.iter().find(|(path, _)| path.ends_with("INC-001.yaml")).unwrap();
    let incident = String::from_utf8(incident.1.clone()).unwrap();
    assert!(
        incident.contains("title: \"The till of Mrs ") && !incident.contains("Quartermaine"),
        "{incident}"
    );
    assert!(incident.contains("resolution: \"[removed]\""), "{incident}");

    let key = folder.path().join("key");
    let to = folder.path().join("other");
    let (code, text, _) =
        build(&repo, &to, &["--key", key.to_str().unwrap(), "--open", "incident.resolution"]);
    assert_eq!(code, 1, "a scan found something");
    assert!(text.contains("the scan found in INC-001: assigned secret, 1 time; held back"), "{text}");
    assert!(!files(&to).keys().any(|path| path.contains("INC-001.")));
    assert_eq!(verify(&to, &[]).0, 0, "what is left is a good pack");
    let (code, _, error) =
        build(&repo, &folder.path().join("x"), &["--key", key.to_str().unwrap(), "--open", "incident.titel"]);
    assert!(code == 2 && error.contains("did you mean `incident.title`?"), "{error}");
}

#[test]
fn the_same_commit_makes_the_same_bytes_anywhere() {
    let repo = system();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, KEY).unwrap();
    let clone = folder.path().join("somewhere else");
    git2::Repository::clone(repo.folder.path().to_str().unwrap(), &clone).unwrap();
    let make = |from: &Path, name: &str, zone: &str, language: &str, mask: &str| {
        let to = folder.path().join(name);
        let script = format!("umask {mask}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_probity"), "-C"])
            .arg(from)
            .args(["pack", "build", "--key"])
            .arg(&key)
            .arg("-o")
            .arg(&to)
            .env("TZ", zone)
            .env("LANG", language)
            .env("LC_ALL", language)
            .env("HOME", folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(to).unwrap()
    };
    let one = make(repo.folder.path(), "one.zip", "UTC", "C", "022");
    repo.write("not-committed.yaml", "type: procedure\nid: PRO-9\ntitle: x\nstatus: draft\n");
    repo.write("pro.md", "changed on disk\n");
    let other = make(&clone, "other.zip", "Pacific/Kiritimati", "de_DE.UTF-8", "077");
    let dirty = make(repo.folder.path(), "third name.zip", "America/Los_Angeles", "tr_TR.UTF-8", "000");
    assert!(one == other && one == dirty, "the bytes are the same");
    let (code, text, _) = build(&repo, &folder.path().join("told"), &["--key", key.to_str().unwrap()]);
    assert!(
        code == 0
            && text.contains("2 files on disk differ from the newest commit, and what differs is not packed"),
        "{text}"
    );

    let pack = folder.path().join("one.zip");
    let arguments = ["pack", "verify", pack.to_str().unwrap(), "--rebuild", "--key", key.to_str().unwrap()];
    let (code, text, _) = probity(&clone, &arguments);
    assert!(code == 0 && text.contains("byte by byte the same"), "{text}");
}

#[test]
fn a_draw_goes_in_with_its_population_and_the_records_that_were_drawn() {
    use sha2::{Digest as _, Sha256};
    let mut repo = system();
    let more = "  - {id: INC-003, title: Another, opened_at: 2026-05-01T10:00:00+00:00, state: closed}\n";
    repo.write("inc.yaml", format!("{INCIDENTS}{more}"));
    repo.commit(WREN, "another");
    let digest: String =
        Sha256::digest("INC-001\nINC-003\n").iter().map(|byte| format!("{byte:02x}")).collect();
    let statement = format!("{{\"type\": \"incident\", \"count\": 2, \"digest\": \"{digest}\"}}");
    let draw = |format: &str, list: &str| {
        format!("{{\"format\": \"{format}\", \"version\": 1, \"population\": {statement}, {list}}}\n")
    };
    let drawn = draw("probity-sample", "\"items\": [{\"id\": \"INC-003\"}, {\"id\": \"INC-404\"}]");
    let sealed = draw("probity-population", "\"records\": [{\"id\": \"INC-003\"}, {\"id\": \"INC-001\"}]");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let (draw, population) = (file("draw 1.json", &drawn), file("sealed.json", &sealed));
    let (_folder, pack) =
        packed(&repo, &["--unredacted", "--clause", "10.2", "--sample", &draw, "--sample", &population]);
    let told = manifest(&pack);
    let sample = &told["samples"][0];
    assert_eq!(fs::read_to_string(pack.join(sample["path"].as_str().unwrap())).unwrap(), drawn);
    assert_eq!(
        (&sample["items"][0], &sample["absent"][0]),
        (&Value::from("INC-003"), &Value::from("INC-404"))
    );
    assert_eq!(sample["note"], "drawn from what is in data/80-populations/incident.txt");
    assert_eq!(told["populations"][0]["sha256"], Value::from(digest));
    assert_eq!(fs::read_to_string(pack.join("data/80-populations/sealed.json")).unwrap(), sealed);
    assert_eq!(told["item_count"], 1, "of the clause nothing, and what was drawn");
    assert_eq!(verify(&pack, &[]).0, 0);
    let (code, text, _) =
        probity(repo.folder.path(), &["pack", "verify", pack.to_str().unwrap(), "--rebuild"]);
    assert!(code == 0 && text.contains("byte by byte the same"), "{text}");

    let wrong = file("wrong.json", &sealed.replace("INC-003", "INC-009"));
    let (code, _, error) = build(&repo, &folder.path().join("x"), &["--unredacted", "--sample", &wrong]);
    assert!(code == 2 && error.contains("are not those that its digest was made of"), "{error}");
}

/// Does something to a copy of a pack, and tells what a look at it says.
fn after(pack: &Path, what: impl FnOnce(&Path)) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    for (path, bytes) in files(pack) {
        let to = copy.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    what(&copy);
    verify(&copy, &["--format", "json"])
}

#[test]
fn whatever_happens_to_any_file_of_a_pack_shows() {
    let repo = system();
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    let all: Vec<String> = files(&pack).into_keys().collect();
    let change = |copy: &Path, path: &str| {
        let mut bytes = fs::read(copy.join(path)).unwrap();
        bytes.push(b' ');
        fs::write(copy.join(path), bytes).unwrap();
    };
    let remove = |copy: &Path, path: &str| fs::remove_file(copy.join(path)).unwrap();
    let rename =
        |copy: &Path, path: &str| fs::rename(copy.join(path), copy.join(format!("{path}x"))).unwrap();
    // Those that tell of others one by one, and all others together.
    let (some, others): (Vec<&String>, Vec<&String>) = all.iter().partition(|path| {
        !path.starts_with("data/") || path.ends_with("/manifest.json") || path.ends_with("PRO-001-v1.0.md")
    });
    let one_by_one = some.into_iter().map(|path| vec![path]);
    for paths in one_by_one.chain([others]) {
        for (what, act, mark) in [
            ("changed", &change as &dyn Fn(&Path, &str), ""),
            ("removed", &remove, ""),
            ("renamed", &rename, "x"),
        ] {
            let (code, text) = after(&pack, |copy| paths.iter().for_each(|path| act(copy, path)));
            let told = |path: &String| text.contains(&format!("\"{path}{mark}\""));
            let untold: Vec<_> = paths.iter().filter(|path| !told(path)).collect();
            assert!(code == 1 && untold.is_empty(), "{what}: {untold:?}\n{text}");
        }
    }
    for path in ["data/more.txt", "data/14-clause-08/incident/INC-9.yaml", "more.txt"] {
        let (code, text) = after(&pack, |copy| fs::write(copy.join(path), "x").unwrap());
        assert!(
            code == 1 && text.contains(&format!("\"{path}\"")) && text.contains("it was added"),
            "added {path}: {text}"
        );
    }
    let (code, text) = after(&pack, |copy| {
        let (one, other) = (copy.join("data/01-index-by-clause.csv"), copy.join("data/02-index-by-item.csv"));
        let (left, right) = (fs::read(&one).unwrap(), fs::read(&other).unwrap());
        fs::write(one, right).unwrap();
        fs::write(other, left).unwrap();
    });
    assert!(
        code == 1 && text.contains("01-index-by-clause.csv") && text.contains("02-index-by-item.csv"),
        "swapped: {text}"
    );
}

/// Makes the lists of a bag anew, as somebody would who wants to hide a change.
fn relist(pack: &Path) {
    let all = files(pack);
    let digest = |bytes: &[u8]| {
        use sha2::{Digest as _, Sha256};
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let payload: Vec<_> = all.iter().filter(|(path, _)| path.starts_with("data/")).collect();
    let lines: String = payload.iter().map(|(path, bytes)| format!("{}  {path}\n", digest(bytes))).collect();
    fs::write(pack.join("manifest-sha256.txt"), &lines).unwrap();
    let info = fs::read_to_string(pack.join("bag-info.txt")).unwrap();
    let size: usize = payload.iter().map(|(_, bytes)| bytes.len()).sum();
    let info: Vec<&str> = info.lines().filter(|line| !line.starts_with("Payload-Oxum")).collect();
    fs::write(
        pack.join("bag-info.txt"),
        format!("{}\nPayload-Oxum: {size}.{}\n", info.join("\n"), payload.len()),
    )
    .unwrap();
    let tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "start-here.html"];
    let lines: String = tags
        .iter()
        .map(|path| format!("{}  {path}\n", digest(&fs::read(pack.join(path)).unwrap())))
        .collect();
    fs::write(pack.join("tagmanifest-sha256.txt"), lines).unwrap();
}

#[test]
fn a_change_that_was_hidden_in_the_lists_shows_in_what_the_pack_tells_and_in_its_signature() {
    let repo = system();
    let keys = tempfile::tempdir().unwrap();
    let (key, other) = (repo::key(1), repo::key(2));
    let file = keys.path().join("key");
    fs::write(&file, key.to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    let (_folder, pack) = packed(&repo, &["--unredacted", "--sign", file.to_str().unwrap()]);
    let list = |name: &str, lines: &str| {
        let file = keys.path().join(name);
        fs::write(&file, lines).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let public = |key: &ssh_key::PrivateKey| key.public_key().to_openssh().unwrap();
    let ours = list("ours", &format!("qm@northwind.example {}\n", public(&key)));
    let others = list("others", &format!("qm@northwind.example {}\n", public(&other)));
    let purpose = list("purpose", &format!("qm@northwind.example namespaces=\"git\" {}\n", public(&key)));
    let (code, text) = verify(&pack, &["--signer", &ours]);
    assert!(code == 0 && text.contains("signed by qm@northwind.example with the key SHA256:"), "{text}");
    for (list, why) in [(others, "nobody in the list has it"), (purpose, "for other purposes")] {
        let (code, text) = verify(&pack, &["--signer", &list]);
        assert!(code == 1 && text.contains(why), "{text}");
    }
    let (code, text) = verify(&pack, &[]);
    assert!(code == 0 && text.contains("whose it is, `--signer FILE` tells"), "{text}");

    let index = "data/02-index-by-item.csv";
    let (code, text) = after(&pack, |copy| {
        let text = fs::read_to_string(copy.join(index)).unwrap();
        fs::write(copy.join(index), text.replace("PER-001", "PER-002")).unwrap();
        relist(copy);
    });
    assert!(
        code == 1
            && text.contains(&format!("\"{index}\""))
            && text.contains("manifest.json tells of another digest or size"),
        "{text}"
    );
    assert!(text.contains("it is not the index of what is in the pack"), "{text}");
    assert!(text.contains("the signature is wrong"), "{text}");
    let (code, text) = after(&pack, |copy| {
        let page = copy.join("data/01-index-by-clause.html");
        let text = fs::read_to_string(&page).unwrap();
        fs::write(
            page,
            text.replace("</main>", "<a href=\"14-clause-08/x.html\">x</a><script>1</script></main>"),
        )
        .unwrap();
        relist(copy);
    });
    assert!(
        code == 1 && text.contains("it leads to `14-clause-08/x.html`, which is not in the pack"),
        "{text}"
    );
    assert!(text.contains("it holds something that acts"), "{text}");
    let (code, text) = after(&pack, |copy| fs::remove_file(copy.join("tagmanifest-sha256.txt.sig")).unwrap());
    assert!(code == 0 && text.contains("\"state\": \"none\""), "a signature can be taken away: {text}");

    // What is hidden everywhere still shows when the pack is made again.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    for (path, bytes) in files(&pack) {
        let to = copy.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    fs::write(
        copy.join("start-here.html"),
        fs::read_to_string(copy.join("start-here.html")).unwrap().replace("Read me", "Read it"),
    )
    .unwrap();
    fs::remove_file(copy.join("tagmanifest-sha256.txt.sig")).unwrap();
    relist(&copy);
    assert_eq!(verify(&copy, &[]).0, 0);
    let (code, text, _) =
        probity(repo.folder.path(), &["pack", "verify", copy.to_str().unwrap(), "--rebuild"]);
    assert!(code == 1 && text.contains("start-here.html: made again, it has other bytes"), "{text}");
}

/// An archive with these files beside those of a pack.
fn archive(pack: &Path, more: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.zip");
    let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files(pack) {
        writer.start_file(format!("pack/{name}"), options).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    for (name, bytes) in more {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
    (folder, path)
}

#[test]
fn packs_that_could_do_harm_are_refused_and_nothing_is_written() {
    let repo = system();
    let (_folder, pack) = packed(&repo, &["--unredacted"]);
    let (folder, path) = archive(&pack, &[]);
    assert_eq!(verify(&path, &[]).0, 0);
    drop(folder);
    for (name, why) in [
        ("pack/../../evil.txt", "leads out of the pack"),
        ("/etc/evil.txt", "does not begin in the pack"),
        ("pack\\..\\evil.txt", "not all systems take"),
        ("C:/evil.txt", "not all systems take"),
        ("pack/data/nul", "a device on Windows"),
        ("pack/data/com1.txt", "a device on Windows"),
        ("pack/data/evil\u{1b}[2J.txt", "a control character"),
        ("pack/data/evil. ", "ends as not all systems take it"),
        ("pack/BAGIT.TXT", "only in the case of letters"),
        ("pack/bagit.txt/x", "would have to be a folder"),
        ("beside.txt", "beside the pack"),
        (&format!("pack/{}x", "d/".repeat(40)), "more folders than any"),
    ] {
        let (folder, path) = archive(&pack, &[(name, b"x")]);
        let before = files(folder.path());
        let (code, text) = verify(&path, &[]);
        assert!(code == 1 && text.contains(why) && text.contains("refused"), "{name}: {text}");
        assert!(!text.contains('\u{1b}'), "{name}: {text}");
        assert_eq!(files(folder.path()), before);
    }
    let zeros = vec![0; 100 * 1024 * 1024];
    let (_folder, path) = archive(&pack, &[("pack/data/bomb", &zeros)]);
    let (code, text) = verify(&path, &[]);
    assert!(code == 1 && text.contains("more than 200 times its size"), "{text}");
    for (bytes, name) in
        [(b"PK\x03\x04".as_slice(), "cut"), (b"".as_slice(), "empty"), (b"no archive".as_slice(), "text")]
    {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.zip"), bytes).unwrap();
        let (code, text) = verify(&folder.path().join("x.zip"), &[]);
        assert!(code == 3 && text.contains("is no pack"), "{name}: {text}");
    }
    assert_eq!(verify(Path::new("/nowhere"), &[]).0, 3);
    let (code, text) = after(&pack, |copy| symlink("/etc/passwd", copy.join("data/link")).unwrap());
    assert!(code == 1 && text.contains("\"data/link\"") && text.contains("\"refused\": true"), "{text}");
    let (code, text) = after(&pack, |copy| symlink("/", copy.join("data/folder")).unwrap());
    assert!(code == 1 && text.contains("\"data/folder\"") && text.contains("it is a link"), "{text}");
}

#[test]
fn an_interrupted_build_leaves_nothing_that_looks_like_a_pack() {
    let repo = system();
    for (name, signal) in [("pack", "-KILL"), ("pack.zip", "-INT"), ("pack.zip", "-KILL")] {
        for wait in [20, 150] {
            let folder = tempfile::tempdir().unwrap();
            let mut child = Command::new(env!("CARGO_BIN_EXE_probity"))
                .arg("-C")
                .arg(repo.folder.path())
                .args(["pack", "build", "--unredacted", "-o"])
                .arg(folder.path().join(name))
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            let is_whole = child.wait().unwrap().success();
            let seen: BTreeSet<String> = fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| !name.starts_with('.'))
                .collect();
            if seen.contains(name) {
                assert_eq!(verify(&folder.path().join(name), &[]).0, 0, "what is there is whole");
            } else {
                assert!(!is_whole && seen.is_empty(), "{seen:?}");
            }
        }
    }
}

#[test]
fn a_pack_is_made_of_a_commit_and_written_over_nothing() {
    let repo = system();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("there.zip"), "mine").unwrap();
    fs::create_dir(folder.path().join("there")).unwrap();
    fs::write(folder.path().join("there/file"), "mine").unwrap();
    for name in ["there.zip", "there"] {
        let (code, _, error) = build(&repo, &folder.path().join(name), &["--unredacted"]);
        assert!(code == 2 && error.contains("is there already"), "{error}");
    }
    assert_eq!(files(folder.path()).len(), 2);
    let to = folder.path().join("x");
    let (code, _, error) = build(&repo, &to, &[]);
    assert!(
        code == 2 && error.contains("--key <FILE>"),
        "it is said on purpose that nothing is taken out: {error}"
    );
    for (more, why) in [
        (["--at", "no-such"].as_slice(), "no-such"),
        (&["--audit", "PRO-001"], "there is no document of an audit `PRO-001`"),
        (&["--by", "ROL-002"], "did you mean `ROL-001`?"),
        (&["--clause", "8.66"], "there is no clause `8.66`"),
        (&["--with", "certifikate"], "did you mean `certificate`?"),
        (&["--clause", "9.3"], "nothing would be in the pack"),
    ] {
        let (code, _, error) = build(&repo, &to, &[&["--unredacted"], more].concat());
        assert!(code == 2 && error.contains(why), "{more:?}: {error}");
    }
    let bare = tempfile::tempdir().unwrap();
    fs::write(bare.path().join("a.yaml"), "type: procedure\nid: P-1\ntitle: x\nstatus: draft\n").unwrap();
    let (code, _, error) =
        probity(bare.path(), &["pack", "build", "--unredacted", "-o", to.to_str().unwrap()]);
    assert!(code == 2 && error.contains("git"), "{error}");
    assert!(!to.exists());
}
