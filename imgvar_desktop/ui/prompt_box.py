"""What a service is asked for in words: five prompts from close to free, the person's own, and the text itself."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core import contract, prompts
from imgvar_desktop.core.prompts import Prompt
from imgvar_desktop.ui.controls import combo_box, tool_button

LINES: Final = 4


class PromptBox(QWidget):
    """The combo box names the text below it; a text that has no name yet is "Your own"."""

    changed = Signal()
    """The text, or the prompts that were kept, by the person's hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: tuple[Prompt, ...] = ()
        self._filling = False
        self._choice = combo_box("prompt", self.tr("Prompt"))
        self._keep = tool_button("plus", self.tr("Keep this prompt under a name…"))
        self._text = QPlainTextEdit()
        self._text.setObjectName("promptText")
        self._text.setAccessibleName(self.tr("Text of the prompt"))
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(self._text.fontMetrics().lineSpacing() * LINES + 12)
        self._text.installEventFilter(self)
        self._hint = QLabel()
        self._hint.setProperty("role", "quiet")
        self._hint.setWordWrap(True)
        self._hint.hide()
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._choice, stretch=1)
        top.addWidget(self._keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._text)
        layout.addWidget(self._hint)
        self.setFocusProxy(self._choice)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._text.textChanged.connect(self._on_edited)
        self._keep.clicked.connect(self._on_keep)

    @property
    def text(self) -> str:
        """Empty when it is the usual one, so that a later Imgvar's usual one takes its place."""
        text = self._text.toPlainText().strip()
        return "" if text == prompts.DEFAULT.text else text

    @property
    def refusal(self) -> str:
        """Why the text could be sent to nobody; empty: it could."""
        chars = len(self.text)
        if chars <= contract.MAX_PROMPT_CHARS:
            return ""
        return self.tr("The prompt has {0} characters; {1} are the most.").format(
            self.locale().toString(chars), self.locale().toString(contract.MAX_PROMPT_CHARS)
        )

    @property
    def kept(self) -> tuple[Prompt, ...]:
        """The person's own prompts."""
        return self._kept

    def fill(self, text: str, kept: tuple[Prompt, ...]) -> None:
        """``changed`` stays silent."""
        if (text, kept) == (self.text, self._kept) and self._choice.count():
            return  # by this very box: a text that is being typed keeps its cursor
        if self.refusal:
            return  # no settings hold it: it is to be shortened here, and nothing of it is lost
        self._filling = True
        self._kept = kept
        self._text.setPlainText(text or prompts.DEFAULT.text)
        self._show_name()
        self._filling = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter is Generate's, also while a prompt is written."""
        if (
            watched is self._text
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _show_name(self) -> None:
        """The choices, and which of them the text is."""
        text = self._text.toPlainText().strip()
        named = (*prompts.PRESETS, *self._kept)
        self._choice.blockSignals(True)
        self._choice.clear()
        for prompt in prompts.PRESETS:
            self._choice.addItem(self.tr(prompt.name), prompt.text)
        self._choice.insertSeparator(self._choice.count())
        for prompt in self._kept:
            self._choice.addItem(prompt.name, prompt.text)
        self._choice.addItem(self.tr("Your own"), None)
        found = self._choice.findData(text)
        self._choice.setCurrentIndex(found if found >= 0 else self._choice.count() - 1)
        self._choice.blockSignals(False)
        own = any(prompt.text == text for prompt in self._kept)
        self._keep.setIcon(resources.icon("trash" if own else "plus"))
        tip = self.tr("Forget this prompt") if own else self.tr("Keep this prompt under a name…")
        self._keep.setToolTip(tip)
        self._keep.setAccessibleName(tip)
        refusal = self.refusal
        self._keep.setEnabled(bool(text) and not refusal and (own or all(prompt.text != text for prompt in named)))
        several = self.tr("Say how many with Count: a prompt that asks for several can come back as a collage.")
        self._hint.setText(refusal or several)
        self._hint.setVisible(bool(refusal) or prompts.asks_for_several(text))

    @Slot(int)
    def _on_chosen(self, _: int) -> None:
        text = self._choice.currentData()
        if text is None:
            self._text.setFocus()
            self._text.selectAll()
        else:
            self._text.setPlainText(text)

    @Slot()
    def _on_edited(self) -> None:
        if not self._filling:
            self._show_name()
            self.changed.emit()

    @Slot()
    def _on_keep(self) -> None:
        text = self._text.toPlainText().strip()
        left = tuple(prompt for prompt in self._kept if prompt.text != text)
        if left != self._kept:
            self._set_kept(left)
            return
        dialog = QInputDialog(self)
        dialog.setObjectName("promptName")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Keep this prompt"))
        dialog.setLabelText(self.tr("Name"))
        dialog.textValueSelected.connect(self._on_named)
        dialog.open()

    @Slot(str)
    def _on_named(self, name: str) -> None:
        text = self._text.toPlainText().strip()
        if name.strip() and text:
            others = tuple(prompt for prompt in self._kept if prompt.name != name.strip())
            self._set_kept((*others, Prompt(name.strip(), text)))

    def _set_kept(self, kept: tuple[Prompt, ...]) -> None:
        self._kept = kept
        self._show_name()
        self.changed.emit()
