//! What the history costs: the walk over it beside `git log`, and a check with it and without.
//!
//! `cargo bench --bench history`. Git has to be installed; it is what the walk is compared with.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chrono::DateTime;
use probity::{
    config::{Flags, find},
    corpus::{self, Documents},
    lens::{Behind, Lens, findings},
    model::{Held, NeededBy, Place},
    repository,
    yaml::Limits,
};

#[path = "support/corpus.rs"]
mod generated;
#[path = "support/past.rs"]
mod past;

const RUNS: usize = 7;

fn main() {
    println!(
        "{:<32}{:>10}{:>10}{:>8}{:>14}{:>12}{:>8}",
        "", "git log", "the walk", "times", "check without", "check with", "times"
    );
    for (commits, documents) in [(1_000, 5_000), (2_000, 5_000), (4_000, 5_000), (2_000, 1_000)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        past::write(folder.path(), &generated::documents(documents), commits)
            .expect("a repository can be written");
        measure(&format!("{commits} commits, {documents} files"), folder.path());
    }
}

fn measure(what: &str, folder: &Path) {
    let git = fastest(|| {
        let mut log = Command::new("git");
        log.arg("-C").arg(folder).args(["log", "--name-only", "--no-renames"]).stdout(Stdio::null());
        assert!(log.status().expect("git is installed").success());
    });
    let walk =
        fastest(|| repository::history(folder, &Held::WorkTree, None).expect("the history can be read"));
    let with = fastest(|| check(folder));
    let settings = folder.join("probity.toml");
    let text = fs::read_to_string(&settings).expect("the settings are text");
    fs::write(&settings, text + "\n[gate]\nhistory = \"off\"\n").expect("the settings can be written");
    let without = fastest(|| check(folder));
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let times = |one: Duration, other: Duration| format!("{:.2}", one.as_secs_f64() / other.as_secs_f64());
    println!(
        "{what:<32}{:>10}{:>10}{:>8}{:>14}{:>12}{:>8}",
        ms(git),
        ms(walk),
        times(walk, git),
        ms(without),
        ms(with),
        times(with, without)
    );
}

/// Reads the folder and finds what is wrong in it, as `probity check` does.
fn check(folder: &Path) {
    let found = find(folder).expect("settings were written");
    let lens = Lens::new(Some(found), folder.to_path_buf(), None, Flags::default(), DateTime::default());
    let read = lens.at_or_on_disk(None).expect("the folder can be read");
    let history = read.history().expect("the settings do not demand a history");
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &read.catalog);
    let judged = read.settings.judged();
    let behind = Behind { patterns: &read.settings.patterns, history };
    let place = Place::file("probity.toml");
    let all = findings(&corpus, &documents, &judged, &behind, NeededBy::Neither, &place);
    assert!(all.findings.is_empty(), "what is generated is sound");
}

fn fastest<T>(mut work: impl FnMut() -> T) -> Duration {
    let times = (0..RUNS).map(|_| {
        let begin = Instant::now();
        let done = work();
        let took = begin.elapsed();
        drop(done);
        took
    });
    times.min().expect("there are runs")
}
