//! Where the management system begins.

use std::path::{Path, PathBuf};

/// The file that makes a folder a management system.
pub const FILE_NAME: &str = "probity.toml";

/// A folder that has a `probity.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The folder.
    pub root: PathBuf,
    /// How many folders above the start it is.
    pub folders_up: usize,
}

/// The nearest folder, from `start` upwards, that has a `probity.toml`.
pub fn find(start: &Path) -> Option<Found> {
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
    let mut above = start.ancestors().enumerate();
    let (folders_up, root) = above.find(|(_, folder)| folder.join(FILE_NAME).is_file())?;
    Some(Found { root: root.to_path_buf(), folders_up })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_upwards_counts() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("client/sms");
        std::fs::create_dir_all(inner.join("policies/old")).unwrap();
        assert_eq!(find(&inner), None);
        std::fs::write(outer.path().join(FILE_NAME), "").unwrap();
        let root = outer.path().to_path_buf();
        assert_eq!(find(&inner.join("policies/old")), Some(Found { root, folders_up: 4 }));
        std::fs::write(inner.join(FILE_NAME), "").unwrap();
        let here = |folders_up| Some(Found { root: inner.clone(), folders_up });
        assert_eq!(find(&inner.join("policies/old")), here(2));
        std::fs::create_dir(inner.join("policies").join(FILE_NAME)).unwrap();
        assert_eq!(find(&inner.join("policies")), here(1), "a folder of that name is not the file");
    }
}
