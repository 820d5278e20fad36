"""Room for deep calls.

CPython keeps the frames of a thread in blocks of 16 KiB, some hundred calls. The call that needs the next block asks the system for it and
gives it back on return. Where a loop stands right at such an edge each turn costs two system calls and a page fault, a hundred times the
call itself; a request of ours goes so deep (Django, middleware, templates) that it meets an edge somewhere, which took a seventh of all
time. A block is made as large as its first frame asks, though, so one frame that asks for half a megabyte carries everything below it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Told = TypeVar("Told")

#: Words of the one large frame. Blocks double until it fits: it takes one half of a megabyte, its callees have the other, 3,000 calls.
#: Neither is touched before it is used, so this is address space, no memory.
_WORDS = 65_600


def roomy(function: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """Decorate the function by which a thread, a request or a job begins: what it calls meets no edge of a block."""

    def with_room(*args: Asked.args, **kwargs: Asked.kwargs) -> Told:
        return function(*args, **kwargs)

    with_room.__code__ = with_room.__code__.replace(co_stacksize=_WORDS)
    return update_wrapper(with_room, function)
