import { parseArgs } from 'node:util';
import type { Result } from '../core/errors/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { ROLES } from '../platform/access/roles.js';
import { problemOf } from '../platform/http/problem.js';
import { EMAIL_SHAPE, People, type PersonView } from '../modules/identity/index.js';
import type { Command } from './command.js';

const SYSTEM: Context = { actor: systemActor('cli'), requestId: 'cli' };

/** Who installs the product has nobody to be added by. Everybody after them is added over the API by an administrator. */
export const userAdd: Command = {
  name: 'user add', usage: 'user add <email> <name> [--role role]', about: 'adds a person, an administrator by default; asks for the password, or reads it from standard input',
  needsApp: true,
  async run(args, terminal, app) {
    const { values: { role: asked }, positionals: [email, name] } = parseArgs({ args: [...args], allowPositionals: true, options: { role: { type: 'string', default: 'administrator' } } });
    const role = ROLES.find((one) => one === asked);
    if (email === undefined || !EMAIL_SHAPE.test(email) || name === undefined || role === undefined) {
      terminal.complain(role === undefined ? `There is no role "${asked}". Roles: ${ROLES.join(', ')}` : 'Say whose address and name: user add who@where.example "First Last"');
      return 2;
    }
    const password = await terminal.secret(`Password for ${email}: `);
    const people = app().get(People);
    const added: Result<PersonView> = await people.create(SYSTEM, { email, name, password });
    const granted = added.ok ? await people.grant(SYSTEM, added.value.id, role) : added;
    if (!granted.ok) {
      terminal.complain(problemOf(granted.refusal, 'cli').detail);
      return 1;
    }
    terminal.say(`${granted.value.email} added as ${granted.value.roles.join(', ')}`);
    return 0;
  },
};
