import { readFileSync } from 'node:fs';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { asSystem, at } from './lower-floors.js';
import { value } from './results.js';
import type { World } from './world.js';

/** From now on 3.3 % is withheld of what the world's scheme pays, rounded down: £1.38 of the tariff's £42.00. */
export async function withholdTax({ app }: World): Promise<void> {
  const taxed = readFileSync('policies/default-gbp.yaml', 'utf8')
    .replace('result: { cash: $award,', '  - { id: tax, use: withhold, in: { value: $award }, with: { rate: "3.3%", unit: "0.01", mode: down } }\nresult: { cash: $award, withheld: $tax,');
  value(await app.get(PolicyCatalogue).publish(asSystem, taxed, { effectiveFrom: at('2026-01-01T00:00Z') }));
}
