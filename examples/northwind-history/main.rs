//! Writes two years of an invented provider to a folder, as a git repository in which ten faults are planted.
//!
//! `cargo run --example northwind-history -- FOLDER`

use std::{env, path::Path, process::ExitCode};

mod story;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder] = &arguments[..] else {
        eprintln!("usage: cargo run --example northwind-history -- FOLDER");
        return ExitCode::from(2);
    };
    if let Err(error) = story::tell(Path::new(folder)) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    println!("two years of northwind are in {folder}");
    println!("next: probity -C {folder} check");
    ExitCode::SUCCESS
}
