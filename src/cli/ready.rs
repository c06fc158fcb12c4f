//! `probity ready`: can we go into the audit, and when at the earliest.

use clap::{Args, ValueEnum};

use super::{Assessed, CliError, Format, Global, Inputs, Outcome, Output, assessed};
use crate::{
    gap::{Gap, Wanted},
    readiness::{Readiness, Target},
    report::{readiness as report, terminal::Detail},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The audit of the certification body that you want to go into
    #[arg(long = "for", value_name = "AUDIT")]
    target: Audit,
    /// Show what each blocker follows from
    #[arg(long)]
    explain: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Audit {
    /// The look at the documents
    #[value(name = "stage-1")]
    Stage1,
    /// The look at the work
    #[value(name = "stage-2")]
    Stage2,
    /// The look of every year after certification
    Surveillance,
}

impl From<Audit> for Target {
    fn from(audit: Audit) -> Self {
        match audit {
            Audit::Stage1 => Self::Stage1,
            Audit::Stage2 => Self::Stage2,
            Audit::Surveillance => Self::Surveillance,
        }
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    let target = Target::from(arguments.target);
    assessed(global, &arguments.inputs, |assessed| {
        let Assessed { settings, documents, judged, findings, assessment, .. } = assessed;
        let wanted = Wanted { stage: target.stage(), ..Wanted::default() };
        let gap = Gap::new(documents, assessment, findings, wanted);
        let readiness = Readiness::new(&gap, documents, judged, findings, target);
        let look = output.look(global.verbose, global.quiet);
        let ahead = settings.as_of.value > settings.as_of_otherwise;
        output.print(&arguments.format.of(
            &["blockers"],
            || report::as_json(&readiness, settings),
            || {
                if look.detail == Detail::Summary {
                    report::as_sentence(&readiness, look.width)
                } else {
                    report::as_text(&readiness, findings, settings, look.width, arguments.explain, ahead)
                }
            },
        ))?;
        if arguments.format == Format::Terminal {
            output.next(global, "probity gap")?;
        }
        Ok(if readiness.fails() { Outcome::Findings } else { Outcome::Passed })
    })
}
