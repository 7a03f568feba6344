// What reads are held against: nothing but Fastify and pg, the statements the server runs, and the rows as JSON.
import Fastify from 'fastify';
import pg from 'pg';

const { url, statements, port } = JSON.parse(process.argv[2] ?? '{}');
const pool = new pg.Pool({ connectionString: url, max: 12 });
const app = Fastify({ logger: false });
app.get('/', async () => {
  const rows = [];
  for (const [index, { text, parameters }] of statements.entries()) rows.push((await pool.query({ name: `bare${index}`, text, values: parameters })).rows);
  return rows;
});
await app.listen({ port, host: '127.0.0.1' });
process.send?.('ready');
