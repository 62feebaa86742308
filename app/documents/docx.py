"""The docx working copy: for reading and negotiation, never for signing.

Filled by docxtpl from the same view as the PDF, in a sandboxed template engine that knows no
attribute but the fields. Zip entries carry a fixed time, so equal content gives equal bytes.
"""

import io
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

from app.documents.content import ContractContent
from app.documents.pdf import template_fields
from app.documents.printed import TEMPLATES, form_words, printed
from app.kit.errors.base import BranchError
from app.kit.errors.documents import template_not_usable

TEMPLATE = "group_accident.docx"
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def working_copy(content: ContractContent, templates: Path = TEMPLATES) -> bytes:
    """Fill the docx of a contract.

    Raises BranchError E-DOC-TEMPLATE when the template is missing, damaged or asks for a field that
    does not exist.
    """
    import jinja2
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    engine = ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    fields = _escaped(template_fields(printed(content, form_words(templates))))
    filled = io.BytesIO()
    try:
        template = DocxTemplate(io.BytesIO((templates / TEMPLATE).read_bytes()))
        template.render(fields, engine, autoescape=True)
        _stamp_properties(template, content)
        template.save(filled)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, jinja2.TemplateError) as error:
        raise BranchError(template_not_usable(TEMPLATE)) from error
    return same_bytes(filled.getvalue())


def _escaped(value: Any) -> Any:
    """Make every text safe for XML and for docxtpl, which also rewrites ``{_{`` in its output."""
    from markupsafe import Markup, escape

    if isinstance(value, dict):
        return {name: _escaped(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(inner) for inner in value]
    if isinstance(value, str):
        braced = str(escape(value)).replace("{", "&#123;").replace("}", "&#125;")
        return Markup(braced)  # noqa: S704 - escaped in the line above
    return value


def _stamp_properties(template: Any, content: ContractContent) -> None:
    properties = template.docx.core_properties
    drawn = datetime.combine(content.drawn_on, time())
    properties.title = f"{content.number} v{content.version}"
    properties.created = properties.modified = drawn


def same_bytes(docx: bytes) -> bytes:
    """Pack the parts again with fixed times, in the order they came."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as parts,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            out.writestr(entry, parts.read(name))
    return packed.getvalue()
