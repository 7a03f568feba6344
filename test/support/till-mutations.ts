import {
  canEncode, encode, essence, layoutBytes, outcomeOf, placeOf, tableOf, TILL_ENCODINGS, written, type KnownFile, type Table, type WrittenEncoding, type Writing,
} from './till-files.js';

/** A seeded source of chance: the same seed makes the same file. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, not including, `below`. Mulberry32. */
  next(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 4_294_967_296) * below);
  }

  of<T>(list: readonly T[]): T {
    return list[this.next(list.length)] as T;
  }
}

type Change = (table: Table, known: KnownFile, chance: Chance) => void;

const JUNK = ['#REF!', 'x', '', '?', '12.34.56.78', '1e5', 'NaN', '--5', '5-5', '1,23,4', '2025-02-30', '99/99/9999', '오후 25:00', '=1+1', 'null', '￿', '1;2', '-', '\u0000', 'Gesamt', '12,3456'];

/** Ways tills and spreadsheets differ, and ways files break. Each leaves what the file means alone, or breaks it so that it shows. */
const CHANGES: Readonly<Record<string, Change>> = {
  none: () => undefined,
  titles: (table, _known, chance) => {
    for (let n = chance.next(4); n >= 0; n -= 1) table.titles.unshift(chance.of([['Sales report'], ['조회기간 : 2026-11-01 ~ 2026-11-20'], ['Filiale', 'Mitte'], ['(단위:원)'], ['Total', '9']]));
  },
  'column order': (table, _known, chance) => {
    const order = table.header.map((_, index) => index).sort(() => chance.next(3) - 1);
    const arranged = (row: string[]): string[] => order.map((index) => row[index] ?? '');
    table.header = arranged(table.header);
    table.lines = table.lines.map(arranged);
  },
  'another column': (table, _known, chance) => {
    const at = chance.next(table.header.length + 1);
    table.header.splice(at, 0, 'Kommentar');
    for (const line of table.lines) line.splice(at, 0, chance.of(['', 'ok', '12.50', '"quoted"', 'two\nlines', "'s"]));
  },
  'total row': (table, known, chance) => {
    const row = table.header.map(() => '');
    row[0] = chance.of(['합계', 'Total', 'Summe', '총계', 'TOTAL:']);
    for (const column of known.amounts) row[placeOf(table, column)] = '9999';
    if (!known.amounts.includes(table.header[0] ?? '') || known.amounts.length === 0) table.lines.push(row);
  },
  'lines twice': (table, known, chance) => {
    if (known.id === undefined) return;
    const line = table.lines[chance.next(table.lines.length)] ?? [];
    // Where an order goes on over several lines, only whole orders are copied.
    if (known.amounts.every((column) => line[placeOf(table, column)] !== '')) table.lines.push([...line]);
  },
  'header again': (table, _known, chance) => {
    table.lines.splice(chance.next(table.lines.length), 0, [...table.header]);
  },
  'blanks around': (table, _known, chance) => {
    const line = table.lines[chance.next(table.lines.length)] ?? [];
    line.forEach((cell, index) => {
      line[index] = chance.of([` ${cell}`, `${cell}  `, cell]);
    });
  },
  'decomposed Korean': (table) => {
    table.header = table.header.map((name) => name.normalize('NFD'));
    table.lines = table.lines.map((line) => line.map((cell) => cell.normalize('NFD')));
  },
  'header case': (table, _known, chance) => {
    table.header = table.header.map((name) => chance.of([name.toUpperCase(), ` ${name}`, name.toLowerCase()]));
  },
  'a remark below': (table, _known, chance) => {
    table.lines.push([chance.of(['※ 본 자료는 참고용입니다', '* end of report', 'printed by till 3'])]);
  },
  'dates with dots': (table, known) => redate(table, known, (y, m, d) => `${y}.${m}.${d}`),
  'dates with slashes': (table, known) => redate(table, known, (y, m, d) => `${y}/${m}/${d}`),
  'dates in Korean': (table, known) => redate(table, known, (y, m, d) => `${y}년 ${Number(m)}월 ${Number(d)}일`),
  'dates month first': (table, known) => redate(table, known, (y, m, d) => `${Number(m)}/${Number(d)}/${y}`),
  'dates day first': (table, known) => redate(table, known, (y, m, d) => `${d}/${m}/${y}`),
  'dates as day counts': (table, known) => redate(table, known, (y, m, d) => String(Date.UTC(Number(y), Number(m) - 1, Number(d)) / 86_400_000 + 25_569)),
  'amounts in the other style': (table, known) => {
    for (const column of known.amounts) {
      const place = placeOf(table, column);
      for (const line of table.lines) line[place] = (line[place] ?? '').replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
    }
  },
  'amounts with the code': (table, known) => {
    for (const column of known.amounts) {
      const place = placeOf(table, column);
      for (const line of table.lines) if ((line[place] ?? '') !== '') line[place] = `${(line[place] ?? '').replace('$', '')} ${known.currency}`;
    }
  },
  'junk in a cell': (table, known, chance) => {
    const line = table.lines[chance.next(table.lines.length)] ?? [];
    const place = placeOf(table, chance.of(known.mapped));
    const before = line[place] ?? '';
    // A blank cell of a line that carries no sale is no damage.
    if (before !== '') line[place] = chance.of(JUNK);
  },
  'a letter in a cell': (table, known, chance) => {
    const line = table.lines[chance.next(table.lines.length)] ?? [];
    const place = placeOf(table, chance.of(known.mapped));
    const cell = line[place] ?? '';
    const at = chance.next(cell.length);
    if (cell !== '') line[place] = `${cell.slice(0, at)}${chance.of(['x', '?', '"', '뷁'])}${cell.slice(at + 1)}`;
  },
  'a field lost': (table, _known, chance) => {
    (table.lines[chance.next(table.lines.length)] ?? []).splice(chance.next(table.header.length), 1);
  },
  'a field more': (table, _known, chance) => {
    (table.lines[chance.next(table.lines.length)] ?? []).splice(chance.next(table.header.length), 0, chance.of(['1', 'x']));
  },
  'a mapped column lost': (table, known, chance) => {
    const place = placeOf(table, chance.of(known.mapped));
    table.header.splice(place, 1);
    for (const line of table.lines) line.splice(place, 1);
  },
  'a column name lost': (table, known, chance) => {
    table.header[placeOf(table, chance.of(known.mapped))] = chance.of(['', 'Spalte', '???']);
  },
};

function redate(table: Table, known: KnownFile, rewrite: (year: string, month: string, day: string) => string): void {
  for (const column of known.dates) {
    const place = placeOf(table, column);
    for (const line of table.lines) {
      const cell = line[place] ?? '';
      const found = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(cell) ?? /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(cell);
      if (found === null) continue;
      const [, a = '', b = '', c = ''] = found;
      line[place] = a.length === 4 ? rewrite(a, b, c) : rewrite(c, b, a);
    }
  }
}

/** Damage to the text itself, after it was written. */
const TEXT_CHANGES: Readonly<Record<string, (text: string, writing: Writing, chance: Chance) => string>> = {
  none: (text) => text,
  'cut in the last line': (text, { delimiter, lineEnd }, chance) => {
    const lines = text.split(lineEnd).slice(0, -1);
    const last = lines.pop() ?? '';
    const most = Math.max(1, last.lastIndexOf(delimiter));
    return [...lines, last.slice(0, 1 + chance.next(most))].join(lineEnd);
  },
  'blank lines': (text, { lineEnd }) => text.replaceAll(lineEnd, `${lineEnd}${lineEnd}`),
  'a line broken': (text, { lineEnd }, chance) => {
    const at = Math.floor(text.length / 2) + chance.next(Math.floor(text.length / 2));
    return `${text.slice(0, at)}${lineEnd}${text.slice(at)}`;
  },
  'a quote opened': (text, _writing, chance) => {
    const at = Math.floor(text.length / 3) + chance.next(Math.floor(text.length / 2));
    return `${text.slice(0, at)}"${text.slice(at)}`;
  },
};

export interface Mutant {
  readonly bytes: Buffer;
  readonly what: string;
}

/** The file once more, changed in one to three ways and written in this encoding; undefined where the encoding lacks a character. */
export function mutant(known: KnownFile, original: Table, encoding: WrittenEncoding, seed: number): Mutant | undefined {
  const chance = new Chance(seed);
  const table: Table = { titles: original.titles.map((row) => [...row]), header: [...original.header], lines: original.lines.map((row) => [...row]) };
  const names = Array.from({ length: 1 + chance.next(3) }, () => chance.of(Object.keys(CHANGES)));
  for (const name of names) CHANGES[name]?.(table, known, chance);
  const writing: Writing = { delimiter: chance.of([',', ';', '\t']), lineEnd: chance.of(['\n', '\r\n', '\r']), isQuoted: chance.next(3) === 0 };
  const damage = chance.next(3) === 0 ? chance.of(Object.keys(TEXT_CHANGES)) : 'none';
  const text = TEXT_CHANGES[damage]?.(written(table, writing), writing, chance) ?? '';
  if (!canEncode(text, encoding)) return undefined;
  return { bytes: encode(text, encoding), what: `seed ${seed}: ${[...names, damage].join(' + ')} ${JSON.stringify(writing)} in ${encoding}` };
}

export interface Misreadings {
  readonly same: number;
  readonly told: number;
  /** What was read as something else, and nobody was told. */
  readonly silent: readonly string[];
}

/** Reads so many mutants of a layout in every encoding that can hold them. */
export async function mutantsOf(known: KnownFile, count: number): Promise<Misreadings> {
  const bytes = layoutBytes(known.name);
  if (bytes === undefined) return { same: 0, told: 0, silent: [] };
  const zone = 'Europe/Berlin';
  const truth = essence((await outcomeOf(bytes, known.currency, zone)).records ?? []).join();
  const table = tableOf(known, bytes);
  const silent: string[] = [];
  let [same, told] = [0, 0];
  for (const encoding of TILL_ENCODINGS) {
    for (let seed = 0; seed < count; seed += 1) {
      const made = mutant(known, table, encoding, seed);
      if (made === undefined) continue;
      const { records } = await outcomeOf(made.bytes, known.currency, zone);
      if (records === undefined) told += 1;
      else if (essence(records).join() === truth) same += 1;
      else silent.push(`${known.name} ${made.what}`);
    }
  }
  return { same, told, silent };
}
