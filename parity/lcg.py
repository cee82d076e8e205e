"""Weights and rows from a seeded integer generator, the same numbers as engines/training/tiny-model.ts makes."""

import numpy as np

MASK = 0xFFFFFFFF


def seed_of(name: str) -> int:
    """FNV-1a of the name's bytes, 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & MASK
    return value


def integers(name: str, count: int) -> list[int]:
    """`count` integers below 2^24."""
    state, out = seed_of(name), []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) & MASK
        out.append(state >> 8)
    return out


def matrix(name: str, shape: tuple[int, ...], spread: float, centre: float = 0.0) -> np.ndarray:
    """Uniform in centre ± spread / 2, rounded to float32 once."""
    values = np.array(integers(name, int(np.prod(shape))), dtype=np.float64)
    return ((values / 2**24 - 0.5) * spread + centre).astype(np.float32).reshape(shape)
