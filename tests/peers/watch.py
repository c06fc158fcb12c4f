"""`probity check --watch`, by a program that edits as editors do: a mistake is shown, its mending is shown, a file that is
ignored shows nothing, a save by renaming shows nothing false, broken settings are told and outlived."""

import os
import queue
import signal
import subprocess
import threading
import time

from support import PROBITY, check, finish, folder

GOOD = "type: role\nid: ROL-001\ntitle: Manager\nowner: ROL-001\n"
BAD = GOOD.replace("owner: ROL-001", "owner: ROL-009")
SETTINGS = '[organization]\nname = "A"\n'

root = folder({"probity.toml": SETTINGS, "roles/role.yaml": GOOD, ".gitignore": "ignored/\n"})
subprocess.run(["git", "init", "-q", str(root)], check=True)
(root / "ignored").mkdir()
watch = subprocess.Popen([str(PROBITY), "-C", str(root), "check", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
lines = queue.Queue()
threading.Thread(target=lambda: [lines.put(line.rstrip("\n")) for line in watch.stdout], daemon=True).start()


def told(until, within=30):
    """The lines up to one that holds a text."""
    found, end = [], time.monotonic() + within
    while time.monotonic() < end:
        try:
            found.append(lines.get(timeout=0.2))
        except queue.Empty:
            continue
        if until in found[-1]:
            return "\n".join(found)
    return "\n".join(found) + "\n(nothing more)"


def nothing(what):
    time.sleep(2)
    check(lines.empty(), f"{what} shows nothing", told("never", 1))


begin = told("watching; Ctrl-C ends it")
check("in 1 document; the check passes" in begin, "it begins with what there is", begin)
(root / "roles/role.yaml").write_text(BAD)
text = told("the check fails")
check("new     roles/role.yaml:4:8: error REF-01: " in text and "ROL-009" in text, "a mistake is shown at its place", text)
(root / "roles/role.yaml").write_text(GOOD)
text = told("the check passes")
check("mended  roles/role.yaml:4:8: error REF-01: " in text, "its mending is shown", text)

(root / "ignored/role.yaml").write_text(BAD)
nothing("a file that is ignored")
(root / "roles/role.yaml").write_text(GOOD + "# a comment\n")
nothing("a change without a consequence")

# As vim saves: the file goes away under another name, and a new one takes its place a moment later.
os.rename(root / "roles/role.yaml", root / "roles/role.yaml~")
time.sleep(0.05)
(root / "roles/role.yaml").write_text(GOOD)
os.unlink(root / "roles/role.yaml~")
nothing("a save by renaming")

(root / "probity.toml").write_text("[organisation]\n")
text = told("cannot check")
check("cannot check: `probity.toml` cannot be used as it is" in text, "broken settings are told", text)
while not lines.empty():
    lines.get()
(root / "probity.toml").write_text(SETTINGS)
text = told("the check passes")
check("the check passes" in text, "and outlived", text)
(root / "roles/role.yaml").write_text(BAD)
told("the check fails")
watch.send_signal(signal.SIGINT)
check(watch.wait(timeout=30) == 1, "an interrupt ends it with the outcome of the last check", str(watch.returncode))
finish()
