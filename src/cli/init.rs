//! `probity init`: the beginning of a management system. What is there stays as it is.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use chrono::Datelike as _;
use clap::{Args, ValueEnum};
use inquire::{InquireError, Text, ui::RenderConfig};

use super::{CliError, Global, NotBegun, Outcome, Output, lens};
use crate::{
    author::{self, There},
    catalog::{Catalog, places},
    config::{FILE_NAME, find},
    corpus::{self, Documents},
    lens::LensError,
    model::{Held, NeededBy},
    report::schema,
    repository::{Archive, Wanted},
    text::{safe, safe_line},
    yaml::Limits,
};

/// The name of an organization is no longer than this.
const LONGEST: usize = 500;
/// Where editors find the schema of all types.
const SCHEMA: &str = ".vscode/probity.schema.json";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The name of the organization; asked for at a terminal
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// How much to begin with
    #[arg(long, value_name = "PROFILE", default_value = "minimal")]
    profile: Profile,
    /// Take what is in the git repository as it is: rules on its history begin with this commit [without REV: the last]
    #[arg(long, value_name = "REV", num_args = 0..=1, default_missing_value = "HEAD")]
    adopt: Option<String>,
    /// Also write a job for this service
    #[arg(long, value_name = "SERVICE")]
    ci: Option<Ci>,
    /// Also write hooks for pre-commit
    #[arg(long)]
    hooks: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// How much there is to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// One file to fill in the first hour
    Minimal,
    /// Also drafts of what has to be written by the look at the documents
    #[value(name = "stage-1")]
    Stage1,
    /// Also drafts of all that has to be written
    Full,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// Jenkins
    Jenkins,
}

impl Ci {
    /// The file that the service looks for, what stands in it, and what has to be filled in there.
    fn file(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Github => (
                ".github/workflows/probity.yml",
                include_str!("../../templates/ci/github.yml"),
                Some("put the repository of the program in the place of OWNER and REVISION"),
            ),
            Self::Gitlab => (
                ".gitlab-ci.yml",
                include_str!("../../templates/ci/gitlab.yml"),
                Some("say in PROBITY_REPOSITORY where the program is built from, unless the image has it"),
            ),
            Self::Jenkins => ("Jenkinsfile", include_str!("../../templates/ci/Jenkinsfile"), None),
        }
    }
}

const HOOKS: &str = "\
# Checks what the next commit would hold, by the program that is installed. `pre-commit install` switches it on.
repos:
  - repo: local
    hooks:
      - id: probity-check
        name: probity check
        entry: probity check --staged
        language: system
        pass_filenames: false
        files: '(\\.(ya?ml|md|markdown)|(^|/)probity\\.toml)$'
";

const ATTRIBUTES: &str = "\
# Digests are over bytes: the same on every system.
*.yaml text eol=lf
*.yml text eol=lf
*.md text eol=lf
*.toml text eol=lf
# Sealed extracts and files that documents point to stay byte by byte as they are.
*.jsonl -text
evidence/** -text
";

const IGNORED: &str = "\
# Extracts of tickets, which are read from here and stay outside of git.
/extracts/
# Made by `probity schema --all`.
/.vscode/probity.schema.json
";

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let root = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    if !root.is_dir() {
        return Err(CliError::NoFolder { folder: root });
    }
    let has_settings = author::there(&root, FILE_NAME)? == There::Something;
    let begins = arguments.adopt.as_deref().map(|revision| commit(&root, revision)).transpose()?;
    let organization = match (&arguments.org, has_settings) {
        (Some(name), _) => Some(sound(name)?),
        // It is said there.
        (None, true) => None,
        (None, false) => Some(asked(output)?),
    };
    let files = files(global, arguments, organization.as_deref().unwrap_or_default(), begins.as_deref())?;
    let (mut new, mut kept) = (Vec::new(), Vec::new());
    for (path, text) in files {
        match author::there(&root, &path)? {
            There::Nothing => new.push((path, text)),
            There::Something => kept.push(path),
        }
    }
    if !arguments.dry_run {
        author::create(&root, &new)?;
    }
    let told = told(global, arguments, &root, &new, &kept, begins.as_deref());
    output.print(&told)?;
    let file = &places().first.file;
    output.next(global, &format!("fill in {file}, then `probity check` and `probity gap -q`"))?;
    Ok(Outcome::Passed)
}

/// All that would be written where nothing is there.
fn files(
    global: &Global,
    arguments: &Arguments,
    organization: &str,
    begins: Option<&str>,
) -> Result<Vec<(String, String)>, CliError> {
    let lens = lens(global, None)?;
    let read = lens.on_disk(lens.settings()?)?;
    let corpus = corpus::read(&read.snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &read.catalog);
    let needed_by = match arguments.profile {
        Profile::Minimal => NeededBy::Neither,
        Profile::Stage1 => NeededBy::Stage1,
        Profile::Full => NeededBy::Stage2,
    };
    let mut ids = author::Ids::of(&documents, read.settings.as_of.value.year());
    let mut files = vec![(FILE_NAME.to_owned(), settings(organization, begins))];
    files.extend(author::scaffold(&read.catalog, needed_by, &mut ids));
    files.push((".gitattributes".to_owned(), ATTRIBUTES.to_owned()));
    files.push((".gitignore".to_owned(), IGNORED.to_owned()));
    files.push((".vscode/settings.json".to_owned(), editor(&read.catalog)));
    files.push((SCHEMA.to_owned(), schema::of_all(&read.catalog)));
    if let Some(ci) = arguments.ci {
        let (path, text, _) = ci.file();
        files.push((path.to_owned(), text.to_owned()));
    }
    if arguments.hooks {
        files.push((".pre-commit-config.yaml".to_owned(), HOOKS.to_owned()));
    }
    Ok(files)
}

fn settings(organization: &str, begins: Option<&str>) -> String {
    let mut text = format!(
        "# The folder of this file is the management system. `probity config` shows what holds, and why.\n\
         [organization]\nname = {}\n# The days below are days there: time_zone = \"Europe/Dublin\"\n\n\
         # The period that an audit looks at. Without it, the twelve months to today:\n\
         # [audit]\n# period = \"2026-01-01..2026-12-31\"\n",
        quoted(organization)
    );
    if let Some(begins) = begins {
        let _ = write!(
            text,
            "\n# What has not changed since this commit is taken as approved before history began.\n[history]\n\
             begins = \"{begins}\"\n"
        );
    }
    text
}

/// A text of TOML on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            shown => quoted.push(shown),
        }
    }
    quoted + "\""
}

/// What tells VS Code, and what reads its settings, which files are checked against the schema.
fn editor(catalog: &Catalog) -> String {
    let places = places();
    let mut patterns = vec![places.first.file.clone()];
    let mut folders: Vec<&str> = catalog.record_types().map(|of| places.folder(of)).collect();
    folders.sort_unstable();
    folders.dedup();
    patterns.extend(folders.into_iter().map(|folder| format!("{folder}/**/*.yaml")));
    let patterns: Vec<String> = patterns.iter().map(|pattern| format!("      \"{pattern}\"")).collect();
    format!(
        "{{\n  // For the extension YAML by Red Hat. After an update of the program, or of one's own types:\n  \
         // probity schema --all > {SCHEMA}\n  \"yaml.schemas\": {{\n    \"./{SCHEMA}\": [\n{}\n    ]\n  }}\n}}\n",
        patterns.join(",\n")
    )
}

/// The whole id of a commit.
fn commit(root: &Path, revision: &str) -> Result<String, CliError> {
    let found = Archive::around(root).map_err(LensError::from)?;
    let point = found.at(&Wanted::Revision(revision.to_owned())).map_err(LensError::from)?;
    match point.held() {
        Held::Commit { id, .. } => Ok(id.clone()),
        Held::WorkTree | Held::Index => Ok(revision.to_owned()),
    }
}

fn sound(name: &str) -> Result<String, CliError> {
    let name = name.trim();
    let why = if name.is_empty() {
        "it is empty"
    } else if name.chars().count() > LONGEST {
        "it is longer than 500 characters"
    } else if safe(name) != name || name.contains(['\n', '\t']) {
        "it holds a character that cannot be seen"
    } else {
        return Ok(name.to_owned());
    };
    Err(NotBegun::BadName { name: name.to_owned(), why }.into())
}

/// The name of the organization, from whoever sits at the terminal.
fn asked(output: Output) -> Result<String, CliError> {
    let colour = output.look(false, false).colour;
    let config = if colour { RenderConfig::default_colored() } else { RenderConfig::empty() };
    let text = Text::new("organization").with_help_message("its name, as it stands on the certificate");
    match text.with_render_config(config).prompt() {
        Ok(name) => sound(&name),
        Err(InquireError::IO(source)) => Err(CliError::Unasked { source }),
        Err(_) => Err(NotBegun::NoOrganization.into()),
    }
}

fn told(
    global: &Global,
    arguments: &Arguments,
    root: &Path,
    new: &[(String, String)],
    kept: &[String],
    begins: Option<&str>,
) -> String {
    let mut told = String::new();
    let verb = if arguments.dry_run { "would be written" } else { "written" };
    if !global.quiet {
        for (path, _) in new {
            let _ = writeln!(told, "{:<17} {}", verb, safe_line(path));
        }
    }
    for path in kept {
        let _ = writeln!(told, "{:<17} {}", "left as it is", safe_line(path));
    }
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let _ = writeln!(told, "{} {verb}, {} left as they are", files(new.len()), kept.len());
    if let (Some(begins), true) = (begins, kept.iter().any(|path| path == FILE_NAME)) {
        let _ = writeln!(told, "add to {FILE_NAME}, below `[history]`: begins = \"{begins}\"");
    }
    if let Some((path, _, Some(what))) = arguments.ci.map(Ci::file) {
        let _ = writeln!(told, "{path}: {what}");
    }
    if arguments.hooks {
        told.push_str(".pre-commit-config.yaml: switch it on with `pre-commit install`\n");
    }
    let above = std::path::absolute(root).ok().and_then(|root| find(root.parent()?));
    if let Some(above) = above {
        let _ = writeln!(
            told,
            "a folder above has a {FILE_NAME} too, {} up: what is here no longer belongs to it for commands run here",
            above.folders_up + 1
        );
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_so_that_they_come_back() {
        let names = ["Nørrebro \"IT\" & Söhne \\ Co", "名前 🙂", "it's", &"x".repeat(300)];
        for name in names {
            let text = settings(name, Some("0123"));
            let read = crate::config::of_bytes(text.into_bytes(), PathBuf::new(), 0).unwrap();
            let settings =
                crate::config::settle(read, crate::config::Flags::default(), chrono::DateTime::UNIX_EPOCH);
            assert_eq!(settings.organization.value.as_deref(), Some(name));
            assert_eq!(settings.begins.value.as_deref(), Some("0123"));
        }
        for name in ["", "  ", "a\nb", "a\u{202e}b", &"x".repeat(501)] {
            assert!(sound(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_hook_is_the_one_that_is_published() {
        let published = include_str!("../../.pre-commit-hooks.yaml");
        for key in ["id", "name", "entry", "pass_filenames", "files"] {
            let line = |text: &str| {
                let mut lines = text.lines().map(|line| line.trim_start_matches([' ', '-']));
                lines.find(|line| line.starts_with(&format!("{key}: "))).map(str::to_owned)
            };
            assert!(line(HOOKS).is_some() && line(HOOKS) == line(published), "{key}");
        }
    }
}
