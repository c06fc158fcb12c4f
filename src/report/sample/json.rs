//! Populations and draws for programs: JSON of version 1, whose JSON Schemas are `schemas/reports/population-1.json` and
//! `schemas/reports/sample-1.json`. What is kept of them is the format itself, as it is read back.

use serde::Serialize;

use crate::report::json;

/// As an object with a line feed at the end.
pub fn of(record: &impl Serialize) -> String {
    json::text(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Population, Sample};

    #[test]
    fn the_published_schemas_are_those_of_the_structs() {
        json::published("population-1", &schemars::schema_for!(Population));
        json::published("sample-1", &schemars::schema_for!(Sample));
    }
}
