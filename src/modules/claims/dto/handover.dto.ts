import { IdField } from '../../../platform/http/fields.js';

export class NewHandoverDto {
  @IdField({ about: 'The claim whose sales another device is to bring' })
  claimId!: string;
}
