import type { OpeningHours, OpeningRow } from '../core/time/index.js';
import type { DemoPerson } from './demo-people.js';
import { kst } from './kakao-outage.js';
import { openShop, type OpenedShop, type Shop } from './shops.js';
import type { Stage } from './stage.js';

/** ISO weekdays: 1 is Monday. */
const DAILY = [1, 2, 3, 4, 5, 6, 7];
const NOT_SUNDAY = [1, 2, 3, 4, 5, 6];
const SEOUL = 'Asia/Seoul';

const open = (days: readonly number[], opens: string, closes: string, zone = SEOUL, closedOn: readonly string[] = []): OpeningHours => {
  const row: OpeningRow = { days, opens, closes };
  return { zone, rows: [row], exceptions: closedOn.map((date) => ({ date, hours: [] })) };
};

const CHUSEOK = ['2022-09-09', '2022-09-10', '2022-09-11', '2022-09-12'];

/** Invented businesses: fourteen trades and habits, so that every rule about hours, zones and channels meets one. */
export const SHOPS = {
  snack: { legalName: '한그릇분식 (synthetic)', trade: 'food', sites: [{ name: '오산점', hours: open(NOT_SUNDAY, '10:00', '21:00'), services: ['kakao.t.driver', 'kakao.pay.payments'] }] },
  chicken: { legalName: '바삭통닭 (synthetic)', trade: 'food', sites: [{ name: '용인점', hours: open(DAILY, '16:00', '02:00'), services: ['kakao.channel.chat', 'kakao.pay.payments'] }] },
  flowers: { legalName: '새벽꽃집 (synthetic)', trade: 'retail', number: 'DEMO-2003', sites: [{ name: '양재 꽃시장', hours: open(NOT_SUNDAY, '05:00', '14:00'), services: ['kakao.channel.chat'] }] },
  hair: { legalName: '한빛미용실 (synthetic)', trade: 'services', number: 'DEMO-2001', sites: [{ name: '망원동', hours: open([2, 3, 4, 5, 6, 7], '10:30', '20:00'), services: ['kakao.channel.chat', 'kakao.t.driver'] }] },
  nails: { legalName: '다온네일 (synthetic)', trade: 'services', sites: [{ name: '수원역점', hours: open(NOT_SUNDAY, '11:00', '20:30'), services: ['kakao.channel.chat'] }] },
  books: { legalName: '골목책방 (synthetic)', trade: 'retail', sites: [{ name: '전주 한옥마을', hours: open([3, 4, 5, 6, 7], '11:00', '19:00'), services: ['kakao.pay.payments', 'kakao.map'] }] },
  sweets: {
    legalName: '도담디저트 온라인몰 (synthetic)', trade: 'retail',
    sites: [{ name: '온라인 상점', online: true, hours: open(DAILY, '00:00', '24:00'), services: ['kakao.channel.chat', 'kakao.channel.ads', 'kakao.pay.payments', 'kakao.shopping'] }],
  },
  glasses: {
    legalName: '바른안경 (synthetic)', trade: 'retail',
    sites: [
      { name: '마포점', hours: open(NOT_SUNDAY, '10:00', '20:00', SEOUL, CHUSEOK), services: ['kakao.alimtalk', 'kakao.channel.chat'] },
      { name: '분당점', hours: open(DAILY, '10:30', '21:00', SEOUL, CHUSEOK), services: ['kakao.alimtalk', 'kakao.channel.chat'] },
    ],
  },
  taxi: { legalName: '푸른콜택시 (synthetic)', trade: 'transport', sites: [{ name: '부산 차고지', hours: open(DAILY, '00:00', '24:00'), services: ['kakao.t.taxi'] }] },
  wholesale: { legalName: '한강식자재유통 (synthetic)', trade: 'retail', sites: [{ name: '하남 물류센터', hours: open(NOT_SUNDAY, '04:00', '15:00'), services: ['kakao.alimtalk', 'kakao.mail'] }] },
  cafe: { legalName: '소소카페 (synthetic)', trade: 'food', number: 'DEMO-2002', sites: [{ name: '연남동', hours: open(DAILY, '09:00', '22:00'), services: ['kakao.pay.payments'] }] },
  laundry: { legalName: '정든세탁소 (synthetic)', trade: 'services', sites: [{ name: '대전 둔산', hours: open(NOT_SUNDAY, '08:00', '20:00'), services: ['kakao.alimtalk'] }] },
  pottery: {
    legalName: '느린공방 (synthetic)', trade: 'services',
    sites: [
      { name: '제주 구좌', hours: open([4, 5, 6, 7], '10:00', '18:00'), services: ['kakao.channel.chat', 'kakao.map'] },
      { name: '서귀포 중문', hours: open([4, 5, 6, 7], '10:00', '18:00'), services: ['kakao.channel.chat', 'kakao.map'] },
    ],
  },
  bites: {
    legalName: 'Seoul Bites LLC (synthetic)', trade: 'food', country: 'US', unverified: true,
    sites: [{ name: 'Olympic Boulevard, Los Angeles', hours: open(DAILY, '10:00', '22:00', 'America/Los_Angeles'), services: ['kakao.channel.chat', 'kakao.talk.messages'] }],
  },
} as const satisfies Record<string, Omit<Shop, 'country' | 'language'> & { readonly country?: string }>;
export type ShopKey = keyof typeof SHOPS;

export const ownerOf = (key: ShopKey): DemoPerson => ({ email: `${key}@shops.example`, name: `${SHOPS[key].legalName.replace(' (synthetic)', '')} ${'country' in SHOPS[key] ? 'owner' : '대표'} (synthetic)`, roles: [] });

/** Signs the shops up: each by its owner, all but one verified by staff, every site with the services it used. */
export async function openShops(stage: Stage): Promise<ReadonlyMap<ShopKey, OpenedShop>> {
  const keys = Object.keys(SHOPS) as ShopKey[];
  await stage.cast.hire(keys.map(ownerOf));
  return new Map(await Promise.all(keys.map(async (key): Promise<[ShopKey, OpenedShop]> => {
    const shop = SHOPS[key];
    const abroad = 'country' in shop;
    return [key, await openShop(stage, ownerOf(key), { ...shop, country: abroad ? shop.country : 'KR', language: abroad ? 'en' : 'ko' }, kst('2021-01-01T00:00'))];
  })));
}
