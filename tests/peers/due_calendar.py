"""`probity due --format ics` as another program reads it: a valid calendar with the events of the JSON, each on
its day, and identities that stay the same."""

import json
from datetime import date, datetime, timedelta, timezone

from icalendar import Calendar

from support import ROOT, check, finish, folder, probity, run

SCHEMA = ROOT / "schemas" / "reports" / "due-1.json"

hostile = folder(
    {
        "actions.yaml": "collection: action-item\nentries:\n"
        '- {id: ACT-1, title: "A; B, C \\\\ D: \\"E\\"", due_on: 2026-02-28, state: open, responsible: PER-001}\n'
        '- {id: ACT-2, title: "first\\nEND:VEVENT\\r\\nBEGIN:VEVENT", due_on: 2028-02-29, state: open}\n'
        f"- {{id: ACT-3, title: {'名前🙂' * 60}, due_on: 2026-12-31, state: open}}\n"
        f"- {{id: ACT-4, title: {'a' * 300}, due_on: 9999-12-30, state: open}}\n"
        "- {id: ACT-4, title: an id that is taken, due_on: 9999-12-30, state: open}\n"
    }
)
trees = {"northwind": ROOT / "examples" / "northwind", "drift": ROOT / "examples" / "northwind-drift", "hostile": hostile}
for name, tree in trees.items():
    for arguments in (["--within", "9000y"], ["--overdue"], ["--within", "8w", "--as-of", "2028-02-29"]):
        told = f"{name} {' '.join(arguments)}"
        text = probity("due", *arguments, "--format", "json", cwd=tree).stdout
        items = json.loads(text)["items"]
        file = folder({"due.json": text}) / "due.json"
        verdict = run("check-jsonschema", "--schemafile", str(SCHEMA), str(file))
        check(verdict.returncode == 0, f"{told}: the JSON is valid", verdict)

        result = probity("due", *arguments, "--format", "ics", cwd=tree)
        check(result.returncode == 0 and result.stderr == b"", f"{told}: exit code 0", result)
        check(probity("due", *arguments, "--format", "ics", cwd=tree).stdout == result.stdout, f"{told}: the same bytes")
        check(str(tree).encode() not in result.stdout, f"{told}: no absolute path")
        lines = result.stdout.split(b"\r\n")
        check(all(len(line) <= 75 for line in lines), f"{told}: no line is longer than 75 octets")
        check(b"\n" not in b"".join(lines) and lines[-1] == b"", f"{told}: every line ends in CR LF")
        for line in lines:
            line.decode()  # A character broken by folding would not decode.

        calendar = Calendar.from_ical(result.stdout)
        check(not calendar.errors, f"{told}: nothing is wrong in the calendar", calendar.errors)
        events = list(calendar.walk("VEVENT"))
        check(len(events) == len(items), f"{told}: as many events as items", (len(events), len(items)))
        check(not any(event.errors for event in events), f"{told}: nothing is wrong in the events")
        identities = [str(event["UID"]) for event in events]
        check(len(set(identities)) == len(identities), f"{told}: each event has its own identity", identities)
        stamp = {event.decoded("DTSTAMP") for event in events}
        as_of = date.fromisoformat(json.loads(text)["as_of"]["value"])
        expected = datetime(as_of.year, as_of.month, as_of.day, tzinfo=timezone.utc)
        check(stamp <= {expected}, f"{told}: the stamp is the day judged on", stamp)
        for event, item in zip(events, items):
            day = date.fromisoformat(item["on"])
            read = (event.decoded("DTSTART"), event.decoded("DTEND"))
            check(read == (day, day + timedelta(days=1)), f"{told}: {item['id']} lasts the whole day", (read, item))
            check(str(event["SUMMARY"]) == f"{item['id']}: {item['what']}", f"{told}: {item['id']} says what it is", event)
            description = str(event["DESCRIPTION"])
            check(f"{item['path']}:{item['line']}" in description, f"{told}: {item['id']} says where it is", description)
            if item["whose"]:
                check(f"for {item['whose']}" in description, f"{told}: {item['id']} says whose it is", description)

first = json.loads(probity("due", "--within", "9000y", "--format", "json", cwd=hostile).stdout)["items"]
check([item["id"] for item in first] == ["ACT-1", "ACT-3", "ACT-2", "ACT-4", "ACT-4"], "all five actions wait", first)
event = Calendar.from_ical(probity("due", "--overdue", "--format", "ics", cwd=hostile).stdout).walk("VEVENT")[0]
check('A; B, C \\ D: "E"' in str(event["DESCRIPTION"]), "signs with a meaning are read as they were written", event)
finish()
