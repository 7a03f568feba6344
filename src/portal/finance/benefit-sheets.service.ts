import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { encodeCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { People } from '../../modules/identity/index.js';
import { BENEFIT_STATES, BenefitLists, RESULT_COLUMNS, type BenefitState } from '../../modules/payouts/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import type { Visit } from '../shared/portal.page.js';
import { BENEFIT_ANSWERS } from './benefit-result.form.js';

const ON_A_PAGE = 50;
const MOST_SCHEMES = 200;

/** What the pages of benefits beside money show, and what the person who looks may do about them. */
@Injectable()
export class BenefitSheets {
  constructor(private readonly database: Database, private readonly lists: BenefitLists, private readonly schemes: SchemeQueries, private readonly people: People) {}

  async list(visit: Visit, before: string | undefined): Promise<object> {
    const page = await this.lists.page({ limit: ON_A_PAGE, ...(before === undefined ? {} : { before }) });
    return {
      page, paged: before !== undefined, states: BENEFIT_STATES, offered: await this.schemes.page(this.database.reader, { limit: MOST_SCHEMES }), schemes: await this.#schemesOf(page.items.map(({ schemeId }) => schemeId)),
      ...mayDo(visit),
    };
  }

  /** Code: `payouts.not_found`. */
  async of(visit: Visit, id: string, { state, after }: { state?: BenefitState; after?: string } = {}): Promise<object> {
    const drawn = unwrap(await this.lists.get(id));
    const lines = await this.lists.linesOf(id, { limit: ON_A_PAGE, ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { after }) });
    const may = mayDo(visit);
    return {
      drawn, scheme: (await this.#schemesOf([drawn.schemeId])).get(drawn.schemeId), names: await this.people.names([drawn.drawnUpBy]), state, states: BENEFIT_STATES, lines, paged: after !== undefined,
      cursor: after === undefined ? undefined : encodeCursor([after]), answers: BENEFIT_ANSWERS, columns: RESULT_COLUMNS, ...may,
      // The one that a fault leads to; nothing can be ticked where there is none.
      first: may.mayAnswer ? lines.items.find((one) => one.state === 'asked' || one.state === 'given')?.reference : undefined,
    };
  }

  async #schemesOf(ids: readonly string[]): Promise<ReadonlyMap<string, SchemeView>> {
    const found = new Map<string, SchemeView>();
    for (const id of new Set(ids)) found.set(id, unwrap(await this.schemes.view(this.database.reader, id)));
    return found;
  }
}

const mayDo = ({ ctx: { actor } }: Visit): { readonly mayPrepare: boolean; readonly mayAnswer: boolean } => ({ mayPrepare: isAllowed(actor, 'payout.prepare'), mayAnswer: isAllowed(actor, 'payout.reconcile') });
