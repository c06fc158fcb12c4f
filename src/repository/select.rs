//! Which files belong to the management system.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex},
};

use ignore::WalkBuilder;

use super::{RepositoryError, index};
pub(super) use crate::model::may_hold_documents;
use crate::model::{Oddity, OddityKind, Patterns};

/// The organization's own types and rules, and its points of the standard; no documents.
pub(super) const OWN_FOLDER: &str = "probity";

/// Where in it the organization's own templates are: of the report, of single documents, and of papers for meetings.
pub(super) const TEMPLATES: [&str; 3] = ["templates/report", "templates/document", "templates/paper"];

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selected {
    /// Relative to the root, with forward slashes, as it is shown.
    pub path: String,
    /// As the operating system knows it.
    pub file: PathBuf,
}

/// The files to read, sorted by path, and what was odd on the way.
#[derive(Debug, Default)]
pub struct Selection {
    /// To read.
    pub files: Vec<Selected>,
    /// The organization's own record types.
    pub own_types: Vec<Selected>,
    /// Its own rules.
    pub own_rules: Vec<Selected>,
    /// What it says of the points of the standard.
    pub own_standard: Vec<Selected>,
    /// Its own templates.
    pub own_templates: Vec<Selected>,
    /// To tell.
    pub oddities: Vec<Oddity>,
}

/// Finds the files that may hold documents: YAML, and Markdown, tracked by git or not ignored,
/// without dot-paths and the folder `probity/`, narrowed by the patterns. Symbolic links are not
/// followed. The user's own excludes do not count, so that two people see the same.
///
/// # Errors
///
/// If the root itself cannot be listed.
pub fn select(root: &Path, patterns: &Patterns) -> Result<Selection, RepositoryError> {
    fs::read_dir(root)
        .map_err(|source| RepositoryError::Unlistable { folder: root.to_path_buf(), source })?;
    let mut found = Found { root, patterns, files: BTreeSet::new(), oddities: BTreeSet::new() };
    let tracked = index::tracked(root).unwrap_or_else(|reason| {
        found.tell(Path::new(""), OddityKind::IndexUnreadable(reason));
        None
    });
    found.walk(tracked.is_some());
    found.add_tracked(tracked.unwrap_or_default());
    Ok(found.finish())
}

struct Found<'r> {
    root: &'r Path,
    patterns: &'r Patterns,
    /// Relative to the root.
    files: BTreeSet<PathBuf>,
    oddities: BTreeSet<Oddity>,
}

impl Found<'_> {
    fn tell(&mut self, relative: &Path, kind: OddityKind) {
        self.oddities.insert(Oddity { path: shown(relative), kind });
    }

    fn walk(&mut self, in_git: bool) {
        let nested: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let seen = Arc::clone(&nested);
        let own_folder = self.root.join(OWN_FOLDER);
        let entries = WalkBuilder::new(self.root)
            .standard_filters(false)
            .hidden(true)
            .git_ignore(true)
            .git_exclude(in_git)
            .parents(in_git)
            .require_git(false)
            .sort_by_file_name(OsStr::cmp)
            .filter_entry(move |entry| {
                let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                if !folder || entry.depth() == 0 {
                    return true;
                }
                let repository = fs::symlink_metadata(entry.path().join(".git")).is_ok();
                if repository {
                    seen.lock().expect("nobody panics while holding it").push(entry.path().to_path_buf());
                }
                !repository && entry.path() != own_folder
            })
            .build();
        for entry in entries {
            match entry {
                Ok(entry) => {
                    let Some(kind) = entry.file_type() else { continue };
                    let Ok(relative) = entry.path().strip_prefix(self.root) else { continue };
                    let relative = relative.to_path_buf();
                    if kind.is_symlink() {
                        self.link(&relative);
                    } else if !kind.is_dir()
                        && may_hold_documents(&relative)
                        && self.patterns.admit(&relative)
                    {
                        if kind.is_file() {
                            self.files.insert(relative);
                        } else {
                            self.tell(&relative, OddityKind::NotAFile);
                        }
                    }
                }
                Err(error) => self.unlisted(&error),
            }
        }
        for folder in std::mem::take(&mut *nested.lock().expect("nobody panics while holding it")) {
            let relative = folder.strip_prefix(self.root).unwrap_or(&folder).to_path_buf();
            if self.patterns.admit(&relative) {
                self.tell(&relative, OddityKind::NestedRepository);
            }
        }
    }

    /// A folder that cannot be listed, or a `.gitignore` that cannot be read or understood.
    fn unlisted(&mut self, error: &ignore::Error) {
        let path = path_of(error).and_then(|path| path.strip_prefix(self.root).ok()).unwrap_or(Path::new(""));
        let path = path.to_path_buf();
        let reason = match error.io_error() {
            Some(error) => plain(error),
            None => error.to_string(),
        };
        self.tell(&path, OddityKind::FolderUnreadable(reason));
    }

    /// A link counts only if it could bring in documents: to a folder, or under a document's name.
    fn link(&mut self, relative: &Path) {
        let link = self.root.join(relative);
        let target = fs::read_link(&link).map(|target| shown_native(&target)).unwrap_or_default();
        let real = link.canonicalize();
        let folder = real.as_ref().is_ok_and(|real| real.is_dir());
        if !self.patterns.admit(relative) || !(folder || may_hold_documents(relative)) {
            return;
        }
        match (real, self.root.canonicalize()) {
            (Ok(real), Ok(root)) if !real.starts_with(&root) => {
                self.tell(relative, OddityKind::LinkLeaves { target });
            }
            (Ok(_), _) => {}
            (Err(_), _) => self.tell(relative, OddityKind::LinkBroken { target }),
        }
    }

    /// What is tracked counts even if it is ignored.
    fn add_tracked(&mut self, tracked: Vec<Vec<u8>>) {
        for bytes in tracked {
            let Some(relative) = path_from(bytes) else { continue };
            let hidden = relative.components().any(|component| match component {
                Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
                _ => true,
            });
            if hidden
                || relative.starts_with(OWN_FOLDER)
                || !may_hold_documents(&relative)
                || !self.patterns.admit(&relative)
                || self.files.contains(&relative)
            {
                continue;
            }
            // Deleted on disk, a link, or below one: the work tree does not have it as a file.
            let in_link = relative.ancestors().skip(1).any(|above| self.root.join(above).is_symlink());
            let kind = fs::symlink_metadata(self.root.join(&relative)).map(|metadata| metadata.file_type());
            if !in_link && kind.is_ok_and(|kind| kind.is_file()) {
                self.files.insert(relative);
            }
        }
    }

    fn finish(mut self) -> Selection {
        self.oddities.extend(of_names(&self.files));
        let files = self.files.iter().map(|path| Selected { path: shown(path), file: self.root.join(path) });
        let mut files: Vec<Selected> = files.collect();
        files.sort();
        Selection {
            files,
            own_types: own(self.root, "types"),
            own_rules: own(self.root, "rules"),
            own_standard: own(self.root, "standard"),
            own_templates: own_templates(self.root),
            oddities: self.oddities.into_iter().collect(),
        }
    }
}

/// What is odd about the names of files.
pub(super) fn of_names(files: &BTreeSet<PathBuf>) -> Vec<Oddity> {
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    let mut oddities = Vec::new();
    for relative in files {
        let path = shown(relative);
        if relative.to_str().is_none() {
            oddities.push(Oddity { path: path.clone(), kind: OddityKind::NameNotUtf8 });
        }
        if let Some(other) = folded.insert(path.to_lowercase(), path.clone()) {
            oddities.push(Oddity { path, kind: OddityKind::CaseClash { other } });
        }
    }
    oddities
}

/// The files of the organization's own, `types`, `rules`, `standard` or templates, sorted by path. A folder that is not there,
/// or that cannot be listed, has none.
pub(super) fn own(root: &Path, what: &str) -> Vec<Selected> {
    let folder = Path::new(OWN_FOLDER).join(what);
    let entries = fs::read_dir(root.join(&folder)).into_iter().flatten().flatten();
    let named = entries.map(|entry| folder.join(entry.file_name())).filter(|path| is_own(path, what));
    let mut files: Vec<Selected> =
        named.map(|path| Selected { path: shown(&path), file: root.join(&path) }).collect();
    files.sort();
    files
}

/// The organization's own templates, sorted by path.
pub(super) fn own_templates(root: &Path) -> Vec<Selected> {
    let mut files: Vec<Selected> = TEMPLATES.iter().flat_map(|what| own(root, what)).collect();
    files.sort();
    files
}

/// Whether a path is that of a file of the organization's own, right in the folder: YAML or, for templates, what a page
/// is made of.
pub(super) fn is_own(relative: &Path, what: &str) -> bool {
    let extension = relative.extension().and_then(OsStr::to_str);
    let known = if TEMPLATES.contains(&what) { ["html", "css"] } else { ["yaml", "yml"] };
    relative.parent() == Some(&Path::new(OWN_FOLDER).join(what))
        && extension.is_some_and(|found| known.iter().any(|known| found.eq_ignore_ascii_case(known)))
}

/// A path as it is shown: forward slashes, and bytes that are not UTF-8 as `\xE9`.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| escaped(part.as_os_str())).collect();
    parts.join("/")
}

fn shown_native(path: &Path) -> String {
    escaped(path.as_os_str()).replace('\\', "/")
}

fn escaped(name: &OsStr) -> String {
    name.as_encoded_bytes().utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
        text
    })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name may have no path")]
pub(super) fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
pub(super) fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

/// What the operating system says, without its number, which differs between systems.
pub(super) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it is no longer there".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}
