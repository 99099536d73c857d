"""Writes the fixtures beside it: python3 fixtures.py (pyarrow 26.0.1, zstandard 0.25.0)."""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

HERE = pathlib.Path(__file__).parent
TEXTS = ["first document", None, "", "déjà vu\nzwei Zeilen", "last"]

table = pa.table({"id": list(range(len(TEXTS))), "content": TEXTS})
for codec in ("none", "snappy", "zstd", "gzip"):
    pq.write_table(table, HERE / f"{codec}.parquet", compression=codec)
many = pa.table({"content": [f"document {i}" for i in range(1000)]})
pq.write_table(many, HERE / "groups.parquet", compression="snappy", row_group_size=130, data_page_size=512)
text = "one\n<|endoftext|>\ntwo\nlines\n"
(HERE / "text.txt.zst").write_bytes(zstandard.ZstdCompressor().compress(text.encode()))
