"""SettingsStore over one JSON file: what differs from the defaults, and a version. Never a key."""

import dataclasses
import json
import logging
import os
import threading
import uuid
from collections.abc import Mapping
from datetime import date
from enum import Enum
from itertools import count
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings

log = logging.getLogger(__name__)

VERSION: Final = 1
_VERSION_FIELD: Final = "version"
_SERVICES_FIELD: Final = "services"
_REQUIRED: Final = ("id", "name", "base_url")
"""The fields that a service cannot do without."""

Frozen = TypeVar("Frozen", Settings, ServiceProfile)


class SettingsFile:
    """SettingsStore. Any thread, one at a time.

    Each field is read alone: one that makes no sense costs a warning and takes its default. The file that held it is
    not lost: it is set aside, under a name of its own, when ``save`` would write over it. Fields that a newer Imgvar
    added are written back as they were.
    """

    def __init__(self, file: Path) -> None:
        # Through a link, as people keep settings elsewhere and link them; a rename would put a file in its place.
        self._file = file.resolve()
        self._lock = threading.Lock()
        self._damaged = False
        self._unknown: dict[str, Any] = {}
        self._unknown_of_services: dict[str, dict[str, Any]] = {}

    def load(self) -> Settings:
        """Whatever could be read; raises nothing, because the window has to open."""
        with self._lock:
            stored = self._read()
            version = stored.pop(_VERSION_FIELD, VERSION)
            self._unknown = {_VERSION_FIELD: version} if isinstance(version, int) and version > VERSION else {}
            services = self._services(stored.pop(_SERVICES_FIELD, []))
            settings, unknown = self._decoded(Settings(services=services), stored)
            self._unknown |= unknown
            return settings

    def save(self, settings: Settings) -> None:
        """Whole or not at all. Raises AppError when the disk refuses."""
        with self._lock:
            fields: dict[str, Any] = {_VERSION_FIELD: VERSION, **self._unknown, **_changed(settings)}
            if settings.services:
                fields[_SERVICES_FIELD] = [
                    {**self._unknown_of_services.get(service.id, {}), **_changed(service)}
                    for service in settings.services
                ]
            try:
                self._write(json.dumps(fields, indent=2).encode())
            except OSError as error:
                raise AppError(
                    f"The settings could not be saved: {error.strerror or error}.",
                    hint=f"See whether {self._file.parent} is there and may be written.",
                    retryable=True,
                ) from error

    def _read(self) -> dict[str, Any]:
        try:
            stored = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self._complain("the settings file %s could not be read: %s", self._file, error)
            return {}
        if not isinstance(stored, dict):
            self._complain("the settings file %s holds no settings", self._file)
            return {}
        return stored

    def _services(self, stored: object) -> tuple[ServiceProfile, ...]:
        """Each service alone: one that makes no sense does not take the others with it."""
        if not isinstance(stored, list):
            self._complain("the settings' services make no sense: %r", stored)
            return ()
        settings = Settings()
        for fields in stored:
            try:
                service = self._service(fields)
                settings = dataclasses.replace(settings, services=(*settings.services, service))
            except ValueError as error:
                self._complain("a service of the settings makes no sense: %s", error)
        return settings.services

    def _service(self, fields: object) -> ServiceProfile:
        if not isinstance(fields, dict):
            raise ValueError(f"{fields!r} is no service")  # noqa: TRY004  stored data is wrong, not our call
        required = {name: _decode(str, fields.get(name)) for name in _REQUIRED}
        optional = {name: value for name, value in fields.items() if name not in _REQUIRED}
        service, unknown = self._decoded(ServiceProfile(**required), optional)
        self._unknown_of_services[service.id] = unknown
        return service

    def _decoded(self, start: Frozen, stored: Mapping[str, Any]) -> tuple[Frozen, dict[str, Any]]:
        """``start`` with what ``stored`` says, field by field; and the fields that are not known here."""
        hints = get_type_hints(type(start))
        unknown: dict[str, Any] = {}
        for name, value in stored.items():
            if name not in hints:
                unknown[name] = value
                continue
            try:
                start = dataclasses.replace(start, **{name: _decode(hints[name], value)})
            except ValueError as error:
                self._complain("the setting %s keeps its default: %s", name, error)
        return start, unknown

    def _complain(self, message: str, *values: object) -> None:
        self._damaged = True
        log.warning(message, *values)

    def _write(self, data: bytes) -> None:
        folder = self._file.parent
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{self._file.name}.{uuid.uuid4().hex}.part"
        try:
            with part.open("xb") as writer:
                writer.write(data)
                writer.flush()
                os.fsync(writer.fileno())
            if self._damaged:
                self._set_aside()
            part.replace(self._file)
            self._damaged = False
        finally:
            part.unlink(missing_ok=True)

    def _set_aside(self) -> None:
        for number in count(1):
            aside = self._file.with_name(f"{self._file.stem}.unreadable-{number}{self._file.suffix}")
            if not aside.exists():
                break
        try:
            self._file.rename(aside)
        except FileNotFoundError:
            return
        log.warning("the settings that could not be read are now in %s", aside)


def _changed(value: Settings | ServiceProfile) -> dict[str, Any]:
    """The fields that are not at their defaults, as JSON knows them; without the services."""
    fields = {}
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if content != field.default and field.name != _SERVICES_FIELD:
            fields[field.name] = _encode(content)
    return fields


def _encode(content: Any) -> Any:
    if isinstance(content, Enum):
        return content.value
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, tuple):
        return [_encode(one) for one in content]
    if dataclasses.is_dataclass(content):
        return {field.name: _encode(getattr(content, field.name)) for field in dataclasses.fields(content)}
    return content


def _decode(hint: Any, value: Any) -> Any:
    """``value`` as the type ``hint`` of a field. Raises ValueError."""
    if isinstance(hint, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is tuple:
        return _decode_tuple(get_args(hint), value)
    if dataclasses.is_dataclass(hint):
        return _decode_small(hint, value)
    if issubclass(hint, Enum):
        return hint(value)
    return _decode_plain(hint, value)


def _decode_plain(hint: Any, value: Any) -> Any:
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    if hint is float and type(value) is int:
        return float(value)
    # Not isinstance: to Python, true is a whole number.
    if type(value) is not hint:
        raise ValueError(f"{value!r} is no {hint.__name__}")
    return value


def _decode_tuple(hints: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """``hints`` as in ``tuple[int, ...]`` or ``tuple[str, str]``. Raises ValueError."""
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")  # noqa: TRY004  stored data is wrong, not our call
    if hints[-1] is Ellipsis:
        return tuple(_decode(hints[0], one) for one in value)
    return tuple(_decode(hint, one) for hint, one in zip(hints, value, strict=True))


def _decode_small(kind: Any, value: Any) -> Any:
    """A value of a few fields that make sense together or not at all. Raises ValueError.

    A field that an older Imgvar did not know takes its default.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no {kind.__name__}")  # noqa: TRY004  as above
    hints = get_type_hints(kind)
    known = [field for field in dataclasses.fields(kind) if field.name in value or field.default is dataclasses.MISSING]
    return kind(**{field.name: _decode(hints[field.name], value.get(field.name)) for field in known})
