"""Signatures of approvals, made by git, OpenSSH and GnuPG: what these hold to be right, `probity` has to, and what
they refuse as well; and no program that a repository names is run for it."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from support import check, finish, folder, probity, run

DAY = "2026-03-02"
WHEN = f"{DAY}T09:00:00+01:00"
KEYS = Path(tempfile.mkdtemp())
# In a path that is short, as sockets are made in it.
GNUPG = Path(tempfile.mkdtemp())
os.environ["GNUPGHOME"] = str(GNUPG)
SIGNED = KEYS / "allowed_signers"
# With these a repository names programs to run.
SETTINGS = ["gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "core.fsmonitor", "core.pager"]


def made(*command, cwd=None, given=None, **environment):
    """What a program writes that has to end well."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        input=given,
        capture_output=True,
        timeout=300,
        env={**os.environ, "GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN, **environment},
    )
    assert done.returncode == 0, (command, done.stderr.decode())
    return done.stdout


class Person:
    """Somebody with a key and a mail address."""

    def __init__(self, number, kind, *arguments):
        self.id, self.mail, self.kind = f"PER-{number:03}", f"p{number}@example.org", kind
        if kind == "openpgp":
            made("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", self.mail, "ed25519", "sign", "never")
            listed = made("gpg", "--batch", "--with-colons", "--list-secret-keys", self.mail).decode()
            self.key = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
            self.signing = self.key
        else:
            self.signing = KEYS / self.id
            made("ssh-keygen", "-q", "-N", "", "-C", self.mail, "-f", self.signing, *arguments)
            self.key = made("ssh-keygen", "-l", "-f", self.signing).decode().split()[1]
            with SIGNED.open("a") as file:
                file.write(f"{self.mail} {self.signing.with_suffix('.pub').read_text()}")

    def git(self, *arguments, given=None):
        """Calls git as this person."""
        settings = {
            "user.name": self.id,
            "user.email": self.mail,
            "user.signingKey": self.signing,
            "gpg.format": self.kind,
            "gpg.ssh.allowedSignersFile": SIGNED,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return made("git", *options, *arguments, cwd=root, given=given)

    def agrees(self, kind, name):
        """Whether git holds a signature to be right."""
        settings = ["-c", f"gpg.ssh.allowedSignersFile={SIGNED}"]
        return run("git", *settings, f"verify-{kind}", name, cwd=root).returncode == 0

    def entry(self, with_key=True):
        key = f", {{kind: {self.kind}, value: {json.dumps(self.key)}}}" if with_key else ""
        return (
            f"  - {{id: {self.id}, title: {self.id}, kind: human, employer: own, active_from: 2020-01-01,\n"
            f"     identities: [{{kind: email, value: {self.mail}}}{key}]}}\n"
        )


def draft(document):
    return f"type: procedure\nid: {document}\ntitle: Procedure {document}\nowner: ROL-001\nstatus: draft\nbody: Do {document}.\n"


def approve(document, by):
    """Writes an approval into a document, as somebody would by hand."""
    path = root / f"{document}.yaml"
    approval = f"{{by: {by.id}, role: ROL-001, date: {DAY}, digest: \"{digests[document]}\"}}"
    text = path.read_text().replace("status: draft", f"version: \"1.0\"\nstatus: approved\napproval: {approval}")
    path.write_text(text)


def approve_by_commit(document, by, *options):
    approve(document, by)
    by.git("commit", "--quiet", "--all", "--message", f"Approve {document}", *options)
    return by.git("rev-parse", "HEAD").decode().strip()


def approve_by_tag(document, by, *options):
    approve(document, by)
    author.git("commit", "--quiet", "--all", "--message", f"Write {document}")
    by.git("tag", "--message", f"Approve {document}", *options, tag_of(document))


def tag_of(document):
    return f"approve/{document}/1.0"


def armor(raw):
    """The signature of a tag."""
    return raw[raw.rindex(b"-----BEGIN ") :]


def header(raw):
    """The header of a commit that holds its signature."""
    start = raw.index(b"gpgsig ")
    return raw[start : raw.index(b"-----END ", start)] + raw[raw.index(b"-----END ", start) :].split(b"\n")[0] + b"\n"


author = Person(1, "ssh", "-t", "ed25519")
signers = [
    Person(2, "ssh", "-t", "ed25519"),
    Person(3, "ssh", "-t", "ecdsa", "-b", "256"),
    Person(4, "ssh", "-t", "ecdsa", "-b", "384"),
    Person(5, "ssh", "-t", "rsa", "-b", "3072"),
    Person(6, "openpgp"),
]
stranger = Person(7, "ssh", "-t", "ed25519")
names = [f"PRO-{number:03}" for number in range(1, 23)]
documents = {f"{name}.yaml": draft(name) for name in names}
people = [author.entry(), *(person.entry() for person in signers), stranger.entry(with_key=False)]
documents["people.yaml"] = "collection: person\nentries:\n" + "".join(people)
holders = ", ".join(f"{{person: {person.id}, from: 2020-01-01}}" for person in [author, *signers, stranger])
documents["roles.yaml"] = (
    f"type: role\nid: ROL-001\ntitle: Service manager\nholders: [{holders}]\napproves: [procedure]\n"
)
root = folder(documents)
made("git", "init", "--quiet", "--initial-branch=main", root)
author.git("add", ".")
author.git("commit", "--quiet", "--message", "Begin")
listed = json.loads(probity("-C", str(root), "list", "documents", "--digest", "--format", "json").stdout)
digests = {row["id"]: row["digest"] for row in listed if "digest" in row}

# What is right: document, whose key, and what git is asked about.
left = iter(names)
right, wrong = [], []
commits, tags = {}, {}
for person in signers:
    document = next(left)
    commits[document] = approve_by_commit(document, person, "--gpg-sign")
    right.append((document, person, "commit", commits[document]))
    document = next(left)
    approve_by_tag(document, person, "--sign")
    right.append((document, person, "tag", tag_of(document)))

# What is not: a signature on a commit and on a tag that it was not made for, and a change behind a signature.
first = signers[0]
donor = header(author.git("cat-file", "commit", right[0][3]))
document = next(left)
bare = first.git("cat-file", "commit", approve_by_commit(document, first))
lines, message = bare.split(b"\n\n", 1)
forged = first.git("hash-object", "-t", "commit", "-w", "--stdin", given=lines + b"\n" + donor + b"\n" + message)
forged = forged.decode().strip()
author.git("update-ref", "HEAD", forged)
wrong.append((document, "commit", forged))

document = next(left)
approve_by_tag(document, first, "--annotate")
raw = first.git("cat-file", "tag", tag_of(document)) + armor(first.git("cat-file", "tag", right[1][3]))
forged = first.git("hash-object", "-t", "tag", "-w", "--stdin", given=raw).decode().strip()
author.git("update-ref", f"refs/tags/{tag_of(document)}", forged)
wrong.append((document, "tag", tag_of(document)))

pgp = signers[-1]
document = next(left)
approve_by_tag(document, pgp, "--sign")
raw = pgp.git("cat-file", "tag", tag_of(document)).replace(b"Approve PRO", b"Approve pro")
forged = pgp.git("hash-object", "-t", "tag", "-w", "--stdin", given=raw).decode().strip()
author.git("update-ref", f"refs/tags/{tag_of(document)}", forged)
wrong.append((document, "tag", tag_of(document)))

# Not signed at all, and signed by a key that nobody is known to have.
unsigned = next(left)
approve_by_commit(unsigned, first, "--no-gpg-sign")
unknown = next(left)
approve_by_commit(unknown, stranger, "--gpg-sign")

# Git would show the signed commit in place of the forged one, and would run what the repository names.
author.git("replace", wrong[0][2], right[0][3])
trap = KEYS / "trap"
trap.write_text(f"#!/bin/sh\ntouch {KEYS}/sprung\nexit 0\n")
trap.chmod(0o755)


def files():
    """What git keeps, by path, with the time of each change."""
    return {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*") if path.is_file()}


for document, person, kind, name in right:
    check(person.agrees(kind, name), f"git holds the {kind} of {document} to be right")
# Of the one that is replaced, git looks at the other.
for document, kind, name in wrong[1:]:
    check(not first.agrees(kind, name), f"git does not hold the {kind} of {document} to be right")

for setting in SETTINGS:
    made("git", "config", setting, trap, cwd=root)


def told(**environment):
    """What is told of each approval, by document: rung, signature and key."""
    done = run(
        os.environ["PROBITY"], "-C", root, "approve", "verify", "--all", "--format", "json", env={**os.environ, **environment}
    )
    try:
        approvals = json.loads(done.stdout)
    except ValueError:
        check(False, "`approve verify` tells of approvals", done.stderr.decode())
        return {}
    return {approval["document"]: (approval["rung"], *signature_of(approval)) for approval in approvals["approvals"]}


def signature_of(approval):
    """What is told of the signature among the proofs, and its key."""
    signed = [proof for proof in approval["proofs"] if proof["signature"]]
    # The key of OpenPGP is told as such.
    return (signed[0]["signature"], (signed[0]["key"] or "").removeprefix("OpenPGP ") or None) if signed else ("none", None)


before = files()
found = told()
check(files() == before, "nothing is written into the repository", files().keys() ^ before.keys())
check(not (KEYS / "sprung").exists(), "no program is run that the repository names")
for document, person, kind, _ in right:
    expected = ("signed", "valid", person.key)
    check(found.get(document) == expected, f"{document}: the {kind} is signed with {person.key}", found.get(document))
for document, kind, _ in wrong:
    rung, signature, _ = found.get(document, (None, None, None))
    check(rung not in (None, "signed") and signature == "invalid", f"{document}: the {kind} is not", found.get(document))
check(found.get(unsigned) == ("committed", "none", None), f"{unsigned}: not signed", found.get(unsigned))
rung, signature, key = found.get(unknown, (None, None, None))
check(rung != "signed", f"{unknown}: a key that nobody has proves nothing", found.get(unknown))
check((signature, key) == ("valid", stranger.key), f"{unknown}: but it is told", found.get(unknown))

# What `approve --sign` makes, git holds to be right; whose git it is, may run what they have set.
for setting in SETTINGS:
    made("git", "config", "--unset", setting, cwd=root)
for person in (signers[0], signers[-1]):
    document = next(left)
    for name, value in {"user.name": person.id, "user.email": person.mail, "user.signingKey": person.signing, "gpg.format": person.kind}.items():
        made("git", "config", name, value, cwd=root)
    done = probity("-C", str(root), "approve", document, "--version", "1.0", "--on", DAY, "--sign")
    check(done.returncode == 0, f"{document}: approved and signed", done.stderr)
    check(person.agrees("tag", tag_of(document)), f"{document}: git holds the tag of `approve --sign` to be right")
    done = probity("-C", str(root), "approve", document, "--version", "1.0", "--on", DAY, "--sign")
    check(done.returncode == 2, f"{document}: a second tag of the name is refused", done.stdout)
found = told()
for document, person in zip(names[names.index(document) - 1 :], (signers[0], signers[-1])):
    expected = ("signed", "valid", person.key)
    check(found.get(document) == expected, f"{document}: signed by `approve --sign`", found.get(document))

# Without the programs, what needs them is not testable, and the rest is told as before.
poor = told(PATH="/nonexistent")
for document, person, kind, _ in right:
    rung, signature, _ = poor.get(document, (None, None, None))
    expected = "valid" if person in signers[:2] else "not-testable"
    check(signature == expected, f"{document}: the {kind} is {expected} without programs", poor.get(document))
    check((rung == "signed") == (expected == "valid"), f"{document}: and its rung follows", poor.get(document))

run("gpgconf", "--kill", "all")
shutil.rmtree(GNUPG, ignore_errors=True)
finish()
