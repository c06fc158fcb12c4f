//! Where the management system begins.

use std::path::{Path, PathBuf};

/// The file that makes a folder a management system.
pub const FILE_NAME: &str = "probity.toml";

/// The nearest folder, from `start` upwards, that has a `probity.toml`.
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
    start.ancestors().find(|folder| folder.join(FILE_NAME).is_file()).map(Path::to_path_buf)
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
        assert_eq!(find(&inner.join("policies/old")).as_deref(), Some(outer.path()));
        std::fs::write(inner.join(FILE_NAME), "").unwrap();
        assert_eq!(find(&inner.join("policies/old")), Some(inner.clone()));
        std::fs::create_dir(inner.join("policies").join(FILE_NAME)).unwrap();
        assert_eq!(find(&inner.join("policies")), Some(inner), "a folder of that name is not the file");
    }
}
