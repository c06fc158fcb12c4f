"""Which commits touched a document: `probity log` tells what `git log -c --name-only --no-renames` does, over a history
with branches, merges, merges that change something of their own, and files that go and come back."""

import json
import os
import random
import subprocess
import tempfile
from pathlib import Path

from support import check, finish, probity

chance = random.Random(20000)
root = Path(tempfile.mkdtemp())
days = 0


def git(*arguments, fails=False):
    environment = {"GIT_AUTHOR_DATE": f"{1_772_366_400 + days * 3600} +0100", "GIT_COMMITTER_DATE": f"{1_772_366_400 + days * 3600} +0100"}
    settings = ["-c", "user.name=Wren", "-c", "user.email=wren@example.org", "-c", "merge.conflictStyle=merge"]
    done = subprocess.run(["git", *settings, *arguments], cwd=root, capture_output=True, env={**os.environ, **environment}, timeout=60)
    assert fails or done.returncode == 0, (arguments, done.stderr.decode())
    return done.stdout.decode()


names = [f"PRO-{number:03}" for number in range(1, 9)]


def write(name, word):
    (root / f"{name}.yaml").write_text(f"type: procedure\nid: {name}\ntitle: {name}\nstatus: draft\nbody: {word}\n")


def commit():
    global days
    days += 1
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", f"Hour {days}")


git("init", "--quiet", "--initial-branch=main")
for name in names:
    write(name, "begin")
commit()
branches = ["main"]
merges = 0
for number in range(300):
    action = chance.random()
    if action < 0.12 and len(branches) < 5:
        branches.append(f"branch-{number}")
        git("branch", branches[-1])
    elif action < 0.3 and len(branches) > 1:
        other = chance.choice(branches)
        git("merge", "--no-ff", "--no-commit", "--quiet", other, fails=True)
        # Where both changed a file, one is taken, or both are, or something else is written.
        for name in git("diff", "--name-only", "--diff-filter=U").split():
            if chance.random() < 0.4:
                git("checkout", chance.choice(["--ours", "--theirs"]), "--", name, fails=True)
            if not (root / name).exists() or "<<<<" in (root / name).read_text() or chance.random() < 0.3:
                write(name.removesuffix(".yaml"), f"merged in {number}")
        if chance.random() < 0.2:
            write(chance.choice(names), f"changed in merging {number}")
        merges += 1
        commit()
    elif action < 0.4:
        git("checkout", "--quiet", chance.choice(branches))
    else:
        for name in chance.sample(names, chance.randint(1, 3)):
            path = root / f"{name}.yaml"
            if path.exists() and chance.random() < 0.1 and name != names[0]:
                path.unlink()
            else:
                write(name, f"hour {number}")
        commit()
git("checkout", "--quiet", "main")
for branch in branches[1:]:
    git("merge", "--no-ff", "--quiet", "-X", "ours", "--message", f"Merge {branch}", branch, fails=True)
    for name in git("diff", "--name-only", "--diff-filter=U").split():
        write(name.removesuffix(".yaml"), f"last, of {branch}")
    commit()
for name in names:
    write(name, "end")
commit()

touched = {name: set() for name in names}
for entry in git("log", "-c", "--name-only", "--no-renames", "--format=%x01%H").split("\x01")[1:]:
    id, *paths = entry.split()
    for path in paths:
        touched[path.removesuffix(".yaml")].add(id)
present = {
    id: set(git("ls-tree", "--name-only", id).split())
    for id in {id for ids in touched.values() for id in ids}
}
check(merges > 20, "many were merged", merges)
for name in names:
    report = json.loads(probity("-C", str(root), "log", name, "--format", "json").stdout)
    # What a commit deleted is not there to be told of.
    expected = {id for id in touched[name] if f"{name}.yaml" in present[id]}
    found = {event["commit"] for event in report["events"]}
    check(found == expected, f"{name}: {len(expected)} commits touched it", (found ^ expected))
finish()
