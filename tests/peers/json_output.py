"""What commands print with `--format json`, as other programs read it: valid against the published JSON
Schemas for two validators, and the same bytes from wherever it is run."""

import json
import os
import shutil

from support import HERE, ROOT, check, finish, folder, probity, run

SCHEMAS = ROOT / "schemas" / "reports"
SCHEMA = SCHEMAS / "check-1.json"

clean = folder({"procedures/a.yaml": "type: procedure\nid: PROC-001\ntitle: Restore a server\nstatus: draft\n"})
faulty = folder(
    {
        "policies/a.yaml": "type: policy\nid: POL-001\nowner: a\nowner: b\n",
        "policies/b.yaml": "type: policy\ntitle: one: two\n",
        "policies/c.yaml": "- a\n- list\n",
        "policies/D.yaml": "a: 1\n",
        "policies/d.yaml": "a: 1\n",
        "policies/e.md": "---\ntype: policy\n",
        "policies/latin.yaml": b"title: caf\xe9\n",
        "policies/alias.yaml": "a: *nothing\nb: !secret x\n{c: 1}: d\n",
        "policies/名前.yaml": "名: 🙂\n名: 🙂\n",
    }
)
os.symlink("/nowhere", faulty / "policies" / "link.yaml")
trees = {"clean": (clean, 0), "faulty": (faulty, 1)}
shown = ROOT / "examples" / "faulty"
if shown.is_dir():
    trees["examples/faulty"] = (shown, 1)

check(SCHEMA.is_file(), "the JSON Schema is published", f"no file {SCHEMA}")
for name, (tree, expected) in trees.items():
    result = probity("check", "--format", "json", cwd=tree)
    check(result.returncode == expected, f"{name}: exit code {expected}", result)
    check(result.stderr == b"", f"{name}: nothing on standard error", result.stderr)
    text = result.stdout

    again = probity("check", "--format", "json", cwd=tree).stdout
    check(again == text, f"{name}: a second run gives the same bytes")
    # Beside the tree's own parent, so that the relative path has a part that goes up.
    elsewhere = folder({"inner/x.txt": ""}) / "inner"
    relative = os.path.relpath(tree, elsewhere)
    for how, path in (("absolute", str(tree)), ("relative", relative), ("unsettled", f"{relative}/../{tree.name}/")):
        other = probity("-C", path, "check", "--format", "json", cwd=elsewhere).stdout
        check(other == text, f"{name}: the same bytes from another folder by an {how} path", other.decode())
    check(str(tree).encode() not in text, f"{name}: no absolute path")

    report = json.loads(text)
    found = [finding["level"] for finding in report["findings"]]
    counts = {level: found.count(level) for level in ("error", "warning", "info")}
    check(report["counts"] == counts, f"{name}: Python reads it, and the counts are those of the findings")

    file = folder({"report.json": text}) / "report.json"
    for peer, command in {
        "check-jsonschema": ["check-jsonschema", "--schemafile", str(SCHEMA), str(file)],
        "ajv": ["node", str(HERE / "validate.cjs"), str(SCHEMA), str(file)],
    }.items():
        verdict = run(*command)
        check(verdict.returncode == 0, f"{name}: {peer} finds it valid", (verdict.stdout + verdict.stderr).decode())
        # A validator that accepts everything would prove nothing.
        report["findings"] = "none"
        broken = folder({"report.json": json.dumps(report)}) / "report.json"
        verdict = run(*command[:-1], str(broken))
        check(verdict.returncode == 1, f"{name}: {peer} refuses it when it is broken", verdict)

project = ROOT / "examples" / "northwind-first-gap"
views = {
    "due-1.json": (["due", "--within", "1y"], "items", 0),
    "gap-1.json": (["gap"], "clauses", 0),
    "ready-1.json": (["ready", "--for", "stage-2"], "blockers", 1),
}
# What needs a history: a procedure that was changed after its approval.
past = folder({"minutes.md": "# Minutes\n", "people.yaml": "type: person\nid: PER-001\ntitle: Anna\n"})
procedure = "type: procedure\nid: PRO-001\ntitle: T\nstatus: approved\napproval: {by: PER-001, date: 2026-01-01, evidence: [minutes.md]}\n"
for text in (procedure, procedure + "body: Changed\n"):
    (past / "pro.yaml").write_text(text)
    for command in (["init", "--quiet"], ["add", "."], ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "c"]):
        done = run("git", "-C", str(past), *command)
        assert done.returncode == 0, done
histories = {
    "approvals-1.json": (["approve", "verify", "--all"], "approvals", 1),
    "diff-1.json": (["diff", "HEAD~1"], "documents", 0),
    "log-1.json": (["log", "PRO-001"], "events", 0),
    "trend-1.json": (["trend", "--per", "commit"], "rows", 0),
}
projects = {"clean": clean, "a project": project}
tried = [(schema, view, projects) for schema, view in views.items()]
tried += [(schema, view, {"a history": past}) for schema, view in histories.items()]
# Real incidents of a tool, once as they cannot be taken, and once as they can.
export = ROOT / "examples" / "servicenow-import"
taking = ["import", "servicenow", str(export / "export" / "incident-events.csv"), "--type", "incident", "--id", "EXT-001", "--dry-run"]
tried += [("import-1.json", (taking, "columns", 2), {"an export without a zone": export})]
tried += [("import-1.json", ([*taking, "--zone", "UTC"], "columns", 0), {"an export": export})]
for schema, (command, field, code), trees in tried:
    for name, tree in trees.items():
        what = f"{command[0]} of {name}"
        result = probity(*command, "--format", "json", cwd=tree)
        check(result.returncode == code, f"{what}: exit code {code}", result)
        other = probity("-C", str(tree), *command, "--format", "json", cwd=HERE).stdout
        check(other == result.stdout, f"{what}: the same bytes from another folder")
        report = json.loads(result.stdout)
        file = folder({"report.json": result.stdout}) / "report.json"
        report[field] = "none"
        broken = folder({"report.json": json.dumps(report)}) / "report.json"
        for peer, validate in {
            "check-jsonschema": ["check-jsonschema", "--schemafile", str(SCHEMAS / schema)],
            "ajv": ["node", str(HERE / "validate.cjs"), str(SCHEMAS / schema)],
        }.items():
            verdict = run(*validate, str(file))
            check(verdict.returncode == 0, f"{what}: {peer} finds it valid", (verdict.stdout + verdict.stderr).decode())
            check(run(*validate, str(broken)).returncode == 1, f"{what}: {peer} refuses it when it is broken")

shutil.copytree(faulty, faulty.parent / "copy", symlinks=True)
copied = probity("-C", str(faulty.parent / "copy"), "check", "--format", "json").stdout
check(copied == probity("-C", str(faulty), "check", "--format", "json").stdout, "a copy elsewhere gives the same bytes")
finish()
