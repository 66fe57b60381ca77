"""Every command, once: in its menu, on its key, and some of them on the toolbar."""

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QSlider, QToolBar, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.presets import PRESET_FOLDERS
from imgvar_desktop.ui.comparing_actions import ComparingActions
from imgvar_desktop.ui.lineage_actions import LineageActions
from imgvar_desktop.ui.marking_actions import MarkingActions

_Key = QKeySequence.StandardKey
TILE_SIZES_PX = (96, 128, 160, 192, 256, 320, 384, 512)
SURROUNDS = {None: "As the theme", 0: "Black", 0x30: "Dark grey", 0x77: "Middle grey", 0xC0: "Light grey", 255: "White"}


class Actions(QObject):
    """The window's commands. Single letters work in the gallery and the larger view only, so they are no shortcuts."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        t = self.tr
        self.open = self._make(t("&Open…"), "open", _Key.Open, tip=t("Open a picture"))
        self.paste = self._make(t("&Paste as source"), "paste", _Key.Paste)
        self.save = self._make(t("&Save"), "save", _Key.Save, tip=t("Save the selected variations to the last folder"))
        self.save_to = self._make(t("Save &to folder…"), "browse")
        self.save_as = self._make(t("Save &as…"), "save-as", "Ctrl+Shift+S")
        self.export = self._make(t("&Export…"), "export", "Ctrl+E", tip=t("Choose names, format and folder"))
        self.presets = [self._make(str(number + 1), None, f"Ctrl+Alt+{number + 1}") for number in range(PRESET_FOLDERS)]
        for number, preset in enumerate(self.presets):
            preset.setData(number)
        self.show_in_folder = self._make(t("Show in &folder"), "show-in-folder", "Ctrl+Shift+R")
        self.settings = self._make(t("Se&ttings…"), "settings", "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.quit = self._make(t("&Quit"), None, "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy = self._make(t("&Copy"), "copy", _Key.Copy, tip=t("Copy the image and its file"))
        self.select_all = self._make(t("Select &all"), None, _Key.SelectAll)
        self.select_numbers = self._make(t("Select by n&umber…"), None, "Ctrl+Shift+N")
        self.select_none = self._make(t("Select &none"), None, "Ctrl+Shift+A")
        self.grid = self._make(t("&Grid"), "grid", checkable=True)
        self.larger = self._make(t("&Larger view"), "loupe", checkable=True, tip=t("Larger view (Enter or Space)"))
        self.zoom_in = self._make(t("Zoom &in"), "zoom-in", _Key.ZoomIn)
        self.zoom_out = self._make(t("Zoom &out"), "zoom-out", _Key.ZoomOut)
        self.fit = self._make(t("&Fit"), "zoom-fit", "Ctrl+0")
        self.exact = self._make(t("&100 %"), None, "Ctrl+1")
        self.left_pane = self._make(t("Source &pane"), "panel-left", "F7", checkable=True)
        self.full_screen = self._make(t("F&ull screen"), None, _Key.FullScreen, checkable=True)
        self.crop = self._make(t("Edit the &crop"), "crop", "Ctrl+Shift+C", checkable=True, tip=t("Edit the crop (R)"))
        self.rotate_left = self._make(t("Rotate &left"), "rotate-left")
        self.rotate_right = self._make(t("Rotate &right"), "rotate-right")
        self.mirror = self._make(t("&Mirror left and right"), "flip-horizontal")
        self.upside_down = self._make(t("Mirror &top and bottom"), "flip-vertical")
        self.reset_crop = self._make(t("R&eset the crop"), "reset-crop")
        self.generate = self._make(t("&Generate"), "generate", "Ctrl+Return")
        self.generate.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        self.stop = self._make(t("&Stop"), "stop", "Ctrl+.")
        self.stop_all = self._make(t("Stop a&ll"), None, "Ctrl+Shift+.")
        self.outgoing = self._make(t("&What will be sent…"), None)
        self.run_again = self._make(t("Run a&gain"), "run-again", "Ctrl+R")
        self.check_library = self._make(t("Check &library…"), None)
        self.shortcuts = self._make(t("&Keyboard shortcuts"), None, "F1")
        self.show_logs = self._make(t("Show &logs"), None)
        self.about = self._make(t("&About Imgvar"), None)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.themes = self._choices({theme: t(name) for theme, name in _THEME_NAMES.items()})
        self.surrounds = self._choices({grey: t(name) for grey, name in SURROUNDS.items()})
        self._make_panes()
        self.tile_size = _tile_size(t("Size of the thumbnails"))

    def _make_panes(self) -> None:
        t = self.tr
        self.marking = MarkingActions(self._window)
        self.lineage = LineageActions(self._window)
        self.comparing = ComparingActions(self._window)
        self.inspector = self._make(t("&Inspector"), "panel-right", "F8", checkable=True)
        self.both_panes = self._make(t("&Both panes"), None, "F9")
        self.second_viewer = self._make(t("&Second viewer"), None, "Ctrl+Shift+F11", checkable=True)

    def fill_menus(self) -> None:
        bar = self._window.menuBar()
        t = self.tr
        file = bar.addMenu(t("&File"))
        self.samples = QMenu(t("Open a &sample"), file)
        self.preset_menu = QMenu(t("Save to &preset"), file)
        self.preset_menu.addActions(self.presets)
        _fill(file, [self.open, self.samples, None, self.save, self.save_to, self.preset_menu, self.save_as])
        _fill(file, [self.export, self.show_in_folder])
        _fill(file, [None, self.settings, None, self.quit])
        edit = bar.addMenu(t("&Edit"))
        self.marking.fill_edit(edit)
        _fill(edit, [self.copy, self.paste, None, self.select_all, self.select_none, self.select_numbers])
        self.marking.fill_edit_end(edit)
        view = bar.addMenu(t("&View"))
        _fill(view, [self.grid, self.larger, None, self.zoom_in, self.zoom_out, self.fit, self.exact, None])
        self.comparing.fill(view)
        self.marking.fill_view(view)
        themes, surrounds = QMenu(t("&Appearance"), view), QMenu(t("Su&rround"), view)
        themes.addActions(self.themes.actions())
        surrounds.addActions(self.surrounds.actions())
        _fill(view, [self.left_pane, self.inspector, self.both_panes, self.full_screen, None, themes, surrounds])
        turns = [self.rotate_left, self.rotate_right, self.mirror, self.upside_down]
        image = bar.addMenu(t("&Image"))
        self.marking.fill_image(image)
        self.lineage.fill(image)
        _fill(image, [self.crop, None, *turns, None, self.reset_crop])
        run = bar.addMenu(t("&Run"))
        _fill(run, [self.generate, self.stop, self.stop_all, None, self.outgoing])
        _fill(run, [self.run_again, self.marking.retry])
        _fill(bar.addMenu(t("&Window")), [self.second_viewer])
        _fill(bar.addMenu(t("&Help")), [self.shortcuts, None, self.check_library, self.show_logs, None, self.about])

    def fill_toolbar(self, bar: QToolBar) -> None:
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for action in (self.left_pane, None, self.open, self.paste, None, self.save, self.export, self.copy):
            bar.addSeparator() if action is None else bar.addAction(action)
        bar.addAction(self.show_in_folder)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        bar.addAction(self.grid)
        bar.addAction(self.larger)
        bar.addAction(self.comparing.compare)
        bar.addAction(self.comparing.survey)
        bar.addAction(self.crop)
        bar.addSeparator()
        bar.addWidget(self.tile_size)
        bar.addAction(self.inspector)

    def fill_context_menu(self, menu: QMenu) -> None:
        """What the menus hold already, close at hand."""
        self.marking.fill_context_menu(menu)
        _fill(menu, [self.larger, None, self.save, self.save_as, self.export, self.copy, self.show_in_folder, None])
        _fill(menu, [self.run_again])

    def _make(
        self,
        text: str,
        icon: str | None,
        keys: QKeySequence.StandardKey | str | None = None,
        *,
        checkable: bool = False,
        tip: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if icon is not None:
            action.setIcon(resources.icon(icon))
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        elif keys is not None:
            action.setShortcuts(keys)
        action.setCheckable(checkable)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        name = tip or text.replace("&", "").rstrip("…")
        action.setToolTip(f"{name} ({shown})" if shown else name)
        # On the window as well: a command works while its menu is hidden, as on a full screen.
        self._window.addAction(action)
        return action

    def _choices(self, names: dict[Theme, str] | dict[int | None, str]) -> QActionGroup:
        group = QActionGroup(self)
        for value, name in names.items():
            action = group.addAction(name)
            action.setCheckable(True)
            action.setData(value.value if isinstance(value, Theme) else value)
        return group


_THEME_NAMES = {Theme.SYSTEM: "As the &system", Theme.LIGHT: "&Light", Theme.DARK: "&Dark"}


def _tile_size(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, len(TILE_SIZES_PX) - 1)
    slider.setPageStep(1)
    slider.setFixedWidth(120)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    return slider


def _fill(menu: QMenu, items: list[QAction | QMenu | None]) -> None:
    for item in items:
        if item is None:
            menu.addSeparator()
        elif isinstance(item, QMenu):
            menu.addMenu(item)
        else:
            menu.addAction(item)
