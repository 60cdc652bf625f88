"""File descriptors: as many as the system lets this process have."""

import resource

ENOUGH = 65_536
FOR_ITSELF = 64  # libraries, models, soundfonts, children
FOR_A_PAGE = 6  # connections of a browser, and what Streamlit keeps for a session


def raise_limit() -> int:
    """Let this process open as many files as it may; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return most if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def sessions_for(n_descriptors: int) -> int:
    """How many pages may be open with so many descriptors."""
    return max(1, (n_descriptors - FOR_ITSELF) // FOR_A_PAGE)
