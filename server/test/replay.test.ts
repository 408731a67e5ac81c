import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordedCarriers } from './recorded-carriers.js';
import { recordedClocks } from './recorded-clocks.js';
import { fromRecord, type RecordedHistory } from './recorded-history.js';
import { recordedRuns } from './recorded-runs.js';

const names = [recordedRuns, recordedCarriers, recordedClocks].flatMap((recorded) => Object.keys(recorded));

/** Runs that began before a change of workflow code must go on after it: what they did is replayed against today's. */
const folder = fileURLToPath(new URL('histories', import.meta.url));
const logger = new DefaultLogger('ERROR', () => undefined);
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, telemetryOptions: { logging: { filter } } });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../src/workflows/index.ts', import.meta.url)),
    logger,
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['castellan-source', 'import', 'require', 'default'] },
    }),
  });
});

function readRecord(name: string): RecordedHistory {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as RecordedHistory;
}

/** What the replay says against the history; undefined when it agrees. */
async function replay(name: string, record: RecordedHistory): Promise<Error | undefined> {
  const histories = [{ workflowId: name, history: fromRecord(record) }];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) return error;
  throw new Error(`Nothing was replayed of ${name}`);
}

test('everything that is recorded has its history', () => {
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.json`).sort());
});

describe("today's workflow code does again what it did", () => {
  test.each(names)('%s', async (name) => {
    expect(await replay(name, readRecord(name))).toBeUndefined();
  });
});

test('among them are a carrier of several runs, a run that went on in a fresh execution, and one hosted from its rows', () => {
  const inputOf = (name: string) => JSON.stringify(readRecord(name).events[0]);
  expect(inputOf('shared-carrier').match(/"runId"/g)?.length).toBeGreaterThan(2);
  expect(inputOf('renewed')).toContain('"phase":"running"');
  expect(inputOf('hosted-again')).toContain('"from":"rows"');
});

describe('a history that this code would not have made is refused', () => {
  test('a call that succeeded is not tried again', async () => {
    const record = readRecord('action-with-retry');
    const changed = JSON.stringify(record).replace(
      /"outcome":\{"kind":"retry"[^}]*\}/,
      '"outcome":{"kind":"succeeded"}',
    );
    expect(changed).not.toBe(JSON.stringify(record));
    expect(await replay('changed', JSON.parse(changed))).toBeInstanceOf(DeterminismViolationError);
  });

  test('a run whose last step is still to come does not end', async () => {
    const record = readRecord('pure-steps');
    const changed = JSON.stringify(record).replace(',{"type":"finished"}', '');
    expect(changed).not.toBe(JSON.stringify(record));
    expect(await replay('changed', JSON.parse(changed))).toBeInstanceOf(DeterminismViolationError);
  });
});
