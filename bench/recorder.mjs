// Preloaded into the server (NODE_OPTIONS=--import): while a recording is asked for, notes every statement with its parameters and rows.
import { existsSync, appendFileSync } from 'node:fs';
import pg from 'pg';

const file = process.env.MAKEGOOD_BENCH_RECORDING;
const isOn = () => file !== undefined && existsSync(`${file}.on`);
const original = pg.Client.prototype.query;

let connections = 0;
const numbers = new WeakMap();

function note(client, config, values, answer) {
  if (!numbers.has(client)) numbers.set(client, (connections += 1));
  const text = typeof config === 'string' ? config : config.text;
  const parameters = (typeof config === 'string' ? values : config.values) ?? [];
  appendFileSync(file, `${JSON.stringify({ connection: numbers.get(client), text, parameters, rows: answer?.rows ?? [], fields: answer?.fields?.map(({ name }) => name) ?? [] })}\n`);
}

pg.Client.prototype.query = function query(config, values, callback) {
  if (!isOn() || typeof config?.submit === 'function') return original.call(this, config, values, callback);
  const done = typeof values === 'function' ? values : callback;
  if (done === undefined) return original.call(this, config, values).then((answer) => (note(this, config, values, answer), answer));
  const noting = (error, answer) => {
    if (!error) note(this, config, typeof values === 'function' ? [] : values, answer);
    done(error, answer);
  };
  return typeof values === 'function' ? original.call(this, config, noting) : original.call(this, config, values, noting);
};
