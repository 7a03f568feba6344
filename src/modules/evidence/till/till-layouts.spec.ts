import { describe, expect, it } from '@jest/globals';
import { AFTER, KNOWN_FILES, layoutBytes, MONTHLY_FILE, outcomeOf } from '../../../../test/support/till-files.js';
import { mutantsOf } from '../../../../test/support/till-mutations.js';
import { matchRefunds, totalsOf } from '../../../../test/support/refunds-reference.js';

const present = KNOWN_FILES.flatMap((known) => {
  const bytes = layoutBytes(known.name);
  return bytes === undefined ? [] : [{ known, bytes }];
});
const whenPresent = present.length === 0 ? it.skip : it;

describe('the layouts of real tills', () => {
  whenPresent('are read exactly, count and sum', async () => {
    for (const { known, bytes } of present) {
      const { records, told } = await outcomeOf(bytes, known.currency, 'Europe/Berlin');
      expect(told).toBeUndefined();
      const sales = records?.filter(({ kind }) => kind === 'sale') ?? [];
      const refunds = records?.filter(({ kind }) => kind === 'refund') ?? [];
      const sum = (of: typeof sales): bigint => of.reduce((total, { amountMinor }) => total + amountMinor, 0n);
      expect({ name: known.name, sales: sales.length, saleMinor: sum(sales), refunds: refunds.length, refundMinor: sum(refunds) }).toEqual({ name: known.name, ...known.expected });
      expect(sales.every(({ at }) => at < AFTER)).toBe(true);
      const matched = [...matchRefunds(records ?? [], (fault) => {
        throw new Error(JSON.stringify(fault));
      })];
      expect(totalsOf(matched).grossMinor).toBe(known.expected.saleMinor);
    }
  });

  whenPresent('of one line a month are told to prove no hour', async () => {
    const bytes = layoutBytes(MONTHLY_FILE);
    expect((await outcomeOf(bytes ?? Buffer.alloc(0), 'KRW', 'Asia/Seoul')).told).toContain('evidence.till_monthly');
  });

  whenPresent('changed in any way come to the same, or to a message', async () => {
    for (const known of KNOWN_FILES) expect((await mutantsOf(known, 5)).silent).toEqual([]);
  });
});
