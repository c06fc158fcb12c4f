//! The files of a folder, with digests and titles.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::titles;

/// The kinds of files that are listed, by the ends of their names.
const KINDS: [&str; 10] = ["docx", "xlsx", "pptx", "pdf", "md", "markdown", "txt", "html", "htm", "odt"];
/// Beyond so many files, a folder is refused.
const FILES: usize = 10_000;
/// Folders within folders are followed so far.
const DEPTH: usize = 32;
/// A file beyond this is not looked into.
const LOOKED_INTO: u64 = 64 * 1024 * 1024;

/// Why a folder cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum NoFolder {
    /// The operating system refuses.
    #[error("cannot read the folder `{}`", crate::text::safe(&folder.display().to_string()))]
    Unlistable {
        /// The folder.
        folder: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// There are too many files.
    #[error("`{}` holds more than {FILES} files", crate::text::safe(&folder.display().to_string()))]
    TooMany {
        /// The folder.
        folder: PathBuf,
    },
}

/// A file that there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Existing {
    /// Relative to the management system, with forward slashes.
    pub path: String,
    /// In hexadecimal.
    pub sha256: String,
    /// What it says it is called.
    pub title: Option<String>,
    /// The names of its sheets.
    pub sheets: Vec<String>,
    /// The day on which it was last changed, as it says itself.
    pub modified: Option<String>,
    /// What kept it from being looked into.
    pub note: Option<String>,
}

/// What there is in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// In the order of paths.
    pub files: Vec<Existing>,
    /// What is not listed, each with why.
    pub kept: Vec<Kept>,
}

/// Something that is not listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// Relative to the management system.
    pub path: String,
    /// Why.
    pub why: &'static str,
}

/// Lists the files of a folder, which is called `prefix` below the management system. Links are not followed, and
/// what is hidden is left out.
///
/// # Errors
///
/// If it cannot be listed, or holds too much.
pub fn look(folder: &Path, prefix: &str) -> Result<Folder, NoFolder> {
    let mut found = Folder::default();
    let mut folders = vec![(folder.to_path_buf(), prefix.to_owned(), 0)];
    while let Some((next, prefix, depth)) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(source) if depth == 0 => return Err(NoFolder::Unlistable { folder: next, source }),
            Err(_) => {
                found.kept.push(Kept { path: prefix, why: "the folder cannot be read" });
                continue;
            }
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name().to_string_lossy().into_owned();
                found.kept.push(Kept { path: joined(&prefix, &name), why: "its name is not UTF-8" });
                continue;
            };
            // Word leaves `~$name` beside a file that is open.
            if name.starts_with('.') || name.starts_with("~$") {
                continue;
            }
            let path = joined(&prefix, &name);
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                found.kept.push(Kept { path, why: "it is a link, which may lead anywhere" });
            } else if kind.is_dir() && depth < DEPTH {
                folders.push((entry.path(), path, depth + 1));
            } else if kind.is_dir() {
                found.kept.push(Kept { path, why: "it lies too deep" });
            } else if let Some(kind) = kind_of(&name) {
                if found.files.len() == FILES {
                    return Err(NoFolder::TooMany { folder: folder.to_path_buf() });
                }
                match existing(&entry.path(), path.clone(), kind) {
                    Ok(Some(file)) => found.files.push(file),
                    Ok(None) => {}
                    Err(_) => found.kept.push(Kept { path, why: "it cannot be read" }),
                }
            } else if !["yaml", "yml", "toml"].iter().any(|known| name.ends_with(&format!(".{known}"))) {
                found.kept.push(Kept { path, why: "it is of another kind" });
            }
        }
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found.kept.sort();
    Ok(found)
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
}

fn kind_of(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(extension))
}

/// A file; none if it is a document of the management system already.
fn existing(file: &Path, path: String, kind: &str) -> io::Result<Option<Existing>> {
    let size = fs::metadata(file)?.len();
    if ["md", "markdown"].contains(&kind) {
        let mut head = [0_u8; 4];
        let read = File::open(file)?.read(&mut head)?;
        if head[..read].starts_with(b"---") {
            return Ok(None);
        }
    }
    let sha256 = digest(file)?;
    let told = match size {
        0 => titles::Told { note: Some("it is empty".to_owned()), ..titles::Told::default() },
        LOOKED_INTO.. => titles::Told {
            note: Some("it is too large to be looked into".to_owned()),
            ..titles::Told::default()
        },
        _ => titles::told(File::open(file)?, kind),
    };
    let titles::Told { title, sheets, modified, note } = told;
    Ok(Some(Existing { path, sha256, title, sheets, modified, note }))
}

/// The SHA-256 of a file in hexadecimal, however large it is.
///
/// # Errors
///
/// If it cannot be read, or is a link.
pub fn digest(file: &Path) -> io::Result<String> {
    if fs::symlink_metadata(file)?.is_symlink() {
        return Err(io::Error::other("it is a link, which may lead anywhere"));
    }
    let mut hasher = Sha256::new();
    let mut file = File::open(file)?;
    let mut buffer = vec![0_u8; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_without_what_is_hidden_open_or_a_document_already() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        write("b.TXT", "Risk register\nmore");
        write("sub/a\nb.md", "text\n# Change policy\n");
        write("c.md", "---\ntype: role\n---\n");
        write(".d.txt", "x");
        write("~$e.docx", "x");
        write("f.exe", "x");
        write("g.docx", "no archive");
        write("h.pdf", "");
        write("i.html", "<TITLE lang=x> A &amp; B </title>");
        let found = look(folder.path(), "old").unwrap();
        let told: Vec<(&str, Option<&str>, Option<&str>)> = found
            .files
            .iter()
            .map(|file| (&*file.path, file.title.as_deref(), file.note.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("old/b.TXT", Some("Risk register"), None),
                ("old/g.docx", None, Some("it is broken")),
                ("old/h.pdf", None, Some("it is empty")),
                ("old/i.html", Some("A & B"), None),
                ("old/sub/a\nb.md", Some("Change policy"), None),
            ]
        );
        assert_eq!(found.kept, [Kept { path: "old/f.exe".to_owned(), why: "it is of another kind" }]);
        assert_eq!(found.files[2].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret.txt"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        let found = look(folder.path(), "").unwrap();
        assert!(found.files.is_empty());
        assert_eq!(found.kept[0].path, "link");
    }
}
