import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { PolicyPublication, PolicyQueries } from '../../modules/policies/index.js';
import type { RunReport } from '../../modules/changes/index.js';

const MOST_KEPT = 64;

/** Which block each step of a candidate is, so that a cause can be named by what it does. Kept by hash: a document of one hash never changes. */
@Injectable()
export class StepBlocks {
  readonly #kept = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly database: Database, private readonly policies: PolicyQueries, private readonly publication: PolicyPublication) {}

  /** Empty when the draft has been given up or edited since: then a cause is named by its steps alone. */
  async of({ key, number, hash }: RunReport['candidate']): Promise<ReadonlyMap<string, string>> {
    const kept = this.#kept.get(hash);
    if (kept !== undefined) return kept;
    const { reader } = this.database;
    const published = await this.policies.byNumber(reader, key, String(number));
    const candidate = published.ok ? undefined : await this.publication.candidate(reader, key, String(number));
    const ready = published.ok ? published.value : candidate?.ok === true ? candidate.value.ready : undefined;
    if (ready?.hash !== hash) return new Map();
    const blocks = new Map(ready.resolved.document.steps.map(({ id, use }) => [id, use.split('@')[0] ?? use]));
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(hash, blocks);
    return blocks;
  }
}
