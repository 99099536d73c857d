#!/usr/bin/env python3
"""Many streaming clients on one server: errors, time to first byte, throughput, memory.

  load.py URL [--clients 64] [--seconds 600] [--tokens 128] [--pid PID]

First one client alone, then all of them for the given time, each asking again as soon as its answer is complete; prompts
differ in length and text. With --pid the resident memory of the server is read every second, and its CPU time at both ends.
The clients are sockets of one loop that looks at bytes and parses every 32nd answer alone, since it shares the machine with what
it measures; what it costs itself is told as well. Needs Python 3.9 and nothing else. The last line is JSON with all figures.
"""

import argparse
import json
import os
import random
import selectors
import socket
import statistics
import time
from urllib.parse import urlsplit

WORDS = "the sea was calm and nobody spoke of what had happened on the hill that night when rain came over".split()
EVENT = b"data: {"
DONE = b"data: [DONE]"
PATIENCE = 120  # seconds for an answer
PARSE_EVERY = 32  # answers


class Client:
    """Asks for one stream after the other and keeps what it saw of them."""

    def __init__(self, address, tokens, seed, selector):
        self.address, self.tokens, self.selector = address, tokens, selector
        self.random = random.Random(seed)
        self.first = []
        self.events = 0
        self.answers = 0
        self.errors = []
        self.socket = None

    def request(self):
        prompt = " ".join(self.random.choices(WORDS, k=self.random.randint(2, 60)))
        body = {"prompt": prompt, "max_tokens": self.tokens, "stream": True, "seed": self.random.randint(0, 1 << 30)}
        body = json.dumps(body).encode()
        host = "%s:%d" % self.address
        return (
            b"POST /v1/completions HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (host.encode(), len(body)) + body)

    def ask(self):
        self.seen = bytearray()
        self.answering = False
        self.start = time.perf_counter()
        try:
            self.socket = socket.create_connection(self.address, PATIENCE)
            self.socket.sendall(self.request())
            self.socket.setblocking(False)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        except OSError as e:
            self.fail(f"{type(e).__name__}: {e}")

    def read(self):
        """What has come; whether the answer has ended, well or not."""
        try:
            more = self.socket.recv(1 << 16)
        except BlockingIOError:
            return False
        except OSError as e:
            self.fail(f"{type(e).__name__}: {e}")
            return True
        self.seen += more
        if not self.answering and EVENT in self.seen:
            self.answering = True
            self.first.append(time.perf_counter() - self.start)
        if more and DONE not in more and DONE not in self.seen[-len(more) - len(DONE):]:
            return False
        self.end()
        return True

    def end(self):
        if not self.seen.startswith(b"HTTP/1.1 200 "):
            return self.fail("status: " + self.seen[:500].decode(errors="replace"))
        if DONE not in self.seen:
            return self.fail("the stream ended without [DONE]")
        if b'"error"' in self.seen:
            return self.fail("an error in the stream: " + self.seen[-500:].decode(errors="replace"))
        if self.answers % PARSE_EVERY == 0:
            lines = bytes(self.seen).split(b"\n")
            choices = [json.loads(line[6:])["choices"] for line in lines if line.startswith(EVENT)]
            if choices[-1][0]["finish_reason"] is None:
                return self.fail("the last event says not why it is the last")
        self.events += self.seen.count(EVENT)
        self.answers += 1
        self.leave()

    def fail(self, why):
        self.errors.append(why)
        self.leave()

    def leave(self):
        if self.socket is not None:
            try:
                self.selector.unregister(self.socket)
            except (KeyError, ValueError):
                pass
            self.socket.close()
            self.socket = None


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def phase(args, clients, seconds):
    url = urlsplit(args.url)
    selector = selectors.DefaultSelector()
    crew = [Client((url.hostname, url.port or 80), args.tokens, seed, selector) for seed in range(clients)]
    start = time.perf_counter()
    own = time.process_time()
    server = cpu_seconds(args.pid) if args.pid else 0
    sizes = []
    for c in crew:
        c.ask()
    looked = start
    while any(c.socket is not None for c in crew):
        for key, _ in selector.select(1):
            client = key.data
            if client.read() and time.perf_counter() < start + seconds:
                client.ask()
        now = time.perf_counter()
        if now - looked >= 1:
            looked = now
            if args.pid:
                sizes.append(resident(args.pid))
            for c in crew:
                if c.socket is not None and now - c.start > PATIENCE:
                    c.fail(f"no end after {PATIENCE} s")
                if c.socket is None and now < start + seconds:
                    c.ask()
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
        "events_per_second": round(sum(c.events for c in crew) / took, 1),
        "first_byte_median_ms": round(1000 * statistics.median(first), 2) if first else None,
        "first_byte_p99_ms": round(1000 * first[int(0.99 * (len(first) - 1))], 2) if first else None,
        "client_cores": round((time.process_time() - own) / took, 2),
        "server_cores": round((cpu_seconds(args.pid) - server) / took, 2) if args.pid else None,
        "resident_kb_first_tenth": statistics.median(sizes[:tenth]) if sizes else None,
        "resident_kb_last_tenth": statistics.median(sizes[-tenth:]) if sizes else None,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--pid", type=int)
    args = parser.parse_args()
    phase(args, 1, min(10, args.seconds))  # code is compiled, caches are filled
    one = phase(args, 1, min(30, args.seconds))
    print(json.dumps(one), flush=True)
    many = phase(args, args.clients, args.seconds)
    print(json.dumps(many), flush=True)
    print(json.dumps({
        "p99_to_median_of_one": round(many["first_byte_p99_ms"] / one["first_byte_median_ms"], 2),
        "throughput_ratio": round(many["events_per_second"] / one["events_per_second"], 2),
        "memory_ratio": round(many["resident_kb_last_tenth"] / many["resident_kb_first_tenth"], 3) if args.pid else None,
        "errors": one["errors"] + many["errors"],
    }))


if __name__ == "__main__":
    main()
