"""Places by GB/T 2260: the shipped list, what is found in it, and lists that are wrong."""

from typing import Any

import pytest

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.pinyin import shipped_pinyin
from app.packs.divisions import GBT2260, Divisions, PlaceIndex, read_divisions
from app.packs.header import pack_path, read_pack
from app.packs.in_force import divisions_in_force
from app.packs.publish import PackKeys, first_root, publish, shipped_sources
from app.packs.shipped import shipped_packs
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from tests.packs.conftest import EXPIRES, Files, edited

PATH = pack_path("divisions", GBT2260)


@pytest.fixture(scope="module")
def places() -> Divisions:
    return read_divisions(*read_pack(shipped_sources()[PATH], PATH, "divisions"))


@pytest.fixture(scope="module")
def index(places: Divisions) -> PlaceIndex:
    return PlaceIndex(places, shipped_pinyin())


def test_the_shipped_list_is_whole_and_says_whose_it_is(places: Divisions) -> None:
    provinces = [code for code in places.names if code.endswith("0000")]
    counties = [code for code in places.names if not code.endswith("00")]
    assert (len(provinces), len(counties)) == (34, 2849)
    assert places.as_of.isoformat() == "2024-12-31"
    assert "民政部" in places.source.in_language("zh_CN")
    assert len(places.struck) > 3000 and not places.struck.keys() & places.names.keys()


@pytest.mark.parametrize(
    ("code", "name"),
    [("500103", "重庆市渝中区"), ("110105", "北京市朝阳区"), ("429004", "湖北省仙桃市"),
     ("441900", "广东省东莞市"), ("810000", "香港特别行政区"), ("110103", "北京市崇文区"),
     ("790115", "")],
)  # fmt: skip
def test_a_code_is_told_in_words(places: Divisions, code: str, name: str) -> None:
    assert places.whole_name(code) == name


@pytest.mark.parametrize(
    ("typed", "first"),
    [("500103", "500103"), ("渝中", "500103"), ("yuzhong", "500103"), ("cqyz", "500103"),
     ("重庆 渝中", "500103"), ("bjdc", "110101"), ("dongguan", "441900"), ("上海", "310000"),
     ("beijing dongcheng", "110101")],
)  # fmt: skip
def test_a_place_is_found_as_it_is_typed(index: PlaceIndex, typed: str, first: str) -> None:
    assert index.find(typed)[0].code == first


def test_nothing_is_found_for_nothing_and_for_what_is_no_place(index: PlaceIndex) -> None:
    for typed in ("", "  ", "云岭市江川路", "999999", "<b>", "qqqq", "渝中 朝阳"):
        assert index.find(typed) == ()


def test_what_is_doubtful_is_said_and_names_the_day_of_the_list(places: Divisions) -> None:
    assert places.doubt("500103", "重庆市人民路1号") is None
    assert places.doubt("500103", "北京路1号") is None, "a street may be called so"
    said = {
        code: str(places.doubt(code, line))
        for code, line in (("790115", ""), ("110103", ""), ("500103", "北京市朝阳路1号"))
    }
    assert "2024-12-31" in said["790115"] and "790115" in said["790115"]
    assert "2009" in said["110103"] and "崇文区" in said["110103"]
    assert "北京市" in said["500103"] and "重庆市" in said["500103"]
    assert places.ever("110103") and places.ever("500103") and not places.ever("790115")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [("重庆市渝中区人民路1号", "500103", "人民路1号"),
     ("北京市 朝阳区 建国路 5号", "110105", "建国路 5号"),
     ("500103 人民路1号", "500103", "人民路1号"),
     ("500103", "500103", ""),
     ("云岭市江川路1号", "", "云岭市江川路1号"), ("5001031 x", "", "5001031 x"), ("", "", "")],
)  # fmt: skip
def test_a_place_is_taken_off_the_front_of_a_line(
    places: Divisions, text: str, code: str, rest: str
) -> None:
    assert places.split(text) == (code, rest)


def test_a_name_alone_is_a_code_only_where_one_place_is_called_so(places: Divisions) -> None:
    assert places.code_of("渝中区") == "500103"
    assert places.code_of("广东省东莞市") == "441900"
    assert places.code_of("790115") == "790115", "a code is a code, whoever knows it"
    assert places.code_of("朝阳区") == places.code_of("人民路1号") == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [("places", "110000 北京市\n110000 北京市"), ("places", "110101 东城区"),
     ("places", "11000 北京市"), ("places", "110000"), ("places", "120000 天津市\n110000 北京市"),
     ("places", "110000 北京市 2009"), ("struck", "110000 北京市 1999"), ("struck", "1"),
     ("as_of", "yesterday"), ("more", "1")],
)  # fmt: skip
def test_a_wrong_list_is_never_signed(keys: PackKeys, key: str, value: str) -> None:
    packs = shipped_sources()

    def wrong(tree: Any) -> None:
        tree[key] = value

    packs[PATH] = edited(packs[PATH], wrong)
    with pytest.raises(BranchError) as caught:
        publish(packs, keys, EXPIRES)
    assert caught.value.code == "E-PACK-CONTENT"


def test_a_bundle_without_the_list_leaves_the_shipped_one_in_force(
    tmp_path: Any, keys: PackKeys, clock: FixedClock
) -> None:
    packs = {path: held for path, held in shipped_sources().items() if path != PATH}
    bundle = publish(packs, keys, EXPIRES)
    store = PackStore(tmp_path / "packs", first_root(bundle), clock)
    assert store.refresh(BytesSource(bundle)) and store.held("divisions") == ()
    assert divisions_in_force(store, clock).names == shipped_packs(clock).divisions().names


def test_a_list_of_head_office_is_taken_when_it_comes(
    tmp_path: Any, keys: PackKeys, first: Files, clock: FixedClock
) -> None:
    store = PackStore(tmp_path / "packs", first_root(first), clock)
    assert store.refresh(BytesSource(first)) and "500103" in store.divisions().names
    packs = shipped_sources()

    def second(tree: Any) -> None:
        tree["header"]["version"] += 1
        tree["as_of"] = "2025-12-31"
        tree["places"] = tree["places"].replace("500103 渝中区", "500103 新区")

    packs[PATH] = edited(packs[PATH], second)
    assert store.refresh(BytesSource(publish(packs, keys, EXPIRES, previous=first)))
    assert store.divisions().whole_name("500103") == "重庆市新区"
