"""The customers page: the list with its search, the record, and taking an organisation up."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import OfficeLine
from app.customers.queries import CustomerCard
from app.customers.rules.fields import LABELS
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.id_types import LABELS as ID_TYPES
from app.kit.errors.customers import customer_unknown
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.kit.written import written_clock, written_count
from app.packs.form_values import KeptFile, kept_files
from ui.customers.files import CustomerFiles
from ui.customers.importing import ImportView
from ui.customers.long_list import COLUMNS, CustomerRows
from ui.customers.new import (
    Correction,
    CustomerSheet,
    HeadFields,
    NewOrganisation,
    NewPerson,
)
from ui.customers.office_choice import OfficeChoice
from ui.customers.presenter import CustomersPresenter
from ui.customers.presenter_forms import Holding, Saved, Texts, Told
from ui.customers.presenter_importing import ImportPresenter, Taken, said_of
from ui.customers.texts import SEXES, draft_kept, party, role
from ui.shell.attaching import DeskFiles
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import LIST_SHARE, RECORD_SHARE
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.shell.record_page import RecordPage, RecordPane, RecordTab
from ui.shell.targets import MendRefused, NewQuoteFor
from ui.theme.tokens import NEAR, Mood
from ui.widgets.empty import EmptyState, tell_unseen
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.loaded import LoadedRows
from ui.widgets.offer import OfferLine
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb

ORGANISATION_VERB, PERSON_VERB = "customers.register_organisation", "customers.register_person"
ORGANISATION, PERSON, IMPORT = object(), object(), object()
"""What this page may be asked for besides a customer: a form, the import."""
CONTACT_COLUMNS = (
    Column("role", LABELS["role"], 90),
    Column("name", LABELS["name"], 90, stretch=True),
    Column("number", LABELS["id_no"], 160),
    Column("mobile", LABELS["mobile"], 110),
)


def customers_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of customers."""
    return Page(
        "customers",
        t("Customers"),
        "customers",
        lambda at: CustomersView(at, lanes.desk, CustomersPresenter(desk), ImportPresenter(desk)),
    )


class CustomersView(PageView):
    """List and record, and behind them the form of a new organisation."""

    def __init__(
        self,
        at: Surroundings,
        lane: Lane,
        presenter: CustomersPresenter,
        importing: ImportPresenter,
    ) -> None:
        super().__init__()
        self.at, self._lane, self._presenter = at, lane, presenter
        self._bring_in = importing
        self._may_import = importing.allowed()
        self._importing: ImportView | None = None
        add = Verb("new", t("New organisation"), self.begin_new, "add")
        empty = EmptyState(
            at.theme,
            t("No customers yet."),
            t("Customers appear here as they are taken up or synced."),
            verb=add if presenter.sees else None,
        )
        if not presenter.sees:
            tell_unseen(empty)
        self.table = ListTable(
            at.theme,
            COLUMNS,
            CustomerRows(presenter),
            name=t("Customers"),
            empty=empty,
            backing=at.lists.backing("customers", self) if at.lists else None,
        )
        self.draft = OfferLine(at.theme)
        self.offices = OfficeChoice(at.theme)
        self.facts = FactSheet(t("Facts"))
        self._contacts = LoadedRows(CONTACT_COLUMNS)
        self.contacts = ListTable(
            at.theme,
            CONTACT_COLUMNS,
            self._contacts,
            name=t("Contacts"),
            empty=EmptyState(
                at.theme, t("No contacts."), t("An organisation's operator stands here.")
            ),
            filtering=False,
        )
        keeper = DeskFiles(at.bridge, lane, presenter.desk, self)
        self.files = CustomerFiles(at.theme, keeper)
        self.record = RecordPane(
            at,
            (
                RecordTab(t("Facts"), self.facts),
                RecordTab(t("Contacts"), self.contacts),
                RecordTab(t("Files"), self.files),
            ),
            reader=presenter.reader(),
            lane=lane,
        )
        self._sheets: dict[str, CustomerSheet] = {}
        self._card: CustomerCard | None = None
        self._may_fill = False
        self._further: tuple[Fact, ...] = ()
        self._build()
        self._wire()

    @property
    def card(self) -> CustomerCard | None:
        """The customer that is shown."""
        return self._card

    @override
    def refresh(self) -> None:
        self._reload()
        if self._card is not None:
            self._read(self._card.line.id)
        elif self.table.current() is None and self.table.model.rowCount():
            self.table.view.go_to(0)

    @override
    def missing(self, target: object) -> Callable[[], object] | None:
        if target is ORGANISATION and "organisation" not in self._sheets:
            return lambda: self.new
        if target is PERSON and "person" not in self._sheets:
            return lambda: self.new_person
        to_import = target is IMPORT or isinstance(target, MendRefused)
        return (lambda: self.importing) if to_import and self._importing is None else None

    @override
    def open_at(self, target: object) -> None:
        if target is ORGANISATION:
            self._open_sheet(self.new)
        elif target is PERSON:
            self._open_sheet(self.new_person)
        elif target is IMPORT:
            self._open_import()
        elif isinstance(target, MendRefused):
            self._open_import()
            self.importing.mend_refused()
        elif isinstance(target, UUID):
            self._show_list()
            self._reload()
            self._read(target, focus=True)
        else:
            self.refresh()

    def _reload(self) -> None:
        self.table.reload()
        self.read_at.emit(t("As of {time}", time=written_clock(self.at.clock.now())))
        self.at.bridge.run(
            self._lane, self._presenter.forms.first_draft, done=self._offer_draft, owner=self
        )
        self.at.bridge.run(
            self._lane, self._presenter.offices, done=self._offer_offices, owner=self
        )
        self._offer()

    @override
    def verbs(self) -> Sequence[Verb]:
        sheet = self._sheet_in_front()
        if sheet is not None:
            return sheet.verbs()
        if self.in_import:
            return self.importing.verbs()
        return self._offered()

    @override
    def step_back(self) -> bool:
        if self.typing_new:
            self.leave_new()
            return True
        if self.in_import:
            self.leave_import()
            return True
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    @override
    def keep(self) -> None:
        for sheet in self._sheets.values():
            sheet.keep()

    @property
    def typing_new(self) -> bool:
        """Whether a form of a customer is in front."""
        return self._sheet_in_front() is not None

    @property
    def new(self) -> NewOrganisation:
        """The form of a new organisation, built the first time it is asked for."""
        if "organisation" not in self._sheets:
            self._add_sheet("organisation", NewOrganisation(self.at, self._lane, self._presenter))
        sheet = self._sheets["organisation"]
        assert isinstance(sheet, NewOrganisation)
        return sheet

    @property
    def new_person(self) -> NewPerson:
        """The form of a new person, built the first time it is asked for."""
        if "person" not in self._sheets:
            self._add_sheet("person", NewPerson(self.at, self._lane, self._presenter))
        sheet = self._sheets["person"]
        assert isinstance(sheet, NewPerson)
        return sheet

    @property
    def correction(self) -> Correction | None:
        """The form in which a customer is being corrected."""
        sheet = self._sheets.get("correction")
        return sheet if isinstance(sheet, Correction) else None

    def _sheet_in_front(self) -> CustomerSheet | None:
        front = self._pile.currentWidget()
        return next((sheet for sheet in self._sheets.values() if sheet is front), None)

    def _add_sheet(self, key: str, sheet: CustomerSheet) -> None:
        sheet.saved.connect(self._saved)
        sheet.left.connect(self.leave_new)
        sheet.open_other.connect(self._open_other)
        self._pile.addWidget(sheet)
        self._sheets[key] = sheet

    @property
    def importing(self) -> ImportView:
        """The import, built the first time it is asked for."""
        if self._importing is None:
            view = ImportView(self.at, self._lane, self._bring_in)
            view.taken.connect(self._imported)
            view.left.connect(self.leave_import)
            view.verbs_changed.connect(self.verbs_changed)
            self._pile.addWidget(view)
            self._importing = view
        return self._importing

    @property
    def in_import(self) -> bool:
        """Whether the import of a file is in front."""
        return self._importing is not None and self._pile.currentWidget() is self._importing

    def begin_import(self) -> None:
        """Open the import; a file that is being read or taken up goes on."""
        self.asked_for.emit("customers", IMPORT)

    def _open_import(self) -> None:
        view = self.importing
        self._pile.setCurrentWidget(view)
        self.setFocusProxy(view)
        view.begin()

    def leave_import(self) -> None:
        """Go back to the list; what is under way goes on."""
        self._show_list()
        self.refresh()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_new(self) -> None:
        """Open the form of a new organisation; what was typed into it is still there."""
        self.asked_for.emit("customers", ORGANISATION)

    def begin_person(self) -> None:
        """Open the form of a new person; what was typed into it is still there."""
        self.asked_for.emit("customers", PERSON)

    def begin_correction(self) -> None:
        """Open the record's fields to be corrected, with what was typed there and not saved."""
        card = self._card
        if card is not None:
            self.at.bridge.run(
                self._lane,
                partial(self._presenter.forms.to_correct, card),
                done=self._correct,
                owner=self,
            )

    def begin_head_fields(self) -> None:
        """Open the fields head office owns, with what was typed there and not saved."""
        card = self._card
        if card is not None:
            self.at.bridge.run(
                self._lane,
                partial(self._presenter.forms.to_fill, card),
                done=self._fill_in,
                owner=self,
            )

    @property
    def head_fields(self) -> HeadFields | None:
        """The form in which head office's fields of a customer are being filled in."""
        sheet = self._sheets.get("head_fields")
        return sheet if isinstance(sheet, HeadFields) else None

    def _correct(self, found: tuple[Holding, Texts]) -> None:
        holding, typed = found
        sheet = Correction(self.at, self._lane, self._presenter, holding)
        self._put_in_front("correction", sheet, typed)

    def _fill_in(self, found: tuple[Holding, Texts]) -> None:
        holding, typed = found
        sheet = HeadFields(self.at, self._lane, self._presenter, holding)
        self._put_in_front("head_fields", sheet, typed)

    def _put_in_front(self, key: str, sheet: CustomerSheet, typed: Texts) -> None:
        former = self._sheets.pop(key, None)
        if former is not None:
            self._pile.removeWidget(former)
            former.deleteLater()
        self._add_sheet(key, sheet)
        if typed:
            sheet.restore(typed)
        self._open_sheet(sheet)

    def _open_sheet(self, sheet: CustomerSheet) -> None:
        sheet.freshen()
        self._pile.setCurrentWidget(sheet)
        self.setFocusProxy(sheet)
        sheet.form.focus_first_open()
        self.verbs_changed.emit()

    def leave_new(self) -> None:
        """Go back to the list; what was typed is kept."""
        self.keep()
        self._show_list()
        self.refresh()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self) -> None:
        self._pile.setCurrentIndex(0)
        self.setFocusProxy(self.table)
        self.verbs_changed.emit()

    def _build(self) -> None:
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.addWidget(self.table)
        both.addWidget(self.record)
        both.setSizes([LIST_SHARE, RECORD_SHARE])
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.draft)
        column.addWidget(self.offices)
        column.addWidget(both, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        body = QWidget()
        self._pile = QStackedLayout(body)
        self._pile.addWidget(front)
        whole.addWidget(body)
        self._show_list()

    def _wire(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._open)
        self.table.told.connect(self.told)
        self.record.asked_for.connect(self.asked_for)
        self.table.troubled.connect(self.troubled)
        self.offices.chosen.connect(self._look_into)

    @Slot(str)
    def _look_into(self, office: str) -> None:
        self._presenter.look_into(office)
        self.offices.point_at(office)
        self.table.reload()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_offices(self, offices: Sequence[OfficeLine]) -> None:
        paths = [one.path for one in offices]
        if paths and self._presenter.office not in paths:
            # Head office itself has no customer yet: the list begins with an office that has some.
            self._presenter.look_into(paths[0])
            self.table.reload()
        self.offices.offer(offices, self._presenter.office, self._presenter.desk.scope)

    def _offered(self) -> Sequence[Verb]:
        new = self._verb("new", t("New organisation"), self.begin_new, "add", ORGANISATION_VERB)
        person = self._verb("person", t("New person"), self.begin_person, "person", PERSON_VERB)
        bring_in = Verb(
            "import",
            t("Import customers"),
            self.begin_import,
            "import",
            enabled=self._may_import,
            reason=None if self._may_import else t("Your role takes no customers up."),
        )
        if self._card is None:
            return (new, person, bring_in)
        quote = self._quoting(self._card)
        rest = (self._correcting(self._card), person, bring_in)
        ours = (quote, new, *rest) if quote.enabled else (new, quote, *rest)
        if not self._may_fill:
            return ours
        fill = Verb(
            "head_fields", t("Fill in head office's fields"), self.begin_head_fields, "edit"
        )
        return (fill, *ours)

    def _verb(
        self, key: str, label: Text, begin: Callable[[], None], icon: str, action: str
    ) -> Verb:
        may = self._presenter.may(action)
        reason = None if may else t("Your role takes no customers up.")
        return Verb(key, label, begin, icon, enabled=may, reason=reason)

    def _quoting(self, card: CustomerCard) -> Verb:
        may = self._presenter.may("pricing.price_quote", card.scope)
        group = card.line.party == "organisation"
        reason = None if group else t("Group cover is quoted for organisations.")
        if not may:
            reason = t("The customer's own office does this.")
        enabled = group and may
        return Verb(
            "quote", t("New quote"), self._begin_quote, "pricing", enabled=enabled, reason=reason
        )

    def _correcting(self, card: CustomerCard) -> Verb:
        may = self._presenter.may("customers.correct_customer", card.scope)
        reason = None if may else t("The customer's own office does this.")
        return Verb(
            "correct", t("Correct"), self.begin_correction, "edit", enabled=may, reason=reason
        )

    def _offer(self) -> None:
        self.record.bar.offer(self._offered())
        self.verbs_changed.emit()

    def _begin_quote(self) -> None:
        if self._card is not None:
            line = self._card.line
            self.asked_for.emit("pricing", NewQuoteFor(line.id, line.name))

    @Slot(object)
    def _choose(self, row: Row) -> None:
        if isinstance(row.id, UUID):
            self._read(row.id)

    @Slot(object)
    def _open(self, _row: Row) -> None:
        self.record.bar.focus_next()

    @Slot(object)
    def _open_other(self, customer_id: UUID) -> None:
        self.keep()
        self.open_at(customer_id)

    @Slot(object)
    def _saved(self, registered: Saved) -> None:
        self._show_list()
        self.open_at(registered.customer_id)
        if registered.warnings:
            self.tell(registered.warnings[0])
        else:
            self.tell(t("Customer saved."))

    @Slot(object)
    def _imported(self, taken: Taken) -> None:
        if self.in_import:
            self.leave_import()
        else:
            self.table.reload()
        self.tell(said_of(taken))

    def _read(self, customer_id: UUID, *, focus: bool = False) -> None:
        self.at.bridge.run(
            self._lane,
            self._presenter.card_told,
            customer_id,
            done=partial(self._show, focus),
            owner=self,
        )

    def _show(
        self, focus: bool, found: tuple[CustomerCard, Told, tuple[KeptFile, ...]] | None
    ) -> None:
        if found is None:
            self.record.problem.show_problem(customer_unknown())
            return
        card, told, files = found
        self.files.put(kept_files(files))
        self._card = card
        self._may_fill = self._presenter.forms.may_fill(card)
        self._further = tuple(Fact(label, value) for label, value in told)
        self.record.problem.clear()
        self._draw()
        if focus:
            if card.scope != self._presenter.office:
                self._look_into(card.scope)
            if not self.table.choose(card.line.id):
                # Far down a long list: its name brings it up.
                self.table.show_only(card.line.name)
                self.table.choose(card.line.id)
            self.record.bar.focus_next()

    def _draw(self) -> None:
        card = self._card
        if card is None:
            return
        place = self._presenter.place_of(card.region)
        self.facts.show_facts((*_facts(card, place), *self._further))
        self._contacts.put(
            [Row(one.id, (str(role(one.role)), one.name, one.id_no, one.mobile))
             for one in card.contacts]
        )  # fmt: skip
        self.contacts.reload()
        key = self._presenter.key_of(card)
        self.record.show_page(RecordPage(_head(card), tuple(self._offered()), key))
        self.verbs_changed.emit()

    def _offer_draft(self, kept: tuple[str, Texts]) -> None:
        party, texts = kept
        if not texts or self.typing_new:
            self.draft.withdraw()
            return
        self.draft.offer(
            draft_kept(party, dict(texts).get("name", "")),
            (
                Verb("resume", t("Go on typing"), partial(self._resume, party, texts), "edit"),
                Verb("discard", t("Discard"), partial(self._discard, party), "clear"),
            ),
        )

    def _resume(self, party: str, texts: Texts) -> None:
        sheet = self._sheet_of(party)
        sheet.restore(texts)
        self._open_sheet(sheet)

    def _discard(self, party: str) -> None:
        self.draft.withdraw()
        self._sheet_of(party).discard()

    def _sheet_of(self, party: str) -> CustomerSheet:
        return self.new if party == "organisation" else self.new_person

    @override
    def say(self) -> None:
        self.table.reload()
        self._draw()


def _head(card: CustomerCard) -> RecordHead:
    line = card.line
    number = Fact(_number_label(card), line.id_no)
    facts = (number, Fact(LABELS["mobile"], line.mobile)) if line.mobile else (number,)
    if card.waiting:
        return RecordHead(line.name, t("Not at head office yet"), Mood.WAIT, facts)
    return RecordHead(line.name, t("At head office"), Mood.OK, facts)


def _facts(card: CustomerCard, place: str) -> tuple[Fact, ...]:
    line = card.line
    checked = t("The number's own check fits.") if card.checked else t("Typed, not checked.")
    return (
        Fact(t("Kind"), party(line.party)),
        Fact(_number_label(card), line.id_no),
        Fact(t("Number checked"), checked),
        Fact(LABELS["sex"], SEXES.get(card.sex, "")),
        Fact(LABELS["birth"], card.birth.isoformat() if card.birth else ""),
        Fact(LABELS["mobile"], line.mobile),
        Fact(LABELS["email"], card.email),
        Fact(LABELS["region"], place),
        Fact(LABELS["address"], card.address),
        Fact(LABELS["industry"], card.industry),
        Fact(LABELS["headcount"], written_count(card.headcount) if card.headcount else ""),
        Fact(LABELS["legal_representative"], card.legal_representative),
        Fact(LABELS["job"], card.job),
    )


def _number_label(card: CustomerCard) -> Text:
    if card.line.id_type == CREDIT_CODE:
        return LABELS["credit_code"]
    return ID_TYPES.get(card.line.id_type) or LABELS["id_no"]
