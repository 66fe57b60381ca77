"""What a service tells without making an image: whether it is there, whom it lets in, its models and its calls."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import httpx

from imgvar_desktop.adapters.connections import Connections
from imgvar_desktop.adapters.error_reading import Caller, read_error
from imgvar_desktop.adapters.model_list import fetch_models, headers_for
from imgvar_desktop.adapters.replies import HEAD_BYTES, REDIRECTS
from imgvar_desktop.adapters.service_inquiry import Findings, Inquiry, bad, ok, warn
from imgvar_desktop.adapters.transport_errors import transport_error
from imgvar_desktop.core import contract, service_learning
from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.errors import (
    AuthRefused,
    EndpointGone,
    PermissionRefused,
    ServiceError,
    TimedOut,
    TlsRefused,
    Unreachable,
)
from imgvar_desktop.core.form import call_url
from imgvar_desktop.core.service_check import Checking, Finding, Topic, Verdict
from imgvar_desktop.core.services import Endpoint, ServiceProfile, is_loopback

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
UNSURE_STATUSES: Final = frozenset({502, 503, 504})
"""A gateway spoke, not the service behind it."""


async def reach(known: Inquiry) -> Findings:
    yield Checking(f"Asking {known.host} for its models")
    started = known.clock()
    try:
        known.trust.check(httpx.URL(known.endpoint.base_url))
        known.models = await fetch_models(known.connections, known.learned, known.endpoint)
        refusal = None
    except TlsRefused as error:
        yield bad(Topic.SECURE, error)
        return
    except (Unreachable, TimedOut) as error:
        yield bad(Topic.REACHABLE, error)
        return
    except ServiceError as error:
        refusal = error
    yield ok(Topic.REACHABLE, f"{known.host} answered within {known.clock() - started:.1f} s.")
    yield _security(known)
    if isinstance(refusal, AuthRefused):
        yield bad(Topic.KEY, refusal)
        return
    if isinstance(refusal, PermissionRefused):
        yield warn(Topic.KEY, str(refusal), refusal.hint)
    elif refusal is None and known.endpoint.key:
        yield ok(Topic.KEY, "The list of models came with this key.")
    yield _models_found(known, refusal)


def _security(known: Inquiry) -> Finding:
    if is_loopback(known.host):
        return ok(Topic.SECURE, "It runs on this computer; nothing crosses a network.")
    if urlsplit(known.endpoint.base_url).scheme == "https":
        return ok(Topic.SECURE, f"The connection is encrypted, and {known.host} proved who it is.")
    return warn(
        Topic.SECURE,
        "Pictures and the key go to it over plain http, where others on the network can read them.",
        "Use an https:// address if it has one.",
    )


def _models_found(known: Inquiry, refusal: ServiceError | None) -> Finding:
    lists = refusal is None and bool(known.models)
    if known.learned.takes_model and (isinstance(refusal, EndpointGone) or lists):
        known.learned = replace(known.learned, lists_models=lists)
    if not lists:
        text = "Its list of models is empty." if refusal is None else "It does not list its models."
        return warn(Topic.MODELS, text, "Enter the model's name yourself, if it needs one.")
    model = known.learned.model
    known.learned = service_learning.with_model(known.learned, known.models)
    if model and model not in known.models and known.learned.takes_model:
        text = f"“{model}” is not among its {len(known.models)} models."
        if known.learned.model == model:
            return warn(Topic.MODELS, text, "Choose one of its list.")
        return warn(Topic.MODELS, text, f"With the setting changed, “{known.learned.model}” is asked for.")
    some = ", ".join(known.models[:3])
    return ok(
        Topic.MODELS,
        f"It lists {len(known.models)} models, such as {some}." if len(known.models) > 1 else f"Its model is {some}.",
    )


async def calls(known: Inquiry) -> Findings:
    offered = []
    unsure: ServiceError | None = None
    for call in sorted(Call, key=lambda call: call is not known.learned.call):
        yield Checking(f"Asking whether it knows image {call}")
        try:
            said = await _answer_without_picture(known.connections, call, known.learned, known.endpoint)
        except ServiceError as error:
            unsure = error
            continue
        if isinstance(said, AuthRefused):
            yield bad(Topic.KEY, said)
            return
        if isinstance(said, EndpointGone):
            continue
        if said is not None and said.status in UNSURE_STATUSES:
            unsure = said
            continue
        if said is not None and not known.learned.model and service_learning.wants_a_model(said):
            known.learned = replace(known.learned, needs_model=True)
        offered.append(call)
    yield _call_found(known, offered, unsure)


def _call_found(known: Inquiry, offered: list[Call], unsure: ServiceError | None) -> Finding:
    if not offered:
        if unsure is not None:
            return bad(Topic.CALL, unsure)
        text = "It offers neither image variations nor image edits."
        return Finding(Verdict.BAD, Topic.CALL, text, "Check that its address ends as it should, often in /v1.")
    before = known.learned
    known.learned = service_learning.with_calls(before, offered)
    if known.learned.call is not before.call:
        text = f"It offers no image {before.call}, but image {known.learned.call}."
        hint = "With the setting changed, variations are asked for with a prompt." if known.learned.takes_prompt else ""
        return warn(Topic.CALL, text, hint)
    both = ", and the other call as well" if len(offered) > 1 else ""
    return ok(Topic.CALL, f"It offers image {known.learned.call}{both}.")


async def _answer_without_picture(
    connections: Connections, call: Call, profile: ServiceProfile, endpoint: Endpoint
) -> ServiceError | None:
    """What the service says to ``call`` without a picture; EndpointGone where it does not know the call.

    None when it takes even that. Raises ServiceError when there is no answer.
    """
    caller = Caller(
        service="The on-device service" if profile.on_device else profile.name,
        host=urlsplit(endpoint.base_url).hostname or "",
        model=profile.model,
        secret=endpoint.key,
        call=call,
    )
    fields = {contract.FIELD_COUNT: "1"} | ({contract.FIELD_MODEL: profile.model} if profile.model else {})
    try:
        url = httpx.URL(call_url(endpoint.base_url, call))
        http = connections.way_to(url)
        request = http.build_request(
            "POST",
            url,
            # As files without a name: httpx writes a multipart form for nothing else.
            files={name: (None, value) for name, value in fields.items()},
            headers=headers_for(profile, endpoint),
            timeout=TIMEOUT,
        )
        response = await http.send(request, stream=True, follow_redirects=False)
        try:
            return await _said(response, caller)
        finally:
            await response.aclose()
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as exc:
        raise transport_error(exc, caller, uploaded=True) from exc


async def _said(response: httpx.Response, caller: Caller) -> ServiceError | None:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) >= HEAD_BYTES:
            break
    if response.status_code in REDIRECTS:
        return EndpointGone(f"{caller.service} has moved.", status=response.status_code)
    if response.is_success:
        return None
    return read_error(response.status_code, response.headers, bytes(body), caller)
