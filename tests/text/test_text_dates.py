"""Dates: every form of date line seen on Vietnamese pages, what is none, and the choice between two that disagree."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Moment
from archive.text.clock import VIETNAM
from archive.text.dates import choose, read_date

CAPTURED = datetime(2020, 3, 6, 9, 0, tzinfo=VIETNAM)
MINUTE, SECOND = "2020-03-05T15:25+07:00", "2020-03-05T15:25:56+07:00"

TABLE = [
    ("2024年03月05日", "2024-03-05"),
    ("05/03/2020 15:25", MINUTE),
    ("05-03-2020 15:25", MINUTE),
    ("05.03.2020 15:25", MINUTE),
    ("05/03/2020 15:25 GMT+7", MINUTE),
    ("05/03/2020 15:25 (GMT+7)", MINUTE),
    ("05/03/2020 | 15:25", MINUTE),
    ("05/03/2020 - 15:25", MINUTE),
    ("15:25 05-03-2020", MINUTE),
    ("15:25, 05/03/2020", MINUTE),
    ("15:25 | 05/03/2020", MINUTE),
    ("15:25:56 05/03/2020", SECOND),
    ("Thứ năm, 05/03/2020 | 15:25", MINUTE),
    ("Thứ năm - 05/03/2020 15:25", MINUTE),
    ("Thứ Năm, 05/03/2020, 15:25 (GMT+7)", MINUTE),
    ("Thứ 5, 05/03/2020 15:25", MINUTE),
    ("Thứ 5, ngày 05/03/2020", "2020-03-05"),
    ("T5, 05/03/2020 15:25", MINUTE),
    ("Chủ nhật, 08/03/2020 07:00", "2020-03-08T07:00+07:00"),
    ("CN, 08/03/2020 07:00", "2020-03-08T07:00+07:00"),
    ("ngày 5 tháng 3 năm 2020", "2020-03-05"),
    ("Thứ năm, ngày 5 tháng 3 năm 2020", "2020-03-05"),
    ("Ngày 05 tháng 03 năm 2020, 15:25", MINUTE),
    ("5 tháng 3, 2020", "2020-03-05"),
    ("05 Tháng Ba 2020", "2020-03-05"),
    ("Tháng Ba 5, 2020", "2020-03-05"),
    ("Tháng 3/2020", "2020-03"),
    ("2020-03", "2020-03"),
    ("05/03/2020 03:25:56 CH", SECOND),
    ("05/03/2020 12:05 SA", "2020-03-05T00:05+07:00"),
    ("3/5/2020 3:25:56 PM", SECOND),
    ("05/03/2020 15h25", MINUTE),
    ("15h25' ngày 05/03/2020", MINUTE),
    ("15:25 ngày 05/03/2020", MINUTE),
    ("05/03/2020 lúc 15:25", MINUTE),
    ("15 giờ 25 phút, ngày 05/03/2020", MINUTE),
    ("Thứ năm, 05 Tháng 3 2020 15:25", MINUTE),
    ("Ngày đăng: 05/03/2020", "2020-03-05"),
    ("Ngày 5-3-2020", "2020-03-05"),
    ("05-Th3-2020", "2020-03-05"),
    ("2020/03/05 15:25", MINUTE),
    ("Cập nhật lúc: 15:25 05/03/2020", MINUTE),
    ("Đăng ngày: 05/03/2020 15:25 - Lượt xem: 12345", MINUTE),
    ("05/03/20 15:25", MINUTE),
    ("5/3", "2020-03-05"),
    ("Ngày 5/3, Đại hội Đảng bộ phường khai mạc", "2020-03-05"),
    ("Hôm nay, 08:15", "2020-03-06T08:15+07:00"),
    ("Hôm qua", "2020-03-05"),
    ("sáng 5/3", "2020-03-05"),
    ("chiều qua", "2020-03-05"),
    ("Sáng nay", "2020-03-06"),
    ("3 giờ trước", "2020-03-06T06:00+07:00"),
    ("2 ngày trước", "2020-03-04"),
    ("2 tuần trước", "2020-02-21"),
    ("2020-03-05T15:25:56+07:00", SECOND),
    ("2020-03-05T15:25:56+0700", SECOND),
    ("2020-03-05T08:25:56Z", SECOND),
    ("2020-03-05T15:25:56", SECOND),
    ("2020-03-05+0715:25:56", SECOND),
    ("2020-03-05 15:25:56.0", SECOND),
    ("Thu, 5 Mar 2020 08:03:56 GMT", "2020-03-05T15:00+07:00"),
    ("20200305152556", SECOND),
    ("1583396756", SECOND),
    # seen on the saved pages, and forms of the same hands
    ("(05.07.2019 12:00)", "2019-07-05T12:00+07:00"),
    ("07-03-2020 - 09:40 AM | Bất động sản", "2020-03-07T09:40+07:00"),
    ("thứ năm, 08 08 2019 08:51", "2019-08-08T08:51+07:00"),
    ("Ngày đăng tin: 06.08.2019 08:09", "2019-08-06T08:09+07:00"),
    ("/Date(1583396756000)/", SECOND),
    ("Thu Mar 05 2020 15:25:56 GMT+0700 (Indochina Time)", SECOND),
    ("March 5, 2020", "2020-03-05"),
    ("5 Mar 2020 15:25", MINUTE),
    ("05/03/2020-15:25", MINUTE),
    ("Thứ 5 05/03/2020", "2020-03-05"),
    ("3 giờ chiều 05/03/2020", "2020-03-05T15:00+07:00"),
    ("03/2020", "2020-03"),
    ("Thứ Năm, 05/03/2020 15:25 GMT+7", MINUTE),
    ("2020-03-05", "2020-03-05"),
    ("05/03/2020 (15 hội viên)", "2020-03-05"),
    # what browsers, WordPress and Java make in Vietnamese, and other hands
    ("5 thg 3, 2020", "2020-03-05"),
    ("Th3 5, 2020", "2020-03-05"),
    ("Thu Mar 05 15:25:56 ICT 2020", SECOND),
    ("05 – 03 – 2020 | 15:25", MINUTE),
    ("24h00 ngày 04/03/2020", "2020-03-05T00:00+07:00"),
    ("11 giờ đêm 05/03/2020", "2020-03-05T23:00+07:00"),
    ("12 giờ đêm 05/03/2020", "2020-03-05"),
    ("Thứ năm 05/03/2020 (12/2 âm lịch)", "2020-03-05"),
    ("15/8 âm lịch, nhằm ngày 05/03/2020", "2020-03-05"),
    ("05/03/2020 24:30", "2020-03-05"),
    ("Tin 24h, 05/03/2020", "2020-03-05"),
]


@pytest.mark.parametrize(("raw", "value"), TABLE, ids=[raw for raw, _ in TABLE])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_reads_every_form_of_date_line(raw: str, value: str, form: str) -> None:
    written = unicodedata.normalize(form, raw)
    moment = read_date(written, "p.date", CAPTURED)
    assert moment is not None
    assert (moment.value, moment.raw) == (value, written)
    assert moment.by.startswith("p.date: ")


@pytest.mark.parametrize(
    "raw",
    ["", "Kinh tế", "12/QĐ-UBND", "15/2024/QH15", "99/99/2020", "31/02/2020", "Lượt xem: 12345", "0208.3855.555",
     "2020-13-45T99:99:99", "35-CT/TW", "1.234.567 đồng", "nhiệm kỳ 2020 - 2025",
     "nhiệm kỳ 2020–2025", "15/8 âm lịch", "ngày 15 tháng 8 (âm lịch)", "v4.5.06", "cách đây 3 năm"],
)  # fmt: skip
def test_what_is_no_date_is_none(raw: str) -> None:
    assert read_date(raw, "p", CAPTURED) is None


@pytest.mark.parametrize("raw", ["5/3", "Hôm qua", "3 giờ trước", "chiều qua", "ngày 5 tháng 3"])
def test_a_date_that_needs_the_capture_is_none_without_it(raw: str) -> None:
    assert read_date(raw, "p") is None
    assert read_date(raw, "p", CAPTURED) is not None


@pytest.mark.parametrize(
    ("raw", "precision"),
    [("2020", "year"), ("Tháng 3/2020", "month"), ("05/03/2020", "day"), ("15h ngày 05/03/2020", "hour"),
     ("05/03/2020 15:25", "minute"), ("05/03/2020 15:25:00", "second"), ("3 giờ trước", "hour"),
     ("Thu, 5 Mar 2020 08:03:56 GMT", "hour"), ("Thu, 5 Mar 2020 08:25:56 GMT", "second")],
)  # fmt: skip
def test_a_partial_date_stays_partial(raw: str, precision: str) -> None:
    moment = read_date(raw, "p", CAPTURED)
    assert moment is not None
    assert moment.precision == precision


def test_a_feed_minute_that_equals_the_month_is_not_believed() -> None:
    moment = read_date("Thu, 5 Mar 2020 08:03:56 GMT", "rss pubDate")
    assert moment is not None
    assert moment.confidence < 1
    assert "NukeViet" in moment.note


def test_a_us_stamp_is_read_month_first_only_for_cause() -> None:
    def read(raw: str, **options: object) -> str:
        moment = read_date(raw, "p", **options)  # type: ignore[arg-type]
        assert moment is not None
        return moment.value[:10]

    assert read("03/05/2020 03:25:56 PM") == "2020-05-03"  # padded: no sign of a US widget
    assert read("03/05/2020", month_first=True) == "2020-03-05"
    assert read("25/03/2020", month_first=True) == "2020-03-25"
    assert read("03/05/2020", near=CAPTURED) == "2020-03-05"  # 3 May 2020 was still to come
    assert read("Thứ năm, 3/5/2020") == "2020-03-05"  # the weekday decides
    assert read("3/25/2020") == "2020-03-25"


def test_a_wrong_weekday_lowers_confidence_and_is_said() -> None:
    moment = read_date("Thứ hai, 05/03/2020", "p")
    assert moment is not None
    assert moment.confidence < 0.8
    assert "weekday" in moment.note


def test_a_date_without_year_is_the_nearest_before_the_capture() -> None:
    new_year = datetime(2021, 1, 2, tzinfo=UTC)
    values = [read_date(raw, "p", new_year) for raw in ("31/12", "5/1", "5/2", "29/2")]
    assert [moment.value for moment in values if moment] == ["2020-12-31", "2021-01-05", "2020-02-05", "2020-02-29"]


def moment(raw: str, by: str) -> Moment:
    read = read_date(raw, by, CAPTURED)
    assert read is not None
    return read


def test_choose_keeps_the_first_and_names_the_other() -> None:
    shown, edited = moment("04/03/2020 15:25", "span.h5"), moment("2020-03-05T10:00:00+07:00", "itemprop")
    chosen = choose([shown, edited])
    assert chosen.value == shown.value
    assert edited.value in chosen.note
    assert chosen.confidence < shown.confidence


def test_choose_takes_the_finer_of_two_that_agree() -> None:
    chosen = choose([moment("05/03/2020", "p.date"), moment("2020-03-05T15:25:56+07:00", "json-ld")])
    assert (chosen.value, chosen.confidence, chosen.note) == (SECOND, 1.0, "")


def test_choose_does_not_believe_a_date_after_the_capture() -> None:
    banner, meta = moment("10/12/2020", "div.banner"), moment("2020-03-05T15:25:56+07:00", "meta")
    chosen = choose([banner, meta], CAPTURED)
    assert chosen.value == meta.value
    assert "2020-12-10" in chosen.note


def test_choose_from_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no moments"):
        choose([])


DAYS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31))


@given(DAYS)
def test_a_written_time_is_read_back(when: datetime) -> None:
    expected = when.strftime("%Y-%m-%dT%H:%M+07:00")
    for form in ("%d/%m/%Y %H:%M", "%H:%M, %d-%m-%Y", "ngày %d tháng %m năm %Y, %H giờ %M phút", "%Hh%M %d.%m.%Y"):
        read = read_date(when.strftime(form), "p")
        assert read is not None
        assert read.value == expected


@given(DAYS, st.integers(-12, 14))
def test_iso_with_any_zone_is_the_same_instant(when: datetime, hours: int) -> None:
    aware = when.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    read = read_date(aware.isoformat(), "meta")
    assert read is not None
    assert datetime.fromisoformat(read.value) == aware


@given(st.text(alphabet="0123456789/-.: hgTZ+năm tháng ngày giờ thứ", max_size=40))
def test_no_line_of_figures_is_an_error(raw: str) -> None:
    read = read_date(raw, "p", CAPTURED)
    assert read is None or datetime.fromisoformat(read.value.ljust(10, "0")[:4] + "-01-01").year >= 1940
