//! New files: all of them or none, and none in the place of one that is there.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::AuthorError;

/// What is there under the path of a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// Nothing.
    Nothing,
    /// Something, which stays.
    Something,
}

/// Whether something is there under a path below the root.
///
/// # Errors
///
/// If a folder on the way is a link or no folder, or the disk does not tell.
pub fn there(root: &Path, path: &str) -> Result<There, AuthorError> {
    let mut folder = root.to_path_buf();
    let names: Vec<&str> = path.split('/').collect();
    for (depth, name) in names.iter().enumerate() {
        folder.push(name);
        let shown = || names[..=depth].join("/");
        let is_last = depth + 1 == names.len();
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
            Err(source) => return Err(AuthorError::Unwritten { path: shown(), source }),
            Ok(_) if is_last => return Ok(There::Something),
            Ok(metadata) if metadata.is_symlink() => return Err(AuthorError::Link { path: shown() }),
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(AuthorError::InTheWay { path: shown(), what: "folder" }),
        }
    }
    Ok(There::Something)
}

/// What was made so far, and goes again unless all is.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Drop for Made {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            // One in which somebody has put something stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes files below a root, with the folders that they need. Each is whole as soon as it has its name, and a name that
/// is taken meanwhile is left to whoever took it.
///
/// # Errors
///
/// If one of them is there or cannot be written. None of them is there then.
pub fn create(root: &Path, files: &[(String, String)]) -> Result<(), AuthorError> {
    let mut made = Made::default();
    for (path, text) in files {
        let unwritten = |source| AuthorError::Unwritten { path: path.clone(), source };
        if there(root, path)? == There::Something {
            return Err(AuthorError::Changed { path: path.clone() });
        }
        let file = root.join(path);
        let folder = file.parent().unwrap_or(root).to_path_buf();
        let mut missing: Vec<PathBuf> = Vec::new();
        for above in folder.ancestors().take_while(|above| fs::symlink_metadata(above).is_err()) {
            missing.push(above.to_path_buf());
        }
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(unwritten)?;
            made.folders.push(folder);
        }
        let written = beside(&folder, text).map_err(unwritten)?;
        written.persist_noclobber(&file).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => AuthorError::Changed { path: path.clone() },
            _ => unwritten(error.error),
        })?;
        made.files.push(file);
    }
    made.files.clear();
    made.folders.clear();
    Ok(())
}

/// A text in a file beside its place, which goes again unless it is put there.
fn beside(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".probity-");
    #[cfg(unix)]
    {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
        // As any new file: what others may do is for the umask to say.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Vec<(String, String)> {
        paths.iter().map(|path| ((*path).to_owned(), format!("{path}\n"))).collect()
    }

    #[test]
    fn all_files_are_made_or_none() {
        let root = tempfile::tempdir().unwrap();
        create(root.path(), &files(&["a.yaml", ".vscode/deep/settings.json"])).unwrap();
        let read = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        assert_eq!(read(".vscode/deep/settings.json"), ".vscode/deep/settings.json\n");

        fs::write(root.path().join("taken"), "mine").unwrap();
        let error = create(root.path(), &files(&["b/c.yaml", "taken"])).unwrap_err();
        assert!(matches!(error, AuthorError::Changed { path } if path == "taken"));
        assert!(!root.path().join("b").exists());
        assert_eq!(read("taken"), "mine");
        let error = create(root.path(), &files(&["b/c.yaml", "taken/d.yaml"])).unwrap_err();
        assert_eq!(error.to_string(), "`taken` is no folder");
        assert!(!root.path().join("b").exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_made_through_a_link() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), root.path().join("plans")).unwrap();
        let error = create(root.path(), &files(&["plans/a.yaml"])).unwrap_err();
        assert!(matches!(error, AuthorError::Link { .. }), "{error}");
        assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
    }
}
