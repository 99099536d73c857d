"""Makes the tokenizers and the golden ids in this directory. Needs: pip install tokenizers==0.23.3

Byte-pair encodings with byte fallback, in the form that Llama checkpoints have: blanks become U+2581,
one is put before the text, characters without a token become the tokens of their UTF-8 bytes.

large.json has some hundred tokens; small.json 320, the vocabulary of the model checkpoints in this
project's tests; metaspace.json is large.json with its blanks handled by a pre-tokenizer instead, as
later conversions have it. golden.json holds, by tokenizer, texts with their ids and decoded texts.
"""

import json

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

BLANK = "\u2581"

SENTENCES = [
    "The keeper of the lighthouse counts the ships that pass below the cliff every evening.",
    "When the fog is thick he rings the bell, and the ships answer with their horns.",
    "In winter the keepers of the lighthouses write letters to each other, full of weather.",
    "A letter that crosses the water takes three days; a letter along the coast takes five.",
    "The oldest of the lighthouses has a staircase of three hundred and sixty-five steps.",
    "Nobody has ever counted the stairs of the newest one, as it has a lift.",
    "Ships that pass in the evening have passengers who sing; ships of the morning carry fish.",
    "Die Möwen über den Klippen hören die Glocke, und sie fliegen höher.",
    "Les mouettes écoutent la cloche, et elles s'éloignent vers la mer.",
    "    if (counting) {\n        return ships.passing(evening);\n    }",
    "He wrote: 1, 2, 3, 10, 100, 365 steps, and 12.5 miles; that was all.",
]

TEXTS = [
    "The ships pass the lighthouse.",
    "the",
    "The",
    " the",
    "  the",
    "the ",
    " ",
    "  ",
    "        ",
    "a",
    "ab",
    "a b  c   d    e",
    "The keeper of the lighthouses writes letters.",
    "lighthouses lighthouses",
    "LIGHTHOUSE",
    "line one\nline two\n\nline four",
    "\n",
    "\n\n",
    "\ttab\ttab",
    "\r\n",
    "Möwen über Klippen",
    "écoutent s'éloignent",
    "naïve café",
    "日本語のテキスト",
    "灯台",
    "Привет, мир",
    "🙂",
    "👩‍👩‍👧‍👦 family",
    "a🙂b",
    "\u0000",
    "nul\u0000nul",
    "\u0001\u0002\u001b[0m",
    "e\u0301 is not é",
    "\u00a0no-break\u00a0space",
    "\ufeffbom",
    "\u202eright to left",
    "1 12 123 1234 3.14159 365",
    "if (ships.passing(evening)) {\n        return 365;\n    }",
    "<0x41> is spelled out",
    "!!??..,,;;::--__''\"\"",
    "word" * 20,
    "the the the the the the the the",
    "\uffff\ufffd",
    "𝔲𝔫𝔦𝔠𝔬𝔡𝔢",
]


def specials():
    return [AddedToken(s, normalized=False, special=True) for s in ("<unk>", "<s>", "</s>")]


def train(size):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend(BLANK), normalizers.Replace(" ", BLANK)]
    )
    # only while training: merges end at words, as in the sentence pieces that Llama comes from
    tokenizer.pre_tokenizer = pre_tokenizers.Split(BLANK, "merged_with_next")
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace(BLANK, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    byte_tokens = ["<0x%02X>" % b for b in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<unk>", "<s>", "</s>"] + byte_tokens,
        initial_alphabet=[],
        limit_alphabet=48,
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    spec = json.loads(tokenizer.to_str())
    # the byte tokens are ordinary entries of the vocabulary in Llama's files
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < 3]
    spec["pre_tokenizer"] = None
    spec["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
        "pair": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "<s>", "type_id": 1}},
            {"Sequence": {"id": "B", "type_id": 1}},
        ],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
    }
    return spec


def golden(spec):
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    out = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        out.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids)})
    return out


def save(name, content):
    with open(name, "w", encoding="utf-8") as f:
        json.dump(content, f, ensure_ascii=True, separators=(",", ":"))
        f.write("\n")


def main():
    large, small = train(700), train(320)
    # pairs written as texts, as older files have them
    small["model"]["merges"] = [" ".join(pair) for pair in small["model"]["merges"]]
    metaspace = json.loads(json.dumps(large))
    metaspace["normalizer"] = None
    metaspace["pre_tokenizer"] = {
        "type": "Metaspace",
        "replacement": BLANK,
        "prepend_scheme": "first",
        "split": False,
    }
    save("large.json", large)
    save("small.json", small)
    save("metaspace.json", metaspace)
    save(
        "golden.json",
        {"large": golden(large), "small": golden(small), "metaspace": golden(metaspace)},
    )


if __name__ == "__main__":
    main()
