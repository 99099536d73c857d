// A text shown byte by byte: its surprise as colour and bar, its patches as rules, numbers on demand.

const LEVELS = [0.25, 0.5, 1, 2, 3, 4, 6];
const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });

/** 0 to 7; the upper bounds are those of the legend. */
export function level(bits) {
  let n = 0;
  while (n < LEVELS.length && bits >= LEVELS[n]) {
    n++;
  }
  return n;
}

/** The bytes of a token as the API spells it: text, or bytes:\xNN. */
export function bytesOf(spelled) {
  if (/^bytes:(\\x[0-9a-f]{2})+$/.test(spelled)) {
    return spelled.match(/[0-9a-f]{2}(?=\\|$)/g).map(h => parseInt(h, 16));
  }
  return [...encoder.encode(spelled)];
}

function sizeOf(lead) {
  return lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

function hex(byte) {
  return "0x" + byte.toString(16).padStart(2, "0");
}

function bitsText(bits) {
  return bits === null ? "no prediction" : bits.toFixed(2) + " bits";
}

function probability(bits) {
  const percent = 100 * 2 ** -bits;
  return (percent >= 10 ? percent.toFixed(1) : percent.toPrecision(2)) + " %";
}

/** Shows a text in an element; the numbers of the byte that is pointed at go to the readout. */
export class ByteView {
  constructor(element, readout) {
    this.element = element;
    this.readout = readout;
    element.addEventListener("pointerover", e => this.tell(e.target.closest(".b")));
    element.addEventListener("focusin", e => this.focused(e.target.closest(".b")));
    element.addEventListener("keydown", e => this.move(e));
    this.clear();
  }

  clear() {
    this.element.replaceChildren();
    this.cells = [];
    this.pending = [];
    this.waiting = document.createDocumentFragment();
    this.frame = 0;
    this.bytes = 0;
    this.given = 0;
    this.bits = 0;
    this.scored = 0;
    this.begun = false;
  }

  /** Adds a token: its bytes and natural log-probability (null: none), and whether it was given by the prompt. */
  add(bytes, logprob, given) {
    const bits = logprob === null || logprob === undefined ? null : Math.max(0, -logprob / Math.LN2);
    if (!given && bits !== null) {
      this.bits += bits;
      this.scored += bytes.length;
    }
    for (const byte of bytes) {
      // the bits of a token of several bytes are shared out among them
      this.pending.push({ byte, bits: bits === null ? null : bits / bytes.length, given, at: this.bytes++ });
      if (given) {
        this.given++;
      }
      this.characters();
    }
  }

  /** Shows what is incomplete as well. */
  finish() {
    while (this.pending.length) {
      this.cell(this.pending.splice(0, 1), true);
    }
    this.flush();
  }

  /** Drops what was generated beyond a text: the bytes of a stop text, which is no part of it. */
  trim(text) {
    this.finish();
    let shown = this.text(false);
    while (shown.length > text.length && shown.startsWith(text)) {
      const span = this.cells.pop();
      span.remove();
      for (const part of span.cell.parts) {
        this.bytes--;
        if (part.bits !== null) {
          this.bits -= part.bits;
          this.scored--;
        }
      }
      shown = shown.slice(0, shown.length - span.cell.text.length);
    }
  }

  /** Turns whole characters into cells, and bytes that begin none into cells of their own. */
  characters() {
    while (this.pending.length) {
      const size = sizeOf(this.pending[0].byte);
      if (size > this.pending.length && this.pending.slice(1).every(p => (p.byte & 0xc0) === 0x80)) {
        return;
      }
      let whole = size > 0 && size <= this.pending.length;
      if (whole) {
        try {
          strict.decode(Uint8Array.from(this.pending.slice(0, size), p => p.byte));
        } catch {
          whole = false;
        }
      }
      this.cell(this.pending.splice(0, whole ? size : 1), !whole);
    }
  }

  cell(parts, raw) {
    const span = document.createElement("span");
    const text = raw ? "\\x" + parts[0].byte.toString(16).padStart(2, "0") : new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(parts, p => p.byte));
    const control = !raw && parts[0].byte < 0x20 && text !== "\n" && text !== "\t";
    const shown = text === "\n" ? "↵\n" : control ? "\\x" + parts[0].byte.toString(16).padStart(2, "0") : text;
    span.className = "b";
    span.classList.toggle("raw", raw || control);
    span.classList.toggle("nl", text === "\n");
    span.classList.toggle("given", parts[0].given);
    if (!parts[0].given && !this.begun) {
      this.begun = true;
      span.classList.toggle("first", this.cells.length > 0);
    }
    this.colour(span, parts);
    span.textContent = shown;
    // as in the API's text, a byte that is no text counts as U+FFFD
    span.cell = { parts, text: raw ? "\ufffd" : text, name: text === "\n" ? "line break" : text === " " ? "space" : text === "\t" ? "tab" : shown };
    if (this.cells.length === 0) {
      span.tabIndex = 0;
    }
    this.cells.push(span);
    this.waiting.append(span);
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  colour(span, parts) {
    const levels = parts.map(p => (p.bits === null ? 0 : level(p.bits)));
    span.classList.add("l" + Math.max(...levels));
    if (new Set(levels).size > 1) {
      // a colour for each byte of the character, side by side
      const step = 100 / levels.length;
      const stops = levels.map((l, i) => `var(--l${l}) ${i * step}% ${(i + 1) * step}%`);
      const bar = Math.max(...levels) >> 1 || 1;
      span.style.background = `linear-gradient(var(--bar), var(--bar)) bottom / 100% ${bar}px no-repeat, linear-gradient(to right, ${stops.join(", ")})`;
    }
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.element.append(this.waiting);
  }

  /** Rules where patches start; the indices count bytes of the whole shown text, plus an offset. */
  mark(starts, offset) {
    this.flush();
    const wanted = new Set(starts);
    for (const span of this.cells) {
      span.classList.toggle("patch", span.cell.parts.some(p => wanted.has(p.at + offset)));
    }
  }

  text(withGiven) {
    return this.cells.filter(s => withGiven || !s.cell.parts[0].given).map(s => s.cell.text).join("");
  }

  describe(span) {
    const { parts, name } = span.cell;
    const numbers = parts.map(p => hex(p.byte) + ": " + bitsText(p.bits) + (p.bits === null ? "" : " (" + probability(p.bits) + ")"));
    return name + " · " + numbers.join(" · ") + (span.classList.contains("patch") ? " · a patch starts" : "") + (parts[0].given ? " · prompt" : "");
  }

  tell(span) {
    if (span) {
      this.readout.textContent = this.describe(span);
    }
  }

  focused(span) {
    if (!span) {
      return;
    }
    span.setAttribute("role", "img");
    span.setAttribute("aria-label", this.describe(span));
    this.tell(span);
  }

  move(event) {
    const from = this.cells.indexOf(event.target);
    if (from < 0 || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const to = this.target(event.key, from);
    if (to === undefined) {
      return;
    }
    event.preventDefault();
    const span = this.cells[Math.min(this.cells.length - 1, Math.max(0, to))];
    this.cells[from].tabIndex = -1;
    span.tabIndex = 0;
    span.focus();
  }

  target(key, from) {
    switch (key) {
      case "ArrowRight": return from + 1;
      case "ArrowLeft": return from - 1;
      case "Home": return 0;
      case "End": return this.cells.length - 1;
      case "ArrowDown": return this.line(from, 1);
      case "ArrowUp": return this.line(from, -1);
      default: return undefined;
    }
  }

  /** The cell of the next line, in a direction, that is nearest above or below. */
  line(from, step) {
    const { offsetTop: top, offsetLeft: left } = this.cells[from];
    let best = from;
    let row;
    for (let i = from + step; i >= 0 && i < this.cells.length; i += step) {
      const cell = this.cells[i];
      if (cell.offsetTop === top) {
        continue;
      }
      row ??= cell.offsetTop;
      if (cell.offsetTop !== row) {
        break;
      }
      if (best === from || Math.abs(cell.offsetLeft - left) < Math.abs(this.cells[best].offsetLeft - left)) {
        best = i;
      }
    }
    return best;
  }
}
