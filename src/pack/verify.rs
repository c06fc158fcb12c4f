//! Whether a pack is complete, unchanged and signed, and whether what leads to its files leads there.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    Manifest, Signed,
    bag::{self, DECLARATION, DECLARED, INFO, Known, MANIFEST, PAYLOAD, SIGNATURE, TAG_MANIFEST, decoded},
    context,
    manifest::{FORMAT, Item, VERSION},
    open::{NoPack, Opened},
    signature_of,
};

/// A list of files beyond this is not read.
const LIST_LIMIT: u64 = 1024 * 1024 * 1024;
/// A page beyond this is not looked into.
const PAGE_LIMIT: u64 = 64 * 1024 * 1024;
/// The file that tells programs of the pack.
pub(super) const OF_PROGRAMS: &str = "data/manifest.json";

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The file; empty if the pack as a whole is meant.
    pub(crate) path: String,
    pub(crate) what: String,
}

impl Problem {
    pub(super) fn new(path: &str, what: &str) -> Self {
        Self { path: path.to_owned(), what: what.to_owned() }
    }
}

/// What a look at a pack came to.
#[derive(Debug)]
pub(crate) struct Verified {
    /// What it tells of itself, if that can be read.
    pub(crate) manifest: Option<Manifest>,
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    pub(crate) signed: Signed,
    /// By file.
    pub(crate) problems: Vec<Problem>,
    /// Whether it was not read at all, since it could do harm.
    pub(crate) is_refused: bool,
}

/// Looks at a pack. `signers` is the text of a list of those whose signature counts.
///
/// # Errors
///
/// If it cannot be read at all.
pub(crate) fn verify(
    path: &Path,
    signers: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, NoPack> {
    let mut opened = Opened::open(path)?;
    let files = opened.paths().count();
    if !opened.refused.is_empty() {
        let mut problems = std::mem::take(&mut opened.refused);
        problems.sort();
        return Ok(Verified {
            manifest: None,
            files,
            bytes: 0,
            signed: Signed::Not,
            problems,
            is_refused: true,
        });
    }
    let total = opened.size();
    let mut look = Look { opened, problems: Vec::new(), known: BTreeMap::new() };
    look.measure(&mut |done| progress(done, total));
    look.bag();
    let manifest = look.manifest();
    if let Some(manifest) = &manifest {
        look.files_of(manifest);
        look.indexes(manifest);
        look.pages(manifest);
    }
    let signed = look.signature(manifest.as_ref(), signers);
    let bytes =
        look.known.iter().filter(|(path, _)| path.starts_with(PAYLOAD)).map(|(_, known)| known.size).sum();
    let mut problems = look.problems;
    problems.sort();
    problems.dedup();
    Ok(Verified { manifest, files, bytes, signed, problems, is_refused: false })
}

struct Look {
    opened: Opened,
    problems: Vec<Problem>,
    /// What each file has, by its path.
    known: BTreeMap<String, Known>,
}

impl Look {
    fn problem(&mut self, path: &str, what: impl AsRef<str>) {
        self.problems.push(Problem::new(path, what.as_ref()));
    }

    fn measure(&mut self, progress: &mut dyn FnMut(u64)) {
        let paths: Vec<String> = self.opened.paths().map(str::to_owned).collect();
        let mut done = 0;
        for path in paths {
            progress(done);
            match self.opened.measured(&path) {
                Ok(known) => {
                    done += known.size;
                    self.known.insert(path, known);
                }
                Err(what) => self.problem(&path, what),
            }
        }
    }

    fn text(&mut self, path: &str) -> Option<String> {
        match self.opened.bytes(path, LIST_LIMIT).map(String::from_utf8) {
            Ok(Ok(text)) => Some(text),
            Ok(Err(_)) => {
                self.problem(path, "it is no UTF-8");
                None
            }
            Err(what) => {
                self.problem(path, what);
                None
            }
        }
    }

    /// Whether it is a bag, complete and unchanged.
    fn bag(&mut self) {
        if let Some(text) = self.text(DECLARATION)
            && text != DECLARED
        {
            self.problem(DECLARATION, "it does not declare a bag of version 1.0 in UTF-8");
        }
        let payload = self.list(MANIFEST, true);
        let tags = self.list(TAG_MANIFEST, false);
        for path in [DECLARATION, INFO, MANIFEST] {
            if !tags.contains(path) && self.opened.has(TAG_MANIFEST) {
                self.problem(path, format!("{TAG_MANIFEST} does not tell of it"));
            }
        }
        let paths: Vec<String> = self.opened.paths().map(str::to_owned).collect();
        for path in &paths {
            if path.starts_with(PAYLOAD) {
                if !payload.contains(path) {
                    self.problem(path, format!("it was added: {MANIFEST} does not tell of it"));
                }
            } else if !tags.contains(path) && path != TAG_MANIFEST && path != SIGNATURE {
                self.problem(path, format!("it was added: {TAG_MANIFEST} does not tell of it"));
            }
        }
        let Some(info) = self.text(INFO) else { return };
        let told = info.lines().find_map(|line| line.strip_prefix("Payload-Oxum:")).map(str::trim);
        let payload: Vec<u64> = self
            .known
            .iter()
            .filter(|(path, _)| path.starts_with(PAYLOAD))
            .map(|(_, known)| known.size)
            .collect();
        let found = format!("{}.{}", payload.iter().sum::<u64>(), payload.len());
        if told != Some(found.as_str()) {
            self.problem(
                INFO,
                format!("it tells of {} bytes and files, and there are {found}", told.unwrap_or("no")),
            );
        }
    }

    /// Compares the files of a list with what they are, and gives their paths.
    fn list(&mut self, name: &str, is_payload: bool) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        let Some(text) = self.text(name) else { return paths };
        for (number, line) in text.lines().enumerate() {
            let split = line
                .split_once([' ', '\t'])
                .map(|(digest, path)| (digest, path.trim_start_matches([' ', '\t', '*'])));
            let Some((digest, path)) = split.filter(|(digest, path)| digest.len() == 64 && !path.is_empty())
            else {
                self.problem(name, format!("line {} tells of no file", number + 1));
                continue;
            };
            let path = decoded(path);
            if path.starts_with(PAYLOAD) != is_payload {
                self.problem(name, format!("it tells of `{path}`, which is not for it to tell of"));
            }
            match self.known.get(&path) {
                Some(known) if known.sha256.eq_ignore_ascii_case(digest) => {}
                Some(_) => self.problem(&path, "it was changed: its digest is another one"),
                // That it cannot be read is told already.
                None if self.opened.has(&path) => {}
                None => self.problem(&path, format!("it is not there, and {name} tells of it")),
            }
            if !paths.insert(path.clone()) {
                self.problem(&path, format!("{name} tells of it twice"));
            }
        }
        paths
    }

    fn manifest(&mut self) -> Option<Manifest> {
        let text = self.text(OF_PROGRAMS)?;
        match serde_json::from_str::<Manifest>(&text) {
            Ok(manifest) if manifest.format == FORMAT && manifest.version == VERSION => Some(manifest),
            Ok(manifest) => {
                let what = format!(
                    "it is `{}` of version {}, which this version cannot read",
                    manifest.format, manifest.version
                );
                self.problem(OF_PROGRAMS, what);
                None
            }
            Err(error) => {
                self.problem(OF_PROGRAMS, format!("it tells of no pack: {error}"));
                None
            }
        }
    }

    /// Whether what the pack tells of its files is so.
    fn files_of(&mut self, manifest: &Manifest) {
        let mut told: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
        for file in &manifest.files {
            if told.insert(&file.path, (&file.sha256, file.size)).is_some() {
                self.problem(OF_PROGRAMS, format!("it tells of `{}` twice", file.path));
            }
        }
        let payload: Vec<(String, Known)> = self
            .known
            .iter()
            .filter(|(path, _)| path.starts_with(PAYLOAD) && path.as_str() != OF_PROGRAMS)
            .map(|(path, known)| (path.clone(), known.clone()))
            .collect();
        for (path, known) in &payload {
            match told.remove(path.as_str()) {
                None => self.problem(path, "manifest.json does not tell of it"),
                Some(row) if row != (known.sha256.as_str(), known.size) => {
                    self.problem(path, "manifest.json tells of another digest or size");
                }
                Some(_) => {}
            }
        }
        for path in told.into_keys().map(str::to_owned).collect::<Vec<_>>() {
            if !self.opened.has(&path) {
                self.problem(&path, "it is not there, and manifest.json tells of it");
            }
        }
        if manifest.item_count != manifest.items.len() {
            let what =
                format!("it counts {} items and tells of {}", manifest.item_count, manifest.items.len());
            self.problem(OF_PROGRAMS, what);
        }
        let items = manifest.items.iter().map(|item| (&item.path, &item.sha256));
        let attached = manifest.attachments.iter().map(|file| (&file.path, &file.sha256));
        let populations =
            manifest.populations.iter().map(|population| (&population.path, &population.sha256));
        let samples = manifest.samples.iter().map(|sample| (&sample.path, &sample.sha256));
        for (path, sha256) in items.chain(attached).chain(populations).chain(samples) {
            match self.known.get(path) {
                Some(known) if known.sha256 == *sha256 => {}
                Some(_) => self.problem(path, "manifest.json tells of another digest"),
                None => self.problem(path, "it is not there, and manifest.json tells of it"),
            }
        }
        let mut ids = BTreeSet::new();
        for item in &manifest.items {
            if !ids.insert(&item.evidence_id) {
                self.problem(OF_PROGRAMS, format!("two items are called `{}`", item.evidence_id));
            }
            if !self.opened.has(&item.page) {
                self.problem(&item.page, "it is not there, and manifest.json tells of it");
            }
        }
    }

    /// Whether the indexes are those of the items. Another version of the program may write them otherwise.
    fn indexes(&mut self, manifest: &Manifest) {
        let ids: BTreeSet<&str> = manifest.items.iter().map(|item| item.evidence_id.as_str()).collect();
        for requirement in &manifest.requirements {
            for id in requirement.items.iter().filter(|id| !ids.contains(id.as_str())) {
                self.problem(
                    OF_PROGRAMS,
                    format!("{} is answered by `{id}`, which is no item", requirement.id),
                );
            }
        }
        for item in &manifest.items {
            let answers = |id: &str| {
                let found = manifest.requirements.iter().find(|requirement| requirement.id == id);
                found.is_none_or(|requirement| requirement.items.contains(&item.evidence_id))
            };
            if let Some(point) = item.requirement_ids.iter().find(|point| !answers(point)) {
                self.problem(
                    OF_PROGRAMS,
                    format!("`{}` answers {point}, and the index does not have it", item.evidence_id),
                );
            }
        }
        let same_version = manifest.tool.version == env!("CARGO_PKG_VERSION");
        for (path, expected) in [
            ("data/01-index-by-clause.csv", context::index_csv(manifest)),
            ("data/02-index-by-item.csv", context::items_csv(manifest)),
        ] {
            match self.known.get(path) {
                None => self.problem(path, "it is not there"),
                Some(known) if same_version && *known != Known::of(expected.as_bytes()) => {
                    self.problem(path, "it is not the index of what is in the pack");
                }
                Some(_) => {}
            }
        }
    }

    /// Whether pages act, or lead to what is not there.
    fn pages(&mut self, manifest: &Manifest) {
        let leading = [
            "start-here.html",
            "data/00-read-me.html",
            "data/01-index-by-clause.html",
            "data/03-context/context.html",
        ];
        let pages = manifest.items.iter().map(|item: &Item| item.page.as_str());
        let pages: Vec<String> = leading.into_iter().chain(pages).map(str::to_owned).collect();
        for page in pages {
            if !self.opened.has(&page) {
                if leading.contains(&page.as_str()) {
                    self.problem(&page, "it is not there");
                }
                continue;
            }
            let text = match self.opened.bytes(&page, PAGE_LIMIT) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(what) => {
                    self.problem(&page, what);
                    continue;
                }
            };
            if text.contains("<script") || text.contains(" src=") || text.contains("<iframe") {
                self.problem(&page, "it holds something that acts, or that comes from elsewhere");
            }
            // Documents may name addresses; what leads to them may not.
            let is_leading = leading.contains(&page.as_str());
            let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
            for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let link = link.split('#').next().unwrap_or_default();
                if link.is_empty() || link.contains(':') && !is_leading {
                    continue;
                }
                match resolved(folder, link) {
                    Some(path) if self.opened.has(&path) => {}
                    Some(_) | None => {
                        self.problem(&page, format!("it leads to `{link}`, which is not in the pack"));
                    }
                }
            }
        }
    }

    fn signature(&mut self, manifest: Option<&Manifest>, signers: Option<&str>) -> Signed {
        let armored = if self.opened.has(SIGNATURE) { self.text(SIGNATURE) } else { None };
        let tags = self.text(TAG_MANIFEST).unwrap_or_default();
        let day = manifest.and_then(|manifest| manifest.built_at.parse().ok());
        let signed = signature_of(armored.as_deref(), tags.as_bytes(), signers, day);
        match &signed {
            Signed::Not if signers.is_some() => self.problem(SIGNATURE, "nobody signed"),
            Signed::Wrong { why } => self.problem(SIGNATURE, format!("the signature is wrong: {why}")),
            Signed::Untestable { why } => {
                self.problem(SIGNATURE, format!("the signature cannot be checked: {why}"));
            }
            Signed::ByStranger { key, why } => {
                self.problem(SIGNATURE, format!("it is by the key {key}: {why}"));
            }
            Signed::Not | Signed::By { .. } | Signed::ByTrusted { .. } => {}
        }
        signed
    }
}

/// Where a link leads, from a folder of the pack; none if it leads out.
fn resolved(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The digests of all files but the signature.
pub(super) fn digests(path: &Path) -> Result<BTreeMap<String, Known>, NoPack> {
    let mut opened = Opened::open(path)?;
    let paths: Vec<String> =
        opened.paths().filter(|path| *path != bag::SIGNATURE).map(str::to_owned).collect();
    let mut digests = BTreeMap::new();
    for path in paths {
        if let Ok(known) = opened.measured(&path) {
            digests.insert(path, known);
        }
    }
    Ok(digests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_of_the_pack_or_nowhere() {
        assert_eq!(
            resolved("data/03-context", "../00-read-me.html").as_deref(),
            Some("data/00-read-me.html")
        );
        assert_eq!(resolved("", "data/x.html").as_deref(), Some("data/x.html"));
        assert_eq!(resolved("data", "../../x"), None);
    }
}
