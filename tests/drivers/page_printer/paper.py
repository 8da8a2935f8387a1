"""Documents to print: empty sheets of A4, as PDF."""

from __future__ import annotations

import io

from PIL import Image


def pdf(pages: int = 1) -> bytes:
    """So many sides of A4, white."""
    sheets = [Image.new("1", (210, 297), 1) for _ in range(pages)]
    out = io.BytesIO()
    sheets[0].save(out, "PDF", resolution=25.4, save_all=True, append_images=sheets[1:])
    return out.getvalue()
