"""`probity judge --interview` in a real terminal, which tmux plays: an answer is on disk as soon as it is given,
Ctrl-C leaves nothing half-written, and the next run begins at the next point."""

import os
import time

import yaml

from support import check, finish, folder, run

# Each run has a terminal of its own.
runs = 0
home = folder(
    {
        "people.yaml": "{type: person, id: PER-001, title: Somebody}\n",
        "roles.yaml": "{type: role, id: ROL-001, title: Service owner}\n",
    }
)
file = home / "judgements" / "2026-06" / "8.6.1.yaml"


def tmux(*arguments):
    return run("tmux", "-L", f"probity-{os.getpid()}-{runs}", "-u", "-f", "/dev/null", *arguments)


def screen():
    return tmux("capture-pane", "-p", "-S", "-", "-t", "0").stdout.decode()


def shows(text, what):
    """Waits until the terminal shows something, and notes whether it did."""
    for _ in range(100):
        if text in screen():
            break
        time.sleep(0.05)
    check(text in screen(), what, screen())


def answer(question, text):
    """Answers a question once it is there."""
    shows(f"? {question}", f"{question} is asked")
    tmux("send-keys", "-t", "0", "-l", text)
    tmux("send-keys", "-t", "0", "Enter")


def started():
    global runs
    tmux("kill-server")
    runs += 1
    command = f"{os.environ['PROBITY']} judge --interview 8.6.1 --by PER-001; echo ended with $?; stty -a; cat"
    tmux("new-session", "-d", "-x", "100", "-y", "60", "-c", str(home), command)


def entries():
    return yaml.safe_load(file.read_text())["entries"] if file.exists() else []


started()
shows("1 of ", "the first point is asked")
shows("8.6.1/01", "it is the first of the clause")
for question, text in {
    "status": "f",
    "documented": "p",
    "implemented": "f",
    "evidenced": "p",
    "effective": "u",
    "occurrence": "x",
    "confidence": "m",
    "because": 'Two of "three" are: written # down',
    "evidence": "talk with the owner; minutes of May",
    "interviewees": "ROL-001",
}.items():
    answer(question, text)
shows("no more than partly follows", "what does not follow from the facts is refused")
check(entries() == [], "and not written")
answer("status", "p")
for question in ("documented", "implemented", "evidenced", "effective", "occurrence", "confidence", "because"):
    answer(question, "")
answer("evidence", "")
answer("interviewees", "")
shows("2 of ", "the second point is asked")
written = entries()
check(len(written) == 1, "the first answer is on disk", written)
entry = written[0] if written else {}
check(entry.get("status") == "partly", "with its status", entry)
check(entry.get("rationale") == 'Two of "three" are: written # down', "with its reason", entry)
check(entry.get("evidence") == ["talk with the owner", "minutes of May"], "with what was seen", entry)
check(entry.get("interviewees") == ["ROL-001"], "with who was asked", entry)
answer("status", "p")
shows("? documented", "the next question is asked")
tmux("send-keys", "-t", "0", "C-c")
shows("ended with 0", "Ctrl-C ends the interview")
shows(" echo ", "and the terminal shows again what is typed")
check(entries() == written, "half an answer is not written", entries())
check(os.listdir(file.parent) == [file.name], "nothing else is left behind", os.listdir(file.parent))

started()
shows("1 of ", "a second run asks again")
shows("8.6.1/02", "and begins at the point that nobody has judged")
check("\n8.6.1/01 " not in screen(), "and not at the one that is written", screen())
answer("status", "")
shows("2 of ", "Enter passes over a point")
answer("status", "q")
shows("nothing was written", "and q leaves")
tmux("kill-server")
finish()
