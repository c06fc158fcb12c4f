//! What the rules that are data cost: a check with them, less a check without them, on one thread.
//!
//! `cargo bench --bench rules` prints, for growing numbers of documents of one type, how many rules are
//! asked about each, the time of both checks, and what a rule costs for one document; the same of each rule
//! alone; and, of each rule about a population, its time as the population grows.

#![expect(clippy::cast_precision_loss, reason = "figures for a person")]

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use probity::{
    catalog::Catalog,
    check,
    config::{Flags, Written, settle},
    corpus::Documents,
    model::{Findings, Judged, Patterns, Rule, Scope, Tier},
    repository,
    yaml::Limits,
};

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/folder.rs"]
mod folder;

const RUNS: usize = 5;

fn main() {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread can be had");
    println!("{:<18}{:>7}{:>12}{:>14}{:>20}", "", "rules", "rules, ms", "without, ms", "us a rule, document");
    for count in [25_000, 50_000, 100_000] {
        alone.install(|| measure("incident", count, &corpus::records(count), count == 100_000));
    }
    alone.install(populations);
    for count in [1_000, 5_000] {
        alone.install(|| measure("procedure", count, &corpus::documents(count), count == 5_000));
    }
}

fn measure(about: &str, count: usize, files: &[corpus::GeneratedFile], each: bool) {
    let catalog = Catalog::embedded();
    let core: Vec<&Rule> =
        catalog.rules_of(about).filter(|rule| rule.tier == Tier::Core && rule.computed.is_some()).collect();
    let asked = core.len();
    checking(&catalog, files, |with, check| {
        let fast = fastest(|| check(&only(&catalog, with, "")));
        let rules = fastest(|| check(with)).saturating_sub(fast).as_secs_f64();
        println!(
            "{:<18}{:>7}{:>12.1}{:>14.1}{:>20.2}",
            format!("{count} {about}"),
            asked,
            rules * 1e3,
            fast.as_secs_f64() * 1e3,
            rules * 1e6 / (asked * count) as f64,
        );
        for rule in core.iter().filter(|_| each) {
            let took = fastest(|| check(&only(&catalog, with, &rule.id))).saturating_sub(fast);
            println!("  {:<64}{:>5.2}", rule.id, took.as_secs_f64() * 1e6 / count as f64);
        }
    });
}

/// What each rule costs that looks at all incidents at once, among them those that are opt-in: for growing
/// numbers of incidents.
fn populations() {
    let counts = [25_000, 50_000, 100_000];
    println!("  about all incidents at once, ms for {counts:?}");
    let catalog = Catalog::embedded();
    let at_once = |rule: &&Rule| rule.computed.as_ref().is_some_and(|computed| computed.scope == Scope::All);
    let rules: Vec<&Rule> = catalog.rules_of("incident").filter(at_once).collect();
    let mut took = vec![String::new(); rules.len()];
    for count in counts {
        checking(&catalog, &corpus::records(count), |with, check| {
            let with = Judged { extended: true, ..with.clone() };
            let without = time(|| drop(check(&only(&catalog, &with, ""))));
            for (rule, took) in rules.iter().zip(&mut took) {
                let with = time(|| drop(check(&only(&catalog, &with, &rule.id))));
                let _ = write!(took, "{:>8.1}", with.saturating_sub(without).as_secs_f64() * 1e3);
            }
        });
    }
    for (rule, took) in rules.iter().zip(took) {
        println!("  {:<40}{took}", rule.id);
    }
}

/// Reads some files, and lets their documents be checked by what is judged by default, or by something else.
fn checking(
    catalog: &Catalog,
    files: &[corpus::GeneratedFile],
    measure: impl FnOnce(&Judged, &dyn Fn(&Judged) -> Findings),
) {
    let folder = folder::folder_of(files);
    let all = Patterns::new(&[], &[]).expect("no patterns are sound patterns");
    let snapshot =
        repository::work_tree_snapshot(folder.path(), &all, None).expect("the folder can be listed");
    let corpus = probity::corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, catalog);
    let flags = Flags { as_of: Some("2026-06-30".parse().expect("a day")), period: None };
    let judged = settle(Written::default(), flags, chrono::DateTime::default()).judged();
    measure(&judged, &|judged| check::run(&corpus, &documents, judged));
}

/// The same with all computed rules off but one, or but none.
fn only(catalog: &Catalog, judged: &Judged, wanted: &str) -> Judged {
    let off = catalog.rules().into_iter().filter(|rule| rule.computed.is_some() && rule.id != wanted);
    Judged { levels: off.map(|rule| (rule.id.clone(), None)).collect(), ..judged.clone() }
}

/// The fastest of some runs: what disturbs a run only makes it slower.
fn fastest(run: impl Fn() -> Findings) -> Duration {
    time(|| assert!(run().is_empty(), "the generator writes sound documents"))
}

fn time(run: impl Fn()) -> Duration {
    let timed = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    timed.min().expect("there is a run")
}
