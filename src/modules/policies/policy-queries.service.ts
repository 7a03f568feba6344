import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { recompile, type PolicyDocument, type ReasonCatalogue } from '../../core/policy/index.js';
import { formatInstant, instant, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { PoliciesRepository, type PolicyVersionRow } from './policies.repository.js';
import { PolicyChoice, type ReadyPolicy } from './policy-choice.rules.js';
import { policyView, type ListedPolicy, type PolicyDocumentView, type PolicyView } from './views/policy-view.js';

const asInstant = (at: number | null): Instant | undefined => (at === null ? undefined : instant(at));

/** What a key looks like; anything else names no policy. */
export const isKey = (text: string): boolean => text.length <= 80 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);

/** Versions kept compiled. They never change, so the only reason to forget one is space. */
const MOST_KEPT = 64;

@Injectable()
export class PolicyQueries {
  readonly #kept = new Map<string, ReadyPolicy>();
  #reasons: { number: number; catalogue: ReasonCatalogue } | undefined;

  constructor(private readonly policies: PoliciesRepository, private readonly clock: Clock) {}

  /** A version that something already points at; that it exists is a foreign key's promise. */
  async version(reader: Reader, id: string): Promise<ReadyPolicy> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return this.#keep(kept);
    const row = await this.policies.find(reader, id);
    if (row === undefined) throw new TypeError(`policy version ${id} does not exist`);
    return this.#ready(reader, row);
  }

  /** `number` as it stands in an address; what is not a number is not there. */
  async byNumber(reader: Reader, key: string, number: string): Promise<Result<ReadyPolicy>> {
    const row = await this.#numbered(reader, key, number);
    return row.ok ? ok(await this.#ready(reader, row.value)) : row;
  }

  async #numbered(reader: Reader, key: string, number: string): Promise<Result<PolicyVersionRow>> {
    const row = isKey(key) && /^[1-9]\d{0,8}$/.test(number) ? await this.policies.byNumber(reader, key, number) : undefined;
    return row === undefined ? refuse('policies.version_not_found', { key: key.slice(0, 80), version: number.slice(0, 20) }) : ok(row);
  }

  /** The one version that answers for events at `at`. */
  async effective(reader: Reader, key: string, at: Instant): Promise<Result<ReadyPolicy>> {
    const row = await this.policies.effective(reader, key, at);
    return row === undefined ? refuse('policies.none_effective', { key, at: formatInstant(at) }) : ok(await this.#ready(reader, row));
  }

  /** Every version that decides for a key, each with its events, ready to run: one read, however many claims ask. */
  async choice(reader: Reader, key: string): Promise<PolicyChoice> {
    const rows = (await this.policies.versions(reader, key)).filter(({ decidedTo }) => decidedTo === null);
    const offers = [];
    for (const row of rows) offers.push({ from: asInstant(row.effectiveFrom), to: asInstant(row.effectiveTo), policy: await this.#ready(reader, row) });
    return new PolicyChoice(key, offers);
  }

  /** What decides for a key: changes when a version takes over, so that a rehearsal knows it was made against another one. */
  async standing(reader: Reader, key: string): Promise<readonly { id: string; number: number; hash: string }[]> {
    return (await this.policies.versions(reader, key)).filter(({ decidedTo }) => decidedTo === null).map(({ id, number, hash }) => ({ id, number, hash }));
  }

  async list(reader: Reader, wanted: { after?: string; limit: number }): Promise<PolicyView[]> {
    return (await this.policies.latest(reader, wanted)).map((row) => policyView(row, this.clock.now()));
  }

  /** As `list`, for a page. */
  async listed(reader: Reader, wanted: { after?: string; limit: number }): Promise<ListedPolicy[]> {
    return (await this.policies.listed(reader, wanted)).map((row) => ({ ...policyView(row, this.clock.now()), versionCount: row.versionCount, reach: row.reach ?? undefined }));
  }

  /** What the latest version of each calls it; a key nobody published has no title. */
  async titles(reader: Reader, keys: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    return new Map((await this.policies.titles(reader, [...new Set(keys)])).map(({ key, title }) => [key, title]));
  }

  async versions(reader: Reader, key: string): Promise<Result<PolicyView[]>> {
    const rows = isKey(key) ? await this.policies.versions(reader, key) : [];
    return rows.length === 0 ? refuse('policies.not_found', { key: key.slice(0, 80) }) : ok(rows.map((row) => policyView(row, this.clock.now())));
  }

  /** As `effective`, for people: of one policy or of all. */
  async effectiveViews(reader: Reader, at: Instant, key?: string): Promise<Result<PolicyView[]>> {
    if (key === undefined) return ok((await this.policies.allEffective(reader, at)).map((row) => policyView(row, this.clock.now())));
    const row = isKey(key) ? await this.policies.effective(reader, key, at) : undefined;
    return row === undefined ? refuse('policies.none_effective', { key: key.slice(0, 80), at: formatInstant(at) }) : ok([policyView(row, this.clock.now())]);
  }

  async document(reader: Reader, key: string, number: string): Promise<Result<PolicyDocumentView>> {
    const row = await this.#numbered(reader, key, number);
    if (!row.ok) return row;
    const { source, resolved } = await this.policies.document(reader, row.value.id);
    return ok({ ...policyView(row.value, this.clock.now()), source, document: JSON.parse(resolved) as object });
  }

  /** The sentences of all reason codes, as published last. */
  async reasons(reader: Reader): Promise<Result<ReasonCatalogue>> {
    const head = await this.policies.latestReasons(reader);
    if (head === undefined) return refuse('policies.reasons_missing');
    if (this.#reasons?.number !== head.number) {
      this.#reasons = { number: head.number, catalogue: JSON.parse(await this.policies.reasonsBody(reader, head.number)) as ReasonCatalogue };
    }
    return ok(this.#reasons.catalogue);
  }

  async #ready(reader: Reader, row: PolicyVersionRow): Promise<ReadyPolicy> {
    const kept = this.#kept.get(row.id);
    if (kept !== undefined) return this.#keep(kept);
    const reasons = await this.reasons(reader);
    if (!reasons.ok) throw new TypeError('a policy is published, but no reasons are');
    const document = JSON.parse((await this.policies.document(reader, row.id)).resolved) as PolicyDocument;
    const resolved = recompile(document, reasons.value);
    const found = sha256Hex(canonicalJson(document));
    if (found !== row.hash || resolved.hash !== row.hash) throw new TypeError(`policy version ${row.id} is not what was published`);
    return this.#keep({ id: row.id, key: row.key, version: row.number, hash: row.hash, currency: row.currency, resolved });
  }

  /** Last used goes to the end; the one longest unused is forgotten first. */
  #keep(policy: ReadyPolicy): ReadyPolicy {
    this.#kept.delete(policy.id);
    this.#kept.set(policy.id, policy);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return policy;
  }
}
