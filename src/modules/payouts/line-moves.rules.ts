import type { Posting } from '../funds/index.js';
import type { LineEvent, LineState } from './payment-line.machine.js';

export interface LineSums {
  readonly grossMinor: bigint;
  readonly withheldMinor: bigint;
  readonly offsetMinor: bigint;
  readonly netMinor: bigint;
}

const posting = (account: Posting['account'], amountMinor: bigint): Posting => ({ account, amountMinor });
const backwards = (postings: readonly Posting[]): Posting[] => postings.map(({ account, amountMinor }) => posting(account, -amountMinor));

const released = ({ grossMinor, withheldMinor, offsetMinor, netMinor }: LineSums): Posting[] =>
  [posting('reserved', -grossMinor), posting('in_transit', netMinor), posting('tax_payable', withheldMinor), posting('paid', offsetMinor)];
const settled = ({ netMinor }: LineSums): Posting[] => [posting('in_transit', -netMinor), posting('paid', netMinor)];

/** One posting an account; those that come to nothing left out. */
function summed(postings: readonly Posting[]): Posting[] {
  const sums = new Map<Posting['account'], bigint>();
  for (const { account, amountMinor } of postings) sums.set(account, (sums.get(account) ?? 0n) + amountMinor);
  return [...sums].filter(([, minor]) => minor !== 0n).map(([account, minor]) => posting(account, minor));
}

/**
 * What a move of a line posts on the accounts of its fund, in minor units; they come to nought. What goes back takes back all that was
 * posted on the way there. Edge: a line of which the tax takes all, or that was paid after all, is released and settled in one; one that is collected, put back or acknowledged posts nothing. Source: docs/domain/payouts.md.
 */
export function postingsOf(event: LineEvent, from: LineState, sums: LineSums): Posting[] {
  switch (event) {
    case 'release': return summed(released(sums));
    case 'withhold': case 'find_paid': return summed([...released(sums), ...settled(sums)]);
    case 'settle': return summed(settled(sums));
    case 'reject': return summed(backwards(released(sums)));
    case 'return': return summed([...(from === 'settled' ? backwards(settled(sums)) : []), ...backwards(released(sums))]);
    case 'write_off': return [posting('reserved', -sums.grossMinor), posting('written_off', sums.grossMinor)];
    case 'include': case 'put_back': case 'drop': case 'acknowledge': return [];
  }
}
