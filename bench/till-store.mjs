// Records of a till export stored as the import stores them, against `COPY` of the same rows into a copy of their table with the same indexes
// and checks: `node bench/till-store.mjs [megabytes]`. Three turns each; the round whose ratio is the middle one counts.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { register } from '../test/support/swc-loader.mjs';
import { startServer } from './server.mjs';
import { writeSales } from './till-file.mjs';

await register();
const { fileSource } = await import('../src/modules/evidence/till/till-source.importer.ts');
const { surveyTill } = await import('../src/modules/evidence/till/till.importer.ts');
const { settleMapping } = await import('../src/modules/evidence/till/till-mapping.rules.ts');
const { understandTill } = await import('../src/modules/evidence/till/till-understood.importer.ts');
const { SalesRecordsRepository } = await import('../src/modules/evidence/sales-records.repository.ts');
const { LineFaults } = await import('../src/modules/evidence/line-faults.rules.ts');

const ROUNDS = 3;
const megabytes = Number(process.argv[2] ?? '30');
const psql = ['psql', ...globSync('/usr/lib/postgresql/*/bin/psql')].find((name) => spawnSync(name, ['--version']).status === 0);
const folder = mkdtempSync(join(tmpdir(), 'makegood-till-'));
const [path, copied] = [join(folder, 'sales.csv'), join(folder, 'records.copy')];

async function understood() {
  await writeSales(path, megabytes * 1_000_000);
  const source = await fileSource(path);
  const { value: { draft, questions } } = await surveyTill(source, { currency: 'GBP', zone: 'UTC' }, { basis: 'gross' });
  const { value: mapping } = settleMapping(draft, questions);
  const { value: file } = await understandTill(source, mapping, Date.UTC(2040, 0, 1), folder);
  return file;
}

const server = await startServer({ WORKER: 'off' });
const app = new pg.Client({ connectionString: process.env.STORE_URL ?? server.appUrl });
const tx = {
  query: async (text, values) => (await app.query(text, values)).rows,
  named: async (name, text, values) => (await app.query({ name, text, values })).rows,
};
const repository = new SalesRecordsRepository();

async function stored(file) {
  await app.query('BEGIN');
  const { rows: [set] } = await app.query(`
    INSERT INTO sales_set (subject_id, merchant_id, site_id, number, state, file_bytes, file_sha256, records_sha256, reading, currency, basis, granularity_ms, line_count,
      fault_count, faults, totals, proposed_coverage, uploaded_by, uploaded_at)
    SELECT uuidv7(), s.merchant_id, s.id, 1, 'parsed', 1, repeat('0', 64), repeat('0', 64), '{}', 'GBP', 'gross', 0, 1, 0, '[]', '{}', '{}', u.id, now()
    FROM site s, app_user u LIMIT 1 RETURNING id, merchant_id AS "merchantId"`);
  const began = performance.now();
  await repository.write(tx, set, file, new LineFaults());
  await app.query('COMMIT');
  return { id: set.id, seconds: (performance.now() - began) / 1_000 };
}

const COLUMNS = 'set_id, line, kind, merchant_id, at, counts_at, period_ms, amount_minor, net_minor, loose_minor, external_id, refund_of';

function copy(command) {
  const began = performance.now();
  const { status, stderr } = spawnSync(psql, ['-q', '-v', 'ON_ERROR_STOP=1', server.ownerUrl, '-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - began) / 1_000;
}

try {
  await app.connect();
  const file = await understood();
  const { records } = file.summary;
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, seconds } = await stored(file);
    if (psql === undefined) {
      rounds.push({ seconds });
      continue;
    }
    await server.owner.query('DROP TABLE IF EXISTS bench_record; CREATE TABLE bench_record (LIKE sales_record INCLUDING ALL)');
    copy(`\\copy (SELECT ${COLUMNS} FROM sales_record WHERE set_id = '${id}' ORDER BY line, kind DESC) TO '${copied}'`);
    rounds.push({ seconds, limit: copy(`\\copy bench_record (${COLUMNS}) FROM '${copied}'`) });
  }
  const { seconds, limit } = rounds.sort((a, b) => (a.limit ?? 1) / a.seconds - (b.limit ?? 1) / b.seconds)[Math.floor(ROUNDS / 2)];
  const rate = (taken) => `${Math.round(records / taken).toLocaleString('en')} records/s`;
  const against = limit === undefined ? 'limit not measured: no psql' : `COPY ${rate(limit)}, ratio ${(limit / seconds).toFixed(2)}`;
  console.log(`${records} records stored in ${seconds.toFixed(1)} s: ${rate(seconds)} (${against})`);
} finally {
  await app.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
