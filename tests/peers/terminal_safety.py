"""No file name, no content and no argument makes the program write a control character, a
bidirectional character or a line of somebody else's making."""

import json
import os

from support import CONFIGURATION, check, finish, folder, probity, run

# What could act on a terminal or a reader's eye: C0 without tab and line feed, DEL, C1, bidirectional
# controls, line and paragraph separators, the byte order mark.
FORBIDDEN = {chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]} - {"\t", "\n"}
FORBIDDEN |= set("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

HOSTILE = "\x1b[31m\x9b31m\x1b]0;title\x07\u202eevil\u2066\u200f\u061c\u2028\ufeff\x85\x7f\r"
# Looks like the end of a report in which nothing was found.
FORGED = "found: nothing, in 9 tested documents of 9 files"


def written(result):
    return {"standard output": result.stdout, "standard error": result.stderr}


def is_harmless(what, result):
    for stream, data in written(result).items():
        text = data.decode("utf-8", "replace")
        bad = sorted({f"U+{ord(character):04X}" for character in text if character in FORBIDDEN})
        line = next((ascii(line) for line in text.split("\n") if set(line) & FORBIDDEN), "")
        check(not bad, f"{what}: {stream}", f"{', '.join(bad)} in {line}")
    code = result.returncode
    check(code in (0, 1, 2, 3), f"{what}: ends with an exit code of ours", code)


files = {
    f"a{HOSTILE}.yaml": "a: 1\na: 2\n",
    f"A{HOSTILE}.yaml": "a: 1\n",
    f"d{HOSTILE}/x.yaml": f"k{HOSTILE}: 1\nk{HOSTILE}: 2\n",
    f"e{HOSTILE}.md": f"---\na: {HOSTILE}\n",
    f"n\n{FORGED}\n.yaml": "- a\n- list\n",
    "bidi-key.yaml": "\u202ekey: 1\n\u202ekey: 2\n",
    "bidi-alias.yaml": "a: *\u202ename\n",
    "bidi-tag.yaml": "a: !\u202ename x\nb: !!\u202eint x\n",
    "bidi-value.yaml": "a: \u202e\u2066x: y\n",
    "bidi-quote.yaml": f'x: "{HOSTILE}\n',
    "escaped-key.yaml": '"\\e[31m\\u202ek\\x85": {a: 1, a: 2}\n"\\e[31m": 1\n"\\e[31m": 2\n"\\nfound: nothing": {a: 1, a: 2}\n',
    "escaped-id.yaml": 'id: "\\e[31m\\u202e"\na: 1\na: 2\n',
    "escape.yaml": "a: \x1b[31m\n",
    "c1.yaml": "a: \x9b31m\nb: [\n",
    "returns.yaml": "a: 1\ra: 2\r",
    "judgement.yaml": 'type: clause-assessment\nid: "CLA-\\e[31m\\u202e"\ntitle: T\nrequirement_id: 8.6.1/07\nstatus: partly\n'
    'assessed_by: "P\\e[31m\\n"\nassessed_on: 2026-01-01\nrationale: "\\e[31m\\u202e\\nfound: nothing"\n'
    'evidence: ["\\e]0;title\\a\\u2066"]\n',
    "gap.yaml": 'type: gap-finding\nid: GFI-1\ntitle: T\nassessment: "CLA-\\e[31m\\u202e"\nremediation: ["RMD-\\e[31m"]\n'
    'likely_grade: "\\e[31m"\n---\ntype: remediation-action\nid: "RMD-\\e[31m"\ntitle: "\\e[31m\\u202e"\nresponsible: "\\e[1m"\n'
    'state: "\\e[31m"\ndue_on: 2027-01-01\ndepends_on: ["\\e[31m"]\n',
    "scope.yaml": 'type: scope-statement\nid: "SCO-\\e[31m"\ntitle: T\nstatus: draft\nowner: "\\e[31m\\u202e"\n',
    "latin.yaml": b"a: \xe9\x1b[31m\x9b\n",
    "utf16.yaml": "a: \x1b[31m".encode("utf-16"),
    ".gitignore": f"{{{HOSTILE}\n",
}
names = folder({**files, b"\xff\x1b[31m.yaml": "a: 1\n"})
os.symlink(f"/nowhere/{HOSTILE}\n{FORGED}", names / "link.yaml")
os.mkfifo(names / f"pipe{HOSTILE}.yaml")
os.makedirs(names / f"inner{HOSTILE}" / ".git")
in_git = folder({**files, b"\xff\x1b[31m.yaml": "a: 1\n"})
run("git", "init", "--quiet", str(in_git))
added = run("git", "add", "--force", "--all", cwd=in_git)
check(added.returncode == 0, "git takes these names", added.stderr)

for name, tree in {"hostile names": names, "hostile names in git": in_git}.items():
    commands = [["check"], ["check", "-v"], ["check", "-q"], ["config"], ["check", "--format", "json"]]
    commands += [["gap"], ["gap", "-v"], ["gap", "--format", "json"], ["list", "required"], ["check", "--only", "missing"]]
    commands += [["ready", "--for", "stage-2", "--explain"], ["ready", "--for", "stage-1", "--format", "json"]]
    commands += [["due", "--within", "9y"], ["due", "--format", "json"]]
    commands += [["check", "--format", form] for form in ("sarif", "junit", "github", "gitlab", "markdown")]
    for arguments in commands:
        result = probity("--color", "never", "-C", str(tree), *arguments)
        is_harmless(f"{name}: {' '.join(arguments)}", result)
    report = probity("--color", "never", "-C", str(tree), "check", "-v").stdout.decode()
    check(len(report) > 2_000, f"{name}: there is a report to look at")
    check(FORGED not in report.split("\n"), f"{name}: a file name makes no line of its own", report)
    read = json.loads(probity("-C", str(tree), "check", "--format", "json").stdout)
    paths = {finding["place"]["path"] for finding in read["findings"]}
    check(f"a{HOSTILE}.yaml" in paths, f"{name}: JSON keeps the true path")
    # With colours, every escape sequence is one of ours: a style.
    coloured = probity("--color", "always", "-C", str(tree), "check", "-v").stdout.decode()
    foreign = [part[:20] for part in coloured.split("\x1b")[1:] if not part.lstrip("[;0123456789").startswith("m")]
    check(not foreign and "\x9b" not in coloured, f"{name}: with colours, there are styles and nothing else", foreign)

arguments = {
    "a folder that is not there": ["-C", f"/nowhere{HOSTILE}", "check"],
    "a rule that is not there": ["explain", HOSTILE],
    "a day": ["--as-of", HOSTILE, "check"],
    "a period": ["--period", f"{HOSTILE}..{HOSTILE}", "check"],
    "a flag": [f"--{HOSTILE}"],
    "a command": [HOSTILE],
    "a format": ["check", "--format", HOSTILE],
    "an argument too many": ["check", HOSTILE],
}
for what, given in arguments.items():
    for colour in ("never", "auto"):
        is_harmless(f"{what} ({colour})", probity("--color", colour, *given))

configurations = {
    "a section": f"[{HOSTILE}]\n",
    "a quoted section": '["\\u001b[31m\\u202e"]\na = 1\n',
    "a key": '[audit]\n"\\u001b\\u202e" = 1\n',
    "a name": f'[organization]\nname = "\\u001b[31m\\u202e\\u0085\\n{FORGED}\\n"\n',
    "a time zone": '[organization]\ntime_zone = "\\u001b[31m\\u202e\\u0085"\n',
    "a level": '[gate]\nfail_on = "\\u001b\\u202e"\n',
    "a pattern": '[files]\nexclude = ["\\u001b\\u202e\\n"]\n',
    "a broken pattern": '[files]\nexclude = ["{a\\u001b\\u202e"]\n',
    "days": '[audit]\nas_of = "\\u001b\\u202e"\nperiod = "\\u001b\\u202e"\n',
    "other bytes": b"\xff\x1b[31m",
}
for what, text in configurations.items():
    tree = folder({"a.yaml": "a: 1\n"}, text)
    for command in (["check"], ["check", "--format", "json"], ["config"], ["config", "--format", "json"]):
        is_harmless(f"{what} in probity.toml: {' '.join(command)}", probity("--color", "never", "-C", str(tree), *command))

empty = folder({f"inner{HOSTILE}/x.txt": ""}) / f"inner{HOSTILE}"
is_harmless("an empty folder", probity("--color", "never", "-C", str(empty), "check"))
if os.geteuid() == 0:
    locked = folder({f"locked{HOSTILE}/a.yaml": "a: 1\n", f"locked{HOSTILE}/probity.toml": CONFIGURATION})
    locked.chmod(0o755)
    (locked / f"locked{HOSTILE}").chmod(0o711)
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", os.environ["PROBITY"]]
    result = run(*command, "--color", "never", "-C", str(locked / f"locked{HOSTILE}"), "check")
    check(result.returncode == 3, "a folder that may not be listed: exit code 3", result)
    is_harmless("a folder that may not be listed", result)
finish()
