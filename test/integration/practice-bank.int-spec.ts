import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currency, money } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { addDays, startOf, type CalendarDate } from '../../src/core/time/index.js';
import { PracticeAnswers, PracticeBank, type AnswerMix, type BankFormat } from '../../src/modules/payouts/index.js';
import { MISSING_BOOKINGS } from '../../src/modules/payouts/bank/missing-bookings.job.js';
import { planAnswers, type LineAnswer } from '../../src/modules/payouts/practice-bank/answer-plan.rules.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { APP_CONFIG, type AppConfig } from '../../src/platform/config/config.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { foundInWorkbook } from '../support/payment-readers.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

interface Standing {
  readonly lines: Record<string, string>;
  readonly openBreaks: Record<string, number>;
  readonly resolvedBreaks: Record<string, number>;
}
interface Pack {
  readonly payments: number;
  readonly amountMinor: string;
  readonly mix: AnswerMix;
  readonly beforeWhatIsLate: Standing;
  readonly after: Standing & { readonly bookings: Record<string, number>; readonly balances: Record<string, string>; readonly proof: readonly string[] };
}

const PACK = JSON.parse(readFileSync(join(process.cwd(), 'test', 'cases', 'practice-bank', 'pack.json'), 'utf8')) as Pack;
const SEED = 1;
const TODAY = '2026-11-24' as CalendarDate;
const profileOf = (wanted: string): object => SHIPPED_PROFILES.find(({ id }) => id === wanted) as object;
const tally = (words: readonly string[]): Record<string, number> => Object.fromEntries(Map.groupBy(words, (word) => word).entries().map(([word, all]) => [word, all.length]));

interface Heard { readonly name: string; readonly on: CalendarDate; readonly format: BankFormat; readonly content: Buffer }

let world: TestApp;
let bank: Reconciliation;
const clock = new FixedClock(startOf(TODAY, 'Europe/Berlin'));

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

async function answers(sent: Sent, mix: AnswerMix): Promise<Heard[]> {
  const { files } = value(await world.app.get(PracticeBank).answer({ batchId: sent.batch.id, mix, seed: SEED }));
  return Promise.all(files.map(async ({ name, on, format, bytes }) => ({ name, on, format, content: await buffer(Readable.from(bytes())) })));
}

/** Which answer each line was given: the plan is a function of the file and the seed. */
function answerOf(sent: Sent, mix: AnswerMix): ReadonlyMap<string, LineAnswer> {
  const payments = sent.lines.map(({ endToEndId }) => ({ reference: endToEndId, amount: money(BigInt(PACK.amountMinor), currency('EUR')) }));
  return new Map(planAnswers({ messageId: sent.messageId, executeOn: sent.batch.executeOn, payments }, mix, String(SEED)).payments.map(({ reference, answer }) => [reference, answer]));
}

async function standing(sent: Sent, mix: AnswerMix): Promise<Standing> {
  const given = answerOf(sent, mix);
  const lines = (await bank.lines(sent, sent.batch.id)).map(({ endToEndId, state }) => ({ answer: given.get(endToEndId) ?? 'none', state }));
  const kinds = async (state: string): Promise<Record<string, number>> => tally((await bank.breaks(sent.payingAccountId, state)).map(({ kind }) => kind));
  return {
    lines: Object.fromEntries(Map.groupBy(lines, ({ answer }) => answer).entries().map(([answer, all]) => [answer, Object.entries(tally(all.map(({ state }) => state))).map(([state, count]) => `${count} ${state}`).join(', ')])),
    openBreaks: await kinds('open'), resolvedBreaks: await kinds('resolved'),
  };
}

/** Bookings by their class, each counted once however many files tell of it. */
async function bookings(sent: Sent): Promise<Record<string, number>> {
  const { rows } = await bank.owner.query<{ class: string }>(`SELECT DISTINCT ON (booking_key) class FROM bank_item WHERE paying_account_id = $1 AND kind = 'booking' ORDER BY booking_key, is_counted DESC`, [sent.payingAccountId]);
  return tally(rows.map((row) => row.class));
}

const amounts = Array.from({ length: PACK.payments }, () => BigInt(PACK.amountMinor));
const everything = async (sent: Sent): Promise<unknown> => ({ ...await standing(sent, PACK.mix), bookings: await bookings(sent), balances: await bank.balances(sent), proof: await bank.proof(sent) });

describe('the pack: every class of line, and what is late', () => {
  it('reconciles to its table, and hearing any of its files again, in any order, changes nothing', async () => {
    const sent = await bank.sent('pack', amounts);
    const files = await answers(sent, PACK.mix);
    const late = addDays(TODAY, 5);
    for (const { content, format } of files.filter(({ on }) => on < late)) await bank.hear(sent.payingAccountId, content, format);
    clock.moveTo(startOf(addDays(TODAY, 8), 'Europe/Berlin'));
    await world.app.get(Jobs).sweep(MISSING_BOOKINGS);
    expect(await standing(sent, PACK.mix)).toEqual(PACK.beforeWhatIsLate);
    for (const { content, format } of files.filter(({ on }) => on >= late)) await bank.hear(sent.payingAccountId, content, format);
    expect(await everything(sent)).toEqual(PACK.after);
    const times = files.length;
    for (let turn = 0; turn < times; turn += 1) {
      for (const { content, format } of [...files.slice(turn), ...files.slice(0, turn)].toReversed()) {
        await bank.hear(sent.payingAccountId, content, format);
        // The same bytes are the same message; with a space at the end they are another that says the same.
        await bank.hear(sent.payingAccountId, Buffer.concat([content, Buffer.from('\n'.repeat(turn + 1))]), format);
      }
      expect(await everything(sent)).toEqual(PACK.after);
    }
  }, 120_000);

  it.each([[1, 'backwards'], [2, 'statements first']])('heard in another order (%i: %s) ends the same', async (way) => {
    clock.moveTo(startOf(TODAY, 'Europe/Berlin'));
    const sent = await bank.sent(`order-${way}`, amounts);
    const files = await answers(sent, PACK.mix);
    const order = way === 1 ? files.toReversed() : files.toSorted((a, b) => (a.name.includes('statement') ? 0 : 1) - (b.name.includes('statement') ? 0 : 1));
    for (const { content, format } of order) await bank.hear(sent.payingAccountId, content, format);
    const { lines, balances, proof } = await everything(sent) as Pack['after'];
    expect({ lines, balances, proof }).toEqual({ lines: PACK.after.lines, balances: PACK.after.balances, proof: PACK.after.proof });
  }, 120_000);

  it('booked in one sum is settled but for what was refused', async () => {
    const mix: AnswerMix = { lump: 90, reject: 10 };
    const sent = await bank.sent('lump', amounts);
    for (const { content, format } of (await answers(sent, mix)).toReversed()) await bank.hear(sent.payingAccountId, content, format);
    expect(await standing(sent, mix)).toEqual({ lines: { lump: '27 settled', reject: '3 rejected' }, openBreaks: {}, resolvedBreaks: expect.anything() as unknown });
    expect(await bank.proof(sent)).toEqual(['27000', '27000', '27000']);
  });
});

describe('the practice bank', () => {
  it('brings its files in when asked to, and notes what it was asked', async () => {
    const sent = await bank.sent('delivered', amounts.slice(0, 3));
    const answered = value(await world.app.get(PracticeAnswers).of(bank.people.releaser, { batchId: sent.batch.id, mix: { accept: 100 }, seed: 7, isDelivered: true }));
    expect(answered.files.map(({ format }) => format)).toEqual(['iso20022', 'iso20022', 'iso20022']);
    expect(new Set(answered.messages).size).toBe(3);
    const { rows } = await bank.owner.query(`SELECT FROM audit_entry WHERE aggregate_id = $1 AND action = 'payout_batch.practice_answered'`, [sent.batch.id]);
    expect(rows).toHaveLength(1);
  });

  it.each(['sepa-sct-03', 'csv-generic', 'xlsx-generic'])('reads a file of %s by what stands in it', async (profile) => {
    const sent = await bank.sent(`read-${profile}`, [1_234n, 5_678n], { profile: profileOf(profile) });
    for (const { content, format } of await answers(sent, { accept: 1 })) await bank.hear(sent.payingAccountId, content, format);
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['settled', 'settled'], ['6912', '6912', '6912']]);
  });

  it.each(['hana', 'hana-2', 'shinhan', 'suhyup', 'kbank', 'kb'])('answers a bulk transfer of %s in the layout of that bank, as a workbook', async (layout) => {
    const sent = await bank.sent(`read-${layout}`, [12_300n, 45_600n, 700n], {
      profile: profileOf(`kr-bulk-${layout}`), currency: 'KRW', account: { kind: 'kr', number: '110123456789', bankCode: '088' }, payees: (n) => `1002345678${n}0`, payeeAccount: { kind: 'kr', country: 'KR', bank: '081' },
    });
    const files = await answers(sent, { accept: 1, reject: 1 });
    expect(files.map(({ format, name }) => [format, name.endsWith('-results.xlsx')])).toEqual([['result', true]]);
    const titles = [...await foundInWorkbook(files[0]?.content ?? Buffer.alloc(0))].filter(([at]) => /^[A-Z]1$/.test(at)).map(([, { text }]) => text);
    expect(titles).toEqual([...(profileOf(`kr-bulk-${layout}`) as { columns: { header: string }[] }).columns.map(({ header }) => header), '처리결과', '오류내용', '처리일자']);
    for (const { content, format } of [...files, ...files]) {
      const message = await bank.message(await bank.hear(sent.payingAccountId, content, format));
      expect(message).toMatchObject({ state: 'applied', items: 3, moved: 3, faults: 0, breaks: 0 });
    }
    expect((await bank.states(sent)).toSorted()).toEqual(['rejected', 'settled', 'settled']);
    const [settled] = new Set(await bank.proof(sent));
    expect(await bank.proof(sent)).toEqual([settled, settled, settled]);
  });

  it('gives answers to a hundred of a hundred payments and no more; what is booked beside is counted apart', async () => {
    const sent = await bank.sent('shares', [1_000n]);
    const answer = (mix: object) => world.app.get(PracticeBank).answer({ batchId: sent.batch.id, mix, seed: 1 });
    expect(await answer({ accept: 60, reject: 41 })).toMatchObject({ ok: false, refusal: { code: 'payouts.practice_shares', params: { sum: 101 }, pointer: '/mix' } });
    expect([await answer({ accept: 60, reject: 40, fee: 50, unknown: 50 }), await answer({ accept: 1 })].map(({ ok: given }) => given)).toEqual([true, true]);
  });

  it('is not there in production', async () => {
    const config = world.app.get<AppConfig>(APP_CONFIG);
    const sent = await bank.sent('production', [1_000n]);
    const production = new PracticeBank(...[undefined, undefined, undefined, undefined, undefined, { ...config, environment: 'production' }] as unknown as ConstructorParameters<typeof PracticeBank>);
    expect(codeOf(await production.answer({ batchId: sent.batch.id, mix: {}, seed: 1 }))).toBe('payouts.practice_only');
  });
});
