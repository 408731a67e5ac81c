import { afterAll, describe } from 'vitest';
import { judge } from './judge.js';
import calls from './opal-calls.json' with { type: 'json' };
import { hasOpalSdk, OpalSdk } from './opal-sdk.js';
import type { Sent } from './wire.js';

/** What each operation is given, and the same intention as calls of the SDK: method and arguments. */
const cases = Object.entries(calls as unknown as Record<string, { input: object; calls: [string, object][] }>);

/** Opal takes every form of ISO 8601: instants are compared, not how they are written. */
function withInstants({ host, method, path, query, body }: Sent): object {
  const instant = (_: string, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value;
  return JSON.parse(JSON.stringify({ host, method, path, query, body }, instant)) as object;
}

describe.skipIf(!hasOpalSdk)('Opal’s Python SDK', () => {
  let sdk: OpalSdk | undefined;
  afterAll(() => sdk?.close());

  judge({
    connector: 'opal',
    sdk: 'opal-security',
    client: (wire, { token }) => {
      sdk ??= new OpalSdk(wire, String(token));
      return sdk;
    },
    headers: ['authorization', 'content-type'],
    plain: withInstants,
    cases: Object.fromEntries(
      cases.map(([id, { input, calls: wanted }]) => [
        id,
        {
          input: input as never,
          sdk: async (opal: OpalSdk) => {
            for (const [method, args] of wanted) await opal.call(method, args);
          },
        },
      ]),
    ),
  });
});
