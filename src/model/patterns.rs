//! Which of the files count, by pattern.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Files to read short of all that may hold documents, by patterns as in a `.gitignore` at the root.
#[derive(Clone, Debug)]
pub struct Patterns {
    include: Option<Gitignore>,
    exclude: Gitignore,
}

impl Patterns {
    /// Without any to include, all files are.
    ///
    /// # Errors
    ///
    /// The first that is no pattern, and why.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, String> {
        let include = if include.is_empty() { None } else { Some(compiled(include)?) };
        Ok(Self { include, exclude: compiled(exclude)? })
    }

    /// Whether a file, by its path relative to the root, is to be read.
    pub fn admit(&self, path: &Path) -> bool {
        let matches = |patterns: &Gitignore| patterns.matched_path_or_any_parents(path, false).is_ignore();
        self.include.as_ref().is_none_or(matches) && !matches(&self.exclude)
    }
}

fn compiled(patterns: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| match error {
            ignore::Error::Glob { err, .. } => err,
            other => other.to_string(),
        })?;
    }
    builder.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(include: &[&str], exclude: &[&str], path: &str) -> bool {
        let owned = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
        Patterns::new(&owned(include), &owned(exclude)).unwrap().admit(Path::new(path))
    }

    #[test]
    fn without_patterns_every_file_counts() {
        assert!(admitted(&[], &[], "policies/security.yaml"));
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        assert!(!admitted(&[], &["archive/"], "archive/2020/old.yaml"));
        assert!(!admitted(&[], &["archive/"], "policies/archive/old.yaml"), "at any depth");
        assert!(admitted(&[], &["/archive/"], "policies/archive/old.yaml"), "at the root only");
        assert!(!admitted(&[], &["*.draft.yaml"], "policies/a.draft.yaml"));
        assert!(admitted(&[], &["*.yaml", "!keep.yaml"], "keep.yaml"), "an exception");
        assert!(admitted(&["sms/"], &[], "sms/policies/a.yaml"));
        assert!(!admitted(&["sms/"], &[], "deploy/a.yaml"));
        assert!(!admitted(&["sms/"], &["sms/old/"], "sms/old/a.yaml"), "excluded although included");
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        assert!(Patterns::new(&[], &["a[z-y]".to_owned()]).is_err());
    }
}
