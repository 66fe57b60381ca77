"""What the person chose, kept between starts: frozen and validated."""

from dataclasses import dataclass, replace

from imgvar_desktop.core import contract
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.export_options import ExportOptions
from imgvar_desktop.core.filters import OPEN, Filter, Grouping, Order
from imgvar_desktop.core.presets import PRESET_FOLDERS
from imgvar_desktop.core.prompts import Prompt
from imgvar_desktop.core.services import ON_DEVICE, ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.sharing import DEFAULT_PORT, FIRST_PORT, LAST_PORT


@dataclass(frozen=True, slots=True)
class Settings:
    """Changed with ``dataclasses.replace``. Raises ValueError for what no window could show."""

    services: tuple[ServiceProfile, ...] = ()
    """The person's own; the on-device service is always there besides."""
    service_id: str = ON_DEVICE_ID
    count: int = 4
    framings: tuple[Bracket, ...] = (Bracket.AS_FRAMED,)
    size_px: int = contract.DEFAULT_SIZE_PX
    strength: float = 0.5
    seed: int | None = None
    """None: another one for each run."""
    response_format: ResponseFormat = ResponseFormat.B64_JSON
    user: str = ""
    prompt: str = ""
    """What edits are asked for; empty: prompts.DEFAULT."""
    own_prompts: tuple[Prompt, ...] = ()
    """The person's own, offered besides prompts.PRESETS."""
    quality: str = ""
    """Empty: the service's default."""
    ca_file: str = ""
    """Certificates (PEM) to trust besides the system's; empty: none. Taken up when the program starts."""
    shared: bool = False
    """Whether other programs on this computer may use this device's service."""
    shared_port: int = DEFAULT_PORT
    library_folder: str = ""
    """Where the person moved the library to; empty: its usual place."""
    save_folder: str = ""
    """Where Save puts files; empty until the person chose one."""
    export: ExportOptions = ExportOptions()  # noqa: RUF009  a frozen value
    """What Save and the export panel used last."""
    preset_folders: tuple[str, ...] = ()
    """Where the keys 1 to 9 save to, in their order; empty where none was chosen."""
    open_folder: str = ""
    theme: Theme = Theme.SYSTEM
    surround: int | None = None
    """Grey behind the pictures, 0 black to 255 white; None: the theme's own."""
    tile_px: int = 192
    """Side of a gallery tile in device-independent pixels."""
    filter: Filter = OPEN
    """Which variations the gallery shows."""
    order: Order = Order.NEWEST
    grouping: Grouping = Grouping.RUN
    filter_bar_shown: bool = False
    gallery_at: str = ""
    """The id of the variation that the gallery's upper edge was at; empty: its top."""
    auto_advance: bool = False
    """Whether a mark goes on to the next image."""
    single_keys: bool = True
    """Whether letters and digits alone are commands while the pictures have the keyboard."""
    advanced_shown: bool = False
    inspector_shown: bool = False
    source_key: str = ""
    """The picture in the source well, a key of the library; empty: none."""
    source_name: str = ""
    window_geometry: str = ""
    """Qt's own bytes, base64."""
    window_state: str = ""
    """Splitter positions, Qt's own bytes, base64."""

    def __post_init__(self) -> None:
        ids = [service.id for service in self.services]
        if len(set(ids)) != len(ids) or ON_DEVICE_ID in ids:
            raise ValueError("two services share an id")
        fits = {
            "count": contract.MIN_COUNT <= self.count <= contract.MAX_COUNT,
            "framings": bool(self.framings) and len(set(self.framings)) == len(self.framings),
            "size_px": self.size_px >= 1,
            "strength": 0.0 <= self.strength <= 1.0,
            "seed": self.seed is None or 0 <= self.seed <= contract.MAX_SEED,
            "prompt": len(self.prompt) <= contract.MAX_PROMPT_CHARS,
            "shared_port": FIRST_PORT <= self.shared_port <= LAST_PORT,
            "preset_folders": len(self.preset_folders) <= PRESET_FOLDERS,
            "surround": self.surround is None or self.surround in range(256),
            "tile_px": self.tile_px in range(96, 513),
        }
        wrong = next((name for name, right in fits.items() if not right), None)
        if wrong is not None:
            raise ValueError(f"{wrong} is {getattr(self, wrong)!r:.200}")

    @property
    def all_services(self) -> tuple[ServiceProfile, ...]:
        return (ON_DEVICE, *self.services)

    @property
    def service(self) -> ServiceProfile:
        """The chosen one; the on-device service when the chosen one was removed."""
        return next((s for s in self.all_services if s.id == self.service_id), ON_DEVICE)

    def with_service(self, profile: ServiceProfile) -> "Settings":
        """``profile`` added, or put in the place of the one with its id."""
        if any(s.id == profile.id for s in self.services):
            return replace(self, services=tuple(profile if s.id == profile.id else s for s in self.services))
        return replace(self, services=(*self.services, profile))

    def without_service(self, service_id: str) -> "Settings":
        return replace(self, services=tuple(s for s in self.services if s.id != service_id))
