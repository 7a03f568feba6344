import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { freshKeys } from '../platform/crypto/keyring.js';
import { Vault } from '../platform/crypto/vault.js';
import { problemOf } from '../platform/http/problem.js';
import { PayeeKeys, type KeyUse } from '../modules/payees/index.js';
import type { Command, Terminal } from './command.js';

const SYSTEM: Context = { actor: systemActor('cli'), requestId: 'cli' };

const use = ({ id, purpose, rows, here }: KeyUse): string => `${purpose.padEnd(5)} ${id}  ${rows} account(s)${here ? '' : '  MISSING'}`;

function sayLost(uses: readonly KeyUse[], terminal: Terminal): number {
  const lost = uses.filter(({ here }) => !here);
  for (const { id, purpose, rows } of lost) {
    terminal.complain(purpose === 'seal'
      ? `${rows} account number(s) cannot be read: the key ${id} was not given. Put it back into MAKEGOOD_KEYS or the key file; if it is lost, the merchants have to be asked again.`
      : `${rows} account(s) are not compared with others: the index key ${id} was not given.`);
  }
  return lost.length === 0 ? 0 : 1;
}

export const keysMake: Command = {
  name: 'keys make', usage: 'keys make', about: 'prints new keys for account numbers: MAKEGOOD_KEYS, or the file MAKEGOOD_KEYS_FILE names', needsApp: false,
  run(_args, terminal) {
    terminal.say(freshKeys().trim().replace('\n', ','));
    return Promise.resolve(0);
  },
};

export const keysCheck: Command = {
  name: 'keys check', usage: 'keys check', about: 'which keys account numbers are kept under, and whether one is missing', needsApp: true,
  async run(_args, terminal, app) {
    const uses = await app().get(PayeeKeys).uses();
    for (const one of uses) terminal.say(use(one));
    return sayLost(uses, terminal);
  },
};

export const keysRotate: Command = {
  name: 'keys rotate', usage: 'keys rotate', about: 'wraps the key of every account number anew under the newest; adds one where the keys lie in the data directory', needsApp: true,
  async run(_args, terminal, app) {
    const added = await app().get(Vault).addSeal();
    terminal.say(added ? 'A new key was put in front of account-keys.txt. Keep a new copy of the file.' : 'The keys are configured: the first "seal" of them is taken as the new one.');
    const rotated = await app().get(PayeeKeys).rotate(SYSTEM);
    if (!rotated.ok) {
      terminal.complain(problemOf(rotated.refusal, 'cli').detail);
      return 1;
    }
    terminal.say(`${rotated.value.wrapped} account(s) wrapped anew`);
    return sayLost(await app().get(PayeeKeys).uses(), terminal);
  },
};
