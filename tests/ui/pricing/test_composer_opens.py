"""A new quote opens within the limit, and its terms are head office's form."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.desk_site import Sitting
from ui.forms.fields import Standing
from ui.pricing.view import QuotesView
from ui.shell.busy_guard import BusyApplication


@pytest.mark.usefixtures("no_slow_call")
def test_a_new_quote_opens_within_the_limit(sitting: Sitting) -> None:
    sitting.sit()
    view = sitting.open("pricing", QuotesView)
    sitting.rest()
    app = QApplication.instance()
    assert isinstance(app, BusyApplication)
    app.slow.clear()  # from here on: opening the page for the first time is another test's
    sitting.control(Qt.Key.Key_N)
    sitting.rest()
    assert view.composing and view.composer.form.isVisible()
    form = view.composer.form
    assert [key for key, _ in form.draft().texts] == ["start", "end", "region", "discretion"]
    assert form.notes()["discretion"].standing is Standing.OK
    form.editor("discretion").put("0")
    assert form.notes()["discretion"].standing is Standing.WRONG
    hint = form.editor("end").accessibleDescription()
    assert hint == "默认十二个月。", "as the product handbook says it"
