import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PolicyQueries } from '../../modules/policies/index.js';
import { refusalReasons } from '../../modules/review/index.js';

/** The reasons that a refusal of many claims may name, from the shared catalogue. */
@Injectable()
export class CaseReasons {
  constructor(private readonly database: Database, private readonly policies: PolicyQueries) {}

  /** Those whose sentence is whole whatever the working says. */
  async ofMany(): Promise<string[]> {
    return refusalReasons(unwrap(await this.policies.reasons(this.database.reader)), [], []).map(({ code }) => code);
  }

  /** Every code of the catalogue: what a form may bring. Whether a refusal may name it is the service's to say. */
  async known(): Promise<string[]> {
    return Object.keys(unwrap(await this.policies.reasons(this.database.reader)));
  }
}
