//! Commands as pages show them, and whether what those of cargo name is there.

use std::{fs, path::Path, process::Command};

/// What a line is run as.
pub enum Stands<'l> {
    /// The line itself.
    Itself,
    /// The program with these arguments, which cargo would build first.
    Program(&'l str),
    /// An example of that name, with its arguments.
    Example(&'l str, &'l str),
    /// Something that builds, installs or tests all of it.
    Build,
}

pub fn stands_for(line: &str) -> Stands<'_> {
    let Some(rest) = line.strip_prefix("cargo ") else { return Stands::Itself };
    match rest.strip_prefix("run ").and_then(|rest| rest.split_once("-- ")) {
        Some((options, arguments)) => match options.split("--example ").nth(1) {
            Some(example) => Stands::Example(example.trim(), arguments),
            None => Stands::Program(arguments),
        },
        None => Stands::Build,
    }
}

/// The fenced blocks of a language.
pub fn blocks(page: &str, language: &str) -> Vec<String> {
    let (mut blocks, mut open) = (Vec::new(), None::<(bool, String)>);
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some((wanted, block)), Some(_)) => {
                if *wanted {
                    blocks.push(std::mem::take(block));
                }
                open = None;
            }
            (Some((_, block)), None) => block.extend([line, "\n"]),
            (None, Some(tag)) => open = Some((tag == language, String::new())),
            (None, None) => {}
        }
    }
    blocks
}

/// The indented blocks that show commands.
pub fn indented(page: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let mut is_fenced = false;
    for line in page.lines() {
        is_fenced ^= line.starts_with("```");
        if line.starts_with("    ") && !is_fenced {
            blocks.last_mut().expect("there is always one").extend([line.trim_start(), "\n"]);
        } else if !blocks.last().expect("there is always one").is_empty() {
            blocks.push(String::new());
        }
    }
    blocks.retain(|block| block.lines().any(|line| line.starts_with("probity ")));
    blocks
}

/// The lines of a block, those that go on in the next one joined, without what only a reader needs.
pub fn without_comments(block: &str) -> Vec<String> {
    let joined = block.replace("\\\n", " ");
    let lines = joined.lines().map(|line| {
        let line = if line.trim_start().starts_with('#') { "" } else { line };
        line.split("   #").next().unwrap_or_default().trim().to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// The commands of cargo that a page shows, in blocks or within its words.
pub fn of(page: &str) -> Vec<String> {
    let mut text = String::new();
    let mut is_open = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_open = !is_open;
        } else if !is_open {
            text.extend([line, " "]);
        }
    }
    let within = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let shown = blocks(page, "sh").into_iter().flat_map(|block| without_comments(&block));
    shown.chain(within).filter(|line| line.split([' ', '(']).any(|word| word == "cargo")).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// All of the Rust below a folder.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

/// Whether every flag, target, test and variable of a line of cargo is one; why not, if one is not.
pub fn names_what_there_is(line: &str) -> Result<(), String> {
    line.split(" && ").map(str::trim).filter(|part| !part.starts_with("mkdir -p ")).try_for_each(one)
}

fn one(command: &str) -> Result<(), String> {
    let command = command.strip_prefix("time ").unwrap_or(command);
    let (mut words, behind) = match command.split_once(" -- ") {
        Some((before, behind)) => (before.split(' ').peekable(), behind),
        None => (command.split(' ').peekable(), ""),
    };
    while let Some(variable) = words.next_if(|word| *word != "cargo") {
        let name = variable.split('=').next().unwrap_or_default();
        let used = format!("\"{name}\"");
        if !sources(&root().join("tests")).contains(&used) && !sources(&root().join("src")).contains(&used) {
            return Err(format!("nothing reads `{name}`"));
        }
    }
    words.next();
    words.next_if(|word| word.starts_with('+'));
    let does = words.next().unwrap_or_default();
    if does == "fuzz" {
        return fuzzing(&words.collect::<Vec<_>>());
    }
    if !["bench", "build", "install", "run", "test"].contains(&does) {
        return Err(format!("what is `cargo {does}`?"));
    }
    let is_named =
        |kind: &str, name: &str| read("Cargo.toml").contains(&format!("[[{kind}]]\nname = \"{name}\"\n"));
    // Where a test of some name is to be found.
    let mut among = None;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` of what?"));
        match word {
            "--release" | "--locked" => {}
            "--lib" => among = Some(sources(&root().join("src"))),
            "--test" => {
                let name = value()?;
                among = Some(read(&format!("tests/{name}.rs")));
                if among.as_deref() == Some("") {
                    return Err(format!("no test is `{name}`"));
                }
            }
            "--example" | "--bench" => {
                let (kind, name) = (word.trim_start_matches('-'), value()?);
                if !is_named(kind, name) {
                    return Err(format!("no {kind} is `{name}`"));
                }
            }
            "--profile" => {
                let name = value()?;
                if !read("Cargo.toml").contains(&format!("[profile.{name}]\n")) {
                    return Err(format!("no profile is `{name}`"));
                }
            }
            "--target" => {
                let name = value()?;
                let known = Command::new("rustc").args(["--print", "target-list"]).output().unwrap().stdout;
                if !String::from_utf8_lossy(&known).lines().any(|target| target == name) {
                    return Err(format!("no target is `{name}`"));
                }
            }
            "--path" => {
                let path = value()?;
                if !root().join(path).is_dir() {
                    return Err(format!("`{path}` is not there"));
                }
            }
            name if does == "test" && !name.starts_with('-') => {
                let among = among
                    .clone()
                    .unwrap_or_else(|| sources(&root().join("src")) + &sources(&root().join("tests")));
                let mut tests = among.split("#[test]\n").skip(1).filter_map(|text| text.split("fn ").nth(1));
                if !tests.any(|test| test.split('(').next().is_some_and(|test| test.contains(name))) {
                    return Err(format!("`{name}`: no test is called so"));
                }
            }
            other => return Err(format!("what is `{other}`?")),
        }
    }
    // What `cargo run` gives to a program, that program knows.
    match behind.split(' ').find(|word| does == "test" && !["", "--nocapture"].contains(word)) {
        Some(other) => Err(format!("what is `{other}`?")),
        None => Ok(()),
    }
}

/// Whether a target of fuzzing is one.
fn fuzzing(words: &[&str]) -> Result<(), String> {
    let ["run", "--fuzz-dir", folder, target, corpora @ ..] = words else {
        return Err(format!("what is `{}`?", words.join(" ")));
    };
    if !read(&format!("{folder}/Cargo.toml")).contains(&format!("[[bin]]\nname = \"{target}\"\n")) {
        return Err(format!("no target of fuzzing is `{target}`"));
    }
    // The first is made on the way, and filled by the run.
    match corpora.iter().skip(1).find(|corpus| !root().join(corpus).is_dir()) {
        Some(corpus) => Err(format!("`{corpus}` is not there")),
        None => Ok(()),
    }
}
