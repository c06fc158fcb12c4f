//! The files of a management system at one point, with what was odd about getting them.

use std::{collections::BTreeMap, ffi::OsStr, fmt, path::Path, sync::Arc};

use chrono::NaiveDate;

use super::attachment::Attachments;
use crate::text::{Source, Undecodable};

/// Which bytes a snapshot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Those on disk.
    #[default]
    WorkTree,
    /// What git's next commit would hold.
    Index,
    /// Those of a commit.
    Commit {
        /// Its id, in hexadecimal.
        id: String,
        /// The day on which it was made, where it was made.
        day: NaiveDate,
    },
}

impl fmt::Display for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkTree => formatter.write_str("work tree"),
            Self::Index => formatter.write_str("index"),
            Self::Commit { id, day } => write!(formatter, "commit {} of {day}", id.get(..10).unwrap_or(id)),
        }
    }
}

/// The files of a management system, sorted by path.
#[derive(Debug)]
pub struct Snapshot {
    /// Every file that may hold documents.
    pub files: Vec<File>,
    /// The organization's own record types: the files of `probity/types/`.
    pub own_types: Vec<File>,
    /// Its own rules: the files of `probity/rules/`.
    pub own_rules: Vec<File>,
    /// What it says of the points of the standard: the files of `probity/standard/`.
    pub own_standard: Vec<File>,
    /// Its own templates: the files of `report/`, `document/` and `paper/` in `probity/templates/`.
    pub own_templates: Vec<File>,
    /// The files that documents point to.
    pub attachments: Box<dyn Attachments>,
    /// What could not be taken into account, or only with a doubt.
    pub oddities: Vec<Oddity>,
    /// Which bytes these are.
    pub held: Held,
}

impl Snapshot {
    /// The text of a file.
    pub fn text_of(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).and_then(|file| match &file.content {
            Content::Text(source) => Some(source.text()),
            Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_) => None,
        })
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            own_types: Vec::new(),
            own_rules: Vec::new(),
            own_standard: Vec::new(),
            own_templates: Vec::new(),
            attachments: Box::new(BTreeMap::new()),
            oddities: Vec::new(),
            held: Held::WorkTree,
        }
    }
}

/// Whether a file may hold documents, by the extension of its name: YAML, or Markdown, which holds one if it begins
/// with front matter.
pub fn may_hold_documents(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|extension| {
        ["yaml", "yml", "md", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// A file of the repository.
#[derive(Debug)]
pub struct File {
    /// Relative to the root, with forward slashes; bytes of a name that are not UTF-8 are shown
    /// as `\xE9`.
    pub path: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Debug)]
pub enum Content {
    /// Text.
    Text(Arc<Source>),
    /// Bytes that are not UTF-8.
    Undecodable(Box<Undecodable>),
    /// More than the limit on file size; the file was not read.
    TooLarge {
        /// In bytes.
        size: u64,
        /// In bytes.
        limit: u64,
    },
    /// The operating system did not give it; why.
    Unreadable(String),
}

/// Something about the folder that a person should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// Relative to the root, with forward slashes.
    pub path: String,
    /// What is odd about it.
    pub kind: OddityKind,
}

/// What can be odd about a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddityKind {
    /// A symbolic link leads out of the root, or to nothing; it is not followed.
    LinkLeaves {
        /// As the link has it.
        target: String,
    },
    /// A symbolic link whose target does not exist.
    LinkBroken {
        /// As the link has it.
        target: String,
    },
    /// The name is not UTF-8. The file is read all the same.
    NameNotUtf8,
    /// Another path differs only in the case of its letters.
    CaseClash {
        /// The other path.
        other: String,
    },
    /// A folder that cannot be listed; why.
    FolderUnreadable(String),
    /// A pipe, a socket or a device under the name of a document.
    NotAFile,
    /// A repository of its own inside this one, such as a submodule; not read.
    NestedRepository,
    /// Git's index cannot be read, so that files which are tracked although ignored are not known; why.
    IndexUnreadable(String),
}
