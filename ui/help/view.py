"""The help: what a page is for, the usual way through it, what can go wrong, and its keys."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.lanes import Lane
from app.kit.words import Text, t
from ui.help.article import Article, Block, Names
from ui.help.keys import KeysSheet
from ui.help.looking import Hit
from ui.help.presenter import HelpPresenter
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.shortcuts import Bindings, on_page, shortcut
from ui.shell.shortcuts_bound import Keyboard
from ui.shell.turns import Turns
from ui.theme.tokens import FAR, NEAR, PLAIN, TIGHT, WIDE
from ui.widgets.label import PlainLabel, named
from ui.widgets.verb import Verb, VerbBar, keys_text

KEY = "help"
LIST_WIDTH, TEXT_WIDTH, LINE_HEIGHT = 260, 700, 22
PLACE = int(Qt.ItemDataRole.UserRole)


def help_page(
    presenter: HelpPresenter, keyboard: Keyboard, lane: Lane, tour: Callable[[], None]
) -> Page:
    """Declare the page of help."""
    return Page(KEY, t("Help"), KEY, lambda at: HelpView(at, lane, presenter, keyboard, tour))


class HelpView(PageView):
    """A field to search with, the articles or what was found, and the article itself."""

    def __init__(
        self,
        at: Surroundings,
        lane: Lane,
        presenter: HelpPresenter,
        keyboard: Keyboard,
        tour: Callable[[], None],
    ) -> None:
        super().__init__()
        self.at, self._lane, self._presenter = at, lane, presenter
        self._keyboard, self._tour = keyboard, tour
        self._from = ""
        self.shown = KEY
        self._drawn = False
        self._hits: tuple[Hit, ...] = ()
        self.search = QLineEdit()
        self.list = QListWidget()
        self.article = QScrollArea()
        self.keys: list[KeysSheet] = []
        self._labels: list[PlainLabel] = []
        self._turns = Turns(self)
        self._held = ""
        """The action whose keys had the focus when the article was made anew."""
        self.bar = VerbBar(at.theme)
        self._nothing = PlainLabel(t("Nothing found."), size="small")
        self._build()
        keyboard.changed.connect(self._draw_again)
        self.say()

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What was found for what stands in the field."""
        return self._hits

    @property
    def lines(self) -> tuple[str, ...]:
        """What the article says, block by block."""
        return tuple(label.text() for label in self._labels)

    @override
    def open_at(self, target: object) -> None:
        """Open the article of a page, and remember the page as the one to go back to."""
        if isinstance(target, str) and target in self._presenter.titles:
            self._from = target
            self.search.clear()
            if self.shown != target or not self._drawn:
                self.show_article(target)
            self._list()

    @override
    def refresh(self) -> None:
        """Draw what has not been drawn: a page is built before it is known what it shall show."""
        if not self._drawn:
            self._draw()
        if not self.list.count():
            self._list()

    @override
    def missing(self, target: object) -> Callable[[], object] | None:
        """Have the article drawn before it is shown: both are more than one turn may take."""
        known = isinstance(target, str) and target in self._presenter.titles
        wanted = str(target) if known else self.shown
        if self._drawn and self.shown == wanted:
            return None
        return partial(self.show_article, wanted)

    @override
    def verbs(self) -> Sequence[Verb]:
        back = Verb("back", t("Back to the page"), self._go_back, "back")
        tour = Verb("tour", t("Tour of the desk"), self._tour, "look")
        restore = Verb(
            "restore",
            t("Restore all shortcuts"),
            partial(self._keep, Bindings(), t("All shortcuts are as they came.")),
            "undo",
            enabled=bool(self._keyboard.bindings.own),
            reason=t("All shortcuts are as they came."),
        )
        return (back, tour, restore) if self._from else (tour, restore)

    @override
    def step_back(self) -> bool:
        if self.search.text():
            self.search.clear()
            self._list()
            return True
        if self._from:
            self._go_back()
        return bool(self._from)

    def show_article(self, key: str, block: int = 0) -> None:
        """Show an article, from one of its blocks on."""
        self.shown = key
        self._draw()
        if block:
            self.article.ensureWidgetVisible(self._labels[block], 0, self.article.height() // 3)

    def offer(self) -> None:
        """Show the verbs as they are now."""
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    def names(self) -> Names:
        """Give what the texts are said with: titles, keys of now, keys as this system has them."""
        return Names(self._presenter.titles, self._keyboard.bindings, keys_text)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(NEAR)
        for part in (self.search, self.list, self._nothing):
            side.addWidget(part)
        self.list.setFixedWidth(LIST_WIDTH)
        self.search.setFixedWidth(LIST_WIDTH)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.article.setWidgetResizable(True)
        self.article.setFrameShape(QFrame.Shape.NoFrame)
        self.article.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.article.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        right = QVBoxLayout()
        right.setSpacing(PLAIN)
        right.addWidget(self.article, 1)
        right.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(FAR)
        row.addLayout(side)
        row.addLayout(right, 1)
        self.setFocusProxy(self.search)
        self.search.textEdited.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_enter)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemActivated.connect(self._on_activated)

    @override
    def say(self) -> None:
        named(self.search, t("Search the help"))
        self.search.setPlaceholderText(str(t("Search the help")))
        named(self.list, t("Pages of help"))
        if self._drawn:
            self._list()
            self._draw()

    # -- the list ------------------------------------------------------------------------------

    @Slot()
    def _on_typed(self) -> None:
        self._list()

    @Slot()
    def _on_enter(self) -> None:
        if self._hits:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.setCurrentRow(0)
            self._on_row(0)

    def _list(self) -> None:
        words = self.search.text()
        self._hits = self._presenter.find(self.names(), words)
        self.list.blockSignals(True)
        self.list.clear()
        if words.strip():
            for hit in self._hits:
                self._line(f"{hit.title}\n{self._fitted(hit.text)}", hit.key, hit.block, hit.text)
        else:
            for key, title in self._presenter.titles.items():
                self._line(str(title), key, 0)
            self.list.setCurrentRow(list(self._presenter.titles).index(self.shown))
        self.list.blockSignals(False)
        self._nothing.setVisible(bool(words.strip()) and not self._hits)

    def _fitted(self, text: str) -> str:
        room = LIST_WIDTH - 2 * FAR
        return self.list.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _line(self, words: str, key: str, block: int, whole: str = "") -> None:
        item = QListWidgetItem(words)
        item.setData(PLACE, (key, block))
        if whole:
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, whole)
        lines = words.count("\n") + 1
        item.setSizeHint(QSize(LIST_WIDTH - FAR, LINE_HEIGHT * lines + PLAIN))
        self.list.addItem(item)

    @Slot(int)
    def _on_row(self, place: int) -> None:
        if place >= 0:
            key, block = self.list.item(place).data(PLACE)
            self.show_article(key, block)

    @Slot(QListWidgetItem)
    def _on_activated(self, _item: QListWidgetItem) -> None:
        self.article.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the article ---------------------------------------------------------------------------

    @Slot()
    def _draw_again(self) -> None:
        if self._drawn:
            self._draw()

    def _draw(self) -> None:
        self._drawn = True
        article = self._presenter.article(self.shown)
        self._held = self._held_action() or self._held
        sheet = QWidget()
        sheet.setProperty("look", "window")
        sheet.setMaximumWidth(TEXT_WIDTH)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, WIDE, WIDE)
        column.setSpacing(NEAR)
        column.addWidget(PlainLabel(article.title, size="title"))
        self._labels, self.keys = [], []
        self._write(article, column)
        room = QVBoxLayout()
        room.setSpacing(NEAR)
        column.addLayout(room)
        column.addStretch(1)
        self.article.setWidget(sheet)
        named(self.article, article.title)
        self.offer()
        # Words and keys together are more than one turn of the event loop may take.
        self._turns.begin(partial(self._draw_keys, room))

    def _draw_keys(self, room: QVBoxLayout) -> None:
        self._add_keys(room)
        held, self._held = self._held, ""
        for keys in self.keys:
            if held in keys.buttons:
                keys.buttons[held].setFocus(Qt.FocusReason.OtherFocusReason)

    def _held_action(self) -> str:
        """Name the action whose keys have the focus: the article is about to be made anew."""
        held = [
            action
            for keys in self.keys
            for action, button in keys.buttons.items()
            if button.hasFocus()
        ]
        return held[0] if held else ""

    def _write(self, article: Article, column: QVBoxLayout) -> None:
        names = self.names()
        for block in article.blocks:
            if block.kind == "heading":
                column.addSpacing(PLAIN)
            label = PlainLabel(names.said(block.text), size=_size(block), wrap=True)
            self._labels.append(label.selectable())
            column.addLayout(_line_of(block, label))

    def _add_keys(self, column: QVBoxLayout) -> None:
        """Show the page's own keys; those of every page stand under the help about the help."""
        everywhere = self.shown == KEY
        titles = self._presenter.titles
        rows = on_page("" if everywhere else self.shown)
        actions = tuple(one for one in rows if not one.needs or one.needs in titles)
        if not actions:
            return
        words = t("Keys everywhere") if everywhere else t("Keys of this page")
        column.addSpacing(PLAIN)
        column.addWidget(PlainLabel(words, size="strong"))
        sheet = KeysSheet(actions, self._keyboard.bindings.keys)
        sheet.given.connect(self._on_given)
        self.keys.append(sheet)
        column.addWidget(sheet)

    # -- keys ----------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_given(self, action: str, keys: str) -> None:
        before = self._keyboard.bindings
        refused = before.refusal(action, keys)
        if refused is not None:
            self.show_trouble(refused)
            return
        label = shortcut(action).label
        self._keep(
            before.bound(action, keys),
            t("{label} is now done with {keys}.", label=label, keys=keys_text(keys)),
        )

    def _keep(self, wanted: Bindings, words: Text) -> None:
        before = self._keyboard.bindings

        def kept(_nothing: None) -> None:
            self._keyboard.take(wanted)
            back = partial(self._keep, before, t("The shortcuts are as before."))
            self.undoable.emit(words, Verb("undo", t("Undo"), back, "undo"))

        self.at.bridge.run(self._lane, self._presenter.keep, wanted, done=kept, owner=self)

    def _go_back(self) -> None:
        if self._from:
            self.asked_for.emit(self._from, None)


def _size(block: Block) -> str:
    return "strong" if block.kind == "heading" else ""


def _line_of(block: Block, label: PlainLabel) -> QHBoxLayout:
    """Put a mark before a point and a number before a step."""
    row = QHBoxLayout()
    row.setSpacing(NEAR)
    mark = {"point": "\u2022", "step": f"{block.place}."}.get(block.kind)
    if mark is not None:
        sign = PlainLabel(mark, size="label")
        sign.setFixedWidth(FAR - TIGHT)
        sign.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        row.addWidget(sign)
    row.addWidget(label, 1)
    return row
