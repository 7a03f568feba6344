import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AssessmentQueries, type AssessmentFigure } from '../../modules/assessments/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { People } from '../../modules/identity/index.js';
import { CasebookSheets, type CandidateView, type Signal } from '../../modules/review/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';

/** A signal as a sentence, with the claims it is about. */
export interface SignalLine {
  readonly code: Signal['code'];
  readonly effect: Signal['effect'];
  readonly text: string;
  readonly references: readonly string[];
}

/** Another claim as it is laid beside this one. */
export interface CandidateCard extends Pick<CandidateView, 'claim' | 'codes' | 'verdict'> {
  readonly site: SiteName | undefined;
  readonly scheme: Readonly<Record<string, string>> | undefined;
  readonly figure: AssessmentFigure | undefined;
  readonly saidBy: string | undefined;
}

export interface SignalPart {
  readonly lines: readonly SignalLine[];
  /** Those nobody has spoken of, then those called a duplicate, then those that are none. */
  readonly candidates: readonly CandidateCard[];
  readonly openCount: number;
}

const order = ({ verdict }: CandidateView): number => (verdict === undefined ? 0 : verdict.verdict === 'duplicate' ? 1 : 2);

/** What is odd about a claim, and the claims it may be one with, side by side. */
@Injectable()
export class CaseSignalCards {
  constructor(
    private readonly database: Database,
    private readonly sheets: CasebookSheets,
    private readonly assessments: AssessmentQueries,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly people: People,
    private readonly renderer: PageRenderer,
  ) {}

  async of(visit: Visit, sheet: ClaimSheet): Promise<SignalPart> {
    const { signals, candidates } = unwrap(await this.sheets.within(visit.ctx, sheet.row, sheet.assessment));
    const references = new Map(candidates.map(({ claim }) => [claim.id, claim.reference]));
    return {
      lines: signals.map(({ code, effect, params, claimIds }) => ({
        code, effect, text: this.#sentence(visit, sheet, code, params), references: claimIds.flatMap((id) => references.get(id) ?? []),
      })),
      candidates: await this.#cards([...candidates].sort((a, b) => order(a) - order(b))),
      openCount: candidates.filter(({ verdict }) => verdict === undefined).length,
    };
  }

  async #cards(candidates: readonly CandidateView[]): Promise<CandidateCard[]> {
    if (candidates.length === 0) return [];
    const { reader } = this.database;
    const claims = candidates.map(({ claim }) => claim);
    const sites = await this.merchants.siteNames(reader, claims.map(({ siteId }) => siteId));
    const titles = await this.schemes.titles(reader, [...new Set(claims.map(({ schemeId }) => schemeId))]);
    const figures = await this.assessments.figures(reader, claims.flatMap(({ assessmentId }) => assessmentId ?? []));
    const names = await this.people.names(candidates.flatMap(({ verdict }) => verdict?.userId ?? []));
    return candidates.map(({ claim, codes, verdict }) => ({
      claim, codes, site: sites.get(claim.siteId), scheme: titles.get(claim.schemeId), figure: figures.get(claim.assessmentId ?? ''), saidBy: names.get(verdict?.userId ?? ''),
      ...(verdict === undefined ? {} : { verdict }),
    }));
  }

  #sentence({ language }: Visit, { claim, assessment }: ClaimSheet, code: Signal['code'], params: Signal['params']): string {
    const [f, t] = [this.renderer.formats(language), this.renderer.words(language)];
    const written = Object.fromEntries(Object.entries(params).map(([name, text]) => {
      if (name.endsWith('Minor')) return [name, f.minor(text, claim.currency)];
      if (name.endsWith('On')) return [name, f.date(`${text}T00:00:00Z`, 'UTC')];
      if (name === 'file') return [name, text];
      if (name.endsWith('Ms')) return [name, f.duration(Number.parseInt(text, 10))];
      return [name, name === 'input' ? assessment?.policy.resolved.document.inputs[text]?.label[language] ?? text : f.ratio(text)];
    }));
    return t(`case.signals.codes.${code}`, written);
  }
}
