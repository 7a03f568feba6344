import { readFile } from 'node:fs/promises';
import { ENGINE, verifyReceipt } from './core/assessment/index.js';
import { verifiesWith } from './platform/crypto/signing-key.js';

const HELP = `Checks a Makegood receipt offline: node verify-receipt.mjs receipt.json --keys jwks.json

The keys are those published at <installation>/.well-known/jwks.json. Engine ${ENGINE}.
Exit code 0: whole; 1: something is broken, and named; 2: not checked.
`;

async function keysIn(file: string): Promise<readonly { x?: unknown }[]> {
  const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new TypeError(`${file} is not a key set: it has no "keys"`);
  return keys as { x?: unknown }[];
}

async function main([file, flag, keyFile]: readonly string[]): Promise<number> {
  if (file === undefined || flag !== '--keys' || keyFile === undefined) {
    process.stderr.write(HELP);
    return 2;
  }
  const keys = await keysIn(keyFile);
  const text = await readFile(file, 'utf8');
  const faults = verifyReceipt(text, (kid, signed, signature) => verifiesWith(keys, kid, signed, signature));
  if (faults.length > 0) {
    process.stdout.write(`BROKEN ${file}\n${faults.map(({ part, detail }) => `  ${part}: ${detail}\n`).join('')}`);
    return 1;
  }
  const { claim, policy, result } = JSON.parse(text) as { claim: { reference: string }; policy: { key: string; version: number }; result: { outcome: string; cashMinor: string | null; currency: string } };
  const sum = result.cashMinor === null ? '' : `, ${result.cashMinor} minor units of ${result.currency}`;
  process.stdout.write(`WHOLE ${file}\n  ${claim.reference} under ${policy.key} version ${policy.version}: ${result.outcome}${sum}; signed, and worked out again by engine ${ENGINE}\n`);
  return 0;
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
