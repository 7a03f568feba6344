import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openIntervals, type Instant, type OpeningHours } from '../../core/time/index.js';
import { hoursForm, hoursOf, readHoursForm, stepped, timeOfDay, type HoursForm } from './hours.form.js';

const WEEK: OpeningHours = {
  zone: 'Asia/Seoul', rows: [{ days: [1, 2, 3, 4, 5], opens: '09:00', closes: '18:00' }, { days: [5, 6], opens: '20:00', closes: '02:00', validFrom: '2026-01-01' }],
  exceptions: [{ date: '2026-09-25', hours: [] }, { date: '2026-12-24', hours: [{ opens: '10:00', closes: '24:00' }] }],
};
const pointers = (form: HoursForm): (string | undefined)[] => {
  const read = hoursOf(form);
  return read.ok ? [] : (read.refusal.causes ?? []).map(({ pointer }) => pointer);
};
/** A form as a browser would send it. */
const sent = ({ zone, days, exceptions }: HoursForm): Record<string, string> => ({
  zone,
  ...Object.fromEntries<string>(days.flatMap((list, day) => list.flatMap(({ opens, closes, validFrom = '', validTo = '' }, at) =>
    [[`d${day + 1}-${at}-opens`, opens], [`d${day + 1}-${at}-closes`, closes], [`d${day + 1}-${at}-from`, validFrom], [`d${day + 1}-${at}-to`, validTo]] as [string, string][]))),
  ...Object.fromEntries<string>(exceptions.flatMap(({ date, kind, hours }, at) =>
    [[`x${at}-date`, date], [`x${at}-kind`, kind], ...hours.flatMap(({ opens, closes }, of) => [[`x${at}-${of}-opens`, opens], [`x${at}-${of}-closes`, closes]])] as [string, string][])),
});

describe('the form of opening hours', () => {
  it('gives back what it was made from: same rows, nights, dates of validity and exceptions', () => {
    expect(hoursOf(readHoursForm(sent(hoursForm(WEEK))))).toEqual({ ok: true, value: WEEK });
  });

  it('never changes when a shop is open, whatever the rows were', () => {
    const time = fc.integer({ min: 0, max: 95 }).map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`);
    const row = fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), opens: time, closes: time });
    fc.assert(fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const hours = { zone: 'Europe/Paris', rows, exceptions: [] };
      const again = hoursOf(readHoursForm(sent(hoursForm(hours))));
      const within = { from: Date.parse('2026-03-20T00:00Z') as Instant, to: Date.parse('2026-04-05T00:00Z') as Instant };
      expect(again.ok && openIntervals(again.value, within)).toEqual(openIntervals(hours, within));
    }));
  });

  it('loses nothing by any of its buttons', () => {
    const typed = readHoursForm({ ...sent(hoursForm(WEEK)), 'd7-0-opens': 'half past ten', 'd7-0-closes': '' });
    for (const button of ['add-7', 'add-date', 'date-add-1', 'weekdays', 'remove-6-0', 'remove-date-0']) {
      const next = stepped(typed, button);
      expect(next?.form.days[6]?.[0]).toEqual({ opens: 'half past ten', closes: '' });
    }
    expect(stepped(typed, 'add-7')).toMatchObject({ focus: 'd7-1-opens' });
    expect(stepped(typed, 'weekdays')?.form.days[4]).toEqual(typed.days[0]);
    expect(stepped(typed, 'week')?.form.days[6]).toEqual(typed.days[0]);
    expect(stepped(typed, 'save')).toBeUndefined();
  });

  it('says of every fault which field it is in', () => {
    const form: HoursForm = {
      zone: 'Asia/Seoul', days: [[{ opens: '', closes: '' }, { opens: '25:00', closes: '18:00' }], [], [], [], [], [], []],
      exceptions: [{ date: '', kind: 'closed', hours: [] }, { date: '2026-02-30', kind: 'other', hours: [{ opens: '', closes: '' }, { opens: '09:00', closes: 'noon' }] }],
    };
    expect(pointers(form)).toEqual(['/d1-1-opens', '/x1-date', '/x1-1-closes']);
    expect(pointers({ ...form, days: [[{ opens: '09:00', closes: '' }], [], [], [], [], [], []], exceptions: [{ date: '2026-12-24', kind: 'other', hours: [] }] })).toEqual(['/d1-0-closes', '/x0-0-opens']);
  });

  it('does not grow without end', () => {
    const many = readHoursForm(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [[`d1-${at}-opens`, '09:00'], [`x${at}-date`, '2026-01-01']]).flat()));
    expect([many.days[0]?.length, many.exceptions.length]).toEqual([10, 100]);
    expect(stepped(many, 'add-1')?.form.days[0]).toHaveLength(10);
  });
});

describe('a time of day', () => {
  it.each([
    ['9', '09:00'], ['9.30', '09:30'], ['0930', '09:30'], ['930', '09:30'], ['9h30', '09:30'], ['18h', '18:00'], ['6:30 pm', '18:30'], ['12 am', '00:00'], ['12pm', '12:00'],
    ['오후 6시', '18:00'], ['오전 9시 30분', '09:30'], ['１８：００', '18:00'], ['24', '24:00'], ['', ''], ['noon', 'noon'], ['13 pm', '13 pm'],
  ])('written %s is %s', (typed, read) => {
    expect(timeOfDay(typed)).toBe(read);
  });
});
