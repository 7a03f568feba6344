// From a recording of one request to a pgbench script that does the same again and again.

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** pgbench takes `:word` for a variable, inside quotes too: colons are written as escapes. */
const quoted = (text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`;

/** Parameters as node-postgres sends them: text, with arrays and objects written out. */
function wire(value) {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value.type === 'Buffer') return `\\x${Buffer.from(value.data).toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map((entry) => (entry === null ? 'NULL' : `"${String(entry).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `text` as an SQL expression in which each known value is a pgbench variable. */
function expression(text, known) {
  let parts = [text];
  for (const [value, variable] of known) {
    parts = parts.flatMap((part) => (typeof part !== 'string' ? [part] : part.split(value).flatMap((piece, index) => (index === 0 ? [piece] : [{ variable }, piece]))));
  }
  const written = parts.filter((part) => part !== '').map((part) => (typeof part === 'string' ? quoted(part) : `:${part.variable}::text`));
  return written.length === 0 ? "''" : written.join(' || ');
}

/**
 * One iteration: `prelude` picks what the request is about (`\gset` into variables), `given` says which recorded values these
 * variables stand for. Values that the server made up (`made`: keys, references) become fresh ones.
 */
export async function replay(recording, { prelude, given, made }, parameterTypes) {
  const lines = [...prelude];
  const known = [...given, ...made.map(({ value, sql }, index) => {
    lines.push(`SELECT ${sql} AS made${index} \\gset`);
    return [value, `made${index}`];
  })];
  // Workers look for jobs at the same time, on connections that serve nothing else.
  const order = [...new Set(recording.filter(({ text }) => !/pgboss|^(BEGIN|COMMIT)/.test(text)).map(({ connection }) => connection))];
  const statements = order.flatMap((connection) => recording.filter((statement) => statement.connection === connection));
  for (const [index, { text, parameters, rows, fields }] of statements.entries()) {
    // A job's id is made by the server: the same one again would be left out as a repeat.
    for (const id of /INSERT INTO pgboss\./.test(text) ? (String(JSON.stringify(parameters)).match(UUID) ?? []).slice(0, 1) : []) {
      if (known.some(([value]) => value === id)) continue;
      lines.push(`SELECT gen_random_uuid() AS job${index} \\gset`);
      known.unshift([id, `job${index}`]);
    }
    if (/^(BEGIN|COMMIT)/.test(text)) {
      lines.push(`${text};`);
      continue;
    }
    // `character` alone would be one letter.
    const types = (await parameterTypes(text)).map((type) => (type === 'character' ? 'bpchar' : type));
    const later = JSON.stringify(statements.slice(index + 1).map((statement) => statement.parameters));
    let sql = text;
    for (let at = parameters.length; at >= 1; at -= 1) {
      const value = wire(parameters[at - 1]);
      const written = value === null ? `NULL::${types[at - 1]}` : `(${expression(value, known)})::${types[at - 1]}`;
      sql = sql.replaceAll(new RegExp(`\\$${at}(?!\\d)`, 'g'), () => written);
    }
    const row = rows.length === 1 ? rows[0] : {};
    const fresh = fields.filter((name) => typeof row[name] === 'string' && row[name].length >= 16 && /^\w+$/.test(name)
      && (row[name].match(UUID)?.[0] === row[name] || /^[0-9a-f]{64}$/.test(row[name]))
      && later.includes(row[name]) && !known.some(([value]) => value === row[name]));
    fresh.forEach((name) => known.unshift([row[name], `s${index}_${name}`]));
    lines.push(fresh.length > 0 ? `${sql.trim()} \\gset s${index}_` : `${sql.trim()};`);
  }
  return `${lines.join('\n')}\n`;
}
