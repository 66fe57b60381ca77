"""What a service makes when it is asked: a few images of a made-up picture, and what they show about it."""

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image, ImageDraw

from imgvar_desktop.adapters.service_inquiry import Findings, Inquiry, bad, ok, warn
from imgvar_desktop.core import service_learning
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.errors import (
    AuthRefused,
    BadParameter,
    ModelUnavailable,
    ServiceError,
    UnusableUrl,
    UrlExpired,
)
from imgvar_desktop.core.estimate import image_usd
from imgvar_desktop.core.ports import ReplyImage, ReplyProblem, ReplyUsage
from imgvar_desktop.core.service_check import (
    COUNT_ASKED,
    PICTURE_PX,
    Checking,
    Finding,
    Topic,
    Verdict,
    cheapest,
    trial,
)


@dataclass(slots=True)
class _Made:
    """What came of having images made."""

    images: list[ReplyImage] = field(default_factory=list)
    problems: list[ServiceError] = field(default_factory=list)
    usd: float | None = None


async def images(known: Inquiry) -> Findings:
    """The fewest that show whether the count is honoured; what is refused is asked for anew as it was said."""
    known.learned = replace(known.learned, honours_count=True)  # to be found out
    while True:
        yield Checking(f"Having {COUNT_ASKED} images made")
        sent_before, started = known.client.requests_sent, known.clock()
        made = _Made()
        try:
            made = await _made(known, COUNT_ASKED)
            refusal = None if made.images else next(iter(made.problems), None)
        except ServiceError as error:
            refusal = error
        if refusal is None:
            break
        better = service_learning.after_refusal(known.learned, refusal)
        if better is None:
            yield _refused(known, refusal)
            return
        known.learned = better
    seconds = known.clock() - started
    if not made.images:
        yield Finding(Verdict.BAD, Topic.COUNT, "It answered without a single image.")
        return
    several = known.client.requests_sent - sent_before == 1 and len(made.images) >= COUNT_ASKED
    for finding in (_count_found(known, made, several, seconds), _format_found(known, made), _size_found(known, made)):
        yield finding
    if made.usd is not None:
        yield ok(Topic.PRICE, f"These images cost ${made.usd:.3f}, reckoned from what it counted.")


async def _made(known: Inquiry, count: int, response_format: ResponseFormat = ResponseFormat.B64_JSON) -> _Made:
    """Raises ServiceError when nothing at all came."""
    made = _Made()
    # The size of what is made is to be seen, so nothing is scaled down.
    asked = known.learned.asked_px(min(known.learned.sizes_px))
    request = replace(trial(known.learned, count=count), size_px=asked, response_format=response_format)
    async with aclosing(known.client.variations(request, _picture(), known.learned, known.endpoint)) as parts:
        async for part in parts:
            match part:
                case ReplyImage():
                    made.images.append(part)
                case ReplyProblem(_, ServiceError() as problem):
                    made.problems.append(problem)
                case ReplyUsage(tokens) if known.learned.token_prices is not None:
                    made.usd = (made.usd or 0.0) + tokens.usd(known.learned.token_prices)
    return made


def _refused(known: Inquiry, refusal: ServiceError) -> Finding:
    topic = Topic.CALL
    if isinstance(refusal, AuthRefused):
        topic = Topic.KEY
    elif isinstance(refusal, ModelUnavailable) or service_learning.wants_a_model(refusal):
        topic = Topic.MODELS
        if not known.learned.model:
            known.learned = replace(known.learned, needs_model=True)
            text = "It makes images only for a model that is named."
            return Finding(Verdict.BAD, topic, text, "Enter one of its models.", refusal.request_id)
    return bad(topic, refusal)


def _count_found(known: Inquiry, made: _Made, several: bool, seconds: float) -> Finding:
    if known.learned.max_count < COUNT_ASKED:
        return ok(Topic.COUNT, "It makes one image in a call, as its profile says.")
    known.learned = replace(known.learned, honours_count=several)
    if several:
        return ok(Topic.COUNT, f"It makes several images in one call; {COUNT_ASKED} took {seconds:.1f} s.")
    text = f"Asked for {COUNT_ASKED} images it sent fewer."
    if made.problems:
        text = f"{text} {made.problems[0]}"
    return warn(Topic.COUNT, text, "With the setting changed, images are asked for one at a time.")


def _format_found(known: Inquiry, made: _Made) -> Finding:
    kind = made.images[0].media_type.removeprefix("image/").upper()
    formats = known.learned.response_formats
    how = f", as {formats[0]}" if formats else ", without being told how to answer"
    return ok(Topic.FORMATS, f"Its images are {kind}{how}.")


def _size_found(known: Inquiry, made: _Made) -> Finding:
    asked = known.learned.asked_px(min(known.learned.sizes_px))
    width, height = made.images[0].width, made.images[0].height
    if width == height == asked:
        return ok(Topic.SIZES, f"Asked for {asked} × {asked} pixels it made just that.")
    known.learned = service_learning.with_made_size(known.learned, asked_px=asked, got_px=min(width, height))
    return warn(
        Topic.SIZES,
        f"Asked for {asked} × {asked} pixels it made {width} × {height}.",
        "With the setting changed, what is too large is scaled down here." if min(width, height) > asked else "",
    )


async def links(known: Inquiry) -> Findings:
    formats = known.learned.response_formats
    if ResponseFormat.URL not in formats or formats[0] is ResponseFormat.URL:
        return
    yield Checking("Having one image made as a link")
    try:
        made = await _made(known, 1, ResponseFormat.URL)
        problem = None if made.images else next(iter(made.problems), None)
    except ServiceError as error:
        problem = error
    if problem is None:
        yield ok(Topic.LINKS, "Results as links can be fetched.")
    elif isinstance(problem, BadParameter | UnusableUrl | UrlExpired):
        known.learned = service_learning.without_links(known.learned)
        yield warn(Topic.LINKS, str(problem), "With the setting changed, images are asked for in the reply itself.")
    else:
        yield warn(Topic.LINKS, str(problem), problem.hint)


async def price(known: Inquiry) -> Findings:
    learned = known.learned
    size_px = min(learned.sizes_px)
    each = image_usd(learned, model=learned.model, quality=cheapest(learned), size_px=size_px)
    if each == 0:
        yield ok(Topic.PRICE, "Its images cost nothing.")
    elif each is not None:
        yield ok(Topic.PRICE, f"An image costs from ${each:.3f}.")
    elif learned.token_prices is not None:
        yield ok(Topic.PRICE, "What a run cost is reckoned from the tokens that its replies count.")
    else:
        yield warn(
            Topic.PRICE, "What its images cost is not known here.", "Enter a price in Settings to see it before."
        )


def _picture() -> bytes:
    """A made-up picture with something to vary in it: a sky, hills, a sun."""
    drawn = Image.linear_gradient("L").resize((PICTURE_PX, PICTURE_PX)).convert("RGB")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((150, 30, 210, 90), fill=(240, 200, 80))
    pen.polygon([(0, 256), (0, 170), (90, 120), (160, 190), (256, 140), (256, 256)], fill=(40, 90, 50))
    file = BytesIO()
    drawn.save(file, "PNG")
    return file.getvalue()
