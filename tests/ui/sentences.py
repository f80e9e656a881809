"""What the code says in English, read from its source: each sentence with `⟦1⟧`, `⟦2⟧` ... where it fills something in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEPTH = 4
"""Steps from a name to what it stands for."""


@dataclass(frozen=True)
class Call:
    """A call of a function or class by its bare name, with what its arguments may say; "" for one that says nothing fixed."""

    name: str
    arguments: tuple[tuple[str, ...], ...]
    place: str


@dataclass
class Module:
    path: Path
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Module:
        module = cls(path, ast.parse(path.read_text(encoding="utf-8")))
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                module.functions.setdefault(node.name, node)
        for statement in module.tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                module.constants[statement.targets[0].id] = statement.value
        return module

    def calls(self) -> Iterator[Call]:
        for scope, call in _calls(self.tree, None):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            stated = [*call.args, *(keyword.value for keyword in call.keywords)]
            arguments = tuple(tuple(numbered(self.said(value, scope))) for value in stated)
            yield Call(name, arguments, f"{self.path.relative_to(ROOT)}:{call.lineno}")

    def said(self, value: ast.expr | None, scope: Function | None, depth: int = _DEPTH) -> list[str]:
        """What an expression may be as text, `{}` for what is filled in; [""] where nothing of it is fixed."""
        if isinstance(value, ast.Constant):
            return [value.value] if isinstance(value.value, str) else []
        if isinstance(value, ast.IfExp):
            return [*self.said(value.body, scope, depth), *self.said(value.orelse, scope, depth)]
        if isinstance(value, ast.BoolOp):
            return [said for part in value.values for said in self.said(part, scope, depth)]
        if isinstance(value, ast.JoinedStr):
            parts = [self._part(part, scope, depth) for part in value.values]
            return ["".join(chosen) for chosen in product(*parts)]
        if isinstance(value, ast.Name) and depth:
            return self._named(value.id, scope, depth - 1)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and depth:
            function = self.functions.get(value.func.id)
            returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)] if function else []
            return [said for one in returned for said in self.said(one, function, depth - 1)] or [""]
        return [""]

    def _part(self, part: ast.expr, scope: Function | None, depth: int) -> list[str]:
        if not isinstance(part, ast.FormattedValue):
            return self.said(part, scope, depth)
        said = self.said(part.value, scope, depth) if part.conversion == -1 and part.format_spec is None else [""]
        return [one if any(map(str.isalpha, one)) else "{}" for one in said if one or len(said) == 1] or ["{}"]

    def _named(self, name: str, scope: Function | None, depth: int) -> list[str]:
        assigned = [
            node.value
            for node in ast.walk(scope or ast.Module([], []))
            if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets)
        ]
        if assigned:
            return [said for one in assigned for said in self.said(one, scope, depth)]
        if name in self.constants:
            return self.said(self.constants[name], None, depth)
        elsewhere = [module for module in modules() if name.isupper() and name in module.constants]
        return elsewhere[0].said(elsewhere[0].constants[name], None, depth) if elsewhere else [""]


def _calls(node: ast.AST, scope: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield scope, child
        yield from _calls(child, child if isinstance(child, Function) else scope)


def numbered(templates: Sequence[str]) -> Iterator[str]:
    """The templates with a number in each hole."""
    for template in dict.fromkeys(templates):
        first, *rest = template.split("{}")
        yield first + "".join(f"⟦{number}⟧{part}" for number, part in enumerate(rest, start=1))


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the five folders."""
    folders = ("corpus", "index", "rag", "evals", "ui")
    return tuple(Module.of(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def calls() -> tuple[Call, ...]:
    return tuple(call for module in modules() for call in module.calls())
