import { describe, expect, it } from '@jest/globals';
import { Formatting } from './formatting.js';

const [en, ko, fr] = [new Formatting('en'), new Formatting('ko'), new Formatting('fr')];

describe('what people read', () => {
  it('keeps every digit of an amount, beyond what a float holds', () => {
    expect(en.money({ amount: '9007199254740993.07', currency: 'GBP' })).toBe('£9,007,199,254,740,993.07');
    expect(ko.money({ amount: '9007199254740993', currency: 'KRW' })).toBe('₩9,007,199,254,740,993');
  });

  it('takes decimals from our own table, not from the machine', () => {
    expect(ko.money({ amount: '1234567', currency: 'KRW' })).toBe('₩1,234,567');
    expect(en.money({ amount: '1.234', currency: 'BHD' })).toMatch(/1\.234$/);
    expect(fr.money({ amount: '1234.50', currency: 'EUR' })).toBe('1\u202f234,50\u00a0€');
  });

  it('shows a sum as it is typed with the decimals of its currency', () => {
    expect(['GBP', 'KRW', 'KWD', 'XXX'].map((code) => new Formatting('en').typed('40', code))).toEqual(['40.00', '40', '40.000', '40']);
  });

  it('shows a figure before rounding exactly, and says when it goes on', () => {
    expect(en.minor('21359/4', 'GBP')).toBe('£53.3975');
    expect(en.minor('1/3', 'GBP')).toBe('£0.003333…');
    expect(en.minor('-5', 'KRW')).toBe('-₩5');
  });

  it('says which way a difference goes, and nothing of one that is not there', () => {
    expect([en.difference('512', 'GBP'), en.difference('-512', 'GBP'), en.difference('0', 'GBP')]).toEqual(['+£5.12', '-£5.12', '£0.00']);
    expect(ko.difference('9007199254740993', 'KRW')).toBe('+₩9,007,199,254,740,993');
  });

  it('says a share as a percentage only where that is exact', () => {
    expect([en.share('31/50'), en.share('2/3'), fr.share('31/50')]).toEqual(['62%', '2/3', '62\u00a0%']);
    expect([en.ratio('5/2'), en.ratio('7/3')]).toEqual(['2.5', '7/3']);
  });

  it('says a value of a document by its unit, and never rounds it', () => {
    expect([en.stated('25000.00', 'GBP per claim'), ko.stated('30000', 'KRW per open hour'), en.stated('0.62', 'ratio'), en.stated('60', 'minutes')]).toEqual(['£25,000.00', '₩30,000', '62%', '60']);
    expect([en.stated('0.005', 'GBP per call'), en.stated('0.000125', 'share'), en.stated('2022-09-01', 'date'), en.stated('strict', '')]).toEqual(['0.005', '0.000125', '2022-09-01', 'strict']);
  });

  it('says time in hours and less, for a day is not always 24 of them', () => {
    expect(en.duration(127.5 * 3_600_000)).toBe('127\u00a0h 30\u00a0min');
    expect(ko.duration(127.5 * 3_600_000)).toBe('127시간 30분');
    expect(en.duration(0)).toBe('0\u00a0min');
  });

  it('calls the first of a month the first in French, and no other day', () => {
    const first = ['2036-01-01T00:00:00Z', '2022-10-01T09:30:00Z', '2022-10-11T09:30:00Z'] as const;
    const french = new Formatting('fr');
    expect(first.map((at) => french.date(at, 'UTC'))).toEqual(['1er janvier 2036', '1er octobre 2022', '11 octobre 2022']);
    expect([french.shortDate(first[1], 'UTC'), french.day(first[1], 'UTC'), french.day(first[2], 'UTC')]).toEqual(['1er oct. 2022', '1er oct.', '11 oct.']);
    expect(new Formatting('en').date(first[1], 'UTC')).toBe('1 October 2022');
  });

  it('names the zone, and follows it through a clock change', () => {
    expect(en.dateTime('2022-10-15T06:19:00Z', 'Asia/Seoul')).toBe('15 October 2022, 15:19 (GMT+9)');
    expect(en.period('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', 'Europe/London')).toBe('25 October 2026, 01:30 – 01:30 (GMT)');
    expect(ko.date('2022-10-15T15:30:00Z', 'Asia/Seoul')).toBe('2022년 10월 16일');
  });
});
