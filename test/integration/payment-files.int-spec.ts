import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHIPPED_PROFILES, type PainProfile, type PaymentInstruction } from '../../src/core/payments/index.js';
import { SchemaCheck } from '../../src/platform/payment-files/pain-schema.js';
import { verifyPaymentFile, type Verification } from '../../src/platform/payment-files/verify.js';
import { aBatch, aKoreanPayment, aPayment, codes, headOf, profileOf, rendered, streamed } from '../support/payments.js';
import { sharedBytes } from '../support/shared-data.js';

const MESSAGES = ['pain.001.001.03', 'pain.001.001.09'] as const;
const PAIN = SHIPPED_PROFILES.map(({ id }) => id).filter((id) => /^(sepa|iso)-/.test(id));

describe('payment files and the schemas of ISO 20022', () => {
  let directory = '';
  const schemas = MESSAGES.map((message) => [message, sharedBytes('data', 'iso20022', `${message}.xsd`)] as const);
  const run = schemas.every(([, bytes]) => bytes !== undefined) ? it : it.skip;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'makegood-schemas-'));
    for (const [message, bytes] of schemas) if (bytes !== undefined) await writeFile(join(directory, `${message}.xsd`), bytes);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const verified = async (profile: PainProfile, payments: readonly PaymentInstruction[], change: (text: string) => string = (text) => text): Promise<Verification> => {
    const bytes = Buffer.from(change((await rendered(profile, payments)).toString()));
    return verifyPaymentFile(profile, headOf(payments), { bytes: pieces(bytes), instructions: streamed(payments) }, { directory, check: 'required' });
  };
  async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
  }
  const pain = (id: string): PainProfile => profileOf(id) as PainProfile;

  it.each(PAIN)('%s: whatever is written is valid', async (id) => {
    if (schemas.some(([, bytes]) => bytes === undefined)) return;
    await fc.assert(fc.asyncProperty(aBatch('EUR'), async (payments) => {
      expect(await verified(pain(id), payments)).toEqual({ findings: { count: 0, faults: [] }, schema: 'valid' });
    }), { numRuns: 12 });
  });

  run('accounts without an IBAN, free lines and batch booking are valid, too', async () => {
    const others = [
      aKoreanPayment(1, { payee: { address: { town: '서울', country: 'KR', lines: ['마포구 1', '2층'] } } }),
      aKoreanPayment(2, { payee: { account: { kind: 'other', number: '12345', bic: 'CHASUS33', clearing: { system: 'USABA', member: '021000021' } } } }),
    ];
    for (const id of ['iso-generic-09', 'iso-generic-03']) {
      const profile = profileOf(id, { batchBooking: true, serviceLevel: 'NURG', koreanClearingSystem: 'KRXYZ' }) as PainProfile;
      const header = headOf(others, { debtor: { name: 'Operator', account: { kind: 'kr', bankCode: '081', number: '123456789012' }, address: { town: '서울', country: 'KR' } } });
      const file = { bytes: streamed([await rendered(profile, others, header)]), instructions: streamed(others) };
      expect(await verifyPaymentFile(profile, header, file, { directory, check: 'required' })).toEqual({ findings: { count: 0, faults: [] }, schema: 'valid' });
    }
  });

  // The rest of what a schema knows; the ten that it does not know are in verify.spec.ts.
  it.each<[string, string, (text: string) => string, string]>([
    ['six decimals', 'iso-generic-09', (text) => text.replace('>10.00</InstdAmt>', '>10.000001</InstdAmt>'), 'schema_invalid 1'],
    ['an amount below nothing', 'sepa-sct-09', (text) => text.replace('>10.00</InstdAmt>', '>-10.00</InstdAmt>'), 'schema_invalid 1'],
    ['an EndToEndId of 36 characters', 'sepa-sct-09', (text) => text.replace('>MG-3<', `>${'M'.repeat(36)}<`), 'schema_invalid 3'],
    ['a UETR in capitals', 'iso-generic-09', (text) => text.replace(/<UETR>.*?<\/UETR>/, (uetr) => uetr.toUpperCase()), 'schema_invalid 1'],
    ['a date of execution without its element', 'sepa-sct-09', (text) => text.replace('<Dt>2026-12-01</Dt>', '2026-12-01'), 'schema_invalid 0'],
    ['elements in another order', 'sepa-sct-09', (text) => text.replace(/(<Cdtr>.*?<\/Cdtr>)(<CdtrAcct>.*?<\/CdtrAcct>)/, '$2$1'), 'schema_invalid 1'],
    ['something after the payments', 'sepa-sct-09', (text) => text.replace('</PmtInf>', '<Foo/></PmtInf>'), 'schema_invalid'],
    ['a comment', 'sepa-sct-09', (text) => text.replace('<CdtTrfTxInf>', '<!-- </CdtTrfTxInf>\n --><CdtTrfTxInf>'), 'file_damaged 1'],
  ])('%s is found by the schema', async (_, id, change, expected) => {
    if (schemas.some(([, bytes]) => bytes === undefined)) return;
    const { findings, schema } = await verified(pain(id), [aPayment(1), aPayment(2), aPayment(3)], change);
    expect(schema).toBe('invalid');
    expect(codes(findings).join(', ')).toContain(expected);
    for (const { code, params } of findings.faults) if (code === 'payments.schema_invalid') expect(params['message']).not.toMatch(/urn:|DE89|MG-/);
  });

  run('a file of several slices is valid, and a fault in the last of them has its line', async () => {
    const payments = Array.from({ length: 20_000 }, (_, place) => aPayment(place + 1));
    expect(await verified(pain('sepa-sct-09'), payments)).toEqual({ findings: { count: 0, faults: [] }, schema: 'valid' });
    const { findings } = await verified(pain('sepa-sct-09'), payments, (text) => text.replace('>MG-19999<', `>${'M'.repeat(36)}<`));
    expect(codes(findings)).toContain('schema_invalid 19999');
  });

  run('the schemas have no keys that a check in slices would miss', () => {
    for (const [, bytes] of schemas) expect(bytes?.toString()).not.toMatch(/<\w+:(?:key|keyref|unique)\b|\w+:ID(?:REF)?s?"/);
  });

  run('while a slice is checked the process turns to others: the checker has a thread of its own', async () => {
    const bytes = await rendered(pain('sepa-sct-09'), Array.from({ length: 4_000 }, (_, place) => aPayment(place + 1)));
    const check = new SchemaCheck('pain.001.001.09', schemas.find(([message]) => message === 'pain.001.001.09')![1]!);
    await check.take(bytes);
    let [turns, isChecking] = [0, true];
    const turn = (): void => {
      turns += 1;
      if (isChecking) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await check.finish()).toEqual([]);
    isChecking = false;
    expect(turns).toBeGreaterThan(20);
  });
});
