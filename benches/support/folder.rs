//! A made-up management system in a folder of its own, which goes when it is dropped.

use std::fs;

use crate::corpus::{GeneratedFile, configuration};

/// Writes the files, and a `probity.toml` beside them.
pub fn folder_of(files: &[GeneratedFile]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in files.iter().chain([&configuration()]) {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("every path has a folder")).expect("a folder");
        fs::write(path, &file.text).expect("a file");
    }
    folder
}

/// Bytes of all files together.
#[allow(dead_code, reason = "a bench may count something else")]
pub fn size_of(files: &[GeneratedFile]) -> usize {
    files.iter().map(|file| file.text.len()).sum()
}
