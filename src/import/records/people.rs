//! Tokens that stand for people: the same name gives the same token, and no token gives its name away.

use sha2::{Digest as _, Sha256};

use crate::catalog::plain_name;

/// What is mixed into the tokens.
#[derive(Clone, PartialEq, Eq)]
pub enum Tokens {
    /// A salt that stands in the document of the extract. Who has the names can find their tokens.
    Salt(String),
    /// A key that is kept elsewhere. Who does not have it cannot.
    Key(Vec<u8>),
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Salt(salt) => formatter.debug_tuple("Salt").field(salt).finish(),
            Self::Key(_) => formatter.write_str("Key(..)"),
        }
    }
}

impl Tokens {
    /// The token of a name, however it is blanked and capitalized.
    pub fn of(&self, name: &str) -> String {
        let key = match self {
            Self::Salt(salt) => salt.as_bytes(),
            Self::Key(key) => key,
        };
        format!("person-{}", hex(&hmac(key, plain_name(name).as_bytes()), 6))
    }

    /// By what a key can be told, without telling it.
    pub fn told(&self) -> Option<String> {
        match self {
            Self::Salt(_) => None,
            Self::Key(key) => Some(hex(&hmac(key, b"which key of tokens is this"), 8)),
        }
    }
}

/// HMAC-SHA256, RFC 2104.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

fn hex(bytes: &[u8], count: usize) -> String {
    use std::fmt::Write as _;
    bytes[..count].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_made_as_rfc_4231_says() {
        let whole = |key: &[u8], text: &[u8]| hex(&hmac(key, text), 32);
        assert_eq!(
            whole(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            whole(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_person_keeps_one_token() {
        let tokens = Tokens::Salt("x".to_owned());
        assert_eq!(tokens.of("Ann  Example "), tokens.of("ann example"));
        assert_ne!(tokens.of("Ann Example"), Tokens::Key(b"y".to_vec()).of("Ann Example"));
        assert!(!format!("{:?}", Tokens::Key(b"secret".to_vec())).contains("secret"));
    }
}
