"""Makes the sample pictures anew, beside this file: ``python resources/samples/make_samples.py [lake vase shapes]``.

They are our own, so they may travel with the program, and each asks something else of an engine: a wide scene, one
softly lit subject, flat colour. Every random number is seeded: the same pictures come out again.
"""

import sys
from pathlib import Path

from lake import lake
from shapes import shapes
from vase import vase

HERE = Path(__file__).parent
PAINTERS = {"lake": lake, "vase": vase, "shapes": shapes}


def main(names: list[str]) -> None:
    for name in names or PAINTERS:
        made = PAINTERS[name]()
        if name == "shapes":  # flat colour: 252 in all, a palette holds them without loss
            made.quantize(256).save(HERE / "shapes.png", optimize=True)
        else:
            made.save(HERE / f"{name}.jpg", quality=94, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
