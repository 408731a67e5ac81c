import { apiToken, type Connector, secret } from '@castellan/sdk';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authOf, checkFields, hostsOf, shownHosts } from './connection-fields.js';

const auth = apiToken({ fields: { domain: z.string().min(3), signing: secret('Signing secret').optional() } });
const connector = {
  id: 'vendor',
  title: 'Vendor',
  auth: [auth],
  baseUrl: ({ domain }: Record<string, unknown>) => `https://${domain}.vendor.example/v1`,
} as unknown as Connector;

describe('the fields of a connection', () => {
  test('are told apart: settings are shown, secrets are sealed', () => {
    expect(checkFields(auth, { domain: 'acme', token: 't', signing: 's' })).toEqual({
      settings: { domain: 'acme' },
      secrets: { token: 't', signing: 's' },
    });
  });

  test('are refused with every problem and its place, and without the values', () => {
    const check = () => checkFields(auth, { domain: 'x', token: '', extra: 'hunter2hunter2' });
    expect(check).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    try {
      check();
    } catch (error) {
      const { problems } = (error as { details: { problems: { pointer: string }[] } }).details;
      expect(problems.map(({ pointer }) => pointer).sort()).toEqual(['/fields', '/fields/domain', '/fields/token']);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });

  test('say to which host the secrets go', () => {
    expect(hostsOf(connector, auth, { domain: 'acme' })).toEqual(['https://acme.vendor.example/v1']);
    expect(hostsOf({ ...connector, hosts: () => ['b.example', 'a.example'] }, auth, {})).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  test('say to which mail server they go, and how well encrypted', () => {
    const server = { host: 'mail.example.com', port: 587, security: 'starttls', sender: 'it@example.com' } as const;
    const mail: Connector = { ...connector, mailServer: () => server };
    expect(hostsOf(mail, auth, {})).toEqual(['smtp://mail.example.com:587 (STARTTLS)']);
    const plain: Connector = { ...connector, mailServer: () => ({ ...server, security: 'none' }) };
    expect(hostsOf(plain, auth, {})).not.toEqual(hostsOf(mail, auth, {}));
    expect(shownHosts(mail, auth, {}).hosts).toEqual(hostsOf(mail, auth, {}));
  });

  test('say to which database they go, and how well encrypted', () => {
    const login = { user: 'reader', password: 'p' };
    const server = { host: 'db.example.com', port: 5432, database: 'hr', security: 'verify', login } as const;
    const sql: Connector = { ...connector, databaseServer: () => server };
    expect(hostsOf(sql, auth, {})).toEqual(['postgres://db.example.com:5432/hr (TLS)']);
    const plain: Connector = { ...connector, databaseServer: () => ({ ...server, security: 'none' }) };
    expect(hostsOf(plain, auth, {})).not.toEqual(hostsOf(sql, auth, {}));
    expect(shownHosts(sql, auth, {}).hosts).toEqual(hostsOf(sql, auth, {}));
  });
});

test('a sign-in that the connector does not have is refused by name', () => {
  expect(authOf(connector, undefined)).toBe(auth);
  expect(() => authOf(connector, 'oauth')).toThrow('Vendor has no sign-in “oauth”; it has apiToken.');
});
