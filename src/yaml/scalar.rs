//! Single values: as written, and as the core schema understands them.

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes; only a plain scalar can be a number, a truth value or null.
    Plain,
    /// Between `'`.
    SingleQuoted,
    /// Between `"`.
    DoubleQuoted,
    /// A block after `|`, with its line ends.
    Literal,
    /// A block after `>`, with lines folded together.
    Folded,
}

/// What the YAML 1.2 core schema makes of a scalar.
///
/// One deviation, on purpose: digits after a leading zero, such as `012`, are text. Readers take
/// them for ten, twelve or text; nobody who wrote them meant a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`; never `yes`, `no`, `on` or `off`.
    Bool(bool),
    /// A whole number of any size: `12`, `-3`, `0x1F`, `0o17`.
    Integer,
    /// A number with a fraction or an exponent: `8.10`, `1e3`, `.inf`, `.nan`.
    Float,
    /// Anything else.
    Text,
}

/// A single value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar<'a> {
    /// The value, with quotes, escapes and indentation resolved and nothing converted.
    pub text: &'a str,
    /// How it was written.
    pub style: Style,
    /// A form that a tag such as `!!str` gave it, whatever its text looks like.
    pub(super) tagged: Option<Form>,
}

impl Scalar<'_> {
    /// What the value is under the core schema.
    pub fn form(&self) -> Form {
        self.tagged.unwrap_or_else(|| match self.style {
            Style::Plain => plain_form(self.text),
            Style::SingleQuoted | Style::DoubleQuoted | Style::Literal | Style::Folded => Form::Text,
        })
    }

    /// Whether there is no value: nothing after the colon, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.form() == Form::Null
    }

    /// The whole number, if it is one that 64 bits hold.
    pub fn integer(&self) -> Option<i64> {
        (self.form() == Form::Integer).then(|| parse_integer(self.text)).flatten()
    }

    /// The number, if it is one. Whole numbers beyond 53 bits lose their last digits.
    pub fn number(&self) -> Option<f64> {
        match self.form() {
            Form::Integer => parse_radix(self.text).or_else(|| self.text.parse().ok()),
            // `!!float` may stand before a whole number.
            Form::Float => parse_radix(self.text).or_else(|| parse_float(self.text)),
            Form::Null | Form::Bool(_) | Form::Text => None,
        }
    }
}

pub(super) fn plain_form(text: &str) -> Form {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Form::Null,
        "true" | "True" | "TRUE" => Form::Bool(true),
        "false" | "False" | "FALSE" => Form::Bool(false),
        _ if !text.starts_with(['+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) => {
            Form::Text
        }
        _ if is_integer(text) => Form::Integer,
        _ if is_float(text) => Form::Float,
        _ => Form::Text,
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_integer(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    let number = unsigned(text);
    digits(number) && (number.len() == 1 || !number.starts_with('0'))
}

fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (number, None),
    };
    let sound = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            (digits(whole) && (fraction.is_empty() || digits(fraction)))
                || (whole.is_empty() && digits(fraction))
        }
        // Without a point it takes an exponent to be a float; `012` is not even an integer.
        None => digits(mantissa) && exponent.is_some(),
    };
    sound && exponent.is_none_or(digits)
}

fn parse_integer(text: &str) -> Option<i64> {
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        i64::from_str_radix(hexadecimal, 16).ok()
    } else if let Some(octal) = text.strip_prefix("0o") {
        i64::from_str_radix(octal, 8).ok()
    } else {
        text.parse().ok()
    }
}

fn parse_radix(text: &str) -> Option<f64> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) => (digits, 8),
        (None, None) => return None,
    };
    digits
        .chars()
        .try_fold(0.0, |sum, digit| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
}

fn parse_float(text: &str) -> Option<f64> {
    let negative = text.starts_with('-');
    match unsigned(text).to_ascii_lowercase().as_str() {
        ".inf" => Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
        ".nan" => Some(f64::NAN),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar<'_> {
        Scalar { text, style: Style::Plain, tagged: None }
    }

    #[test]
    fn only_the_core_schema_makes_forms() {
        for (form, texts) in [
            (Form::Null, &["", "~", "null", "Null", "NULL"][..]),
            (Form::Bool(true), &["true", "True", "TRUE"]),
            (Form::Bool(false), &["false", "False", "FALSE"]),
            (Form::Integer, &["0", "7", "12", "-3", "+3", "0x1F", "0o17", "99999999999999999999999"]),
            (
                Form::Float,
                &[
                    "8.10", "2.0", "1e3", "1E-3", "-.5", ".5", "1.", "+1.5e+3", ".inf", "-.INF", ".nan",
                    "00.5",
                ],
            ),
            (
                Form::Text,
                &[
                    "no",
                    "yes",
                    "on",
                    "off",
                    "y",
                    "N",
                    "nULL",
                    "tRUE",
                    "2026-02-30",
                    "2026-01-31",
                    "12:30:45",
                    "012",
                    "-007",
                    "00",
                    "1_000",
                    "0b11",
                    "0x",
                    "0o8",
                    "0xG",
                    "1e",
                    "e3",
                    ".",
                    "-",
                    "+",
                    "1.2.3",
                    ".e3",
                    "+.nan",
                    "1e1.5",
                    "+0x1F",
                    "0x+1",
                    "infinity",
                    "nan",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(plain(text).form(), form, "{text:?}");
            }
        }
    }

    #[test]
    fn quotes_and_blocks_make_text() {
        for style in [Style::SingleQuoted, Style::DoubleQuoted, Style::Literal, Style::Folded] {
            assert_eq!(Scalar { text: "12", style, tagged: None }.form(), Form::Text);
        }
    }

    #[test]
    fn numbers_have_their_value_and_text_has_none() {
        assert_eq!(plain("0x1F").integer(), Some(31));
        assert_eq!(plain("0o17").integer(), Some(15));
        assert_eq!(plain("+3").integer(), Some(3));
        assert_eq!(plain("99999999999999999999").integer(), None);
        assert_eq!(plain("99999999999999999999").number(), Some(1e20));
        assert_eq!(plain("0xFFFFFFFFFFFFFFFFFF").number(), Some(4_722_366_482_869_645_213_695.0));
        assert_eq!(plain("8.10").number(), Some(8.1));
        assert_eq!(plain("-.inf").number(), Some(f64::NEG_INFINITY));
        assert!(plain(".nan").number().is_some_and(f64::is_nan));
        assert_eq!(plain("012").number(), None);
        assert_eq!(plain("8.10").integer(), None);
    }
}
