//! What is wrong in a file that says how to judge: `probity.toml`, a record type, a rule.

use std::{fmt, sync::Arc};

use crate::text::{Source, Span};

/// Something wrong in a file that says how to judge. The program does not go on with it, since
/// nothing that it found would mean what its users think.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The file.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
    /// What is the case.
    pub message: String,
    /// What closes it.
    pub help: Option<String>,
}

/// `file:line:column: message; help`
impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.source.position(self.span.start);
        write!(formatter, "{}:{}:{}: {}", self.source.name(), at.line, at.column, self.message)?;
        self.help.as_deref().map_or(Ok(()), |help| write!(formatter, "; {help}"))
    }
}
