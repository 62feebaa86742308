"""The pinned Qt binding keeps its references to None (6.12.0 drops one per call and aborts)."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 2_000


def test_no_call_drops_a_reference_to_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.update()
        label.setText("x")
    lost = before - sys.getrefcount(None)
    assert lost < CALLS // 10
