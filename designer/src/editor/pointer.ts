/** A JSON pointer (RFC 6901) one or more names further down. */
export function below(pointer: string, ...names: (string | number)[]): string {
  return pointer + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
