"""Compares what slither finds, of high and medium impact, with what docs/slither.md answers."""

import json
import pathlib
import subprocess
import sys

ANSWERS = pathlib.Path("../docs/slither.md")
REPORT = pathlib.Path("cache/slither/report.json")


def place(element):
    """Where a finding is: contract, function, variable, as far as it has them."""
    parent = element.get("type_specific_fields", {}).get("parent")
    inner = element["name"]
    return f"{place(parent)}.{inner}" if parent and parent["type"] in ("contract", "function") else inner


def found():
    """Slither's findings, by detector and place."""
    REPORT.unlink(missing_ok=True)
    command = ["slither", ".", "--config-file", "slither.config.json", "--json", str(REPORT)]
    run = subprocess.run(command, capture_output=True, text=True)
    if not REPORT.exists():
        sys.exit(f"slither said nothing:\n{run.stdout}{run.stderr}")
    report = json.loads(REPORT.read_text())
    if not report["success"]:
        sys.exit(f"slither failed: {report['error']}")
    detectors = report["results"].get("detectors", [])
    return {(finding["check"], place(finding["elements"][0])): finding for finding in detectors}


def answered():
    """The table's rows, by the same."""
    rows = [line.strip().strip("|").split("|") for line in ANSWERS.read_text().splitlines() if line.startswith("| `")]
    return {(row[0].strip(" `"), row[1].strip(" `")): row[2].strip() for row in rows}


findings, answers = found(), answered()
faults = [f"not answered: {finding['description']}" for key, finding in findings.items() if not answers.get(key)]
faults += [f"answered, but not found any more: {' '.join(key)}" for key in answers if key not in findings]
for fault in faults:
    print(fault)
print(f"slither: {len(findings.keys() & answers.keys())} passed, {len(faults)} failed")
sys.exit(bool(faults))
