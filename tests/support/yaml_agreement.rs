//! Whether our reading of a text and that of a second reader have the same values.
//!
//! The second reader is `yaml_serde`, over a port of libyaml: another parser, of another origin,
//! than the one behind `probity::yaml`. It is asked through serde for a [`Value`] of our own, not
//! for its own tree, which would lose what should be compared: it drops the text of keys, holds no
//! whole number above 64 bits, and moves the last key of a mapping when it merges.
//!
//! The readings that may differ are the variants of [`Difference`], and no others.

use std::{collections::HashSet, fmt};

use probity::yaml::{Form, Kind, Node, Scalar, Stream, Style};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

/// How two readings of one text compare.
#[derive(Debug, PartialEq)]
pub enum Agreement {
    /// All documents have the same values.
    Same,
    /// The second reader refuses the text.
    Refused(String),
    /// The readings differ, or cannot be compared, in a way that is known and meant.
    Known(Difference),
    /// The readings differ; what and where.
    Differ(String),
}

/// The differences that are known. Each has a test in `tests/differential.rs` that shows both
/// readings; none of them hides more than the one value, key or text that it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Difference {
    /// YAML 1.1 breaks lines at U+0085, U+2028 and U+2029, and so does the second reader; in 1.2
    /// they are characters like any other. A text that holds one of them may differ.
    LineBreaksOfYaml11,
    /// YAML 1.2 allows `:`, `?`, `%`, `@` and the backtick in the name of an anchor; for the second
    /// reader the name ends before them, and the value begins. A text with such a name
    /// may differ.
    AnchorNameOfYaml12,
    /// An anchor may be set anew. The second reader then mixes up the anchors that follow. A text
    /// that has a name behind `&` twice may differ.
    AnchorSetAnew,
    /// Between brackets or braces a plain value may begin with `?` or `:` in YAML 1.2; the second
    /// reader takes this for the sign of a key or of its value. A text with such a value may differ.
    SignInBrackets,
    /// A byte order mark may stand before every document, not only at the start of the text. The
    /// second reader counts it as a column, and takes a `---` behind it for text. A text with a
    /// mark behind its first character may differ.
    LaterByteOrderMark,
    /// A text without a document, such as one of comments only, has no documents; the second
    /// reader gives it one, which is null.
    NoDocument,
    /// A number in base two, or with a sign before its `0x` or `0o`: text in the core schema.
    NumberOfYaml11,
    /// A whole number beyond 128 bits is a whole number of which only the nearest float is known;
    /// the second reader makes it that float, or text where it is not decimal.
    BeyondIntegers,
    /// A number with a fraction or exponent beyond what a float holds is infinite; the second
    /// reader makes it text.
    BeyondFloats,
    /// A block of text that the end of the file cuts off, without a line break, has the line break
    /// all the same, as the YAML test suite wants it; the second reader leaves it out.
    BlockWithoutLastBreak,
    /// A block of text that is a whole document need not be indented, so that a line which begins
    /// with `#` belongs to it; for the second reader it is a comment behind an empty block.
    UnindentedBlock,
    /// A lone `!` makes a scalar text and says nothing about a collection; the second reader
    /// keeps it as a tag named `!` of a value that is read as if it were not there.
    LoneTag,
    /// A key `<<` in quotes is a key like any other. The second reader does not tell it from a
    /// merge key, so documents that have both are not compared.
    MergeKeyAndQuoted,
}

/// What the second reader makes of a node; keys are text as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number below 2^127.
    Integer(i128),
    /// A whole number from 2^127.
    Large(u128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Keys with their values, in the order written.
    Mapping(Vec<(String, Value)>),
    /// A value with a tag that is not YAML's own.
    Tagged(String, Box<Value>),
}

/// Compares what we read with what the second reader makes of the same text.
pub fn compare(stream: &Stream) -> Agreement {
    let text = stream.source().text();
    let documents = match second_reading(text) {
        Ok(documents) => documents,
        Err(error) => return Agreement::Refused(error),
    };
    match compare_documents(stream, documents) {
        Ok(None) => Agreement::Same,
        Ok(Some(known)) => Agreement::Known(known),
        Err(difference) => of_versions(text).map_or(Agreement::Differ(difference), Agreement::Known),
    }
}

/// All documents of a text, as the second reader has them. A byte order mark before the text is
/// not given to it: it would count the mark as a column of the first line.
pub fn second_reading(text: &str) -> Result<Vec<Value>, String> {
    serde_yaml::Deserializer::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
        .map(|document| Value::deserialize(document).map_err(|error| error.to_string()))
        .collect()
}

/// The known difference that was met, if any; an error, if the values differ otherwise.
pub fn compare_documents(stream: &Stream, documents: Vec<Value>) -> Result<Option<Difference>, String> {
    let (ours, theirs) = (stream.documents().len(), documents.len());
    if ours == 0 && documents == [Value::Null] {
        return Ok(Some(Difference::NoDocument));
    }
    if ours != theirs {
        return Err(format!("{ours} documents, and {theirs} by the second reader"));
    }
    let mut comparison = Comparison { text: stream.source().text(), known: None };
    for (ours, theirs) in stream.documents().zip(documents) {
        let theirs = match (quoted_merge_keys(ours), merge_keys(&theirs)) {
            (0, _) => merged(theirs),
            (quoted, all) if quoted == all => theirs,
            _ => {
                comparison.known = Some(Difference::MergeKeyAndQuoted);
                continue;
            }
        };
        comparison.nodes(ours, &theirs)?;
    }
    Ok(comparison.known)
}

/// What YAML 1.1 and 1.2 read differently in a text, as far as it changes more than one value.
fn of_versions(text: &str) -> Option<Difference> {
    if text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Some(Difference::LineBreaksOfYaml11);
    }
    let begins_a_value = |position: usize| {
        let before = text[..position].chars().next_back();
        before.is_none_or(|before| before.is_whitespace() || "[{,:\u{feff}".contains(before))
    };
    let longer_name = |(position, _): (usize, &str)| {
        let rest = &text[position + 1..];
        let after = rest.trim_start_matches(|name: char| name.is_ascii_alphanumeric() || "-_".contains(name));
        begins_a_value(position) && after.len() < rest.len() && after.starts_with([':', '?', '%', '@', '`'])
    };
    if text.match_indices(['&', '*']).any(longer_name) {
        return Some(Difference::AnchorNameOfYaml12);
    }
    let glued = |(position, _): (usize, &str)| {
        begins_a_value(position) && text[position + 1..].starts_with(|next: char| !next.is_whitespace())
    };
    if text.chars().skip(1).any(|character| character == '\u{feff}') {
        return Some(Difference::LaterByteOrderMark);
    }
    let mut names = HashSet::new();
    let mut anchors = text.match_indices('&').filter(|(position, _)| begins_a_value(*position));
    if !anchors.all(|(position, _)| names.insert(text[position..].split(ends_a_name).next())) {
        return Some(Difference::AnchorSetAnew);
    }
    if text.contains(['[', '{']) && text.match_indices(['?', ':']).any(glued) {
        return Some(Difference::SignInBrackets);
    }
    None
}

fn ends_a_name(character: char) -> bool {
    character.is_whitespace() || "[]{},".contains(character)
}

/// Notes a known difference and goes on, so that it hides nothing but itself.
struct Comparison<'t> {
    text: &'t str,
    known: Option<Difference>,
}

impl Comparison<'_> {
    fn nodes(&mut self, ours: Node<'_>, theirs: &Value) -> Result<(), String> {
        let differ = |what: &dyn fmt::Display| {
            let position = ours.span().start;
            Err(format!("at byte {position}, {what}: {ours:?} and {theirs:?}"))
        };
        let theirs = match theirs {
            Value::Tagged(tag, value) if tag == "!" => {
                self.known = Some(Difference::LoneTag);
                match (ours.kind(), &**value) {
                    (Kind::Scalar(_), Value::Text(_)) | (Kind::Sequence(_) | Kind::Mapping(_), _) => {}
                    // The text of a value that was resolved is gone.
                    (Kind::Scalar(scalar), _) if scalar.form() == Form::Text => return Ok(()),
                    (Kind::Scalar(_), _) => return differ(&"text after `!`"),
                }
                value
            }
            Value::Tagged(..) => return differ(&"a tag"),
            other => other,
        };
        match (ours.kind(), theirs) {
            (Kind::Sequence(sequence), Value::List(list)) => {
                let items: Vec<Node<'_>> = sequence.items().collect();
                if items.len() != list.len() {
                    return differ(&"items of a list");
                }
                items.into_iter().zip(list).try_for_each(|(ours, theirs)| self.nodes(ours, theirs))
            }
            (Kind::Mapping(mapping), Value::Mapping(entries)) => {
                let ours: Vec<(Node<'_>, Node<'_>)> = mapping.entries().collect();
                if ours.len() != entries.len() {
                    return differ(&"keys of a mapping");
                }
                ours.into_iter().zip(entries).try_for_each(|((key, value), (name, theirs))| {
                    if !self.same_key(key, name) {
                        return differ(&format!("a key, {key:?} and {name:?}"));
                    }
                    self.nodes(value, theirs)
                })
            }
            (Kind::Scalar(scalar), theirs) => {
                let same = self.same_scalar(&scalar, theirs)
                    || matches!(theirs, Value::Text(text) if self.other_block(ours, &scalar, text));
                if same { Ok(()) } else { differ(&"a value") }
            }
            _ => differ(&"kinds of nodes"),
        }
    }

    fn same_key(&mut self, ours: Node<'_>, theirs: &str) -> bool {
        let Kind::Scalar(scalar) = ours.kind() else { return false };
        scalar.text == theirs || self.other_block(ours, &scalar, theirs)
    }

    /// Whether a block of text differs because it ends the file or is not indented.
    fn other_block(&mut self, node: Node<'_>, ours: &Scalar<'_>, theirs: &str) -> bool {
        let (before, rest) = self.text.split_at(node.span().start as usize);
        let rest = &rest[node.written().len()..];
        if !matches!(ours.style, Style::Literal | Style::Folded) {
            return false;
        }
        if !self.text.ends_with(['\n', '\r'])
            && rest.trim().is_empty()
            && ours.text.strip_suffix('\n') == Some(theirs)
        {
            self.known = Some(Difference::BlockWithoutLastBreak);
            return true;
        }
        let comment = before.ends_with(['\n', '\r']) && node.written().starts_with('#');
        self.known = Some(Difference::UnindentedBlock);
        comment && theirs.trim_matches('\n').is_empty()
    }

    fn same_scalar(&mut self, ours: &Scalar<'_>, theirs: &Value) -> bool {
        match (ours.form(), theirs) {
            (Form::Null, Value::Null) => true,
            (Form::Bool(ours), Value::Bool(theirs)) => ours == *theirs,
            (Form::Text, Value::Text(theirs)) => ours.text == theirs,
            (Form::Integer, Value::Integer(theirs)) => {
                ours.integer() == i64::try_from(*theirs).ok() && near(ours, theirs)
            }
            (Form::Integer, Value::Large(theirs)) => ours.integer().is_none() && near(ours, theirs),
            (Form::Float, Value::Float(theirs)) => same_float(ours.number(), Some(*theirs)),
            (Form::Integer, Value::Float(theirs)) if decimal_digits(ours.text) > 38 => {
                self.known = Some(Difference::BeyondIntegers);
                same_float(ours.number(), Some(*theirs))
            }
            (Form::Integer, Value::Text(theirs)) if beyond_128_bits(ours.text) => {
                self.known = Some(Difference::BeyondIntegers);
                ours.text == theirs
            }
            (Form::Float, Value::Text(theirs)) if ours.number().is_some_and(f64::is_infinite) => {
                self.known = Some(Difference::BeyondFloats);
                ours.text == theirs && !theirs.to_ascii_lowercase().ends_with(".inf")
            }
            (Form::Text, Value::Integer(_) | Value::Large(_)) if ours.style == Style::Plain => {
                self.known = Some(Difference::NumberOfYaml11);
                let unsigned = ours.text.strip_prefix(['+', '-']);
                unsigned.unwrap_or(ours.text).starts_with("0b")
                    || unsigned.is_some_and(|number| number.starts_with("0x") || number.starts_with("0o"))
            }
            _ => false,
        }
    }
}

fn same_float(ours: Option<f64>, theirs: Option<f64>) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            ours.to_bits() == theirs.to_bits() || (ours.is_nan() && theirs.is_nan())
        }
        _ => false,
    }
}

/// Whether the float of a whole number is the nearest one; in base 8 and 16, where it is added up
/// digit by digit, beyond 53 bits nearly so.
fn near(ours: &Scalar<'_>, theirs: &impl ToString) -> bool {
    let Ok(nearest) = theirs.to_string().parse::<f64>() else { return false };
    let Some(number) = ours.number() else { return false };
    let added_up = ours.text.starts_with("0x") || ours.text.starts_with("0o");
    let tolerance = if added_up && nearest > 9_007_199_254_740_992.0 { nearest * 1e-14 } else { 0.0 };
    (number - nearest).abs() <= tolerance
}

fn decimal_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn beyond_128_bits(text: &str) -> bool {
    let significant = |digits: &str| digits.trim_start_matches('0').len();
    let beyond = |bits: usize| bits > 128;
    text.strip_prefix("0x").is_some_and(|digits| beyond(significant(digits) * 4))
        || text.strip_prefix("0o").is_some_and(|digits| beyond(significant(digits) * 3))
        || decimal_digits(text) > 308
}

/// How many keys of a document are `<<` without being merge keys, those behind aliases included.
fn quoted_merge_keys(node: Node<'_>) -> usize {
    match node.kind() {
        Kind::Scalar(_) => 0,
        Kind::Sequence(sequence) => sequence.items().map(quoted_merge_keys).sum(),
        Kind::Mapping(mapping) => mapping
            .entries()
            .map(|(key, value)| usize::from(key.text() == Some("<<")) + quoted_merge_keys(value))
            .sum(),
    }
}

fn merge_keys(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().map(merge_keys).sum(),
        Value::Mapping(entries) => {
            entries.iter().map(|(key, value)| usize::from(key == "<<") + merge_keys(value)).sum()
        }
        Value::Tagged(_, value) => merge_keys(value),
        _ => 0,
    }
}

/// A value with its merge keys applied, innermost first: own keys before those merged in, and of
/// several mappings the first that has a key. The second reader's own way of merging reorders
/// keys and leaves a merge key that came in by a merge.
fn merged(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(merged).collect()),
        Value::Tagged(tag, value) => Value::Tagged(tag, Box::new(merged(*value))),
        Value::Mapping(entries) => {
            let (merges, mut own): (Vec<_>, Vec<_>) = entries
                .into_iter()
                .map(|(key, value)| (key, merged(value)))
                .partition(|(key, _)| key == "<<");
            let mut present: HashSet<String> = own.iter().map(|(key, _)| key.clone()).collect();
            let sources = merges.into_iter().flat_map(|(_, value)| match value {
                Value::List(several) => several,
                one => vec![one],
            });
            for source in sources {
                let Value::Mapping(entries) = untagged(source) else { continue };
                own.extend(entries.into_iter().filter(|(key, _)| present.insert(key.clone())));
            }
            Value::Mapping(own)
        }
        other => other,
    }
}

fn untagged(value: Value) -> Value {
    match value {
        Value::Tagged(_, value) => untagged(*value),
        other => other,
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(i128::try_from(value).map_or(Value::Large(value), Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(KeyText)? {
            entries.push((key, access.next_value()?));
        }
        Ok(Value::Mapping(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (tag, value) = access.variant_seed(KeyText)?;
        Ok(Value::Tagged(tag, Box::new(value.newtype_variant()?)))
    }
}

/// A key, or a tag, as text.
struct KeyText;

impl<'de> DeserializeSeed<'de> for KeyText {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyText {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}
