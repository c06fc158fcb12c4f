//! From a folder to texts: which files count, and their bytes.
//!
//! `cargo bench --bench read`. The files were written a moment before, so the operating system has
//! them in memory; what is measured is our work and the system calls, and not a disk.

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/folder.rs"]
mod folder;

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use probity::{model::Patterns, repository};

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 5_000])]
fn select_documents(bencher: Bencher<'_, '_>, count: usize) {
    let folder = folder::folder_of(&corpus::documents(count));
    let all = Patterns::new(&[], &[]).expect("no patterns are sound patterns");
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| repository::select(folder.path(), &all).expect("the folder can be listed"));
}

#[divan::bench(args = [1_000, 5_000])]
fn select_and_read_documents(bencher: Bencher<'_, '_>, count: usize) {
    let files = corpus::documents(count);
    let folder = folder::folder_of(&files);
    let all = Patterns::new(&[], &[]).expect("no patterns are sound patterns");
    bencher.counter(ItemsCount::new(count)).counter(BytesCount::new(folder::size_of(&files))).bench(|| {
        repository::work_tree_snapshot(folder.path(), &all, None).expect("the folder can be listed")
    });
}
