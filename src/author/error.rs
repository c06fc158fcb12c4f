//! Why something is not written.

use std::io;

use crate::text::{quoted, safe_line};

/// Why something is not written. What stood there stands there still.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// The file has mistakes, so that nobody could tell what a change would mean.
    #[error("cannot write into `{}`: line {line} cannot be read as it is", safe_line(path))]
    Unsound {
        /// The file.
        path: String,
        /// Of the first mistake.
        line: u32,
    },
    /// Its bytes are no text.
    #[error("cannot write into `{}`: it is not UTF-8", safe_line(path))]
    NotText {
        /// The file.
        path: String,
    },
    /// It holds no list of entries of the type.
    #[error("cannot add to `{}`: it holds no `collection: {record_type}` with `entries`", safe_line(path))]
    NoCollection {
        /// The file.
        path: String,
        /// The type of what is to be added.
        record_type: String,
    },
    /// Its entries are not written out as a list.
    #[error("cannot add to `{}`: its `entries` are not written as a list there", safe_line(path))]
    NoBlock {
        /// The file.
        path: String,
    },
    /// Its defaults would say something that nobody said.
    #[error(
        "cannot add to `{}`: its `defaults` would give {} to each new entry",
        safe_line(path),
        quoted(field)
    )]
    Defaults {
        /// The file.
        path: String,
        /// The field that the entry leaves open.
        field: String,
    },
    /// An entry of the id stands there.
    #[error("cannot add to `{}`: it has an entry {} already", safe_line(path), quoted(id))]
    Taken {
        /// The file.
        path: String,
        /// The id.
        id: String,
    },
    /// It holds no document of the id.
    #[error("`{}` holds no document {}", safe_line(path), quoted(id))]
    NoDocument {
        /// The file.
        path: String,
        /// The id.
        id: String,
    },
    /// It holds several documents of the id, and nobody could tell which of them is meant.
    #[error("`{}` holds more than one document {}", safe_line(path), quoted(id))]
    SeveralDocuments {
        /// The file.
        path: String,
        /// The id.
        id: String,
    },
    /// What is to be written does not stand in the document alone.
    #[error(
        "cannot write {what} of {} in `{}`, line {line}: it is not written out there",
        quoted(id),
        safe_line(path)
    )]
    Tied {
        /// The file.
        path: String,
        /// Where it stands, or the document.
        line: u32,
        /// The id of the document.
        id: String,
        /// Its field.
        what: String,
    },
    /// A field cannot go, as the defaults of the list would give it.
    #[error(
        "cannot write {} of {} in `{}`, line {line}: the `defaults` of its list say it",
        quoted(field),
        quoted(id),
        safe_line(path)
    )]
    Inherited {
        /// The file.
        path: String,
        /// Of the document.
        line: u32,
        /// Its id.
        id: String,
        /// The field.
        field: String,
    },
    /// It would be larger than what is read.
    #[error("cannot write into `{}`: it would become too large to be read", safe_line(path))]
    TooLarge {
        /// The file.
        path: String,
    },
    /// What would stand there does not say what was meant. A defect, or a file of a kind nobody thought of.
    #[error(
        "cannot write into `{}`, line {line}: what would stand there does not read as it should",
        safe_line(path)
    )]
    NotAsMeant {
        /// The file.
        path: String,
        /// Of the document or the list.
        line: u32,
    },
    /// It is not what it was when the change was thought out.
    #[error("`{}` has changed meanwhile", safe_line(path))]
    Changed {
        /// The file.
        path: String,
    },
    /// Somebody else is writing it, or was stopped while doing so.
    #[error("`{}` is being written by another run", safe_line(path))]
    Busy {
        /// The file.
        path: String,
        /// The file beside it that says so.
        lock: String,
    },
    /// The path leads through a link, which may lead anywhere.
    #[error("`{}` is a symbolic link, and nothing is written through one", safe_line(path))]
    Link {
        /// The link.
        path: String,
    },
    /// Something that is no file, or no folder, has its name.
    #[error("`{}` is no {what}", safe_line(path))]
    InTheWay {
        /// What is there.
        path: String,
        /// What should be.
        what: &'static str,
    },
    /// Something stands there that no document seals.
    #[error("`{}` is there already, and nothing tells that an import made it", safe_line(path))]
    NotOurs {
        /// The file.
        path: String,
    },
    /// The operating system refused.
    #[error("cannot write `{}`", safe_line(path))]
    Unwritten {
        /// The file or folder.
        path: String,
        /// What the operating system says.
        source: io::Error,
    },
}

impl AuthorError {
    /// What would help.
    pub fn help(&self) -> String {
        match self {
            Self::Unsound { .. } => "`probity check` tells what is wrong there".to_owned(),
            Self::NotText { .. } => "save it as UTF-8".to_owned(),
            Self::NoCollection { .. } => {
                "write into another file, or make it a list of the type with `collection` and `entries`"
                    .to_owned()
            }
            Self::NoBlock { .. } => {
                "write each entry on lines of its own behind `- `, below a line `entries:`".to_owned()
            }
            Self::Defaults { field, .. } => {
                format!("say {} of the new entry too, or take it out of the defaults", quoted(field))
            }
            Self::Taken { .. } | Self::Changed { .. } => {
                "nothing was written; run it again, so that it rests on what is there now".to_owned()
            }
            Self::NoDocument { .. } => "`probity list documents` tells where it is".to_owned(),
            Self::SeveralDocuments { .. } => "give each document an id of its own".to_owned(),
            Self::Tied { what, .. } => {
                format!("write {what} of the document itself and plainly, without `&`, `*`, `!` and `<<`")
            }
            Self::Inherited { field, .. } => {
                format!("write all of {} into the entry, or take it out of the defaults", quoted(field))
            }
            Self::TooLarge { .. } => "write into another file".to_owned(),
            Self::NotAsMeant { .. } => {
                "nothing was written; if `&` there gives a name that `*` uses elsewhere, write it out in both places; if \
                 the file ends within a block of text, end it with a line feed"
                    .to_owned()
            }
            Self::Busy { lock, .. } => {
                format!(
                    "wait for it; if there is none, a run was stopped halfway: remove `{}`",
                    safe_line(lock)
                )
            }
            Self::Link { .. } => "put a real file or folder in its place".to_owned(),
            Self::NotOurs { .. } => {
                "move it away, or name another file with `-o`: nothing is written over".to_owned()
            }
            Self::InTheWay { .. } => "move away what is there".to_owned(),
            Self::Unwritten { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
                _ => source.to_string(),
            },
        }
    }

    /// Whether it is the disk that refused, and not what stands there.
    pub fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Unwritten { .. } | Self::Changed { .. } | Self::Busy { .. })
    }
}
