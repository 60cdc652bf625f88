"""The parts of the gallery's page: a list as cards, one entry, its tree, the radio, and what the operator may do."""

from base64 import b64encode
from collections.abc import Callable
from html import escape as in_html

import streamlit as st

from koe.errors import GalleryError, KoeError
from koe.gallery import Order, Shown
from koe.gallery.lists import beginning_by_chance
from koe.web.gallery import house, origin
from koe.web.kiosk.operator import door, operator_password
from koe.web.result.result import show_result
from koe.web.session import liking, state
from koe.web.session.links import home_address
from koe.web.texts import gallery as texts
from koe.web.texts import pages
from koe.web.texts.pages import escape

PIECE = "piece"  # in the address: the entry that is shown
OPERATOR = "operator"  # in the address: whoever runs it wants in
PAGE, COLUMNS = 12, 3
INDENT = "\u2003"
_PLACES, _RADIO, _HIDDEN = "gallery_visit_places", "gallery_visit_radio", "gallery_visit_hidden"
_HEAR = "gallery_visit_hear"
_OPERATOR, _FAULT = "koe_gallery_operator", "koe_gallery_fault"


# -- a list ----------------------------------------------------------------


def show_list() -> None:
    """Cards of a list, a page at a time, in the order that is chosen."""
    orders: list[Order] = ["newest", "liked", "chance"]
    if house.exhibition():
        orders.append("exhibition")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order: Order = st.segmented_control(
            texts.ORDER,
            orders,
            default=orders[0],
            required=True,
            format_func=lambda name: texts.ORDERS[name],
            key="gallery-order",
            persist_state="session",
        )
        if order == "chance":
            st.button(texts.SHUFFLE, key="gallery-shuffle", icon=":material/shuffle:", on_click=_begin, args=(order,))
        st.button(texts.RADIO, key="gallery-radio-on", icon=":material/radio:", on_click=_tune_in, args=(order,))
    places = _places_in(order)
    hidden = is_operator() and state.peek(_HIDDEN, False)
    page = house.gallery().page(order, places[-1], PAGE, house.exhibition(), hidden)
    if not page.entries:
        st.info(texts.NOTHING)
    _cards(page.entries)
    with st.container(horizontal=True):
        if len(places) > 1:
            st.button(
                texts.PAGE_BEFORE,
                key="gallery-before",
                icon=":material/arrow_back:",
                on_click=lambda: state.keep(_PLACES, (order, places[:-1])),
            )
        if page.after:
            st.button(
                texts.NEXT_PAGE,
                key="gallery-next",
                icon=":material/arrow_forward:",
                on_click=lambda: state.keep(_PLACES, (order, (*places, page.after))),
            )


def _places_in(order: Order) -> tuple[str, ...]:
    """Where the pages of the list began that were looked at, the present one last."""
    of, places = state.peek(_PLACES, ("", ()))
    if of != order:
        _begin(order)
        of, places = state.peek(_PLACES, ("", ()))
    return places


def _begin(order: Order) -> None:
    state.keep(_PLACES, (order, (beginning_by_chance() if order == "chance" else "",)))


def _cards(entries: tuple[Shown, ...]) -> None:
    liked = house.gallery().liked(liking.token(), [one.id for one in entries])
    for first in range(0, len(entries), COLUMNS):
        for column, entry in zip(st.columns(COLUMNS, gap="medium"), entries[first : first + COLUMNS], strict=False):
            with column, st.container(key=f"gallery-card-{entry.id}", border=True, gap="small"):
                st.html(_picture(entry))
                st.markdown(f"**{escape(entry.title)}**")
                st.caption(_facts(entry))
                with st.container(horizontal=True, gap="small"):
                    st.button(
                        texts.HEAR,
                        key=f"gallery-hear-{entry.id}",
                        icon=":material/play_arrow:",
                        on_click=_open,
                        args=(entry.id, True),
                    )
                    like_button(entry, entry.id in liked)
                    hide_button(entry)


def _picture(entry: Shown) -> str:
    """The roll, as an image of its own: a page takes no drawing from outside."""
    drawing = b64encode(house.thumbnail(entry.id).encode()).decode() if not entry.hidden else ""
    return f'<img class="koe-thumbnail" alt="{in_html(entry.title)}" src="data:image/svg+xml;base64,{drawing}">'


def _facts(entry: Shown) -> str:
    n_likes = texts.N_LIKES[min(entry.n_likes, 2)].format(n=entry.n_likes)
    parts = [pages.clock(entry.seconds), n_likes, entry.created.strftime("%Y-%m-%d")]
    return " · ".join(escape(part) for part in [*parts, entry.exhibition] if part)


def _open(id: str, hear: bool = False) -> None:
    st.query_params[PIECE] = id
    state.keep(_HEAR, id if hear else "")


# -- one entry ---------------------------------------------------------------


def show_entry(id: str) -> None:
    """An entry in the player, with what can be done with it.

    Raises
    ------
    GalleryError
        If there is none in sight.
    """
    st.button(texts.BACK, key="gallery-back", icon=":material/arrow_back:", type="tertiary", on_click=_close)
    entry, piece, made_from = house.opened(id)
    liked = id in house.gallery().liked(liking.token(), [id])
    st.header(escape(entry.title), anchor=False)
    st.caption(_facts(entry))

    def actions() -> None:
        st.button(
            texts.START,
            key="gallery-start",
            icon=":material/edit_note:",
            help=texts.START_HELP,
            on_click=_start,
            args=(id,),
        )
        like_button(entry, liked)
        hide_button(entry)

    hear = state.peek(_HEAR, "") == id
    state.keep(_HEAR, "")
    show_result(piece, "gallery-piece", made_from=made_from, usable=False, autoplay=hear, actions=actions)
    st.caption(texts.ADDRESS)
    st.code(f"{home_address()}/g/{id}", language=None)
    _show_tree(id)


def _close() -> None:
    st.query_params.pop(PIECE, None)


def _start(id: str) -> None:
    try:
        _, piece, _ = house.opened(id)
    except KoeError as error:
        state.notice(texts.refused(error))
        return
    state.use_piece(piece)
    origin.take(id)
    state.notice(texts.STARTED)


def _show_tree(id: str) -> None:
    family = house.gallery().family(id)
    if len(family.relatives) < 2:
        return
    st.subheader(texts.TREE, anchor=False)
    with st.container(key="gallery-tree", gap=None):
        for number, relative in enumerate(family.relatives):
            before = INDENT * relative.depth + ("└ " if relative.depth else "")
            if relative.entry is None:
                st.caption(f"{before}*{texts.TREE_HIDDEN}*")
            elif relative.entry.id == id:
                st.markdown(f"{before}**{escape(relative.entry.title)}**")
            else:
                st.button(
                    f"{before}{escape(relative.entry.title)}",
                    key=f"gallery-tree-{number}",
                    type="tertiary",
                    on_click=_open,
                    args=(relative.entry.id,),
                )
    if not family.is_whole:
        st.caption(texts.TREE_CUT)


def like_button(entry: Shown, liked: bool) -> None:
    """Likes an entry, or no longer."""
    st.button(
        str(entry.n_likes),
        key=f"gallery-like-{entry.id}",
        icon=":material/heart_check:" if liked else ":material/favorite:",
        type="primary" if liked else "secondary",
        help=texts.LIKED if liked else texts.LIKE,
        on_click=_like,
        args=(entry.id, not liked),
    )


def _like(id: str, likes: bool) -> None:
    try:
        house.limits().like(house.here(), id)
        gallery = house.gallery()
        if not gallery.knows(liking.token()):
            liking.take(gallery.new_visitor())
        gallery.like(id, liking.token(), likes)
    except KoeError as error:
        state.notice(texts.refused(error))


# -- all of them, one after another ---------------------------------------------


def radio_is_on() -> bool:
    """Whether the visitor listens to a whole list."""
    return bool(state.peek(_RADIO, None))


def show_radio() -> None:
    """The entry whose turn it is; the next one follows by itself when it has ended."""
    at = state.peek(_RADIO, None)[1]
    with st.container(horizontal=True, key="gallery-radio-buttons"):
        st.button(texts.RADIO_STOP, key="gallery-radio-off", icon=":material/stop:", on_click=_tune_out)
        st.button(texts.RADIO_NEXT, key="gallery-radio-next", icon=":material/skip_next:", on_click=_tune_on)
    try:
        entry, piece, made_from = house.opened(at)
    except GalleryError:  # taken away meanwhile
        _tune_on()
        st.rerun()
    st.header(escape(entry.title), anchor=False)
    st.caption(_facts(entry))
    show_result(piece, "gallery-radio", made_from=made_from, usable=False, autoplay=True, on_end=_tune_on)


def _tune_in(order: Order) -> None:
    places = state.peek(_PLACES, ("", ()))
    start = places[1][-1] if places[0] == order and places[1] else ""
    state.keep(_RADIO, (order, "", (), start or None))
    _tune_on()


def _tune_on() -> None:
    """Turn to the next entry; at the end of a list the radio falls silent."""
    turn: tuple[Order, str, tuple[str, ...], str | None] = state.peek(_RADIO, None) or ("newest", "", (), None)
    order, _, waiting, after = turn
    try:
        if not waiting and after != "":
            page = house.gallery().page(order, after or "", PAGE, house.exhibition())
            waiting, after = tuple(one.id for one in page.entries), page.after
    except KoeError as error:
        state.notice(texts.refused(error))
    if not waiting:
        state.notice(texts.RADIO_END)
        _tune_out()
        return
    state.keep(_RADIO, (order, waiting[0], waiting[1:], after))


def _tune_out() -> None:
    state.forget(_RADIO)


# -- taking away, and hiding -------------------------------------------------------


def show_removal(asked: str, close: Callable[[], object]) -> None:
    """Ask whoever came with a deletion address whether they mean it; opening the address alone does nothing.

    Parameters
    ----------
    asked : str
        An entry's id and its token, from the address: it may be anything.
    close : callable
        Takes that out of the address.
    """

    def remove() -> None:
        id, _, token = asked.partition(".")
        try:
            house.limits().remove(house.here())
            house.gallery().remove(id, token)
            state.notice(texts.REMOVED)
        except KoeError as error:
            state.notice(texts.refused(error))
        close()

    st.warning(texts.REMOVE, icon=":material/delete:")
    st.button(texts.REMOVE_YES, key="gallery-remove", icon=":material/delete_forever:", on_click=remove)


def is_operator() -> bool:
    """Whether this visitor has given the operator's password."""
    return bool(st.session_state.get(_OPERATOR, False)) and bool(operator_password())


def show_operator() -> None:
    """A field for the password, then what the operator may see."""
    if not operator_password():
        return
    with st.container(border=True, key="gallery-operator"):
        st.caption(texts.OPERATOR)
        if not is_operator():
            with st.form("gallery-operator-form", border=False):
                st.text_input(texts.OPERATOR_PASSWORD, type="password", key="gallery-password")
                st.form_submit_button(texts.OPERATOR_OPEN, key="gallery-operator-open", on_click=_enter)
            if fault := st.session_state.pop(_FAULT, ""):
                st.error(fault)
            return
        st.toggle(
            texts.OPERATOR_HIDDEN,
            state.peek(_HIDDEN, False),
            key="gallery-hidden",
            on_change=lambda: state.keep(_HIDDEN, st.session_state["gallery-hidden"]),
        )
        st.button(texts.OPERATOR_LEAVE, key="gallery-operator-leave", on_click=_leave)


def _enter() -> None:
    if door().lets_in(st.session_state["gallery-password"]):
        st.session_state[_OPERATOR] = True
    else:
        st.session_state[_FAULT] = texts.OPERATOR_CLOSED if door().is_closed else texts.OPERATOR_WRONG


def _leave() -> None:
    st.session_state.pop(_OPERATOR, None)
    state.forget(_HIDDEN)
    st.query_params.pop(OPERATOR, None)


def hide_button(entry: Shown) -> None:
    """Hides an entry, or shows it again; only the operator has it."""
    if is_operator():
        st.button(
            texts.SHOW if entry.hidden else texts.HIDE,
            key=f"gallery-hide-{entry.id}",
            icon=":material/visibility:" if entry.hidden else ":material/visibility_off:",
            on_click=_hide,
            args=(entry.id, not entry.hidden),
        )


def _hide(id: str, hidden: bool) -> None:
    if not is_operator():  # a message that a page sent earlier, say
        return
    try:
        house.gallery().hide(id, hidden)
    except KoeError as error:
        state.notice(texts.refused(error))
