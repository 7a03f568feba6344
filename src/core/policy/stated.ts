import { isCurrency, type CurrencyCode } from '../money/index.js';
import type { ParamSpec, Scalar, ScalarKind, ScalarValue } from './block.js';
import type { ParamDefinition, PolicyDocument, TreeReader } from './document/index.js';
import type { Names } from './names.js';
import { own } from './own.js';
import { expectedUnit, isDate, kindOfUnit, readScalar, scalarOf, typesOfKind, unitFits } from './scalar.js';

/** The key under which a value holds for every key and date. */
const ANY = '*';

type Entries = ReadonlyMap<string, ReadonlyMap<string, ScalarValue>>;

/** Reads what stands in a step's `with`: a literal, `$params.x`, or a reference to a value of the same kind. */
export class StatedValues {
  constructor(private readonly document: PolicyDocument, private readonly currency: CurrencyCode, private readonly names: Names) {}

  scalar(at: TreeReader, wanted: ScalarKind | 'any', spec: Partial<ParamSpec>): Scalar | undefined {
    const text = at.text();
    if (text === '') return undefined;
    if (text.startsWith('$params.')) return this.#stated(at, text, wanted, spec.options);
    if (wanted === 'any') {
      at.fault('policy.wrong_unit', `"${text}" has no unit: state it under params, with unit and source`);
      return undefined;
    }
    if (text.startsWith('$')) return this.#taken(at, text, wanted, spec.options);
    const read = readScalar(text, wanted, this.currency, undefined, spec.options);
    if (typeof read !== 'string') return { kind: wanted, varies: false, read: () => read };
    at.fault(wanted === 'choice' || wanted === 'boolean' ? 'policy.shape' : 'policy.wrong_unit', read);
    return undefined;
  }

  /** All rows of a dated parameter. */
  rows(at: TreeReader, kind: ScalarKind): { from: string; scalar: ScalarValue }[] {
    const text = at.text();
    const definition = this.#definition(at, text);
    if (definition === undefined || !this.#fits(at, text, kind, definition)) return [];
    if (definition.rows === undefined) at.fault('policy.shape', `"${text}" has no dated rows`);
    return (definition.rows ?? []).flatMap(({ from, value = '' }) => {
      const scalar = readScalar(value, kind, this.currency, definition.unit);
      if (typeof scalar !== 'string') return [{ from, scalar }];
      at.fault('policy.wrong_unit', `parameter "${text.slice(8)}": ${scalar}`);
      return [];
    });
  }

  #fits(at: TreeReader, text: string, kind: ScalarKind, { unit }: ParamDefinition): boolean {
    const fits = unitFits(kind, unit, this.currency);
    if (!fits) at.fault('policy.wrong_unit', `"${text}" is stated in ${unit}, but ${expectedUnit(kind, this.currency)} is needed here`);
    return fits;
  }

  /** A value of another step, an input or a fact; of a choice, an input that offers nothing else. */
  #taken(at: TreeReader, text: string, kind: ScalarKind, options: readonly string[] | undefined): Scalar | undefined {
    const found = this.names.find(text);
    if (typeof found === 'string') {
      at.fault('policy.dangling_ref', found);
      return undefined;
    }
    const types = typesOfKind(kind);
    if (!types.includes(found.type)) {
      at.fault('policy.wrong_type', `"${text}" is a ${found.type}, but ${types.join(' or ')} is needed here`);
      return undefined;
    }
    const input = own(this.document.inputs, text.replace('$inputs.', ''));
    const offered = input?.type === 'choice' ? input.options : undefined;
    if (options !== undefined && offered?.every((option) => options.includes(option)) !== true) {
      at.fault('policy.wrong_type', `"${text}" may be something else than ${options.join(', ')}: name an input of type choice with these options`);
      return undefined;
    }
    return { kind, ref: text, varies: true, read: (run) => scalarOf(found.read(run), kind) };
  }

  #definition(at: TreeReader, text: string): ParamDefinition | undefined {
    const definition = own(this.document.params, text.replace(/^\$params\./, ''));
    if (definition === undefined) at.fault('policy.dangling_ref', `"${text}" refers to nothing; parameters are ${Object.keys(this.document.params).join(', ')}`);
    return definition;
  }

  #stated(at: TreeReader, text: string, wanted: ScalarKind | 'any', options: readonly string[] | undefined): Scalar | undefined {
    const definition = this.#definition(at, text);
    if (definition === undefined) return undefined;
    const kind = wanted === 'any' ? kindOfUnit(definition.unit) : wanted;
    if (!this.#fits(at, text, kind, definition)) return undefined;
    const dates = definition.list;
    if (dates !== undefined) return { kind, ref: text, source: definition.source, varies: false, read: () => ({ kind: 'dates', dates }) };
    const entries = this.#entries(at, text, kind, definition, options);
    const froms = [...entries.keys()].filter((from) => from !== ANY);
    return {
      kind, ref: text, source: definition.source, varies: definition.value === undefined,
      read: (run, { key, date = run.date } = {}) => {
        const from = froms.filter((start) => start <= date).at(-1) ?? ANY;
        const row = entries.get(from);
        return row?.get(key ?? ANY) ?? row?.get(ANY);
      },
    };
  }

  /** Every value a parameter states, by the date it holds from and the key it holds for. */
  #entries(at: TreeReader, text: string, kind: ScalarKind, { value, rows, table, otherwise, unit }: ParamDefinition, options: readonly string[] | undefined): Entries {
    const keyed = (entries: Readonly<Record<string, string>> | undefined, rest: string | undefined): ReadonlyMap<string, ScalarValue> => {
      const all = [...Object.entries(entries ?? {}), ...(rest === undefined ? [] : [[ANY, rest] as const])];
      return new Map(all.flatMap(([key, entry]) => {
        const read = readScalar(entry, kind, this.currency, unit, options);
        if (typeof read !== 'string') return [[key, read] as const];
        at.fault('policy.wrong_unit', `parameter "${text.slice(8)}": ${read}`);
        return [];
      }));
    };
    if (rows === undefined) return new Map([[ANY, keyed(table, value ?? otherwise)]]);
    return new Map(rows.map((row) => [row.from, keyed(row.table, row.value ?? otherwise)]));
  }
}

/** Faults of the parameters themselves: currencies, order of dated rows, dates that are none. */
export function checkParams(document: PolicyDocument, currency: CurrencyCode, at: TreeReader): void {
  for (const [name, { unit, rows, list }] of Object.entries(document.params)) {
    const own = at.at(name);
    const head = unit.split(' ')[0] ?? '';
    if (isCurrency(head) && head !== currency) own.fault('policy.mixed_currencies', `parameter "${name}" is in ${head}, the policy in ${currency}`);
    const dates = rows?.map(({ from }) => from) ?? [];
    if (dates.some((date, index) => !isDate(date) || date <= (dates[index - 1] ?? ''))) {
      own.at('rows').fault('policy.shape', 'dated rows begin with a date (YYYY-MM-DD) and stand in rising order');
    }
    for (const text of list ?? []) if (!isDate(text)) own.at('list').fault('policy.shape', `"${text}" is not a date (YYYY-MM-DD)`);
  }
}
