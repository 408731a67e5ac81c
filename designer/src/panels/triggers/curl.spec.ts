import { expect, it } from 'vitest';
import { curlOf } from './curl.js';

it('writes the sample as a call that a shell reads', () => {
  const sample = { headers: { 'x-secret': 'abc', 'Content-Type': 'text/plain' }, body: { who: "Jane O'Neil" } };
  expect(curlOf('https://castellan.example.com/hooks/x', sample)).toBe(
    [
      "curl -X POST 'https://castellan.example.com/hooks/x' \\",
      "  -H 'content-type: application/json' \\",
      "  -H 'x-secret: abc' \\",
      `  -d '{"who":"Jane O'\\''Neil"}'`,
    ].join('\n'),
  );
});
