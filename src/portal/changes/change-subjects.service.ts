import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { ChangeQueries, type ChangeView } from '../../modules/changes/index.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { FundQueries, type AllocationStage } from '../../modules/funds/index.js';
import { contentView, RegisterQueries } from '../../modules/outages/index.js';
import { PolicyDrafting, type Reach } from '../../modules/policies/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import { lineChanges, type LineChanges } from './line-changes.rules.js';

type Titles = Readonly<Record<string, string>>;

/** An amendment beside what is recorded. */
export interface AmendedSheet {
  readonly outageId: string;
  readonly code: string;
  readonly title: Titles;
  readonly revision: number;
  readonly reason: string;
  readonly voids: boolean;
  readonly lines: LineChanges;
  /** Reference of the claim over which it was asked for. */
  readonly claim?: string;
}

/** A fund that would be shared. */
export interface SharedFundSheet {
  readonly id: string;
  readonly name: string;
  readonly stage: AllocationStage;
  readonly keptBack?: string;
}

/** What a change is about: exactly one of the four. */
export interface ChangeSubject {
  /** Period, decided-from and reach, which belong to the draft of a policy. */
  readonly edition: { readonly effectiveFrom: Instant | null; readonly decidedFrom: Instant | null; readonly reach: Reach } | undefined;
  /** Whose sites a pre-computation opens claims for. */
  readonly scheme: SchemeView | undefined;
  /** What an amendment would record. */
  readonly amendment: AmendedSheet | undefined;
  /** Which fund an allocation shares. */
  readonly allocation: SharedFundSheet | undefined;
  /** What the scheme, the outage or the fund is called. */
  readonly subject: Titles | undefined;
}

const NONE: ChangeSubject = { edition: undefined, scheme: undefined, amendment: undefined, allocation: undefined, subject: undefined };

/** What changes are about, by kind. */
@Injectable()
export class ChangeSubjects {
  constructor(
    private readonly changes: ChangeQueries, private readonly drafting: PolicyDrafting, private readonly schemes: SchemeQueries, private readonly register: RegisterQueries,
    private readonly claims: ClaimQueries, private readonly funds: FundQueries,
  ) {}

  /** What the schemes, outages and funds of a list are called, by the change. */
  async titles(reader: Reader, changes: readonly ChangeView[]): Promise<ReadonlyMap<string, Titles>> {
    const [schemes, outages, funds] = await Promise.all([
      this.schemes.titles(reader, changes.flatMap(({ schemeId }) => schemeId ?? [])), this.register.titles(reader, changes.flatMap(({ outage }) => outage?.id ?? [])),
      this.funds.names(changes.flatMap(({ fund }) => fund?.id ?? [])),
    ]);
    return new Map(changes.flatMap(({ id, schemeId = '', outage, fund }) => {
      const title = schemes.get(schemeId) ?? outages.get(outage?.id ?? '') ?? funds.get(fund?.id ?? '');
      return title === undefined ? [] : [[id, title] as const];
    }));
  }

  async of(reader: Reader, change: ChangeView): Promise<Result<ChangeSubject>> {
    const { schemeId, policy, kind, fund } = change;
    if (kind === 'amendment') return this.#amended(reader, change);
    if (fund !== undefined) {
      const found = await this.funds.get(fund.id);
      return found.ok ? ok({ ...NONE, allocation: { ...fund, name: found.value.name }, subject: { en: found.value.name } }) : found;
    }
    if (schemeId !== undefined) {
      const scheme = await this.schemes.view(reader, schemeId);
      return scheme.ok ? ok({ ...NONE, scheme: scheme.value, subject: scheme.value.title }) : scheme;
    }
    const edition = policy?.number === undefined ? ok(undefined) : await this.drafting.find(reader, policy.key, String(policy.number));
    return edition.ok ? ok({ ...NONE, edition: edition.value }) : edition;
  }

  async #amended(reader: Reader, { id, fromClaimId }: ChangeView): Promise<Result<ChangeSubject>> {
    const amendment = await this.changes.amendment(reader, id);
    if (!amendment.ok) return amendment;
    const { outageId, code, title, revision, reason, before, after } = amendment.value;
    const claim = fromClaimId === undefined ? undefined : (await this.claims.references(reader, [fromClaimId])).get(fromClaimId);
    const sheet = {
      outageId, code, title, revision, reason, voids: after.scope.length === 0, lines: lineChanges(contentView(before), contentView(after)), ...(claim === undefined ? {} : { claim }),
    };
    return ok({ ...NONE, amendment: sheet, subject: title });
  }
}
