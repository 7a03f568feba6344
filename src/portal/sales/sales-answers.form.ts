import type { Result } from '../../core/errors/index.js';
import { readStatement, TILL_ROLES, type TillLook, type TillStatement } from '../../modules/evidence/index.js';
import { formText } from '../shared/form-fields.form.js';

const FIELDS = ['basis', 'taxRatePercent', 'currency', 'dateOrder', 'decimalMark', 'lineIs', 'blankKind', 'encoding', 'headerRow', 'sheet'] as const;
const LONGEST = 255;

/** Radio buttons for what fits, and a field for what nobody thought of. */
const zoneIn = (body: unknown): string => (formText(body, 'zone', 60) === 'other' ? formText(body, 'zoneOther', 60).trim() : formText(body, 'zone', 60));

/** Answers to what was asked; what was left open stays open. */
export const answersIn = (body: unknown): Result<TillStatement> => readStatement(fieldsIn(body));

const fieldsIn = (body: unknown): Record<string, string> =>
  ({ zone: zoneIn(body), ...Object.fromEntries(FIELDS.map((name) => [name, formText(body, name, LONGEST)])) });

/** Which part each column plays, column by column as the page shows them; a column of no part is left out. */
export function mappingIn(body: unknown, { found }: TillLook): Result<TillStatement> {
  const columns: Record<string, string> = {};
  (found?.header ?? []).forEach((column, place) => {
    const role = TILL_ROLES.find((known) => known === formText(body, `column-${place}`, 20));
    if (role !== undefined && columns[role] === undefined) columns[role] = column;
  });
  return readStatement({ ...fieldsIn(body), columns });
}
