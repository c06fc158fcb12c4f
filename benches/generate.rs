//! Writes a made-up management system to a folder, for timing whole commands.
//!
//! `cargo run --release --example generate -- documents 5000 FOLDER`
//! `cargo run --release --example generate -- records 100000 FOLDER`
//! `cargo run --release --example generate -- history 1000 FOLDER`: so many commits over 500 documents, each a day after
//! the one before, and with another text in three of them

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

#[path = "support/corpus.rs"]
mod corpus;

/// Documents in a history.
const DOCUMENTS: usize = 500;

/// Writes a history as git's `fast-import` reads it, and has git read it.
fn history(count: &str, root: &Path) -> ExitCode {
    let Ok(commits) = count.parse::<usize>() else {
        eprintln!("`{count}` is not a count");
        return ExitCode::from(2);
    };
    let files = corpus::documents(DOCUMENTS);
    let configuration = corpus::configuration();
    let mut stream = String::new();
    for commit in 0..commits {
        // From 1 January 2024 on, at noon.
        let seconds = 1_704_110_400 + commit * 86_400;
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter Aoife <aoife@example.org> {seconds} +0000\ndata 1\nc\n"
        );
        let three = (0..3).map(|number| &files[(commit * 3 + number) % files.len()]);
        let list: Vec<(String, String)> = if commit == 0 {
            let all = files.iter().chain([&configuration]);
            all.map(|file| (file.path.clone(), file.text.clone())).collect()
        } else {
            three.map(|file| (file.path.clone(), format!("{}# {commit}\n", file.text))).collect()
        };
        for (path, text) in list {
            let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
    }
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(root).args(arguments).stdin(Stdio::piped());
        command
    };
    let run = || -> std::io::Result<bool> {
        fs::create_dir_all(root)?;
        git(&["init", "--quiet", "--initial-branch=main"]).status()?;
        let mut import = git(&["fast-import", "--quiet"]).spawn()?;
        import.stdin.take().expect("it was asked for").write_all(stream.as_bytes())?;
        Ok(import.wait()?.success() && git(&["checkout", "--quiet", "--force", "main"]).status()?.success())
    };
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot run git: {error}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let files = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["documents", count, _] => count.parse().map(corpus::documents),
        ["records", count, _] => count.parse().map(corpus::records),
        ["history", count, _] => return history(count, Path::new(&arguments[2])),
        _ => {
            eprintln!("usage: generate documents|records|history COUNT FOLDER");
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
