"""The exports, read back by another parser and by hand."""

from defusedxml import ElementTree

from devices.signpad.api import ink_hash
from devices.signpad.export import to_inkml, to_sigstring
from tests.devices.signpad.specimens import REQUEST, SMALL, record

INKML = "{http://www.w3.org/2003/InkML}"


def test_inkml_holds_one_trace_per_stroke_with_x_y_force_and_time() -> None:
    ink = ElementTree.fromstring(to_inkml(SMALL))
    assert ink.tag == INKML + "ink"
    traces = [trace.text for trace in ink.iter(INKML + "trace")]
    assert traces == ["11 21 300 10.000, 12 25 400 20.000", "500 700 512 40.000"]
    names = [channel.get("name") for channel in ink.iter(INKML + "channel")]
    assert names == ["X", "Y", "F", "T"]
    tops = [channel.get("max") for channel in ink.iter(INKML + "channel")]
    assert tops == ["2150", "1400", "1023", None]


def test_inkml_names_the_record_and_the_document() -> None:
    ink = ElementTree.fromstring(to_inkml(SMALL))
    said = {note.get("type"): note.text for note in ink.iter(INKML + "annotation")}
    assert said == {
        "started": "2026-03-02T01:02:03.456789+00:00",
        "inkSha256": ink_hash(SMALL),
        "documentSha256": REQUEST.document.sha256,
    }
    context = next(ink.iter(INKML + "context"))
    assert context.get("{http://www.w3.org/XML/1998/namespace}id") == "pad"
    assert all(trace.get("contextRef") == "#pad" for trace in ink.iter(INKML + "trace"))


def test_sigstring_holds_counts_points_and_stroke_ends() -> None:
    text = bytes.fromhex(to_sigstring(SMALL)).decode("ascii")
    assert text == "3\r\n2\r\n11 21\r\n12 25\r\n500 700\r\n2\r\n3\r\n"
    assert to_sigstring(SMALL) == to_sigstring(SMALL).upper()


def test_an_empty_record_exports_empty() -> None:
    assert bytes.fromhex(to_sigstring(record())) == b"0\r\n0\r\n"
    assert list(ElementTree.fromstring(to_inkml(record())).iter(INKML + "trace")) == []
