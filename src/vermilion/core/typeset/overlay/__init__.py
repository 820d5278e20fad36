"""Bulk documents without typesetting each: a plan learned from two documents of one template, and its values drawn anew.

``learn`` takes two documents of the same shape, typeset in full, in which every varying value differs. Whatever is equal in both is the
plan's ground; whatever differs must be explained as one value of the data, printed in a known way, at a place that its width alone
decides. Nothing is declared in a template, and nothing is guessed: what cannot be explained makes no plan. ``render`` draws the values of
a third document on the ground; a value that is wider than what was seen, or data of another shape, is refused and typeset in full.
"""

from .errors import DoesNotFit, NoPlan
from .learning import Specimen, learn, shape
from .plan import Plan
from .twins import varying_paths
from .writing import render

__all__ = ["DoesNotFit", "NoPlan", "Plan", "Specimen", "learn", "render", "shape", "varying_paths"]
