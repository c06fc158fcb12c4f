"""`probity due --format ics` as another program reads it: each line within the limits of RFC 5545, and the same
events as the JSON, on the same days."""

import json
from datetime import date, timedelta

from icalendar import Calendar
from support import ROOT, check, finish, folder, probity

HOSTILE = "a\x1b[31m; b, c\\\\d \u202e" + "名前" * 60
own = folder(
    {
        "actions.yaml": "collection: action-item\nentries:\n"
        f'  - {{id: A-1, title: "{HOSTILE}", due_on: 2026-07-01, state: open}}\n'.replace("\x1b", "\\e")
        + "  - {id: A-2, title: leap, due_on: 2028-02-29, state: open}\n",
    }
)
trees = {
    "northwind": (ROOT / "examples" / "northwind", ["--within", "1y"]),
    "long titles": (own, ["--within", "9y"]),
    "nothing": (own, ["--within", "1d", "--type", "waiver"]),
}
for name, (tree, arguments) in trees.items():
    ics = probity("-C", str(tree), "due", *arguments, "--format", "ics").stdout
    report = json.loads(probity("-C", str(tree), "due", *arguments, "--format", "json").stdout)
    lines = ics.split(b"\r\n")
    check(b"\n" not in ics.replace(b"\r\n", b""), f"{name}: every line ends as the RFC wants")
    long = [line for line in lines if len(line) > 75]
    check(not long, f"{name}: no line has more than 75 octets", long[:2])
    check(all(line.decode("utf-8", "replace").find("\ufffd") < 0 for line in lines), f"{name}: no character is torn")
    events = list(Calendar.from_ical(ics).walk("VEVENT"))
    days = sorted(str(event.decoded("DTSTART")) for event in events)
    check(days == sorted(item["on"] for item in report["items"]), f"{name}: the events of the JSON, on its days")
    ends = all(event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1) for event in events)
    check(ends, f"{name}: each lasts a whole day")
    identities = {str(event["UID"]) for event in events}
    check(len(identities) == len(events), f"{name}: each event has an identity of its own")
    summaries = sorted(str(event["SUMMARY"]) for event in events)
    wanted = sorted(f"{item['id']}: {item['what']}" if item["id"] else item["what"] for item in report["items"])
    check(summaries == wanted, f"{name}: the words come back as they were", summaries[:3])
check(date(2028, 2, 29) in [event.decoded("DTSTART") for event in Calendar.from_ical(
    probity("-C", str(own), "due", "--within", "9y", "--format", "ics").stdout).walk("VEVENT")], "a leap day stays one")
finish()
