import { describe, expect, it } from '@jest/globals';
import type { EnrolmentView } from '../../modules/merchants/index.js';
import { enrolmentForm, enrolmentOf, readEnrolmentForm } from './enrolment.form.js';

const TYPED = readEnrolmentForm({ service: 'kakao.talk', region: '', tier: 'pro', fee: '9900', currency: 'krw', from: '2025-01-01', until: '2025-12-31' });
const at = (text: string): number => Date.parse(text);
const STORED = { service: 'kakao.talk', region: '*', tier: null, fee: null, from: '2024-12-31T20:30:00.000Z', to: '2025-06-30T18:00:00.000Z' } as EnrolmentView;

describe('the days a service was used', () => {
  it('are days of the place, the last one whole', () => {
    const read = enrolmentOf(TYPED, 'Asia/Seoul');
    expect(read).toMatchObject({ ok: true, value: { region: '*', tier: 'pro', from: at('2025-01-01T00:00+09:00'), to: at('2026-01-01T00:00+09:00') } });
  });

  it('are shown as days again', () => {
    expect(enrolmentForm(STORED, 'Asia/Seoul')).toMatchObject({ from: '2025-01-01', until: '2025-07-01', region: '' });
  });

  it('that nobody changed keep their moment to the minute', () => {
    const form = enrolmentForm(STORED, 'Asia/Seoul');
    expect(enrolmentOf(form, 'Asia/Seoul', STORED)).toMatchObject({ ok: true, value: { from: at(STORED.from), to: at(STORED.to ?? '') } });
    expect(enrolmentOf({ ...form, until: '2025-07-02' }, 'Asia/Seoul', STORED)).toMatchObject({ ok: true, value: { to: at('2025-07-03T00:00+09:00') } });
    expect(enrolmentOf({ ...form, until: '' }, 'Asia/Seoul', STORED)).toMatchObject({ ok: true, value: { to: null } });
  });

  it('on a day that the clock changes begin where the day does', () => {
    const read = enrolmentOf({ ...TYPED, from: '2026-03-29', until: '2026-03-29' }, 'Europe/Paris');
    expect(read.ok && read.value.to !== null && read.value.to - read.value.from).toBe(23 * 3_600_000);
  });

  it.each([
    [{ service: '' }, '/service'], [{ from: '' }, '/from'], [{ from: '2025-02-30' }, '/from'], [{ until: 'soon' }, '/until'], [{ until: '2024-12-31' }, '/until'],
    [{ fee: 'ten' }, '/fee'], [{ fee: '9.5' }, '/fee'], [{ currency: 'XX' }, '/currency'], [{ fee: '-1' }, '/fee'],
  ])('and the rest are refused at their field: %j', (change, pointer) => {
    const read = enrolmentOf({ ...TYPED, ...change }, 'Asia/Seoul');
    expect(read.ok ? [] : read.refusal.causes?.map((cause) => cause.pointer)).toEqual([pointer]);
  });
});
