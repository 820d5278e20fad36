"""A connection to a PKCS#11 token: one log-in, a few sessions that are kept, and another try when the token was away.

The module must first be used after the last fork: PKCS#11 leaves undefined what a forked child may do with it, so a child is refused here.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from pkcs11 import exceptions as faults
from pkcs11.constants import TokenFlag

from .errors import KeyGone, KeyStoreError, PinRefused

Result = TypeVar("Result")

_OS_LOCKING = 2
# What another session would not change. Everything else may be a token that was pulled out, restarted or made anew.
_FINAL = (
    faults.ArgumentsBad, faults.AttributeValueInvalid, faults.AttributeTypeInvalid, faults.DataInvalid, faults.DataLenRange,
    faults.DomainParamsInvalid, faults.KeySizeRange, faults.KeyTypeInconsistent, faults.MechanismInvalid, faults.MechanismParamInvalid,
    faults.MultipleObjectsReturned, faults.PinExpired, faults.PinInvalid, faults.PinLenRange, faults.TemplateIncomplete,
    faults.TemplateInconsistent, faults.TokenWriteProtected,
)  # fmt: skip
_REFUSED = (faults.PinIncorrect, faults.PinLocked, faults.PinExpired, faults.PinInvalid, faults.PinLenRange)


class _Arguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS"""

    _fields_ = (("callbacks", ctypes.c_void_p * 4), ("flags", ctypes.c_ulong), ("reserved", ctypes.c_void_p))


class Session:
    """One open session and the handles of the keys that were looked up in it."""

    def __init__(self, opened: pkcs11.Session) -> None:
        self.opened = opened
        self.keys: dict[object, Any] = {}


class Token:
    """The token ``label`` of the PKCS#11 ``module``. Thread-safe, opened at the first use. ``pin`` gives the PIN at a log-in.

    A PIN that was refused is not tried again, nor one at all when the next wrong one would lock the token.
    """

    def __init__(self, module: Path, label: str, pin: Callable[[], str], *, sessions: int = 4) -> None:
        self.label = label
        self._module = module
        self._pin = pin
        self._most = sessions
        self._condition = threading.Condition()
        self._process = os.getpid()
        self._generation = 0
        self._busy = 0
        self._draining = False
        self._closed = False
        self._refused: int | None = None  # of a PIN, see _read_pin
        self._token: pkcs11.Token | None = None
        self._login: pkcs11.Session | None = None
        self._idle: list[Session] = []

    def __repr__(self) -> str:
        return f"<Token {self.label}>"

    def run(self, work: Callable[[Session], Result], *, writing: bool = False) -> Result:
        """Return ``work(session)``; when the token was away, once more on a new connection. Raises KeyStoreError.

        ``writing``: in a session that may make objects; such work is not repeated.
        """
        if writing:
            self.run(_touch)
        generation = self._generation
        try:
            with self._session(writing) as session:
                return work(session)
        except faults.PKCS11Error as error:
            if isinstance(error, _FINAL) or writing:
                raise _told(error) from error
        self._forget(generation)
        try:
            with self._session(writing) as session:
                return work(session)
        except faults.PKCS11Error as error:
            raise _told(error) from error

    def check(self) -> None:
        """See that the token answers. Raises KeyStoreError."""
        self.run(_touch)

    def close(self) -> None:
        """Log out and let go of every session; from now on nothing is signed by this object."""
        with self._condition:
            self._closed = True
        self._forget(self._generation)

    @contextmanager
    def _session(self, writing: bool) -> Iterator[Session]:
        session = self._take(writing)
        try:
            yield session
        except BaseException:
            self._discard(session)  # whatever state it is in, it is not used again
            raise
        if writing:
            self._discard(session)
        else:
            self._give_back(session)

    def _take(self, writing: bool) -> Session:
        if os.getpid() != self._process:
            raise KeyStoreError("the PKCS#11 module was opened before this process was forked and can't be used in it")
        with self._condition:
            self._condition.wait_for(lambda: not self._draining and self._busy < self._most)
            if self._closed:
                raise KeyGone("the token was closed")
            session = self._idle.pop() if self._idle and not writing else None
            if session is None:
                session = Session(self._connected().open(rw=writing))
            self._busy += 1
            return session

    def _discard(self, session: Session) -> None:
        with suppress(faults.PKCS11Error):
            session.opened.close()
        self._give_back(None)

    def _give_back(self, session: Session | None) -> None:
        with self._condition:
            self._busy -= 1
            if session is not None:
                self._idle.append(session)
            self._condition.notify_all()

    def _connected(self) -> pkcs11.Token:
        """Return the token, logged in. PKCS#11 logs a whole process in, not a session."""
        if self._token is None:
            library = pkcs11.lib(str(self._module))
            if not _start(self._module):
                self._most = 1  # the module was not told that threads come: one at a time
            token = library.get_token(token_label=self.label)
            self._login = self._log_in(token)
            self._token = token
        return self._token

    def _log_in(self, token: pkcs11.Token) -> pkcs11.Session:
        pin = self._pin()
        if hash(pin) == self._refused:
            raise PinRefused("the token refused this PIN before; it is not tried again until it was changed")
        if token.flags & (TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED):
            raise PinRefused("one more wrong PIN would lock the token, or it is locked; log in once with the vendor's own tool")
        try:
            return token.open(user_pin=pin)
        except faults.UserAlreadyLoggedIn:
            return token.open()
        except _REFUSED as error:
            self._refused = hash(pin)  # salted by the interpreter; the PIN itself is kept nowhere
            raise PinRefused(f"the token refused the PIN ({type(error).__name__})") from error

    def _forget(self, generation: int) -> None:
        """Drop the connection of ``generation``, unless another thread has done it, when nobody is inside the module any more."""
        with self._condition:
            if generation != self._generation:
                return
            self._generation += 1
            self._draining = True
            try:
                self._condition.wait_for(lambda: self._busy == 0)
                self._idle.clear()
                if self._login is not None:
                    with suppress(faults.PKCS11Error):
                        self._login.close()
                self._token = self._login = None
            finally:
                self._draining = False
                self._condition.notify_all()


def _start(module: Path) -> bool:
    """Start the loaded module anew, and tell it that threads come, which python-pkcs11 does not; False when that can't be said."""
    functions = ctypes.CDLL(str(module))
    try:
        finalize, initialize = functions.C_Finalize, functions.C_Initialize
    except AttributeError:
        pkcs11.lib(str(module)).reinitialize()
        return False
    initialize.argtypes, finalize.argtypes = [ctypes.c_void_p], [ctypes.c_void_p]
    arguments = _Arguments(flags=_OS_LOCKING)
    finalize(None)
    if initialize(ctypes.byref(arguments)):
        initialize(None)
        return False
    return True


def _touch(session: Session) -> None:
    """Do what takes a living connection and nothing else."""
    session.opened.generate_random(64)


def _told(error: faults.PKCS11Error) -> KeyStoreError:
    return KeyStoreError(f"the token failed ({type(error).__name__}{f': {error}' if str(error) else ''})")
