import { Injectable } from '@nestjs/common';
import { AllocationApprovals } from './allocation-approvals.service.js';
import { AmendmentApprovals } from './amendment-approvals.service.js';
import { ChangeApprovals } from './change-approvals.service.js';
import type { ChangeRow } from './changes.repository.js';
import { PrecomputationApprovals } from './precomputation-approvals.service.js';

/** Who approves a change, by what it is about. */
@Injectable()
export class ApprovalsByKind {
  constructor(private readonly rules: ChangeApprovals, private readonly precomputations: PrecomputationApprovals, private readonly amendments: AmendmentApprovals, private readonly allocations: AllocationApprovals) {}

  of({ kind }: ChangeRow): ChangeApprovals | PrecomputationApprovals | AmendmentApprovals | AllocationApprovals {
    if (kind === 'allocation') return this.allocations;
    if (kind === 'amendment') return this.amendments;
    return kind === 'pre_computation' ? this.precomputations : this.rules;
  }
}
