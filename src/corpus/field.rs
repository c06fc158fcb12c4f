//! The way to a field of a document, written out only when there is something to tell of it.

use std::fmt;

/// A field, and what it is within: `targets[2].metric`, items counted from zero.
#[derive(Clone, Copy, Debug)]
pub struct Field<'p> {
    within: Option<&'p Field<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Name(&'p str),
    Item(usize),
}

impl<'p> Field<'p> {
    /// A field of the document itself, if it is within none.
    pub fn named(name: &'p str, within: Option<&'p Field<'p>>) -> Self {
        Self { within, step: Step::Name(name) }
    }

    /// An item of a list.
    pub fn item(index: usize, within: &'p Field<'p>) -> Self {
        Self { within: Some(within), step: Step::Item(index) }
    }

    /// Its own name; of an item, that of the list.
    pub fn name(&self) -> &'p str {
        match (self.step, self.within) {
            (Step::Name(name), _) => name,
            (Step::Item(_), Some(list)) => list.name(),
            (Step::Item(_), None) => "",
        }
    }
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            within.fmt(formatter)?;
        }
        match (self.step, self.within) {
            (Step::Name(name), Some(_)) => write!(formatter, ".{name}"),
            (Step::Name(name), None) => formatter.write_str(name),
            (Step::Item(index), _) => write!(formatter, "[{index}]"),
        }
    }
}
