"""Checks that the Python safetensors library reads stlm.safetensors, which GoldenCheckpointTest writes, as it was
meant: value i of parameter number k is ((7 i + k) mod 23 - 11) / 8, in whatever encoding.

Run in this folder with torch and safetensors installed.
"""

import torch
from safetensors import safe_open

V, D, H, F = 260, 4, 2, 8
layout = [
    ("embed", [V, D], "int8"),
    ("ngram.2.table", [8, 2], "bf16"),
    ("ngram.2.projection", [D, 2], "f32"),
    ("layers.0.attention.norm", [D], "f32"),
    ("layers.0.attention.qkv", [3 * 2, D], "sparse"),
    ("layers.0.attention.output", [D, 2], "f32"),
    ("layers.0.ffn.norm", [D], "bf16"),
    ("layers.0.ffn.input", [F, D], "int8"),
    ("layers.0.ffn.output", [D, F], "sparse"),
    ("norm", [D], "f32"),
]

with safe_open("stlm.safetensors", framework="pt") as file:
    assert file.metadata() == {"stlm": "1"}, file.metadata()
    read = set()

    def get(name):
        read.add(name)
        return file.get_tensor(name)

    for k, (name, shape, encoding) in enumerate(layout):
        n = torch.Size(shape).numel()
        wanted = (((7 * torch.arange(n) + k) % 23 - 11) / 8).reshape(shape)
        if encoding in ("f32", "bf16"):
            got = get(name)
            assert got.dtype == (torch.float32 if encoding == "f32" else torch.bfloat16)
        elif encoding == "int8":
            values, scale = get(name), get(name + ".scale")
            assert values.dtype == torch.int8 and scale.dtype == torch.float32
            group = values.shape[1] // scale.shape[1]
            got = values.float() * scale.repeat_interleave(group, dim=1)
        else:
            mask, values = get(name + ".mask"), get(name + ".values")
            bits = (mask.int().unsqueeze(1) >> torch.arange(8)) & 1
            got = torch.zeros(n)
            got[bits.flatten()[:n].bool()] = values
            got = got.reshape(shape)
        assert list(got.shape) == shape and torch.equal(got.float(), wanted), name
    assert read == set(file.keys()), set(file.keys()) - read
print("stlm.safetensors is read as it was written")
