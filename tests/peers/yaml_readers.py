"""Our reading of YAML beside that of four other readers. What we accept in our own examples they
have to accept too; what we refuse, they may read, and a table tells which of them do."""

import json

import ruamel.yaml
import yaml

from support import HERE, ROOT, check, finish, folder, probity, run

READERS = ("PyYAML", "ruamel.yaml", "yaml", "js-yaml")

# Where the language is on our side; each entry has to be met, so that the list stays short.
STRICTER = {
    # YAML 1.2 lets a tab separate a key from its value; both scanners come from YAML 1.1.
    "tests/rules/YAML-02/good.yaml": {"PyYAML", "ruamel.yaml"},
}


def refused_by_python(path):
    """For each Python reader, None or why it refuses a file."""

    def ruamel_yaml(text):
        # `pure`, for its own parser of YAML 1.2; the other one is libyaml, which PyYAML stands for.
        return list(ruamel.yaml.YAML(typ="safe", pure=True).load_all(text))

    verdicts = {}
    for name, read in {"PyYAML": lambda text: list(yaml.safe_load_all(text)), "ruamel.yaml": ruamel_yaml}.items():
        try:
            read(path.read_bytes())
            verdicts[name] = None
        # A reader may fail in its own way, such as running out of stack.
        except Exception as error:
            verdicts[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    return verdicts


def refused_by_peers(paths):
    javascript = run("node", str(HERE / "read.cjs"), *map(str, paths))
    check(javascript.returncode == 0, "node reads the files", javascript.stderr.decode())
    others = json.loads(javascript.stdout or "{}")
    return {path: {**refused_by_python(path), **others.get(str(path), {})} for path in paths}


def told_by_probity(path):
    """The rules on YAML that we find broken in a file when it is alone in a folder."""
    alone = folder({path.name: path.read_bytes()})
    report = json.loads(probity("check", "--format", "json", cwd=alone).stdout)
    rules = {finding["rule"] for finding in report["findings"]}
    return sorted(rule for rule in rules if rule.startswith("YAML-"))


sound = sorted((ROOT / "tests" / "rules").glob("*/good.yaml"))
check(sound, "there are fixtures tests/rules/*/good.yaml")
examples = [
    path
    for path in sorted((ROOT / "examples").rglob("*.y*ml"))
    if path.relative_to(ROOT / "examples").parts[0] != "faulty"
]
check(examples, "there are documents in examples/ other than examples/faulty")
for path, verdicts in refused_by_peers(sound + examples).items():
    name = path.relative_to(ROOT)
    check(told_by_probity(path) == [], f"{name}: accepted by probity")
    for reader in READERS:
        refusal = verdicts.get(reader, "was not asked")
        if reader in STRICTER.get(str(name), ()):
            check(refusal is not None, f"{name}: refused by {reader}, which is known")
        else:
            check(refusal is None, f"{name}: accepted by {reader}", refusal)

faulty = sorted((ROOT / "tests" / "rules").glob("YAML-*/bad.yaml"))
check(faulty, "there are fixtures tests/rules/YAML-*/bad.yaml")
print("\nwhat we refuse, and who else does (for information):")
print(f"  {'file':<32}{'probity':<18}" + "".join(f"{reader:<13}" for reader in READERS))
for path, verdicts in refused_by_peers(faulty).items():
    shown = "".join(f"{'reads it' if verdicts.get(reader) is None else 'refuses':<13}" for reader in READERS)
    print(f"  {path.relative_to(ROOT / 'tests')!s:<32}{','.join(told_by_probity(path)):<18}{shown}")
finish()
