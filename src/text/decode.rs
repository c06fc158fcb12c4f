//! From bytes to text, or the reason why not.

use super::Source;

/// Why bytes are not the UTF-8 text they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16, by its byte order mark or by every other byte being zero.
    Utf16,
    /// UTF-32, by its byte order mark.
    Utf32,
    /// Some older encoding of one byte a character, or a binary file. The byte is the first that
    /// cannot be read, and the character is what it would be in Windows-1252, which is what most
    /// such files are.
    Other {
        /// The first byte that is not UTF-8.
        byte: u8,
        /// That byte in Windows-1252.
        perhaps: Option<char>,
    },
}

/// Bytes that are not UTF-8.
#[derive(Debug)]
pub struct Undecodable {
    /// What they seem to be.
    pub encoding: Encoding,
    /// A readable approximation to point into: unreadable bytes are replacement characters.
    pub approximation: Source,
    /// Where, in the approximation, the first unreadable byte stands.
    pub offset: usize,
}

/// Reads bytes as UTF-8, with or without a byte order mark.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Source, Box<Undecodable>> {
    let encoding = match bytes.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some(Encoding::Utf32),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some(Encoding::Utf16),
        _ if alternates_with_zero(&bytes) => Some(Encoding::Utf16),
        _ => None,
    };
    if let Some(encoding) = encoding {
        let approximation = Source::new(name, "");
        return Err(Box::new(Undecodable { encoding, approximation, offset: 0 }));
    }
    String::from_utf8(bytes).map(|text| Source::new(name, text)).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[offset];
        let encoding = Encoding::Other { byte, perhaps: perhaps(byte) };
        let approximation = Source::new(name, String::from_utf8_lossy(error.as_bytes()));
        Box::new(Undecodable { encoding, approximation, offset })
    })
}

/// UTF-16 of mostly ASCII text without a byte order mark: in the first bytes, one of each pair
/// is zero and the other is not.
fn alternates_with_zero(bytes: &[u8]) -> bool {
    let pairs = || bytes[..bytes.len().min(64)].chunks_exact(2);
    pairs().len() >= 2
        && (pairs().all(|pair| pair[0] == 0 && pair[1] != 0)
            || pairs().all(|pair| pair[0] != 0 && pair[1] == 0))
}

/// The character of a byte in Windows-1252; the replacement character if it has none.
pub fn windows_1252(byte: u8) -> char {
    match byte {
        b'\n' | b'\r' | b'\t' => char::from(byte),
        byte => perhaps(byte).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// The bytes 0x80 to 0x9F of Windows-1252 (the rest is Latin-1).
fn perhaps(byte: u8) -> Option<char> {
    const UPPER_CONTROLS: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    let character = match byte {
        0x80..=0x9F => UPPER_CONTROLS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    (!character.is_control()).then_some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        decode("test", bytes.to_vec()).err().map(|undecodable| undecodable.encoding)
    }

    #[test]
    fn utf_8_is_read_with_and_without_a_byte_order_mark() {
        assert_eq!(decode("test", b"a: 1".to_vec()).unwrap().text(), "a: 1");
        assert_eq!(decode("test", "\u{feff}é".into()).unwrap().text(), "\u{feff}é");
        assert_eq!(decode("test", Vec::new()).unwrap().text(), "");
    }

    #[test]
    fn wide_encodings_are_told_by_their_first_bytes() {
        assert_eq!(encoding(b"\xFF\xFEa\0:\0"), Some(Encoding::Utf16));
        assert_eq!(encoding(b"\xFE\xFF\0a\0:"), Some(Encoding::Utf16));
        assert_eq!(encoding(b"a\0:\0 \x001\0"), Some(Encoding::Utf16), "without a byte order mark");
        assert_eq!(encoding(b"\xFF\xFE\0\0a\0\0\0"), Some(Encoding::Utf32));
        assert_eq!(encoding(b"a: \0"), None, "a single zero byte is a control character in UTF-8");
    }

    #[test]
    fn an_old_encoding_is_told_by_its_first_odd_byte() {
        assert_eq!(encoding(b"caf\xE9"), Some(Encoding::Other { byte: 0xE9, perhaps: Some('é') }));
        assert_eq!(encoding(b"\x93x\x94"), Some(Encoding::Other { byte: 0x93, perhaps: Some('“') }));
        assert_eq!(encoding(b"\x81"), Some(Encoding::Other { byte: 0x81, perhaps: None }));
    }

    #[test]
    fn the_first_unreadable_byte_has_a_place() {
        let undecodable = decode("test", b"a: 1\nb: caf\xE9\n".to_vec()).unwrap_err();
        let position = undecodable.approximation.position(u32::try_from(undecodable.offset).unwrap());
        assert_eq!((position.line, position.column), (2, 7));
    }
}
