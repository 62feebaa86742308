"""The commands count rightly, name what is missing, and take nothing on trust."""

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from installer import checks, environment, licences, machine, services, suites
from installer.locks.make import windows_wheel
from installer.terminal import Stop, step
from tests.architecture.source import ROOT

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="one"/>
<testcase classname="a" name="two"><failure message="no"/></testcase>
<testcase classname="a" name="three"><error message="broke"/></testcase>
<testcase classname="a" name="four"><skipped message="why"/></testcase>
<testcase classname="a" name="five"/>
</testsuite></testsuites>"""


def test_counts_come_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "r.xml"
    report.write_text(REPORT)
    assert suites.count(report) == (2, 2, ("a::four: why",))


def test_the_last_line_is_the_sum() -> None:
    good = [suites.Outcome("a", 1.0, 3, 0, ("x: y",)), suites.Outcome("b", 1.0, 4)]
    assert suites.last_line(good) == "7 passed, 1 skipped"


def test_what_failed_stands_in_the_last_line() -> None:
    bad = [suites.Outcome("a", 1.0, 3, 2, trouble="t"), suites.Outcome("check", 1.0, trouble="t")]
    assert suites.last_line(bad) == "3 passed, 3 failed, 0 skipped"
    assert not any(one.good for one in bad)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(suites, "WORK", tmp_path)
    return tmp_path


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_suite_that_dies_without_a_report_has_failed(work: Path) -> None:
    task = suites.Task("dies", _python("print('last words'); import os; os._exit(0)"), counted=True)
    [outcome] = suites.run_all([task], suites.environment(), at_once=1)
    assert not outcome.good


def test_a_suite_with_nothing_selected_has_not_failed(work: Path) -> None:
    code = f"open({str(work / 'none.xml')!r}, 'w').write('<a/>'); raise SystemExit(5)"
    task = suites.Task("none", _python(code), counted=True)
    [outcome] = suites.run_all([task], suites.environment(), at_once=1)
    assert outcome.good
    assert outcome.passed == 0


def test_a_check_that_fails_shows_its_words(work: Path) -> None:
    task = suites.Task(
        "check", _python("print('line 7 is wrong'); raise SystemExit(1)"), counted=False
    )
    [outcome] = suites.run_all([task], suites.environment(), at_once=1)
    assert "line 7 is wrong" in outcome.trouble


def test_a_suite_that_hangs_is_stopped(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "LIMIT_SECONDS", 0.2)
    task = suites.Task("hangs", _python("import signal; signal.pause()"), counted=True)
    [outcome] = suites.run_all([task], suites.environment(), at_once=1)
    assert "stopped after" in outcome.trouble


def test_every_folder_with_tests_is_a_suite() -> None:
    names = {task.name for task in suites.suites()}
    assert "architecture" in names
    assert names == {path.relative_to(ROOT / "tests").parts[0]
                     for path in (ROOT / "tests").rglob("test_*.py")}  # fmt: skip


def test_the_locks_hold() -> None:
    assert checks.lock_problems() == []
    assert checks.project_problems() == []


def test_a_dependency_the_locks_lack_is_named(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    asked = checks.PROJECT.read_text("utf-8")
    project.write_text(asked.replace('"pyotp",', '"pyotp>=99", "left-out",', 1))
    wrong = "\n".join(checks.project_problems(project))
    for lock in ("run", "test"):
        assert f"{lock}.txt: pyotp>=99 is asked for, 2." in wrong
        assert f"{lock}.txt: left-out is asked for, None is locked" in wrong


def test_the_commands_speak_to_an_older_python() -> None:
    """What dev.py imports parses on 3.7 and evaluates no annotation, so it can name what it needs.

    The modules are asked for in a fresh process: those under installer/ that came along.
    """
    code = (
        "import runpy, sys; runpy.run_path('installer/dev.py', run_name='looked_at'); "
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('installer.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [Path(word) for word in done.stdout.split()]
    assert ROOT / "installer" / "machine.py" in files
    for file in (ROOT / "installer" / "dev.py", *files):
        text = file.read_text("utf-8")
        ast.parse(text, feature_version=(3, 7))
        assert "from __future__ import annotations\n" in text, file


def _locks(folder: Path) -> Path:
    for file in ("run.txt", "test.txt", "wheels.json", "linux-only.txt"):
        shutil.copy(checks.LOCKS / file, folder / file)
    return folder


def test_a_lock_entry_without_a_hash_is_named(tmp_path: Path) -> None:
    folder = _locks(tmp_path)
    (folder / "run.txt").write_text((folder / "run.txt").read_text() + "extra==1.0\n")
    assert checks.lock_problems(folder) == ["extra==1.0 is not pinned to a version with hashes"]


def test_a_wheel_that_is_not_the_locked_one_is_named(tmp_path: Path) -> None:
    folder = _locks(tmp_path)
    table = json.loads((folder / "wheels.json").read_text())
    pin = next(pin for pin in table if pin.startswith("numpy=="))
    table[pin]["sha256"] = hashlib.sha256(b"another").hexdigest()
    (folder / "wheels.json").write_text(json.dumps(table))
    [problem] = checks.lock_problems(folder)
    assert problem.startswith(f"{pin}: the Windows wheel")


def test_a_package_without_windows_wheel_needs_a_reason(tmp_path: Path) -> None:
    folder = _locks(tmp_path)
    (folder / "linux-only.txt").write_text("cobs: r\ncrcmod: r\nnumpy: for nothing\n")
    wrong = checks.lock_problems(folder)
    assert wrong[0] == "numpy is in linux-only.txt for nothing"
    assert len(wrong) == 2
    assert wrong[1].startswith("uvloop==")


@pytest.mark.parametrize(
    ("file", "fits"),
    [
        ("a-1-py3-none-any.whl", True),
        ("a-1-py2.py3-none-any.whl", True),
        ("a-1-cp311-cp311-win_amd64.whl", True),
        ("a-1-cp39-abi3-win_amd64.whl", True),
        ("a-1-cp312-abi3-win_amd64.whl", False),
        ("a-1-cp312-cp312-win_amd64.whl", False),
        ("a-1-cp311-cp311-win32.whl", False),
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", False),
        ("a-1-py3-none-win_amd64.whl", True),
    ],
)
def test_windows_wheels_are_told_apart(file: str, fits: bool) -> None:
    wheel = {"url": f"https://host.invalid/{file}", "hash": "sha256:ab"}
    assert windows_wheel([wheel]) == ({"file": file, "sha256": "ab"} if fits else None)


def test_every_system_package_has_a_proof_and_a_reason() -> None:
    for package in machine.packages_for("test"):
        assert package.proof.split(":")[0] in ("lib", "file", "command", "module")
        assert len(package.reason) > 10


@pytest.fixture
def fedora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says it is Fedora, though apt may stand on its path."""
    release = tmp_path / "os-release"
    release.write_text('NAME="Fedora Linux"\nID=fedora\nPRETTY_NAME="Fedora Linux 42"\n')
    monkeypatch.setattr(machine, "OS_RELEASE", release)
    monkeypatch.setattr(machine, "_install", lambda _missing: pytest.fail("it must not install"))


@pytest.mark.usefixtures("fedora")
def test_elsewhere_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = machine.Package("libnot0", "lib:libnot.so.0", "a library nobody has")
    there = machine.Package("python3-venv", "module:venv", "it is in the standard library")
    monkeypatch.setattr(machine, "packages_for", lambda _level: [absent, there])
    with pytest.raises(Stop) as stop:
        machine.bring_machine("run")
    said = str(stop.value)
    assert "Fedora Linux 42" in said
    assert "libnot.so.0" in said
    assert "a library nobody has (Debian 12: libnot0)" in said
    assert "python3-venv" not in said


@pytest.mark.usefixtures("fedora")
def test_elsewhere_nothing_missing_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    there = machine.Package("python3-venv", "module:venv", "it is in the standard library")
    monkeypatch.setattr(machine, "packages_for", lambda _level: [there])
    assert machine.bring_machine("run") == sys.executable


def test_without_python_3_11_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = machine.Package("libnot0", "lib:libnot.so.0", "a library nobody has")
    monkeypatch.setattr(machine, "packages_for", lambda _level: [absent])
    monkeypatch.setattr(machine, "_install", lambda _missing: pytest.fail("it must not install"))
    monkeypatch.setattr(machine, "python_for_us", lambda: None)
    with pytest.raises(Stop, match=r"(?s)Python 3\.11, as python3\.11 on the path.*libnot\.so\.0"):
        machine.bring_machine("run")


@pytest.mark.parametrize(
    ("release", "ours"),
    [
        ('ID=debian\nVERSION_ID="12"\n', True),
        ("ID=debian\nVERSION_ID=12 # bookworm\n", True),
        ('ID=debian\nVERSION_ID="13"\n', False),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="12"\n', False),
        ("ID=debian\nNAME='no end", False),
        ("", False),
    ],
)
def test_apt_is_for_debian_12_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str, ours: bool
) -> None:
    """The programs are stood up on the path, so only the release decides."""
    for name in ("dpkg-query", "apt-get"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine, "OS_RELEASE", tmp_path / "os-release")
    assert not machine._is_debian_12()
    (tmp_path / "os-release").write_text(release)
    assert machine._is_debian_12() is ours


def _apt(folder: Path, *, update: int, install: int) -> Path:
    """Write an apt-get that keeps its words in a file and ends as asked; gives that file."""
    kept = folder / "words"
    (folder / "apt-get").write_text(
        f'#!/bin/sh\necho "$@" >> {kept}\necho "the words of $1"\n'
        f'case "$1" in update) exit {update};; *) exit {install};; esac\n'
    )
    (folder / "apt-get").chmod(0o755)
    return kept


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_a_source_that_cannot_be_read_does_not_stop_the_packages(root: Path) -> None:
    kept = _apt(root, update=100, install=0)
    machine._install(["libone", "libtwo"])
    update, install = kept.read_text().splitlines()
    assert update.startswith("update")
    assert "libone libtwo" in install
    assert "DPkg::Lock::Timeout=300" in install


def test_what_apt_said_is_shown_when_packages_do_not_come(root: Path) -> None:
    _apt(root, update=0, install=100)
    with pytest.raises(Stop) as stop:
        machine._install(["libone"])
    assert "ended with 100" in str(stop.value)
    assert "the words of update\nthe words of install" in str(stop.value)


def test_without_root_and_sudo_the_whole_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"As root, run: apt-get update && apt-get install .* libone"):
        machine._install(["libone"])


def _dev(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "installer" / "dev.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_run_becomes_the_program(tmp_path: Path) -> None:
    """A signal to the command reaches the desk: no process of ours stands in between."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho $$ $1 $PWD; kill -TERM $$\n")
    program.chmod(0o755)
    code = (
        "import runpy; dev = runpy.run_path('installer/dev.py', run_name='looked_at'); "
        f"dev['_hand_over']([{str(program)!r}, 'open'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        said, _ = running.communicate()
    assert said == f"{running.pid} open {ROOT}\n"
    assert running.returncode == -signal.SIGTERM


def test_a_suite_nobody_knows_is_named_before_anything_is_set_up() -> None:
    done = _dev("test", "architecture", "nosuchsuite")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("No suite nosuchsuite. There are: ")
    assert "architecture" in done.stderr


def test_the_groups_of_figures_offered_are_those_there_are() -> None:
    said = _dev("bench", "--help").stdout
    groups = [path.stem.removeprefix("bench_")
              for path in sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))]  # fmt: skip
    assert f"any of: {' '.join(groups)};" in " ".join(said.split())


def test_what_set_up_says_leaves_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with step("work"):
        pass
    with pytest.raises(Stop), step("trouble"):
        raise Stop("no")
    said = capsys.readouterr()
    assert said.out == ""
    assert "work …" in said.err
    assert "trouble … failed after" in said.err


def test_a_terminal_of_few_signs_gets_every_line() -> None:
    code = (
        "from installer.terminal import say, speak_any_locale; speak_any_locale(); say('done … ok')"
    )
    latin = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=latin, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"done ? ok\n")


def test_a_changed_word_makes_set_up_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "words.po"
    source.write_text("one")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "_read_by_set_up", lambda _level: [source])
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    environment._write_stamp("run")
    assert environment._stamped("run") == environment._fingerprint("run")
    source.write_text("two")
    assert environment._stamped("run") != environment._fingerprint("run")


def test_half_a_stamp_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    (tmp_path / "stamp.json").write_text('{"run": "ab')
    assert environment._stamped("run") is None


def test_a_venv_that_lost_its_settings_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its python then is the machine's own, and pip would write into that."""
    venv = tmp_path / ".venv"
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python3")
    monkeypatch.setattr(environment, "BEGUN", tmp_path / "begun")
    made: list[tuple[str, ...]] = []
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    pip = venv / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "pip.py"
    pip.write_text("")
    monkeypatch.setattr(environment, "_run", lambda *words: made.append(words))
    environment._make_venv(sys.executable)
    assert made == []
    (venv / "pyvenv.cfg").unlink()
    environment._make_venv(sys.executable)
    assert [words[1:] for words in made] == [("-m", "venv", "--clear", str(venv))]


def test_a_linked_environment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To make it anew would empty the one it leads to."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "kept").touch()
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    environment.VENV.symlink_to(theirs)
    with pytest.raises(Stop, match=str(theirs)):
        environment._make_venv(sys.executable)
    assert (theirs / "kept").exists()


def test_the_display_of_a_killed_run_is_stopped(tmp_path: Path) -> None:
    """The note of a process that is another program by now harms nobody."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        note = tmp_path / "xvfb"
        note.write_text(str(stranger.pid))
        services._stop_process(note, "Xvfb")
        assert stranger.poll() is None
        assert not note.exists()
        stranger.communicate(b"\n")


def test_the_build_calls_the_same_command() -> None:
    assert (ROOT / ".ci" / "run").read_text().splitlines()[
        -1
    ] == "exec python3 installer/dev.py test"


def test_qt_finds_every_system_library_it_is_linked_to() -> None:
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    for library in (qt / "plugins/platforms/libqxcb.so", qt / "lib/libQt6Widgets.so.6"):
        said = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
        assert "not found" not in said, said


def test_the_page_of_licences_is_of_the_locked_packages() -> None:
    kept = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert kept == licences.page(), "run: python -m installer.licences"


def test_our_own_licence_is_apache_unchanged() -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert hashlib.sha256(text).hexdigest() == (
        "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    )


def test_pip_killed_half_way_means_a_new_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark stands while pip works, stays when it is killed, and goes when it ends by itself."""
    monkeypatch.setattr(environment, "BEGUN", tmp_path / "begun")
    monkeypatch.setattr(environment, "PYTHON", sys.executable)
    seen: list[bool] = []
    monkeypatch.setattr(environment, "_run", lambda *_: seen.append(environment.BEGUN.exists()))
    environment._pip("install")
    assert seen == [True]
    assert not environment.BEGUN.exists()

    def killed(*_words: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "_run", killed)
    with pytest.raises(KeyboardInterrupt):
        environment._pip("install")
    made: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "_run", lambda *words: made.append(words))
    environment._make_venv(sys.executable)
    assert made[0][1:4] == ("-m", "venv", "--clear")
