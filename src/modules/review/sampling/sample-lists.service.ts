import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { drawOf, isDrawn } from '../../../core/sampling/index.js';
import { csvLine } from '../../../core/text/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import { Database } from '../../../platform/database/database.js';
import { ClaimQueries } from '../../claims/index.js';
import { SecondLooksRepository } from './second-looks.repository.js';
import { SamplingRepository, type PeriodRow } from './sampling.repository.js';

const AT_ONCE = 1_000;

/** What was drawn from, what was drawn and what a second look at it found, for anybody to work out again: ids of claims, which open nothing to who has no right to them. */
@Injectable()
export class SampleLists {
  constructor(private readonly database: Database, private readonly periods: SamplingRepository, private readonly claims: ClaimQueries, private readonly looks: SecondLooksRepository) {}

  /** A table in chunks. Codes: `sampling.not_found`, `sampling.not_over` while the seed is secret. */
  async csv(id: string): Promise<Result<AsyncGenerator<string>>> {
    const period = await this.periods.find(this.database.reader, id);
    if (period === undefined) return refuse('sampling.not_found');
    const { seed } = period;
    return seed === null ? refuse('sampling.not_over', { to: formatInstant(period.span.to) }) : ok(this.#rows(period, seed));
  }

  async *#rows(period: PeriodRow, seed: Buffer): AsyncGenerator<string> {
    yield csvLine(['claim', 'filedAt', 'draw', 'sampled', 'secondLook']);
    for await (const page of this.#filed(period)) {
      const found = await this.looks.verdicts(this.database.reader, page.map(({ id }) => id));
      yield page.map(({ id, submittedAt }) => {
        const draw = drawOf(seed, id);
        return csvLine([id, formatInstant(submittedAt), draw, isDrawn(draw, period.ratePerMillion) ? 'yes' : 'no', found.get(id) ?? '']);
      }).join('');
    }
  }

  async *#filed({ span }: PeriodRow): AsyncGenerator<{ id: string; submittedAt: Instant }[]> {
    for (let after: { at: Instant; id: string } | undefined; ;) {
      const page = await this.claims.filedIn(this.database.reader, { span, limit: AT_ONCE, ...(after === undefined ? {} : { after }) });
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < AT_ONCE) return;
      after = { at: last.submittedAt, id: last.id };
    }
  }
}
