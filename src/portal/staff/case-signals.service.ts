import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { CasebookSheets, type Signal } from '../../modules/review/index.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CandidateCards, type LaidBeside } from './candidate-cards.service.js';

/** A signal as a sentence, with the claims it is about. */
export interface SignalLine {
  readonly code: Signal['code'];
  readonly effect: Signal['effect'];
  readonly text: string;
  readonly references: readonly string[];
}

export interface SignalPart extends LaidBeside {
  readonly lines: readonly SignalLine[];
  readonly openCount: number;
}

/** What is odd about a claim, and the claims it may be one with, side by side. */
@Injectable()
export class CaseSignalCards {
  constructor(
    private readonly sheets: CasebookSheets,
    private readonly cards: CandidateCards,
    private readonly renderer: PageRenderer,
  ) {}

  async of(visit: Visit, sheet: ClaimSheet): Promise<SignalPart> {
    const { signals, candidates } = unwrap(await this.sheets.within(visit.ctx, sheet.row, sheet.assessment));
    const references = new Map(candidates.map(({ claim }) => [claim.id, claim.reference]));
    return {
      lines: signals.map(({ code, effect, params, claimIds }) => ({
        code, effect, text: this.#sentence(visit, sheet, code, params), references: claimIds.flatMap((id) => references.get(id) ?? []),
      })),
      ...await this.cards.of(visit, sheet.claim, candidates),
      openCount: candidates.filter(({ verdict }) => verdict === undefined).length,
    };
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
