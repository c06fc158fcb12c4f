//! Two years of an invented provider as a git repository: what is in `examples/northwind`, as it came about, and ten
//! faults that only history shows.

pub mod book;
mod cast;
mod course;
mod pieces;
mod planted;

use std::path::Path;

use book::Book;
use cast::Cast;

/// Why the story cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// There is something in the folder already.
    #[error("`{folder}` is not empty")]
    NotEmpty {
        /// The folder.
        folder: String,
    },
    /// The files of the example cannot be read, or the folder cannot be made.
    #[error("cannot read or write files: {0}")]
    Files(#[from] std::io::Error),
    /// The repository cannot be written.
    #[error("cannot write the repository: {0}")]
    Repository(#[from] git2::Error),
}

/// Writes the repository to a folder that does not exist, or is empty.
pub fn tell(folder: &Path) -> Result<(), StoryError> {
    if folder.exists() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(StoryError::NotEmpty { folder: folder.display().to_string() });
    }
    let northwind = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northwind");
    let cast = Cast::of(&std::fs::read_to_string(northwind.join("roles/people.yaml"))?);
    let mut happenings = course::of(&northwind, &cast)?;
    happenings.extend(planted::of(&cast));
    // What happens on the same day and is of the same kind stays in the order of the tables.
    happenings.sort_by_key(|(day, rank, _)| (*day, *rank));
    std::fs::create_dir_all(folder)?;
    let mut book = Book::open(folder, &cast)?;
    for (day, _, steps) in happenings {
        for step in steps {
            book.tell(day, step)?;
        }
    }
    book.close()?;
    Ok(())
}
