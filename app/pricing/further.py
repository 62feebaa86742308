"""The terms head office added to the form of a quote: taken, reckoned, judged, kept.

A quote is priced by its request alone; a further term changes no premium, but it is part of what
is approved: the hash that binds a quote holds it, so another term is another decision.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.customers.further import (
    Forms,
    FurtherValue,
    kept_values,
    not_asked,
    not_taken,
    reckoned,
)
from app.kit.errors.base import BranchError
from app.kit.errors.quotes import term_not_taken
from app.kit.ids import derived_id
from app.packs.form_judging import hold_to_needs, hold_to_rules
from app.packs.form_kinds import Value
from app.packs.form_needs import TERMS
from app.packs.forms import FormSpec
from app.pricing.queries import further_rows_of
from app.pricing.quoting import Priced
from app.pricing.records import QuoteFurther
from app.store.work import Work


def further_terms(
    work: Work, quote_id: UUID, priced: Priced, given: Sequence[FurtherValue], forms: Forms
) -> tuple[QuoteFurther, ...]:
    """Write the further terms of a quote that is priced; gives the rows it wrote.

    Raises BranchError E-QUOTE-FIELD for a term the form in force does not ask for and a value that
    does not fit, E-FORM-RULE where the terms together do not keep the form's rules.
    """
    form = forms(TERMS)
    typed = {one.key: one.value for one in given if one.value}
    if form is None:
        if typed:
            raise BranchError(term_not_taken(*not_asked(next(iter(typed)))))
        return ()
    for key, value in typed.items():
        refused = not_taken(work, form, key, value)
        if refused is not None:
            raise BranchError(term_not_taken(*refused))
    terms = _terms(priced)
    made = reckoned(form, terms, typed)
    whole = terms | kept_values(form, typed | made)
    hold_to_needs(form.further(), whole)
    hold_to_rules(form, whole)
    return _written(work, quote_id, form, typed, made)


def _terms(priced: Priced) -> dict[str, Value]:
    """Give what the program's own fields of the form hold."""
    first, last = (date.fromisoformat(str(priced.request[key])) for key in ("start", "end"))
    discretion = str(priced.request["discretion"])
    return {
        "start": first,
        "end": last,
        "region": str(priced.request["region"]),
        "discretion": discretion,
    }


def _written(
    work: Work, quote_id: UUID, form: FormSpec, typed: dict[str, str], made: dict[str, str]
) -> tuple[QuoteFurther, ...]:
    held = {row.field: row for row in further_rows_of(work.session, quote_id)}
    kinds = {field.key: field.kind.value for field in form.fields}
    now = {key: value for key, value in (typed | made).items() if value}
    rows = []
    for key in sorted(now.keys() | held.keys()):
        row = held.get(key)
        if row is None:
            row = QuoteFurther(
                scope=work.scope, id=_row_id(quote_id, key), quote_id=quote_id, field=key
            )
        row.form, row.kind = form.origin.id, kinds.get(key) or row.kind
        row.value, row.reckoned = now.get(key, ""), key in made
        rows.append(row)
    work.session.add_all(rows)
    return tuple(rows)


def _row_id(quote_id: UUID, key: str) -> UUID:
    return derived_id("quote_further", quote_id.hex, key)
