import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dynamicConfigArguments, temporalDynamicConfig } from './temporal-dynamic-config.js';

describe("Temporal's dynamic configuration", () => {
  it('is given to the dev server in JSON values', () => {
    expect(dynamicConfigArguments()).toContain('history.timerProcessorMaxTimeShift="20ms"');
    expect(dynamicConfigArguments()).toContain('system.enableActivityEagerExecution=true');
  });

  it('is the same for compose', () => {
    const yaml = readFileSync(new URL('../../../docker/temporal/dynamicconfig.yaml', import.meta.url), 'utf8');
    const entries = [...yaml.matchAll(/^([\w.]+):\n {2}- value: (.+)$/gm)].map(([, name, value]) => [
      name,
      JSON.parse(value as string),
    ]);
    expect(Object.fromEntries(entries)).toEqual(temporalDynamicConfig);
  });
});
