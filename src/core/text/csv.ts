/** The text as no spreadsheet computes it: what begins like a formula gets a quote before it. Edge: a blank before the `=` hides nothing. */
export const neutralText = (text: string): string => (/^\s*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text);

/** A cell of RFC 4180, neutral. Edge: blanks at its ends stay, in quotes. */
export function csvCell(text: string, delimiter = ','): string {
  const safe = neutralText(text);
  return safe.includes(delimiter) || /["\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of a table as text, with its end. */
export const csvLine = (cells: readonly string[], delimiter = ','): string => `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
