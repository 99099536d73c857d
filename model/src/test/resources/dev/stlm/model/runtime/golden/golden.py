"""Makes the golden logits of the flat decoder: a plain PyTorch implementation in float64.

Run: python golden.py (PyTorch 2.x, CPU). Weights follow from a formula that the Java test repeats,
so that only ids and logits are stored:

    value(parameter p, index i) = base + scale * sin(1 + 0.7 * p + 1.3 * i + 0.001 * i * i)

in float64, rounded to float32; p counts the stored parameters in layout order from 0, base is 1
for gains and 0 otherwise, scale is 0.5 for tables, 0.2 for gains, 1.5 / sqrt(columns) for
matrices. Python's math.sin and Java's StrictMath.sin agree to far below float32 rounding.
"""

import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
V = 260


def value(p, i, base, scale):
    return base + scale * math.sin(1 + 0.7 * p + 1.3 * i + 0.001 * i * i)


class Weights:
    def __init__(self):
        self.count = 0

    def take(self, rows, columns, kind):
        p, self.count = self.count, self.count + 1
        scale = {"table": 0.5, "gain": 0.2, "matrix": 1.5 / math.sqrt(columns)}[kind]
        base = 1.0 if kind == "gain" else 0.0
        flat = torch.tensor([value(p, i, base, scale) for i in range(rows * columns)])
        flat = flat.to(torch.float32).to(torch.float64)
        return flat.view(columns) if kind == "gain" else flat.view(rows, columns)


def norm(x, gain, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * gain


def rope(x, theta):
    # x [heads, T, h]: element i of the first half turns with element i of the second
    t, h = x.shape[-2], x.shape[-1]
    freq = theta ** (-torch.arange(0, h, 2) / h)
    angle = torch.arange(t)[:, None] * freq[None, :]
    cos, sin = angle.cos(), angle.sin()
    a, b = x[..., : h // 2], x[..., h // 2 :]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def ngram_row(ids, position, order, rows):
    h = 0
    for i in range(order):
        id = -1 if position - i < 0 else ids[position - i]
        h = (h * 257 + id + 1) % 2147483647
    return (h * 0x9E3779B1 & 0xFFFFFFFF) % rows


def forward(c, ids):
    w = Weights()
    d, h, heads, kv = c["width"], c["headWidth"], c["heads"], c["kvHeads"]
    embed = w.take(V, d, "table")
    x = embed[ids]
    if c["ngrams"]:
        for order in c["ngrams"]["orders"]:
            rows, width = c["ngrams"]["rows"], c["ngrams"]["rowWidth"]
            table = w.take(rows, width, "table")
            g = table[[ngram_row(ids, t, order, rows) for t in range(len(ids))]]
            x = x + (g if width == d else g @ w.take(d, width, "matrix").T)
    for _ in range(c["layers"]):
        n = norm(x, w.take(1, d, "gain"), c["eps"])
        qkv = (n @ w.take((heads + 2 * kv) * h, d, "matrix").T).view(len(ids), heads + 2 * kv, h)
        q, k, v = qkv.transpose(0, 1).split([heads, kv, kv])
        if c["qkNorm"]:
            q = norm(q, w.take(1, h, "gain"), c["eps"])
            k = norm(k, w.take(1, h, "gain"), c["eps"])
        q, k = rope(q, c["theta"]), rope(k, c["theta"])
        k, v = (u.repeat_interleave(heads // kv, 0) for u in (k, v))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + a.transpose(0, 1).reshape(len(ids), heads * h) @ w.take(d, heads * h, "matrix").T
        n = norm(x, w.take(1, d, "gain"), c["eps"])
        f = c["ffn"]
        if c["activation"] == "SWIGLU":
            gate, up = (n @ w.take(2 * f, d, "matrix").T).split(f, -1)
            z = F.silu(gate) * up
        else:
            z = F.relu(n @ w.take(f, d, "matrix").T).square()
        x = x + z @ w.take(d, f, "matrix").T
    x = norm(x, w.take(1, d, "gain"), c["eps"])
    head = embed if c["tied"] else w.take(V, d, "matrix")
    return x @ head.T


def case(name, **changes):
    c = dict(width=32, layers=2, heads=4, kvHeads=2, headWidth=8, ffn=40, activation="SWIGLU",
             qkNorm=True, tied=True, theta=10000.0, eps=1e-5, ngrams=None)
    c.update(changes)
    ids = [(37 * i * i + 12 * i + 256) % V for i in range(40)]
    logits = forward(c, ids)
    # every 3rd position, every 7th id: enough to catch any difference, small enough to read
    some = [[float(f"{v:.9g}") for v in logits[t, ::7].tolist()] for t in range(0, 40, 3)]
    return dict(name=name, config=c, ids=ids, logits=some)


cases = [
    case("swiglu, grouped queries, query-key norm"),
    case("relu2, no query-key norm, untied", activation="RELU2", qkNorm=False, tied=False),
    case("multi-query, odd widths, theta 500", width=21, heads=3, kvHeads=1, headWidth=10, ffn=33,
         theta=500.0, eps=1e-6),
    case("n-grams", ngrams=dict(orders=[2, 3, 4], rows=97, rowWidth=32), activation="RELU2"),
    case("projected n-grams", ngrams=dict(orders=[2, 5], rows=128, rowWidth=12), layers=3,
         heads=2, kvHeads=2, headWidth=16),
]
with open("golden.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
