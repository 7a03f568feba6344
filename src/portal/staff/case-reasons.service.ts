import { Injectable } from '@nestjs/common';
import { isWholeReason, OVERRIDE_REASONS, type Reason } from '../../core/policy/index.js';
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

  /** Of `refusals`, those whose sentence is whole on a claim that was worked out for these reasons. */
  async whole(given: readonly Reason[]): Promise<{ readonly code: string; readonly params: Readonly<Record<string, string>> }[]> {
    const words = await this.words();
    const params = new Map(given.map((reason) => [reason.code, reason.params]));
    return (await this.refusals()).map((code) => ({ code, params: params.get(code) ?? {} })).filter((one) => isWholeReason(words[one.code]?.en ?? '', one.params));
  }

  /** Codes that a refusal may name; those that say why a figure was put, or an objection dismissed, are not among them. */
  async refusals(): Promise<string[]> {
    return Object.keys(await this.words()).filter((code) => !OF_OTHER_FORMS.includes(code)).sort();
  }
}
