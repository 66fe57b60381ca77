"""The model of a run: typed, or chosen from what the service says it has."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QWidget


class ModelBox(QComboBox):
    """Always editable. The list is asked for when it is opened, and not before: asking takes the network."""

    list_asked = Signal()
    """The list was opened for the first time since ``forget_list``."""
    changed = Signal()
    """``named`` is another one, by the person's hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model")
        self.setAccessibleName(self.tr("Model"))
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        completer = self.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._known = False
        self._filling = False
        self.editTextChanged.connect(self._on_edited)

    @property
    def named(self) -> str:
        """Empty: the service's own."""
        return self.currentText().strip()

    def set_model(self, model: str) -> None:
        """``changed`` stays silent."""
        self._filling = True
        self.setEditText(model)
        self._filling = False

    def set_placeholder(self, text: str) -> None:
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(text)

    def forget_list(self) -> None:
        """Another service, or another key: what was listed does not count any more."""
        self._known = False
        self._fill(())

    def show_models(self, models: tuple[str, ...]) -> None:
        self._known = True
        self._fill(models)
        if self.view().isVisible():  # an open list keeps the height that its first lines gave it
            self.hidePopup()
            super().showPopup()

    def show_refusal(self, text: str) -> None:
        """Why there is no list; the next time it is opened, it is asked for again."""
        self._fill((), text)

    def showPopup(self) -> None:
        if not self._known:
            self._fill((), self.tr("Asking the service…"))
            self.list_asked.emit()
        super().showPopup()

    def _fill(self, models: tuple[str, ...], instead: str = "") -> None:
        """``instead``: a line that cannot be chosen."""
        typed = self.currentText()
        self._filling = True
        self.clear()
        self.addItems(models)
        if not models and instead:
            self.addItem(instead)
            self.setItemData(0, 0, Qt.ItemDataRole.UserRole - 1)  # as Qt itself marks an item that is disabled
        self.setCurrentIndex(self.findText(typed))
        self.setEditText(typed)
        self._filling = False

    def _on_edited(self) -> None:
        if not self._filling:
            self.changed.emit()
