"""What people write in a judgement comes back as they wrote it, whatever it is: `probity judge` writes it,
and readers of YAML 1.1 and 1.2 read it."""

import json
import random
import re

import ruamel.yaml
import yaml

from support import check, finish, folder, probity

PIECES = [
    "'", '"', ": ", " #", "#", "  ", " ", "\n", "\n\n", "\t", "\r\n", "\\", "- ", "? ", "---", "...", "[", "]", "{",
    "}", ",", "&a", "*a", "!b", "|", ">", "%", "@", "`", "no", "Yes", "on", "null", "~", "8.10", "2026-11-18", "12:30",
    "0x1F", "1_000", "<<", "=", "é", "名前", "🙂", "\u0085", "\u2028", "\ufeff", "\u00a0", "\u0000", "\u007f", "\u202e",
    "word", "and another ", "incident of the day ",
]
PEOPLE = "{type: person, id: PER-001, title: Somebody}\n"
# The same in every run.
chance = random.Random(20_000)


def texts(count):
    """Pieces that mean something to YAML, each alone, and put together by chance."""
    for number in range(count):
        if number < len(PIECES):
            yield PIECES[number]
        else:
            yield "".join(chance.choice(PIECES) for _ in range(chance.choice([2, 3, 8, 40])))


def by_ruamel_yaml(text):
    return ruamel.yaml.YAML(typ="safe", pure=True).load(text)


clauses = json.loads(probity("list", "clauses", "--format", "json").stdout)
points = [point["id"] for clause in clauses for point in clause.get("points", [])]
check(len(points) > 300, "there are points to judge", clauses)
answers = []
for point, text in zip(points, texts(len(points))):
    # Something has to be said, and what has no space may be taken for an id or a path.
    because = chance.choice([text + "x", "x" + text, "x" + text + "x"])
    evidence = ["a " + text, text + " b", "a " + text + " b"]
    answers.append({"point": point, "status": "partly", "confidence": "low", "because": because, "evidence": evidence})
# JSON lets characters stand that YAML does not; both know the escape.
written = json.dumps({"answers": answers}, ensure_ascii=False)
written = re.sub("[\x7f-\x9f\u2028-\u202e\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", written)
home = folder({"people.yaml": PEOPLE, "answers.txt": written})
arguments = ("--interview", "--by", "PER-001", "--answers", str(home / "answers.txt"), "--campaign", "peers")
ran = probity("judge", *arguments, cwd=home)
check(ran.returncode == 0, "the answers are written", ran.stderr.decode())

for reader, read in {"PyYAML": yaml.safe_load, "ruamel.yaml": by_ruamel_yaml}.items():
    found = {}
    for path in sorted((home / "judgements" / "peers").glob("*.yaml")):
        for entry in read(path.read_bytes().decode())["entries"]:
            found[entry["requirement_id"]] = entry
    for answer in answers:
        entry = found.get(answer["point"], {})
        check(entry.get("rationale") == answer["because"], f"{reader}: {answer['point']}", repr((answer, entry)))
        check(entry.get("evidence") == answer["evidence"], f"{reader}: {answer['point']}", repr((answer, entry)))
        check(str(entry.get("assessed_on")) == "2026-06-30", f"{reader}: {answer['point']} has its day", repr(entry))
finish()
