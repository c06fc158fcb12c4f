//! `probity help`: the topics that no single command is the place for, each a file beside this one.

use clap::{Args, CommandFactory as _};

use super::{Cli, CliError, Global, Outcome, Output};
use crate::{
    report::guide,
    text::{nearest, safe},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A topic, such as `documents`, or a command, such as `report` or `approve verify`; without one, the topics
    #[arg(value_name = "TOPIC|COMMAND")]
    name: Vec<String>,
}

/// What is told about one thing. Its file begins with a heading, which is its title.
struct Topic {
    name: &'static str,
    text: &'static str,
}

impl Topic {
    fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// The topics whose files are named, in the order in which one would read them.
macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        &[$(Topic { name: $name, text: include_str!(concat!("help/", $name, ".md")) }),*]
    };
}

const TOPICS: &[Topic] = topics![
    "start",
    "documents",
    "registers",
    "imports",
    "types",
    "rules",
    "approvals",
    "standard",
    "judgements",
    "deadlines",
    "reports",
    "samples",
    "trails",
    "packs",
    "points",
    "formats",
    "ci",
    "settings",
    "limits",
];

pub(super) fn run(_: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let look = output.look(false, false);
    let text = match arguments.name.as_slice() {
        [] => overview(),
        path => match path.first().and_then(|name| topic(name)) {
            Some(found) if path.len() == 1 => guide::shown(found.text, &look),
            _ => safe(&command(path)?.render_long_help().to_string()).into_owned(),
        },
    };
    output.print(&text)?;
    Ok(Outcome::Passed)
}

fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

fn overview() -> String {
    let lines = TOPICS.iter().map(|topic| format!("  {:<12} {}\n", topic.name, topic.title()));
    format!(
        "Topics, for `probity help TOPIC`:\n\n{}\nCommands: `probity --help` names them, `probity help COMMAND` tells about one.\n\
         Rules, types, clauses and deadlines: `probity explain NAME`.\n",
        lines.collect::<String>()
    )
}

/// A command, or a command of a command, with its whole name.
pub(super) fn command(path: &[String]) -> Result<clap::Command, CliError> {
    let mut found = Cli::command();
    found.build();
    for name in path {
        let Some(next) = found.find_subcommand(name) else {
            let commands = found.get_subcommands().map(clap::Command::get_name);
            let near =
                nearest(name, commands.chain(TOPICS.iter().map(|topic| topic.name))).map(str::to_owned);
            return Err(CliError::UnknownName { what: "topic or command", name: path.join(" "), near });
        };
        found = next.clone();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use clap::{Parser as _, error::ErrorKind};

    use super::*;

    #[test]
    fn a_topic_has_a_title_and_no_name_of_a_command() {
        let cli = Cli::command();
        for topic in TOPICS {
            assert!(topic.text.starts_with("# ") && topic.title().len() > 10, "{}", topic.name);
            assert!(cli.find_subcommand(topic.name).is_none(), "{} is a command", topic.name);
        }
    }

    #[test]
    fn every_file_beside_is_a_topic() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/help");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(topic(name.trim_end_matches(".md")).is_some(), "{name} is not in the list");
        }
    }

    /// The words of a command, as a shell takes them apart.
    fn words(command: &str) -> Vec<String> {
        let (mut words, mut quote) = (vec![String::new()], None);
        for character in command.chars() {
            let last = words.last_mut().unwrap();
            match (quote, character) {
                (None, '\'' | '"') => quote = Some(character),
                (Some(open), _) if open == character => quote = None,
                (None, ' ') if last.is_empty() => {}
                (None, ' ') => words.push(String::new()),
                _ => last.push(character),
            }
        }
        words.retain(|word| !["", "…"].contains(&word.as_str()));
        // What a shell does with the output, and what only a reader needs, is not for the program.
        let end = words.iter().position(|word| [">", ">>", "|", "#", "&&"].contains(&word.as_str()));
        words.truncate(end.unwrap_or(words.len()));
        words
    }

    /// The commands of a page: those that stand on lines of their own, and those within its words.
    fn shown(page: &str) -> (Vec<String>, Vec<String>) {
        let joined = page.replace("\\\n", " ");
        let is_command = |text: &str| text.starts_with("probity ");
        let lines = joined.lines().map(str::trim_start).filter(|line| is_command(line));
        let mut is_open = false;
        let prose = page.lines().filter(|line| {
            is_open ^= line.starts_with("```");
            !is_open && !line.starts_with("```")
        });
        let prose = prose.collect::<Vec<_>>().join(" ");
        let within = prose.split('`').skip(1).step_by(2).filter(|text| is_command(text));
        (lines.map(str::to_owned).collect(), within.map(str::to_owned).collect())
    }

    #[test]
    fn every_command_that_a_page_shows_is_one() {
        let readme = include_str!("../../README.md");
        let mut count = 0;
        for page in TOPICS.iter().map(|topic| topic.text).chain([readme]) {
            let (lines, within) = shown(page);
            count += lines.len() + within.len();
            for command in lines {
                if let Err(why) = Cli::try_parse_from(words(&command)) {
                    panic!("{command}\n{why}");
                }
            }
            for command in within.iter().filter(|command| *command != "probity COMMAND --help") {
                // Of several words that may stand in a place, the first.
                let words = words(command).into_iter().map(|word| word.split('|').next().unwrap().to_owned());
                let Err(why) = Cli::try_parse_from(words) else { continue };
                // Where the talk is of a command, not all of it has to be there.
                let is_part = matches!(
                    why.kind(),
                    ErrorKind::MissingRequiredArgument
                        | ErrorKind::MissingSubcommand
                        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                );
                assert!(is_part, "{command}\n{why}");
            }
        }
        assert!(count > 90, "{count}");
    }
}
