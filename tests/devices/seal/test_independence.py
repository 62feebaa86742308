"""The machine is written apart from the driver: it shares the cable with it and nothing else."""

import ast
from pathlib import Path

ROOM = Path(__file__).resolve().parents[3] / "devices" / "seal" / "simulator"
SHARED = {"devices.kit.pty_port"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {module, *(f"{module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_the_simulator_imports_nothing_of_the_driver_or_its_codecs() -> None:
    files = list(ROOM.glob("*.py"))
    assert len(files) > 8
    for path in files:
        for module in imports(path):
            if module.startswith("devices.") and not module.startswith("devices.seal.simulator"):
                own = any(module.startswith(one) for one in SHARED)
                assert own, f"{path.name} imports {module}"
