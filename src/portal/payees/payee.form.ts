import { ACCOUNT_KINDS, type AccountKind, type TypedAccount } from '../../modules/payees/index.js';
import { formText } from '../shared/form-fields.form.js';

export const kindIn = (source: unknown, otherwise: AccountKind): AccountKind => ACCOUNT_KINDS.find((kind) => kind === formText(source, 'kind', 10)) ?? otherwise;

/** What accounts are like where a business trades. */
export const kindOf = (country: string): AccountKind => (country === 'KR' ? 'kr' : country === 'US' ? 'us' : 'iban');

/** As it was typed; what is wrong with it is for the service to say. */
export function readAccount(body: unknown): TypedAccount {
  const [bank, bic] = [formText(body, 'bank', 20), formText(body, 'bic', 20)];
  return {
    kind: kindIn(body, 'iban'), account: formText(body, 'account', 60), holder: formText(body, 'holder', 140),
    ...(bank === '' ? {} : { bank }), ...(bic === '' ? {} : { bic }),
  };
}
