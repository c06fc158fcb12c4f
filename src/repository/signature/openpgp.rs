//! Signatures by keys of OpenPGP: GnuPG is asked, which knows the keys that its user has taken in.

use super::program;
use crate::model::{KeyKind, Signature};

/// Nothing is fetched, nothing is asked back, and what is found is told on the output, line by line.
const ARGUMENTS: [&str; 7] =
    ["--batch", "--no-tty", "--disable-dirmngr", "--no-auto-key-retrieve", "--status-fd", "1", "--verify"];

/// Whether an armored signature is right for a payload.
pub(super) fn checked(armored: &str, payload: &[u8]) -> Signature {
    match program::ask("gpg", &ARGUMENTS, armored, &["-"], payload) {
        Ok(said) => of(&said.out),
        Err(reason) => untestable(format!("a key of OpenPGP is checked by `gpg`, {reason}: install GnuPG")),
    }
}

/// What GnuPG means by the lines of its status.
fn of(status: &str) -> Signature {
    let lines: Vec<Vec<&str>> = status
        .lines()
        .filter_map(|line| line.strip_prefix("[GNUPG:] "))
        .map(|line| line.split(' ').collect())
        .collect();
    let word = |name: &str, position: usize| {
        let line = lines.iter().find(|line| line[0] == name)?;
        line.get(position).copied()
    };
    let verdicts = ["GOODSIG", "BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG"];
    let mut told = lines.iter().map(|line| line[0]).filter(|name| verdicts.contains(name));
    let (Some(verdict), None) = (told.next(), told.next()) else {
        return if lines.iter().any(|line| line[0] == "NODATA") {
            invalid("its armor holds no signature")
        } else if lines.iter().any(|line| verdicts.contains(&line[0])) {
            invalid("its armor holds more than one signature")
        } else {
            untestable("`gpg` tells nothing of it: `gpg --list-keys` may tell why".to_owned())
        };
    };
    // Of a subkey, the primary key is the last word.
    let key = word("VALIDSIG", 10).or(word("VALIDSIG", 1)).filter(|key| is_fingerprint(key));
    match (verdict, key) {
        ("GOODSIG", Some(key)) => valid(key),
        ("EXPKEYSIG", Some(key)) => {
            // The key has expired by now. What counts is whether it had when it signed.
            let expired = lines.iter().filter(|line| line[0] == "KEYEXPIRED");
            let expired = expired.filter_map(|line| line.get(1)?.parse::<u64>().ok()).min();
            let signed = word("VALIDSIG", 3).and_then(|second| second.parse::<u64>().ok());
            match (signed, expired) {
                (Some(signed), Some(expired)) if signed < expired => valid(key),
                (Some(_), Some(_)) => invalid("its key had expired when it was made"),
                _ => untestable(
                    "its key has expired, and when is not told: `gpg --list-keys` tells".to_owned(),
                ),
            }
        }
        ("BADSIG", _) => invalid("it was made for something else than what it stands under"),
        ("EXPSIG", _) => invalid("it was made to be valid for a time only, which is over"),
        ("REVKEYSIG", _) => untestable(
            "its key has been revoked, and whether before it was made is not told: have it approved again"
                .to_owned(),
        ),
        ("ERRSIG", _) => match word("NO_PUBKEY", 1) {
            Some(id) => {
                let id = word("ERRSIG", 7).filter(|key| is_fingerprint(key)).unwrap_or(id);
                untestable(format!("`gpg` does not have its key {id}: `gpg --import` it"))
            }
            None => untestable("`gpg` cannot check a signature of this kind: a newer GnuPG may".to_owned()),
        },
        _ => untestable("`gpg` does not tell by which key it was made: a newer GnuPG may".to_owned()),
    }
}

fn is_fingerprint(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn valid(key: &str) -> Signature {
    Signature::Valid { kind: KeyKind::OpenPgp, key: key.to_ascii_uppercase() }
}

fn invalid(reason: &str) -> Signature {
    Signature::Invalid { reason: reason.to_owned() }
}

fn untestable(reason: String) -> Signature {
    Signature::Untestable { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMARY: &str = "2813715C30C6DC5C2E354EAE455D0403EA045620";
    const SUBKEY: &str = "91C1A63F0D2E7B0C6A55D3B3B0D1F3A44E1C9F07";

    fn told(verdict: &str, behind: &str) -> Signature {
        of(&format!(
            "[GNUPG:] NEWSIG a@example.org\n[GNUPG:] KEY_CONSIDERED {PRIMARY} 0\n[GNUPG:] {verdict} 455D0403EA045620 A <a@example.org>\n{behind}"
        ))
    }

    fn made(at: u64) -> String {
        format!("[GNUPG:] VALIDSIG {SUBKEY} 2026-03-02 {at} 0 4 0 22 8 00 {PRIMARY}\n")
    }

    #[test]
    fn a_good_signature_names_the_primary_key() {
        assert_eq!(told("GOODSIG", &made(1_772_438_400)), valid(PRIMARY));
        assert!(matches!(told("GOODSIG", ""), Signature::Untestable { .. }));
    }

    #[test]
    fn a_key_that_has_expired_since_was_right_at_its_time() {
        let expired = "[GNUPG:] KEYEXPIRED 1772438400\n";
        assert_eq!(told("EXPKEYSIG", &(made(1_772_438_399) + expired)), valid(PRIMARY));
        assert!(matches!(told("EXPKEYSIG", &(made(1_772_438_400) + expired)), Signature::Invalid { .. }));
        assert!(matches!(told("EXPKEYSIG", &made(1)), Signature::Untestable { .. }));
    }

    #[test]
    fn what_is_not_good_says_why() {
        assert!(matches!(told("BADSIG", ""), Signature::Invalid { .. }));
        assert!(matches!(told("EXPSIG", &made(1)), Signature::Invalid { .. }));
        assert!(matches!(told("REVKEYSIG", &made(1)), Signature::Untestable { .. }));
        let unknown = format!(
            "[GNUPG:] ERRSIG 455D0403EA045620 22 8 00 1795555975 9 {SUBKEY}\n[GNUPG:] NO_PUBKEY 455D0403EA045620\n"
        );
        let Signature::Untestable { reason } = of(&unknown) else { panic!("not testable") };
        assert_eq!(reason, format!("`gpg` does not have its key {SUBKEY}: `gpg --import` it"));
        assert!(matches!(of("[GNUPG:] NODATA 1\n"), Signature::Invalid { .. }));
        assert!(matches!(of(""), Signature::Untestable { .. }));
    }

    #[test]
    fn two_signatures_in_one_armor_are_none() {
        let good = told("GOODSIG", &made(1));
        assert_eq!(good, valid(PRIMARY));
        let twice = format!("[GNUPG:] GOODSIG 1 A\n{}[GNUPG:] GOODSIG 2 B\n", made(1));
        assert_eq!(of(&twice), invalid("its armor holds more than one signature"));
    }
}
