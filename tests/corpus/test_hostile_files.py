"""Files that would fill the memory, take for ever, or reach out of their folder; and 500 damaged ones."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest

from corpus.extraction import extract
from corpus.readers import RawRecord, Rejected, read_bytes

STORY = b"<p>The pier at Grum is shut until the storm has passed over the island, it was said on Tuesday.</p>"


def read(name: str, raw: bytes) -> list[RawRecord | Rejected]:
    """All that a file holds, extracted too; each rejection names the file."""
    found = list(read_bytes(f"/news/{name}", raw))
    for one in found:
        if isinstance(one, Rejected):
            assert name in one.reason
            assert one.reason.endswith(".")
            assert one.remedy.endswith(".")
        else:
            extract(one)
    return found


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in members.items():
            file.writestr(name, raw)
    return packed.getvalue()


def test_a_zip_bomb_is_not_opened() -> None:
    (rejected,) = read("bomb.zip", archive({"a.txt": b"a" * 50_000_000}))

    assert isinstance(rejected, Rejected)
    assert "more than is safe" in rejected.reason
    assert len(read("fine.zip", archive({"a.txt": STORY * 5_000}))) == 1


def test_members_that_point_elsewhere_are_refused_and_the_others_read() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO(
        archive({"../up.txt": STORY, "/etc/root.txt": STORY, "C:\\win.txt": STORY, "in.zip": b"PK", "ok/a.txt": STORY})
    )
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr(link, "/etc/hostname")
        file.writestr("__MACOSX/a.txt", STORY)
        file.writestr(".hidden/a.txt", STORY)

    found = read("a.zip", packed.getvalue())

    assert [one.source for one in found if isinstance(one, RawRecord)] == ["/news/a.zip#ok/a.txt"]
    reasons = [one.reason for one in found if isinstance(one, Rejected)]
    assert sum("outside the archive" in reason for reason in reasons) == 3
    assert sum("is a link" in reason for reason in reasons) == 1
    assert sum("archive within an archive" in reason for reason in reasons) == 1


def test_a_member_that_is_damaged_costs_itself_alone() -> None:
    raw = bytearray(archive({"a.txt": STORY * 9, "b.txt": STORY.upper() * 9}))
    raw[50] ^= 255

    found = read("a.zip", bytes(raw))

    assert [type(one) for one in found] == [Rejected, RawRecord]
    assert "a.txt" in found[0].source


def flate_bomb() -> bytes:
    """A PDF of half a megabyte that draws for minutes."""
    drawing = zlib.compress(b"0 0 m 1 1 l S " * 20_000_000, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(drawing) + drawing + b"\nendstream",
    ]
    numbered = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + numbered + b"trailer << /Size 5 /Root 1 0 R >>\n%%EOF"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "elements.html": lambda: b"<html><body>" + b"<p>x</p>" * 200_000,
    "nested.html": lambda: b"<html><body>" + b"<div>" * 200_000 + STORY,
    "attributes.html": lambda: b"<html><body><p " + b"".join(b"a%d=x " % i for i in range(300_000)) + b">" + STORY,
    "entities.html": lambda: b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><html><body><p>&b;</p>" + STORY * 5,
    "linked.html": lambda: (
        b"<html><script type='application/ld+json'>" + b"[" * 500_000 + b"</script><body>" + STORY * 5
    ),
    "brackets.md": lambda: b"[" * 250_000,
    "alias.md": lambda: (
        b"---\na: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nauthors: [*b,*b,*b,*b]\n---\n" + STORY
    ),
    "nested.json": lambda: b"[" * 2_000_000,
    "objects.json": lambda: b'{"a":' * 2_000_000,
    "nested.jsonl": lambda: b"[" * 2_000_000,
    "item.json": lambda: b'[{"text":"' + b"a" * 60_000_000 + b'"}]',
    "wide.csv": lambda: b"title,text," + b"x," * 500_000 + b"\n" + b"a," * 500_000,
    "drawing.pdf": flate_bomb,
    "long.txt": lambda: b"a" * 3_000_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_for_ever_ends(name: str) -> None:
    assert all(isinstance(one, RawRecord | Rejected) for one in read(name, HOSTILE[name]()))


_INSERTED = [b"\0", b"\xff\xfe", b"<", b"{" * 200, b"[" * 2_000, b"<div>" * 500, b'"', b"999999999999"]


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """`raw` with one to eight changes such as transport, disks and bad programs make, or malice."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(changed) + 1)
        end = start + chance.randint(1, 60)
        match chance.randrange(6):
            case 0:
                del changed[start:end]
            case 1:
                changed[start:start] = changed[start:end] * chance.randint(1, 50)
            case 2:
                changed[start:end] = chance.randbytes(end - start)
            case 3:
                del changed[max(1, start) :]
            case 4:
                changed[start:end] = bytes(byte ^ 1 << chance.randrange(8) for byte in changed[start:end])
            case _:
                changed[start:start] = chance.choice(_INSERTED)
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_500_damaged_files_crash_nothing_and_end(every_format: dict[str, bytes], part: int) -> None:
    chance = random.Random(part)
    names = [name for name in every_format if name != "e.pdf"] * 4 + ["e.pdf"] * 2
    for _ in range(50):
        name = chance.choice(names)
        read(name, damaged(every_format[name], chance))
