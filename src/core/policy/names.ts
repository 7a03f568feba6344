import type { Reference } from './block.js';
import type { InputDefinition, InputType, PolicyDocument } from './document/index.js';
import { FACTS } from './fact-catalogue.js';
import { own } from './own.js';
import type { ValueType } from './value.js';

const INPUT_VALUES: Readonly<Record<InputType, ValueType>> = {
  money: 'money', ratio: 'ratio', number: 'number', duration: 'duration', instant: 'instant', date: 'date', boolean: 'boolean', text: 'text', choice: 'text',
  list: 'list', intervals: 'time', series: 'series',
};

/** The type of value an input yields: a list with fields is rows. */
export const typeOfInput = ({ type, fields }: Pick<InputDefinition, 'type' | 'fields'>): ValueType =>
  (type === 'list' && fields !== undefined ? 'rows' : INPUT_VALUES[type]);

/** A step that stands above, as others may refer to it. */
export interface NamedStep {
  readonly id: string;
  readonly output: ValueType;
}

/** The row that nested steps work on: `as` and its fields. */
export interface NamedRow {
  readonly as: string;
  readonly fields: Readonly<Record<string, ValueType>>;
}

/**
 * What a reference in a policy can mean where it stands: a fact, an input, a step above, or a field of the row at hand. Nested
 * steps see all that stands above the step that holds them.
 */
export class Names {
  readonly #steps = new Map<string, NamedStep>();

  constructor(private readonly document: PolicyDocument, private readonly outer?: Names, private readonly row?: NamedRow) {}

  add(step: NamedStep): void {
    this.#steps.set(step.id, step);
  }

  within(row: NamedRow): Names {
    return new Names(this.document, this, row);
  }

  has(id: string): boolean {
    return this.#steps.has(id) || this.row?.as === id || this.outer?.has(id) === true;
  }

  typeOf(id: string): ValueType | undefined {
    return this.#steps.get(id)?.output;
  }

  /** The reference, or a sentence that says why there is none. */
  find(text: string): Reference | string {
    if (!text.startsWith('$')) return `"${text}" is not a reference: write $inputs.x, $facts.x or $step`;
    const [scope = '', ...rest] = text.slice(1).split('.');
    const name = rest.join('.');
    if (scope === 'facts') return this.#fact(text, name);
    if (scope === 'inputs') return this.#input(text, name);
    const found = this.#local(text, scope, name);
    if (found !== undefined) return found;
    const later = this.document.steps.some(({ id }) => id === scope);
    return later ? `step "${scope}" comes later or is faulty: a step may only use those above it` : `"${text}" refers to nothing`;
  }

  #fact(text: string, name: string): Reference | string {
    const fact = own(FACTS, name);
    if (fact === undefined) return `there is no fact "${name}"; known are ${Object.keys(FACTS).join(', ')}`;
    return {
      text, type: fact.type, ...(fact.fields === undefined ? {} : { fields: fact.fields }),
      read: (run) => run.fact(name, () => fact.read(run.facts, Number.parseInt(run.date.slice(0, 4), 10))),
    };
  }

  #input(text: string, name: string): Reference | string {
    const definition = own(this.document.inputs, name);
    if (definition === undefined) return `there is no input "${name}"; known are ${Object.keys(this.document.inputs).join(', ')}`;
    const fields = definition.fields === undefined ? {} : { fields: Object.fromEntries(Object.entries(definition.fields).map(([field, type]) => [field, INPUT_VALUES[type]])) };
    return {
      text, type: typeOfInput(definition), ...fields,
      read: (run) => {
        const found = run.inputValue(name);
        return found === 'pending' ? null : found;
      },
    };
  }

  #local(text: string, scope: string, name: string): Reference | string | undefined {
    if (this.row?.as === scope) {
      const type = own(this.row.fields, name);
      if (type === undefined) return `a row called "${scope}" has no field "${name}"; it has ${Object.keys(this.row.fields).join(', ')}`;
      return { text, type, read: (run) => run.row(scope)?.[name] ?? null };
    }
    const step = name === '' ? this.#steps.get(scope) : undefined;
    if (step !== undefined) return { text, type: step.output, read: (run) => run.stepValue(scope) ?? null };
    return this.outer === undefined ? undefined : this.outer.#local(text, scope, name);
  }
}
