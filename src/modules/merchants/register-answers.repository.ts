import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { RegisterAnswer, RegisterEntry } from './register-lookup.port.js';
import type { Registration } from './registration.rules.js';

export interface RegisterAnswerRow {
  readonly outcome: 'found' | 'not_found' | 'unavailable';
  readonly entry: RegisterEntry | null;
  readonly reference: string | null;
  readonly askedAt: Date;
}

/** What registers answered, when, and about which number. */
@Injectable()
export class RegisterAnswersRepository {
  async insert(tx: Tx, row: { merchantId: string; registration: Registration; answer: RegisterAnswer; at: Instant; by: string }): Promise<void> {
    const { merchantId, registration, answer, at, by } = row;
    await tx.execute(`
      INSERT INTO register_answer (merchant_id, registration_scheme, registration_value, outcome, entry, reference, asked_at, asked_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [merchantId, registration.scheme, registration.value, answer.outcome, answer.outcome === 'found' ? JSON.stringify(answer.entry) : null,
      answer.reference ?? null, formatInstant(at), by]);
  }

  /** The last answer about the number the business has now; one about a number it had before says nothing. */
  async latest(reader: Reader, merchantId: string): Promise<RegisterAnswerRow | undefined> {
    const [row] = await reader.query<RegisterAnswerRow>(`
      SELECT a.outcome, a.entry, a.reference, a.asked_at AS "askedAt" FROM register_answer a
      JOIN merchant m ON m.id = a.merchant_id AND m.registration_scheme = a.registration_scheme AND m.registration_value = a.registration_value
      WHERE a.merchant_id = $1 ORDER BY a.id DESC LIMIT 1`, [merchantId]);
    return row;
  }
}
