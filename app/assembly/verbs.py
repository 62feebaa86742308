"""The verbs of the trade in one table: name, order, action, whose record it is.

Desk, headless day and hub build their door from here; they differ only in what they hand in: packs,
the leave to issue permits, the check of numbers.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from app.access.actions import (
    ActivatePerson,
    AddOffice,
    AddPerson,
    activate_person,
    add_office,
    add_person,
)
from app.access.queries import office_of_person
from app.access.rules import Resource
from app.approvals.actions import DecideCase, decide_case
from app.approvals.queries import case_card, case_of
from app.approvals.rules import Delegation
from app.assembly.door import AboutOf, Verb
from app.contracts.actions import (
    ArchiveContract,
    DraftContract,
    NumberCheck,
    archive_contract,
    draft_contract,
)
from app.contracts.queries import ContractCard, contract_card
from app.contracts.rules import DRAFTED, SIGNED
from app.customers.actions import (
    AddContact,
    AddNote,
    CorrectCustomer,
    RegisterOrganisation,
    RegisterPerson,
    ShowNumbers,
    add_contact,
    add_note,
    correct_customer,
    register_organisation,
    register_person,
    show_numbers,
)
from app.customers.further import Forms, no_forms
from app.customers.head_fields import FillHeadFields, fill_head_fields
from app.customers.importing import ImportCustomers, import_customers
from app.customers.rules.names import NameWords
from app.pricing.actions import (
    PriceQuote,
    SubmitQuote,
    price_quote,
    requester_and_approvers,
    submit_quote,
)
from app.pricing.quoting import Pricer
from app.seals.actions import (
    AgreeReopening,
    BeginStamp,
    CloseJob,
    FinishStamp,
    FreezeMachine,
    Issue,
    PairMachine,
    ReopenMachine,
    RequestPermit,
    SettleDoubt,
    agree_reopening,
    begin_stamp,
    close_job,
    finish_stamp,
    freeze_machine,
    pair_machine,
    reopen_machine,
    request_permit,
    settle_doubt,
)
from app.seals.queries import JobCard, job_card, job_of_stamp, machine_scope, seal_case_parts
from app.seals.rules import SealSubject
from app.signing.actions import (
    AbandonSignature,
    BeginSignature,
    Certify,
    FinishSignature,
    RequestCertificate,
    abandon_signature,
    begin_signature,
    finish_signature,
    request_certificate,
)
from app.signing.queries import signature_scope
from app.signing.rules import SignSubject
from app.store.types import canonical_json
from app.store.work import Work


@dataclass(frozen=True)
class Parts:
    """What an end hands to its verbs; the leaves to issue exist at head office only."""

    pricer: Pricer
    names: NameWords
    delegations: Callable[[], Sequence[Delegation]]
    issue: Issue | None = None
    number_check: NumberCheck | None = None
    certify: Certify | None = None
    forms: Forms = no_forms


def all_verbs(parts: Parts) -> Mapping[str, Verb]:
    """Give every verb by its name."""
    table = [
        *_access_verbs(),
        *_customer_verbs(parts),
        *_quote_verbs(parts),
        *_contract_verbs(parts),
        *_signing_verbs(parts),
        *_seal_verbs(parts),
    ]
    return {verb.name: verb for verb in table}


def _access_verbs() -> list[Verb]:
    return [
        Verb("access.add_office", AddOffice, add_office, "command", "office", "office_id",
             _at(lambda order: order.path)),
        Verb("access.add_person", AddPerson, add_person, "command", "person", "person_id",
             _at(lambda order: order.office)),
        Verb("access.activate_person", ActivatePerson, activate_person, "command", "person",
             "person_id", _about_person, sealed=True),
    ]  # fmt: skip


def _customer_verbs(parts: Parts) -> list[Verb]:
    return [
        _customer("register_organisation", RegisterOrganisation,
                  partial(register_organisation, words=parts.names, forms=parts.forms)),
        _customer("register_person", RegisterPerson,
                  partial(register_person, forms=parts.forms)),
        _customer("correct_customer", CorrectCustomer,
                  partial(correct_customer, words=parts.names, forms=parts.forms)),
        _customer("add_contact", AddContact, add_contact),
        _customer("add_note", AddNote, add_note),
        _customer("show_numbers", ShowNumbers, show_numbers),
        Verb("customers.fill_head_fields", FillHeadFields,
             partial(fill_head_fields, forms=parts.forms), "command", "customer", "customer_id",
             _at(lambda order: order.scope)),
        Verb("customers.import_customers", ImportCustomers,
             partial(import_customers, words=parts.names, forms=parts.forms), "command",
             "customer", "first", _own_office),
    ]  # fmt: skip


def _customer(name: str, order: type, run: Callable[[Work, Any], Any]) -> Verb:
    return Verb(f"customers.{name}", order, run, "rows", "customer", "customer_id", _own_office)


def _quote_verbs(parts: Parts) -> list[Verb]:
    return [
        Verb("pricing.price_quote", PriceQuote,
             partial(price_quote, pricer=parts.pricer, forms=parts.forms), "command", "quote",
             "quote_id", _own_office),
        Verb("pricing.submit_quote", SubmitQuote, submit_quote, "command", "quote", "quote_id",
             _own_office),
        Verb("approvals.decide_case", DecideCase, _decide_with(parts.delegations), "command",
             "approval_case", "case_id", _about_case,
             action=lambda order: f"approvals.decide_l{order.level}", sealed=True),
    ]  # fmt: skip


def _contract_verbs(parts: Parts) -> list[Verb]:
    return [
        Verb("contracts.draft_contract", DraftContract,
             partial(draft_contract, number_check=parts.number_check), "command", "contract",
             "contract_id", _own_office),
        Verb("contracts.archive_contract", ArchiveContract, archive_contract, "command",
             "contract", "contract_id", _about_contract, sealed=True),
    ]  # fmt: skip


def _signing_verbs(parts: Parts) -> list[Verb]:
    return [
        Verb("signing.request_certificate", RequestCertificate,
             partial(request_certificate, certify=parts.certify), "command",
             "desk_certificate", "certificate_id", _own_office),
        Verb("signing.begin_signature", BeginSignature,
             partial(begin_signature, subject_of=sign_subject), "command", "signature",
             "signature_id", _own_office),
        Verb("signing.finish_signature", FinishSignature, finish_signature, "command",
             "signature", "signature_id", _about_signature, sealed=True),
        Verb("signing.abandon_signature", AbandonSignature, abandon_signature, "command",
             "signature", "signature_id", _about_signature),
    ]  # fmt: skip


def _seal_verbs(parts: Parts) -> list[Verb]:
    return [
        Verb("seals.pair_machine", PairMachine, pair_machine, "command", "seal_machine",
             "machine_id", _at(lambda order: order.scope), sealed=True),
        Verb("seals.request_permit", RequestPermit,
             partial(request_permit, subject_of=seal_subject, issue=parts.issue), "command",
             "seal_job", "job_id", _about_permit, sealed=True),
        Verb("seals.begin_stamp", BeginStamp, begin_stamp, "command", "seal_job", "job_id",
             _about_job, sealed=True),
        Verb("seals.finish_stamp", FinishStamp, finish_stamp, "command", "seal_stamp",
             "stamp_id", _about_stamp, sealed=True),
        Verb("seals.settle_doubt", SettleDoubt, settle_doubt, "command", "seal_stamp",
             "stamp_id", _about_stamp, sealed=True),
        Verb("seals.close_job", CloseJob, close_job, "command", "seal_job", "job_id",
             _about_job, sealed=True),
        Verb("seals.freeze_machine", FreezeMachine, freeze_machine, "command", "seal_case",
             "case_id", _about_machine, sealed=True),
        Verb("seals.agree_reopening", AgreeReopening, agree_reopening, "command", "seal_case",
             "case_id", _about_seal_case, sealed=True),
        Verb("seals.reopen_machine", ReopenMachine, reopen_machine, "command", "seal_case",
             "case_id", _about_seal_case, sealed=True),
    ]  # fmt: skip


def sign_subject(work: Work, kind: str, subject_id: UUID) -> SignSubject:
    """Tell signing what stands behind a subject; only contracts are signed so far."""
    contract = _contract(work, kind, subject_id)
    return SignSubject(
        contract.scope, contract.number, contract.pdf_sha256, contract.state == DRAFTED
    )


def seal_subject(work: Work, kind: str, subject_id: UUID) -> SealSubject:
    """Tell the seals what stands behind a subject, with the hash of its approvals."""
    contract = _contract(work, kind, subject_id)
    case = case_of(work.session, "quote", contract.quote_id)
    steps = [[step.level, step.person, step.choice] for step in case.steps] if case else []
    parts = requester_and_approvers(work, contract.quote_id)
    said = canonical_json([contract.inputs_sha256, steps])
    return SealSubject(
        scope=contract.scope,
        number=contract.number,
        sha256=contract.signed_sha256,
        pages=contract.pages,
        ready=contract.state == SIGNED,
        approval_chain_sha256=hashlib.sha256(said.encode()).hexdigest(),
        apart=frozenset().union(*parts.values()),
    )


def _decide_with(
    delegations: Callable[[], Sequence[Delegation]],
) -> Callable[[Work, DecideCase], Any]:
    def run(work: Work, order: DecideCase) -> Any:
        return decide_case(work, order, delegations=delegations())

    return run


def _own_office(work: Work, _order: Any) -> Resource:
    return Resource(work.scope, {})


def _at(scope_of: Callable[[Any], str]) -> AboutOf:
    def about(_work: Work, order: Any) -> Resource:
        return Resource(scope_of(order), {})

    return about


def _about_person(work: Work, order: Any) -> Resource:
    return Resource(office_of_person(work.session, order.person_id), {})


def _about_case(work: Work, order: Any) -> Resource:
    case = case_card(work.session, order.case_id)
    approvers = frozenset(step.person for step in case.steps)
    return Resource(case.scope, {"requester": frozenset({case.requester}), "approver": approvers})


def _about_contract(work: Work, order: Any) -> Resource:
    contract = contract_card(work.session, order.contract_id)
    return Resource(contract.scope, requester_and_approvers(work, contract.quote_id))


def _about_signature(work: Work, order: Any) -> Resource:
    return Resource(signature_scope(work.session, order.signature_id), {})


def _about_permit(work: Work, order: Any) -> Resource:
    contract = _contract(work, order.subject_kind, order.subject_id)
    return Resource(contract.scope, requester_and_approvers(work, contract.quote_id))


def _about_job(work: Work, order: Any) -> Resource:
    return _apart_from_the_quote(work, job_card(work.session, order.job_id))


def _about_stamp(work: Work, order: Any) -> Resource:
    return _apart_from_the_quote(work, job_of_stamp(work.session, order.stamp_id))


def _apart_from_the_quote(work: Work, job: JobCard) -> Resource:
    contract = _contract(work, job.subject_kind, job.subject_id)
    return Resource(job.scope, requester_and_approvers(work, contract.quote_id))


def _about_machine(work: Work, order: Any) -> Resource:
    return Resource(machine_scope(work.session, order.device_id), {})


def _about_seal_case(work: Work, order: Any) -> Resource:
    case = seal_case_parts(work.session, order.case_id)
    agreed = frozenset({case.agreed_by}) if case.agreed_by else frozenset[str]()
    return Resource(case.scope, {"requester": frozenset({case.opened_by}), "approver": agreed})


def _contract(work: Work, kind: str, subject_id: UUID) -> ContractCard:
    if kind != "contract":
        raise ValueError(f"no such subject: {kind}")
    return contract_card(work.session, subject_id)
