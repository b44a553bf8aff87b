"""One key of a TOML text changed, and every other character left alone."""

import json
import re

from api.site.toml_places import key_offsets

# A string value behind its key, in any of TOML's four ways to write one.
_STRING = re.compile(
    r"""(?P<key>[^=\n]*=[ \t]*)(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')""",
    re.DOTALL,
)


def with_text(text: str, key: str, value: str) -> str:
    """The TOML text with a string at a key of its top level; an absent key goes to the top."""
    offset = key_offsets(text).get((key,))
    if offset is None:
        return f"{key} = {quoted(value)}\n{text}"
    match = _STRING.match(text, offset)
    if match is None:
        raise ValueError(f"{key}: is no text")
    return text[:offset] + match["key"] + quoted(value) + text[match.end() :]


def quoted(value: str) -> str:
    """A TOML basic string; JSON's escapes are all TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
