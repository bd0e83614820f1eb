"""What the window works on: photos, chosen variants and the results there are. Knows nothing of Qt."""

from __future__ import annotations

import copy
import dataclasses
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from psygnal import Signal

from qdit4sr_core.errors import ImageError, OutputError, unreadable
from qdit4sr_core.pairing import list_photos
from qdit4sr_core.variant_text import distinct_labels, label_of

from .event import event
from .presets import DEFAULT_PRESET
from .removals import Removals
from .result_store import ResultStore

if TYPE_CHECKING:
    from qdit4sr_core.compare import VariantResult
    from qdit4sr_core.images import LoadedImage

SCALE = 4
"""Output pixels a pixel of the photo, across and down: of every model there is."""


@dataclass(frozen=True)
class ResultKey:
    """What a result depends on; equal keys mean that a run would only repeat it."""

    image: str
    """SHA-256 of the photo's pixels."""
    spec: str
    model: str
    """SHA-256 of the weights, or the model folder before it is loaded."""
    settings: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Photo:
    """One low-resolution photo in the queue, with the ground truth the user may have given."""

    key: str
    name: str
    image: LoadedImage
    reference: LoadedImage | None = None


@dataclass(eq=False)
class Workspace:
    """Photos, ticked variants, and a cache of results by content."""

    photos_changed: ClassVar[Signal] = event()
    """A photo came, went, or got its ground truth."""
    current_changed: ClassVar[Signal] = event(str)
    """Another photo is shown: its key."""
    variants_changed: ClassVar[Signal] = event()
    """Other variants are ticked, or one has another name."""
    results_changed: ClassVar[Signal] = event(str)
    """Other results hold for a photo (its key; "" for all photos)."""
    shown_changed: ClassVar[Signal] = event()
    """Another choice of what is shown beside the variants."""
    replaced: ClassVar[Signal] = event()
    """Everything may be different: a session was opened."""
    trouble: ClassVar[Signal] = event(str)
    """Something did not work that does not stop the work: a sentence."""
    variant_offered: ClassVar[Signal] = event(str)
    """A variant that should be ticked, and listed if it is not yet."""
    doubled: ClassVar[Signal] = event(str, str)
    """A photo would come back that was opened again meanwhile: its key, and that of the one that stays."""

    photos: list[Photo] = field(default_factory=list)
    current: str = ""
    specs: tuple[str, ...] = DEFAULT_PRESET.specs
    model: str = ""
    base: str = ""
    """The Stable Diffusion 3.5 folder of a published model; empty to look for it beside the model."""
    model_hash: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    show_input: bool = True
    """Is the low-resolution photo shown beside the variants?"""
    show_truth: bool = False
    """Is the ground truth shown, where there is one?"""
    store: ResultStore = field(default_factory=ResultStore)
    """The results' pixels, within a memory budget."""
    removals: Removals = field(default_factory=Removals)
    """Photos and variants that were taken out."""
    _results: dict[ResultKey, VariantResult] = field(default_factory=dict)
    _alive: weakref.WeakValueDictionary[ResultKey, np.ndarray] = field(
        default_factory=weakref.WeakValueDictionary
    )
    """Arrays somebody still holds: the same result is the same array for as long as it is shown."""
    _held: Mapping[ResultKey, np.ndarray] = field(default_factory=dict)
    """Arrays that a frozen workspace keeps alive."""
    _versions: dict[ResultKey, int] = field(default_factory=dict)
    """Another number whenever a result was computed anew."""
    _made: int = 0
    _computed: int = 0
    _told: str = ""

    def add(self, image: LoadedImage, name: str) -> Photo:
        """Append a photo and make it the current one; the same pixels again only become current."""
        there = self._same(image, name)
        if there is not None:
            self.select(there.key)
            return there
        self._made += 1
        photo = Photo(f"photo{self._made}", name, image)
        self.photos.append(photo)
        self.photos_changed.emit()
        self.select(photo.key)
        return photo

    def _same(self, image: LoadedImage, name: str) -> Photo | None:
        """The photo of these pixels and this name."""
        return next((p for p in self.photos if p.image.sha256 == image.sha256 and p.name == name), None)

    def select(self, key: str) -> None:
        """Make a photo the current one, "" for none."""
        if key != self.current and (not key or self.index(key) is not None):
            self.current = key
            self.current_changed.emit(key)

    def remove(self, key: str) -> None:
        """Take a photo out of the queue; its neighbour becomes current."""
        index = self.index(key)
        if index is None:
            return
        del self.photos[index]
        self.photos_changed.emit()
        if self.current == key:
            self.select(self.photos[min(index, len(self.photos) - 1)].key if self.photos else "")

    def put_back(self, removed: Sequence[tuple[int, Photo]]) -> list[str]:
        """Photos taken out before, each at its place; the first becomes current. Returns their keys.

        One that was opened again meanwhile stays where it is, with the key that it has now; if it has no
        ground truth, it gets the old one.
        """
        keys = []
        for index, photo in sorted(removed, key=lambda pair: pair[0]):
            there = self._same(photo.image, photo.name)
            keys.append(photo.key if there is None else there.key)
            if there is None:
                self.photos.insert(min(index, len(self.photos)), photo)
                continue
            if there.reference is None and photo.reference is not None:
                self.photos[self.photos.index(there)] = replace(there, reference=photo.reference)
            self.doubled.emit(photo.key, there.key)
        if keys:
            self.photos_changed.emit()
            self.select(keys[0])
        return keys

    def index(self, key: str) -> int | None:
        """The place of a photo in the queue."""
        return next((i for i, photo in enumerate(self.photos) if photo.key == key), None)

    def photo(self, key: str | None = None) -> Photo | None:
        """A photo by key, or the current one."""
        wanted = self.current if key is None else key
        return next((photo for photo in self.photos if photo.key == wanted), None)

    def set_reference(self, key: str, reference: LoadedImage | None) -> None:
        """Give a photo its ground truth, or take it away."""
        index = self.index(key)
        if index is not None:
            self.photos[index] = replace(self.photos[index], reference=reference)
            self.photos_changed.emit()

    def tick(self, specs: tuple[str, ...]) -> None:
        """Work with these variants, each once."""
        specs = tuple(dict.fromkeys(specs))
        if specs != self.specs:
            self.specs = specs
            self.variants_changed.emit()

    def name_variant(self, spec: str, label: str) -> None:
        """Call a variant what the core calls it."""
        if self.labels.get(spec) != label:
            self.labels[spec] = label
            self.variants_changed.emit()

    def use_model(
        self,
        model: str | None = None,
        model_hash: str | None = None,
        settings: Mapping[str, Any] | None = None,
        base: str | None = None,
    ) -> None:
        """Results made with this model and these settings hold from now on; None leaves one as it is."""
        before = (self.model, self.base, self.model_hash, dict(self.settings))
        self.model = self.model if model is None else model
        self.model_hash = self.model_hash if model_hash is None else model_hash
        self.settings = self.settings if settings is None else dict(settings)
        self.base = self.base if base is None else base
        if (self.model, self.base, self.model_hash, dict(self.settings)) != before:
            self.results_changed.emit("")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Add, pair or take out many photos: what has changed is told once, when all is done."""
        photos, current = list(self.photos), self.current
        with self.photos_changed.blocked(), self.current_changed.blocked():
            yield
        if len(photos) != len(self.photos) or any(
            a is not b for a, b in zip(photos, self.photos, strict=True)
        ):
            self.photos_changed.emit()
        if current != self.current:
            self.current_changed.emit(self.current)

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """Make many changes at once: when they are done, `replaced` is told and nothing else."""
        told = (
            self.photos_changed,
            self.current_changed,
            self.variants_changed,
            self.results_changed,
            self.shown_changed,
        )
        with ExitStack() as quiet:
            for signal in told:
                quiet.enter_context(signal.blocked())
            yield
        self.replaced.emit()

    def show(self, *, input: bool | None = None, truth: bool | None = None) -> None:
        """Choose what is shown beside the variants; None leaves it as it is."""
        self.show_input = self.show_input if input is None else input
        self.show_truth = self.show_truth if truth is None else truth
        self.shown_changed.emit()

    def offer_variant(self, spec: str) -> None:
        """Have a variant ticked in the list."""
        self.variant_offered.emit(spec)

    def result_key(self, photo: Photo, spec: str) -> ResultKey:
        """What a result of this variant on this photo depends on now."""
        return self.key_of(photo, spec, self.model_hash or self.model, self.settings)

    def keep(
        self, photo: Photo, spec: str, result: VariantResult, model_hash: str, settings: Mapping[str, Any]
    ) -> None:
        """Store a result made with these settings.

        Errors are stored too, so that they can be shown, but a rerun repeats them.
        """
        key = self.key_of(photo, spec, model_hash, settings)
        trouble = ""
        if result.pixels is not None:
            self._alive[key] = result.pixels
            try:
                self.store.put(key, result.pixels)
            except OutputError as error:  # older results stay in memory: nothing is lost
                trouble = str(error)
        else:
            self.store.remove(key)
        self._results[key] = dataclasses.replace(result, pixels=None)
        self._computed += 1
        self._versions[key] = self._computed
        self.results_changed.emit(photo.key)
        if trouble and trouble != self._told:
            self._told = trouble
            self.trouble.emit(trouble)

    @staticmethod
    def key_of(photo: Photo, spec: str, model: str, settings: Mapping[str, Any]) -> ResultKey:
        """What a result depends on; `model` is the hash of its weights, its folder while that is unknown."""
        return ResultKey(photo.image.sha256, spec, model, tuple(sorted(settings.items())))

    def result(self, photo: Photo, spec: str) -> VariantResult | None:
        """What is known of a variant's result under the present model and settings, without its pixels."""
        return self._results.get(self.result_key(photo, spec))

    def pixels(self, photo: Photo, spec: str) -> np.ndarray | None:
        """The result's pixels, uint8 (H, W, 3); read back from disk if they had to go there.

        Raises `OutputError` when they cannot be read back.
        """
        key = self.result_key(photo, spec)
        found = self._alive.get(key)
        if found is None:
            found = self.store.get(key)
            if found is not None:
                self._alive[key] = found
        return found

    def version(self, photo: Photo, spec: str) -> int:
        """The same number for as long as the result's pixels are the same, shown or not; 0 without one."""
        return self._versions.get(self.result_key(photo, spec), 0)

    def frozen(self) -> Workspace:
        """As it is now, whatever changes later; results on disk are read when they are asked for."""
        kept = copy.copy(self)
        kept.photos, kept.labels = list(self.photos), dict(self.labels)
        kept._results, kept._versions = dict(self._results), dict(self._versions)
        kept._held = self.store.in_memory()
        kept._alive = weakref.WeakValueDictionary({**self._alive, **kept._held})
        return kept

    def made(self) -> dict[ResultKey, int]:
        """The versions of all results of the photos that are there, of whatever model and settings."""
        images = {photo.image.sha256 for photo in self.photos}
        return {
            key: self._versions[key] for key in self._results if key.image in images and key in self.store
        }

    def valid(self) -> dict[ResultKey, int]:
        """Those of `made` that the present model and settings give, ticked or not."""
        model, settings = self.model_hash or self.model, tuple(sorted(self.settings.items()))
        return {
            key: version
            for key, version in self.made().items()
            if key.model == model and key.settings == settings
        }

    def computed(self, photo: Photo) -> tuple[str, ...]:
        """The variants of which something is known, the ticked ones first."""
        ticked = [spec for spec in self.specs if self.result(photo, spec) is not None]
        others = [key.spec for key in self._results if key == self.result_key(photo, key.spec)]
        return tuple(dict.fromkeys([*ticked, *others]))

    def listed(self) -> tuple[str, ...]:
        """The ticked variants, then the others of which something is known of any photo."""
        computed = [spec for photo in self.photos for spec in self.computed(photo)]
        return tuple(dict.fromkeys([*self.specs, *computed]))

    def holds_results(self) -> bool:
        """Is there any result of the present model and settings?"""
        model = self.model_hash or self.model
        settings = tuple(sorted(self.settings.items()))
        return any(key.model == model and key.settings == settings for key in self._results)

    def missing(self, photo: Photo) -> tuple[str, ...]:
        """The ticked variants that a run of this photo would compute."""
        return tuple(
            spec
            for spec in self.specs
            if (result := self.result(photo, spec)) is None or result.error is not None
        )

    def done(self, photo: Photo) -> int:
        """How many of the ticked variants have a result."""
        return len(self.specs) - len(self.missing(photo))

    def forget_results(self, photo: Photo) -> None:
        """Drop all results of a photo, so that the next run computes them anew."""
        for key in [key for key in self._results if key.image == photo.image.sha256]:
            del self._results[key]
            self._alive.pop(key, None)
            self.store.remove(key)
        self.results_changed.emit(photo.key)

    def label(self, spec: str) -> str:
        """The name of a variant for people."""
        known = self.labels.get(spec) or label_of(spec)
        if spec in self.specs and sum(label_of(other) == label_of(spec) for other in self.specs) > 1:
            return distinct_labels(self.specs)[self.specs.index(spec)]
        return known

    def close(self) -> None:
        """Delete what was moved to disk."""
        self.store.close()


def images_in(paths: Iterable[Path]) -> list[Path]:
    """The files among `paths`, with the photos directly inside the folders among them, sorted by name.

    Raises `ImageError` for a path that cannot be looked at.
    """
    found: list[Path] = []
    for path in paths:
        try:
            is_folder = path.is_dir()
        except OSError as error:
            raise ImageError(unreadable(path, error)) from error
        found += list_photos(path) if is_folder else [path]
    return found
