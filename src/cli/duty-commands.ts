import { DutyBoard, type DutyBoardView, type PostView } from '../modules/identity/index.js';
import { DecisionLimits } from '../modules/review/index.js';
import type { Command } from './command.js';

const named = (text: string): string => text.replaceAll('_', ' ');

function line({ work, post, roles, filled, outside, peopleCount }: PostView, { outsideReviewer }: DutyBoardView): string {
  const what = `${work}: ${named(post)}`;
  if (outside) return filled ? `  can be filled     ${what} (outside: ${outsideReviewer ?? ''})` : `  CANNOT BE FILLED  ${what}. Name somebody outside: OUTSIDE_REVIEWER="Claims Panel <panel@example.org>"`;
  const wanted = roles.map(named).join(' or ');
  return filled ? `  can be filled     ${what} (${wanted}: ${peopleCount})` : `  CANNOT BE FILLED  ${what}. Give the role ${wanted} to one more person, who holds no other part of this: there are ${peopleCount}`;
}

/** A duty that nobody can fill stops claims or money one day; better the administrator hears of it before. */
export const doctor: Command = {
  name: 'doctor', usage: 'doctor', about: 'each duty of the profile, and what to do about one that cannot be filled', needsApp: true,
  async run(_args, terminal, app) {
    const board = await app().get(DutyBoard).view({ hasLimits: await app().get(DecisionLimits).any() });
    terminal.say(`Duty profile "${board.profile}", made for ${board.madeFor} people; ${board.peopleCount} have a role here.`);
    for (const post of board.posts) {
      if (post.filled) terminal.say(line(post, board));
      else terminal.complain(line(post, board));
    }
    for (const { name, roles: [one, other] } of board.clashes) {
      terminal.complain(`  ROLES EXCLUDE EACH OTHER  ${name} is ${named(one)} and ${named(other)}. Take one of the two away: page /duties, or POST /v1/users/{id}/role-removals`);
    }
    const isWell = board.posts.every(({ filled }) => filled) && board.clashes.length === 0;
    terminal.say(isWell ? 'Every duty can be filled.' : 'Some duties cannot be filled as things are.');
    return isWell ? 0 : 1;
  },
};
