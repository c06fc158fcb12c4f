//! Why a run cannot go on, what a person can do about it, and the exit code that it ends with.

mod begun;

use std::path::PathBuf;

use super::{approve::Unapproved, import::NotImported};
use crate::{
    author::AuthorError,
    config::{ConfigError, FILE_NAME},
    import::{
        export::NoExport,
        intake::NoFolder as NoIntake,
        workbook::{NoAnswers, RefusedCell},
    },
    judge::{NoCampaign, Refused},
    lens::LensError,
    model::{Blind, Mistake, Standard},
    pack::{NoPack, PackError},
    report::{earlier::NoReport, html, workbook},
    repository::RepositoryError,
    sample::SampleError,
    text::{nearest, safe},
};

pub(super) use begun::NotBegun;

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("there is no folder `{}`", folder.display())]
    NoFolder { folder: PathBuf },
    #[error("nothing to check: `{}` holds no YAML file and no Markdown file with front matter", folder.display())]
    NothingToCheck { folder: PathBuf },
    #[error("cannot write the report")]
    Unwritten { source: std::io::Error },
    #[error("cannot write `{}`", safe(&file.display().to_string()))]
    UnwrittenFile { file: PathBuf, source: std::io::Error },
    #[error("`{}` is no file that could be replaced", safe(&file.display().to_string()))]
    InTheWay { file: PathBuf },
    #[error("`{}` is no folder that is new or empty", safe(&folder.display().to_string()))]
    FolderInUse { folder: PathBuf },
    #[error("`{}` is named twice", safe(&file.display().to_string()))]
    NamedTwice { file: PathBuf },
    #[error("`{}` cannot be the baseline: {why}", safe(&file.display().to_string()))]
    NoBaseline { file: PathBuf, why: NoReport },
    #[error("`{}` is larger than {} MiB", safe(&file.display().to_string()), limit >> 20)]
    TooLarge { file: PathBuf, limit: u64 },
    #[error("there is no {what} {}", crate::text::quoted(name))]
    UnknownName { what: &'static str, name: String, near: Option<String> },
    #[error("there is no map {}", crate::text::quoted(name))]
    UnknownMap { name: String, near: Option<String>, known: Vec<String> },
    #[error("there is no trail {}", crate::text::quoted(name))]
    UnknownTrail { name: String, near: Option<String>, known: Vec<String> },
    #[error(
        "not testable: there is no document {} at hand, and it may lie in {}, whose file is not at hand as it was sealed",
        crate::text::quoted(id),
        extracts.join(", ")
    )]
    MayBeAbsent { id: String, extracts: Vec<String> },
    #[error("only a checklist for an internal audit can be for one clause")]
    ClauseOfPaper,
    #[error("there is no workbook of a paper for a meeting")]
    PaperAsWorkbook,
    #[error("{} is not a day of the calendar", crate::text::quoted(text))]
    NoDay { text: String },
    #[error("the history cannot be looked at: {}", safe(&blind.reason))]
    Blind { blind: Blind },
    #[error("an interview needs a terminal, and there is none")]
    NoTerminal,
    #[error("the terminal cannot be asked")]
    Unasked { source: std::io::Error },
    #[error("cannot read `{}`", file.display())]
    Unread { file: PathBuf, source: std::io::Error },
    #[error("the answers cannot be used as they are")]
    Answers { mistakes: Vec<Mistake> },
    #[error("`{path}` is not read: `include` or `exclude` in `{FILE_NAME}` leaves it out")]
    LeftOut { path: String },
    #[error("`{path}` was written, and is not read")]
    NotRead { path: String },
    #[error("`{}` is there already, and holds something else", safe(&file.display().to_string()))]
    Kept { file: PathBuf },
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("the folder cannot be watched: {}", safe(why))]
    Unwatched { why: String },
    #[error(transparent)]
    Unlisted(#[from] NoIntake),
    #[error(transparent)]
    Html(#[from] html::HtmlError),
    #[error(transparent)]
    Workbook(#[from] workbook::WorkbookError),
    #[error("`{}` cannot be read back: {why}", safe(&file.display().to_string()))]
    NoWorkbook { file: PathBuf, why: NoAnswers },
    #[error(
        "the workbook is about {}, and judged here is {}",
        crate::text::quoted(there),
        crate::text::quoted(here)
    )]
    OtherStandard { there: String, here: String },
    #[error("the workbook cannot be used as it is")]
    Cells { cells: Vec<RefusedCell> },
    #[error("a workbook is nothing to read at a terminal")]
    NotForTerminals,
    #[error("a workbook is of the documents of one type")]
    SeveralTypes,
    #[error("`{}` cannot be read: {why}", safe(&file.display().to_string()))]
    NoRegisterIn { file: PathBuf, record_type: String, why: NoAnswers },
    #[error("`{path}` is no file of YAML")]
    NotYaml { path: String },
    #[error(transparent)]
    Campaign(#[from] NoCampaign),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    NotBegun(#[from] NotBegun),
    #[error(transparent)]
    NotImported(#[from] NotImported),
    #[error(transparent)]
    NoExport(#[from] NoExport),
    #[error(transparent)]
    Unapproved(#[from] Unapproved),
    #[error(transparent)]
    Author(#[from] AuthorError),
    #[error("`{}` is too short for a key", safe(&file.display().to_string()))]
    ShortKey { file: PathBuf },
    #[error("`{}` is redacted, and can only be made again under its key", safe(&path.display().to_string()))]
    NoKey { path: PathBuf },
    #[error("`{}` does not tell what it was made of, and cannot be made again", safe(&path.display().to_string()))]
    NotRebuilt { path: PathBuf },
    #[error("there is nothing to make a key of: {}", safe(reason))]
    NoRandom { reason: String },
    #[error("`{}` is no pack: {why}", safe(&path.display().to_string()))]
    NoPack { path: PathBuf, why: NoPack },
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Lens(#[from] LensError),
}

impl CliError {
    /// There is no clause or point of a name.
    pub(super) fn unknown_clause(name: &str, standard: &Standard) -> Self {
        let points = standard.points().map(|point| point.id.as_str());
        let known = standard.clauses.iter().map(|clause| clause.id.as_str()).chain(points);
        let near = nearest(name, known).map(str::to_owned);
        Self::UnknownName { what: "clause", name: name.to_owned(), near }
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::NoFolder { .. }
            | Self::NothingToCheck { .. }
            | Self::UnknownName { .. }
            | Self::UnknownMap { .. }
            | Self::UnknownTrail { .. }
            | Self::NoTerminal
            | Self::NoDay { .. }
            | Self::ClauseOfPaper
            | Self::PaperAsWorkbook
            | Self::Answers { .. }
            | Self::LeftOut { .. }
            | Self::NotRead { .. }
            | Self::Unlisted(NoIntake::TooMany { .. })
            | Self::InTheWay { .. }
            | Self::NamedTwice { .. }
            | Self::FolderInUse { .. }
            | Self::NoBaseline { .. }
            | Self::TooLarge { .. }
            | Self::Kept { .. }
            | Self::Html(_)
            | Self::Workbook(_)
            | Self::NotForTerminals
            | Self::SeveralTypes
            | Self::NoRegisterIn { .. }
            | Self::NotYaml { .. }
            | Self::NoWorkbook { .. }
            | Self::OtherStandard { .. }
            | Self::Cells { .. }
            | Self::Campaign(_)
            | Self::Refused(_)
            | Self::NotBegun(_)
            | Self::NotImported(_)
            | Self::ShortKey { .. }
            | Self::NoKey { .. }
            | Self::Unapproved(_) => 2,
            Self::Pack(error) => match error {
                PackError::Lens(error) => exit_code_of(error),
                PackError::Unwritten { .. } | PackError::Lost { .. } => 3,
                _ => 2,
            },
            Self::Lens(error) => exit_code_of(error),
            Self::Sample(error) => {
                if error.is_of_the_input() {
                    3
                } else {
                    2
                }
            }
            Self::Author(error) => {
                if error.is_of_the_disk() {
                    3
                } else {
                    2
                }
            }
            // An export that is not what it is said to be could not be read at all.
            Self::NoExport(_)
            | Self::NotRebuilt { .. }
            | Self::NoPack { .. }
            | Self::NoRandom { .. }
            | Self::Blind { .. }
            | Self::MayBeAbsent { .. }
            | Self::Unasked { .. }
            | Self::Unwatched { .. }
            | Self::Unlisted(NoIntake::Unlistable { .. })
            | Self::Unread { .. }
            | Self::Unwritten { .. }
            | Self::UnwrittenFile { .. } => 3,
        }
    }

    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::NoFolder { .. } => Some("name a folder that exists".to_owned()),
            Self::NothingToCheck { .. } => Some(format!(
                "run it in the folder of the management system; `.gitignore`, and `include` and `exclude` in \
                 `{FILE_NAME}`, can leave files out"
            )),
            Self::UnknownName { near: Some(near), .. }
            | Self::UnknownMap { near: Some(near), .. }
            | Self::UnknownTrail { near: Some(near), .. } => {
                Some(format!("did you mean `{near}`?"))
            }
            Self::MayBeAbsent { .. } => Some("name the folder of the files with `--extracts`".to_owned()),
            Self::UnknownMap { near: None, known, .. } | Self::UnknownTrail { near: None, known, .. } => Some(format!("it is one of {}", known.join(", "))),
            Self::UnknownName { what, near: None, .. } if what.starts_with("document") => {
                Some("`probity list documents` and `probity list clauses` show those that there are".to_owned())
            }
            Self::UnknownName { what: "topic or command", .. } => {
                Some("`probity help` names the topics, `probity --help` the commands".to_owned())
            }
            Self::UnknownName { near: None, .. } => {
                Some("`probity explain` lists all rules, `probity list types` all record types".to_owned())
            }
            Self::PaperAsWorkbook => Some("use `--format html` or `--format json`, or leave out `--kind`".to_owned()),
            Self::ClauseOfPaper => Some("leave out `--clause`, or ask for `--kind internal-audit`".to_owned()),
            Self::NoDay { .. } => Some("write it as `--at @2026-01-31`".to_owned()),
            Self::NoTerminal => Some("give the answers in a file: `--answers FILE`".to_owned()),
            Self::LeftOut { .. } => Some("admit it there, so that what is written counts".to_owned()),
            Self::NotRead { .. } => {
                Some("`.gitignore` leaves it out; take it out of there, so that what is written counts".to_owned())
            }
            Self::Unwatched { .. } => {
                Some("run `probity check` by hand; on Linux, `fs.inotify.max_user_watches` limits how much is watched".to_owned())
            }
            Self::Unlisted(NoIntake::TooMany { .. }) => Some("take a part of it".to_owned()),
            Self::Campaign(_) => Some(
                "use letters, digits, hyphens, dots and underscores, at most 40, as in `2026-11` or `stage-1`"
                    .to_owned(),
            ),
            Self::Refused(refused) => Some(refused.help()),
            Self::NotBegun(error) => error.help(),
            Self::NotImported(refused) => refused.help(),
            Self::NoExport(error) => error.help(),
            Self::Unapproved(unapproved) => Some(unapproved.help()),
            Self::Author(error) => Some(error.help()),
            Self::InTheWay { .. } => Some("name a file; for standard output there is `--format`".to_owned()),
            Self::FolderInUse { .. } => Some("name another, or empty it: nothing is written over".to_owned()),
            Self::NamedTwice { .. } => Some("give each report a file of its own".to_owned()),
            Self::Kept { .. } => {
                Some("what was sealed or drawn stays as it was: name another file".to_owned())
            }
            Self::Sample(error) => error.help(),
            Self::Html(error) => error.help(),
            Self::Workbook(error) => Some(error.help()),
            Self::NotForTerminals => Some("name a file for it: `-o FILE`".to_owned()),
            Self::NoRegisterIn { record_type, .. } => Some(format!(
                "head its columns by fields of the type, which `probity explain {record_type}` shows, say what they are with \
                 `--column HEADER=FIELD`, or make one with `probity list documents --type {record_type} --format xlsx -o FILE`"
            )),
            Self::NotYaml { .. } => Some("name one that ends with `.yaml`".to_owned()),
            Self::SeveralTypes => Some("name it, as in `--type risk`; `probity list types` shows them all".to_owned()),
            Self::NoBaseline { .. } => {
                Some("write one with `probity check --output json=FILE`".to_owned())
            }
            Self::Unwritten { source }
            | Self::UnwrittenFile { source, .. }
            | Self::Unasked { source }
            | Self::Unlisted(NoIntake::Unlistable { source, .. })
            | Self::Unread { source, .. } => Some(source.to_string()),
            Self::Lens(error) => error.help(),
            Self::Blind { blind } if blind.is_wanted => {
                Some("take `history = \"off\"` out of `[gate]` in `probity.toml`".to_owned())
            }
            Self::Blind { blind } => blind.help.clone(),
            Self::NoWorkbook { .. } | Self::OtherStandard { .. } => {
                Some("make one with `probity report --format xlsx -o FILE`, and fill that in".to_owned())
            }
            Self::ShortKey { .. } => Some("make one with `probity pack key FILE`".to_owned()),
            Self::NoKey { .. } => Some("name it: `--key FILE`".to_owned()),
            Self::NotRebuilt { .. } => Some("`probity pack verify` without `--rebuild` tells what is wrong with it".to_owned()),
            Self::NoPack { why: NoPack::Unread(error), .. } => Some(error.to_string()),
            Self::Pack(error) => error.help(),
            Self::NoPack { .. }
            | Self::NoRandom { .. }
            | Self::Answers { .. }
            | Self::Cells { .. }
            | Self::TooLarge { .. } => None,
        }
    }
}

fn exit_code_of(error: &LensError) -> u8 {
    match error {
        LensError::Own { .. }
        | LensError::NoBeginning { .. }
        | LensError::SetForNothing { .. }
        | LensError::NoLevel { .. }
        | LensError::Config(ConfigError::Invalid { .. })
        | LensError::Repository(
            RepositoryError::UnknownRevision { .. }
            | RepositoryError::NoCommitBy { .. }
            | RepositoryError::NoMergeBase { shallow: false, .. }
            | RepositoryError::NoRepository { .. },
        ) => 2,
        LensError::Config(ConfigError::Unreadable { .. } | ConfigError::NotText { .. })
        | LensError::NoHistory { .. }
        | LensError::Repository(_) => 3,
    }
}
