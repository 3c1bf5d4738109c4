"""The one exception that users see: it says what is wrong, where, and what to do about it."""

from __future__ import annotations

from functools import partial


class ImporterError(Exception):
    """A fault with a cause outside this program: a bad picture, a bad profile, a full disk, a missing model.

    Parameters
    ----------
    what : str
        The fault as one plain sentence without a final stop, e.g. ``"the PNG ends in the middle of its pixel data"``.
    where : str
        The file, and the line and key where there is one, e.g. ``"chair.yaml:4: lods.count"``.
    fix : str
        What the user can do, as one imperative sentence, e.g. ``"Export the picture again."``.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what, where, fix)
        self.what, self.where, self.fix = what, where, fix

    def __reduce__(self) -> tuple[partial[ImporterError], tuple[()]]:
        return partial(type(self), self.what, where=self.where, fix=self.fix), ()

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.fix}" if self.fix else head


class PictureError(ImporterError):
    """The picture cannot become an asset: damaged, too large, empty, or not a picture."""


class MissingPictureError(PictureError):
    """The picture's file is not there or cannot be read; a share may be away for a moment."""


class ProfileError(ImporterError):
    """A profile or sidecar cannot be used."""


class ModelError(ImporterError):
    """A neural network is missing, refused, or breaks its contract."""


class StageError(ImporterError):
    """A stage failed on valid input: a native library crashed, ran out of time or memory, or gave an empty result."""


class OutputError(ImporterError):
    """Files cannot be written: a full disk, no permission, something in the way. The same job may succeed later."""
