"""The words Qt itself says, on the buttons of its boxes and in its file dialogs, in our language.

Qt ships its own translations; English is what it says without one. Its default locale, by which
calendars and number fields write, follows too.
"""

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.kit.words import t

NAME = "words of Qt"
CATALOGUES = {"zh_CN": "qtbase_zh_CN", "en": ""}
"""Our languages and Qt's catalogue of each; none for the language Qt is written in."""


REST = {
    ("QFileDialog", "&Look in:"): t("Look in:"),
    ("QFileDialog", "Files of &type:"): t("Kind of file:"),
}
"""What Qt's Chinese catalogue lacks, by Qt's context and its English (6.11)."""


class _Rest(QTranslator):
    """Says what Qt's catalogue lacks; Qt asks it only for that."""

    def __init__(self, language: str, parent: QObject) -> None:
        super().__init__(parent)
        self._language = language

    @override
    def isEmpty(self) -> bool:
        return False

    @override
    def translate(
        self,
        context: str,
        sourceText: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        words = REST.get((context, sourceText))
        # None is Qt's null string: go on asking.
        return None if words is None else words.in_language(self._language)  # type: ignore[return-value]


def translate_qt(app: QApplication, language: str) -> None:
    """Let Qt speak a language of ours; raises KeyError for another one.

    Qt tells every window of it by itself. A catalogue that is not installed leaves Qt in English:
    the words of the desk are not among them.
    """
    wanted = CATALOGUES[language]
    QLocale.setDefault(QLocale(language))
    for former in app.findChildren(QTranslator, NAME):
        app.removeTranslator(former)
        former.setObjectName("")
        former.deleteLater()
    if not wanted:
        return
    catalogue, rest = QTranslator(app), _Rest(language, app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if catalogue.load(wanted, folder):
        # Asked in the order last come, first asked.
        for one in (rest, catalogue):
            one.setObjectName(NAME)
            app.installTranslator(one)
