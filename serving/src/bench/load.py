#!/usr/bin/env python3
"""Many streaming clients on one server: errors, time to first byte, throughput, memory.

  load.py URL [--clients 64] [--seconds 600] [--tokens 128] [--pid PID]

First one client alone, then all of them for the given time, each asking again as soon as its answer is complete; prompts
differ in length and text. With --pid the resident memory of the server is read every second. Needs Python 3.9 and nothing else.
The last line is JSON with all figures.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from urllib.parse import urlsplit

WORDS = "the sea was calm and nobody spoke of what had happened on the hill that night when rain came over".split()


class Client:
    """Asks for one stream after the other and keeps what it saw of them."""

    def __init__(self, host, port, tokens, seed):
        self.host, self.port, self.tokens = host, port, tokens
        self.random = random.Random(seed)
        self.first = []
        self.bytes = 0
        self.answers = 0
        self.errors = []

    def body(self):
        prompt = " ".join(self.random.choices(WORDS, k=self.random.randint(2, 60)))
        request = {"prompt": prompt, "max_tokens": self.tokens, "stream": True, "seed": self.random.randint(0, 1 << 30)}
        return json.dumps(request).encode()

    async def ask(self):
        body = self.body()
        start = time.perf_counter()
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        try:
            writer.write(
                b"POST /v1/completions HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (self.host.encode(), self.port, len(body)) + body)
            await writer.drain()
            status = (await reader.readline()).split()[1:2]
            if status != [b"200"]:
                raise OSError(f"status {status}: {(await reader.read(500))!r}")
            seen, done = False, False
            while line := await reader.readline():
                if not line.startswith(b"data: "):
                    continue
                if line.startswith(b"data: [DONE]"):
                    done = True
                    continue
                if not seen:
                    seen = True
                    self.first.append(time.perf_counter() - start)
                event = json.loads(line[6:])
                if "error" in event:
                    raise OSError(str(event["error"]))
                self.bytes += sum(len(c["text"].encode()) for c in event["choices"])
            if not done:
                raise OSError("the stream ended without [DONE]")
            self.answers += 1
        finally:
            writer.close()

    async def run(self, until):
        while time.perf_counter() < until:
            try:
                await asyncio.wait_for(self.ask(), 120)
            except Exception as e:  # every failure is counted, none ends the run
                self.errors.append(f"{type(e).__name__}: {e}")
                await asyncio.sleep(0.1)


async def watch_memory(pid, until, sizes):
    while time.perf_counter() < until:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            sizes.extend(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        await asyncio.sleep(1)


async def phase(args, clients, seconds):
    url = urlsplit(args.url)
    crew = [Client(url.hostname, url.port or 80, args.tokens, seed) for seed in range(clients)]
    start = time.perf_counter()
    sizes = []
    jobs = [c.run(start + seconds) for c in crew]
    if args.pid:
        jobs.append(watch_memory(args.pid, start + seconds, sizes))
    await asyncio.gather(*jobs)
    took = time.perf_counter() - start
    first = sorted(t for c in crew for t in c.first)
    errors = [e for c in crew for e in c.errors]
    tenth = max(1, len(sizes) // 10)
    return {
        "clients": clients,
        "seconds": round(took, 1),
        "answers": sum(c.answers for c in crew),
        "errors": len(errors),
        "first_error": errors[0] if errors else None,
        "bytes_per_second": round(sum(c.bytes for c in crew) / took, 1),
        "first_byte_median_ms": round(1000 * statistics.median(first), 2) if first else None,
        "first_byte_p99_ms": round(1000 * first[int(0.99 * (len(first) - 1))], 2) if first else None,
        "resident_kb_first_tenth": statistics.median(sizes[:tenth]) if sizes else None,
        "resident_kb_last_tenth": statistics.median(sizes[-tenth:]) if sizes else None,
    }


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--pid", type=int)
    args = parser.parse_args()
    await phase(args, 1, min(10, args.seconds))  # code is compiled, caches are filled
    one = await phase(args, 1, min(30, args.seconds))
    print(json.dumps(one), flush=True)
    many = await phase(args, args.clients, args.seconds)
    print(json.dumps(many), flush=True)
    print(json.dumps({
        "p99_to_median_of_one": round(many["first_byte_p99_ms"] / one["first_byte_median_ms"], 2),
        "throughput_ratio": round(many["bytes_per_second"] / one["bytes_per_second"], 2),
        "memory_ratio": round(many["resident_kb_last_tenth"] / many["resident_kb_first_tenth"], 3) if args.pid else None,
        "errors": one["errors"] + many["errors"],
    }))


if __name__ == "__main__":
    asyncio.run(main())
