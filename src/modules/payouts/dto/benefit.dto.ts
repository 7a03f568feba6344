import { IdField } from '../../../platform/http/fields.js';

export class DrawUpBenefitsDto {
  @IdField({ about: 'The scheme whose benefits are to be handed over' })
  schemeId!: string;
}
