"""Real servers' error replies, over a real socket: each becomes the error a person can act on."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from imgvar_desktop.adapters.error_reading import Caller, read_error
from imgvar_desktop.core.errors import AuthRefused, ContentRefused, RateLimited, ServerFailed
from tests.adapters.wire import KEY, call, says, wire

REPLIES = json.loads((Path(__file__).parent / "data" / "error-replies.json").read_text("utf-8"))
CALLER = Caller(service="Example", host="api.example.com", model="m-1", secret=KEY)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("known", REPLIES, ids=lambda known: known["id"])
def test_known_error_reply_ends_in_its_kind(known: dict[str, Any]) -> None:
    async def scenario() -> None:
        answer = says(known["status"], known["body"], known["headers"])
        if known["id"] == "blob_url_expired":  # what a result's link says, not what the call says
            linked = wire(says(200, {"data": [{"url": "/blob/1.png"}]}), gets={})
            async with wire(answer, gets={"/1.png": answer}) as blobs:
                linked = wire(says(200, {"data": [{"url": f"{blobs.origin}/1.png"}]}))
                async with linked as served:
                    outcome = await call(served.base_url)
        else:
            async with wire(answer) as served:
                outcome = await call(served.base_url)
        assert outcome.kinds == [known["expect"]["kind"]]
        error = outcome.error or outcome.problems[0].error
        assert error.retryable is known["expect"]["retry"]
        assert str(error)
        assert error.hint
        assert "<" not in str(error)

    asyncio.run(scenario())


def read(status: int, body: Any, headers: dict[str, str] | None = None, caller: Caller = CALLER) -> Any:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return read_error(status, headers or {}, data, caller, now=NOW)
