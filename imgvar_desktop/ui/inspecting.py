"""The inspector follows what is chosen, in the gallery and in the larger view."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.marking import Marking
from imgvar_desktop.core.request import Source
from imgvar_desktop.ui.inspector import Inspected
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.sourcing import Sourcing
from imgvar_desktop.ui.varying import Varying


class Inspecting(QObject):
    """GUI thread. Looks at what is chosen once for each turn of the loop, however many signals there are."""

    def __init__(
        self,
        window: MainWindow,
        *,
        catalogue: Catalogue,
        settings: SettingsKeeper,
        sourcing: Sourcing,
        varying: Varying,
        chosen: Callable[[], tuple[Entry, ...]],
        marked: Callable[[Marking], None],
    ) -> None:
        """``marked``: what a mark that is given in the inspector does."""
        super().__init__(window)
        self._window = window
        self._catalogue = catalogue
        self._settings = settings
        self._varying = varying
        self._chosen = chosen
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        selection = window.gallery.selectionModel()
        for told in (
            selection.selectionChanged,
            selection.currentChanged,
            window.pages_changed,
            catalogue.filled,
            catalogue.changed,
            window.inspector_shown,
        ):
            told.connect(self._soon.start)
        inspector = window.inspector
        window.closing.connect(inspector.write)
        inspector.entry_asked.connect(self._on_entry_asked)
        inspector.children_asked.connect(window.actions_.lineage.children_.trigger)
        inspector.siblings_asked.connect(window.actions_.lineage.siblings.trigger)
        window.inspector.marked.connect(marked)
        inspector.source_asked.connect(sourcing.open_kept)
        actions = window.actions_
        actions.inspector.triggered.connect(self._on_shown)
        actions.both_panes.triggered.connect(self._on_both)
        window.show_inspector(shown=settings.now.inspector_shown)

    @Slot(bool)
    def _on_shown(self, shown: bool) -> None:
        self._window.show_inspector(shown=shown)
        self._settings.set(replace(self._settings.now, inspector_shown=shown))

    @Slot()
    def _on_both(self) -> None:
        """Away with both, or back."""
        actions = self._window.actions_
        shown = not (actions.left_pane.isChecked() or actions.inspector.isChecked())
        for action in (actions.left_pane, actions.inspector):
            if action.isChecked() is not shown:
                action.trigger()

    @Slot()
    def refresh(self) -> None:
        inspector, entries = self._window.inspector, self._chosen()
        if not inspector.isVisible():
            return
        if not entries:
            inspector.show_nothing()
        elif len(entries) > 1:
            inspector.show_several(entries)
        else:
            inspector.show_one(self._inspected(entries[0]))

    def _inspected(self, entry: Entry) -> Inspected:
        shelf = self._catalogue.shelf
        lineage = shelf.lineage
        ancestors = lineage.ancestors(entry)
        return Inspected(
            entry=entry,
            run=shelf.runs[entry.run_id],
            source=self._source((*ancestors, entry)[0]),
            ancestors=ancestors,
            children=len(lineage.children(entry)),
            siblings=len(lineage.siblings(entry)),
        )

    def _source(self, first: Entry) -> Source:
        return self._catalogue.shelf.runs[first.run_id].request.source

    @Slot(object)
    def _on_entry_asked(self, entry: Entry) -> None:
        now = self._catalogue.shelf.entry(entry.id)
        if now is not None and now.kept:
            self._varying.show((now,))
        else:
            self._window.toast.say(self.tr("It is in the trash, or gone"))
