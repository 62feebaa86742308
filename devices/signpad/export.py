"""Ink for other people's programs: InkML for evidence, SigString for Topaz shops.

Both are exports: what counts, and what is hashed and signed, is ``ink/1``. The binary form of
ISO/IEC 19794-7 is not written: public readers contradict each other about its channel bits.
"""

from datetime import UTC
from xml.etree import ElementTree

from devices.signpad.api import InkRecord, ink_hash

_INKML = "http://www.w3.org/2003/InkML"


def to_inkml(record: InkRecord) -> bytes:
    """Give W3C InkML (2011) with the channels X Y F T, one trace per stroke, as UTF-8.

    X and Y are pad units, F pressure steps, T milliseconds since the first sample.
    """
    ink = ElementTree.Element("ink", {"xmlns": _INKML})
    _definitions(ink, record)
    _annotations(ink, record)
    at_us = _times_us(record)
    for number, (first, count) in enumerate(record.spans(), start=1):
        trace = ElementTree.SubElement(ink, "trace", {"id": f"t{number}", "contextRef": "#pad"})
        trace.text = ", ".join(
            _point(record, index, at_us[index]) for index in range(first, first + count)
        )
    ElementTree.indent(ink)
    return bytes(ElementTree.tostring(ink, encoding="utf-8", xml_declaration=True))


def to_sigstring(record: InkRecord) -> str:
    """Give the SigString of the drawn points, in upper-case hexadecimal.

    Under the hexadecimal stands ASCII with CRLF behind each line: number of points, number of
    strokes, one "x y" per point, then per stroke the index of the point after its last.
    """
    spans = record.spans()
    points = [
        f"{sample.x} {sample.y}"
        for first, count in spans
        for sample in record.samples[first : first + count]
    ]
    ends = [sum(count for _, count in spans[: number + 1]) for number in range(len(spans))]
    lines = [str(len(points)), str(len(spans)), *points, *map(str, ends)]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii").hex().upper()


def _definitions(ink: ElementTree.Element, record: InkRecord) -> None:
    """Describe the channels: names, kinds, ranges and units."""
    definitions = ElementTree.SubElement(ink, "definitions")
    context = ElementTree.SubElement(definitions, "context", {"xml:id": "pad"})
    source = ElementTree.SubElement(context, "inkSource", {"xml:id": "source"})
    source.set("manufacturer", record.device.driver)
    source.set("model", record.device.model)
    source.set("serialNo", record.device.serial)
    form = ElementTree.SubElement(source, "traceFormat")
    axes = record.axes
    for name, top in (("X", axes.x_max), ("Y", axes.y_max), ("F", axes.p_max)):
        channel = {"name": name, "type": "integer", "min": "0", "max": str(top), "units": "dev"}
        ElementTree.SubElement(form, "channel", channel)
    ElementTree.SubElement(form, "channel", {"name": "T", "type": "decimal", "units": "ms"})


def _annotations(ink: ElementTree.Element, record: InkRecord) -> None:
    """Name the record and document the traces belong to."""
    for kind, text in (
        ("started", record.started.astimezone(UTC).isoformat()),
        ("inkSha256", ink_hash(record)),
        ("documentSha256", record.request.document.sha256),
    ):
        ElementTree.SubElement(ink, "annotation", {"type": kind}).text = text


def _times_us(record: InkRecord) -> list[int]:
    total, times = 0, []
    for number, sample in enumerate(record.samples):
        total += sample.dt_us if number else 0
        times.append(total)
    return times


def _point(record: InkRecord, index: int, at_us: int) -> str:
    sample = record.samples[index]
    millis = f"{at_us // 1000}.{at_us % 1000:03d}"
    return f"{sample.x} {sample.y} {record.axes.steps(sample.pressure)} {millis}"
