//! What the user's own git does for an approval: tell who they are, and sign a tag.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the world"))]

use std::{path::Path, process::Command};

use super::index;
use crate::model::Account;

/// Who the user is by the settings of git; none if these do not tell, or there is no repository.
pub fn user(folder: &Path) -> Option<Account> {
    let repository = index::open(folder).ok()??;
    let signature = repository.signature().ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(Account { name: text(signature.name_bytes()), email: text(signature.email_bytes()) })
}

/// Makes a tag at the present commit, annotated and signed as the user's settings of git want it.
///
/// # Errors
///
/// With what git says.
pub fn sign_tag(folder: &Path, name: &str, message: &str) -> Result<(), String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args([
        "tag",
        "--sign",
        "--cleanup=verbatim",
        "-m",
        message,
        "--",
        name,
        "HEAD",
    ]);
    // A program that asks for the passphrase may need the terminal.
    let output = git.output().map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find(|line| !line.trim().is_empty()).unwrap_or("it did not say why");
    Err(line.trim_start_matches("error: ").trim_start_matches("fatal: ").to_owned())
}
