"""JSON to the dataclasses of the contract, and back. Strict: a key that is missing or unknown is an error."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from math import isfinite
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DecodeError(ValueError):
    """Says where in the document what is wrong."""


def decode(cls: type[T], value: Any, where: str = "") -> T:
    """`cls` may be a dataclass of the contract or a union of them."""
    return _decode(cls, value, where)


def encode(value: Any) -> Any:
    """What `json.dumps` takes. An optional field that is None is left out; numbers that JSON lacks become text."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {f.name: getattr(value, f.name) for f in fields(value)}
        optional = {f.name for f in fields(value) if f.default is not MISSING}
        return {name: encode(one) for name, one in kept.items() if not (one is None and name in optional)}
    if isinstance(value, dict):
        return {str(key): encode(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return _union(get_args(kind), value, where)
    if origin is Literal:
        if any(value == one and type(value) is type(one) for one in get_args(kind)):
            return value
        raise DecodeError(f"{where}: {value!r} is none of {list(get_args(kind))}")
    if origin is list:
        if not isinstance(value, list):
            raise DecodeError(f"{where}: not a list")
        return [_decode(get_args(kind)[0], one, f"{where}[{i}]") for i, one in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            raise DecodeError(f"{where}: not an object")
        return {key: _decode(get_args(kind)[1], one, f"{where}.{key}") for key, one in value.items()}
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    return _plain(kind, value, where)


def _dataclass(cls: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise DecodeError(f"{where}: not an object")
    hints = _hints(cls)
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        raise DecodeError(f"{where}: this version does not know {', '.join(unknown)}")
    missing = sorted(f.name for f in fields(cls) if f.default is MISSING and f.name not in value)
    if missing:
        raise DecodeError(f"{where}: lacks {', '.join(missing)}")
    return cls(**{key: _decode(hints[key], one, f"{where}.{key}") for key, one in value.items()})


def _union(options: tuple[Any, ...], value: Any, where: str) -> Any:
    """The only option that fits; of several that do not, the one that came furthest is named."""
    errors: list[str] = []
    for option in options:
        try:
            return _decode(option, value, where)
        except DecodeError as error:
            errors.append(str(error))
    raise DecodeError(max(errors, key=lambda text: text.split(":")[0].count(".")))


def _plain(kind: Any, value: Any, where: str) -> Any:
    if kind is type(None) and value is None:
        return None
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if kind is not float and type(value) is kind:
        return value
    raise DecodeError(f"{where}: {value!r} is not {getattr(kind, '__name__', kind)}")
