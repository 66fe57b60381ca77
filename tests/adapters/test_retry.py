"""When a call is sent again, how long it waits, and what the person reads meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.adapters import retry
from imgvar_desktop.core.errors import BillingRefused, RateLimited, ServerFailed, ServiceError, TimedOut, Unreachable
from tests.adapters.wire import Waits, call, images_json, picture, request, says, wire

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FAILED = ServerFailed("no", status=503, retryable=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"llm_provider-retry-after": "7"}, 7.0),
        ({"retry-after": "later", "llm_provider-retry-after": "7"}, 7.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}, 30.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=30), usegmt=True)}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 99 Nov 2026 99:99:99 GMT"}, None),
    ],
)
def test_the_servers_wish_is_read_in_each_of_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry.asked_wait_s(headers, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reading(text: str) -> None:
    seconds = retry.asked_wait_s({"retry-after": text}, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(1, 500), st.floats(0, 1))
def test_backoff_doubles_up_to_its_bound(again: int, jitter: float) -> None:
    wait = retry.backoff_s(again, jitter)
    assert 0.75 * 0.5 <= wait <= 8.0
    assert retry.backoff_s(again + 1, jitter) >= wait


def error(kind: type[ServiceError], status: int | None, retryable: bool = True) -> ServiceError:
    return kind("no", status=status, retryable=retryable)


@pytest.mark.parametrize(
    ("failure", "headers", "uploaded", "repeated"),
    [
        (error(RateLimited, 429), {}, True, True),
        (error(ServerFailed, 409), {}, True, True),
        (error(TimedOut, 408), {}, True, True),
        (error(ServerFailed, 500), {}, True, True),
        (error(ServerFailed, 500, retryable=False), {}, True, False),
        (error(ServerFailed, 520), {}, True, False),
        (error(ServerFailed, 501), {"x-should-retry": "true"}, True, False),
        (error(ServerFailed, 503), {"x-should-retry": "false"}, True, False),
        (error(ServiceError, 400, retryable=False), {"x-should-retry": "true"}, True, True),
        (error(BillingRefused, 429), {"x-should-retry": "true"}, True, False),
        (error(Unreachable, None), {}, False, True),
        (error(Unreachable, None), {}, True, False),
        (error(Unreachable, None, retryable=False), {}, False, False),
        (error(TimedOut, None), {}, False, False),
        (error(TimedOut, None), {}, True, False),
    ],
)
def test_only_what_cannot_cost_twice_is_repeated(
    failure: ServiceError, headers: dict[str, str], uploaded: bool, repeated: bool
) -> None:
    assert retry.may_repeat(failure, headers, uploaded=uploaded) is repeated


@pytest.mark.parametrize(
    ("asked", "wait"), [(None, 0.5), ("0", 0.5), ("12", 12.0), ("120", 120.0), ("121", None), ("86400", None)]
)
def test_more_patience_than_two_minutes_is_not_shown(asked: str | None, wait: float | None) -> None:
    headers = {"retry-after": asked} if asked else {}
    assert retry.wait_before(1, FAILED, headers, uploaded=True, now=NOW, jitter=0.0) == wait


def run(*answers: Any, count: int = 1, **options: Any) -> tuple[Any, list[float], int]:
    """(outcome, waits, calls made)."""

    async def scenario() -> tuple[Any, list[float], int]:
        waits = Waits()
        async with wire(*answers) as server:
            outcome = await call(
                server.base_url,
                request(count),
                **{"retries": 2, "pause": waits, "jitter": lambda: 0.0, "now": lambda: NOW, **options},
            )
        return outcome, waits.seconds, len(server.calls)

    return asyncio.run(scenario())


def test_a_busy_server_is_tried_three_times_in_all() -> None:
    outcome, waits, calls = run(says(503, ""))

    assert (outcome.kinds, waits, calls) == (["server"], [0.5, 1.0], 3)


def test_after_a_failure_the_images_come_all_the_same() -> None:
    outcome, _, calls = run(says(429, {"error": {"code": "rate_limit_exceeded"}}), says(200, images_json(picture())))

    assert (len(outcome.images), outcome.kinds, calls) == (1, [], 2)


def test_the_wait_is_counted_down_second_by_second() -> None:
    outcome, waits, _ = run(says(429, "", {"retry-after": "2.5"}), says(200, images_json(picture())))

    said = [part.activity for part in outcome.progress if part.activity.startswith("Waiting 3 s, then")]
    assert said == ["Waiting 3 s, then trying again (1 of 2)"]
    counted = [part.activity.split(",")[0] for part in outcome.progress if "then trying" in part.activity]
    assert counted == ["Waiting 3 s", "Waiting 2 s", "Waiting 1 s"]
    assert waits == [0.5, 1.0, 1.0]


def test_a_wait_that_is_too_long_is_told_with_its_end() -> None:
    outcome, waits, calls = run(says(429, "", {"retry-after": "600"}))

    until = (NOW + timedelta(seconds=600)).astimezone()
    assert (outcome.kinds, waits, calls) == (["rate_limit"], [], 1)
    assert outcome.error.retry_after_s == 600
    assert outcome.error.hint == f"The service asks to wait until {until:%H:%M}."


@pytest.mark.parametrize(
    "answer",
    [
        says(501, {"error": {"code": "api_not_implemented"}}),
        says(429, {"error": {"code": "insufficient_quota"}}),
        says(503, "", {"x-should-retry": "false"}),
        says(400, {"error": {"message": "bad"}}),
        says(500, {"detail": "exception of the server's own"}),
    ],
)
def test_what_would_end_the_same_is_sent_once(answer: Any) -> None:
    outcome, waits, calls = run(answer)

    assert outcome.error is not None
    assert (waits, calls) == ([], 1)


def test_a_wait_can_be_cancelled() -> None:
    async def scenario() -> None:
        waiting = asyncio.Event()

        async def pause(_: float) -> None:
            waiting.set()
            await asyncio.get_running_loop().create_future()

        async with wire(says(503, "")) as server:
            calling = asyncio.create_task(call(server.base_url, retries=2, pause=pause))
            await asyncio.wait_for(waiting.wait(), 20)
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
        assert len(server.calls) == 1

    asyncio.run(scenario())
