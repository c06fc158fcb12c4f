//! Made-up management systems of any size, the same bytes for the same seed.
//!
//! The documents look like those of a real provider in what costs time: length, nesting,
//! references, approvals, histories, prose in block scalars, quoted and plain values. A check finds
//! nothing wrong with them, so that it is checking that is measured and not telling.

#![allow(dead_code, reason = "each bench uses a part")]

use std::fmt::Write as _;

/// One file of a made-up management system.
pub struct GeneratedFile {
    /// Path below the root, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// `SplitMix64`: small, seedable, and the same on every machine.
pub struct Random(u64);

impl Random {
    /// A sequence that depends on nothing but the seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from zero up to, and without, `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("the bound is a usize")
    }

    /// One of the given values.
    pub fn pick<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[self.below(values.len())]
    }
}

const SEED: u64 = 20_000;
const ROLES: usize = 24;
const PEOPLE: usize = 200;
const SERVICES: usize = 40;
const ITEMS: usize = 900;

const WORDS: &[&str] = &[
    "the",
    "service",
    "provider",
    "records",
    "each",
    "incident",
    "with",
    "its",
    "impact",
    "and",
    "urgency",
    "so",
    "that",
    "support",
    "groups",
    "agree",
    "on",
    "priority",
    "before",
    "work",
    "starts",
    "changes",
    "are",
    "assessed",
    "for",
    "risk",
    "approved",
    "by",
    "a",
    "named",
    "role",
    "reviewed",
    "after",
    "release",
    "results",
    "feed",
    "improvement",
    "of",
    "process",
    "suppliers",
    "report",
    "monthly",
    "against",
    "targets",
    "customers",
    "see",
    "what",
    "was",
    "agreed",
    "capacity",
    "follows",
    "demand",
    "forecast",
    "continuity",
    "plans",
    "tested",
    "yearly",
];

/// A `probity.toml` that pins the day and the period, so that results do not move.
pub fn configuration() -> GeneratedFile {
    GeneratedFile {
        path: "probity.toml".into(),
        text: "[organization]\nname = \"Generated\"\ntime_zone = \"Europe/Berlin\"\n\n[audit]\nas_of = 2026-06-30\n"
            .into(),
    }
}

/// Procedures of about 2.4 kB each, one a file, approved and complete, with one register of the people
/// and roles that they refer to.
pub fn documents(count: usize) -> Vec<GeneratedFile> {
    let mut random = Random::seeded(SEED);
    let documents = (0..count).map(|number| document(number, count, &mut random));
    let minutes = (1..=12).map(|month| GeneratedFile {
        path: format!("records/minutes/2025-{month:02}.md"),
        text: format!("# Minutes of month {month}\n\nAll that was put forward was approved.\n"),
    });
    documents.chain(minutes).chain([register()]).collect()
}

/// Incident records of about 1 kB each, closed and complete, as collections in the twelve monthly files
/// of a period, with one register of what they refer to.
pub fn records(count: usize) -> Vec<GeneratedFile> {
    let mut random = Random::seeded(SEED + 1);
    let months = (0..12).map(|month| {
        let entries = count / 12 + usize::from(month < count % 12);
        let mut text = String::from(
            "collection: incident\ndefaults:\n  classification: internal\n  state: closed\nentries:\n",
        );
        for number in 0..entries {
            incident(month + 1, number, &mut text, &mut random);
        }
        GeneratedFile {
            path: format!("records/incidents/{}-{:02}.yaml", year_of(month + 1), month + 1),
            text,
        }
    });
    months.chain([register()]).collect()
}

/// Stubs of everything that is referred to.
fn register() -> GeneratedFile {
    let mut text = String::new();
    let types = [
        ("role", "ROL", ROLES),
        ("person", "PER", PEOPLE),
        ("service-catalogue-entry", "CAT", SERVICES),
        ("configuration-item", "CI", ITEMS),
        ("process-description", "PRC", 1),
    ];
    for (name, prefix, count) in types {
        let _ = writeln!(
            text,
            "---\ncollection: {name}\ndefaults: {{held_in: 'https://intranet.example/{name}'}}\nentries:"
        );
        for number in 0..count {
            let status = if name == "process-description" { ", status: approved" } else { "" };
            let _ = writeln!(text, "  - {{id: {prefix}-{number:04}, title: {name} {number}{status}}}");
        }
    }
    GeneratedFile { path: "registers/everything.yaml".into(), text }
}

fn document(number: usize, count: usize, random: &mut Random) -> GeneratedFile {
    let mut text = String::with_capacity(2_600);
    let _ = writeln!(text, "# Procedure {number}\ntype: procedure\nid: PROC-{number:05}");
    let _ = writeln!(text, "title: {}", sentence(5, random));
    let _ = writeln!(
        text,
        "owner: ROL-{:04}\nversion: \"{}.{}\"",
        random.below(ROLES),
        2 + random.below(4),
        random.below(10)
    );
    let _ = writeln!(text, "status: approved\nclassification: internal\nlanguage: en");
    let _ = writeln!(
        text,
        "approval:\n  by: PER-{:04}\n  role: ROL-{:04}",
        2 * random.below(PEOPLE / 2),
        random.below(ROLES)
    );
    let _ = writeln!(text, "  date: 2026-{:02}-15\n  evidence:", 1 + random.below(3));
    let _ = writeln!(
        text,
        "    - records/minutes/2025-{:02}.md\n    - '{}'",
        1 + random.below(12),
        sentence(6, random)
    );
    let _ = writeln!(text, "effective_on: 2026-{:02}-01\nreview_interval: P1Y", 4 + random.below(3));
    text.push_str("related: [");
    for position in 0..4 {
        let other = random.below(count);
        let _ = write!(text, "{}PROC-{other:05}", if position > 0 { ", " } else { "" });
    }
    text.push_str("]\nchanges:\n");
    for entry in 0..4 {
        let _ = writeln!(text, "  - version: \"1.{entry}\"\n    date: 2025-{:02}-10", 1 + entry);
        let _ = writeln!(
            text,
            "    author: PER-{:04}\n    summary: {}",
            2 * random.below(PEOPLE / 2) + 1,
            sentence(7, random)
        );
    }
    let _ = writeln!(text, "roles: [ROL-{:04}, ROL-{:04}]", random.below(ROLES), random.below(ROLES));
    let _ = writeln!(
        text,
        "process: PRC-0000\ncovers: request-fulfilment\ntrigger: {}\nsteps:",
        sentence(8, random)
    );
    for _ in 0..6 {
        let _ = writeln!(text, "  - {}", sentence(8, random));
    }
    text.push_str("records: [service-request]\n");
    text.push_str("body: |\n");
    for _ in 0..9 {
        let _ = writeln!(text, "  {}.", sentence(13, random));
    }
    GeneratedFile { path: format!("procedures/PROC-{number:05}.yaml"), text }
}

/// The year of a month of the period, which ends in June.
fn year_of(month: usize) -> usize {
    if month > 6 { 2025 } else { 2026 }
}

fn incident(month: usize, number: usize, text: &mut String, random: &mut Random) {
    let (year, day) = (year_of(month), 1 + number % 28);
    let level = |random: &mut Random| 1 + random.below(4);
    let _ = writeln!(text, "  - id: INC-{month:02}-{number:06}\n    title: {}", sentence(7, random));
    let _ = writeln!(
        text,
        "    service: CAT-{:04}\n    category: {}",
        random.below(SERVICES),
        random.pick(&["network", "server", "application"])
    );
    let _ = writeln!(
        text,
        "    impact: {}\n    urgency: {}\n    priority: {}",
        level(random),
        level(random),
        level(random)
    );
    let _ = writeln!(text, "    reported_by: {}\n    major: false\n    reopen_count: 0", sentence(2, random));
    for (field, hour) in [("opened_at", 8), ("first_response_at", 9), ("resolved_at", 15), ("closed_at", 17)]
    {
        let minute = random.below(60);
        let _ = writeln!(text, "    {field}: {year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00+01:00");
    }
    let _ =
        writeln!(text, "    assigned_group: second line\n    assigned_to: PER-{:04}", random.below(PEOPLE));
    let _ =
        writeln!(text, "    affected_items: [CI-{:04}, CI-{:04}]", random.below(ITEMS), random.below(ITEMS));
    let _ = writeln!(text, "    escalations:\n      - at: {year}-{month:02}-{day:02}T10:05:00+01:00");
    let _ = writeln!(text, "        kind: functional\n        to: {}", sentence(3, random));
    let _ = writeln!(text, "    holds:\n      - from: {year}-{month:02}-{day:02}T11:00:00+01:00");
    let _ = writeln!(
        text,
        "        to: {year}-{month:02}-{day:02}T12:00:00+01:00\n        reason: {}",
        sentence(6, random)
    );
    let _ =
        writeln!(text, "    resolution: |\n      {}.\n      {}.", sentence(14, random), sentence(13, random));
    let _ = writeln!(
        text,
        "    resolution_code: fixed\n    sla_breached: false\n    note: {}",
        sentence(12, random)
    );
}

fn sentence(words: usize, random: &mut Random) -> String {
    let mut text = String::new();
    for word in 0..words {
        if word > 0 {
            text.push(' ');
        }
        text.push_str(random.pick(WORDS));
    }
    text
}
