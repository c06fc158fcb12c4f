//! The whole way of `probity check` without the process around it: folder, texts, trees, findings.
//!
//! `cargo bench --bench check`. Unlike the program, which ends instead, this frees what it built
//! inside the time that is measured.

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/folder.rs"]
mod folder;

use corpus::GeneratedFile;
use divan::{Bencher, counter::BytesCount};
use probity::{
    catalog::Catalog,
    check,
    config::{Flags, Written, settle},
    corpus::Documents,
    model::Patterns,
    repository,
    yaml::Limits,
};

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 5_000])]
fn documents(bencher: Bencher<'_, '_>, count: usize) {
    check_all(bencher, &corpus::documents(count));
}

#[divan::bench(args = [25_000, 50_000, 100_000], sample_count = 5)]
fn records_in_12_files(bencher: Bencher<'_, '_>, count: usize) {
    check_all(bencher, &corpus::records(count));
}

fn check_all(bencher: Bencher<'_, '_>, files: &[GeneratedFile]) {
    let folder = folder::folder_of(files);
    let as_of = "2026-06-30".parse().expect("a day");
    let flags = Flags { as_of: Some(as_of), period: None };
    let judged = settle(Written::default(), flags, chrono::DateTime::default()).judged();
    let all = Patterns::new(&[], &[]).expect("no patterns are sound patterns");
    bencher.counter(BytesCount::new(folder::size_of(files))).bench(|| {
        let snapshot =
            repository::work_tree_snapshot(folder.path(), &all, None).expect("the folder can be listed");
        let corpus = probity::corpus::read(&snapshot, &Limits::default());
        let catalog = Catalog::embedded();
        let findings = check::run(&corpus, &Documents::of(&corpus, &catalog), &judged);
        assert!(findings.is_empty(), "the generator writes sound YAML");
        findings
    });
}
