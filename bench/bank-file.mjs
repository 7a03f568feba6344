// Bank messages of many entries, made up, read from disk in a process of its own: `node bench/bank-file.mjs [entries]` (100,000).
// Each kind is read at a tenth of its length and whole: entries per second of processor time beside those of the XML parser alone over the
// same bytes, and the most memory held, which stays flat however long the file is.
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { TextDecoder } from 'node:util';
import { clearInterval, setInterval } from 'node:timers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { register } from '../test/support/swc-loader.mjs';

await register();
const { readBankMessage } = await import('../src/modules/payouts/bank/bank-file.importer.ts');

const entries = Number(process.argv[2] ?? '100000');
const folder = mkdtempSync(join(tmpdir(), 'makegood-bank-'));

const party = '<RltdPties><Cdtr><Pty><Nm>Example Creditor</Nm><PstlAdr><StrtNm>Example Street</StrtNm><TwnNm>Town</TwnNm><Ctry>DE</Ctry></PstlAdr></Pty></Cdtr><CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct></RltdPties>';
const details = (n) => `<TxDtls><Refs><AcctSvcrRef>T${n}</AcctSvcrRef><EndToEndId>MG-${n}</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>${party}<RmtInf><Ustrd>Compensation MG-${n}</Ustrd></RmtInf></TxDtls>`;
const entry = (amount, inner) => `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls>${inner}</NtryDtls></Ntry>\n`;
const notice = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N1</MsgId></GrpHdr><Ntfctn><Id>N1</Id>';
const noticeEnd = '</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>';

const KINDS = {
  'camt.054, an entry each': { head: () => notice, each: (n) => entry('10.00', details(n)), tail: noticeEnd },
  'camt.054, one entry of all': { head: (count) => `${notice}${entry(`${count}0.00`, '\0').split('\0')[0]}`, each: (n) => `${details(n)}\n`, tail: `</NtryDtls></Ntry>${noticeEnd}` },
  'pain.002': {
    head: () => '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>F1</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>',
    each: (n) => `<TxInfAndSts><OrgnlEndToEndId>MG-${n}</OrgnlEndToEndId><TxSts>${n % 50 === 0 ? 'RJCT' : 'ACSP'}</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">10.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n`,
    tail: '</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>',
  },
};

async function write(path, { head, each, tail }, count) {
  const out = createWriteStream(path);
  out.write(head(count));
  for (let n = 0; n < count; n += 1) if (!out.write(each(n))) await once(out, 'drain');
  out.end(tail);
  await once(out, 'finish');
}

async function measured(work) {
  globalThis.gc?.();
  let peak = 0;
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage().heapUsed); }, 5);
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  clearInterval(watch);
  return { result, seconds: (user + system) / 1e6, peak };
}

async function read(path) {
  let [told, last] = [0, undefined];
  for await (const report of readBankMessage(createReadStream(path), { decimals: 'exact' })) {
    if (report.report === 'booking' || (report.report === 'status' && report.level === 'transaction')) told += 1;
    last = report;
  }
  if (last?.report !== 'end' || last.faultCount > 0) throw new Error(JSON.stringify(last));
  return told;
}

/** The limit: elements as the parser has them, and nothing done with them. */
async function bare(path) {
  const parser = new SaxesParser();
  parser.on('opentag', () => undefined);
  parser.on('text', () => undefined);
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(path)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.close();
}

const mb = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;

try {
  for (const [name, kind] of Object.entries(KINDS)) {
    for (const count of [entries / 10, entries]) {
      const path = join(folder, 'message.xml');
      await write(path, kind, count);
      const { result, seconds, peak } = await measured(() => read(path));
      const limit = await measured(() => bare(path));
      if (result !== count) throw new Error(`${result} of ${count} were told`);
      console.log(`${name}: ${count.toLocaleString('en')} in ${mb(statSync(path).size)}; ${Math.round(count / seconds).toLocaleString('en')}/s of processor time, `
        + `parser alone ${Math.round(count / limit.seconds).toLocaleString('en')}, ratio ${(limit.seconds / seconds).toFixed(2)}; heap ${mb(peak)} at most, rss ${mb(process.memoryUsage().rss)}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
