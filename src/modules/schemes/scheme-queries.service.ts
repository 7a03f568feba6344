import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { RegisterQueries } from '../outages/index.js';
import { movedEnds, statusAt, type SchemeStatus, type SchemeText } from './schemes.rules.js';
import { SchemesRepository, type SchemeRow } from './schemes.repository.js';
import { schemeView, type SchemeView } from './views/scheme-view.js';

/** A scheme as other modules need it: what a claim may be filed under, until when. */
export interface SchemeFacts {
  readonly id: string;
  readonly code: string;
  readonly policyKey: string;
  readonly currency: string;
  readonly fundId?: string;
  readonly zone: string;
  readonly opensAt: Instant;
  /** With extensions, and moved by our own outages; exclusive. */
  readonly closesAt: Instant;
  readonly graceDays: number;
  /** Until then drafts can still be filed, marked late; exclusive. */
  readonly graceEndsAt: Instant;
  readonly outageIds: readonly string[];
  /** Leaf services it covers. */
  readonly services: readonly string[];
  readonly targetDays: Readonly<Record<string, number>>;
  readonly texts: readonly SchemeText[];
  readonly version: number;
}

@Injectable()
export class SchemeQueries {
  constructor(private readonly clock: Clock, private readonly schemes: SchemesRepository, private readonly register: RegisterQueries) {}

  async get(reader: Reader, id: string): Promise<Result<SchemeFacts>> {
    const row = await this.schemes.find(reader, id);
    return row === undefined ? refuse('schemes.not_found', { id }) : ok(await this.#factsOf(reader, row));
  }

  /** All that are paid out of a fund. */
  async ofFund(reader: Reader, fundId: string): Promise<SchemeFacts[]> {
    const facts: SchemeFacts[] = [];
    for (const row of await this.schemes.ofFund(reader, fundId)) facts.push(await this.#factsOf(reader, row));
    return facts;
  }

  async #factsOf(reader: Reader, row: SchemeRow): Promise<SchemeFacts> {
    const { fundId, title: _title, contact: _contact, extensions: _extensions, ...facts } = row;
    const { closes, grace } = movedEnds(row, await this.register.ownDowntime(reader, row.opensAt));
    return { ...facts, ...(fundId === null ? {} : { fundId }), closesAt: closes.at, graceEndsAt: grace.at, services: await this.register.servicesOf(reader, row.outageIds) };
  }

  /** As `get`, by the code that people write. */
  async byCode(reader: Reader, code: string): Promise<Result<SchemeFacts>> {
    const row = /^[a-z0-9-]{1,80}$/.test(code) ? await this.schemes.byCode(reader, code) : undefined;
    return row === undefined ? refuse('schemes.not_found', { id: code.slice(0, 80) }) : this.get(reader, row.id);
  }

  /** The policy each scheme offers, for many at once. */
  async policyKeys(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.schemes.policyKeys(reader, { ids })).map(({ id, policyKey }) => [id, policyKey]));
  }

  async idsOfPolicy(reader: Reader, policyKey: string): Promise<string[]> {
    return (await this.schemes.policyKeys(reader, { policyKey })).map(({ id }) => id);
  }

  status(scheme: Pick<SchemeFacts, 'opensAt' | 'closesAt'>): SchemeStatus {
    return statusAt(scheme, this.clock.now());
  }

  /** The text that an acceptance names, current or not. */
  textByHash(reader: Reader, schemeId: string, hash: string): Promise<SchemeText | undefined> {
    return this.schemes.textByHash(reader, schemeId, hash);
  }

  async view(reader: Reader, id: string): Promise<Result<SchemeView>> {
    const row = await this.schemes.find(reader, id);
    return row === undefined ? refuse('schemes.not_found', { id }) : ok(await this.viewOf(reader, row));
  }

  /** As `view`, by the code that stands in an address. */
  async viewByCode(reader: Reader, code: string): Promise<Result<SchemeView>> {
    const row = /^[a-z0-9-]{1,80}$/.test(code) ? await this.schemes.byCode(reader, code) : undefined;
    return row === undefined ? refuse('schemes.not_found', { id: code.slice(0, 80) }) : ok(await this.viewOf(reader, row));
  }

  /** What schemes are called, for a list of things that belong to them. */
  async titles(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    return new Map((await this.schemes.titles(reader, ids)).map(({ id, title }) => [id, title]));
  }

  async ofOutage(reader: Reader, outageId: string): Promise<SchemeView[]> {
    return this.#viewsOf(reader, await this.schemes.ofOutage(reader, outageId));
  }

  async page(reader: Reader, wanted: { before?: string; limit: number }): Promise<SchemeView[]> {
    return this.#viewsOf(reader, await this.schemes.page(reader, wanted));
  }

  async viewOf(reader: Reader, row: SchemeRow): Promise<SchemeView> {
    return schemeView(row, {
      services: await this.register.servicesOf(reader, row.outageIds), down: await this.register.ownDowntime(reader, row.opensAt), now: this.clock.now(),
    });
  }

  /** Services and our own downtime are asked for once, however many schemes. */
  async #viewsOf(reader: Reader, rows: readonly SchemeRow[]): Promise<SchemeView[]> {
    const now = this.clock.now();
    const down = await this.register.ownDowntime(reader, Math.min(now, ...rows.map(({ opensAt }) => opensAt)) as Instant);
    const services = await this.register.servicesOfEach(reader, rows.map(({ outageIds }) => outageIds));
    return rows.map((row, i) => schemeView(row, { services: services[i] ?? [], down, now }));
  }
}
