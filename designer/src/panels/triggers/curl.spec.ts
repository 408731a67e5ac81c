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

it('leaves a place for the secret where the caller gives it: in the address, else in a header', () => {
  const inAddress = curlOf('https://c.test/hooks/x', {}, { headers: ['authorization'], query: ['token'] });
  expect(inAddress).toContain("'https://c.test/hooks/x?token=SECRET'");
  expect(inAddress).not.toContain('authorization');
  expect(curlOf('https://c.test/hooks/x', {}, { headers: ['x-castellan-token'], query: [] })).toContain(
    "-H 'x-castellan-token: SECRET'",
  );
});
