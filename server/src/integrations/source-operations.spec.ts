import type { DirectorySource } from '@castellan/sdk';
import { describe, expect, test } from 'vitest';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { operationsOf } from './source-operations.js';

const operation = (connector: string, name: string) =>
  operationsOf(connectorOf(connector).directory as DirectorySource).find((one) => one.name === name);

describe('the operations of a directory', () => {
  test('are a check, a scheduled sync with what it takes in, and a push where members can be written', () => {
    expect(operation('google-workspace', 'health_check')).toMatchObject({ policy: 'inline', ingests: [] });
    expect(operation('google-workspace', 'directory_sync')).toMatchObject({
      policy: 'reconcile',
      ingests: ['DirectoryAccount', 'DirectoryGroup', 'DirectoryMembership'],
    });
    expect(operation('google-workspace', 'team_push')).toMatchObject({ policy: 'reconcile', ingests: [] });
  });

  test('say their settings as JSON Schema: the sync its own, the push others', () => {
    expect(operation('google-workspace', 'directory_sync')?.config).toMatchObject({
      properties: { domain: { type: 'string' } },
    });
    expect(operation('google-workspace', 'team_push')?.config).not.toHaveProperty('properties.customer');
  });

  test('of a system of people take in accounts alone, and one that is only read has no push', () => {
    expect(operation('bamboohr', 'directory_sync')?.ingests).toEqual(['DirectoryAccount']);
    expect(operation('bamboohr', 'team_push')).toBeUndefined();
    expect(operation('opal', 'team_push')).toBeUndefined();
  });
});
