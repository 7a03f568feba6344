import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ok } from '../../src/core/errors/index.js';
import { BankReading } from '../../src/modules/payouts/index.js';
import { OverpaymentBook } from '../../src/modules/payouts/overpayments/overpayment-book.service.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { noticeFile, statusFile } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { Browsing, expectGood, type Reader } from '../support/browser.js';
import { newPerson } from '../support/claims.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { openWorld, type World } from '../support/world.js';

const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };

let world: World;
let browsing: Browsing;
let bank: Reconciliation;
let sent: Sent;
let preparer: Reader;
let approver: Reader;
let auditor: Reader;

const run = async (work: (tx: Tx) => Promise<unknown>): Promise<void> => {
  const done = await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await work(tx)));
  if (!done.ok) throw new Error(done.refusal.code);
};
const said = ({ page }: Reader): Promise<string> => page.locator('main').innerText();
const summary = ({ page }: Reader): Promise<string> => page.locator('.govuk-error-summary').innerText();
const press = ({ page }: Reader, name: string | RegExp): Promise<void> => page.getByRole('main').getByRole('button', { name }).click();
const buttons = ({ page }: Reader, name: string | RegExp): Promise<number> => page.getByRole('main').getByRole('button', { name }).count();
const pathOf = ({ page }: Reader): string => new URL(page.url()).pathname;
const line = (n: number): Sent['lines'][number] => sent.lines[n] as Sent['lines'][number];

/** The bank books all of a batch but what it refuses, by the reasons given. */
async function answered(of: Sent, refused: Readonly<Record<number, string>>): Promise<void> {
  const back = Object.entries(refused).map(([n, reason]) => ({ id: of.lines[Number(n)]?.id ?? '', reference: of.lines[Number(n)]?.endToEndId ?? '', word: 'RJCT', reason }));
  await bank.hear(of.payingAccountId, statusFile({ id: `ST-${of.messageId}`, messageId: of.messageId, lines: back }));
  await bank.hear(of.payingAccountId, noticeFile({
    id: `NT-${of.messageId}`, entries: of.lines.flatMap(({ endToEndId, net }, n) => (refused[n] === undefined ? [{ direction: 'debit' as const, amount: net.amount, reference: endToEndId, bankReference: `B-${endToEndId}` }] : [])),
  }));
  await run((tx) => world.app.get(Returns).cameBack(tx, SYSTEM, back.map(({ id }) => id)));
}

beforeAll(async () => {
  world = await openWorld();
  bank = await Reconciliation.of(world);
  sent = await bank.sent('moneyback', [10_000n, 20_000n, 30_000n, 40_000n]);
  await answered(sent, { 1: 'AC04', 2: 'AM04', 3: 'AM04' });
  browsing = await Browsing.of(world.url);
  preparer = await browsing.reader({ person: 'finance' });
  approver = await browsing.reader({ email: (await newPerson(world, ['finance_approver'])).email });
  auditor = await browsing.reader({ person: 'auditor' });
}, 120_000);
afterAll(async () => {
  await browsing.close();
  await bank.close();
  await world.close();
});

describe('what was paid too much', () => {
  let at: string;

  it('is listed with what became of it, once there is any', async () => {
    const { page } = preparer;
    await page.goto('/en/overpayments');
    expect(await said(preparer)).toContain('Nothing has to come back');
    await expectGood(preparer, 'overpayments-none');
    await run((tx) => world.app.get(OverpaymentBook).open(tx, SYSTEM, line(0).claimId, 4_000n));
    await page.goto('/en/overpayments');
    expect(await said(preparer)).toMatch(/Business 1[^]*Open[^]*€40\.00\s*€40\.00\s*€0\.00\s*€0\.00\s*€0\.00\s*No/);
    await expectGood(preparer, 'overpayments-open');
    await page.locator('tbody a').click();
    at = pathOf(preparer);
    expect(await said(preparer)).toMatch(/€40\.00 still has to come back[^]*Agreed to set-off\s*No[^]*Entries[^]*Paid too much[^]*Steps[^]*It was found/);
    await expectGood(preparer, 'overpayment-open');
  });

  it('is said to have come back, with every slip at its field and nothing lost, also without scripts', async () => {
    const plain = await browsing.reader({ person: 'finance', scripts: false });
    await plain.page.goto(at);
    await press(plain, 'Propose it');
    expect(await summary(plain)).toMatch(/Write how much[^]*Say what shows it/);
    await plain.page.getByLabel('How much').fill('50.00');
    await plain.page.getByLabel('What shows it').fill('Statement of 21 October, entry 7');
    await press(plain, 'Propose it');
    expect(await summary(plain)).toContain('Record more than nothing and at most what is left: €40.00');
    expect(await plain.page.getByLabel('What shows it').inputValue()).toBe('Statement of 21 October, entry 7');
    await plain.page.getByLabel('How much').fill('15.00');
    await press(plain, 'Propose it');
    expect(await said(plain)).toMatch(/Another person confirms it[^]*€40\.00 still has to come back[^]*Proposed: €15\.00 came back[^]*Statement of 21 October, entry 7[^]*You proposed it: another person confirms it/);
    expect(await buttons(plain, /^Confirm/)).toBe(0);
  });

  it('is told in words to whoever looked at it before', async () => {
    const { page } = preparer;
    await page.getByLabel('How much').fill('1.00');
    await page.getByLabel('What shows it').fill('Seen before.');
    await press(preparer, 'Propose it');
    expect(await summary(preparer)).toContain('This changed while you were looking at it');
  });

  it('counts as paid back once another person confirms it, and waits for the bank', async () => {
    await approver.page.goto(at);
    await expectGood(approver, 'overpayment-repayment-proposed');
    await press(approver, 'Turn it down');
    expect(await said(approver)).toMatch(/Nothing is recorded[^]*€40\.00 still has to come back/);
    const { page } = preparer;
    await page.goto(at);
    await page.getByLabel('How much').fill('15.00');
    await page.getByLabel('What shows it').fill('Statement of 21 October, entry 7');
    await press(preparer, 'Propose it');
    await auditor.page.goto(at);
    expect(await said(auditor)).toContain('People of finance confirm it');
    await approver.page.goto(at);
    await press(approver, 'Confirm that €15.00 came back');
    expect(await said(approver)).toMatch(/The repayment is recorded[^]*€25\.00 still has to come back[^]*Paid back\s*€15\.00\s*Of that, not told by the bank yet\s*€15\.00[^]*Paid back\s*Finn Finance and [^]*Statement of 21 October, entry 7\s*€15\.00\s*€25\.00/);
    await expectGood(approver, 'overpayment-unbooked');
    await page.goto('/en/overpayments?state=unbooked');
    expect(await said(preparer)).toMatch(/Business 1[^]*Open\s*€25\.00/);
  });

  it('is given up by two people, and whoever may not press a button reads why', async () => {
    const { page } = preparer;
    await page.goto(at);
    await press(preparer, /^Propose to give up €25\.00/);
    expect(await summary(preparer)).toContain('Say why');
    await page.getByLabel('Why it is given up').fill('The business is closed for good.');
    await press(preparer, /^Propose to give up/);
    expect(await said(preparer)).toMatch(/Proposed\. Another person decides[^]*The business is closed for good\.[^]*You proposed it: another person decides/);
    expect(await buttons(preparer, /^Give up/)).toBe(0);
    await press(preparer, 'Take it back');
    expect(await said(preparer)).toMatch(/You took the proposal back[^]*The proposal was taken back/);
    await page.getByLabel('Why it is given up').fill('The business is closed for good.');
    await press(preparer, /^Propose to give up/);
    await auditor.page.goto(at);
    expect(await said(auditor)).toMatch(/you can look[^]*People who approve in finance decide it/);
    expect(await auditor.page.getByRole('main').getByRole('button').count()).toBe(0);
    await approver.page.goto(at);
    await expectGood(approver, 'overpayment-proposed');
    await press(approver, /^Give up €25\.00/);
    expect(await summary(approver)).toContain('Say why');
    await approver.page.getByLabel('Your reason').fill('The register says so.');
    await press(approver, /^Give up €25\.00/);
    expect(await said(approver)).toMatch(/What was left is given up[^]*Closed[^]*Nothing is left of it[^]*Written off\s*€25\.00[^]*Proposed and decided[^]*The register says so\.[^]*Nothing was left/);
    await expectGood(approver, 'overpayment-closed');
    await page.goto('/en/overpayments?state=closed');
    expect(await said(preparer)).toMatch(/Closed\s*€0\.00\s*€40\.00\s*€15\.00\s*€0\.00\s*€25\.00/);
    expect((await preparer.context.request.get('/en/overpayments?state=nothing')).status()).toBe(404);
  });
});

describe('a payment that came back', () => {
  it('is listed with why in words, whether its business knows, and what it waits for', async () => {
    const { page } = preparer;
    await page.goto('/en/payment-lines');
    expect(await said(preparer)).toMatch(/Business 2[^]*The account is closed \(AC04\)[^]*Not yet[^]*another account of the business[^]*The account is checked[^]*Business 3[^]*Something with our own account \(AM04\)[^]*nothing it could do[^]*somebody of finance/);
    await expectGood(preparer, 'back-list');
    await page.getByRole('link', { name: 'Wait for another account' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'Go again by themselves' }).click();
    expect(await said(preparer)).toContain('Nothing is waiting here');
    await page.goto(`/en/payouts/${sent.batch.id}`);
    expect(await said(preparer)).toMatch(/Rejected\s*The account is closed \(AC04\)/);
    await page.getByRole('link', { name: line(1).endToEndId }).click();
    expect(await said(preparer)).toMatch(/The account is closed[^]*It cannot be paid again yet[^]*The account is checked[^]*What the bank said of it[^]*RJCT AC04[^]*In the ledger[^]*Rejected[^]*Steps/);
    expect(await buttons(preparer, 'Pay it again')).toBe(0);
    await expectGood(preparer, 'back-held');
  });

  it('is paid again by one person once nothing stops it, and its chain is shown', async () => {
    const { page } = preparer;
    const at = `/en/payment-lines/${line(2).id}`;
    await approver.page.goto(at);
    expect(await said(approver)).toContain('It cannot be paid again yet');
    await bank.owner.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE released_at IS NULL AND claim_id = ANY ($1::uuid[])', [[line(2).claimId, line(3).claimId]]);
    await approver.page.goto(at);
    expect(await said(approver)).toContain('People who prepare payments have it paid again');
    await page.goto(at);
    await expectGood(preparer, 'back-free');
    const twin = await preparer.context.newPage();
    await twin.goto(at);
    await press(preparer, 'Pay it again');
    expect(await said(preparer)).toMatch(/takes the place of the one that came back[^]*Waits for a batch[^]*Paid again[^]*-1: Rejected[^]*-2: Waits for a batch/);
    await expectGood(preparer, 'back-follows');
    await twin.getByRole('button', { name: 'Pay it again' }).click();
    expect(await twin.locator('.govuk-error-summary').innerText()).toContain('Another payment has taken the place of this one');
    expect(await twin.getByRole('main').getByRole('button').count()).toBe(0);
  });

  it('is given up by two people, and a proposal that nobody wants is dropped', async () => {
    const { page } = preparer;
    const at = `/en/payment-lines/${line(3).id}`;
    const propose = async (why: string): Promise<void> => {
      await page.goto(at);
      await page.getByLabel('Why it is given up').fill(why);
      await press(preparer, /^Propose to give up €400\.00/);
    };
    const decide = async (note: string, name: string | RegExp): Promise<void> => {
      await approver.page.goto(at);
      await approver.page.getByLabel('Your reason').fill(note);
      await press(approver, name);
    };
    await propose('The wrong payment.');
    await press(preparer, 'Take it back');
    expect(await said(preparer)).toMatch(/You took the proposal back\. Nothing has changed[^]*Taken back[^]*The wrong payment\.[^]*Taken back by/);
    await propose('Nobody answers.');
    expect(await said(preparer)).toContain('You proposed it: another person decides');
    await page.goto('/en/payment-lines');
    expect(await said(preparer)).toContain('a second person, who decides whether it is given up');
    await decide('Too early.', 'Drop the proposal');
    expect(await said(approver)).toMatch(/The proposal is dropped[^]*Dropped[^]*Nobody answers\.[^]*Too early\./);
    await propose('Still nobody answers.');
    await decide('Seen.', /^Give up €400\.00/);
    expect(await said(approver)).toMatch(/The payment is given up[^]*Written off[^]*Still nobody answers/);
    await expectGood(approver, 'back-given-up');
    await auditor.page.goto(at);
    expect(await auditor.page.getByRole('main').getByRole('button').count()).toBe(0);
    await page.goto('/en/payment-lines');
    expect(await page.locator('tbody tr').count()).toBe(1);
  });

  it('says how much of it is still due, and when nothing is: then nobody does anything about it', async () => {
    const { page } = preparer;
    const at = `/en/payment-lines/${line(1).id}`;
    await regrant(world, bank.owner, { claimId: line(1).claimId, minor: 15_000n });
    await page.goto(at);
    expect(await said(preparer)).toMatch(/Less is granted by now: €150\.00 of it is still due/);
    expect(await buttons(preparer, /^Propose to give up/)).toBe(0);
    await expectGood(preparer, 'back-part-due');
    await bank.owner.query('UPDATE payment_line SET nothing_due_at = now(), version = version + 1 WHERE id = $1', [line(1).id]);
    await page.goto(at);
    expect(await said(preparer)).toMatch(/The account is closed[^]*Nothing of it is due any more since/);
    expect(await said(preparer)).not.toContain('What it waits for');
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    await expectGood(preparer, 'back-nothing-due');
    await page.goto('/en/payment-lines');
    expect(await said(preparer)).toContain('Nothing is waiting here');
  });
});

describe('the bank to practise on', () => {
  it('answers a batch with any mix, once, and the batch leads to what came of it', async () => {
    const { page } = preparer;
    const left = await bank.sent('practice', [1_000n, 2_000n, 3_000n, 4_000n]);
    const at = `/en/payouts/${left.batch.id}`;
    await auditor.page.goto(at);
    expect(await said(auditor)).not.toContain('Practice bank');
    expect((await auditor.context.request.get(`${at}/practice-bank`)).status()).toBe(403);
    await page.goto(at);
    expect(await said(preparer)).toContain('No file about this paying account has come since');
    await press(preparer, 'Have it answered');
    await page.getByLabel('Booked', { exact: true }).fill('all');
    await press(preparer, 'Answer and read in');
    expect(await summary(preparer)).toContain('from 0 to 100');
    expect(await page.getByLabel('Booked', { exact: true }).inputValue()).toBe('all');
    await page.getByLabel('Booked', { exact: true }).fill('0');
    await page.getByLabel('Refused', { exact: true }).fill('');
    await page.getByLabel('Come back', { exact: true }).fill('');
    await press(preparer, 'Answer and read in');
    expect(await summary(preparer)).toContain('a number above nought');
    await page.getByLabel('Booked', { exact: true }).fill('90');
    await page.getByLabel('Refused', { exact: true }).fill('11');
    await press(preparer, 'Answer and read in');
    expect(await summary(preparer)).toContain('come to 101. Lower them to 100 together');
    await page.goto(`${at}/practice-bank`);
    await expectGood(preparer, 'practice-form');
    const twin = await preparer.context.newPage();
    await twin.goto(`${at}/practice-bank`);
    await page.getByLabel('Booked', { exact: true }).fill('80');
    await page.getByLabel('Booked twice').fill('10');
    await page.getByLabel('Why they are refused').selectOption('AC06');
    await press(preparer, 'Answer and read in');
    expect(await said(preparer)).toMatch(/The practice bank has answered[^]*Being read/);
    const { rows } = await bank.owner.query<{ id: string }>(`SELECT id FROM bank_message WHERE state = 'received' ORDER BY id`);
    for (const { id } of rows) await world.app.get(BankReading).perform(SYSTEM, id);
    await page.goto(at);
    expect(await said(preparer)).toMatch(/Payments moved: \d[^]*What does not fit[^]*Booked twice[^]*The account is blocked \(AC06\)/);
    await expectGood(preparer, 'practice-answered');
    await twin.getByRole('main').getByRole('button', { name: 'Answer and read in' }).click();
    expect(await twin.locator('.govuk-error-summary').innerText()).toContain('Files of this bank came in since');
    expect((await bank.owner.query('SELECT FROM bank_message WHERE paying_account_id = $1', [left.payingAccountId])).rowCount).toBe(rows.length);
    await page.getByRole('link', { name: /^Booked twice/ }).click();
    await page.getByRole('link', { name: /^MG/ }).click();
    expect(await said(preparer)).toMatch(/What the bank said of it[^]*Booked twice/);
  });
});
