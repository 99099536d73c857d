"""Writes golden.txt: what tiktoken 0.14.0 (r50k_base) makes of some texts.

Usage: python golden.py r50k_base.tiktoken > golden.txt
The vocabulary is the one that lies in jtokkit's jar; its SHA-256 is the one that tiktoken expects.
One line a text: its UTF-8 bytes in hex, a blank, the ids with commas.
"""
import base64
import hashlib
import random
import sys

import tiktoken
from tiktoken_ext import openai_public

data = open(sys.argv[1], "rb").read()
expected = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"
assert hashlib.sha256(data).hexdigest() == expected
ranks = {}
for line in data.splitlines():
    token, rank = line.split()
    ranks[base64.b64decode(token)] = int(rank)
gpt2 = tiktoken.Encoding(
    "r50k_base",
    pat_str=openai_public.r50k_pat_str,
    mergeable_ranks=ranks,
    special_tokens={"<|endoftext|>": 50256},
)

texts = [
    "Hello world",
    "<|endoftext|>",
    "They'll say it's what we've done, they're I'm he'd don't 'sing 'round 'llama 'T '' 's",
    "  two  blanks\n\n\n  and\tlines \n \n end   ",
    "In 1984, 12345678 times ½ of ٣٤٥ or Ⅻ",
    "--------------------------------------------------------------------------- !?!? ...",
    "día größer naïve 日本語のテキスト Привет мир مرحبا नमस्ते 😀😀👩‍👩‍👧 e\u0301",
    "a\u00a0b\u2003c\u0085d\u2028e\u3000f\u200bg\ufeffh\u001ci",
    "antidisestablishmentarianism" * 8,
    " " * 70 + "x" + "\n" * 40 + "=" * 90,
    "def f(x):\n    return x ** 2  # square\n\tif x:\r\n\t\tpass",
]
rng = random.Random(1)
pieces = ["'", "s", "re", "ll", "ve", "t", " ", "  ", "\n", "\t", "\u00a0", "the", "Word", "aaaa",
          "12", "½", "!?", "--", "ä", "日本", "😀", "\u0301"]
for _ in range(60):
    texts.append("".join(rng.choice(pieces) for _ in range(rng.randrange(1, 30))))
for text in texts:
    ids = gpt2.encode_ordinary(text)
    print(text.encode().hex(), ",".join(map(str, ids)))
