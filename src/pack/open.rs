//! A pack as it lies on disk, a folder or an archive, looked at without writing anything or trusting any name or size in it.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
};

use zip::{CompressionMethod, ZipArchive};

use super::{
    bag::{DECLARATION, Known, measured},
    names::is_device,
    verify::Problem,
};

/// So many folders may lie in each other.
const DEPTH: usize = 16;
/// So many files a pack may have.
const FILES: usize = 2_000_000;
/// No path is longer.
const LENGTH: usize = 240;
/// What unpacks to more than so many times its size was made to do harm,
const RATIO: u64 = 200;
/// unless it stays below this.
const HARMLESS: u64 = 64 * 1024 * 1024;

/// Why a pack cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoPack {
    /// The disk refuses.
    #[error("it cannot be read")]
    Unread(#[from] io::Error),
    /// It is no archive.
    #[error("it is no folder, and no ZIP archive that can be read: {0}")]
    NoArchive(String),
}

/// A pack, opened.
pub(super) struct Opened {
    /// The places of its files, by path from its root.
    files: BTreeMap<String, Place>,
    /// Because of these, nothing in it is read.
    pub(super) refused: Vec<Problem>,
    from: From,
}

enum From {
    Folder(PathBuf),
    Zip(Box<ZipArchive<BufReader<File>>>),
}

/// Where a file lies: its number in an archive, and the size that it is said to have.
#[derive(Clone, Copy, Debug)]
struct Place {
    number: usize,
    size: u64,
}

impl Opened {
    pub(super) fn open(path: &Path) -> Result<Self, NoPack> {
        if fs::metadata(path)?.is_dir() {
            let (mut files, mut refused) = (BTreeMap::new(), Vec::new());
            walk(path, "", 0, &mut files, &mut refused)?;
            refused.extend(clashes(files.keys().map(String::as_str)));
            return Ok(Self { files, refused, from: From::Folder(path.to_path_buf()) });
        }
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| NoPack::NoArchive(error.to_string()))?;
        Ok(Self::of_archive(archive, length))
    }

    fn of_archive(mut archive: ZipArchive<BufReader<File>>, length: u64) -> Self {
        let mut refused = Vec::new();
        let mut refuse = |path: &str, what: &str| refused.push(Problem::new(path, what));
        if archive.len() > FILES {
            refuse("", "it has more files than any pack");
            return Self { files: BTreeMap::new(), refused, from: From::Zip(Box::new(archive)) };
        }
        if archive.has_duplicate_names() {
            refuse("", "two files in the archive have the same name");
        }
        match archive.has_overlapping_entries() {
            Ok(false) => {}
            Ok(true) => refuse("", "files in the archive lie upon each other"),
            Err(error) => refuse("", &format!("the archive contradicts itself: {error}")),
        }
        let mut names: Vec<(String, Place)> = Vec::new();
        let (mut total, mut folders) = (0_u64, Vec::new());
        for number in 0..archive.len() {
            let file = match archive.by_index_raw(number) {
                Ok(file) => file,
                Err(error) => {
                    refuse("", &format!("file {number} of the archive cannot be read: {error}"));
                    continue;
                }
            };
            let Ok(name) = str::from_utf8(file.name_raw()).map(str::to_owned) else {
                refuse(&String::from_utf8_lossy(file.name_raw()), "its name is no UTF-8");
                continue;
            };
            if file.is_symlink() {
                refuse(&name, "it is a link");
            }
            if file.encrypted() {
                refuse(&name, "it is encrypted");
            }
            if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
                refuse(&name, "it is compressed in a way that packs are not");
            }
            total = total.saturating_add(file.size());
            let plain = name.strip_suffix('/').unwrap_or(&name);
            if let Some(what) = wrong_name(plain) {
                refuse(&name, what);
            }
            if file.is_dir() || name.ends_with('/') {
                folders.push(plain.to_owned());
            } else {
                names.push((name, Place { number, size: file.size() }));
            }
        }
        if total > HARMLESS && total / length.max(1) > RATIO {
            refuse("", "it unpacks to more than 200 times its size");
        }
        refused.extend(clashes(names.iter().map(|(name, _)| name.as_str())));
        // Some programs put the folder itself into the archive, and some only what is in it.
        let base = names.iter().map(|(name, _)| name.as_str()).find_map(|name| {
            let base = name.strip_suffix(DECLARATION)?;
            (base.is_empty() || base.matches('/').count() == 1 && base.ends_with('/'))
                .then(|| base.to_owned())
        });
        let base = base.unwrap_or_default();
        let mut files = BTreeMap::new();
        for (name, place) in names {
            match name.strip_prefix(&base) {
                Some(below) => {
                    files.insert(below.to_owned(), place);
                }
                None => refused.push(Problem::new(&name, "it lies beside the pack in the archive")),
            }
        }
        Self { files, refused, from: From::Zip(Box::new(archive)) }
    }

    /// The paths of its files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// How many bytes its files are said to have.
    pub(super) fn size(&self) -> u64 {
        self.files.values().map(|place| place.size).fold(0, u64::saturating_add)
    }

    /// The digest and the size of a file.
    pub(super) fn measured(&mut self, path: &str) -> Result<Known, String> {
        let place = self.place(path)?;
        let more = || "it has more bytes than it is said to have".to_owned();
        let told = |error: io::Error| format!("it cannot be read: {error}");
        let known = match &mut self.from {
            From::Folder(root) => measured(File::open(root.join(path)).map_err(told)?, u64::MAX),
            From::Zip(archive) => {
                let file =
                    archive.by_index(place.number).map_err(|error| format!("it cannot be read: {error}"))?;
                measured(file, place.size)
            }
        };
        known.map_err(told)?.ok_or_else(more)
    }

    /// The bytes of a file, up to a limit.
    pub(super) fn bytes(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let place = self.place(path)?;
        let told = |error: io::Error| format!("it cannot be read: {error}");
        if place.size > limit {
            return Err(format!("it has more than {} MiB", limit >> 20));
        }
        let mut bytes = Vec::new();
        match &mut self.from {
            From::Folder(root) => {
                File::open(root.join(path))
                    .map_err(told)?
                    .take(limit + 1)
                    .read_to_end(&mut bytes)
                    .map_err(told)?;
            }
            From::Zip(archive) => {
                let file =
                    archive.by_index(place.number).map_err(|error| format!("it cannot be read: {error}"))?;
                file.take(place.size + 1).read_to_end(&mut bytes).map_err(told)?;
                if bytes.len() as u64 > place.size {
                    return Err("it has more bytes than it is said to have".to_owned());
                }
            }
        }
        if bytes.len() as u64 > limit {
            Err(format!("it has more than {} MiB", limit >> 20))
        } else {
            Ok(bytes)
        }
    }

    fn place(&self, path: &str) -> Result<Place, String> {
        self.files.get(path).copied().ok_or_else(|| "it is not there".to_owned())
    }
}

/// The files below a folder. Links are not followed.
fn walk(
    folder: &Path,
    below: &str,
    depth: usize,
    files: &mut BTreeMap<String, Place>,
    refused: &mut Vec<Problem>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            refused.push(Problem::new(below, "a name in it is no UTF-8"));
            continue;
        };
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let metadata = entry.path().symlink_metadata()?;
        if let Some(what) = wrong_name(&path) {
            refused.push(Problem::new(&path, what));
        } else if metadata.is_symlink() {
            refused.push(Problem::new(&path, "it is a link"));
        } else if metadata.is_dir() && depth < DEPTH {
            walk(&entry.path(), &path, depth + 1, files, refused)?;
        } else if metadata.is_file() && files.len() < FILES {
            files.insert(path, Place { number: 0, size: metadata.len() });
        } else {
            refused.push(Problem::new(&path, "it is no file, or one too many"));
        }
    }
    Ok(())
}

/// What is wrong with a path as a name for a file on any system.
fn wrong_name(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    if path.starts_with('/') {
        return Some("its path does not begin in the pack");
    }
    if parts.contains(&"..") {
        return Some("its path leads out of the pack");
    }
    if path.chars().any(char::is_control) {
        return Some("its name holds a control character");
    }
    if path.contains(['\\', ':', '<', '>', '"', '|', '?', '*']) {
        return Some("its name holds a character that not all systems take");
    }
    if parts.iter().any(|part| part.is_empty() || *part == "." || part.ends_with(['.', ' '])) {
        return Some("its name ends as not all systems take it");
    }
    if parts.iter().any(|part| is_device(part)) {
        return Some("its name is that of a device on Windows");
    }
    if parts.len() > DEPTH {
        return Some("it lies in more folders than any file of a pack");
    }
    (path.len() > LENGTH).then_some("its path is longer than any in a pack")
}

/// Files whose paths differ only in the case of letters, or one of which is a folder on the way to the other.
fn clashes<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<Problem> {
    let mut known: HashMap<String, &str> = HashMap::new();
    let mut problems = Vec::new();
    let paths: Vec<&str> = paths.collect();
    for path in &paths {
        if let Some(other) = known.insert(path.to_lowercase(), path) {
            problems.push(Problem::new(
                path,
                &format!("it differs from `{other}` only in the case of letters, or not at all"),
            ));
        }
    }
    for path in &paths {
        let lower = path.to_lowercase();
        let mut folders = lower.match_indices('/').map(|(at, _)| &lower[..at]);
        if let Some(other) = folders.find_map(|folder| known.get(folder)) {
            problems.push(Problem::new(
                path,
                &format!("`{other}` is a file, and would have to be a folder, too"),
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_harm_somewhere_are_refused() {
        for name in [
            "/etc/passwd",
            "../x",
            "a/../x",
            "a\\..\\x",
            "C:/x",
            "a/nul",
            "a/COM1.txt",
            "a/b.",
            "a/b ",
            "a//b",
            "./a",
            "a\u{7}b",
            "a\nb",
            "a|b",
            "a/./b",
        ] {
            assert!(wrong_name(name).is_some(), "{name}");
        }
        assert!(wrong_name(&"a/".repeat(40)).is_some() && wrong_name(&"a".repeat(300)).is_some());
        for name in ["bagit.txt", "data/10-clause-04/a.b/x-1.html", "data/ü.txt", "data/.hidden"] {
            assert_eq!(wrong_name(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_the_same_without_case_clashes() {
        assert_eq!(clashes(["a/B", "a/b"].into_iter()).len(), 1);
        assert_eq!(clashes(["a", "A/b"].into_iter()).len(), 1);
        assert_eq!(clashes(["a/b", "a/c", "ab"].into_iter()), []);
    }
}
