"""The release's workflow, read and in part carried out: it runs where nobody watches."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from imgvar_desktop import __version__
from tests.packaging.conftest import PACKAGING

ROOT = PACKAGING.parent
FILE = ROOT / ".github" / "workflows" / "release.yml"
SYSTEMS = ("linux", "windows", "macos")


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def steps(workflow: dict[Any, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow["jobs"].items():
        for step in job["steps"]:
            yield name, step


def runs(workflow: dict[Any, Any], job: str) -> str:
    return "\n".join(step["run"] for step in workflow["jobs"][job]["steps"] if "run" in step)


def test_it_starts_with_a_tag_or_by_hand(workflow):
    # YAML 1.1 reads the word on as true.
    assert workflow[True] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}


def test_every_action_is_pinned_to_a_commit_and_says_its_version():
    used = re.findall(r"(?m)^\s*- uses: (.*)$", FILE.read_text(encoding="utf-8"))

    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in used)
    assert len({line.partition("@")[2] for line in used}) == len({line.partition("@")[0] for line in used})


def test_only_the_last_job_may_write_and_only_for_a_tag(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    writers = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert writers == {"release": {"contents": "write"}}
    assert workflow["jobs"]["release"]["if"] == "github.ref_type == 'tag'"
    assert not any("checkout" in step.get("uses", "") for name, step in steps(workflow) if name == "release")


def test_checkouts_leave_no_token_behind(workflow):
    checkouts = [step for _, step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]

    assert len(checkouts) == 1 + len(SYSTEMS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_job_waits_for_ever(workflow):
    assert all(0 < job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_tries_what_was_frozen_and_what_a_person_gets_before_it_is_uploaded(workflow, system):
    described = [step.get("run", "") + step.get("uses", "") for step in workflow["jobs"][system]["steps"]]
    tried = [place for place, text in enumerate(described) if "packaging/smoke.py" in text]
    (upload,) = [place for place, text in enumerate(described) if "upload-artifact" in text]

    assert len(tried) == 2
    assert upload > max(tried)
    assert workflow["jobs"][system]["steps"][upload]["with"]["if-no-files-found"] == "error"
    assert system in workflow["jobs"]["release"]["needs"]


def test_every_script_that_it_runs_is_there(workflow):
    named = {
        name.replace("\\", "/")
        for job in workflow["jobs"]
        for name in re.findall(r"packaging[/\\][\w./\\-]+\.(?:py|sh|nsi)", runs(workflow, job))
    }

    assert len(named) >= 5
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_secrets_reach_the_one_step_that_needs_them(workflow):
    holders = [step["name"] for _, step in steps(workflow) if "secrets." in str(step)]

    assert holders == ["Open the keychain with the identity"]
    assert "secrets." not in "".join(runs(workflow, job) for job in workflow["jobs"])


def test_nothing_from_outside_is_put_into_a_script(workflow):
    """What ``${{ }}`` gives in a script is code there; in ``env`` it is a text."""
    assert [step["name"] for _, step in steps(workflow) if "${{" in step.get("run", "")] == []


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="not installed: shellcheck")
def test_its_scripts_are_sound(workflow, tmp_path):
    scripts = [step["run"] for _, step in steps(workflow) if "run" in step and step.get("shell", "bash") == "bash"]
    files = []
    for number, script in enumerate(scripts):
        files.append(tmp_path / f"{number}.sh")
        files[-1].write_text(f"#!/bin/bash\n{script}")

    done = subprocess.run(["shellcheck", *map(str, files)], check=False, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout


def said_of(workflow: dict[Any, Any], folder: Path, tag: str) -> tuple[int, str]:
    """The exit status of the step that compares the tag, and what it hands on."""
    (step,) = [step for _, step in steps(workflow) if step.get("id") == "version"]
    output = folder / "output"
    output.touch()
    kind = {"GITHUB_REF_TYPE": "tag" if tag.startswith("v") else "branch", "GITHUB_REF_NAME": tag}
    environment = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(output), **kind}
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=ROOT, env=environment, check=False, capture_output=True, timeout=60
    )
    return done.returncode, output.read_text()


@pytest.mark.parametrize("name", [f"v{__version__}", "main"])
def test_the_version_is_handed_on(workflow, tmp_path, name):
    assert said_of(workflow, tmp_path, name) == (0, f"version={__version__}\n")


@pytest.mark.parametrize("tag", ["v9.9.9", f"v{__version__}-rc1", "v"])
def test_a_tag_that_says_something_else_stops_the_release(workflow, tmp_path, tag):
    assert said_of(workflow, tmp_path, tag) == (1, "")


def test_the_version_stands_in_one_place():
    """What a packager would otherwise forget to change."""
    texts = [*ROOT.glob("*.toml"), *PACKAGING.rglob("*.*"), *(ROOT / "imgvar_desktop").rglob("*.py"), FILE]
    said = re.compile(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])")
    meant_otherwise = {"installer.nsi", "version_resource.py", "release.yml"}  # an example in a comment

    found = [
        str(text.relative_to(ROOT))
        for text in texts
        if text.suffix in {".py", ".toml", ".sh", ".plist", ".nsi", ".yml", ".xml", ".desktop", ".spec", ".json"}
        and "build" not in text.parts
        and text.name not in meant_otherwise
        and said.search(text.read_text(encoding="utf-8"))
    ]

    assert found == ["imgvar_desktop/__init__.py"]
