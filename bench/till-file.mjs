// Sales as a till writes them, made up: one line every 11 seconds, every 97th a refund.
export const TILL_HEADER = 'Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Transaction ID,Details,Event Type\n';

/** Lines until they come to so many bytes. */
export function* saleLines(bytes) {
  const start = Date.UTC(2020, 0, 6, 9);
  for (let n = 0, written = 0; written < bytes; n += 1) {
    const [date, time] = new Date(start + n * 11_000).toISOString().slice(0, 19).split('T');
    const amount = `"£${1 + (n % 9)},240.50"`;
    const line = `${date},${time},UTC,${amount},£0.00,${amount},£0.00,£0.00,TX${n},https://example.com/receipts/${n},${n % 97 === 0 ? 'Refund' : 'Payment'}\n`;
    written += Buffer.byteLength(line);
    yield line;
  }
}
