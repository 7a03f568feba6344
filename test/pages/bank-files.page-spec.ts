import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BankReading } from '../../src/modules/payouts/index.js';
import { noticeFile } from '../support/bank-files.js';
import { Browsing, expectGood, type Reader } from '../support/browser.js';
import { newPerson } from '../support/claims.js';
import { regrant } from '../support/grants.js';
import { Reconciliation, SEPA_WITH_RESULTS, type Sent } from '../support/reconciliations.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let bank: Reconciliation;
let sent: Sent;
let one: Reader;
let other: Reader;

beforeAll(async () => {
  world = await openWorld();
  bank = await Reconciliation.of(world);
  sent = await bank.sent('bankpage', [1_000n, 2_000n], { profile: SEPA_WITH_RESULTS });
  browsing = await Browsing.of(world.url);
  one = await browsing.reader({ person: 'finance' });
  other = await browsing.reader({ email: (await newPerson(world, ['finance_approver'])).email });
});
afterAll(async () => {
  await browsing.close();
  await bank.close();
  await world.close();
});

const said = ({ page }: Reader): Promise<string> => page.locator('main').innerText();
const press = ({ page }: Reader, name: string): Promise<void> => page.getByRole('main').getByRole('button', { name }).click();

it('a file of the bank is read in once, and says line by line what came of it', async () => {
  const { page } = one;
  await page.goto('/en/bank-messages');
  await expectGood(one, 'bank-none');
  await page.getByLabel('Account it is about').selectOption(sent.payingAccountId);
  await press(one, 'Read it in');
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  const path = join(mkdtempSync(join(tmpdir(), 'bank-')), 'NOTICE.XML');
  writeFileSync(path, noticeFile({ id: 'PAGE-1', entries: [
    { direction: 'debit', amount: '10.00', reference: sent.lines[0]?.endToEndId ?? '', bankReference: 'P1' }, { direction: 'debit', amount: '7.00', reference: 'NOT-OURS-1', bankReference: 'P2' },
  ] }));
  await page.getByLabel('Account it is about').selectOption(sent.payingAccountId);
  await page.getByLabel('File', { exact: true }).setInputFiles(path);
  await press(one, 'Read it in');
  expect(await said(one)).toContain('It is being read');
  const at = new URL(page.url()).pathname;
  await world.app.get(BankReading).perform({ actor: { kind: 'system', name: 'test' }, requestId: 'test' }, at.split('/').at(-1) ?? '');
  await page.goto(at);
  expect(await said(one)).toMatch(/Payments moved\s*1[^]*Breaks\s*1[^]*Fits\s*Booked[^]*Not known here/);
  await expectGood(one, 'bank-message');
  // The list tells the time where the bank is, as the page does.
  await page.goto('/en/bank-messages');
  const received = await page.locator('tbody tr td').nth(1).innerText();
  await page.goto(at);
  expect(await said(one)).toContain(received);
  // The same file again: nothing happens, and the page says so.
  await page.goto('/en/bank-messages');
  await page.getByLabel('Account it is about').selectOption(sent.payingAccountId);
  await page.getByLabel('File', { exact: true }).setInputFiles(path);
  await press(one, 'Read it in');
  expect(new URL(page.url()).pathname).toBe(at);
  expect(await said(one)).toContain('This file was here already. Nothing was changed.');
  await expectGood(one, 'bank-message-again');
});

it('what could not be read of a file is told with its place and as it was written, and a file that is set aside lists nothing', async () => {
  const { page } = one;
  const brought = async (content: string): Promise<string> => {
    const path = join(mkdtempSync(join(tmpdir(), 'bank-')), 'results.csv');
    writeFileSync(path, content);
    await page.goto('/en/bank-messages');
    await page.getByLabel('Account it is about').selectOption(sent.payingAccountId);
    await page.getByLabel('Kind of file').selectOption('result');
    await page.getByLabel('File', { exact: true }).setInputFiles(path);
    await press(one, 'Read it in');
    const at = new URL(page.url()).pathname;
    await world.app.get(BankReading).perform({ actor: { kind: 'system', name: 'test' }, requestId: 'test' }, at.split('/').at(-1) ?? '');
    await page.goto(at);
    return said(one);
  };
  expect(await brought('reference,status,amount\nNOT-OURS-2,scheduled,1.00\nNOT-OURS-3,scheduled,abc\n')).toMatch(/“abc” is no amount of EUR[^]*Row 3 NOT-OURS-3,scheduled,abc/);
  await expectGood(one, 'bank-message-faults');
  await press(one, 'Read the file again');
  expect(await said(one)).toContain('The file is being read again.');
  await world.app.get(BankReading).perform({ actor: { kind: 'system', name: 'test' }, requestId: 'test' }, new URL(page.url()).pathname.split('/').at(-1) ?? '');
  await page.goto(new URL(page.url()).pathname);
  expect(await said(one)).toMatch(/Readings[^]*1[^]*Read\s+1\s+0\s+1[^]*2[^]*Read\s+0\s+0\s+1/);
  await expectGood(one, 'bank-message-readings');
  const aside = await brought('ref,state\nNOT-OURS-2,scheduled\n');
  expect(aside).toContain('It was set aside: nothing of it counts.');
  expect(aside).not.toContain('What it says');
});

it('what does not fit is settled in words, by two people where money moves by their word', async () => {
  const { page } = one;
  await page.goto('/en/breaks');
  expect(await said(one)).toMatch(/A booking nobody knows[^]*€7\.00/);
  await expectGood(one, 'breaks-open');
  const since = await page.locator('tbody td').nth(2).innerText();
  await page.getByRole('link', { name: 'A booking nobody knows' }).click();
  expect(await said(one)).toContain(since);
  expect(await said(one)).toMatch(/Booked\s*Taken, 20 Oct 2026\s*Reference of the bank\s*P2\s*Our reference there\s*NOT-OURS-1/);
  await expectGood(one, 'break-open');
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  // A payment is named as it is everywhere else, by its reference; what names none is told so.
  await page.getByLabel('It is of our payments').check();
  await page.getByLabel('The payments, or the batch').fill('MG-NOT-OURS');
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('Nothing that left from this account is called MG-NOT-OURS.');
  await page.getByLabel('The payments, or the batch').fill(`${sent.messageId}\n${sent.lines[1]?.endToEndId ?? ''}`);
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('Name one batch by itself');
  await page.getByLabel('The payments, or the batch').fill(` ${sent.lines[1]?.endToEndId.toLowerCase() ?? ''} `);
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('the amounts have to agree');
  await page.getByLabel('The bank has taken it back').check();
  await page.getByLabel('Number of the other break').fill('no number');
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('The two do not cancel out.');
  await page.getByLabel('Our own money').check();
  await page.getByLabel('What shows it').fill('Too short.');
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').innerText()).toContain('at least 20 characters');
  expect(await page.getByLabel('What shows it').inputValue()).toBe('Too short.');
  await page.getByLabel('What shows it').fill('A transfer between our own accounts, see the order of Monday.');
  await press(one, 'Say so');
  expect(await said(one)).toMatch(/Proposed\. Another person confirms it\.[^]*You proposed it/);
  expect(await page.getByRole('button', { name: 'Confirm it' }).count()).toBe(0);
  await other.page.goto(new URL(page.url()).pathname);
  await expectGood(other, 'break-proposed');
  await press(other, 'Confirm it');
  expect(await said(other)).toMatch(/Confirmed[^]*It was\s*Our own money[^]*Proposed\s*[^]*, Finn Finance\s*Settled/);
  expect(await said(other)).not.toContain('Proposed:');
  await other.page.goto('/en/breaks?state=resolved');
  expect(await other.page.locator('tbody tr').count()).toBe(1);
  expect(await other.page.locator('tbody').innerText()).not.toContain('Proposed');
});

it('money that a business pays back is placed on what it owes, which the page proposes by the reference that came with it', async () => {
  const { page } = one;
  await bank.hear(sent.payingAccountId, noticeFile({ id: 'PAGE-2', entries: [{ direction: 'debit', amount: '20.00', reference: sent.lines[1]?.endToEndId ?? '', bankReference: 'P3' }] }));
  await regrant(world, bank.owner, { claimId: sent.claimIds[1] ?? '', minor: 1_500n });
  const reference = (sent.lines[1]?.endToEndId ?? '').replace(/^MG(.{4})(.{4})(.)-\d+$/, 'MG-$1-$2-$3');
  await bank.hear(sent.payingAccountId, noticeFile({ id: 'PAGE-3', entries: [{ direction: 'credit', amount: '6.00', bankReference: 'P4', text: `Too much for ${reference}` }] }));
  await page.goto('/en/breaks');
  await page.getByRole('link', { name: 'A booking nobody knows' }).click();
  expect(await said(one)).toContain(`The entry names ${reference}, on which €5.00 is owed.`);
  expect(await page.getByLabel('Reference of the claim that was paid too much').inputValue()).toBe(reference);
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  await expectGood(one, 'break-repayment');
  await page.getByLabel('A business pays back what it owes').check();
  await page.getByLabel('Reference of the claim that was paid too much').fill('MG-0000-0000-1');
  await press(one, 'Say so');
  expect(await page.locator('.govuk-error-summary').count()).toBe(1);
  await page.getByLabel('Reference of the claim that was paid too much').fill(reference.replaceAll('-', ' ').toLowerCase());
  await press(one, 'Say so');
  expect(await said(one)).toMatch(new RegExp(`Not placed yet\\s*-€1\\.00[^]*Paid back of it\\s*€5\\.00, ${reference}`));
  await expectGood(one, 'break-repaid-in-part');
});

it('what the bank says of a payment elsewhere than in a file is asked from its page, and said by two people', async () => {
  const { page } = one;
  const [{ id = '', endToEndId = '' } = {}] = sent.lines;
  await page.goto(`/en/payment-lines/${id}`);
  await page.getByText('The bank says something else of this payment').click();
  await press(one, 'Open the question');
  expect(await said(one)).toMatch(new RegExp(`An announced return is missing[^]*${endToEndId}`));
  await page.getByLabel('The payment came back').check();
  await page.getByLabel('What shows it').fill('Letter of the bank of 20 October, reference 7.');
  await press(one, 'Say so');
  await other.page.goto(new URL(page.url()).pathname);
  await press(other, 'Confirm it');
  expect(await said(other)).toMatch(/It was\s*The payment came back/);
  await page.goto(`/en/payment-lines/${id}`);
  expect(await said(one)).toMatch(/Came back – /);
  expect(await page.getByText('The bank says something else of this payment').count()).toBe(0);
});
