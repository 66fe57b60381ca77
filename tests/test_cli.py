"""``imgvar-desktop vary`` as a person or a program runs it: arguments in; files, lines and exit codes out."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import keyring
import pytest
from PIL import Image

from imgvar_desktop import cli
from imgvar_desktop.adapters import keyring_secrets
from imgvar_desktop.adapters.keyring_secrets import SERVICE_NAME
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.run_folder import RunFolder
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.cli_report import Report
from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.ports import ReplyProgress
from imgvar_desktop.core.prices import TokenPrices
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.adapters.wire import (
    KEY,
    Received,
    b64,
    events,
    hangs,
    images_json,
    picture,
    says,
    wire_in_a_thread,
)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    path = tmp_path / "pictures" / "lake.png"
    path.parent.mkdir()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


def vary(*arguments: object) -> int:
    """The exit code, also when argparse ends the program."""
    try:
        return cli.main([str(argument) for argument in arguments])
    except SystemExit as over:
        return int(over.code or 0)


def uploaded(sent: Received) -> Image.Image:
    (part,) = [part for part in sent.parts if part.get_filename()]
    return Image.open(BytesIO(part.get_payload(decode=True)))


def keep_service(**changes: Any) -> ServiceProfile:
    fields = {"id": "studio", "name": "Studio", "model": "m-1", "needs_key": False, **changes}
    profile = ServiceProfile(**fields)
    SettingsFile(find_paths().settings_file).save(Settings(services=(profile,)))
    return profile


def test_each_saved_file_is_one_line(lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    red, blue = picture("red"), picture("blue", kind="JPEG")
    with wire_in_a_thread(says(200, images_json(red, blue))) as server:
        code = vary(lake, "-n", 2, "--size", "256x256", "-o", folder, "--base-url", server.base_url, "--model", "m-9")

    said = capsys.readouterr()
    assert code == 0
    assert said.out.splitlines() == [str(folder / "lake_v01-01.png"), str(folder / "lake_v01-02.jpg")]
    assert said.err == ""
    assert (folder / "lake_v01-01.png").read_bytes() == red
    assert (folder / "lake_v01-02.jpg").read_bytes() == blue
    assert [path.name for path in sorted(folder.iterdir())] == ["lake_v01-01.png", "lake_v01-02.jpg"]
    assert server.calls[0].fields == {"n": "2", "size": "256x256", "model": "m-9", "response_format": "b64_json"}
    assert uploaded(server.calls[0]).size == (48, 48)


def test_words_and_quality_go_to_a_service_that_takes_them(lake: Path, folder: Path) -> None:
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        keep_service(
            base_url=server.base_url, call=Call.EDITS, takes_prompt=True, qualities=("low", "high"), response_formats=()
        )
        asked = (lake, "-n", 1, "-o", folder, "--service", "studio", "--prompt", "in blue", "--quality", "high")
        assert vary(*asked) == 0

    (sent,) = server.calls
    assert sent.target == "/v1/images/edits"
    assert sent.fields == {"n": "1", "size": "1024x1024", "model": "m-1", "prompt": "in blue", "quality": "high"}


@pytest.mark.parametrize(
    ("option", "value", "said"), [("--prompt", "blue", "knows no prompt"), ("--quality", "high", "no quality high")]
)
def test_what_a_service_does_not_take_is_refused_before_anything_is_sent(
    lake: Path, folder: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    keep_service(base_url="http://127.0.0.1:9/v1")

    assert vary(lake, "-o", folder, "--service", "studio", option, value) == 2
    assert said in capsys.readouterr().err


COUNTED = {
    "input_tokens": 500,
    "output_tokens": 1056,
    "input_tokens_details": {"text_tokens": 100, "image_tokens": 400},
}


@pytest.mark.parametrize("as_json", [False, True])
def test_what_it_cost_is_told_where_the_service_counts_it(
    lake: Path, folder: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    one = says(200, {**images_json(picture()), "usage": COUNTED})
    prices = TokenPrices(text_in_usd=5.0, image_in_usd=8.0, image_out_usd=30.0)
    with wire_in_a_thread(one) as server:
        keep_service(base_url=server.base_url, token_prices=prices)
        assert vary(lake, "-n", 2, "-o", folder, "--service", "studio", *(["--json"] if as_json else [])) == 0

    said = capsys.readouterr()
    if as_json:
        assert json.loads(said.out)["cost_usd"] == 0.07076
    else:
        assert said.err == "imgvar-desktop: This cost $0.071.\n"


def test_a_second_run_never_touches_the_first(lake: Path, folder: Path) -> None:
    with wire_in_a_thread(*(says(200, images_json(picture(colour))) for colour in ("red", "blue"))) as server:
        arguments = (lake, "-n", 1, "-o", folder, "--base-url", server.base_url)
        assert (vary(*arguments), vary(*arguments)) == (0, 0)

    assert (folder / "lake_v01-01.png").read_bytes() == picture("red")
    assert (folder / "lake_v02-01.png").read_bytes() == picture("blue")


def test_several_pictures_are_done_in_turn(
    lake: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "lake.png"
    other.write_bytes(picture(side=20))
    with wire_in_a_thread(says(200, images_json(picture(), picture()))) as server:
        code = vary(lake, other, "-n", 2, "-o", folder, "--base-url", server.base_url)

    assert code == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["lake_v01-01.png", "lake_v01-02.png", "lake_v02-01.png", "lake_v02-02.png"]
    assert [uploaded(sent).size for sent in server.calls] == [(48, 48), (20, 20)]


def test_the_object_says_everything(lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"b64_json": b64(picture(side=24)), "seed": 7, "revised_prompt": "a lake"}
    answers = says(200, {"data": [entry]}), says(400, {"error": {"message": "no"}}, {"x-request-id": "req-3"})
    with wire_in_a_thread(*answers) as server:
        code = vary(lake, "-n", 2, "-o", folder, "--base-url", server.base_url, "--model", "m-9", "--json")

    said = json.loads(capsys.readouterr().out)
    assert code == 1
    assert said.pop("seconds") > 0
    host = f"127.0.0.1:{server.port}"
    path = str(folder / "lake_v01-01.png")
    message = f"{host} did not accept the request: no."
    assert said == {
        "service": host,
        "model": "m-9",
        "requests": 2,
        "saved": [{"path": path, "width": 24, "height": 24, "seed": 7, "revised_prompt": "a lake"}],
        "failed": [{"index": 1, "kind": "bad_parameter", "message": message, "request_id": "req-3"}],
    }


def test_images_that_are_missing_without_a_word_are_failures(
    lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with wire_in_a_thread(says(200, {"created": 1})) as server:
        code = vary(lake, "-n", 2, "-o", folder, "--base-url", server.base_url, "--json")

    failed = json.loads(capsys.readouterr().out)["failed"]
    assert code == 1
    assert [(one["index"], one["kind"]) for one in failed] == [(0, "bad_reply"), (1, "bad_reply")]


def test_an_image_too_many_does_not_count_for_the_next_picture(
    lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = says(200, images_json(picture(), picture())), says(404, "")
    with wire_in_a_thread(*answers) as server:
        code = vary(lake, lake, "-n", 1, "-o", folder, "--base-url", server.base_url, "--json")

    said = json.loads(capsys.readouterr().out)
    assert code == 1
    assert len(said["saved"]) == 2
    assert [(one["index"], one["kind"]) for one in said["failed"]] == [(1, "endpoint_gone")]


def test_one_reason_for_four_failures_is_said_once(
    lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with wire_in_a_thread(says(404, "")) as server:
        code = vary(lake, "-o", folder, "--base-url", server.base_url)

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    host = f"127.0.0.1:{server.port}"
    assert said.err == (
        f"imgvar-desktop: {host} does not offer image variations. Choose another service in Settings.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "IMAGE"),
        (("-n", "0"), "1 to 10"),
        (("-n", "11"), "1 to 10"),
        (("-n", "two"), "-n"),
        (("--size", "100x200"), "square size"),
        (("--size", "100x100"), "256x256"),
        (("--crop", "0,0"), "X,Y,SIDE"),
        (("--crop", "0,0,0"), "X,Y,SIDE"),
        (("--crop", "0,0,64"), "not inside"),
        (("--seed", "-1"), "seed"),
        (("--strength", "1.5"), "0 to 1"),
        (("--strength", "nan"), "0 to 1"),
        (("--service", "Nobody"), "Nobody"),
        (("--service", "Studio", "--seed", "3"), "seed"),
        (("--service", "Studio", "--base-url", "http://127.0.0.1/v1"), "not allowed"),
        (("--base-url", "ftp://127.0.0.1/v1"), "https://"),
        (("--base-url", "http://user:secret@127.0.0.1/v1"), "without a key"),
    ],
)
def test_wrong_arguments_end_with_2(
    arguments: tuple[str, ...], word: str, lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_service(base_url="http://127.0.0.1:9/v1")

    code = vary(*((lake,) if arguments else ()), "-o", folder, *arguments)

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert word in said.err
    assert not folder.exists()


@pytest.mark.parametrize("content", [None, b"", b"no picture", picture()[:40]])
def test_nothing_is_sent_when_one_picture_cannot_be_read(
    content: bytes | None, lake: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    if content is not None:
        bad.write_bytes(content)
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        code = vary(lake, bad, "-n", 1, "-o", folder, "--base-url", server.base_url, "--json")

    said = capsys.readouterr()
    assert code == 2
    assert "bad.png" in said.err
    assert [one["kind"] for one in json.loads(said.out)["failed"]] == ["bad_image"]
    assert not server.received


def test_nothing_is_sent_when_the_folder_cannot_be_written(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        code = vary(lake, "-o", tmp_path / "file", "--base-url", server.base_url)

    assert code == 2
    assert "Nothing can be saved" in capsys.readouterr().err
    assert not server.received


def test_the_crop_is_what_is_uploaded(lake: Path, folder: Path) -> None:
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        assert vary(lake, "-n", 1, "-o", folder, "--base-url", server.base_url, "--crop", "10,8,20") == 0

    with Image.open(lake) as whole:
        assert uploaded(server.calls[0]).tobytes() == whole.crop((10, 8, 30, 28)).tobytes()


def test_seed_and_strength_go_to_whoever_is_told_them(lake: Path, folder: Path) -> None:
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        extras = ("--seed", 0, "--strength", 0)
        assert vary(lake, "-n", 1, "-o", folder, "--base-url", server.base_url, *extras) == 0

    assert (server.calls[0].fields["seed"], server.calls[0].fields["strength"]) == ("0", "0.0")


@pytest.mark.parametrize("name", ["Studio", "studio", "STUDIO"])
def test_a_service_of_the_settings_is_called_by_name_with_its_key(
    name: str, lake: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keyring_secrets, "_is_safe", lambda backend: True)  # noqa: ARG005  the test's own keyring
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        profile = keep_service(base_url=server.base_url, needs_key=True)
        keyring.set_password(SERVICE_NAME, profile.id, KEY)
        code = vary(lake, "-n", 1, "-o", folder, "--service", name, "--json")

    said = capsys.readouterr()
    assert code == 0
    assert (json.loads(said.out)["service"], json.loads(said.out)["model"]) == ("Studio", "m-1")
    assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in said.out + said.err


def test_the_environments_key_goes_before_the_keyrings(
    lake: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMGVAR_API_KEY", KEY)
    with wire_in_a_thread(says(401, {"error": {"message": f"wrong key {KEY}"}})) as server:
        keep_service(base_url=server.base_url, needs_key=True)
        assert vary(lake, "-n", 1, "-o", folder, "--service", "Studio", "--json") == 1
        assert vary(lake, "-n", 1, "-o", folder, "--base-url", server.base_url) == 1

    said = capsys.readouterr()
    assert [sent.headers["authorization"] for sent in server.calls] == [f"Bearer {KEY}"] * 2
    assert KEY not in said.out + said.err
    assert json.loads(said.out)["failed"][0]["kind"] == "auth"


def test_a_missing_key_is_told_without_a_call(lake: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        keep_service(base_url=server.base_url, needs_key=True)
        code = vary(lake, "-n", 1, "-o", folder, "--service", "Studio", "--json")

    assert code == 1
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)["failed"]] == ["auth"]
    assert not server.received


def test_a_key_over_plain_http_is_warned_of(
    lake: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMGVAR_API_KEY", KEY)
    with wire_in_a_thread(says(200, images_json(picture()))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.origin)
        assert vary(lake, "-n", 1, "-o", folder, "--base-url", "http://images.example/v1") == 0

    assert "images.example over plain http" in capsys.readouterr().err


def test_nothing_of_qt_and_no_library_is_loaded() -> None:
    code = "import sys, imgvar_desktop.cli; print(*(name for name in sys.modules), sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not [name for name in loaded if name.startswith(("PySide6", "shiboken6", "sqlite3", "httpx"))]
    assert "imgvar_desktop.adapters.sqlite_library" not in loaded


@pytest.mark.skipif(os.name == "nt", reason="a console's Ctrl-C reaches every process of it, the test too")
class TestCtrlC:
    def start(self, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "imgvar_desktop", "vary", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_what_had_arrived_stays(self, lake: Path, folder: Path) -> None:
        first = {"type": contract.EVENT_COMPLETED, "index": 0, "b64_json": b64(picture())}
        with wire_in_a_thread(events(first, then=hangs)) as server:
            process = self.start(lake, "-n", 2, "-o", folder, "--base-url", server.base_url)
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)

        assert process.returncode == 130
        assert line == str(folder / "lake_v01-01.png")
        assert Path(line).read_bytes() == picture()
        assert "Stopped" in err
        assert "Traceback" not in err

    def test_the_object_lists_all_that_did_not_arrive(self, lake: Path, folder: Path) -> None:
        called = threading.Event()

        async def says_nothing(received: Received, writer: asyncio.StreamWriter) -> None:
            called.set()
            await hangs(received, writer)

        with wire_in_a_thread(says_nothing) as server:
            process = self.start(lake, lake, "-n", 2, "-o", folder, "--base-url", server.base_url, "--json")
            assert called.wait(20)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)

        said = json.loads(out)
        assert process.returncode == 130
        assert (said["saved"], said["requests"]) == ([], 1)
        assert [(one["index"], one["kind"]) for one in said["failed"]] == [(index, "cancelled") for index in range(4)]
        assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a writer of a closed pipe in another way")
def test_a_reader_that_goes_away_costs_no_image(lake: Path, folder: Path) -> None:
    go_on = threading.Event()

    async def late(received: Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.get_running_loop().run_in_executor(None, go_on.wait, 20)
        await says(200, images_json(picture(), picture()))(received, writer)

    with wire_in_a_thread(late) as server:
        command = [sys.executable, "-m", "imgvar_desktop", "vary", str(lake), "-n", "2", "-o", str(folder)]
        command += ["--base-url", server.base_url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.close()
        go_on.set()
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (0, b"")
    assert sorted(path.name for path in folder.iterdir()) == ["lake_v01-01.png", "lake_v01-02.png"]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_that_leaves_no_trace() -> None:
    screen, out = Terminal(), StringIO()
    report = Report("Studio", "m-1", as_json=False, out=out, err=screen)

    report.progress("lake.png", ReplyProgress(0.5, "Composing"))
    report.progress("lake.png", ReplyProgress(None, "Receiving 1.0 MB"))
    report.close(requests=1, seconds=1.0)

    assert "lake.png: [############------------]  50% Composing" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")
    assert out.getvalue() == ""


def test_a_pipe_gets_no_bar() -> None:
    err = StringIO()

    Report("Studio", "m-1", as_json=False, out=StringIO(), err=err).progress("lake.png", ReplyProgress(0.5, "x"))

    assert err.getvalue() == ""


def test_a_name_taken_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, "lake")
    (tmp_path / "lake_v01-01.png").write_text("another program's")

    saved = run.save(0, picture(), "image/png")

    assert saved.name == "lake_v01-01 (2).png"
    assert (tmp_path / "lake_v01-01.png").read_text() == "another program's"


def test_the_run_number_follows_the_last_one_of_that_source(tmp_path: Path) -> None:
    for name in ("lake_v01-01.png", "lake_v07-02.jpg", "Lake_v09-01 (2).png", "lake two_v30-01.png", "lake_vx-1"):
        (tmp_path / name).touch()

    assert RunFolder(tmp_path, "lake").number == 10
    assert RunFolder(tmp_path / "new", "a/b:c").number == 1


def test_a_folder_that_went_away_is_told(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "out", "lake")
    (tmp_path / "out").rmdir()

    with pytest.raises(ExportRefused, match="Nothing can be saved"):
        run.save(0, picture(), "image/png")
