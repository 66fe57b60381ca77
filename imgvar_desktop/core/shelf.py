"""All that the library holds, as the window knows it: runs, variations, and who was made from whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the gallery; ``entry`` is None while its variation is on its way."""

    run_id: str
    index: int
    entry: Entry | None = None

    @property
    def key(self) -> str:
        """Its variation's id; while it is on its way, a name of its own."""
        return f"{self.run_id}/{self.index}" if self.entry is None else self.entry.id


@dataclass(frozen=True, slots=True)
class Progress:
    """How a run under way is doing."""

    fraction: float | None = None
    """0 to 1; None when it waits or does not say."""
    activity: str = ""


class Shelf:
    """May be filled in one thread and handed to another; one at a time."""

    def __init__(self, runs: Iterable[RunRecord] = (), entries: Iterable[Entry] = ()) -> None:
        """Runs and entries in any order; newest first is the quickest."""
        self._runs = {run.id: run for run in runs}
        self._tiles = {entry.id: Tile(entry.run_id, entry.index, entry) for entry in entries}
        self._lineage = Lineage(self._runs.values(), (tile.entry for tile in self._tiles.values() if tile.entry))
        self._progress: dict[str, Progress] = {}
        self._on_way: dict[str, dict[int, Tile]] = {}

    @property
    def runs(self) -> Mapping[str, RunRecord]:
        return self._runs

    @property
    def tiles(self) -> Iterable[Tile]:
        """Every variation there is, those in the trash and those purged among them, and then those on their way."""
        yield from self._tiles.values()
        for tiles in self._on_way.values():
            yield from tiles.values()

    @property
    def lineage(self) -> Lineage:
        return self._lineage

    def tile(self, entry_id: str) -> Tile | None:
        return self._tiles.get(entry_id)

    def entry(self, entry_id: str) -> Entry | None:
        tile = self._tiles.get(entry_id)
        return None if tile is None else tile.entry

    def progress(self, run_id: str) -> Progress:
        return self._progress.get(run_id, Progress())

    def has_children(self, entry: Entry) -> bool:
        return bool(self._lineage.children(entry))

    def add_run(self, run: RunRecord) -> tuple[Tile, ...]:
        """A run that begins: the places of its variations."""
        self._runs[run.id] = run
        self._lineage.add_run(run)
        tiles = tuple(Tile(run.id, index) for index in range(run.request.count))
        self._on_way[run.id] = {tile.index: tile for tile in tiles}
        return tiles

    def arrive(self, entry: Entry) -> Tile | None:
        """The place that waited for it, if there was one."""
        run = self._runs[entry.run_id]
        self._runs[run.id] = replace(run, arrived=run.arrived + 1)
        self.put(entry)
        return self._on_way.get(run.id, {}).pop(entry.index, None)

    def advance(self, run_id: str, progress: Progress) -> None:
        """What is known already stays when it is not said again."""
        known = self.progress(run_id).fraction
        self._progress[run_id] = replace(progress, fraction=known if progress.fraction is None else progress.fraction)

    def close(self, run: RunRecord) -> tuple[Tile, ...]:
        """A run that is over: the places that stayed empty."""
        self._runs[run.id] = run
        self._progress.pop(run.id, None)
        return tuple(self._on_way.pop(run.id, {}).values())

    def put(self, entry: Entry) -> None:
        """A new variation, or one that changed."""
        self._tiles[entry.id] = Tile(entry.run_id, entry.index, entry)
        self._lineage.add(entry)

    def take_over(self, other: "Shelf") -> bool:
        """What ``other`` was told of goes into this one, and is the newer truth. Whether there was anything."""
        runs, progress, on_way = other._state()  # noqa: SLF001  # of its own kind
        for run in runs:
            self._runs[run.id] = run
            self._lineage.add_run(run)
        for tile in other.tiles:
            if tile.entry is not None:
                self.put(tile.entry)
        self._progress |= progress
        self._on_way |= on_way
        return bool(runs)

    def _state(self) -> tuple[tuple[RunRecord, ...], dict[str, Progress], dict[str, dict[int, Tile]]]:
        return tuple(self._runs.values()), self._progress, self._on_way
