"""Writes golden.json: what the tensors of two small models are in a GGUF file, by the gguf package (0.19.0).

Value i of the k-th stored parameter (in layout order) is ((7919 i + 104729 k) mod 2003 - 1001) / 10010, as a 32-bit float.
usage: python make_golden.py > golden.json
"""

import hashlib
import json

import numpy as np
from gguf import GGMLQuantizationType, quants

D, H, K, W, F, V, LAYERS = 64, 4, 2, 16, 96, 260, 2
TYPES = {
    "f32": GGMLQuantizationType.F32,
    "f16": GGMLQuantizationType.F16,
    "q8_0": GGMLQuantizationType.Q8_0,
    "q4_0": GGMLQuantizationType.Q4_0,
}


def layout(qk_norm, tied):
    yield "embed", (V, D)
    for i in range(LAYERS):
        a, f = f"layers.{i}.attention.", f"layers.{i}.ffn."
        yield a + "norm", (D,)
        yield a + "qkv", ((H + 2 * K) * W, D)
        if qk_norm:
            yield a + "queryNorm", (W,)
            yield a + "keyNorm", (W,)
        yield a + "output", (D, H * W)
        yield f + "norm", (D,)
        yield f + "input", (2 * F, D)
        yield f + "output", (D, F)
    yield "norm", (D,)
    if not tied:
        yield "head", (V, D)


def parameters(qk_norm, tied):
    out = {}
    for k, (name, shape) in enumerate(layout(qk_norm, tied)):
        i = np.arange(np.prod(shape), dtype=np.int64)
        out[name] = (((7919 * i + 104729 * k) % 2003 - 1001) / 10010).astype(np.float32).reshape(shape)
    return out


def permuted(w, heads):
    """Rows of a head in the order of llama.cpp's converter for Llama checkpoints."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def tensors(p, qk_norm, tied):
    yield "token_embd", p["embed"]
    yield "output_norm", p["norm"]
    if not tied:
        yield "output", p["head"]
    for i in range(LAYERS):
        a, f, b = f"layers.{i}.attention.", f"layers.{i}.ffn.", f"blk.{i}."
        q, k, v = np.split(p[a + "qkv"], [H * W, (H + K) * W])
        yield b + "attn_norm", p[a + "norm"]
        yield b + "attn_q", q if qk_norm else permuted(q, H)
        yield b + "attn_k", k if qk_norm else permuted(k, K)
        yield b + "attn_v", v
        if qk_norm:
            yield b + "attn_q_norm", p[a + "queryNorm"]
            yield b + "attn_k_norm", p[a + "keyNorm"]
        yield b + "attn_output", p[a + "output"]
        yield b + "ffn_norm", p[f + "norm"]
        yield b + "ffn_gate", p[f + "input"][:F]
        yield b + "ffn_up", p[f + "input"][F:]
        yield b + "ffn_down", p[f + "output"]


golden = {}
for model, qk_norm, tied in (("llama", False, False), ("qwen3", True, True)):
    p = parameters(qk_norm, tied)
    for type_name, ggml in TYPES.items():
        entry = golden[f"{model} {type_name}"] = {}
        for name, values in tensors(p, qk_norm, tied):
            kind = GGMLQuantizationType.F32 if values.ndim == 1 else ggml
            data = np.ascontiguousarray(quants.quantize(values, kind)).tobytes()
            entry[name + ".weight"] = {
                "shape": list(reversed(values.shape)),
                "type": int(kind),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
print(json.dumps(golden, indent=1))
