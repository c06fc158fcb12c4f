//! The only printer: standard output and standard error, with or without colours, and a reader
//! that may go away.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
};

use super::{CliError, Colour, Global};
use crate::{
    report::terminal::{Detail, Look},
    text::safe_line,
};

/// Columns where there is no terminal to ask.
const WIDTH: usize = 100;
/// Wider than this, lines are hard to read.
const WIDEST: usize = 120;

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    colour: Colour,
}

impl Output {
    pub(super) fn new(colour: Colour) -> Self {
        Self { colour }
    }

    /// Prints a text.
    pub(super) fn print(self, text: &str) -> Result<(), CliError> {
        self.write(text.as_bytes())
    }

    /// Writes a report. A reader that has seen enough (`| head`) is no error.
    pub(super) fn write(self, bytes: &[u8]) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(CliError::Unwritten { source: error })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Prints why the run ended.
    pub(super) fn error(self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Whether a person reads along.
    pub(super) fn is_terminal(self) -> bool {
        io::stdout().is_terminal()
    }

    /// Tells a person at a terminal what one would type or do next, in the folder in which this command ran.
    pub(super) fn next(self, global: &Global, command: &str) -> Result<(), CliError> {
        if !self.is_terminal() || global.quiet {
            return Ok(());
        }
        let command = match &global.directory {
            Some(folder) => command.replace("probity ", &format!("probity -C {} ", typed(folder))),
            None => command.to_owned(),
        };
        self.print(&format!("next: {command}\n"))
    }

    /// Whether a person waits.
    pub(super) fn is_watched(self) -> bool {
        io::stderr().is_terminal()
    }

    pub(super) fn look(self, all: bool, summary_only: bool) -> Look {
        let detail = match (summary_only, all) {
            (true, _) => Detail::Summary,
            (false, true) => Detail::All,
            (false, false) => Detail::Page,
        };
        Look { width: width(), colour: self.colour(&io::stdout()), detail }
    }

    pub(super) fn look_of_errors(self) -> Look {
        Look { width: width(), colour: self.colour(&io::stderr()), ..Look::OF_FILES }
    }

    fn colour(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
}

/// A path as one types it in a command.
pub(super) fn typed(path: &Path) -> String {
    let path = safe_line(&path.to_string_lossy()).into_owned();
    if path.contains(' ') { format!("'{path}'") } else { path }
}
