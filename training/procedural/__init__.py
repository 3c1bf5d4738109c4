"""Objects that never repeat: made from a seed, or varied from the corpus."""

from training.procedural.objects import make
from training.procedural.variation import vary

__all__ = ["make", "vary"]
