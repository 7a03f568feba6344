import type { Block } from '../block.js';
import { actual } from './actual.block.js';
import { clamp, margin, minPayable, percent, perUnit, round, shortfall } from './amounts.block.js';
import { baseline } from './baseline.block.js';
import { band, combine } from './choices.block.js';
import { clip } from './clip.block.js';
import { eligible } from './eligible.block.js';
import { measure } from './measure.block.js';
import { outage } from './outage.block.js';
import { significance } from './significance.block.js';
import { wait } from './wait.block.js';

/** Every released block version. Adding a block is a file and a line here; changing a released one is not done. */
const RELEASED: readonly Block[] = [
  eligible, outage, clip, wait, measure, baseline, actual, significance, shortfall, margin, percent, perUnit, band, combine, clamp, round,
  minPayable,
];

const byPin = new Map(RELEASED.map((block) => [`${block.name}@${block.version}`, block]));
const newest = new Map(RELEASED.map((block) => [block.name, block]));

/** The block behind `band` (newest released version) or `band@1` (exactly that one). */
export const findBlock = (use: string): Block | undefined => byPin.get(use) ?? newest.get(use);

export const blockNames = (): string[] => [...newest.keys()];

export const pinOf = (block: Block): string => `${block.name}@${block.version}`;
