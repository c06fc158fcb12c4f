//! The program, run as a person runs it.

#![allow(dead_code, reason = "each test uses a part")]

use std::{path::Path, process::Command};

/// Runs the program on a folder, and gives its exit code and what it printed.
pub fn probity(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_probity"))
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("HOME", folder)
        // What the user has set for git is of no interest.
        .env("XDG_CONFIG_HOME", folder)
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A report in JSON without what says where the bytes came from.
pub fn report(text: &str) -> serde_json::Value {
    let mut report: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"));
    let fields = report.as_object_mut().unwrap();
    assert!(fields.remove("snapshot").is_some() && fields.remove("commit").is_some());
    report
}
