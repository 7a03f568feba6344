import { isZone, MINUTE, toLocal, type Instant } from '../../../core/time/index.js';

/** Names of Rails' time zones, as tills built on it write them. Source: ActiveSupport::TimeZone::MAPPING. */
const RAILS: Readonly<Record<string, string>> = Object.fromEntries(`
International Date Line West=Etc/GMT+12|American Samoa=Pacific/Pago_Pago|Midway Island=Pacific/Midway|Hawaii=Pacific/Honolulu|Alaska=America/Juneau
Pacific Time (US & Canada)=America/Los_Angeles|Tijuana=America/Tijuana|Mountain Time (US & Canada)=America/Denver|Arizona=America/Phoenix|Chihuahua=America/Chihuahua
Mazatlan=America/Mazatlan|Central Time (US & Canada)=America/Chicago|Saskatchewan=America/Regina|Guadalajara=America/Mexico_City|Mexico City=America/Mexico_City
Monterrey=America/Monterrey|Central America=America/Guatemala|Eastern Time (US & Canada)=America/New_York|Indiana (East)=America/Indiana/Indianapolis
Bogota=America/Bogota|Lima=America/Lima|Quito=America/Lima|Atlantic Time (Canada)=America/Halifax|Caracas=America/Caracas|La Paz=America/La_Paz
Santiago=America/Santiago|Newfoundland=America/St_Johns|Brasilia=America/Sao_Paulo|Buenos Aires=America/Argentina/Buenos_Aires|Montevideo=America/Montevideo
Georgetown=America/Guyana|Puerto Rico=America/Puerto_Rico|Greenland=America/Nuuk|Mid-Atlantic=Atlantic/South_Georgia|Azores=Atlantic/Azores
Cape Verde Is.=Atlantic/Cape_Verde|Dublin=Europe/Dublin|Edinburgh=Europe/London|Lisbon=Europe/Lisbon|London=Europe/London|Casablanca=Africa/Casablanca
Monrovia=Africa/Monrovia|Belgrade=Europe/Belgrade|Bratislava=Europe/Bratislava|Budapest=Europe/Budapest|Ljubljana=Europe/Ljubljana|Prague=Europe/Prague
Sarajevo=Europe/Sarajevo|Skopje=Europe/Skopje|Warsaw=Europe/Warsaw|Zagreb=Europe/Zagreb|Brussels=Europe/Brussels|Copenhagen=Europe/Copenhagen|Madrid=Europe/Madrid
Paris=Europe/Paris|Amsterdam=Europe/Amsterdam|Berlin=Europe/Berlin|Bern=Europe/Zurich|Zurich=Europe/Zurich|Rome=Europe/Rome|Stockholm=Europe/Stockholm
Vienna=Europe/Vienna|West Central Africa=Africa/Algiers|Bucharest=Europe/Bucharest|Cairo=Africa/Cairo|Helsinki=Europe/Helsinki|Kyiv=Europe/Kiev|Riga=Europe/Riga
Sofia=Europe/Sofia|Tallinn=Europe/Tallinn|Vilnius=Europe/Vilnius|Athens=Europe/Athens|Istanbul=Europe/Istanbul|Minsk=Europe/Minsk|Jerusalem=Asia/Jerusalem
Harare=Africa/Harare|Pretoria=Africa/Johannesburg|Kaliningrad=Europe/Kaliningrad|Moscow=Europe/Moscow|Kuwait=Asia/Kuwait|Riyadh=Asia/Riyadh|Nairobi=Africa/Nairobi
Baghdad=Asia/Baghdad|Tehran=Asia/Tehran|Abu Dhabi=Asia/Muscat|Muscat=Asia/Muscat|Baku=Asia/Baku|Tbilisi=Asia/Tbilisi|Yerevan=Asia/Yerevan|Kabul=Asia/Kabul
Islamabad=Asia/Karachi|Karachi=Asia/Karachi|Tashkent=Asia/Tashkent|Chennai=Asia/Kolkata|Kolkata=Asia/Kolkata|Mumbai=Asia/Kolkata|New Delhi=Asia/Kolkata
Kathmandu=Asia/Kathmandu|Dhaka=Asia/Dhaka|Sri Jayawardenepura=Asia/Colombo|Almaty=Asia/Almaty|Rangoon=Asia/Rangoon|Bangkok=Asia/Bangkok|Hanoi=Asia/Bangkok
Jakarta=Asia/Jakarta|Beijing=Asia/Shanghai|Hong Kong=Asia/Hong_Kong|Kuala Lumpur=Asia/Kuala_Lumpur|Singapore=Asia/Singapore|Taipei=Asia/Taipei|Perth=Australia/Perth
Seoul=Asia/Seoul|Osaka=Asia/Tokyo|Sapporo=Asia/Tokyo|Tokyo=Asia/Tokyo|Darwin=Australia/Darwin|Adelaide=Australia/Adelaide|Canberra=Australia/Canberra
Melbourne=Australia/Melbourne|Sydney=Australia/Sydney|Brisbane=Australia/Brisbane|Hobart=Australia/Hobart|Guam=Pacific/Guam|Port Moresby=Pacific/Port_Moresby
Auckland=Pacific/Auckland|Wellington=Pacific/Auckland|Fiji=Pacific/Fiji|Chatham Is.=Pacific/Chatham|Samoa=Pacific/Apia`
  .trim().split(/[|\n]/).map((pair) => pair.split('=') as [string, string]).map(([name, zone]) => [name.toLowerCase(), zone]));

/** Minutes from UTC that an abbreviation stands for; several where the world uses it twice. */
const ABBREVIATIONS: Readonly<Record<string, readonly number[]>> = {
  UTC: [0], GMT: [0], Z: [0], WET: [0], WEST: [60], CET: [60], CEST: [120], EET: [120], EEST: [180], MSK: [180],
  EST: [-300], EDT: [-240], CST: [-360, 480], CDT: [-300], MST: [-420], MDT: [-360], PST: [-480, 480], PDT: [-420], AKST: [-540], AKDT: [-480], HST: [-600],
  AST: [-240, 180], ADT: [-180], NST: [-210], NDT: [-150], BST: [60, 360, 660], IST: [330, 60, 120],
  KST: [540], JST: [540], HKT: [480], SGT: [480], AWST: [480], ACST: [570], ACDT: [630], AEST: [600], AEDT: [660], NZST: [720], NZDT: [780],
};

/** What a zone column says: a zone with its clock changes, or one offset; undefined when nobody can tell. */
export type WrittenZone = { readonly zone: string } | { readonly offsets: readonly number[] };

export function readZone(text: string): WrittenZone | undefined {
  const name = text.trim().replace(/^\((?:GMT|UTC)[^)]*\)\s*/u, '');
  const rails = RAILS[name.toLowerCase()];
  if (rails !== undefined) return { zone: rails };
  const abbreviation = ABBREVIATIONS[name.toUpperCase()];
  if (abbreviation !== undefined) return { offsets: abbreviation };
  const offset = offsetMinutes(name.replace(/^(?:GMT|UTC)(?=[+-])/u, ''));
  if (offset !== undefined) return { offsets: [offset] };
  return isZone(name) ? { zone: name } : undefined;
}

/** Minutes of `+09:00`, `-0400`, `+9`, `Z` or `UTC`. */
export function offsetMinutes(text: string): number | undefined {
  if (/^(?:Z|UTC|GMT)$/iu.test(text)) return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? '0')];
  if (hours > 14 || minutes > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Of the offsets an abbreviation may mean, those the clocks of the stated zone had at one of its readings. */
export const offsetsInZone = (offsets: readonly number[], local: number, zone: string): number[] =>
  offsets.filter((minutes) => {
    const at = (local - minutes * MINUTE) as Instant;
    return toLocal(at, zone) - at === minutes * MINUTE;
  });
