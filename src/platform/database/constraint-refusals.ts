import { type Refusal } from '../../core/errors/index.js';

/** A code, with what its sentence names where only an earlier check would have known it. */
type Meaning = string | Pick<Refusal, 'code' | 'params'>;

const refusals = new Map<string, Pick<Refusal, 'code' | 'params'>>();

/**
 * Says which refusal a violated constraint means. The database decides, this only translates: whoever owns the table registers
 * its constraints once. A constraint nobody registered is a defect, and answers 500.
 */
export function mapConstraint(constraint: string, meaning: Meaning): void {
  refusals.set(constraint, typeof meaning === 'string' ? { code: meaning, params: {} } : meaning);
}

export const mapConstraints = (table: Readonly<Record<string, Meaning>>): void =>
  Object.entries(table).forEach(([constraint, meaning]) => mapConstraint(constraint, meaning));

export const refusalOf = (constraint: string): Refusal | undefined => {
  const meaning = refusals.get(constraint);
  return meaning === undefined ? undefined : { code: meaning.code, params: { ...meaning.params, constraint } };
};

/** What the tables' triggers and constraints are mapped to, for the test that compares with the catalogue of the database. */
export const mappedConstraints = (): ReadonlyMap<string, string> => new Map([...refusals].map(([constraint, { code }]) => [constraint, code]));
