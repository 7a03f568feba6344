/** Ids already seen, each with what stood under it, in 20 to 40 bytes an id: millions of them in bounded memory. */
export class SeenIds {
  #size = 0;
  #low = new Uint32Array(FIRST);
  #high = new Uint32Array(FIRST);
  #content = new Uint32Array(FIRST);
  #line = new Uint32Array(FIRST);

  /** Undefined for an id that is new; else the line it stood on, and whether it stood for the same. */
  add(id: string, content: string, line: number): { readonly line: number; readonly same: boolean } | undefined {
    if (this.#size * 5 >= this.#low.length * 4) this.#grow();
    const [low, high, mark] = [hash(id, 0x9e3779b9), hash(id, 0x85ebca6b), hash(content, 0xc2b2ae35)];
    const place = this.#place(low, high);
    const before = this.#line[place] ?? 0;
    if (before !== 0) return { line: before, same: this.#content[place] === mark };
    this.#put(place, low, high, mark, line);
    this.#size += 1;
    return undefined;
  }

  #place(low: number, high: number): number {
    const mask = this.#low.length - 1;
    let place = (low ^ high) & mask;
    while (this.#line[place] !== 0 && (this.#low[place] !== low || this.#high[place] !== high)) place = (place + 1) & mask;
    return place;
  }

  #put(place: number, low: number, high: number, content: number, line: number): void {
    this.#low[place] = low;
    this.#high[place] = high;
    this.#content[place] = content;
    this.#line[place] = line;
  }

  #grow(): void {
    const [low, high, content, lines] = [this.#low, this.#high, this.#content, this.#line];
    const size = low.length * 2;
    [this.#low, this.#high, this.#content, this.#line] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
    lines.forEach((line, from) => {
      if (line !== 0) this.#put(this.#place(low[from] ?? 0, high[from] ?? 0), low[from] ?? 0, high[from] ?? 0, content[from] ?? 0, line);
    });
  }
}

const FIRST = 1_024;

/** FNV-1a with a last mixing round: 32 bits, three of them an id; good enough to tell lines apart, no protection against forgers. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  return (value ^ (value >>> 15)) >>> 0;
}
