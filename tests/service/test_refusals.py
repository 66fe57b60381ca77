"""What the service refuses, each time in the contract's envelope with the field that is wrong."""

import io
import struct
import zlib

import httpx
import pytest
from PIL import Image

from imgvar_desktop.core import contract

MEGABYTE = 1_000_000


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "JPEG")
    return file.getvalue()


def ask(client: httpx.Client, image: bytes, **fields: str) -> httpx.Response:
    return client.post("/images/variations", files={"image": ("image.png", image, "image/png")}, data=fields)


def refused(reply: httpx.Response, *, status: int = 400, param: str | None = None, code: str | None = None) -> str:
    """The message of a refusal that keeps the contract."""
    assert reply.status_code == status, reply.text
    assert reply.headers["x-request-id"].startswith("req_")
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    if code is not None:
        assert error["code"] == code
    message: str = error["message"]
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", "0"),
        ("n", "11"),
        ("n", "-1"),
        ("n", "2.0"),
        ("n", "two"),
        ("n", "1_0"),
        ("n", "٣"),
        ("n", ""),
        ("n", "9" * 400),
        ("size", "300x300"),
        ("size", "1024"),
        ("size", "auto"),
        ("response_format", "jpeg"),
        ("seed", "-1"),
        ("seed", str(contract.MAX_SEED + 1)),
        ("seed", "x"),
        ("strength", "1.01"),
        ("strength", "-0.1"),
        ("strength", "nan"),
        ("strength", "much"),
        ("stream", "perhaps"),
        ("model", "dall-e-3"),
    ],
)
def test_field_out_of_its_range_is_named(process, png, field, value):
    assert value[:20] in refused(ask(process, png(), **{field: value}), param=field)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        pytest.param(jpeg(), "invalid_image_format", id="jpeg"),
        pytest.param(b"", "invalid_image_format", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "invalid_image_format", id="signature alone"),
        pytest.param(b"hello" * 100, "invalid_image_format", id="text"),
        pytest.param(png_that_claims(64, 48), "image_not_square", id="not square"),
        pytest.param(png_that_claims(0, 0), "image_not_square", id="no pixels"),
        pytest.param(png_that_claims(60_000, 60_000), "image_too_large", id="bomb by its header"),
        pytest.param(png_that_claims(2**31 - 1, 2**31 - 1), "image_too_large", id="largest claim"),
        pytest.param(png_that_claims(64, 64), "invalid_image", id="no pixels behind the header"),
    ],
)
def test_unusable_image_is_refused(process, image, code):
    refused(ask(process, image), param="image", code=code)


def test_image_cut_off_is_refused(process, png):
    whole = png(256)

    refused(ask(process, whole[: len(whole) // 2]), param="image", code="invalid_image")


def test_image_with_a_wrong_checksum_is_refused(process, png):
    damaged = bytearray(png(256))
    damaged[60] ^= 0xFF

    refused(ask(process, bytes(damaged)), param="image", code="invalid_image")


@pytest.mark.parametrize("size", [contract.MAX_IMAGE_BYTES + 1, 6 * MEGABYTE, 30 * MEGABYTE])
def test_image_over_the_limit_is_refused_and_the_client_reads_why(process, png, size):
    reply = ask(process, png().ljust(size, b"\0"))

    assert refused(reply, param="image") == "Uploaded image must be a PNG and less than 4 MB."


def test_largest_image_is_accepted(process, png):
    reply = ask(process, png().ljust(contract.MAX_IMAGE_BYTES, b"\0"), size="256x256")

    assert reply.status_code == 200, reply.text


def test_missing_image_is_refused(process):
    reply = process.post("/images/variations", files={"n": (None, "1")})

    refused(reply, param="image", code="missing_required_parameter")


def test_several_images_are_refused(process, png):
    image = ("image", ("image.png", png(), "image/png"))

    refused(process.post("/images/variations", files=[image, image]), param="image")


def test_image_as_text_is_refused(process):
    refused(process.post("/images/variations", files={"image": (None, "x")}), param="image", code="invalid_type")


def test_field_as_a_file_is_refused(process, png):
    files = {"image": ("image.png", png(), "image/png"), "n": ("n.txt", b"1", "text/plain")}

    refused(process.post("/images/variations", files=files), param="n", code="invalid_type")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"image": "x"}'),
        ("application/x-www-form-urlencoded", b"image=x"),
        ("", b""),
    ],
)
def test_body_that_is_no_form_is_refused(process, content_type, body):
    reply = process.post("/images/variations", content=body, headers={"Content-Type": content_type})

    refused(reply, param="image")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
    ],
)
def test_malformed_form_is_refused(process, content_type, body):
    reply = process.post("/images/variations", content=body, headers={"Content-Type": content_type})

    refused(reply)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer ключ"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/images/variations"), ("GET", "/models"), ("GET", "/secret")])
def test_without_the_key_nothing_is_told(process, authorization, method, path):
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    with httpx.Client(base_url=process.base_url, trust_env=False) as stranger:
        reply = stranger.request(method, path, headers=headers)

    refused(reply, status=401, code="invalid_api_key")
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "localhost", "127.0.0.1.evil.example:{port}", ""]
)
def test_foreign_host_is_refused(process, host):
    named = host.format(port=process.base_url.port)

    refused(process.get("/models", headers={"Host": named}), status=403, code="foreign_host")


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_loopback_host_is_served(process, host):
    named = host.format(port=process.base_url.port)

    assert process.get("/models", headers={"Host": named}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://", ""])
def test_web_page_is_refused(process, origin):
    refused(process.get("/models", headers={"Origin": origin}), status=403, code="foreign_origin")


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1", "http://[::1]:8080"])
def test_page_from_this_computer_is_served(process, origin):
    assert process.get("/models", headers={"Origin": origin}).status_code == 200


def test_unknown_address_is_refused(process):
    refused(process.get("/images"), status=404)
    refused(process.post("/images/variations/"), status=404)


def test_wrong_method_is_refused(process):
    reply = process.get("/images/variations")

    refused(reply, status=405)
    assert reply.headers["allow"] == "POST"
