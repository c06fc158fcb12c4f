//! Signatures by keys of SSH: in process for the kinds of keys in common use, by `ssh-keygen` for all others.

use ssh_key::{HashAlg, SshSig, public::KeyData};

use super::program::{self, Said};
use crate::model::{KeyKind, Signature};

/// What git signs for. The same key signs other things for other purposes, which are no approval.
const NAMESPACE: &str = "git";

/// Whether an armored signature is right for a payload.
pub(super) fn checked(armored: &str, payload: &[u8]) -> Signature {
    // What the crate cannot read may be a kind of key that it does not know.
    let Ok(signature) = SshSig::from_pem(armored) else { return by_program(armored, payload) };
    if signature.namespace() != NAMESPACE {
        return invalid("it was made for another purpose than git");
    }
    let key = signature.public_key();
    match key {
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => {}
        KeyData::Ecdsa(key) if key.curve() == ssh_key::EcdsaCurve::NistP256 => {}
        _ => return by_program(armored, payload),
    }
    match ssh_key::PublicKey::from(key.clone()).verify(NAMESPACE, payload, &signature) {
        Ok(()) => valid(key.fingerprint(HashAlg::Sha256).to_string()),
        Err(_) => invalid(ALTERED),
    }
}

const ALTERED: &str = "it was made for something else than what it stands under";

fn by_program(armored: &str, payload: &[u8]) -> Signature {
    let arguments = ["-Y", "check-novalidate", "-n", NAMESPACE, "-s"];
    match program::ask("ssh-keygen", &arguments, armored, &[], payload) {
        Ok(said) => of(&said),
        Err(reason) => untestable(format!(
            "a key of this kind is checked by `ssh-keygen`, {reason}: install OpenSSH 8.2 or later"
        )),
    }
}

/// What `ssh-keygen` means.
fn of(said: &Said) -> Signature {
    let good = said.out.lines().find(|line| line.starts_with("Good \"git\" signature with "));
    let key = good.and_then(|line| line.split(' ').find(|word| word.starts_with("SHA256:")));
    if let Some(key) = key
        && said.success
    {
        return valid(key.to_owned());
    }
    let says = |words: &str| said.err.contains(words);
    if says("incorrect signature") {
        invalid(ALTERED)
    } else if says("namespace does not match") {
        invalid("it was made for another purpose than git")
    } else if says("unsupported") || says("unknown") {
        let told = said.err.lines().next().unwrap_or_default();
        untestable(format!("`ssh-keygen` cannot check it, and says: {told}; a newer OpenSSH may"))
    } else if says("verification failed")
        || says("parse signature")
        || says("sshsig_")
        || says("invalid format")
    {
        invalid("its armor holds no signature")
    } else {
        untestable("`ssh-keygen` tells nothing of it: a newer OpenSSH may".to_owned())
    }
}

fn valid(key: String) -> Signature {
    Signature::Valid { kind: KeyKind::Ssh, key }
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

    fn said(success: bool, out: &str, err: &str) -> Signature {
        of(&Said { success, out: out.to_owned(), err: err.to_owned() })
    }

    #[test]
    fn what_ssh_keygen_says_is_understood() {
        let good = "Good \"git\" signature with RSA key SHA256:IprRy5sYWUQDvREDi7tatSDs5IYo7I89SbPszWOWOxY\n";
        assert_eq!(
            said(true, good, ""),
            valid("SHA256:IprRy5sYWUQDvREDi7tatSDs5IYo7I89SbPszWOWOxY".to_owned())
        );
        assert!(matches!(said(false, good, ""), Signature::Untestable { .. }));
        let altered = "Signature verification failed: incorrect signature\n";
        assert_eq!(said(false, "Could not verify signature.\n", altered), invalid(ALTERED));
        let namespace = "Couldn't verify signature: namespace does not match\n";
        assert_eq!(said(false, "", namespace), invalid("it was made for another purpose than git"));
        let unread =
            "Couldn't parse signature: missing header\nsig_verify: sshsig_armor: incomplete message\n";
        assert_eq!(said(false, "", unread), invalid("its armor holds no signature"));
        let malformed = "Signature verification failed: string is too large\n";
        assert_eq!(said(false, "", malformed), invalid("its armor holds no signature"));
        let newer = "Signature verification failed: unknown or unsupported key type\n";
        assert!(matches!(said(false, "", newer), Signature::Untestable { .. }));
        let usage = "unknown option -- Y\nusage: ssh-keygen\n";
        assert!(matches!(said(false, "", usage), Signature::Untestable { .. }));
    }
}
