"""Several pictures at once: loaded one after the other into the film strip, chosen from it into the well."""

from PySide6.QtCore import QObject, Slot

from imgvar_desktop.bridge.arrivals import Arrivals
from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.bridge.dropped import Dropped
from imgvar_desktop.bridge.film_model import FilmModel
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.sourcing import Sourcing


class Filming(QObject):
    """GUI thread. What was brought last is in the strip; a newer gesture replaces it."""

    def __init__(self, window: MainWindow, office: Office, film: FilmModel, sourcing: Sourcing) -> None:
        super().__init__(window)
        self._office = office
        self._film = film
        self._sourcing = sourcing
        self._arrivals: Arrivals | None = None
        sourcing.several_brought.connect(self._on_several)
        sourcing.one_brought.connect(self._on_one)
        window.source.filmstrip.chosen.connect(self._on_chosen)

    @Slot(object)
    def _on_several(self, dropped: tuple[Dropped, ...]) -> None:
        self._forget()
        self._film.start(len(dropped))
        self._arrivals = self._office.open_many(dropped)
        self._arrivals.arrived.connect(self._on_arrived)
        self._arrivals.refused.connect(self._on_refused)
        self._arrivals.over.connect(self._on_over)

    @Slot()
    def _on_one(self) -> None:
        self._forget()
        self._film.start(0)

    def _forget(self) -> None:
        if self._arrivals is not None:
            self._arrivals.cancel()
            self._arrivals = None

    @Slot(int, object)
    def _on_arrived(self, place: int, picture: LoadedPicture) -> None:
        self._film.arrive(place, picture)

    @Slot(int, object)
    def _on_refused(self, place: int, error: AppError) -> None:
        self._film.refuse(place, error)

    @Slot()
    def _on_over(self) -> None:
        self._arrivals = None

    @Slot(object)
    def _on_chosen(self, place: int) -> None:
        source = self._film.frames[place].source
        if source is not None and place != self._film.current:
            self._film.choose(place)
            self._sourcing.open_kept(source)
