// A till export of many megabytes, read twice (found out, then read) in a process of its own: `node bench/till.mjs [megabytes]`.
// Prints seconds, lines per second of processor time beside those of csv-parse alone over the same bytes, and the most memory the process
// held; that stays flat however long the file is.
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { clearInterval, setInterval } from 'node:timers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { register } from '../test/support/swc-loader.mjs';
import { writeSales } from './till-file.mjs';

await register();
const { fileSource } = await import('../src/modules/evidence/till/till-source.importer.ts');
const { readTill, surveyTill } = await import('../src/modules/evidence/till/till.importer.ts');
const { settleMapping } = await import('../src/modules/evidence/till/till-mapping.rules.ts');

const megabytes = Number(process.argv[2] ?? '200');
const folder = mkdtempSync(join(tmpdir(), 'makegood-till-'));
const path = join(folder, 'sales.csv');

/** Seconds of processor time, whatever else the machine does. */
async function processorSeconds(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}

/** The limit: every row as fields, and nothing done with them. */
async function bare() {
  let rows = 0;
  const parser = createReadStream(path).pipe(parse({ relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_empty_values: true, record_delimiter: ['\r\n', '\n', '\r'] }));
  parser.on('data', () => {
    rows += 1;
  });
  await finished(parser);
  return rows;
}

try {
  await writeSales(path, megabytes * 1_000_000);
  const source = await fileSource(path);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const survey = await surveyTill(source, { currency: 'GBP', zone: 'UTC' });
  const surveyed = performance.now();
  if (!survey.ok) throw new Error(survey.refusal.code);
  const mapping = settleMapping(survey.value.draft, survey.value.questions);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.refusal));
  const { result: read, seconds } = await processorSeconds(() => readTill(source, mapping.value, Date.UTC(2030, 0, 1)));
  const done = performance.now();
  clearInterval(watch);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  const limit = await processorSeconds(bare);
  const rate = (rows, taken) => Math.round(rows / taken);
  const mb = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  console.log(`${mb(statSync(path).size)}, ${read.value.records} records, ${read.value.faultCount} faults; found out in ${((surveyed - began) / 1000).toFixed(1)} s, `
    + `read in ${((done - surveyed) / 1000).toFixed(1)} s; memory ${mb(before)} before, ${mb(peak)} at most`);
  const [measured, most] = [rate(read.value.records, seconds), rate(limit.result - 1, limit.seconds)];
  console.log(`${measured.toLocaleString('en')} lines per second of processor time; csv-parse alone ${most.toLocaleString('en')}, ratio ${(measured / most).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
