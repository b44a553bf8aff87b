"""Line and column of a field inside a JSON text, for error messages only."""

from collections.abc import Sequence

import yaml

Path = Sequence[int | str]
# Beyond this size finding the place would take longer than reading the message is worth.
MAX_CHARACTERS = 3_000_000


def locate(text: str, paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """1-based line and column of each path, or of its nearest parent that exists.

    JSON is YAML, and YAML's node graph keeps positions, which the json module does not.
    """
    if len(text) > MAX_CHARACTERS:
        return [None] * len(paths)
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [_position(root, path) for path in paths]


def _position(node: yaml.Node | None, path: Path) -> tuple[int, int] | None:
    if node is None:
        return None
    for step in path:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return node.start_mark.line + 1, node.start_mark.column + 1


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
