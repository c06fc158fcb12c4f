//! The files on disk that documents point to.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    fs,
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use super::{ATTACHMENT_SIZE_LIMIT, select::plain};
use crate::model::{Attachments, Missing};

/// The attachments of a work tree.
#[derive(Debug)]
pub struct WorkTree {
    /// The folder of the management system.
    pub root: PathBuf,
    /// Where extracts are looked for that are not below the root.
    pub extracts: Option<PathBuf>,
}

impl Attachments for WorkTree {
    fn find(&self, path: &str) -> Result<(), Missing> {
        inside(&self.root, path).map(drop)
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, Missing> {
        read(&inside(&self.root, path)?)
    }

    fn extract(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let here = self.bytes(path);
        let (Err(Missing::Absent), Some(folder)) = (&here, &self.extracts) else { return here };
        let name = path.rsplit('/').next().unwrap_or(path);
        let there = [path, name].into_iter().find_map(|path| inside(folder, path).ok());
        there.map_or(here, |file| read(&file))
    }
}

/// The real file at a path below a folder. Links may lead anywhere in the folder, and not out of it.
fn inside(folder: &Path, path: &str) -> Result<PathBuf, Missing> {
    let missing = |error: io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput => Missing::Absent,
        _ => Missing::Unreadable(plain(&error)),
    };
    let real = folder.join(path).canonicalize().map_err(missing)?;
    if !real.starts_with(folder.canonicalize().map_err(missing)?) {
        return Err(Missing::LeadsOut);
    }
    // Opening a pipe would wait for somebody to write.
    if fs::metadata(&real).map_err(missing)?.is_file() { Ok(real) } else { Err(Missing::NotAFile) }
}

fn read(file: &Path) -> Result<Vec<u8>, Missing> {
    let unreadable = |error: io::Error| Missing::Unreadable(plain(&error));
    let size = fs::metadata(file).map_err(unreadable)?.len();
    let limit = ATTACHMENT_SIZE_LIMIT;
    if size > limit {
        return Err(Missing::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    fs::File::open(file).map_err(unreadable)?.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let size = bytes.len() as u64;
    if size > limit { Err(Missing::TooLarge { size, limit }) } else { Ok(bytes) }
}
