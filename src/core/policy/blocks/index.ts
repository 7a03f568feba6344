import type { Block } from '../block.js';
import { actual } from './actual.block.js';
import { average, deduct, divide, percent, sum, uptime } from './amounts.block.js';
import { band, slices } from './bands.block.js';
import { baseline } from './baseline.block.js';
import { benefit, clamp, limit, minPayable, offset, round, withhold } from './bounds.block.js';
import { addWorkingDaysBlock, countDays } from './calendar.block.js';
import { causation } from './causation.block.js';
import { clip } from './clip.block.js';
import { combine } from './combine.block.js';
import { condition } from './condition.block.js';
import { each } from './each.block.js';
import { eligible } from './eligible.block.js';
import { margin, mitigation, shortfall, trend } from './losses.block.js';
import { makeup } from './makeup.block.js';
import { measure } from './measure.block.js';
import { outage } from './outage.block.js';
import { route } from './route.block.js';
import { significance } from './significance.block.js';
import { index, lookup, lookupDated } from './tables.block.js';
import { feeTime, perUnit } from './units.block.js';
import { wait } from './wait.block.js';

/** Every released block version. Adding a block is a file and a line here; changing a released one is not done. */
const RELEASED: readonly Block[] = [
  eligible, route, condition, causation, significance,
  outage, clip, wait, measure, addWorkingDaysBlock, countDays,
  baseline, trend, actual, shortfall, makeup, margin, mitigation,
  lookup, lookupDated, index, band, slices, perUnit, feeTime, percent, uptime, average, deduct, sum, combine, divide, each,
  clamp, limit, minPayable, round, offset, benefit, withhold,
];

const byPin = new Map(RELEASED.map((block) => [`${block.name}@${block.version}`, block]));
const newest = new Map(RELEASED.map((block) => [block.name, block]));

/** The block behind `band` (newest released version) or `band@1` (exactly that one). */
export const findBlock = (use: string): Block | undefined => byPin.get(use) ?? newest.get(use);

export const blockNames = (): string[] => [...newest.keys()];

export const releasedBlocks = (): readonly Block[] => RELEASED;

export const pinOf = (block: Block): string => `${block.name}@${block.version}`;
