//! What is odd about the folder and its files, before they are read.

use super::rule;
use crate::{
    model::{Draft, Finding, Oddity, OddityKind, Place, Untested},
    text::quoted,
};

/// The finding for something odd.
pub(super) fn odd(oddity: &Oddity) -> Finding {
    let place = Place::file(if oddity.path.is_empty() { "." } else { &oddity.path });
    match &oddity.kind {
        OddityKind::LinkLeaves { target } => Draft::new(
            rule("FILE-04"),
            place,
            format!("the link leads out of the repository, to {}", quoted(target)),
        )
        .help(
            "put the file itself into the repository, or point to it with `held_in` from a document"
                .to_owned(),
        )
        .fact("target", target)
        .untested(Some(Untested::File)),
        OddityKind::LinkBroken { target } => Draft::new(
            rule("FILE-04"),
            place,
            format!("the link leads to {}, which does not exist", quoted(target)),
        )
        .help("mend the link or remove it".to_owned())
        .fact("target", target)
        .untested(Some(Untested::File)),
        OddityKind::NameNotUtf8 => Draft::new(rule("FILE-05"), place, "the name is not UTF-8")
            .help("rename it; plain letters, digits, hyphens and dots work everywhere".to_owned()),
        OddityKind::CaseClash { other } => Draft::new(
            rule("FILE-06"),
            place,
            format!("differs from {} only in the case of letters", quoted(other)),
        )
        .help("rename one of the two, or join them; on Windows and macOS only one can exist".to_owned())
        .note(Place::file(other), "the other one")
        .fact("other", other),
        OddityKind::FolderUnreadable(reason) => {
            Draft::new(rule("FILE-01"), place, format!("the folder cannot be read: {reason}"))
                .help("mend the rights, or exclude the folder in `probity.toml`".to_owned())
                .untested(Some(Untested::File))
        }
        OddityKind::NotAFile => {
            Draft::new(rule("FILE-01"), place, "a pipe, a socket or a device, and no file")
                .help("remove it, or exclude it in `probity.toml`".to_owned())
                .untested(Some(Untested::File))
        }
        OddityKind::NestedRepository => {
            Draft::new(rule("FILE-09"), place, "a repository of its own, which was not read")
                .help("run the check in it, or keep its documents in this repository".to_owned())
        }
        OddityKind::IndexUnreadable(reason) => Draft::new(
            rule("FILE-08"),
            place,
            format!("git's list of tracked files cannot be read: {reason}"),
        )
        .help(index_help(reason).to_owned()),
    }
    .finish()
}

fn index_help(reason: &str) -> &'static str {
    if reason.contains("another user") {
        "if you trust the folder, tell git so: `git config --global --add safe.directory \"$PWD\"`"
    } else {
        "files that are tracked although ignored are not known; all others were checked"
    }
}
