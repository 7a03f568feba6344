// A batch of many payments through a SEPA message, in a process of its own: `node bench/payments.mjs [payments] [folder of schemas]`.
// Judged, written to disk, read back and checked by the schema; then the same as a workbook. Prints seconds, the most memory the process held,
// and processor time beside that of the bare work: the same bytes written from a template, read by saxes alone, and checked by xmllint at once.
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval, setImmediate } from 'node:timers';
import { SaxesParser } from 'saxes';
import { validateXML } from 'xmllint-wasm';
import { register } from '../test/support/swc-loader.mjs';

await register();
const { BatchCheck, readProfile, SHIPPED_PROFILES } = await import('../src/core/payments/index.ts');
const { renderPaymentFile } = await import('../src/platform/payment-files/render.ts');
const { verifyPaymentFile } = await import('../src/platform/payment-files/verify.ts');

const count = Number(process.argv[2] ?? '100000');
const directory = process.argv[3] ?? process.env['PAYMENT_SCHEMAS_DIR'];
const folder = mkdtempSync(join(tmpdir(), 'makegood-payments-'));
const profile = (id) => readProfile(SHIPPED_PROFILES.find((one) => one.id === id)).profile;
const IBANS = ['DE89370400440532013000', 'NL91ABNA0417164300', 'FR1420041010050500013M02606', 'AT611904300234573201'];

/** As a cursor gives them: five hundred at a time, and the process looks up between. */
async function* instructions() {
  for (let number = 1; number <= count; number += 1) {
    if (number % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    yield {
      endToEndId: `MG-2026-${number.toString().padStart(8, '0')}`, uetr: `${number.toString(16).padStart(8, '0')}-ca16-48ba-b074-65581be6f001`,
      amount: { minor: BigInt(1_000 + number % 90_000), currency: 'EUR' }, remittance: `Compensation for the outage of 15 October, claim ${number}`,
      payee: { name: `Café Crème ${number}`, account: { kind: 'iban', iban: IBANS[number % 4] }, address: { street: 'Hauptstraße', building: '12a', postcode: '10115', town: 'Köln', country: 'DE' } },
    };
  }
}

let sumMinor = 0n;
for (let number = 1; number <= count; number += 1) sumMinor += BigInt(1_000 + number % 90_000);
const header = {
  messageId: 'MG-BATCH-1', createdAt: Date.UTC(2026, 10, 28), executeOn: '2026-12-01', count, sumMinor, currency: 'EUR',
  debtor: { name: 'Operator', account: { kind: 'iban', iban: IBANS[2] }, address: { town: 'Paris', country: 'FR' } },
};

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
const mb = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;

/** Seconds by the clock and of processor time, and the most memory meanwhile. */
async function measured(name, work) {
  peak = process.memoryUsage().rss;
  const [began, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const [clock, seconds] = [(performance.now() - began) / 1000, (user + system) / 1e6];
  console.log(`${name.padEnd(28)} ${clock.toFixed(1)} s, ${seconds.toFixed(1)} s of processor time, at most ${mb(peak)}`);
  return { result, seconds };
}

async function judged(of) {
  const check = new BatchCheck(of, header);
  for await (const instruction of instructions()) check.take(instruction);
  const { count: faults } = check.finish();
  if (faults > 0) throw new Error(`${faults} faults`);
}

async function written(of, path) {
  await pipeline(Readable.from(renderPaymentFile(of, header, instructions())), createWriteStream(path));
}

async function verified(of, path) {
  const found = await verifyPaymentFile(of, header, { bytes: createReadStream(path), instructions: instructions() }, { directory, check: 'when_present' });
  if (found.findings.count > 0) throw new Error(JSON.stringify(found.findings.faults.slice(0, 3)));
  return found.schema;
}

/** The bytes of one payment, as often as there are payments. */
async function bareWriting(path, line) {
  async function* lines() {
    let held = '';
    for await (const { endToEndId } of instructions()) {
      held += line.replace('MG-2026-00000001', endToEndId);
      if (held.length < 65_536) continue;
      yield Buffer.from(held);
      held = '';
    }
    yield Buffer.from(held);
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

async function bareReading(path) {
  const parser = new SaxesParser();
  for await (const chunk of createReadStream(path, 'utf8')) parser.write(chunk);
  parser.close();
}

async function bareSchema(path) {
  if (directory === undefined) return undefined;
  return validateXML({
    xml: { fileName: 'file.xml', contents: readFileSync(path) }, schema: { fileName: 'schema.xsd', contents: readFileSync(join(directory, 'pain.001.001.09.xsd')) },
    initialMemoryPages: 512, maxMemoryPages: 8_192, modifyArguments: (args) => ['--sax', ...args],
  });
}

try {
  const [sepa, table] = [profile('sepa-sct-09'), profile('xlsx-generic')];
  const [message, sheet, bare] = ['message.xml', 'sheet.xlsx', 'bare.xml'].map((name) => join(folder, name));
  console.log(`${count.toLocaleString('en')} payments; memory ${mb(process.memoryUsage().rss)} before`);
  const judging = await measured('judge', () => judged(sepa));
  const writing = await measured('write pain.001.001.09', () => written(sepa, message));
  const verifying = await measured('read back and check', () => verified(sepa, message));
  await measured('write a workbook', () => written(table, sheet));
  await measured('read the workbook back', () => verified(table, sheet));
  const line = readFileSync(message, 'utf8').split('\n').find((text) => text.startsWith('<CdtTrfTxInf>'));
  const limits = [
    await measured('bare: write from a template', () => bareWriting(bare, `${line}\n`)),
    await measured('bare: saxes', () => bareReading(message)),
    await measured('bare: xmllint at once', () => bareSchema(message)),
  ];
  const [own, limit] = [judging.seconds + writing.seconds + verifying.seconds, limits.reduce((sum, { seconds }) => sum + seconds, 0)];
  console.log(`${mb(statSync(message).size)} of XML (schema: ${verifying.result}), ${mb(statSync(sheet).size)} of workbook; all of the message ${own.toFixed(1)} s of processor time, bare ${limit.toFixed(1)} s, ratio ${(limit / own).toFixed(2)}`);
} finally {
  clearInterval(watch);
  rmSync(folder, { recursive: true, force: true });
}
