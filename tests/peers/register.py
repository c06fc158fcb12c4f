"""Registers as workbooks, by openpyxl: what stands in them, that nothing in them is a formula, and that what is changed
with another program, and what somebody keeps in a workbook of their own, comes back into the files."""

import datetime
import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl

from support import ROOT, check, finish, probity

NORTHWIND = ROOT / "examples" / "northwind"


def copied():
    home = Path(tempfile.mkdtemp()) / "northwind"
    shutil.copytree(NORTHWIND, home)
    return home


def made(home, record_type, *more):
    file = Path(tempfile.mkdtemp()) / "register.xlsx"
    ran = probity("list", "documents", "--type", record_type, "--format", "xlsx", "-o", str(file), *more, cwd=home)
    check(ran.returncode == 0, f"{record_type}: a workbook is made", ran.stderr.decode())
    return file


def taken(home, file, record_type, *more):
    return probity("import", "xlsx", str(file), "--type", record_type, *more, cwd=home)


def saved(book):
    file = Path(tempfile.mkdtemp()) / "filled.xlsx"
    book.save(file)
    return file


def changed(home):
    """The lines that differ from the example, without their signs."""
    ran = subprocess.run(["diff", "-r", "-U0", str(NORTHWIND), str(home)], capture_output=True, text=True)
    lines = ran.stdout.splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[2]}


def rows(sheet):
    return {sheet.cell(row, 1).value: row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 1).value}


# What stands in it.
home = copied()
for record_type in ["risk", "asset", "role", "customer", "improvement", "person", "sla", "action-item"]:
    file = made(home, record_type)
    check(file.read_bytes() == made(home, record_type).read_bytes(), f"{record_type}: the same bytes each time")
    book = openpyxl.load_workbook(file)
    check(book.sheetnames == ["About", "Register", "Choices", "Origin"], f"{record_type}: the sheets", book.sheetnames)
    states = [sheet.sheet_state for sheet in book]
    check(states == ["visible", "visible", "hidden", "veryHidden"], f"{record_type}: two are hidden", states)
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    check(not formulas, f"{record_type}: no formula", formulas)
    sheet = book["Register"]
    check(sheet.freeze_panes == "C3" and sheet.auto_filter.ref.startswith("A2:"), f"{record_type}: it stays and filters")
    check(sheet.cell(2, 1).value == "id", f"{record_type}: the row of fields", sheet.cell(2, 1).value)
    # Saved by another program, it changes nothing.
    ran = taken(home, saved(book), record_type)
    check(ran.returncode == 0 and b"nothing is to be written" in ran.stdout, f"{record_type}: nothing changes", (ran.stdout + ran.stderr).decode())
check(changed(home) == [], "nothing was written", "\n".join(changed(home)))
names = openpyxl.load_workbook(made(home, "person", "--names"))["Register"]
check("title" in columns(names), "names are shown if they are asked for")
check("title" not in columns(openpyxl.load_workbook(made(home, "person"))["Register"]), "and not else")

sheet = openpyxl.load_workbook(made(home, "risk"))["Register"]
column, row = columns(sheet), rows(sheet)
day = sheet.cell(row["RSK-001"], column["identified_on"]).value
check(day == datetime.datetime(2025, 5, 20), "a day is one", day)
check(sheet.cell(row["RSK-001"], column["likelihood"]).value == 3, "a number is one")
check(sheet.cell(row["RSK-003"], column["services"]).value == "SVC-002\nSVC-003", "a list has its lines")
lists = {str(validation.sqref).split(":")[0].rstrip("0123456789"): validation for validation in sheet.data_validations.dataValidation}
letter = openpyxl.utils.get_column_letter
check("accept,reduce,avoid,share" in lists[letter(column["treatment"])].formula1, "values can be chosen")
check("Choices!" in lists[letter(column["owner"])].formula1, "roles can be chosen")
check("likely" in sheet.cell(1, column["likelihood"]).comment.text, "a column is explained")

# Changed cells of each kind, a new row, and a row that is gone.
home = copied()
book = openpyxl.load_workbook(made(home, "risk"))
sheet = book["Register"]
for name, path, value in [
    ("RSK-001", "title", "=cmd|' /C calc'!A0"),
    ("RSK-001", "likelihood", 2),
    ("RSK-001", "identified_on", datetime.date(2025, 6, 1)),
    ("RSK-001", "active", "no"),
    ("RSK-003", "services", "SVC-002\nSVC-001"),
    ("RSK-003", "owner", "ROL-002"),
    ("RSK-002", "residual_score", None),
    ("RSK-002", "source.system", "Sheet"),
]:
    cell = sheet.cell(row[name], column[path])
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
sheet.cell(sheet.max_row + 1, column["title"]).value = "A new risk"
sheet.cell(sheet.max_row, column["impact"]).value = 5
sheet.delete_rows(row["RSK-004"])
file = saved(book)
dry = taken(home, file, "risk", "--dry-run")
check(dry.returncode == 0 and changed(home) == [], "a rehearsal writes nothing", dry.stderr.decode())
ran = taken(home, file, "risk")
check(ran.returncode == 0, "it is taken", (ran.stdout + ran.stderr).decode())
expected = [
    "-    title: Knowledge of one engineer",
    "+    title: \"=cmd|' /C calc'!A0\"",
    "-    likelihood: 3",
    "+    likelihood: 2",
    "-    identified_on: 2025-05-20",
    "+    identified_on: 2025-06-01",
    "+    active: false",
    "-    residual_score: 4",
    "+    source:",
    "+      system: Sheet",
    "-    owner: ROL-006",
    "-    services: [SVC-002, SVC-003]",
    "+    owner: ROL-002",
    "+    services: [SVC-002, SVC-001]",
    "+  - id: RSK-011",
    "+    title: A new risk",
    "+    impact: 5",
]
check(sorted(changed(home)) == sorted(expected), "these lines and no others changed", "\n".join(changed(home)))
check(b"RSK-004" in ran.stdout and b"REG-004" in ran.stdout, "what is gone and what was approved is told", ran.stdout.decode())
again = taken(home, file, "risk")
check(b"nothing is to be written" in again.stdout, "a second time, nothing changes", (again.stdout + again.stderr).decode())

# What cannot be taken: nothing is, and each cell is told.
home = copied()
book = openpyxl.load_workbook(made(home, "risk"))
sheet = book["Register"]
sheet.cell(row["RSK-001"], column["likelihood"]).value = "often"
sheet.cell(row["RSK-002"], column["treatment"]).value = "redice"
sheet.cell(row["RSK-003"], column["owner"]).value = "Jane Doe"
sheet.cell(row["RSK-005"], column["impact"]).value = "=1+1"
sheet.cell(row["RSK-006"], column["title"]).value = None
sheet.cell(row["RSK-007"], column["treatment"]).value = None
ran = taken(home, saved(book), "risk")
check(ran.returncode == 2 and changed(home) == [], "nothing is written", ran.stdout.decode())
told = " ".join(ran.stderr.decode().replace("│", " ").split())
for words in [
    "`often` is not a whole number", "did you mean `reduce`?", "`Jane Doe` is the id of no role",
    "a formula stands here without what it comes to", "`title` is something that each risk has to have",
    "the `defaults` of the list say it",
]:
    check(words in told, f"it is told: {words}", told)

# A list that somebody keeps: a title above it, the header in row 4, hidden rows, days as numbers, a legend below.
home = copied()
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Risks 2026"
sheet["A1"] = "Risk register of Northwind"
sheet.merge_cells("A1:F1")
sheet.append([])
sheet.append([])
sheet.append(["ID", "Title ", "customer impact", "LIKELIHOOD", "Impact", "Identified on", "Risk owner", "Colour"])
sheet.append(["RSK-001", "Knowledge of one engineer", None, 4, 4, 45797, "ROL-002", "red"])
sheet.append([None, "Power fails", "Nobody can order", 2, 3, datetime.date(2026, 5, 4), "ROL-002", "amber"])
sheet.append([None, "Water enters", "Nobody can order", 1, "=2+3", datetime.date(2026, 5, 4), None, None])
sheet.append([])
sheet.append(["red", "likelihood times impact is 12 or more"])
sheet.row_dimensions[6].hidden = True
book.create_sheet("Old").sheet_state = "hidden"
book["Old"]["A1"] = "x"
ran = taken(home, saved(book), "risk", "--column", "Risk owner=owner")
check(ran.returncode == 2 and b"E7" in ran.stderr, "a formula without its value is refused", ran.stderr.decode())
sheet["E7"] = 5
sheet["F7"] = "03.04.2026"
ran = taken(home, saved(book), "risk", "--column", "Risk owner=owner")
check(ran.returncode == 2 and b"--dates" in ran.stderr, "a day that can be two is refused", ran.stderr.decode())
file = saved(book)
more = ["--column", "Risk owner=owner", "--dates", "day-first"]
ran = taken(home, file, "risk", *more)
check(ran.returncode == 0, "it is taken", (ran.stdout + ran.stderr).decode())
expected = [
    "-    likelihood: 3", "+    likelihood: 4",
    "+  - id: RSK-011", "+    title: Power fails", "+    customer_impact: Nobody can order", "+    likelihood: 2",
    "+    impact: 3", "+    identified_on: 2026-05-04",
    "+  - id: RSK-012", "+    title: Water enters", "+    customer_impact: Nobody can order", "+    likelihood: 1",
    "+    impact: 5", "+    identified_on: 2026-04-03",
]
check(changed(home) == expected, "these lines and no others changed", "\n".join(changed(home)))
for words in ["columns not read: `Colour`", "`Old` (hidden)", "hidden, and read like the others: row 6", "empty row 8"]:
    check(words in ran.stdout.decode(), f"it is told: {words}", ran.stdout.decode())
again = taken(home, file, "risk", *more)
check(b"nothing is to be written" in again.stdout, "a second time, nothing changes", (again.stdout + again.stderr).decode())
sheet.merge_cells("C5:C7")
ran = taken(home, saved(book), "risk", *more)
check(ran.returncode == 2 and b"C5" in ran.stderr, "cells that are shown as one are refused", ran.stderr.decode())

finish()
