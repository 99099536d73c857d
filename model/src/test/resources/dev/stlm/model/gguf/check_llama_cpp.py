"""Checks files of `stlm export` with llama.cpp: they load, and random UTF-8 text has the bytes as its ids and comes back.

usage: python check_llama_cpp.py FILE.gguf...   (a Python with llama-cpp-python and gguf)
"""

import random
import sys

from gguf import GGUFReader
from llama_cpp import Llama


def text(rng):
    length = rng.randrange(200)
    ranges = [(0, 0x80), (0x80, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000), (0x20, 0x7F), (0x20, 0x21)]
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(length))


rng = random.Random(1)
fixed = ["", " ", "  a  b ", "\u2581", "<0x41>", "<|endoftext|>", "a\r\n\n\tb", "Don't 123456 !?.,", "\u00ad\u0120\u0000"]
for file in sys.argv[1:]:
    tensors = GGUFReader(file).tensors
    model = Llama(file, n_ctx=64, verbose=False)
    for sample in fixed + [text(rng) for _ in range(2000)]:
        data = sample.encode()
        ids = model.tokenize(data, add_bos=False, special=False)
        assert ids == list(data), (sample, ids[:20])
        assert model.detokenize(ids) == data, sample
    model.eval(list(b"The keeper of the light"))
    print(file, len(tensors), "tensors; ids and text agree on", len(fixed) + 2000, "texts")
