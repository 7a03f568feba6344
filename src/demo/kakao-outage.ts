import { parseInstant, type Instant } from '../core/time/index.js';
import { unwrap } from '../platform/http/refusal-exception.js';

/** A wall clock in Korea, which has had no clock changes since 1988. */
export const kst = (text: string): Instant => unwrap(parseInstant(`${text}+09:00`));

type Names = Readonly<Record<'en' | 'ko' | 'fr', string>>;
const named = (en: string, ko: string, fr: string): Names => ({ en, ko, fr });

/** The tree: a platform, its products, and the features that failed and came back each at a time of its own. */
export const KAKAO_SERVICES: readonly { readonly code: string; readonly parent?: string; readonly names: Names }[] = [
  { code: 'kakao', names: named('Kakao', '카카오', 'Kakao') },
  { code: 'kakao.talk', parent: 'kakao', names: named('KakaoTalk', '카카오톡', 'KakaoTalk') },
  { code: 'kakao.talk.messages', parent: 'kakao.talk', names: named('KakaoTalk: text messages', '카카오톡 메시지', 'KakaoTalk : messages texte') },
  { code: 'kakao.talk.pc', parent: 'kakao.talk', names: named('KakaoTalk: log-in on a PC', '카카오톡 PC 로그인', 'KakaoTalk : connexion sur PC') },
  { code: 'kakao.talk.files', parent: 'kakao.talk', names: named('KakaoTalk: photos and files', '카카오톡 사진·파일 전송', 'KakaoTalk : photos et fichiers') },
  { code: 'kakao.talk.openchat', parent: 'kakao.talk', names: named('KakaoTalk: open chat', '카카오톡 오픈채팅', 'KakaoTalk : discussions ouvertes') },
  { code: 'kakao.talk.drawer', parent: 'kakao.talk', names: named('Talk Drawer', '톡서랍', 'Talk Drawer') },
  { code: 'kakao.channel', parent: 'kakao', names: named('Talk Channel', '톡채널', 'Talk Channel') },
  { code: 'kakao.channel.chat', parent: 'kakao.channel', names: named('Talk Channel: chat with customers', '톡채널 상담', 'Talk Channel : échanges avec les clients') },
  { code: 'kakao.channel.ads', parent: 'kakao.channel', names: named('Talk Channel: advertising messages', '톡채널 광고 메시지', 'Talk Channel : messages publicitaires') },
  { code: 'kakao.alimtalk', parent: 'kakao', names: named('Alimtalk: business notices', '알림톡', 'Alimtalk : avis aux clients') },
  { code: 'kakao.pay', parent: 'kakao', names: named('Kakao Pay', '카카오페이', 'Kakao Pay') },
  { code: 'kakao.pay.payments', parent: 'kakao.pay', names: named('Kakao Pay: payments', '카카오페이 결제', 'Kakao Pay : paiements') },
  { code: 'kakao.pay.wallet', parent: 'kakao.pay', names: named('Kakao Pay: wallet and the rest', '카카오페이 지갑 등', 'Kakao Pay : portefeuille et autres') },
  { code: 'kakao.t', parent: 'kakao', names: named('KakaoT', '카카오T', 'KakaoT') },
  { code: 'kakao.t.taxi', parent: 'kakao.t', names: named('KakaoT: taxi calls', '카카오T 택시 호출', 'KakaoT : appels de taxi') },
  { code: 'kakao.t.driver', parent: 'kakao.t', names: named('KakaoT: drivers, parcels, bookings', '카카오T 대리·퀵·예약', 'KakaoT : chauffeurs, colis, réservations') },
  { code: 'kakao.map', parent: 'kakao', names: named('Kakao Map and Navi', '카카오맵·내비', 'Kakao Map et Navi') },
  { code: 'kakao.shopping', parent: 'kakao', names: named('Shopping search', '쇼핑 검색', 'Recherche d’achats') },
  { code: 'kakao.melon', parent: 'kakao', names: named('Melon streaming', '멜론', 'Melon, écoute en ligne') },
  { code: 'kakao.webtoon', parent: 'kakao', names: named('Kakao Webtoon', '카카오웹툰', 'Kakao Webtoon') },
  { code: 'kakao.mail', parent: 'kakao', names: named('Kakao Mail', '카카오메일', 'Kakao Mail') },
  { code: 'kakao.daum-mail', parent: 'kakao', names: named('Daum Mail', '다음 메일', 'Daum Mail') },
];

/** Recorded time lies on the leaves. */
export const KAKAO_LEAVES: readonly string[] = KAKAO_SERVICES.map(({ code }) => code).filter((code) => KAKAO_SERVICES.every(({ parent }) => parent !== code));

export const BEGAN = kst('2022-10-15T15:30');
export const OVER = kst('2022-10-20T23:00');
/** The first restoration that any source names; before it nothing is said to have come back. */
const FIRST_BACK = kst('2022-10-16T01:31');
const STATUS_16 = kst('2022-10-16T14:30');
const STATUS_18 = kst('2022-10-18T09:00');

/** Who says so. */
const SOURCES = {
  power: 'Ministry: power to the servers was cut from 15:22; fire service: 15:33; Kakao: the outage began at 15:30 (wowtv, MBN)',
  begin: 'Kakao: official begin 15:30 (Seoul Finance, MBC, Kukmin)',
  messages: 'MBC, Kukmin: text messages on phones back on 16 October at 01:31',
  pc: 'Wikipedia (ko): PC log-in back about 02:00; bnt: still failing on 16 October at 09:00',
  webtoonNotice: 'Kakao Webtoon, official notice (fnnews): back on 16 October at 07:00',
  chosun: 'Chosun Biz: working by 16 October at 08:00',
  news1: 'news1, status of 16 October at 14:30',
  moneyToday: 'Money Today, 17 October',
  fntimes: 'fntimes, status of 18 October at 09:00',
  mbcMail: 'MBC: Daum Mail back on the morning of 19 October',
} as const;

export interface Stretch {
  readonly state: 'down' | 'unknown';
  readonly from: Instant;
  /** Left out while it is still going on. */
  readonly to?: Instant;
  readonly source: string;
  /** What the source says and leaves open; a source that lost is named here. */
  readonly evidence: string;
}

const stretch = (state: Stretch['state'], from: Instant, to: Instant | undefined, source: keyof typeof SOURCES, evidence: string): Stretch =>
  ({ state, from, ...(to === undefined ? {} : { to }), source: SOURCES[source], evidence });

const down = (to: Instant, source: keyof typeof SOURCES, evidence: string): Stretch => stretch('down', BEGAN, to, source, evidence);
const unknown = (from: Instant, to: Instant | undefined, source: keyof typeof SOURCES, evidence: string): Stretch => stretch('unknown', from, to, source, evidence);

/** Down until the first restoration that any source names, then in doubt until the latest time a source sets. */
const backBy = (to: Instant, source: keyof typeof SOURCES, bound: string): readonly Stretch[] => [
  down(FIRST_BACK, source, 'No source names an earlier restoration of anything'), unknown(FIRST_BACK, to, source, bound),
];

/** Down at one published status, no longer listed at the next: nobody says when in between. */
const between = (last: Instant, seen: keyof typeof SOURCES, gone: Instant | undefined, later: keyof typeof SOURCES, doubt: string): readonly Stretch[] => [
  down(last, seen, 'Listed as not restored'), unknown(last, gone, later, doubt),
];

/** The eight minutes on whose beginning the sources differ, the same for every service. */
export const DISPUTED_BEGIN: Stretch = unknown(kst('2022-10-15T15:22'), BEGAN, 'power', 'Three sources name three times for the beginning');
export const STILL_DOWN: Stretch = stretch('down', BEGAN, undefined, 'begin', 'Reported as failing; no end yet');

const NO_LONGER_LISTED = 'Not restored at the status before, no longer listed at this one';
const NEVER_DATED = 'Still failing at this status; no source gives a time of its own before the official end of everything';

/** What became known with each revision, service by service; what a later one says replaces what an earlier one said. */
const KNOWLEDGE: readonly { readonly since: number; readonly services: readonly string[]; readonly stretches: readonly Stretch[] }[] = [
  { since: 2, services: ['kakao.talk.messages'], stretches: [down(FIRST_BACK, 'messages', 'On phones, in part; the first feature to come back')] },
  {
    since: 2, services: ['kakao.talk.pc'],
    stretches: [
      down(kst('2022-10-16T02:00'), 'pc', 'Both sources have it down until 02:00'),
      unknown(kst('2022-10-16T02:00'), kst('2022-10-16T09:00'), 'pc', 'The sources contradict each other; neither is proved'),
      unknown(kst('2022-10-16T09:00'), STATUS_16, 'news1', 'No source gives the time; this status no longer lists it'),
    ],
  },
  { since: 2, services: ['kakao.t.driver'], stretches: backBy(kst('2022-10-16T08:00'), 'chosun', 'Only the latest time is known') },
  {
    since: 2, services: ['kakao.pay.payments'],
    stretches: [
      ...backBy(kst('2022-10-16T08:00'), 'chosun', 'Only the latest time is known'),
      unknown(kst('2022-10-16T08:00'), STATUS_16, 'news1', 'news1 counts Pay among those back between 08:00 and 14:30; Chosun Biz has payments working by 08:00'),
    ],
  },
  {
    since: 2, services: ['kakao.t.taxi', 'kakao.map', 'kakao.melon', 'kakao.webtoon'],
    stretches: [down(kst('2022-10-16T08:00'), 'news1', 'Not yet back at 08:00'), unknown(kst('2022-10-16T08:00'), STATUS_16, 'news1', 'Back at some time between 08:00 and 14:30')],
  },
  { since: 3, services: ['kakao.talk.files', 'kakao.talk.openchat', 'kakao.channel.chat'], stretches: between(STATUS_16, 'news1', STATUS_18, 'fntimes', NO_LONGER_LISTED) },
  { since: 3, services: ['kakao.pay.wallet'], stretches: backBy(kst('2022-10-17T15:00'), 'moneyToday', 'Back by 17 October at 15:00; only the latest time is known') },
  {
    since: 3, services: ['kakao.alimtalk'],
    stretches: [
      down(kst('2022-10-17T18:00'), 'moneyToday', 'Not yet re-opened at 18:00'),
      unknown(kst('2022-10-17T18:00'), STATUS_18, 'moneyToday', 'Re-opened gradually; how much worked when is not said'),
    ],
  },
  { since: 3, services: ['kakao.mail'], stretches: backBy(STATUS_18, 'fntimes', 'Main functions back by 18 October at 09:00; only the latest time is known') },
  { since: 3, services: ['kakao.channel.ads', 'kakao.talk.drawer', 'kakao.shopping'], stretches: between(STATUS_18, 'fntimes', undefined, 'fntimes', NEVER_DATED) },
  {
    since: 4, services: ['kakao.daum-mail'],
    stretches: [
      down(kst('2022-10-19T00:00'), 'mbcMail', 'Down until that morning'),
      unknown(kst('2022-10-19T00:00'), kst('2022-10-19T12:00'), 'mbcMail', '"In the morning": the hour is not said'),
    ],
  },
  {
    since: 5, services: ['kakao.webtoon'],
    stretches: [down(kst('2022-10-16T07:00'), 'webtoonNotice', 'Settled for the operator’s own notice; news1 had counted it among those back between 08:00 and 14:30')],
  },
];

/** The stretches of a service as they were known at a revision; an open one is closed once the end is known. */
export function knownAt(revision: number, service: string, end?: Instant): readonly Stretch[] {
  const known = KNOWLEDGE.filter(({ since, services }) => since <= revision && services.includes(service)).at(-1)?.stretches ?? [STILL_DOWN];
  const closed = known.map((one) => (one.to === undefined && end !== undefined ? { ...one, to: end } : one));
  return [DISPUTED_BEGIN, ...closed];
}

/** When each revision was written, and why. The first is a draft; the end is a command between the fourth and the fifth. */
export const REVISIONS: readonly { readonly number: number; readonly at: Instant; readonly reason: string }[] = [
  { number: 1, at: kst('2022-10-15T16:00'), reason: 'First report' },
  { number: 2, at: kst('2022-10-16T14:45'), reason: 'First restorations, and what the press found at 14:30 on 16 October' },
  { number: 3, at: kst('2022-10-18T09:30'), reason: 'What was back and what was not on 18 October at 09:00' },
  { number: 4, at: kst('2022-10-19T12:30'), reason: 'Daum Mail is back' },
  { number: 5, at: kst('2022-12-29T10:00'), reason: 'The official window, 15 October 15:30 to 20 October 23:00, stated as the one that compensation uses; Webtoon settled by its own notice' },
];
