"""The workbook of a report, by openpyxl: what stands in it, that nothing in it is a formula, and that what is filled in with
another program comes back as judgements."""

import datetime
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import openpyxl

from support import ROOT, check, finish, folder, probity

SHEETS = [
    "Summary", "Clauses", "Requirements", "Findings", "Evidence", "Actions", "Roadmap", "Scales", "Origin",
]
CHOICES = {
    "Documented": "full,partial,none,not-needed",
    "Implemented": "full,partial,none",
    "Evidenced": "full,partial,none",
    "Effective": "full,partial,none,unknown",
    "Occurrence": "occurred,none-yet,not-event-driven",
    "Status": "fulfilled,mostly,partly,not fulfilled",
    "Confidence": "low,medium,high",
}


def made(home):
    """The workbook of a folder, as bytes from standard output."""
    ran = probity("report", "--format", "xlsx", cwd=home)
    check(ran.returncode == 0, "a workbook is made", ran.stderr.decode())
    return ran.stdout


def opened(workbook):
    return openpyxl.load_workbook(io.BytesIO(workbook))


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def rows(sheet):
    return {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}


def judge(home, book, *arguments):
    """Reads an edited workbook back."""
    file = Path(tempfile.mkdtemp()) / "filled.xlsx"
    book.save(file)
    return probity("judge", "--from-workbook", str(file), *arguments, cwd=home)


def copy(example):
    home = Path(tempfile.mkdtemp()) / example
    shutil.copytree(ROOT / "examples" / example, home)
    return home


def gap(home):
    report = json.loads(probity("gap", "--format", "json", cwd=home).stdout)
    return {point["id"]: point for clause in report["clauses"] for point in clause["points"]}


# What stands in it.
for example in ["northwind", "northwind-first-gap", "faulty", "smallest"]:
    home = copy(example)
    workbook = made(home)
    check(workbook == made(home), f"{example}: the same bytes each time")
    book = opened(workbook)
    check(book.sheetnames == SHEETS, f"{example}: the sheets", book.sheetnames)
    states = [sheet.sheet_state for sheet in book]
    check(states == ["visible"] * 8 + ["veryHidden"], f"{example}: one is hidden", states)
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        formulas = [cell.coordinate for cell in cells if cell.data_type == "f"]
        check(not formulas, f"{example}, {sheet.title}: no formula", formulas)
        setup = (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage)
        check(setup == ("landscape", 9, True), f"{example}, {sheet.title}: on paper", setup)
    sheet = book["Requirements"]
    last = sheet.cell(1, sheet.max_column).column_letter
    check(sheet.auto_filter.ref == f"A1:{last}{sheet.max_row}", f"{example}: filters", sheet.auto_filter.ref)
    check((sheet.freeze_panes, sheet.print_title_rows) == ("B2", "$1:$1"), f"{example}: a header that stays")
    check(sheet.row_dimensions[3].outlineLevel == 1, f"{example}: the outline")
    header = columns(sheet)
    choices = {}
    for validation in sheet.data_validations.dataValidation:
        for cells in validation.sqref.ranges:
            check((cells.min_row, cells.max_row) == (2, sheet.max_row), f"{example}: each row can be chosen in", cells)
            choices[sheet.cell(1, cells.min_col).value] = validation.formula1
    for name, values in CHOICES.items():
        check(choices.get(name) == f'"{values}"', f"{example}: {name}", choices.get(name))
    coloured = {str(cells.sqref).split(":")[0] for cells in sheet.conditional_formatting}
    letter = sheet.cell(1, header["Status"]).column_letter
    check(f"{letter}2" in coloured, f"{example}: colours", coloured)
    report = json.loads(probity("report", "--format", "json", cwd=home).stdout)
    points = [point for clause in report["gap"]["clauses"] for point in clause["points"]]
    check(list(rows(sheet)) == [point["id"] for point in points], f"{example}: each point")
    for row, point in enumerate(points, 2):
        shown = sheet.cell(row, header["State shown"]).value
        check(shown == point["shown"], f"{example}: {point['id']} is shown as it is", (shown, point["shown"]))
    ran = judge(home, book)
    check(ran.returncode == 0 and b"0 of" in ran.stdout, f"{example}: saved by openpyxl, nothing changed", ran.stderr.decode())

# What documents say stays a text.
EVIL = ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "-1", "=cmd|' /C calc'!A0", "\t=1", "_x000D_", "x" * 10_000]
documents = [{"type": "remediation-action", "id": f"RMD-9{number}", "title": title, "state": "planned"} for number, title in enumerate(EVIL)]
home = folder({"work.yaml": "".join(f"---\n{json.dumps(document)}\n" for document in documents)})
workbook = made(home)
sheet = opened(workbook)["Actions"]
# openpyxl does not decode what Excel escapes.
found = [sheet.cell(row, 2).value.replace("_x005F_", "_") for row in range(2, sheet.max_row + 1)]
check(found == EVIL, "texts stand as they are", [text[:40] for text in found])
check(all(sheet.cell(row, 2).data_type == "s" for row in range(2, sheet.max_row + 1)), "and are texts")
parts = zipfile.ZipFile(io.BytesIO(workbook))
held = [name for name in parts.namelist() if b"<f>" in parts.read(name) and name.startswith("xl/worksheets/")]
check(not held, "no part holds a formula", held)

# What is filled in comes back.
home = copy("northwind-first-gap")
book = opened(made(home))
sheet = book["Requirements"]
header, row_of = columns(sheet), rows(sheet)
before = gap(home)
free = [point for point in row_of if not before[point]["judgements"]][:100]
for number, point in enumerate(free):
    values = {
        "Documented": "full", "Implemented": ["full", "partial"][number % 2], "Evidenced": "full", "Occurrence": "occurred",
        "Confidence": "medium", "Evidence": f"SLA-001\na talk, no. {number}", "Interviewees": "ROL-004",
        "Rationale": f"Seen: = + @ \"{number}\" é 名前\non two lines", "Assessor": "PER-004",
        "Date": datetime.date(2024, 5, 1 + number % 10),
    }
    for name, value in values.items():
        sheet.cell(row_of[point], header[name]).value = value
ran = judge(home, book)
check(ran.returncode == 0, "a filled workbook is read", ran.stderr.decode())
after = gap(home)
for number, point in enumerate(free):
    (judgement,) = after[point]["judgements"] or [{}]
    found = [judgement.get(name) for name in ("status", "by", "on", "evidence", "rationale", "occurrence", "interviewees")]
    expected = [
        ["fulfilled", "mostly"][number % 2], "PER-004", f"2024-05-{1 + number % 10:02}", ["SLA-001", f"a talk, no. {number}"],
        f"Seen: = + @ \"{number}\" é 名前\non two lines", "occurred", ["ROL-004"],
    ]
    check(found == expected, f"{point} is judged as it was filled in", (found, expected))
ran = judge(home, book)
check(ran.returncode == 0 and b"nothing was written" in ran.stdout, "read again, it changes nothing", ran.stdout.decode())

# A formula is refused and told, and nothing is written.
home = copy("northwind-first-gap")
book = opened(made(home))
sheet = book["Requirements"]
cell = sheet.cell(row_of[free[0]], header["Documented"])
cell.value = '=IF(1=1,"full","none")'
ran = judge(home, book, "--by", "PER-004")
check(ran.returncode == 2 and f"Requirements!{cell.coordinate}: a formula".encode() in ran.stderr, "a formula is refused", ran.stderr.decode())
check(gap(home) == before, "and nothing is written")
finish()
