"""The real export of `examples/servicenow-import`, counted by pandas: incidents, states and their times, and every figure
that the document of the extract tells. And that importing twice changes nothing."""

import json
import re
import shutil
import tempfile
from pathlib import Path

import pandas
import yaml

from support import ROOT, check, finish, probity

EXAMPLE = ROOT / "examples" / "servicenow-import"
EXPORT = "export/incident-events.csv"
ZONE = "Europe/Lisbon"
ARGUMENTS = ["import", "servicenow", EXPORT, "--type", "incident", "--zone", ZONE]
STATES = {
    "New": "new",
    "Active": "in-progress",
    "Awaiting User Info": "on-hold",
    "Awaiting Problem": "on-hold",
    "Resolved": "resolved",
    "Closed": "closed",
}
TIMES = ["opened_at", "resolved_at", "closed_at"]


def told(series):
    """Instants as the records write them."""
    text = series.dt.tz_localize(ZONE).dt.strftime("%Y-%m-%dT%H:%M:%S%z")
    return text.str.replace(r"(\d\d)(\d\d)$", r"\1:\2", regex=True)


events = pandas.read_csv(EXAMPLE / EXPORT, dtype=str, keep_default_na=False, na_values=["?"])
for column in TIMES + ["sys_updated_at"]:
    events[column + "_read"] = pandas.to_datetime(events[column], format="%d/%m/%Y %H:%M")
    events[column] = told(events[column + "_read"])
events["row"] = range(len(events))
events = events.sort_values(["number", "sys_updated_at_read", "row"], kind="stable")
last = events.groupby("number").last()  # of each column, the last value that is known

work = Path(tempfile.mkdtemp())
home = work / "home"
shutil.copytree(EXAMPLE, home)
for made in ["extracts", "records"]:
    shutil.rmtree(home / made)
ran = probity(*ARGUMENTS, cwd=home)
check(ran.returncode == 0, "the real export is imported", ran.stderr.decode())
rows = [json.loads(line) for line in (home / "extracts/incident-2016-02-29.jsonl").read_text().splitlines()]
document = yaml.safe_load((home / "records/extracts/incident-2016-02-29.yaml").read_text())
indicators = {item["name"]: item["value"] for item in document["indicators"]}
records = pandas.DataFrame(rows).set_index("id")

check(list(records.index) == sorted(last.index), "each incident is one record, in order", list(records.index))
check(records["state"].tolist() == last["incident_state"].map(STATES).tolist(), "the last state is the state")
for column in TIMES:
    check(
        records[column].fillna("").tolist() == last[column].fillna("").tolist(),
        f"`{column}` is what the export says, in its zone",
        pandas.DataFrame({"ours": records[column], "theirs": last[column]}),
    )
for ours, theirs in [("impact", "impact"), ("urgency", "urgency"), ("priority", "priority")]:
    check(records[ours].tolist() == last[theirs].str[0].astype(int).tolist(), f"`{ours}` is the number in front")
for ours, theirs in [("category", "category"), ("assigned_group", "assignment_group"), ("resolution_code", "closed_code")]:
    check(records[ours].fillna("").tolist() == last[theirs].fillna("").tolist(), f"`{ours}` is as it stands")

history, holds = {}, {}
for number, group in events.groupby("number"):
    changed = group[group["incident_state"] != group["incident_state"].shift()]
    history[number] = [
        {"at": at, "state": state} for at, state in zip(changed["sys_updated_at"], changed["incident_state"])
    ]
    holds[number] = []
    for position, entry in enumerate(history[number]):
        if STATES[entry["state"]] == "on-hold":
            end = {"to": history[number][position + 1]["at"]} if position + 1 < len(history[number]) else {}
            holds[number].append({"from": entry["at"], **end, "reason": entry["state"]})
check({row["id"]: row["source"]["history"] for row in rows} == history, "states follow each other as in the log")
check({row["id"]: row.get("holds", []) for row in rows} == holds, "what waited, waited as long as in the log")

first, latest = last["opened_at_read"].min().date(), last["opened_at_read"].max().date()
check(document["period"] == {"from": first, "to": latest}, "the period is from the first to the last", document["period"])
check(document["rows"] == len(last) == len(rows), "the document tells how many there are")

expected = {"rows of the export": len(events), "records": len(last)}
for name, counts in [
    ("state", last["incident_state"].map(STATES).value_counts()),
    ("priority", last["priority"].str[0].value_counts()),
]:
    expected |= {f"{name} {value}": count for value, count in counts.items()}
flags = last["made_sla"].value_counts()
expected |= {f"made_sla {value}, as the source says": count for value, count in flags.items()}
hours = (last["resolved_at_read"] - last["opened_at_read"]).dt.total_seconds() / 3600
expected["median hours from opened_at to resolved_at"] = round(hours.median(), 2)
numbers = last.index.str.extract(r"(\d+)$")[0].astype(int)
gaps = numbers.max() - numbers.min() + 1 - numbers.nunique()
expected[f"numbers from {last.index.min()} to {last.index.max()} that are not in it"] = gaps
check(indicators == expected, "every figure is what pandas counts", f"{indicators}\n{expected}")

names = set(events[["caller_id", "assigned_to", "opened_by", "resolved_by"]].stack().dropna())
text = "".join(path.read_text() for path in [*home.glob("extracts/*"), *home.glob("records/extracts/*")])
check(not any(name in text for name in names), "nobody is named in what is written")
tokens = records["reported_by"].groupby(last["caller_id"]).nunique()
check((tokens == 1).all() and records["reported_by"].nunique() == last["caller_id"].nunique(), "a person is one token")
check(records["reported_by"].map(lambda token: bool(re.fullmatch("person-[0-9a-f]{12}", token))).all(), "tokens are tokens")


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


before = bytes_of(home)
ran = probity(*ARGUMENTS, "--id", "EXT-incident-2016-02-29", cwd=home)
check(ran.returncode == 0 and b"nothing has changed" in ran.stdout, "a second import says that nothing changed", ran.stderr)
check(bytes_of(home) == before, "and changes nothing, byte for byte")

# A newer export with one incident more; what people added to the document stays.
path = home / "records/extracts/incident-2016-02-29.yaml"
path.write_text(path.read_text().replace("rows: 32\n", "rows: 32 # by the desk\nowner: ROL-001 # ours\n"))
lines = (home / EXPORT).read_text().splitlines(keepends=True)
more = lines[1].replace("INC0000045", "INC0000102")
(home / "newer.csv").write_text("".join([*lines, more]))
arguments = [argument if argument != EXPORT else "newer.csv" for argument in ARGUMENTS]
ran = probity(*arguments, "--id", "EXT-incident-2016-02-29", cwd=home)
check(ran.returncode == 0, "a newer export brings the extract up to date", ran.stderr.decode())
check(b"1 new: `INC0000102`" in ran.stdout, "what is new is told", ran.stdout.decode())
text = path.read_text()
check("rows: 33 # by the desk\nowner: ROL-001 # ours\n" in text, "what people wrote stays", text)
shutil.rmtree(work)
finish()
