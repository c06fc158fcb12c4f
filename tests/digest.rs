//! The approved digest: whatever changes the content changes it, and nothing else does.

use std::{collections::BTreeMap, sync::Arc};

use probity::{
    corpus::{self, Documents},
    model::{Content, File, Snapshot},
    text::Source,
    yaml::Limits,
};

#[path = "support/values.rs"]
mod values;

use values::CATALOG;

const POLICY: &str = "\
type: information-security-policy
id: POL-003
title: Information security policy
version: \"1.0\"
status: approved
approval: {by: PER-001, date: 2026-01-15}
audiences: [staff, suppliers]
body: |
  We keep secrets.

  We tell nobody.
";

/// The digests of the documents in some files, by id.
fn digests(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut snapshot = Snapshot::default();
    let mut attachments = BTreeMap::new();
    for (path, text) in files {
        if *path == "a.yaml" || *path == "b/c.yaml" || text.starts_with("---") {
            let content = Content::Text(Arc::new(Source::new(*path, *text)));
            snapshot.files.push(File { path: (*path).to_owned(), content });
        } else {
            attachments.insert((*path).to_owned(), text.as_bytes().to_vec());
        }
    }
    snapshot.attachments = Box::new(attachments);
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &CATALOG);
    let digest = |(number, document): (u32, &corpus::Document<'_>)| {
        let digest = documents.digest(number).map_or_else(|why| why.to_string(), |digest| digest.to_string());
        (document.id().unwrap().0.to_owned(), digest)
    };
    (0..).zip(documents.iter()).map(digest).collect()
}

fn digest(text: &str) -> String {
    digests(&[("a.yaml", text)]).into_values().next().unwrap()
}

/// The digest after a change to the text.
fn after(from: &str, to: &str) -> String {
    assert!(POLICY.contains(from), "{from}");
    digest(&POLICY.replace(from, to))
}

#[test]
fn the_form_does_not_change_between_versions_of_the_program() {
    // As `tests/peers/digest.py` works it out, too.
    assert_eq!(digest(POLICY), "v1:sha256:0b4f2c7c75b3695c8d88de50f58c761ca4acb69ff91f616f2aa031380b442401");
}

#[test]
fn what_changes_the_content_changes_the_digest() {
    let before = digest(POLICY);
    let changes = [
        ("We tell nobody.", "We tell somebody."),
        ("title: Information security policy", "title: Security policy"),
        ("[staff, suppliers]", "[suppliers, staff]"),
        ("[staff, suppliers]", "[staff]"),
        ("id: POL-003", "id: POL-004"),
        ("body: |\n", "note: For all\nbody: |\n"),
        ("information-security-policy\n", "service-management-policy\n"),
    ];
    for (from, to) in changes {
        assert_ne!(after(from, to), before, "{to}");
    }
}

#[test]
fn what_belongs_to_control_does_not_change_it() {
    let before = digest(POLICY);
    let changes = [
        ("version: \"1.0\"", "version: \"1.1\""),
        ("status: approved", "status: withdrawn\nwithdrawn_on: 2026-06-01"),
        ("approval: {by: PER-001, date: 2026-01-15}\n", ""),
        ("status: approved", "status: approved\nreviewed_on: 2026-06-01\nreview_interval: P1Y"),
        ("status: approved", "status: superseded\nsuperseded_by: POL-009"),
        ("status: approved", "status: approved\nchanges:\n  - {version: \"1.0\", summary: first}"),
        ("status: approved", "status: approved\neffective_on: 2026-02-01\ndistribution: [staff]"),
    ];
    for (from, to) in changes {
        assert_eq!(after(from, to), before, "{to}");
    }
}

#[test]
fn nor_does_the_way_in_which_it_is_written() {
    let before = digest(POLICY);
    assert_eq!(after("[staff, suppliers]", "\n  - \"staff\"\n  - 'suppliers'"), before, "style");
    assert_eq!(digest(&format!("# kept by PER-007\n{POLICY}")), before, "a comment");
    assert_eq!(digest(&POLICY.replace('\n', "\r\n")), before, "line ends");
    assert_eq!(after("We keep secrets.", "We keep secrets.  "), before, "white space at the end of a line");
    assert_eq!(digest(&format!("type: role\nid: ROL-1\ntitle: x\n---\n{POLICY}")).len(), before.len());
    let moved = digests(&[("b/c.yaml", &format!("type: role\nid: ROL-1\ntitle: x\n---\n{POLICY}"))]);
    assert_eq!(moved["POL-003"], before, "another file, and a neighbour");
    let (fields, text) = POLICY.split_once("body: |\n").unwrap();
    let reversed: Vec<&str> = fields.lines().rev().collect();
    assert_eq!(digest(&format!("body: |\n{text}{}\n", reversed.join("\n"))), before, "the order of fields");
}

#[test]
fn a_text_may_move_between_its_three_places() {
    let before = digest(POLICY);
    let (fields, text) = POLICY.split_once("body: |\n").unwrap();
    let text = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let front = digests(&[("a.md", &format!("---\n{fields}---\n\n{text}\n"))]);
    assert_eq!(front["POL-003"], before, "behind front matter");
    let file = format!("{fields}body_file: texts/security.md\n");
    let windows = text.replace('\n', "\r\n");
    let found = digests(&[("a.yaml", &file), ("texts/security.md", &windows)]);
    assert_eq!(found["POL-003"], before, "in a file, with the line ends of Windows");
    let found = digests(&[("a.yaml", &file), ("texts/security.md", "We keep nothing.")]);
    assert_ne!(found["POL-003"], before);
    assert_eq!(digests(&[("a.yaml", &file)])["POL-003"], "there is no file `texts/security.md`");
}

#[test]
fn a_stub_stands_for_the_bytes_of_its_file() {
    let stub = "type: procedure\nid: PRO-001\ntitle: x\nstatus: draft\nheld_in: files/x.txt\n";
    let of = |bytes: &str| digests(&[("a.yaml", stub), ("files/x.txt", bytes)])["PRO-001"].clone();
    assert_eq!(of("one\ntwo\n"), of("one\r\ntwo\r\n"), "line ends of a text");
    assert_ne!(of("one\n"), of("two\n"));
    assert_ne!(of("\0one\r\n"), of("\0one\n"), "what holds a zero byte is no text");
    let recorded = format!("{stub}held_in_sha256: \"{}\"\n", "0".repeat(64));
    let found = digests(&[("a.yaml", &recorded), ("files/x.txt", "one\n")]);
    assert_eq!(found["PRO-001"], of("one\n"), "recording the digest of the file changes nothing");
}

#[test]
fn defaults_aliases_and_merges_count_as_if_written_out() {
    let single = digest("type: risk\nid: RSK-1\ntitle: x\nowner: ROL-1\nlikelihood: 3\n");
    let entry = digests(&[(
        "a.yaml",
        "collection: risk\ndefaults: {owner: ROL-1, likelihood: 1}\nentries:\n  - {id: RSK-1, title: x, likelihood: 3}\n  - {id: RSK-2, title: y}\n",
    )]);
    assert_eq!(entry["RSK-1"], single);
    let merged = "type: risk\nid: RSK-1\ntitle: &t x\n<<: {owner: ROL-1}\nlikelihood: 3\n";
    assert_eq!(digest(merged), single);
}

#[test]
fn a_register_is_approved_with_its_entries() {
    let register = |entries: &str| {
        let text = format!(
            "collection: risk\nregister: {{id: REG-1, title: Risks, status: approved}}\ndefaults: {{owner: ROL-1}}\nentries:\n{entries}"
        );
        digests(&[("a.yaml", &text)])["REG-1"].clone()
    };
    let before = register("  - {id: RSK-1, title: x}\n  - {id: RSK-2, title: y}\n");
    assert_eq!(
        register("  - {id: RSK-2, title: y}\n  - {id: RSK-1, title: x}\n"),
        before,
        "the order of entries"
    );
    assert_eq!(
        register("  - {id: RSK-1, title: x, reviewed_on: 2026-05-01}\n  - {id: RSK-2, title: y}\n"),
        before,
        "a review of an entry"
    );
    assert_eq!(
        register(
            "  - {id: RSK-1, title: x}\n  - {id: RSK-2, title: y}\n---\ncollection: role\nentries: [{id: ROL-1, title: x}]\n"
        ),
        before,
        "a list without a register behind it"
    );
    assert_ne!(register("  - {id: RSK-1, title: x}\n"), before, "an entry less");
    assert_ne!(
        register("  - {id: RSK-1, title: z}\n  - {id: RSK-2, title: y}\n"),
        before,
        "an entry changed"
    );
}
