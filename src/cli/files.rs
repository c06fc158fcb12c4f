//! Reports that are written to files: looked at before the work begins, and written all or none.
//!
//! Each is written beside its place under a name of its own, and put there once all of them are whole.

use std::{
    fs::{File, create_dir, read_dir, remove_dir, rename},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::CliError;

/// Where a report is to be written.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    file: PathBuf,
}

/// Looks whether reports can be written to these files, and none of them is one that is read.
///
/// # Errors
///
/// If a folder is not there, something that is no file is in the way, or two are the same.
pub(super) fn places<'f>(
    files: impl Iterator<Item = &'f Path>,
    read: Option<&Path>,
) -> Result<Vec<Place>, CliError> {
    let mut taken: Vec<PathBuf> = read.and_then(|file| file.canonicalize().ok()).into_iter().collect();
    let mut places = Vec::new();
    for file in files {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let no_folder = |_| CliError::NoFolder { folder: parent.to_path_buf() };
        let folder = parent.canonicalize().map_err(no_folder)?;
        if !folder.is_dir() {
            return Err(CliError::NoFolder { folder: parent.to_path_buf() });
        }
        let in_the_way = || CliError::InTheWay { file: file.to_path_buf() };
        let whole = folder.join(file.file_name().ok_or_else(in_the_way)?);
        // What stands for a device or another file would be replaced by a file.
        if whole.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(in_the_way());
        }
        if taken.contains(&whole) {
            return Err(CliError::NamedTwice { file: file.to_path_buf() });
        }
        taken.push(whole.clone());
        places.push(Place { folder, file: whole });
    }
    Ok(places)
}

/// Writes reports to their places, once all of them are whole.
///
/// # Errors
///
/// If the disk refuses.
pub(super) fn write(places: &[Place], reports: &[impl AsRef<[u8]>]) -> Result<(), CliError> {
    let unwritten = |place: &Place, source| CliError::UnwrittenFile { file: place.file.clone(), source };
    let mut written: Vec<(&Place, NamedTempFile)> = Vec::new();
    for (place, report) in places.iter().zip(reports) {
        written.push((place, beside(place, report.as_ref()).map_err(|source| unwritten(place, source))?));
    }
    for (place, file) in written {
        file.persist(&place.file).map_err(|error| unwritten(place, error.error))?;
    }
    Ok(())
}

/// Looks whether a folder can be made, or is there and empty.
///
/// # Errors
///
/// If it holds something, or is no folder.
pub(super) fn is_free(folder: &Path) -> Result<(), CliError> {
    let in_use = || CliError::FolderInUse { folder: folder.to_path_buf() };
    #[expect(clippy::disallowed_methods, reason = "what a flag names is looked at before anything is read")]
    let entries = read_dir(folder);
    match entries {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => Err(in_use()),
        Ok(mut entries) => {
            if entries.next().is_none() {
                Ok(())
            } else {
                Err(in_use())
            }
        }
    }
}

/// Writes texts by their names into a folder that is new or empty: into one beside it first, which then takes its place.
///
/// # Errors
///
/// If the disk refuses. There is no folder then, or the empty one that there was.
#[expect(clippy::disallowed_methods, reason = "one of the places that write reports")]
pub(super) fn write_folder(folder: &Path, texts: &[(String, String)]) -> Result<(), CliError> {
    let unwritten = |source| CliError::UnwrittenFile { file: folder.to_path_buf(), source };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let no_folder = |_| CliError::NoFolder { folder: parent.to_path_buf() };
    let parent = parent.canonicalize().map_err(no_folder)?;
    let name = folder.file_name().ok_or_else(|| CliError::InTheWay { file: folder.to_path_buf() })?;
    let beside = Builder::new().prefix(".probity-").tempdir_in(&parent).map_err(unwritten)?;
    let pages = beside.path().join("pages");
    create_dir(&pages).map_err(unwritten)?;
    for (name, text) in texts {
        File::create_new(pages.join(name))
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(unwritten)?;
    }
    let place = parent.join(name);
    // An empty folder is in the way on some systems.
    match remove_dir(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(error)),
        Ok(()) | Err(_) => {}
    }
    rename(&pages, &place).map_err(unwritten)
}

/// Writes a secret into a file that is new, and that nobody else may read.
///
/// # Errors
///
/// If it is there already, or the disk refuses.
pub(super) fn write_secret(file: &Path, text: &str) -> Result<(), CliError> {
    let unwritten = |source| CliError::UnwrittenFile { file: file.to_path_buf(), source };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[expect(clippy::disallowed_methods, reason = "what a flag names is written here")]
    let mut opened = options.open(file).map_err(unwritten)?;
    opened.write_all(text.as_bytes()).map_err(unwritten)
}

/// A report in a file beside its place, which goes again unless it is put there.
fn beside(place: &Place, report: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".probity-");
    #[cfg(unix)]
    {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
        // As any new file: what others may do is for the umask to say.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&place.folder)?;
    file.write_all(report)?;
    if let Ok(metadata) = place.file.symlink_metadata() {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// The bytes of a file that a flag names, up to a limit.
///
/// # Errors
///
/// If it cannot be read, or is larger.
pub(super) fn bytes(file: &Path, limit: u64) -> Result<Vec<u8>, CliError> {
    let unread = |source| CliError::Unread { file: file.to_path_buf(), source };
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "what a flag names is read here")]
    let opened = File::open(file).map_err(unread)?;
    opened.take(limit + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > limit {
        return Err(CliError::TooLarge { file: file.to_path_buf(), limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn reports_are_written_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.json"), folder.path().join("two.xml"));
        let found = places([one.as_path(), two.as_path()].into_iter(), None).unwrap();
        write(&found, &["1".to_owned(), "2".to_owned()]).unwrap();
        assert_eq!(names(folder.path()), ["one.json", "two.xml"]);
        write(&found, &["3".to_owned(), "4".to_owned()]).unwrap();
        assert_eq!(fs::read_to_string(&one).unwrap() + &fs::read_to_string(&two).unwrap(), "34");

        let gone = folder.path().join("gone");
        fs::create_dir(&gone).unwrap();
        let found = places([one.as_path(), gone.join("x").as_path()].into_iter(), None).unwrap();
        fs::remove_dir(&gone).unwrap();
        assert!(matches!(
            write(&found, &["5".to_owned(), "6".to_owned()]),
            Err(CliError::UnwrittenFile { file, .. }) if file.ends_with("gone/x")
        ));
        assert_eq!(fs::read_to_string(&one).unwrap(), "3");
        assert_eq!(names(folder.path()), ["one.json", "two.xml"]);
    }

    #[test]
    fn what_cannot_be_written_to_is_told_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("there")).unwrap();
        fs::write(path("read.json"), "").unwrap();
        let tried = |files: &[PathBuf]| {
            places(files.iter().map(PathBuf::as_path), Some(&path("read.json")))
                .map_err(|error| error.to_string())
        };
        assert!(tried(&[path("nowhere/x")]).unwrap_err().starts_with("there is no folder"));
        assert!(tried(&[path("read.json/x")]).unwrap_err().starts_with("there is no folder"));
        assert!(tried(&[path("there")]).unwrap_err().ends_with("is no file that could be replaced"));
        assert!(tried(&[path("there/..")]).unwrap_err().ends_with("is no file that could be replaced"));
        assert!(tried(&[path("a"), path("there/../a")]).unwrap_err().ends_with("is named twice"));
        assert!(tried(&[path("read.json")]).unwrap_err().ends_with("is named twice"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_over_a_link_or_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("target", &link).unwrap();
        for file in [link.as_path(), Path::new("/dev/null")] {
            let error = places([file].into_iter(), None).unwrap_err();
            assert!(matches!(error, CliError::InTheWay { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_report_can_be_read_by_those_who_can_read_other_files() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("report"), folder.path().join("other"));
        fs::write(&other, "").unwrap();
        let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
        let found = places([file.as_path()].into_iter(), None).unwrap();
        write(&found, &[String::new()]).unwrap();
        assert_eq!(mode(&file), mode(&other));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        write(&found, &[String::new()]).unwrap();
        assert_eq!(mode(&file), 0o640);
    }
}
