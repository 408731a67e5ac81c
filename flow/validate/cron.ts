const fields = [
  { name: 'minute', least: 0, most: 59, words: [] },
  { name: 'hour', least: 0, most: 23, words: [] },
  { name: 'day of the month', least: 1, most: 31, words: [] },
  { name: 'month', least: 1, most: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of the week', least: 0, most: 7, words: 'sun mon tue wed thu fri sat'.split(' ') },
];

/**
 * What is wrong with a cron text of five fields, or undefined. It checks form and ranges: stars, numbers, names,
 * ranges, lists and steps, which is what Temporal's schedules read.
 */
export function checkCron(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== fields.length) return `It has ${parts.length} fields instead of 5.`;
  for (const [index, { name, least, most, words }] of fields.entries()) {
    const isInRange = (text: string) =>
      words.includes(text.toLowerCase()) || (/^\d+$/.test(text) && +text >= least && +text <= most);
    const isGood = (parts[index] ?? '').split(',').every((item) => {
      const [range = '', step, ...more] = item.split('/');
      const ends = range.split('-');
      const isRange = range === '*' || (ends.length <= 2 && ends.every(isInRange));
      return more.length === 0 && isRange && (step === undefined || (/^\d+$/.test(step) && +step > 0));
    });
    if (!isGood) return `The ${name} "${parts[index]}" is not between ${least} and ${most}.`;
  }
  return undefined;
}
