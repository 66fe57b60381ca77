"""``check``: says first what it will send, then what it found, and ends as it turned out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imgvar_desktop import __main__ as program
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.cli_services import KEY_VARIABLE
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.adapters.wire import Wire, images_json, picture, says, wire_in_a_thread

MODELS = {"/v1/models": says(200, {"data": [{"id": "m-1"}]})}
MADE = says(200, images_json(picture(side=256), picture(side=256)))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMGVAR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


@pytest.fixture
def server() -> Iterator[Wire]:
    with wire_in_a_thread(MADE, gets=MODELS) as served:
        yield served


def check(*arguments: Any) -> int:
    try:
        return program.main(["check", *map(str, arguments)])
    except SystemExit as over:
        return int(over.code or 0)


def test_the_plan_comes_first_and_no_picture_is_sent(server: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--base-url", server.base_url) == 0

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Asks 127.0.0.1 for its list of models")
    assert said[1] == "No picture is sent and no image is made."
    assert said[2].startswith("ok    127.0.0.1 answered within")
    assert not any(part.get_filename() for request in server.calls for part in request.parts)


def test_images_are_made_when_they_may_be(server: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--base-url", server.base_url, "--model", "m-1", "--paid") == 0

    said = capsys.readouterr().out
    assert "up to 3 images made" in said
    assert "ok    It makes several images in one call" in said
    assert [request.fields["model"] for request in server.calls if "size" in request.fields] == ["m-1", "m-1"]


def test_what_fits_better_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with wire_in_a_thread(says(404, ""), MADE) as server:  # no variations, but edits
        assert check("--base-url", server.base_url) == 0

    said = capsys.readouterr().out
    assert "note  It offers no image variations, but image edits." in said
    assert said.index("What would fit better:") < said.index("  Variations are made with image edits.")


def test_a_service_that_is_not_there_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--base-url", "http://127.0.0.1:9/v1") == 1

    assert "bad   127.0.0.1 cannot be reached." in capsys.readouterr().out


def test_a_service_without_its_key_fails_before_anything_is_asked(
    server: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = ServiceProfile(id="mine", name="Mine", base_url=server.base_url)
    SettingsFile(find_paths().settings_file).save(Settings(services=(mine,)))

    assert check("--service", "mine") == 1

    assert "key" in capsys.readouterr().err
    assert server.received == []


@pytest.mark.parametrize("arguments", [["--service", "nobody"], ["--base-url", "nowhere"], ["--unheard-of"]])
def test_wrong_use_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert check(*arguments) == 2
    assert "usage: imgvar-desktop check" in capsys.readouterr().err


def test_the_key_comes_from_the_environment_and_is_shown_nowhere(
    server: Wire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sk-secret-123456")

    assert check("--base-url", server.base_url) == 0

    assert {request.headers["authorization"] for request in server.received} == {"Bearer sk-secret-123456"}
    said = capsys.readouterr()
    assert "secret" not in said.out + said.err
