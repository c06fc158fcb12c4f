//! Made-up management systems of any size, the same bytes for the same seed.
//!
//! The documents look like those of a real provider in what costs time: length, nesting,
//! references, approvals, histories, prose in block scalars, quoted and plain values. They are
//! not meant to be a sound management system; `examples/` is.

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
const SERVICES: usize = 40;

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

/// Policies, procedures, processes, roles and services of about 2.4 kB each, one a file.
pub fn documents(count: usize) -> Vec<GeneratedFile> {
    let mut random = Random::seeded(SEED);
    (0..count).map(|number| document(number, &mut random)).collect()
}

/// Incident records of about 1 kB each, as collections in twelve monthly files.
pub fn records(count: usize) -> Vec<GeneratedFile> {
    let mut random = Random::seeded(SEED + 1);
    (0..12)
        .map(|month| {
            let entries = count / 12 + usize::from(month < count % 12);
            let mut text = String::from(
                "collection: incident\ndefaults:\n  source_system: service-desk\n  personal_data: false\nentries:\n",
            );
            for number in 0..entries {
                incident(month + 1, number, &mut text, &mut random);
            }
            GeneratedFile { path: format!("records/incidents/2026-{:02}.yaml", month + 1), text }
        })
        .collect()
}

fn document(number: usize, random: &mut Random) -> GeneratedFile {
    let (kind, folder, prefix) = [
        ("policy", "policies", "POL"),
        ("procedure", "procedures", "PROC"),
        ("process", "processes", "PRC"),
        ("role", "roles", "ROL"),
        ("service", "services", "SVC"),
    ][number % 5];
    let owner = random.below(ROLES);
    let mut text = String::with_capacity(2_600);
    let _ = writeln!(text, "# {kind} {number}\ntype: {kind}\nid: {prefix}-{number:05}");
    let _ = writeln!(text, "title: {}", sentence(5, random));
    let _ =
        writeln!(text, "owner: ROL-{owner:05}\nversion: \"{}.{}\"", 1 + random.below(4), random.below(10));
    let _ = writeln!(text, "status: approved\nclassification: internal");
    let _ = writeln!(text, "effective_from: 2025-{:02}-01", 1 + random.below(12));
    text.push_str("approval:\n");
    let _ = writeln!(text, "  by: ROL-{:05}\n  on: 2025-{:02}-15", random.below(ROLES), 1 + random.below(12));
    let _ = writeln!(text, "  evidence: records/minutes/2025-{:02}.md", 1 + random.below(12));
    let _ = writeln!(text, "  note: '{}'", sentence(8, random));
    text.push_str("applies_to: [");
    for position in 0..4 {
        let _ = write!(text, "{}SVC-{:05}", if position > 0 { ", " } else { "" }, random.below(SERVICES));
    }
    text.push_str("]\nhistory:\n");
    for entry in 0..5 {
        let _ = writeln!(text, "  - version: \"1.{entry}\"\n    date: 2025-{:02}-10", 1 + entry);
        let _ =
            writeln!(text, "    author: PER-{:04}\n    summary: {}", random.below(200), sentence(7, random));
    }
    text.push_str("steps:\n");
    for step in 1..=4 {
        let _ = writeln!(text, "  - number: {step}\n    action: {}", sentence(9, random));
        let _ = writeln!(text, "    responsible: ROL-{:05}", random.below(ROLES));
        let _ = writeln!(text, "    record: {{type: incident, within: PT{}H}}", 1 + random.below(24));
    }
    text.push_str("body: |\n");
    for _ in 0..8 {
        let _ = writeln!(text, "  {}.", sentence(13, random));
    }
    GeneratedFile { path: format!("{folder}/{prefix}-{number:05}.yaml"), text }
}

fn incident(month: usize, number: usize, text: &mut String, random: &mut Random) {
    let day = 1 + number % 28;
    let priority = 1 + random.below(4);
    let _ = writeln!(text, "  - id: INC-{month:02}-{number:06}\n    title: {}", sentence(7, random));
    let _ = writeln!(text, "    service: SVC-{:05}\n    priority: P{priority}", random.below(SERVICES));
    let _ = writeln!(text, "    impact: {}", random.pick(&["low", "medium", "high"]));
    let _ = writeln!(text, "    urgency: {}", random.pick(&["low", "medium", "high"]));
    let _ = writeln!(text, "    status: closed\n    major: false");
    for (field, hour) in [("recorded_at", 8), ("responded_at", 9), ("resolved_at", 15), ("closed_at", 17)] {
        let minute = random.below(60);
        let _ = writeln!(text, "    {field}: 2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00+01:00");
    }
    let _ = writeln!(text, "    assigned_group: ROL-{:05}", random.below(ROLES));
    let _ =
        writeln!(text, "    configuration_items: [CI-{:05}, CI-{:05}]", random.below(900), random.below(900));
    text.push_str("    log:\n");
    for (hour, event) in [(9, "assigned"), (15, "resolved")] {
        let _ = writeln!(text, "      - at: 2026-{month:02}-{day:02}T{hour:02}:05:00+01:00");
        let _ = writeln!(text, "        by: PER-{:04}\n        event: {event}", random.below(200));
        let _ = writeln!(text, "        text: {}", sentence(9, random));
    }
    let _ =
        writeln!(text, "    resolution: |\n      {}.\n      {}.", sentence(12, random), sentence(11, random));
    let _ = writeln!(text, "    closure: {{code: solved, confirmed_by: PER-{:04}}}", random.below(200));
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
