"""Runs llama.cpp (llama-cpp-python) for `stlm compare`: one JSON request a line on standard input, one answer a line.

Times are of the calls into llama.cpp alone, seconds by the wall and of the whole process's CPU.
"""

import base64
import ctypes
import json
import os
import sys
import time

# only answers go to the real standard output
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(**answer):
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


try:
    import llama_cpp as L
except Exception as e:  # whatever keeps it from loading is what the user has to know
    say(error=f"can not load llama-cpp-python: {type(e).__name__}: {e}")
    sys.exit(0)

silent = L.llama_log_callback(lambda level, text, data: None)
L.llama_log_set(silent, ctypes.c_void_p(0))
L.llama_backend_init()
models = {}


def load(name, path, context):
    model = L.llama_model_load_from_file(path.encode(), L.llama_model_default_params())
    if not model:
        raise RuntimeError("llama.cpp refuses " + path)
    params = L.llama_context_default_params()
    params.n_ctx = context
    params.n_threads = params.n_threads_batch = 1
    made = L.llama_init_from_model(model, params)
    if not made:
        raise RuntimeError("llama.cpp makes no context for " + path)
    models[name] = (model, made, L.llama_vocab_n_tokens(L.llama_model_get_vocab(model)))
    return {"vocabulary": models[name][2]}


def fresh(name, threads):
    context = models[name][1]
    L.llama_set_n_threads(context, threads, threads)
    L.llama_memory_clear(L.llama_get_memory(context), True)
    return context


def read(context, ids):
    tokens = (L.llama_token * len(ids))(*ids)
    if L.llama_decode(context, L.llama_batch_get_one(tokens, len(ids))):
        raise RuntimeError("llama_decode failed")


def timed(work):
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def prompt(name, threads, ids):
    context = fresh(name, threads)

    def work():
        read(context, ids)
        L.llama_get_logits_ith(context, -1)

    return timed(work)


def decode(name, threads, ids, after):
    context = fresh(name, threads)
    read(context, ids[:after])
    L.llama_get_logits_ith(context, -1)
    token = (L.llama_token * 1)()
    batch = L.llama_batch_get_one(token, 1)

    def work():
        for i in ids[after:]:
            token[0] = i
            if L.llama_decode(context, batch):
                raise RuntimeError("llama_decode failed")
            L.llama_get_logits_ith(context, -1)

    return timed(work)


def logits(name, threads, ids):
    context = fresh(name, threads)
    vocabulary = models[name][2]
    batch = L.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = token, i, 1, 0, 1
    if L.llama_decode(context, batch):
        raise RuntimeError("llama_decode failed")
    rows = b"".join(
        ctypes.string_at(L.llama_get_logits_ith(context, i), 4 * vocabulary) for i in range(len(ids))
    )
    L.llama_batch_free(batch)
    return {"floats": base64.b64encode(rows).decode()}


def tokenise(name, text):
    """The ids of a text (base64 of its bytes), and the text of those ids."""
    vocab = L.llama_model_get_vocab(models[name][0])
    data = base64.b64decode(text)
    ids = (L.llama_token * (len(data) + 8))()
    n = L.llama_tokenize(vocab, data, len(data), ids, len(ids), False, False)
    piece = ctypes.create_string_buffer(16)
    back = b"".join(piece.raw[: L.llama_token_to_piece(vocab, i, piece, 16, 0, False)] for i in ids[:n])
    return {"ids": list(ids[:n]), "text": base64.b64encode(back).decode()}


say(version=L.__version__, system=L.llama_print_system_info().decode())
operations = {f.__name__: f for f in (load, prompt, decode, logits, tokenise)}
for line in sys.stdin:
    request = json.loads(line)
    try:
        say(**operations[request.pop("do")](**request))
    except Exception as e:
        say(error=f"{type(e).__name__}: {e}")
