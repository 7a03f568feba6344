/** How a cell begins that a spreadsheet would compute, behind any marks that already keep it text. */
const COMPUTED = /^'*[=+\-@\t\r\n]/;
const MARKED = /^'+[=+\-@\t\r\n]/;

/** A cell that a spreadsheet would compute gets a mark that keeps it text. `unmarked(marked(cell))` is the cell. */
export const marked = (cell: string): string => (COMPUTED.test(cell) ? `'${cell}` : cell);

/** Takes the mark off again. Edge: a quote before anything else is the sender's own and stays. */
export const unmarked = (cell: string): string => (MARKED.test(cell) ? cell.slice(1) : cell);

/** A cell of RFC 4180. */
export const quoted = (cell: string, delimiter: string): string =>
  (cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
