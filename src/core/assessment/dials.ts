import { currency, formatMoney, formatRatio, money, parseMoney, parseRatio, ratio, addRatio, type Ratio } from '../money/index.js';
import { addDays, formatInstant, MINUTE, parseInstant, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import { answered, type CompiledPolicy, type InputDefinition, type InputType, type PolicyFacts } from '../policy/index.js';

/** One thing about a claim that could have been otherwise, and the facts as they would then be. */
export interface Dial {
  /** `$inputs.margin`, `$inputs.months.0.sales`, `$facts.merchant.turnover`. */
  readonly path: string;
  /** Whether the merchant can change it (an answer, evidence, coverage), or it is what it is. */
  readonly changeable: boolean;
  /** As it is; null when nothing was said. */
  readonly now: Json;
  readonly moves: Scale | Options;
}

/** Positions on a line of equal steps: 0 is how it is. */
export interface Scale {
  readonly kind: 'scale';
  readonly least: bigint;
  readonly most: bigint;
  at(position: bigint): Setting;
}

export interface Options {
  readonly kind: 'options';
  readonly all: readonly Setting[];
}

export interface Setting {
  readonly shown: Json;
  readonly facts: PolicyFacts;
}

const MOST_MONEY = 2n ** 40n;
const MOST_COUNT = 2n ** 30n;
const MOST_DAYS = 3_660n;
const MOST_MINUTES = 2n ** 20n;
/** Rows of a list that are looked at one by one. */
const MOST_ROWS = 12;

/** Exact decimal text, or the fraction when there is none. */
function decimalText(value: Ratio): string {
  for (let digits = 0; digits <= 9; digits += 1) {
    const scaled = value.num * 10n ** BigInt(digits);
    if (scaled % value.den !== 0n) continue;
    const whole = scaled / value.den;
    const text = (whole < 0n ? -whole : whole).toString().padStart(digits + 1, '0');
    return `${whole < 0n ? '-' : ''}${digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`}`;
  }
  return formatRatio(value);
}

interface Steps {
  readonly now: Json;
  readonly least: bigint;
  readonly most: bigint;
  /** The answer at a position, and how it is shown. */
  at(position: bigint): { readonly answer: string; readonly shown: Json };
}

/** A line from what is there in both directions; where nothing was said, from nought upwards, one step after "nothing". */
function line(start: bigint | undefined, floor: bigint, most: bigint, write: (value: bigint) => { answer: string; shown: Json }): Steps {
  const from = start ?? floor - 1n;
  return { now: start === undefined ? null : write(start).shown, least: start === undefined ? 0n : floor - start, most, at: (position) => write(from + position) };
}

function moneySteps(given: unknown, code: string): Steps {
  const read = typeof given === 'string' ? parseMoney(given, code) : undefined;
  return line(read?.ok === true ? read.value.minor : undefined, 0n, MOST_MONEY, (minor) =>
    ({ answer: formatMoney(money(minor, currency(code))), shown: { minor: String(minor), currency: code } }));
}

/** The smallest step: a whole for a count, a ten-thousandth for a share (up to one); finer where the answer is finer. */
function ratioSteps(given: unknown, digits: number, most: (start: bigint, unit: bigint) => bigint): Steps {
  const text = typeof given === 'string' ? given : undefined;
  const read = text === undefined ? undefined : parseRatio(text);
  const finer = Math.max(digits, /\.(\d+)$/.exec(text ?? '')?.[1]?.length ?? 0);
  const unit = 10n ** BigInt(finer);
  const start = read?.ok === true ? read.value : undefined;
  const write = (position: bigint): { answer: string; shown: Json } => {
    const value = start === undefined ? ratio(position - 1n, unit) : addRatio(start, ratio(position, unit));
    return { answer: decimalText(value), shown: decimalText(value) };
  };
  const below = start === undefined ? 0n : (start.num * unit) / start.den;
  return { now: start === undefined ? null : write(0n).shown, least: -below, most: most(start === undefined ? -1n : below, unit), at: write };
}

function durationSteps(given: unknown): Steps {
  const read = answered(given, { type: 'duration' }, { currency: currency('USD'), window: { from: 0 as Instant, to: 0 as Instant } });
  const minutes = read?.type === 'duration' ? read.ms.num / (read.ms.den * BigInt(MINUTE)) : undefined;
  return line(minutes, 0n, MOST_MINUTES, (value) => ({ answer: `${value} minutes`, shown: { ms: String(value * BigInt(MINUTE)) } }));
}

function dateSteps(given: unknown): Steps | undefined {
  if (typeof given !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(given)) return undefined;
  const at = (position: bigint): { answer: string; shown: Json } => {
    const on = addDays(given, Number.parseInt(position.toString(), 10));
    return { answer: on, shown: on };
  };
  return { now: given, least: -MOST_DAYS, most: MOST_DAYS, at };
}

function instantSteps(given: unknown): Steps | undefined {
  const read = typeof given === 'string' ? parseInstant(given) : undefined;
  if (read?.ok !== true) return undefined;
  const at = (position: bigint): { answer: string; shown: Json } => {
    const text = formatInstant((read.value + Number.parseInt(position.toString(), 10) * MINUTE) as Instant);
    return { answer: text, shown: text };
  };
  return { now: formatInstant(read.value), least: -MOST_MINUTES, most: MOST_MINUTES, at };
}

function stepsOf(type: InputType, given: unknown, code: string): Steps | undefined {
  switch (type) {
    case 'money': return moneySteps(given, code);
    case 'ratio': return ratioSteps(given, 4, (start, unit) => (start < unit ? unit - start : 0n));
    case 'number': return ratioSteps(given, 0, () => MOST_COUNT);
    case 'duration': return durationSteps(given);
    case 'date': return dateSteps(given);
    case 'instant': return instantSteps(given);
    default: return undefined;
  }
}

type Answer = Readonly<Record<string, unknown>>;

const withInput = (facts: PolicyFacts, name: string, value: unknown): PolicyFacts =>
  ({ ...facts, inputs: { ...facts.inputs, [name]: { value, provenance: facts.inputs[name]?.provenance ?? 'declared' } } });

/** The dial of one scalar answer; `put` says where a new answer goes. */
function scalarDial(path: string, type: InputType, options: readonly string[] | undefined, given: unknown, code: string, put: (answer: unknown) => PolicyFacts): Dial | undefined {
  const now = (typeof given === 'string' || typeof given === 'boolean' ? given : null) as Json;
  const choices: readonly (string | boolean)[] = type === 'boolean' ? [true, false] : type === 'choice' ? options ?? [] : [];
  if (choices.length > 0) {
    const all = choices.filter((choice) => choice !== given).map((choice) => ({ shown: choice, facts: put(choice) }));
    return { path, changeable: true, now, moves: { kind: 'options', all } };
  }
  const steps = stepsOf(type, given, code);
  if (steps === undefined) return undefined;
  const at = (position: bigint): Setting => {
    const { answer, shown } = steps.at(position);
    return { shown, facts: put(answer) };
  };
  return { path, changeable: true, now: steps.now, moves: { kind: 'scale', least: steps.least, most: steps.most, at } };
}

/**
 * The dials of one input: one for a single figure, date, choice or yes/no, and one for each such field of each row of a list or
 * series that was given. None for a text, or for a list that was not given: those are not turned.
 */
export function inputDials(name: string, definition: InputDefinition, facts: PolicyFacts, { currency: code }: CompiledPolicy): Dial[] {
  const given = facts.inputs[name]?.value;
  const path = `$inputs.${name}`;
  const fields: Readonly<Record<string, InputType>> | undefined = definition.type === 'series' ? { amount: 'money' } : definition.type === 'list' ? definition.fields : undefined;
  if (fields === undefined) {
    const dial = scalarDial(path, definition.type, definition.options, given, code, (answer) => withInput(facts, name, answer));
    return dial === undefined ? [] : [dial];
  }
  if (!Array.isArray(given)) return [];
  const rows = given as readonly Answer[];
  return rows.slice(0, MOST_ROWS).flatMap((row, index) => Object.entries(fields).flatMap(([field, type]) => {
    const put = (answer: unknown): PolicyFacts => withInput(facts, name, rows.map((other, at) => (at === index ? { ...other, [field]: answer } : other)));
    return scalarDial(`${path}.${index}.${field}`, type, undefined, row[field], code, put) ?? [];
  }));
}
