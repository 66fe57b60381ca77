"""Any real server, when one is named: what a check finds there is what the client then makes of it.

Run it with IMGVAR_PEER_URL=http://127.0.0.1:9997/v1, IMGVAR_PEER_MODEL=sdxl-turbo and, where the server wants one,
IMGVAR_PEER_KEY in the environment. It makes six images there.
"""

import asyncio
import os
from dataclasses import replace

import httpx
import pytest

from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.adapters.service_check import HttpServiceChecker
from imgvar_desktop.cli_services import typed_service
from imgvar_desktop.core.service_check import Finding, Learned, Verdict
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import call, picture, request

URL, MODEL, KEY = (os.environ.get(f"IMGVAR_PEER_{name}", "") for name in ("URL", "MODEL", "KEY"))
PATIENCE_S = 900.0
"""A model on a CPU takes its time."""

pytestmark = [
    pytest.mark.skipif(not URL, reason="no server is named in IMGVAR_PEER_URL"),
    pytest.mark.timeout(2 * PATIENCE_S),
]


def patient_client() -> HttpVariationClient:
    return HttpVariationClient(retries=0, timeout=httpx.Timeout(PATIENCE_S))


def test_what_is_learned_is_enough_to_make_three() -> None:
    async def learned() -> tuple[list[Finding], Learned]:
        profile = replace(typed_service(URL), model=MODEL)
        checker = HttpServiceChecker(make_client=patient_client)
        try:
            parts = [part async for part in checker.check(profile, Endpoint(URL, KEY), make_images=True)]
        finally:
            await checker.aclose()
        assert isinstance(parts[-1], Learned)
        return [part for part in parts if isinstance(part, Finding)], parts[-1]

    async def scenario() -> None:
        findings, found = await learned()
        assert [finding for finding in findings if finding.verdict is Verdict.BAD] == []
        side_px = min(found.profile.sizes_px)
        asked = request(3, size_px=side_px)
        outcome = await call(
            URL, asked, found.profile, key=KEY, png=picture(side=256), timeout=httpx.Timeout(PATIENCE_S)
        )
        assert outcome.kinds == []
        assert [image.index for image in outcome.images] == [0, 1, 2]
        assert {max(image.width, image.height) for image in outcome.images} == {side_px}

    asyncio.run(scenario())
