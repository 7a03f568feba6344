// Writes the synthetic till export of the demo: seven weeks of one invented café, the last of them with the outage in it.
// Nothing here is taken from a real shop. Same seed, same file: `node demo/make-sales.mjs > demo/corner-cafe.synthetic.csv`.

const SEED = 20261013;
const FIRST_DAY = Date.UTC(2026, 7, 31); // Monday 31 August 2026
const DAYS = 48; // to Saturday 17 October 2026: all of it British Summer Time, +01:00
const OUTAGE_DAY = Date.UTC(2026, 9, 13);
const DAY = 86_400_000;

let state = SEED;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};

/** Sales an hour at each hour of the day: a breakfast rush, a lunch rush, a quiet afternoon. */
const perHour = { 7: 7, 8: 9, 9: 6, 10: 5, 11: 6, 12: 10, 13: 9, 14: 5, 15: 4, 16: 3, 17: 2 };
const menuPence = [280, 320, 340, 360, 450, 495, 620, 750, 895];

const two = (n) => String(n).padStart(2, '0');
const localText = (day, minute, second) => {
  const date = new Date(day);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)}+01:00`;
};
const pounds = (pence) => `${Math.floor(pence / 100)}.${two(pence % 100)}`;

/** While cards could not be taken only the few who carried cash bought something. */
const soldThen = (day, minute) => day !== OUTAGE_DAY || minute < 10 * 60 + 20 || minute >= 13 * 60 + 50 || random() < 0.25;

const lines = ['id,at,kind,amount,refund_of'];
let number = 0;
for (let offset = 0; offset < DAYS; offset += 1) {
  const day = FIRST_DAY + offset * DAY;
  if (new Date(day).getUTCDay() === 0) continue;
  const sales = Object.entries(perHour).flatMap(([hour, rate]) =>
    Array.from({ length: rate + Math.floor(random() * 3) - 1 }, () => ({
      minute: Number(hour) * 60 + Math.floor(random() * 60),
      second: Math.floor(random() * 60),
      pence: menuPence[Math.floor(random() * menuPence.length)] * (random() < 0.3 ? 2 : 1),
    })),
  ).sort((a, b) => a.minute - b.minute || a.second - b.second);
  for (const { minute, second, pence } of sales) {
    if (!soldThen(day, minute)) continue;
    number += 1;
    const id = `T${String(number).padStart(5, '0')}`;
    lines.push(`${id},${localText(day, minute, second)},sale,${pounds(pence)},`);
    if (random() < 0.004) lines.push(`R${id.slice(1)},${localText(day, Math.min(minute + 9, 1079), second)},refund,${pounds(pence)},${id}`);
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
