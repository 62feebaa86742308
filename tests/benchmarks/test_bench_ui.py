"""What the start of the desk is measured by: what counts, and what is left out."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.bench_ui import key_derivation, start

PAINTS = """
import json, sys
print(json.dumps({"began": 10.0, "key_derivation": 0.25}))
print(json.dumps({"began": 20.5, "key_derivation": 0.125}))
print(json.dumps({"modules": ["sys"], "rss_kib": 1024, "began": 20.0, "seconds": 0.5, "gap": 0.01}),
      flush=True)
sys.stdin.read()
"""


def test_only_key_derivation_after_enter_is_left_out() -> None:
    said = [{"began": at, "key_derivation": 0.25} for at in (1.0, 2.0, 3.0, 4.0)]
    assert key_derivation(said, since=3.0) == 0.5
    assert key_derivation([], since=3.0) == 0.0


def test_a_start_ends_with_what_it_painted_and_not_with_its_process(tmp_path: Path) -> None:
    program = tmp_path / "paints.py"
    program.write_text(PAINTS)
    measured = start([sys.executable, str(program)])
    assert (measured.seconds, measured.gap) == (0.375, 0.01)
    assert measured.modules == {"sys"}


def test_compiled_modules_are_kept_where_the_bench_wants_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "loaded.py").write_text("")
    program = tmp_path / "program.py"
    program.write_text(f"import loaded\nprint({json.dumps({'modules': [], 'rss_kib': 1})!r})\n")
    start([sys.executable, str(program)], compiled=tmp_path / "compiled")
    assert [path.name for path in (tmp_path / "compiled").rglob("loaded.*.pyc")]


def test_a_program_that_never_paints_is_told_with_its_complaint(tmp_path: Path) -> None:
    program = tmp_path / "dies.py"
    program.write_text("raise SystemExit('no display')\n")
    with pytest.raises(RuntimeError, match="no display"):
        start([sys.executable, str(program)])
