import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { SchemeQueries } from '../../modules/schemes/index.js';
import { ReasonWords } from '../changes/reason-words.service.js';
import type { Visit } from '../shared/portal.page.js';

const SCHEMES = 100;

/** What filters may be set to. */
@Injectable()
export class QueueChoices {
  constructor(private readonly database: Database, private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries, private readonly reasons: ReasonWords) {}

  async all(language: Visit['language']): Promise<object> {
    const words = await this.reasons.inWords(language);
    const codes = Object.keys(unwrap(await this.policies.reasons(this.database.reader))).sort();
    const schemes = await this.schemes.page(this.database.reader, { limit: SCHEMES });
    return { schemes: schemes.map(({ id, title }) => ({ id, title })), reasons: codes.map((code) => ({ code, text: words(code) })), reasonText: words };
  }
}
