import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/time/index.js';
import type { Reader } from '../../../platform/database/tx.js';
import { People } from '../../identity/index.js';
import { RegisterQueries } from '../../outages/index.js';
import { RequestLetters } from './request-letters.service.js';
import type { RequestRow } from '../views/request-row.js';

/** What stands around requests elsewhere: who asked, whether the notice arrived, when this portal was down. */
@Injectable()
export class RequestSurroundings {
  constructor(private readonly people: People, private readonly letters: RequestLetters, private readonly register: RegisterQueries) {}

  names(rows: readonly RequestRow[]): ReturnType<People['names']> {
    return this.people.names(rows.map(({ askedBy }) => askedBy));
  }

  fateOf(reader: Reader, { noticeIds }: RequestRow): ReturnType<RequestLetters['fateOf']> {
    return this.letters.fateOf(reader, noticeIds);
  }

  async downSince(reader: Reader, rows: readonly RequestRow[]): ReturnType<RegisterQueries['ownDowntime']> {
    return rows.length === 0 ? [] : this.register.ownDowntime(reader, Math.min(...rows.map(({ noticedAt }) => noticedAt)) as Instant);
  }
}
