import { HOUR, instantsOf, MINUTE, toLocal, type Instant, type Interval } from '../../core/time/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';

/** One stretch on a lane; `kind` picks colour and pattern, and the word beside it. */
export interface LanePiece extends Interval {
  readonly kind: string;
  /** What is said after the word, such as a level. */
  readonly note?: string;
}

export interface Lane {
  readonly label: string;
  readonly pieces: readonly LanePiece[];
}

/** Drawing and table of the same pieces: positions in per cent of the window, as text. */
export interface Strip {
  readonly lanes: readonly { readonly label: string; readonly top: number; readonly bars: readonly { readonly x: string; readonly width: string; readonly kind: string; readonly title: string }[] }[];
  readonly ticks: readonly { readonly x: string; readonly text: string; readonly anchor: 'start' | 'middle' | 'end' }[];
  readonly rows: readonly { readonly lane: string; readonly kind: string; readonly note: string; readonly from: string; readonly to: string; readonly length: string }[];
  readonly kinds: readonly string[];
  readonly height: number;
  readonly tall: boolean;
  readonly caption: string;
}

export const LANE_HEIGHT = 46;
/** A stretch too short to be seen is still drawn: three thousandths of the strip. */
const LEAST = 300;
const WHOLE = 100_000;

const percent = (share: number): string => `${Math.floor(share / 1_000)}.${String(share % 1_000).padStart(3, '0')}%`;

/** Steps between ticks that people count in. */
const STEPS = [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 168 * HOUR, 336 * HOUR, 720 * HOUR];
const MOST_TICKS = 6;

/** Round local times inside the window, at most six. Edge: a time that the clock skips is left out. */
function ticksOf(window: Interval, zone: string): Instant[] {
  const length = window.to - window.from;
  const step = STEPS.find((size) => length / size <= MOST_TICKS) ?? length;
  const start = toLocal(window.from, zone);
  const first = Math.ceil(start / step) * step;
  const ticks: Instant[] = [];
  for (let local = first; local <= toLocal(window.to, zone); local += step) {
    const [at] = instantsOf(local as typeof start, zone);
    if (at !== undefined && at >= window.from && at <= window.to) ticks.push(at);
  }
  return ticks;
}

/** Midnight is its day; another hour says its day only where that is new. */
function tickText(at: Instant, zone: string, newDay: boolean, f: Formatting): string {
  if (toLocal(at, zone) % (24 * HOUR) === 0) return f.day(at, zone);
  return newDay ? f.moment(at, zone) : f.time(at, zone);
}

/** More lanes than this and the times are written above them as well. */
const TALL = 6;

/** Lays lanes out over a window. Pieces are cut to it; half-open; the drawing and its table come from the same list. */
export function layOut(window: Interval, zone: string, lanes: readonly Lane[], f: Formatting, word: (kind: string) => string): Strip {
  const length = window.to - window.from;
  const share = (at: number): number => Math.floor(((at - window.from) * WHOLE) / length);
  const inside = lanes.map(({ label, pieces }) => ({
    label,
    pieces: pieces.filter(({ from, to }) => from < window.to && to > window.from)
      .map((piece) => ({ ...piece, from: Math.max(piece.from, window.from) as Instant, to: Math.min(piece.to, window.to) as Instant })),
  }));
  return {
    height: inside.length * LANE_HEIGHT + 24,
    tall: inside.length > TALL,
    caption: f.period(window.from, window.to, zone),
    lanes: inside.map(({ label, pieces }, index) => ({
      label, top: index * LANE_HEIGHT,
      bars: pieces.map(({ from, to, kind, note }) => ({
        x: percent(Math.min(share(from), WHOLE - LEAST)), width: percent(Math.max(share(to) - share(from), LEAST)), kind,
        title: `${word(kind)}${note === undefined ? '' : ` ${note}`}: ${f.period(from, to, zone)}`,
      })),
    })),
    ticks: ticksOf(window, zone).map((at, index, all) => {
      const x = share(at);
      const before = all[index - 1];
      const newDay = before === undefined || f.isoDate(before, zone) !== f.isoDate(at, zone);
      return { x: percent(x), text: tickText(at, zone, newDay, f), anchor: x < 12_000 ? 'start' as const : x > 88_000 ? 'end' as const : 'middle' as const };
    }),
    rows: inside.flatMap(({ label, pieces }) => pieces.map(({ from, to, kind, note }) => ({
      lane: label, kind, note: note ?? '', from: f.moment(from, zone), to: f.moment(to, zone), length: f.duration(to - from),
    }))),
    kinds: [...new Set(inside.flatMap(({ pieces }) => pieces.map(({ kind }) => kind)))],
  };
}
