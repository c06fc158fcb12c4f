//! A file on disk, changed as a whole or not at all.
//!
//! The new text is written beside the file under a name of its own, brought to the disk and put in the place of
//! the old one. As that name can be had once only, two runs never write the same file at a time.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::AuthorError;
use crate::{model::sha256, repository::FILE_SIZE_LIMIT};

/// Changes the file at a path below the root, or makes it. What is to stand there is made of what stands there
/// now, if there is such a file.
///
/// # Errors
///
/// If the path leads through a link, somebody else is writing the file, `make` refuses, or the disk does. The
/// file is then as it was.
pub fn change(
    root: &Path,
    path: &str,
    make: impl FnOnce(Option<String>) -> Result<String, AuthorError>,
) -> Result<(), AuthorError> {
    let mut folders = Folders::default();
    let folder = folders.down_to(root, path)?;
    let file = root.join(path);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = Beside::new(&folder, path, &name)?;
    let before = current(&file, path)?;
    let text = make(before.clone())?;
    let unchanged = || {
        let is_same = current(&file, path)? == before;
        if is_same { Ok(()) } else { Err(AuthorError::Changed { path: path.to_owned() }) }
    };
    beside.put(&file, path, &text, unchanged)?;
    folders.stay();
    Ok(())
}

/// Rows that are kept beside a document which holds their digest.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'r> {
    /// Where, below the root.
    pub path: &'r str,
    /// What is to stand there.
    pub bytes: &'r [u8],
    /// The digest of what may be replaced.
    pub replaces: Option<&'r str>,
}

/// Changes a document and the rows that it seals, both or neither.
///
/// # Errors
///
/// As [`change`], and if other rows stand in the place than may be replaced.
pub fn seal(
    root: &Path,
    rows: Rows<'_>,
    path: &str,
    make: impl FnOnce(Option<String>) -> Result<String, AuthorError>,
) -> Result<(), AuthorError> {
    let mut folders = Folders::default();
    let folder = folders.down_to(root, rows.path)?;
    let file = root.join(rows.path);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unwritten = |source| AuthorError::Unwritten { path: rows.path.to_owned(), source };
    let new = sha256(rows.bytes);
    let old = match fs::symlink_metadata(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwritten(error)),
        Ok(metadata) if metadata.is_symlink() => {
            return Err(AuthorError::Link { path: rows.path.to_owned() });
        }
        Ok(metadata) if !metadata.is_file() => {
            return Err(AuthorError::InTheWay { path: rows.path.to_owned(), what: "file" });
        }
        Ok(_) => Some(sha256(&fs::read(&file).map_err(unwritten)?)),
    };
    if old.as_deref().is_some_and(|old| old != new && rows.replaces != Some(old)) {
        return Err(AuthorError::NotOurs { path: rows.path.to_owned() });
    }
    if old.as_deref() == Some(new.as_str()) {
        change(root, path, make)?;
        folders.stay();
        return Ok(());
    }
    let mut beside = Beside::new(&folder, rows.path, &name)?;
    beside.file.write_all(rows.bytes).and_then(|()| beside.file.sync_all()).map_err(unwritten)?;
    // What stood there comes back if the document cannot be written.
    let kept = folder.join(format!(".{name}.old"));
    if old.is_some() {
        fs::rename(&file, &kept).map_err(unwritten)?;
    }
    let placed = fs::rename(&beside.path, &file).map_err(unwritten);
    beside.placed = placed.is_ok();
    match placed.and_then(|()| change(root, path, make)) {
        Ok(()) => {
            let _ = fs::remove_file(&kept);
            folders.stay();
            Ok(())
        }
        Err(error) => {
            if old.is_some() {
                let _ = fs::rename(&kept, &file);
            } else if beside.placed {
                let _ = fs::remove_file(&file);
            }
            Err(error)
        }
    }
}

/// The text of a file, if it is there.
fn current(file: &Path, path: &str) -> Result<Option<String>, AuthorError> {
    let unread = |source| AuthorError::Unwritten { path: path.to_owned(), source };
    match fs::symlink_metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
        Ok(metadata) if metadata.is_symlink() => return Err(AuthorError::Link { path: path.to_owned() }),
        Ok(metadata) if !metadata.is_file() => {
            return Err(AuthorError::InTheWay { path: path.to_owned(), what: "file" });
        }
        Ok(metadata) if metadata.len() > FILE_SIZE_LIMIT => {
            return Err(AuthorError::TooLarge { path: path.to_owned() });
        }
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|file| file.take(FILE_SIZE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(unread)?;
    String::from_utf8(bytes).map(Some).map_err(|_| AuthorError::NotText { path: path.to_owned() })
}

/// Folders that were made on the way, and go again unless they are needed.
#[derive(Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// The folder of a path below the root, made where it is missing.
    fn down_to(&mut self, root: &Path, path: &str) -> Result<PathBuf, AuthorError> {
        let mut folder = root.to_path_buf();
        let names: Vec<&str> = path.split('/').collect();
        if names.iter().any(|name| name.is_empty() || name.starts_with('.')) {
            let source = io::Error::other("the path does not stay below the folder");
            return Err(AuthorError::Unwritten { path: path.to_owned(), source });
        }
        for (depth, name) in names.iter().enumerate().take(names.len().saturating_sub(1)) {
            folder.push(name);
            let shown = || names[..=depth].join("/");
            match fs::symlink_metadata(&folder) {
                Ok(metadata) if metadata.is_symlink() => return Err(AuthorError::Link { path: shown() }),
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(AuthorError::InTheWay { path: shown(), what: "folder" }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir(&folder)
                        .map_err(|source| AuthorError::Unwritten { path: shown(), source })?;
                    self.0.push(folder.clone());
                }
                Err(source) => return Err(AuthorError::Unwritten { path: shown(), source }),
            }
        }
        Ok(folder)
    }

    fn stay(&mut self) {
        self.0.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One in which somebody has put something stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A file beside the one that is written, which goes again unless it takes its place.
struct Beside {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    placed: bool,
}

impl Beside {
    fn new(folder: &Path, shown: &str, name: &str) -> Result<Self, AuthorError> {
        // Hidden, so that no document is looked for in it.
        let name = format!(".{name}.new");
        let path = folder.join(&name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => Ok(Self { folder: folder.to_path_buf(), path, file, placed: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let lock =
                    shown.rsplit_once('/').map_or(name.clone(), |(folder, _)| format!("{folder}/{name}"));
                Err(AuthorError::Busy { path: shown.to_owned(), lock })
            }
            Err(source) => Err(AuthorError::Unwritten { path: shown.to_owned(), source }),
        }
    }

    /// Puts it in the place of the file, with a text in it, unless that has changed meanwhile.
    fn put(
        mut self,
        file: &Path,
        shown: &str,
        text: &str,
        unchanged: impl FnOnce() -> Result<(), AuthorError>,
    ) -> Result<(), AuthorError> {
        let unwritten = |source| AuthorError::Unwritten { path: shown.to_owned(), source };
        self.fill(file, text).map_err(unwritten)?;
        unchanged()?;
        fs::rename(&self.path, file).map_err(unwritten)?;
        self.placed = true;
        // The name is on the disk once the folder is; not every system lets one ask for that.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn fill(&mut self, file: &Path, text: &str) -> io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        // Whoever could read the file can read it still.
        if let Ok(metadata) = fs::metadata(file) {
            self.file.set_permissions(metadata.permissions())?;
        }
        self.file.sync_all()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "judgements/2026-11/4.1.yaml";

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_made_with_its_folders_and_changed_as_a_whole() {
        let root = tempfile::tempdir().unwrap();
        change(root.path(), PATH, |before| Ok(format!("{before:?}\n"))).unwrap();
        assert_eq!(fs::read_to_string(root.path().join(PATH)).unwrap(), "None\n");
        change(root.path(), PATH, |before| Ok(before.unwrap() + "two\n")).unwrap();
        assert_eq!(fs::read_to_string(root.path().join(PATH)).unwrap(), "None\ntwo\n");
        assert_eq!(names(&root.path().join("judgements/2026-11")), ["4.1.yaml"]);
    }

    #[test]
    fn what_is_refused_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let refused = change(root.path(), PATH, |_| Err(AuthorError::Changed { path: PATH.to_owned() }));
        assert!(matches!(refused, Err(AuthorError::Changed { .. })));
        assert_eq!(names(root.path()), Vec::<String>::new());
    }

    #[test]
    fn rows_and_their_document_are_changed_both_or_neither() {
        let root = tempfile::tempdir().unwrap();
        let read = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        let rows = |bytes, replaces| Rows { path: "extracts/a.jsonl", bytes, replaces };
        seal(root.path(), rows(b"1\n", None), "records/a.yaml", |_| Ok("one\n".to_owned())).unwrap();
        let refused = seal(root.path(), rows(b"2\n", None), "records/a.yaml", |_| Ok("two\n".to_owned()));
        assert!(matches!(refused, Err(AuthorError::NotOurs { .. })));
        let digest = sha256(b"1\n");
        let refused = seal(root.path(), rows(b"2\n", Some(&digest)), "records/a.yaml", |_| {
            Err(AuthorError::Changed { path: PATH.to_owned() })
        });
        assert!(matches!(refused, Err(AuthorError::Changed { .. })));
        assert_eq!((read("extracts/a.jsonl").as_str(), read("records/a.yaml").as_str()), ("1\n", "one\n"));
        seal(root.path(), rows(b"2\n", Some(&digest)), "records/a.yaml", |_| Ok("two\n".to_owned())).unwrap();
        assert_eq!((read("extracts/a.jsonl").as_str(), read("records/a.yaml").as_str()), ("2\n", "two\n"));
        assert_eq!(names(&root.path().join("extracts")), ["a.jsonl"]);
        let refused =
            seal(root.path(), Rows { path: "new/b.jsonl", ..rows(b"", None) }, "records/b.yaml", |_| {
                Err(AuthorError::Changed { path: PATH.to_owned() })
            });
        assert!(refused.is_err());
        assert!(!root.path().join("new").exists());
    }

    #[test]
    fn two_runs_do_not_write_one_file_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        change(root.path(), PATH, |_| {
            let second = change(root.path(), PATH, |_| Ok("second\n".to_owned())).unwrap_err();
            assert!(second.help().contains("judgements/2026-11/.4.1.yaml.new"), "{}", second.help());
            Ok("first\n".to_owned())
        })
        .unwrap();
        assert_eq!(fs::read_to_string(root.path().join(PATH)).unwrap(), "first\n");
    }

    #[test]
    fn what_somebody_changes_meanwhile_is_not_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("a.yaml");
        for before in [None, Some("old\n")] {
            if let Some(text) = before {
                fs::write(&file, text).unwrap();
            }
            let error = change(root.path(), "a.yaml", |_| {
                fs::write(&file, "theirs\n").unwrap();
                Ok("ours\n".to_owned())
            });
            assert!(matches!(error, Err(AuthorError::Changed { .. })));
            assert_eq!(fs::read_to_string(&file).unwrap(), "theirs\n");
        }
        assert_eq!(names(root.path()), ["a.yaml"]);
    }

    #[test]
    fn what_is_in_the_way_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("judgements"), "mine").unwrap();
        let error = change(root.path(), PATH, |_| Ok(String::new())).unwrap_err();
        assert_eq!(error.to_string(), "`judgements` is no folder");
        fs::remove_file(root.path().join("judgements")).unwrap();
        fs::create_dir_all(root.path().join(PATH)).unwrap();
        let error = change(root.path(), PATH, |_| Ok(String::new())).unwrap_err();
        assert_eq!(error.to_string(), format!("`{PATH}` is no file"));
        assert_eq!(names(&root.path().join("judgements/2026-11")), ["4.1.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        symlink(outside.path(), root.path().join("judgements")).unwrap();
        let error = change(root.path(), PATH, |_| Ok(String::new())).unwrap_err();
        assert_eq!(error.to_string(), "`judgements` is a symbolic link, and nothing is written through one");
        fs::remove_file(root.path().join("judgements")).unwrap();
        fs::create_dir_all(root.path().join("judgements/2026-11")).unwrap();
        fs::write(outside.path().join("target.yaml"), "mine").unwrap();
        symlink(outside.path().join("target.yaml"), root.path().join(PATH)).unwrap();
        let error = change(root.path(), PATH, |_| Ok(String::new())).unwrap_err();
        assert!(matches!(error, AuthorError::Link { .. }), "{error}");
        assert_eq!(fs::read_to_string(outside.path().join("target.yaml")).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn whoever_could_read_the_file_can_read_it_still() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        change(root.path(), "a.yaml", |_| Ok(String::new())).unwrap();
        let file = root.path().join("a.yaml");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        change(root.path(), "a.yaml", |_| Ok("a: 1\n".to_owned())).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
