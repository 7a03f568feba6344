import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import nunjucks from 'nunjucks';
import type { Refusal } from '../../core/errors/index.js';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Actor } from '../../platform/access/actor.js';
import { isAllowed, type Permission } from '../../platform/access/permissions.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { assetFolder } from '../../platform/http/assets.js';
import type { MakegoodRequest } from '../../platform/http/metadata.js';
import { pageLanguage } from '../../platform/http/page-address.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { inLanguage, Translations, type Translate } from '../../platform/i18n/translations.js';
import { People } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { sentenceIn } from './fault-sentences.rules.js';
import { refusalWords, type FaultWords } from './refusal-words.rules.js';
import type { View } from './view.page.js';

const PORTAL = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

type Take = (error: unknown, exported?: object) => void;
type Export = (this: object, context: object | Take, frame?: object, take?: Take) => void;

/**
 * Macros see nothing of the page that imports them, so what their file exports is the same for every page: made once, and not at every import, which took a third of
 * the time that the page of a case takes to render (bench/README.md).
 */
function exportOnce(): void {
  const templates = nunjucks.Template.prototype as unknown as { getExported: Export };
  const [run, known] = [templates.getExported, new WeakMap<object, object>()];
  templates.getExported = function exported(context, frame, take) {
    if (typeof context !== 'function') return run.call(this, context, frame, take);
    const made = known.get(this);
    if (made !== undefined) return (context as Take)(null, made);
    return run.call(this, (error: unknown, fresh?: object) => {
      if (fresh !== undefined) known.set(this, fresh);
      (context as Take)(error, fresh);
    });
  };
}
exportOnce();

/** What a signed-in person finds in the navigation: only where they may go. */
const PLACES: readonly { readonly key: string; readonly address: string; readonly permission: Permission; readonly staff: boolean }[] = [
  { key: 'work', address: 'work', permission: 'queue.read', staff: true },
  { key: 'objections', address: 'objections', permission: 'queue.read', staff: true },
  { key: 'tasks', address: 'tasks', permission: 'task.read', staff: true },
  { key: 'recoveries', address: 'recoveries', permission: 'recovery.read', staff: true },
  { key: 'register', address: 'register', permission: 'outage.confirm', staff: true },
  { key: 'outage_sources', address: 'outage-sources', permission: 'outage.edit', staff: true },
  { key: 'outage_proposals', address: 'outage-proposals', permission: 'outage.edit', staff: true },
  { key: 'changes', address: 'changes', permission: 'change.read', staff: true },
  { key: 'reports', address: 'reports', permission: 'report.read', staff: true },
  { key: 'funds', address: 'funds', permission: 'fund.read', staff: true },
  { key: 'payouts', address: 'payouts', permission: 'payout.read', staff: true },
  { key: 'payees', address: 'payees', permission: 'payee.oversee', staff: true },
  { key: 'duties', address: 'duties', permission: 'user.manage', staff: true },
  { key: 'policies', address: 'policies', permission: 'policy.read_drafts', staff: true },
  { key: 'batches', address: 'batches', permission: 'agency.work', staff: true },
  { key: 'mandates', address: 'mandates', permission: 'agency.work', staff: true },
  { key: 'businesses', address: 'businesses', permission: 'merchant.verify', staff: true },
  { key: 'business', address: 'business', permission: 'merchant.create', staff: false },
  { key: 'claims', address: 'claims', permission: 'claim.read', staff: false },
];

function environment(): nunjucks.Environment {
  const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));
  const folders = [join(PORTAL, 'views'), join(packageFolder('govuk-frontend'), 'dist'), packageFolder('@ministryofjustice/frontend')];
  const views = new nunjucks.Environment(new nunjucks.FileSystemLoader(folders, { noCache: false, watch: false }), { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true });
  // Every component trims what it was given; the filter that comes with the library looks for a regular expression at each place of the text.
  views.addFilter('trim', (text: string | nunjucks.runtime.SafeString) => (typeof text === 'string' ? text.trim() : new nunjucks.runtime.SafeString(text.toString().trim())));
  return views;
}

/** Renders a template with all that every page has: words, formats, who is signed in, where else one can go, and the guards of its forms. */
@Injectable()
export class PageRenderer {
  readonly #views = environment();
  readonly #words = new Translations(join(PORTAL, 'locales'));
  readonly #formats = Object.fromEntries(LANGUAGES.map((language) => [language, new Formatting(language)])) as Record<Language, Formatting>;
  readonly #assets: string;

  constructor(private readonly people: People, private readonly letters: LetterQueries, @Inject(APP_CONFIG) private readonly config: AppConfig) {
    const stamp = join(assetFolder(), 'stamp');
    this.#assets = `/assets/${existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : 'unbuilt'}`;
  }

  words(language: Language): Translate {
    return this.#words.in(language);
  }

  /** Whether somebody wrote words under this key. */
  knows(language: Language, key: string): boolean {
    return this.#words.has(language, key);
  }

  /** All that a rule needs to put something into the words of a language. */
  speaking(language: Language): { readonly language: Language; readonly t: Translate; readonly f: Formatting; readonly has: (key: string) => boolean } {
    return { language, t: this.words(language), f: this.formats(language), has: (key) => this.knows(language, key) };
  }

  get translations(): Translations {
    return this.#words;
  }

  formats(language: Language): Formatting {
    return this.#formats[language];
  }

  /** A refusal as a sentence for whoever reads this language. */
  say(language: Language, refusal: Refusal): FaultWords {
    return refusalWords(this.#words, language, refusal);
  }

  async page(request: MakegoodRequest, reply: FastifyReply, view: View): Promise<string> {
    const language = pageLanguage(request.url) ?? 'en';
    const nonce = randomBytes(16).toString('base64');
    const faults = view.faults.map((fault) => refusalWords(this.#words, language, fault));
    const html = this.#views.render(view.template, {
      ...view.data,
      ...(await this.#layout(request, reply, language)),
      faults, sentence: (message: string) => sentenceIn(this.#words, language, message), faultAt: (field: string) => faultAt(faults, field, this.words(language)),
      cspNonce: nonce,
    });
    void reply.status(view.status).header('content-type', 'text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy(nonce))
      // With no-referrer a browser calls the origin of its own forms "null".
      .header('referrer-policy', 'same-origin');
    return html;
  }

  async #layout(request: MakegoodRequest, reply: FastifyReply, language: Language): Promise<object> {
    const t = this.words(language);
    const [path = '', query] = request.url.split('?');
    const rest = `${path.slice(3)}${query === undefined ? '' : `?${query}`}`;
    const { actor } = request;
    return {
      t, f: this.#formats[language], language, htmlLang: language, path, here: `/${language}${rest}`,
      inLanguage: (texts: Readonly<Record<string, string>>) => inLanguage(texts, language),
      demoNotice: this.config.demo ? t('layout.demo_notice') : undefined,
      outboxOpen: this.letters.isReadable, assets: this.#assets, csrfToken: reply.generateCsrf(),
      languages: LANGUAGES.map((code) => ({ text: this.#words.in(code)('language.name'), lang: code, current: code === language, href: `/${code}${rest}` })),
      person: actor?.kind === 'user' ? { name: await this.#nameOf(actor.userId) } : undefined,
      places: placesOf(actor).map(({ key, address }) => ({ text: t(`places.${key}`), href: `/${language}/${address}`, active: `${path}/`.startsWith(`/${language}/${address}/`) })),
    };
  }

  async #nameOf(userId: string): Promise<string> {
    return (await this.people.names([userId])).get(userId) ?? '';
  }
}

/** What is wrong with one field, in the form its component takes. */
const faultAt = (faults: readonly FaultWords[], field: string, t: Translate): object | undefined => {
  const found = faults.find((fault) => fault.field === field);
  return found === undefined ? undefined : { text: found.text, visuallyHiddenText: t('error.prefix'), attributes: found.lang === undefined ? {} : { lang: found.lang } };
};

const placesOf = (actor: Actor | undefined) => (actor === undefined ? [] : PLACES.filter(({ permission, staff }) =>
  isAllowed(actor, permission) && (staff || (actor.kind === 'user' && actor.roles.length === 0))));

/** Nothing from elsewhere, no style or script in a page, except the one line that carries the page's nonce. */
const contentSecurityPolicy = (nonce: string): string => [
  "default-src 'none'", `script-src 'self' 'nonce-${nonce}'`, "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
  "manifest-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
].join('; ');
