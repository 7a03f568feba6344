// Sales as a till writes them, made up: one line every 11 seconds, of amounts that seldom repeat, every 97th a refund.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const TILL_HEADER = 'Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Transaction ID,Details,Event Type\n';

/** Lines until they come to so many bytes. */
function* saleLines(bytes) {
  const start = Date.UTC(2020, 0, 6, 9);
  for (let n = 0, written = 0; written < bytes; n += 1) {
    const [date, time] = new Date(start + n * 11_000).toISOString().slice(0, 19).split('T');
    const [thousands, hundreds, pence] = [1 + (n % 9), String((n * 7_919) % 1_000).padStart(3, '0'), String((n * 31) % 100).padStart(2, '0')];
    const amount = `"£${thousands},${hundreds}.${pence}"`;
    const line = `${date},${time},UTC,${amount},£0.00,${amount},£0.00,£0.00,TX${n},https://example.com/receipts/${n},${n % 97 === 0 ? 'Refund' : 'Payment'}\n`;
    written += Buffer.byteLength(line);
    yield line;
  }
}

/** The whole file. */
export async function writeSales(path, bytes) {
  const out = createWriteStream(path);
  out.write(TILL_HEADER);
  for (const line of saleLines(bytes)) if (!out.write(line)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}
