import type { OwnAccount } from '../../funds/index.js';

const bare = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/gu, '').toUpperCase();

export const numberOf = (account: OwnAccount): string => (account.kind === 'iban' ? account.iban : account.number);

/** Whether a bank speaks of this account, by IBAN or by its own number, however it is spaced. Edge: a German bank may write account and bank code alone, which an IBAN ends with. */
export function isAccount(stated: string, own: OwnAccount): boolean {
  const [said, ours] = [bare(stated), bare(numberOf(own))];
  return said === ours || (own.kind === 'iban' && said.length >= 8 && ours.endsWith(said));
}
