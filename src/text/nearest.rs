//! The name a person most likely meant.

/// The candidate nearest to `name`, if one is near enough to be a slip of the pen: at most a
/// third of its characters away, or the same but for case, hyphens and underscores.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(name);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::osa_distance(&wanted, &folded(candidate));
            let allowed = (candidate.chars().count() / 3).max(1);
            (distance <= allowed).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name() {
        let names = ["organization", "audit", "files", "time_zone"];
        assert_eq!(nearest("organisation", names), Some("organization"));
        assert_eq!(nearest("audti", names), Some("audit"));
        assert_eq!(nearest("timezone", names), Some("time_zone"));
        assert_eq!(nearest("TIME-ZONE", names), Some("time_zone"));
    }

    #[test]
    fn a_stranger_finds_nothing() {
        assert_eq!(nearest("colour", ["organization", "audit", "files"]), None);
        assert_eq!(nearest("x", ["audit"]), None);
    }
}
