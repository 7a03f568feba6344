import { Injectable } from '@nestjs/common';
import { AllocationRehearsals } from './allocation-rehearsals.service.js';
import { AmendmentRehearsals } from './amendment-rehearsals.service.js';
import { ChangeRehearsals } from './change-rehearsals.service.js';
import type { ChangeRow } from './changes.repository.js';
import { PrecomputationRehearsals } from './precomputation-rehearsals.service.js';

/** Who rehearses a change, by what it is about. */
@Injectable()
export class RehearsalsByKind {
  constructor(private readonly rules: ChangeRehearsals, private readonly precomputations: PrecomputationRehearsals, private readonly amendments: AmendmentRehearsals, private readonly allocations: AllocationRehearsals) {}

  of({ kind }: ChangeRow): ChangeRehearsals | PrecomputationRehearsals | AmendmentRehearsals | AllocationRehearsals {
    if (kind === 'allocation') return this.allocations;
    if (kind === 'amendment') return this.amendments;
    return kind === 'pre_computation' ? this.precomputations : this.rules;
  }
}
