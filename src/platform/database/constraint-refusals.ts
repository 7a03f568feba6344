import { type Refusal } from '../../core/errors/index.js';

const refusals = new Map<string, string>();

/**
 * Says which refusal a violated constraint means. The database decides, this only translates: whoever owns the table registers
 * its constraints once. A constraint nobody registered is a defect, and answers 500.
 */
export function mapConstraint(constraint: string, code: string): void {
  refusals.set(constraint, code);
}

export const mapConstraints = (table: Readonly<Record<string, string>>): void =>
  Object.entries(table).forEach(([constraint, code]) => mapConstraint(constraint, code));

export const refusalOf = (constraint: string): Refusal | undefined => {
  const code = refusals.get(constraint);
  return code === undefined ? undefined : { code, params: { constraint } };
};

/** What the tables' triggers and constraints are mapped to, for the test that compares with the catalogue of the database. */
export const mappedConstraints = (): ReadonlyMap<string, string> => refusals;
