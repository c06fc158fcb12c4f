//! What is told as missing on a trail: nothing of records that lead on as they should, whatever stands in them
//! besides, and exactly the one thing whose link is taken away. The records are those of no example.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use probity::{
    catalog::Catalog,
    corpus::{self, Documents},
    model::{Content, File, Judged, Period, ProofAsked, Snapshot},
    text::Source,
    trail,
    yaml::Limits,
};

/// What is told as missing, and what cannot be told, from a record on, without what completeness says.
fn told(text: &str, id: &str, name: &str) -> Vec<String> {
    let content = Content::Text(Source::new("a.yaml", text).into());
    let files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let snapshot = Snapshot {
        files: vec![File { path: "a.yaml".to_owned(), content }],
        attachments: Box::new(files),
        ..Snapshot::default()
    };
    let catalog = Catalog::embedded();
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let as_of = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    let judged = Judged {
        as_of,
        period: Period::year_to(as_of),
        time_zone: Tz::UTC,
        organization: None,
        language: "en".to_owned(),
        extended: false,
        levels: BTreeMap::new(),
        own: BTreeMap::new(),
        proof: ProofAsked::default(),
    };
    let found = catalog.trails().iter().find(|trail| trail.id == name).unwrap();
    let number = documents.find(id).unwrap_or_else(|| panic!("{id} is not read"));
    let followed = trail::follow(&documents, &judged, number, Some(found), trail::DEPTH);
    let missing = |found: &trail::Found<'_>| {
        let lacks = |told: &&String| told.contains(" lacks ");
        let missing =
            found.missing.iter().filter(|told| !lacks(told)).map(|told| format!("{}: {told}", found.id));
        let untold = found.not_testable.iter().map(|told| format!("{}: ? {told}", found.id));
        missing.chain(untold).collect::<Vec<_>>()
    };
    followed.records.iter().flat_map(missing).collect()
}

/// Follows a trail through records, and through the same with a piece of the text written otherwise, one at a time.
fn each_link(text: &str, first: &str, name: &str, others: &[(&str, &str, &str)]) {
    assert_eq!(told(text, first, name), [""; 0], "trail `{name}` from `{first}`");
    for (piece, otherwise, missing) in others {
        assert_eq!(text.matches(piece).count(), 1, "`{piece}` stands once");
        let expected: Vec<&str> = if missing.is_empty() { Vec::new() } else { vec![*missing] };
        assert_eq!(
            told(&text.replacen(piece, otherwise, 1), first, name),
            expected,
            "`{piece}` as `{otherwise}`"
        );
    }
}

const MAJOR: &str = include_str!("trails/incident.yaml");
const RELEASE: &str = include_str!("trails/change.yaml");
const AUDIT: &str = include_str!("trails/finding.yaml");
const ROLES: &str = include_str!("trails/people.yaml");
const RISKS: &str = include_str!("trails/risk.yaml");
const NEW_SERVICE: &str = include_str!("trails/service.yaml");

#[test]
fn an_incident_leads_to_what_was_learned_from_it() {
    each_link(
        MAJOR,
        "TICKET-1",
        "incident",
        &[
            (
                "incident: TICKET-1 # report",
                "incident: TICKET-2",
                "TICKET-1: no report of the major incident (requirement)",
            ),
            (
                "incident: TICKET-1 # security",
                "detected_at: 2026-03-01T08:00:00Z",
                "TICKET-1: no security incident (practice)",
            ),
            (
                "review_on: 2026-03-10",
                "note_to_be: none",
                "MAJOR-1: no review of the major incident (requirement)",
            ),
            (
                "problem: CAUSE-1 # known error",
                "symptom: slow",
                "CAUSE-1: no known error named (requirement)",
            ),
            ("change: RFC-1", "priority: 1", "CAUSE-1: no change named (integrity)"),
            ("services: [OFFER-1]", "services: []", "OFFER-1: no agreement for the service (requirement)"),
            ("sla: DEAL-1", "sla: DEAL-0", "DEAL-1: no review of results (requirement)"),
            // What is not in use, or new, is not asked.
            ("stage: live", "stage: in-design", ""),
            ("starts_on: 2025-01-01", "starts_on: 2026-06-01", ""),
        ],
    );
    // A problem that only the report names is behind the incident as well; without one it is asked for.
    let only_reported = MAJOR.replace("incidents: [TICKET-1]", "incidents: []");
    assert_eq!(told(&only_reported, "TICKET-1", "incident"), [""; 0]);
    let nowhere = only_reported.replace("problem: CAUSE-1 # report", "cause: a full disk");
    assert_eq!(told(&nowhere, "TICKET-1", "incident"), ["TICKET-1: no problem record named (practice)"]);
    for why in ["note: The cause was plain", "caused_by_change: RFC-1"] {
        let said = nowhere.replace("major: true", &format!("major: true\n{why}"));
        assert_eq!(told(&said, "TICKET-1", "incident"), [""; 0], "{why}");
    }
}

#[test]
fn a_major_incident_that_lasts_or_has_just_ended_is_not_yet_reported() {
    let of = |more: &str| format!("type: incident\nid: I-1\ntitle: a\nmajor: true\n{more}\n");
    for more in ["state: in-progress", "state: resolved\nresolved_at: 2026-06-25T10:00:00Z\nnote: a"] {
        assert_eq!(told(&of(more), "I-1", "incident"), [""; 0], "{more}");
    }
    for more in ["state: closed\nnote: a", "resolved_at: 2026-06-01T10:00:00Z\nnote: a"] {
        let expected = ["I-1: no report of the major incident (requirement)"];
        assert_eq!(told(&of(more), "I-1", "incident"), expected, "{more}");
    }
}

#[test]
fn what_went_live_leads_back_to_who_decided_on_it() {
    each_link(
        RELEASE,
        "ROLL-1",
        "change",
        &[
            ("release: SHIP-1 # baseline", "reason: audit", "SHIP-1: no baseline from before (requirement)"),
            ("environment: production", "environment: test", ""),
            (
                "verified_on: 2026-03-01T08:00:00Z",
                "method: pipeline",
                "SHIP-1: no test against the criteria (requirement)",
            ),
            (
                "decision: approved # normal\ndecided_at: 2026-02-20T10:00:00Z",
                "reason: a",
                "RFC-1: no decision (requirement)",
            ),
            ("decided_at: 2026-02-20T10:00:00Z", "reason: a", "RFC-1: no day of the decision (practice)"),
            (
                "decided_at: 2026-02-20T10:00:00Z",
                "decided_at: 2026-03-09T10:00:00Z",
                "RFC-1: no approval before the start (requirement)",
            ),
            (
                "decision: approved # normal",
                "decision: rejected",
                "RFC-1: no approval before the start (requirement)",
            ),
            ("backout_plan: Restore", "reason: Restore", "RFC-1: no plan to back out (requirement)"),
            ("test_evidence: [Log of the test]", "reason: a", "RFC-1: no test told (practice)"),
            ("review_on: 2026-03-20", "reason: a", "RFC-1: no review afterwards (requirement)"),
            ("affected_items: [BOX-1]", "reason: a", "RFC-1: no configuration item named (practice)"),
            ("model: RECIPE-1", "reason: a", "RFC-2: no model of the standard change named (integrity)"),
            ("plan: MOVE-1 # acceptance", "accepted_on: 2026-03-01", "MOVE-1: no acceptance (requirement)"),
            // Which kind of change it is decides what is asked.
            ("category: emergency", "category: normal", "RFC-3: no approval before the start (requirement)"),
        ],
    );
}

#[test]
fn an_emergency_is_decided_on_afterwards_within_the_own_limit() {
    let of = |start: &str| {
        format!(
            "type: change-request\nid: C-1\ntitle: a\ncategory: emergency\ndecision: pending\nactual_start: {start}\n\
             backout_plan: b\naffected_items: [X]\n"
        )
    };
    let telling = |start| {
        let all = told(&of(start), "C-1", "change");
        all.into_iter().filter(|told| told.contains("decision")).collect::<Vec<_>>()
    };
    assert_eq!(telling("2026-06-28T10:00:00Z"), [""; 0]);
    assert_eq!(telling("2026-06-20T10:00:00Z"), ["C-1: no decision (requirement)"]);
}

#[test]
fn a_finding_leads_to_whether_its_correction_worked() {
    each_link(
        AUDIT,
        "REPORT-1",
        "finding",
        &[
            (
                "nonconformity: WRONG-1 # finding",
                "statement: a",
                "FOUND-1: no nonconformity named (practice)",
            ),
            ("grade: minor # finding", "grade: opportunity", ""),
            (
                "root_cause: Nobody owned the list",
                "cause_method: five whys",
                "WRONG-1: no cause (requirement)",
            ),
            (
                "effectiveness: effective",
                "cause_method: five whys",
                "WRONG-1: no look at whether it worked (requirement)",
            ),
            (
                "nonconformity: WRONG-1 # action",
                "description: a",
                "WRONG-1: no corrective action (requirement)",
            ),
            ("evidence: [The list of May]", "description: a", "CURE-1: no proof that it was done (practice)"),
        ],
    );
    // A nonconformity that has the finding as its evidence deals with it.
    let evidence = AUDIT
        .replace("nonconformity: WRONG-1 # finding", "statement: a")
        .replace("state: closed", "state: closed\nevidence: [FOUND-1]");
    assert_eq!(told(&evidence, "REPORT-1", "finding"), [""; 0]);
    // Verified is not yet judged by its effect.
    let verified = AUDIT.replace("state: closed\neffectiveness: effective", "state: verified");
    assert_ne!(verified, AUDIT);
    assert_eq!(told(&verified, "REPORT-1", "finding"), [""; 0]);
}

#[test]
fn a_role_leads_to_who_can_fill_it() {
    each_link(
        ROLES,
        "CHIEF",
        "people",
        &[
            ("to: 2025-12-31", "to: 2025-12-30", ""),
            ("from: 2026-01-01", "from: 2026-12-01", "CHIEF: nobody holds it (requirement)"),
            (
                "role: CHIEF # second",
                "role: CLERK",
                "CHIEF: no look at the competence of its holders (requirement)",
            ),
            // A look at a person without a role counts for each role of theirs.
            ("role: CHIEF # second", "assessed_by: ANN", ""),
            ("from: 2026-01-01", "from: 2026-06-01", ""),
            ("action: DRILL", "assessed_by: ANN", "SKILL-2: no action that closes the gap (requirement)"),
        ],
    );
    let two = ROLES.replace("from: 2026-01-01}", "from: 2026-01-01}\n  - {person: ANN, from: 2026-01-01}");
    assert_eq!(
        told(&two, "CHIEF", "people"),
        ["CHIEF: no look at the competence of one of its holders (requirement)"]
    );
    let ended = ROLES
        .replace("id: CHIEF", "id: CHIEF\nactive: false")
        .replace("from: 2026-01-01", "from: 2026-12-01");
    assert_eq!(told(&ended, "CHIEF", "people"), [""; 0]);
}

#[test]
fn a_risk_leads_to_what_its_treatment_achieved() {
    each_link(
        RISKS,
        "THREAT-1",
        "risk",
        &[
            ("effectiveness: It worked", "description: a", "THREAT-1: no look at the effect (requirement)"),
            // While an action is open, or only just done, there is no effect to look at.
            ("effectiveness: It worked\nactive: true", "active: false", ""),
            ("origin: THREAT-1", "origin: THREAT-2", "THREAT-1: no action (requirement)"),
            ("treatment: reduce", "treatment: accept", "THREAT-1: no acceptance with a day (practice)"),
        ],
    );
    let begun = RISKS.replace("effectiveness: It worked", "description: a");
    for (done, otherwise) in
        [("state: done", "state: in-progress"), ("done_on: 2026-01-10", "done_on: 2026-06-10")]
    {
        assert_eq!(told(&begun.replace(done, otherwise), "THREAT-1", "risk"), [""; 0], "{otherwise}");
    }
}

#[test]
fn a_new_service_leads_to_its_first_results() {
    each_link(
        NEW_SERVICE,
        "THING",
        "service",
        &[
            ("service: THING # need", "statement: a", "THING: no requirement (requirement)"),
            ("service: THING # offer", "description: a", "THING: no entry of the catalogue (requirement)"),
            ("transition_plan: MOVE", "reason: a", "MOVE: no change that it began with (practice)"),
            ("services: [OFFER]", "workload: a", "OFFER: no agreement for the service (requirement)"),
            ("sla: DEAL # review", "held_on: 2026-06-01", "DEAL: no review of results (requirement)"),
            ("in_scope: true", "in_scope: false", ""),
        ],
    );
    let unplanned = NEW_SERVICE
        .replace("service: THING # plan", "testing: a")
        .replace("service: THING # acceptance", "deviations: a");
    assert_eq!(told(&unplanned, "THING", "service"), ["THING: no plan by which it came (requirement)"]);
    for (stage, otherwise) in [("stage: live", "stage: proposed"), ("stage: live", "stage: removed")] {
        let lone = format!("{}---\n", NEW_SERVICE.split("---\n").next().unwrap()).replace(stage, otherwise);
        assert_eq!(told(lone.trim_end_matches("---\n"), "THING", "service"), [""; 0], "{otherwise}");
    }
}

#[test]
fn an_agreement_leads_to_what_was_measured_and_to_its_suppliers() {
    let text = include_str!("trails/agreement.yaml");
    each_link(
        text,
        "DEAL",
        "agreement",
        &[
            ("agreed_on: 2025-01-01", "exceptions: [None]", "DEAL: no agreement with a day (requirement)"),
            ("status: approved # deal\nagreed_on: 2025-01-01", "status: draft", ""),
            ("services: [OFFER]", "exceptions: [None]", "DEAL: no service named (requirement)"),
            ("sla: DEAL", "held_on: 2026-06-01", "DEAL: no review of results (requirement)"),
            ("kpi: NUMBER # measured", "analysis: a", "NUMBER: no measurement (requirement)"),
            ("contract: PAPER", "held_on: 2026-06-01", "PAPER: no review of the supplier (requirement)"),
            ("contract: INSIDE", "held_on: 2026-06-01", "INSIDE: no review of the supplier (requirement)"),
            ("service: THING # need", "statement: a", "THING: no requirement (requirement)"),
        ],
    );
    let looked = text.replace("contract: INSIDE", "held_on: 2026-06-01");
    let looked = looked.replace("provider: UNIT", "provider: UNIT\nlast_monitored_on: 2026-05-01");
    assert_eq!(told(&looked, "DEAL", "agreement"), [""; 0]);
    let young = text.replace("kpi: NUMBER # measured", "analysis: a");
    let young = young.replace("frequency: P1M", "frequency: P1M\ncreated_on: 2026-06-10");
    assert_eq!(told(&young, "DEAL", "agreement"), [""; 0]);
}
