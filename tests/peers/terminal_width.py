"""`probity check` in a real terminal, which tmux plays: no line is wider than the pane, and the last
line says what to do next."""

import os
import unicodedata

from support import ROOT, check, finish, folder, run

SOCKET = f"probity-{os.getpid()}"
LONG = "the provider records each incident with its impact and urgency so that support groups agree on priority " * 3
# A path is never broken, so that it can be copied; those here fit.
faulty = folder(
    {
        "policies/duplicate.yaml": "type: policy\nowner: a\nowner: b\n",
        "policies/a-rather-long-name-of-a-file-but-no-longer-than-fits.yaml": "a: 1\na: 2\n",
        "policies/long-line.yaml": f"title: {LONG}\nbody: {LONG}: x\n",
        "policies/long-key.yaml": f"{LONG[:70]}: 1\n{LONG[:70]}: 2\n",
        "policies/wide.yaml": f"名前: 🙂\n名前: {'名前' * 40}\n",
        "policies/tabs.yaml": "a:\n\tb: 1\n",
        "policies/list.yaml": "- a\n- list\n",
        "policies/quote.yaml": 'a: "opened\nb: c\n',
    }
)


def tmux(*arguments):
    return run("tmux", "-L", SOCKET, "-u", "-f", "/dev/null", *arguments)


def columns(line):
    """The columns that a terminal gives a line."""
    marks = ("Mn", "Me", "Cf")
    return sum(
        0 if unicodedata.category(c) in marks else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line
    )


def screen(width, *arguments):
    """The lines that the program wrote into a terminal of this width, before the terminal broke
    those that are too long for it."""
    command = f"{os.environ['PROBITY']} {' '.join(arguments)}; echo \"ended with $?\"; tmux -L {SOCKET} wait-for -S over; cat"
    tmux("new-session", "-d", "-s", str(width), "-x", str(width), "-y", "50", "-c", str(faulty), "sleep 1000")
    tmux("set-option", "-g", "history-limit", "10000")
    # The limit counts for windows that are made after it.
    tmux("new-window", "-t", f"{width}:9", "-c", str(faulty), command)
    tmux("wait-for", "over")
    captured = tmux("capture-pane", "-p", "-J", "-S", "-", "-t", f"{width}:9").stdout.decode()
    return [line.rstrip() for line in captured.rstrip().split("\n")]


try:
    for width in (80, 160):
        lines = screen(width, "check", "--verbose")
        check(lines[-1] == "ended with 1", f"{width} columns: the report is whole, and fails the gate", lines[-3:])
        check(any(line.startswith("found: ") for line in lines), f"{width} columns: there is a summary")
        wide = [line for line in lines if columns(line) > width]
        check(not wide, f"{width} columns: no line is wider", "\n".join(wide))
        check(lines[-2].startswith("next: probity "), f"{width} columns: the last line says what to do next", lines[-2])
        check("\ufffd" not in "".join(lines), f"{width} columns: every character arrives")
    project = ROOT / "examples" / "northwind-first-gap"
    views = (["gap"], ["gap", "-v"], ["ready", "--for", "stage-2", "--explain"], ["list", "required"])
    for width, view in ((width, view) for width in (82, 102) for view in views):
        lines = screen(width, "-C", str(project), *view)
        tmux("kill-session", "-t", str(width))
        wide = [line for line in lines if columns(line) > width]
        check(len(lines) > 50 and not wide, f"{width} columns: no line of {' '.join(view)} is wider", wide[:3])
    quiet = screen(81, "check", "--quiet")
    check(not any(line.startswith("next:") for line in quiet), "--quiet says no more than the summary", quiet)
finally:
    tmux("kill-server")
finish()
