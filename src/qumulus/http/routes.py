"""Which endpoint a path and a method mean."""

from __future__ import annotations

from collections.abc import Iterable

from qumulus.http.endpoint import Endpoint


class Place:
    """What stands at one path: its endpoints by method."""

    __slots__ = ("endpoints", "template")

    def __init__(self, template: str) -> None:
        self.template = template
        self.endpoints: dict[str, Endpoint] = {}

    @property
    def methods(self) -> Iterable[str]:
        """What can be done here."""
        return (*self.endpoints, "OPTIONS")


class Routes:
    """The endpoints of one API; slashes too many in a path do no harm.

    A path without ids comes before all with ids, and among those a name before an id.
    """

    def __init__(self, base: str, endpoints: Iterable[Endpoint]) -> None:
        self._plain: dict[tuple[str, ...], Place] = {}
        self._start = _Step()
        for endpoint in endpoints:
            for path in endpoint.paths:
                place = self._place_at((base + path).rstrip("/"))
                if place.endpoints.setdefault(endpoint.method, endpoint) is not endpoint:
                    raise ValueError(f"{endpoint.method} {place.template} is there twice")

    def find(self, path: str) -> tuple[Place | None, list[str]]:
        """Give what stands at a path, and the ids in it."""
        ids: list[str] = []
        parts = _parts_of(path)
        place = self._plain.get(parts)
        if place is not None:
            return place, ids
        step = self._start
        for part in parts:
            onward = step.by_name.get(part)
            if onward is None:
                onward = step.by_any
                if onward is None:
                    return None, ids
                ids.append(part)
            step = onward
        return step.place, ids

    def _place_at(self, template: str) -> Place:
        parts = _parts_of(template)
        if "{" not in template:
            return self._plain.setdefault(parts, Place(template))
        step = self._start
        for part in parts:
            step = step.onward(part)
        step.place = step.place or Place(template)
        return step.place


class _Step:
    """A point on the way along a path: where its next part leads."""

    __slots__ = ("by_any", "by_name", "place")

    def __init__(self) -> None:
        self.by_name: dict[str, _Step] = {}
        self.by_any: _Step | None = None
        self.place: Place | None = None

    def onward(self, part: str) -> _Step:
        """Go on, and make the way."""
        if not part.startswith("{"):
            return self.by_name.setdefault(part, _Step())
        self.by_any = self.by_any or _Step()
        return self.by_any


def _parts_of(path: str) -> tuple[str, ...]:
    return tuple([part for part in path.split("/") if part])
