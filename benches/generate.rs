//! Writes a made-up management system to a folder, for timing whole commands.
//!
//! `cargo run --release --example generate -- documents 5000 FOLDER`
//! `cargo run --release --example generate -- records 100000 FOLDER`
//! `cargo run --release --example generate -- documents 5000 FOLDER --history 2000`
//! `cargo run --release --example generate -- export 100000 FOLDER`

use std::{env, fs, path::Path, process::ExitCode};

#[path = "support/export.rs"]
mod export;
#[path = "support/corpus.rs"]
mod generated;
#[path = "support/past.rs"]
mod past;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (words, commits) = match &words[..] {
        [words @ .., "--history", commits] => (words, commits.parse::<usize>().ok()),
        words => (words, Some(0)),
    };
    let files = match (words, commits) {
        (["documents", count, _], Some(_)) => count.parse().map(generated::documents),
        (["records", count, _], Some(_)) => count.parse().map(generated::records),
        (["export", count, _], Some(_)) => count.parse().map(export::incidents),
        _ => {
            eprintln!("usage: generate documents|records|export COUNT FOLDER [--history COMMITS]");
            return ExitCode::from(2);
        }
    };
    let files = match files {
        Ok(files) => files,
        Err(error) => {
            eprintln!("`{}` is not a count: {error}", arguments[1]);
            return ExitCode::from(2);
        }
    };
    let root = Path::new(&arguments[2]);
    if let Some(commits) = commits.filter(|commits| *commits > 0) {
        if let Err(error) = past::write(root, &files, commits) {
            eprintln!("cannot write {}: {error}", root.display());
            return ExitCode::FAILURE;
        }
        println!("{commits} commits over {} files, in {}", files.len() + 1, root.display());
        return ExitCode::SUCCESS;
    }
    let mut bytes = 0;
    for file in files.iter().chain([&generated::configuration()]) {
        let path = root.join(&file.path);
        let written = fs::create_dir_all(path.parent().expect("every path has a folder"))
            .and_then(|()| fs::write(&path, &file.text));
        if let Err(error) = written {
            eprintln!("cannot write {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
        bytes += file.text.len();
    }
    println!("{} files, {bytes} bytes, in {}", files.len() + 1, root.display());
    ExitCode::SUCCESS
}
