//! What looks like a secret, or like something by which a person can be reached. It finds the well-known forms, and no scan
//! finds everything.

use std::ops::Range;

/// What was found, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) kind: &'static str,
    pub(super) at: Range<usize>,
}

/// How tokens of well-known services begin, and how long they are at least.
const TOKENS: [(&str, usize); 16] = [
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("AKIA", 20),
    ("ASIA", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("AIza", 35),
    ("npm_", 36),
    ("pypi-AgEI", 40),
];
/// What a secret is assigned to.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "auth_token",
    "client_secret",
    "secret_key",
    "passwort",
    "kennwort",
];
/// What stands for a secret, and is none.
const STANDS_FOR: [&str; 8] = ["<", "*", "$", "{", "[", "...", "xxx", "example"];

/// Secrets in a text.
pub(super) fn secrets(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, _) in text.match_indices("-----BEGIN ") {
        let line = text[at..].lines().next().unwrap_or_default();
        if line.contains("PRIVATE KEY") {
            hits.push(Hit { kind: "private key", at: at..at + line.len() });
        }
    }
    for (begins, length) in TOKENS {
        for (at, _) in text.match_indices(begins) {
            let end = at + word(&text[at..], "_-").len();
            if !is_within_word(text, at) && end - at >= length && has_digit(&text[at..end]) {
                hits.push(Hit { kind: "access token", at: at..end });
            }
        }
    }
    for (at, _) in text.match_indices("eyJ") {
        let token = word(&text[at..], "_-.");
        let parts: Vec<&str> = token.split('.').collect();
        if !is_within_word(text, at) && parts.len() == 3 && parts.iter().all(|part| part.len() >= 10) {
            hits.push(Hit { kind: "access token", at: at..at + token.len() });
        }
    }
    for (at, _) in text.match_indices("://") {
        let rest = &text[at + 3..];
        let authority =
            rest.split(|sign: char| sign == '/' || sign.is_whitespace()).next().unwrap_or_default();
        let login = authority.rsplit_once('@').and_then(|(login, _)| login.split_once(':'));
        if login.is_some_and(|(_, password)| !password.is_empty() && !stands_for(password)) {
            hits.push(Hit { kind: "password in an address", at: at + 3..at + 3 + authority.len() });
        }
    }
    hits.extend(assigned(text));
    hits.sort_by_key(|hit| (hit.at.start, hit.at.end));
    hits.dedup_by(|b, a| b.at.start < a.at.end);
    hits
}

/// Passwords and the like that something is set to: `password = "x7#kd82.."`.
fn assigned(text: &str) -> Vec<Hit> {
    let lower = text.to_ascii_lowercase();
    let mut hits = Vec::new();
    for name in NAMES {
        for (at, _) in lower.match_indices(name) {
            let behind = &text[at + name.len()..];
            let rest = behind.trim_start_matches(['"', '\'', '`', ' ', '\t']);
            let Some(value) = rest.strip_prefix(['=', ':']) else { continue };
            let value = value.trim_start_matches(['=', ' ', '\t']);
            let quote = value.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
            let found = match quote {
                Some(quote) => value[1..].split([quote, '\n']).next().unwrap_or_default(),
                None => value.split(char::is_whitespace).next().unwrap_or_default(),
            };
            let found = found.trim_end_matches([',', ';', '.', ')']);
            let is_whole = value.len() == found.len()
                || value[found.len()..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r', '#']);
            let mixed = has_digit(found) && found.chars().any(char::is_alphabetic);
            let is_one = !found.contains(char::is_whitespace) && (6..=200).contains(&found.chars().count());
            let looks_so = mixed && found.len() >= 8 || quote.is_some() || is_whole && mixed;
            if is_one && looks_so && !stands_for(found) && !found.contains("://") {
                let start = text.len() - value.len() + usize::from(quote.is_some());
                hits.push(Hit { kind: "assigned secret", at: start..start + found.len() });
            }
        }
    }
    hits
}

fn stands_for(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    STANDS_FOR.iter().any(|sign| lower.starts_with(sign))
}

/// What by a person can be reached, in a text.
pub(super) fn personal(text: &str) -> Vec<Hit> {
    let mut hits = mails(text);
    hits.extend(accounts(text));
    hits.extend(phones(text));
    hits.extend(networks(text));
    hits.sort_by_key(|hit| (hit.at.start, std::cmp::Reverse(hit.at.end)));
    hits.dedup_by(|b, a| b.at.start < a.at.end);
    hits
}

fn mails(text: &str) -> Vec<Hit> {
    let local = |sign: char| sign.is_alphanumeric() || "._%+-".contains(sign);
    let mut hits = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text[..at]
            .rfind(|sign: char| !local(sign))
            .map_or(0, |found| found + text[found..].chars().next().map_or(1, char::len_utf8));
        let domain = &text[at + 1..];
        let end = domain
            .find(|sign: char| !(sign.is_alphanumeric() || ".-".contains(sign)))
            .unwrap_or(domain.len());
        let domain = domain[..end].trim_end_matches(['.', '-']);
        if before < at && domain.contains('.') {
            hits.push(Hit { kind: "mail address", at: before..at + 1 + domain.len() });
        }
    }
    hits
}

/// Numbers of bank accounts (IBAN) whose check digits are right.
fn accounts(text: &str) -> Vec<Hit> {
    let bytes = text.as_bytes();
    let mut hits = Vec::new();
    for at in 0..bytes.len().saturating_sub(14) {
        let begins = bytes[at].is_ascii_uppercase()
            && bytes[at + 1].is_ascii_uppercase()
            && bytes[at + 2].is_ascii_digit()
            && bytes[at + 3].is_ascii_digit();
        if !begins || is_within_word(text, at) {
            continue;
        }
        let (mut number, mut ends) = (Vec::new(), Vec::new());
        for (offset, byte) in bytes[at..].iter().enumerate() {
            match byte {
                b'A'..=b'Z' | b'0'..=b'9' => {
                    number.push(*byte);
                    ends.push(at + offset + 1);
                }
                b' ' if number.len() % 4 == 0 => {}
                _ => break,
            }
            if number.len() == 34 {
                break;
            }
        }
        let length = (15..=number.len()).rev().find(|length| is_account(&number[..*length]));
        if let Some(length) = length {
            hits.push(Hit { kind: "bank account", at: at..ends[length - 1] });
        }
    }
    hits
}

fn is_account(number: &[u8]) -> bool {
    let turned = number[4..].iter().chain(&number[..4]);
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// Telephone numbers: with a country, or from a zero on with gaps.
fn phones(text: &str) -> Vec<Hit> {
    let bytes = text.as_bytes();
    let mut hits: Vec<Hit> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_international =
            bytes[at] == b'+' && bytes.get(at + 1).is_some_and(|next| next.is_ascii_digit() || *next == b'(');
        let is_national = bytes[at] == b'0' || bytes[at] == b'(' && bytes.get(at + 1) == Some(&b'0');
        let is_free =
            at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || b"-./:_+%".contains(&bytes[at - 1]));
        if !is_free || !(is_international || is_national) {
            at += 1;
            continue;
        }
        let (mut digits, mut gaps, mut end) = (0, 0, at);
        for (offset, byte) in bytes[at..].iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    digits += 1;
                    end = at + offset + 1;
                }
                b' ' | b'-' | b'/' | b'(' | b')' | b'.' | b'+' if digits < 16 => {
                    gaps += usize::from(matches!(byte, b' ' | b'-' | b'/' | b')') && digits > 0);
                    // Two in a row are one gap, as in `(0) 20`; more end a number.
                    if offset > 2
                        && bytes[at + offset - 2..at + offset].iter().all(|byte| !byte.is_ascii_digit())
                    {
                        break;
                    }
                }
                _ => break,
            }
        }
        let follows = bytes.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b':');
        let is_one = if is_international {
            (8..=15).contains(&digits)
        } else {
            (9..=13).contains(&digits) && gaps > 0
                || text[at..end].starts_with("00") && (10..=16).contains(&digits)
        };
        if is_one && !follows {
            hits.push(Hit { kind: "telephone number", at: at..end });
            at = end;
        } else {
            at += 1;
        }
    }
    hits
}

/// Addresses of networks: four numbers up to 255 with dots between.
fn networks(text: &str) -> Vec<Hit> {
    let bytes = text.as_bytes();
    let mut hits = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_free = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || b".-".contains(&bytes[at - 1]));
        if !bytes[at].is_ascii_digit() || !is_free {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let found = text[at..end].trim_end_matches('.');
        let parts: Vec<&str> = found.split('.').collect();
        let is_part = |part: &&str| {
            !part.is_empty() && part.len() <= 3 && part.parse::<u16>().is_ok_and(|part| part < 256)
        };
        if parts.len() == 4 && parts.iter().all(is_part) && parts.iter().any(|part| part.len() > 1) {
            hits.push(Hit { kind: "network address", at: at..at + found.len() });
        }
        at = end.max(at + 1);
    }
    hits
}

fn word<'t>(text: &'t str, also: &str) -> &'t str {
    let end = text.find(|sign: char| !(sign.is_ascii_alphanumeric() || also.contains(sign)));
    &text[..end.unwrap_or(text.len())]
}

fn is_within_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, hits: &[Hit]) -> Vec<(&'static str, &'t str)> {
        hits.iter().map(|hit| (hit.kind, &text[hit.at.clone()])).collect()
    }

    #[test]
    fn secrets_of_well_known_forms_are_found() {
        for (text, kind, secret) in [
            (
                "a\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
                "private key",
                "-----BEGIN OPENSSH PRIVATE KEY-----",
            ),
            (
                "use ghp_0123456789abcdefghijABCDEFGHIJ012345.",
                "access token",
                "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            ),
            ("AKIAIOSFODNN7ABCDEFG", "access token", "AKIAIOSFODNN7ABCDEFG"),
            (
                "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2Q",
                "access token",
                "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2Q",
            ),
            ("https://svc:s3cret@db.internal/x", "password in an address", "svc:s3cret@db.internal"),
            ("password = \"x7#kd82!\"", "assigned secret", "x7#kd82!"),
            ("DB_PASSWORD=Tr0ub4dor&3", "assigned secret", "Tr0ub4dor&3"),
            ("\"client_secret\": \"abcdefghij\"", "assigned secret", "abcdefghij"),
            ("Passwort: Geheim2026", "assigned secret", "Geheim2026"),
        ] {
            assert_eq!(found(text, &secrets(text)), [(kind, secret)], "{text}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_is_none() {
        for text in [
            "password: changed every 90 days",
            "Passwords have at least 12 characters.",
            "password: <ask the owner>",
            "secret = ${VAULT}",
            "PASSWORD=********",
            "the secret: nobody knows",
            "https://example.org:8080/a@b",
            "-----BEGIN PUBLIC KEY-----",
            "ghp_short1",
            "token: person-0123456789",
            "api_key: see https://vault.example/9/x1",
        ] {
            assert_eq!(found(text, &secrets(text)), [], "{text}");
        }
    }

    #[test]
    fn what_by_a_person_can_be_reached_is_found() {
        for (text, kind, what) in [
            ("write to anna.vogel+x@north-wind.example.", "mail address", "anna.vogel+x@north-wind.example"),
            ("an jürgen@müller.example!", "mail address", "jürgen@müller.example"),
            ("IBAN DE89 3704 0044 0532 0130 00, soon", "bank account", "DE89 3704 0044 0532 0130 00"),
            ("GB82WEST12345698765432", "bank account", "GB82WEST12345698765432"),
            ("call +353 1 555 0142 now", "telephone number", "+353 1 555 0142"),
            ("+44 (0) 20 7946 0018", "telephone number", "+44 (0) 20 7946 0018"),
            ("Tel. 030/1234567-89", "telephone number", "030/1234567-89"),
            ("0049 30 123456", "telephone number", "0049 30 123456"),
            ("at 10.20.30.40, port 22", "network address", "10.20.30.40"),
        ] {
            assert_eq!(found(text, &personal(text)), [(kind, what)], "{text}");
        }
    }

    #[test]
    fn days_times_ids_and_versions_are_nobody() {
        for text in [
            "2026-03-02T08:00:00+01:00",
            "from 08:00 to 09:30, 0.25 of 1.0",
            "v1:sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "INC-0000123456 and CHG-2026-000123",
            "8.6.1/07, 9.2.2, 1.2.3.4",
            "2025-07-01..2026-06-30",
            "git@host and @name",
            "01.02.2026 - 03.04.2026",
            "ISO/IEC 20000-1:2018",
            "DE12 3456",
        ] {
            assert_eq!(found(text, &personal(text)), [], "{text}");
        }
    }
}
