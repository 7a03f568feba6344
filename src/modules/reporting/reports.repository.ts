import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant, type IntervalSet } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import type { ReportDefinition, ReportRow } from './reports.rules.js';

export interface Asked {
  /** The code of a scheme. */
  readonly scheme?: string;
  readonly since?: Instant;
  /** Exclusive. */
  readonly until?: Instant;
}

/** More than any report has: all of them count, none lists. */
const MOST_ROWS = 10_000;
const instantOf = (at: Instant | undefined): string | null => (at === undefined ? null : formatInstant(at));

const multirange = (spans: IntervalSet): string => `{${spans.map(({ from, to }) => `[${formatInstant(from)},${formatInstant(to)})`).join(',')}}`;

@Injectable()
export class ReportsRepository {
  run(reader: Reader, { sql }: ReportDefinition, { scheme, since, until }: Asked, { now, down }: { readonly now: Instant; readonly down: IntervalSet }): Promise<ReportRow[]> {
    return reader.query<ReportRow>(
      `WITH asked AS (SELECT $1::text AS scheme, $2::timestamptz AS since, $3::timestamptz AS until, $4::timestamptz AS now, $5::tstzmultirange AS down) ${sql} LIMIT ${MOST_ROWS}`,
      [scheme ?? null, instantOf(since), instantOf(until), formatInstant(now), multirange(down)]);
  }
}
