//! Documents as pages: what they say, how they are controlled, what changed, and nothing that could act.

#![cfg(unix)]

use std::{collections::BTreeSet, fs, path::Path};

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use program::probity;
use repo::{Repo, Who};

const ANNA: Who = ("Anna", "anna@example.org");
const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind");
const POLICY: &str = "---\ntype: procedure\nid: PRO-001\ntitle: Set up an account\nowner: ROL-001\nversion: \"1.0\"\n\
                      status: draft\nreview_interval: P1Y\n---\n# Set up\n\nCompare.\n\nCreate.\n";

fn rendered(folder: &Path, arguments: &[&str]) -> String {
    let (code, text, error) = probity(folder, &[&["render", "--as-of", "2026-06-30"], arguments].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    text
}

#[test]
fn a_page_holds_what_the_document_says_and_how_it_is_controlled() {
    let text = rendered(Path::new(NORTHWIND), &["SLA-001"]);
    for words in [
        "<h1>Service level agreement with De Linde Logistics</h1>",
        "<th scope=\"col\">Metric</th>",
        "Test order each minute",
        "version 2.0",
        "by PER-002 as ROL-002 on 2025-03-17; proof: recorded",
        "3 months",
        "v1:sha256:",
        "CUS-001 De Linde Logistics",
        "plans/agreements/slas.yaml",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(text, rendered(Path::new(NORTHWIND), &["SLA-001"]), "the same each time");
    let style = text.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = Base64::encode_string(&Sha256::digest(style));
    assert!(text.contains(&format!("style-src 'sha256-{hash}'")) && !text.contains("<script"));
    assert!(!text.contains(" style=\""));
}

#[test]
fn people_are_shown_by_their_ids_unless_names_are_wanted() {
    let page = |more: &[&str]| rendered(Path::new(NORTHWIND), &[&["ROL-001"], more].concat());
    assert!(page(&[]).contains("PER-001") && !page(&[]).contains("Aoife Brennan"));
    assert!(page(&["--names"]).contains("PER-001 Aoife Brennan"));
}

#[test]
fn what_a_document_says_is_text_whatever_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "<script>alert(1)</script>\\\" onload=\\\"alert(2) \\u202E {{ 7 * 7 }}";
    let text = format!(
        "---\ntype: procedure\nid: \"P</style><b>\"\ntitle: \"{evil}\"\nowner: \"{evil}\"\nunknown: {{a: [\"{evil}\"]}}\n\
         ---\n# <img src=x onerror=alert(3)>\n\n[x](javascript:alert(4))\n"
    );
    fs::write(folder.path().join("a.md"), text).unwrap();
    let text = rendered(folder.path(), &["P</style><b>"]);
    for bad in ["<script", "<img", "onload=\"", "javascript:alert(4)\"", "\u{202e}", "49"] {
        assert!(!text.contains(bad), "{bad}\n{text}");
    }
    assert_eq!(text.matches("</style>").count(), 1);
    assert!(text.contains("&lt;img src=x onerror=alert(3)&gt;") && text.contains("{{ 7 * 7 }}"));
}

#[test]
fn what_programs_get_holds_no_character_that_acts() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "title: \"a\\u202Eb\"\n";
    let work = "type: remediation-action\nid: RMD-001\nstate: planned\naddresses: [\"4.1/01\"]\n";
    let text = format!("type: risk\nid: RSK-001\n{evil}---\n{work}{evil}");
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    for arguments in [
        ["render", "RSK-001", "--format", "json"].as_slice(),
        &["report", "--format", "json"],
        &["report", "--kind", "management-review", "--format", "json"],
    ] {
        let (code, text, _) = probity(folder.path(), arguments);
        assert!(code == 0 && !text.contains('\u{202e}') && text.contains("\\u202e"), "{arguments:?}");
    }
}

#[test]
fn what_changed_is_told_in_words() {
    let mut repo = Repo::new();
    repo.write("pro.md", POLICY);
    let first = repo.commit(ANNA, "draft").to_string();
    repo.edit("pro.md", "version: \"1.0\"", "version: \"1.1\"");
    repo.edit("pro.md", "review_interval: P1Y\n", "");
    repo.edit("pro.md", "Create.", "Create the account.");
    let text = rendered(repo.folder.path(), &["PRO-001", "--diff", &first]);
    let changes = text.split_once("class=\"changes\"").unwrap().1.split_once("</section>").unwrap().0;
    for words in [
        "Version",
        ">1.0<",
        ">1.1<",
        "Review interval",
        "is not there any more",
        "Create.",
        "Create the account.",
    ] {
        assert!(changes.contains(words), "{words}\n{changes}");
    }
    assert!(!changes.contains("Compare."), "what is as it was is not told again");
    let same = rendered(repo.folder.path(), &["PRO-001", "--at", &first, "--diff", &first]);
    assert!(same.contains("<p>Nothing.</p>"));
    repo.write("new.yaml", "type: risk\nid: RSK-001\ntitle: Fire\n");
    assert!(
        rendered(repo.folder.path(), &["RSK-001", "--diff", &first]).contains("There was no such document.")
    );
}

#[test]
fn all_documents_are_pages_and_one_page_leads_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    let to = pages.to_str().unwrap();
    assert_eq!(rendered(Path::new(NORTHWIND), &["--all", "--output", to]), "");
    let names: BTreeSet<String> = fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let (_, list, _) = probity(Path::new(NORTHWIND), &["list", "documents", "--format", "json"]);
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    let people = list.iter().filter(|document| document["type"] == "person").count();
    let rows = list.iter().filter(|document| document["shape"] == "row").count();
    assert!(people > 10 && names.contains("index.html") && !names.contains("PER-001.html"));
    assert_eq!(names.len(), list.len() - people - rows + 1);
    let mut links = 0;
    for name in &names {
        let text = fs::read_to_string(pages.join(name)).unwrap();
        for link in text.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(names.contains(link), "{name} leads to {link}");
            links += 1;
        }
    }
    assert!(links > 1_000, "{links}");
    let (code, _, error) = probity(Path::new(NORTHWIND), &["render", "--all", "--output", to]);
    assert!(code == 2 && error.contains("no folder that is new or empty"), "{error}");
    let only = folder.path().join("only");
    fs::create_dir(&only).unwrap();
    rendered(Path::new(NORTHWIND), &["--all", "--type", "sla", "--output", only.to_str().unwrap()]);
    assert_eq!(fs::read_dir(&only).unwrap().count(), 3, "two agreements and the page that leads to them");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn a_name_that_is_not_there_is_told_with_one_that_is() {
    let (code, _, error) = probity(Path::new(NORTHWIND), &["render", "SLA-01"]);
    assert!(
        code == 2 && error.contains("there is no document `SLA-01`") && error.contains("SLA-001"),
        "{error}"
    );
    let (code, _, error) =
        probity(Path::new(NORTHWIND), &["render", "--all", "--type", "slaa", "--output", "/tmp/x"]);
    assert!(code == 2 && error.contains("did you mean `sla`?"), "{error}");
}
