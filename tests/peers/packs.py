"""Evidence packs as other people's programs see them: bagit.py, sha256sum, ssh-keygen, unzip, and archives made to do harm."""

import csv
import json
import os
import random
import shutil
import stat
import struct
import subprocess
import tempfile
import zipfile
from pathlib import Path

import openpyxl

from support import PROBITY, ROOT, check, finish, run

WORK = Path(tempfile.mkdtemp())
NORTHWIND = WORK / "northwind"
GIT = {
    **os.environ,
    "GIT_AUTHOR_NAME": "Wren",
    "GIT_AUTHOR_EMAIL": "wren@northwind.example",
    "GIT_COMMITTER_NAME": "Wren",
    "GIT_COMMITTER_EMAIL": "wren@northwind.example",
    "GIT_AUTHOR_DATE": "2026-06-30T12:00:00+0100",
    "GIT_COMMITTER_DATE": "2026-06-30T12:00:00+0100",
}


def git(*arguments):
    result = run("git", "-C", NORTHWIND, *arguments, env=GIT)
    assert result.returncode == 0, result.stderr


def probity(*arguments, **options):
    return run(PROBITY, "-C", NORTHWIND, *arguments, **options)


def verified(path, *more):
    """What `pack verify` says of a pack."""
    result = run(PROBITY, "pack", "verify", path, "--format", "json", *more)
    return result.returncode, json.loads(result.stdout) if result.stdout else {}


def bagit(path):
    """Whether bagit.py finds a bag valid."""
    return run("bagit.py", "--quiet", "--validate", path).returncode == 0


def unsigned_lists_hold(path):
    """Whether sha256sum finds everything as both lists of a bag have it."""
    lists = ("tagmanifest-sha256.txt", "manifest-sha256.txt")
    return all(run("sha256sum", "--quiet", "-c", name, cwd=path).returncode == 0 for name in lists)


shutil.copytree(ROOT / "examples" / "northwind", NORTHWIND)
# Another project's history says nothing of it; this one's does.
settings = (NORTHWIND / "probity.toml").read_text()
(NORTHWIND / "probity.toml").write_text(settings.replace('history = "off"', 'history = "if-there"'))
git("init", "-q", "-b", "main")
git("add", "-A")
git("commit", "-q", "-m", "all of it")

key = WORK / "key"
check(run(PROBITY, "pack", "key", key).returncode == 0, "a key is made")
check(stat.S_IMODE(key.stat().st_mode) == 0o600, "nobody else may read a key")
signing = WORK / "signing"
run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "qm", "-f", signing)
public = (WORK / "signing.pub").read_text()
signers = WORK / "allowed_signers"
signers.write_text(f'qm@northwind.example namespaces="probity-pack" {public}')

whole, redacted, archive = WORK / "whole", WORK / "redacted", WORK / "archive.zip"
for arguments in (
    ("--unredacted", "--sign", signing, "-o", whole),
    ("--key", key, "-o", redacted),
    ("--key", key, "-o", archive),
):
    result = probity("pack", "build", *arguments)
    check(result.returncode == 0, f"a pack is made: {arguments}", result.stderr.decode())

for pack in (whole, redacted):
    check(bagit(pack), f"bagit.py finds {pack.name} valid")
    check(unsigned_lists_hold(pack), f"sha256sum finds {pack.name} as its lists have it")
    longest = max(len(str(path.relative_to(pack))) for path in pack.rglob("*"))
    check(longest < 150, "paths leave room for the folder of who unpacks", longest)
    names = [str(path.relative_to(pack)).lower() for path in pack.rglob("*")]
    check(len(names) == len(set(names)), "no two names differ only in case")

signature = whole / "tagmanifest-sha256.txt.sig"
with open(whole / "tagmanifest-sha256.txt", "rb") as tags:
    command = ("ssh-keygen", "-Y", "verify", "-f", signers, "-I", "qm@northwind.example", "-n", "probity-pack", "-s", signature)
    result = subprocess.run(command, stdin=tags, capture_output=True)
check(result.returncode == 0, "ssh-keygen finds the signature good, as the read-me says", result.stderr.decode())
check(verified(whole, "--signer", signers)[1]["signature"]["state"] == "trusted", "and so do we")

# Keys that are used by ssh-keygen and not in process, and a signature that ssh-keygen made.
for kind in ("rsa", "ecdsa"):
    other = WORK / f"signing-{kind}"
    run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", other)
    to = WORK / f"by-{kind}"
    result = probity("pack", "build", "--unredacted", "--clause", "10.1", "--sign", other, "-o", to)
    check(result.returncode == 0, f"a pack is signed with a key of {kind}", result.stderr.decode())
    code, told = verified(to)
    check(code == 0 and told["signature"]["state"] == "right", f"and the signature is right ({kind})", told)
    shutil.copy(signature, to / "tagmanifest-sha256.txt.sig")
    check(verified(to)[0] == 1, "a signature of another pack is wrong")

check(run("unzip", "-tqq", archive).returncode == 0, "unzip finds the archive whole")
unpacked = WORK / "unpacked"
check(run("unzip", "-qq", archive, "-d", unpacked).returncode == 0, "unzip unpacks it")
(inside,) = unpacked.iterdir()
check(bagit(inside), "bagit.py finds what was unpacked valid")
same = all(path.read_bytes() == (redacted / path.relative_to(inside)).read_bytes() for path in inside.rglob("*") if path.is_file())
check(same, "the archive holds what the folder holds")
with zipfile.ZipFile(archive) as opened:
    names = opened.namelist()
    check(names == sorted(names), "its files are in order")
    check({entry.date_time for entry in opened.infolist()} == {(2026, 6, 30, 0, 0, 0)}, "all of the day of the commit")
    check({entry.external_attr >> 16 for entry in opened.infolist()} == {0o100644}, "and of one mode")

for pack in (whole, redacted, archive):
    more = ("--key", key) if pack != whole else ()
    result = probity("pack", "verify", pack, "--rebuild", *more)
    check(result.returncode == 0 and b"byte by byte the same" in result.stdout, f"{pack.name} is made again", result.stdout.decode())

# Another user, another language, another zone, another home.
if os.geteuid() == 0:
    there = WORK / "another"
    there.mkdir()
    shutil.copytree(NORTHWIND, there / "sms")
    shutil.copy(key, there / "key")
    for path in [there, *there.rglob("*")]:
        os.chown(path, 65534, 65534)
    for path in [WORK, there]:
        path.chmod(0o755)
    command = (
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", f"HOME={there}", "TZ=Asia/Kathmandu", "LC_ALL=fr_FR.UTF-8",
        PROBITY, "-C", there / "sms", "pack", "build", "--key", there / "key", "-o", there / "pack.zip",
    )
    result = run(*command, cwd=there)
    check(result.returncode == 0, "another user makes a pack", result.stderr.decode())
    check((there / "pack.zip").read_bytes() == archive.read_bytes(), "with the same bytes")
else:
    check(False, "run as root, so that there is a second user")

# Each file changed, removed, added, renamed, and two swapped: we and bagit.py see it.
small = WORK / "small"
probity("pack", "build", "--unredacted", "--clause", "10.1", "-o", small)
files = sorted(path.relative_to(small) for path in small.rglob("*") if path.is_file())
payload = [file for file in files if file.parts[0] == "data"]
looked = [file for file in files if file not in payload] + payload[:3] + payload[-3:]


def changed(pack, file):
    with open(pack / file, "r+b") as opened:
        first = opened.read(1)
        opened.seek(0)
        opened.write(bytes([first[0] ^ 1]))


def removed(pack, file):
    (pack / file).unlink()


def renamed(pack, file):
    (pack / file).rename(pack / f"{file}.other")


for act in (changed, removed, renamed):
    for file in looked:
        copy = WORK / "copy"
        shutil.copytree(small, copy)
        act(copy, file)
        code, told = verified(copy)
        # Of the list that no list tells of, only what it tells is seen to be other.
        named = file.name == "tagmanifest-sha256.txt" or any(str(file) in (problem["path"] or "") or str(file) in problem["what"] for problem in told.get("problems", []))
        check(code == 1 and named, f"{act.__name__} {file} shows", told)
        if file in payload:
            check(not bagit(copy), f"bagit.py sees that {file} was {act.__name__}")
        shutil.rmtree(copy)
copy = WORK / "copy"
shutil.copytree(small, copy)
(copy / "data" / "more.txt").write_text("more")
check(verified(copy)[0] == 1 and not bagit(copy), "a file that was added shows")
(copy / "data" / "more.txt").unlink()
one, other = copy / payload[0], copy / payload[1]
one.rename(copy / "x")
other.rename(one)
(copy / "x").rename(other)
code, told = verified(copy)
check(code == 1 and not bagit(copy), "two files that were swapped show")

# Archives that were made to do harm.
before = {path for path in WORK.rglob("*")}


def hostile(name, fill):
    path = WORK / "hostile.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in files:
            opened.write(small / file, f"pack/{file}")
        fill(opened)
    code, told = verified(path)
    check(code == 1 and told.get("refused"), f"{name} is refused", (code, told))
    path.unlink()


def link(opened):
    entry = zipfile.ZipInfo("pack/data/link")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened.writestr(entry, "/etc/passwd")


def twice(opened):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened.writestr("pack/bagit.txt", "another")


hostile("a path that climbs", lambda opened: opened.writestr("pack/../../../evil", "x"))
hostile("an absolute path", lambda opened: opened.writestr("/tmp/evil", "x"))
hostile("a path of Windows", lambda opened: opened.writestr(zipfile.ZipInfo("pack\\..\\evil"), "x"))
hostile("a drive", lambda opened: opened.writestr("c:evil", "x"))
hostile("a device", lambda opened: opened.writestr("pack/data/AUX.txt", "x"))
hostile("a control character", lambda opened: opened.writestr("pack/data/a\x1b]0;b\x07", "x"))
hostile("a link", link)
hostile("a name twice", twice)
hostile("a name in other letters", lambda opened: opened.writestr("pack/BagIt.txt", "x"))
hostile("folders in folders", lambda opened: opened.writestr("pack/" + "d/" * 60 + "x", "x"))
hostile("a bomb", lambda opened: opened.writestr("pack/data/bomb", b"\0" * (200 << 20)))
hostile("a file beside the pack", lambda opened: opened.writestr("evil.txt", "x"))


def lying(change):
    """An archive whose directory does not tell the truth."""
    path = WORK / "lying.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in files:
            opened.write(small / file, f"pack/{file}")
    data = bytearray(path.read_bytes())
    change(data, data.rfind(b"PK\x05\x06"), data.find(b"PK\x01\x02"))
    path.write_bytes(data)
    result = run(PROBITY, "pack", "verify", path)
    check(result.returncode in (1, 3), "an archive that lies is no good pack", (result.returncode, result.stdout, result.stderr))
    path.unlink()


def put(form, at, value):
    def change(data, end, first):
        struct.pack_into(form, data, at(end, first), value)

    return change


lying(put("<I", lambda end, first: first + 24, 0xFFFFFFF0))  # the size of the first file
lying(put("<I", lambda end, first: first + 24, 1))  # smaller than it is
lying(put("<I", lambda end, first: first + 24, 0xFFFFFFFF))  # in a field of zip64 that is not there
lying(put("<I", lambda end, first: first + 42, 0xFFFFFF00))  # where it begins
lying(put("<H", lambda end, first: end + 10, 0xFFFF))  # how many files there are
lying(put("<I", lambda end, first: end + 16, 0x7FFFFFFF))  # where the directory begins
lying(put("<I", lambda end, first: first + 16, 0))  # the checksum
lying(lambda data, end, first: data.__delitem__(slice(len(data) // 2, len(data) // 2 + 1000)))
after = {path for path in WORK.rglob("*")}
check(before == after, "nothing was written", after - before)

# Office files that are opened by name: addresses that are planted in them, set in runs that end anywhere, are all found.
PLANTED = 200
chance = random.Random(2026)
mails = [f"{chance.choice(('anna', 'bo', 'ciara'))}.{number}@plant-{number}.example" for number in range(PLANTED)]


def runs(text, begin, end):
    """A text in runs that end anywhere."""
    cuts = sorted(chance.sample(range(1, len(text)), 3))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]
    return "".join(f"{begin}{piece}{end}" for piece in pieces)


files = NORTHWIND / "files"
files.mkdir()
word = "".join(f"<w:p>{runs(mail, '<w:r><w:rPr><w:b/></w:rPr><w:t>', '</w:t></w:r>')}</w:p>" for mail in mails[:80])
with zipfile.ZipFile(files / "planted.docx", "w", zipfile.ZIP_DEFLATED) as opened:
    opened.writestr("[Content_Types].xml", "<Types/>")
    opened.writestr("word/document.xml", f'<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{word}</w:body></w:document>')
    opened.writestr("word/media/image1.png", b"\x89PNG\r\n\x1a\n\0")
text = "".join(f"<text:p>{runs(mail, '<text:span>', '</text:span>')}</text:p>" for mail in mails[80:140])
with zipfile.ZipFile(files / "planted.odt", "w", zipfile.ZIP_STORED) as opened:
    opened.writestr("content.xml", f"<office:text>{text}</office:text>")
book = openpyxl.Workbook()
for row, mail in enumerate(mails[140:], 1):
    book.active.cell(row, 1, row)
    book.active.cell(row, 2, mail if row % 2 else f"{mail}, or nobody")
book.save(files / "planted.xlsx")
with zipfile.ZipFile(files / "secret.docx", "w", zipfile.ZIP_DEFLATED) as opened:
    opened.writestr("word/document.xml", "<w:p><w:r><w:t>pass</w:t></w:r><w:r><w:t>word = \"x7#kd82!\"</w:t></w:r></w:p>")
names = ["planted.docx", "planted.odt", "planted.xlsx", "secret.docx"]
listed = ", ".join(f"files/{name}" for name in names)
(NORTHWIND / "finding.yaml").write_text(
    "type: audit-finding\nid: FND-900\ntitle: Files of an office\norigin: internal-audit\ngrade: positive\n"
    f"found_on: 2026-01-20\nevidence: [{listed}]\n"
)
git("add", "-A")
git("commit", "-q", "-m", "files of an office")
opened_by_name = WORK / "opened"
opening = [part for name in names for part in ("--open-file", f"files/{name}")]
result = probity("pack", "build", "--key", key, "-o", opened_by_name, *opening)
check(result.returncode in (0, 1), "files of an office are opened by name", result.stderr.decode())
with open(opened_by_name / "data" / "90-logs" / "scan.csv", encoding="utf-8-sig", newline="") as log:
    rows = [row for row in csv.reader(log) if "planted" in row[0]]
found = sum(int(cell) for row in rows if "mail address" in row for cell in row if cell.isdigit())
check(found == PLANTED, f"{PLANTED} planted addresses are found", rows)
check(any("planted.docx" in row[0] and "not looked into" in " ".join(row) for row in rows), "a picture is told", rows)
held = [path.name for path in opened_by_name.rglob("*.docx")]
check(held == ["planted.docx"], "a file that holds a secret stays out", held)

shutil.rmtree(WORK)
finish()
