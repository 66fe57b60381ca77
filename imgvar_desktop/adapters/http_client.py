"""The call over HTTP: uploads a picture, yields each variation as it arrives, retries what may be sent again."""

import asyncio
import logging
import math
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import httpx

from imgvar_desktop.adapters import replies, results, retry
from imgvar_desktop.adapters.call import Call
from imgvar_desktop.adapters.connections import Connections
from imgvar_desktop.adapters.model_list import fetch_models
from imgvar_desktop.adapters.places import Places
from imgvar_desktop.adapters.replies import Item
from imgvar_desktop.adapters.result_links import LinkFetcher
from imgvar_desktop.adapters.transport_errors import transport_error
from imgvar_desktop.adapters.trust import system_trust
from imgvar_desktop.adapters.upload import Upload
from imgvar_desktop.core.errors import BadReply, ModelUnavailable, ServiceError
from imgvar_desktop.core.ports import (
    ReplyAnswered,
    ReplyImage,
    ReplyPart,
    ReplyProblem,
    ReplyProgress,
    ReplyUsage,
)
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import Endpoint, ServiceProfile

log = logging.getLogger(__name__)

TIMEOUT: Final = httpx.Timeout(connect=10.0, read=360.0, write=60.0, pool=None)
"""Some servers need minutes for an image and say nothing meanwhile."""

LIST_S: Final = 5.0
"""How long an error waits for the list of models that goes with it."""
MODELS_NAMED: Final = 5
"""In a sentence; the rest stands in the list to choose from."""

_TRANSPORT: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)


@dataclass(slots=True)
class _Attempt:
    """How far one sending of a call came."""

    upload: Upload | None = None
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    results: int = 0

    @property
    def uploaded(self) -> bool:
        return self.upload is not None and self.upload.sent.done()


class HttpVariationClient:
    """core.ports.VariationClient. Lives in the asyncio loop that first uses it.

    An image that arrived is never lost to what happens after it: from then on errors come as ReplyProblems.
    """

    def __init__(
        self,
        *,
        ca_file: str = "",
        retries: int = retry.RETRIES,
        timeout: httpx.Timeout = TIMEOUT,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """``ca_file``: certificates (PEM) to trust besides the system's."""
        self._retries = retries
        self._pause = pause
        self._now = now
        self._jitter = jitter
        self.requests_sent = 0
        """How often the call was made over this client's life, retries and follow-ups included."""
        # A new connection for each call: one kept open may be dead by the next, and that looks like a lost answer.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._trust = system_trust(ca_file)
        make = partial(httpx.AsyncClient, verify=self._trust.context, timeout=timeout, limits=limits)
        self._connections = Connections(make)
        self._links = LinkFetcher(self._connections, retries=retries, pause=pause)

    async def aclose(self) -> None:
        await self._connections.aclose()

    async def variations(
        self, request: VariationRequest, png: bytes, profile: ServiceProfile, endpoint: Endpoint
    ) -> AsyncGenerator[ReplyPart, None]:
        """See the port. A server that sends fewer than it was asked for is asked again for the rest."""
        places = Places(request.count)
        while places.free:
            call = Call(request, png, profile, endpoint, made=len(places.taken))
            if places.taken:
                yield ReplyAnswered()
                yield places.placed(ReplyProgress(len(places.taken) / request.count, "Asking for the rest"))
            before = len(places.taken)
            try:
                async with aclosing(self._with_retries(call)) as parts:
                    async for part in parts:
                        yield places.placed(part)
                        if places.overfull:
                            return
            except ServiceError as error:
                if isinstance(error, ModelUnavailable):
                    await self._name_models(error, call)
                if not places.taken:
                    raise
                for index in places.free:
                    yield ReplyProblem(index, error)
                return
            if len(places.taken) == before:
                return  # an answer without images; whoever asked counts what came
            places.next_call()

    async def _name_models(self, error: ModelUnavailable, call: Call) -> None:
        """Adds which models there are, where the service tells; what was wrong before stays what is wrong."""
        with suppress(ServiceError, TimeoutError):
            async with asyncio.timeout(LIST_S):
                error.models = await fetch_models(self._connections, call.profile, call.endpoint)
        if error.models:
            more = " and more" if len(error.models) > MODELS_NAMED else ""
            error.hint = f"Choose one that it has: {', '.join(error.models[:MODELS_NAMED])}{more}."

    async def _with_retries(self, call: Call) -> AsyncGenerator[ReplyPart, None]:
        for again in range(1, self._retries + 2):
            attempt = _Attempt()
            try:
                async with aclosing(self._attempt(call, attempt)) as parts:
                    async for part in parts:
                        yield part
            except ServiceError as error:
                wait_s = self._wait_before(again, error, attempt)
                if wait_s is None:
                    raise
                log.info("trying again in %.1f s: %s", wait_s, error)
            else:
                return
            async with aclosing(self._countdown(wait_s, again)) as ticks:
                async for tick in ticks:
                    yield tick

    def _wait_before(self, again: int, error: ServiceError, attempt: _Attempt) -> float | None:
        if attempt.results or again > self._retries:
            return None
        return retry.wait_before(
            again, error, attempt.headers, uploaded=attempt.uploaded, now=self._now(), jitter=self._jitter()
        )

    async def _countdown(self, wait_s: float, again: int) -> AsyncGenerator[ReplyProgress, None]:
        """Says each second how long it still takes."""
        left = wait_s
        while left > 0:
            yield ReplyProgress(None, f"Waiting {math.ceil(left)} s, then trying again ({again} of {self._retries})")
            # Whole seconds are left after the first pause, so that the figures do not jump.
            step = left - (math.ceil(left) - 1)
            await self._pause(step)
            left -= step

    async def _attempt(self, call: Call, attempt: _Attempt) -> AsyncGenerator[ReplyPart, None]:
        """One sending. Raises ServiceError; what the wire does is translated here and nowhere else."""
        try:
            async with aclosing(self._exchange(call, attempt)) as parts:
                async for part in parts:
                    yield part
        except _TRANSPORT as exc:
            raise transport_error(exc, call.caller, uploaded=attempt.uploaded) from exc

    async def _exchange(self, call: Call, attempt: _Attempt) -> AsyncGenerator[ReplyPart, None]:
        url = httpx.URL(call.endpoint.base_url)
        self._trust.check(url)
        http = self._connections.way_to(url)
        request = call.http_request(http)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        attempt.upload = upload = Upload(request.stream)
        request.stream = upload
        self.requests_sent += 1
        yield ReplyProgress(None, "Uploading")
        sending = asyncio.ensure_future(http.send(request, stream=True, follow_redirects=False))
        response = None
        try:
            under_way: set[asyncio.Future[Any]] = {sending, upload.sent}
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                yield ReplyProgress(None, "Waiting for the images")
            response = await sending
        finally:
            if response is None:
                await _drop(sending)
        try:
            attempt.headers = response.headers
            async with aclosing(self._read(response, call, attempt)) as parts:
                async for part in parts:
                    yield part
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, call: Call, attempt: _Attempt) -> AsyncGenerator[ReplyPart, None]:
        if not response.is_success:
            raise await replies.read_refusal(response, call.caller, self._now())
        streamed = response.headers.get("content-type", "").lower().startswith("text/event-stream")
        read = replies.read_events if streamed else replies.read_json
        async with aclosing(read(response, call.caller)) as items:
            async for item in items:
                if isinstance(item, ReplyProgress | ReplyUsage):
                    yield item
                    continue
                attempt.results += 1
                yield await self._result(item, response, call)

    async def _result(self, item: Item, response: httpx.Response, call: Call) -> ReplyImage | ReplyProblem:
        try:
            return await self._image(item, response.headers.get("x-request-id"), call)
        except ServiceError as error:
            error.request_id = error.request_id or response.headers.get("x-request-id")
            return ReplyProblem(item.index, error)
        finally:
            # The base64 text of an image is larger than the image; it must not wait for the next one to come.
            item.fields.clear()

    async def _image(self, item: Item, request_id: str | None, call: Call) -> ReplyImage:
        """Raises ServiceError when there is no image behind the item."""
        match item.fields:
            case {"b64_json": str(text)} if text:
                image = await asyncio.to_thread(lambda: results.checked(results.from_base64(text)))
            case {"url": str(text)} if text.startswith("data:"):
                image = await asyncio.to_thread(lambda: results.checked(results.from_base64(text)))
            case {"url": str(link)} if link:
                image = await self._links.image(link, call.endpoint.base_url)
            case _:
                raise replies.refusal_of(item.fields, call.caller) or BadReply(
                    f"{call.profile.name} sent an entry without an image.", retryable=True
                )
        if call.profile.asked_px(call.request.size_px) > call.request.size_px:
            image = await asyncio.to_thread(results.scaled_down, image, call.request.size_px)
        prompt = item.fields.get("revised_prompt")
        return ReplyImage(
            index=item.index,
            data=image.data,
            media_type=image.media_type,
            width=image.width,
            height=image.height,
            seed=_seed(item.fields.get("seed")),
            revised_prompt=prompt if isinstance(prompt, str) and prompt else None,
            request_id=request_id,
        )


def _seed(told: object) -> int | None:
    """What a server says it was made with, as far as the library can keep it: its numbers have 64 bits."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 2**63 else None


async def _drop(sending: asyncio.Future[httpx.Response]) -> None:
    """Ends a sending whose answer nobody waits for any more, and the connection with it."""
    if not sending.done():
        sending.cancel()
        await asyncio.wait({sending})
    if not sending.cancelled() and sending.exception() is None:
        await sending.result().aclose()
