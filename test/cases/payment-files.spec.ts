import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import SEPA from 'sepa';
import { aBatch, aBatchFor, aKoreanPayment, aPayment, checked, headOf, profileOf, rendered, streamed } from '../support/payments.js';
import { foundIn, foundInCsv, foundInPain, foundInWorkbook, writtenSum } from '../support/payment-readers.js';
import { currency, formatMoney, money, parseMoney } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES, toSepa, type PaymentInstruction, type TableProfile, type TextChange } from '../../src/core/payments/index.js';
import { bufferSource } from '../../src/modules/evidence/till/till-source.importer.js';
import { openWorkbook, sheetRows } from '../../src/modules/evidence/till/till-xlsx.importer.js';
import { mediaOf, renderPaymentFile } from '../../src/platform/payment-files/render.js';
import { verifyPaymentFile, type Verification } from '../../src/platform/payment-files/verify.js';

const NO_SCHEMAS = { directory: undefined, check: 'when_present' } as const;
const sumOf = (payments: readonly PaymentInstruction[]): string => formatMoney(money(headOf(payments).sumMinor, payments[0]!.amount.currency));
const accountOf = ({ payee: { account } }: PaymentInstruction): string => (account.kind === 'iban' ? account.iban : account.number);
const verified = (profile: Parameters<typeof rendered>[0], payments: readonly PaymentInstruction[], bytes: Buffer, header = headOf(payments)): Promise<Verification> =>
  verifyPaymentFile(profile, header, { bytes: streamed([bytes]), instructions: streamed(payments) }, NO_SCHEMAS);

describe('messages of payments', () => {
  it.each(['EUR', 'USD', 'KRW', 'JPY', 'KWD'])('hold count, sum, accounts and amounts in %s to the minor unit, as another reader finds them', async (code) => {
    await fc.assert(fc.asyncProperty(aBatch(code), async (payments) => {
      const found = foundInPain((await rendered(profileOf('iso-generic-09'), payments)).toString());
      const count = payments.length.toString();
      expect(found.counts).toEqual([count, count]);
      expect(found.sums).toEqual([sumOf(payments), sumOf(payments)]);
      expect(found.payments).toEqual(payments.map((payment) => ({ id: payment.endToEndId, amount: formatMoney(payment.amount), currency: code, account: accountOf(payment), bank: '', name: payment.payee.name })));
      expect(found.payments.map(({ amount }) => parseMoney(amount, code))).toEqual(payments.map(({ amount }) => ({ ok: true, value: amount })));
    }), { numRuns: 60 });
  });

  it('agree with the package "sepa" on count, sum, IBANs and amounts of 200 batches', async () => {
    await fc.assert(fc.asyncProperty(aBatch('EUR'), async (payments) => {
      const theirs = new SEPA.Document('pain.001.001.09');
      theirs.grpHdr.id = 'MG-BATCH-7';
      theirs.grpHdr.created = new Date(0);
      theirs.grpHdr.initiatorName = 'Operator';
      const info = theirs.createPaymentInfo();
      Object.assign(info, { requestedExecutionDate: new Date(Date.UTC(2026, 11, 1)), debtorIBAN: 'FR1420041010050500013M02606', debtorBIC: 'PSSTFRPPXXX', debtorName: 'Operator' });
      theirs.addPaymentInfo(info);
      for (const payment of payments) {
        const line = info.createTransaction();
        // Below 10^15 cents a float holds every amount; that is what this package takes.
        Object.assign(line, { creditorName: toSepa(payment.payee.name), creditorIBAN: accountOf(payment), amount: Number(payment.amount.minor) / 100, end2endId: payment.endToEndId, remittanceInfo: payment.remittance });
        info.addTransaction(line);
      }
      const [ours, other] = [foundInPain((await rendered(profileOf('sepa-sct-09'), payments)).toString()), foundInPain(theirs.toString())];
      expect(ours).toEqual(other);
    }), { numRuns: 200 });
  });

  it('name Korean accounts by bank code and number, zeros and all, in whole won', async () => {
    const bytes = await rendered(profileOf('iso-generic-09'), [aKoreanPayment(1)]);
    expect(foundInPain(bytes.toString()).payments).toEqual([{ id: 'MG-1', amount: '12300', currency: 'KRW', account: '00110234567890', bank: '088', name: '모퉁이 카페' }]);
    const named = await rendered(profileOf('iso-generic-09', { koreanClearingSystem: 'KRXYZ' }), [aKoreanPayment(1)]);
    expect(named.toString()).toContain('<ClrSysMmbId><ClrSysId><Cd>KRXYZ</Cd></ClrSysId><MmbId>088</MmbId></ClrSysMmbId>');
  });

  it('have addresses in parts, in the order of the schema', async () => {
    const payment = aPayment(1, { payee: { address: { street: 'Rue A', building: '7b', postcode: '69001', town: 'Lyon', country: 'FR', lines: ['Cour 2'] } } });
    const text = (await rendered(profileOf('iso-generic-09'), [payment])).toString();
    expect(text).toContain('<PstlAdr><StrtNm>Rue A</StrtNm><BldgNb>7b</BldgNb><PstCd>69001</PstCd><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry><AdrLine>Cour 2</AdrLine></PstlAdr>');
  });

  it('say texts in the characters of SEPA and tell what that changed, line by line', async () => {
    const changes: TextChange[] = [];
    const payments = [aPayment(1), aPayment(2, { payee: { name: '㈜ Müller & Söhne', address: { town: 'Köln', country: 'DE' } } })];
    const bytes = await rendered(profileOf('sepa-sct-09'), payments, headOf(payments, { debtor: { ...headOf(payments).debtor, name: 'Opérateur' } }), { onChange: (change) => changes.push(change) });
    expect(foundInPain(bytes.toString()).payments[1]?.name).toBe('Co Muller + Sohne');
    expect(changes).toEqual([
      { line: 0, field: 'payer', from: 'Opérateur', to: 'Operateur', why: 'characters' },
      { line: 2, field: 'name', from: '㈜ Müller & Söhne', to: 'Co Muller + Sohne', why: 'characters' },
      { line: 2, field: 'town', from: 'Köln', to: 'Koln', why: 'characters' },
    ]);
  });
});

describe('tables of payments', () => {
  const layouts = SHIPPED_PROFILES.map(({ id }) => id).filter((id) => id.startsWith('kr-bulk'));
  const won = Array.from({ length: 30 }, (_, place) => aKoreanPayment(place + 1, { amount: money(BigInt(place + 1) ** 5n, currency('KRW')) }));

  it.each(layouts)('%s: a workbook holds accounts as text and amounts as numbers, by two readers', async (id) => {
    const profile = profileOf(id) as TableProfile;
    const bytes = await rendered(profile, won);
    const columns = profile.columns.map(({ value }) => value);
    const [account, amount] = [columns.indexOf('account'), columns.indexOf('amount')];
    const ours: (readonly string[])[] = [];
    const numbers: number[] = [];
    expect(await openWorkbook(bufferSource(bytes))).toMatchObject({ ok: true, value: { sheets: ['Sheet1'] } });
    for await (const rows of sheetRows(bufferSource(bytes), 'Sheet1')) rows.forEach((row) => { ours.push(row.fields); numbers.push(...row.numbers ?? []); });
    expect(ours[0]).toEqual(profile.columns.map(({ header }) => header));
    expect(ours.slice(1).map((cells) => [cells[account], cells[amount]])).toEqual(won.map((payment) => [accountOf(payment), payment.amount.minor.toString()]));
    expect(new Set(numbers)).toEqual(new Set([amount]));

    const cells = await foundInWorkbook(bytes);
    const letter = (place: number): string => String.fromCharCode(65 + place);
    expect(won.map((_, place) => cells.get(`${letter(account)}${place + 2}`))).toEqual(won.map((payment) => ({ type: 'inlineStr', text: accountOf(payment) })));
    expect(won.map((_, place) => cells.get(`${letter(amount)}${place + 2}`))).toEqual(won.map((payment) => ({ type: 'n', text: payment.amount.minor.toString() })));
  });

  it.each([['utf-8-bom', 'utf-8'], ['euc-kr', 'euc-kr']] as const)('CSV in %s is read back by another reader', async (encoding, theirs) => {
    const profile = profileOf('csv-generic', { encoding }) as TableProfile;
    const bytes = await rendered(profile, won);
    expect(bytes.subarray(0, 3).toString('hex') === 'efbbbf').toBe(encoding === 'utf-8-bom');
    const [titles, ...rows] = foundInCsv(bytes, theirs);
    const at = (row: string[] | undefined, title: string) => row?.[titles!.indexOf(title)];
    expect(rows.map((row) => [at(row, 'account'), at(row, 'amount'), at(row, 'bank_code'), at(row, 'name')])).toEqual(won.map((payment) => [accountOf(payment), payment.amount.minor.toString(), '088', '모퉁이 카페']));
  });

  it('amounts of a table are exact in currencies of no, two and three decimals', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom('KRW', 'USD', 'KWD').chain((code) => aBatch(code)), async (payments) => {
      const [titles, ...rows] = foundInCsv(await rendered(profileOf('csv-generic'), payments), 'utf-8');
      expect(rows.map((row) => parseMoney(row[titles!.indexOf('amount')]!, row[titles!.indexOf('currency')]!))).toEqual(payments.map(({ amount }) => ({ ok: true, value: amount })));
    }), { numRuns: 60 });
  });

  it.each(['=1+1', '+82', '-1', '@SUM(A1)', '\tx', '  =1'])('%j is computed by no spreadsheet', async (name) => {
    const payment = aKoreanPayment(1, { payee: { name } });
    for (const id of ['xlsx-generic', 'csv-generic']) {
      const changes: TextChange[] = [];
      const bytes = await rendered(profileOf(id), [payment], headOf([payment]), { onChange: (change) => changes.push(change) });
      const text = id === 'csv-generic' ? foundInCsv(bytes, 'utf-8')[1]![7] : (await foundInWorkbook(bytes)).get('H2')?.text;
      expect(text).toBe(`'${name}`);
      expect(changes).toEqual([{ line: 1, field: 'name', from: name, to: `'${name}`, why: 'formula' }]);
    }
  });

  it('a memo is cut to its bytes of EUC-KR between characters, and says so', async () => {
    const changes: TextChange[] = [];
    const payments = [aKoreanPayment(1, { payee: { name: 'A모퉁이카페본점' } })];
    await rendered(profileOf('kr-bulk-hana'), payments, headOf(payments), { onChange: (change) => changes.push(change) });
    // One byte, and six times two: a seventh syllable would make fifteen of fourteen.
    expect(changes).toEqual([{ line: 1, field: '출금통장표시', from: 'A모퉁이카페본점', to: 'A모퉁이카페본', why: 'cut' }]);
  });
});

describe('every profile', () => {
  const taken = SHIPPED_PROFILES.flatMap(({ id }) => {
    const { currencies } = profileOf(id);
    return ['KRW', 'JPY', 'USD', 'EUR', 'KWD'].filter((code) => currencies === 'any' || currencies.includes(code)).map((code) => [id, code] as const);
  });

  it.each(taken)('%s in %s: somebody else reads what was to be paid, to the payment, the minor unit and the zero in front of an account', async (id, code) => {
    const [profile, layout] = [profileOf(id), SHIPPED_PROFILES.find((shipped) => shipped.id === id)!];
    const hasKey = profile.format === 'pain' || profile.columns.some(({ value }) => value === 'own_key');
    await fc.assert(fc.asyncProperty(aBatchFor(profile, code), async (batch) => {
      expect(checked(profile, batch)).toEqual({ count: 0, faults: [] });
      const found = await foundIn(layout, await rendered(profile, batch));
      expect(found).toEqual(batch.map((payment) => ({ id: hasKey ? payment.endToEndId : '', amount: formatMoney(payment.amount), currency: code, account: accountOf(payment) })));
      expect([found.length, writtenSum(found.map(({ amount }) => amount))]).toEqual([headOf(batch).count, sumOf(batch)]);
    }), { numRuns: 25 });
  });

  const payments = (id: string): PaymentInstruction[] => Array.from({ length: 2_500 }, (_, place) => {
    if (id.startsWith('kr-')) return aKoreanPayment(place + 1);
    return aPayment(place + 1, id.includes('bill') || id.includes('benefit') ? { payee: { account: { kind: 'other', number: `C-${place}` } } } : {});
  });

  it.each(SHIPPED_PROFILES.map(({ id }) => id))('%s: the same batch gives the same bytes twice, sound before and after, told by thousands', async (id) => {
    const [profile, batch] = [profileOf(id), payments(id)];
    expect(checked(profile, batch)).toEqual({ count: 0, faults: [] });
    const told: number[] = [];
    const bytes = await rendered(profile, batch, headOf(batch), { onProgress: (done) => told.push(done) });
    expect(told).toEqual([1_000, 2_000, 2_500]);
    expect(bytes.equals(await rendered(profile, batch))).toBe(true);
    expect(await verified(profile, batch, bytes)).toEqual({ findings: { count: 0, faults: [] }, schema: profile.format === 'pain' ? 'not_checked' : 'none' });
  });

  it('a workbook has the same bytes in another time zone', async () => {
    const script = `import { register } from './test/support/swc-loader.mjs'; await register();
      const { rendered, profileOf, aKoreanPayment } = await import('./test/support/payments.ts');
      const bytes = await rendered(profileOf('kr-bulk-kb'), [aKoreanPayment(1)]); process.stdout.write(bytes.toString('base64'));`;
    const there = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, TZ: 'Asia/Seoul', NODE_OPTIONS: '' }, encoding: 'utf8' });
    expect(there).toBe((await rendered(profileOf('kr-bulk-kb'), [aKoreanPayment(1)])).toString('base64'));
  });

  it('says what it is', () => {
    expect(['sepa-sct-09', 'csv-generic', 'kr-bulk-kb'].map((id) => mediaOf(profileOf(id)).extension)).toEqual(['xml', 'csv', 'xlsx']);
  });

  it.each(['sepa-sct-09', 'csv-generic', 'xlsx-generic'])('%s: whoever stops reading half-way lets go of the payments', async (id) => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<PaymentInstruction> {
      try {
        for (let number = 1; ; number += 1) yield aPayment(number);
      } finally {
        isClosed = true;
      }
    }
    let pieces = 0;
    for await (const _ of renderPaymentFile(profileOf(id), headOf([aPayment(1)]), endless())) {
      pieces += 1;
      if (pieces === 8) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isClosed).toBe(true);
  });
});
