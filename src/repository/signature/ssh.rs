//! Signatures by keys of SSH: in process for the kinds of keys in common use, by `ssh-keygen` for all others.

use ssh_key::{HashAlg, SshSig, public::KeyData};

use super::program::{self, Said};
use crate::model::{KeyKind, Signature};

/// What git signs for. The same key signs other things for other purposes, which are no approval.
pub(super) const GIT: &str = "git";

/// Whether an armored signature, made for a purpose that the namespace names, is right for a payload.
pub(super) fn checked(armored: &str, payload: &[u8], namespace: &str) -> Signature {
    // What the crate cannot read may be a kind of key that it does not know.
    let Ok(signature) = SshSig::from_pem(armored) else { return by_program(armored, payload, namespace) };
    if signature.namespace() != namespace {
        return other_purpose(namespace);
    }
    let key = signature.public_key();
    match key {
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => {}
        KeyData::Ecdsa(key) if key.curve() == ssh_key::EcdsaCurve::NistP256 => {}
        _ => return by_program(armored, payload, namespace),
    }
    match ssh_key::PublicKey::from(key.clone()).verify(namespace, payload, &signature) {
        Ok(()) => valid(key.fingerprint(HashAlg::Sha256).to_string()),
        Err(_) => invalid(ALTERED),
    }
}

const ALTERED: &str = "it was made for something else than what it stands under";

fn by_program(armored: &str, payload: &[u8], namespace: &str) -> Signature {
    let arguments = ["-Y", "check-novalidate", "-n", namespace, "-s"];
    match program::ask("ssh-keygen", &arguments, armored, &[], payload) {
        Ok(said) => of(&said, namespace),
        Err(reason) => untestable(format!(
            "a key of this kind is checked by `ssh-keygen`, {reason}: install OpenSSH 8.2 or later"
        )),
    }
}

/// What `ssh-keygen` means.
fn of(said: &Said, namespace: &str) -> Signature {
    let words = format!("Good \"{namespace}\" signature with ");
    let good = said.out.lines().find(|line| line.starts_with(&words));
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
        other_purpose(namespace)
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

/// Signs a text by a key without a passphrase that can be used in process.
///
/// # Errors
///
/// If the key is of another kind, or locked: then another program has to be asked.
pub(super) fn sign(key: &[u8], namespace: &str, payload: &[u8]) -> Result<String, ssh_key::Error> {
    let key = ssh_key::PrivateKey::from_openssh(key)?;
    if key.is_encrypted() {
        return Err(ssh_key::Error::Encrypted);
    }
    let signature = key.sign(namespace, HashAlg::Sha512, payload)?;
    signature.to_pem(ssh_key::LineEnding::LF)
}

/// The fingerprint of a public key as `ssh-keygen` prints it, from a line that begins with its kind.
pub fn fingerprint(line: &str) -> Option<String> {
    Some(ssh_key::PublicKey::from_openssh(line).ok()?.fingerprint(HashAlg::Sha256).to_string())
}

fn other_purpose(namespace: &str) -> Signature {
    Signature::Invalid { reason: format!("it was made for another purpose than {namespace}") }
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
        of(&Said { success, out: out.to_owned(), err: err.to_owned() }, GIT)
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
