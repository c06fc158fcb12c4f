//! `reviews.yaml` of a standard: what a management review has to look at.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog,
    file::{Loaded, unknown},
};
use crate::model::{Condition, Mistake, ReviewInput};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputFile {
    input: String,
    #[serde(rename = "ref")]
    letter: Option<String>,
    says: String,
    types: Vec<Spanned<String>>,
    #[serde(default)]
    closed: BTreeMap<String, Vec<String>>,
}

/// What a management review has to look at, in order.
pub(super) fn inputs(catalog: &Catalog, file: &Loaded<Vec<InputFile>>) -> Result<Vec<ReviewInput>, Mistake> {
    let mut inputs = Vec::new();
    for written in &file.content {
        if let Some(name) = written.types.iter().find(|name| catalog.record_type(name.as_ref()).is_none()) {
            return Err(unknown(file, name, "record type", catalog.type_ids()));
        }
        inputs.push(ReviewInput {
            input: written.input.clone(),
            letter: written.letter.clone(),
            says: written.says.clone(),
            types: written.types.iter().map(|name| name.as_ref().clone()).collect(),
            closed: written
                .closed
                .iter()
                .map(|(field, values)| Condition { field: field.clone(), values: values.clone() })
                .collect(),
        });
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;

    #[test]
    fn every_input_of_a_review_has_its_material_and_its_name() {
        let catalog = Catalog::embedded();
        let review = &catalog.record_type("management-review").unwrap().shape;
        let field =
            |name: &str| review.fields.iter().find(|(known, _)| known == name).map(|(_, field)| field);
        let items = field("inputs").unwrap().items.as_ref().unwrap();
        let known = &items.fields.iter().find(|(name, _)| name == "input").unwrap().1.values;
        let inputs: Vec<&String> =
            catalog.standard().review_inputs.iter().map(|input| &input.input).collect();
        assert_eq!(inputs, known.iter().collect::<Vec<_>>());
        for input in &catalog.standard().review_inputs {
            for closed in &input.closed {
                let has = |name: &String| {
                    let shape = &catalog.record_type(name).unwrap().shape;
                    shape.fields.iter().any(|(field, schema)| {
                        *field == closed.field
                            && closed.values.iter().all(|value| schema.values.contains(value))
                    })
                };
                assert!(input.types.iter().any(has), "{}: no type has {closed:?}", input.input);
            }
        }
    }
}
