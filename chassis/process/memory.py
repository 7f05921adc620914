"""Memory of a process: the garbage collector leaves alone what was loaded at the start, and sweeps the rest less often.

Each sweep of all that lives would else go through modules, models and schemas, which stay until the process ends.
"""

import gc

SWEEPS = (20_000, 20, 50)
"""Objects made between two sweeps of the youngest, and how many of these come before one of each older generation."""


def sweep_less_often() -> None:
    """To be called before a process loads anything: nearly all that it makes meanwhile stays."""
    gc.set_threshold(*SWEEPS)


def sweep_what_loading_left() -> None:
    """Collect what loading left behind: a long pause, to be made before a process takes its first call."""
    gc.collect()


def set_aside_what_was_loaded() -> None:
    """Freeze what is there; to be called once a process has started."""
    gc.freeze()
