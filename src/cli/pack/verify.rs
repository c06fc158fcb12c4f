//! `probity pack verify`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{
    super::{CliError, Global, Outcome, Output, files, lens},
    build,
};
use crate::{
    model::{Origin, Period, Sourced},
    pack::{
        self, Manifest, Rebuilt,
        told::{self, Shown},
    },
};

/// A list of signers beyond this is not read.
const SIGNERS_LIMIT: u64 = 16 * 1024 * 1024;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The pack: a folder or a ZIP archive
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// It has to be signed by somebody in this list, which is one of allowed signers as OpenSSH has it
    #[arg(long, value_name = "FILE")]
    signer: Option<PathBuf>,
    /// Also make it again, from the same commit of the repository here, and compare; in a folder that goes away again
    #[arg(long)]
    rebuild: bool,
    /// The key under which people of a redacted pack became tokens
    #[arg(long, value_name = "FILE", requires = "rebuild")]
    key: Option<PathBuf>,
    /// Look here for the files of sealed extracts that are not where their documents say
    #[arg(long, value_name = "FOLDER", requires = "rebuild")]
    extracts: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: VerifyFormat,
}

/// How a look at a pack is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum VerifyFormat {
    /// For a person
    Terminal,
    /// For a program
    Json,
}

pub(in crate::cli) fn run(
    global: &Global,
    arguments: &Arguments,
    output: Output,
) -> Result<Outcome, CliError> {
    let signers = arguments.signer.as_deref().map(text).transpose()?;
    let path = &arguments.path;
    let no_pack = |why| CliError::NoPack { path: path.clone(), why };
    let mut bar = build::Bar::new(output);
    let verified =
        pack::verify(path, signers.as_deref(), &mut |done, total| bar.show("reading", done, total));
    bar.clear();
    let verified = verified.map_err(no_pack)?;
    let mut rebuilt = None;
    if arguments.rebuild && !verified.is_refused {
        let manifest =
            verified.manifest.as_ref().ok_or_else(|| CliError::NotRebuilt { path: path.clone() })?;
        rebuilt = Some(rebuild(global, arguments, manifest, output)?);
    }
    let shown = Shown { verified: &verified, rebuilt: rebuilt.as_ref() };
    output.print(&match arguments.format {
        VerifyFormat::Terminal => told::as_text(&shown, global.quiet, output.look(false, false).width),
        VerifyFormat::Json => told::as_json(&shown),
    })?;
    Ok(if shown.is_good() { Outcome::Passed } else { Outcome::Findings })
}

/// The list of those whose signature counts.
fn text(file: &Path) -> Result<String, CliError> {
    let bytes = files::bytes(file, SIGNERS_LIMIT)?;
    String::from_utf8(bytes).map_err(|error| CliError::Unread {
        file: file.to_path_buf(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
    })
}

/// Makes it again, by the days that it was made by.
fn rebuild(
    global: &Global,
    arguments: &Arguments,
    manifest: &Manifest,
    output: Output,
) -> Result<Rebuilt, CliError> {
    let path = &arguments.path;
    let key = arguments.key.as_deref().map(build::key).transpose()?;
    if manifest.redacted && key.is_none() {
        return Err(CliError::NoKey { path: path.clone() });
    }
    let key = key.filter(|_| manifest.redacted);
    let lens = lens(global, arguments.extracts.clone())?;
    let mut read = build::at(&lens, &manifest.commit, true)?;
    let not_so = || CliError::NotRebuilt { path: path.clone() };
    let day = |text: &str| text.parse().map_err(|_| not_so());
    let period = Period { from: day(&manifest.period.from)?, to: day(&manifest.period.to)? };
    read.settings.period = Sourced { value: period, origin: Origin::Flag("the pack") };
    read.settings.as_of = Sourced { value: day(&manifest.as_of)?, origin: Origin::Flag("the pack") };
    let given = pack::given_of(path, key).map_err(|why| CliError::NoPack { path: path.clone(), why })?;
    let mut bar = build::Bar::new(output);
    let order = pack::order_of(manifest);
    let rebuilt =
        pack::rebuild(&read, &order, &given, path, &mut |what, done, total| bar.show(what, done, total));
    bar.clear();
    Ok(rebuilt?)
}
