import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { bankDayFrom, SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { addWorkingDays, dateAt, type CalendarDate } from '../../src/core/time/index.js';
import { PROOFS } from '../../src/modules/payouts/ledger-proofs.service.js';
import { BatchRelease } from '../../src/modules/payouts/index.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { Formatting } from '../../src/platform/i18n/formatting.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { Browsing, expectGood, type Reader } from '../support/browser.js';
import { newPerson } from '../support/claims.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { openWorld, type World } from '../support/world.js';

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;
const SYSTEM = { actor: { kind: 'system', name: 'test' }, requestId: 'test' } as const;

let world: World;
let browsing: Browsing;
let owner: Client;
let book: Payables;
let preparer: Reader;
let approver: Reader;
let releaser: Reader;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  book = await payableClaims(owner, { seed: 'page', amounts: [12_345n, 1_000n, 999_900n], profile: SEPA, vault: world.app.get(Vault) });
  await owner.query('SET session_replication_role = replica');
  await owner.query(`UPDATE payee_account SET holder = 'Café Müller & Söhne', version = version + 1 WHERE merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)`, [book.claimIds[1]]);
  await owner.query('SET session_replication_role = origin');
  browsing = await Browsing.of(world.url);
  preparer = await browsing.reader({ person: 'finance' });
  approver = await browsing.reader({ email: (await newPerson(world, ['finance_approver'])).email });
  releaser = await browsing.reader({ email: (await newPerson(world, ['finance_releaser'])).email });
});
afterAll(async () => {
  await browsing.close();
  await owner.end();
  await world.close();
});

const nextSaturday = (from: CalendarDate): CalendarDate => addWorkingDays(from, 0, { weekdays: new Set([6]), holidays: new Set() });
const said = ({ page }: Reader): Promise<string> => page.locator('main').innerText();
const press = async ({ page }: Reader, name: string | RegExp): Promise<void> => page.getByRole('main').getByRole('button', { name }).last().click();

/** What the queue would do. */
async function written(): Promise<void> {
  const { rows: [row] } = await owner.query<{ id: string }>(`SELECT id FROM payout_release WHERE state = 'running'`);
  await world.app.get(BatchRelease).perform(SYSTEM, row?.id ?? '');
}

async function lockedBatch(fund: string): Promise<string> {
  const { page } = preparer;
  await page.goto('/en/payouts');
  await page.getByLabel('Fund', { exact: true }).selectOption(fund);
  await press(preparer, 'Open the batch');
  const at = new URL(page.url()).pathname;
  await press(preparer, 'Lock the batch');
  return at;
}

const inWords = (day: string): string => new Formatting('en').date(`${day}T12:00:00Z`, 'UTC');

async function approve(at: string): Promise<void> {
  await approver.page.goto(at);
  const digest = await approver.page.locator('input[name=digest]').inputValue();
  await approver.page.getByLabel('Type the first 8 characters').fill(digest.slice(0, 8));
  await press(approver, /^Approve \d/);
}

describe('a batch', () => {
  let at: string;

  it('is opened and locked by one person, who can neither approve nor release it', async () => {
    const { page } = preparer;
    await page.goto('/en/payouts');
    await expectGood(preparer, 'payouts-none');
    await page.getByLabel('Day of payment').fill('yesterday');
    await press(preparer, 'Open the batch');
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('2026-03-12');
    expect(await page.getByLabel('Day of payment').inputValue()).toBe('yesterday');
    const saturday = nextSaturday(dateAt(world.app.get(Clock).now(), 'Europe/Berlin'));
    await page.getByLabel('Day of payment').fill(saturday);
    await page.getByLabel('Fund', { exact: true }).selectOption(book.fundId);
    await press(preparer, 'Open the batch');
    expect(await page.locator('.govuk-error-summary').innerText()).toContain(`On ${inWords(saturday)} the bank does not pay: it is a weekend or a holiday. The next day on which it pays is ${inWords(bankDayFrom(saturday, { calendar: 'target' }))}.`);
    await page.getByLabel('Day of payment').fill('');
    await page.getByLabel('Fund', { exact: true }).selectOption(book.fundId);
    await press(preparer, 'Open the batch');
    expect(await said(preparer)).toMatch(/The batch is open[^]*€10,132\.45[^]*No batch of this fund was released before[^]*Paid for the first time\s*3/);
    at = new URL(page.url()).pathname;
    await page.goto(at);
    await expectGood(preparer, 'payouts-open');
    await press(preparer, 'Lock the batch');
    expect(await said(preparer)).toContain('The batch is locked');
    expect(await page.getByRole('button', { name: /^Approve|release/i }).count()).toBe(0);
  });

  it('is approved by another who types what stands there, and by nobody who does not', async () => {
    const { page } = approver;
    await page.goto(at);
    expect(await page.getByRole('button', { name: 'Leave out' }).count()).toBe(0);
    await page.getByLabel('Type the first 8 characters').fill('0000');
    await press(approver, /^Approve 3 payments of €10,132\.45/);
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('Type at least the first 8');
    await page.goto(at);
    expect(await said(approver)).toMatch(/1 more approval is needed before it can be released\.\s*It may come from: /);
    await expectGood(approver, 'payouts-locked');
    await approve(at);
    expect(await said(approver)).toMatch(/You approved the batch[^]*Approvals\s*1 of 1/);
  });

  it('is released by a third after a card that says what leaves, and its file is for the bank', async () => {
    const { page } = releaser;
    await page.goto(`${at}`);
    await page.getByRole('button', { name: 'Go on to the release' }).click();
    expect(await said(releaser)).toContain('As things stand, nothing stops any of them');
    await expectGood(releaser, 'payouts-card');
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT c.id, c.merchant_id, 'tax', now() FROM payment_line l JOIN claim c ON c.id = l.claim_id JOIN payout_batch b ON b.id = l.batch_id WHERE b.state = 'approved' LIMIT 1`);
    await page.reload();
    expect(await said(releaser)).toMatch(/1 payment of €[\d.,]+ is left out and does not leave, since something stops it:\s*A question of tax: 1 payment/);
    await expectGood(releaser, 'payouts-card-without');
    await owner.query(`UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE released_at IS NULL AND kind = 'tax'`);
    await owner.query('UPDATE session SET proved_at = NULL');
    const digest = await page.locator('input[name=digest]').inputValue();
    await page.getByLabel('Type the first 8 characters').fill(digest.slice(0, 8));
    await press(releaser, 'Release the batch');
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect(await said(releaser)).toContain('Show once more who you are first');
    await owner.query('UPDATE session SET proved_at = now()');
    await page.getByLabel('Type the first 8 characters').fill(digest.slice(0, 8));
    await press(releaser, 'Release the batch');
    expect(await said(releaser)).toMatch(/The file is being written[^]*0 of 3 payments/);
    await written();
    await page.goto(at);
    expect(await said(releaser)).toMatch(/Released[^]*File for the bank[^]*Digest of the file/);
    await expectGood(releaser, 'payouts-released');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the file' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^MG-\d{8}-\d{6}\.xml$/);
    await preparer.page.goto(at);
    expect(await preparer.page.getByRole('button', { name: /download/i }).count()).toBe(0);
  });

  it('says of each text that its file has otherwise what was typed, what the bank reads, and why', async () => {
    const { page } = preparer;
    await page.goto(at);
    await page.getByRole('link', { name: '1 text is sent otherwise than it was typed' }).click();
    expect(await said(preparer)).toMatch(/Café Müller & Söhne\s+Cafe Muller \+ Sohne\s+Name of the payee\s+The bank takes fewer characters/);
    await expectGood(preparer, 'payouts-texts');
  });

  it('whose file is refused says line by line what to do, and goes on without the line', async () => {
    const faulty = await payableClaims(owner, { seed: 'faulty', amounts: [500n, 600n], profile: SEPA, vault: world.app.get(Vault), payees: (n) => (n === 1 ? 'DE00370400440532013000' : 'DE89370400440532013000') });
    const address = await lockedBatch(faulty.fundId);
    await approve(address);
    await releaser.page.goto(`${address}/release`);
    const digest = await releaser.page.locator('input[name=digest]').inputValue();
    await releaser.page.getByLabel('Type the first 8 characters').fill(digest.slice(0, 8));
    await press(releaser, 'Release the batch');
    await written();
    await preparer.page.goto(address);
    expect(await said(preparer)).toMatch(/The file was not let out[^]*1 fault was found[^]*typing error in the IBAN/);
    await expectGood(preparer, 'payouts-refused');
    const reference = await preparer.page.locator('.mg-trouble li a').innerText();
    await preparer.page.getByRole('row', { name: new RegExp(reference) }).getByRole('button').click();
    expect(await said(preparer)).toMatch(/Gone on without[^]*Left out by finance/);
    await press(preparer, 'Cancel the batch');
    expect(await said(preparer)).toMatch(/Cancelled[^]*There is no payment in this batch/);
    await preparer.page.goto('/en/payouts?state=cancelled');
    expect(await preparer.page.locator('tbody tr').count()).toBe(1);
  });
});

describe('a batch that needs more approvals than people could give', () => {
  it('says so before it is locked and after, and so does the account that asks for them, until there are enough', async () => {
    const short = await payableClaims(owner, { seed: 'short', amounts: [60_000n], profile: SEPA, approvals: [{ upToMinor: '50000', count: 1 }, { count: 3 }] });
    const { page } = preparer;
    const words = /This batch could not be released\.\s*Approvals needed: 3\. Possible with the people there are: 1/;
    await page.goto('/en/payouts');
    await page.getByLabel('Fund', { exact: true }).selectOption(short.fundId);
    await press(preparer, 'Open the batch');
    expect(await said(preparer)).toMatch(words);
    await press(preparer, 'Lock the batch');
    expect(await said(preparer)).toMatch(words);
    const at = new URL(page.url()).pathname;
    await page.goto(at);
    await expectGood(preparer, 'payouts-short');
    await page.goto(`/en/paying-accounts/${short.payingAccountId}`);
    expect(await said(preparer)).toMatch(/Batches above €500\.00 could not be released\.\s*Approvals needed: 3/);
    await expectGood(preparer, 'paying-account-short');
    for (let n = 0; n < 2; n += 1) await newPerson(world, ['finance_approver']);
    for (const where of [at, `/en/paying-accounts/${short.payingAccountId}`]) {
      await page.goto(where);
      expect(await said(preparer)).not.toContain('could not be released');
    }
    // Whoever has approved sees that it waits for others, and for whom.
    await approve(at);
    expect(await said(approver)).toMatch(/You approved the batch[^]*2 more approvals are needed before it can be released\.\s*It may come from: /);
    await expectGood(approver, 'payouts-awaited');
  });
});

describe('an account to pay from', () => {
  it('is entered with a shipped profile, every slip at its field and nothing lost', async () => {
    const { page } = preparer;
    await page.goto('/en/paying-accounts/new');
    await expectGood(preparer, 'paying-new');
    for (const [label, text] of [['Code', 'main-eur'], ['Currency', 'EUR'], ['Name for your people', 'Main'], ['Account holder', 'Operator Ltd'], ['Time zone of the bank', 'Europe/Berlin'], ['IBAN', 'DE02 1203 0000 0000 2020 52'], ['Town', 'Berlin'], ['Country code', 'DE']] as const) await page.getByLabel(label, { exact: !label.startsWith('Country') }).fill(text);
    await page.getByLabel('Approvals').fill('10000.00 1\n5000.00 2\n3');
    await page.getByLabel('Start from').selectOption('sepa-sct-09');
    await press(preparer, 'Take it');
    expect(await page.getByLabel('Profile', { exact: true }).inputValue()).toContain('"sepa-sct-09"');
    await press(preparer, 'Show three sample payments');
    expect(await page.locator('pre').innerText()).toContain('<EndToEndId>EXAMPLE-3</EndToEndId>');
    await press(preparer, 'Enter the account');
    expect(await page.locator('.govuk-error-summary').innerText()).toMatch(/check digits of the IBAN[^]*rising amounts/);
    expect(await page.getByLabel('IBAN', { exact: true }).inputValue()).toBe('DE02 1203 0000 0000 2020 52');
    await page.getByLabel('IBAN', { exact: true }).fill('DE02 1203 0000 0000 2020 51');
    await page.getByLabel('Approvals').fill('10000.00 1\n3');
    await page.getByLabel('Profile', { exact: true }).fill('{"format":"pain"}');
    await press(preparer, 'Enter the account');
    expect(await page.locator('.govuk-error-summary').innerText()).toContain('/message is missing');
    await page.getByLabel('Start from').selectOption('sepa-sct-09');
    await press(preparer, 'Take it');
    await press(preparer, 'Enter the account');
    expect(await said(preparer)).toMatch(/The account is entered[^]*•••• 2051[^]*up to €10,000\.00: 1 person[^]*above: 3 people/);
    expect(await said(preparer)).not.toContain('DE0212');
  });

  it('is changed by two people, the second after showing who they are', async () => {
    const { page } = preparer;
    await page.goto(`/en/paying-accounts/${book.payingAccountId}/edit`);
    await expectGood(preparer, 'paying-edit');
    await page.getByLabel('Account holder').fill('Makegood Operations');
    await press(preparer, 'Propose the change');
    expect(await said(preparer)).toMatch(/The change is proposed[^]*Makegood Operations[^]*You proposed it/);
    await approver.page.goto(`/en/paying-accounts/${book.payingAccountId}`);
    await owner.query('UPDATE session SET proved_at = NULL');
    await approver.page.reload();
    expect(await approver.page.getByRole('button', { name: 'Apply it' }).count()).toBe(0);
    await expectGood(approver, 'paying-change');
    await owner.query('UPDATE session SET proved_at = now()');
    await approver.page.reload();
    await press(approver, 'Apply it');
    expect(await said(approver)).toMatch(/The change is applied[^]*Account holder\s*Makegood Operations/);
  });

  it('stays as it is when whoever proposed a change takes it back', async () => {
    const { page } = preparer;
    await page.goto(`/en/paying-accounts/${book.payingAccountId}/edit`);
    await page.getByLabel('Account holder').fill('Too early');
    await press(preparer, 'Propose the change');
    await approver.page.goto(`/en/paying-accounts/${book.payingAccountId}`);
    expect(await approver.page.getByRole('button', { name: 'Take it back' }).count()).toBe(0);
    const twin = await preparer.context.newPage();
    await twin.goto(`/en/paying-accounts/${book.payingAccountId}`);
    await press(preparer, 'Take it back');
    expect(await said(preparer)).toMatch(/You took the change back[^]*Account holder\s*Makegood Operations[^]*Dropped/);
    await twin.getByRole('button', { name: 'Take it back' }).click();
    expect(await twin.locator('.govuk-error-summary').innerText()).toContain('This change was applied or dropped before');
  });

  it('is named for a fund, and another one proposed', async () => {
    const { page } = preparer;
    await page.goto(`/en/funds/${book.fundId}`);
    await page.getByText('Propose another account or way').click();
    await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Main •••• 2051' });
    await press(preparer, 'Name it');
    expect(await said(preparer)).toContain('Proposed. Another person applies it.');
    await page.goto(`/en/funds/${book.fundId}?kind=reservation&asOf=2026-10-21`);
    expect(await said(preparer)).toContain('As they stood at the end of 21 Oct 2026');
    await expectGood(preparer, 'funds-paying');
    const answered = await page.goto(`/ko/funds/${book.fundId}?asOf=2126-10-21`);
    expect([answered?.status(), await page.locator('.govuk-error-summary').innerText()]).toEqual([422, expect.stringContaining('2126년 10월 21일은 아직 오지 않았습니다')]);
    expect(await said(preparer)).not.toContain('2126년 10월 21일 말');
    await page.goto(`/en/funds/${world.world.fundId}`);
    expect(await said(preparer)).toMatch(/No account is named/);
    await page.goto('/en/paying-accounts');
    await expectGood(preparer, 'paying-list');
  });

  it('is proved every day, in words where the sums differ', async () => {
    const { page } = preparer;
    await page.goto(`/en/paying-accounts/${book.payingAccountId}/proofs`);
    expect(await said(preparer)).toContain('There is no proof yet');
    await owner.query(`
      WITH entry AS (INSERT INTO ledger_entry (paying_account_id, kind, at) VALUES ($1, 'slip', now()) RETURNING id)
      INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT entry.id, a.id, CASE a.name WHEN 'fees' THEN 1 ELSE -1 END, a.currency
      FROM entry, ledger_account a WHERE a.paying_account_id = $1 AND a.name IN ('fees', 'bank')`, [book.payingAccountId]);
    await world.app.get(Jobs).sweep(PROOFS);
    await page.reload();
    expect(await said(preparer)).toContain('The bank differs from payments and ledger');
    await expectGood(preparer, 'paying-proofs');
    await page.goto('/en/tasks');
    await page.getByRole('link', { name: 'Claims, ledger and bank differ' }).first().click();
    await page.getByLabel('What became of it, and why?').fill('A slip of mine.');
    await press(preparer, 'Settle it');
    expect(await said(preparer)).toContain('The task is settled');
  });

  it('has its money foreseen', async () => {
    await preparer.page.goto('/en/reports/payment-forecast');
    expect(await said(preparer)).toMatch(/fund-page[^]*With the bank/);
    await expectGood(preparer, 'payouts-forecast');
    await preparer.page.goto('/en/reports/cash-calendar');
    await expectGood(preparer, 'payouts-calendar');
  });
});
