"""How long to wait before trying again: full jitter, so that branches do not come back at once."""

BASE_SECONDS = 2.0
CAP_SECONDS = 300.0


def pause(failures: int, chance: float, *, at_least: float = 0.0) -> float:
    """Give the seconds to wait after so many failures in a row.

    ``chance`` is a random number of [0, 1): the wait is that part of 2 s doubled per failure, at
    most 300 s; never less than the hub asked for. No failure, no wait.
    """
    if failures <= 0:
        return at_least
    ceiling = min(CAP_SECONDS, BASE_SECONDS * float(1 << min(failures - 1, 30)))
    return max(at_least, ceiling * chance)
