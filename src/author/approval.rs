//! An approval, written into the document for which it is given.
//!
//! Three fields are written: `status`, `version` where a new one is given, and `approval`. An approval that
//! stands there goes as a whole, with the comments between its lines, which speak of it; git keeps it. All other
//! bytes stay as they were.

use chrono::NaiveDate;

use super::{
    AuthorError, Change, Revision, changed,
    value::{Fields, Value},
};

const STATUS: &str = "status";
const VERSION: &str = "version";
const APPROVAL: &str = "approval";
/// What the status of a document says that is approved.
const APPROVED: &str = "approved";
/// A new field goes behind the first of these that is there.
const BEFORE: [&str; 4] = [STATUS, VERSION, "title", "id"];

/// An approval, as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The version that the document has by it; none leaves the one it has.
    pub version: Option<String>,
    /// Who approved.
    pub by: String,
    /// In which role.
    pub role: Option<String>,
    /// On which day.
    pub date: NaiveDate,
    /// Who writes it down, if somebody else.
    pub recorded_by: Option<String>,
    /// What proves it.
    pub evidence: Vec<String>,
    /// Of the content that was approved.
    pub digest: Option<String>,
}

impl Approval {
    fn fields(&self) -> Fields {
        let mut fields: Fields = vec![("by".into(), text(&self.by))];
        fields.extend(self.role.as_ref().map(|role| ("role".into(), text(role))));
        fields.push(("date".into(), Value::Day(self.date)));
        fields.extend(self.recorded_by.as_ref().map(|recorder| ("recorded_by".into(), text(recorder))));
        if !self.evidence.is_empty() {
            fields.push(("evidence".into(), Value::List(self.evidence.iter().map(text).collect())));
        }
        fields.extend(self.digest.as_ref().map(|digest| ("digest".into(), text(digest))));
        fields
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The text of a file with an approval written into the document of an id.
///
/// # Errors
///
/// If there is not just one such document, it is not written so that one can write into it alone, or what
/// would stand there does not read as it should.
pub fn approved(path: &str, text: &str, id: &str, approval: &Approval) -> Result<String, AuthorError> {
    changed(path, text, &[Revision { id: id.to_owned(), changes: changes(approval) }])
}

fn changes(approval: &Approval) -> Vec<Change> {
    let change = |field: &str, to: Value| Change {
        path: vec![field.to_owned()],
        to: Some(to),
        behind: BEFORE.map(str::to_owned).to_vec(),
    };
    // In this order they stand below each other where they are new.
    let version = approval.version.as_ref().map(|version| change(VERSION, text(version)));
    let mut changes: Vec<Change> = version.into_iter().chain([change(STATUS, text(APPROVED))]).collect();
    changes.push(change(APPROVAL, Value::Fields(approval.fields())));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval() -> Approval {
        Approval {
            version: Some("2.0".to_owned()),
            by: "PER-001".to_owned(),
            role: Some("ROL-001".to_owned()),
            date: "2026-03-02".parse().unwrap(),
            recorded_by: None,
            evidence: vec!["evidence/minutes.md".to_owned(), "Meeting: all agreed".to_owned()],
            digest: Some("v1:sha256:00".to_owned()),
        }
    }

    /// The smallest that one can give.
    fn short() -> Approval {
        Approval { version: None, role: None, evidence: Vec::new(), digest: None, ..approval() }
    }

    const FLOW: &str = "{by: PER-001, role: ROL-001, date: 2026-03-02, evidence: [evidence/minutes.md, \"Meeting: all agreed\"], digest: \"v1:sha256:00\"}";

    const BLOCK: &str = "approval:\n  by: PER-001\n  role: ROL-001\n  date: 2026-03-02\n  evidence: [evidence/minutes.md, \"Meeting: all agreed\"]\n  digest: \"v1:sha256:00\"\n";

    /// The block with so many columns more before it.
    fn block(columns: usize) -> String {
        BLOCK.lines().fold(String::new(), |text, line| format!("{text}{}{line}\n", " ".repeat(columns)))
    }

    fn written(text: &str) -> String {
        approved("a.yaml", text, "P-1", &approval()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn shortly(text: &str) -> String {
        approved("a.yaml", text, "P-1", &short()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn a_draft_is_approved() {
        let text = "type: procedure\nid: P-1\ntitle: Restore\nversion: '1.0' # first\nstatus: draft  # soon\n\n# Text\nbody: |\n  a\n";
        let expected = text
            .replace("'1.0'", "\"2.0\"")
            .replace("draft  # soon\n", &format!("approved  # soon\n{BLOCK}"));
        assert_eq!(written(text), expected);
    }

    #[test]
    fn the_old_approval_goes_as_a_whole() {
        let old = "approval: # of the board\n    by: PER-009 # by mail\n    # They met twice.\n\n    evidence:\n    - a\n    - >-\n      b\n      c\n    # and that was that\n";
        let text = format!("id: P-1\n{old}# next\nstatus: approved\nversion: 2.0\nowner: x\n");
        let new = block(0).replace("approval:", "approval: # of the board").replace("\n  ", "\n    ");
        assert_eq!(written(&text), text.replace(old, &new));
        for old in [
            "approval: PER-009 # mail\n",
            "approval: ~ # mail\n",
            "approval: {by: PER-009,\n  role: x} # mail\n",
            "approval: [] # mail\n",
        ] {
            let text = format!("id: P-1\n{old}status: approved\n");
            assert_eq!(
                shortly(&text),
                "id: P-1\napproval: {by: PER-001, date: 2026-03-02} # mail\nstatus: approved\n"
            );
        }
        let text = "id: P-1\nstatus: approved\napproval:\n- a\n- b\nowner: x\n";
        let new = "approval:\n  by: PER-001\n  date: 2026-03-02\n";
        assert_eq!(shortly(text), text.replace("approval:\n- a\n- b\n", new));
    }

    #[test]
    fn fields_without_a_value_are_filled() {
        let text = "id: P-1\nversion:\nstatus: # not yet\napproval:  # not yet\nowner: x\n";
        let expected = text
            .replace("version:", "version: \"2.0\"")
            .replace("status:", "status: approved")
            .replace("approval:  # not yet\n", &BLOCK.replacen('\n', "  # not yet\n", 1));
        assert_eq!(written(text), expected);
        assert_eq!(
            shortly("{id: P-1, approval:, status: }"),
            "{id: P-1, approval: {by: PER-001, date: 2026-03-02}, status: approved }"
        );
    }

    #[test]
    fn missing_fields_follow_the_title() {
        let text = "id: P-1\ntitle: >\n  Restore\n\n  a server\n  # or two\nowner: x\n";
        let new = "version: \"2.0\"\nstatus: approved\n";
        assert_eq!(written(text), text.replace("owner", &format!("{new}{BLOCK}owner")));
        assert_eq!(
            written("id: P-1\nversion: 2.0"),
            format!("id: P-1\nversion: 2.0\nstatus: approved\n{}", BLOCK.trim_end())
        );
    }

    #[test]
    fn one_document_of_several_is_approved() {
        let text = "id: P-0\nstatus: draft\n---\n# second\nid: P-1\nstatus: draft\n...\n---\nid: P-2\nstatus: draft\n";
        let expected = text.replacen(
            "P-1\nstatus: draft\n",
            "P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02\n",
            1,
        );
        assert_eq!(shortly(text), expected);
    }

    #[test]
    fn an_entry_is_approved_as_it_is_written() {
        let text = "collection: sla\ndefaults: {status: draft}\nentries:\n  - id: P-0\n    status: draft\n  -   title: x\n      id: P-1\n      status: draft\n      # deeper\n  # of the list\n  - {id: P-2}\n";
        let expected = text.replace(
            "P-1\n      status: draft\n",
            &format!("P-1\n      status: approved\n      version: \"2.0\"\n{}", block(6)),
        );
        assert_eq!(written(text), expected);
        let text = "collection: sla\nentries:\n- {id: P-0, status: draft}\n- {id: P-1, title: 'a, b', status: draft} # soon\n- {\n  \"id\": \"P-1b\"}\n";
        let expected = text.replace(
            "'a, b', status: draft}",
            &format!("'a, b', status: approved, version: \"2.0\", approval: {FLOW}}}"),
        );
        assert_eq!(written(text), expected);
        let text = "collection: sla\nentries: [{id: P-0}, {id: P-1, title: {a: b}}]\n";
        let expected =
            text.replace("{a: b}", "{a: b}, status: approved, approval: {by: PER-001, date: 2026-03-02}");
        assert_eq!(shortly(text), expected);
        let text =
            "collection: sla\ndefaults: {status: approved, version: '1'}\nentries:\n- id: P-1\n- id: P-2\n";
        assert_eq!(
            shortly(text),
            text.replace(
                "- id: P-1\n",
                "- id: P-1\n  status: approved\n  approval:\n    by: PER-001\n    date: 2026-03-02\n"
            )
        );
    }

    #[test]
    fn a_register_is_approved_and_not_its_entries() {
        let text = "collection: risk\nregister:\n  id: P-1\n  version: \"1.0\"\n  status: draft\nentries:\n- id: R-1\n  status: draft\n";
        let expected = text
            .replace("\"1.0\"", "\"2.0\"")
            .replace("status: draft\nentries", &format!("status: approved\n{}entries", block(2)));
        assert_eq!(written(text), expected);
        let text = "register: {id: P-1, status: draft, approval: {by: x}}\ncollection: risk\nentries: []\n";
        let expected =
            text.replace("draft", "approved").replace("{by: x}", "{by: PER-001, date: 2026-03-02}");
        assert_eq!(shortly(text), expected);
    }

    #[test]
    fn front_matter_is_approved_and_its_text_stays() {
        let text = "---\nid: P-1\nstatus: draft\n---\n# Text\nstatus: draft\n";
        let expected =
            text.replacen("draft\n", "approved\napproval:\n  by: PER-001\n  date: 2026-03-02\n", 1);
        assert_eq!(approved("a.md", text, "P-1", &short()).unwrap(), expected);
        assert!(matches!(approved("a.md", "# P-1\n", "P-1", &short()), Err(AuthorError::NoDocument { .. })));
        assert!(matches!(
            approved("a.md", "---\nid: P-1\n", "P-1", &short()),
            Err(AuthorError::Unsound { .. })
        ));
    }

    #[test]
    fn line_ends_and_marks_are_those_of_the_file() {
        let text = "\u{feff}id: P-1\r\nstatus: draft\r\napproval:\r\n  by: x\r\n  # y\r\nowner: x\r\n";
        let expected = text
            .replace("draft", "approved")
            .replace("  by: x\r\n  # y\r\n", "  by: PER-001\r\n  date: 2026-03-02\r\n");
        assert_eq!(shortly(text), expected);
        assert_eq!(
            shortly("\u{feff}{id: P-1}"),
            "\u{feff}{id: P-1, status: approved, approval: {by: PER-001, date: 2026-03-02}}"
        );
        assert_eq!(
            shortly("id: P-1\nstatus: draft\napproval:\n  by: x"),
            "id: P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02"
        );
        assert_eq!(
            shortly("id: P-1\nstatus: draft\napproval:"),
            "id: P-1\nstatus: approved\napproval:\n  by: PER-001\n  date: 2026-03-02"
        );
    }

    #[test]
    fn keys_may_stand_in_quotes() {
        let text = "\"id\": P-1\n'status' : \"draft\"\n\"approval\":\n  \"by\": x\n";
        assert_eq!(
            shortly(text),
            "\"id\": P-1\n'status' : approved\n\"approval\":\n  by: PER-001\n  date: 2026-03-02\n"
        );
        assert_eq!(
            shortly("{\"id\":\"P-1\",\"status\":\"draft\"}\n"),
            "{\"id\":\"P-1\",\"status\":approved, approval: {by: PER-001, date: 2026-03-02}}\n"
        );
    }

    #[test]
    fn long_evidence_stands_line_by_line() {
        let evidence = ["a".repeat(70), "b".repeat(70)];
        let approval = Approval { evidence: evidence.to_vec(), ..short() };
        let text = approved("a.yaml", "id: P-1\nstatus: draft\n", "P-1", &approval).unwrap();
        assert!(
            text.ends_with(&format!("  evidence:\n    - {}\n    - {}\n", evidence[0], evidence[1])),
            "{text}"
        );
    }

    #[test]
    fn what_is_approved_already_can_be_approved_again() {
        let once = written("id: P-1\nstatus: in-review\n");
        assert_eq!(written(&once), once);
    }

    #[test]
    fn what_is_not_written_out_is_refused() {
        let refused = |text: &str| match approved("a.yaml", text, "P-1", &approval()) {
            Err(AuthorError::Tied { what, .. }) => what,
            other => panic!("{other:?}\n{text}"),
        };
        for (text, what) in [
            ("id: P-1\nstatus: &s draft\n", "`status`"),
            ("id: P-1\nold: &s draft\nstatus: *s\n", "`status`"),
            ("id: P-1\nstatus: !!str draft\n", "`status`"),
            ("id: P-1\nstatus: |- # soon\n  draft\n", "`status`"),
            ("collection: sla\nx: &d {status: draft}\nentries:\n- <<: *d\n  id: P-1\n", "`status`"),
            ("collection: sla\nx: &d {approval: {by: x}}\nentries:\n- id: P-1\n  <<: *d\n", "`approval`"),
            ("id: P-1\napproval: &a\n  by: x\n", "`approval`"),
            ("id: P-1\napproval: &a {by: x}\n", "`approval`"),
            ("id: P-1\nversion: &v 1.0\n", "`version`"),
            ("x: &e {id: P-1}\ncollection: sla\nentries: [*e]\n", "the fields"),
            ("x: &e {id: P-1}\ncollection: sla\nregister: *e\nentries: []\n", "the fields"),
            ("collection: sla\nx: &d {id: P-1}\nentries:\n- <<: *d\n", "the fields"),
        ] {
            assert_eq!(refused(text), what, "{text}");
        }
        let error = approved("a.yaml", "id: P-1\nstatus: &s draft\n", "P-1", &approval()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write `status` of `P-1` in `a.yaml`, line 2: it is not written out there"
        );
        assert_eq!(
            error.help(),
            "write `status` of the document itself and plainly, without `&`, `*`, `!` and `<<`"
        );
    }

    #[test]
    fn what_would_change_something_else_is_refused() {
        for text in [
            "id: P-1\nstatus: draft\napproval:\n  by: &p PER-1\nauthor: *p\n",
            "collection: sla\nentries:\n- &e\n  id: P-1\n  status: draft\n- <<: *e\n  id: P-2\n",
            "? id\n: P-1\n",
            "id: P-1\ntitle: |\n  Restore",
        ] {
            let refused = approved("a.yaml", text, "P-1", &approval());
            assert!(matches!(refused, Err(AuthorError::NotAsMeant { .. })), "{refused:?}\n{text}");
        }
    }

    #[test]
    fn one_document_of_the_id_is_there_or_nothing_is_written() {
        let refused = |text: &str| approved("a.yaml", text, "P-1", &approval()).unwrap_err();
        assert!(matches!(refused("id: P-2\n"), AuthorError::NoDocument { .. }));
        assert!(matches!(refused("- id: P-1\n"), AuthorError::NoDocument { .. }));
        assert!(matches!(refused("id: P-1\n---\nid: P-1\n"), AuthorError::SeveralDocuments { .. }));
        assert!(matches!(refused("id: P-1\nid: P-1\n"), AuthorError::Unsound { line: 2, .. }));
    }
}
