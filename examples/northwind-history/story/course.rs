//! The course of two years, taken from the days that stand in the files of `examples/northwind`.
//!
//! A document is drafted by its author and approved on the day of its approval; an entry of a list, and a record, comes
//! when the newest day in it is over. What nobody could know from the files is in tables here: who keeps which files,
//! what some documents were before, what was worked at on branches, and what was signed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::{Datelike, Days, NaiveDate};

use super::{
    book::{Changes, How, Step},
    cast::{Cast, EXPORTER, MAILMAP, exporter, registered},
    pieces::{Key, block, cut, days, draft, field, is_stream, name_of},
};

/// What happens on a day, and how early on it.
pub type Happening = (NaiveDate, u8, Vec<Step>);

/// How early on a day something happens.
const MINUTES: u8 = 0;
const KEPT: u8 = 1;
const DRAFTED: u8 = 2;
const MERGED: u8 = 3;
const APPROVED: u8 = 4;
/// What is planted happens last.
pub const LATE: u8 = 5;

/// A day that is written in this program.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is a day"))
}

fn begin() -> NaiveDate {
    day("2024-07-01")
}

fn end() -> NaiveDate {
    day("2026-06-30")
}

/// The settings of the last year, which turn on what history shows.
const SETTINGS: &str = r#"# The management system of a provider of three services, with its history.
[organization]
name = "Northwind Managed Services"
time_zone = "Europe/Dublin"

[audit]
as_of = 2026-06-30
period = "2025-07-01..2026-06-30"

[approval]
proof = "recorded"

[approval.proof_of]
service-management-policy = "signed"
information-security-policy = "signed"
change-management-policy = "signed"
# Who approves a model decides on every change by it.
standard-change-model = "signed"
process-description = "reviewed"

[own]
# On 6 October 2025 one meeting went through all processes and procedures, which everybody had since September.
"documents.approvals_on_one_day" = 30
"#;

const FIRST_SETTINGS: &str = r#"# The management system of a provider of three services, with its history.
[organization]
name = "Northwind Managed Services"
time_zone = "Europe/Dublin"

[audit]
period = "2024-07-01..2025-06-30"
"#;

const README: &str = "# Northwind Managed Services, with its history

What `cargo run --example northwind-history` makes. Its own README tells what happened in these two years, and
which faults are planted in them.
";

/// Who keeps the files below a path, and what the messages of commits call them. The first that fits counts.
const KEEPERS: &[(&str, &str, &str)] = &[
    ("roles/people", "PER-002", "people"),
    ("roles/", "PER-002", "roles"),
    ("registers/services", "PER-006", "the service portfolio"),
    ("registers/catalogue", "PER-006", "the service catalogue"),
    ("registers/requirements", "PER-006", "requirements"),
    ("registers/parties", "PER-006", "parties"),
    ("registers/risks", "PER-002", "risks"),
    ("registers/configuration", "PER-011", "configuration items"),
    ("registers/", "PER-002", "registers"),
    ("records/incidents", "PER-005", "incidents and requests"),
    ("records/requests", "PER-005", "incidents and requests"),
    ("records/changes", "PER-010", "changes"),
    ("records/releases", "PER-011", "problems and releases"),
    ("records/problems", "PER-011", "problems and releases"),
    ("records/audits", "PER-008", "audits"),
    ("records/security", "PER-007", "security"),
    ("records/reviews", "PER-006", "reviews"),
    ("records/measurements/demand", "PER-009", "demand and costs"),
    ("records/measurements", "PER-002", "measurements"),
    ("records/reports", "PER-002", "measurements"),
    ("records/certification", "PER-002", "certification"),
    ("records/people", "PER-002", "competence and training"),
    ("records/", "PER-002", "actions"),
    ("evidence/communication", "PER-006", "evidence"),
    ("evidence/change-trends", "PER-010", "changes"),
    ("evidence/", "PER-002", "evidence"),
    ("procedures/", "PER-004", "plans and procedures"),
    ("plans/", "PER-004", "plans and procedures"),
    ("processes/", "PER-004", "plans and procedures"),
    ("", "PER-002", "settings"),
];

/// Files that come and go with a document, as its content lies in them.
const COMPANIONS: &[(&str, &str)] =
    &[("RACI-001", "evidence/raci-matrix.docx"), ("PRO-003", "procedures/restore-order-platform.md")];

/// What a piece was before, until the next edition or its last.
struct Edition {
    /// The id of the document.
    name: &'static str,
    /// The day from which on it was so.
    from: &'static str,
    /// The day of the approval that it had then.
    approved: Option<&'static str>,
    /// What stood there instead of what stands there now.
    was: &'static [(&'static str, &'static str)],
}

const EDITIONS: &[Edition] = &[
    Edition {
        name: "roles/roles.yaml",
        from: "2024-07-01",
        approved: None,
        was: &[(", appointed_on: 2025-06-17, reviewed_on: 2026-03-18", "")],
    },
    Edition { name: "PER-003", from: "2024-07-01", approved: None, was: &[(", active_to: 2026-02-28", "")] },
    Edition {
        name: "ROL-003",
        from: "2024-07-01",
        approved: None,
        was: &[
            ("    appointed_on: 2026-02-23\n", ""),
            (
                "\n      - {person: PER-003, from: 2022-03-14, to: 2026-02-28}\n      - {person: PER-010, from: \
                 2026-03-01}",
                "\n      - {person: PER-003, from: 2022-03-14}",
            ),
        ],
    },
    Edition {
        name: "PRO-006",
        from: "2024-07-01",
        approved: None,
        was: &[("status: superseded\nsuperseded_by: PRO-003\n", "status: approved\n")],
    },
    Edition {
        name: "AUP-002",
        from: "2024-07-01",
        approved: Some("2024-06-18"),
        was: &[
            ("version: \"1.1\"\nstatus", "version: \"1.0\"\nstatus"),
            (
                "  date: 2025-05-20\n  evidence: [evidence/minutes/2025-05-20-management-meeting.md]\neffective_on: \
                 2025-05-20",
                "  date: 2024-06-18\n  evidence: [Mail of PER-001 of 18 June 2024]\neffective_on: 2024-07-01",
            ),
            (
                "  - {version: \"1.1\", date: 2025-05-13, author: PER-008,\n     summary: Follow-up AUD-003 added for \
                 the major finding}\n",
                "",
            ),
        ],
    },
    Edition {
        name: "POL-001",
        from: "2024-09-03",
        approved: Some("2024-09-10"),
        was: &[
            ("version: \"3.0\"\nstatus", "version: \"2.0\"\nstatus"),
            (
                "  date: 2025-06-17\n  evidence: [evidence/minutes/2025-06-17-management-meeting.md]\neffective_on: \
                 2025-07-01",
                "  date: 2024-09-10\n  evidence: [Mail of PER-001 of 10 September 2024]\neffective_on: 2024-09-16",
            ),
            ("reviewed_on: 2026-03-18\n", ""),
            ("communicated_on: 2025-06-24\n", "communicated_on: 2024-09-16\n"),
            ("  - {version: \"3.0\", date: 2025-06-10,", "  - {version: \"2.0\", date: 2024-09-03,"),
            ("Commitment to customers told apart by service", "Commitment to improvement"),
            ("  - Tell customers of our misses before they ask\n", ""),
            ("We commit ourselves to three things:", "We commit ourselves to two things:"),
            (
                "3. **Saying so.** A customer hears of a miss from us, with the reason and with what we do about it.\n",
                "",
            ),
        ],
    },
    Edition {
        name: "PLN-001",
        from: "2025-09-08",
        approved: Some("2025-09-15"),
        was: &[
            ("version: \"3.1\"\nstatus", "version: \"3.0\"\nstatus"),
            (
                "  date: 2026-06-09\n  evidence: [evidence/minutes/2026-06-09-management-meeting.md]\neffective_on: \
                 2026-06-09",
                "  date: 2025-09-15\n  evidence: [evidence/minutes/2025-09-15-management-meeting.md]\neffective_on: \
                 2025-10-01",
            ),
            (
                "  - {version: \"3.1\", date: 2026-06-02, author: PER-002, summary: Resources after the management \
                 review}\n",
                "",
            ),
            ("one engineer for the order database until May 2026;", "one engineer for the order database;"),
            ("Nine persons; a second engineer for the database since 29 May 2026", "Nine persons"),
            ("Closed by ACT-004", "A second engineer for the order database"),
        ],
    },
    Edition {
        name: "CTX-001",
        from: "2025-06-10",
        approved: Some("2025-06-17"),
        was: &[
            ("version: \"2.1\"\nstatus", "version: \"2.0\"\nstatus"),
            (
                "  date: 2026-03-18\n  evidence: [MRV-001]\neffective_on: 2026-03-18",
                "  date: 2025-06-17\n  evidence: [evidence/minutes/2025-06-17-management-meeting.md]\neffective_on: \
                 2025-07-01",
            ),
            (
                "  - {version: \"2.1\", date: 2026-03-11, author: PER-002, summary: Nightly comparison as response to \
                 I2}\n",
                "",
            ),
            ("response: IMP-002", "response: Lists are compared by hand each half-year"),
        ],
    },
    Edition {
        name: "PRC-006",
        from: "2025-08-18",
        approved: Some("2025-10-06"),
        was: &[
            ("    version: \"1.1\"\n", ""),
            (
                "    approval:\n      by: PER-002\n      role: ROL-002\n      date: 2026-02-23\n      evidence: \
                 [evidence/minutes/2026-02-23-service-management.md, evidence/reviews/pull-38.json]\n    effective_on: \
                 2026-02-24\n    changes:\n      - {version: \"1.1\", date: 2026-02-20, author: PER-011,\n         summary: A \
                 change cannot be closed while its items are not updated (NCR-001)}\n",
                "",
            ),
            ("within five working days of a deployment; until then the change stays open", "within a month"),
        ],
    },
];

/// What stands otherwise than in `examples/northwind`, for the sake of history.
const OTHERWISE: &[(&str, &str, &str)] = &[(
    "PRC-006",
    "[evidence/minutes/2026-02-23-service-management.md]",
    "[evidence/minutes/2026-02-23-service-management.md, evidence/reviews/pull-38.json]",
)];

/// Days on which pieces come that the days in them do not tell.
const DAYS: &[(&str, &str)] = &[
    ("roles/roles.yaml", "2026-03-18"),
    ("PER-003", "2026-02-27"),
    ("PER-010", "2026-02-16"),
    ("ROL-003", "2026-02-23"),
    ("PRO-006", "2025-10-07"),
    ("PRO-005", "2026-06-15"),
];

/// What was written on a branch.
const BRANCHES: &[(&str, &str)] = &[
    ("POL-001 3.0", "policies-2025"),
    ("POL-002 2.1", "policies-2025"),
    ("POL-003 2.0", "change-policy"),
    ("AVP-001 1.1", "second-region"),
    ("CNP-001 2.0", "second-region"),
    ("PRC-006 1.1", "close-with-items"),
];

/// When a branch was merged, by whom, and as which request.
const MERGES: &[(&str, &str, &str, u32)] = &[
    ("policies-2025", "2025-06-12", "PER-004", 9),
    ("change-policy", "2025-09-11", "PER-002", 17),
    ("second-region", "2025-10-02", "PER-005", 22),
    ("close-with-items", "2026-02-23", "PER-002", 38),
];

/// What GitHub tells of the review of request 38.
const REVIEWS: &str = r#"[
  {
    "id": 2610038,
    "user": {"login": "daan-visser", "type": "User"},
    "body": "Read with NCR-001 beside it.",
    "state": "APPROVED",
    "html_url": "https://github.com/northwind-example/sms/pull/38#pullrequestreview-2610038",
    "submitted_at": "2026-02-23T08:40:00Z",
    "commit_id": "{head}"
  }
]
"#;

/// Approvals that somebody else wrote down than the rule has it.
const RECORDERS: &[(&str, &str)] = &[("POL-003 2.0", "PER-001"), ("PRC-006 1.1", "PER-006")];

/// Approvals that are signed by a tag, with the role.
const TAGGED: &[(&str, &str, &str, &str)] = &[
    ("POL-001", "2.0", "PER-001", "ROL-001"),
    ("POL-001", "3.0", "PER-001", "ROL-001"),
    ("POL-002", "2.1", "PER-001", "ROL-001"),
    ("CNP-001", "2.0", "PER-002", "ROL-002"),
    ("PLN-001", "3.1", "PER-001", "ROL-001"),
];

/// Approvals that are signed by the commit that writes them down.
const SIGNED: &[&str] = &["POL-003 2.0", "SCM-001 1.0"];

/// All that happens but for what is planted.
pub fn of(northwind: &Path, cast: &Cast) -> std::io::Result<Vec<Happening>> {
    let mut course = Course { cast, kept: BTreeMap::new(), groups: BTreeMap::new() };
    let mut companions = BTreeMap::new();
    let mut streams = Vec::new();
    for path in files(northwind)? {
        let bytes = std::fs::read(northwind.join(&path))?;
        if COMPANIONS.iter().any(|(_, file)| *file == path) {
            companions.insert(path, bytes);
        } else if !matches!(path.as_str(), "README.md" | "probity.toml") {
            streams.push(cut(&path, bytes));
        }
    }
    for pieces in streams {
        course.stream(&pieces, &companions);
    }
    course.frame();
    Ok(course.finish())
}

fn files(root: &Path) -> std::io::Result<BTreeSet<String>> {
    let (mut found, mut open) = (BTreeSet::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) {
                found.insert(path.replace('\\', "/"));
            }
        }
    }
    Ok(found)
}

/// What is done to documents in one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Minutes,
    Draft,
    Approve,
}

/// What somebody puts into the repository in a month.
#[derive(Default)]
struct Kept {
    last: NaiveDate,
    topics: BTreeSet<&'static str>,
    changes: Changes,
}

/// A month, a person, and a file if it has to come by itself.
type OfMonth = ((i32, u32), String, Option<String>);

/// A day, a deed, a person, and how it is committed.
type Group = (NaiveDate, Deed, String, How);

/// The commits, as they gather.
struct Course<'c> {
    cast: &'c Cast,
    /// What is kept month by month.
    kept: BTreeMap<OfMonth, Kept>,
    /// What happens to documents, with their names.
    groups: BTreeMap<Group, (Vec<String>, Changes)>,
}

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
}

impl Course<'_> {
    /// A file of documents: each of its pieces in its time.
    fn stream(&mut self, pieces: &[(Key, Vec<u8>)], companions: &BTreeMap<String, Vec<u8>>) {
        let documents = pieces.iter().map(|(key, _)| key.document).max().unwrap_or_default();
        for number in 0..=documents {
            let of_it = pieces.iter().filter(|(key, _)| key.document == number).cloned();
            let of_it: Vec<(Key, Vec<u8>)> = of_it.collect();
            self.document(&of_it, companions);
        }
    }

    fn document(&mut self, pieces: &[(Key, Vec<u8>)], companions: &BTreeMap<String, Vec<u8>>) {
        let (head, entries) = pieces.split_first().expect("a document has a beginning");
        let head_text = String::from_utf8_lossy(&head.1).into_owned();
        let is_controlled =
            |text: &str| text.contains("status: approved") && block(text, "approval").is_some();
        let is_documents =
            !entries.is_empty() && is_controlled(&head_text) && !head_text.contains("\nregister:");
        if is_documents {
            return self.shared(head, entries);
        }
        let approved = is_controlled(&head_text).then(|| approval_day(&head_text));
        // What is in a register is there when it is approved.
        let latest = approved.map_or(end(), |approved| approved - Days::new(7));
        let author = field(&head_text, "author").unwrap_or_default().to_owned();
        let mut first = latest;
        // Of a list whose entries are approved one by one, who drafted the first begins it.
        let mut begun: Option<(NaiveDate, String)> = None;
        for (key, bytes) in entries {
            let text = String::from_utf8_lossy(bytes).into_owned();
            if block(&text, "approval").is_some() {
                let writer = field(&text, "author").unwrap_or(&author).to_owned();
                self.controlled(key, &text, &writer, None);
                let drafted = (drafted(&text, approval_day(&text)), writer);
                begun = Some(begun.map_or(drafted.clone(), |begun| begun.min(drafted)));
                continue;
            }
            let day = self.piece(key, &text, latest, approved.map(|_| author.as_str()));
            first = first.min(day);
        }
        if approved.is_some() {
            let companion = name_of(&head.1).and_then(|name| named(COMPANIONS, name));
            let companion = companion.map(|path| (Key::file(path), companions[path].clone()));
            if entries.is_empty() {
                self.controlled(&head.0, &head_text, &author, companion);
            } else {
                self.register(&head.0, &head_text, &author, first);
            }
        } else if entries.is_empty() && is_stream(&head.0.path) {
            self.piece(&head.0, &head_text, end(), None);
        } else if entries.is_empty() {
            self.plain(head, &head_text);
        } else if let Some((on, who)) = begun {
            let group = (on, Deed::Draft, who, How::Plain);
            self.groups.entry(group).or_default().1.push((head.0.clone(), Some(head_text.into_bytes())));
        } else {
            self.head(&head.0, &head_text, first);
        }
    }

    /// A piece that nobody approves; the day on which it is first there.
    fn piece(&mut self, key: &Key, text: &str, latest: NaiveDate, author: Option<&str>) -> NaiveDate {
        let name = name_of(text.as_bytes()).unwrap_or_default().to_owned();
        let newest = days(text).filter(|day| *day <= latest).max();
        let last = named(DAYS, &name).map(day).or(newest).unwrap_or_else(begin).max(begin());
        let text = if key.path == "roles/people.yaml" { registered(text) } else { text.to_owned() };
        let mut first = last;
        for edition in EDITIONS.iter().filter(|edition| edition.name == name) {
            first = first.min(day(edition.from));
            let from = day(edition.from);
            let who = if from == begin() { Some("PER-002") } else { author };
            self.keep(key, undone(&text, edition.was).into_bytes(), from, who);
        }
        // Who is there and who does what is the first thing to be written down.
        let is_cast = key.path.starts_with("roles/") && named(DAYS, &name).is_none();
        let last = if is_cast { begin() } else { last };
        let author = key.path.contains("/extract-").then_some(EXPORTER).or(author);
        self.keep(key, text.into_bytes(), last, author);
        first.min(last)
    }

    /// What the entries of a list have in common.
    fn head(&mut self, key: &Key, text: &str, first: NaiveDate) {
        let is_first = key.document == 0;
        for edition in EDITIONS.iter().filter(|edition| is_first && edition.name == key.path) {
            self.keep(key, undone(text, edition.was).into_bytes(), day(edition.from), None);
        }
        let last = named(DAYS, &key.path).filter(|_| is_first).map_or(first, day);
        self.keep(key, text.as_bytes().to_vec(), last, None);
    }

    /// A file of evidence.
    fn plain(&mut self, (key, bytes): &(Key, Vec<u8>), text: &str) {
        if let Some(name) = key.path.strip_prefix("evidence/minutes/") {
            let taken_by = text.split_once("Minutes:").and_then(|(_, rest)| rest.trim_start().get(..7));
            let who = taken_by.unwrap_or("PER-002").to_owned();
            let group = (day(&name[..10]), Deed::Minutes, who, How::Plain);
            self.groups.entry(group).or_default().1.push((key.clone(), Some(bytes.clone())));
            return;
        }
        let is_extract = key.path.starts_with("evidence/extracts/");
        let newest = in_words(text).filter(|day| *day <= end()).max();
        let last = if is_extract { end() } else { newest.unwrap_or_else(begin) };
        // A log grows by lines; it is there as soon as the first of them.
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let is_log = key.path.ends_with("-log.md") || key.path.ends_with("agreements.md");
        let mut logged: BTreeSet<NaiveDate> = in_words(text).filter(|_| is_log).collect();
        logged.remove(&last);
        for until in logged {
            let so_far = lines.iter().filter(|line| in_words(line).all(|day| day <= until));
            let so_far: String = so_far.copied().collect();
            self.keep(key, so_far.into_bytes(), until, None);
        }
        self.keep(key, bytes.clone(), last, is_extract.then_some(EXPORTER));
    }

    /// Documents with an approval that stands once for most of them.
    fn shared(&mut self, head: &(Key, Vec<u8>), entries: &[(Key, Vec<u8>)]) {
        let text = String::from_utf8_lossy(&head.1).into_owned();
        let author = field(&text, "author").unwrap_or_default().to_owned();
        let approved = approval_day(&text);
        let first = day("2025-05-05");
        for ((key, bytes), week) in entries.iter().zip(0..) {
            let entry = String::from_utf8_lossy(bytes).into_owned();
            let entry_author = field(&entry, "author").unwrap_or(&author).to_owned();
            if block(&entry, "approval").is_some() {
                self.controlled(key, &entry, &entry_author, None);
                continue;
            }
            let name = name_of(bytes).unwrap_or_default().to_owned();
            let drafted = first + Days::new(28 * (week / 3));
            let group = (drafted, Deed::Draft, entry_author, How::Plain);
            self.add(group, name, (key.clone(), Some(bytes.clone())));
        }
        let group = (first, Deed::Draft, author, How::Plain);
        let drafts = (head.0.clone(), Some(draft(&text).into_bytes()));
        self.groups.entry(group).or_default().1.push(drafts);
        let who = recorder(field(&text, "by").unwrap_or_default(), "");
        let group = (approved, Deed::Approve, who, How::Plain);
        let name = format!("{} processes", entries.len());
        self.add(group, name, (head.0.clone(), Some(head.1.clone())));
    }

    /// A register: its list grows, and is approved as a whole.
    fn register(&mut self, key: &Key, text: &str, author: &str, first: NaiveDate) {
        self.keep(key, draft(text).into_bytes(), first, Some(author));
        self.approve(key, text, How::Plain);
    }

    /// A document that is drafted and approved, perhaps more than once.
    fn controlled(&mut self, key: &Key, text: &str, author: &str, companion: Option<(Key, Vec<u8>)>) {
        let name = name_of(text.as_bytes()).unwrap_or_default().to_owned();
        let otherwise = OTHERWISE.iter().filter(|(of, ..)| *of == name);
        let text = otherwise.fold(text.to_owned(), |text, (_, from, to)| replaced(&text, from, to));
        for edition in EDITIONS.iter().filter(|edition| edition.name == name) {
            let was = undone(&text, edition.was);
            let version = format!("{name} {}", version(&was));
            let approved = day(edition.approved.expect("a controlled document has an approval"));
            if approved < begin() {
                self.keep(key, was.into_bytes(), begin(), Some("PER-002"));
                continue;
            }
            self.draft(key, &was, &version, author, day(edition.from), None);
            // Where the approval stands with others, it is written down there.
            if block(&was, "approval").is_some() {
                self.approve(key, &was, How::Plain);
            }
        }
        let version = format!("{name} {}", version(&text));
        self.draft(key, &text, &version, author, drafted(&text, approval_day(&text)), companion);
        let how = if SIGNED.contains(&version.as_str()) { How::Signed } else { How::Plain };
        self.approve(key, &text, how);
    }

    fn draft(
        &mut self,
        key: &Key,
        text: &str,
        version: &str,
        author: &str,
        on: NaiveDate,
        companion: Option<(Key, Vec<u8>)>,
    ) {
        // Who advises from outside has no account here.
        let author = if author == "PER-013" { "PER-002" } else { author };
        let how = named(BRANCHES, version).map_or(How::Plain, How::On);
        let group = (on.max(begin()), Deed::Draft, author.to_owned(), how);
        let bytes = draft(text).into_bytes();
        self.add(group.clone(), version.to_owned(), (key.clone(), Some(bytes)));
        if let Some((key, bytes)) = companion {
            self.groups.entry(group).or_default().1.push((key, Some(bytes)));
        }
    }

    fn approve(&mut self, key: &Key, text: &str, how: How) {
        let name = name_of(text.as_bytes()).unwrap_or_default();
        let version = format!("{name} {}", version(text));
        let approval = &text[block(text, "approval").expect("it is approved")];
        let who = recorder(field(approval, "by").unwrap_or_default(), &version);
        let group = (approval_day(text), Deed::Approve, who, how);
        self.add(group, version, (key.clone(), Some(text.as_bytes().to_vec())));
    }

    fn add(&mut self, group: Group, name: String, change: (Key, Option<Vec<u8>>)) {
        let (names, changes) = self.groups.entry(group).or_default();
        names.push(name);
        changes.push(change);
    }

    fn keep(&mut self, key: &Key, bytes: Vec<u8>, on: NaiveDate, who: Option<&str>) {
        let on = on.max(begin());
        let (_, keeper, topic) =
            KEEPERS.iter().find(|(path, ..)| key.path.starts_with(path)).expect("the last fits");
        // What is approved as a whole may not wait for the end of the month.
        let alone = who.filter(|who| on > begin() && *who != EXPORTER).map(|_| key.path.clone());
        let who = who.unwrap_or(keeper);
        // The change manager before left at the end of February.
        let who = if who == "PER-010" && on < day("2026-03-01") { "PER-003" } else { who };
        let kept = self.kept.entry(((on.year(), on.month()), who.to_owned(), alone)).or_default();
        kept.last = kept.last.max(on);
        kept.topics.insert(if who == EXPORTER { "tickets" } else { topic });
        kept.changes.push((key.clone(), Some(bytes)));
    }

    /// What is there besides documents: settings, a page to read first, the addresses that are one.
    fn frame(&mut self) {
        for (path, text, on) in [
            ("README.md", README, "2024-07-01"),
            ("probity.toml", FIRST_SETTINGS, "2024-07-01"),
            (".mailmap", MAILMAP, "2025-01-07"),
            ("probity.toml", SETTINGS, "2025-07-01"),
        ] {
            self.keep(&Key::file(path), text.as_bytes().to_vec(), day(on), None);
        }
        let key = Key { path: "roles/people.yaml".to_owned(), document: 0, entry: 99 };
        self.keep(&key, exporter().into_bytes(), begin(), None);
    }

    fn finish(self) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for ((month, who, _), Kept { last, topics, changes }) in self.kept {
            let topics: Vec<&str> = topics.into_iter().collect();
            let is_first = month == (2024, 7) && who == "PER-002";
            let message = match &topics[..] {
                _ if is_first => "Begin with who is there and what there is".to_owned(),
                _ if month == (2024, 7) => format!("Take over {}", topics.join(", ")),
                [] | [_, _, _, ..] => format!("Records of {}", last.format("%B %Y")),
                [_] | [_, _] => format!("{} of {}", topics.join(", "), last.format("%B %Y")),
            };
            let message = message[..1].to_uppercase() + &message[1..];
            let step = Step::Commit { who: self.cast.account(&who), message, changes, how: How::Plain };
            happenings.push((last, if is_first { MINUTES } else { KEPT }, vec![step]));
        }
        for ((on, deed, who, how), (mut names, changes)) in self.groups {
            names.sort();
            let told = if names.len() > 3 { format!("{} documents", names.len()) } else { names.join(", ") };
            let (rank, message) = match deed {
                Deed::Minutes => (MINUTES, format!("Minutes of {}", on.format("%-d %B %Y"))),
                Deed::Draft => (DRAFTED, format!("Draft {told}")),
                Deed::Approve => (APPROVED, format!("Record the approval of {told}")),
            };
            let commit = Step::Commit { who: self.cast.account(&who), message, changes, how };
            let tags = TAGGED.iter().filter(|(document, version, ..)| {
                deed == Deed::Approve && names.contains(&format!("{document} {version}"))
            });
            let tags =
                tags.map(|(document, version, by, role)| Step::Approve { by, role, document, version });
            happenings.push((on, rank, std::iter::once(commit).chain(tags).collect()));
        }
        for (branch, on, who, number) in MERGES {
            let message = format!("Merge pull request #{number} from northwind-example/{branch}");
            let review = (Key::file("evidence/reviews/pull-38.json"), Some(REVIEWS.as_bytes().to_vec()));
            let changes = if *number == 38 { vec![review] } else { Vec::new() };
            let step = Step::Merge { branch, who: self.cast.account(who), message, changes };
            happenings.push((day(on), MERGED, vec![step]));
        }
        happenings
    }
}

fn approval_day(text: &str) -> NaiveDate {
    let approval = &text[block(text, "approval").expect("it is approved")];
    day(field(approval, "date").expect("an approval has a day"))
}

/// The newest day in a document in the month before its approval, or else a week before that.
fn drafted(text: &str, approved: NaiveDate) -> NaiveDate {
    let before = days(text).filter(|day| *day < approved && *day >= approved - Days::new(30));
    before.max().unwrap_or(approved - Days::new(7))
}

/// Who writes an approval down: the service manager for the managing director, and everybody else for themselves.
fn recorder(by: &str, version: &str) -> String {
    let usual = if by == "PER-001" { "PER-002" } else { by };
    named(RECORDERS, version).unwrap_or(usual).to_owned()
}

fn version(text: &str) -> &str {
    field(text, "version").map_or("1.0", |version| version.trim_matches('"'))
}

fn undone(text: &str, was: &[(&str, &str)]) -> String {
    was.iter().fold(text.to_owned(), |text, (now, then)| replaced(&text, now, then))
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in\n{text}");
    text.replace(from, to)
}

/// The days that a text tells in words: 8 April 2026.
fn in_words(text: &str) -> impl Iterator<Item = NaiveDate> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let days: Vec<NaiveDate> = words
        .windows(3)
        .filter_map(|words| {
            let year = words[2].trim_end_matches(|last: char| !last.is_ascii_digit());
            let told = format!("{} {} {year}", words[0].trim_matches('*'), words[1]);
            NaiveDate::parse_from_str(&told, "%d %B %Y").ok()
        })
        .collect();
    days.into_iter()
}
