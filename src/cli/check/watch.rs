//! `probity check --watch`: checks again whenever a file changes, and shows what that changed.
//!
//! Which change it was does not matter: what is there is read again, and only a difference in the findings is shown, so
//! that a file that is left out, or one that was saved as it was, shows nothing.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::{Arguments, asked_at};
use crate::{
    assess,
    cli::{CliError, Global, Outcome, Output, lens},
    corpus::{self, Documents},
    lens::{self as points, All, Behind},
    model::{Finding, Findings, NeededBy, Origin, Sourced},
    text::{safe, safe_line},
    yaml::Limits,
};

/// A burst of changes is over once nothing happened for so long.
const QUIET: Duration = Duration::from_millis(30);
/// An editor that saves by renaming leaves no file for a moment; what is gone is looked at again after this.
const AGAIN: Duration = Duration::from_millis(150);
/// How soon an interrupt is noticed.
const BEAT: Duration = Duration::from_millis(100);

/// What a check found, as far as it is shown.
#[derive(Default)]
struct Seen {
    /// A line for each finding, by fingerprint.
    findings: BTreeMap<String, String>,
    documents: usize,
    fails: bool,
}

/// Watches until it is interrupted, and gives the outcome of the last check.
pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let unwatched = |source| CliError::Unwatched { why: source };
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&interrupted))
        .map_err(|error| unwatched(error.to_string()))?;
    let root = lens(global, None)?.root().to_path_buf();
    let (sender, changes) = mpsc::channel();
    let mut watcher: RecommendedWatcher =
        notify::recommended_watcher(sender).map_err(|error| unwatched(error.to_string()))?;
    watcher.watch(&root, RecursiveMode::Recursive).map_err(|error| unwatched(error.to_string()))?;

    let mut last = Seen::default();
    let mut broken: Option<String> = None;
    match look(global, arguments) {
        Ok(seen) => {
            let lines: String = seen.findings.values().map(|line| format!("{line}\n")).collect();
            output.print(&format!("{lines}{}\n", counted(&seen)))?;
            last = seen;
        }
        Err(error) => {
            let why = told(&error);
            output.print(&why)?;
            broken = Some(why);
        }
    }
    output.print("watching; Ctrl-C ends it\n")?;
    while !interrupted.load(Ordering::Relaxed) {
        match changes.recv_timeout(BEAT) {
            Ok(change) if concerns(&change, &root) => settle(&changes),
            Ok(_) | Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let mut seen = look(global, arguments);
        if seen.as_ref().map_or(true, |seen| seen.documents < last.documents) {
            std::thread::sleep(AGAIN);
            seen = look(global, arguments);
        }
        match seen {
            Ok(seen) => {
                output.print(&changed(&last, &seen, broken.take().is_some()))?;
                last = seen;
            }
            Err(error) => {
                let why = told(&error);
                if broken.as_ref() != Some(&why) {
                    output.print(&why)?;
                }
                broken = Some(why);
            }
        }
    }
    Ok(if last.fails || broken.is_some() { Outcome::Findings } else { Outcome::Passed })
}

/// Whether a change may change what a check finds.
fn concerns(change: &notify::Result<Event>, root: &Path) -> bool {
    let Ok(event) = change else { return true };
    if event.kind.is_access() {
        return false;
    }
    event.paths.iter().any(|path| {
        let below = path.strip_prefix(root).unwrap_or(path);
        let is_hidden = below.iter().any(|name| name.as_encoded_bytes().starts_with(b"."));
        let is_backup = below.as_os_str().as_encoded_bytes().ends_with(b"~");
        let is_of_git = below.file_name() == Some(OsStr::new(".gitignore"));
        // What documents point to counts as well, whatever it is.
        (is_of_git || !is_hidden) && !is_backup
    })
}

/// Waits until a burst of changes is over.
fn settle(changes: &Receiver<notify::Result<Event>>) {
    for _ in 0..20 {
        if changes.recv_timeout(QUIET).is_err() {
            break;
        }
    }
}

fn look(global: &Global, arguments: &Arguments) -> Result<Seen, CliError> {
    let lens = lens(global, arguments.inputs.extracts.clone())?;
    let read = lens.on_disk(lens.settings()?)?;
    let mut settings = read.settings.clone();
    if let Some(stage) = arguments.needed_by {
        settings.needed_by = Sourced { value: stage.needed_by(), origin: Origin::Flag("--needed-by") };
    }
    points::settings_are_known(&settings, &read.catalog)?;
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &read.catalog);
    let judged = settings.judged();
    let behind = Behind { patterns: &settings.patterns, history: read.history()? };
    let asked_at = asked_at(&settings.needed_by.origin);
    let All { findings, .. } =
        points::findings(&corpus, &documents, &judged, &behind, settings.needed_by.value, &asked_at);
    let is_asked = settings.needed_by.value != NeededBy::Neither;
    let findings: Findings = findings.only(|finding| is_asked || !finding.rule.starts_with(assess::MISSING));
    Ok(Seen {
        documents: findings.tested.documents,
        fails: findings.reach(settings.fail_on.value),
        findings: findings.iter().map(|finding| (finding.fingerprint.clone(), line(finding))).collect(),
    })
}

/// A finding on a line, with where it is for editors to go to.
fn line(finding: &Finding) -> String {
    let place = &finding.place;
    let at =
        place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default();
    let waived = if finding.waived.is_some() { " (waived)" } else { "" };
    format!(
        "{}{at}: {} {}: {}{waived}",
        safe_line(&place.path),
        finding.level,
        finding.rule,
        safe_line(&finding.message)
    )
}

/// What is other than before; nothing if nothing is.
fn changed(before: &Seen, after: &Seen, was_broken: bool) -> String {
    let mut told = String::new();
    for (fingerprint, line) in &before.findings {
        if !after.findings.contains_key(fingerprint) {
            let _ = writeln!(told, "mended  {line}");
        }
    }
    for (fingerprint, line) in &after.findings {
        if !before.findings.contains_key(fingerprint) {
            let _ = writeln!(told, "new     {line}");
        }
    }
    if !told.is_empty() || was_broken {
        let _ = writeln!(told, "{}", counted(after));
    }
    told
}

fn counted(seen: &Seen) -> String {
    let of =
        |count: usize, noun: &str| if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") };
    let gate = if seen.fails { "the check fails" } else { "the check passes" };
    format!("{} in {}; {gate}", of(seen.findings.len(), "finding"), of(seen.documents, "document"))
}

/// Why there is no result, with each place.
fn told(error: &CliError) -> String {
    let mut told = format!("cannot check: {}\n", safe(&error.to_string()));
    if let CliError::Lens(error) = error {
        for mistake in error.mistakes() {
            let _ = writeln!(told, "  {}", safe_line(&mistake.to_string()));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(lines: &[&str]) -> Seen {
        let findings = lines.iter().map(|line| ((*line).to_owned(), format!("a.yaml:1:1: {line}"))).collect();
        Seen { findings, documents: 1, fails: !lines.is_empty() }
    }

    #[test]
    fn only_what_changed_is_shown() {
        assert_eq!(changed(&seen(&["x"]), &seen(&["x"]), false), "");
        assert_eq!(
            changed(&seen(&["x", "y"]), &seen(&["y", "z"]), false),
            "mended  a.yaml:1:1: x\nnew     a.yaml:1:1: z\n2 findings in 1 document; the check fails\n"
        );
        assert_eq!(changed(&seen(&[]), &seen(&[]), true), "0 findings in 1 document; the check passes\n");
    }
}
