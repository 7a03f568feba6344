import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { PayoutFiles, type BatchView, type FileTextView } from '../../src/modules/payouts/index.js';
import { Inbox } from '../../src/platform/blobs/inbox.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { payableClaims } from '../support/payables.js';
import { PayoutDesk } from '../support/payout-desk.js';
import { codeOf, refusedBy, value } from '../support/results.js';
import { ChangedTexts } from '../../src/modules/payouts/payout-file-texts.service.js';

let world: TestApp;
let owner: Client;
let desk: PayoutDesk;

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  desk = await PayoutDesk.of(world, owner);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await world.close();
});

/** A batch that left, whose payees are called what is said here. */
async function sent(seed: string, profileId: string, names: readonly string[], korean = false): Promise<BatchView> {
  const payables = await payableClaims(owner, {
    seed, amounts: names.map((_, n) => BigInt(1_000 + n)), profile: SHIPPED_PROFILES.find(({ id }) => id === profileId) as object, vault: world.app.get(Vault),
    ...(korean ? { currency: 'KRW', account: { kind: 'kr', bankCode: '088', number: '100200300400' }, payees: (n: number) => `00110234567${String(100 + n)}`, payeeAccount: { kind: 'kr', country: 'KR', bank: '088' } } : {}),
  });
  await owner.query('SET session_replication_role = replica');
  for (const [n, name] of names.entries()) await owner.query('UPDATE payee_account SET holder = $2, version = version + 1 WHERE merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)', [payables.claimIds[n], name]);
  await owner.query('SET session_replication_role = origin');
  return desk.released(payables.fundId);
}

const files = (): PayoutFiles => world.app.get(PayoutFiles);
const textsOf = async (batch: BatchView, after = 0, limit = 200): Promise<readonly FileTextView[]> => value(await files().textsOf(batch.id, { after, limit })).items;
const plain = (texts: readonly FileTextView[]) => texts.map(({ field, typed = '', sent: to = '', why }) => ({ field, typed, sent: to, why })).sort((a, b) => (a.typed < b.typed ? -1 : 1));

describe('texts that a file holds otherwise than they were typed', () => {
  it('stand with the file, each with its payment, what was typed, what the bank reads, and why', async () => {
    const batch = await sent('texts-sepa', 'sepa-sct-09', ['Café Müller & Söhne', 'Plain Ltd', '㈜ Łódź']);
    const texts = await textsOf(batch);
    expect(plain(texts)).toEqual([
      { field: 'name', typed: 'Café Müller & Söhne', sent: 'Cafe Muller + Sohne', why: 'characters' },
      { field: 'name', typed: '㈜ Łódź', sent: 'Co Lodz', why: 'characters' },
    ]);
    const content = await text(value(await files().open(desk.proved(desk.people.releaser), batch.id)).bytes);
    for (const { line, reference = '', lineId = '', sent: to } of texts) {
      expect(content.split('\n').filter((row) => row.startsWith('<CdtTrfTxInf>'))[line - 1]).toContain(`<EndToEndId>${reference}</EndToEndId>`);
      expect(content).toContain(`<Nm>${to}</Nm>`);
      expect((await owner.query('SELECT end_to_end_id FROM payment_line WHERE id = $1', [lineId])).rows).toEqual([{ end_to_end_id: reference }]);
    }
    // What was typed stays where it was typed.
    expect((await owner.query(`SELECT holder FROM payee_account WHERE holder LIKE 'Caf%' OR holder LIKE '%dź'`)).rows).toHaveLength(2);
    expect(value(await files().about(batch.id)).textCount).toBe(2);
  });

  it('are told of cuts and of what a spreadsheet would compute, both where both happened', async () => {
    const batch = await sent('texts-kr', 'kr-bulk-hana', ['=모퉁이카페본점', '가게'], true);
    expect(plain(await textsOf(batch)).filter(({ typed }) => typed.startsWith('='))).toEqual([
      { field: '예상예금주', typed: '=모퉁이카페본점', sent: `'=모퉁이카페본점`, why: 'formula' },
      { field: '출금통장표시', typed: '=모퉁이카페본점', sent: `'=모퉁이카페본`, why: 'formula' },
      { field: '출금통장표시', typed: '=모퉁이카페본점', sent: `'=모퉁이카페본`, why: 'cut' },
    ]);
  });

  it('are read a page at a time, in the order of the file', async () => {
    const batch = await sent('texts-pages', 'sepa-sct-09', Array.from({ length: 7 }, (_, n) => `Bäcker ${n}`));
    const first = value(await files().textsOf(batch.id, { after: 0, limit: 4 }));
    expect([first.items.map(({ line }) => line), first.nextCursor === undefined]).toEqual([[1, 2, 3, 4], false]);
    expect((await textsOf(batch, 4)).map(({ line }) => line)).toEqual([5, 6, 7]);
    expect(codeOf(await files().textsOf('01900000-0000-7000-8000-000000000000', { after: 0, limit: 4 }))).toBe('payouts.file_missing');
  });

  it('are all there or the file is not, none joins them later and none is edited', async () => {
    const batch = await sent('texts-guard', 'sepa-sct-09', ['Bäcker']);
    const add = `INSERT INTO payout_file_text (batch_id, n, line, field, typed, sent, why) VALUES ('${batch.id}', 2, 0, 'payer', 'ä', 'a', 'characters')`;
    expect(await refusedBy(owner.query(add))).toBe('payout_file_text_within_ck');
    expect(await refusedBy(owner.query('UPDATE payout_file_text SET line = 9 WHERE batch_id = $1', [batch.id]))).toBe('payout_file_text_append_only_ck');
    const erase = (): Promise<string | undefined> => refusedBy(owner.query('UPDATE payout_file_text SET typed = NULL, sent = NULL WHERE batch_id = $1', [batch.id]));
    expect(await erase()).toBe('payout_file_text_append_only_ck');
    await owner.query('SET session_replication_role = replica');
    await owner.query(`UPDATE payment_line SET state = 'settled', version = version + 1 WHERE batch_id = $1`, [batch.id]);
    await owner.query('SET session_replication_role = origin');
    expect([await erase(), await textsOf(batch)]).toMatchObject([undefined, [{ line: 1, field: 'name', why: 'characters' }]]);
    expect(await refusedBy(owner.query('DELETE FROM payout_file_text WHERE batch_id = $1', [batch.id]))).toBe('payout_file_text_append_only_ck');
    const other = await desk.approved((await payableClaims(owner, { seed: 'texts-part', amounts: [1n], vault: world.app.get(Vault) })).fundId);
    expect(await refusedBy(owner.query(`INSERT INTO payout_file (batch_id, name, media_type, profile, sha256, byte_count, schema_check, rendered_at, text_count) VALUES ('${other.id}', 'x', 'x', '{}', repeat('0', 64), 1, 'valid', now(), 1)`))).toBe('payout_file_texts_whole_ck');
  });

  it('wait on disk while the file is written: what is held does not grow with them, and nothing is left over', async () => {
    const texts = new ChangedTexts(world.app.get(Inbox));
    const base = process.memoryUsage().heapUsed;
    for (let line = 1; line <= 100_000; line += 1) {
      texts.add({ line, field: 'name', from: `Bäcker ${line}\u2028"`, to: `Backer ${line}`, why: 'characters' }, `MG-${line}`);
      if (line % 100 === 0) await texts.flush();
    }
    await texts.flush(true);
    expect(process.memoryUsage().heapUsed - base).toBeLessThan(60_000_000);
    for (const _ of [1, 2]) {
      let count = 0;
      for await (const page of texts.pages()) {
        expect(page.length).toBeLessThanOrEqual(5_000);
        expect(page[0]).toEqual({ line: count + 1, field: 'name', from: `Bäcker ${count + 1}\u2028"`, to: `Backer ${count + 1}`, why: 'characters', reference: `MG-${count + 1}` });
        count += page.length;
      }
      expect([count, texts.count]).toEqual([100_000, 100_000]);
    }
    await texts.discard();
  });
});
