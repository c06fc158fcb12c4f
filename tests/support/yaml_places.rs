//! What must hold of the places of every reading, whatever the text.

use probity::{
    text::{Source, Span},
    yaml::{Kind, Node, Problem, Scalar, Stream, Style},
};

/// Checks the places of all nodes and problems; the first that is wrong comes back.
pub fn check(stream: &Stream) -> Result<(), String> {
    for problem in stream.problems() {
        check_problem(stream.source(), problem)?;
    }
    // A node that stands where an alias leads nowhere keeps the place of the alias.
    let sound = stream.problems().is_empty();
    let mut end = 0;
    for document in stream.documents() {
        let span = document.span();
        if span.start < end {
            return Err(format!("a document at {span:?} begins before byte {end}, where the last ends"));
        }
        end = span.end;
        check_node(stream.source(), document, sound)?;
    }
    Ok(())
}

/// Checks the places that a problem names.
pub fn check_problem(source: &Source, problem: &Problem) -> Result<(), String> {
    let spans = std::iter::once(problem.span).chain(problem.related.iter().map(|(span, _)| *span));
    match spans.into_iter().find(|span| source.text().get(span.range()).is_none()) {
        Some(span) => Err(format!("{span:?} of a problem does not fit the text: {problem:?}")),
        None => Ok(()),
    }
}

fn check_node(source: &Source, node: Node<'_>, sound: bool) -> Result<(), String> {
    let span = node.span();
    if source.text().get(span.range()).is_none() {
        return Err(format!("{span:?} of {node:?} does not fit the text"));
    }
    let written = node.written();
    if is_alias(written) {
        // What it stands for is checked where it stands.
        return Ok(());
    }
    match node.kind() {
        Kind::Scalar(scalar) if sound && !stands_as_written(&scalar, written) => {
            Err(format!("{:?} at {span:?} is not what is written there, {written:?}", scalar.text))
        }
        Kind::Scalar(_) => Ok(()),
        Kind::Sequence(sequence) => {
            let mut after = span.start;
            for item in sequence.items() {
                after = follows(after, item, span)?;
                check_node(source, item, sound)?;
            }
            Ok(())
        }
        Kind::Mapping(mapping) => {
            let mut after = span.start;
            let merges = written.contains("<<");
            for (key, value) in mapping.entries() {
                if merges {
                    let here =
                        |node: Node<'_>| span.start <= node.span().start && node.span().end <= span.end;
                    if !here(key) || !here(value) {
                        continue;
                    }
                } else {
                    after = follows(after, key, span)?;
                    after = follows(after, value, span)?;
                }
                check_node(source, key, sound)?;
                check_node(source, value, sound)?;
            }
            Ok(())
        }
    }
}

/// Whether a child stands behind its elder and inside its parent; where it ends.
fn follows(after: u32, child: Node<'_>, parent: Span) -> Result<u32, String> {
    let span = child.span();
    if span.start < after || span.end > parent.end {
        return Err(format!("{child:?} at {span:?} is not between byte {after} and the end of {parent:?}"));
    }
    Ok(span.end)
}

/// An alias has no space in it; a mapping whose first key is an alias has.
fn is_alias(written: &str) -> bool {
    written.starts_with('*') && !written.contains(char::is_whitespace)
}

/// Whether a scalar is what stands at its place: to the letter on one line, but for the space that
/// folding and indentation take away on several. Escapes are left to other tests.
fn stands_as_written(scalar: &Scalar<'_>, written: &str) -> bool {
    let between = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let content = match scalar.style {
        Style::Plain | Style::Literal | Style::Folded => Some(written.to_owned()),
        Style::SingleQuoted => between('\'').map(|inner| inner.replace("''", "'")),
        Style::DoubleQuoted => between('"').map(str::to_owned),
    };
    let Some(content) = content else { return false };
    if scalar.style == Style::DoubleQuoted && content.contains('\\') {
        return true;
    }
    let block = matches!(scalar.style, Style::Literal | Style::Folded);
    if block && without_space(scalar.text).is_empty() {
        // Nothing else could show it than the sign that opens it.
        return content.trim().is_empty() || content.starts_with(['|', '>']);
    }
    if block || content.contains(['\n', '\r']) {
        without_space(scalar.text) == without_space(&content)
    } else {
        scalar.text == content
    }
}

fn without_space(text: &str) -> String {
    text.replace([' ', '\t', '\n', '\r'], "")
}

/// The tree as JSON, by a way of its own: what reading it through serde must give.
pub fn json(node: Node<'_>) -> serde_json::Value {
    use probity::yaml::Form;
    match node.kind() {
        Kind::Sequence(sequence) => sequence.items().map(json).collect(),
        Kind::Mapping(mapping) => mapping
            .entries()
            .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), json(value)))
            .collect(),
        Kind::Scalar(scalar) => match scalar.form() {
            Form::Null => serde_json::Value::Null,
            Form::Bool(value) => value.into(),
            Form::Text => scalar.text.into(),
            Form::Float => scalar.number().into(),
            Form::Integer => match (scalar.integer(), scalar.text.parse::<u64>()) {
                (Some(value), _) => value.into(),
                (None, Ok(value)) => value.into(),
                (None, Err(_)) => scalar.number().into(),
            },
        },
    }
}
