"""The commands of ``sealdesk``; each imports what it runs inside its function.

With ``--json`` a command prints exactly one JSON object on standard output; logs go to standard
error. Exit codes: 0 done, 1 a fault of ours, 2 the input or the world refused, said in words.
"""

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from logging import INFO, WARNING
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.kit.errors.base import BranchError
from app.kit.logs import to_stream
from app.kit.words import LANGUAGES, use_language

if TYPE_CHECKING:
    from app.assembly.hub_running import Answer
    from sync.hub.server import HubSettings

Command = Callable[[argparse.Namespace], int]


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit code."""
    options = parser().parse_args(arguments)
    to_stream(sys.stderr, INFO if getattr(options, "log", None) == "info" else WARNING)
    use_language(getattr(options, "lang", None) or "zh_CN")
    command: Command = options.command
    try:
        return command(options)
    except BranchError as error:
        _say(options, {"ok": False, "error": error.problem.as_dict()}, _words(error))
        return 2


def parser() -> argparse.ArgumentParser:
    """Build the parser; every command's help is enough to use it."""
    top = argparse.ArgumentParser(
        prog="sealdesk", description="The workstation of an insurance branch office."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _open_parser(commands)
    _demo_parser(commands)
    _price_parser(commands)
    _hub_parser(commands)
    _sync_parser(commands)
    _courier_parser(commands)
    _simulate_parser(commands)
    _verify_parser(commands)
    _doctor_parser(commands)
    _backup_parser(commands)
    _customers_parser(commands)
    return top


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(commands: Commands, name: str, does: Command, words: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=words, description=words)
    made.set_defaults(command=does)
    made.add_argument("--json", action="store_true", help="print exactly one JSON object")
    made.add_argument("--lang", choices=LANGUAGES, help="language of what is said")
    made.add_argument("--log", choices=("warning", "info"), help="what is logged (warning)")
    return made


def _open_parser(commands: Commands) -> None:
    made = _command(commands, "open", _open, "Open the desk in a window.")
    made.add_argument("--folder", type=Path, help="folder of the workstation's store")
    made.add_argument("--demo", action="store_true", help="open the demo branch as its clerk")
    made.add_argument("--theme", choices=("light", "dark"), help="theme of the window")


def _demo_parser(commands: Commands) -> None:
    made = _command(commands, "demo", _demo, "Go through a branch day, from price to archive.")
    add = made.add_argument
    add("--headless", action="store_true", help="without a window (the default without a display)")
    add("--keep", type=Path, metavar="DIR", help="keep everything for 'sealdesk verify' in DIR")
    add("--roster", type=Path, metavar="FILE.xlsx", help="the list of people (default: made up)")
    add("--start", metavar="DATE", help="first day of cover, YYYY-MM-DD (default: tomorrow)")
    add("--region", choices=("A", "B", "C"), default="B", help="region of the group")
    add("--discretion", default="1.00", help="discretion factor as decimal text, e.g. 0.95")
    add("--size", type=int, default=200, help="how many customers the branch has")
    add("--screenshots", type=Path, metavar="DIR", help="drive the window, write its pictures")
    add("--theme", choices=("light", "dark"), help="theme of the pictures (default: both)")
    looks = [f"{language}.{theme}" for language in LANGUAGES for theme in ("light", "dark")]
    add("--look", action="append", choices=looks, metavar="LANG.THEME",
        help=f"a look of the pictures, may be said again ({', '.join(looks)})")  # fmt: skip
    add("--small-screen", action="store_true", help="pictures for 1366×768 only, not 1920×1080")
    add("--passphrase-fd", type=int, help="read the stores' passphrase from this pipe")


def _price_parser(commands: Commands) -> None:
    made = _command(commands, "price", _price, "Price one request from a JSON file, offline.")
    made.add_argument("file", type=Path, metavar="FILE.json", help="the bare request object")


def _hub_parser(commands: Commands) -> None:
    made = commands.add_parser("hub", help="Head office's hub.", description="Head office's hub.")
    does = made.add_subparsers(required=True, metavar="ACTION")
    begin = _command(does, "init", _hub_init, "Make a head office: keys, CA, database, packs.")
    begin.add_argument("--folder", type=Path, required=True, help="a new folder for the hub")
    begin.add_argument("--database", default="", help="postgresql://… (default: embedded)")
    begin.add_argument("--host", action="append", help="name or address of the TLS certificate")
    serve = _command(does, "serve", _hub_serve, "Serve until told to stop.")
    serve.add_argument("--folder", type=Path, required=True, help="folder made by 'hub init'")
    serve.add_argument("--database", default="", help="postgresql://… (default: embedded)")
    serve.add_argument(
        "--listen", default="127.0.0.1:0", type=_address, metavar="HOST:PORT",
        help="where to listen; port 0: any that is free (127.0.0.1:0)",
    )  # fmt: skip
    serve.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    serve.add_argument(
        "--operations", type=_address, metavar="HOST:PORT",
        help="tell health, readiness and metrics here, as plain HTTP (nowhere)",
    )  # fmt: skip
    serve.add_argument(
        "--drain", type=float, default=0.0, metavar="SECONDS",
        help="still take requests so long after the word to end (0)",
    )  # fmt: skip
    _hub_limit_options(serve)
    token = _command(does, "token", _hub_token, "Make a one-time enrolment code.")
    token.add_argument("--folder", type=Path, required=True)
    token.add_argument("--database", default="")
    token.add_argument("--scope", action="append", required=True, help="office the desk writes for")
    token.add_argument("--follow", action="append", default=[], help="office it only reads")
    token.add_argument("--note", default="", help="what the code is for")
    _hub_station_parsers(does)
    _hub_keeping_parsers(does)


def _hub_limit_options(serve: argparse.ArgumentParser) -> None:
    """Add what one workstation, or one address, may ask for; the defaults are the program's own."""
    for name, words in (
        ("requests-a-minute", "requests of one workstation in a minute"),
        ("alike-a-minute", "requests of one workstation in a minute that are all alike"),
        ("bytes-a-day", "bytes one workstation sends and fetches as files in a day"),
        ("mutations-a-day", "changes one workstation pushes in a day"),
        (
            "requests-per-second",
            "requests from one address; behind a balancer that is the balancer",
        ),
    ):
        serve.add_argument(f"--{name}", type=int, metavar="N", help=words)


def _at_hub(does: Commands, name: str, act: Command, words: str) -> argparse.ArgumentParser:
    """Add a command that works on a hub's folder and database."""
    made = _command(does, name, act, words)
    made.add_argument("--folder", type=Path, required=True, help="folder of the hub")
    made.add_argument("--database", default="", help="postgresql://… (default: embedded)")
    return made


def _hub_station_parsers(does: Commands) -> None:
    _at_hub(does, "devices", _hub_devices, "List the workstations and what they may follow.")
    grant = _at_hub(does, "grant", _hub_grant, "Let a workstation follow one more office.")
    grant.add_argument("device", help="its id, from the list")
    grant.add_argument("scope", help="the office")
    grant.add_argument("--read-only", action="store_true", help="it does not write for it")
    words = "Take an office from a workstation, or the workstation out of use."
    revoke = _at_hub(does, "revoke", _hub_revoke, words)
    revoke.add_argument("device", help="its id, from the list")
    what = revoke.add_mutually_exclusive_group()
    what.add_argument("--scope", default="", help="only this office (else the workstation)")
    what.add_argument("--wipe", action="store_true", help="it hands in its work and empties itself")
    revoke.add_argument("--keep", action="store_true", help="the office's rows stay to be read")
    revoke.add_argument("--days", type=int, default=7, help="so long it may hand in its work (7)")


def _hub_keeping_parsers(does: Commands) -> None:
    backup = _at_hub(does, "backup", _hub_backup, "Write a backup, without the keys.")
    backup.add_argument("target", type=Path, metavar="DIR", help="a new folder")
    words = "Put a backup into a folder with the keys and no data, or an empty database."
    restore = _at_hub(does, "restore", _hub_restore, words)
    restore.add_argument("source", type=Path, metavar="DIR", help="folder of the backup")
    words = "Restore a backup into a scratch place, look it through, report."
    drill = _at_hub(does, "drill", _hub_drill, words)
    drill.add_argument("source", type=Path, metavar="DIR", help="folder of the backup")
    _at_hub(does, "examine", _hub_examine, "Look the hub's data through from end to end.")
    prove = _at_hub(does, "prove", _hub_prove, "Write the proof that an audit head is in the log.")
    prove.add_argument("chain", help="the chain: a workstation's id, or hub")
    prove.add_argument("n", type=int, help="the line the head was signed at")
    prove.add_argument("target", type=Path, metavar="FILE", help="the proof's file")
    check = _command(does, "check-proof", _hub_check_proof, "Check a kept proof offline.")
    check.add_argument("file", type=Path, metavar="FILE", help="written by 'hub prove'")
    check.add_argument("--key", required=True, help="head office's receipt key, in base64")
    _command(does, "openapi", _hub_openapi, "Print the OpenAPI document of the hub's addresses.")


def _sync_parser(commands: Commands) -> None:
    made = _command(commands, "sync", _sync, "Sync a workstation with head office now.")
    made.add_argument("--folder", type=Path, required=True, help="folder of the store")
    made.add_argument("--passphrase-fd", type=int, help="read the passphrase from this pipe")


def _courier_parser(commands: Commands) -> None:
    words = "Sync by packs on a stick, for offices without a line."
    made = commands.add_parser("courier", help=words, description=words)
    does = made.add_subparsers(required=True, metavar="ACTION")
    words = "Write all that waits for head office into a sealed pack."
    out = _command(does, "export", _courier_export, words)
    out.add_argument("to", type=Path, metavar="DIR", help="where the pack is written: the stick")
    out.add_argument("--files-mb", type=int, default=512, help="files that go along, in MB (512)")
    words = "Take head office's answer to a pack in."
    answer = _command(does, "import", _courier_import, words)
    answer.add_argument("pack", type=Path, metavar="FILE.sdpack", help="the answer")
    for one in (out, answer):
        one.add_argument("--folder", type=Path, required=True, help="folder of the store")
        one.add_argument("--passphrase-fd", type=int, help="read the passphrase from this pipe")
    words = "At head office: take a desk's pack and write the answer to it."
    take = _command(does, "take", _courier_take, words)
    take.add_argument("pack", type=Path, metavar="FILE.sdpack", help="the pack of a desk")
    take.add_argument("to", type=Path, metavar="DIR", help="where the answer is written")
    take.add_argument("--folder", type=Path, required=True, help="folder made by 'hub init'")
    take.add_argument("--database", default="", help="postgresql://… (default: embedded)")


def _simulate_parser(commands: Commands) -> None:
    made = _command(commands, "simulate", _simulate, "Run a simulated device until its input ends.")
    made.add_argument("device", choices=("seal", "pad"), help="which device")
    made.add_argument("rest", nargs=argparse.REMAINDER, help="options of the simulator (--help)")


def _verify_parser(commands: Commands) -> None:
    made = _command(commands, "verify", _verify, "Re-check a kept day offline, every file of it.")
    made.add_argument("--keep", type=Path, required=True, metavar="DIR", help="the kept folder")
    made.add_argument("--anchors", type=Path, metavar="FILE", help="trust anchors from elsewhere")


def _doctor_parser(commands: Commands) -> None:
    made = _command(commands, "doctor", _doctor, "Say what this machine has and what is missing.")
    made.add_argument("--folder", type=Path, help="folder of a workstation's store to look at")
    made.add_argument("--passphrase-fd", type=int, help="read the passphrase from this pipe")


def _backup_parser(commands: Commands) -> None:
    words = "Copy a workstation's store; old copies give way (the last 24, and one of 7 days stay)."
    made = _command(commands, "backup", _backup, words)
    made.add_argument("--folder", type=Path, required=True, help="folder of the store")
    made.add_argument("--to", type=Path, required=True, metavar="DIR", help="where copies are kept")
    made.add_argument("--drill", action="store_true", help="open a restored copy, look it through")
    made.add_argument("--passphrase-fd", type=int, help="read the passphrase from this pipe")


def _customers_parser(commands: Commands) -> None:
    words = "Customers of a workstation."
    made = commands.add_parser("customers", help=words, description=words)
    does = made.add_subparsers(required=True, metavar="ACTION")
    words = "Say what an .xlsx or CSV list of customers holds; with --do, take them up."
    begin = _command(does, "import", _customers_import, words)
    add = begin.add_argument
    add("file", type=Path, metavar="FILE", help="the list, headings above the rows")
    add("--folder", type=Path, required=True, help="folder of the workstation's store")
    add("--person", required=True, help="staff number of the person who takes them up")
    add("--code", help="the person's code of now, for roles that need one")
    add("--do", action="store_true", help="take up what is good, or go on where it stopped")
    add("--fill", action="store_true", help="fill empty fields of those who are here already")
    add("--others", action="store_true", help="take up rows that look like somebody as others")
    add("--forget", action="store_true", help="leave the rest of an import that was cut off")
    add("--passphrase-fd", type=int, help="read the store's passphrase from this pipe")
    add("--password-fd", type=int, required=True, help="read the person's password from this pipe")


def _open(options: argparse.Namespace) -> int:
    # What is imported is no rubbish; the desk's own tidying takes over with its first window.
    gc.disable()
    from ui.shell.imports import take_import_back

    take_import_back()
    from app.assembly.desk import open_desk

    return open_desk(
        folder=options.folder,
        demo=options.demo,
        language=options.lang or "zh_CN",
        theme=options.theme or "",
    )


def _demo(options: argparse.Namespace) -> int:
    from app.assembly.demo_command import demo_day

    outcome = demo_day(options, told=_tell)
    _say(options, outcome.answer, outcome.words)
    return outcome.exit_code


def _price(options: argparse.Namespace) -> int:
    from app.assembly.price import price_by_shipped_packs
    from app.kit.clock import SystemClock

    answer = price_by_shipped_packs(options.file, SystemClock())
    _say(options, answer, f"{answer['policy_premium']} {answer['approval_level']}")
    return 0


def _hub_init(options: argparse.Namespace) -> int:
    from app.assembly.hub import init_head_office
    from app.kit.clock import SystemClock

    admin = init_head_office(
        options.folder,
        SystemClock(),
        database=options.database,
        hosts=options.host or ("127.0.0.1", "localhost"),
    )
    answer = {"administrator": admin.number, "activation_code": admin.code}
    _say(options, answer, f"{admin.number} {admin.code}")
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("HOST:PORT is wanted")
    return host.strip("[]"), int(port)


def _hub_serve(options: argparse.Namespace) -> int:
    from app.assembly.hub import serve_head_office
    from app.assembly.processes import ended_with_parent
    from app.kit.clock import SystemClock
    from sync.hub.gate import Limits
    from sync.hub.server import HubSettings
    from sync.hub.usage import Quotas

    host, port = options.listen
    settings = HubSettings(
        options.folder,
        options.database,
        host,
        port,
        limits=Limits(**_told(options, "requests_per_second")),
        quotas=Quotas(**_told(options, *Quotas.__dataclass_fields__)),
        operations=options.operations,
        drain_seconds=options.drain,
    )
    if options.with_parent:
        with ended_with_parent():
            serve_head_office(settings, SystemClock())
    else:
        serve_head_office(settings, SystemClock())
    return 0


def _told(options: argparse.Namespace, *names: str) -> dict[str, int]:
    """Give the options that were told, by their names."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def _hub_token(options: argparse.Namespace) -> int:
    from app.assembly.hub import enrolment_code
    from app.kit.clock import SystemClock
    from sync.hub.server import HubSettings

    settings = HubSettings(options.folder, options.database)
    code = enrolment_code(
        settings, options.scope, options.note, SystemClock(), read_only=options.follow
    )
    _say(options, {"code": code, "scopes": options.scope, "follows": options.follow}, code)
    return 0


def _hub_devices(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.devices(_hub_of(options)))


def _hub_grant(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    settings, read_only = _hub_of(options), options.read_only
    answer = hub_running.grant(settings, options.device, options.scope, read_only=read_only)
    return _answered(options, answer)


def _hub_revoke(options: argparse.Namespace) -> int:
    from app.assembly import hub_running
    from app.kit.clock import SystemClock

    answer = hub_running.revoke(
        _hub_of(options),
        options.device,
        SystemClock(),
        scope=options.scope,
        keep=options.keep,
        wipe=options.wipe,
        days=options.days,
    )
    return _answered(options, answer)


def _hub_backup(options: argparse.Namespace) -> int:
    from app.assembly import hub_running
    from app.kit.clock import SystemClock

    answer = hub_running.backup(_hub_of(options), options.target, SystemClock())
    return _answered(options, answer)


def _hub_restore(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.restore_backup(options.source, _hub_of(options)))


def _hub_drill(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.drill_backup(options.source, _hub_of(options)))


def _hub_examine(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.examine(_hub_of(options)))


def _hub_prove(options: argparse.Namespace) -> int:
    from app.assembly import hub_running
    from app.kit.clock import SystemClock

    settings, clock = _hub_of(options), SystemClock()
    answer = hub_running.prove(settings, options.chain, options.n, options.target, clock)
    return _answered(options, answer)


def _hub_check_proof(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.check_proof(options.file, options.key))


def _hub_openapi(options: argparse.Namespace) -> int:
    from app.assembly import hub_running

    return _answered(options, hub_running.openapi())


def _hub_of(options: argparse.Namespace) -> "HubSettings":
    from sync.hub.server import HubSettings

    return HubSettings(options.folder, options.database)


def _answered(options: argparse.Namespace, answer: "Answer") -> int:
    """Say what a command came to; 1 where it found something that does not hold."""
    _say(options, answer.plain, answer.words)
    return 0 if answer.good else 1


def _sync(options: argparse.Namespace) -> int:
    from app.assembly.upkeep import sync_store

    answer = sync_store(options.folder, options.passphrase_fd)
    _say(options, answer, json.dumps(answer, ensure_ascii=False))
    return 0


def _courier_export(options: argparse.Namespace) -> int:
    from app.assembly.courier import export_store

    answer = export_store(options.folder, options.passphrase_fd, options.to, options.files_mb)
    _say(options, answer, answer["pack"])
    return 0


def _courier_import(options: argparse.Namespace) -> int:
    from app.assembly.courier import import_store

    answer = import_store(options.folder, options.passphrase_fd, options.pack)
    _say(options, answer, json.dumps(answer, ensure_ascii=False, default=str))
    return 0


def _courier_take(options: argparse.Namespace) -> int:
    from app.assembly.courier_hub import take_at_head_office, taken_answer
    from app.kit.clock import SystemClock
    from sync.hub.server import HubSettings

    settings = HubSettings(options.folder, options.database)
    taken = take_at_head_office(settings, options.pack, options.to, SystemClock())
    _say(options, taken_answer(taken), str(taken.path))
    return 0


def _simulate(options: argparse.Namespace) -> int:
    import subprocess

    module = {"seal": "devices.seal.simulator", "pad": "devices.signpad.simulator"}
    rest = [word for word in options.rest if word != "--"]
    return subprocess.run([sys.executable, "-m", module[options.device], *rest]).returncode


def _verify(options: argparse.Namespace) -> int:
    from app.assembly.verify import verify_kept

    verdict = verify_kept(options.keep, options.anchors)
    _say(options, verdict.answer(), verdict.words())
    return 0 if verdict.holds else 1


def _doctor(options: argparse.Namespace) -> int:
    from app.assembly.upkeep import examine

    findings = examine(options.folder, options.passphrase_fd)
    answer = {"findings": [one.as_dict() for one in findings]}
    _say(options, answer, "\n".join(str(one) for one in findings))
    return 0 if all(one.good for one in findings) else 1


def _backup(options: argparse.Namespace) -> int:
    from app.assembly.desk_backup import back_up_desk
    from app.kit.clock import SystemClock

    pipe, clock = options.passphrase_fd, SystemClock()
    answer = back_up_desk(options.folder, options.to, pipe, clock, proved=options.drill)
    _say(options, answer, answer["folder"])
    return 0


def _customers_import(options: argparse.Namespace) -> int:
    # The orders of a long list are no rubbish, and the collector would look each through again.
    gc.disable()
    from app.assembly.customer_list import ListWanted, import_list

    wanted = ListWanted(
        file=options.file,
        folder=options.folder,
        person=options.person,
        code=options.code,
        passphrase_pipe=options.passphrase_fd,
        password_pipe=options.password_fd,
        do=options.do,
        fill=options.fill,
        forget=options.forget,
        others=options.others,
    )
    outcome = import_list(wanted, told=_tell)
    _say(options, outcome.answer, outcome.words)
    return 0


def _say(options: argparse.Namespace, answer: object, words: str) -> None:
    """Print the one JSON object, or the words for a person."""
    if getattr(options, "json", False):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _words(error: BranchError) -> str:
    problem = error.problem
    return f"{problem.code}: {problem.what}\n{problem.safe}\n{problem.next}"
