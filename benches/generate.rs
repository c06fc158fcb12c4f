//! Writes a made-up management system to a folder, for timing whole commands.
//!
//! `cargo run --release --example generate -- documents 5000 FOLDER`
//! `cargo run --release --example generate -- records 100000 FOLDER`

use std::{env, fs, path::Path, process::ExitCode};

#[path = "support/corpus.rs"]
mod corpus;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let files = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["documents", count, _] => count.parse().map(corpus::documents),
        ["records", count, _] => count.parse().map(corpus::records),
        _ => {
            eprintln!("usage: generate documents|records COUNT FOLDER");
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
    let mut bytes = 0;
    for file in files.iter().chain([&corpus::configuration()]) {
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
