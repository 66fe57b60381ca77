import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgvar_desktop.adapters import logs

log = logging.getLogger("imgvar_desktop.test")


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_secrets", frozenset())


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    stop = logs.start_logging(tmp_path / "logs")
    yield tmp_path / "logs" / "imgvar.log"
    stop()


def test_what_happened_stands_in_the_file_with_its_thread(logged: Path) -> None:
    worker = threading.Thread(target=log.info, args=("made %d images in %s", 4, "Zürich"), name="worker")
    worker.start()
    worker.join()
    log.debug("too much")

    (line,) = logged.read_text(encoding="utf-8").splitlines()
    assert line.endswith("INFO    worker imgvar_desktop.test: made 4 images in Zürich")


@pytest.mark.usefixtures("expected_log")
def test_only_warnings_are_shown_on_the_terminal(capsys: pytest.CaptureFixture[str], logged: Path) -> None:
    log.info("quiet")
    log.warning("less than hoped")

    shown = capsys.readouterr().err
    assert "less than hoped" in shown
    assert "quiet" not in shown
    assert "quiet" in logged.read_text(encoding="utf-8")


LEAKS = {
    "a header": "Authorization: Bearer {}",
    "a header in JSON": '{{"authorization": "Bearer {}", "n": 1}}',
    "a header as bytes": "[(b'Authorization', b'Bearer {}'), (b'n', b'1')]",
    "a header without a scheme": "Authorization={}",
    "basic": "authorization: basic {}",
    "a bearer alone": "sent bearer {} to it",
    "an api key": "x-api-key: {}",
    "an api key in JSON": '{{"api_key":"{}"}}',
    "an access token": "access_token={}&n=1",
    "a link that grants": "GET https://host/a.png?sv=1&sig={}&se=2",
    "a link of S3": "https://host/a.png?X-Amz-Signature={}",
    "an address": "https://me:{}@host/v1",
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS.keys())
def test_a_key_is_hidden_wherever_programs_write_one(text: str) -> None:
    shown = logs.without_secrets(text.format("q7Zp0-not_a.word"))

    assert "q7Zp0" not in shown
    assert "not_a.word" not in shown
    assert logs.HIDDEN in shown


@pytest.mark.parametrize(
    "key", ["sk-proj-abcDEF123_456-789", "sk_live_0123456789", "hf_abcdefghijk", "gsk_abcdefghijkl"]
)
def test_a_key_of_a_known_kind_is_hidden_anywhere(key: str) -> None:
    assert logs.without_secrets(f"so I tried ({key}), twice") == f"so I tried ({logs.HIDDEN}), twice"


@pytest.mark.parametrize(
    "text",
    [
        "the keyring is locked",
        "GET https://host/v1/images?page=2",
        "task-12345678 took 3 s",
        "risk-assessment of the desk-something",
        "images/2026-11/lake_v03-02.png",
        "Authorization is needed",
    ],
)
def test_what_is_no_key_stays_readable(text: str) -> None:
    assert logs.without_secrets(text) == text


def test_a_registered_secret_is_hidden_in_arguments_and_tracebacks(logged: Path) -> None:
    logs.redact("correct horse")
    logs.redact("correct horse battery")

    try:
        int("correct horse battery")
    except ValueError:
        log.info("tried %s", {"password": "correct horse"}, exc_info=True)

    text = logged.read_text(encoding="utf-8")
    assert "correct" not in text
    assert f"ValueError: invalid literal for int() with base 10: '{logs.HIDDEN}'" in text
    assert f"tried {{'password': '{logs.HIDDEN}'}}" in text


def test_a_secret_too_short_to_be_one_does_not_blank_the_log() -> None:
    logs.redact("a")
    logs.redact("")

    assert logs.without_secrets("a cat sat") == "a cat sat"


def test_the_file_is_rotated_and_a_few_are_kept(logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "x" * 50_000
    for _ in range(int((logs.KEPT_FILES + 3) * logs.MAX_BYTES / len(line))):
        log.info(line)

    files = sorted(logged.parent.iterdir())
    assert [file.name for file in files] == ["imgvar.log", *(f"imgvar.log.{n}" for n in range(1, logs.KEPT_FILES + 1))]
    assert all(file.stat().st_size <= logs.MAX_BYTES for file in files)


@pytest.mark.expected_log("no log file")
def test_a_folder_that_cannot_be_written_costs_only_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").touch()

    stop = logs.start_logging(tmp_path / "logs")
    stop()

    assert "no log file" in capsys.readouterr().err


def test_a_program_without_a_terminal_logs_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", None)
        stop = logs.start_logging(tmp_path, name="other")
        log.info("here")
        stop()

    assert "here" in (tmp_path / "other.log").read_text(encoding="utf-8")


@pytest.mark.expected_log("py.warnings.*old thing")
def test_pythons_warnings_stand_in_the_file(logged: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old thing", DeprecationWarning, stacklevel=1)

    assert "an old thing" in logged.read_text(encoding="utf-8")


def test_stopping_leaves_logging_as_it_was(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))

    logs.start_logging(tmp_path)()

    assert (root.level, list(root.handlers)) == before


def test_an_error_that_ends_the_program_is_hidden_too(tmp_path: Path) -> None:
    code = (
        "import logging, pathlib, sys\n"
        "from imgvar_desktop.adapters import logs\n"
        "logs.start_logging(pathlib.Path(sys.argv[1])); logs.redact('open sesame')\n"
        "logging.getLogger('x').critical('open sesame failed')\n"
    )

    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)

    assert "sesame" not in done.stderr + (tmp_path / "imgvar.log").read_text(encoding="utf-8")
    assert logs.HIDDEN in done.stderr
