import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import nunjucks from 'nunjucks';
import type { Language } from '../../core/policy/index.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { html, plainText, readSheet, type Fill, type Sheet } from './letter-sheets.rules.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'templates');
const EXTENSION = '.njk';

export interface WrittenLetter {
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  readonly secret: boolean;
  readonly minutes: number | undefined;
}

/** Fills in sentences, each compiled once: there are as many as the files have, and letters by the thousand. */
class Filler {
  readonly #environment: nunjucks.Environment;
  readonly #compiled = new Map<string, nunjucks.Template>();

  constructor(autoescape: boolean) {
    this.#environment = new nunjucks.Environment(null, { autoescape, throwOnUndefined: true });
  }

  fill(source: string, data: object): string {
    let template = this.#compiled.get(source);
    if (template === undefined) {
      template = nunjucks.compile(source, this.#environment);
      this.#compiled.set(source, template);
    }
    return template.render(data);
  }
}

/** Fills in the letters that lie in `templates/`, one file a name and language. Text and HTML come from one source. */
@Injectable()
export class LetterWriting {
  readonly #sheets: ReadonlyMap<string, Sheet> = new Map(readdirSync(FOLDER).filter((file) => file.endsWith(EXTENSION))
    .map((file) => [file.slice(0, -EXTENSION.length), readSheet(readFileSync(join(FOLDER, file), 'utf8'))]));
  readonly #asText = new Filler(false);
  readonly #asHtml = new Filler(true);

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Names of files, without extension: `sign-in.code.en`. */
  names(): string[] {
    return [...this.#sheets.keys()];
  }

  /** Throws when there is no such letter or a datum is missing: that is a mistake of ours, not an answer for somebody. */
  write(template: string, language: Language, data: Readonly<Record<string, string>>): WrittenLetter {
    const { sheet, text, escaped } = this.#filled(template, language, data);
    return { subject: text(sheet.subject), plain: plainText(sheet, text), html: html(sheet, language, escaped), secret: sheet.secret, minutes: sheet.minutes };
  }

  /** The same for a telephone: the line for text messages, else the whole letter as text. */
  message(template: string, language: Language, data: Readonly<Record<string, string>>): Pick<WrittenLetter, 'plain' | 'secret' | 'minutes'> {
    const { sheet, text } = this.#filled(template, language, data);
    return { plain: sheet.sms === undefined ? plainText(sheet, text) : text(sheet.sms), secret: sheet.secret, minutes: sheet.minutes };
  }

  #filled(template: string, language: Language, data: Readonly<Record<string, string>>): { sheet: Sheet; text: Fill; escaped: Fill } {
    const sheet = this.#sheets.get(`${template}.${language}`);
    if (sheet === undefined) throw new TypeError(`no letter is called ${template} in ${language}`);
    // A line break in a name must not begin a header or a paragraph of its own.
    const clean = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, value.replaceAll(/\s+/g, ' ')]));
    const context = { site: this.config.publicUrl, ...clean };
    return { sheet, text: (source) => this.#asText.fill(source, context), escaped: (source) => this.#asHtml.fill(source, context) };
  }
}
