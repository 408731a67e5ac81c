import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callOf, itemOf, missingIn } from './contract.js';

interface Description {
  paths: Record<string, Record<string, { operationId?: string }>>;
}

const description = JSON.parse(
  readFileSync(new URL('../../../connectors/opal/fixtures/custom-connector.openapi.json', import.meta.url), 'utf8'),
) as Description;

const described = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
);

describe('a call of Opal’s contract', () => {
  it.each(described)('%s %s is known', (method, path) => {
    const ids: string[] = [];
    const filled = path.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => {
      ids.push(`${name}/ü`);
      return encodeURIComponent(`${name}/ü`);
    });
    const call = callOf(method, filled);
    expect(call).not.toBeNull();
    for (const id of ids) expect(JSON.stringify(call)).toContain(id);
  });

  it.each([
    ['GET', 'nothing'],
    ['PUT', 'users'],
    ['POST', 'users'],
    ['GET', 'resources//users'],
    ['GET', 'users/'],
    ['GET', ''],
    ['GET', 'resources/%E0%A4%A/users'],
    ['GET', 'resources/a/users/b'],
  ])('%s %s is none', (method, path) => {
    expect(callOf(method, path)).toBeNull();
  });
});

describe('an item of a list', () => {
  it('has its level together, and leaves out what is not known', () => {
    const flat = { user_id: 'u', email: null, access_level_id: 'admin', access_level_name: null };
    expect(itemOf('resourceUsers', flat)).toEqual({ user_id: 'u', access_level: { id: 'admin', name: 'admin' } });
    expect(itemOf('resourceUsers', { user_id: 'u' })).toEqual({ user_id: 'u' });
  });

  it('of an event has the form of a sign-in', () => {
    const flat = {
      event_id: 'e',
      occurred_at: '2026-01-01T00:00:00Z',
      user_id: 'u',
      user_email: 'u@x.y',
      resource_id: 'r',
    };
    expect(itemOf('events', flat)).toMatchObject({
      ...{ event_type: 'login.success', occurred_at: '2026-01-01T00:00:00Z' },
      actor_user_identifier: { user_id: 'u', user_email: 'u@x.y' },
      event_content: { resource_id: 'r' },
    });
  });

  it('is not told without what it must have', () => {
    expect(missingIn('users', { id: 'u', email: null })).toEqual(['email']);
    expect(missingIn('groupUsers', { user_id: 'u' })).toEqual([]);
  });
});
