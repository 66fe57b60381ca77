"""Who was made from whom. Nobody writes it down: a source whose bytes are a variation's was made from that variation.

So the chain holds however the picture came back: by a key, by a drag through the file manager, in another year; and a
variation that was deleted stays in it, because its row does.
"""

from collections.abc import Iterable

from imgvar_desktop.core.library import Entry, RunRecord


class Lineage:
    """The family of every variation: a snapshot of ``runs`` and ``entries``, deleted ones included."""

    def __init__(self, runs: Iterable[RunRecord], entries: Iterable[Entry]) -> None:
        self._sources: dict[str, str] = {}
        """Run id → its source's key."""
        self._by_hash: dict[str, Entry] = {}
        """The oldest with those bytes: others are copies of it."""
        self._of_run: dict[str, list[Entry]] = {}
        self._runs_from: dict[str, list[str]] = {}
        for run in runs:
            self.add_run(run)
        for entry in sorted(entries, key=lambda e: (e.run_number, e.index)):
            self.add(entry)

    def add_run(self, run: RunRecord) -> None:
        if run.id not in self._sources:
            self._sources[run.id] = run.request.source.key
            self._runs_from.setdefault(run.request.source.key, []).append(run.id)

    def add(self, entry: Entry) -> None:
        """A new variation, or one that changed."""
        known = self._by_hash.get(entry.sha256)
        if known is None or known.id == entry.id:
            self._by_hash[entry.sha256] = entry
        family = self._of_run.setdefault(entry.run_id, [])
        for place, other in enumerate(family):
            if other.id == entry.id:
                family[place] = entry
                return
        family.append(entry)

    def parent(self, entry: Entry) -> Entry | None:
        """The variation that ``entry`` was made from; None: a picture from outside."""
        parent = self._by_hash.get(self._sources.get(entry.run_id, ""))
        return parent if parent is not None and _could_come_of(entry, parent) else None

    def ancestors(self, entry: Entry) -> tuple[Entry, ...]:
        """From the first to the parent."""
        found: list[Entry] = []
        parent = self.parent(entry)
        while parent is not None:  # each is older than the one before: there are no rings
            found.append(parent)
            parent = self.parent(parent)
        return tuple(reversed(found))

    def children(self, entry: Entry) -> tuple[Entry, ...]:
        """Oldest run first; without those in the trash."""
        runs = self._runs_from.get(entry.sha256, ())
        oldest = self._by_hash.get(entry.sha256, entry)
        family = (child for run in runs for child in self._of_run.get(run, ()))
        return tuple(child for child in family if child.kept and _could_come_of(child, oldest))

    def siblings(self, entry: Entry) -> tuple[Entry, ...]:
        """All that were made from the same picture, ``entry`` among them; without those in the trash."""
        runs = self._runs_from.get(self._sources.get(entry.run_id, ""), ())
        return tuple(other for run in runs for other in self._of_run.get(run, ()) if other.kept)


def _could_come_of(child: Entry, parent: Entry) -> bool:
    """A service may give the picture back as it was: nobody comes of themselves, or of what was made at their side."""
    return child.run_number > parent.run_number and child.sha256 != parent.sha256
