"""Populations and draws: the digest, the order, and what a draw without a deviation proves, made again by Python, and by
the commands that the program tells, in a shell."""

import hashlib
import json
import random
import subprocess
import tempfile
from fractions import Fraction
from math import comb
from pathlib import Path

from support import check, finish, folder, probity

chance = random.Random(34)
PERIOD = '[audit]\nas_of = 2026-06-30\nperiod = "2026-01-01..2026-06-30"\n'


def incidents(ids):
    lines = [f"  - {{id: {id}, title: t, opened_at: 2026-02-01T10:00:00Z, priority: {int(id[-4:]) % 4 + 1}}}" for id in ids]
    return "collection: incident\nentries:\n" + "\n".join(lines) + "\n"


def sealed(root):
    file = Path(tempfile.mkdtemp()) / "population.json"
    done = probity("-C", root, "sample", "seal", "incident", "-o", file, "--format", "ids")
    assert done.returncode == 0, done.stderr.decode()
    return file, done.stdout


def drawn(root, file, *arguments):
    record = file.parent / "sample.json"
    record.unlink(missing_ok=True)
    done = probity("-C", root, "sample", "draw", "--sealed", file, "-o", record, "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr.decode()
    assert record.read_bytes() == done.stdout
    return json.loads(done.stdout)


def ranked(seed, ids):
    return sorted((hashlib.sha256(f"{seed}\n{id}".encode()).hexdigest(), id) for id in ids)


def chance_of_none(population, drawn, deviating):
    return Fraction(comb(population - deviating, drawn), comb(population, drawn))


# The vector that every program has to meet, and what joins later.
ids = [f"INC-{number:04}" for number in range(1, 51)]
root = folder({"a.yaml": incidents(ids)}, PERIOD)
file, listed = sealed(root)
check(hashlib.sha256(listed).hexdigest() == "78c75250764f94968ac9b13943e5f0bd47d5319f698e4b5f5da961319291f6eb", "the digest of fifty ids")
sample = drawn(root, file, "--seed", "IA-2026-03/incident", "--n", "5")
check([item["id"] for item in sample["items"]] == ["INC-0005", "INC-0048", "INC-0042", "INC-0007", "INC-0010"], "five of fifty")
check(sample["seed"]["says"] == "drawn by the auditee", "nobody is named who gave the seed")
root = folder({"a.yaml": incidents(ids + [f"INC-{number:04}" for number in range(51, 56)])}, PERIOD)
late = probity("-C", root, "sample", "draw", "--sealed", file, "--seed", "IA-2026-03/incident")
check(late.returncode == 2 and b"5 joined (INC-0051," in late.stderr, "five that joined", late.stderr.decode())
file, _ = sealed(root)
sample = drawn(root, file, "--seed", "IA-2026-03/incident", "--n", "6")
check([item["id"] for item in sample["items"]][:3] == ["INC-0005", "INC-0055", "INC-0048"], "the last that joined is second")

# Populations, seeds and sizes by chance, with ids and seeds that a shell could take for something else.
for number in range(12):
    count = chance.randrange(1, 120)
    numbers = chance.sample(range(1, 400), count)
    prefix = chance.choice(["INC-", "a.b_", "Z", "0"])
    ids = [f"{prefix}{number:04}" for number in numbers]
    root = folder({"a.yaml": incidents(ids)}, PERIOD)
    file, listed = sealed(root)
    population = json.loads(file.read_text())["population"]
    expected = "".join(f"{id}\n" for id in sorted(ids))
    check(listed.decode() == expected, f"{number}: ids are sorted by bytes")
    check(population["digest"] == hashlib.sha256(expected.encode()).hexdigest(), f"{number}: digest")
    missing = sum(series["missing"] for series in population["series"])
    check(missing == max(numbers) - min(numbers) + 1 - count, f"{number}: gaps", population["series"])
    seed = chance.choice(["4711", "a 'quoted' seed", "$(id) `id` \\n %s", "Größe 名前", "-n", " two  spaces "])
    size = chance.randrange(1, count + 1)
    sample = drawn(root, file, f"--seed={seed}", "--n", str(size), "--seed-by", "the auditor")
    items = [(item["hash"], item["id"]) for item in sample["items"]]
    check(items == ranked(seed, ids)[:size], f"{number}: the order of {seed!r}")
    says = sample["says"][0]
    for bound in says["without_deviation"]:
        allowed = Fraction(100 - bound["confidence"], 100)
        fewer = bound["fewer_than"]
        ruled_out = [deviating for deviating in range(count + 1) if chance_of_none(count, size, deviating) <= allowed]
        check(fewer == min(ruled_out, default=count + 1), f"{number}: {size} of {count} rule out {fewer}")
    for told in says["chances"]:
        exact = 100 * (1 - chance_of_none(count, size, told["deviating"]))
        check(0 <= exact - Fraction(str(told["percent"])) < Fraction(1, 10), f"{number}: chance {told}")
    # In a shell, as the record tells it.
    shell = subprocess.run(["sh", "-c", "\n".join(sample["redraw"])], cwd=file.parent, capture_output=True, text=True, timeout=60)
    lines = shell.stdout.splitlines()
    check(lines[0].split()[0] == population["digest"], f"{number}: sha256sum", shell.stderr)
    check(lines[1:] == [f"{hash}  {id}" for hash, id in items], f"{number}: sort", shell.stdout + shell.stderr)
    if number % 4 == 0:
        sample = drawn(root, file, f"--seed={seed}", "--n", str(max(size, 4)), "--method", "stratified", "--by", "priority")
        for stratum in sample["strata"]:
            within = sorted(id for id in ids if int(id[-4:]) % 4 + 1 == int(stratum["value"]))
            check(stratum["ids"] == within, f"{number}: ids of stratum {stratum['value']}")
            items = [(item["hash"], item["id"]) for item in sample["items"] if item["stratum"] == stratum["value"]]
            check(items == ranked(seed, within)[: stratum["drawn"]], f"{number}: stratum {stratum['value']}")
        shell = subprocess.run(["sh", "-c", "\n".join(sample["redraw"])], cwd=file.parent, capture_output=True, text=True, timeout=60)
        lines = shell.stdout.splitlines()
        check(lines[0].split()[0] == population["digest"], f"{number}: strata together are the population", shell.stderr)
        check(lines[1:] == [f"{item['hash']}  {item['id']}" for item in sample["items"]], f"{number}: strata", shell.stdout)

finish()
