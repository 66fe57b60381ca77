"""The scripts of packaging/, which are no package: loaded from where they stand."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def loaded(file: str) -> ModuleType:
    """``packaging/<file>``, with its neighbours within its reach."""
    path = PACKAGING / file
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def pruning() -> ModuleType:
    return loaded("pyinstaller/pruning.py")


@pytest.fixture(scope="session")
def licences(pruning: ModuleType) -> ModuleType:
    """With a list of who owns which file, which it makes once."""
    return loaded("pyinstaller/licences.py")
