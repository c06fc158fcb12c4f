//! The order of a draw, and the digest of a population: both can be had from `sha256sum` and `sort`.

use crate::model::sha256;

/// SHA-256 of ids that are sorted by bytes, each with a line feed behind it.
pub fn digest(ids: &[&str]) -> String {
    let mut text = String::with_capacity(ids.iter().map(|id| id.len() + 1).sum());
    for id in ids {
        text.push_str(id);
        text.push('\n');
    }
    sha256(text.as_bytes())
}

/// The ids with the SHA-256 of `seed + "\n" + id`, in the order of these.
pub fn rank<'i>(seed: &str, ids: &[&'i str]) -> Vec<(String, &'i str)> {
    let mut ranked: Vec<(String, &str)> =
        ids.iter().map(|id| (sha256(format!("{seed}\n{id}").as_bytes()), *id)).collect();
    ranked.sort_unstable();
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(count: usize, of: usize) -> Vec<(String, String)> {
        let ids: Vec<String> = (1..=of).map(|number| format!("INC-{number:04}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let ranked = rank("IA-2026-03/incident", &ids);
        ranked.into_iter().take(count).map(|(hash, id)| (hash, id.to_owned())).collect()
    }

    #[test]
    fn a_draw_is_the_one_that_every_other_program_makes() {
        let ids: Vec<String> = (1..=50).map(|number| format!("INC-{number:04}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(digest(&ids), "78c75250764f94968ac9b13943e5f0bd47d5319f698e4b5f5da961319291f6eb");
        let drawn = first(5, 50);
        let of: Vec<&str> = drawn.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(of, ["INC-0005", "INC-0048", "INC-0042", "INC-0007", "INC-0010"]);
        assert_eq!(drawn[0].0, "016ba10c2db9e25e5adf5224dcb342458eb92c9b0815fad328ff0f03e00e5255");
    }

    #[test]
    fn what_joins_later_does_not_disturb_the_order_of_the_others() {
        let drawn = first(6, 55);
        let of: Vec<&str> = drawn.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(of, ["INC-0005", "INC-0055", "INC-0048", "INC-0042", "INC-0007", "INC-0010"]);
    }

    #[test]
    fn a_population_of_nothing_has_a_digest_too() {
        assert_eq!(digest(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(rank("s", &[]).is_empty());
    }
}
