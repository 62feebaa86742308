"""Pictures of the desk's parts with sample pages, to look at: ``python tests/ui/gallery.py DIR``.

Not a test; the tests of the parts use its pages as examples of how a screen is declared.
"""

import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMessageLogContext,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.clock import FixedClock
from app.kit.errors.base import Problem
from app.kit.errors.money import money_not_readable
from app.kit.lanes import Lane
from app.kit.words import Text, language_in_use, use_language
from installer import catalogues
from ui.forms.fields import Choice, Field, FieldNote, Kind, Standing, Value
from ui.forms.view import FormView
from ui.shell.bridge import Bridge
from ui.shell.page import Page, PageView, Person, Surroundings
from ui.shell.pictures import SMALL_SCREEN, defects, take_picture
from ui.shell.sign_in import Credentials, SignInView
from ui.shell.strip import StripState, device_item, link_item, outbox_item, problems_item
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.theme.tokens import FAR, NEAR, PLAIN, WIDE, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.ink_pad import InkPad, InkPoint
from ui.widgets.label import PlainLabel
from ui.widgets.page_image import Box, PageImage
from ui.widgets.progress import ProgressLine
from ui.widgets.rows import Column, FixedRows, Row
from ui.widgets.stepper import Stepper
from ui.widgets.table import ListTable
from ui.widgets.trace import TraceStep, TraceTable
from ui.widgets.verb import Verb, VerbBar

NOW = datetime(2026, 3, 5, 1, 41, tzinfo=UTC)


def w(english: str, chinese: str) -> Text:
    """Say a sample word in both languages; real screens have it in their catalogue."""
    return SampleText(english, {}, chinese=chinese)


class SampleText(Text):
    """A Text of the gallery alone, which carries its own Chinese."""

    chinese: str

    def __init__(self, msgid: str, values: dict[str, object], *, chinese: str) -> None:
        super().__init__(msgid, values)
        object.__setattr__(self, "chinese", chinese)

    @override
    def in_language(self, language: str) -> str:
        return self.chinese if language == "zh_CN" else self.msgid


COLUMNS = (
    Column("number", w("Quote no.", "报价单号"), 132),
    Column("name", w("Customer", "客户"), 180, stretch=True),
    Column("state", w("State", "状态"), 116, badge=True),
    Column("premium", w("Premium, yuan", "保费（元）"), 124, numeric=True),
    Column("start", w("Starts", "起保日期"), 104),
)
NAMES = (
    "江川县宏远建筑劳务有限公司",
    "滇南食品加工厂 <img src='x.png'>",
    "玉湖区第二中学",
    "云岭物流（集团）有限责任公司昆西分拨中心",
    "明德社区卫生服务中心",
)


def sample_rows(count: int = 40) -> tuple[Row, ...]:
    """Give quotes in several states."""
    states = (
        (w("Priced", "已试算"), Mood.PLAIN),
        (w("Submitted", "待审批"), Mood.WAIT),
        (w("Approved", "已通过"), Mood.OK),
        (w("Conditions", "附条件通过"), Mood.WARN),
        (w("Declined", "未通过"), Mood.STOP),
    )
    rows = []
    for n in range(count):
        words, mood = states[n % 5]
        cells = (
            f"79010126{n:06d}",
            NAMES[(n * 3) % 5],
            str(words),
            f"{14_400 + n * 1_234:,}.00",
            f"2026-04-{n % 28 + 1:02d}",
        )
        rows.append(Row(n, cells, (Mood.PLAIN, Mood.PLAIN, mood)))
    return tuple(rows)


def nothing() -> None:
    """Stand where a verb of the gallery would do something."""


class ListPage(PageView):
    """A list beside a record."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.table = ListTable(
            at.theme, COLUMNS, FixedRows(COLUMNS, sample_rows()), name=w("Quotes", "报价单")
        )
        self.header = RecordHeader(at.theme)
        self.bar = VerbBar(at.theme)
        self.trace = TraceTable(at.theme, w("How the premium came about", "保费计算过程"))
        self._build()
        self.table.chosen.connect(self._show)
        self.table.told.connect(self.told)

    def _build(self) -> None:
        record = QWidget()
        column = QVBoxLayout(record)
        column.setContentsMargins(WIDE, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        tabs = QTabWidget()
        tabs.addTab(self.trace, str(w("Calculation", "计算过程")))
        tabs.addTab(QWidget(), str(w("Timeline", "经过")))
        column.addWidget(tabs, 1)
        column.addWidget(self.bar)
        both = QSplitter()
        both.addWidget(self.table)
        both.addWidget(record)
        both.setSizes([620, 420])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(both)
        self.setFocusProxy(self.table)

    def _show(self, row: Row) -> None:
        facts = (
            Fact(w("Quote no.", "报价单号"), row.cells[0]),
            Fact(w("Premium, yuan", "保费（元）"), row.cells[3]),
        )
        as_of = w("as of 09:41", "数据截至 09:41")
        self.header.show_head(RecordHead(row.cells[1], row.cells[2], row.moods[2], facts, as_of))
        self.bar.offer(self.verbs())
        self.trace.show_steps(
            (
                TraceStep(w("Base rate, class 4", "基准费率，职业四类"), "2.40 ‰", "T2026.1 §3.2"),
                TraceStep(w("Term factor, 12 months", "期限系数，12 个月"), "1.00", "T2026.1 §3.4"),
                TraceStep(w("Size factor, 120 people", "规模系数，120 人"), "0.95", "T2026.1 §3.5"),
                TraceStep(w("Per person", "每人保费"), "120.00", ""),
                TraceStep(w("Policy premium", "保单保费"), "14,400.00", ""),
            )
        )
        self.verbs_changed.emit()

    @override
    def verbs(self) -> Sequence[Verb]:
        not_yet = w("Not approved yet.", "尚未通过审批。")
        contract = w("Make contract", "生成合同")
        return (
            Verb("submit", w("Submit", "提交审批"), nothing, "send", "Ctrl+S"),
            Verb("edit", w("Edit", "修改"), nothing, "edit", "Ctrl+E"),
            Verb("contract", contract, nothing, "contracts", "", False, not_yet),
        )


def id_note(value: Value) -> FieldNote:
    """Say a sample reason."""
    wrong = w(
        "The last character does not fit: one digit is mistyped.", "校验码不符：有一位数字录错。"
    )
    return FieldNote(Standing.WRONG, wrong) if value else FieldNote(Standing.OK)


def premium_note(_value: Value) -> FieldNote:
    """Say a sample warning."""
    return FieldNote(Standing.WARNED, w("Above the branch's limit.", "超过本机构权限。"))


FIELDS = (
    Field("name", w("Company", "企业名称"), required=True),
    Field("uscc", w("Social credit code", "统一社会信用代码"), Kind.USCC, required=True),
    Field("person", w("Operator ID no.", "经办人身份证号"), Kind.ID_NUMBER, True, check=id_note),
    Field("phone", w("Phone", "联系电话"), Kind.PHONE, hint=w("Mobile or fixed.", "手机或座机。")),
    Field("start", w("Start date", "起保日期"), Kind.DATE, required=True),
    Field("sum", w("Sum insured, yuan", "意外保额（元）"), Kind.MONEY, check=premium_note),
    Field(
        "trade",
        w("Occupation class", "职业类别"),
        Kind.CHOICE,
        True,
        choices=(Choice("1", w("Class 1", "一类")), Choice("2", w("Class 2", "二类"))),
    ),
    Field("share", w("Payment share", "给付比例"), Kind.PERCENT),
    Field("filing", w("Filing no.", "备案号"), Kind.THEIRS),
)


class FormPage(PageView):
    """A form with every look of a field, and the verbs under it."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.header = RecordHeader(at.theme)
        self.form = FormView(at.theme, at.clock, FIELDS, name=w("Customer", "客户"))
        self.bar = VerbBar(at.theme)
        self.progress = ProgressLine(at.clock)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        for part in (self.header, self.progress, self.form):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.form)
        draft = w("Draft", "草稿")
        self.header.show_head(RecordHead(str(w("New customer", "新建客户")), draft, Mood.WAIT))
        self.bar.offer(self.verbs())
        self.form.fill(
            {
                "name": NAMES[0],
                "person": "790101199003074518",
                "start": "2026-04-01",
                "sum": 60_000_000,
                "share": 8500,
                "filing": "备-2026-017",
            }
        )
        self.form.editor("uscc").put("91790102MA7")

    @override
    def verbs(self) -> Sequence[Verb]:
        return (
            Verb("save", w("Save customer", "保存客户"), nothing, "save", "Ctrl+S"),
            Verb("clear", w("Discard draft", "放弃草稿"), nothing, "clear"),
        )


def page_picture(shift: int) -> bytes:
    """Draw a page of a contract."""
    image = QImage(794, 1123, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    font = QFont("Noto Sans CJK SC")
    font.setPixelSize(30)
    painter.setFont(font)
    painter.drawText(240, 120, "团体意外伤害保险合同")
    for line in range(24):
        painter.fillRect(90, 180 + line * 32, 600 - (line * 37) % 190, 8, QColor("#c8ccd2"))
    painter.setPen(QColor("#b0241c"))
    painter.drawEllipse(460 + shift, 860, 180, 180)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


class SealPage(PageView):
    """The custodian's page in large type, with ink beside it."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.stepper = Stepper(at.theme, arm_length=True)
        self.stepper.go("look")
        self.pages = [PageImage(at.theme, w("Page", "页面")) for _ in range(2)]
        self.pages[0].show_page(page_picture(0))
        self.pages[1].show_page(page_picture(6), (Box(0.57, 0.76, 0.26, 0.18),))
        self.ink = InkPad(at.theme, w("Signature", "签名"))
        row = QHBoxLayout()
        row.setSpacing(FAR)
        for page in self.pages:
            row.addWidget(page, 2)
        row.addWidget(self.ink, 3)
        self.bar = VerbBar(at.theme)
        self.bar.offer(self.verbs())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self.stepper)
        compare = w("Compare the photo with the approved page", "请比对照片与审批稿")
        column.addWidget(PlainLabel(compare, size="title"))
        column.addLayout(row, 1)
        column.addSpacing(NEAR)
        column.addWidget(self.bar)

    @override
    def refresh(self) -> None:
        for n in range(160):
            x = 0.1 + n / 200
            y = 0.5 + 0.3 * (((n * 7) % 40) / 40 - 0.5) * (1 if n % 2 else -1)
            self.ink.add_point(InkPoint(x, y, (n % 50) / 50))
        self.ink.end_stroke()

    @override
    def verbs(self) -> Sequence[Verb]:
        return (
            Verb("same", w("The same", "一致"), nothing, "approve"),
            Verb("differs", w("They differ", "不一致"), nothing, "reject"),
        )


class EmptyPage(PageView):
    """A page with nothing yet."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        verb = Verb("add", w("New customer", "新建客户"), nothing, "add", "Ctrl+N")
        what = w("No customers yet.", "还没有客户。")
        how = w("Customers appear here as they are entered or synced.", "录入或同步后显示在这里。")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(EmptyState(at.theme, what, how, verb=verb))


PAGES = (
    Page("workbench", w("Workbench", "工作台"), "workbench", EmptyPage),
    Page("customers", w("Customers", "客户"), "customers", FormPage),
    Page("pricing", w("Quotes", "报价"), "pricing", ListPage),
    Page("approvals", w("Approvals", "审批"), "approvals", EmptyPage),
    Page("contracts", w("Contracts", "合同"), "contracts", EmptyPage),
    Page("signing", w("Signing", "签署"), "signing", EmptyPage),
    Page("seals", w("Sealing", "用印"), "seals", SealPage),
    Page("problems", w("Problems", "问题"), "problems", EmptyPage),
    Page("sync", w("Sync", "同步"), "sync", EmptyPage),
    Page("devices", w("Devices", "设备"), "devices", EmptyPage),
)

STRIP = StripState(
    (
        link_item(False, 7_300),
        outbox_item(14),
        problems_item(1),
        device_item("seal", w("Seal machine", "印控机"), w("ready", "就绪"), Mood.OK),
        device_item("pad", w("Signature pad", "签名板"), w("unplugged", "未连接"), Mood.STOP),
    ),
    w("As of 09:41", "数据截至 09:41"),
)


def bug(error: BaseException) -> None:
    """Let a mistake of the gallery be seen."""
    raise error


def surroundings(theme: Theme) -> Surroundings:
    """Give a page what it needs, with a clock that stands still."""
    return Surroundings(theme, Bridge(bug), FixedClock(NOW))


def sample_window(at: Surroundings) -> DeskWindow:
    """Make a window with the sample pages."""
    person = Person("王芳", w("Reviewer", "复核岗"))
    verbs = (Verb("lock", w("Lock", "锁定"), nothing, "lock", "Ctrl+L"),)
    window = DeskWindow(at, PAGES, person, person_verbs=verbs)
    window.show_strip(STRIP)
    return window


def sample_sign_in(at: Surroundings, lane: Lane) -> SignInView:
    """Make a sign-in page that lets nobody in."""

    def attempt(_given: Credentials) -> object:
        return None

    view = SignInView(
        at.theme,
        at.bridge,
        lane,
        branch="玉湖中心支公司（790101）",
        attempt=attempt,
        needs_code=lambda number: number.startswith("7"),
    )
    at.theme.clothe(view)
    view.resize(SMALL_SCREEN.window)
    return view


def wrong_amount() -> Problem:
    """Give a real problem."""
    return money_not_readable("12x")


def shoot(app: QApplication, theme: Theme, folder: Path, lane: Lane) -> list[str]:
    """Take all pictures in the language and theme in use; give the defects found."""
    at = surroundings(theme)
    window = sample_window(at)
    window.show()
    window.resize(SMALL_SCREEN.window)
    found = []
    for key in ("workbench", "customers", "pricing", "seals"):
        window.open_page(key)
        page = window.page(key)
        if isinstance(page, ListPage):
            page.table.order_by("premium", descending=True)
            page.table.view.go_to(2)
        app.sendPostedEvents()
        take_picture(window, folder, key, theme)
        found += [f"{key}: {what}" for what in defects(window)]
    window.show_problem(wrong_amount())
    window.tell(w("Customer saved.", "客户已保存。"), Verb("undo", w("Undo", "撤销"), nothing))
    window.palette_box.open()
    app.sendPostedEvents()
    take_picture(window, folder, "palette", theme)
    sign_in = sample_sign_in(at, lane)
    sign_in.show()
    sign_in.problem.show_problem(wrong_amount())
    app.sendPostedEvents()
    take_picture(sign_in, folder, "sign_in", theme)
    found += [f"sign_in: {what}" for what in defects(sign_in)]
    window.close()
    sign_in.close()
    return found


def quiet(_kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
    """Pass over the one complaint of the offscreen platform."""
    if "propagateSizeHints" not in words:
        print(words, file=sys.stderr)


def main(folder: Path) -> None:
    """Take the pictures in both languages and both themes."""
    catalogues.main()
    qInstallMessageHandler(quiet)
    logging.basicConfig(level=logging.INFO)
    app = QApplication([])
    theme = Theme(app)
    lane = Lane("read")
    for language in ("zh_CN", "en"):
        use_language(language)
        for name in ("light", "dark"):
            theme.use(name)
            for defect in shoot(app, theme, folder, lane):
                print(language_in_use(), name, defect)
    lane.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
