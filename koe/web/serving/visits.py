"""Who is here: one visit for each page that is open in a browser, and for whom a thread works.

Work is shared out between those who ask for it (`koe.web.serving.queue`) and
ends with them. A page's own threads know their session; what Streamlit does
for a browser beside them, as making a download, knows the connection.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx


@dataclass(frozen=True)
class Owner:
    """For whom work is done.

    Attributes
    ----------
    address : str
        Where they come from: several may share it, as a school does.
    session : str
        Of one page in a browser; empty where it is not known.
    """

    address: str
    session: str = ""


@dataclass(eq=False)
class Visit:
    """One page in a browser, as long as it is connected.

    Attributes
    ----------
    owner : Owner
    gone : threading.Event
        Set when the connection has ended.
    """

    owner: Owner
    gone: threading.Event = field(default_factory=threading.Event)


class Visits:
    """All that are here now, by address and by session."""

    def __init__(self) -> None:
        self.of_address: Counter[str] = Counter()
        self._of_session: dict[str, Visit] = {}

    def __len__(self) -> int:
        return self.of_address.total()

    @contextmanager
    def visit(self, address: str) -> Iterator[Visit]:
        """Count a visit inside the ``with``; what is begun there, in this task or from it, is done for it."""
        visit = Visit(Owner(address))
        self.of_address[address] += 1
        token = _visit.set(visit)
        try:
            yield visit
        finally:
            _visit.reset(token)
            visit.gone.set()
            if self._of_session.get(visit.owner.session) is visit:
                del self._of_session[visit.owner.session]
            self.of_address[address] -= 1
            if not self.of_address[address]:
                del self.of_address[address]

    def name(self, visit: Visit, session: str) -> None:
        """Note which session a visit belongs to; a page that reconnects keeps its session."""
        visit.owner = Owner(visit.owner.address, session)
        self._of_session[session] = visit

    def of(self, session: str) -> Visit | None:
        """The visit of a session, if its page is connected."""
        return self._of_session.get(session)


visits = Visits()
_visit: ContextVar[Visit | None] = ContextVar("koe_visit", default=None)
_owner: ContextVar[Owner | None] = ContextVar("koe_owner", default=None)


@contextmanager
def working_for(owner: Owner | None) -> Iterator[None]:
    """Do what is inside the ``with`` for this owner, in a thread of its own say."""
    token = _owner.set(owner)
    try:
        yield
    finally:
        _owner.reset(token)


def owner() -> Owner | None:
    """For whom this thread works; None where it is nobody's."""
    if (given := _owner.get()) is not None:
        return given
    if (visit := _visit.get()) is not None:
        return visit.owner
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    found = visits.of(context.session_id)
    return found.owner if found else Owner("", context.session_id)


def connection() -> Visit | None:
    """The visit whose connection this thread answers; None in a page's own thread."""
    return _visit.get()
