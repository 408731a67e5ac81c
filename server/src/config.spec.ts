import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Config, describeSettings, readSettings, SettingsError } from './config.js';

const needed = { DATABASE_URL: 'postgres://u:p@localhost/db', TEMPORAL_ADDRESS: 'localhost:7233' };
const folder = mkdtempSync(join(tmpdir(), 'castellan-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(env: Record<string, string>): string[] {
  try {
    return Config.fromEnvironment(env) && [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('settings', () => {
  test('have defaults for all but the two services', () => {
    const config = Config.fromEnvironment(needed);
    expect(config).toMatchObject({ mode: 'all', host: '127.0.0.1', port: 4600, publicUrl: null, trustProxy: 0 });
    expect([config.servesApi, config.runsWorker]).toEqual([true, true]);
  });

  test('tell every problem at once, each with its name', () => {
    const problems = problemsOf({ ...needed, PORT: '99999', PUBLIC_URL: 'https://a.example/path', MODE: 'both' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['MODE', 'PORT', 'PUBLIC_URL']);
  });

  test('name the services that are missing when the server is started alone', () => {
    expect(problemsOf({}).join()).toMatch(/DATABASE_URL.*TEMPORAL_ADDRESS/);
  });

  test('take a secret from the file that its _FILE names', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'correct horse battery\n');
    const settings = readSettings({ ...needed, SETUP_ADMIN_PASSWORD_FILE: file });
    expect(settings.SETUP_ADMIN_PASSWORD).toBe('correct horse battery');
  });

  test('refuse a secret that is given twice, and a file that is not there', () => {
    const twice = { ...needed, ENCRYPTION_KEY: 'x', ENCRYPTION_KEY_FILE: '/nowhere' };
    expect(problemsOf(twice)).toEqual(['ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set; keep one.']);
    expect(problemsOf({ TEMPORAL_ADDRESS: 'a:1', DATABASE_URL_FILE: '/nowhere' }).join()).toContain('ENOENT');
  });

  test('count an empty variable as left out', () => {
    expect(Config.fromEnvironment({ ...needed, PUBLIC_URL: '', HOOKS_PORT: '' }).hooksPort).toBeNull();
  });

  test('take only the origin of PUBLIC_URL, without a slash at its end', () => {
    const config = Config.fromEnvironment({ ...needed, PUBLIC_URL: 'https://flows.example.com/' });
    expect([config.publicUrl, config.https]).toEqual(['https://flows.example.com', true]);
  });
});

describe('the report of settings', () => {
  test('says where each came from and never shows a secret', () => {
    const report = describeSettings({ ...needed, PORT: '5000' });
    const of = (name: string) => report.find((row) => row.name === name);
    expect(of('DATABASE_URL')).toMatchObject({ value: '(set)', source: 'environment' });
    expect(of('PORT')).toMatchObject({ value: '5000', source: 'environment' });
    expect(of('MODE')).toMatchObject({ value: 'all', source: 'default' });
    expect(JSON.stringify(report)).not.toContain(needed.DATABASE_URL);
  });

  test('describes every setting in words', () => {
    expect(describeSettings({}).filter(({ about }) => about === '')).toEqual([]);
  });
});
