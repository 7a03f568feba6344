import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from '../support/world.js';

let world: World;
let told: string;

beforeAll(async () => {
  world = await openWorld();
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/demo.mjs'], { env: { ...process.env, NODE_OPTIONS: '', MAKEGOOD_URL: world.url }, timeout: 50_000 });
  told = stdout;
});
afterAll(async () => { await world.close(); });

describe('npm run demo', () => {
  it('carries the claim from the draft to the ledger', () => {
    expect([...told.matchAll(/^(\d)\. /gm)].map(([, step]) => step)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(told).toContain('accepted in full: 53.40 GBP');
    expect(told).toContain('reserved 53.40 GBP');
  });

  it('shows six comparables with their spread, the shortfall, margin, waiting period, cap, rounding and what each comes to', () => {
    expect([...told.matchAll(/^ {5}2026-\d\d-\d\d +(\d+\.\d{2,4})$/gm)].map(([, amount]) => amount)).toEqual(['118.70', '113.475', '115.65', '141.275', '98.30', '138.75']);
    for (const said of ['median of 6 comparables, from 98.30 GBP to 141.275 GBP', '117.175', '31.05', '86.125', '31/50', 'waiting period of 1 h', 'cap of 25000.00 GBP', 'half up', '53.3975']) {
      expect(told).toContain(said);
    }
  });

  it('speaks in the clock of the café, and leaves no code or blank for the reader', () => {
    expect(told).toContain('10:20–12:40 down · 12:40–13:30 degraded, working at 2/5');
    expect(told).not.toMatch(/T\d\d:\d\d:\d\d|_up|undefined|\{\w+\}|\[object/);
  });
});
