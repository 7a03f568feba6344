import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { BenefitLists } from '../../src/modules/payouts/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { bare, days, grantBenefits, points, type Granted } from '../support/benefits.js';
import { asSystem } from '../support/lower-floors.js';
import { financePerson, payableClaims, type Payables } from '../support/payables.js';
import { codeOf, value } from '../support/results.js';

let world: TestApp;
let owner: Client;
let preparer: Awaited<ReturnType<typeof financePerson>>;
const lists = (): BenefitLists => world.app.get(BenefitLists);

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  preparer = await financePerson(owner, 'benefits', 'finance_preparer');
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

const grant = (claimId: string, benefits: readonly Granted[]): Promise<void> => grantBenefits(owner, claimId, benefits);
/** A second claim of the business of one that came to no money and to the same beside it; its id. */
async function withoutMoney(of: string): Promise<string> {
  await bare(owner, `
    WITH made AS (
      INSERT INTO claim (id, reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, state, claim_version, created_by, submitted_by, created_at, submitted_at, version)
      SELECT uuidv7(), 'MG-NONE-0000-1', scheme_id, uuidv7(), merchant_id, head, currency, services, claim_window, 'rejected', 1, created_by, submitted_by, created_at, submitted_at, 5 FROM claim WHERE id = $1 RETURNING *)
    INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, currency, by_rule, at)
    SELECT m.id, m.merchant_id, 1, 'decision', 'nil', '[]', (SELECT e.assessment_id FROM entitlement e WHERE e.claim_id = $1 ORDER BY n DESC LIMIT 1), m.currency, true, now() FROM made m`, [of]);
  return (await owner.query<{ id: string }>(`SELECT id FROM claim WHERE reference = 'MG-NONE-0000-1'`)).rows[0]?.id ?? '';
}
const book = (seed: string, count: number): Promise<Payables> => payableClaims(owner, { seed, amounts: Array.from({ length: count }, () => 1_000n) });
async function fileOf(listId: string): Promise<string[][]> {
  const { bytes } = value(await lists().file(listId));
  return (await text(bytes)).trim().split('\r\n').map((line) => line.split(','));
}
const answer = (listId: string, rows: readonly string[]) => lists().take(preparer, listId, Readable.from([Buffer.from(['benefit_reference,status,reason,given_on', ...rows].join('\n'))]));
const stand = async (claimId: string): Promise<unknown[]> => value(await lists().ofClaim(asSystem, claimId)).items.map(({ quantity, unit, state, on, reason }) => [quantity, unit, state, on ?? reason]);
const drawUp = async ({ schemeId }: Payables): Promise<string> => value(await lists().drawUp(preparer, schemeId)).id;

describe('what is granted beside money', () => {
  it('is listed once with the number of the business, and its claim says that it was asked for and when it was given', async () => {
    const scheme = await book('listed', 2);
    const [first = '', second = ''] = scheme.claimIds;
    await grant(first, [days('7/2'), points('100'), points('50')]);
    await grant(second, [days('0')]);
    const list = await drawUp(scheme);
    const { rows: [claim] } = await owner.query<{ reference: string; number: string }>('SELECT c.reference, m.registration_value AS number FROM claim c JOIN merchant m ON m.id = c.merchant_id WHERE c.id = $1', [first]);
    const compact = (claim?.reference ?? '').replaceAll('-', '');
    const [heads, ...rows] = await fileOf(list);
    expect(heads).toEqual(['list', 'benefit_reference', 'claim', 'registration_number', 'customer_name', 'kind', 'quantity', 'unit']);
    expect(rows.map((row) => row.slice(1))).toEqual([
      [`${compact}-B1`, claim?.reference, claim?.number, 'Business 1', 'days', '7/2', 'days of the subscription'], [`${compact}-B2`, claim?.reference, claim?.number, 'Business 1', 'points', '150', 'points'],
    ]);
    expect(codeOf(await lists().drawUp(preparer, scheme.schemeId))).toBe('payouts.benefits_none');
    expect(value(await answer(list, [`${compact}-B1,granted,,2026-11-20`, `${compact}-B2,refused,no such member,`]))).toEqual({ moved: 2, repeated: 0, unfit: [] });
    expect(await stand(first)).toEqual([['150', 'points', 'refused', 'no such member'], ['7/2', 'days of the subscription', 'given', '2026-11-20']]);
    const again = await drawUp(scheme);
    expect((await fileOf(again)).slice(1).map((row) => row.slice(1, 2))).toEqual([[`${compact}-B3`]]);
  });

  it('is asked for by what a later assessment grants more, and less takes nothing back', async () => {
    const scheme = await book('more', 1);
    const [claim = ''] = scheme.claimIds;
    await grant(claim, [days('3')]);
    await drawUp(scheme);
    await grant(claim, [days('5')]);
    await drawUp(scheme);
    await grant(claim, [days('4')]);
    expect(codeOf(await lists().drawUp(preparer, scheme.schemeId))).toBe('payouts.benefits_none');
    expect(await stand(claim)).toEqual([['2', 'days of the subscription', 'asked', undefined], ['3', 'days of the subscription', 'asked', undefined]]);
  });

  it('is looked for past claims of which nothing more is due, however exact the sums', async () => {
    const scheme = await book('past', 3);
    const [once = '', thirds = '', late = ''] = scheme.claimIds.toSorted();
    await grant(once, [days('3')]);
    await grant(thirds, [days('1/3'), points('1/7')]);
    await drawUp(scheme);
    await grant(once, [days('2')]);
    await grant(thirds, [days('1/6'), days('1/6'), points('1/7'), points('0.25')]);
    await grant(late, [days('1')]);
    const list = await drawUp(scheme);
    expect((await fileOf(list)).slice(1).map((row) => row.slice(5))).toEqual([['points', '1/4', 'points'], ['days', '1', 'days of the subscription']]);
    expect(codeOf(await lists().drawUp(preparer, scheme.schemeId))).toBe('payouts.benefits_none');
  });

  it('is drawn up past more claims than are looked at in one step', async () => {
    const scheme = await book('steps', 1_101);
    const ids = scheme.claimIds.toSorted();
    for (const claim of [ids[0], ids[499], ids[500], ids[999], ids[1_000], ids[1_100]]) await grant(claim ?? '', [days('1')]);
    const list = await drawUp(scheme);
    expect((await fileOf(list)).slice(1)).toHaveLength(6);
  });

  it('is handed over where the claim came to no money, and waits where something stops the claim or its business has no number', async () => {
    const scheme = await book('nil', 3);
    const [paid = '', held = '', nameless = ''] = scheme.claimIds;
    for (const claim of scheme.claimIds) await grant(claim, [days('3')]);
    const nil = await withoutMoney(paid);
    await bare(owner, `INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'legal', now() FROM claim WHERE id = $1`, [held]);
    await bare(owner, `UPDATE merchant SET registration_value = '' WHERE id = (SELECT merchant_id FROM claim WHERE id = $1)`, [nameless]);
    await drawUp(scheme);
    const asked = [['3', 'days of the subscription', 'asked', undefined]];
    expect(await Promise.all([paid, nil, held, nameless].map(stand))).toEqual([asked, asked, [], []]);
  });

  it('is listed once however many draw up at once', async () => {
    const scheme = await book('at-once', 1);
    await grant(scheme.claimIds[0] ?? '', [days('3')]);
    const drawn = await Promise.all([1, 2, 3].map(() => lists().drawUp(preparer, scheme.schemeId)));
    expect(drawn.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('a table of what became of a list', () => {
  it('counts once, in the order in which things can happen, and says which of its lines fit nothing', async () => {
    const scheme = await book('table', 2);
    for (const claim of scheme.claimIds) await grant(claim, [days('3')]);
    const list = await drawUp(scheme);
    const [one = '', other = ''] = (await fileOf(list)).slice(1).map((row) => row[1] ?? '');
    const said = [`${one},withdrawn,left us,2026-11-22`, `${one},granted,,2026-11-20`, 'MG0000-B1,granted,,', `${other},lost,,`, `${other},granted,,2026-02-30`];
    expect(value(await answer(list, said))).toEqual({ moved: 2, repeated: 0, unfit: [4, 5, 6] });
    expect(value(await answer(list, said))).toEqual({ moved: 0, repeated: 2, unfit: [4, 5, 6] });
    expect(value(await answer(list, [`${other},refused,,`, `${one},refused,,`]))).toEqual({ moved: 1, repeated: 0, unfit: [3] });
    const [newest] = (await lists().page({ limit: 1 })).items;
    expect(newest).toMatchObject({ id: list, counts: { withdrawn: 1, refused: 1 } });
    expect(value(await lists().get(list))).toEqual(newest);
  });

  it.each([['a,b\n1,2\n', 'payouts.benefit_columns'], ['', 'payouts.benefit_empty'], ['\n', 'payouts.benefit_empty'], ['a\u0000b', 'payouts.benefit_encoding'], ['benefit_reference,status,reason,given_on\n"x', 'payouts.bank_not_table']])('that is none is refused whole: %j', async (table, code) => {
    const scheme = await book(`none-${table.length}`, 1);
    await grant(scheme.claimIds[0] ?? '', [days('3')]);
    const list = await drawUp(scheme);
    expect(codeOf(await lists().take(preparer, list, Readable.from([Buffer.from(table)])))).toBe(code);
  });
});
