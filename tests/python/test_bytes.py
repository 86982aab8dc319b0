"""Bytes of images: tables that they pick from, and channels that lie between one another."""
import numpy as np
import pytest

import broadloom as bl

DTYPES = [bool, np.int8, np.uint8, np.int16, np.uint16, np.float16, np.int32, np.uint32, np.float32, np.float64,
          np.complex64]
SHAPES = [1, 15, 16, 63, 64, 65, 1000, (13, 77), (3, 5, 64)]


def table_of(dtype, entries):
    rng = np.random.default_rng(entries)
    return (rng.random(entries) * 200 - 50).astype(dtype)


def image_of(shape, below=256):
    return np.random.default_rng(1).integers(0, below, shape).astype(np.uint8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("entries", [1, 17, 64, 200, 256, 300])
def test_table(dtype, entries):
    table = table_of(dtype, entries)
    for shape in SHAPES:
        image = image_of(shape, min(entries, 256))
        got = np.asarray(bl.asarray(table)[bl.asarray(image)])
        assert got.dtype == table.dtype
        np.testing.assert_array_equal(got, table[image], strict=True)


@pytest.mark.parametrize("turn", [np.s_[::2], np.s_[::-1], np.s_[3:]])
def test_views(turn):
    table, image = table_of(np.float32, 256), image_of((70, 90))
    np.testing.assert_array_equal(bl.asarray(table)[turn][bl.asarray(image // 4)], table[turn][image // 4])
    np.testing.assert_array_equal(bl.asarray(table)[bl.asarray(image)[turn].T], table[image[turn].T])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_with_neighbours(dtype):
    """The picked elements, the bytes and other operands in one kernel; a second table; a sum."""
    table, other, image = table_of(dtype, 256), table_of(dtype, 200), image_of((33, 130), 200)
    t, o, i = bl.asarray(table), bl.asarray(other), bl.asarray(image)
    np.testing.assert_array_equal(t[i] * 2 + i, table[image] * 2 + image)
    np.testing.assert_array_equal(t[i] + o[i // 2], table[image] + other[image // 2])
    np.testing.assert_array_equal(t[i].astype(np.float64) / 3, table[image].astype(np.float64) / 3)
    np.testing.assert_array_equal(t[i][:, 3::2], table[image][:, 3::2])
    np.testing.assert_allclose(t[i].sum(axis=1, dtype=np.float64), table[image].sum(axis=1, dtype=np.float64))


@pytest.mark.parametrize("place", [0, 40, 63, 64, 99])
@pytest.mark.parametrize("entries", [0, 1, 64, 200, 255])
def test_outside(entries, place):
    image = np.zeros(100, np.uint8)
    image[place] = entries
    table = bl.asarray(table_of(np.float32, entries))
    with pytest.raises(IndexError, match=f"out of bounds for axis 0 with size {entries}"):
        bl.eval(table[bl.asarray(image)])


@pytest.mark.parametrize("channels", [2, 3, 4, 5])
@pytest.mark.parametrize("width", [1, 63, 64, 65, 300])
def test_channels(channels, width):
    """Of every byte; `width` ends where the image does."""
    image = np.resize(np.arange(256, dtype=np.uint8), (9, width, channels))
    pixels = bl.asarray(image)
    for channel in range(channels):
        got = np.asarray(pixels[..., channel].astype(np.float32))
        np.testing.assert_array_equal(got, image[..., channel].astype(np.float32), strict=True)
    weighted = sum(np.float32(0.1 + k) * pixels[..., k].astype(np.float32) for k in range(channels))
    expected = sum(np.float32(0.1 + k) * image[..., k].astype(np.float32) for k in range(channels))
    np.testing.assert_array_equal(weighted, expected, strict=True)
    np.testing.assert_array_equal((weighted / 4).astype(np.uint8), (expected / 4).astype(np.uint8), strict=True)
    np.testing.assert_array_equal(pixels[::-1, :, 0].astype(np.float32), image[::-1, :, 0].astype(np.float32))


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_tables_of_tables(depth):
    rng = np.random.default_rng(depth)
    tables = [rng.integers(0, 256, 256).astype(np.uint8) for _ in range(depth)] + [table_of(np.float32, 256)]
    expected = image_of((40, 50))
    got = bl.asarray(expected)
    for table in tables:
        expected, got = table[expected], bl.asarray(table)[got]
    np.testing.assert_array_equal(got, expected, strict=True)


def test_one_picture_and_many_tables():
    image = image_of((64, 64))
    tables = [table_of(np.float32, 256) + k for k in range(6)]
    got = sum(bl.asarray(table)[bl.asarray(image)] for table in tables)
    np.testing.assert_array_equal(got, sum(table[image] for table in tables))
