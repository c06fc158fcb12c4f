//! Names of files that every system takes: short, of plain letters, no two the same but for their case.

use std::collections::HashSet;

/// What no file of Windows may be called, whatever its ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];
/// So many characters of a name are kept.
const LENGTH: usize = 60;

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// A path for a file in a folder, with one of these endings for each of its forms: `["yaml", "html"]`.
    pub(super) fn free<const N: usize>(
        &mut self,
        folder: &str,
        name: &str,
        endings: [&str; N],
    ) -> [String; N] {
        let plain = plain(name);
        let mut other = plain.clone();
        let mut number = 2;
        loop {
            let paths = endings.map(|ending| match ending {
                "" => format!("{folder}/{other}"),
                ending => format!("{folder}/{other}.{ending}"),
            });
            if paths.iter().all(|path| !self.0.contains(&path.to_lowercase())) {
                self.0.extend(paths.iter().map(|path| path.to_lowercase()));
                return paths;
            }
            other = format!("{plain}--{number}");
            number += 1;
        }
    }
}

/// A name of letters, digits, `-`, `_` and `.`, not too long, and none that means a device.
pub(super) fn plain(name: &str) -> String {
    let kept = |character: char| {
        let is_plain = character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        if is_plain { character } else { '-' }
    };
    let short: String = name.chars().map(kept).take(LENGTH).collect();
    let short = short.trim_matches('.');
    if short.is_empty() || is_device(short) { format!("x-{short}") } else { short.to_owned() }
}

/// Whether Windows takes a name for a device.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_a_name_of_its_own_on_every_system() {
        let mut names = Names::default();
        let mut one = |name: &str| names.free("a", name, ["yaml", "html"])[0].clone();
        assert_eq!(one("POL-001-v1.0"), "a/POL-001-v1.0.yaml");
        assert_eq!(one("pol-001-V1.0"), "a/pol-001-V1.0--2.yaml");
        assert_eq!(one("../../etc/passwd"), "a/-..-etc-passwd.yaml");
        assert_eq!(one("con"), "a/x-con.yaml");
        assert_eq!(one("NUL.v1"), "a/x-NUL.v1.yaml");
        assert_eq!(one("a\u{202e}ü \\:*?\"<>|"), "a/a-----------.yaml");
        assert_eq!(one(""), "a/x-.yaml");
        assert_eq!(one(&"x".repeat(300)).len(), "a/.yaml".len() + LENGTH);
    }
}
