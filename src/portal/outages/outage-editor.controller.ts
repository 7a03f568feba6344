import { Body, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { LANGUAGES } from '../../core/policy/index.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { isServiceCode, OutageRegister, type OutageView } from '../../modules/outages/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';
import { contentIn, OutageForms } from './outage-forms.service.js';
import { blankForm, contentOf, outageForm, readOutageForm, steppedRows, tooLong, type OutageForm } from './outage.form.js';
import { RegisterSheets } from './register-sheets.service.js';

/** What an outage is called, as it was typed. */
interface Head {
  readonly code: string;
  readonly titles: Readonly<Record<string, string>>;
}

const headIn = (body: unknown): Head => ({
  code: formText(body, 'code', 80).trim(), titles: Object.fromEntries(LANGUAGES.map((language) => [language, formText(body, `title-${language}`, 200).trim()])),
});

/** Drafts of outages: one form of rows, whose small buttons change the page and store nothing. */
@Pages('register')
export class OutageEditorController {
  constructor(private readonly register: OutageRegister, private readonly sheets: RegisterSheets, private readonly forms: OutageForms) {}

  @Get('new')
  @Requires('outage.edit')
  begin(@Visitor() visit: Visit): Promise<View> {
    return this.#page(visit, blankForm('UTC'), { head: { code: '', titles: {} } });
  }

  @Post('new')
  @Requires('outage.edit')
  async add(@Visitor() visit: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const [form, head] = [readOutageForm(body), headIn(body)];
    const stepped = steppedRows(form, formText(body, 'do', 40));
    if (stepped !== undefined) return this.#page(visit, stepped.form, { head, changed: true, ...(stepped.focus === undefined ? {} : { focus: stepped.focus }) });
    const content = contentOf(form);
    const faults: Refusal[] = [
      ...(isServiceCode(head.code) ? [] : [{ code: 'portal.code_unreadable', params: {}, pointer: '/code' }]),
      ...(head.titles['en'] === '' ? [{ code: 'portal.field_missing', params: {}, pointer: '/title-en' }] : []),
    ];
    if (!content.ok || faults.length > 0) {
      const more = content.ok ? [] : content.refusal.causes ?? [content.refusal];
      return this.#page(visit, form, { head }, { code: 'outages.content_faulty', params: { count: faults.length + more.length }, causes: [...faults, ...more] });
    }
    const title = Object.fromEntries(Object.entries(head.titles).filter(([, text]) => text !== ''));
    const created = await this.register.createDraft(visit.ctx, { code: head.code, title, content: content.value });
    if (created.ok) return new SeeOther(`/${visit.language}/register/${created.value.id}?done=drafted`);
    return this.#page(visit, form, { head }, created.refusal.code === 'outages.code_taken' ? { ...created.refusal, pointer: '/code' } : created.refusal);
  }

  @Get(':id/edit')
  @Requires('outage.edit')
  async open(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string): Promise<View> {
    const outage = await this.#draft(visit, id);
    return this.#page(visit, outageForm(contentIn(outage), await this.forms.zoneOf(id)), { outage, version: outage.version });
  }

  /** Where somebody else was quicker, the page shows both: what is typed stays, what is stored is drawn beside it, and saving again is a decision. */
  @Post(':id/edit')
  @Requires('outage.edit')
  async save(@Visitor() visit: Visit, @Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<View | SeeOther> {
    const [outage, form, version] = [await this.#draft(visit, id), readOutageForm(body), formVersion(body)];
    const stepped = steppedRows(form, formText(body, 'do', 40));
    if (stepped !== undefined) return this.#page(visit, stepped.form, { outage, version, changed: true, ...(stepped.focus === undefined ? {} : { focus: stepped.focus }) });
    const content = contentOf(form);
    const saved = content.ok ? await this.register.proposeRevision(visit.ctx, id, version, { reason: null, content: content.value }) : content;
    if (saved.ok) return new SeeOther(`/${visit.language}/register/${id}?done=saved`);
    const stale = saved.refusal.code === 'http.stale';
    const meanwhile = stale ? this.forms.strip(visit, contentIn(outage), form.zone, await this.forms.services()) : undefined;
    return this.#page(visit, form, { outage, version: stale ? outage.version : version, ...(meanwhile === undefined ? {} : { meanwhile }) }, saved.refusal, stale ? 409 : 422);
  }

  async #draft(visit: Visit, id: string): Promise<OutageView> {
    const outage = await this.sheets.outage(visit, id);
    if (outage.state !== 'draft') throw new RefusalException({ code: 'outages.not_draft', params: { state: outage.state } });
    const long = tooLong(outage, `PUT /v1/outages/${id}/segments`);
    if (long !== undefined) throw new RefusalException(long);
    return outage;
  }

  async #page(visit: Visit, form: OutageForm, more: object, refusal?: Refusal, status = 422): Promise<View> {
    const data = { ...(await this.forms.rows(visit, form)), tongues: LANGUAGES, ...more };
    return refusal === undefined ? new View('register/editor.njk', data) : again('register/editor.njk', data, this.forms.faults(visit, form, refusal), status);
  }
}
