"""The approved digest as somebody else would work it out from the words of the README: PyYAML for the
fields, the exported schema for what belongs to control, `rfc8785` for the canonical form. And sealed
extracts and stubs by `sha256sum`."""

import hashlib
import json
import re

import rfc8785
import yaml
from support import ROOT, check, finish, folder, probity, run

SCHEMAS = json.loads(probity("schema", "--all").stdout)["$defs"]
# What a list is as a document has the fields that all documents have.
SCHEMAS["register"] = SCHEMAS["procedure"]


class AsWritten(yaml.BaseLoader):
    """Every single value is a text; merges are not understood and not used here."""


def content(fields, schema):
    """The fields without those that belong to control."""
    kept = {}
    for name, value in fields.items():
        field = (schema or {}).get("properties", {}).get(name, {})
        if not field.get("x-control"):
            kept[name] = inner(value, field)
    return kept


def inner(value, field):
    if isinstance(value, dict):
        return content(value, field)
    if isinstance(value, list):
        return [inner(item, field.get("items", {})) for item in value]
    return value


def text_of(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def form(root, fields, record_type, behind=""):
    result = content(fields, SCHEMAS[record_type]) | {"type": record_type}
    texts = [fields.get("body", ""), behind]
    if "body_file" in fields:
        texts.append((root / fields["body_file"]).read_bytes().decode())
        del result["body_file"]
    texts = [text for text in map(text_of, texts) if text]
    if texts:
        result["body"] = "\n".join(texts)
    held = fields.get("held_in", "")
    if held and ":" not in held:
        data = (root / held).read_bytes()
        if b"\0" not in data:
            data = data.replace(b"\r\n", b"\n")
        result["files"] = {held: hashlib.sha256(data).hexdigest()}
    return result


def digest(value):
    return "v1:sha256:" + hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def worked_out(root):
    """Digests by id of all documents below a folder."""
    digests = {}
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".yaml", ".md") or "probity" in path.parts[len(root.parts) :]:
            continue
        text, behind = path.read_text(), ""
        if path.suffix == ".md":
            parts = re.match(r"---\n(.*?)\n---\n(.*)", text, re.S)
            if not parts:
                continue
            text, behind = parts.groups()
        for fields in yaml.load_all(text, AsWritten):
            if "collection" not in fields:
                digests[fields["id"]] = digest(form(root, fields, fields["type"], behind))
                continue
            record_type, defaults = fields["collection"], fields.get("defaults", {})
            entries = {}
            for entry in fields["entries"]:
                value = form(root, defaults | entry, record_type)
                digests[entry["id"]] = digest(value)
                entries.setdefault(entry["id"], []).append(value)
            if "register" in fields:
                register = form(root, fields["register"], "register")
                whole = register | {"collection": record_type, "entries": entries}
                digests[fields["register"]["id"]] = digest(whole)
    return digests


unusual = folder(
    {
        "documents.yaml": "type: procedure\nid: PRO-001\ntitle: \"名 🙂 \\u20ac \\\" \\\\ \\t \\x7f \\u2028\"\nstatus: draft\n"
        "note: >-\n  folded\n  text\ntags: [no, 012, 2.0, ~, \"\", 1e3]\nbody: |\n  a \r\n\n  b\n---\n"
        "collection: risk\nregister: {id: REG-001, title: Risks, status: approved, version: '1.0'}\n"
        "defaults: {owner: ROL-001}\nentries:\n  - {id: RSK-2, title: '\U00010437'}\n  - {id: RSK-1, title: '\uff21', active: true}\n",
    }
)
trees = [unusual] + [path.parent for path in sorted((ROOT / "examples").glob("*/probity.toml")) if path.parent.name != "faulty"]
for tree in trees:
    listed = json.loads(probity("-C", str(tree), "list", "documents", "--digest", "--format", "json").stdout)
    mine = {row["id"]: row.get("digest", row.get("no_digest")) for row in listed if row["shape"] != "row"}
    theirs = worked_out(tree)
    check(mine.keys() == theirs.keys(), f"{tree.name}: the same documents", mine.keys() ^ theirs.keys())
    for key in mine.keys() & theirs.keys():
        check(mine[key] == theirs[key], f"{tree.name}: the digest of {key}", f"{mine[key]}\n{theirs[key]}")
    for path in tree.rglob("*.yaml"):
        for file, recorded in re.findall(r"(?m)^(?:file|held_in): (\S+)\n(?:held_in_)?sha256: \"?([0-9a-f]{64})", path.read_text()):
            told = run("sha256sum", str(tree / file)).stdout.decode().split(" ")[0]
            check(told == recorded, f"{file}: sha256sum agrees", told)

finish()
