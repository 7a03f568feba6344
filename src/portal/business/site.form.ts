import { ADDRESS_PARTS, type Address, type SiteView } from '../../modules/merchants/index.js';
import { formText } from '../shared/form-fields.form.js';
import { isBlankAddress, readAddressForm } from './details.form.js';

export interface SiteForm {
  readonly name: string;
  readonly kind: 'physical' | 'online';
  readonly country: string;
  readonly address: Address;
}

export const siteForm = ({ name, online, country, address }: SiteView): SiteForm => ({ name, kind: online ? 'online' : 'physical', country, address: address ?? { country } });

export function readSiteForm(body: unknown): SiteForm {
  const country = formText(body, 'country', 2);
  return { name: formText(body, 'name', 120), kind: formText(body, 'kind', 10) === 'online' ? 'online' : 'physical', country, address: readAddressForm(body, country) };
}

/** A place to be stored; an address of which nothing is written is none. */
export const siteOf = ({ name, kind, country, address }: SiteForm) =>
  ({ name, online: kind === 'online', country, address: isBlankAddress(address) ? null : { ...address, country } });

/** An address in one line, in the order in which its parts were asked. */
export const addressIn = (address: Address | null): string => (address === null ? '' : ADDRESS_PARTS.flatMap((part) => address[part] ?? []).join(', '));
