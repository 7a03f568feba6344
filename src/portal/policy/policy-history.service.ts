import { Injectable } from '@nestjs/common';
import type { ChainLink } from '../../core/audit/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { AuditQueries } from '../../modules/audit/index.js';
import { People } from '../../modules/identity/index.js';
import type { Visit } from '../shared/portal.page.js';

export interface HistoryLine {
  readonly at: number;
  /** Key of the words for it: an event of the machine, `created`, or `published` for what was imported. */
  readonly what: string;
  /** Undefined: a command or a job. */
  readonly who: string | undefined;
  /** The reason a draft was sent back with. */
  readonly why: string | undefined;
  /** How often it happened in a row: somebody saves many times. */
  readonly times: number;
}

const PERSON = /^[0-9a-f-]{36}$/;
const digestOf = ({ data }: ChainLink): string | undefined => (data as { noteDigest?: string }).noteDigest;
const isWriting = ({ action }: ChainLink): boolean => action === 'policy_edition.created' || action === 'policy_edition.edit';

/** Savings by one person, one after another, are one line. */
function joined(links: readonly ChainLink[]): { link: ChainLink; times: number }[] {
  const lines: { link: ChainLink; times: number }[] = [];
  for (const link of links) {
    const last = lines.at(-1);
    if (last !== undefined && link.action === 'policy_edition.edit' && last.link.action === link.action && last.link.actor === link.actor) {
      lines[lines.length - 1] = { link, times: last.times + 1 };
    } else lines.push({ link, times: 1 });
  }
  return lines;
}

/** Who wrote a version, who handed it in, sent it back or approved it, and when: out of the audit trail, newest first. */
@Injectable()
export class PolicyHistory {
  constructor(private readonly audit: AuditQueries, private readonly people: People) {}

  async of({ ctx }: Visit, editionId: string | undefined, versionId: string | undefined): Promise<{ history: HistoryLine[]; isAuthor: boolean }> {
    const links = editionId !== undefined ? await this.audit.chain('policy_edition', editionId) : versionId !== undefined ? await this.audit.chain('policy', versionId) : [];
    const names = await this.people.names(links.flatMap(({ actor }) => (PERSON.test(actor) ? [actor] : [])));
    const whys = await this.audit.texts(links.flatMap((link) => digestOf(link) ?? []));
    const history = joined(links).map(({ link, times }): HistoryLine => ({
      at: link.at, what: link.action.slice(link.action.indexOf('.') + 1), who: names.get(link.actor), why: whys.get(digestOf(link) ?? ''), times,
    }));
    const me = userIdOf(ctx.actor);
    return { history: history.reverse(), isAuthor: links.some((link) => isWriting(link) && link.actor === me) };
  }
}
