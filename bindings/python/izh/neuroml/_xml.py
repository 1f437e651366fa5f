"""XML without its dangers: elements with their lines, and nothing fetched, expanded or guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, NoReturn, Optional, Type
from xml.parsers import expat

from ..errors import FileError, FormatError, InvalidError, IzhError, UnsupportedError

MOST_BYTES = 1 << 28  #: of a file
_MOST_DEPTH = 50
_MOST_ELEMENTS = 5_000_000
_MOST_ATTRIBUTE = 10_000  # characters
_NEUROML = "http://www.neuroml.org/"
_ATTRIBUTES = ("http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace")
#: Elements for people: what is in them is passed over.
REMARKS = frozenset(("notes", "annotation"))


class Node:
    """An element: its name without namespace, its attributes and children, and where it is."""

    __slots__ = ("tag", "attributes", "children", "file", "line")

    def __init__(self, tag: str, attributes: Dict[str, str], file: str, line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: List[Node] = []
        self.file = file
        self.line = line

    def fail(self, why: str, kind: Type[IzhError] = InvalidError) -> NoReturn:
        """Raises an error that says where and what this is."""
        name = self.attributes.get("id")
        what = self.tag if name is None else f'{self.tag} "{name}"'
        raise located(kind, self.file, self.line, f"{what}: {why}")

    def check(self, needed: FrozenSet[str], optional: FrozenSet[str] = frozenset()) -> None:
        """Whether it has all attributes that it needs, and none that is not known."""
        for name in sorted(needed - self.attributes.keys()):
            self.fail(f"the attribute {name} is missing")
        for name in self.attributes.keys() - needed - optional:
            self.fail(f"the attribute {name} is not supported", UnsupportedError)

    def parts(self, *known: str) -> Iterator[Node]:
        """The children of these names; remarks and properties are passed over.

        Raises:
            UnsupportedError: there are others.
        """
        for child in self.children:
            if child.tag in known:
                yield child
            elif child.tag not in REMARKS and child.tag != "property":
                child.fail(f"is not supported in {self.tag}", UnsupportedError)


def located(kind: Type[IzhError], file: str, line: int, message: str) -> IzhError:
    """An error with its place, which are its attributes `file` and `line`, too."""
    error = kind(f"{file}, line {line}: {message}")
    setattr(error, "file", file)
    setattr(error, "line", line)
    return error


class _Reader:
    """Makes a tree of what expat finds."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Optional[Node] = None
        self.open: List[Node] = []
        self.count = 0
        self.remark = 0  # depth within what is passed over
        parser: Any = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        for name in ("EntityDecl", "UnparsedEntityDecl", "ExternalEntityRef", "SkippedEntity"):
            setattr(parser, name + "Handler", self.refuse_entity)
        self.parser = parser

    def fail(self, message: str, kind: Type[IzhError] = FormatError) -> NoReturn:
        raise located(kind, self.file, self.parser.CurrentLineNumber, message)

    def refuse_doctype(self, *_: Any) -> None:
        self.fail("a document type declaration (DOCTYPE) is refused: it could define entities")

    def refuse_entity(self, *_: Any) -> None:
        self.fail("entities are refused")

    def name(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        if space and not space.startswith(_NEUROML):
            self.fail(f"{local} is of the namespace {space}, and not NeuroML's", UnsupportedError)
        return local

    def attributes(self, given: Dict[str, str]) -> Dict[str, str]:
        found = {}
        for name, value in given.items():
            space, _, local = name.rpartition(" ")
            if len(value) > _MOST_ATTRIBUTE:
                self.fail(f"the attribute {local} has more than {_MOST_ATTRIBUTE} characters")
            if not space:
                found[local] = value
            elif space not in _ATTRIBUTES:
                self.fail(f"the attribute {local} is of the namespace {space}", UnsupportedError)
        return found

    def start(self, name: str, attributes: Dict[str, str]) -> None:
        self.count += 1
        if self.count > _MOST_ELEMENTS:
            self.fail(f"there are more than {_MOST_ELEMENTS} elements")
        if len(self.open) + self.remark > _MOST_DEPTH:
            self.fail(f"elements are nested more than {_MOST_DEPTH} deep")
        if self.remark:
            self.remark += 1
            return
        tag = self.name(name)
        node = Node(tag, self.attributes(attributes), self.file, self.parser.CurrentLineNumber)
        if tag in REMARKS:
            self.remark = 1
            return
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _name: str) -> None:
        if self.remark:
            self.remark -= 1
        else:
            self.open.pop()


def parse(data: bytes, file: str) -> Node:
    """The root of a document.

    Raises:
        FormatError: it is no XML, or has a DOCTYPE, entities, or more or deeper elements than any
            model; with its line.
        UnsupportedError: it has elements of other namespaces.
    """
    if len(data) > MOST_BYTES:
        raise located(FormatError, file, 1, f"there are more than {MOST_BYTES} bytes")
    reader = _Reader(file)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise located(FormatError, file, error.lineno, f"this is no XML: {reason}") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, IzhError):
            raise
        raise located(FormatError, file, 1, f"this is no XML: {error}") from None
    if reader.root is None:
        raise located(FormatError, file, 1, "there is no element")
    return reader.root


def load(path: Path, shown: str) -> Node:
    """The root of a file."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(f"{shown}: {error.strerror or error}") from None
    return parse(data, shown)
