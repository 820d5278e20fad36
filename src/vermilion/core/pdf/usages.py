"""How an earlier revision refers to the objects that later ones replace: pyHanko's search, kept to where such a reference can be.

pyHanko walks through everything that the catalog leads to and keeps every way to every object; with 30,000 objects that takes longer than
a verification may. Which objects lead to a replaced one at all is told by the references in the file's bytes, in a fraction of the time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver

from .anatomy import Anatomy

if TYPE_CHECKING:
    from .reader import Reader

REFERENCE = re.compile(rb"(?<![0-9])(\d{1,10})[\x00\t-\r ]+\d{1,5}[\x00\t-\r ]+R(?![A-Za-z])")
"""A reference, wherever it stands; what only looks like one, in a string or to one program, is taken along."""


class EarlierRevision(HistoricalResolver):
    """A file as it was at a revision. Objects that lead to nothing that was replaced later are left out of the search for usages."""

    def __init__(self, reader: Reader, revision: int, anatomy: Anatomy) -> None:
        super().__init__(reader, revision)
        self._anatomy = anatomy
        self._looked_into: set[int] | None = None

    def __call__(self, ref: generic.Reference) -> generic.PdfObject:
        """Return an object; while usages are searched, null for one without any."""
        if self._looked_into is not None and ref.idnum not in self._looked_into:
            return generic.NullObject()
        return super().__call__(ref)

    def _load_reverse_xref_cache(self) -> None:
        # In an encrypted file the references in object streams can't be seen: there pyHanko searches everywhere.
        if self._indirect_object_access_cache is None and not self._anatomy.encrypted:
            self._looked_into = self._leading()
        try:
            super()._load_reverse_xref_cache()
        finally:
            self._looked_into = None

    def _leading(self) -> set[int]:
        """Return the numbers of all objects from which a replaced one can be reached."""
        xrefs = self.reader.xrefs
        later = range(self.revision + 1, xrefs.total_revisions)
        replaced = {one.idnum for revision in later for one in xrefs.explicit_refs_in_revision(revision)}
        above = self._tree()
        users: dict[int, list[int]] = {}
        for user, value in self._anatomy.values():
            for digits in set(REFERENCE.findall(value)):
                used = int(digits)
                # pyHanko enters a node of the page tree from the node above it only.
                if used in replaced or above.get(used, user) == user:
                    users.setdefault(used, []).append(user)
        found: set[int] = set()
        waiting = replaced
        while waiting:
            waiting = {user for number in waiting for user in users.get(number, ())} - found
            found |= waiting
        return found

    def _tree(self) -> dict[int, int]:
        """Return, for every node of the page tree, the number of the node above it; of the root, the catalog's."""
        found: dict[int, int] = {}
        waiting = [(self.root.raw_get("/Pages"), self.root_ref.idnum)]
        while waiting:
            node, above = waiting.pop()
            if not isinstance(node, generic.IndirectObject) or node.idnum in found:
                raise PdfReadError("not a tree of pages")
            found[node.idnum] = above
            entries = node.get_object()
            if "/Kids" in entries:
                kids = entries["/Kids"]
                waiting += [(kids.raw_get(index), node.idnum) for index in range(len(kids))]
        return found
