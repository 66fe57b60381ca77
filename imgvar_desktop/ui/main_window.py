"""The window: panes, toolbar, menus and status line. What its commands do is in studio.py.

It is shown with its frame alone, and filled after the first paint: what is in the panes takes most of the start.
"""

import base64
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.ui.surround import Surround

if TYPE_CHECKING:  # Loaded by ``fill``, after the first paint.
    from imgvar_desktop.bridge.crop_model import CropModel
    from imgvar_desktop.bridge.film_model import FilmModel
    from imgvar_desktop.bridge.gallery_model import GalleryModel
    from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
    from imgvar_desktop.ui.compare_view import CompareView
    from imgvar_desktop.ui.tile_delegate import EntryPaths

SOURCE_WIDTH = 316
TOOL_SIZE = QSize(20, 20)
NAMELESS = "\N{NO-BREAK SPACE}"


class MainWindow(QMainWindow):
    pictures_dropped = Signal(object)
    """A tuple of Dropped, never empty."""
    painted = Signal()
    """For the first time: the person sees a window, and heavy things may begin."""
    pages_changed = Signal()
    """Another page is in the centre: the gallery, the larger view or the crop."""
    inspector_shown = Signal()
    """The inspector came or went."""
    closing = Signal()
    """The window goes; it is still whole."""

    def __init__(self) -> None:
        """The frame; the panes come with ``fill``."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Imgvar")
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)
        self._painted = False
        self._bar = QToolBar(self.tr("Toolbar"))
        self._bar.setObjectName("toolbar")
        self._bar.setIconSize(TOOL_SIZE)
        self._bar.setMovable(False)
        # One without a name on each, so that they have their height from the first paint on.
        self._bar.addAction(NAMELESS)
        self.menuBar().addMenu(NAMELESS)
        self.addToolBar(self._bar)
        self.left = QWidget()
        self.centre = Surround()
        self.splitter = self._make_splitter()
        self.setCentralWidget(self.splitter)
        self.selected = QLabel()
        self.service, self.spent = QLabel(), QLabel()
        self.statusBar().addWidget(self.selected)
        self.statusBar().addPermanentWidget(self.spent)
        self.statusBar().addPermanentWidget(self.service)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().setContentsMargins(8, 0, 8, 0)

    def fill(
        self,
        *,
        model: "GalleryModel",
        crop: "CropModel",
        film: "FilmModel",
        thumbnails: "ThumbnailLoader",
        paths: "EntryPaths",
    ) -> None:
        """Makes what is in the panes. Until then nothing can be dropped, and no command does anything."""
        from imgvar_desktop.ui.actions import Actions
        from imgvar_desktop.ui.crop_editor import CropEditor
        from imgvar_desktop.ui.filter_bar import FilterBar
        from imgvar_desktop.ui.gallery_view import GalleryView
        from imgvar_desktop.ui.generate_panel import GeneratePanel
        from imgvar_desktop.ui.inspector import Inspector
        from imgvar_desktop.ui.message_bar import MessageBar
        from imgvar_desktop.ui.note_editor import NoteEditor
        from imgvar_desktop.ui.parameter_panel import ParameterPanel
        from imgvar_desktop.ui.source_panel import SourcePanel
        from imgvar_desktop.ui.tile_delegate import TileDelegate
        from imgvar_desktop.ui.toast import Toast
        from imgvar_desktop.ui.trash_bar import TrashBar
        from imgvar_desktop.ui.viewer import Viewer

        self.actions_ = Actions(self)
        self.menuBar().clear()
        self.actions_.fill_menus()
        self._bar.clear()
        self.actions_.fill_toolbar(self._bar)
        self.source = SourcePanel(thumbnails, crop, film)
        self.editor = CropEditor(crop)
        self.parameters = ParameterPanel()
        self.run = GeneratePanel()
        self.message = MessageBar(wide=True)
        self.standing = MessageBar(wide=True)
        """For what stays until it has changed, such as a library that is not there."""
        self.gallery = GalleryView(model, TileDelegate(thumbnails, paths, self))
        self.filters = FilterBar(model.catalogue)
        self.trash = TrashBar()
        self.viewer = Viewer()
        self.inspector = Inspector(thumbnails, paths)
        self._fill_left()
        self._fill_centre()
        self.toast = Toast(self._centre)
        self.note = NoteEditor(self._centre)
        self.splitter.addWidget(self.inspector)
        self.splitter.setCollapsible(2, False)
        self.setAcceptDrops(True)
        self.source.well.browse.setFocus()  # the window has become active without anything that could take it

    @property
    def viewer_shown(self) -> bool:
        return self._centre.currentWidget() is self.viewer

    @property
    def editor_shown(self) -> bool:
        return self._centre.currentWidget() is self.editor

    def show_inspector(self, *, shown: bool) -> None:
        self.inspector.setVisible(shown)
        self.actions_.inspector.setChecked(shown)
        self.inspector_shown.emit()

    def show_gallery(self) -> None:
        self._show_page(self.gallery)

    @cached_property
    def compare(self) -> "CompareView":
        from imgvar_desktop.ui.compare_view import CompareView

        view = CompareView()
        self._centre.addWidget(view)
        return view

    @property
    def compare_shown(self) -> bool:
        return "compare" in self.__dict__ and self._centre.currentWidget() is self.compare

    @property
    def one_looked_at(self) -> bool:
        """Whether commands are about the current image alone, whatever is selected."""
        return self.viewer_shown or self.compare_shown

    def show_compare(self) -> None:
        self._show_page(self.compare)

    def show_viewer(self) -> None:
        self._show_page(self.viewer)

    def show_editor(self, preview: QImage) -> None:
        self._show_page(self.editor)
        self.editor.start(preview)

    def _show_page(self, page: QWidget) -> None:
        self._centre.setCurrentWidget(page)
        page.setFocus()
        self.actions_.grid.setChecked(page is self.gallery)
        self.actions_.larger.setChecked(page is self.viewer)
        self.actions_.crop.setChecked(page is self.editor)
        self.pages_changed.emit()

    def geometry_text(self) -> str:
        return _text(self.saveGeometry())

    def state_text(self) -> str:
        return _text(self.splitter.saveState())

    def restore(self, geometry: str, state: str) -> None:
        """Where the window was, if that is on a screen of today."""
        if geometry:
            self.restoreGeometry(_bytes(geometry))
            frame = self.frameGeometry()
            if not any(screen.availableGeometry().intersects(frame) for screen in QGuiApplication.screens()):
                self.move(QGuiApplication.primaryScreen().availableGeometry().topLeft())
        if state:
            self.splitter.restoreState(_bytes(state))

    def restore_panes(self, state: str) -> None:
        """Again, now that all of them are there."""
        if state:
            self.splitter.restoreState(_bytes(state))
        self.actions_.left_pane.setChecked(self.splitter.sizes()[0] > 0)

    def _make_splitter(self) -> QSplitter:
        self.left.setMinimumWidth(SOURCE_WIDTH)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName("panes")
        splitter.setHandleWidth(1)
        splitter.addWidget(self.left)
        splitter.addWidget(self.centre)
        splitter.setStretchFactor(1, 1)
        splitter.setCollapsible(1, False)
        splitter.setSizes([SOURCE_WIDTH, 1280 - SOURCE_WIDTH])
        return splitter

    def _fill_left(self) -> None:
        controls = QWidget()
        column = QVBoxLayout(controls)
        column.setContentsMargins(16, 16, 16, 4)
        column.setSpacing(16)
        column.addWidget(self.source, stretch=1)
        column.addWidget(self.parameters)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nothing to do there; a field that gets the focus scrolls there
        scroll.setWidget(controls)
        # Below what scrolls: Generate and Stop are in reach whatever is unfolded above them.
        below = QVBoxLayout(self.left)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(scroll, stretch=1)
        foot = QWidget()
        foot_layout = QVBoxLayout(foot)
        foot_layout.setContentsMargins(16, 8, 16, 12)
        foot_layout.addWidget(self.run)
        below.addWidget(foot)

    def _fill_centre(self) -> None:
        self._centre = QStackedWidget()
        self._centre.addWidget(self.gallery)
        self._centre.addWidget(self.viewer)
        self._centre.addWidget(self.editor)
        stack = QVBoxLayout(self.centre)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.standing)
        stack.addWidget(self.message)
        stack.addWidget(self.filters)
        stack.addWidget(self.trash)
        stack.addWidget(self._centre, stretch=1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    # Dropped anywhere on the window: there is just one thing that a picture can mean here.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from imgvar_desktop.ui.picture_drop import offers_picture

        if offers_picture(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.source.well.set_hovered(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # Qt 6 refuses the drop when only the entering was accepted.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(self._takes(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.source.well.set_hovered(False)
        super().dragLeaveEvent(event)

    def _takes(self, event: QDropEvent) -> bool:
        """A variation becomes the source over the source pane only: let go over the gallery, it was no gesture."""
        return event.source() is not self.gallery or self.left.geometry().contains(
            self.splitter.mapFrom(self, event.position().toPoint())
        )

    def dropEvent(self, event: QDropEvent) -> None:
        self.source.well.set_hovered(False)
        if not self._takes(event):
            return
        from imgvar_desktop.ui.picture_drop import pictures_from

        dropped = pictures_from(event.mimeData())
        if dropped:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.pictures_dropped.emit(dropped)


def _text(data: QByteArray) -> str:
    return base64.b64encode(bytes(data.data())).decode("ascii")


def _bytes(text: str) -> QByteArray:
    """Empty for what is no base64: Qt then restores nothing."""
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except ValueError:
        return QByteArray()
