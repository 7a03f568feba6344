import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { inLanguage } from '../../platform/i18n/translations.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import type { ClaimDetail } from '../../modules/claims/index.js';
import { People } from '../../modules/identity/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { RegisterQueries } from '../../modules/outages/index.js';
import type { CandidateView } from '../../modules/review/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import type { Visit } from '../shared/portal.page.js';

/** Another claim as it is laid beside this one. */
export interface CandidateCard extends Pick<CandidateView, 'claim' | 'codes' | 'verdict'> {
  readonly site: SiteName | undefined;
  /** As they are called in the reader's language. */
  readonly services: string;
  readonly scheme: Readonly<Record<string, string>> | undefined;
  readonly figure: AssessmentFigure | undefined;
  readonly saidBy: string | undefined;
}

export interface LaidBeside {
  /** Those nobody has spoken of, then those called a duplicate, then those that are none. */
  readonly candidates: readonly CandidateCard[];
  /** The services of the claim itself, called as in its candidates. */
  readonly services: string;
}

const order = ({ verdict }: CandidateView): number => (verdict === undefined ? 0 : verdict.verdict === 'duplicate' ? 1 : 2);

/** Claims that a claim may be one with, as they are laid beside it: one read each for all of them. */
@Injectable()
export class CandidateCards {
  constructor(
    private readonly database: Database,
    private readonly assessments: AssessmentQueries,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly register: RegisterQueries,
    private readonly people: People,
  ) {}

  async of({ language }: Visit, claim: ClaimDetail, candidates: readonly CandidateView[]): Promise<LaidBeside> {
    if (candidates.length === 0) return { candidates: [], services: '' };
    const { reader } = this.database;
    const others = candidates.map((candidate) => candidate.claim);
    const [sites, titles, figures, services, names] = await Promise.all([
      this.merchants.siteNames(reader, others.map(({ siteId }) => siteId)), this.schemes.titles(reader, [...new Set(others.map(({ schemeId }) => schemeId))]),
      this.assessments.figures(reader, others.flatMap(({ assessmentId }) => assessmentId ?? [])),
      this.register.servicesByCode(reader, [...new Set([claim, ...others].flatMap((one) => one.services))]),
      this.people.names(candidates.flatMap(({ verdict }) => verdict?.userId ?? [])),
    ]);
    const called = new Map(services.map((service) => [service.code, inLanguage(service.names, language)]));
    const inWords = (codes: readonly string[]): string => codes.map((code) => called.get(code) ?? code).join(', ');
    return {
      services: inWords(claim.services),
      candidates: [...candidates].sort((a, b) => order(a) - order(b)).map(({ claim: other, codes, verdict }) => ({
        claim: other, codes, services: inWords(other.services), site: sites.get(other.siteId), scheme: titles.get(other.schemeId), figure: figures.get(other.assessmentId ?? ''),
        saidBy: names.get(verdict?.userId ?? ''), ...(verdict === undefined ? {} : { verdict }),
      })),
    };
  }
}
