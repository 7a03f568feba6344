import { BooleanField, NestedField, TextField } from '../../../platform/http/fields.js';

const CODE = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

export class ServiceNamesDto {
  @TextField({ max: 200, example: 'Card payments' }) en!: string;
  @TextField({ max: 200, optional: true, example: '카드 결제' }) ko?: string;
  @TextField({ max: 200, optional: true, example: 'Paiements par carte' }) fr?: string;
}

export class AddServiceDto {
  @TextField({ max: 80, pattern: CODE, about: 'Stable; claims and records name it', example: 'payments.card' }) code!: string;
  @NestedField(() => ServiceNamesDto) names!: ServiceNamesDto;
  @TextField({ max: 80, pattern: CODE, optional: true, about: 'The service this is a part of', example: 'payments' }) parent?: string;
  @BooleanField({ optional: true, about: 'This portal itself: recorded downtime moves deadlines' }) own?: boolean;
}

export class RenameServiceDto {
  @NestedField(() => ServiceNamesDto) names!: ServiceNamesDto;
}
