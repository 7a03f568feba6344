import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES, type PaymentProfile } from '../../src/core/payments/index.js';
import type { Result } from '../../src/core/errors/index.js';
import { BatchApprovals, BatchPreparation, BatchRelease, COUNTING_STATES, PayoutFiles, PayoutQueries, type BatchView } from '../../src/modules/payouts/index.js';
import { readSentFile } from '../../src/modules/payouts/practice-bank/sent-file.importer.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { value } from '../support/results.js';

const JOB = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;
const profileOf = (wanted: string, more: object = {}): PaymentProfile => ({ ...SHIPPED_PROFILES.find(({ id }) => id === wanted), ...more }) as PaymentProfile;
const ADDRESSLESS = { address: { payee: 'optional', payer: 'optional', lines: 2 } };
const PROFILES = [profileOf('iso-generic-09', ADDRESSLESS), profileOf('iso-generic-03', ADDRESSLESS), profileOf('csv-generic'), profileOf('xlsx-generic')];

let world: TestApp;
let bank: Reconciliation;

beforeAll(async () => {
  world = await startTestApp();
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  await bank.close();
  await world.close();
});

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, minor) => total + minor, 0n);

/** What the written bytes come to, by the readers alone. */
async function inFile({ batch }: Pick<Sent, 'batch'>, profile: PaymentProfile, code: string): Promise<{ count: number; minor: bigint; references: number }> {
  const { bytes } = value(await world.app.get(PayoutFiles).open(bank.desk.proved(bank.people.releaser), batch.id));
  const { payments } = await readSentFile(profile, bytes, { messageId: batch.messageId, executeOn: batch.executeOn, currency: currency(code) });
  return { count: payments.length, minor: sum(payments.map(({ amount }) => amount.minor)), references: new Set(payments.map(({ reference }) => reference)).size };
}

async function inBooks(fundId: string): Promise<Record<string, string>> {
  const { rows: [row = {}] } = await bank.owner.query<Record<string, string>>(`
    SELECT (SELECT sum(released_minor) FROM payout_batch WHERE fund_id = $1 AND released_at IS NOT NULL) AS batches, (SELECT sum(net_minor) FROM payment_line WHERE fund_id = $1 AND state = 'in_transit') AS lines,
      (SELECT balance_minor FROM ledger_account WHERE fund_id = $1 AND name = 'in_transit') AS ledger,
      (SELECT sum(e.net_minor) FROM entitlement e JOIN claim c ON c.id = e.claim_id JOIN scheme s ON s.id = c.scheme_id WHERE s.fund_id = $1) AS entitlements`, [fundId]);
  return row;
}

describe('whatever is due', () => {
  let books = 0;
  it.each(['KRW', 'JPY', 'USD', 'EUR', 'KWD'])('in %s: file, batch, ledger and entitlements come to the same, to the minor unit', async (code) => {
    const amount = fc.oneof(fc.bigInt(1n, 999n), fc.bigInt(1n, 99_999_999n), fc.bigInt(1n, 999_999_999_999n));
    await fc.assert(fc.asyncProperty(fc.array(amount, { minLength: 1, maxLength: 12 }), fc.constantFrom(...PROFILES), async (amounts, profile) => {
      books += 1;
      const sent = await bank.sent(`money-${books}`, amounts, { currency: code, profile });
      const due = String(sum(amounts));
      const file = await inFile(sent, profile, code);
      expect({ file: { ...file, minor: String(file.minor) }, books: await inBooks(sent.fundId) }).toEqual({
        file: { count: amounts.length, references: amounts.length, minor: due }, books: { batches: due, lines: due, ledger: due, entitlements: due },
      });
    }), { numRuns: 8 });
  }, 120_000);
});

/** What may be said to somebody who comes second. */
const SECOND = new Set([
  'http.stale', 'payouts.not_in_state', 'payouts.batch_empty', 'payouts.approved_already', 'payouts.releasing', 'payouts.digest_differs', 'payouts.approvals_missing', 'identity.duty_conflict', 'platform.busy', 'payouts.not_found', 'payouts.line_counted',
]);

describe('eight who open, lock, approve, leave out, cancel and release at once', () => {
  /** One thing at random that somebody may want of a batch they have just seen. */
  async function meddle({ fundId }: Payables, random: () => number): Promise<Result<unknown>> {
    const { preparer, approver, releaser } = bank.people;
    const { items } = await world.app.get(PayoutQueries).page({ fundId, limit: 20 });
    const seen = items.filter(({ state }) => state === 'open' || state === 'locked' || state === 'approved');
    const batch = seen[random() % Math.max(1, seen.length)];
    const preparation = world.app.get(BatchPreparation);
    if (batch === undefined) return preparation.open(preparer, { fundId });
    const moves: (() => Promise<Result<unknown>>)[] = [
      () => preparation.open(preparer, { fundId }), () => preparation.lock(preparer, batch.id, batch.version), () => preparation.lock(preparer, batch.id, batch.version),
      () => world.app.get(BatchApprovals).approve(approver, batch.id, batch.version, batch.digest ?? ''), () => world.app.get(BatchApprovals).approve(approver, batch.id, batch.version, batch.digest ?? ''),
      () => preparation.cancel(preparer, batch.id, batch.version), () => leaveOut(batch), () => released(batch), () => released(batch),
    ];
    const move = moves[random() % moves.length];
    return move === undefined ? preparation.open(releaser, { fundId }) : move();
  }

  async function leaveOut(batch: BatchView): Promise<Result<unknown>> {
    const { items: [line] } = value(await world.app.get(PayoutQueries).linesOf(batch.id, { limit: 1 }));
    return world.app.get(BatchPreparation).leaveOut(bank.people.preparer, batch.id, batch.version, line?.id ?? batch.id);
  }

  async function released(batch: BatchView): Promise<Result<unknown>> {
    const asked = await world.app.get(BatchRelease).request(bank.desk.proved(bank.people.releaser), batch.id, batch.version, batch.digest ?? '');
    // Two workers take it up, as when the first is thought dead.
    if (asked.ok) await Promise.all([1, 2].map(() => world.app.get(BatchRelease).perform(JOB, asked.value.id)));
    return asked;
  }

  it('pay every claim once, and each batch that left is what its file says', async () => {
    const amounts = Array.from({ length: 120 }, (_, n) => BigInt((n * 7_919) % 100_000 + 1));
    const profile = profileOf('sepa-sct-09');
    const book = await payableClaims(bank.owner, { seed: 'storm', amounts, profile, vault: world.app.get(Vault) });
    let state = 20_261_128;
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state >> 8;
    };
    const said: string[] = [];
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let round = 0; round < 25; round += 1) {
        const result = await meddle(book, random);
        said.push(result.ok ? 'done' : result.refusal.code);
      }
    }));
    expect(said.filter((word) => word !== 'done' && !SECOND.has(word))).toEqual([]);
    expect(said.filter((word) => word === 'done').length).toBeGreaterThan(20);
    await concluded(book);
    const { rows: [lines] } = await bank.owner.query(`
      SELECT count(*)::int AS lines, count(DISTINCT claim_id)::int AS claims, count(DISTINCT end_to_end_id)::int AS ids, sum(net_minor)::text AS minor, count(*) FILTER (WHERE state <> 'in_transit')::int AS elsewhere
      FROM payment_line WHERE fund_id = $1 AND state = ANY ($2)`, [book.fundId, COUNTING_STATES]);
    const due = String(sum(amounts));
    expect(lines).toEqual({ lines: amounts.length, claims: amounts.length, ids: amounts.length, minor: due, elsewhere: 0 });
    expect(await inBooks(book.fundId)).toEqual({ batches: due, lines: due, ledger: due, entitlements: due });
    const { items } = await world.app.get(PayoutQueries).page({ fundId: book.fundId, state: 'released', limit: 200 });
    const files = await Promise.all(items.map((batch) => inFile({ batch }, profile, 'EUR')));
    expect(files.map(({ count, references }) => count - references)).toEqual(files.map(() => 0));
    expect({ count: files.reduce((all, { count }) => all + count, 0), minor: String(sum(files.map(({ minor }) => minor))) }).toEqual({ count: amounts.length, minor: due });
  }, 240_000);

  /** What was left lying is cancelled, and what is due then is paid in peace. */
  async function concluded({ fundId }: Payables): Promise<void> {
    const { preparer, approver } = bank.people;
    const preparation = world.app.get(BatchPreparation);
    for (const state of ['open', 'locked', 'approved'] as const) {
      const { items } = await world.app.get(PayoutQueries).page({ fundId, state, limit: 200 });
      for (const batch of items) value(await preparation.cancel(preparer, batch.id, batch.version));
    }
    const opened = await preparation.open(preparer, { fundId });
    if (!opened.ok) return expect(opened.refusal.code).toBe('payouts.batch_empty');
    const locked = value(await preparation.lock(preparer, opened.value.id, opened.value.version));
    value(await released(value(await world.app.get(BatchApprovals).approve(approver, locked.id, locked.version, locked.digest ?? ''))));
  }
});
