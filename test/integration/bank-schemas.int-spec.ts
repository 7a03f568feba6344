import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { adapted, noticeFile, statementFile, statusFile } from '../support/bank-files.js';
import { sharedBytes, sharedData } from '../support/shared-data.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';

const MESSAGES = ['pain.002.001.03', 'pain.002.001.10', 'camt.053.001.08', 'camt.054.001.04', 'camt.054.001.08'];
const schemas = MESSAGES.map((message) => [message, sharedBytes('data', 'iso20022', `${message}.xsd`)] as const);
const given = schemas.every(([, bytes]) => bytes !== undefined) ? describe : describe.skip;

let world: TestApp;
let bank: Reconciliation;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'makegood-bank-schemas-'));
  for (const [message, bytes] of schemas) if (bytes !== undefined) await writeFile(join(directory, `${message}.xsd`), bytes);
  world = await startTestApp({ config: { paymentSchemas: { directory, check: 'when_present' } } });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  await bank.close();
  await world.close();
  await rm(directory, { recursive: true });
});

given('files of banks and the schemas of ISO 20022', () => {
  const debit = (sent: Sent) => ({ direction: 'debit', amount: '10.00', reference: sent.lines[0]?.endToEndId ?? '', bankReference: 'B1' }) as const;
  const heard = async (sent: Sent, content: string): Promise<unknown[]> => {
    const { state, schema, moved } = await bank.message(await bank.hear(sent.payingAccountId, content));
    return [state, schema, moved];
  };

  it.each<[string, (sent: Sent) => string, number]>([
    ['pain.002.001.03', (sent) => statusFile({ id: 'S3', messageId: sent.messageId, group: 'ACCP', version: '03' }), 1],
    ['pain.002.001.10', (sent) => statusFile({ id: 'S10', messageId: sent.messageId, group: 'ACCP' }), 1],
    ['camt.053.001.08', (sent) => statementFile({ id: 'B8', opening: '100.00', closing: '90.00', entries: [debit(sent)] }), 1],
    ['camt.054.001.04', (sent) => noticeFile({ id: 'N4', entries: [debit(sent)], version: '04' }).replaceAll('<Sts><Cd>BOOK</Cd></Sts>', '<Sts>BOOK</Sts>'), 1],
    ['camt.054.001.08', (sent) => noticeFile({ id: 'N8', entries: [debit(sent)] }), 1],
  ])('one that keeps to %s is said to, and one with an element too many is said not to: both count', async (message, content, moved) => {
    const name = message.replaceAll('.', '-');
    const [kept, broken] = [await bank.sent(`kept-${name}`, [1_000n]), await bank.sent(`broken-${name}`, [1_000n])];
    expect(await heard(kept, content(kept))).toEqual(['applied', 'yes', moved]);
    expect(await heard(broken, content(broken).replace('</GrpHdr>', '<Extra>x</Extra></GrpHdr>'))).toEqual(['applied', 'no', moved]);
  });

  it('a real one of a bank that leaves out what its schema asks for is said not to keep to it, and counts', async () => {
    const sample = sharedData('data', 'iso20022', 'samples', 'iso20022js-goldman_sachs-pain_002_v3_accepted.xml') ?? '';
    const sent = await bank.sent('goldman', [1_000n]);
    const words = { '10280093XXXX': sent.messageId, '3B-CCY': sent.messageId, GSDGFKfLURaHb: sent.lines[0]?.endToEndId ?? '', 'Ccy="USD"': 'Ccy="EUR"' };
    expect([await heard(sent, adapted(sample, words)), await bank.states(sent)]).toEqual([['applied', 'no', 1], ['accepted_by_bank']]);
  });

  it('a real one of a bank that keeps to its schema is said to', async () => {
    const sample = sharedData('data', 'iso20022', 'samples', 'iso20022js-nordea-pain_002_v3_group_reject.xml') ?? '';
    const sent = await bank.sent('nordea', [1_000n]);
    expect(await heard(sent, adapted(sample, { 'MSGID-PS-TEST-0708-01': sent.messageId }))).toEqual(['applied', 'yes', 1]);
  });

  it('one of more than 16 MB, or of a version whose schema is not there, is not checked, and counts', async () => {
    const [long, unknown] = [await bank.sent('long', [1_000n]), await bank.sent('unknown', [1_000n])];
    const padding = `<!--${' '.repeat(60)}-->\n`.repeat(250_000);
    expect(await heard(long, noticeFile({ id: 'L8', entries: [debit(long)] }).replace('<Document', `${padding}<Document`))).toEqual(['applied', 'not_checked', 1]);
    expect(await heard(unknown, noticeFile({ id: 'U9', entries: [debit(unknown)] }).replace('camt.054.001.08', 'camt.054.001.13'))).toEqual(['applied', 'not_checked', 1]);
  });
});
