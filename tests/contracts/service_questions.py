"""What every ModelLister and every ServiceChecker does, those over HTTP and the fakes."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from imgvar_desktop.core.errors import ServiceError
from imgvar_desktop.core.ports import ModelLister, ServiceChecker
from imgvar_desktop.core.service_check import CheckPart, Finding, Learned, Verdict
from imgvar_desktop.core.services import Endpoint, ServiceProfile

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A lister and the service it is to ask."""

    lister: ModelLister
    profile: ServiceProfile
    endpoint: Endpoint


class ModelListerContract:
    @pytest.fixture
    def telling(self) -> Listed:
        """Its service has the models “a” and “b”."""
        raise NotImplementedError

    @pytest.fixture
    def refusing(self) -> Listed:
        raise NotImplementedError

    def test_the_names_come(self, telling: Listed) -> None:
        assert asyncio.run(_names(telling)) == ("a", "b")

    def test_a_refusal_is_an_error_of_the_service(self, refusing: Listed) -> None:
        with pytest.raises(ServiceError) as caught:
            asyncio.run(_names(refusing))
        assert str(caught.value).endswith(".")


async def _names(listed: Listed) -> tuple[str, ...]:
    try:
        return await listed.lister.models(listed.profile, listed.endpoint)
    finally:
        await listed.lister.aclose()


@dataclass(frozen=True, slots=True)
class Checked:
    """A checker and the service it is to find out about."""

    checker: ServiceChecker
    profile: ServiceProfile
    endpoint: Endpoint


class ServiceCheckerContract:
    @pytest.fixture
    def usable(self) -> Checked:
        raise NotImplementedError

    @pytest.fixture
    def unusable(self) -> Checked:
        raise NotImplementedError

    @pytest.fixture
    def silent(self) -> Checked:
        """Tells something, and then its service says nothing."""
        raise NotImplementedError

    def test_what_was_learned_closes_a_check(self, usable: Checked) -> None:
        parts = asyncio.run(_all(usable))

        assert [type(part) for part in parts].count(Learned) == 1
        assert isinstance(parts[-1], Learned)
        assert parts[-1].usable
        assert any(isinstance(part, Finding) for part in parts)

    def test_a_bad_finding_makes_the_service_unusable(self, unusable: Checked) -> None:
        parts = asyncio.run(_all(unusable))

        bad = [part for part in parts if isinstance(part, Finding) and part.verdict is Verdict.BAD]
        assert len(bad) == 1
        assert isinstance(parts[-1], Learned)
        assert not parts[-1].usable

    def test_a_check_that_waits_can_be_cancelled(self, silent: Checked) -> None:
        async def scenario() -> None:
            begun = asyncio.Event()

            async def listen() -> None:
                async with aclosing(_parts(silent)) as parts:
                    async for _ in parts:
                        begun.set()

            async with asyncio.timeout(PATIENCE_S):
                listening = asyncio.create_task(listen())
                await begun.wait()
                listening.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await listening
            await silent.checker.aclose()

        asyncio.run(scenario())


def _parts(checked: Checked):
    return checked.checker.check(checked.profile, checked.endpoint, make_images=False)


async def _all(checked: Checked) -> list[CheckPart]:
    try:
        return [part async for part in _parts(checked)]
    finally:
        await checked.checker.aclose()
