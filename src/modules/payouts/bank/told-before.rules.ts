import type { BookingReport } from '../../../core/payments/reconcile-reports.js';

/** What an earlier reading of the same file understood at one place of it. */
export interface ToldRow {
  /** Of everything that it says. */
  readonly digest: string;
  readonly bookingKey: string | null;
  /** Money moved: it is counted here, or where the same booking was told first. */
  readonly isBooked: boolean;
  readonly statement: number | null;
  readonly entry: number | null;
  readonly transaction: number | null;
  readonly covers: string | null;
  readonly remark: string | null;
}

type Place = Pick<BookingReport, 'statement' | 'entry' | 'transaction'>;
const entryOf = ({ statement, entry }: Pick<Place, 'statement' | 'entry'>): string => `${statement}|${entry}`;
const placeOf = (at: Place): string => `${entryOf(at)}|${at.transaction ?? 0}`;

/**
 * Keeps a file that is read again from counting twice: what says the same as before is passed over, and money that was counted at its place in the file stays
 * counted as it was, whatever the place is read as by now.
 */
export class ToldBefore {
  /** For `accountKey`: bookings that nothing but their place among those alike tells apart go on from those of before. */
  readonly alike = new Map<string, number>();
  /** Numbers of items are used up to this one. */
  lastN = 0;
  readonly #digests = new Map<string, number>();
  readonly #places = new Set<string>();
  readonly #entries = new Map<string, 'whole' | 'parts'>();

  take(row: ToldRow & { readonly n: number }, isHeard = true): void {
    this.lastN = row.n;
    if (!isHeard) return;
    const { digest, bookingKey } = row;
    this.#digests.set(digest, (this.#digests.get(digest) ?? 0) + 1);
    const [, bare, place] = /^(.*)\|(\d{1,9})$/su.exec(bookingKey ?? '') ?? [];
    if (bare !== undefined && place !== undefined) this.alike.set(bare, Math.max(this.alike.get(bare) ?? 0, Number.parseInt(place, 10)));
    if (row.isBooked) this.#book(row);
  }

  #book({ statement, entry, transaction, covers }: ToldRow): void {
    if (statement === null || entry === null) return;
    const at = { statement, entry, ...(transaction === null ? {} : { transaction }) };
    this.#places.add(placeOf(at));
    this.#entries.set(entryOf(at), covers === 'entry' ? 'whole' : 'parts');
  }

  /** Once for each time that it was told. */
  isTold(digest: string): boolean {
    const left = this.#digests.get(digest) ?? 0;
    if (left > 0) this.#digests.set(digest, left - 1);
    return left > 0;
  }

  /** Whether money stands counted where this booking stands: at its place, for the whole of its entry, or for a part where it is the whole. */
  isCounted(booking: BookingReport): boolean {
    const entry = this.#entries.get(entryOf(booking));
    return this.#places.has(placeOf(booking)) || entry === 'whole' || (entry === 'parts' && booking.covers === 'entry');
  }
}
