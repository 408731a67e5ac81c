import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile } from './state.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-state-'));
  path = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state of an installation', () => {
  it('is made once, with a password that nobody else can read', () => {
    const password = new StateFile(path).read().postgresPassword;
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(new StateFile(path).read().postgresPassword).toBe(password);
  });

  it('keeps what it does not change', () => {
    const state = new StateFile(path);
    const { postgresPassword } = state.read();
    state.update({ postgresPort: 21_000 });
    state.update({ temporalPorts: { port: 1, httpPort: 2, metricsPort: 3 } });
    expect(state.read()).toEqual({
      postgresPassword,
      postgresPort: 21_000,
      temporalPorts: { port: 1, httpPort: 2, metricsPort: 3 },
    });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it.each(['', '{"postgresPort": 5}', 'null', '{"postgresPassword":'])(
    'is never replaced when it is damaged: %j',
    (text) => {
      writeFileSync(path, text);
      expect(() => new StateFile(path).read()).toThrow('Restore it from a backup');
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});
