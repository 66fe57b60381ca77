"""The lines for other programs are ones that work as they are."""

import ast
import shlex

from imgvar_desktop.core.services import Endpoint
from imgvar_desktop.core.sharing import base_url_lines, curl_lines, python_lines

ENDPOINT = Endpoint("http://127.0.0.1:8434/v1", "sk-imgvar-abc")


def test_the_address_and_the_key_stand_on_lines_of_their_own():
    assert base_url_lines(ENDPOINT) == "http://127.0.0.1:8434/v1\nsk-imgvar-abc"


def test_the_curl_command_is_one_command_with_the_fields_of_the_call():
    words = shlex.split(curl_lines(ENDPOINT).replace("\\\n", " "))

    assert words[:2] == ["curl", "http://127.0.0.1:8434/v1/images/variations"]
    assert words[words.index("-H") + 1] == "Authorization: Bearer sk-imgvar-abc"
    fields = [words[i + 1] for i, word in enumerate(words) if word == "-F"]
    assert [field.partition("=")[0] for field in fields] == ["image", "n", "size", "response_format"]


def test_the_python_lines_are_python():
    tree = ast.parse(python_lines(ENDPOINT))

    assert ast.unparse(tree.body[1]).startswith("client = OpenAI(base_url='http://127.0.0.1:8434/v1'")
