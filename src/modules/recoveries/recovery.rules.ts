import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import { extendedDeadline, HOUR, type Deadline, type Instant, type IntervalSet } from '../../core/time/index.js';
import { readAddress, type Address } from '../identity/index.js';
import { RECOVERY_KINDS, type RecoveryKind } from './recovery.machine.js';

/** What somebody wrote who cannot get in any more. */
export interface TypedRecovery {
  readonly kind: string;
  readonly name: string;
  readonly business: string;
  readonly contact: string;
  readonly told: string;
  readonly language: string;
}

export interface AskedRecovery {
  readonly kind: RecoveryKind;
  readonly name: string;
  readonly business: string;
  readonly contact: Address;
  readonly told: string;
  readonly language: Language;
}

const LEAST = 10;
/** When whoever asked hears from us at the latest. */
const ANSWERED_WITHIN_MS = 5 * 24 * HOUR;

/** The clock stands still while this portal is down: nobody could read or answer. */
export const dueAt = (askedAt: Instant, down: IntervalSet): Deadline =>
  extendedDeadline({ from: askedAt, promisedAt: (askedAt + ANSWERED_WITHIN_MS) as Instant }, down);

/** Whether somebody said why, in more than a word. */
export const reasonFault = (reason: string): Result<void> =>
  (reason.trim().length >= LEAST ? ok(undefined) : refuse('recoveries.reason_missing', { least: LEAST }, { pointer: '/reason' }));

/** Reads what was typed; all faults at once, each at its field. Nothing of it depends on what is known here. */
export function readRecovery(typed: TypedRecovery): Result<AskedRecovery> {
  const kind = RECOVERY_KINDS.find((one) => one === typed.kind);
  const language = LANGUAGES.find((one) => one === typed.language) ?? 'en';
  const [name, business, told] = [typed.name.trim(), typed.business.trim(), typed.told.trim()];
  const contact = readAddress(typed.contact, language);
  const faults: (Refusal | undefined)[] = [
    kind === undefined ? fault('kind_missing', '/kind') : undefined,
    name === '' ? fault('name_missing', '/name') : undefined,
    business === '' ? fault('business_missing', '/business') : undefined,
    contact === undefined ? fault('contact_unreadable', '/contact') : contact.channel === 'sms' && kind === 'changed_hands' ? fault('email_needed', '/contact') : undefined,
    told.length < LEAST ? fault('told_missing', '/told', { least: LEAST }) : undefined,
  ];
  const found = faults.filter((one) => one !== undefined);
  if (kind === undefined || contact === undefined || found.length > 0) return refuse('recoveries.incomplete', { count: found.length }, { causes: found });
  return ok({ kind, name, business, contact, told, language });
}

const fault = (reason: string, pointer: string, params: Refusal['params'] = {}): Refusal => ({ code: `recoveries.${reason}`, params, pointer });
