"""The packs a desk trusts: kept in a folder, taken in only when verified, read by kind and id."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.packs import bundle_mixed, bundle_rolled_back, pack_unknown, pack_version_wrong
from app.packs.authority import AuthorityTable
from app.packs.bundle import Bundle, read_target, verify_bundle
from app.packs.delegation import PREFIX, DelegationPack, read_delegation
from app.packs.divisions import GBT2260, Divisions, read_divisions
from app.packs.form_needs import NEEDS
from app.packs.forms import FormSpec, check_hints, read_form
from app.packs.handbook import HANDBOOK, Handbook, read_handbook
from app.packs.header import PackOrigin, pack_path, read_pack
from app.packs.sources import BytesSource, FolderSource, PackSource
from app.packs.tariff import Tariff, read_tariff
from app.packs.work_calendar import WORK_CALENDAR, WorkCalendar, read_work_calendar

_TIMESTAMP = "metadata/timestamp.json"
AUTHORITY = "authority"
"""The id of the rules pack that says who decides a quote."""


class PackStore:
    """Verified packs in a folder.

    What was verified when it came stays usable after its metadata expires; an expired bundle is
    only no longer taken as an update. Every pack's bytes are held against the signed hash again
    whenever they are read from disk.
    """

    def __init__(
        self,
        folder: Path,
        root_bytes: bytes,
        clock: Clock,
        time_floor: datetime | None = None,
        *,
        given_up: AbstractSet[str] = frozenset(),
    ) -> None:
        """Open the folder and verify the metadata in it; an empty folder is an empty store.

        ``root_bytes`` is the root of trust from enrolment or from the installation;
        ``time_floor`` is the latest time this desk is sure has passed (UTC). A bundle under one of
        the roots that were ``given_up`` (SHA-256) counts as none and is replaced by the next that
        comes. Raises BranchError as `verify_bundle`.
        """
        self._folder, self._root, self._clock = folder, root_bytes, clock
        self._floor, self._given_up = time_floor, given_up
        _finish_swap(folder)
        self._bundle = self._open()
        self._tariffs: dict[str, Tariff] = {}
        self._forms: dict[str, FormSpec] = {}
        self._authority: AuthorityTable | None = None
        self._divisions: Divisions | None = None

    @property
    def folder(self) -> Path:
        """Where the packs lie."""
        return self._folder

    @property
    def version(self) -> int:
        """Give the version of the bundle in use; 0 where there is none."""
        return self._bundle.timestamp.version if self._bundle else 0

    def origins(self) -> tuple[PackOrigin, ...]:
        """Name every pack held, with its version, filing and validity."""
        if self._bundle is None:
            return ()
        source = FolderSource(self._folder)
        return tuple(origin for origin, _ in _packs(self._bundle, source).values())

    def refresh(self, source: PackSource) -> bool:
        """Take a newer bundle into use; False where it is the one we have.

        Everything is verified and read before anything is written, and the old bundle stays in
        use until the new one is complete on disk. Raises BranchError as `verify_bundle`,
        E-PACK-VERSION for a changed pack that kept its version, and E-PACK-CONTENT.
        """
        held = self._bundle
        trusted = held.files[held.root_name] if held else self._root
        bundle = verify_bundle(source, trusted, held=held, now=self._now())
        if held and bundle.timestamp.version == held.timestamp.version:
            if bundle.files[_TIMESTAMP] != held.files[_TIMESTAMP]:
                raise BranchError(bundle_mixed("timestamp"))
            return False
        packs = {f"targets/{path}": read_target(bundle, source, path) for path in bundle.packs}
        self._only_forward(bundle, BytesSource(packs))
        metadata = (_roots(held) if held else {}) | dict(bundle.files)
        _swap_in(self._folder, metadata | packs)
        self._bundle, self._authority = replace(bundle, files=metadata), None
        self._divisions = None
        self._tariffs.clear()
        self._forms.clear()
        return True

    def tariff(self, tariff_id: str) -> Tariff:
        """Give a tariff; raises BranchError E-PACK-UNKNOWN, -BYTES and those of its content."""
        if tariff_id not in self._tariffs:
            self._tariffs[tariff_id] = read_tariff(*self._pack("tariff", tariff_id))
        return self._tariffs[tariff_id]

    def authority(self) -> AuthorityTable:
        """Give the authority table; raises BranchError E-PACK-UNKNOWN and those of its content."""
        if self._authority is None:
            self._authority = AuthorityTable(*self._pack("rules", AUTHORITY))
        return self._authority

    def form(self, form_id: str) -> FormSpec:
        """Give a form; raises BranchError as `tariff`."""
        if form_id not in self._forms:
            self._forms[form_id] = read_form(*self._pack("forms", form_id))
        return self._forms[form_id]

    def handbook(self, handbook_id: str) -> Handbook:
        """Give a handbook that forms quote, by its product; raises BranchError as `tariff`."""
        return read_handbook(*self._pack("forms", HANDBOOK + handbook_id))

    def work_calendar(self) -> WorkCalendar:
        """Give the days and hours of work; raises BranchError as `tariff`."""
        return read_work_calendar(*self._pack("rules", WORK_CALENDAR))

    def divisions(self) -> Divisions:
        """Give the places of the country, read in some 50 ms; raises BranchError as `tariff`."""
        if self._divisions is None:
            self._divisions = read_divisions(*self._pack("divisions", GBT2260))
        return self._divisions

    def held(self, kind: str) -> tuple[str, ...]:
        """Name the packs of a kind by their ids; none of them is read."""
        paths = self._bundle.packs if self._bundle is not None else {}
        own = (path.split("/", 1) for path in paths)
        return tuple(name.removesuffix(".json") for folder, name in own if folder == kind)

    def delegations(self) -> tuple[DelegationPack, ...]:
        """Give every delegation held; raises BranchError as `tariff`."""
        ids = [one for one in self.held("rules") if one.startswith(PREFIX)]
        return tuple(read_delegation(*self._pack("rules", one)) for one in ids)

    def _pack(self, kind: str, pack_id: str) -> tuple[PackOrigin, Mapping[str, Any]]:
        path = pack_path(kind, pack_id)
        if self._bundle is None or path not in self._bundle.packs:
            raise BranchError(pack_unknown(path))
        return _pack(self._bundle, FolderSource(self._folder), path)

    def _held_origin(self, path: str) -> PackOrigin | None:
        """Say what we hold under a name; a pack damaged on our disk must not block its cure."""
        if self._bundle is None or path not in self._bundle.packs:
            return None
        try:
            origin, _ = _pack(self._bundle, FolderSource(self._folder), path)
        except BranchError:
            return None
        return origin

    def _open(self) -> Bundle | None:
        first = self._folder / "metadata" / "1.root.json"
        if not (self._folder / "metadata" / "timestamp.json").exists():
            return None
        if first.exists() and hashlib.sha256(first.read_bytes()).hexdigest() in self._given_up:
            return None
        return verify_bundle(FolderSource(self._folder), self._root, now=None)

    def _now(self) -> datetime:
        now = self._clock.now()
        return max(now, self._floor) if self._floor else now

    def _only_forward(self, bundle: Bundle, source: PackSource) -> None:
        """Read every new pack whole, and refuse one that is older or changed in silence."""
        packs = _packs(bundle, source)
        read_contents(packs.values())
        for path, (origin, _) in packs.items():
            before = self._held_origin(path)
            if before is None:
                continue
            if origin.version < before.version:
                raise BranchError(bundle_rolled_back(path))
            if origin.version == before.version and origin.sha256 != before.sha256:
                raise BranchError(pack_version_wrong(path))


def _roots(bundle: Bundle) -> dict[str, bytes]:
    """Keep the chain of roots, from the one we were enrolled with."""
    return {name: c for name, c in bundle.files.items() if name.endswith(".root.json")}


def _packs(
    bundle: Bundle, source: PackSource
) -> Mapping[str, tuple[PackOrigin, Mapping[str, Any]]]:
    return {path: _pack(bundle, source, path) for path in bundle.packs}


def _pack(bundle: Bundle, source: PackSource, path: str) -> tuple[PackOrigin, Mapping[str, Any]]:
    role, _ = bundle.packs[path]
    return read_pack(read_target(bundle, source, path), path, role)


def read_contents(packs: Iterable[tuple[PackOrigin, Mapping[str, Any]]]) -> None:
    """Read every pack of a bundle once, and what they say of each other (E-PACK-CONTENT, -FORM)."""
    forms, handbooks = [], {}
    for origin, content in packs:
        read_content(origin, content)
        if origin.kind == "forms" and origin.id.startswith(HANDBOOK):
            handbooks[origin.id.removeprefix(HANDBOOK)] = read_handbook(origin, content)
        elif origin.kind == "forms" and origin.id in NEEDS:
            forms.append(read_form(origin, content))
    for form in forms:
        check_hints(form, handbooks)


def read_content(origin: PackOrigin, content: Mapping[str, Any]) -> None:
    """Read all of a pack once, to find what is wrong with it.

    A rules table or a form this version does not know waits for a newer program. Raises
    E-PACK-CONTENT, and E-PACK-FORM for a form without what the program needs.
    """
    if origin.kind == "tariff":
        read_tariff(origin, content)
    elif origin.kind == "forms":
        _read_forms(origin, content)
    elif origin.kind == "divisions":
        _read_places(origin, content)
    elif origin.id == AUTHORITY:
        AuthorityTable(origin, content)
    elif origin.id.startswith(PREFIX):
        read_delegation(origin, content)
    elif origin.id == WORK_CALENDAR:
        read_work_calendar(origin, content)


def _read_forms(origin: PackOrigin, content: Mapping[str, Any]) -> None:
    if origin.id.startswith(HANDBOOK):
        read_handbook(origin, content)
    elif origin.id in NEEDS:
        read_form(origin, content)


def _read_places(origin: PackOrigin, content: Mapping[str, Any]) -> None:
    if origin.id == GBT2260:
        read_divisions(origin, content)


def _swap_in(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a new bundle in the place of the old one: written and synced first, then two renames."""
    new, old = _beside(folder, ".new"), _beside(folder, ".old")
    shutil.rmtree(new, ignore_errors=True)
    for name, content in files.items():
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _finish_swap(folder: Path) -> None:
    """After a power cut between the two renames: go back to the old bundle, which is whole."""
    old = _beside(folder, ".old")
    if old.exists() and not folder.exists():
        old.rename(folder)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(folder.name + suffix)
