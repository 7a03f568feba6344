import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { aKoreanPayment, aPayment, codes, headOf, profileOf, rendered, streamed } from '../../../test/support/payments.js';
import { currency, money } from '../../core/money/index.js';
import { PAYMENTS_ERRORS, type PaymentInstruction, type PaymentProfile } from '../../core/payments/index.js';
import { renderDetail } from '../../core/errors/index.js';
import { verifyPaymentFile, type Verification } from './verify.js';

const NO_SCHEMAS = { directory: undefined, check: 'when_present' } as const;

/** What is found in a file that somebody has changed after it was written. */
async function tampered(profile: PaymentProfile, payments: readonly PaymentInstruction[], change: (text: string) => string): Promise<Verification> {
  const text = (await rendered(profile, payments)).toString();
  const changed = change(text);
  expect(changed).not.toBe(text);
  return verifyPaymentFile(profile, headOf(payments), { bytes: streamed([Buffer.from(changed)]), instructions: streamed(payments) }, NO_SCHEMAS);
}

const sepa = profileOf('sepa-sct-09');
const generic = profileOf('iso-generic-09');
const euros = [aPayment(1), aPayment(2), aPayment(3)];
const replacing = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

describe('a written message, judged by what stands in it', () => {
  // The first ten pass the schema: a bank would refuse the file, or pay it wrongly.
  it.each<[string, PaymentProfile, PaymentInstruction[], (text: string) => string, string]>([
    ['a wrong CtrlSum', sepa, euros, replacing('<CtrlSum>30.00', '<CtrlSum>30.01'), 'file_head'],
    ['a wrong NbOfTxs', sepa, euros, replacing('<NbOfTxs>3', '<NbOfTxs>4'), 'file_head'],
    ['won with decimals', generic, [aKoreanPayment(1)], replacing('>12300</InstdAmt>', '>12300.00</InstdAmt>'), 'amount_decimals 1'],
    ['an IBAN with wrong check digits', sepa, euros, replacing('<IBAN>DE89', '<IBAN>DE88'), 'iban_check_digits 1'],
    ['a repeated EndToEndId', sepa, euros, replacing('>MG-3<', '>MG-1<'), 'reference_repeated 3'],
    ['Hangul in a name of SEPA', sepa, euros, replacing('>Bakery 2<', '>모퉁이<'), 'character 2'],
    ['an unknown currency', generic, euros, replacing('Ccy="EUR"', 'Ccy="ZZZ"'), 'currency_unknown 1'],
    ['an address of free lines alone', generic, euros, replacing(/<PstlAdr><StrtNm>.*?<\/PstlAdr>/, '<PstlAdr><AdrLine>Main Street 1, Berlin</AdrLine></PstlAdr>'), 'address_incomplete 1'],
    ['a reference that begins with a slash', sepa, euros, replacing('>MG-2<', '>/MG-2<'), 'reference_slash 2'],
    ['an amount of nothing', sepa, euros, replacing('>10.00</InstdAmt>', '>0.00</InstdAmt>'), 'amount_zero 1'],
    ['the CtrlSum of the payments', sepa, euros, (text) => text.replaceAll('<CtrlSum>30.00', '<CtrlSum>3.00'), 'file_head'],
    ['an amount in words', sepa, euros, replacing('>10.00</InstdAmt>', '>ten</InstdAmt>'), 'amount_form 1'],
    ['another amount', sepa, euros, replacing('>10.00</InstdAmt>', '>10.01</InstdAmt>'), 'file_line 1'],
    ['another account', sepa, euros, replacing('DE89370400440532013000', 'NL91ABNA0417164300'), 'file_line 1'],
    ['another bank', generic, [aKoreanPayment(1)], replacing('<MmbId>088', '<MmbId>081'), 'file_line 1'],
    ['another name', sepa, euros, replacing('>Bakery 2<', '>Baker 2<'), 'file_line 2'],
    ['another word for the payee', sepa, euros, replacing(/<Ustrd>[^<]*/, '<Ustrd>something else'), 'file_line 1'],
    ['another street', sepa, euros, replacing('<BldgNb>1<', '<BldgNb>2<'), 'file_line 1'],
    ['a part of an address left out', sepa, euros, replacing('<PstCd>10115</PstCd>', ''), 'file_line 1'],
    ['another UETR', generic, euros, replacing('<UETR>00000001', '<UETR>00000009'), 'file_line 1'],
    ['another payer', sepa, euros, replacing('<Dbtr><Nm>Operator', '<Dbtr><Nm>Somebody'), 'file_head'],
    ['another day', sepa, euros, replacing('2026-12-01', '2026-12-02'), 'file_head'],
    ['another paying account', sepa, euros, replacing('FR1420041010050500013M02606', 'NL91ABNA0417164300'), 'file_head'],
    ['another bearer of charges', sepa, euros, replacing('SLEV', 'DEBT'), 'file_head'],
    ['a payment that was left out', sepa, euros, replacing(/<CdtTrfTxInf>.*\n/, ''), 'file_lines'],
    ['a payment twice', sepa, euros, replacing(/(<CdtTrfTxInf>.*\n)/, '$1$1'), 'file_lines'],
    ['a file cut short', sepa, euros, (text) => text.slice(0, 1_000), 'file_damaged 6'],
    ['a document type', sepa, euros, replacing('<Document', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document'), 'file_damaged 2'],
    ['another kind of file', sepa, euros, () => '<html></html>', 'file_damaged 1'],
  ])('%s is found', async (_, profile, payments, change, expected) => {
    const { findings } = await tampered(profile, payments, change);
    expect(codes(findings)).toContain(expected);
    for (const { code, params } of findings.faults) expect(renderDetail(PAYMENTS_ERRORS[code].detail, params)).not.toMatch(/\{\w+\}|DE8|NL91|FR14/);
  });

  it('bytes that are no UTF-8 are no file', async () => {
    const bytes = Buffer.concat([await rendered(sepa, euros), Buffer.from([0xff])]);
    const { findings } = await verifyPaymentFile(sepa, headOf(euros), { bytes: streamed([bytes]), instructions: streamed(euros) }, NO_SCHEMAS);
    expect(codes(findings)[0]).toMatch(/^file_damaged/);
  });

  it('a file of another batch differs in every line', async () => {
    const others = [4, 5, 6].map((number) => aPayment(number));
    const { findings } = await verifyPaymentFile(sepa, headOf(euros), { bytes: streamed([await rendered(sepa, others)]), instructions: streamed(euros) }, NO_SCHEMAS);
    expect(new Set(codes(findings))).toEqual(new Set(['file_line 1', 'file_line 2', 'file_line 3']));
  });

  it('without the schema a file is refused where that is wanted, and recorded as not checked elsewhere', async () => {
    const bytes = await rendered(sepa, euros);
    const verify = (check: 'required' | 'when_present', directory?: string) => verifyPaymentFile(sepa, headOf(euros), { bytes: streamed([bytes]), instructions: streamed(euros) }, { directory, check });
    expect(await verify('when_present')).toEqual({ findings: { count: 0, faults: [] }, schema: 'not_checked' });
    for (const directory of [undefined, '/nowhere/at/all']) {
      const { findings, schema } = await verify('required', directory);
      expect([codes(findings), schema]).toEqual([['schema_missing'], 'not_checked']);
    }
  });
});

describe('a written table', () => {
  const won = [aKoreanPayment(1), aKoreanPayment(2, { amount: money(5n, currency('KRW')) })];
  const table = profileOf('csv-generic');

  it.each<[string, (text: string) => string, string]>([
    ['another amount', replacing(',12300,', ',12301,'), 'file_line 1'],
    ['an account that lost its zeros', replacing('00110234567890', '110234567890'), 'file_line 1'],
    ['a row left out', replacing(/1,MG-BATCH.*\r\n/, ''), 'file_lines'],
    ['a repeated key', replacing('MG-2', 'MG-1'), 'reference_repeated 2'],
    ['columns in another order', replacing('amount,currency', 'currency,amount'), 'file_head'],
    ['a decimal of won', replacing(',12300,', ',12300.0,'), 'amount_decimals 1'],
    ['a quote without its end', replacing(',12300,', ',"12300,'), 'file_damaged 1'],
    ['nothing', () => '', 'file_damaged 1'],
  ])('%s is found', async (_, change, expected) => {
    expect(codes((await tampered(table, won, change)).findings).join(', ')).toContain(expected.replace(/(file_damaged) \d/, '$1'));
  });

  it('what EUC-KR cannot say stands in the file as a question mark, and is found', async () => {
    const profile = profileOf('csv-generic', { encoding: 'euc-kr' });
    const payments = [aKoreanPayment(1, { payee: { name: 'Café' } })];
    const bytes = await rendered(profile, payments);
    expect(iconv.decode(bytes, 'euc-kr')).toContain('Caf?');
    const { findings } = await verifyPaymentFile(profile, headOf(payments), { bytes: streamed([bytes]), instructions: streamed(payments) }, NO_SCHEMAS);
    expect(codes(findings)).toEqual(['file_line 1']);
  });

  it('a workbook that is none is damaged', async () => {
    const { findings } = await verifyPaymentFile(profileOf('kr-bulk-kb'), headOf(won), { bytes: streamed([Buffer.from('PK')]), instructions: streamed(won) }, NO_SCHEMAS);
    expect(codes(findings)[0]).toBe('file_damaged 1');
  });
});
