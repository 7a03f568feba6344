import type { MakegoodRequest } from '../../platform/http/metadata.js';

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Pages of the form whose posts are kept: what is written there took somebody time. */
const KEPT = /^\/(?:en|ko|fr)\/claims\/(MG-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])\/(?:answers\/\w{1,80}|services|window|submission|method|withdrawal|acceptance|request)$/;

const HIDDEN = ['_csrf', 'seen', 'policy', 'version', 'back', 'lines', 'more', 'to', 'request', 'services', 'isTrue', 'paidElsewhere'];
/** What a ticked box carries: nobody wrote it. */
const TICKED = ['yes', 'no', 'given', 'cannot'];

/** Whether a form was an acceptance: that is given with the terms in sight, so it goes back to the offer. */
export const isAcceptance = (address: string): boolean => address.endsWith('/acceptance');

/** The claim that a form was about, when it is one that is kept. */
export const keptReference = (path: string): string | undefined => KEPT.exec(path)?.[1];

/** The fields of a form as they were sent: texts alone. */
export function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).flatMap(([name, value]): [string, string | string[]][] => {
    if (typeof value === 'string') return [[name, value]];
    return Array.isArray(value) ? [[name, value.filter((one): one is string => typeof one === 'string')]] : [];
  }).slice(0, 1_000));
}

/** What a person wrote, without what a page carried for itself and what boxes and buttons stand for. */
export const shownFields = (fields: readonly { readonly name: string; readonly text: string }[]): string[] =>
  fields.filter(({ name, text }) => !HIDDEN.includes(name) && !TICKED.includes(text) && text.trim() !== '').map(({ text }) => text);

/** A secret of this browser that outlives a session: what the tokens of its forms are made from. */
export const browserSecret = (request: MakegoodRequest, cookie: string): string => (request as { readonly cookies?: Readonly<Record<string, string | undefined>> }).cookies?.[cookie] ?? '';
