"""XMP packets that say how a picture came about, and the recipes inside them.

Properties of IPTC and of XMP itself are there for every program that reads metadata; the recipe stands in a namespace
of our own, for Imgvar to take up again.
"""

from typing import Final
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.sax.saxutils import escape, quoteattr

from imgvar_desktop.core.recipe import Recipe, recipe_from, recipe_text

NAMESPACE: Final = "urn:imgvar:recipe#"
MAX_PACKET_BYTES: Final = 4_000_000
"""Larger ones are not looked into: they are another program's."""
_PACKET: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:imgvar="{namespace}"
 xmp:CreatorTool={software}
 xmp:CreateDate={created}
 xmpMM:DocumentID={document}
 Iptc4xmpExt:DigitalSourceType={source_type}>
<xmpMM:DerivedFrom rdf:parseType="Resource"><stRef:documentID>{derived}</stRef:documentID></xmpMM:DerivedFrom>
<imgvar:Recipe>{recipe}</imgvar:Recipe>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def packet(recipe: Recipe, *, software: str) -> bytes:
    """``software``: name and version of the program."""
    derived = f"imgvar:{recipe.parent_id}" if recipe.parent_id else f"sha256:{recipe.request.source.key}"
    text = _PACKET.format(
        namespace=NAMESPACE,
        software=quoteattr(software),
        created=quoteattr(recipe.created_at.isoformat()),
        document=quoteattr(f"imgvar:{recipe.entry_id}"),
        source_type=quoteattr(recipe.source_type.uri),
        derived=escape(derived),
        recipe=escape(_writable(recipe_text(recipe, software=software))),
    )
    return text.encode("utf-8", "replace")


def recipe_in(packet_bytes: bytes) -> Recipe | None:
    """None when the packet is another program's, makes no sense, or plays tricks with entities."""
    if len(packet_bytes) > MAX_PACKET_BYTES or b"<!" in packet_bytes or NAMESPACE.encode() not in packet_bytes:
        return None
    try:
        parser = XMLParser()  # noqa: S314  a packet with a declaration in it, which tricks need, went no further
        parser.feed(packet_bytes)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError):  # LookupError: an encoding that nobody knows
        return None
    text = root.findtext(f".//{{{NAMESPACE}}}Recipe")
    return recipe_from(text) if text else None


def _writable(text: str) -> str:
    """JSON escapes what stands for no letter; XML knows a few more that it refuses."""
    return "".join("\ufffd" if c in "\ufffe\uffff" or "\ud800" <= c <= "\udfff" else c for c in text)
