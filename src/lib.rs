//! Probity tells whether an IT service management system (SMS), kept as YAML files in a git
//! repository, is ready for an ISO/IEC 20000-1:2018 audit.
//!
//! This page is the architecture. The README says how to use the program.
//!
//! # From bytes to a report
//!
//! ```text
//! repository ─┬► Snapshot ─► corpus ─┬─► check ───┬─► Findings ─┐
//!             └► History ────────────┴─► control ─┘             │
//! schemas/ ───► catalog ────────────────► assess ───────────────┴─► Assessment ─► gap ─► readiness ─► report ─► cli
//! ```
//!
//! [`lens`] goes this way once, for every command that wants findings and an assessment, whatever point the files are
//! of. `due` goes from the documents to days, and `judge` from an assessment to a new judgement, which `author` writes.
//! `sample` and `trail` go from the documents to what an auditor reads, and `pack` puts what there is to show into a parcel.
//! `import` goes the other way, from what people and tools keep elsewhere to documents, which `author` writes.
//! `sample` goes from the documents to what samples are drawn from, and from there to a draw.
//!
//! # Floors
//!
//! Imports point down only, never sideways; `tests/floors.rs` holds the list.
//!
//! | floor | module | in one line |
//! | ---: | --- | --- |
//! | 0 | [`text`] | source texts and spans; the one conversion from a byte to line and column; making untrusted text safe to show |
//! | 1 | [`yaml`] | text → tree of nodes, every key and value with its span; limits; the only importer of a parser |
//! | 1 | [`expression`] | the language of rules: text → parts of an expression, each with its place |
//! | 2 | [`model`] | the nouns: standard, rule, record type, finding, assessment, deadline, settings, period, snapshot, attachment, digest, history, proof |
//! | 3 | [`catalog`] | `schemas/`, embedded by `src/build.rs`, and what the organization has of its own in `probity/` → the standard, rules, record types, each read when it is asked for, and checked against each other |
//! | 3 | [`config`] | `probity.toml` → settings, each with its origin |
//! | 3 | [`repository`] | the disk, or git at its index or a commit → snapshot; the commits that led there → history, or the first line of parents alone; whether a signature is right; the only importer of git |
//! | 4 | [`corpus`] | snapshot → documents by id, from single ones, streams, collections, front matter and extracts; references both ways; digests |
//! | 5 | [`check`] | documents → findings: reading, shape, completeness, ids, references, files that are pointed to, and the rules that are data |
//! | 5 | [`control`] | documents and their history → approvals with what proves them, and findings: content that is not what was approved, approvers who wrote it, sealed records that changed, documents that are gone |
//! | 6 | [`assess`] | documents, findings and people's judgements → one determination for each point of the standard |
//! | 7 | [`gap`] | an assessment → what lacks, in the order in which one would go about it |
//! | 7 | [`due`] | documents → what waits for somebody until a day, by the deadlines that are data |
//! | 8 | [`readiness`] | can one go into an audit, what stands in the way, and when at the earliest |
//! | 8 | [`judge`] | what a person holds of a point → a judgement that says no more than it can stand for |
//! | 9 | [`lens`] | the management system at any point: its findings and assessment, two points compared, many as a trend |
//! | 9 | [`sample`] | what samples are drawn from, which records a seed draws, what is added by judgement, and what follows if none deviates |
//! | 9 | [`trail`] | what is joined to a record, along a trail that auditors follow, with what is missing on the way |
//! | 10 | [`report`] | a view → bytes, one file per format; pages are filled from published JSON by `templates/` |
//! | 11 | [`author`] | what a management system begins with, new documents, approvals and changed fields in files that people keep: all other bytes as they were, read back before it counts, whole or not at all |
//! | 11 | `pack` | what there is to show → an evidence pack that common tools check, redacted if wanted; and whether a pack is still what was packed |
//! | 12 | [`import`] | what people filled in elsewhere → answers, and changes of documents for `author`, each with its place; what tools exported → records; a folder of existing files → what each may be; the only reader of workbooks, CSV and office files |
//! | 13 | [`cli`] | arguments; one file per command; the only printer |
//!
//! # What holds everywhere
//!
//! - What the standard, a record type or a rule requires is data in `schemas/`, in our own words. Code finds; data says
//!   what a finding is called, how much it matters and what it rests on.
//! - A rule has three outcomes: kept, broken, not testable. What the data do not tell counts as neither
//!   good nor bad.
//! - A machine's result, a person's judgement and an auditor's grade stay apart. What a machine found may ask for a
//!   new look at a judgement; it never makes one better. Fulfilled is a person's word.
//! - What is wrong in the documents is a [`model::Finding`]: collected, never thrown. Why the program
//!   cannot go on is an error: told once, by [`cli`].
//! - A place is a [`text::Span`] of bytes until a person reads it; then
//!   [`text::Source::position`] makes it a line and a column.
//! - Only `config`, `repository`, `import`, `author`, `pack` and `cli` touch the world; `import` reads exports, `author` writes
//!   documents and extracts, `pack` packs, and `cli` the reports that it is told to write. Clippy's disallowed methods
//!   hold the rest to it. Files that documents point to are looked at through [`model::Attachments`], which the snapshot
//!   brings along. Only `cli` asks for the time, so that the same input gives the same bytes.
//! - Every file is hostile: limits have names, links are not followed out, and no text from outside
//!   reaches a terminal without [`text::safe`].

#![cfg_attr(
    not(test),
    warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)
)]

pub mod assess;
pub mod author;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod control;
pub mod corpus;
pub mod due;
pub mod expression;
pub mod gap;
pub mod import;
pub mod judge;
pub mod lens;
pub mod model;
mod pack;
pub mod readiness;
pub mod report;
pub mod repository;
pub mod sample;
pub mod text;
pub mod trail;
pub mod yaml;
