"""What comes out of data is shown as typed: on every screen, in every kind of widget, on paper.

Qt reads markup wherever a text looks like it. So every screen is walked with customers whose names
are markup, every text on it is asked how it is read, and where no property says so the pixels are
measured: markup that is read is shorter than markup that is shown.
"""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QListWidget,
    QMenu,
    QMessageBox,
    QPushButton,
    QTabBar,
    QTextEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.assembly.demo_people import demo_branch
from app.kit.clock import today
from app.kit.errors.base import BranchError, Problem
from app.kit.words import Text, t
from tests.ui.gallery import COLUMNS
from tests.ui.screens import UNSAFE, Walk
from ui.contracts.presenter import ContractsPresenter
from ui.customers.view import CustomersView
from ui.shell.picture_structure import where
from ui.shell.toast import Toast
from ui.theme.theme import Theme
from ui.theme.tokens import Mood
from ui.widgets.badge import StateBadge
from ui.widgets.choice import ChoiceBox
from ui.widgets.empty import EmptyState
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.label import ElidedLabel, PlainLabel, button_text, tip
from ui.widgets.problem import ProblemPanel
from ui.widgets.rows import FixedRows, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbButton, verb_action

MARKUP = "<b>x</b><img src=y>&lt;"
UNBROKEN = "<b>x</b><u>y</u>&lt;"
"""For where a line may end at a space."""
RIGHT_TO_LEFT = "\u202e"
MEGABYTE = "<b>宏远</b>" * 100_000
TIP = int(Qt.ItemDataRole.ToolTipRole)


def said(name: str = MARKUP) -> Text:
    """Say a sentence of ours around a name."""
    return t("{name} · {role}", name=name, role="1")


# -- every screen -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("role", ["clerk", "custodian"])
def test_no_screen_reads_a_name_as_markup(walk: Walk, role: str) -> None:
    seen_on = set()
    wrong = []
    for screen in walk.screens(role):
        wrong += [f"{screen.name}: {what}" for what in markup_read(screen.window)]
        if any(UNSAFE in words for words in texts(screen.window)):
            seen_on.add(screen.name)
    assert wrong == []
    expected = {"contracts", "customers", "palette"}
    own = {"clerk": {"pricing", "contract", "signing_read"}, "custodian": {"seals", "seals_check"}}
    expected |= own[role]
    assert seen_on >= expected, "a name that is nowhere to be seen proves nothing"


def markup_read(window: QWidget) -> list[str]:
    """Name the widgets that would read markup in what they show, or that did."""
    everything = [window, *window.findChildren(QWidget)]
    return [f"{where(widget)}: {what}" for widget in everything for what in read_by(widget)]


def read_by(widget: QWidget) -> Iterator[str]:
    """Say what of a widget is read as markup."""
    formatted = isinstance(widget, QLabel | QMessageBox) and bool(widget.text())
    if formatted and widget.textFormat() is not Qt.TextFormat.PlainText:
        yield "its text format is not plain"
    if isinstance(widget, QTextEdit):
        yield "it shows rich text"
    for words in (widget.toolTip(), widget.whatsThis()):
        if "<" in words and not escaped(words):
            yield f"its tip {words[:60]!r} is not escaped"
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from (f"a cell's tip {words[:60]!r}" for words in cell_tips(widget.model()))


def escaped(words: str) -> bool:
    """Say whether markup shows a text as typed: one paragraph, and in it nothing but a text."""
    inner = words.removeprefix("<p>").removesuffix("</p>")
    return len(inner) == len(words) - 7 and "<" not in inner and ">" not in inner


def cell_tips(model: QAbstractItemModel) -> Iterator[str]:
    """Give the tips of cells that would be read as markup."""
    for row in range(min(model.rowCount(), 20)):
        for column in columns(model):
            words = str(model.index(row, column).data(TIP) or "")
            if "<" in words and not escaped(words):
                yield words


def columns(model: QAbstractItemModel) -> range:
    """Give the columns of a model; a list has one and does not say so."""
    return range(1) if isinstance(model, QAbstractListModel) else range(model.columnCount())


def texts(window: QWidget) -> Iterator[str]:
    """Give what the widgets of a window show; a name may be shortened on the screen."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.accessibleName() or widget.text()
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            cells = columns(model)
            rows = range(min(model.rowCount(), 50))
            yield from (str(model.index(row, cell).data() or "") for row in rows for cell in cells)


# -- every kind of widget ---------------------------------------------------------------------


def plain_label(_theme: Theme) -> QWidget:
    return PlainLabel(MARKUP)


def elided_label(_theme: Theme) -> QWidget:
    return ElidedLabel(MARKUP)


def button(_theme: Theme) -> QWidget:
    return QPushButton(button_text(MARKUP))


def verb_button(theme: Theme) -> QWidget:
    return VerbButton(Verb("v", said(), print), theme)


def badge(theme: Theme) -> QWidget:
    return StateBadge(theme, MARKUP, Mood.WARN)


def choice(theme: Theme) -> QWidget:
    box = ChoiceBox(theme)
    box.addItem(MARKUP)
    return box


def tabs(_theme: Theme) -> QWidget:
    bar = QTabBar()
    bar.addTab(MARKUP)
    return bar


def lines(_theme: Theme) -> QWidget:
    made = QListWidget()
    made.addItem(MARKUP)
    return made


def menu(theme: Theme) -> QWidget:
    made = QMenu()
    made.addAction(verb_action(Verb("v", said(), print), made, theme))
    return made


def table(theme: Theme) -> QWidget:
    row = Row(0, (MARKUP, MARKUP, MARKUP, MARKUP, MARKUP), (Mood.PLAIN,) * 3)
    made = ListTable(theme, COLUMNS, FixedRows(COLUMNS, (row,)), name=said(), filtering=False)
    made.resize(1200, 120)
    return made


def problem(_theme: Theme) -> QWidget:
    made = ProblemPanel()
    made.show_problem(Problem(code="E-X", what=said(), safe=said(), next=said()))
    return made


def head(theme: Theme) -> QWidget:
    made = RecordHeader(theme)
    made.show_head(RecordHead(MARKUP, MARKUP, Mood.OK, (Fact(said(), MARKUP),)))
    made.resize(900, 120)
    return made


def empty(theme: Theme) -> QWidget:
    return EmptyState(theme, said(), said())


KINDS: tuple[Callable[[Theme], QWidget], ...] = (
    plain_label, elided_label, button, verb_button, badge, choice, tabs, lines, menu, table,
    problem, head, empty,
)  # fmt: skip


@pytest.mark.parametrize("make", KINDS)
def test_every_kind_of_widget_paints_markup_as_typed(
    qtbot: QtBot, theme: Theme, make: Callable[[Theme], QWidget]
) -> None:
    widget = make(theme)
    _ground = shown(widget, qtbot)
    assert list(markup_read(widget)) == []
    assert painted_width(widget) >= 0.9 * QFontMetrics(widget.font()).horizontalAdvance(MARKUP)


def test_a_toast_shows_markup_as_typed(qtbot: QtBot, theme: Theme) -> None:
    page = QWidget()
    page.resize(600, 300)
    qtbot.addWidget(page)
    toast = Toast(page)
    page.show()
    toast.tell(said())
    assert toast.text() == f"{MARKUP} · 1" and markup_read(toast) == []
    assert painted_width(toast) >= QFontMetrics(toast.font()).horizontalAdvance(MARKUP)


def test_a_tip_shows_markup_as_typed(qtbot: QtBot, theme: Theme) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    tip(owner, UNBROKEN)
    owner.show()
    QToolTip.showText(QPoint(10, 10), owner.toolTip(), owner)
    (said_now,) = (one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel"))
    needed = QFontMetrics(said_now.font()).horizontalAdvance(UNBROKEN)
    # A tip is written smaller than its font says; read as markup it would be a quarter as long.
    assert painted_width(said_now) >= 0.6 * needed
    QToolTip.hideText()


@pytest.mark.parametrize("kind", ["label", "tip", "rich", "cell"])
def test_a_careless_widget_is_found(qtbot: QtBot, theme: Theme, kind: str) -> None:
    widget: QWidget = QLabel(MARKUP)
    if kind == "tip":
        widget = PlainLabel("甲")
        widget.setToolTip(f"<p>{MARKUP}</p>")
    elif kind == "rich":
        widget = QTextEdit(MARKUP)
    elif kind == "cell":
        widget = QListWidget()
        widget.addItem("甲")
        widget.item(0).setToolTip(MARKUP)
    qtbot.addWidget(widget)
    assert markup_read(widget) != []


def test_read_markup_is_too_short_to_pass_for_shown(qtbot: QtBot, theme: Theme) -> None:
    label = QLabel(MARKUP)
    _ground = shown(label, qtbot)
    assert painted_width(label) < 0.5 * QFontMetrics(label.font()).horizontalAdvance(MARKUP)


def shown(widget: QWidget, qtbot: QtBot) -> QWidget:
    """Show a widget on a ground of the theme, with room for what it says."""
    if isinstance(widget, QMenu):
        qtbot.addWidget(widget)
        widget.show()
        return widget
    ground = QWidget()
    ground.setProperty("look", "window")
    ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.setParent(ground)
    widget.resize(max(widget.width(), 500), max(widget.height(), 80))
    ground.resize(widget.size())
    qtbot.addWidget(ground)
    widget.show()
    ground.show()
    return ground


def painted_width(widget: QWidget) -> int:
    """Give how wide the ink in the middle part of a widget is, its edges left out."""
    window = widget.window()
    box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    image = window.grab(box).toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = range(6, image.height() - 6)
    columns = range(6, image.width() - 6)
    used = [x for x in columns if any(dark(image, x, y) for y in rows)]
    return used[-1] - used[0] if used else 0


def dark(image: QImage, x: int, y: int) -> bool:
    """Say whether a pixel is ink and no ground: grounds of the light theme are nearly white."""
    return QColor(image.pixel(x, y)).lightness() < 150


# -- other bad names ----------------------------------------------------------------------------


def test_a_name_that_turns_the_line_around_is_refused_in_words(walk: Walk) -> None:
    walk.sitting.sit()
    group = demo_branch(size=0, seed=98_711, on=today(walk.sitting.site.clock)).group
    with pytest.raises(BranchError) as refused:
        walk.sitting.seat.perform(
            "customers.register_organisation", replace(group, name=f"公司{RIGHT_TO_LEFT}司公")
        )
    assert refused.value.problem.code == "E-CUSTOMER-FIELD"


def test_a_name_with_an_emoji_is_listed_as_it_is(walk: Walk) -> None:
    walk.sitting.sit()
    group = demo_branch(size=0, seed=98_712, on=today(walk.sitting.site.clock)).group
    name = f"{UNSAFE}🏗"
    walk.sitting.seat.perform("customers.register_organisation", replace(group, name=name))
    view = walk.sitting.open("customers", CustomersView, group.customer_id)
    walk.sitting.rest()
    assert view.card is not None and view.card.line.name == name
    assert name in set(texts(walk.sitting.window)) and markup_read(walk.sitting.window) == []


def test_a_megabyte_pasted_into_search_and_filter_leaves_the_window_alive(walk: Walk) -> None:
    sitting = walk.sitting
    sitting.sit()
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    QGuiApplication.clipboard().setText(MEGABYTE)
    for field in (view.table.filter, sitting.window.search):
        field.setFocus()
        sitting.control(Qt.Key.Key_V)
        assert 0 < len(field.text()) <= 200
        sitting.qtbot.wait(200)
        sitting.rest()
        field.clear()
        sitting.rest()
    assert markup_read(sitting.window) == []


# -- paper --------------------------------------------------------------------------------------


def test_a_name_is_printed_as_typed(walk: Walk, tmp_path: Path) -> None:
    walk.sitting.sit()
    contracts = ContractsPresenter(walk.sitting.seat)
    card = contracts.card(walk.records.signed)
    file = tmp_path / "contract.pdf"
    file.write_bytes(walk.sitting.seat.vault.get(card.pdf_sha256))
    ran = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    assert "".join(UNSAFE.split()) in "".join(ran.stdout.decode("utf-8").split())


def test_what_is_escaped_reads_as_it_was() -> None:
    assert escaped(f"<p>{escape(UNSAFE)}</p>") and not escaped(f"<p>{UNSAFE}</p>")
    assert not escaped(UNSAFE)
