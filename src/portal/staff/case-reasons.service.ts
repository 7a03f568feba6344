import { Injectable } from '@nestjs/common';
import { OVERRIDE_REASONS } from '../../core/policy/index.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { DISMISSAL_REASONS } from '../../modules/review/index.js';

const OF_OTHER_FORMS: readonly string[] = [...OVERRIDE_REASONS, ...DISMISSAL_REASONS];

/** The reasons that people may name, from the shared catalogue. */
@Injectable()
export class CaseReasons {
  constructor(private readonly database: Database, private readonly policies: PolicyQueries) {}

  async words() {
    return unwrap(await this.policies.reasons(this.database.reader));
  }

  /** Codes that a refusal may name; those that say why a figure was put, or an objection dismissed, are not among them. */
  async refusals(): Promise<string[]> {
    return Object.keys(await this.words()).filter((code) => !OF_OTHER_FORMS.includes(code)).sort();
  }
}
