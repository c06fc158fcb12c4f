//! The bytes of the selected files.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    FILE_SIZE_LIMIT, Selection,
    select::{Selected, plain},
};
use crate::{
    model::{Attachments, Content, File, Held, Snapshot},
    text,
};

/// Reads every selected file. One that cannot be read says why.
pub fn read(selection: Selection, attachments: Box<dyn Attachments>) -> Snapshot {
    let files = selection.files.into_par_iter().map(file).collect();
    let own_types = selection.own_types.into_iter().map(file).collect();
    let own_rules = selection.own_rules.into_iter().map(file).collect();
    let own_standard = selection.own_standard.into_iter().map(file).collect();
    let own_templates = selection.own_templates.into_iter().map(file).collect();
    Snapshot {
        files,
        own_types,
        own_rules,
        own_standard,
        own_templates,
        attachments,
        oddities: selection.oddities,
        held: Held::WorkTree,
    }
}

/// Reads one file.
pub(super) fn file(selected: Selected) -> File {
    let content = match bytes(&selected.file) {
        Ok(Bytes::Whole(bytes)) => match text::decode(&selected.path, bytes) {
            Ok(source) => Content::Text(Arc::new(source)),
            Err(undecodable) => Content::Undecodable(undecodable),
        },
        Ok(Bytes::TooMany(size)) => Content::TooLarge { size, limit: FILE_SIZE_LIMIT },
        Err(error) => Content::Unreadable(plain(&error)),
    };
    File { path: selected.path, content }
}

enum Bytes {
    Whole(Vec<u8>),
    TooMany(u64),
}

fn bytes(path: &Path) -> io::Result<Bytes> {
    let metadata = fs::symlink_metadata(path)?;
    // Since the file was selected, somebody may have put something else in its place.
    if !metadata.is_file() {
        return Err(io::Error::other("it is no longer a file"));
    }
    let size = metadata.len();
    if size > FILE_SIZE_LIMIT {
        return Ok(Bytes::TooMany(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    fs::File::open(path)?.take(FILE_SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    let read = bytes.len() as u64;
    Ok(if read > FILE_SIZE_LIMIT { Bytes::TooMany(read) } else { Bytes::Whole(bytes) })
}
