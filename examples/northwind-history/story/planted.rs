//! The faults: documents invented for them, each handled wrongly in one way, in the spring of 2026.

use super::{
    book::{Changes, How, Step},
    cast::{Account, Cast},
    course::{Happening, LATE, day},
    pieces::Key,
};

/// The commits of a fault, in the order in which they come.
type Told = Vec<(&'static str, Step)>;

/// The meeting that approved what is planted.
const MEETING: &str = "2026-05-12";
const MINUTES_FILE: &str = "evidence/minutes/2026-05-12-service-management.md";
const MINUTES: &str = "\
# Service management meeting, 12 May 2026

Present: PER-002 (chair), PER-004, PER-005, PER-006, PER-010, PER-011. Minutes: PER-006.

1. **Procedures.** Calls at night 1.0 (PRO-011), the way to the depots 1.0 (PRO-012), tests of alarms 1.0 (PRO-013),
   visitors 1.0 (PRO-014), the room of the servers 1.0 (PRO-015), devices that come back 1.0 (PRO-016) and loans 1.0
   (PRO-018). Approved by PER-002.
2. **Standard changes.** Noted that PER-010 approved the model SCM-002.
";
const OTHER_MINUTES: &str = "evidence/minutes/2026-02-23-service-management.md";

/// A procedure that is invented, in a file of its own.
#[derive(Clone, Copy)]
struct Procedure {
    id: &'static str,
    title: &'static str,
    author: &'static str,
    owner: &'static str,
    process: &'static str,
    step: &'static str,
}

impl Procedure {
    fn path(&self) -> String {
        format!("procedures/{}.yaml", self.title.to_lowercase().replace(' ', "-"))
    }

    /// As a draft, or approved on a day.
    fn text(&self, approved: Option<(&str, &str)>) -> String {
        let Self { id, title, author, owner, process, step } = self;
        let (status, approval) = match approved {
            None => ("draft", String::new()),
            Some((on, evidence)) => (
                "approved",
                format!("approval: {{by: PER-002, role: ROL-002, date: {on},\n  evidence: [{evidence}]}}\n"),
            ),
        };
        format!(
            "type: procedure\nid: {id}\ntitle: {title}\nowner: {owner}\nversion: \"1.0\"\nstatus: {status}\n\
             author: {author}\n{approval}effective_on: 2026-05-18\nreview_interval: P1Y\nclauses: [\"8.1\"]\n\
             retention: RET-001\nprocess: {process}\ncovers: other\ntrigger: It is needed\nsteps:\n  - {step}\n  - Note \
             it in the ticket\nroles: [{owner}]\nrecords: [service-request]\n"
        )
    }

    fn change(&self, approved: Option<(&str, &str)>) -> Changes {
        vec![(Key::file(&self.path()), Some(self.text(approved).into_bytes()))]
    }

    /// Drafted by the author, and approved by the meeting.
    fn told(&self, cast: &Cast, draft: How, approval: How) -> Told {
        let Self { id, author, .. } = self;
        vec![
            ("2026-05-05", commit(cast.account(author), format!("Draft {id} 1.0"), self.change(None), draft)),
            (MEETING, self.approved(cast, approval)),
        ]
    }

    fn approved(&self, cast: &Cast, how: How) -> Step {
        let message = format!("Record the approval of {} 1.0", self.id);
        commit(cast.account("PER-002"), message, self.change(Some((MEETING, MINUTES_FILE))), how)
    }
}

fn commit(who: Account, message: impl Into<String>, changes: Changes, how: How) -> Step {
    Step::Commit { who, message: message.into(), changes, how }
}

/// All that is planted.
pub fn of(cast: &Cast) -> Vec<Happening> {
    let minutes = vec![(Key::file(MINUTES_FILE), Some(MINUTES.as_bytes().to_vec()))];
    let minutes = commit(cast.account("PER-006"), "Minutes of 12 May 2026", minutes, How::Plain);
    let all = [
        vec![(MEETING, minutes)],
        a_word_changed(cast),
        approved_by_a_writer(cast),
        version_not_raised(cast),
        deleted_in_force(cast),
        sealed_and_changed(cast),
        forged(cast),
        rewritten(cast),
        not_signed(cast),
        filed_late(cast),
        squashed(cast),
    ];
    all.into_iter().flatten().map(|(on, step)| (day(on), LATE, vec![step])).collect()
}

/// DOC-03: one word is changed after the approval.
fn a_word_changed(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-011",
        title: "Calls at night",
        author: "PER-005",
        owner: "ROL-004",
        process: "PRC-002",
        step: "Call the engineer on duty, and after ten minutes the next one",
    };
    let mut told = procedure.told(cast, How::Plain, How::Plain);
    let longer =
        Procedure { step: "Call the engineer on duty, and after twenty minutes the next one", ..procedure };
    let changes = longer.change(Some((MEETING, MINUTES_FILE)));
    told.push((
        "2026-06-02",
        commit(cast.account("PER-005"), "Leave people a little more time", changes, How::Plain),
    ));
    told
}

/// DOC-22: the approver wrote some of it, under a second address.
fn approved_by_a_writer(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-012",
        title: "Way to the depots",
        author: "PER-004",
        owner: "ROL-011",
        process: "PRC-002",
        step: "Ask the dispatcher of Field Services who is nearest",
    };
    let with = Cast::service_manager_at_home();
    let message = format!("Draft PRO-012 1.0\n\nCo-authored-by: {} <{}>", with.name, with.email);
    vec![
        ("2026-05-05", commit(cast.account("PER-004"), message, procedure.change(None), How::Plain)),
        (MEETING, procedure.approved(cast, How::Plain)),
    ]
}

/// DOC-23: it is changed and approved again, under the version that it had.
fn version_not_raised(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-013",
        title: "Tests of alarms",
        author: "PER-011",
        owner: "ROL-011",
        process: "PRC-011",
        step: "Set off each alarm once a month",
    };
    let first = ("2026-04-28", "evidence/minutes/2026-04-28-service-management.md");
    let changed = Procedure { step: "Set off each alarm once a quarter", ..procedure };
    let service_manager = cast.account("PER-002");
    vec![
        (
            "2026-04-20",
            commit(cast.account("PER-011"), "Draft PRO-013 1.0", procedure.change(None), How::Plain),
        ),
        (
            first.0,
            commit(
                service_manager,
                "Record the approval of PRO-013 1.0",
                procedure.change(Some(first)),
                How::Plain,
            ),
        ),
        (
            "2026-05-06",
            commit(cast.account("PER-011"), "Fewer tests of alarms", changed.change(None), How::Plain),
        ),
        (MEETING, changed.approved(cast, How::Plain)),
    ]
}

/// DOC-12: it is deleted while it is in force.
fn deleted_in_force(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-014",
        title: "Visitors",
        author: "PER-005",
        owner: "ROL-004",
        process: "PRC-012",
        step: "Bring visitors to whom they visit, and back to the door",
    };
    let mut told = procedure.told(cast, How::Plain, How::Plain);
    let gone = vec![(Key::file(&procedure.path()), None)];
    told.push(("2026-06-08", commit(cast.account("PER-005"), "Nobody needs this", gone, How::Plain)));
    told
}

/// REC-01: a record is changed after it was sealed.
fn sealed_and_changed(cast: &Cast) -> Told {
    let text = |resolved: &str, sealed: &str| {
        format!(
            "type: incident\nid: INC-2251\ntitle: Printer of the plant in Cork is silent\nreported_by: Plant manager\n\
             opened_at: 2026-03-24T09:12:00+00:00\noccurred_at: 2026-03-24T09:00:00+00:00\nservice: CAT-001\n\
             category: device\nimpact: 3\nurgency: 2\npriority: 4\nassigned_group: service desk\n\
             first_response_at: 2026-03-24T09:20:00+00:00\nresolved_at: 2026-03-24T{resolved}:00+00:00\n\
             closed_at: 2026-03-26T09:00:00+00:00\nresolution: The queue was emptied and the printer started again\n\
             sla_due_at: 2026-03-27T09:12:00+00:00\nstate: closed\nclassification: confidential\nretention: RET-003\n\
             reopen_count: 0\nsla_breached: false\nmajor: false\nsecurity_related: false\n{sealed}"
        )
    };
    let seal = "recorded_by: PER-005\nsealed_on: 2026-03-31\n";
    let change = |resolved: &str| {
        vec![(Key::file("records/incidents/inc-2251.yaml"), Some(text(resolved, seal).into_bytes()))]
    };
    let desk = || cast.account("PER-005");
    vec![
        (
            "2026-03-31",
            commit(desk(), "Seal INC-2251, which goes to Carrick Foods", change("11:50"), How::Plain),
        ),
        ("2026-05-20", commit(desk(), "Correct a time", change("10:50"), How::Plain)),
    ]
}

/// DOC-25: the signature under the approval was made for something else.
fn forged(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-015",
        title: "Room of the servers",
        author: "PER-004",
        owner: "ROL-011",
        process: "PRC-012",
        step: "Enter in twos, and write both names down",
    };
    procedure.told(cast, How::Plain, How::Forged)
}

/// DOC-14: the commit that a tag approves was rewritten away.
fn rewritten(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-016",
        title: "Devices that come back",
        author: "PER-005",
        owner: "ROL-008",
        process: "PRC-006",
        step: "Erase the device before anything else is done with it",
    };
    let mut told = procedure.told(cast, How::Plain, How::Lost);
    let tag = Step::Approve { by: "PER-002", role: "ROL-002", document: "PRO-016", version: "1.0" };
    let again = commit(
        cast.account("PER-002"),
        "Record that PRO-016 1.0 is approved",
        procedure.change(Some((MEETING, MINUTES_FILE))),
        How::Plain,
    );
    told.extend([(MEETING, tag), (MEETING, again)]);
    told
}

/// DOC-13: models have to be approved under a signature, and somebody else wrote the approval down.
fn not_signed(cast: &Cast) -> Told {
    let text = |status: &str| {
        format!(
            "type: standard-change-model\nid: SCM-002\ntitle: Renew a certificate of a web server\nowner: ROL-003\n\
             version: \"1.0\"\n{status}effective_on: 2026-05-18\nreview_interval: P1Y\nclauses: [\"8.5.1\"]\n\
             retention: RET-001\npreconditions: [The old certificate holds for at least two days]\nsteps: [Order the \
             certificate, Put it beside the old one, Load the settings, Look at it from outside]\nrisk_assessment: >-\n  \
             Low: done 25 times without an outage; no effect on customers, capacity or continuity; security is kept\n\
             backout_plan: Load the settings with the old certificate\nmax_uses: 30\nfailure_rate_limit: 5\n"
        )
    };
    let approved = format!(
        "status: approved\nauthor: PER-011\napproval: {{by: PER-010, role: ROL-003, date: {MEETING},\n  evidence: \
         [{MINUTES_FILE}]}}\n"
    );
    let change =
        |status: &str| vec![(Key::file("procedures/certificates.yaml"), Some(text(status).into_bytes()))];
    let draft = change("status: draft\nauthor: PER-011\n");
    vec![
        ("2026-05-05", commit(cast.account("PER-011"), "Draft SCM-002 1.0", draft, How::Plain)),
        (
            MEETING,
            commit(
                cast.account("PER-002"),
                "Record the approval of SCM-002 1.0",
                change(&approved),
                How::Plain,
            ),
        ),
    ]
}

/// DOC-24: it is said to have been approved long before anybody committed it.
fn filed_late(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-017",
        title: "Keys of the office",
        author: "PER-006",
        owner: "ROL-006",
        process: "PRC-012",
        step: "Hand out keys against a signature",
    };
    let changes = procedure.change(Some(("2026-02-23", OTHER_MINUTES)));
    vec![("2026-05-04", commit(cast.account("PER-006"), "File PRO-017 1.0", changes, How::Plain))]
}

/// Not testable by DOC-22: the forge made one commit of several, and names one of those who wrote them.
fn squashed(cast: &Cast) -> Told {
    let procedure = Procedure {
        id: "PRO-018",
        title: "Loans",
        author: "PER-005",
        owner: "ROL-008",
        process: "PRC-006",
        step: "Lend a device for two weeks at most, and write down to whom",
    };
    let changes = procedure.change(None);
    vec![
        ("2026-05-06", commit(cast.account("PER-005"), "Draft PRO-018 1.0 (#41)", changes, How::ByForge)),
        (MEETING, procedure.approved(cast, How::Plain)),
    ]
}
