import type { BookingReport, StatementReport, StatusReport } from '../../../core/payments/reconcile-reports.js';

/** What counts once a file was read to its end. */
export type Said = StatusReport | BookingReport | StatementReport;

const BIG = new Set(['minor', 'batchCount']);

/** As the database keeps it. A column of text cannot hold a NUL, and no bank means one. */
export const writeSaid = (said: Said): string => JSON.stringify(said, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value.replaceAll('\0', '') : value));

/** What `writeSaid` wrote, parsed by whoever fetched it or not. */
export const readSaid = (text: string): Said => JSON.parse(text, (key, value: unknown) => (BIG.has(key) && typeof value === 'string' ? BigInt(value) : value)) as Said;

/** For a bank that says no without saying why. */
export const NOT_SAID = 'NARR';

/** Why, as a line keeps it: a code of ISO's list, else the bank's own word. */
export function reasonOf(reasons: StatusReport['reasons'] | undefined): string | undefined {
  const [reason] = reasons ?? [];
  return reason?.code ?? reason?.proprietary;
}

/** Everything that whoever paid may have written beside a booking. */
export const wordsIn = (said: Said): readonly string[] =>
  (said.report === 'booking' ? [...said.texts, said.references.endToEndId ?? '', said.references.instructionId ?? ''] : []);
