import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { currency, money } from '../../src/core/money/index.js';
import { BatchPreparation, LineMoves, Overpayments, PayoutQueries } from '../../src/modules/payouts/index.js';
import { OverpaymentBook } from '../../src/modules/payouts/overpayments/overpayment-book.service.js';
import type { LineEvent } from '../../src/modules/payouts/payment-line.machine.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture, type Reader } from '../support/browser.js';
import { claimOf } from '../support/claims.js';
import { financePerson } from '../support/payables.js';
import { draftClaim, openWorld, submit, uploadSales, type World } from '../support/world.js';

const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };
/** What no business should have to read. */
const OURS = /\b(entitlement|ledger|payment line|overpayment|recoverable)\b/i;

let world: World;
let browsing: Browsing;
let owner: Client;
let reader: Reader;
let claim: { id: string; reference: string };

const run = async (work: (tx: Tx) => Promise<unknown>): Promise<void> => {
  const done = await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await work(tx)));
  if (!done.ok) throw new Error(done.refusal.code);
};
const move = async (event: LineEvent, reason?: string): Promise<void> => {
  const [line] = await world.app.get(PayoutQueries).ofClaim(claim.id);
  await run((tx) => world.app.get(LineMoves).move(tx, SYSTEM, event, [{ lineId: line?.id ?? '', ...(reason === undefined ? {} : { reason }) }]));
  if (event === 'return') await run((tx) => world.app.get(Returns).cameBack(tx, SYSTEM, [line?.id ?? '']));
};

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  const draft = await draftClaim(world);
  await uploadSales(world, draft.id);
  expect((await submit(world, draft)).status).toBe(201);
  claim = await claimOf(world, draft.id);
  browsing = await Browsing.of(world.url);
  reader = await browsing.reader({ person: 'owner', width: 320 });
}, 120_000);
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

/** The payments of the claim, in every language, small and large. */
async function looksRight(name: string, rest = `/claims/${claim.reference}/payments`): Promise<string> {
  const { page } = reader;
  for (const [language, width] of [['ko', 320], ['fr', 320], ['en', 1280]] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/${language}${rest}`);
    await expectWords(page);
    await expectFits(page);
    await expectAccessible(page);
    await keepPicture(page, `payments-${name}-${language}-${width}`);
  }
  await expectReachable(page);
  const said = await page.locator('main').innerText();
  expect(said).not.toMatch(OURS);
  return said;
}

describe('what a business reads of its payments', () => {
  it('is that its account is missing, before there is one', async () => {
    const { page } = reader;
    await page.goto(`/en/claims/${claim.reference}`);
    await page.getByLabel('I have read the terms above and accept them').check();
    await page.getByRole('button', { name: /^Accept/ }).click();
    expect(await looksRight('no-account')).toMatch(/We pay you with our next payments[^]*Enter the account we pay to/);
    expect(await looksRight('list-none', '/payments')).toContain('We have not paid you anything yet');
  });

  it('is where its money is, when and where to it was paid, with a slip to keep', async () => {
    await owner.query(`
      INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), $1, 'iban', 'GB', 'Corner Cafe', '5432', 'k1', sha256('x'), 'k1', 'waiting', now(), 'match', now(), (SELECT id FROM app_user LIMIT 1), now()`, [world.world.merchantId]).catch(async () => {
      await owner.query('SET session_replication_role = replica');
      await owner.query(`
        INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
        SELECT uuidv7(), $1, 'iban', 'GB', 'Corner Cafe', '5432', 'k1', sha256('x'), 'k1', 'usable', now(), 'match', now(), (SELECT id FROM app_user LIMIT 1), now()`, [world.world.merchantId]);
      await owner.query('SET session_replication_role = origin');
    });
    await owner.query(`UPDATE payee_account SET state = 'usable', version = version + 1 WHERE merchant_id = $1 AND state = 'waiting'`, [world.world.merchantId]);
    await owner.query(`
      WITH account AS (
        INSERT INTO paying_account (code, name, currency, holder, zone, account, profile, approvals, created_by, created_at)
        SELECT 'paying', 'Operations', f.currency, 'Operator', 'Europe/London', '{"kind":"iban","iban":"DE02120300000000202051"}', '{}', '[{"count":1}]', (SELECT id FROM app_user LIMIT 1), now() FROM fund f WHERE f.id = $1 RETURNING id)
      UPDATE fund SET paying_account_id = account.id, version = version + 1 FROM account WHERE fund.id = $1`, [world.world.fundId]);
    const preparer = await financePerson(owner, 'preparer', 'finance_preparer');
    const opened = await world.app.get(BatchPreparation).open(preparer, { fundId: world.world.fundId });
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
    expect((await world.app.get(BatchPreparation).lock(preparer, opened.value.id, opened.value.version)).ok).toBe(true);
    await move('release');
    expect(await looksRight('on-its-way')).toMatch(/On its way[^]*•••• 5432/);
    await move('settle');
    expect(await looksRight('paid')).toMatch(/Paid[^]*Granted[^]*Number on your bank statement/);
    expect(await looksRight('list', '/payments')).toMatch(/Paid/);
    expect(await looksRight('on-claim', `/claims/${claim.reference}`)).toMatch(/Next: nothing more: it is paid[^]*What we pay you[^]*•••• 5432/);
    await reader.page.goto('/en/claims');
    expect(await reader.page.locator('.mg-payment--paid').innerText()).toMatch(/paid/i);
    const slip = await reader.context.request.get(`${world.url}/ko/claims/${claim.reference}/payments/1/remittance.pdf`);
    expect([slip.status(), (await slip.body()).subarray(0, 8).toString()]).toEqual([200, '%PDF-1.7']);
    expect((await reader.context.request.get(`${world.url}/en/claims/${claim.reference}/payments/9/remittance.pdf`)).status()).toBe(404);
  });

  it('is what to pay back and how, and nothing is agreed without a tick', async () => {
    await run((tx) => world.app.get(OverpaymentBook).open(tx, SYSTEM, claim.id, 500n));
    expect(await looksRight('owed')).toMatch(/Please pay back £5\.00[^]*Transfer it[^]*Or have it taken off your next payments/);
    // What is credited on bills came from no account.
    const paysBy = async (method: string): Promise<void> => {
      await owner.query('ALTER TABLE fund DISABLE TRIGGER fund_paying_account_guarded_tg');
      await owner.query('UPDATE fund SET method = $2, version = version + 1 WHERE id = $1', [world.world.fundId, method]);
      await owner.query('ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_paying_account_guarded_tg');
    };
    await paysBy('bill_credit');
    expect(await looksRight('owed-on-bill')).toMatch(/Please pay back £5\.00[^]*Write to us, and we tell you where to transfer it to/);
    await paysBy('bank');
    const { page } = reader;
    await page.goto(`/en/claims/${claim.reference}/payments`);
    await page.getByRole('button', { name: 'Agree' }).press('Enter');
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Tick the box to agree');
    await expectAccessible(page);
    await owner.query('UPDATE session SET proved_at = NULL');
    await page.goto(`/en/claims/${claim.reference}/payments`);
    await page.getByLabel(/Take up to £5\.00 off/).check();
    await page.getByRole('button', { name: 'Agree' }).click();
    await page.waitForURL('**/account/proof**');
    await owner.query('UPDATE session SET proved_at = now()');
    await page.goto(`/en/claims/${claim.reference}/payments`);
    await page.getByLabel(/Take up to £5\.00 off/).check();
    await page.getByRole('button', { name: 'Agree' }).click();
    await page.waitForURL('**done=agreed');
    expect(await looksRight('agreed')).toMatch(/You agreed on/);
    const [finance, second] = [await financePerson(owner, 'repaid', 'finance_preparer'), await financePerson(owner, 'repaid-second', 'finance_approver')];
    const repaid = async (minor: bigint): Promise<void> => {
      const { rows: [row] } = await owner.query<{ id: string; version: number }>('SELECT id, version FROM overpayment WHERE claim_id = $1', [claim.id]);
      const { version } = unwrap(await world.app.get(Overpayments).propose(finance, row?.id ?? '', row?.version ?? 0, { amount: money(minor, currency('GBP')), evidence: 'The statement of Monday, entry 7' }));
      unwrap(await world.app.get(Overpayments).confirm(second, row?.id ?? '', version));
    };
    await owner.query(`INSERT INTO ledger_account (paying_account_id, name, currency) SELECT p.id, n, p.currency FROM paying_account p, unnest(ARRAY['bank', 'capital', 'cleared', 'suspense', 'fees']) AS n WHERE p.code = 'paying'`);
    await repaid(200n);
    expect(await looksRight('owed-in-part')).toMatch(/Please pay back £3\.00[^]*You have paid back £2\.00 of it/);
    await repaid(300n);
    const all = await looksRight('owed-no-more');
    expect(all).toMatch(/You have paid back £5\.00\. Since [^]* nothing of it is owed any more/);
    expect(all).not.toContain('Please pay back');
  });

  it('is what to correct when one came back, on every page of it, with the way there', async () => {
    await move('return', 'AC04');
    expect(await looksRight('came-back')).toMatch(/came back[^]*this account is closed[^]*See or correct the account[^]*Amount of this payment/);
    const said = await looksRight('came-back-on-claim', `/claims/${claim.reference}`);
    expect(said).toContain('Next: check the account we pay to, and enter it again');
    expect(said).toMatch(/this account is closed/);
    expect(said).not.toMatch(/You need not do anything now/);
    expect(await looksRight('came-back-account', `/business/payee-accounts?business=${world.world.merchantId}`)).toMatch(new RegExp(`payment for ${claim.reference} came back[^]*Why it came back`));
    // Once another is entered, nobody is asked for it again while it waits.
    await owner.query('SET session_replication_role = replica');
    await owner.query(`
      INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), $1, 'iban', 'GB', 'Corner Cafe', '8888', 'k1', sha256('y'), 'k1', 'waiting', now() + interval '3 days', 'unavailable', now(), (SELECT id FROM app_user LIMIT 1), now()`, [world.world.merchantId]);
    await owner.query('SET session_replication_role = origin');
    const corrected = await looksRight('came-back-corrected');
    expect(corrected).toContain('You have named another account since.');
    expect(corrected).not.toMatch(/this account is closed|Paid to you/);
    await owner.query(`UPDATE payment_line SET nothing_due_at = now(), version = version + 1 WHERE claim_id = $1 AND state = 'returned'`, [claim.id]);
    const over = await looksRight('came-back-nothing-due');
    expect(over).toMatch(/Nothing of it is due any more[^]*You need not do anything/);
    expect(over).not.toMatch(/See or correct the account|stays yours/);
  });

  it('is what it was granted beside money, and when that was given', async () => {
    await owner.query(`
      WITH list AS (INSERT INTO benefit_list (scheme_id, drawn_up_by, drawn_up_at) SELECT c.scheme_id, (SELECT id FROM app_user LIMIT 1), now() FROM claim c WHERE c.id = $1 RETURNING id)
      INSERT INTO benefit (list_id, claim_id, merchant_id, assessment_id, n, reference, kind, unit, quantity, state, said_on, moved_at)
      SELECT list.id, c.id, c.merchant_id, c.assessment_id, b.n, 'MG-B' || b.n, 'kind-' || b.n, 'days of the subscription', '3', b.state, b.said_on, '2026-11-10T12:00:00Z'
      FROM list, claim c, (VALUES (1, 'asked', NULL), (2, 'given', '2026-11-20'::date), (3, 'refused', NULL), (4, 'withdrawn', NULL)) AS b (n, state, said_on) WHERE c.id = $1`, [claim.id]);
    expect(await looksRight('benefits')).toMatch(/Beside the money[^]*Taken back on 10 Nov[^]*could not be given to you[^]*Given to you on 20 Nov[^]*Asked for on 10 Nov/);
    expect(await looksRight('benefits-on-claim', `/claims/${claim.reference}`)).toMatch(/Beside the money[^]*Given to you on 20 Nov/);
  });

  it('is that something is checked about its bill or its benefit where no bank pays', async () => {
    await owner.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1 AND released_at IS NULL', [claim.id]);
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'bank', now() FROM claim WHERE id = $1`, [claim.id]);
    await owner.query('ALTER TABLE fund DISABLE TRIGGER fund_paying_account_guarded_tg');
    for (const [method, words] of [['bank', /with the bank/], ['bill_credit', /about the credit on your bill/], ['benefit', /about how it is handed over to you/]] as const) {
      await owner.query('UPDATE fund SET method = $2, version = version + 1 WHERE id = $1', [world.world.fundId, method]);
      for (const at of [`/claims/${claim.reference}`, `/claims/${claim.reference}/payments`]) {
        const said = await looksRight(`checked-${method}`, at);
        expect(said).toMatch(words);
        if (method !== 'bank') expect(said).not.toMatch(/with the bank|from the bank/);
      }
    }
    await owner.query('ALTER TABLE fund ENABLE ALWAYS TRIGGER fund_paying_account_guarded_tg');
  });
});
