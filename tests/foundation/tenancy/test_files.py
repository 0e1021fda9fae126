"""The private store, as a folder and as an S3-compatible store on loopback: both pass the same tests."""

from __future__ import annotations

import hashlib
import os
import urllib.request
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from portico.foundation.tenancy import files
from tests.factories import people
from tests.s3_store import BUCKET, Faltering, faltering_s3, s3, s3_address

__all__ = ["faltering_s3", "s3", "s3_address"]
BIG = os.urandom(3 << 20)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, db: None) -> Iterator[str]:
    """Inside a company, over each kind of store."""
    request.getfixturevalue(request.param)
    with people.inside(people.make_company()):
        yield request.param


def test_file_is_read_back_as_it_was_saved(store: str) -> None:
    kept = files.save("documents", BytesIO(BIG))

    with files.open_stored(kept.stored_as) as stream:
        assert stream.read() == BIG
    assert (kept.size, kept.digest) == (len(BIG), hashlib.sha256(BIG).digest())
    assert b"".join(files.stream(kept.stored_as)) == BIG
    assert files.size_of(kept.stored_as) == len(BIG)


def test_file_is_saved_from_its_beginning(store: str) -> None:
    half_read = BytesIO(b"all of it")
    half_read.read(4)

    kept = files.save("documents", half_read)

    assert b"".join(files.stream(kept.stored_as)) == b"all of it"
    assert kept.digest == hashlib.sha256(b"all of it").digest()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", ("folder", "s3"))
def test_names_are_random_and_in_the_company_s_own_part(request: pytest.FixtureRequest, kind: str) -> None:
    request.getfixturevalue(kind)
    ours, other = people.make_company(), people.make_company("other", name="Other")
    with people.inside(ours):
        first, second = (files.save("documents", b"same").stored_as for _ in range(2))
        assert {name.rsplit("/", 1)[0] for name in (first, second)} == {files.folder("documents")}
        assert files.stored_in("documents") == {first, second}
        assert first != second
    with people.inside(other):
        assert files.stored_in("documents") == set()


def test_deleted_file_is_gone_and_deleting_it_again_is_no_error(store: str) -> None:
    kept = files.save("documents", b"x")
    assert files.exists(kept.stored_as)

    files.delete(kept.stored_as)
    files.delete(kept.stored_as)

    assert not files.exists(kept.stored_as)
    assert files.stored_in("documents") == set()
    with pytest.raises(FileNotFoundError):
        files.open_stored(kept.stored_as)


def test_when_a_file_was_written_is_known(store: str) -> None:
    assert files.written_at(files.save("documents", b"x").stored_as).tzinfo is not None


@pytest.mark.usefixtures("db", "folder")
def test_missing_local_file_is_known_before_the_answer_begins() -> None:
    with people.inside(people.make_company()):
        kept = files.save("documents", b"x")
        files.delete(kept.stored_as)
        with pytest.raises(FileNotFoundError):
            files.stream(kept.stored_as)


@pytest.mark.usefixtures("db")
def test_local_file_is_for_this_user_only_and_there_whole_or_not_at_all(folder: Path) -> None:
    class Breaking(BytesIO):
        """Breaks off when it is read the second time: once for the digest, once for the copy."""

        rewound = 0

        def seek(self, *place: int) -> int:
            self.rewound += 1
            return super().seek(*place)

        def read(self, size: int | None = -1) -> bytes:
            if self.rewound > 1 and self.tell():
                raise OSError("the disk is full")
            return super().read(100)

    with people.inside(people.make_company()):
        kept = files.save("documents", b"x")
        with pytest.raises(OSError, match="full"):
            files.save("documents", Breaking(BIG))
        path = folder / kept.stored_as
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert [found.name for found in path.parent.iterdir()] == [path.name]
        assert files.signed_url(kept.stored_as, content_type="application/pdf", file_name="x.pdf") is None


@pytest.mark.usefixtures("db")
def test_signed_address_gives_the_file_as_a_download_and_ends_soon(s3: str) -> None:
    with people.inside(people.make_company()):
        kept = files.save("documents", b"%PDF-1.4")
        url = files.signed_url(kept.stored_as, content_type="application/pdf", file_name="Größe 1.pdf")
        bare = f"{s3}/{BUCKET}/{kept.stored_as}"
    assert url is not None
    assert url.startswith(bare)
    assert "X-Amz-Expires=300" in url
    answer = _get(url)
    assert answer.read() == b"%PDF-1.4"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("db")
def test_s3_file_is_fetched_only_when_the_answer_is_sent(s3: str) -> None:
    with people.inside(people.make_company()):
        kept = files.save("documents", b"x")
        pieces = files.stream(kept.stored_as)
        files.delete(kept.stored_as)
        with pytest.raises(FileNotFoundError):
            next(pieces)


def _get(url: str) -> Any:
    return urllib.request.urlopen(url, timeout=5)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "asked",
    (
        lambda name: files.save("documents", b"x"),
        lambda name: files.open_stored(name).close(),
        lambda name: list(files.stream(name)),
        files.exists,
        files.size_of,
        files.written_at,
        files.delete,
        lambda name: files.stored_in("documents"),
    ),
)
def test_s3_store_that_fails_says_that_it_is_down_and_why(faltering_s3: Faltering, asked: Callable[[str], Any]) -> None:
    with people.inside(people.make_company()):
        kept = files.save("documents", b"x")
        faltering_s3.uploads = -1
        with pytest.raises(files.StoreDown) as down:
            asked(kept.stored_as)
        faltering_s3.mend()
        asked(kept.stored_as)
    assert down.value.message == "The store of files does not answer. Try again in a few minutes."
    assert "503" in down.value.reason
