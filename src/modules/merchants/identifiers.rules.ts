import * as abn from 'stdnum/lib/cjs/au/abn.js';
import * as siren from 'stdnum/lib/cjs/fr/siren.js';
import * as siret from 'stdnum/lib/cjs/fr/siret.js';
import * as gbVat from 'stdnum/lib/cjs/gb/vat.js';
import * as cn from 'stdnum/lib/cjs/jp/cn.js';
import * as brn from 'stdnum/lib/cjs/kr/brn.js';
import * as ein from 'stdnum/lib/cjs/us/ein.js';
import { EU_VAT } from './eu-vat.rules.js';

/** What is wrong with a number, as the library says it by the name of its error. */
export type IdentifierFault = 'length' | 'characters' | 'part' | 'check_digit';

export type IdentifierVerdict = { readonly compact: string; readonly shown: string } | { readonly fault: IdentifierFault };

export interface Numbering {
  /** The country whose businesses have such a number; none where several have. */
  readonly country?: string;
  /** How many characters a number has, for the sentence that says there are too many. */
  readonly lengths: string;
  readonly example: string;
  readonly judge: (compact: string) => IdentifierVerdict;
}

export interface StandardNumber {
  readonly validate: (value: string) => { isValid: boolean; compact?: string; error?: { name: string } };
  readonly format: (value: string) => string;
}

const FAULTS: Readonly<Record<string, IdentifierFault>> = {
  InvalidLength: 'length', InvalidFormat: 'characters', InvalidComponent: 'part', InvalidChecksum: 'check_digit',
};

/** Some of the library's countries throw at what is far from a number. */
function asked(standard: StandardNumber, compact: string): ReturnType<StandardNumber['validate']> | undefined {
  try {
    return standard.validate(compact);
  } catch {
    return undefined;
  }
}

/** Asks the library. It wants digits before it looks at how many there are, or the other way round; people are told of letters first. */
export const judgedBy = (standard: StandardNumber, letters = false) => (compact: string): IdentifierVerdict => {
  const answer = asked(standard, compact);
  if (answer === undefined) return { fault: 'characters' };
  if (answer.isValid) return { compact: answer.compact ?? compact, shown: standard.format(compact) };
  const fault = FAULTS[answer.error?.name ?? ''] ?? 'characters';
  return { fault: !letters && fault === 'length' && /\D/.test(compact) ? 'characters' : fault };
};

/** Companies House: eight characters, of which the first two may be letters; leading zeros count, and nothing in it checks itself. */
const COMPANY = new RegExp('^(?:(?:(?:AC|ZC|FC|GE|LP|OC|SE|SA|SZ|SF|GS|SL|SO|SC|ES|NA|NZ|NF|GN|NL|NC|R0|NI|EN|OE|\\d{2}|SG|FE)\\d{5}(?:\\d|C|R))'
  + '|(?:(?:RS|SO)\\d{3}(?:\\d{3}|\\d{2}[WSRCZF]|\\d(?:FI|RS|SA|IP|US|EN|AS)|CUS))|(?:(?:NI|SL)\\d{5}[\\dA])'
  + '|(?:OC(?:(?:[\\dP]{5}[CWERTB])|(?:[\\dP]{4}(?:OC|CU)))))$');

function judgeCompany(compact: string): IdentifierVerdict {
  if (compact.length !== 8) return { fault: 'length' };
  if (!/^[A-Z0-9]{8}$/.test(compact)) return { fault: 'characters' };
  return COMPANY.test(compact) ? { compact, shown: compact } : { fault: 'part' };
}

function judgeEuVat(compact: string): IdentifierVerdict {
  const country = EU_VAT[compact.slice(0, 2)];
  if (country === undefined) return { fault: 'part' };
  const verdict = judgedBy(country, true)(compact);
  if ('fault' in verdict) return verdict;
  // Some of the library's countries drop the prefix; the key of a number is the number with it.
  return { compact, shown: `${compact.slice(0, 2)} ${compact.slice(2)}` };
}

function judgeGbVat(compact: string): IdentifierVerdict {
  const digits = compact.replace(/^(GB|XI)/, '');
  const verdict = judgedBy(gbVat, true)(digits);
  return 'fault' in verdict ? verdict : { compact: digits, shown: `GB ${verdict.shown.replace(/^GB\s*/, '')}` };
}

/** Every kind of number that is checked, by its code. A check digit proves typing, never that the business exists. */
export const NUMBERINGS: Readonly<Record<string, Numbering>> = {
  'kr-brn': { country: 'KR', lengths: '10', example: '116-82-00276', judge: judgedBy(brn) },
  'fr-siren': { country: 'FR', lengths: '9', example: '217 601 145', judge: judgedBy(siren) },
  'fr-siret': { country: 'FR', lengths: '14', example: '356 000 000 09075', judge: judgedBy(siret) },
  'gb-coh': { country: 'GB', lengths: '8', example: '00445790', judge: judgeCompany },
  'gb-vat': { country: 'GB', lengths: '9 / 12', example: 'GB 340 8043 29', judge: judgeGbVat },
  'eu-vat': { lengths: '8–12 + AT, BE, DE …', example: 'DE113866163', judge: judgeEuVat },
  'us-ein': { country: 'US', lengths: '9', example: '04-2103594', judge: judgedBy(ein) },
  'au-abn': { country: 'AU', lengths: '11', example: '83 914 571 673', judge: judgedBy(abn) },
  'jp-cn': { country: 'JP', lengths: '13', example: '5-8356-7825-6246', judge: judgedBy(cn) },
};
