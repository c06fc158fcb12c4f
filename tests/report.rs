//! The report as a page: complete, harmless, the same each time, and with templates of the organization's own.

use std::{fs, path::Path};

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

#[path = "support/program.rs"]
mod program;

use program::probity;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind");
const FIRST_GAP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northwind-first-gap");

/// The page of a folder.
fn page(folder: &Path, more: &[&str]) -> String {
    let (code, text, error) = probity(folder, &[&["report", "--as-of", "2026-06-30"], more].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    text
}

/// What is refused, with its help.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (code, text, error) = probity(folder, &[&["report", "--as-of", "2026-06-30"], arguments].concat());
    assert_eq!((code, text.as_str()), (2, ""), "{error}");
    error
}

/// What stands between two texts.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("there is `{start}`"));
    rest.split_once(end).unwrap_or_else(|| panic!("there is `{end}`")).0
}

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn the_page_holds_each_point_and_each_finding_and_is_the_same_each_time() {
    let folder = Path::new(FIRST_GAP);
    let text = page(folder, &[]);
    assert_eq!(text, page(folder, &[]));
    let (_, json, _) = probity(folder, &["report", "--as-of", "2026-06-30", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let clauses = report["gap"]["clauses"].as_array().unwrap();
    let points = clauses.iter().flat_map(|clause| clause["points"].as_array().unwrap());
    let mut count = 0;
    for point in points {
        let id = point["id"].as_str().unwrap();
        assert_eq!(text.matches(&format!("<article class=\"point\" id=\"p-{id}\"")).count(), 1, "{id}");
        count += 1;
    }
    assert_eq!(text.matches("<article class=\"point\"").count(), count);
    let rows = between(&text, "<table class=\"all\">", "</table>");
    assert_eq!(rows.matches("<tr><td>").count(), report["check"]["findings"].as_array().unwrap().len());
    for sentence in report["disclaimers"].as_array().unwrap() {
        assert!(text.contains(sentence.as_str().unwrap()), "{sentence}");
    }
    assert!(page(Path::new(NORTHWIND), &[]).len() < 2_000_000);
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let text = page(Path::new(FIRST_GAP), &[]);
    let links = text.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut count = 0;
    for link in links {
        assert!(text.contains(&format!("id=\"{link}\"")), "`#{link}`");
        count += 1;
    }
    assert!(count > 300, "{count}");
    assert!(!text.contains("http://") && !text.contains("https://"), "nothing leads away from it");
}

#[test]
fn a_browser_is_told_to_run_nothing_but_what_is_ours() {
    let text = page(Path::new(FIRST_GAP), &[]);
    for (what, start, end) in [("style", "<style>", "</style>"), ("script", "<script>", "</script>")] {
        assert_eq!(text.matches(start).count(), 1, "{what}");
        let hash = Base64::encode_string(&Sha256::digest(between(&text, start, end)));
        assert!(text.contains(&format!("{what}-src 'sha256-{hash}'")), "{what}");
    }
    assert!(!text.contains(" style=\""), "such a policy lets no style stand at a tag");
}

#[test]
fn what_documents_say_is_text_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let evil =
        "<script>alert(1)</script>\\\" onmouseover=\\\"alert(2) {{ 7 * 7 }} \\u202E\\u0007 `<img src=x>`";
    write(folder.path(), "probity.toml", &format!("[organization]\nname = \"}}*/</style>{evil}\"\n"));
    let long = "x".repeat(10_000);
    write(
        folder.path(),
        "work.yaml",
        &format!(
            "type: remediation-action\nid: RMD-001\ntitle: \"{evil}\"\nowner: \"{long}\"\nstate: planned\n\
             due_on: 2026-12-01\naddresses: [\"4.1/01\"]\n---\ntype: risk\nid: RSK-001\ntitle: \"{evil}\"\nlikelihood: \
             \"{evil}\"\n"
        ),
    );
    let text = page(folder.path(), &[]);
    assert!(text.contains("RMD-001"), "the work stands in the page");
    assert_eq!(text.matches("<script>").count(), 1, "there is one script, and it is ours");
    assert_eq!(text.matches("</style>").count(), 1);
    assert!(text.contains("{{ 7 * 7 }}"), "what looks like a template is text");
    assert!(!text.contains("49 "), "and is not computed");
    for bad in ["<img", "onmouseover=\"", "\u{202e}", "\u{7}"] {
        assert!(!text.contains(bad), "{bad:?}");
    }
}

#[test]
fn a_template_of_ones_own_stands_in_the_place_of_ours_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let own = "probity/templates/report/sponsor.html";
    write(folder.path(), "scope.yaml", "type: scope\nid: SCO-001\ntitle: Scope\n");
    write(folder.path(), own, "<section id=\"sponsor\"><h2>For {{ organization }}</h2></section>\n");
    write(folder.path(), "probity.toml", "[organization]\nname = \"A & B\"\n");
    let text = page(folder.path(), &[]);
    assert!(text.contains("<h2>For A &amp; B</h2>") && !text.contains("What would stop the audit"));
    assert!(between(&text, "id=\"changed\"", "</section>").contains(own));
    write(folder.path(), "probity/templates/report/style.css", "body { color: red; }\r\n");
    let style = page(folder.path(), &[]);
    let style = between(&style, "<style>", "</style>");
    assert!(
        style.contains("color: red") && style.contains(".s-fulfilled"),
        "the colours of states stay ours"
    );
}

#[test]
fn a_template_that_cannot_be_used_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "scope.yaml", "type: scope\nid: SCO-001\ntitle: Scope\n");
    let with = |name: &str, text: &str| {
        write(folder.path(), &format!("probity/templates/report/{name}"), text);
        let told = refused(folder.path(), &[]);
        fs::remove_file(folder.path().join("probity/templates/report").join(name)).unwrap();
        told
    };
    let told = with("plan.html", "<p>\n  {{ gap.nothing.here }}\n");
    assert!(
        told.contains("probity/templates/report/plan.html:2:") && told.contains("--print-context"),
        "{told}"
    );
    let told = with("plan.html", "{% if %}");
    assert!(told.contains("probity/templates/report/plan.html:1:"), "{told}");
    let told = with("sponser.html", "");
    assert!(
        told.contains("no template that can be replaced") && told.contains("perhaps sponsor.html"),
        "{told}"
    );
    for fixed in ["limits.html", "changed.html", "states.css", "page.html"] {
        assert!(with(fixed, "").contains("no template that can be replaced"), "{fixed}");
    }
    let told = with("style.css", "</style><script>");
    assert!(told.contains("holds `</`"), "{told}");
    let endless =
        "{% for a in range(end=100000) %}{% for b in range(end=100000) %}xxxxxxxxxx{% endfor %}{% endfor %}";
    assert!(with("plan.html", endless).contains("larger than 64 MiB"));
    assert!(with("plan.html", "{% include \"plan.html\" %}").contains("ircular"));
}

#[test]
fn a_page_is_made_from_a_file_as_from_the_documents() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let first_gap = Path::new(FIRST_GAP);
    let name = file.to_str().unwrap();
    let (code, text, _) =
        probity(first_gap, &["report", "--as-of", "2026-06-30", "--format", "json", "--output", name]);
    assert_eq!((code, text.as_str()), (0, ""));
    assert_eq!(page(folder.path(), &["--from", name]), page(first_gap, &[]));
    for (text, words) in
        [("{}", "no report"), ("[1", "no report"), ("{\"format\": \"probity-check\"}", "no report")]
    {
        write(folder.path(), "other.json", text);
        let told = refused(folder.path(), &["--from", folder.path().join("other.json").to_str().unwrap()]);
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn what_a_template_can_use_can_be_seen() {
    let (code, text, _) =
        probity(Path::new(FIRST_GAP), &["report", "--as-of", "2026-06-30", "--print-context"]);
    assert_eq!(code, 0);
    let context: serde_json::Value = serde_json::from_str(&text).unwrap();
    for name in ["gap", "ready", "check", "changed_from_defaults", "disclaimers", "view", "since"] {
        assert!(context.get(name).is_some(), "{name}");
    }
    assert!(context["view"]["plan"]["bars"].as_array().is_some_and(|bars| !bars.is_empty()));
}

fn paper(folder: &Path, kind: &str, more: &[&str]) -> serde_json::Value {
    let text = page(folder, &[&["--kind", kind, "--format", "json"], more].concat());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_management_review_gets_each_input_with_its_material() {
    let folder = Path::new(NORTHWIND);
    let paper = paper(folder, "management-review", &[]);
    let inputs = paper["review"]["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 14);
    let ids = |input: &str| -> Vec<&str> {
        let input = inputs.iter().find(|found| found["input"] == input).unwrap();
        input["material"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
    };
    assert_eq!(ids("earlier-actions").len(), 4, "what is done is not on the table");
    assert!(ids("objectives").iter().all(|id| id.starts_with("OBJ-")) && !ids("objectives").is_empty());
    assert!(ids("audit-results").contains(&"EXA-002"), "an audit of the period");
    assert!(
        !ids("audit-results").contains(&"IAR-001"),
        "one of the year before is not: {:?}",
        ids("audit-results")
    );
    assert!(paper["review"]["last"]["id"] == "MRV-001" && paper["review"]["next_on"] == "2027-03-10");
    let text = page(folder, &["--kind", "management-review"]);
    for input in inputs {
        assert!(text.contains(&format!("id=\"{}\"", input["input"].as_str().unwrap())), "{input}");
    }
    let empty = tempfile::tempdir().unwrap();
    write(empty.path(), "scope.yaml", "type: scope-statement\nid: SCO-001\ntitle: Scope\n");
    let text = page(empty.path(), &["--kind", "management-review"]);
    assert!(text.contains("No review is recorded yet") && text.matches("Nothing was found").count() == 14);
}

#[test]
fn an_internal_audit_gets_questions_and_room() {
    let folder = Path::new(NORTHWIND);
    let text = page(folder, &["--kind", "internal-audit", "--clause", "8.6.1"]);
    let points = text.matches("<article class=\"point\">").count();
    assert!(points > 5 && text.matches("<span>Seen</span>").count() == points, "{points}");
    assert!(!text.contains("8.6.2/01") && text.contains("8.6.1/01") && text.contains("<ul class=\"ask\">"));
    let told = refused(folder, &["--kind", "internal-audit", "--clause", "8.6.11"]);
    assert!(told.contains("there is no clause `8.6.11`") && told.contains("did you mean"), "{told}");
    let told = refused(folder, &["--kind", "surveillance", "--clause", "8.6.1"]);
    assert!(told.contains("only a checklist"), "{told}");
}

#[test]
fn a_surveillance_audit_gets_what_is_open_and_why_it_cannot_be_told_what_changed() {
    let empty = tempfile::tempdir().unwrap();
    write(
        empty.path(),
        "ncr.yaml",
        "type: nonconformity\nid: NCR-001\ntitle: Late\nstate: open\n---\ntype: nonconformity\nid: NCR-002\ntitle: \
         Later\nstate: closed\n",
    );
    let paper = paper(empty.path(), "surveillance", &[]);
    let open = paper["surveillance"]["open"].as_array().unwrap();
    assert!(open.len() == 1 && open[0]["id"] == "NCR-001" && paper["surveillance"]["since"].is_null());
    let text = page(empty.path(), &["--kind", "surveillance"]);
    assert!(text.contains("there is no audit to count from") && text.contains("Not ready for"), "{text}");
    let audit = "type: external-audit\nid: EXA-001\ntitle: Stage 2\naudit_kind: stage-2\nheld_from: \
                 2026-05-01\nheld_to: 2026-05-02\n";
    write(empty.path(), "audit.yaml", audit);
    let text = page(empty.path(), &["--kind", "surveillance"]);
    assert!(text.contains("It cannot be told: ") && text.contains("no git repository"), "{text}");
}
