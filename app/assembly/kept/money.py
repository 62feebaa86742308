"""Was it priced and approved as it says? Everything is worked out again from the request."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.access.policy import policy_of
from app.access.rules import Resource, decide
from app.approvals.rules import statement
from app.assembly.kept.findings import Fault, differs, same
from app.assembly.kept.reading import Kept, Record
from app.kit.clock import Clock
from app.kit.words import t
from app.packs.resources import resource_bytes
from app.packs.shipped import FORMER_ROOTS, SHIPPED_ROOT_SHA256, shipped_packs
from app.pricing.pricer import pricer_of
from app.pricing.quoting import Priced, bound_hash
from app.pricing.requests import PriceRequest, request_json, request_of
from app.pricing.roster import PolicyTerms, RosterRequest, request_of_roster
from app.pricing.roster_file import RosterEntry, roster_of
from app.store.actor import Actor

QUOTE, APPROVALS, RESULT = "evidence/quote.json", "evidence/approvals.json", "result.json"


@dataclass(frozen=True)
class Repricing:
    """The check of the premium; it prices with the packs that came with this program."""

    clock: Clock

    def look(self, kept: Kept) -> Iterator[Fault]:
        """Price the kept request again and hold every figure of the result against it."""
        yield from differs(
            "anchors.json",
            "packs_root_sha256",
            kept.anchors.packs_root_sha256 in {SHIPPED_ROOT_SHA256, *FORMER_ROOTS},
        )
        quote = kept.evidence("quote")
        priced = pricer_of(shipped_packs(self.clock))(quote.plain["request"])
        yield from same(QUOTE, quote.plain["request"], priced.request, "request")
        yield from same(QUOTE, quote.text("tariff_sha256"), priced.tariff_sha256, "tariff_sha256")
        yield from same(QUOTE, quote.number("premium_fen"), priced.premium_fen, "premium_fen")
        terms = ((str(key), str(value)) for key, value in quote.plain.get("further", []))
        bound = bound_hash(priced.input_hash, quote.text("roster_sha256"), terms)
        yield from same(QUOTE, quote.text("input_hash"), bound, "input_hash")
        yield from _result(kept, priced)


def _result(kept: Kept, priced: Priced) -> Iterator[Fault]:
    said, quote = kept.result.at("quote"), kept.evidence("quote")
    tariff = {
        "id": priced.tariff_id,
        "version": priced.tariff_version,
        "sha256": priced.tariff_sha256,
    }
    given: dict[str, Any] = {
        "premium_fen": priced.premium_fen,
        "people": priced.people,
        "lines": priced.lines,
        "tariff": tariff,
        "level": priced.level_name,
        "roster_sha256": quote.text("roster_sha256"),
    }
    for name, value in given.items():
        yield from same(RESULT, said.plain.get(name), value, f"quote.{name}")
    needed = kept.evidence("approvals").number("needed")
    yield from same(APPROVALS, needed, priced.level, "needed")
    kept_tariff = hashlib.sha256(kept.file(priced.tariff_sha256)).hexdigest()
    yield from differs(
        kept.path_of(priced.tariff_sha256), "tariff", kept_tariff == priced.tariff_sha256
    )


def roster(kept: Kept) -> Iterator[Fault]:
    """Make the request anew from the list of people, and hold what each pays against the lines."""
    quote = kept.evidence("quote")
    sha256 = quote.text("roster_sha256")
    entries = roster_of(kept.file(sha256))
    request = request_of(quote.plain["request"])
    made = request_of_roster([one.person for one in entries], _terms(request))
    if dict(request_json(made.request)) != quote.plain["request"]:
        yield Fault(
            kept.path_of(sha256), t("These people do not make the request that was priced.")
        )
    yield from differs(kept.path_of(sha256), "premium", _premiums(kept) == _paid(entries, made))


def _terms(request: PriceRequest) -> PolicyTerms:
    return PolicyTerms(
        tariff=request.tariff,
        start=request.start,
        end=request.end,
        region=request.region,
        discretion=request.discretion,
        experience=request.experience,
    )


def _premiums(kept: Kept) -> dict[str, int]:
    """Add what one head of each cohort pays over its lines, in fen."""
    paid: dict[str, int] = {}
    for line in kept.result.at("quote").records("lines"):
        cohort = line.text("cohort")
        paid[cohort] = paid.get(cohort, 0) + line.number("per_person_fen")
    return paid


def _paid(entries: tuple[RosterEntry, ...], made: RosterRequest) -> dict[str, int] | None:
    """Read what each person of a cohort pays; None where two of one cohort pay differently."""
    paid: dict[str, int] = {}
    for entry, place in zip(entries, made.cohort_of, strict=True):
        cohort = made.request.cohorts[place].name
        if paid.setdefault(cohort, entry.premium_fen) != entry.premium_fen:
            return None
    return paid


def approvals(kept: Kept) -> Iterator[Fault]:
    """Check every decision: its signature, its person's role, and that nobody decided twice."""
    case, quote = kept.evidence("approvals"), kept.evidence("quote")
    yield from same(APPROVALS, case.text("subject_hash"), quote.text("input_hash"), "subject_hash")
    yield from same(APPROVALS, case.text("requester"), quote.text("priced_by"), "requester")
    yield from same(APPROVALS, case.text("state"), "approved", "state")
    steps = case.records("steps")
    granted = [step.number("level") for step in steps if step.text("choice") == "approve"]
    yield from same(APPROVALS, granted, list(range(1, case.number("needed") + 1)), "steps")
    decided: set[str] = set()
    for step in steps:
        yield from _decision(kept, case, step, frozenset(decided))
        decided.add(step.text("person"))
    said = kept.result.at("quote")
    people = [step.text("person") for step in steps]
    yield from same(RESULT, said.plain.get("approvals"), people, "quote.approvals")
    yield from same(RESULT, said.plain.get("approved_by"), people[-1], "quote.approved_by")


def _decision(kept: Kept, case: Record, step: Record, before: frozenset[str]) -> Iterator[Fault]:
    person, level = step.text("person"), step.number("level")
    said = statement(case.text("case_id"), case.text("subject_hash"), level, step.text("choice"))
    if not _signed(kept.anchors.people.get(person), step.text("signature"), said):
        yield Fault(
            APPROVALS,
            t("The signature of {person} on level {level} does not hold.",
              person=person, level=level),
        )  # fmt: skip
    member = kept.anchors.staff.get(person)
    played = {"requester": frozenset({case.text("requester")}), "approver": before}
    if (
        member is None
        or not decide(
            Actor(person, "", member.roles, member.office, kept.anchors.device),
            f"approvals.decide_l{level}",
            Resource(kept.evidence("quote").text("scope"), played),
            policy_of(resource_bytes("rules/access.json")),
        ).allowed
    ):
        yield Fault(
            APPROVALS,
            t("{person} was not the one to decide on level {level}.", person=person, level=level),
        )


def _signed(key: bytes | None, signature: str, said: bytes) -> bool:
    if key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
