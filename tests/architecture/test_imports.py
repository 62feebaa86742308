"""Every import contract catches the fault it is there for."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "ui", "sync", "devices")
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(ROOT / ".importlinter", encoding="utf-8")

PLANTED = {
    "layers": ("app.kit.planted", "app.pricing"),
    "area": ("app.pricing.rules", "app.pricing.actions"),
    "rules": ("app.seals.rules", "sqlalchemy"),
    "screens": ("ui.theme.planted", "ui.shell"),
    "screens-apart": ("ui.pricing.planted", "ui.customers"),
    "screens-door": ("ui.sync.planted", "sync.hub"),
    "presenters": ("ui.pricing.presenter", "ui.widgets.planted"),
    "headless": ("app.assembly.headless", "PySide6.QtCore"),
    "devices-apart": ("devices.signpad.planted", "devices.seal"),
    "devices-kit": ("devices.kit.planted", "devices.seal"),
    "drivers": ("app.seals.planted", "devices.seal.scp1"),
    "simulators": ("devices.seal.simulator.planted", "devices.kit.cose"),
    "no-second-sqlite": ("app.kit.planted_sqlite", "sqlite3"),
    "home-qt-parts": ("ui.shell.planted", "pyqtgraph"),
    "home-database": ("app.kit.planted_cipher", "sqlcipher3"),
    "home-sqlalchemy": ("app.assembly.planted", "sqlalchemy"),
    "home-packs": ("app.approvals.planted", "zen"),
    "home-documents": ("app.contracts.planted", "typst"),
    "home-sheets": ("app.customers.planted", "openpyxl"),
    "home-wire": ("sync.engine.planted", "msgspec"),
    "home-http": ("sync.courier.planted", "httpx"),
    "home-hub": ("app.access.planted", "starlette"),
    "home-devices": ("app.signing.planted", "serial"),
    "no-knot": ("app.packs.planted", "app.pricing"),
}
# What a planted import needs around it: the other half of a knot, a room on the way, the target.
AROUND = {
    "app.pricing.actions": "",
    "app.pricing.planted": "import app.packs",
    "ui.widgets.planted": "import PySide6.QtWidgets",
    "devices.seal.scp1": "",
    "devices.kit.cose": "",
}
TRACES = {"no-knot": "No cycles are allowed in app.", "presenters": "ui.widgets.planted -> PySide6"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our modules by name, nothing in them."""
    house = tmp_path_factory.mktemp("bare")
    for package in PACKAGES:
        for module in (ROOT / package).rglob("*.py"):
            place = house / module.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    shutil.copy(ROOT / ".importlinter", house)
    return house


@pytest.fixture(scope="module")
def verdicts(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says, contract by contract, of a house with one fault for each."""
    house = tmp_path_factory.mktemp("planted") / "house"
    shutil.copytree(bare, house)
    for module, line in AROUND.items():
        _write(house, module, line)
    for importer, imported in PLANTED.values():
        _write(house, importer, f"import {imported}")
    return _by_contract(_lint(house))


def test_every_contract_has_a_planted_fault() -> None:
    assert set(PLANTED) == set(_names())


@pytest.mark.parametrize("contract", sorted(PLANTED))
def test_the_planted_fault_is_caught(contract: str, verdicts: dict[str, str]) -> None:
    importer, imported = PLANTED[contract]
    trace = TRACES.get(contract, f"{importer} -> {imported.split('.Qt')[0]}")
    assert trace in verdicts.get(contract, "kept")


def test_an_empty_house_breaks_nothing(bare: Path) -> None:
    said = _lint(bare)
    assert f"{len(_names())} kept, 0 broken" in said, said


def test_every_room_stands_in_the_layers() -> None:
    layers = _words("layers", "layers")
    rooms = {f"{init.parent.parent.name}.{init.parent.name}" for init in _rooms("app", "sync")}
    assert sorted(room for room in rooms if room not in layers) == ["app.assembly"] * (
        "app.assembly" not in layers
    )


def test_every_area_with_verbs_is_checked_inside() -> None:
    areas = {f"app.{path.parts[len(ROOT.parts) + 1]}" for path in (ROOT / "app").glob("*/actions*")}
    assert areas - {"app.assembly"} - set(_words("area", "containers")) <= {"app.audit"}


def test_every_screen_room_stands_apart() -> None:
    parts = {"ui.shell", "ui.theme", "ui.widgets", "ui.forms", "ui.printing"}
    rooms = {f"ui.{init.parent.name}" for init in _rooms("ui")}
    assert rooms - parts == set(_words("screens-apart", "modules"))
    assert rooms == set(_words("screens", "layers"))


def test_every_device_room_stands_apart() -> None:
    rooms = {f"devices.{init.parent.name}" for init in _rooms("devices")}
    assert rooms - {"devices.kit"} == set(_words("devices-apart", "modules"))


def _rooms(*packages: str) -> list[Path]:
    return [init for package in packages for init in (ROOT / package).glob("*/__init__.py")]


def _words(contract: str, key: str) -> list[str]:
    text = CONTRACTS[f"importlinter:contract:{contract}"][key]
    return [word.strip("()") for word in text.replace(":", " ").replace("|", " ").split()]


def _names() -> dict[str, str]:
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): CONTRACTS[section]["name"]
        for section in CONTRACTS.sections()
        if section.startswith(prefix)
    }


def _write(house: Path, module: str, line: str) -> None:
    path = house / (module.replace(".", "/") + ".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.with_suffix("").is_dir():  # the module has grown into a package
        path = path.with_suffix("") / "__init__.py"
    for folder in path.parents:
        if folder == house:
            break
        (folder / "__init__.py").touch()
    path.write_text(f"{line}\n")


def _lint(house: Path) -> str:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"],
        cwd=house,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _by_contract(said: str) -> dict[str, str]:
    """Cut the report of broken contracts into one text per contract, wrapped lines joined."""
    broken = said.partition("Broken contracts")[2]
    found = {}
    for contract, name in _names().items():
        _, heading, after = broken.partition(f"\n{name}\n{'-' * len(name)}\n")
        if heading:
            found[contract] = " ".join(after.partition("\n-----")[0].split())
    return found
