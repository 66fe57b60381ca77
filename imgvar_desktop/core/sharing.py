"""The device's service for other programs on this computer: where it listens, and the lines they need."""

from typing import Final

from imgvar_desktop.core import contract
from imgvar_desktop.core.services import Endpoint

KEPT_AS: Final = "shared-service"
"""Names its key in the keyring, beside those of the services."""
DEFAULT_PORT: Final = 8434
FIRST_PORT: Final = 1024
"""Those below are the system's own."""
LAST_PORT: Final = 65535
KEY_PREFIX: Final = "sk-imgvar-"


def base_url_lines(endpoint: Endpoint) -> str:
    """For a program that asks for an address and a key."""
    return f"{endpoint.base_url}\n{endpoint.key}"


def curl_lines(endpoint: Endpoint) -> str:
    return (
        f"curl {endpoint.base_url}{contract.VARIATIONS_PATH} \\\n"
        f'  -H "Authorization: Bearer {endpoint.key}" \\\n'
        "  -F image=@picture.png -F n=4 -F size=1024x1024 -F response_format=b64_json"
    )


def python_lines(endpoint: Endpoint) -> str:
    """For openai-python, which still has the call."""
    return (
        "from openai import OpenAI\n\n"
        f'client = OpenAI(base_url="{endpoint.base_url}", api_key="{endpoint.key}")\n'
        'with open("picture.png", "rb") as picture:\n'
        '    reply = client.images.create_variation(image=picture, n=4, size="1024x1024", response_format="b64_json")'
    )
