/** Spreadsheets calculate what begins so, also in full width and after blanks. Plain numbers are none. */
export function isFormula(text: string): boolean {
  return (/^\s*[=+\-@＝＋－＠]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text)) || /^[\t\r\n]/.test(text);
}

/**
 * Rows as CSV, as RFC 4180 writes it: names on the first line, each line ended by CR LF. A cell with a delimiter, a quote
 * or a line end stands between quotes; one that a spreadsheet would calculate gets an apostrophe before it. Lists and
 * objects are written as JSON, and nothing where there is no value.
 * @param columns names in their order; left out: all that the rows have, as they come
 */
export function csvText(rows: Record<string, unknown>[], columns?: string[], delimiter = ','): string {
  const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '';
  const lines = [names, ...rows.map((row) => names.map((name) => (Object.hasOwn(row, name) ? row[name] : null)))];
  return lines.map((cells) => `${cells.map((value) => cellOf(value, delimiter)).join(delimiter)}\r\n`).join('');
}

function cellOf(value: unknown, delimiter: string): string {
  const plain = textOf(value);
  const safe = isFormula(plain) ? `'${plain}` : plain;
  return safe.includes(delimiter) || /["\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
