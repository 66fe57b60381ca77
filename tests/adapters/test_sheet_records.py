"""What numbers on contact sheets stand for outlives the program, and a damaged file costs no more than itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgvar_desktop.adapters.sheet_records import FILE_NAME, MOST, SheetRecords
from imgvar_desktop.core.delivery import SheetRecord

RECORD = SheetRecord("Für Ada", "sheet.pdf", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), ("a" * 32, "b" * 32))
RECORDS = st.builds(
    SheetRecord,
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.uuids().map(lambda one: one.hex), max_size=5).map(tuple),
)


@given(st.lists(RECORDS, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_records_come_back_newest_first(tmp_path: Path, records):
    (tmp_path / FILE_NAME).unlink(missing_ok=True)
    for record in records:
        SheetRecords(tmp_path).add(record)

    assert SheetRecords(tmp_path).all() == tuple(reversed(records))


def test_the_oldest_go_at_last(tmp_path):
    sheets = SheetRecords(tmp_path)
    for number in range(MOST + 2):
        sheets.add(SheetRecord(str(number), "", RECORD.made_at, ()))

    titles = [record.title for record in sheets.all()]
    assert titles == [str(number) for number in reversed(range(2, MOST + 2))]


@pytest.mark.parametrize("content", [b"", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_an_empty_one(tmp_path, content, expected_log):
    (tmp_path / FILE_NAME).write_bytes(content)

    assert SheetRecords(tmp_path).all() == ()
    SheetRecords(tmp_path).add(RECORD)
    assert SheetRecords(tmp_path).all() == (RECORD,)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        3,
        {},
        {"title": "x"},
        {"title": "x", "file": "y", "made_at": "never", "entries": []},
        {"title": "x", "file": "y", "made_at": "2026-11-23T12:00:00", "entries": []},
        {"title": "x", "file": "y", "made_at": "2026-11-23T12:00:00+00:00", "entries": 3},
    ],
)
def test_a_record_that_makes_no_sense_does_not_take_the_others_along(tmp_path, wrong):
    SheetRecords(tmp_path).add(RECORD)
    stored = json.loads((tmp_path / FILE_NAME).read_bytes())
    (tmp_path / FILE_NAME).write_text(json.dumps([wrong, *stored]))

    assert SheetRecords(tmp_path).all() == (RECORD,)


def test_a_library_that_is_gone_costs_a_warning_alone(tmp_path, expected_log):
    SheetRecords(tmp_path / "gone").add(RECORD)

    assert ["could not be kept" in record.getMessage() for record in expected_log] == [True]
