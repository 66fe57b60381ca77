"""Select by number: from what a client wrote about a contact sheet to a selection in the gallery."""

from PySide6.QtCore import QObject, Slot

from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.delivery import SheetRecord
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.ui.main_window import MainWindow


class SheetAnswers(QObject):
    """GUI thread."""

    def __init__(self, window: MainWindow, office: Office) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        window.actions_.select_numbers.triggered.connect(self._on_asked)

    @Slot()
    def _on_asked(self) -> None:
        call = self._office.sheets()
        call.succeeded.connect(self._on_sheets)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_sheets(self, sheets: tuple[SheetRecord, ...]) -> None:
        if not sheets:
            self._window.message.show_info(
                self.tr("No contact sheet was made yet: choose Contact sheet in File, Export.")
            )
            return
        from imgvar_desktop.ui.number_dialog import NumberDialog  # not for the first paint

        dialog = NumberDialog(sheets, self._window)
        dialog.chosen.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def _on_chosen(self, entry_ids: tuple[str, ...]) -> None:
        self._window.show_gallery()
        gallery = self._window.gallery
        gallery.select_keys(list(entry_ids))
        count = len(gallery.selected_rows())
        if count < len(entry_ids):
            text = self.tr("{0} of {1} are selected. The filter hides the others, or they are in the trash.")
            self._window.message.show_warning(text.format(count, len(entry_ids)))

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)
