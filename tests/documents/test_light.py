"""Nothing heavy comes with the modules of the room: it comes with the first use."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "typst", "docx", "docxtpl", "jinja2", "lxml", "pyhanko", "pyhanko_certvalidator", "asn1crypto",
    "cryptography", "pypdfium2", "zxingcpp", "segno", "PIL", "numpy", "sqlalchemy", "PySide6",
}  # fmt: skip
ASK = """
import importlib, json, pkgutil, sys
import app.documents
for one in pkgutil.iter_modules(app.documents.__path__):
    importlib.import_module("app.documents." + one.name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_importing_the_room_loads_nothing_heavy() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(json.loads(said.stdout))


def test_every_sentence_of_the_room_is_translated() -> None:
    import ast

    source = ast.parse((ROOT / "app" / "kit" / "errors" / "documents.py").read_text("utf-8"))
    said = {
        call.args[0].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "t"
    }
    catalogue = (ROOT / "resources" / "locale" / "zh_CN" / "documents.po").read_text("utf-8")
    pairs = [part.split('"\nmsgstr "') for part in catalogue.split('msgid "')[2:]]
    translated = {msgid: msgstr.rstrip().rstrip('"') for msgid, msgstr in pairs}
    assert set(translated) == said
    assert all(translated.values())
