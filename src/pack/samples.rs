//! Records of draws, and populations that were sealed for them, as somebody hands them over: looked through, and carried.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    PackError,
    bag::Bag,
    manifest::{Population, Sample},
    names::{self, Names},
    populations,
    veil::Veil,
};
use crate::model::sha256;

/// The folder that they lie in.
const FOLDER: &str = "data/81-samples";

/// A file that was handed over.
#[derive(Debug)]
pub(super) struct Read {
    name: String,
    bytes: Vec<u8>,
    value: Value,
    /// Of a draw, the ids that were drawn.
    drawn: Option<Vec<String>>,
}

/// Reads what was handed over.
///
/// # Errors
///
/// If it is neither a draw nor a population, or contradicts itself.
pub(super) fn read(given: &[(String, Vec<u8>)]) -> Result<Vec<Read>, PackError> {
    given.iter().map(|(name, bytes)| one(name, bytes)).collect()
}

/// The ids of all records that were drawn.
pub(super) fn drawn(read: &[Read]) -> BTreeSet<String> {
    read.iter().flat_map(|read| read.drawn.iter().flatten()).cloned().collect()
}

fn one(name: &str, bytes: &[u8]) -> Result<Read, PackError> {
    let wrong = |reason: &str| PackError::Sample { path: name.to_owned(), reason: reason.to_owned() };
    let value: Value = serde_json::from_slice(bytes).map_err(|_| wrong("it is no JSON"))?;
    let ids = |list: &Value| -> Option<Vec<String>> {
        list.as_array()?.iter().map(|item| item["id"].as_str().map(str::to_owned)).collect()
    };
    let statement = &value["population"];
    let digest = statement["digest"].as_str().map(|digest| digest.trim_start_matches("sha256:"));
    let is_digest = digest
        .is_some_and(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let count = statement["count"].as_u64();
    if value["version"] != 1 || !is_digest || count.is_none() {
        return Err(wrong(
            "it is no draw and no population of version 1, with the count and the digest of what was drawn from",
        ));
    }
    let drawn = match value["format"].as_str() {
        Some("probity-sample") => {
            let drawn =
                ids(&value["items"]).ok_or_else(|| wrong("it tells of no records that were drawn"))?;
            Some(drawn)
        }
        Some("probity-population") => {
            let mut ids = ids(&value["records"]).ok_or_else(|| wrong("it tells of no records"))?;
            ids.sort();
            let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
            if Some(ids.len() as u64) != count || Some(sha256(list.as_bytes()).as_str()) != digest {
                return Err(wrong("its records are not those that its digest was made of"));
            }
            None
        }
        _ => {
            return Err(wrong(
                "it is no draw of `probity sample draw` and no population of `probity sample seal`",
            ));
        }
    };
    Ok(Read { name: name.to_owned(), bytes: bytes.to_vec(), value, drawn })
}

/// Puts them into the bag. `items` are the names of the items by the ids of their documents.
pub(super) fn put(
    bag: &mut Bag,
    names: &mut Names,
    read: &[Read],
    populations: &[Population],
    items: &BTreeMap<String, String>,
    veil: &Veil,
) -> Result<Vec<Sample>, PackError> {
    let mut samples = Vec::new();
    let digest = |value: &Value| {
        value["population"]["digest"]
            .as_str()
            .map(|digest| digest.trim_start_matches("sha256:").to_ascii_lowercase())
    };
    let given: BTreeSet<String> =
        read.iter().filter(|read| read.drawn.is_none()).filter_map(|read| digest(&read.value)).collect();
    for read in read {
        let folder = if read.drawn.is_some() { FOLDER } else { populations::FOLDER };
        let stem = read.name.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".json");
        let [path] = names.free(folder, &names::plain(&veil.shown(stem)), ["json"]);
        let mut value = read.value.clone();
        veil.mask(&mut value);
        let is_same = value == read.value;
        let bytes = if is_same { read.bytes.clone() } else { crate::report::json::text(&value).into_bytes() };
        let stored = bag.put(&path, &bytes)?;
        let Some(drawn) = &read.drawn else { continue };
        let own = digest(&read.value);
        let here = populations.iter().find(|population| Some(&population.sha256) == own.as_ref());
        let mut note = match (here, own.as_ref().is_some_and(|own| given.contains(own))) {
            (Some(population), _) => format!("drawn from what is in {}", population.path),
            (None, true) => format!("drawn from a sealed population in {}", populations::FOLDER),
            (None, false) => {
                "drawn from a population that is not in the pack: hand its file over, too".to_owned()
            }
        };
        if !is_same {
            note.push_str("; names in it were taken out");
        }
        let (mut found, mut absent) = (Vec::new(), Vec::new());
        for id in drawn {
            match items.get(&veil.shown(id)) {
                Some(item) => found.push(item.clone()),
                None => absent.push(veil.shown(id)),
            }
        }
        samples.push(Sample { path, sha256: stored.sha256, items: found, absent, note: Some(note) });
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_contradicts_itself_is_no_population() {
        let digest = sha256(b"A-1\nA-2\n");
        let with = |ids: &str| {
            format!(
                "{{\"format\":\"probity-population\",\"version\":1,\"population\":{{\"count\":2,\"digest\":\"{digest}\"}},\"records\":[{ids}]}}"
            )
        };
        assert!(one("p.json", with("{\"id\":\"A-2\"},{\"id\":\"A-1\"}").as_bytes()).is_ok());
        for wrong in ["{\"id\":\"A-1\"}", "{\"id\":\"A-1\"},{\"id\":\"A-3\"}", "1"] {
            assert!(
                matches!(one("p.json", with(wrong).as_bytes()), Err(PackError::Sample { .. })),
                "{wrong}"
            );
        }
        for wrong in [
            "",
            "[]",
            "{\"format\":\"probity-sample\",\"version\":1}",
            "{\"format\":\"probity-check\",\"version\":1}",
        ] {
            assert!(matches!(one("p.json", wrong.as_bytes()), Err(PackError::Sample { .. })), "{wrong}");
        }
    }
}
