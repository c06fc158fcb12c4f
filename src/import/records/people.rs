//! Tokens that stand for people: the same name gives the same token, and no token gives its name away.

use crate::{catalog::plain_name, model::hmac};

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
        format!("person-{}", &hmac(key, plain_name(name).as_bytes())[..12])
    }

    /// By what a key can be told, without telling it.
    pub fn told(&self) -> Option<String> {
        match self {
            Self::Salt(_) => None,
            Self::Key(key) => Some(hmac(key, b"which key of tokens is this")[..16].to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_keeps_one_token() {
        let tokens = Tokens::Salt("x".to_owned());
        assert_eq!(tokens.of("Ann  Example "), tokens.of("ann example"));
        assert_ne!(tokens.of("Ann Example"), Tokens::Key(b"y".to_vec()).of("Ann Example"));
        assert!(!format!("{:?}", Tokens::Key(b"secret".to_vec())).contains("secret"));
    }
}
