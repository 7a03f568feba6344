import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import pg from 'pg';
import { currency, formatRatio, ratio } from '../../src/core/money/index.js';
import { HOUR, type Interval } from '../../src/core/time/index.js';
import type { Permitting, SalesSetView } from '../../src/modules/evidence/index.js';
import { SalesOriginals } from '../../src/modules/evidence/sales-originals.service.js';
import { TillUploadsRepository } from '../../src/modules/evidence/till-uploads.repository.js';
import { actingAs, at } from '../support/lower-floors.js';
import { arrive, closed, code, count, database, FEW, floors, opened, outside, owner, salesState, shop, subject, upload, value, waiting } from '../support/sales-floor.js';

beforeAll(opened);
afterAll(closed);

describe('an upload', () => {
  it('shows what was understood', async () => {
    const set = value(await upload(FEW));
    expect(set).toMatchObject({
      state: 'parsed', number: 1, lineCount: 4, currency: 'GBP', basis: 'net_of_tax', granularityMs: 0, coverageConfirmed: false, frozen: false,
      totals: { sales: 2, negativeLines: 0, gross: { amount: '12.00' }, refundsOfNamedSales: { amount: '2.00' }, looseRefunds: { amount: '1.00' }, net: { amount: '10.00' } },
      proposedCoverage: [{ from: '2026-07-01T09:00:00.000Z', to: '2026-07-02T09:00:00.001Z' }],
    });
  });

  it('counts a refund that names its sale where the sale is, and the other one apart', async () => {
    const { id } = value(await upload(FEW));
    const sums = await floors.salesQueries.sums(floors.reader, id, [
      { from: at('2026-07-01T09:00Z'), to: at('2026-07-01T11:00Z') }, { from: at('2026-07-01T11:00Z'), to: at('2026-07-02T00:00Z') }, { from: at('2026-07-02T00:00Z'), to: at('2026-07-03T00:00Z') },
    ]);
    expect(sums.map(({ net, looseRefunds, records }) => [net, looseRefunds, records])).toEqual([['300', '0', 1], ['700', '0', 1], ['0', '100', 0]]);
  });

  it('with faulty lines is refused with all of them, kept as failed, and does not undo an earlier one', async () => {
    const subjectId = subject();
    const refused = await upload('at,amount\nnever,1.00\n2026-07-01 10:00,ten\n', {}, subjectId);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'evidence.file_faulty', params: { count: 2, lines: 2 }, causes: [{ code: 'evidence.time_malformed' }, { code: 'evidence.till_amount' }] } });
    expect(await salesState(subjectId)).toBe('failed');
    expect(await floors.salesQueries.header(floors.reader, subjectId)).toBeUndefined();
    value(await upload(FEW, {}, subjectId));
    await upload('at,amount\nnever,1.00\n', {}, subjectId);
    expect(await salesState(subjectId)).toBe('parsed');
    expect((await floors.salesQueries.list(floors.reader, subjectId)).map(({ number, state, faultCount }) => [number, state, faultCount])).toEqual([[1, 'failed', 2], [2, 'parsed', 0], [3, 'failed', 1]]);
    expect((await floors.salesQueries.header(floors.reader, subjectId))?.number).toBe(2);
  });

  it('nobody sent leaves nothing', async () => {
    expect(await salesState(subject())).toBe(undefined);
  });

  it('replaces the one before by a new set', async () => {
    const subjectId = subject();
    value(await upload(FEW, {}, subjectId));
    const second = value(await upload('at,amount\n2026-07-01 10:00,9.00\n', {}, subjectId));
    expect(await floors.salesQueries.header(floors.reader, subjectId)).toMatchObject({ setId: second.id, number: 2 });
  });

  it('with a NUL in it is a file with faults, in whichever column it stands, and never a figure without it', async () => {
    const refused = await upload('at,amount,id\n2026-07-01 10:00,1\u00001,A\n2026-07-01 11:00,2.00,B\u0000\n2026-07\u0000-01 12:00,3.00,C\n');
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'evidence.file_faulty', params: { count: 3, lines: 3 } } });
  });

  it('what the subject forbids is not stored', async () => {
    const subjectId = subject();
    const stream = Readable.from([Buffer.from(FEW)]);
    const refused = await arrive(stream, {}, subjectId, () => Promise.resolve({ ok: false, refusal: { code: 'claims.not_draft', params: {} } }));
    expect([code(refused), await salesState(subjectId)]).toEqual(['claims.not_draft', undefined]);
  });

  it('hourly totals without a stated period are asked about', async () => {
    const rows = Array.from({ length: 48 }, (_, h) => `2026-07-0${1 + Math.floor(h / 24)}T${String(h % 24).padStart(2, '0')}:00Z,1.00`).join('\n');
    expect(await upload(`at,amount\n${rows}\n`)).toMatchObject({ ok: false, refusal: { code: 'evidence.till_unanswered', causes: [{ code: 'evidence.asks_line_is' }] } });
    expect(value(await upload(`at,amount\n${rows}\n`, { period: 'PT1H' })).granularityMs).toBe(HOUR);
    expect(value(await upload(`at,amount\n${rows}\n`, { period: 'PT0S' })).granularityMs).toBe(0);
  });

  it('the same file means the same records, whatever its name', async () => {
    const [a, b] = [value(await upload(FEW)), value(await upload(FEW.replaceAll('\n', '\r\n')))];
    expect([a.recordsSha256 === b.recordsSha256, a.fileSha256 === b.fileSha256]).toEqual([true, false]);
  });
});

describe('a file that a job reads', () => {
  const passing: Permitting = () => Promise.resolve({ ok: true, value: undefined });
  const failing = (code: string): Permitting => () => Promise.resolve({ ok: false, refusal: { code, params: {} } });
  const begun = async () => {
    const till = { subjectId: subject(), ...shop, currency: currency('GBP'), zone: 'Europe/London', uploadedBy: owner };
    const { id } = value(await floors.tillUploads.receive(actingAs(owner), till, { stream: Readable.from([Buffer.from(FEW)]) }, passing));
    value(await floors.tillUploads.say(actingAs(owner), till, id, { basis: 'net_of_tax', zone: 'Europe/London' }, passing));
    await floors.work.run(actingAs(owner), (tx) => floors.tillUploads.begin(tx, till, id, passing));
    return { till, read: (permitting: Permitting) => floors.tillUploads.readBegun(actingAs(owner), till, id, permitting), state: async () => value(await floors.tillUploads.find(till.subjectId, id)).state };
  };

  it('is tried again when nothing is wrong with the file, and read then', async () => {
    const { read, state } = await begun();
    for (const away of ['platform.database_away', 'platform.busy']) expect([code(await read(failing(away))), await state()]).toEqual([away, 'reading']);
    expect([code(await read(passing)), await state()]).toEqual(['ok', 'imported']);
  });

  it('is refused for good when something is', async () => {
    const { read, state } = await begun();
    expect([code(await read(failing('evidence.upload_not_found'))), await state()]).toEqual(['ok', 'refused']);
  });
});

describe('the same bytes on their way in twice', () => {
  const refusing: Permitting = () => Promise.resolve({ ok: false, refusal: { code: 'made.up', params: {} } });
  const till = () => ({ subjectId: subject(), ...shop, currency: currency('GBP'), zone: 'Europe/London', uploadedBy: owner });
  const bring = (text: string, permitting: Permitting) => floors.tillUploads.receive(actingAs(owner), till(), { stream: Readable.from([Buffer.from(text)]) }, permitting);

  it('leave no upload without its file when the other one is refused and thrown away in between', async () => {
    const text = `at,amount\n2026-07-01 10:00,${count}.11\n`;
    // Another request, in the middle of this one.
    const meanwhile: Permitting = async () => {
      expect(code(await outside(() => bring(text, refusing)))).toBe('made.up');
      return { ok: true, value: undefined };
    };
    expect(code(await bring(text, meanwhile))).toBe('platform.busy');
    expect(code(await arrive(Readable.from([Buffer.from(text)]), {}, subject(), meanwhile))).toBe('platform.busy');
    const again = value(await bring(text, () => Promise.resolve({ ok: true, value: undefined })));
    const { fileSha256, subjectId } = (await floors.tillUploads.any(again.id)) as { fileSha256: string; subjectId: string };
    expect(await floors.salesFiles.source(fileSha256)).toBeDefined();
    await bring(text, refusing);
    expect(await floors.salesFiles.source(fileSha256)).toBeDefined();
    await floors.work.run(actingAs(owner), async (tx) => ({ ok: true, value: await floors.salesSets.discard(tx, subjectId) }));
    expect(await floors.salesFiles.source(fileSha256)).toBeUndefined();
  });

  it('wait for whoever is naming them before they are thrown away', async () => {
    const text = `at,amount\n2026-07-01 10:00,${count}.12\n`;
    const { id } = value(await bring(text, () => Promise.resolve({ ok: true, value: undefined })));
    const { fileSha256, subjectId } = (await floors.tillUploads.any(id)) as { fileSha256: string; subjectId: string };
    await floors.work.run(actingAs(owner), async (tx) => ({ ok: true, value: await new TillUploadsRepository().discard(tx, subjectId) }));
    const originals = new SalesOriginals(floors.work, floors.salesFiles, new TillUploadsRepository());
    let dropping: Promise<void> | undefined;
    value(await floors.work.run(actingAs(owner), async (tx) => {
      value(await originals.secure(tx, fileSha256));
      // Begun outside of this unit of work, as another request would.
      dropping = outside(() => originals.drop(fileSha256));
      await waiting();
      await new TillUploadsRepository().add(tx, { ...till(), subjectId, handoverId: null, fileName: null, fileBytes: 1, fileSha256, uploadedAt: at('2026-07-01T00:00Z') });
      return { ok: true, value: undefined };
    }));
    await dropping;
    expect(await floors.salesFiles.source(fileSha256)).toBeDefined();
  });
});

describe('sales brought with tax where they count without', () => {
  const window = { from: at('2026-07-01T00:00Z'), to: at('2026-07-02T00:00Z') };

  it('are refused until somebody says the rate', async () => {
    expect(await upload(FEW, { basis: 'gross', countsIn: 'net_of_tax' })).toMatchObject({
      ok: false, refusal: { code: 'evidence.till_unanswered', causes: [{ code: 'evidence.asks_tax_rate', params: { from: 'gross', to: 'net_of_tax' } }] },
    });
    expect(value(await upload(FEW, { basis: 'gross', countsIn: 'gross' }))).not.toHaveProperty('conversion');
  });

  it('count in every window as an exact fraction of what the file states, and the rate is kept and shown', async () => {
    const set = value(await upload(FEW, { basis: 'gross', countsIn: 'net_of_tax', taxRatePercent: '7' }));
    expect(set).toMatchObject({
      basis: 'net_of_tax', totals: { net: { amount: '10.00' } },
      conversion: { from: 'gross', to: 'net_of_tax', by: 'rate', ratePercent: '7', counted: { amount: '9.35', currency: 'GBP' }, rounding: 'half_up' },
    });
    const [sum] = await floors.salesQueries.sums(floors.reader, set.id, [window]);
    expect(sum?.net).toBe(formatRatio(ratio(1_000n * 100n, 107n)));
    expect(await floors.salesQueries.header(floors.reader, set.subjectId)).toMatchObject({ basis: 'net_of_tax', conversion: { by: 'rate', ratePercent: '7' } });
  });

  it('count by the tax on each line where a column says it', async () => {
    const mapping = JSON.stringify({ at: 'at', amount: 'amount', tax: 'vat', kind: 'kind', id: 'id', refundOf: 'refund_of' });
    const text = 'at,kind,amount,vat,id,refund_of\n2026-07-01 10:00,sale,12.00,2.00,a,\n2026-07-01 12:00,sale,10.50,0.50,b,\n2026-07-01 13:00,refund,6.00,1.00,,a\n';
    const set = value(await upload(text, { basis: 'gross', countsIn: 'net_of_tax', mapping }));
    expect(set).toMatchObject({ basis: 'net_of_tax', totals: { gross: { amount: '20.00' }, net: { amount: '15.00' } }, conversion: { by: 'column', tax: { amount: '2.50' } } });
    expect((await floors.salesQueries.sums(floors.reader, set.id, [window]))[0]?.net).toBe('1500');
  });
});

describe('coverage', () => {
  const set = async (more: Record<string, string> = {}) => value(await upload(FEW, more));
  const confirm = (view: SalesSetView, intervals?: Interval[]) => floors.work.run(actingAs(owner), (tx) =>
    floors.salesSets.confirmCoverage(tx, actingAs(owner), { subjectId: view.subjectId, setId: view.id, ...(intervals === undefined ? {} : { intervals }) }));
  const between = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });

  it('is as proposed when the merchant just says yes', async () => {
    const view = value(await confirm(await set()));
    expect([view.coverage, view.coverageConfirmed, view.version]).toEqual([view.proposedCoverage, true, 2]);
  });

  it('may be wider than the records and have gaps where there are none', async () => {
    const wide = [between('2026-07-01T00:00Z', '2026-07-01T20:00Z'), between('2026-07-02T00:00Z', '2026-07-03T00:00Z')];
    expect(value(await confirm(await set(), wide)).coverage).toEqual(wide.map(({ from, to }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })));
  });

  it.each([
    ['leaving out a record', [between('2026-07-01T00:00Z', '2026-07-01T10:59Z'), between('2026-07-01T11:30Z', '2026-07-03T00:00Z')], 'evidence.coverage_misses_records'],
    ['of the future', [between('2026-07-01T00:00Z', '2026-12-03T00:00Z')], 'evidence.coverage_in_future'],
    ['reversed', [{ from: at('2026-07-03T00:00Z'), to: at('2026-07-01T00:00Z') }], 'evidence.coverage_reversed'],
    ['of nothing', [], 'evidence.coverage_empty'],
  ])('%s is refused', async (_what, intervals, refused) => {
    expect(code(await confirm(await set(), intervals))).toBe(refused);
  });

  it('stated with the upload counts as confirmed, or refuses the upload', async () => {
    expect((await set({ coverage: '[{"from":"2026-07-01T00:00Z","to":"2026-07-03T00:00Z"}]' })).coverageConfirmed).toBe(true);
    expect(code(await upload(FEW, { coverage: '[{"from":"2026-07-01T00:00Z","to":"2026-07-02T00:00Z"}]' }))).toBe('evidence.coverage_misses_records');
  });

  it('of another subject is not there', async () => {
    const view = await set();
    expect(code(await confirm({ ...view, subjectId: subject() }))).toBe('evidence.set_not_found');
  });

  it('is needed before use, and fixed afterwards, for the application and by hand', async () => {
    const view = await set();
    const freeze = () => floors.work.run(actingAs(owner), (tx) => floors.salesSets.freeze(tx, actingAs(owner), view.id));
    expect(code(await freeze())).toBe('evidence.coverage_unconfirmed');
    value(await confirm(view));
    expect([code(await freeze()), code(await freeze()), code(await confirm(view))]).toEqual(['ok', 'ok', 'evidence.set_frozen']);
    expect(await floors.work.run(actingAs(owner), async (tx) => ({ ok: true, value: await floors.salesSets.discard(tx, view.subjectId) }))).toMatchObject({ value: 0 });
    const client = new pg.Client(database.appUrl);
    await client.connect();
    const refused = (sql: string) => client.query(sql, [view.id]).then(() => 'ok', (error: { constraint?: string; code: string }) => error.constraint ?? error.code);
    expect(await refused(`UPDATE sales_set SET coverage = '{[2020-01-01Z,2021-01-01Z)}', version = version + 1 WHERE id = $1`)).toBe('sales_set_frozen_ck');
    expect(await refused('DELETE FROM sales_set WHERE id = $1')).toBe('sales_set_frozen_ck');
    expect(await refused('UPDATE sales_record SET net_minor = 0 WHERE set_id = $1')).toBe('42501');
    expect(await refused('DELETE FROM sales_record WHERE set_id = $1')).toBe('42501');
    expect(await refused(`INSERT INTO sales_record (set_id, merchant_id, line, kind, at, counts_at, period_ms, amount_minor, net_minor, loose_minor)
      SELECT id, merchant_id, 99, 'sale', '2026-07-01Z', '2026-07-01Z', 0, 5, 5, 0 FROM sales_set WHERE id = $1`)).toBe('sales_record_sealed_ck');
    await client.end();
  });

  it('records stand in a set of their merchant that is written with them, whoever writes', async () => {
    const { id } = await set();
    const client = new pg.Client(database.ownerUrl);
    await client.connect();
    const refused = (sql: string, ...params: string[]) => client.query(sql, params).then(() => 'ok', (error: { constraint?: string; code: string }) => error.constraint ?? error.code);
    const add = `INSERT INTO sales_record (set_id, merchant_id, line, kind, at, counts_at, period_ms, amount_minor, net_minor, loose_minor)
      SELECT $1, $2, 1, 'sale', '2026-07-01Z', '2026-07-01Z', 0, 5, 5, 0`;
    expect(await refused(add, subject(), shop.merchantId)).toBe('sales_record_sealed_ck');
    await client.query('BEGIN');
    const { rows: [fresh] } = await client.query<{ id: string }>(`
      INSERT INTO sales_set SELECT (jsonb_populate_record(s, jsonb_build_object('id', uuidv7(), 'number', 99, 'written_in', pg_current_xact_id()::text))).* FROM sales_set s WHERE id = $1 RETURNING id`, [id]);
    expect(await refused(`${add} FROM generate_series(1, 1)`, fresh?.id ?? '', shop.merchantId)).toBe('ok');
    expect(await refused(add.replace(', 1,', ', 2,'), fresh?.id ?? '', subject())).toBe('sales_record_sealed_ck');
    await client.query('ROLLBACK');
    expect(await refused('UPDATE sales_set SET id = uuidv7() WHERE id = $1', id)).toBe('sales_set_name_ck');
    await client.end();
  });

  it('an unused set goes with its subject, records and all', async () => {
    const view = await set();
    await floors.work.run(actingAs(owner), async (tx) => ({ ok: true, value: await floors.salesSets.discard(tx, view.subjectId) }));
    const [left] = await floors.reader.query<{ n: number }>('SELECT count(*)::int AS n FROM sales_record WHERE set_id = $1', [view.id]);
    expect([left?.n, await salesState(view.subjectId)]).toEqual([0, undefined]);
  });
});
