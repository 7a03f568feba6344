// A till export of many megabytes, read twice (found out, then read) in a process of its own: `node bench/till.mjs [megabytes]`.
// Prints seconds and the most memory the process held; the second stays flat however long the file is.
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { clearInterval, setInterval } from 'node:timers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from '../test/support/swc-loader.mjs';

await register();
const { fileSource } = await import('../src/modules/evidence/till/till-source.importer.ts');
const { readTill, surveyTill } = await import('../src/modules/evidence/till/till.importer.ts');
const { settleMapping } = await import('../src/modules/evidence/till/till-mapping.rules.ts');

const megabytes = Number(process.argv[2] ?? '200');
const folder = mkdtempSync(join(tmpdir(), 'makegood-till-'));
const path = join(folder, 'sales.csv');

async function write() {
  const out = createWriteStream(path);
  out.write('Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Transaction ID,Details,Event Type\n');
  const start = Date.UTC(2025, 0, 6, 9);
  for (let n = 0, bytes = 0; bytes < megabytes * 1_000_000; n += 1) {
    const [date, time] = new Date(start + n * 11_000).toISOString().slice(0, 19).split('T');
    const line = `${date},${time},UTC,"$${1 + (n % 9)},240.50",$0.00,"$${1 + (n % 9)},240.50",$0.00,$0.00,TX${n},https://example.com/receipts/${n},${n % 97 === 0 ? 'Refund' : 'Payment'}\n`;
    bytes += line.length;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

try {
  await write();
  const source = await fileSource(path);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const survey = await surveyTill(source, { currency: 'USD', zone: 'UTC' });
  const surveyed = performance.now();
  if (!survey.ok) throw new Error(survey.refusal.code);
  const mapping = settleMapping(survey.value.draft, survey.value.questions);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.refusal));
  const read = await readTill(source, mapping.value, Date.UTC(2030, 0, 1));
  const done = performance.now();
  clearInterval(watch);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  const mb = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  console.log(`${mb(statSync(path).size)}, ${read.value.records} records, ${read.value.faultCount} faults; found out in ${((surveyed - began) / 1000).toFixed(1)} s, `
    + `read in ${((done - surveyed) / 1000).toFixed(1)} s; memory ${mb(before)} before, ${mb(peak)} at most`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
