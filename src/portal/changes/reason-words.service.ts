import { Injectable } from '@nestjs/common';
import { reasonSketch, type Language } from '../../core/policy/index.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { PageRenderer } from '../shared/page-renderer.service.js';

/** Reason codes in a reader's words, and why a claim could not be filed; one that nobody knows stays a code. */
@Injectable()
export class ReasonWords {
  constructor(private readonly database: Database, private readonly policies: PolicyQueries, private readonly renderer: PageRenderer) {}

  async inWords(language: Language): Promise<(code: string) => string> {
    const catalogue = unwrap(await this.policies.reasons(this.database.reader));
    const filing = (code: string): string => `changes.precomputed.filing.${code.replaceAll('.', '_')}`;
    return (code) => (catalogue[code] === undefined && this.renderer.knows(language, filing(code)) ? this.renderer.words(language)(filing(code)) : reasonSketch(catalogue[code]?.[language] ?? code));
  }
}
