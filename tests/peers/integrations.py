"""What is shipped for hooks and CI, run as those run it: the hook by pre-commit in a commit, the steps of the action and
the script of the job of GitLab by bash. Nothing is built here: the program is on the path, as where it is installed."""

import json
import os
import re
import shutil
from pathlib import Path

import yaml
from support import CONFIGURATION, PROBITY, ROOT, check, finish, folder, run

EXAMPLE = ROOT / "examples" / "northwind-drift"
ACTION = ROOT / ".github" / "actions" / "check" / "action.yml"
GITLAB = ROOT / "templates" / "ci" / "gitlab.yml"
GITHUB = ROOT / "templates" / "ci" / "github.yml"
JENKINS = ROOT / "templates" / "ci" / "Jenkinsfile"
HOOKS = ROOT / ".pre-commit-hooks.yaml"

programs = folder({})
shutil.copy(PROBITY, programs / "probity")
environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

FORGES = {ACTION: "vendor.github-actions", GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}
for file, schema in FORGES.items():
    verdict = run("check-jsonschema", "--builtin-schema", schema, str(file))
    check(verdict.returncode == 0, f"{file.name} is what its forge wants", (verdict.stdout + verdict.stderr).decode())
verdict = run("pre-commit", "validate-manifest", str(HOOKS))
check(verdict.returncode == 0, "the hooks are what pre-commit wants", verdict.stdout.decode())

# The action of GitHub: its steps, with the variables that the runner sets.
action = yaml.safe_load(ACTION.read_text())
defaults = {name: given["default"] for name, given in action["inputs"].items()}


def acted(tree, inputs):
    """Runs the steps, and gives the exit code, the output, and what was handed on."""
    work = folder({"summary": "# Before\n", "output": "", "path": ""})
    values = {f"inputs.{name}": value for name, value in {**defaults, "directory": str(tree), **inputs}.items()}
    values["github.action_path"] = str(ACTION.parent)
    names = {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output", "GITHUB_PATH": "path"}
    given = {**environment, **{name: str(work / file) for name, file in names.items()}, "RUNNER_TEMP": str(work)}
    text = ""
    for step in action["runs"]["steps"]:
        check("${{" not in step["run"], f"{step['name']}: no input becomes a part of the script")
        own = {name: re.sub(r"\$\{\{ ([\w.-]+) }}", lambda match: values[match[1]], value) for name, value in step["env"].items()}
        result = run("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"], cwd=work, env={**given, **own})
        text += result.stdout.decode()
        if result.returncode != 0:
            break
    return result.returncode, text, work


code, text, work = acted(EXAMPLE, {})
check(code == 1 and "::error file=" in text, "the action fails on findings and makes annotations", text)
summary = (work / "summary").read_text()
check(summary.startswith("# Before\n### Probity: the check failed\n"), "its summary stands below what was there", summary)
check((work / "output").read_text() == "exit-code=1\n", "it hands on how the check ended")
log = json.loads((work / "probity.sarif").read_text())
check(len(log["runs"][0]["results"]) == 14, "it writes SARIF")
code, text, work = acted(EXAMPLE, {"fail": "false", "sarif": "other.sarif"})
check(code == 0 and (work / "other.sarif").is_file(), "where findings are not to fail, they do not", text)
code, text, work = acted(EXAMPLE, {"fail": "false", "arguments": "--no-such-flag $(touch here) ; touch here"})
check(code == 2 and not (work / "here").exists(), "wrong use does, and an argument is nothing that is run", text)
code, text, work = acted(ROOT / "examples" / "northwind", {"arguments": "--needed-by stage-1"})
check(code == 0 and "the check passed" in (work / "summary").read_text(), "it passes what is sound", text)

# The job of GitLab.
job = yaml.safe_load(GITLAB.read_text())["probity"]
check(job["variables"]["GIT_DEPTH"] == "0", "the job fetches the whole history")
work = folder({})
variables = {**environment, **job["variables"], "PROBITY_DIRECTORY": str(EXAMPLE)}
for part, expected in (("before_script", 0), ("script", 1)):
    result = run("bash", "-e", "-o", "pipefail", "-c", "\n".join(job[part]), cwd=work, env=variables)
    check(result.returncode == expected, f"its {part} ends with {expected}", (result.stdout + result.stderr).decode())
reports = job["artifacts"]["reports"]
check(job["artifacts"]["when"] == "always", "its reports are kept where it fails")
check(len(json.loads((work / reports["codequality"]).read_text())) >= 14, "it writes what it says is code quality")
check((work / reports["junit"]).read_text().startswith("<?xml"), "it writes what it says are tests")

# The stage of Jenkins.
stage = JENKINS.read_text()
work = folder({}, CONFIGURATION)
shutil.copytree(EXAMPLE, work, dirs_exist_ok=True)
result = run("sh", "-xe", "-c", re.search(r"sh '(.*)'", stage)[1], cwd=work, env=environment)
check(result.returncode == 1, "the stage fails on findings", result)
for file in re.findall(r"(?:testResults|artifacts): '(.*?)'", stage):
    check((work / file).is_file(), f"it writes the {file} that it reads")

# The hook: as another repository names it, and as a commit runs it.
who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"))}
home = {**environment, **who, "PRE_COMMIT_HOME": str(folder({}) / "cache")}


def git(tree, *arguments):
    result = run("git", *arguments, cwd=tree, env=home)
    return result.returncode, (result.stdout + result.stderr).decode()


def repository(files):
    tree = folder(files)
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    check(git(tree, "commit", "--quiet", "-m", "begin")[0] == 0, "a repository begins")
    return tree


hooks = repository({".pre-commit-hooks.yaml": HOOKS.read_text()})
revision = git(hooks, "rev-parse", "HEAD")[1].strip()
hook = {"id": "probity-check", "language": "system", "args": ["-C", "sms"]}
sound = "type: procedure\nid: PROC-001\ntitle: Restore a server\nstatus: draft\n"
tree = repository(
    {
        ".pre-commit-config.yaml": json.dumps({"repos": [{"repo": str(hooks), "rev": revision, "hooks": [hook]}]}),
        "sms/probity.toml": CONFIGURATION,
        "sms/a.yaml": sound,
        "notes.txt": "1\n",
    }
)
installed = run("pre-commit", "install", cwd=tree, env=home)
check(installed.returncode == 0, "pre-commit installs itself", installed)


def committed(files, *how):
    for name, text in files.items():
        (tree / name).write_text(text)
    return git(tree, "commit", "-m", "change", *how)


code, text = committed({"sms/a.yaml": sound + "owner: a\nowner: b\n"}, "-a")
check(code == 1 and "YAML-06 a.yaml:6:1" in text, "a commit with a finding is refused", text)
code, text = committed({"sms/a.yaml": sound + "owner: a\n"}, "-a")
check(code == 1 and "REF-01" in text, "and one with another", text)
git(tree, "checkout", "--quiet", "HEAD", "--", "sms/a.yaml")
code, text = committed({"notes.txt": "2\n"}, "-a")
check(code == 0 and "no files to check" in text, "what is no document is not looked at", text)
code, text = committed({"sms/a.yaml": sound.replace("draft", "draft  # as agreed")}, "-a")
check(code == 0 and "Passed" in text, "a sound commit goes in", text)
(tree / "sms" / "a.yaml").write_text(sound + "x: 1\n")
git(tree, "add", ".")
(tree / "sms" / "a.yaml").write_text(sound)
code, text = git(tree, "commit", "-m", "staged")
check(code == 1 and "a.yaml:5:1" in text, "what counts is what is committed, and not what is on disk", text)
finish()
