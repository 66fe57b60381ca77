"""The second viewer: the current variation in a window of its own, on another screen if there is one."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.showing import Showing
from imgvar_desktop.ui.tile_delegate import EntryPaths
from imgvar_desktop.ui.viewer import Viewer


class _Window(QWidget):
    gone = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setObjectName("secondViewer")
        self.setWindowTitle(self.tr("Second viewer — Imgvar"))
        self.resize(QSize(800, 832))
        self.viewer = Viewer()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.gone.emit()


class SecondViewer(QObject):
    """GUI thread. Follows the gallery's current tile, whatever the first window shows."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        thumbnails: ThumbnailLoader,
        paths: EntryPaths,
        settings: SettingsKeeper,
        hear_keys: Callable[[QWidget], None],
    ) -> None:
        """``hear_keys``: makes a widget hear the keys of culling."""
        super().__init__(window)
        self._window = window
        self._office = office
        self._thumbnails = thumbnails
        self._paths = paths
        self._settings = settings
        self._hear_keys = hear_keys
        self._shown = ""
        self._second: _Window | None = None
        self._showing: Showing | None = None
        window.actions_.second_viewer.triggered.connect(self._on_triggered)
        window.gallery.selectionModel().currentChanged.connect(self.refresh)
        window.gallery.model().rearranged.connect(self.refresh)
        settings.changed.connect(self._show_settings)

    @property
    def viewer(self) -> Viewer | None:
        """None while there is none."""
        return self._second.viewer if self._second is not None and self._second.isVisible() else None

    @Slot(bool)
    def _on_triggered(self, shown: bool) -> None:
        if not shown:
            if self._second is not None:
                self._second.close()
            return
        if self._second is None:
            self._make()
        assert self._second is not None
        self._place(self._second)
        self._shown = ""
        self._show_settings()
        self._second.show()
        self.refresh()

    def _make(self) -> None:
        self._second = second = _Window(self._window)
        second.gone.connect(self._on_gone)
        second.viewer.stepped.connect(self._window.gallery.step)
        second.viewer.closed.connect(second.close)
        self._showing = Showing(second.viewer, self._office, self._thumbnails, self._paths)
        self._hear_keys(second.viewer)

    def _place(self, second: QWidget) -> None:
        here = self._window.screen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not here), None)
        if other is not None:
            second.setGeometry(other.availableGeometry())

    @Slot()
    def refresh(self) -> None:
        if self._second is None or self._showing is None or not self._second.isVisible():
            return  # nothing is read for a window that nobody sees
        gallery = self._window.gallery
        index = gallery.currentIndex()
        entry = gallery.model().tile(index.row()).entry if index.isValid() else None
        if entry is not None and entry.id != self._shown:
            self._shown = entry.id
            place = self.tr("{0} of {1}").format(index.row() + 1, gallery.model().rowCount())
            self._showing.show(entry, place)

    @Slot()
    def _show_settings(self) -> None:
        if self._second is not None:
            self._second.viewer.set_surround(self._settings.now.surround)

    @Slot()
    def _on_gone(self) -> None:
        self._window.actions_.second_viewer.setChecked(False)
