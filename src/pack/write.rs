//! A pack on disk: made in a hidden folder beside its place, and put there when it is whole.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that write"))]

use std::{
    fs::{create_dir, read_dir, remove_dir, rename},
    io,
    path::{Path, PathBuf},
};

use tempfile::Builder;

use super::{
    Given, Order, PackError, bag,
    build::{Built, build},
};
use crate::lens::Read;

/// How a pack lies on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As a folder.
    Folder,
    /// As an archive.
    Zip,
}

/// How far the work is: what is being done, and how much of how much.
pub(crate) type Progress<'p> = &'p mut dyn FnMut(&'static str, u64, u64);

/// Who signs; gives none if nobody does.
pub(crate) type Sign<'s> = &'s mut dyn FnMut(&[u8]) -> Result<Option<String>, PackError>;

/// Makes a pack.
///
/// # Errors
///
/// If something is in the way, or the disk refuses. There is nothing then where the pack should be.
pub(crate) fn write(
    read: &Read,
    order: &Order,
    given: &Given,
    (to, form): (&Path, Form),
    sign: Sign<'_>,
    progress: Progress<'_>,
) -> Result<Built, PackError> {
    let shown = to.display().to_string();
    let unwritten = |source| PackError::Unwritten { path: shown.clone(), source };
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(unwritten)?;
    let name = to.file_name().ok_or_else(|| PackError::InTheWay { path: shown.clone() })?;
    let place = parent.join(name);
    is_free(&place, form)?;
    let beside = Builder::new().prefix(".probity-").tempdir_in(&parent).map_err(unwritten)?;
    let folder = beside.path().join("pack");
    create_dir(&folder).map_err(unwritten)?;
    let built = build(read, order, given, &folder, sign, progress)?;
    match form {
        Form::Folder => {
            is_free(&place, form)?;
            // An empty folder is in the way on some systems.
            match remove_dir(&place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(error)),
                Ok(()) | Err(_) => {}
            }
            rename(&folder, &place).map_err(unwritten)?;
        }
        Form::Zip => {
            let mut builder = Builder::new();
            builder.prefix(".probity-");
            #[cfg(unix)]
            {
                use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
                // As any new file: what others may do is for the umask to say.
                builder.permissions(Permissions::from_mode(0o666));
            }
            let mut file = builder.tempfile_in(&parent).map_err(unwritten)?;
            let (total, mut done) = (built.bytes, 0);
            bag::archive(&folder, &built.manifest.pack_id, built.day, file.as_file_mut(), &mut |count| {
                done += count;
                progress("compressing", done.min(total), total);
            })?;
            file.as_file().sync_all().map_err(unwritten)?;
            file.persist_noclobber(&place).map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => PackError::InTheWay { path: shown.clone() },
                _ => unwritten(error.error),
            })?;
        }
    }
    Ok(built)
}

/// Whether a pack can be put there: nothing is, or an empty folder for a folder.
fn is_free(place: &PathBuf, form: Form) -> Result<(), PackError> {
    let in_the_way = || PackError::InTheWay { path: place.display().to_string() };
    match place.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(metadata) if metadata.is_dir() && form == Form::Folder => {
            let is_empty = read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
            if is_empty { Ok(()) } else { Err(in_the_way()) }
        }
        Ok(_) | Err(_) => Err(in_the_way()),
    }
}
