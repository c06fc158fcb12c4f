//! From texts to trees, on one thread: what a megabyte of YAML costs.
//!
//! `cargo bench --bench parse`. The lines of MB/s are megabytes of source a second.

#[path = "support/corpus.rs"]
mod corpus;

use std::sync::Arc;

use corpus::GeneratedFile;
use divan::{Bencher, counter::BytesCount};
use probity::{
    text::Source,
    yaml::{self, Limits, Stream},
};

fn main() {
    divan::main();
}

#[divan::bench]
fn documents_1000(bencher: Bencher<'_, '_>) {
    parse(bencher, &corpus::documents(1_000));
}

#[divan::bench]
fn records_24000_in_12_files(bencher: Bencher<'_, '_>) {
    parse(bencher, &corpus::records(24_000));
}

/// The trees of all files are held together, as in a check.
fn parse(bencher: Bencher<'_, '_>, files: &[GeneratedFile]) {
    let limits = Limits::default();
    let sources: Vec<Arc<Source>> =
        files.iter().map(|file| Arc::new(Source::new(file.path.as_str(), file.text.as_str()))).collect();
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        sources.iter().map(|source| yaml::read(Arc::clone(source), &limits)).collect::<Vec<Stream>>()
    });
}
