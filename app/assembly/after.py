"""What runs when a subject is done: one plain dictionary, the same at desk, headless and hub."""

from app.assembly.door import Next
from app.contracts.actions import contract_sealed, contract_signed
from app.pricing.actions import quote_approved, quote_declined, quote_returned

AFTER: dict[tuple[str, str], Next] = {
    ("approved", "quote"): quote_approved,
    ("returned", "quote"): quote_returned,
    ("declined", "quote"): quote_declined,
    ("signed", "contract"): contract_signed,
    ("sealed", "contract"): contract_sealed,
}
