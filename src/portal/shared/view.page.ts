import type { Readable } from 'node:stream';
import type { Refusal } from '../../core/errors/index.js';

/** What a handler answers with: a template and what it needs. */
export class View {
  constructor(readonly template: string, readonly data: object = {}, readonly faults: readonly Refusal[] = [], readonly status = 200) {}
}

/** See other: after every form that was taken, so that going back or reloading sends nothing again. */
export class SeeOther {
  constructor(readonly address: string) {}
}

/** A file to keep, instead of a page. */
export class Download {
  constructor(readonly content: Buffer | Readable, readonly type: string, readonly name: string) {}
}

/** Something refused a form: the page again, with what was typed, what is wrong, and a status that says so. */
export const again = (template: string, data: object, refusal: Refusal, status = 422): View =>
  new View(template, data, refusal.causes ?? [refusal], status);
