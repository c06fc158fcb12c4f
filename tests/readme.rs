//! What the README and the topics of `probity help` show of a shell runs as it stands, each command in a folder as its
//! reader has it at that point.
//!
//! Blocks of `sh`, and commands that stand indented, are run by `sh`, line by line, with the program as it was just built and `/tmp` moved to a folder of
//! the test. Blocks that show what comes out are run by `tests/cmd.rs`. What cargo would do is not done again: its
//! lines are held against what there is.

#![cfg(unix)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use tempfile::TempDir;

#[path = "support/cargo_lines.rs"]
mod cargo_lines;
#[path = "support/repo.rs"]
mod repo;
#[path = "../examples/northwind-history/story/mod.rs"]
mod story;

use repo::{Repo, Who};

/// A block: what begins it, the folder that its reader is in, and which of its lines end otherwise than
/// with 0.
struct Known {
    begins: &'static str,
    folder: fn(&Scene) -> PathBuf,
    ends: &'static [(&'static str, i32)],
}

const KNOWN: &[Known] = &[
    Known {
        begins: "cargo run --release -- -C examples/faulty check",
        folder: |_| root().to_path_buf(),
        ends: &[("cargo run --release -- -C examples/faulty check", 1)],
    },
    Known { begins: "probity init --org", folder: client, ends: &[] },
    Known {
        begins: "probity check --new-since origin/main",
        folder: merge_request,
        ends: &[(
            "probity check --new-since origin/main --format github --output sarif=probity.sarif --output markdown=summary.md",
            1,
        )],
    },
    Known {
        begins: "cargo run --example northwind-history -- /tmp/northwind",
        folder: |scene| scene.folder.path().to_path_buf(),
        ends: &[
            ("probity -C /tmp/northwind check", 1),
            ("probity -C /tmp/northwind approve verify --all", 1),
        ],
    },
    Known { begins: "cd /tmp/northwind", folder: |scene| scene.folder.path().to_path_buf(), ends: &[] },
    Known { begins: "probity intake", folder: |scene| scene.folder.path().join("client"), ends: &[] },
    Known { begins: "probity new role", folder: |scene| scene.folder.path().join("client"), ends: &[] },
    Known { begins: "probity check", folder: |scene| scene.folder.path().join("client"), ends: &[] },
    Known { begins: "probity list required", folder: |scene| scene.folder.path().join("client"), ends: &[] },
    Known { begins: "probity -C examples/", folder: beside_examples, ends: &[] },
    Known { begins: "probity import xlsx risk-register.xlsx", folder: own_workbook, ends: &[] },
];

/// Pages of which nothing is run here, and the tests that do what they show.
const ELSEWHERE: [(&str, &str); 2] = [
    // It shows several ways to do one thing, of which only one can be gone.
    ("src/cli/help/approvals.md", "tests/approve.rs"),
    // It makes five packs, each of which takes seconds.
    ("src/cli/help/packs.md", "tests/pack.rs"),
];

/// What stands in for `/tmp` and for the reader's home, over all blocks of a page.
struct Scene {
    folder: TempDir,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The client's folder, as it was found, with an export of its tool.
fn client(scene: &Scene) -> PathBuf {
    let client = scene.folder.path().join("client");
    git2::Repository::init(&client).unwrap();
    copy(&root().join("tests/cmd/first_hour.in/old"), &client.join("old"));
    let export = root().join("examples/servicenow-import/export/incident-events.csv");
    fs::copy(export, client.join("incidents.csv")).unwrap();
    client
}

/// A folder in which the examples can be named, and something be written beside them.
fn beside_examples(scene: &Scene) -> PathBuf {
    let examples = scene.folder.path().join("examples");
    if !examples.exists() {
        std::os::unix::fs::symlink(root().join("examples"), examples).unwrap();
    }
    scene.folder.path().to_path_buf()
}

/// A management system with a workbook that somebody keeps beside it.
fn own_workbook(scene: &Scene) -> PathBuf {
    let folder = scene.folder.path().join("northwind");
    copy(&root().join("examples/northwind"), &folder);
    fs::copy(root().join("tests/cmd/registers/own.xlsx"), folder.join("risk-register.xlsx")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

const ANNA: Who = ("Anna Berg", "anna.berg@delinde.example");

/// A clone in which a change, made on top of what is published, breaks something.
fn merge_request(scene: &Scene) -> PathBuf {
    let mut repo = Repo::new();
    repo.write("probity.toml", "[organization]\nname = \"De Linde IT\"\n");
    repo.write("restore.yaml", "type: procedure\nid: PRO-001\ntitle: Restore a server\nstatus: draft\n");
    let published = repo.commit(ANNA, "Begin");
    repo.edit("restore.yaml", "status: draft", "status: drafted");
    let changed = repo.commit(ANNA, "Go on");
    let folder = scene.folder.path().join("clone");
    let clone = git2::Repository::clone(repo.path("").to_str().unwrap(), &folder).unwrap();
    assert_eq!(clone.head().unwrap().target(), Some(changed));
    clone.reference("refs/remotes/origin/main", published, true, "what is published").unwrap();
    folder
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// As the reader would type it, with the folder of the test instead of `/tmp`.
    fn placed(&self, line: &str) -> String {
        line.replace("/tmp/", &format!("{}/", self.folder.path().display()))
    }

    /// Runs the lines of a block, each where the one before it left off.
    fn run(&self, page: &str, block: &str) {
        let lines = cargo_lines::without_comments(block);
        let begins = &lines[0];
        let known = KNOWN.iter().find(|known| begins.starts_with(known.begins));
        let known =
            known.unwrap_or_else(|| panic!("{page}: no folder is known for what begins with `{begins}`"));
        let mut folder = (known.folder)(self);
        for line in &lines {
            let expected = known.ends.iter().find(|(of, _)| of == line).map_or(0, |(_, code)| *code);
            let (code, told) = match cargo_lines::stands_for(line) {
                cargo_lines::Stands::Itself => self.sh(line, &mut folder),
                cargo_lines::Stands::Program(arguments) => {
                    self.sh(&format!("probity {arguments}"), &mut folder)
                }
                cargo_lines::Stands::Example("northwind-history", into) => {
                    story::tell(Path::new(&self.placed(into))).unwrap();
                    (0, String::new())
                }
                cargo_lines::Stands::Example(other, _) => {
                    panic!("{page}: nothing is known of the example {other}")
                }
                // What it names is held against what there is, in a test of its own.
                cargo_lines::Stands::Build => continue,
            };
            assert_eq!(code, expected, "{page}: `{line}` in {}\n{told}", folder.display());
        }
    }

    /// Runs a line, and gives its exit code and what it printed; the folder is the one in which it ends.
    fn sh(&self, line: &str, folder: &mut PathBuf) -> (i32, String) {
        let program = Path::new(env!("CARGO_BIN_EXE_probity"));
        let mut path = vec![program.parent().unwrap().to_path_buf()];
        path.extend(env::split_paths(&env::var_os("PATH").unwrap()));
        let ends_in = self.folder.path().join("ends-in");
        let script = format!("{}\ncode=$?; pwd >\"$ENDS_IN\"; exit $code", self.placed(line));
        let output = Command::new("sh")
            .args(["-euc", &script])
            .current_dir(&*folder)
            .env("PATH", env::join_paths(path).unwrap())
            .env("ENDS_IN", &ends_in)
            .env("HOME", self.folder.path())
            // What the user has set for git is of no interest.
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env_remove("GIT_INDEX_FILE")
            .output()
            .unwrap();
        if let Ok(ended) = fs::read_to_string(&ends_in) {
            *folder = PathBuf::from(ended.trim_end());
        }
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code().expect("an exit code"), told.concat())
    }
}

/// The pages that are shown to people: the README and the topics of `probity help`.
fn pages() -> Vec<(String, String)> {
    let mut paths = vec![root().join("README.md")];
    let topics = fs::read_dir(root().join("src/cli/help")).unwrap();
    paths.extend(topics.map(|entry| entry.unwrap().path()));
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_command_that_a_page_shows_runs_as_it_stands() {
    // The blocks of a page follow each other, as its reader does.
    let read = |page: &str, text: &str| {
        let scene = Scene::new();
        let blocks: Vec<String> =
            cargo_lines::blocks(text, "sh").into_iter().chain(cargo_lines::indented(text)).collect();
        for block in &blocks {
            scene.run(page, block);
        }
        if page == "README.md" {
            is_as_told(&scene);
        }
        blocks.iter().flat_map(|block| cargo_lines::without_comments(block)).collect::<Vec<String>>()
    };
    let mut pages = pages();
    for (page, test) in ELSEWHERE {
        assert!(pages.iter().any(|(name, _)| name == page) && root().join(test).is_file(), "{page}, {test}");
        pages.retain(|(name, _)| name != page);
    }
    let lines: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|(page, text)| scope.spawn(move || read(page, text))).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    let ends = KNOWN.iter().flat_map(|known| known.ends.iter().map(|(line, _)| *line));
    for begins in KNOWN.iter().map(|known| known.begins).chain(ends) {
        assert!(lines.iter().any(|line| line.starts_with(begins)), "no line begins with `{begins}` any more");
    }
}

/// What the words around the blocks of the README promise of them.
fn is_as_told(scene: &Scene) {
    let at = |path: &str| scene.folder.path().join(path);
    let stubs = fs::read_dir(at("client/policies")).unwrap().count();
    assert_eq!(stubs, 2, "a stub of each file that was recognised");
    assert!(at("client/extracts").is_dir(), "the export is sealed");
    let sarif = fs::read_to_string(at("clone/probity.sarif")).unwrap();
    assert!(sarif.contains("SHAPE-04"), "{sarif}");
    assert!(at("clone/summary.md").is_file());
    for file in ["population.json", "sample.json", "pack/start-here.html"] {
        assert!(at(file).is_file(), "{file}");
    }
}

#[test]
fn every_line_of_cargo_that_a_page_shows_names_what_there_is() {
    let mut pages = pages();
    let speed = "benches/README.md";
    pages.push((speed.to_owned(), fs::read_to_string(root().join(speed)).unwrap()));
    let mut count = 0;
    for (page, text) in &pages {
        for line in cargo_lines::of(text) {
            count += 1;
            if let Err(why) = cargo_lines::names_what_there_is(&line) {
                panic!("{page}: `{line}`: {why}");
            }
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_longer_run_of_the_readme_is_a_line_of_cargo_or_a_file() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let rows = readme.split("| what | command |\n").nth(1).unwrap().lines().skip(1);
    let rows: Vec<&str> = rows.take_while(|row| row.starts_with('|')).collect();
    assert!(rows.len() > 5, "{rows:?}");
    let lines = cargo_lines::of(&readme);
    for row in rows {
        let command = row.trim_end_matches(" |").rsplit("| ").next().unwrap().trim_matches('`');
        assert!(root().join(command).is_file() || lines.iter().any(|line| line == command), "{command}");
    }
}

#[test]
fn what_is_not_there_is_told() {
    for (line, told) in [
        ("cargo run --example northwind-past -- /tmp/x", "no example is `northwind-past`"),
        ("cargo test --test nothing", "no test is `nothing`"),
        ("cargo test --release --lib no_test_is_called_so", "no test is called so"),
        ("cargo test --test author another_cel", "no test is called so"),
        ("PROBITY_NOTHING=1 cargo test", "nothing reads `PROBITY_NOTHING`"),
        ("cargo build --profile small", "no profile is `small`"),
        ("cargo build --release --target x86_64-pc-windows", "no target is `x86_64-pc-windows`"),
        ("cargo build --relase", "what is `--relase`"),
        ("cargo bench --bench nothing", "no bench is `nothing`"),
        ("cargo install --locked --path nowhere", "`nowhere` is not there"),
        ("cargo rum", "what is `cargo rum`"),
        ("cargo test -- --nocaptur", "what is `--nocaptur`"),
        (
            "mkdir -p x && cargo +nightly fuzz run --fuzz-dir tests/fuzz read_yml",
            "no target of fuzzing is `read_yml`",
        ),
    ] {
        let why = cargo_lines::names_what_there_is(line).unwrap_err();
        assert!(why.contains(told), "{line}: {why}");
    }
}
