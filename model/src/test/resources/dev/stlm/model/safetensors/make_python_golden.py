"""Makes python.safetensors: a file of the Python safetensors library that SafetensorsGoldenTest opens.

Run in this folder with torch and safetensors installed; made with safetensors 0.8.0 and torch 2.7.1.
"""

import torch
from safetensors.torch import save_file

save_file(
    {
        "f32": torch.tensor([[0.1, -2.5, 3e38], [1e-40, float("inf"), -0.0]], dtype=torch.float32),
        "f64": torch.tensor([0.1], dtype=torch.float64),
        "bf16": torch.tensor([1.0, -2.5, 0.1, 3e38], dtype=torch.bfloat16),
        "f16": torch.tensor([1.0, 0.1, -65504.0], dtype=torch.float16),
        "i8": torch.tensor([[-128, -1, 0, 127]], dtype=torch.int8),
        "u8": torch.tensor([0, 128, 255], dtype=torch.uint8),
        "i64": torch.tensor([-1, 2**62], dtype=torch.int64),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(7, dtype=torch.int32),
        "empty": torch.zeros((0, 4), dtype=torch.float32),
        "größe/日本": torch.tensor([1], dtype=torch.int16),
    },
    "python.safetensors",
    metadata={"made by": 'Python "safetensors"', "zeile": "größe\n日本"},
)
