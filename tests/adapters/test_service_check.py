"""What a check finds out about services of every kind, what it learns, and how much it sends for that."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from imgvar_desktop.adapters.service_check import HttpServiceChecker
from imgvar_desktop.core import service_check
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.service_check import MOST_IMAGES, CheckPart, Finding, Learned, Topic, Verdict
from imgvar_desktop.core.service_presets import CUSTOM, LEMONADE, OPENAI
from imgvar_desktop.core.services import ON_DEVICE, Endpoint, ServiceProfile
from tests.adapters.wire import KEY, Answer, Received, Wire, hangs, images_json, listening, picture, says, wire

CUSTOM_PROFILE = replace(CUSTOM.profile, name="Studio")
VARIATIONS, EDITS = "/v1/images/variations", "/v1/images/edits"
MODELS = {"data": [{"id": "gpt-image-2"}, {"id": "sdxl"}]}

Reply = Callable[[Received], Answer]


@dataclass
class Found:
    parts: list[CheckPart]

    @property
    def findings(self) -> list[Finding]:
        return [part for part in self.parts if isinstance(part, Finding)]

    @property
    def verdicts(self) -> dict[Topic, Verdict]:
        return {finding.topic: finding.verdict for finding in self.findings}

    @property
    def learned(self) -> Learned:
        assert isinstance(self.parts[-1], Learned)
        return self.parts[-1]

    def __getitem__(self, topic: Topic) -> Finding:
        (found,) = [finding for finding in self.findings if finding.topic is topic]
        return found


def serving(**calls: Reply) -> Answer:
    """Answers each call by its path; 404 as a web framework says it for any other."""

    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        reply = calls.get(request.target.rpartition("/")[2])
        chosen = says(404, {"detail": "Not Found"}) if reply is None else reply(request)
        await chosen(request, writer)

    return answer


def has_picture(request: Received) -> bool:
    return any(part.get_filename() for part in request.parts)


def careful(make: Reply) -> Reply:
    """Refuses a form without a picture, as every server does."""
    missing = says(422, {"detail": [{"loc": ["body", "image"], "msg": "Field required"}]})
    return lambda request: make(request) if has_picture(request) else missing


def whole(request: Received) -> Answer:
    side = int(request.fields["size"].partition("x")[0])
    return says(200, images_json(*[picture(side=side)] * int(request.fields["n"])))


def gpt_image(request: Received) -> Answer:
    """Always large, and counted."""
    details = {"text_tokens": 20, "image_tokens": 80}
    usage = {"input_tokens": 100, "output_tokens": 272, "input_tokens_details": details}
    return says(200, {**images_json(*[picture(side=1024)] * int(request.fields["n"])), "usage": usage})


async def check(profile: ServiceProfile, base_url: str, *, key: str = KEY, make_images: bool = True) -> Found:
    checker = HttpServiceChecker()
    parts: list[CheckPart] = []
    try:
        async with aclosing(checker.check(profile, Endpoint(base_url, key), make_images=make_images)) as found:
            async for part in found:
                parts.append(part)  # noqa: PERF401  # an async comprehension would hide the closing
    finally:
        await checker.aclose()
    return Found(parts)


def checked(
    answer: Answer, profile: ServiceProfile = CUSTOM_PROFILE, *, models: Answer | None = None, **options: Any
) -> tuple[Found, Wire]:
    async def scenario() -> tuple[Found, Wire]:
        async with wire(answer, gets={"/v1/models": models} if models else {}) as server:
            return await check(profile, server.base_url, **options), server

    return asyncio.run(scenario())


def made(server: Wire) -> list[Received]:
    return [request for request in server.calls if has_picture(request)]


def test_a_good_service_is_found_good_and_nothing_has_to_change() -> None:
    found, server = checked(serving(variations=careful(whole)), models=says(200, {"data": [{"id": "one"}]}))

    assert set(found.verdicts.values()) == {Verdict.OK, Verdict.WARN}
    assert [topic for topic, verdict in found.verdicts.items() if verdict is Verdict.WARN] == [Topic.PRICE]
    assert [finding.topic for finding in found.findings] == list(Topic)
    assert found.learned.usable
    assert found.learned.models == ("one",)
    assert service_check.changes(CUSTOM_PROFILE, found.learned.profile) == ("The model is “one”.",)
    assert [request.fields["n"] for request in made(server)] == ["2", "1"]
    assert all(
        finding.text.endswith(".") and (not finding.hint or finding.hint.endswith(".")) for finding in found.findings
    )


def test_without_leave_no_picture_is_sent_and_no_image_made() -> None:
    found, server = checked(serving(variations=careful(whole)), models=says(200, MODELS), make_images=False)

    assert made(server) == []
    assert found.learned.usable
    assert not {Topic.COUNT, Topic.FORMATS, Topic.SIZES, Topic.LINKS} & set(found.verdicts)
    assert [request.target for request in server.received] == ["/v1/models", VARIATIONS, EDITS]


def test_the_picture_is_a_made_up_one_without_anything_besides() -> None:
    _, server = checked(serving(variations=careful(whole)))

    pictures = {
        part.get_payload(decode=True) for request in made(server) for part in request.parts if part.get_filename()
    }
    (sent,) = pictures
    assert sent.startswith(b"\x89PNG")
    assert len(sent) < 50_000
    assert all("user" not in request.fields for request in server.calls)


def test_a_service_like_xinference_is_learned() -> None:
    def xinference(request: Received) -> Answer:
        fields = request.fields
        if "model" not in fields:
            return says(422, {"detail": [{"loc": ["body", "model"], "msg": "Field required"}]})
        if not has_picture(request):
            return says(422, {"detail": [{"loc": ["body", "image"], "msg": "Field required"}]})
        if "prompt" not in fields:
            return says(500, {"detail": "[address=127.0.0.1:1, pid=2] Provide either `prompt` or `prompt_embeds`."})
        if fields["response_format"] == "url":
            return says(200, {"data": [{"url": "/root/.xinference/image/1.jpg"}]})
        data = picture(side=256, kind="JPEG")
        return says(200, images_json(*[data] * int(fields["n"])))

    models = says(200, {"data": [{"id": "qwen", "model_type": "LLM"}, {"id": "sdxl", "model_type": "image"}]})
    found, server = checked(serving(variations=xinference, edits=xinference), models=models)

    profile = found.learned.profile
    assert found.learned.usable
    assert (profile.model, profile.extra_fields) == ("sdxl", (("prompt", ""),))
    assert profile.response_formats == (ResponseFormat.B64_JSON,)
    assert "JPEG" in found[Topic.FORMATS].text
    assert found.verdicts[Topic.LINKS] is Verdict.WARN
    assert len([request for request in made(server) if "prompt" in request.fields]) == 2


def test_where_only_edits_are_offered_variations_are_made_with_them() -> None:
    def edits(request: Received) -> Answer:
        if "prompt" not in request.fields:
            return says(400, {"error": {"message": "prompt is required", "param": "prompt"}})
        if "response_format" in request.fields:
            error = {"message": "Unknown parameter: 'response_format'.", "param": "response_format"}
            return says(400, {"error": {**error, "code": "unknown_parameter"}})
        return whole(request)

    found, server = checked(serving(edits=careful(edits)))

    profile = found.learned.profile
    assert (profile.call, profile.takes_prompt, profile.response_formats) == (Call.EDITS, True, ())
    assert found.verdicts[Topic.CALL] is Verdict.WARN
    assert found.learned.usable
    assert all(request.target == EDITS for request in made(server))
    said = service_check.changes(CUSTOM_PROFILE, profile)
    assert {"Variations are made with image edits.", "It takes a prompt."} <= set(said)


def test_the_retired_service_is_learned_from_its_models() -> None:
    # As api.openai.com is: the old call ends in an empty 404, before anyone looks at the key.
    def edits(request: Received) -> Answer:
        unknown = {"response_format", "user"} & set(request.fields)
        if unknown:
            error = {
                "message": f"Unknown parameter: '{min(unknown)}'.",
                "param": min(unknown),
                "code": "unknown_parameter",
            }
            return says(400, {"error": error})
        return gpt_image(request)

    retired = serving(variations=lambda _: says(404, ""), edits=careful(edits))
    old = replace(CUSTOM_PROFILE, model="gpt-image-2")

    found, server = checked(retired, old, models=says(200, MODELS))

    profile = found.learned.profile
    assert (profile.call, profile.made_px, profile.response_formats) == (Call.EDITS, (1024,), ())
    assert found.learned.usable
    assert found.verdicts[Topic.SIZES] is Verdict.OK
    assert {request.fields["size"] for request in made(server)} == {"1024x1024"}
    assert {request.fields["quality"] for request in made(server)} == {"low"}


def test_a_service_kept_from_the_old_days_of_openai_is_brought_up_to_date() -> None:
    old = replace(CUSTOM_PROFILE, model="dall-e-2")
    models = says(200, {"data": [{"id": "gpt-5"}, {"id": "gpt-image-2"}, {"id": OPENAI.profile.model}]})

    found, server = checked(serving(variations=lambda _: says(404, ""), edits=careful(gpt_image)), old, models=models)

    assert found.learned.usable
    profile, known = found.learned.profile, OPENAI.profile
    assert (profile.model, profile.call, profile.made_px) == (known.model, known.call, known.made_px)
    assert (profile.extra_fields, profile.qualities) == (known.extra_fields, known.qualities)
    assert "dall-e-2" in found[Topic.MODELS].text
    assert {request.fields["model"] for request in made(server)} == {known.model}


def test_what_a_check_of_openai_costs_is_told_before_and_after() -> None:
    plan = service_check.plan(OPENAI.profile, make_images=True)
    found, server = checked(serving(edits=careful(gpt_image)), OPENAI.profile, models=says(200, MODELS))

    assert (plan.images, plan.usd) == (MOST_IMAGES, pytest.approx(0.018))
    assert "api.openai.com" in plan.lines[0]
    assert plan.lines[-1] == "They cost about $0.02."
    costs = [finding.text for finding in found.findings if finding.topic is Topic.PRICE]
    assert costs == ["These images cost $0.009, reckoned from what it counted.", "An image costs from $0.006."]
    assert sum(int(request.fields["n"]) for request in made(server)) <= plan.images


@pytest.mark.parametrize("make_images", [False, True])
def test_neither_call_is_told(make_images: bool) -> None:
    found, server = checked(serving(), models=says(200, MODELS), make_images=make_images)

    assert found.verdicts[Topic.CALL] is Verdict.BAD
    assert found.findings[-1].topic is Topic.CALL
    assert not found.learned.usable
    assert made(server) == []


@pytest.mark.parametrize("listed", [True, False], ids=["at the list of models", "at the call"])
def test_a_wrong_key_ends_the_check(listed: bool) -> None:
    no = says(401, {"error": {"message": f"Incorrect API key provided: {KEY}."}})

    found, server = checked(serving(variations=lambda _: no), models=no if listed else says(200, MODELS))

    assert found.findings[-1].topic is Topic.KEY
    assert found.findings[-1].verdict is Verdict.BAD
    assert not found.learned.usable
    assert made(server) == []
    assert KEY not in repr(found.parts)


def test_an_ignored_count_is_found_out_and_asked_around() -> None:
    one = careful(lambda _: says(200, images_json(picture(side=256))))

    found, server = checked(serving(variations=one))

    assert found.verdicts[Topic.COUNT] is Verdict.WARN
    assert not found.learned.profile.honours_count
    assert [request.fields["n"] for request in made(server)] == ["2", "1", "1"]
    assert "one at a time" in " ".join(service_check.changes(CUSTOM_PROFILE, found.learned.profile))


def test_a_count_that_is_honoured_again_is_found_out_too() -> None:
    found, _ = checked(serving(variations=careful(whole)), replace(CUSTOM_PROFILE, honours_count=False))

    assert found.learned.profile.honours_count


def test_sizes_that_are_refused_are_made_from_larger_ones() -> None:
    def only_large(request: Received) -> Answer:
        if request.fields["size"] != "1024x1024":
            return says(400, {"error": {"message": "Unsupported size", "param": "size"}})
        return whole(request)

    found, server = checked(serving(variations=careful(only_large)))

    assert found.learned.profile.made_px == (1024,)
    assert found.learned.usable
    assert [request.fields["size"][:4] for request in made(server)] == ["256x", "512x", "1024", "1024"]


def test_a_size_of_its_own_is_told() -> None:
    always_512 = careful(lambda request: says(200, images_json(*[picture(side=512)] * int(request.fields["n"]))))

    found, _ = checked(serving(variations=always_512))

    assert found.verdicts[Topic.SIZES] is Verdict.WARN
    assert "512 × 512" in found[Topic.SIZES].text
    assert found.learned.profile.made_px == (512, 1024)


def test_links_that_cannot_be_fetched_are_told() -> None:
    def linking(request: Received) -> Answer:
        if request.fields["response_format"] == "url":
            return says(200, {"data": [{"url": "file:///etc/passwd"}]})
        return whole(request)

    found, _ = checked(serving(variations=careful(linking)))

    assert found.verdicts[Topic.LINKS] is Verdict.WARN
    assert found.learned.profile.response_formats == (ResponseFormat.B64_JSON,)
    assert found.learned.usable


def test_a_model_that_has_to_be_named_is_asked_for() -> None:
    def picky(request: Received) -> Answer:
        if "model" not in request.fields:
            return says(422, {"detail": [{"loc": ["body", "model"], "msg": "Field required"}]})
        return whole(request)

    found, _ = checked(serving(variations=picky))

    assert found.learned.profile.needs_model
    assert found.findings[-1].topic is Topic.MODELS
    assert found.findings[-1].verdict is Verdict.BAD
    assert not found.learned.usable


def test_a_model_that_is_not_there_is_told_twice_over() -> None:
    gone = says(404, {"error": {"message": "The model `old` does not exist", "code": "model_not_found"}})

    found, _ = checked(
        serving(variations=careful(lambda _: gone)), replace(CUSTOM_PROFILE, model="old"), models=says(200, MODELS)
    )

    models = [finding for finding in found.findings if finding.topic is Topic.MODELS]
    assert [finding.verdict for finding in models] == [Verdict.WARN, Verdict.BAD]
    assert "gpt-image-2" in models[-1].hint


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (says(429, {"error": {"message": "quota", "code": "insufficient_quota"}}), "no money"),
        (says(503, "busy"), "failed"),
        (says(200, {"created": 1, "data": []}), "without a single image"),
        (says(400, {"error": {"message": "image: too abstract"}}), "too abstract"),
    ],
)
def test_what_keeps_images_from_being_made_ends_the_check(answer: Answer, word: str) -> None:
    found, server = checked(serving(variations=careful(lambda _: answer)))

    assert found.findings[-1].verdict is Verdict.BAD
    assert word in found.findings[-1].text
    assert not found.learned.usable
    assert len(made(server)) == 1


def test_a_picture_taken_without_an_answer_is_not_sent_again() -> None:
    async def lost(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    found, server = checked(serving(variations=careful(lambda _: lost)))

    assert len(made(server)) == 1
    assert "charged" in found.findings[-1].text


def test_nobody_there_is_told_and_ends_the_check() -> None:
    async def scenario() -> Found:
        async with wire(hangs) as server:
            gone = server.base_url
        return await check(CUSTOM_PROFILE, gone)

    found = asyncio.run(scenario())

    assert found.verdicts == {Topic.REACHABLE: Verdict.BAD}
    assert not found.learned.usable
    assert found.learned.profile == CUSTOM_PROFILE


def test_tls_spoken_to_a_server_without_is_told_as_that() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        await says(400, "")(Received("", "", {}), writer)
        await reader.read()

    async def scenario() -> Found:
        async with listening(plain) as port:
            return await check(CUSTOM_PROFILE, f"https://127.0.0.1:{port}/v1")

    assert asyncio.run(scenario()).verdicts == {Topic.SECURE: Verdict.BAD}


def test_a_check_can_be_stopped_while_images_are_made() -> None:
    async def scenario() -> bool:
        asked = asyncio.Event()

        async def never(request: Received, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await hangs(request, writer)

        async with wire(serving(variations=careful(lambda _: never))) as server:
            checking = asyncio.create_task(check(CUSTOM_PROFILE, server.base_url))
            async with asyncio.timeout(20):
                await asked.wait()
                checking.cancel()
                await server.left.wait()
                await asyncio.wait({checking})
            return checking.cancelled()

    assert asyncio.run(scenario())


@pytest.fixture(scope="module")
def own_service() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "imgvar_desktop", "serve"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        yield child.stdout.readline().removeprefix("listening on ").strip()
        child.terminate()


def test_our_own_service_keeps_all_that_it_promises(own_service: str) -> None:
    found = asyncio.run(check(CUSTOM_PROFILE, own_service, key=""))

    assert [finding for finding in found.findings if finding.verdict is Verdict.BAD] == []
    kept = {Topic.CALL, Topic.MODELS, Topic.COUNT, Topic.FORMATS, Topic.SIZES, Topic.LINKS}
    assert {found.verdicts[topic] for topic in kept} == {Verdict.OK}
    assert found.learned.profile.call is Call.VARIATIONS


# The plan


@pytest.mark.parametrize("profile", [ON_DEVICE, LEMONADE.profile, CUSTOM.profile, OPENAI.profile])
@pytest.mark.parametrize("make_images", [False, True])
def test_the_plan_says_what_will_be_sent_and_cost(profile: ServiceProfile, make_images: bool) -> None:
    plan = service_check.plan(profile, make_images=make_images)

    assert all(line.endswith(".") for line in plan.lines)
    assert (plan.images > 0) is make_images
    if not make_images:
        assert plan.usd == 0
        assert "No picture" in plan.lines[-1]
    elif profile is CUSTOM.profile:
        assert plan.usd is None
        assert "not known" in plan.lines[-1]
    else:
        assert re.search(r"nothing|\$0\.\d\d", plan.lines[-1])
