import { ALLOCATION_STAGES, type AllocationStage } from '../../funds/index.js';
import { ChoiceField, TextField } from '../../../platform/http/fields.js';

export class AllocateDto {
  @ChoiceField(ALLOCATION_STAGES, { about: '`interim`: a first share; `final`: the total' }) stage!: AllocationStage;
  @TextField({ max: 40, optional: true, example: '60%', about: 'Of an interim share: the part of the fund that is kept back' }) keptBack?: string;
}
