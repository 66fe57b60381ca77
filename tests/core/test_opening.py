"""The line in which a second start asks, and what is no such line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.opening import OpenRequest

# Also what os.fsdecode makes of names that are no text.
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=())).map(lambda name: Path("/", name))


@given(st.lists(NAMES).map(tuple), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_what_was_asked_arrives_as_one_line(files, token):
    request = OpenRequest(files, token)

    line = request.encoded()

    assert OpenRequest.decoded(line) == request
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"GET / HTTP/1.1\r\n",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"files": []}',
        b'{"files": "/a", "activation_token": ""}',
        b'{"files": [1], "activation_token": ""}',
        b'{"files": [["/a"]], "activation_token": ""}',
        b'{"files": ["/a"], "activation_token": null}',
        b'{"files": ["a.png"], "activation_token": ""}',
        b'{"files": ["/a\\u0000b"], "activation_token": ""}',
        b'{"files": [], "activation_token": "a\\u0000b"}',
    ],
)
def test_anything_else_is_no_request(line):
    with pytest.raises(ValueError, match=r"."):
        OpenRequest.decoded(line)


def test_a_path_that_depends_on_a_folder_is_not_asked_for():
    with pytest.raises(ValueError, match="another folder"):
        OpenRequest((Path("a.png"),))
