//! The signature of a commit or of an annotated tag, and whether it is right for it.
//!
//! What was signed is all of the object but the signature, cut out as git does it. Keys of SSH are checked in
//! process where that can be done; for the rest another program is asked, one that is named here and never one
//! that the settings of the repository name. Whose key it is, is not asked here: a right signature by anybody
//! is right.

mod openpgp;
mod program;
mod ssh;

use std::path::Path;

use git2::{ObjectType, Oid, Repository};

use super::FILE_SIZE_LIMIT;
use crate::model::Signature;

/// No signature that is meant well is longer.
const SIGNATURE_SIZE_LIMIT: usize = 64 * 1024;

/// How the armor of signatures begins, with the way in which each is checked.
const ARMORS: [(&str, Armor); 4] = [
    ("-----BEGIN SSH SIGNATURE-----", Armor::Ssh),
    ("-----BEGIN PGP SIGNATURE-----", Armor::OpenPgp),
    ("-----BEGIN PGP MESSAGE-----", Armor::OpenPgp),
    ("-----BEGIN SIGNED MESSAGE-----", Armor::X509),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Armor {
    Ssh,
    OpenPgp,
    X509,
}

pub use ssh::fingerprint;

/// Whether a signature by a key of SSH is right for a file, for a purpose that the namespace names.
pub fn checked_for(namespace: &str, armored: &str, payload: &[u8]) -> Signature {
    ssh::checked(armored, payload, namespace)
}

/// The signature of a file by a key of SSH, for a purpose that the namespace names: in process if the key can be used as
/// it is, or else by `ssh-keygen`, which asks for a passphrase, or the agent.
///
/// # Errors
///
/// Why there is none, in one line.
pub fn sign_for(namespace: &str, key: &Path, payload: &[u8]) -> Result<String, String> {
    let bytes = program::key(key).map_err(|error| format!("the key cannot be read: {error}"))?;
    match ssh::sign(&bytes, namespace, payload) {
        Ok(signature) => Ok(signature),
        Err(_) => program::sign(namespace, key, payload),
    }
}

/// The signature of a commit or of an annotated tag.
pub(super) fn signature_of(repository: &Repository, id: Oid) -> Signature {
    let untestable = |reason: &str| Signature::Untestable { reason: reason.to_owned() };
    let absent = "this clone does not hold it: `git fetch` what is missing";
    let Ok(database) = repository.odb() else { return untestable(absent) };
    match database.read_header(id) {
        Ok((size, _)) if size as u64 > FILE_SIZE_LIMIT => {
            return untestable("what it stands under is larger than 16 MiB, and is not read");
        }
        Ok(_) => {}
        Err(_) => return untestable(absent),
    }
    let Ok(object) = database.read(id) else { return untestable(absent) };
    let signed = match object.kind() {
        ObjectType::Commit => of_commit(object.data()),
        ObjectType::Tag => of_tag(object.data()),
        _ => None,
    };
    signed.map_or(Signature::None, |signed| signed.checked())
}

/// What a signature stands under, and the signature.
#[derive(Debug, PartialEq, Eq)]
struct Signed {
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn checked(&self) -> Signature {
        let invalid = |reason: &str| Signature::Invalid { reason: reason.to_owned() };
        if self.signature.len() > SIGNATURE_SIZE_LIMIT {
            return invalid("it is longer than any signature");
        }
        let Ok(signature) = str::from_utf8(&self.signature) else {
            return invalid("it is no text");
        };
        let Some((begins, armor)) = ARMORS.iter().find(|(begins, _)| signature.starts_with(begins)) else {
            return invalid("it is of no kind that git knows");
        };
        // What stands behind the armor was not signed, and a reader could not tell.
        let end = begins.replace("BEGIN", "END");
        if signature.find("-----END ") != signature.trim_end().strip_suffix(&end).map(str::len) {
            return invalid("it does not end where its armor ends");
        }
        match armor {
            Armor::Ssh => ssh::checked(signature, &self.payload, ssh::GIT),
            Armor::OpenPgp => openpgp::checked(signature, &self.payload),
            Armor::X509 => Signature::Untestable {
                reason: "it was made with an X.509 certificate, which is not checked here: sign with a key of SSH \
                         or OpenPGP"
                    .to_owned(),
            },
        }
    }
}

/// The header `gpgsig` of a commit, and all the rest. Headers whose names begin like it belong to neither.
fn of_commit(raw: &[u8]) -> Option<Signed> {
    let (payload, signature) = without_headers(raw);
    (!signature.is_empty()).then_some(Signed { payload, signature })
}

/// The last armor in a tag, with all that stands behind it, and what stands before it.
fn of_tag(raw: &[u8]) -> Option<Signed> {
    let (mut at, mut found) = (0, None);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if ARMORS.iter().any(|(begins, _)| line.starts_with(begins.as_bytes())) {
            found = Some(at);
        }
        at += line.len();
    }
    let (before, signature) = raw.split_at(found?);
    let (payload, _) = without_headers(before);
    Some(Signed { payload, signature: signature.to_vec() })
}

/// An object without the headers of signatures, and what stands in `gpgsig`.
fn without_headers(raw: &[u8]) -> (Vec<u8>, Vec<u8>) {
    /// The header of which a line is.
    #[derive(Clone, Copy, PartialEq)]
    enum Header {
        Signature,
        /// One for the same object under an id by another algorithm.
        OtherSignature,
        Kept,
    }
    let (mut payload, mut signature) = (Vec::with_capacity(raw.len()), Vec::new());
    let (mut header, mut rest) = (Header::Kept, raw);
    while !rest.is_empty() && rest[0] != b'\n' {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (line, below) = rest.split_at(end);
        rest = below;
        let mut shown = line;
        if let Some(continued) = line.strip_prefix(b" ") {
            shown = if header == Header::Signature { continued } else { line };
        } else if let Some(value) = line.strip_prefix(b"gpgsig ") {
            (header, shown) = (Header::Signature, value);
        } else if line.starts_with(b"gpgsig") {
            header = Header::OtherSignature;
        } else {
            header = Header::Kept;
        }
        match header {
            Header::Signature => signature.extend_from_slice(shown),
            Header::OtherSignature => {}
            Header::Kept => payload.extend_from_slice(shown),
        }
    }
    payload.extend_from_slice(rest);
    (payload, signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::KeyKind;

    /// Made by git 2.47 and OpenSSH 9.2 with a key that nobody has any more.
    const COMMIT: &str = "\
tree 303f21925d58aaf864dca940abe4e520924ca2c1
author A. Vogel <a.vogel@northwind.example> 1772438400 +0100
committer A. Vogel <a.vogel@northwind.example> 1772438400 +0100
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgShI4woxybyKyK2kdsFOXurzHfL
 vKoa73H2qLQTDg4u4AAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
 AAAAQPPX94CpjvB99GuVnZCh7dKE0ioSPs/5pE8TKIaFSj+Rj8oUMhPcGjrL03x8jDfdGG
 yK0Pc1z51+oAK/c01CTgs=
 -----END SSH SIGNATURE-----

Approve with ed
";

    /// The same with a key on the curve P-256.
    const OTHER_COMMIT: &str = "\
tree e2d3b05e7d744e91c00d3a6540c85381255218ef
parent e03a6010a8076c4459f41927630b92f9fe081838
author A. Vogel <a.vogel@northwind.example> 1772438400 +0100
committer A. Vogel <a.vogel@northwind.example> 1772438400 +0100
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE
 EEfgLSsWnuxUg/bFMtq3vBnE1v4/W88IkmyCprA64nVEXuIG+enquuE095FYKTCfVCGNW/
 dyDgzZoXDReBsU1gzgAAAANnaXQAAAAAAAAABnNoYTUxMgAAAGQAAAATZWNkc2Etc2hhMi
 1uaXN0cDI1NgAAAEkAAAAhALd6qGm/bv5Ju3DqQudZ2YRrmRhZ6MYDvQRPxZaB77OWAAAA
 IAFm1JMQ6cXYyFKoqjKXM/eUY3BrhbJXUdUbOyuiRRED
 -----END SSH SIGNATURE-----

Approve with ec
";

    const TAG: &str = "\
object e03a6010a8076c4459f41927630b92f9fe081838
type commit
tag approve/ed
tagger A. Vogel <a.vogel@northwind.example> 1772438400 +0100

Approve
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgShI4woxybyKyK2kdsFOXurzHfL
vKoa73H2qLQTDg4u4AAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQFVQyHzTSRghcBnG5tGBBngwwnZhfCy0WzbT/RkqfwO+ntDTCL89WfWLqJr9b+VktA
XgmGebL2KMfDL9+gEi1Ag=
-----END SSH SIGNATURE-----
";

    /// By the same key over the same bytes as that of the commit, but not for git.
    const FOR_A_FILE: &str = "\
-----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgShI4woxybyKyK2kdsFOXurzHfL
 vKoa73H2qLQTDg4u4AAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx
 OQAAAEBrr2DeMdk+pHsJOco8VTOShVSPHSKtX1d/VFHOzLSplvK+/Psb+3IqIes975kmUD
 rSnvocho7BGEca1Hv4pSsK
 -----END SSH SIGNATURE-----
";

    const KEY: &str = "SHA256://FwvB9/tBKwWGsIsza5tHtj4DugKpuEgB3iys1iteo";

    fn signature(kind: ObjectType, text: &str) -> Signature {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let id = repository.odb().unwrap().write(kind, text.as_bytes()).unwrap();
        signature_of(&repository, id)
    }

    fn valid(key: &str) -> Signature {
        Signature::Valid { kind: KeyKind::Ssh, key: key.to_owned() }
    }

    fn invalid(reason: &str) -> Signature {
        Signature::Invalid { reason: reason.to_owned() }
    }

    fn altered() -> Signature {
        invalid("it was made for something else than what it stands under")
    }

    #[test]
    fn commits_and_tags_are_signed_by_the_key_that_ssh_keygen_shows() {
        assert_eq!(signature(ObjectType::Commit, COMMIT), valid(KEY));
        assert_eq!(signature(ObjectType::Tag, TAG), valid(KEY));
        let other = "SHA256:SNsPTpHZu7JGv6JYSdaLHZ4FEHj2BBk5hNDHVsuHeWs";
        assert_eq!(signature(ObjectType::Commit, OTHER_COMMIT), valid(other));
    }

    #[test]
    fn a_change_of_what_was_signed_shows() {
        for (from, to) in [
            ("tree 303f", "tree 303e"),
            ("Approve with ed", "Approve with eD"),
            ("author A. Vogel", "author B. Vogel"),
            ("1772438400", "1772438401"),
        ] {
            assert_eq!(signature(ObjectType::Commit, &COMMIT.replacen(from, to, 1)), altered(), "{from}");
        }
        for (from, to) in [
            ("object e03a", "object e03b"),
            ("tag approve/ed", "tag approve/ec"),
            ("Approve\n", "Approve\n\n"),
        ] {
            assert_eq!(signature(ObjectType::Tag, &TAG.replacen(from, to, 1)), altered(), "{from}");
        }
    }

    #[test]
    fn a_change_of_the_signature_shows() {
        let commit = COMMIT.replacen("AAAAQPPX", "AAAAQPPY", 1);
        assert_eq!(signature(ObjectType::Commit, &commit), altered());
        let (start, end) = (COMMIT.find("gpgsig ").unwrap(), COMMIT.find("\n\n").unwrap() + 1);
        let (own, other) = (&COMMIT[start..end], OTHER_COMMIT.find("gpgsig ").unwrap());
        let transplanted = format!(
            "{}{own}{}",
            &OTHER_COMMIT[..other],
            &OTHER_COMMIT[OTHER_COMMIT.find("\n\n").unwrap() + 1..]
        );
        assert_eq!(signature(ObjectType::Commit, &transplanted), altered());
    }

    #[test]
    fn a_signature_for_another_purpose_is_none_for_git() {
        let (start, end) = (COMMIT.find("gpgsig ").unwrap(), COMMIT.find("\n\n").unwrap() + 1);
        let commit = format!("{}gpgsig {FOR_A_FILE}{}", &COMMIT[..start], &COMMIT[end..]);
        assert_eq!(
            signature(ObjectType::Commit, &commit),
            invalid("it was made for another purpose than git")
        );
    }

    #[test]
    fn without_a_signature_there_is_none() {
        let (start, end) = (COMMIT.find("gpgsig ").unwrap(), COMMIT.find("\n\n").unwrap() + 1);
        let commit = format!("{}{}", &COMMIT[..start], &COMMIT[end..]);
        assert_eq!(signature(ObjectType::Commit, &commit), Signature::None);
        let tag = &TAG[..TAG.find("-----BEGIN").unwrap()];
        assert_eq!(signature(ObjectType::Tag, tag), Signature::None);
        assert_eq!(signature(ObjectType::Blob, COMMIT), Signature::None);
        let quoted = format!("{commit}\ngpgsig -----BEGIN SSH SIGNATURE-----\n");
        assert_eq!(signature(ObjectType::Commit, &quoted), Signature::None, "a message is no header");
    }

    #[test]
    fn what_stands_behind_the_armor_of_a_tag_was_not_signed() {
        let tag = format!("{TAG}Of all documents.\n");
        assert_eq!(signature(ObjectType::Tag, &tag), invalid("it does not end where its armor ends"));
        let tag = format!("{TAG}Of all documents.\n-----END SSH SIGNATURE-----\n");
        assert_eq!(signature(ObjectType::Tag, &tag), invalid("it does not end where its armor ends"));
        let twice = format!("{TAG}{}", &TAG[TAG.find("-----BEGIN").unwrap()..]);
        assert_eq!(signature(ObjectType::Tag, &twice), altered(), "the last counts, over all before it");
    }

    #[test]
    fn a_header_for_another_algorithm_of_ids_was_not_signed() {
        let at = COMMIT.find("gpgsig ").unwrap();
        let commit = format!("{}gpgsig-sha256 -----BEGIN\n any\n{}", &COMMIT[..at], &COMMIT[at..]);
        assert_eq!(signature(ObjectType::Commit, &commit), valid(KEY));
        let commit = format!("{}mergetag object\n gpgsig none\n{}", &COMMIT[..at], &COMMIT[at..]);
        assert_eq!(signature(ObjectType::Commit, &commit), altered(), "any other header was");
    }

    #[test]
    fn what_is_no_signature_is_told() {
        let with = |armor: &str| {
            let (start, end) = (COMMIT.find("gpgsig ").unwrap(), COMMIT.find("\n\n").unwrap() + 1);
            signature(ObjectType::Commit, &format!("{}gpgsig {armor}\n{}", &COMMIT[..start], &COMMIT[end..]))
        };
        assert_eq!(with("yes"), invalid("it is of no kind that git knows"));
        assert_eq!(with(&"x".repeat(SIGNATURE_SIZE_LIMIT)), invalid("it is longer than any signature"));
        let x509 = "-----BEGIN SIGNED MESSAGE-----\n -----END SIGNED MESSAGE-----";
        assert!(matches!(with(x509), Signature::Untestable { .. }));
    }

    #[test]
    fn what_the_clone_lacks_is_not_testable() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let id = Oid::from_str("e03a6010a8076c4459f41927630b92f9fe081838").unwrap();
        assert!(matches!(signature_of(&repository, id), Signature::Untestable { .. }));
    }
}
