"""How well a colour is seen on another."""

from __future__ import annotations


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Return the contrast ratio of WCAG 2 between two colours of 1 (grey), 3 (RGB) or 4 (CMYK) components from 0 to 1."""
    one, two = sorted((_luminance(first), _luminance(second)))
    return (two + 0.05) / (one + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    if len(colour) == 4:
        colour = tuple((1 - one) * (1 - colour[3]) for one in colour[:3])
    red, green, blue = (min(max(one, 0.0), 1.0) for one in (colour * 3 if len(colour) == 1 else colour))
    linear = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in (red, green, blue))
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
