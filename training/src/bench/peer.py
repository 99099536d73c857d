"""Times training steps of PyTorch eager with its fused operations, on the model of a config.json.

usage: peer.py CONFIG SEQUENCES LENGTH STEPS THREADS [DEVICE [PRECISION]]
DEVICE is cpu or cuda; PRECISION is FLOAT32 or MIXED, products in bfloat16 by autocast.
The same model as the program that ForwardProgram writes; parameters at random, data at random.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F

config = json.load(open(sys.argv[1]))
batch, length, steps, threads = map(int, sys.argv[2:6])
device = sys.argv[6] if len(sys.argv) > 6 else "cpu"
precision = sys.argv[7] if len(sys.argv) > 7 else "FLOAT32"
torch.set_num_threads(threads)
torch.manual_seed(1)
torch.set_default_device(device)

width, layers = config["width"], config["layers"]
attention, ffn, eps = config["attention"], config["ffn"], config["normEpsilon"]
heads, kv_heads, head_width = attention["heads"], attention["kvHeads"], attention["headWidth"]
ngrams = config.get("ngrams")
gated = ffn["activation"].upper() == "SWIGLU"
vocabulary = config["vocabularySize"]

decayed, undecayed = [], []


def parameter(*shape):
    p = (torch.randn(*shape) / shape[-1] ** 0.5 if len(shape) > 1 else torch.ones(*shape)).requires_grad_()
    return p


def matrix(*shape):
    p = parameter(*shape)
    decayed.append(p)
    return p


def other(*shape):
    p = parameter(*shape)
    undecayed.append(p)
    return p


embed = other(vocabulary, width)
tables = []
if ngrams:
    for _ in ngrams["orders"]:
        table = other(ngrams["rows"], ngrams["rowWidth"])
        tables.append((table, matrix(width, ngrams["rowWidth"]) if ngrams["rowWidth"] != width else None))
blocks = []
for _ in range(layers):
    blocks.append(
        (
            other(width),
            matrix((heads + 2 * kv_heads) * head_width, width),
            (other(head_width), other(head_width)) if attention["qkNorm"] else None,
            matrix(width, heads * head_width),
            other(width),
            matrix((2 if gated else 1) * ffn["width"], width),
            matrix(width, ffn["width"]),
        )
    )
final = other(width)
head = embed if config["tiedHead"] else matrix(vocabulary, width)

angle = torch.outer(
    torch.arange(length).double(),
    attention["ropeTheta"] ** (-torch.arange(0, head_width, 2).double() / head_width),
)
cos, sin = angle.cos().float().view(length, 1, -1), angle.sin().float().view(length, 1, -1)


def rotate(x):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def logits(x, rows):
    h = F.embedding(x, embed)
    for i, (table, projection) in enumerate(tables):
        e = F.embedding(rows[i], table)
        h = h + (F.linear(e, projection) if projection is not None else e)
    for norm, qkv, gains, output, ffn_norm, up, down in blocks:
        z = F.linear(F.rms_norm(h, (width,), norm, eps), qkv)
        z = z.view(batch, length, heads + 2 * kv_heads, head_width)
        q, k, v = z.split([heads, kv_heads, kv_heads], 2)
        if gains:
            q = F.rms_norm(q, (head_width,), gains[0], eps)
            k = F.rms_norm(k, (head_width,), gains[1], eps)
        q, k, v = rotate(q).transpose(1, 2), rotate(k).transpose(1, 2), v.transpose(1, 2)
        if kv_heads < heads:
            k = k.repeat_interleave(heads // kv_heads, 1)
            v = v.repeat_interleave(heads // kv_heads, 1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + F.linear(y.transpose(1, 2).reshape(batch, length, heads * head_width), output)
        z = F.linear(F.rms_norm(h, (width,), ffn_norm, eps), up)
        if gated:
            gate, z = z.chunk(2, -1)
            z = F.silu(gate) * z
        else:
            z = F.relu(z).square()
        h = h + F.linear(z, down)
    return F.linear(F.rms_norm(h, (width,), final, eps), head)


optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.1}, {"params": undecayed, "weight_decay": 0.0}],
    lr=1e-3,
    betas=(0.9, 0.95),
    eps=1e-8,
    fused=True,
)
times = []
for step in range(steps):
    begin = time.perf_counter()
    x = torch.randint(0, vocabulary, (batch, length))
    y = torch.randint(0, vocabulary, (batch, length))
    rows = torch.randint(0, ngrams["rows"], (len(tables), batch, length)) if ngrams else None
    with torch.autocast(device, torch.bfloat16, enabled=precision == "MIXED"):
        loss = F.cross_entropy(logits(x, rows).view(-1, vocabulary), y.view(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(decayed + undecayed, 1.0, foreach=True)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    loss.item()
    if step >= 3:
        times.append(time.perf_counter() - begin)
times.sort()
ids = batch * length
print(
    "%s peer torch %s median %.0f bytes/s best %.0f"
    % (precision, torch.__version__, ids / times[len(times) // 2], ids / times[0])
)
