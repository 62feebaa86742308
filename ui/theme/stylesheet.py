"""The one stylesheet, generated from the tokens.

Widgets are told apart by a few dynamic properties: ``look`` (what it is: ``surface``, ``bar``,
``nav``, ``pages``, ``facts``, ``strip``, ``toast``, ``ghost``, ``filled``, ``stop``), ``scale``
(``small``, ``title``), ``mood`` (ok, wait, warn, stop, plain) and ``state`` of a field (required,
wrong, warned, theirs).
"""

from ui.theme.tokens import (
    BODY,
    NEAR,
    PLAIN,
    RADIUS,
    SMALL,
    TIGHT,
    TITLE,
    Colours,
    Density,
    Mood,
)


def stylesheet(colours: Colours, density: Density) -> str:
    """Write the stylesheet of a theme at a density."""
    parts = (_texts, _surfaces, _buttons, _fields, _choices, _tables, _shell, _scrolling)
    return "\n".join(part(colours, density) for part in parts)


def _texts(c: Colours, _density: Density) -> str:
    # "welcome" stands above the sign-in: a second weight of a Chinese font is three megabytes, and
    # waits, as the filled buttons do without it, for the first page with a title.
    moods = "\n".join(f'QLabel[mood="{mood.value}"] {{ color: {c.of(mood)[0]}; }}' for mood in Mood)
    return f"""
QWidget {{ color: {c.text}; font-size: {BODY}px; }}
QLabel {{ background: transparent; }}
QLabel[scale="small"] {{ font-size: {SMALL}px; color: {c.muted}; }}
QLabel[scale="label"] {{ font-size: {BODY}px; color: {c.muted}; }}
QLabel[scale="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
QLabel[scale="welcome"] {{ font-size: {TITLE}px; }}
QLabel[scale="strong"] {{ font-weight: 600; }}
{moods}
QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.edge};
    padding: {TIGHT}px; font-size: {SMALL}px; }}
"""


def _surfaces(c: Colours, _density: Density) -> str:
    banners = "\n".join(
        f'QFrame[look="banner"][mood="{mood.value}"] {{ background: {c.of(mood)[1]};'
        f" border: 1px solid {c.of(mood)[0]}; border-radius: {RADIUS}px; }}"
        for mood in Mood
    )
    return f"""
QMainWindow, QDialog, QWidget[look="window"] {{ background: {c.window}; }}
QFrame[look="surface"], QFrame[look="overlay"] {{ background: {c.surface};
    border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
QFrame[look="overlay"] {{ border-color: {c.edge}; }}
QFrame[look="rule"] {{ background: {c.line}; border: none; max-height: 1px; min-height: 1px; }}
QWidget[look="pages"] {{ border: 2px solid transparent; border-radius: {RADIUS}px; }}
QWidget[look="pages"]:focus {{ border: 2px solid {c.accent}; }}
QFrame[look="toast"] {{ background: {c.text}; border-radius: {RADIUS}px; }}
QFrame[look="toast"] QLabel {{ color: {c.surface}; }}
QFrame[look="toast"] QPushButton {{ color: {c.surface}; background: transparent;
    border: 1px solid {c.surface}; }}
{banners}
"""


def _buttons(c: Colours, density: Density) -> str:
    inner = density.control - 2
    return f"""
QPushButton, QToolButton {{ background: {c.surface}; border: 1px solid {c.edge};
    border-radius: {RADIUS}px; padding: 0 {PLAIN}px;
    min-height: {inner}px; max-height: {inner}px; }}
QPushButton:hover, QToolButton:hover {{ background: {c.accent_soft}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {c.sunken}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.accent}; padding: 0 {PLAIN - 1}px;
    min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; background: {c.sunken};
    border-color: {c.line}; }}
QPushButton[look="filled"] {{ background: {c.accent}; color: {c.on_accent};
    border-color: {c.accent}; }}
QPushButton[look="filled"]:hover {{ background: {c.accent_hover}; }}
QPushButton[look="filled"]:focus {{ border: 2px solid {c.accent}; outline: none; }}
QPushButton[look="filled"]:disabled {{ background: {c.sunken}; color: {c.muted};
    border-color: {c.line}; }}
QPushButton[look="ghost"], QToolButton[look="ghost"] {{ background: transparent;
    border-color: transparent; padding: 0 {NEAR}px; }}
QPushButton[look="ghost"]:hover, QToolButton[look="ghost"]:hover {{ background: {c.accent_soft}; }}
QPushButton[look="ghost"]:focus, QToolButton[look="ghost"]:focus {{
    border: 2px solid {c.accent}; padding: 0 {NEAR - 1}px; }}
QPushButton[look="link"] {{ background: transparent; border-color: transparent;
    color: {c.accent}; padding: 0 {TIGHT}px; }}
QPushButton[look="link"]:focus {{ border: 2px solid {c.accent}; padding: 0 {TIGHT - 1}px; }}
QToolButton::menu-indicator {{ image: none; }}
QLineEdit QToolButton {{ background: transparent; border: none; padding: 0;
    min-height: 0; max-height: 24px; }}
QPushButton::menu-indicator {{ width: 0; }}
"""


def _fields(c: Colours, density: Density) -> str:
    inner = density.control - 2
    return f"""
QLineEdit, QPlainTextEdit {{ background: {c.field}; color: {c.text};
    border: 1px solid {c.edge}; border-radius: {RADIUS}px; padding: 0 {NEAR}px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
    placeholder-text-color: {c.muted}; }}
QLineEdit {{ min-height: {inner}px; max-height: {inner}px; }}
QPlainTextEdit {{ padding: {TIGHT}px; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: 0 {NEAR - 1}px; }}
QLineEdit:focus {{ min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QLineEdit:disabled {{ background: {c.sunken}; color: {c.muted}; border-color: {c.line}; }}
QLineEdit[state="required"], QComboBox[state="required"] {{
    border-left: 3px solid {c.accent}; }}
QLineEdit[state="wrong"], QComboBox[state="wrong"] {{ border: 2px solid {c.stop};
    padding: 0 {NEAR - 1}px; min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QLineEdit[state="warned"], QComboBox[state="warned"] {{ border: 2px dashed {c.warn};
    padding: 0 {NEAR - 1}px; min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QLineEdit[state="theirs"] {{ background: {c.sunken}; border: 1px dotted {c.edge};
    color: {c.text}; }}
QLineEdit[state="theirs"]:focus {{ border: 2px solid {c.accent}; }}
"""


def _choices(c: Colours, density: Density) -> str:
    inner = density.control - 2
    return f"""
QComboBox {{ background: {c.field}; border: 1px solid {c.edge}; border-radius: {RADIUS}px;
    padding: 0 {NEAR}px; min-height: {inner}px; max-height: {inner}px; }}
QComboBox:focus, QComboBox:on {{ border: 2px solid {c.accent}; padding: 0 {NEAR - 1}px;
    min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QComboBox:disabled {{ background: {c.sunken}; color: {c.muted}; border-color: {c.line}; }}
QComboBox::drop-down {{ border: none; width: 28px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.edge};
    selection-background-color: {c.accent_soft}; selection-color: {c.text}; outline: none; }}
QCheckBox, QRadioButton {{ spacing: {NEAR}px; background: transparent; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 8px; height: 8px; padding: 3px;
    border: 1px solid {c.edge}; border-radius: {TIGHT}px; background: {c.field}; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {c.accent};
    background-clip: content; border: 1px solid {c.accent}; }}
QCheckBox:focus, QRadioButton:focus {{ color: {c.accent}; outline: 2px solid {c.accent};
    outline-radius: 3px; }}
QMenu {{ background: {c.surface}; border: 1px solid {c.edge}; padding: {TIGHT}px; }}
QMenu::item {{ padding: {NEAR}px {PLAIN * 2}px {NEAR}px {PLAIN}px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: {TIGHT}px {NEAR}px; }}
QCalendarWidget QWidget {{ background: {c.surface}; alternate-background-color: {c.sunken}; }}
QCalendarWidget QAbstractItemView {{ selection-background-color: {c.accent};
    selection-color: {c.on_accent}; }}
"""


def _tables(c: Colours, density: Density) -> str:
    return f"""
QTableView {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
    gridline-color: {c.line}; outline: none; }}
QTableView:focus {{ border: 2px solid {c.accent}; }}
QTableView[look="cross"]::item {{ padding: 0 {NEAR}px; }}
QTableView[look="cross"]::item:selected {{ background: {c.accent_soft}; color: {c.text};
    border: 2px solid {c.accent}; padding: 0 {NEAR - 2}px; }}
QTableView[look="cross"] QTableCornerButton::section {{ background: {c.sunken}; border: none;
    border-bottom: 1px solid {c.line}; }}
QHeaderView {{ background: {c.sunken}; border: none; }}
QHeaderView::section {{ background: {c.sunken}; color: {c.muted}; border: none;
    border-bottom: 1px solid {c.line}; padding: 0 {NEAR}px; font-size: {SMALL}px;
    min-height: {density.row - 4}px; }}
QListWidget, QListView {{ background: {c.surface}; border: 2px solid transparent;
    border-radius: {RADIUS}px; outline: none; }}
QListView:focus, QScrollArea:focus {{ border: 2px solid {c.accent};
    border-radius: {RADIUS}px; }}
QListView::item {{ padding: {NEAR}px; border-radius: {RADIUS}px; color: {c.text}; }}
QListView::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QListView::item:disabled {{ color: {c.muted}; }}
QTabBar::tab {{ background: transparent; color: {c.muted}; padding: {NEAR - 2}px {PLAIN - 2}px
    {NEAR}px {PLAIN - 2}px; border: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:selected:focus {{ color: {c.accent}; border: 2px solid {c.accent};
    border-radius: {TIGHT}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
QProgressBar {{ background: {c.sunken}; border: none; border-radius: {TIGHT}px;
    min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: {TIGHT}px; }}
"""


def _shell(c: Colours, density: Density) -> str:
    return f"""
QFrame[look="bar"] {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line}; }}
QFrame[look="strip"] {{ background: {c.surface}; border: none; border-top: 1px solid {c.line}; }}
QFrame[look="strip"] QPushButton {{ font-size: {SMALL}px; color: {c.muted};
    min-height: 26px; max-height: 26px; }}
QFrame[look="strip"] QLabel {{ font-size: {SMALL}px; color: {c.muted}; }}
QListView[look="nav"] {{ background: {c.window}; border: none;
    border-right: 1px solid {c.line}; padding: {NEAR}px; }}
QListView[look="nav"]::item {{ padding: 0 {NEAR}px; height: {density.control + 4}px;
    border-radius: {RADIUS}px; border: 2px solid transparent; }}
QListView[look="nav"]::item:hover {{ background: {c.sunken}; }}
QListView[look="nav"]::item:selected {{ background: {c.accent_soft}; color: {c.accent}; }}
QListView[look="nav"]:focus {{ border-right: 2px solid {c.accent}; }}
"""


def _scrolling(c: Colours, _density: Density) -> str:
    return f"""
QScrollArea {{ background: transparent; border: none; }}
QScrollArea[look="facts"] {{ border: 2px solid transparent; border-radius: {RADIUS}px; }}
QScrollArea[look="facts"]:focus {{ border: 2px solid {c.accent}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.edge}; border-radius: 4px; margin: 2px;
    min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""
