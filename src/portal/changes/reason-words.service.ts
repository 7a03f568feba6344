import { Injectable } from '@nestjs/common';
import { reasonText, type Language } from '../../core/policy/index.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyQueries } from '../../modules/policies/index.js';

/** Reason codes in a reader's words; one that no catalogue knows stays a code. */
@Injectable()
export class ReasonWords {
  constructor(private readonly database: Database, private readonly policies: PolicyQueries) {}

  async inWords(language: Language): Promise<(code: string) => string> {
    const catalogue = unwrap(await this.policies.reasons(this.database.reader));
    return (code) => reasonText(catalogue[code]?.[language] ?? code, {});
  }
}
