//! Source texts, spans, and the one conversion from a byte to a line and a column.
//!
//! Everything that points into a file holds a [`Span`] of bytes and asks the [`Source`] for a
//! [`Position`] when a person is to read it. Text that came from outside is shown only after
//! [`safe`] has made it harmless. What the texts mean is left to the floors above.

mod decode;
mod nearest;
mod safe;
mod source;

pub use decode::{Encoding, Undecodable, decode, windows_1252};
pub use nearest::nearest;
pub use safe::{is_unsafe, quoted, safe, safe_line};
pub use source::{Position, Source, Span};
