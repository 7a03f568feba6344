import { IdField } from '../../../platform/http/fields.js';
import { ProposeRevisionDto } from '../../outages/index.js';

export class RewriteDto extends ProposeRevisionDto {}

export class AmendDto extends ProposeRevisionDto {
  @IdField({ optional: true, about: 'The claim over which it is asked for' }) claimId?: string;
}
